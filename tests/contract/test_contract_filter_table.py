"""Every cell of the documented table of filters on users, row by row.

Graph docs: aad-advanced-queries and its include filter-directory-objects, with the operator lists
of the user resource. D works plainly, A with the advanced header and ``$count=true`` only, - never;
? is not told. ``not`` is A wherever anything is.
"""

import pytest

OPERATORS = ("eq", "ne", "ge", "le", "in", "startswith", "null")
TABLE = """
    id                       D A - - D - -
    userPrincipalName        D A - D D D -
    mail                     D A D D D D -
    mailNickname             D A D D D D A
    displayName              D A - - D D A
    givenName                D A D D D D A
    surname                  D A D D D D -
    employeeId               D A - A ? D A
    accountEnabled           D A A A D - -
    department               D A D D D D A
    usageLocation            D A D D D D -
    userType                 D A - - D - A
    ageGroup                 D A - - D - -
    consentProvidedForMinor  D A - - D - -
    createdDateTime          D A D D A - -
    proxyAddresses/any       D A D D - D ?
    otherMails/any           D A D D D D -
    companyName              A A A A A ? A
    officeLocation           A A A A A ? A
    employeeType             A A A A A ? A
    mobilePhone              A A A A A ? A
    onPremisesImmutableId    A A A A A ? A
    onPremisesSamAccountName A A A A A ? A
    passwordPolicies         A A A A A ? A
    postalCode               A A A A A ? A
    preferredLanguage        A A A A A ? A
    streetAddress            A A A A A ? A
    employeeHireDate         A A A A A ? A
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
ENDS_WITH = ("mail", "userPrincipalName", "otherMails/any", "proxyAddresses/any")
VALUES = {
    "accountEnabled": "true",
    "createdDateTime": "2026-09-01T00:00:00Z",
    "employeeHireDate": "2026-09-01T00:00:00Z",
}


def clause(name, operator):
    """A filter that uses the operator on the property."""
    subject = "x" if name.endswith("/any") else name
    value = VALUES.get(name, "'x'")
    if operator == "null":
        inner = f"{subject} eq null"
    elif operator == "in":
        inner = f"{subject} in ({value})"
    elif operator.endswith("with"):
        inner = f"{operator}({subject},{value})"
    else:
        inner = f"{subject} {operator} {value}"
    return f"{name}(x:{inner})" if name.endswith("/any") else inner


def statuses(graph, texts):
    """For each filter its status without and with the advanced header, asked in batches."""
    items = []
    for number, text in enumerate(texts):
        path = f"/users?$select=id&$top=1&$filter={text}"
        advanced = {"ConsistencyLevel": "eventual"}
        items.append({"id": f"{number}D", "method": "GET", "url": path})
        items.append(
            {
                "id": f"{number}A",
                "method": "GET",
                "url": f"{path}&$count=true",
                "headers": advanced,
            }
        )
    rows = graph.done("POST /$batch", {"requests": items})["responses"]
    found = {row["id"]: row["status"] for row in rows}
    return [(found[f"{n}D"], found[f"{n}A"]) for n in range(len(texts))]


MEANING = {"D": (200, 200), "A": (400, 200), "-": (400, 400)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_property_takes_the_operators_that_are_documented(graph, row):
    name, *cells = row
    told = [(op, cell) for op, cell in zip(OPERATORS, cells, strict=True) if cell != "?"]
    answers = statuses(graph, [clause(name, operator) for operator, _ in told])
    expected = {operator: MEANING[cell] for operator, cell in told}
    assert dict(zip((operator for operator, _ in told), answers, strict=True)) == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_not_is_advanced_and_endswith_is_for_addresses(graph, row):
    name = row[0]
    texts = [f"not({clause(name, 'eq')})", clause(name, "endswith")]
    expected = [MEANING["A"], MEANING["A" if name in ENDS_WITH else "-"]]
    assert statuses(graph, texts) == expected
