"""Phones for a second factor, and the report of who registered what."""

import pytest
from contract_rows import BAD, DENIED, GONE, Row

PHONES = "/users/{user}/authentication/phoneMethods"
REPORT = "/reports/authenticationMethods/userRegistrationDetails"
CREATING = "authentication-post-phonemethods"
MOBILE = {"phoneNumber": "+44 7700900123", "phoneType": "mobile"}
READER = ("AuditLog.Read.All",)


def refused(name: str, *before: object, **changes: object) -> Row:
    """A phone that is not taken; the page gives no text."""
    body = {**MOBILE, **changes}
    return Row(name, CREATING, f"POST {PHONES}", 400, BAD, "", body, before=before)


ROWS = [
    Row("made", CREATING, f"POST {PHONES}", 201, body=MOBILE, shape={**MOBILE, "id": str}),
    Row(
        "its id is the same for everyone",
        "phoneauthenticationmethod",
        f"GET {PHONES}/3179e48a-750b-4051-897c-87b9720928f7",
        200,
        shape=MOBILE,
        before=((f"POST {PHONES}", MOBILE),),
    ),
    Row(
        "with an extension",
        CREATING,
        f"POST {PHONES}",
        201,
        body={"phoneNumber": "+1 5555551234x123", "phoneType": "office"},
    ),
    refused("without the country", phoneNumber="07700900123"),
    refused("a second of its type", (f"POST {PHONES}", MOBILE)),
    refused("an alternate one before the mobile", phoneType="alternateMobile"),
    refused("with what is read only", smsSignInState="ready"),
    Row(
        "needs its permission",
        "permissions map",
        f"POST {PHONES}",
        403,
        DENIED,
        "",
        MOBILE,
        permissions=("User.ReadWrite.All",),
    ),
    Row(
        "for an unknown user",
        "recorded",
        "POST /users/{missing}/authentication/phoneMethods",
        404,
        GONE,
        "",
        MOBILE,
    ),
    Row(
        "the report needs AuditLog.Read.All",
        "authenticationmethodsroot-list-userregistrationdetails",
        f"GET {REPORT}",
        403,
        DENIED,
        permissions=("User.Read.All", "UserAuthenticationMethod.Read.All"),
    ),
    Row(
        "and Entra ID P1, which this tenant has not",
        "microsoft-graph-docs-contrib issue 8777",
        f"GET {REPORT}?$filter=isMfaRegistered eq true",
        403,
        "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
        "premium license",
        permissions=READER,
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_methods(graph, row):
    graph.holds(row)
