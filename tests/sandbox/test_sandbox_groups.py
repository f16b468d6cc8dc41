"""Groups and members."""

import pytest
from running_sandbox import a_group, ref, refused

CREATE = {"prefer": "create-if-missing"}


def test_an_upsert_creates_once_and_then_updates(sandbox):
    sent = a_group()
    path = f"/groups(uniqueName='{sent['mailNickname']}')"
    first = sandbox.patch(path, sent, **CREATE)
    assert first.status_code == 201
    assert first.json()["uniqueName"] == sent["mailNickname"]
    second = sandbox.patch(path, {**sent, "description": "changed"}, **CREATE)
    assert (second.status_code, second.content) == (204, b"")
    sandbox.settle()
    body = sandbox.get(path).json()
    assert (body["id"], body["description"]) == (first.json()["id"], "changed")


def test_without_the_preference_a_missing_group_is_not_found(sandbox):
    answer = sandbox.patch("/groups(uniqueName='nowhere')", a_group())
    refused(answer, 404, "Request_ResourceNotFound", "Resource 'nowhere' does not exist")


def test_the_unique_name_is_read_only_elsewhere(sandbox):
    answer = sandbox.post("/groups", a_group(uniqueName="x"))
    refused(answer, 400, "Request_BadRequest", "'uniqueName' is read-only")


@pytest.mark.parametrize("name", ["displayName", "mailEnabled", "mailNickname", "securityEnabled"])
def test_each_required_property_is_required(sandbox, name):
    sent = a_group()
    del sent[name]
    text = f"A value is required for property '{name}' of resource 'Group'."
    refused(sandbox.post("/groups", sent), 400, "Request_BadRequest", text)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"mailEnabled": True}, "The service does not currently support writes of mail-enabled"),
        ({"securityEnabled": False}, "Invalid value specified for property 'securityEnabled'"),
        ({"mailNickname": "a b"}, "Invalid value specified for property 'mailNickname'"),
        ({"displayName": "n" * 257}, "Invalid value specified for property 'displayName'"),
        ({"groupTypes": ["Frozen"]}, "'groupTypes'"),
        ({"visibility": "HiddenMembership"}, "'visibility'"),
        ({"colour": "red"}, "Property 'colour' does not exist"),
        ({"mail": "x@school.example"}, "'mail' is read-only"),
    ],
)
def test_a_value_graph_would_refuse_is_refused(sandbox, changes, text):
    refused(sandbox.post("/groups", a_group(**changes)), 400, "Request_BadRequest", text)


def test_two_microsoft_365_groups_cannot_share_a_nickname_but_security_groups_can(sandbox):
    unified = a_group(groupTypes=["Unified"], mailEnabled=True, securityEnabled=False)
    assert sandbox.post("/groups", unified).status_code == 201
    text = "Another object with the same value for property mailNickname already exists."
    refused(sandbox.post("/groups", unified), 400, "Request_BadRequest", text)
    plain = a_group()
    assert [sandbox.post("/groups", plain).status_code for _ in range(2)] == [201, 201]


def test_members_are_added_one_by_one_and_a_second_time_is_refused(sandbox):
    user, group = sandbox.user(), sandbox.group()
    path = f"/groups/{group}/members/$ref"
    assert sandbox.post(path, {"@odata.id": ref(user)}).status_code == 204
    text = (
        "One or more added object references already exist for the following modified properties: "
        "'members'."
    )
    refused(sandbox.post(path, {"@odata.id": ref(user)}), 400, "Request_BadRequest", text)
    sandbox.settle()
    (member,) = sandbox.everything(f"/groups/{group}/members")
    assert (member["@odata.type"], member["id"]) == ("#microsoft.graph.user", user)


def test_a_bind_of_twenty_is_all_or_nothing(sandbox):
    users = [sandbox.user() for _ in range(3)]
    group = sandbox.group()
    bind = {"members@odata.bind": [ref(key) for key in users[:2]]}
    assert sandbox.patch(f"/groups/{group}", bind).status_code == 204
    again = {"members@odata.bind": [ref(key) for key in (users[2], users[0])]}
    answer = sandbox.patch(f"/groups/{group}", again)
    refused(answer, 400, "Request_BadRequest", "already exist")
    missing = {"members@odata.bind": [ref(users[2]), ref("0d5a1d5c-0000-0000-0000-000000000000")]}
    answer = sandbox.patch(f"/groups/{group}", missing)
    refused(answer, 404, "Request_ResourceNotFound")
    sandbox.settle()
    members = sandbox.everything(f"/groups/{group}/members/graph.user?$select=id")
    assert {row["id"] for row in members} == set(users[:2])


def test_more_than_twenty_in_one_bind_are_refused(sandbox):
    group = sandbox.group()
    bind = {"members@odata.bind": [ref("0d5a1d5c-0000-0000-0000-000000000000")] * 21}
    refused(sandbox.patch(f"/groups/{group}", bind), 400, "Request_BadRequest", "maximum of 20")


def test_a_group_can_be_born_with_members(sandbox):
    user = sandbox.user()
    answer = sandbox.post("/groups", a_group(**{"members@odata.bind": [ref(user)]}))
    assert answer.status_code == 201
    sandbox.settle()
    members = sandbox.everything(f"/groups/{answer.json()['id']}/members")
    assert [row["id"] for row in members] == [user]


def test_a_member_is_removed_once(sandbox):
    user, group = sandbox.user(), sandbox.group()
    sandbox.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(user)})
    path = f"/groups/{group}/members/{user}/$ref"
    assert sandbox.delete(path).status_code == 204
    refused(sandbox.delete(path), 404, "Request_ResourceNotFound")
    sandbox.settle()
    assert sandbox.everything(f"/groups/{group}/members") == []
    assert sandbox.get(f"/users/{user}").status_code == 200


def test_without_ref_the_user_itself_is_deleted_if_the_app_may(sandbox):
    user, group = sandbox.user(), sandbox.group()
    sandbox.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(user)})
    path = f"/groups/{group}/members/{user}"
    narrow = sandbox.app_with("GroupMember.ReadWrite.All")
    refused(sandbox.delete(path, token=narrow), 403, "Authorization_RequestDenied")
    assert sandbox.delete(path).status_code == 204
    sandbox.settle()
    assert sandbox.get(f"/users/{user}").status_code == 404


def test_a_security_group_goes_for_good_and_a_microsoft_365_group_to_the_bin(sandbox):
    plain = sandbox.group()
    unified = sandbox.group(groupTypes=["Unified"], mailEnabled=True, securityEnabled=False)
    for key in (plain, unified):
        assert sandbox.delete(f"/groups/{key}").status_code == 204
    sandbox.settle()
    binned = {row["id"] for row in sandbox.everything("/directory/deletedItems/graph.group")}
    assert unified in binned
    assert plain not in binned
    assert sandbox.post(f"/directory/deletedItems/{unified}/restore").status_code == 200
    answer = sandbox.post(f"/directory/deletedItems/{plain}/restore")
    refused(answer, 404, "Request_ResourceNotFound")


def test_membership_is_seen_from_the_user_by_those_who_may(sandbox):
    user, group = sandbox.user(), sandbox.group()
    sandbox.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(user)})
    sandbox.settle()
    path = f"/users/{user}/memberOf"
    refused(sandbox.get(path), 403, "Authorization_RequestDenied")
    reader = sandbox.app_with("Directory.Read.All")
    for way in (path, f"{path}/microsoft.graph.group"):
        answer = sandbox.get(f"{way}?$select=id", token=reader)
        assert [row["id"] for row in answer.json()["value"]] == [group]


def test_immutable_properties_of_a_group_stay(sandbox):
    group = sandbox.group()
    answer = sandbox.patch(f"/groups/{group}", {"groupTypes": ["Unified"]})
    refused(answer, 400, "Request_BadRequest", "'groupTypes' is read-only")
    assert sandbox.patch(f"/groups/{group}", {"mailEnabled": False}).status_code == 204


def test_a_reference_that_is_no_url_is_refused(sandbox):
    group = sandbox.group()
    for body in ({"@odata.id": "x"}, {"@odata.id": 7}, {"id": "x"}):
        answer = sandbox.post(f"/groups/{group}/members/$ref", body)
        refused(answer, 400, "Request_BadRequest")
