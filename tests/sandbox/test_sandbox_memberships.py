"""Nested groups, what belongs to what, and objects by id."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running_sandbox import a_group, ref, refused
from tenants_in_process import Actor, a_tenant, call, caught_up

from graphsync.sandbox import members, memberships

NOBODY = "0d5a1d5c-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def reader(sandbox):
    return sandbox.app_with("Directory.Read.All", "GroupMember.Read.All", "User.Read.All")


@pytest.fixture(scope="module")
def nest(sandbox):
    """A user in an inner group that is in an outer one."""
    user, inner, outer = sandbox.user(), sandbox.group(), sandbox.group()
    for group, member in ((inner, user), (outer, inner)):
        answer = sandbox.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(member)})
        assert answer.status_code == 204
    sandbox.settle()
    return user, inner, outer


def ids(answer):
    assert answer.status_code == 200, answer.text
    return {row["id"] for row in answer.json()["value"]}


def test_direct_and_transitive_members_differ_by_the_nest(sandbox, nest, reader):
    user, inner, outer = nest
    (member,) = sandbox.everything(f"/groups/{outer}/members")
    assert (member["@odata.type"], member["id"]) == ("#microsoft.graph.group", inner)
    assert "userPrincipalName" not in member
    assert sandbox.everything(f"/groups/{outer}/members/graph.user") == []
    assert ids(sandbox.get(f"/groups/{outer}/members/graph.group")) == {inner}
    assert ids(sandbox.get(f"/groups/{outer}/transitiveMembers", token=reader)) == {user, inner}
    only_users = f"/groups/{outer}/transitiveMembers/microsoft.graph.user"
    assert ids(sandbox.get(only_users, token=reader)) == {user}
    assert ids(sandbox.get(f"/users/{user}/memberOf", token=reader)) == {inner}
    assert ids(sandbox.get(f"/users/{user}/transitiveMemberOf", token=reader)) == {inner, outer}
    assert ids(sandbox.get(f"/groups/{inner}/memberOf", token=reader)) == {outer}


def test_delta_tells_nested_groups_from_users(sandbox, nest):
    _, inner, outer = nest
    rows, _ = sandbox.drained(f"/groups/delta?$select=members&$filter=id eq '{outer}'")
    told = [each for row in rows for each in row.get("members@delta", ())]
    assert told == [{"@odata.type": "#microsoft.graph.group", "id": inner}]


def test_member_groups_are_checked_and_got_through_the_nest(sandbox, nest, reader):
    user, inner, outer = nest
    asked = {"groupIds": [outer.upper(), NOBODY, inner]}
    answer = sandbox.post(f"/users/{user}/checkMemberGroups", asked, token=reader)
    assert answer.json()["value"] == [outer, inner]
    for security_only in (True, False):
        body = {"securityEnabledOnly": security_only}
        answer = sandbox.post(f"/users/{user}/getMemberGroups", body, token=reader)
        assert set(answer.json()["value"]) == {inner, outer}
    body = {"securityEnabledOnly": False}
    answer = sandbox.post(f"/groups/{inner}/microsoft.graph.getMemberObjects", body, token=reader)
    assert answer.json()["value"] == [outer]


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        ("checkMemberGroups", {}, "'groupIds'"),
        ("checkMemberGroups", {"groupIds": [NOBODY] * 21}, "maximum of 20"),
        ("checkMemberGroups", {"groupIds": "x"}, "'groupIds'"),
        ("checkMemberGroups", {"groupIds": [], "more": 1}, "Property 'more'"),
        ("getMemberGroups", {}, "'securityEnabledOnly'"),
        ("getMemberGroups", {"securityEnabledOnly": "yes"}, "'securityEnabledOnly'"),
    ],
)
def test_a_membership_question_that_makes_no_sense_is_refused(
    sandbox, nest, reader, path, body, text
):
    answer = sandbox.post(f"/users/{nest[0]}/{path}", body, token=reader)
    refused(answer, 400, "Request_BadRequest", text)


def test_a_holder_of_a_directory_role_is_in_the_role(sandbox, reader):
    body = {"securityEnabledOnly": False}
    path = "/users/breakglass@contoso.onmicrosoft.com"
    (role,) = sandbox.get(f"{path}/memberOf", token=reader).json()["value"]
    assert role["@odata.type"] == "#microsoft.graph.directoryRole"
    assert role["displayName"] == "Global Administrator"
    answer = sandbox.post(f"{path}/getMemberObjects", body, token=reader)
    assert answer.json()["value"] == [role["id"]]


def test_what_may_not_be_nested_is_refused(sandbox):
    plain = sandbox.group()
    unified = sandbox.group(groupTypes=["Unified"], mailEnabled=True, securityEnabled=False)
    for group, member in ((plain, unified), (unified, plain), (plain, plain)):
        answer = sandbox.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(member)})
        refused(answer, 400, "Request_BadRequest")


def test_objects_are_got_by_ids_whatever_they_are(sandbox, nest, reader):
    user, inner, _ = nest
    asked = {"ids": [user, NOBODY, inner]}
    rows = sandbox.post("/directoryObjects/getByIds", asked, token=reader).json()["value"]
    assert [(row["id"], row["@odata.type"]) for row in rows] == [
        (user, "#microsoft.graph.user"),
        (inner, "#microsoft.graph.group"),
    ]
    asked["types"] = ["group", "device"]
    path = "/directoryObjects/microsoft.graph.getByIds?$select=id,mailNickname,surname"
    (row,) = sandbox.post(path, asked, token=reader).json()["value"]
    assert row.keys() == {"@odata.type", "id", "mailNickname"}
    answer = sandbox.post(path, asked, token=reader)
    assert answer.headers["x-ms-resource-unit"] == "2"
    body = sandbox.get(f"/directoryObjects/{user}", token=reader).json()
    assert (body["@odata.type"], body["id"]) == ("#microsoft.graph.user", user)


@pytest.mark.parametrize(
    "body", [{}, {"ids": ["x"]}, {"ids": [NOBODY] * 1001}, {"ids": 7}, {"ids": [], "kinds": []}]
)
def test_ids_that_make_no_sense_are_refused(sandbox, reader, body):
    answer = sandbox.post("/directoryObjects/getByIds", body, token=reader)
    refused(answer, 400, "Request_BadRequest")


def test_names_of_groups_can_be_tried_out(sandbox):
    taken = a_group(groupTypes=["Unified"], mailEnabled=True, securityEnabled=False)
    group = sandbox.post("/groups", taken).json()["id"]
    sandbox.settle()
    names = {"displayName": "New", "mailNickname": taken["mailNickname"]}
    path = "/directoryObjects/validateProperties"
    answer = sandbox.post(path, {"entityType": "Group", **names})
    text = "Another object with the same value for property mailNickname already exists."
    error = refused(answer, 422, "Request_UnprocessableEntity", text)
    assert error["details"][0]["code"] == "PropertyConflict"
    free = {"entityType": "Group", "displayName": "New", "mailNickname": "free-name"}
    assert sandbox.post(path, free).status_code == 204
    assert sandbox.post(f"/groups/{group}/validateProperties", names).status_code == 204
    for body in ({"entityType": "User"}, {"entityType": "Group"}, {**free, "colour": "red"}):
        refused(sandbox.post(path, body), 400, "Request_BadRequest")


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
def test_transitive_membership_is_reachability_even_in_circles(edges):
    tenant = a_tenant()
    actor = Actor(tenant)
    for _ in range(5):
        actor.form(1, 0)
    caught_up(tenant)
    keys = actor.groups
    edges = {(outer, inner) for outer, inner in edges if outer != inner}
    for outer, inner in edges:
        body = {"@odata.id": ref(keys[inner])}
        members.add_member(call(tenant, [keys[outer]], body=body))
    caught_up(tenant)
    reached = {(outer, inner) for outer, inner in edges}
    for middle in range(5):
        for outer in range(5):
            for inner in range(5):
                if {(outer, middle), (middle, inner)} <= reached:
                    reached.add((outer, inner))
    for outer in range(5):
        answer = memberships.transitive_members(call(tenant, [keys[outer]]))
        found = {row["id"] for row in answer.body["value"]}
        expected = {keys[inner] for start, inner in reached if start == outer and inner != outer}
        assert found == expected
