"""Managers, direct reports and owners of groups."""

from running_sandbox import a_group, ref, refused

NOBODY = "0d5a1d5c-0000-0000-0000-000000000000"


def managed(sandbox):
    user, manager = sandbox.user(), sandbox.user(displayName="Head")
    answer = sandbox.call("PUT", f"/users/{user}/manager/$ref", {"@odata.id": ref(manager)})
    assert (answer.status_code, answer.content) == (204, b"")
    sandbox.settle()
    return user, manager


def test_a_manager_is_set_read_listed_and_taken_away(sandbox):
    user, manager = managed(sandbox)
    body = sandbox.get(f"/users/{user}/manager?$select=id,displayName").json()
    assert body["@odata.type"] == "#microsoft.graph.user"
    assert (body["id"], body["displayName"]) == (manager, "Head")
    assert "directoryObjects(id,displayName)/$entity" in body["@odata.context"]
    reference = sandbox.get(f"/users/{user}/manager/$ref").json()
    assert reference["@odata.id"].endswith(f"/users/{manager}")
    reports = sandbox.everything(f"/users/{manager}/directReports?$select=id")
    assert [row["id"] for row in reports] == [user]
    assert sandbox.delete(f"/users/{user}/manager/$ref").status_code == 204
    sandbox.settle()
    text = "Resource 'manager' does not exist"
    refused(sandbox.get(f"/users/{user}/manager"), 404, "Request_ResourceNotFound", text)
    refused(sandbox.delete(f"/users/{user}/manager/$ref"), 404, "Request_ResourceNotFound", text)
    assert sandbox.everything(f"/users/{manager}/directReports") == []


def test_a_manager_must_be_a_user_that_is_there(sandbox):
    user, group = sandbox.user(), sandbox.group()
    path = f"/users/{user}/manager/$ref"
    answer = sandbox.call("PUT", path, {"@odata.id": ref(NOBODY)})
    refused(answer, 404, "Request_ResourceNotFound", NOBODY)
    refused(sandbox.call("PUT", path, {"@odata.id": ref(group)}), 400, "Request_BadRequest")
    refused(sandbox.call("PUT", path, {"id": user}), 400, "Request_BadRequest", "@odata.id")
    refused(sandbox.post(path, {"@odata.id": ref(user)}), 405, "Request_BadRequest")


def test_a_manager_in_the_recycle_bin_is_not_shown(sandbox):
    user, manager = managed(sandbox)
    sandbox.delete(f"/users/{manager}")
    sandbox.settle()
    refused(sandbox.get(f"/users/{user}/manager"), 404, "Request_ResourceNotFound")
    sandbox.post(f"/directory/deletedItems/{manager}/restore")
    sandbox.settle()
    assert sandbox.get(f"/users/{user}/manager").json()["id"] == manager


def test_the_manager_of_a_synced_account_is_mastered_on_premises(sandbox):
    user, manager = sandbox.user(), sandbox.user()
    sandbox.control("POST", f"users/{user}", {"onPremisesSyncEnabled": True})
    sandbox.settle()
    answer = sandbox.call("PUT", f"/users/{user}/manager/$ref", {"@odata.id": ref(manager)})
    refused(answer, 400, "Request_BadRequest", "on-premises mastered")


def test_delta_tells_of_managers_when_they_are_selected(sandbox):
    user, first = managed(sandbox)
    path = f"/users/delta?$select=displayName,manager&$filter=id eq '{user}'"
    rows, link = sandbox.drained(path)
    assert [each["id"] for each in rows[-1]["manager@delta"]] == [first]
    second = sandbox.user()
    sandbox.call("PUT", f"/users/{user}/manager/$ref", {"@odata.id": ref(second)})
    sandbox.settle()
    rows, link = sandbox.drained(link)
    told = {each["id"]: "@removed" in each for each in rows[-1]["manager@delta"]}
    assert told == {first: True, second: False}
    assert sandbox.drained(link)[0] == []


def test_a_group_is_born_with_owners_who_can_change(sandbox):
    first, second, group = sandbox.user(), sandbox.user(), None
    answer = sandbox.post("/groups", a_group(**{"owners@odata.bind": [ref(first)]}))
    group = answer.json()["id"]
    sandbox.settle()
    path = f"/groups/{group}/owners"
    assert sandbox.post(f"{path}/$ref", {"@odata.id": ref(second)}).status_code == 204
    text = "already exist for the following modified properties: 'owners'."
    answer = sandbox.post(f"{path}/$ref", {"@odata.id": ref(second)})
    refused(answer, 400, "Request_BadRequest", text)
    sandbox.settle()
    rows = sandbox.everything(path)
    assert {row["id"] for row in rows} == {first, second}
    assert {row["@odata.type"] for row in rows} == {"#microsoft.graph.user"}
    assert sandbox.delete(f"{path}/{first}/$ref").status_code == 204
    refused(sandbox.delete(f"{path}/{first}/$ref"), 404, "Request_ResourceNotFound", first)
    refused(sandbox.delete(f"{path}/{second}/$ref"), 400, "Request_BadRequest", "at least one")
    sandbox.settle()
    assert [row["id"] for row in sandbox.everything(f"{path}/graph.user")] == [second]
    assert sandbox.everything(f"/groups/{group}/members") == []


def test_an_owner_named_twice_in_a_new_group_is_refused(sandbox):
    user = sandbox.user()
    answer = sandbox.post("/groups", a_group(**{"owners@odata.bind": [ref(user)] * 2}))
    refused(answer, 400, "Request_BadRequest", "Request contains a property with duplicate values")
    answer = sandbox.post("/groups", a_group(**{"owners@odata.bind": [ref(NOBODY)]}))
    refused(answer, 404, "Request_ResourceNotFound")


def test_a_group_has_at_most_a_hundred_owners(sandbox):
    group = sandbox.group()
    users = []
    for start in range(0, 101, 20):
        names = range(start, min(start + 20, 101))
        rows = sandbox.batch(*(_owner_to_be(group, number) for number in names))
        users += [row["body"]["id"] for row in rows.values()]
    sandbox.settle()
    path = f"/groups/{group}/owners/$ref"
    for key in users[:100]:
        assert sandbox.post(path, {"@odata.id": ref(key)}).status_code == 204
    text = "as '101' would exceed the maximum quota count '100' for forward-link 'owners'."
    answer = sandbox.post(path, {"@odata.id": ref(users[100])})
    refused(answer, 403, "Directory_QuotaExceeded", text)


def _owner_to_be(group, number):
    name = f"owner{number}-{group[:8]}"
    body = {
        "accountEnabled": True,
        "displayName": name,
        "mailNickname": name,
        "userPrincipalName": f"{name}@school.example",
        "passwordProfile": {"password": "Orange-Kite-42"},
    }
    headers = {"Content-Type": "application/json"}
    return {"id": str(number), "method": "POST", "url": "/users", "headers": headers, "body": body}


def test_owners_need_the_right_of_changing_groups(sandbox):
    user, group = sandbox.user(), sandbox.group()
    token = sandbox.app_with("GroupMember.ReadWrite.All")
    answer = sandbox.post(f"/groups/{group}/owners/$ref", {"@odata.id": ref(user)}, token=token)
    refused(answer, 403, "Authorization_RequestDenied")
