"""Directory extensions: registered, written, read, filtered, taken away."""

import re

import pytest
from contract_rows import ABSENT, BAD, DENIED, EVENTUAL, GONE, Row, exact, new_group, new_user

PAGE = "application-post-extensionproperty"
APP = "GET /applications?$filter=displayName eq 'graphsync'"
PATH = "/applications/{1.value/0/id}/extensionProperties"
WISH = {"name": "{n}", "dataType": "String", "targetObjects": ["User"]}
MADE = (APP, (f"POST {PATH}", WISH))
NAME = "{2.name}"


def asked(title, status=400, code=BAD, text="", **changes):
    return Row(title, PAGE, f"POST {PATH}", status, code, text, {**WISH, **changes}, before=(APP,))


def kept(kind, value):
    """A value of a type, written and read again."""
    made = (APP, (f"POST {PATH}", {**WISH, "dataType": kind}))
    return Row(
        f"{kind} is kept",
        PAGE,
        f"GET /users/{{user}}?$select={NAME}",
        200,
        shape=lambda body: value in body.values(),
        before=(*made, ("PATCH /users/{user}", {NAME: value})),
    )


def wrong(kind, value):
    made = (APP, (f"POST {PATH}", {**WISH, "dataType": kind}))
    text = exact("Invalid value specified for property 'extension_")[:-1]
    return Row(
        f"{kind} {str(value)[:9]!r} is refused",
        PAGE,
        "PATCH /users/{user}",
        400,
        BAD,
        text,
        {NAME: value},
        before=made,
    )


ROWS = [
    asked("registered under the application's id", 201, ""),
    Row(
        "answers what it is",
        PAGE,
        f"POST {PATH}",
        201,
        body=WISH,
        before=(APP,),
        shape={
            "id": str,
            "name": re.compile(r"extension_[0-9a-f]{32}_x\d+"),
            "dataType": "String",
            "targetObjects": ["User"],
            "isSyncedFromOnPremises": False,
            "isMultiValued": False,
        },
    ),
    Row(
        "registered by the application's appId",
        PAGE,
        "POST /applications(appId='{1.value/0/appId}')/extensionProperties",
        201,
        body=WISH,
        before=(APP,),
    ),
    asked("type that is none", text="dataType", dataType="Guid"),
    asked("target that is none", text="targetObjects", targetObjects=["Wizard"]),
    asked("target in small letters", text="targetObjects", targetObjects=["user"]),
    asked("without a name", text="name", name=None),
    asked("with a blank in its name", text="name", name="a b"),
    Row(
        "registered twice",
        "recorded (pnp/cli-microsoft365); status of the family",
        f"POST {PATH}",
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        "^An extension property exists with the name extension_",
        WISH,
        before=MADE,
    ),
    Row(
        "unknown application",
        "recorded",
        "POST /applications/{missing}/extensionProperties",
        404,
        GONE,
        "",
        WISH,
    ),
    Row(
        "needs the application permission",
        "permissions map",
        f"POST {PATH}",
        403,
        DENIED,
        "",
        WISH,
        before=(APP,),
        permissions=("Application.Read.All",),
    ),
    Row(
        "listed",
        "application-list-extensionproperty",
        f"GET {PATH}",
        200,
        before=MADE,
        shape={"value": lambda rows: all(row["name"].startswith("extension_") for row in rows)},
    ),
    Row(
        "read",
        "application-list-extensionproperty",
        f"GET {PATH}/{{2.id}}",
        200,
        before=MADE,
        shape={"name": str},
    ),
    Row(
        "available to all",
        "directoryobject-getavailableextensionproperties",
        "POST /directoryObjects/getAvailableExtensionProperties",
        200,
        body={},
        before=MADE,
        shape={"value": lambda rows: len(rows) > 0},
    ),
    Row(
        "none of them comes from Active Directory",
        "directoryobject-getavailableextensionproperties",
        "POST /directoryObjects/getAvailableExtensionProperties",
        200,
        body={"isSyncedFromOnPremises": True},
        before=MADE,
        shape={"value": []},
    ),
    Row(
        "written at birth",
        "user-post-users",
        "POST /users",
        201,
        body=new_user(**{NAME: "pb:5523"}),
        before=MADE,
    ),
    Row(
        "not among the defaults",
        "user-list",
        "GET /users/{user}",
        200,
        before=(*MADE, ("PATCH /users/{user}", {NAME: "pb:5523"})),
        shape=lambda body: not any(name.startswith("extension_") for name in body),
    ),
    Row(
        "null clears",
        "user-update",
        f"GET /users/{{user}}?$select=id,{NAME}",
        200,
        before=(*MADE, ("PATCH /users/{user}", {NAME: "x"}), ("PATCH /users/{user}", {NAME: None})),
        shape=lambda body: "x" not in body.values(),
    ),
    kept("String", "s" * 256),
    kept("Boolean", True),
    kept("Integer", 7),
    kept("LargeInteger", 2**40),
    kept("DateTime", "2026-09-01T00:00:00Z"),
    wrong("String", "s" * 257),
    wrong("String", 7),
    wrong("Boolean", "true"),
    wrong("Integer", 2**40),
    wrong("DateTime", "today"),
    Row(
        "not for objects it does not aim at",
        PAGE,
        "POST /groups",
        400,
        BAD,
        "extension_",
        new_group(**{NAME: "x"}),
        before=MADE,
    ),
    Row(
        "for groups when it aims at them",
        PAGE,
        "POST /groups",
        201,
        body=new_group(**{NAME: "x"}),
        before=(APP, (f"POST {PATH}", {**WISH, "targetObjects": ["User", "Group"]})),
    ),
    Row(
        "unknown to everyone before",
        "v1.0 schema",
        "PATCH /users/{user}",
        400,
        BAD,
        "extension_",
        {"extension_00000000000000000000000000000000_x": "1"},
    ),
    Row(
        "gone when it was taken away",
        "application-delete-extensionproperty",
        "PATCH /users/{user}",
        400,
        BAD,
        "extension_",
        {NAME: "x"},
        before=(*MADE, f"DELETE {PATH}/{{2.id}}"),
    ),
    Row(
        "filtered plainly",
        "user-list",
        f"GET /users?$filter={NAME} eq '{{user}}'&$select=id",
        200,
        before=(*MADE, ("PATCH /users/{user}", {NAME: "{user}"})),
        shape={"value": [{"id": str}]},
    ),
    Row(
        "ne is advanced",
        "aad-advanced-queries",
        f"GET /users?$filter={NAME} ne 'x'",
        400,
        "Request_UnsupportedQuery",
        "",
        before=MADE,
    ),
    Row(
        "ne with the header",
        "aad-advanced-queries",
        f"GET /users?$filter={NAME} ne null&$count=true&$select=id",
        200,
        headers=EVENTUAL,
        before=(*MADE, ("PATCH /users/{user}", {NAME: "x"})),
        shape={"value": [{"id": str}]},
    ),
    Row(
        "startswith is not for extensions",
        "user-list",
        f"GET /users?$filter=startswith({NAME},'x')",
        400,
        "Request_UnsupportedQuery",
        "",
        before=MADE,
    ),
    Row(
        "told by delta when selected",
        "delta-query-overview",
        f"GET /users/delta?$select={NAME}&$filter=id eq '{{user}}'",
        200,
        before=(*MADE, ("PATCH /users/{user}", {NAME: "x"})),
        shape={"value": lambda rows: "x" in rows[0].values()},
    ),
    Row(
        "and not otherwise",
        "delta-query-overview",
        "GET /users/delta?$filter=id eq '{user}'",
        200,
        before=(*MADE, ("PATCH /users/{user}", {NAME: "x"})),
        shape={"value": lambda rows: not any(name.startswith("extension_") for name in rows[0])},
    ),
    Row(
        "no property of the schema is missing for it",
        "user-get",
        f"GET /users/{{user}}?$select=department,{NAME}",
        200,
        before=MADE,
        shape={"department": None, "jobTitle": ABSENT},
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_extensions(graph, row):
    graph.holds(row)
