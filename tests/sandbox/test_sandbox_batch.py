"""$batch: each item judged by itself."""

import pytest
from running_sandbox import a_group, a_user, item, ref, refused


def test_items_are_answered_by_id_each_with_its_own_status(sandbox):
    rows = sandbox.batch(
        item("a", "POST", "/users", a_user()),
        item("b", "GET", "users/nobody@school.example"),
        item("c", "GET", "/users?$top=1&$select=id"),
        item("d", "PUT", "/users"),
    )
    assert {key: row["status"] for key, row in rows.items()} == {
        "a": 201,
        "b": 404,
        "c": 200,
        "d": 405,
    }
    assert rows["a"]["headers"]["x-ms-resource-unit"] == "1"
    assert rows["b"]["body"]["error"]["code"] == "Request_ResourceNotFound"


def test_answers_come_in_no_particular_order(sandbox):
    asked = [str(n) for n in range(20)]
    body = {"requests": [item(key, "GET", "/domains") for key in asked]}
    orders = [
        [row["id"] for row in sandbox.post("/$batch", body).json()["responses"]] for _ in range(3)
    ]
    assert all(sorted(order) == sorted(asked) for order in orders)
    assert any(order != asked for order in orders)


def test_a_dependant_of_a_failed_item_is_not_tried(sandbox):
    sent = a_group()
    rows = sandbox.batch(
        item("1", "POST", "/groups", a_group(displayName=None)),
        item("2", "POST", "/groups", sent, dependsOn=["1"]),
        item("3", "GET", "/domains", dependsOn=["2"]),
        item("4", "GET", "/domains"),
    )
    assert {key: row["status"] for key, row in rows.items()} == {
        "1": 400,
        "2": 424,
        "3": 424,
        "4": 200,
    }
    assert sent["displayName"] not in {row["displayName"] for row in sandbox.state()["groups"]}


def test_a_dependant_waits_for_what_it_depends_on_wherever_it_stands(sandbox):
    user, group = sandbox.user(), sandbox.group()
    add = item("add", "POST", f"/groups/{group}/members/$ref", {"@odata.id": ref(user)})
    remove = item("remove", "DELETE", f"/groups/{group}/members/{user}/$ref", dependsOn=["add"])
    rows = sandbox.batch(remove, add)
    assert {row["status"] for row in rows.values()} == {204}


def test_depends_on_is_the_only_spelling(sandbox):
    rows = sandbox.batch(
        item("1", "GET", "/users/nobody@school.example"),
        item("2", "GET", "/domains", depends_on=["1"]),
    )
    assert rows["2"]["status"] == 200


def test_item_headers_count(sandbox):
    rows = sandbox.batch(
        item("plain", "GET", "/users/$count"),
        item("eventual", "GET", "/users/$count", headers={"ConsistencyLevel": "eventual"}),
    )
    assert (rows["plain"]["status"], rows["eventual"]["status"]) == (400, 200)


def test_permissions_are_checked_item_by_item(sandbox):
    token = sandbox.app_with("Domain.Read.All")
    rows = sandbox.batch(item("1", "GET", "/domains"), item("2", "GET", "/users"), token=token)
    assert (rows["1"]["status"], rows["2"]["status"]) == (200, 403)
    assert rows["2"]["body"]["error"]["code"] == "Authorization_RequestDenied"


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([], "Invalid batch payload format."),
        ([item(str(n), "GET", "/domains") for n in range(21)], "maximum value of 20"),
        ([item("a", "GET", "/domains"), item("A", "GET", "/domains")], "not unique"),
        ([item("1", "GET", "https://graph.microsoft.com/v1.0/users")], "relative"),
        ([item("1", "POST", "/$batch", {"requests": []})], "another batch"),
        ([{"id": "1", "method": "POST", "url": "/users", "body": {}}], "Content-Type"),
        ([{"method": "GET", "url": "/users"}], "'id'"),
        ([item("1", "GET", "/domains", dependsOn=["9"])], "not in the batch"),
        (
            [
                item("1", "GET", "/domains", dependsOn=["2"]),
                item("2", "GET", "/domains", dependsOn=["1"]),
            ],
            "circle",
        ),
    ],
)
def test_a_malformed_batch_is_refused_whole(sandbox, items, text):
    refused(sandbox.post("/$batch", {"requests": items}), 400, "BadRequest", text)


def test_each_item_and_the_call_itself_are_logged(sandbox):
    own = sandbox
    own.control("DELETE", "requests")
    own.batch(item("x", "POST", "/users", a_user()), item("y", "GET", "/domains"))
    log = own.control("GET", "requests")
    outer, first, second = log["items"]
    assert log["total"] == 3
    assert (outer["path"], outer["write"], outer["batch"]) == ("/v1.0/$batch", False, None)
    assert (first["item"], first["batch"], first["write"]) == ("x", outer["n"], True)
    assert (second["item"], second["status"], second["write"]) == ("y", 200, False)
    assert first["app"] == own.settings["CLIENT_ID"]
    assert own.control("GET", f"requests?since={first['n']}")["items"] == [second]
