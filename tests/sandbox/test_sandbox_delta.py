"""Change tracking over HTTP."""

from running_sandbox import a_group, item, ref, refused

USERS = "/users/delta?$select=id,displayName,accountEnabled"


def test_a_delta_tells_what_was_created_changed_and_deleted_since(sandbox):
    changed, deleted = sandbox.user(), sandbox.user()
    _, link = sandbox.drained(USERS)
    created = sandbox.user()
    sandbox.patch(f"/users/{changed}", {"accountEnabled": False})
    sandbox.delete(f"/users/{deleted}")
    sandbox.settle()
    rows, link = sandbox.drained(link)
    by_id = {row["id"]: row for row in rows}
    assert by_id[deleted] == {"id": deleted, "@removed": {"reason": "changed"}}
    assert by_id[changed]["accountEnabled"] is False
    assert created in by_id
    rows, _ = sandbox.drained(link)
    assert rows == []


def test_a_restored_user_comes_back_whole(sandbox):
    key = sandbox.user()
    sandbox.delete(f"/users/{key}")
    sandbox.settle()
    _, link = sandbox.drained(USERS)
    sandbox.post(f"/directory/deletedItems/{key}/restore")
    sandbox.settle()
    rows, _ = sandbox.drained(link)
    (row,) = [row for row in rows if row["id"] == key]
    assert "@removed" not in row
    assert row["accountEnabled"] is True


def test_only_selected_properties_are_tracked(sandbox):
    key = sandbox.user()
    _, link = sandbox.drained(USERS)
    sandbox.patch(f"/users/{key}", {"department": "7B"})
    sandbox.settle()
    rows, _ = sandbox.drained(link)
    assert key not in {row["id"] for row in rows}


def test_return_minimal_gives_the_changed_properties_only(sandbox):
    key = sandbox.user(jobTitle="Pupil")
    _, link = sandbox.drained("/users/delta?$select=id,displayName,jobTitle")
    sandbox.patch(f"/users/{key}", {"jobTitle": None})
    sandbox.settle()
    rows = []
    while "@odata.deltaLink" not in (body := sandbox.get(link, prefer="return=minimal").json()):
        rows += body["value"]
        link = body["@odata.nextLink"]
    rows += body["value"]
    assert {"id": key, "jobTitle": None} in rows


def test_from_now_on_gives_nothing_but_the_link(sandbox):
    sandbox.user()
    rows, link = sandbox.drained("/users/delta()?$deltatoken=latest&$select=id,displayName")
    assert rows == []
    key = sandbox.user()
    rows, _ = sandbox.drained(link)
    assert key in {row["id"] for row in rows}


def test_members_come_with_their_group_and_removals_are_marked(sandbox):
    user, other, group = sandbox.user(), sandbox.user(), sandbox.group()
    bind = {"members@odata.bind": [ref(user)]}
    sandbox.patch(f"/groups/{group}", bind)
    sandbox.settle()
    rows, link = sandbox.drained("/groups/delta?$select=displayName,members")
    (row,) = [row for row in rows if row["id"] == group]
    assert row["members@delta"] == [{"@odata.type": "#microsoft.graph.user", "id": user}]
    sandbox.delete(f"/groups/{group}/members/{user}/$ref")
    sandbox.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(other)})
    sandbox.settle()
    rows, _ = sandbox.drained(link)
    told = [member for row in rows if row["id"] == group for member in row["members@delta"]]
    assert {(row["id"], row.get("@removed", {}).get("reason")) for row in told} == {
        (user, "deleted"),
        (other, None),
    }


def test_a_deleted_user_is_not_told_as_a_removed_member(sandbox):
    user, group = sandbox.user(), sandbox.group()
    sandbox.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(user)})
    sandbox.settle()
    _, link = sandbox.drained("/groups/delta?$select=members")
    sandbox.delete(f"/users/{user}")
    sandbox.settle()
    rows, _ = sandbox.drained(link)
    assert group not in {row["id"] for row in rows}


def test_a_security_group_is_gone_for_good(sandbox):
    group = sandbox.group()
    _, link = sandbox.drained("/groups/delta?$select=displayName")
    sandbox.delete(f"/groups/{group}")
    sandbox.settle()
    rows, _ = sandbox.drained(link)
    assert {"id": group, "@removed": {"reason": "deleted"}} in rows


def test_a_delta_can_be_narrowed_to_ids(sandbox):
    key, other = sandbox.user(), sandbox.user()
    rows, link = sandbox.drained(f"/users/delta?$select=id&$filter=id eq '{key}'")
    assert [row["id"] for row in rows] == [key]
    sandbox.patch(f"/users/{other}", {"displayName": "New"})
    sandbox.settle()
    assert sandbox.drained(link)[0] == []


def test_what_delta_does_not_take_is_refused(sandbox):
    for option in ("$top=5", "$orderby=displayName", "$filter=displayName eq 'x'", "$count=true"):
        answer = sandbox.get(f"/users/delta?{option}")
        refused(answer, 400, "Request_UnsupportedQuery")
    assert sandbox.get("/users/delta?$deltatoken=guess").status_code == 400


def test_many_users_come_in_pages_and_all_of_them(sandbox):
    own = sandbox
    before = len(own.state()["groups"])
    for batch in range(13):
        items = [
            item(str(n), "POST", "/groups", a_group(displayName=f"Group {batch}-{n}"))
            for n in range(20)
        ]
        own.batch(*items)
    own.settle()
    first = own.get("/groups/delta?$select=displayName").json()
    assert "@odata.nextLink" in first
    rows, _ = own.drained("/groups/delta?$select=displayName")
    told = {row["id"] for row in rows if "@removed" not in row}
    assert len(told) == before + 260


def test_a_token_dies_after_seven_days_with_the_way_to_start_again(moved_on):
    own = moved_on
    own.sign_in()
    _, link = own.drained(USERS)
    own.later(6.9 * 24 * 3600)
    assert own.get(link).status_code == 200
    own.later(0.2 * 24 * 3600)
    answer = own.get(link)
    refused(answer, 410, "syncStateNotFound")
    rows, _ = own.drained(answer.headers["location"])
    assert "Break Glass" in {row.get("displayName") for row in rows}


def test_the_bin_is_emptied_after_thirty_days_and_delta_tells_it(moved_on):
    own = moved_on
    own.sign_in()
    key = own.user()
    own.delete(f"/users/{key}")
    own.later(29 * 24 * 3600)
    own.settle()
    _, link = own.drained(USERS)
    assert own.get(f"/directory/deletedItems/{key}").status_code == 200
    own.later(2 * 24 * 3600)
    own.settle()
    refused(own.get(f"/directory/deletedItems/{key}"), 404, "Request_ResourceNotFound")
    rows, _ = own.drained(link)
    assert {"id": key, "@removed": {"reason": "deleted"}} in rows
