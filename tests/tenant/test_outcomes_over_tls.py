"""Each line of the outcome table, given over TLS, and what applying does about it.

The sandbox gives the answer wherever it can; `Between` gives those that take a tenant's history.
Every test is named after the line that it shows, and proves that the door was given that answer.
"""

import asyncio

import msgspec
import pytest
import pytest_asyncio
from applied import applier_in
from between import Between, Instead, error
from hostile_server import http
from outcome_cases import SHOWN, Case, blocked, joins, leaves, shows
from tenant_in_a_box import a_create, a_group, an_add

from graphsync.changes import (
    AssignLicence,
    CreateGroup,
    CreateTeam,
    CreateUser,
    RemoveLicence,
    RevokeSessions,
)
from graphsync.passwords import PasswordDesk
from graphsync.tenant.limits import Limits
from graphsync.tenant.outcomes import TABLE
from graphsync.tenant.outcomes_table import OUTSIDE
from graphsync.tenant.problems import TenantUnreachable, ThrottledTooLong
from policies.people import Kind

pytestmark = pytest.mark.asyncio(loop_scope="module")

BAD = "Request_BadRequest"
SKU = {"sku": "STANDARDWOFFPACK_STUDENT", "sku_id": "314c4481-f395-4525-be8b-2ec4bb1e9d91"}
NOBODY = "00000000-0000-4000-8000-000000000009"
SOON_OVER = {"verify_wait": 0.4}  # seconds: one more try, half a second after the first


@pytest.fixture(scope="module")
def applier(tmp_path_factory):
    with applier_in(tmp_path_factory.mktemp("store")) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def between(served):
    """One address for all tests: links of the mirror stay good, and so do connections."""
    async with Between(served) as server:
        yield server


@pytest.fixture
def case(applier, tenant, between, tmp_path):
    assert between.tenant is tenant
    return Case(applier, between, tmp_path)


@shows("accepted")
async def test_what_is_accepted_is_done_and_verified(case):
    create = a_create()
    ended = await case.apply(create)
    case.reached("accepted")
    assert ended.outcomes == ["done"]
    assert case.user(create)["employeeId"] == create.stamp


@shows("accepted-user-unnamed")
@pytest.mark.parametrize("body", [{}, {"id": 7}, []])
async def test_an_account_without_its_id_in_the_answer_is_read_and_not_made_again(case, body):
    create = a_create()
    ended = await case.apply(create, instead=[Instead("POST", "/users$", 201, body, after=True)])
    case.reached("accepted-user-unnamed")
    assert ended.outcomes == ["done"]
    assert case.times("POST", "/v1.0/users") == 1


@shows("accepted-user-unnamed")
async def test_nothing_follows_for_an_account_that_nobody_named_and_nothing_shows(case):
    group_id = await case.group("gs-nameless")
    create = a_create()
    ended = await case.apply(
        create,
        an_add(create, "gs-nameless", group_id),
        instead=[Instead("POST", "/users$", 201, {})],
    )
    assert ended.outcomes == ["unknown", "not_tried"]
    assert case.times("PATCH", "/groups/") == 0


@shows("accepted-group-unnamed")
async def test_a_group_without_its_id_in_the_answer_is_read(case):
    unnamed = Instead("PATCH", "uniqueName", 201, {}, after=True)
    ended = await case.apply(a_group("gs-unnamed"), instead=[unnamed])
    case.reached("accepted-group-unnamed")
    assert ended.outcomes == ["done"]


@shows("throttled")
async def test_what_is_throttled_rests_and_is_sent_again(case):
    fault = {"kind": "status", "method": "POST", "path": "/users$", "status": 429}
    ended = await case.apply(a_create(), faults=[fault | {"retryAfter": "0.2", "count": 2}])
    case.reached("throttled")
    assert ended.outcomes == ["done"]
    assert case.times("POST", "/v1.0/users") == 3


@shows("dependency-failed")
async def test_what_a_failed_dependency_kept_back_is_sent_again(case):
    (person,) = await case.people()
    failed = Instead("PATCH", "^/users/", 424, error("FailedDependency"))
    ended = await case.apply(blocked(person), instead=[failed])
    case.reached("dependency-failed")
    assert ended.outcomes == ["done"]
    assert case.user(person)["accountEnabled"] is False


@shows("dependency-failed")
async def test_a_line_of_removals_goes_on_behind_one_that_is_not_seen(case):
    people = await case.people(3)
    group_id = await case.group("gs-line", *people)
    ended = await case.apply(
        *(leaves(one, "gs-line", group_id) for one in people),
        instead=[Instead("DELETE", r"/members/.*ref$", 404, error("Request_ResourceNotFound"))],
    )
    case.reached("dependency-failed")
    assert ended.outcomes == ["done"] * 3
    assert case.tenant.groups()["gs-line"]["members"] == []


@shows("token-ran-out")
async def test_an_item_that_met_an_old_token_is_sent_again(case):
    old = Instead("POST", "/users$", 401, error("InvalidAuthenticationToken"))
    ended = await case.apply(a_create(), instead=[old])
    case.reached("token-ran-out")
    assert ended.outcomes == ["done"]


@shows("taken-name")
async def test_a_taken_name_that_is_ours_is_adopted(case):
    (person,) = await case.people()
    again = msgspec.structs.replace(person, account=None, population=Kind.PUPIL)
    ended = await case.apply(again)
    case.reached("taken-name")
    assert ended.outcomes == ["done"]
    link = case.applier.store.links.of("pb")[person.person]
    assert link.object_id == person.account


@shows("taken-name")
async def test_a_taken_name_that_is_somebody_elses_is_refused(case):
    (person,) = await case.people()
    rival = a_create(user_principal_name=person.user_principal_name)
    ended = await case.apply(rival)
    case.reached("taken-name")
    assert ended.outcomes == ["refused"]
    assert "not ours" in ended.notes
    assert case.user(person)["employeeId"] == person.stamp


@shows("taken-address")
async def test_a_taken_address_under_another_name_is_unknown_in_the_end(case):
    text = "Another object with the same value for property proxyAddresses already exists."
    create = a_create()
    ended = await case.apply(create, instead=[Instead("POST", "/users$", 400, error(BAD, text))])
    case.reached("taken-address")
    assert ended.outcomes == ["unknown"]
    assert case.user(create) is None


@shows("taken-key")
async def test_a_group_whose_key_is_taken_is_read(case):
    key = Instead(
        "PATCH", "uniqueName", 409, error("Request_MultipleObjectsWithSameKeyValue"), after=True
    )
    ended = await case.apply(a_group("gs-key"), instead=[key])
    case.reached("taken-key")
    assert ended.outcomes == ["done"]


async def the_class(case, name):
    """A class group with an owner, old enough to become a Team; and the change that makes it one.

    Fifteen minutes are eighteen seconds at this sandbox's scale.
    """
    (teacher,) = await case.people()
    made = CreateGroup(group=name, display_name=name, mail_nickname=name, owners=(teacher.account,))
    ended = await case.apply(made)
    assert ended.outcomes == ["done"], ended.notes
    case.tenant.call("POST", "/_sandbox/clock", {"advance_seconds": 18})
    return CreateTeam(group=name, group_id=case.tenant.groups()[name]["id"])


@shows("team-already")
async def test_a_class_that_is_a_team_already_is_done(case):
    team = await the_class(case, "gs-taught")
    assert (await case.apply(team)).outcomes == ["done"]
    ended = await case.apply(team)
    case.reached("team-already")
    assert ended.outcomes == ["done"]


@shows("team-without-owner")
async def test_a_class_that_nobody_owns_becomes_no_team_and_the_mend_is_said(case):
    group_id = await case.group("gs-owned-by-nobody")
    team = CreateTeam(group="gs-owned-by-nobody", group_id=group_id)
    text = "The group must have at least one owner."
    ended = await case.apply(team, instead=[Instead("PUT", "/team$", 400, error(BAD, text))])
    case.reached("team-without-owner")
    assert ended.outcomes == ["refused"]
    assert "name an owner" in ended.notes


@shows("team-too-soon")
async def test_a_class_that_teams_does_not_know_yet_is_tried_again(case):
    team = await the_class(case, "gs-too-new")
    late = Instead("PUT", "/team$", 404, error("NotFound"))
    ended = await case.apply(team, instead=[late])
    case.reached("team-too-soon")
    assert ended.outcomes == ["done"]


@shows("failed")
async def test_a_team_that_was_made_before_the_answer_was_lost_is_read_and_not_made_again(case):
    team = await the_class(case, "gs-lost")
    path = f"/groups/{team.group_id}/team"
    ended = await case.apply(
        team, faults=[{"kind": "commit_then_503", "method": "PUT", "path": path}]
    )
    case.reached("failed")
    assert ended.outcomes == ["done"]
    assert case.times("PUT", path) == 1


@shows("member-already")
async def test_who_is_a_member_already_is_done(case):
    (person,) = await case.people()
    group_id = await case.group("gs-already", person)
    ended = await case.apply(joins(person, "gs-already", group_id))
    case.reached("member-already")
    assert ended.outcomes == ["done"]


@shows("member-already-in-bind")
async def test_a_bind_with_a_member_in_it_is_split_and_everybody_joins(case):
    people = await case.people(4)
    group_id = await case.group("gs-bind", people[1])
    ended = await case.apply(*(joins(one, "gs-bind", group_id) for one in people))
    case.reached("member-already-in-bind")
    case.reached("member-already")
    assert ended.outcomes == ["done"] * 4
    assert len(case.tenant.groups()["gs-bind"]["members"]) == 4


@shows("no-member")
async def test_who_is_no_member_any_more_is_done(case):
    (person,) = await case.people()
    group_id = await case.group("gs-gone")
    text = "One or more removed object references do not exist"
    gone = Instead("DELETE", r"/members/.*ref$", 400, error(BAD, text))
    ended = await case.apply(leaves(person, "gs-gone", group_id), instead=[gone])
    case.reached("no-member")
    assert ended.outcomes == ["done"]


@shows("usage-location")
async def test_a_usage_location_that_is_not_seen_yet_is_waited_for(case):
    (person,) = await case.people()
    text = "License assignment cannot be done for user with invalid usage location."
    late = Instead("POST", "/assignLicense$", 400, error(BAD, text))
    ended = await case.apply(
        AssignLicence(person=person.person, account=person.account, **SKU), instead=[late]
    )
    case.reached("usage-location")
    assert ended.outcomes == ["done"]
    assert case.user(person)["assignedLicenses"][0]["skuId"] == SKU["sku_id"]


@shows("reference-not-seen")
async def test_a_member_that_is_not_seen_yet_is_waited_for(case):
    (person,) = await case.people()
    group_id = await case.group("gs-late")
    text = f"Resource '{person.account}' does not exist or one of its queried reference-property"
    late = Instead("PATCH", "^/groups/", 400, error(BAD, f"{text} objects are not present."))
    ended = await case.apply(joins(person, "gs-late", group_id), instead=[late])
    case.reached("reference-not-seen")
    assert ended.outcomes == ["done"]


@shows("not-seen")
async def test_a_404_after_a_create_is_tried_until_it_is_seen(case):
    (person,) = await case.people()
    late = Instead("PATCH", "^/users/", 404, error("Request_ResourceNotFound"), count=2)
    ended = await case.apply(blocked(person), instead=[late])
    case.reached("not-seen")
    assert ended.outcomes == ["done"]


@shows("not-seen")
async def test_a_404_that_stays_is_tried_to_the_limit_and_is_unknown_in_the_end(case):
    (person,) = await case.people()
    ended = await case.apply(
        blocked(msgspec.structs.replace(person, account=NOBODY)), settings=SOON_OVER
    )
    case.reached("not-seen")
    assert ended.outcomes == ["unknown"]
    assert case.times("PATCH", NOBODY) == 2


@shows("not-seen")
async def test_removing_somebody_who_was_never_there_is_done_when_the_wait_is_over(case):
    (person,) = await case.people()
    group_id = await case.group("gs-never")
    ended = await case.apply(leaves(person, "gs-never", group_id), settings=SOON_OVER)
    case.reached("not-seen")
    assert ended.outcomes == ["done"]


REFUSALS = {
    "mastered-in-ad": (
        400,
        error(BAD, "Unable to update the specified properties for on-premises mastered objects."),
        "Active Directory",
    ),
    "no-licence-left": (
        400,
        error(BAD, f"Subscription with SKU {SKU['sku_id']} does not have any available licenses."),
        "no licence of this kind is left",
    ),
    "licence-inherited": (
        400,
        error(BAD, "User license is inherited from a group membership and it cannot be removed."),
        "comes from a group",
    ),
    "quota-used-up": (403, error("Directory_QuotaExceeded", "would exceed"), "quota"),
    "unprocessable": (422, error("Request_UnprocessableEntity"), "Graph refuses it (HTTP 422"),
}


def refused_change(line, person):
    known = {"person": person.person, "account": person.account}
    if line == "no-licence-left":
        return AssignLicence(**known, **SKU)
    return RemoveLicence(**known, **SKU) if line == "licence-inherited" else blocked(person)


@shows("mastered-in-ad")
@shows("no-licence-left")
@shows("licence-inherited")
@shows("quota-used-up")
@shows("unprocessable")
@pytest.mark.parametrize("line", REFUSALS)
async def test_a_refusal_is_told_once_and_in_plain_words(case, line):
    status, body, said = REFUSALS[line]
    (person,) = await case.people()
    refusal = Instead("POST" if "licence" in line else "PATCH", "^/users/", status, body)
    ended = await case.apply(refused_change(line, person), instead=[refusal])
    case.reached(line)
    assert ended.outcomes == ["refused"]
    assert said in ended.notes
    assert person.account not in ended.notes
    assert case.user(person)["accountEnabled"] is True


class WeakDesk(PasswordDesk):
    """Draws what Entra does not take."""

    def make(self, change: CreateUser) -> str:
        super().make(change)
        return "password"


@shows("weak-password")
async def test_a_password_that_entra_does_not_take_is_a_refusal(case):
    create = a_create()
    ended = await case.apply(create, desk=WeakDesk)
    case.reached("weak-password")
    assert ended.outcomes == ["refused"]
    assert "Entra refuses the initial password" in ended.notes
    assert case.user(create) is None


@shows("unverified-domain")
async def test_a_domain_that_is_not_verified_is_a_refusal(case):
    ended = await case.apply(a_create(user_principal_name="somebody@elsewhere.example"))
    case.reached("unverified-domain")
    assert ended.outcomes == ["refused"]
    assert "elsewhere" not in ended.notes


@shows("not-allowed")
async def test_a_missing_permission_is_named(case):
    rights = ["User.Read.All", "Group.Read.All", "LicenseAssignment.Read.All"]
    app = case.tenant.call(
        "POST",
        "/_sandbox/apps",
        {"name": "reader", "permissions": [*rights, "RoleManagement.Read.Directory"]},
    )
    settings = {"client_id": app["clientId"], "client_secret": app["secret"]}
    ended = await case.apply(a_create(), settings=settings)
    case.reached("not-allowed")
    assert ended.outcomes == ["refused"]
    assert "User.ReadWrite.All" in ended.notes


@shows("failed")
async def test_a_503_after_the_write_was_done_is_settled_by_reading(case):
    create = a_create()
    fault = {"kind": "commit_then_503", "method": "POST", "path": "/users$"}
    ended = await case.apply(create, faults=[fault])
    case.reached("failed")
    assert ended.outcomes == ["done"]
    assert case.times("POST", "/v1.0/users") == 1


@shows("failed")
@pytest.mark.parametrize("status", [500, 504])
async def test_a_5xx_before_the_write_is_unknown_and_never_sent_again(case, status):
    create = a_create()
    fault = {"kind": "status", "method": "POST", "path": "/users$", "status": status}
    ended = await case.apply(create, faults=[fault])
    case.reached("failed")
    assert ended.outcomes == ["unknown"]
    assert case.times("POST", "/v1.0/users") == 1
    assert case.user(create) is None


@shows("bad-request")
async def test_a_bad_request_names_the_code_and_not_the_person(case):
    ended = await case.apply(a_create(mail_nickname="two words"))
    case.reached("bad-request")
    assert ended.outcomes == ["refused"]
    assert BAD in ended.notes
    assert "two words" not in ended.notes


@shows("no-answer")
@pytest.mark.parametrize("raw", [b"", http(200, {"responses": []})[:-5]])
async def test_a_lost_answer_to_a_write_that_was_done_is_settled_by_reading(case, raw):
    create = a_create()
    ended = await case.apply(create, instead=[Instead("POST", "batch$", after=True, raw=raw)])
    assert ended.outcomes == ["done"]
    assert case.times("POST", "/v1.0/users") == 1


@shows("no-answer")
async def test_a_lost_answer_to_a_write_that_was_not_done_is_unknown(case):
    create = a_create()
    ended = await case.apply(create, instead=[Instead("POST", "batch$", raw=b"")])
    assert ended.outcomes == ["unknown"]
    assert case.user(create) is None


async def drip():
    for _ in range(100):
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n"[:1]
        await asyncio.sleep(0.1)


@shows("time-out")
async def test_a_time_out_after_a_write_is_settled_by_reading(case):
    create = a_create()
    ended = await case.apply(
        create,
        settings={"limits": Limits(seconds=1.0)},
        instead=[Instead("POST", "batch$", after=True, raw=drip())],
    )
    assert ended.outcomes == ["done"]
    assert case.times("POST", "/v1.0/users") == 1


@shows("failed-without-body")
@pytest.mark.parametrize("status", [503, 504])
async def test_a_5xx_without_a_body_to_a_whole_batch_is_settled_by_reading(case, status):
    creates = [a_create() for _ in range(3)]
    failed = Instead("POST", "batch$", after=True, raw=http(status))
    ended = await case.apply(*creates, instead=[failed])
    assert ended.outcomes == ["done"] * 3
    assert case.times("POST", "/v1.0/users") == 3


@shows("unreadable")
@pytest.mark.parametrize(
    "responses",
    [
        [{"id": "0", "status": "201"}],
        [{"id": 0, "status": 201}],
        [{"id": "0", "status": 201}, {"id": "0", "status": 400}],
        [{"id": "17", "status": 201}],
        [],
        {},
        "0",
    ],
)
async def test_a_batch_answer_that_cannot_be_told_is_settled_by_reading(case, responses):
    create = a_create()
    odd = Instead("POST", "batch$", after=True, raw=http(200, {"responses": responses}))
    ended = await case.apply(create, instead=[odd])
    assert ended.outcomes == ["done"]
    assert case.times("POST", "/v1.0/users") == 1


@shows("not-graph")
@pytest.mark.parametrize(
    "raw",
    [
        http(200, b"<html>sign in</html>", "text/html"),
        http(403, b"<html>blocked</html>", "text/html"),
        http(407, b""),
        http(302, b"", Location="https://portal.example/"),
        http(400, {"error": "no envelope"}),
        http(400, {"responses": [{"id": "0", "status": 201, "body": {"id": NOBODY}}]}),
        http(200, {"responses": [{"id": "0", "status": 201, "body": {"id": NOBODY}}]}, "text/html"),
    ],
)
async def test_a_page_in_place_of_a_batch_answer_is_no_refusal_of_graphs(case, raw):
    create = a_create()
    ended = await case.apply(create, instead=[Instead("POST", "batch$", after=True, raw=raw)])
    assert ended.outcomes == ["done"]
    assert case.times("POST", "/v1.0/users") == 1


@shows("claims-challenge")
async def test_a_claims_challenge_costs_one_fresh_token_and_the_write_is_done_once(case):
    ended = await case.apply(a_create(), faults=[{"kind": "claims", "path": r"\$batch$"}])
    assert ended.outcomes == ["done"]
    batches = [one["status"] for one in case.tenant.graph_calls() if "batch" in one["path"]]
    assert batches == [401, 200]


@shows("delta-expired")
async def test_an_expired_delta_link_lists_everything_again(case):
    fault = {"kind": "status", "method": "GET", "path": "/users/delta", "status": 410}
    ended = await case.apply(a_create(), faults=[fault])
    assert ended.outcomes == ["done"]
    reads = [one["path"] for one in case.tenant.graph_calls() if one["method"] == "GET"]
    assert "/v1.0/users" in reads


@shows("page-expired")
async def test_a_page_link_that_ran_out_lists_everything_again_but_not_for_ever(case):
    spent = error("Directory_ExpiredPageToken")
    relist = {"kind": "status", "method": "GET", "path": "/users/delta", "status": 410}
    once = Instead("GET", r"^/users\?", 400, spent)
    ended = await case.apply(a_create(), instead=[once], faults=[relist])
    assert (ended.outcomes, once.count) == (["done"], 0)
    twice = Instead("GET", r"^/users\?", 400, spent, count=2)
    ended = await case.apply(a_create(), instead=[twice], faults=[relist])
    assert "does not take the links" in str(ended.problem)
    assert twice.count == 0


@shows("throttled-too-long")
@pytest.mark.parametrize("rest", ["315360000", "Fri, 31 Dec 9999 23:59:59 GMT"])
async def test_a_rest_of_ten_years_ends_the_run_and_nothing_was_tried(case, rest):
    date = "Wed, 25 Nov 2026 10:00:00 GMT"
    slow = Instead(
        "POST", "/users$", 429, error("TooManyRequests"), {"Retry-After": rest, "Date": date}
    )
    create = a_create()
    ended = await case.apply(create, instead=[slow])
    assert isinstance(ended.problem, ThrottledTooLong)
    assert ended.outcomes == ["not_tried"]
    assert case.user(create) is None


@shows("unknown")
async def test_an_answer_that_no_line_knows_is_settled_by_reading(case):
    create = a_create()
    odd = Instead("POST", "/users$", 418, error("IAmATeapot"), after=True)
    ended = await case.apply(create, instead=[odd])
    case.reached("")
    assert ended.outcomes == ["done"]


@shows("no-connection")
async def test_what_never_left_is_not_tried(applier, tenant, tmp_path):
    create = a_create()
    async with Between(tenant, connection="close") as own:
        case = Case(applier, own, tmp_path)
        ended = await case.apply(create, network_lost=True)
    assert isinstance(ended.problem, TenantUnreachable)
    assert "cannot be reached" in str(ended.problem)
    assert ended.outcomes == ["not_tried"]
    assert case.user(create) is None


async def test_a_leaver_whose_block_is_refused_keeps_the_sessions(case):
    (person,) = await case.people()
    refused = Instead("PATCH", "^/users/", 400, error(BAD))
    revoke = RevokeSessions(person=person.person, account=person.account)
    ended = await case.apply(blocked(person), revoke, instead=[refused])
    assert ended.outcomes == ["refused", "not_tried"]


async def test_every_line_of_the_table_is_shown_by_a_test():
    lines = [row.id for row in (*TABLE, *OUTSIDE)]
    assert len(set(lines)) == len(lines)
    assert set(SHOWN) == set(lines)
