"""Application permissions per operation, as Microsoft's map says."""

import pytest
from running_sandbox import a_group, a_user, ref, refused

from graphsync.sandbox.handlers import HANDLERS
from graphsync.sandbox.operations import OPERATIONS
from graphsync.sandbox.permissions import _TABLE

ENABLE = {"accountEnabled": False}
PASSWORD = {"passwordProfile": {"password": "Orange-Kite-42"}}
NAME = {"displayName": "New"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.template)
def test_no_operation_is_open_to_an_app_without_permissions(sandbox, operation):
    token = sandbox.app_with("Calendars.Read")
    path = operation.template.replace("{id}", "'x'" if "=" in operation.template else "x")
    answer = sandbox.call(operation.method, path, {}, token=token)
    refused(answer, 403, "Authorization_RequestDenied", "Insufficient privileges")


def test_every_operation_has_a_row_and_a_handler():
    assert {operation.row for operation in OPERATIONS} == set(_TABLE)
    assert set(HANDLERS) == set(OPERATIONS)


@pytest.mark.parametrize(
    ("permissions", "change", "status"),
    [
        (["User.ReadWrite.All"], NAME, 204),
        (["User.ReadWrite.All"], PASSWORD, 403),
        (["User.ReadWrite.All"], {**ENABLE, **PASSWORD}, 403),
        (["User.ReadWrite.All", "User-PasswordProfile.ReadWrite.All"], {**ENABLE, **PASSWORD}, 204),
        (["User-PasswordProfile.ReadWrite.All"], PASSWORD, 204),
        (["User-PasswordProfile.ReadWrite.All"], NAME, 403),
        (["User.EnableDisableAccount.All", "User.Read.All"], ENABLE, 204),
        (["User.EnableDisableAccount.All"], ENABLE, 403),
        (["User.EnableDisableAccount.All", "User.Read.All"], {**ENABLE, **NAME}, 403),
        (["User-Phone.ReadWrite.All"], {"mobilePhone": "1"}, 204),
        (["User.ReadWrite.All"], {"employeeLeaveDateTime": "2026-07-31T00:00:00Z"}, 403),
        (["User.Read.All"], NAME, 403),
    ],
)
def test_a_patch_needs_a_permission_for_each_property(sandbox, permissions, change, status):
    key = sandbox.user()
    before = [row for row in sandbox.state()["users"] if row["id"] == key]
    answer = sandbox.patch(f"/users/{key}", change, token=sandbox.app_with(*permissions))
    assert answer.status_code == status
    if status == 403:
        assert [row for row in sandbox.state()["users"] if row["id"] == key] == before


@pytest.mark.parametrize(
    ("permission", "method", "path", "status"),
    [
        ("User.DeleteRestore.All", "DELETE", "/users/{user}", 204),
        ("Directory.ReadWrite.All", "DELETE", "/users/{user}", 403),
        ("User.RevokeSessions.All", "POST", "/users/{user}/revokeSignInSessions", 200),
        ("User.Read.All", "POST", "/users/{user}/revokeSignInSessions", 403),
        ("Organization.Read.All", "GET", "/subscribedSkus", 200),
        ("LicenseAssignment.Read.All", "GET", "/users/{user}/licenseDetails", 200),
        ("RoleManagement.Read.Directory", "GET", "/directoryRoles", 200),
        ("GroupMember.ReadWrite.All", "GET", "/groups", 403),
        ("GroupMember.Read.All", "GET", "/groups/delta", 200),
    ],
)
def test_single_permissions_open_what_the_map_says(sandbox, permission, method, path, status):
    token = sandbox.app_with(permission)
    answer = sandbox.call(method, path.replace("{user}", sandbox.user()), token=token)
    assert answer.status_code == status


def test_member_rights_bind_members_but_do_not_rename_the_group(sandbox):
    token = sandbox.app_with("GroupMember.ReadWrite.All")
    user, group = sandbox.user(), sandbox.group()
    bind = {"members@odata.bind": [ref(user)]}
    answer = sandbox.patch(f"/groups/{group}", {**bind, **NAME}, token=token)
    refused(answer, 403, "Authorization_RequestDenied")
    assert sandbox.patch(f"/groups/{group}", bind, token=token).status_code == 204


def test_group_create_makes_groups_but_does_not_change_them(sandbox):
    token = sandbox.app_with("Group.Create")
    assert sandbox.post("/groups", a_group(), token=token).status_code == 201
    answer = sandbox.patch(f"/groups/{sandbox.group()}", NAME, token=token)
    refused(answer, 403, "Authorization_RequestDenied")


def test_the_basic_profile_is_all_that_basic_reading_opens(sandbox):
    token = sandbox.app_with("User.ReadBasic.All")
    key = sandbox.user()
    assert sandbox.get(f"/users/{key}?$select=displayName,mail", token=token).status_code == 200
    for path in (f"/users/{key}?$select=accountEnabled", "/users?$select=accountEnabled"):
        refused(sandbox.get(path, token=token), 403, "Authorization_RequestDenied")


def test_restoring_needs_the_permission_of_the_kind(sandbox):
    key = sandbox.user(**a_user())
    sandbox.delete(f"/users/{key}")
    sandbox.settle()
    path = f"/directory/deletedItems/{key}/restore"
    groups_only = sandbox.app_with("Group.ReadWrite.All")
    refused(sandbox.post(path, token=groups_only), 403, "Authorization_RequestDenied")
    users_only = sandbox.app_with("User.DeleteRestore.All")
    assert sandbox.post(path, token=users_only).status_code == 200
