"""Writes against the real sandbox: throttled, lost, split, late, and never twice."""

import asyncio
import math
import time
from datetime import UTC, datetime

import msgspec
import pytest
from tenant_in_a_box import Ids, Journal, a_create, a_group, an_add, cleared

from graphsync.changes import DisableUser, RemoveFromGroup, RevokeSessions
from graphsync.tenant.answers import Request
from graphsync.tenant.door import (
    SignInRefused,
    TenantUnreachable,
    UnsafeMethod,
    for_writing,
    open_door,
)
from graphsync.tenant.memberships import owners_of
from graphsync.tenant.outcomes import Meaning
from graphsync.tenant.requests import items
from graphsync.tenant.sending import perform


def now():
    return datetime.now(UTC)


async def no_sleep(_seconds):
    """For tests in which only the number of tries matters."""


class Run:
    """One performance after another through one door."""

    def __init__(self, tenant, door):
        self.tenant, self.door = tenant, door
        self.ids = Ids()

    async def do(self, changes):
        journal = Journal(self.ids)
        made = items(changes, self.ids, self.door.settings)
        await perform(for_writing(self.door, cleared()), made, journal)
        return journal


@pytest.fixture
def run(tenant, door):
    return Run(tenant, door)


async def test_forty_five_people_are_made_in_three_requests(run):
    creates = [a_create() for _ in range(45)]
    journal = await run.do(creates)
    assert journal.meanings() == ["done"] * 45
    assert len(run.tenant.graph_calls()) == 3 == run.door.counts.total
    assert run.door.counts.writes == 45
    born = run.tenant.users()[creates[0].user_principal_name]
    assert born["employeeId"] == creates[0].stamp
    assert born["kind"] == "Pupil"


async def test_a_class_group_is_made_with_its_teacher_as_owner(run):
    teacher = a_create()
    await run.do([teacher])
    owner = run.ids.accounts[teacher.person]
    await asyncio.sleep(1)  # the owner is no newcomer: replicas know the account
    made = msgspec.structs.replace(a_group("gs-pb-2026-class-7a"), owners=(owner,))
    journal = await run.do([made])
    assert journal.meanings() == ["done"]
    group = run.ids.groups["gs-pb-2026-class-7a"]
    await asyncio.sleep(1)
    assert await owners_of(run.door, [group]) == {group: frozenset({owner})}


async def test_an_intent_is_told_before_each_batch_leaves_and_an_outcome_after(run):
    journal = await run.do([a_create() for _ in range(25)])
    assert sorted(journal.intents) == sorted(journal.outcomes)
    for item_id in journal.outcomes:
        assert journal.told.index(("intent", item_id)) < journal.told.index(("outcome", item_id))


async def test_throttled_items_wait_and_travel_again_together(run):
    run.tenant.faults(
        {"kind": "status", "method": "POST", "path": "/users$", "status": 429, "count": 7}
        | {"retryAfter": "0.3"}
    )
    began = time.monotonic()
    journal = await run.do([a_create() for _ in range(40)])
    assert journal.meanings() == ["done"] * 40
    assert time.monotonic() - began >= 0.3
    assert len(run.tenant.graph_calls()) == 3
    assert run.door.counts.throttled == 7
    assert len(journal.intents) == 40


async def test_a_whole_batch_that_is_throttled_is_sent_again(run):
    run.tenant.faults(
        {"kind": "status", "path": r"\$batch$", "status": 429, "count": 1, "retryAfter": "0.2"}
    )
    journal = await run.do([a_create() for _ in range(5)])
    assert journal.meanings() == ["done"] * 5
    assert len(run.tenant.graph_calls()) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop", "path": r"\$batch$"},
        {"kind": "commit_then_503", "path": r"\$batch$"},
        {"kind": "status", "path": r"\$batch$", "status": 503},
        {"kind": "status", "path": r"\$batch$", "status": 504},
    ],
)
async def test_what_may_have_happened_is_never_sent_again(run, fault):
    run.tenant.faults(fault)
    journal = await run.do([a_create() for _ in range(3)])
    assert journal.meanings() == ["settle_by_reading"] * 3
    assert len([one for one in run.tenant.log() if one["path"].endswith("$batch")]) <= 1


async def test_one_item_that_fails_after_committing_is_settled_by_reading_alone(run):
    run.tenant.faults({"kind": "commit_then_503", "method": "POST", "path": "/users$"})
    creates = [a_create() for _ in range(3)]
    journal = await run.do(creates)
    assert journal.meanings() == ["done", "done", "settle_by_reading"]
    assert all(create.user_principal_name in run.tenant.users() for create in creates)


async def test_a_taken_name_is_to_be_adopted_if_it_is_ours(run):
    create = a_create()
    await run.do([create])
    journal = await run.do([create])
    assert journal.meanings() == ["adopt_if_ours"]


async def test_new_people_join_new_groups_although_the_tenant_is_late(run):
    creates = [a_create() for _ in range(45)]
    names = ["late-all", "late-year"]
    await run.do([*(a_group(name) for name in names), *creates])
    adds = [an_add(create, name, run.ids.groups[name]) for name in names for create in creates]
    journal = await run.do(adds)
    assert set(journal.meanings()) <= {"done", "split"}
    groups = run.tenant.groups()
    assert [len(groups[name]["members"]) for name in names] == [45, 45]


async def test_a_bind_with_somebody_who_is_a_member_already_is_split(run):
    creates = [a_create() for _ in range(12)]
    await run.do([a_group("split-group"), *creates])
    group_id = run.ids.groups["split-group"]
    adds = [an_add(create, "split-group", group_id) for create in creates]
    await run.do([adds[2], adds[7]])
    journal = await run.do(adds)
    assert journal.meanings() == ["done"] * 12 + ["split"]
    assert len(journal.intents) == 13
    assert len(run.tenant.groups()["split-group"]["members"]) == 12


async def test_many_removals_from_one_group_travel_in_order_twenty_to_a_request(run):
    creates = [a_create() for _ in range(50)]
    await run.do([a_group("emptied"), *creates])
    group_id = run.ids.groups["emptied"]
    await run.do([an_add(create, "emptied", group_id) for create in creates])
    before = run.door.counts.total
    removals = [
        RemoveFromGroup(
            person=create.person,
            account=run.ids.account(create.person),
            group="emptied",
            group_id=group_id,
        )
        for create in creates
    ]
    journal = await run.do(removals)
    assert set(journal.meanings()) == {"done"}
    assert run.tenant.groups()["emptied"]["members"] == []
    assert run.door.counts.total - before <= math.ceil(50 / 20) * 1.1 + 1


async def test_a_leaver_is_blocked_before_the_sessions_are_revoked(run):
    creates = [a_create() for _ in range(3)]
    await run.do(creates)
    run.tenant.call("DELETE", "/_sandbox/requests")
    leavers = [run.ids.account(create.person) for create in creates]
    changes = [
        kind(person=create.person, account=run.ids.account(create.person))
        for kind in (DisableUser, RevokeSessions)
        for create in creates
    ]
    journal = await run.do(changes)
    assert journal.meanings() == ["done"] * 6
    for account in leavers:
        done = [
            one["method"]
            for one in run.tenant.log()
            if account in one["path"] and one["status"] < 300
        ]
        assert done == ["PATCH", "POST"]


async def test_what_never_replicates_is_settled_by_reading_when_the_wait_is_over(tenant):
    settings = tenant.settings(verify_wait=1.0)
    async with open_door(settings, now) as door:
        run = Run(tenant, door)
        change = DisableUser(
            person=a_create().person, account="00000000-0000-0000-0000-000000000009"
        )
        journal = await run.do([change])
    assert journal.meanings() == ["settle_by_reading"]


async def test_a_token_that_graph_wants_renewed_costs_one_more_request(run):
    run.tenant.faults({"kind": "claims", "path": r"\$batch$"})
    journal = await run.do([a_create()])
    assert journal.meanings() == ["done"]
    assert [one["status"] for one in run.tenant.graph_calls()] == [401, 200]


async def test_a_token_that_is_never_taken_ends_the_run_and_says_that_nothing_was_tried(run):
    run.tenant.faults({"kind": "claims", "path": r"\$batch$", "count": None})
    journal = Journal()
    made = items([a_create()], run.ids, run.door.settings)
    with pytest.raises(SignInRefused, match="same cloud"):
        await perform(for_writing(run.door, cleared()), made, journal)
    assert journal.meanings() == ["not_tried"]


async def test_a_tenant_that_cannot_be_reached_ends_the_run_and_nothing_counts_as_sent(
    tenant, unused_tcp_port
):
    settings = tenant.settings(graph_url=f"https://localhost:{unused_tcp_port}/v1.0")
    async with open_door(settings, now, no_sleep) as door:
        journal = Journal()
        made = items([a_create()], Ids(), settings)
        with pytest.raises(TenantUnreachable, match="cannot be reached"):
            await perform(for_writing(door, cleared()), made, journal)
    assert journal.meanings() == ["not_tried"]
    assert door.counts.total == 0


async def test_an_error_of_the_journal_keeps_the_batch_here(run):
    class Full(Journal):
        def sending(self, batch):
            assert len(batch) == 1
            raise OSError("no space left")

    made = items([a_create()], run.ids, run.door.settings)
    with pytest.raises(OSError, match="no space"):
        await perform(for_writing(run.door, cleared()), made, Full())
    assert run.tenant.graph_calls() == []


async def test_a_missing_permission_is_the_items_answer(tenant):
    app = tenant.call(
        "POST", "/_sandbox/apps", {"name": "reader", "permissions": ["User.Read.All"]}
    )
    settings = tenant.settings(client_id=app["clientId"], client_secret=app["secret"])
    async with open_door(settings, now) as door:
        journal = await Run(tenant, door).do([a_create()])
    (judgement,) = journal.outcomes.values()
    assert judgement.meaning is Meaning.NOT_ALLOWED
    assert "User.ReadWrite.All" in judgement.text


async def test_a_delete_without_ref_would_delete_the_person_and_never_leaves(door, tenant):
    writing = for_writing(door, cleared())
    with pytest.raises(UnsafeMethod, match="ref"):
        await writing.send_batch([Request("DELETE", "/groups/g/members/u")])
    assert tenant.graph_calls() == []


async def test_load_that_never_ends_is_given_up_and_counts_as_not_tried(tenant):
    async with open_door(tenant.settings(), now, no_sleep) as door:
        fault = {"kind": "status", "method": "POST", "path": "/users$", "status": 429}
        tenant.faults(fault | {"count": None, "retryAfter": "0.001"})
        journal = await Run(tenant, door).do([a_create()])
    assert journal.meanings() == ["not_tried"]


async def test_only_a_cleared_plan_opens_the_door_for_writing(door):
    with pytest.raises(TypeError, match="cleared plan"):
        for_writing(door, object())


async def test_requests_do_not_show_themselves(door):
    assert "pupil" not in repr(Request("GET", "/users/pupil@school.example"))
