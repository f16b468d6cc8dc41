"""``$expand``, metadata levels, delta's minimal answers and groups that a rule fills."""

import pytest
from running_sandbox import a_group, item, ref, refused

RULE = 'user.department -eq "Year 7"'
DYNAMIC = {
    "groupTypes": ["DynamicMembership"],
    "membershipRule": RULE,
    "membershipRuleProcessingState": "Paused",
}


@pytest.fixture(scope="module")
def team(sandbox):
    """A group of 22 people, the first of whom manages the second."""
    people = [sandbox.post("/users", _person(number)).json()["id"] for number in range(22)]
    sandbox.settle()
    group = sandbox.group()
    for start in (0, 20):
        bind = {"members@odata.bind": [ref(key) for key in people[start : start + 20]]}
        assert sandbox.patch(f"/groups/{group}", bind).status_code == 204
    sandbox.call("PUT", f"/users/{people[1]}/manager/$ref", {"@odata.id": ref(people[0])})
    sandbox.settle()
    return group, people


def _person(number):
    return {
        "accountEnabled": True,
        "displayName": f"Team {number}",
        "mailNickname": f"team{number}",
        "userPrincipalName": f"team{number}@school.example",
        "passwordProfile": {"password": "Orange-Kite-42"},
    }


def test_a_manager_is_expanded_and_left_out_where_there_is_none(sandbox, team):
    _, people = team
    body = sandbox.get(f"/users/{people[1]}?$select=id&$expand=manager").json()
    assert body["manager"]["id"] == people[0]
    assert body["manager"]["@odata.type"] == "#microsoft.graph.user"
    assert "manager" not in sandbox.get(f"/users/{people[0]}?$expand=manager").json()
    path = "/users?$select=id&$expand=manager&$top=5"
    managers = {
        row["id"]: row["manager"]["id"] for row in sandbox.everything(path) if "manager" in row
    }
    assert managers[people[1]] == people[0]
    assert people[0] not in managers


def test_members_are_expanded_twenty_at_most_and_without_a_next_link(sandbox, team):
    group, people = team
    body = sandbox.get(f"/groups/{group}?$expand=members").json()
    assert len(body["members"]) == 20
    assert {row["id"] for row in body["members"]} < set(people)
    assert not any("nextLink" in name for name in body)
    rows = sandbox.everything("/groups?$expand=members&$select=id")
    assert len(next(row["members"] for row in rows if row["id"] == group)) == 20


def test_expanding_costs_a_unit_more(sandbox, team):
    _, people = team
    plain = sandbox.get(f"/users/{people[0]}")
    wide = sandbox.get(f"/users/{people[0]}?$expand=manager")
    costs = [int(each.headers["x-ms-resource-unit"]) for each in (plain, wide)]
    assert costs == [2, 3]


@pytest.mark.parametrize(
    "query",
    [
        "/users?$expand=manager($select=id)",
        "/users?$expand=manager&$count=true",
        '/users?$expand=manager&$search="displayName:x"',
        "/users/delta?$expand=manager",
    ],
)
def test_expanding_that_the_directory_does_not_support_is_refused(sandbox, query):
    answer = sandbox.get(query, consistencylevel="eventual")
    refused(answer, 400, "Request_UnsupportedQuery")


def accepting(level):
    return {"accept": f"application/json;odata.metadata={level}"}


def test_metadata_can_be_left_out_or_be_given_in_full(sandbox, team):
    group, people = team
    path = f"/groups/{group}/members?$top=1"
    bare = sandbox.get(path, **accepting("none"))
    assert "odata.metadata=none" in bare.headers["content-type"]
    assert bare.json().keys() == {"value", "@odata.nextLink"}
    assert not any(name.startswith("@") for name in bare.json()["value"][0])
    full = sandbox.get(f"/users/{people[0]}?$select=id", **accepting("full")).json()
    assert full["@odata.type"] == "#microsoft.graph.user"
    place = f"directoryObjects/{people[0]}/Microsoft.DirectoryServices.User"
    assert full["@odata.editLink"] == place
    assert full["@odata.id"] == f"https://graph.microsoft.com/v2/{sandbox.tenant}/{place}"
    minimal = sandbox.get(f"/users/{people[0]}?$select=id", **accepting("minimal"))
    assert minimal.json().keys() == {"@odata.context", "id"}
    error = sandbox.get("/users/nobody", **accepting("none"))
    refused(error, 404, "Request_ResourceNotFound")


def test_a_batch_item_has_a_metadata_level_of_its_own(sandbox, team):
    path = f"/users/{team[1][0]}?$select=id"
    rows = sandbox.batch(item("1", "GET", path, headers=accepting("none")), item("2", "GET", path))
    assert rows["1"]["body"].keys() == {"id"}
    assert rows["2"]["body"].keys() == {"@odata.context", "id"}


def test_delta_tells_only_what_changed_when_asked_for_the_minimum(sandbox):
    user = sandbox.user(department="7A", jobTitle="Pupil")
    path = f"/users/delta?$select=department,jobTitle&$filter=id eq '{user}'"
    _, link = sandbox.drained(path)
    sandbox.patch(f"/users/{user}", {"department": "8A"})
    sandbox.settle()
    rows = []
    while link:
        body = sandbox.get(link, prefer="return=minimal").json()
        rows += body["value"]
        link = body.get("@odata.nextLink")
    assert rows == [{"id": user, "department": "8A"}]


def test_a_paused_rule_makes_a_group_whose_members_no_hand_changes(sandbox):
    group, user = sandbox.group(**DYNAMIC), sandbox.user()
    body = sandbox.get(f"/groups/{group}").json()
    assert body.items() >= DYNAMIC.items()
    reference = {"@odata.id": ref(user)}
    answer = sandbox.post(f"/groups/{group}/members/$ref", reference)
    refused(answer, 403, "Authorization_RequestDenied")
    bind = {"members@odata.bind": [ref(user)]}
    refused(sandbox.patch(f"/groups/{group}", bind), 403, "Authorization_RequestDenied")
    answer = sandbox.post("/groups", a_group(**DYNAMIC, **bind))
    refused(answer, 403, "Authorization_RequestDenied")
    other = {"membershipRule": 'user.department -eq "Year 8"'}
    assert sandbox.patch(f"/groups/{group}", other).status_code == 204


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        ({"membershipRule": None}, 400, "A value is required for property 'membershipRule'."),
        ({"membershipRuleProcessingState": None}, 400, "'membershipRuleProcessingState'"),
        ({"membershipRuleProcessingState": "Off"}, 400, "'membershipRuleProcessingState'"),
        ({"membershipRuleProcessingState": "On"}, 501, "not yet supported"),
        ({"membershipRule": "everyone"}, 400, "'membershipRule'"),
        ({"membershipRule": RULE + " " * 3072}, 400, "'membershipRule'"),
        ({"groupTypes": []}, 400, "'membershipRule'"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(sandbox, changes, status, text):
    answer = sandbox.post("/groups", a_group(**{**DYNAMIC, **changes}))
    code = "NotImplemented" if status == 501 else "Request_BadRequest"
    refused(answer, status, code, text)


def test_a_group_without_a_rule_cannot_be_given_one(sandbox):
    answer = sandbox.patch(f"/groups/{sandbox.group()}", {"membershipRule": RULE})
    refused(answer, 400, "Request_BadRequest", "'membershipRule'")
    answer = sandbox.patch(f"/groups/{sandbox.group(**DYNAMIC)}", {"membershipRule": None})
    refused(answer, 400, "Request_BadRequest", "'membershipRule'")
