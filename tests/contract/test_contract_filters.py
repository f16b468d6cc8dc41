"""``$filter`` and ``$search``, plain and advanced."""

import pytest
from contract_rows import EVENTUAL, Row, exact

UNSUPPORTED = "Request_UnsupportedQuery"

SEARCH = exact(
    "Request with $search query parameter only works through MSGraph with a special request "
    "header: 'ConsistencyLevel: eventual'"
)

ADVANCED = "aad-advanced-queries"

NAMED = (
    "PATCH /users/{user}",
    {
        "department": "{n}",
        "displayName": "{n} MariaLuisa O'Neil-Smith",
        "givenName": "Maria",
        "jobTitle": "{n}",
    },
)

YEAR = "$filter=department eq '{n}'"


def filtered(text, source="user resource", **more):
    """A filter that works plainly and finds the one user of the row."""
    path = f"GET /users?$filter={text}&$select=id"
    return Row(f"plain: {text[:48]}", source, path, 200, shape={"value": [{"id": str}]}, **more)


def advanced(text, **more):
    """A filter that needs the header and $count=true: with them, without them."""
    path = f"GET /users?$filter={YEAR[8:]} and {text}&$select=id"
    found = {"value": [{"id": str}]}
    return [
        Row(
            f"advanced: {text[:48]}",
            ADVANCED,
            f"{path}&$count=true",
            200,
            headers=EVENTUAL,
            shape=found,
            before=(NAMED,),
            **more,
        ),
        Row(
            f"without the header: {text[:48]}",
            ADVANCED,
            f"{path}&$count=true",
            400,
            UNSUPPORTED,
            before=(NAMED,),
            **more,
        ),
        Row(
            f"without the count: {text[:48]}",
            ADVANCED,
            path,
            400,
            UNSUPPORTED,
            headers=EVENTUAL,
            before=(NAMED,),
            **more,
        ),
    ]


FILTERS = [
    filtered("id eq '{user}'"),
    filtered("userPrincipalName eq '{upn}'"),
    filtered("userPrincipalName in ('{upn}')"),
    filtered("startswith(userPrincipalName,'{upn}')"),
    filtered("department eq '{n}' and accountEnabled eq true", before=(NAMED,)),
    filtered("department eq '{n}' and givenName eq 'maria'", before=(NAMED,)),
    filtered("department eq '{n}' and startswith(givenName,'MAR')", before=(NAMED,)),
    filtered(
        "department eq '{n}' and displayName eq '{n} MariaLuisa O''Neil-Smith'",
        "msgraph-sdk",
        before=(NAMED,),
    ),
    filtered(
        "mail eq '{n}.q@{domain}'", before=(("PATCH /users/{user}", {"mail": "{n}.q@{domain}"}),)
    ),
    filtered("employeeId eq '{n}'", before=(("PATCH /users/{user}", {"employeeId": "{n}"}),)),
    filtered(
        "otherMails/any(m:m eq '{n}@home.example')",
        before=(("PATCH /users/{user}", {"otherMails": ["{n}@home.example"]}),),
    ),
    filtered(
        "proxyAddresses/any(a:a eq 'SMTP:{n}.p@{domain}')",
        before=(("PATCH /users/{user}", {"mail": "{n}.p@{domain}"}),),
    ),
    *advanced("displayName ne 'x'"),
    *advanced("not(startswith(displayName,'zz'))"),
    *advanced("endswith(userPrincipalName,'school.example')"),
    *advanced("jobTitle eq '{n}'"),
    *advanced("employeeId eq null"),
    *advanced("assignedLicenses/$count eq 0"),
    Row(
        "unknown operator",
        "OData",
        "GET /users?$filter=displayName like 'x'",
        400,
        "BadRequest",
        exact("Invalid filter clause"),
    ),
    Row(
        "endsWith on another property",
        ADVANCED,
        "GET /users?$filter=endswith(displayName,'x')&$count=true",
        400,
        UNSUPPORTED,
        "displayName",
        headers=EVENTUAL,
    ),
]

SEARCHES = [
    Row(
        "search needs the header",
        ADVANCED,
        'GET /users?$search="displayName:x"',
        400,
        UNSUPPORTED,
        SEARCH,
    ),
    *(
        Row(
            f"search finds {wish}",
            "query-parameters",
            f"GET /users?$search={wish}&{YEAR}&$select=id",
            200,
            headers=EVENTUAL,
            shape={"value": [{"id": str}]},
            before=(NAMED,),
        )
        for wish in (
            '"displayName:maria"',
            '"displayName:luisa maria"',
            '"displayName:oneilsmith"',
            '"displayName:smi"',
            '"displayName:nobody" OR "displayName:luisa"',
            '"displayName:maria" AND ("displayName:x" OR "jobTitle:x")',
        )
    ),
    *(
        Row(
            f"search does not find {wish}",
            "query-parameters",
            f"GET /users?$search={wish}&{YEAR}&$select=id",
            200,
            headers=EVENTUAL,
            shape={"value": []},
            before=(NAMED,),
        )
        for wish in (
            '"displayName:nobody"',
            '"displayName:uisa"',
            '"displayName:maria" AND "displayName:nobody"',
            '"givenName:aria"',
        )
    ),
    Row(
        "search outside double quotes",
        "query-parameters",
        "GET /users?$search=displayName:x",
        400,
        UNSUPPORTED,
        "",
        headers=EVENTUAL,
    ),
    Row(
        "search of no text",
        "query-parameters",
        'GET /users?$search="displayName:"',
        400,
        UNSUPPORTED,
        headers=EVENTUAL,
    ),
    Row(
        "search of no property",
        "query-parameters",
        'GET /users?$search="x"',
        400,
        UNSUPPORTED,
        "",
        headers=EVENTUAL,
    ),
    Row(
        "search joined in small letters",
        "query-parameters",
        'GET /users?$search="displayName:x" or "displayName:y"',
        400,
        UNSUPPORTED,
        "",
        headers=EVENTUAL,
    ),
]

ROWS = [*FILTERS, *SEARCHES]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_filters(graph, row):
    graph.holds(row)
