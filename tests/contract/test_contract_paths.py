"""Paths, taken as loosely as Graph takes them."""

import pytest
from contract_rows import Row, exact

PATHS = [
    *(
        Row(f"path {path}", source, f"GET {path}", 200, shape={"id": str})
        for path, source in {
            "/users/{upn}": "user-get",
            "/users('{upn}')": "known-issues",
            "/users('{user}')": "OData URL conventions",
            "//users/{user}": "recorded",
            "/users//{user}": "recorded",
            "/Users/{user}": "recorded",
            "/USERS/{upn}": "recorded",
            "/users/{user}/": "recorded",
            "/groups('{group}')": "OData URL conventions",
            "/Groups/{group}": "recorded",
        }.items()
    ),
    *(
        Row(
            f"delta as {path}",
            "delta-query-overview; msgraph-sdk",
            f"GET {path}?$deltatoken=latest",
            200,
            shape={"@odata.deltaLink": str, "value": []},
        )
        for path in (
            "/users/delta",
            "/users/delta()",
            "/users/microsoft.graph.delta",
            "/users/microsoft.graph.delta()",
            "/users/graph.delta()",
            "/groups/delta()",
        )
    ),
    *(
        Row(
            f"cast {cast}",
            "OData URL conventions; msgraph-sdk",
            f"GET /groups/{{group}}/members/{cast}",
            200,
            shape={"value": []},
        )
        for cast in (
            "microsoft.graph.user",
            "graph.user",
            "Microsoft.Graph.User",
            "microsoft.graph.group",
        )
    ),
    Row(
        "action with its namespace",
        "OData URL conventions",
        "POST /users/{user}/microsoft.graph.revokeSignInSessions",
        200,
    ),
    Row(
        "segment the model lacks",
        "recorded",
        "GET /wizards",
        400,
        "BadRequest",
        exact("Resource not found for the segment 'wizards'."),
    ),
    Row(
        "segment below a user that the model lacks",
        "recorded",
        "GET /users/{user}/wands",
        400,
        "BadRequest",
        exact("Resource not found for the segment 'wands'."),
    ),
    Row(
        "/me is for signed-in people",
        "recorded",
        "GET /me",
        400,
        "BadRequest",
        exact("/me request is only valid with delegated authentication flow."),
    ),
    Row(
        "what the model has and the tenant does not speak",
        "delta-query-overview (text)",
        "GET /users/{user}/calendar",
        501,
        "NotImplemented",
        exact("This operation target is not yet supported."),
    ),
    Row(
        "another method",
        "json-batching",
        "PUT /users",
        405,
        "Request_BadRequest",
        exact("Specified HTTP method is not allowed for the request target."),
        {},
    ),
    *(
        Row(
            f"spoken by Graph, not here: {path}",
            "OData URL conventions",
            f"GET {path}",
            501,
            "NotImplemented",
        )
        for path in (
            "/groups/{group}/members/microsoft.graph.device",
            "/groups/{group}/members/$ref",
            "/users/{user}/displayName",
            "/users/{user}/drive",
            "/teams",
        )
    ),
]

ROWS = [*PATHS]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_paths(graph, row):
    graph.holds(row)
