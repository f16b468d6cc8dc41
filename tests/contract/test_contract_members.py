"""Members and owners of groups: added, bound, removed, listed."""

import pytest
from contract_rows import BAD, DENIED, EVENTUAL, GONE, Row, exact, new_group, reference

POST = "POST /groups"

PAGE = "group-post-groups"

MEMBERS = "/groups/{group}/members"

OWNERS = "/groups/{group}/owners"

ADDED = ("POST /groups/{group}/members/$ref", reference("{user}"))

TWICE = exact(
    "One or more added object references already exist for the following modified properties: "
    "'members'."
)


def binds(*keys):
    return {"members@odata.bind": [f"{{base}}/directoryObjects/{key}" for key in keys]}


def needs(name):
    text = exact(f"A value is required for property '{name}' of resource 'Group'.")
    return Row(f"needs {name}", PAGE, POST, 400, BAD, text, new_group(name))


FILLING = [
    Row(
        "added by reference",
        "group-post-members",
        f"POST {MEMBERS}/$ref",
        204,
        body=reference("{user}"),
    ),
    Row(
        "added by a user's address",
        "group-post-members",
        f"POST {MEMBERS}/$ref",
        204,
        body={"@odata.id": "{base}/users/{user}"},
    ),
    Row(
        "added twice",
        "recorded (pnp/cli-microsoft365 group-member-add)",
        f"POST {MEMBERS}/$ref",
        400,
        BAD,
        TWICE,
        reference("{user}"),
        before=(ADDED,),
    ),
    Row(
        "unknown object",
        "recorded",
        f"POST {MEMBERS}/$ref",
        404,
        GONE,
        "^Resource '.{36}' does not exist",
        reference("{missing}"),
    ),
    Row(
        "unknown group",
        "recorded",
        "POST /groups/{missing}/members/$ref",
        404,
        GONE,
        "does not exist",
        reference("{user}"),
    ),
    Row(
        "bound twenty at once",
        "group-post-members",
        "PATCH /groups/{group}",
        204,
        body=binds("{user}", "{user2}", "{user3}"),
    ),
    Row(
        "one member already there fails all",
        "group-post-members",
        "PATCH /groups/{group}",
        400,
        BAD,
        TWICE,
        binds("{user2}", "{user}"),
        before=(ADDED,),
    ),
    Row(
        "and none of them is added",
        "group-post-members",
        f"GET {MEMBERS}/$count",
        200,
        shape="1",
        headers=EVENTUAL,
        before=(
            ADDED,
            (
                "POST /$batch",
                {
                    "requests": [
                        {
                            "id": "1",
                            "method": "PATCH",
                            "url": "/groups/{group}",
                            "headers": {"Content-Type": "application/json"},
                            "body": binds("{user2}", "{user}"),
                        }
                    ]
                },
            ),
        ),
    ),
    Row(
        "more than twenty are refused",
        "group-post-members",
        "PATCH /groups/{group}",
        400,
        BAD,
        "20",
        binds(*["{user}"] * 21),
    ),
    Row(
        "GroupMember.ReadWrite.All binds",
        "group-post-members",
        "PATCH /groups/{group}",
        204,
        body=binds("{user}"),
        permissions=("GroupMember.ReadWrite.All",),
    ),
    Row(
        "and changes nothing else",
        "permissions map",
        "PATCH /groups/{group}",
        403,
        DENIED,
        "",
        {"displayName": "x"},
        permissions=("GroupMember.ReadWrite.All",),
    ),
    Row(
        "removed by reference",
        "group-delete-members",
        f"DELETE {MEMBERS}/{{user}}/$ref",
        204,
        before=(ADDED,),
    ),
    Row(
        "removing a stranger is 404",
        "group-delete-members (inferred)",
        f"DELETE {MEMBERS}/{{user}}/$ref",
        404,
        GONE,
        "",
    ),
    Row(
        "groups nest in security groups",
        "group-post-members",
        f"POST {MEMBERS}/$ref",
        204,
        body=reference("{group2}"),
    ),
    Row(
        "Microsoft 365 groups hold users only",
        "groups-dynamic-membership (note)",
        "POST /groups/{team}/members/$ref",
        400,
        BAD,
        "",
        reference("{group}"),
    ),
    Row(
        "a DELETE without $ref deletes the user",
        "widely known",
        "GET /users/{user}",
        404,
        GONE,
        "",
        before=(ADDED, f"DELETE {MEMBERS}/{{user}}"),
    ),
    Row(
        "listed with their types",
        "group-list-members",
        f"GET {MEMBERS}?$select=id",
        200,
        shape={"value": [{"@odata.type": "#microsoft.graph.user", "id": str}]},
        before=(ADDED,),
    ),
    Row(
        "listed as users",
        "group-list-members",
        f"GET {MEMBERS}/microsoft.graph.user?$count=true&$select=id",
        200,
        headers=EVENTUAL,
        shape={"@odata.count": 1, "value": [{"id": str}]},
        before=(ADDED,),
    ),
    Row(
        "the short namespace is the same",
        "msgraph-sdk",
        f"GET {MEMBERS}/graph.user?$select=id",
        200,
        shape={"value": [{"id": str}]},
        before=(ADDED,),
    ),
    Row(
        "filtering members needs the header",
        "group-list-members",
        f"GET {MEMBERS}?$filter=startswith(displayName,'C')",
        400,
        "Request_UnsupportedQuery",
        "",
    ),
    Row(
        "filtered with it",
        "group-list-members",
        f"GET {MEMBERS}?$filter=startswith(displayName,'C')&$count=true",
        200,
        headers=EVENTUAL,
        shape={"value": [{"id": str}]},
        before=(ADDED,),
    ),
    Row(
        "counted",
        "group-list-members",
        f"GET {MEMBERS}/$count",
        200,
        headers=EVENTUAL,
        shape="1",
        before=(ADDED,),
    ),
    Row(
        "users among them counted",
        "group-list-members",
        f"GET {MEMBERS}/microsoft.graph.user/$count",
        200,
        headers=EVENTUAL,
        shape="1",
        before=(ADDED,),
    ),
    Row(
        "a deleted member is not listed",
        "user-delete",
        f"GET {MEMBERS}",
        200,
        shape={"value": []},
        before=(ADDED, "DELETE /users/{user}"),
    ),
    Row(
        "a restored one is",
        "user-delete",
        f"GET {MEMBERS}?$select=id",
        200,
        shape={"value": [{"id": str}]},
        before=(ADDED, "DELETE /users/{user}", "POST /directory/deletedItems/{user}/restore"),
    ),
]

OWNING = [
    Row("owner added", "group-post-owners", f"POST {OWNERS}/$ref", 204, body=reference("{user}")),
    Row(
        "owners listed",
        "group-list-owners",
        f"GET {OWNERS}?$select=id",
        200,
        shape={"value": [{"@odata.type": "#microsoft.graph.user"}]},
        before=((f"POST {OWNERS}/$ref", reference("{user}")),),
    ),
    Row(
        "owners counted",
        "group-list-owners",
        f"GET {OWNERS}/$count",
        200,
        headers=EVENTUAL,
        shape="0",
    ),
    Row(
        "the last owner stays",
        "recorded (group-delete-owners)",
        f"DELETE {OWNERS}/{{user}}/$ref",
        400,
        BAD,
        exact("The group must have at least one owner, hence this owner cannot be removed."),
        before=((f"POST {OWNERS}/$ref", reference("{user}")),),
    ),
    Row(
        "owned by a user",
        "user-list-ownedobjects",
        "GET /users/{user}/ownedObjects?$select=id",
        200,
        shape={"value": [{"@odata.type": "#microsoft.graph.group", "id": str}]},
        before=((f"POST {OWNERS}/$ref", reference("{user}")),),
    ),
    Row(
        "owned groups",
        "user-list-ownedobjects",
        "GET /users/{user}/ownedObjects/microsoft.graph.group?$select=displayName",
        200,
        shape={"value": [{"displayName": str}]},
        before=((f"POST {OWNERS}/$ref", reference("{user}")),),
    ),
]

ROWS = [*FILLING, *OWNING]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_members(graph, row):
    graph.holds(row)
