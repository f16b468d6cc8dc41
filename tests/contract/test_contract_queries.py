"""Query options and pages."""

import pytest
from contract_rows import ABSENT, EVENTUAL, Row, exact, reference

UNSUPPORTED = "Request_UnsupportedQuery"

ONE = "$filter=id eq '{user}'"

EXPIRED = exact(
    "The specified page token value has expired and can no longer be included in your request."
)

ADVANCED = "aad-advanced-queries"

THREE = tuple(
    (f"PATCH /users/{{{name}}}", {"department": "{n}", "displayName": f"{letter} {{n}}"})
    for name, letter in (("user", "B"), ("user2", "C"), ("user3", "A"))
)

YEAR = "$filter=department eq '{n}'"

FIRST_OF_THREE = f"GET /users?{YEAR}&$top=1&$select=id"

OPTIONS = [
    Row("page of 999", "user-list", "GET /users?$top=999&$select=id", 200, shape={"value": list}),
    Row(
        "page of 1,000",
        "user-list",
        "GET /users?$top=1000",
        400,
        UNSUPPORTED,
        exact("Invalid page size specified: '1000'. Must be between 1 and 999 inclusive."),
    ),
    Row(
        "page of none",
        "query-parameters",
        "GET /users?$top=0",
        400,
        UNSUPPORTED,
        "between 1 and 999",
    ),
    Row("$skip is not supported", "user-list", "GET /users?$skip=10", 400, UNSUPPORTED, "skip"),
    Row(
        "unknown $select",
        "recorded",
        "GET /users?$select=shoeSize",
        400,
        "BadRequest",
        exact(
            "Parsing OData Select and Expand failed: Could not find a property named 'shoeSize' "
            "on type 'microsoft.graph.user'."
        ),
    ),
    Row(
        "unknown option without a dollar is ignored",
        "known-issues",
        "GET /users?fast=true&$top=1",
        200,
    ),
    Row(
        "context names what was selected",
        "user-list",
        f"GET /users?{ONE}&$select=id,mail",
        200,
        shape={"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users(id,mail)"},
    ),
    Row(
        "counted with the header",
        ADVANCED,
        f"GET /users?{ONE}&$count=true",
        200,
        headers=EVENTUAL,
        shape={"@odata.count": 1},
    ),
    Row(
        "the count is ignored without it",
        ADVANCED,
        f"GET /users?{ONE}&$count=true",
        200,
        shape={"@odata.count": ABSENT},
    ),
    Row(
        "/$count is text",
        "user-list, example 3",
        f"GET /users/$count?{ONE}",
        200,
        headers=EVENTUAL,
        shape="1",
        told={"content-type": "text/plain.*"},
    ),
    Row(
        "/$count needs the header",
        ADVANCED,
        "GET /users/$count",
        400,
        "Request_BadRequest",
        exact("$count is not currently supported."),
    ),
    Row(
        "sorted by name",
        "user-list",
        "GET /users?$orderby=displayName&$top=2&$select=displayName",
        200,
        shape={
            "value": lambda rows: rows == sorted(rows, key=lambda row: row["displayName"].lower())
        },
    ),
    Row(
        "sorting by date is advanced",
        ADVANCED,
        "GET /users?$orderby=createdDateTime",
        400,
        UNSUPPORTED,
        "Sorting not supported",
    ),
    Row(
        "sorting and filtering is advanced",
        ADVANCED,
        f"GET /users?{YEAR}&$orderby=displayName",
        400,
        UNSUPPORTED,
        "Sorting not supported",
    ),
    Row(
        "sorted and filtered with the header",
        ADVANCED,
        f"GET /users?{YEAR}&$orderby=displayName desc&$count=true&$select=displayName",
        200,
        headers=EVENTUAL,
        shape={"value": lambda rows: [row["displayName"][0] for row in rows] == ["C", "B", "A"]},
        before=THREE,
    ),
    Row(
        "manager expanded",
        "user resource",
        "GET /users/{user}?$expand=manager",
        200,
        shape={"manager": {"@odata.type": "#microsoft.graph.user"}},
        before=(("PUT /users/{user}/manager/$ref", reference("{user2}")),),
    ),
    Row(
        "direct reports expanded",
        "user resource",
        "GET /users/{user2}?$expand=directReports",
        200,
        shape={"directReports": [{"id": str}]},
        before=(("PUT /users/{user}/manager/$ref", reference("{user2}")),),
    ),
    Row(
        "memberships expanded",
        "user resource",
        "GET /users/{user}?$expand=memberOf",
        200,
        shape={"memberOf": [{"@odata.type": "#microsoft.graph.group"}]},
        before=(("POST /groups/{group}/members/$ref", reference("{user}")),),
    ),
    Row(
        "members expanded",
        "group resource",
        "GET /groups/{group}?$expand=members",
        200,
        shape={"members": [{"id": str}], "members@odata.nextLink": ABSENT},
        before=(("POST /groups/{group}/members/$ref", reference("{user}")),),
    ),
    Row(
        "owners expanded",
        "group resource",
        "GET /groups/{group}?$expand=owners",
        200,
        shape={"owners": []},
    ),
    Row(
        "nothing nested in $expand",
        "known-issues",
        "GET /users?$expand=manager($select=id)",
        400,
        UNSUPPORTED,
        "",
    ),
    Row(
        "$expand is not for advanced queries",
        ADVANCED,
        "GET /users?$expand=manager&$count=true",
        400,
        UNSUPPORTED,
        "",
        headers=EVENTUAL,
    ),
    Row(
        "metadata can be left out",
        "OData JSON format",
        "GET /users/{user}",
        200,
        headers={"Accept": "application/json;odata.metadata=none"},
        shape={"@odata.context": ABSENT},
        told={"content-type": ".*odata.metadata=none.*"},
    ),
    Row(
        "metadata can be full",
        "OData JSON format",
        "GET /users/{user}",
        200,
        headers={"Accept": "application/json;odata.metadata=full"},
        shape={"@odata.type": "#microsoft.graph.user", "@odata.id": str},
    ),
    Row(
        "a preference for page size is passed over",
        "user-list (not documented for the directory)",
        f"GET /users?{ONE}",
        200,
        headers={"Prefer": "odata.maxpagesize=1"},
        told={"preference-applied": ""},
    ),
    Row(
        "directory objects carry no ETag",
        "v1.0 schema (no concurrency annotation)",
        "GET /users/{user}",
        200,
        shape={"@odata.etag": ABSENT},
        told={"etag": ""},
    ),
    Row(
        "so a condition is passed over",
        "v1.0 schema (no concurrency annotation)",
        "PATCH /users/{user}",
        204,
        body={"department": "7B"},
        headers={"If-Match": '"stale"'},
    ),
]

PAGES = [
    Row(
        "the next link leads on",
        "paging",
        "GET {4.@odata.nextLink}",
        200,
        shape={"value": [{"id": str}]},
        before=(*THREE, FIRST_OF_THREE),
    ),
    Row(
        "it can be asked again when the answer was lost",
        "paging (retry with the token used before)",
        "GET {4.@odata.nextLink}",
        200,
        shape={"value": [{"id": str}]},
        before=(*THREE, FIRST_OF_THREE, "GET {4.@odata.nextLink}"),
    ),
    Row(
        "it is spent when the one after it was used",
        "paging; recorded text",
        "GET {4.@odata.nextLink}",
        400,
        "Directory_ExpiredPageToken",
        EXPIRED,
        before=(
            *THREE,
            FIRST_OF_THREE,
            "GET {4.@odata.nextLink}",
            "GET {5.@odata.nextLink}",
        ),
    ),
    Row(
        "a token nobody gave",
        "recorded text",
        "GET /users?$skiptoken=guess",
        400,
        "Directory_ExpiredPageToken",
        EXPIRED,
    ),
    Row(
        "the header is not carried on",
        "paging",
        "GET {4.@odata.nextLink}",
        400,
        UNSUPPORTED,
        "",
        before=(
            *THREE,
            (f"GET /users?{YEAR} and displayName ne 'x'&$count=true&$top=1", None, EVENTUAL),
        ),
    ),
    Row(
        "the count is on the first page only",
        "paging",
        "GET {4.@odata.nextLink}",
        200,
        headers=EVENTUAL,
        shape={"@odata.count": ABSENT},
        before=(
            *THREE,
            (f"GET /users?{YEAR} and displayName ne 'x'&$count=true&$top=1", None, EVENTUAL),
        ),
    ),
]

ROWS = [*OPTIONS, *PAGES]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_queries(graph, row):
    graph.holds(row)
