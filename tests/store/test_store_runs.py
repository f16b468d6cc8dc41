"""Runs and their moves, approvals, holds, the mirror."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_builders import taken_back

from graphsync.accounts import Account, Group, ServicePlan, Sku
from graphsync.store.approvals import ApprovalRow
from graphsync.store.holds import Hold
from graphsync.store.mirrors import Pending
from graphsync.store.problems import Conflict, Unknown, WrongMove
from graphsync.store.runs import MOVES, Run, RunHead, State, moves_table
from graphsync.tenant.mirror import Mirror, Refreshed
from policies.people import PersonKey

ANN, BEN = PersonKey("pb", "1"), PersonKey("pb", "2")
DAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
LAWS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def a_run(run_id: str = "r-1", **fields: object) -> Run:
    given = {
        "school": "pb",
        "as_of": DAY,
        "state": State.DRAFTED,
        "digest": "0123456789abcdef",
        "requester": "schedule",
        "created_at": NOON,
        "roster_sha256": "a",
        "pack_sha256": "b",
        "scope": b"everyone",
        "plan": b"plan",
        "verdict": b"verdict",
        **fields,
    }
    return Run(id=run_id, **given)  # type: ignore[arg-type]


def head_of(run: Run) -> RunHead:
    return RunHead(**{name: getattr(run, name) for name in RunHead.__struct_fields__})


def test_a_run_is_kept_whole(store):
    store.runs.add(a_run())
    assert store.runs.get("r-1") == a_run()
    store.runs.put_report("r-1", b"report", b"outline")
    assert store.runs.latest("pb").report == b"report"
    with pytest.raises(Conflict, match="r-1"):
        store.runs.add(a_run())
    with pytest.raises(Unknown, match="graphsync runs"):
        store.runs.get("r-9")
    with pytest.raises(Unknown):
        store.runs.put_report("r-9", b"", b"")


def test_an_id_that_is_taken_is_drawn_again(store):
    store.runs.add(a_run("r-20260901-1a2b"))
    drawn = iter(["1a2bffff", "1a2b0000", "3c4d0000"])
    assert store.runs.new_id(DAY, lambda: next(drawn)) == "r-20260901-3c4d"


def test_runs_are_listed_newest_first_and_know_newer_ones(store):
    runs = [a_run("r-1"), a_run("r-2", school="eic"), a_run("r-3")]
    for run in runs:
        store.runs.add(run)
    assert store.runs.list(2) == [head_of(runs[2]), head_of(runs[1])]
    assert store.runs.list(9, "eic") == [head_of(runs[1])]
    assert store.runs.newer(runs[0]) == head_of(runs[2])
    assert store.runs.newer(runs[2]) is None
    assert store.runs.latest("pb") == runs[2]
    assert store.runs.latest("none") is None


def test_a_school_whose_runs_were_only_refused_was_never_applied(store):
    store.runs.add(a_run("r-1", state=State.REFUSED))
    store.runs.add(a_run("r-2", state=State.APPLIED, school="eic"))
    assert not store.runs.ever_applied("pb")
    store.runs.add(a_run("r-3", state=State.PARTLY))
    assert store.runs.ever_applied("pb")


@LAWS
@given(st.lists(st.sampled_from(State), max_size=8))
def test_a_run_moves_as_the_table_says_and_no_other_way(store, targets):
    with taken_back(store):
        store.runs.add(a_run())
        state = State.DRAFTED
        for target in targets:
            if target in MOVES[state]:
                store.runs.move("r-1", target)
                state = target
            else:
                with pytest.raises(WrongMove, match=f"r-1 is {state}; it cannot become {target}"):
                    store.runs.move("r-1", target)
            assert store.runs.get("r-1").state is state


def test_nothing_is_applied_but_what_was_applying_and_nothing_ended_moves_on():
    def sources(to: State) -> set[State]:
        return {state for state in State if to in MOVES[state]}

    assert sources(State.APPLIED) == sources(State.PARTLY) == {State.APPLYING}
    assert State.PARKED not in sources(State.APPLYING)
    assert sources(State.APPROVED) == {State.DRAFTED, State.PARKED}
    assert sources(State.RETURNED) == {State.DRAFTED, State.PARKED}
    ended = (State.APPLIED, State.REFUSED, State.SUPERSEDED, State.RETURNED)
    assert not any(MOVES[state] for state in ended)


def test_every_state_has_its_line_in_the_printed_table():
    lines = moves_table().splitlines()
    assert [line.split()[0] for line in lines] == [str(state) for state in State]
    assert "parked     -> approved, refused, returned, superseded" in lines
    assert "applied    -> (stays)" in lines


def test_a_run_that_is_not_there_cannot_move(store):
    with pytest.raises(Unknown):
        store.runs.move("r-9", State.PARKED)


def test_superseding_spares_what_is_begun_or_done_and_what_is_of_the_same_roster(store):
    states = (("r-1", "parked"), ("r-2", "applied"), ("r-3", "approved"), ("r-6", "partly"))
    for run_id, state in states:
        store.runs.add(a_run(run_id, state=State(state)))
    store.runs.add(a_run("r-4", school="eic"))
    store.runs.add(a_run("r-5", roster_sha256="newer"))
    store.runs.supersede("pb", "newer", a_run("r-5").pack_sha256)
    states = {run.id: str(run.state) for run in store.runs.list(9)}
    assert states == {
        "r-1": "superseded",
        "r-2": "applied",
        "r-3": "superseded",
        "r-4": "drafted",
        "r-5": "drafted",
        "r-6": "partly",
    }
    store.runs.supersede("pb", "newer", "another pack")
    assert store.runs.get("r-5").state is State.SUPERSEDED


def test_approvals_are_kept_in_order(store):
    first = ApprovalRow(
        run="r-1",
        digest="d",
        approver="head",
        requester="schedule",
        at=NOON,
        expires_at=NOON + timedelta(hours=72),
        overrides=("disable_over_limit",),
        left_out=("pb:1", "pb:2"),
        waiver="small school until 2027",
    )
    second = msgspec.structs.replace(first, overrides=(), left_out=(), waiver=None)
    store.approvals.add(first)
    store.approvals.add(second)
    store.approvals.add(msgspec.structs.replace(first, run="r-2"))
    assert store.approvals.of("r-1") == [first, second]


def test_only_what_was_approved_and_then_applied_counts_as_overridden(store):
    for number, state in enumerate((State.APPLIED, State.PARTLY, State.APPROVED), 1):
        store.runs.add(a_run(f"r-{number}", state=state))
    store.runs.add(a_run("r-4", state=State.APPLIED, school="eic"))
    given = ApprovalRow(
        run="", digest="d", approver="head", requester="it", at=NOON, expires_at=NOON
    )
    for number in range(1, 5):
        codes = (f"adopt_{number}", "first_apply")
        store.approvals.add(msgspec.structs.replace(given, run=f"r-{number}", overrides=codes))
    assert store.approvals.overridden("pb") == {"adopt_1", "adopt_2", "first_apply"}
    assert store.approvals.overridden("tmhs") == frozenset()


def test_memberships_that_we_made_are_kept_until_they_end(store):
    store.bound_members.put([("g1", "a"), ("g1", "b"), ("g2", "a")])
    store.bound_members.put([("g1", "a")])
    assert store.bound_members.of(["g1"]) == {("g1", "a"), ("g1", "b")}
    store.bound_members.drop([("g1", "a"), ("g1", "nobody")])
    assert store.bound_members.of(["g1", "g2", "g3"]) == {("g1", "b"), ("g2", "a")}
    store.bound_members.drop([])
    assert store.bound_members.of([]) == frozenset()


def a_hold(hold_id: str = "h1", **fields: object) -> Hold:
    given = {"person": ANN, "mode": "freeze", "reason": "asked", "by": "head", "at": NOON, **fields}
    return Hold(id=hold_id, **given)  # type: ignore[arg-type]


def test_a_hold_is_active_through_its_last_day_or_until_it_is_lifted(store):
    dated, open_ended = a_hold(until=DAY), a_hold("h2", person=BEN, mode="suspend", clause="A-3")
    for hold in (dated, open_ended):
        store.holds.add(hold)
    assert store.holds.active("pb", DAY) == [dated, open_ended]
    assert store.holds.active("pb", DAY + timedelta(days=1)) == [open_ended]
    assert store.holds.changed_at("pb") == NOON
    lifted_at = NOON + timedelta(hours=1)
    store.holds.lift("h2", "head", lifted_at)
    assert store.holds.active("pb", DAY) == [dated]
    lifted = msgspec.structs.replace(open_ended, lifted_by="head", lifted_at=lifted_at)
    assert store.holds.list("pb") == store.holds.list() == [dated, lifted]
    assert store.holds.changed_at("pb") == lifted_at
    assert store.holds.changed_at("eic") is None


def test_a_hold_is_added_once_and_lifted_once(store):
    store.holds.add(a_hold())
    with pytest.raises(Conflict):
        store.holds.add(a_hold())
    store.holds.lift("h1", "head", NOON)
    with pytest.raises(Unknown, match="hold list"):
        store.holds.lift("h1", "head", NOON)


IDS = st.frozensets(st.sampled_from([f"o{n}" for n in range(6)]))
WORDS = st.sampled_from(["one", "two", None])


@st.composite
def refreshes(draw: st.DrawFn) -> Refreshed:
    """Any refresh: what it says has changed or gone is free, the mirror is what it says it is."""
    accounts = {one: Account(id=one, display_name=draw(WORDS)) for one in draw(IDS)}
    groups = {
        one: Group(id=one, display_name=draw(WORDS), members=draw(st.none() | IDS))
        for one in draw(IDS)
    }
    plan = ServicePlan(service_plan_id="p", service_plan_name="TEAMS")
    sku = Sku(
        sku_id="s", sku_part_number="A1", consumed_units=1, enabled_units=2, service_plans=(plan,)
    )
    mirror = Mirror(
        accounts=accounts,
        groups=groups,
        skus={"s": sku},
        protected=draw(IDS),
        users_link=draw(st.sampled_from(["u1", "u2"])),
        groups_link="g",
        roles_read_on=draw(st.sampled_from([None, DAY])),
        select="id",
        school_data_sync=draw(IDS),
    )
    none: frozenset[str] = frozenset()
    return Refreshed(
        mirror=mirror, accounts=none, gone=none, groups=none, groups_gone=none, full=True
    )


def changes_between(old: Refreshed, new: Refreshed) -> Refreshed:
    """The refresh that a delta would have told."""
    before, after = old.mirror, new.mirror

    def changed(one: dict, other: dict) -> frozenset[str]:
        return frozenset(key for key in other if one.get(key) != other[key])

    return msgspec.structs.replace(
        new,
        accounts=changed(before.accounts, after.accounts),
        gone=frozenset(before.accounts) - frozenset(after.accounts),
        groups=changed(before.groups, after.groups),
        groups_gone=frozenset(before.groups) - frozenset(after.groups),
        full=False,
    )


@LAWS
@given(first=refreshes(), second=refreshes(), third=refreshes())
def test_the_mirror_is_loaded_as_it_was_saved_after_full_and_after_delta(
    store, first, second, third
):
    with taken_back(store):
        assert store.mirror.load("t") is None
        store.mirror.save("t", first)
        assert store.mirror.load("t") == first.mirror
        store.mirror.save("t", changes_between(first, second))
        assert store.mirror.load("t") == second.mirror
        store.mirror.save("other", first)
        store.mirror.save("t", third)
        assert store.mirror.load("t") == third.mirror
        assert store.mirror.load("other") == first.mirror


def test_records_show_keys_only():
    pending = Pending(object_id="o1", run="r-1", data=b"Smith", at=NOON)
    hold = a_hold(reason="Smith")
    shown = f"{pending!r} {a_run(plan=b'Smith')!r} {hold!r}"
    assert "Smith" not in shown
    assert "o1" in shown


def test_pending_writes_wait_in_order_until_their_object_is_seen(store):
    rows = [
        Pending(object_id=one, run="r-1", data=b'{"accountEnabled":false}', at=NOON)
        for one in ("o1", "o2", "o1")
    ]
    store.mirror.put_pending(rows)
    store.mirror.put_pending([])
    assert store.mirror.pending() == rows
    store.mirror.drop_pending(["o1", "o7"])
    assert store.mirror.pending() == [rows[1]]
