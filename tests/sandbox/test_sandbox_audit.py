"""The audit log, and the tenant's own applications."""

import time

import pytest
from running_sandbox import ref, refused

AUDITS = "/auditLogs/directoryAudits"


@pytest.fixture
def auditor(sandbox):
    """A new app for each test: five reads in ten seconds is all that one may have."""
    return sandbox.app_with("AuditLog.Read.All", "Application.Read.All")


def test_what_was_done_is_told_with_who_did_it_to_whom(sandbox, auditor):
    user, group = sandbox.user(), sandbox.group()
    sandbox.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(user)})
    sandbox.patch(f"/users/{user}", {"department": "7A"})
    refused(sandbox.patch(f"/users/{user}", {"department": 7}), 400, "Request_BadRequest")
    path = f"{AUDITS}?$filter=targetResources/any(t:t/id eq '{user}')"
    rows = sandbox.everything(path, token=auditor)
    assert [row["activityDisplayName"] for row in rows] == [
        "Update user",
        "Add member to group",
        "Add user",
    ]
    update, adding, _ = rows
    assert update["initiatedBy"]["app"]["appId"] == sandbox.settings["CLIENT_ID"]
    assert update["targetResources"][0]["modifiedProperties"] == [
        {"displayName": "Department", "oldValue": None, "newValue": '"7A"'}
    ]
    assert [row["id"] for row in adding["targetResources"]] == [group, user]
    one = sandbox.get(f"{AUDITS}/{update['id']}", token=auditor).json()
    assert one["category"] == "UserManagement"


def test_passwords_are_not_in_the_log(sandbox, auditor):
    user = sandbox.user()
    sandbox.patch(f"/users/{user}", {"passwordProfile": {"password": "Purple-Boat-77"}})
    path = f"{AUDITS}?$filter=targetResources/any(t:t/id eq '{user}')"
    answer = sandbox.get(path, token=auditor)
    assert len(answer.json()["value"]) == 2
    assert "Purple-Boat-77" not in answer.text


def test_the_log_comes_in_pages_newest_first_and_can_be_narrowed(sandbox, auditor):
    for _ in range(4):
        sandbox.user()
    rows = sandbox.get(f"{AUDITS}?$top=2", token=auditor).json()
    more = sandbox.get(rows["@odata.nextLink"], token=auditor).json()
    times = [row["activityDateTime"] for row in [*rows["value"], *more["value"]]]
    assert len(times) == 4
    assert times == sorted(times, reverse=True)
    narrow = f"{AUDITS}?$filter=activityDisplayName eq 'Delete user' and category eq 'X'"
    assert sandbox.get(narrow, token=auditor).json()["value"] == []


def test_reports_have_a_bucket_of_their_own(start_sandbox):
    own = start_sandbox(1)
    token = own.app_with("AuditLog.Read.All")
    started, passed = time.monotonic(), 0
    while (answer := own.get(f"{AUDITS}?$top=1", token=token)).status_code == 200:
        passed += 1
    assert answer.status_code == 429
    assert 5 <= passed <= 5 + (time.monotonic() - started) / 2 + 1
    assert int(answer.headers["Retry-After"]) in {1, 2}
    assert own.get("/organization").status_code == 200


def test_the_log_survives_a_restart(start_sandbox):
    own = start_sandbox()
    user = own.user()
    assert own.stop() == 0
    own = start_sandbox()
    own.user()
    time.sleep(0.3)
    token = own.app_with("AuditLog.Read.All")
    rows = own.everything(AUDITS, token=token)
    assert [row["activityDisplayName"] for row in rows] == ["Add user", "Add user"]
    assert rows[1]["targetResources"][0]["id"] == user


def test_the_apps_of_the_tenant_are_shown_without_their_secrets(sandbox, auditor):
    client_id = sandbox.settings["CLIENT_ID"]
    apps = sandbox.get("/applications", token=auditor)
    assert {"graphsync", "graphsync-reader"} <= {row["displayName"] for row in apps.json()["value"]}
    assert sandbox.settings["CLIENT_SECRET"] not in apps.text
    assert "BEGIN CERTIFICATE" not in apps.text
    app = sandbox.get(f"/applications(appId='{client_id}')", token=auditor).json()
    assert sandbox.get(f"/applications/{app['id']}", token=auditor).json()["appId"] == client_id
    access = {row["id"] for row in app["requiredResourceAccess"][0]["resourceAccess"]}
    assert "741f803b-c850-494e-b5df-cde7c675a1ca" in access


def test_what_was_granted_to_an_app_can_be_read(sandbox, auditor):
    client_id = sandbox.settings["CLIENT_ID"]
    path = f"/servicePrincipals(appId='{client_id}')"
    principal = sandbox.get(path, token=auditor).json()
    path = f"/servicePrincipals/{principal['id']}"
    granted = sandbox.everything(f"{path}/appRoleAssignments", token=auditor)
    graph = sandbox.get(
        "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')", token=auditor
    ).json()
    feed = sandbox.get(
        "/servicePrincipals(appId='c5393580-f805-4401-95e8-94b7a6ef2fc2')", token=auditor
    ).json()
    roles = [*graph["appRoles"], *feed["appRoles"]]
    names = {row["id"]: row["value"] for row in roles}
    assert {row["resourceId"] for row in granted} == {graph["id"], feed["id"]}
    told = {names[row["appRoleId"]] for row in granted}
    assert told >= {"User.ReadWrite.All", "ActivityFeed.Read"}
    by_filter = f"/servicePrincipals?$filter=appId eq '{client_id}'&$select=id"
    assert [row["id"] for row in sandbox.everything(by_filter, token=auditor)] == [principal["id"]]
    nobody = sandbox.app_with("User.Read.All")
    refused(sandbox.get(path, token=nobody), 403, "Authorization_RequestDenied")


def test_a_restored_group_is_told_as_a_group(sandbox, auditor):
    group = sandbox.group(groupTypes=["Unified"], mailEnabled=True, securityEnabled=False)
    sandbox.delete(f"/groups/{group}")
    sandbox.settle()
    assert sandbox.post(f"/directory/deletedItems/{group}/restore").status_code == 200
    path = f"{AUDITS}?$filter=targetResources/any(t:t/id eq '{group}')"
    rows = sandbox.get(path, token=auditor).json()["value"]
    assert [row["activityDisplayName"] for row in rows] == [
        "Restore Group",
        "Delete group",
        "Add group",
    ]
