"""Administrative units."""

import pytest
from running_sandbox import a_group, ref, refused

UNITS = "/directory/administrativeUnits"


@pytest.fixture(scope="module")
def admin(sandbox):
    return sandbox.app_with(
        "AdministrativeUnit.ReadWrite.All",
        "Directory.Read.All",
        "RoleManagement.ReadWrite.Directory",
    )


def a_unit(sandbox, admin, **changes):
    answer = sandbox.post(UNITS, {"displayName": "North Park", **changes}, token=admin)
    assert answer.status_code == 201, answer.text
    sandbox.settle()
    return answer.json()["id"]


def ids(rows):
    return {row["id"] for row in rows}


def test_a_unit_is_made_read_changed_and_deleted(sandbox, admin):
    key = a_unit(sandbox, admin, description="A school")
    path = f"{UNITS}/{key}"
    body = sandbox.get(path, token=admin).json()
    assert (body["displayName"], body["description"]) == ("North Park", "A school")
    assert key in ids(sandbox.everything(f"{UNITS}?$select=id", token=admin))
    assert sandbox.patch(path, {"displayName": "South Park"}, token=admin).status_code == 204
    sandbox.settle()
    assert sandbox.get(path, token=admin).json()["displayName"] == "South Park"
    assert sandbox.delete(path, token=admin).status_code == 204
    sandbox.settle()
    refused(sandbox.get(path, token=admin), 404, "Request_ResourceNotFound", key)
    binned = "/directory/deletedItems/microsoft.graph.administrativeUnit"
    assert key in ids(sandbox.everything(binned, token=admin))
    assert sandbox.post(f"/directory/deletedItems/{key}/restore", token=admin).status_code == 200
    sandbox.settle()
    assert sandbox.get(path, token=admin).status_code == 200


def test_users_and_groups_are_added_seen_from_both_sides_and_removed(sandbox, admin):
    key, user, group = a_unit(sandbox, admin), sandbox.user(), sandbox.group()
    path = f"{UNITS}/{key}/members"
    for member in (user, group):
        answer = sandbox.post(f"{path}/$ref", {"@odata.id": ref(member)}, token=admin)
        assert answer.status_code == 204
    answer = sandbox.post(f"{path}/$ref", {"@odata.id": ref(user)}, token=admin)
    refused(answer, 400, "Request_BadRequest", "modified properties: 'members'")
    sandbox.settle()
    kinds = {row["id"]: row["@odata.type"] for row in sandbox.everything(path, token=admin)}
    assert kinds == {user: "#microsoft.graph.user", group: "#microsoft.graph.group"}
    assert ids(sandbox.everything(f"{path}/microsoft.graph.user", token=admin)) == {user}
    assert ids(sandbox.everything(f"{path}/graph.group", token=admin)) == {group}
    rows = sandbox.everything(f"/users/{user}/memberOf", token=admin)
    assert [(row["@odata.type"], row["id"]) for row in rows] == [
        ("#microsoft.graph.administrativeUnit", key)
    ]
    assert sandbox.everything(f"/users/{user}/memberOf/graph.group", token=admin) == []
    assert sandbox.delete(f"{path}/{user}/$ref", token=admin).status_code == 204
    refused(sandbox.delete(f"{path}/{user}/$ref", token=admin), 404, "Request_ResourceNotFound")
    sandbox.settle()
    assert ids(sandbox.everything(path, token=admin)) == {group}


def test_a_group_is_born_in_a_unit_by_an_app_that_may_only_create_groups(sandbox, admin):
    key = a_unit(sandbox, admin)
    token = sandbox.app_with("Group.Create")
    path = f"{UNITS}/{key}/members"
    typed = {"@odata.type": "#microsoft.graph.group"}
    refused(sandbox.post(path, a_group(), token=token), 400, "Request_BadRequest", "@odata.type")
    answer = sandbox.post(path, {**typed, **a_group()}, token=token)
    assert answer.status_code == 201
    assert answer.json()["@odata.type"] == "#microsoft.graph.group"
    reference = {"@odata.id": ref(answer.json()["id"])}
    refused(
        sandbox.post(f"{path}/$ref", reference, token=token), 403, "Authorization_RequestDenied"
    )
    sandbox.settle()
    assert ids(sandbox.everything(path, token=admin)) == {answer.json()["id"]}


def test_units_do_not_nest_and_an_object_is_in_thirty_at_most(sandbox, admin):
    first = a_unit(sandbox, admin)
    path = f"{UNITS}/{first}/members/$ref"
    answer = sandbox.post(path, {"@odata.id": ref(first)}, token=admin)
    refused(answer, 404, "Request_ResourceNotFound")
    user = sandbox.user()
    keys = [sandbox.post(UNITS, {"displayName": "U"}, token=admin).json()["id"] for _ in range(31)]
    sandbox.settle()
    answers = [
        sandbox.post(f"{UNITS}/{key}/members/$ref", {"@odata.id": ref(user)}, token=admin)
        for key in keys
    ]
    assert {answer.status_code for answer in answers[:30]} == {204}
    refused(answers[30], 403, "Directory_QuotaExceeded", "maximum quota count '30'")


def test_roles_over_a_unit_are_given_once_and_read(sandbox, admin):
    key, user = a_unit(sandbox, admin), sandbox.user(displayName="Local Admin")
    (role,) = sandbox.everything("/directoryRoles")
    path = f"{UNITS}/{key}/scopedRoleMembers"
    assert sandbox.everything(path, token=admin) == []
    wish = {"roleId": role["id"], "roleMemberInfo": {"id": user}}
    answer = sandbox.post(path, wish, token=admin)
    assert answer.status_code == 201
    refused(sandbox.post(path, wish, token=admin), 400, "Request_BadRequest", "conflicting object")
    sandbox.settle()
    (row,) = sandbox.everything(path, token=admin)
    assert row["roleMemberInfo"] == {"id": user, "displayName": "Local Admin"}
    assert sandbox.get(f"{path}/{row['id']}", token=admin).json()["roleId"] == role["id"]
    unknown = {**wish, "roleId": key}
    refused(sandbox.post(path, unknown, token=admin), 404, "Request_ResourceNotFound", key)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "Request_BadRequest"),
        ({"displayName": 7}, 400, "Request_BadRequest"),
        ({"displayName": "x", "colour": "red"}, 400, "Request_BadRequest"),
        ({"displayName": "x", "visibility": "Secret"}, 400, "Request_BadRequest"),
        ({"displayName": "x", "isMemberManagementRestricted": True}, 501, "NotImplemented"),
    ],
)
def test_a_unit_that_makes_no_sense_is_refused(sandbox, admin, body, status, code):
    refused(sandbox.post(UNITS, body, token=admin), status, code)
