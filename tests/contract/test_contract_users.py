"""Users after their birth: read, changed, disabled, managed."""

import re

import pytest
from contract_rows import ABSENT, BAD, DENIED, GONE, NO_RIGHT, Row, exact, new_user, reference

NOT_THERE = (
    "^Resource '{}' does not exist or one of its queried reference-property objects are not "
    "present.$"
)

READ = "GET /users/{user}?$select="


def changed(name, source, body, select, shape):
    """A PATCH, and what is read after it."""
    return Row(
        name, source, READ + select, 200, shape=shape, before=(("PATCH /users/{user}", body),)
    )


READING = [
    Row("found by id", "user-get", "GET /users/{user}", 200, shape={"id": str}),
    Row("found by UPN", "user-get", "GET /users/{upn}", 200, shape={"userPrincipalName": str}),
    Row("found by a quoted UPN", "known-issues", "GET /users('{upn}')", 200, shape={"id": str}),
    Row(
        "defaults leave accountEnabled out",
        "user-list",
        "GET /users/{user}",
        200,
        shape={"accountEnabled": ABSENT, "displayName": str},
    ),
    Row(
        "accountEnabled comes on $select",
        "user-list",
        READ + "accountEnabled",
        200,
        shape={"accountEnabled": True, "displayName": ABSENT},
    ),
    Row(
        "unset properties read as null",
        "user-list",
        READ + "department,otherMails",
        200,
        shape={"department": None, "otherMails": []},
    ),
    Row(
        "unknown user is 404",
        "recorded",
        "GET /users/nobody@{domain}",
        404,
        GONE,
        NOT_THERE.format("nobody@school.example"),
    ),
    Row(
        "profile properties on the collection are 501",
        "user-list; delta-query-overview",
        "GET /users?$select=aboutMe",
        501,
        "NotImplemented",
        exact("This operation target is not yet supported."),
    ),
    Row(
        "mailboxSettings on the collection are 501",
        "user-list",
        "GET /users?$select=mailboxSettings",
        501,
        "NotImplemented",
    ),
    Row(
        "UPN with a dollar needs quotes",
        "known-issues",
        "GET /users/${n}@{domain}",
        400,
        "BadRequest",
        "segment",
        before=(("POST /users", new_user(userPrincipalName="${n}@{domain}")),),
    ),
    Row(
        "and is found in them",
        "known-issues",
        "GET /users('${n}@{domain}')",
        200,
        shape={"id": str},
        before=(("POST /users", new_user(userPrincipalName="${n}@{domain}")),),
    ),
    Row(
        "leave date is read",
        "user resource",
        "GET /users/{user}?$select=employeeLeaveDateTime",
        200,
        shape={"employeeLeaveDateTime": "2027-07-20T00:00:00Z"},
        before=(("PATCH /users/{user}", {"employeeLeaveDateTime": "2027-07-20T00:00:00Z"}),),
    ),
    Row(
        "leave date has a permission to be read",
        "user resource",
        "GET /users/{user}?$select=employeeLeaveDateTime",
        403,
        DENIED,
        NO_RIGHT,
        permissions=("User.ReadWrite.All",),
    ),
]

CHANGING = [
    Row(
        "answers 204 with no body",
        "user-update",
        "PATCH /users/{user}",
        204,
        body={"department": "7B"},
    ),
    changed(
        "changes what it names only",
        "user-update",
        {"department": "7B"},
        "department,accountEnabled",
        {"department": "7B", "accountEnabled": True},
    ),
    changed("null clears", "user-update", {"department": None}, "department", {"department": None}),
    changed(
        "age groups are kept capitalised",
        "user resource",
        {"ageGroup": "minor", "consentProvidedForMinor": "granted"},
        "ageGroup,consentProvidedForMinor",
        {"ageGroup": "Minor", "consentProvidedForMinor": "Granted"},
    ),
    changed(
        "disables",
        "user-update",
        {"accountEnabled": False},
        "accountEnabled",
        {"accountEnabled": False},
    ),
    changed(
        "mail becomes the proxy address",
        "user resource",
        {"mail": "{n}.m@{domain}"},
        "mail,proxyAddresses",
        {"proxyAddresses": [re.compile(r"SMTP:.*\.m@school\.example")]},
    ),
    changed(
        "a reset password needs to be changed when asked",
        "user-update",
        {"passwordProfile": {"password": "Amber-Ship-17", "forceChangePasswordNextSignIn": True}},
        "passwordProfile",
        {"passwordProfile": None},
    ),
    Row(
        "display name cannot be cleared",
        "user resource",
        "PATCH /users/{user}",
        400,
        BAD,
        "displayName",
        {"displayName": None},
    ),
    Row(
        "usage location cannot be cleared",
        "user resource",
        "PATCH /users/{user}",
        400,
        BAD,
        "usageLocation",
        {"usageLocation": None},
    ),
    Row(
        "taken UPN is refused",
        "recorded",
        "PATCH /users/{user}",
        400,
        BAD,
        exact("Another object with the same value for property userPrincipalName already exists."),
        {"userPrincipalName": "{upn2}"},
        {"error": {"details": [{"code": "ObjectConflict"}]}},
    ),
    Row(
        "weak password is refused",
        "recorded",
        "PATCH /users/{user}",
        400,
        BAD,
        "password complexity",
        {"passwordProfile": {"password": "weak"}},
    ),
    Row(
        "unknown user is 404",
        "recorded",
        "PATCH /users/{missing}",
        404,
        GONE,
        "does not exist",
        {"department": "7B"},
    ),
    Row(
        "read-only property is refused",
        "user resource",
        "PATCH /users/{user}",
        400,
        BAD,
        "createdDateTime",
        {"createdDateTime": "2026-09-01T00:00:00Z"},
    ),
    Row(
        "computed age class is refused",
        "user resource",
        "PATCH /users/{user}",
        400,
        BAD,
        "legalAgeGroupClassification",
        {"legalAgeGroupClassification": "Adult"},
    ),
    Row(
        "password needs its own permission",
        "user-update; permissions map",
        "PATCH /users/{user}",
        403,
        DENIED,
        NO_RIGHT,
        {"passwordProfile": {"password": "Amber-Ship-17"}},
        permissions=("User.ReadWrite.All",),
    ),
    Row(
        "one forbidden property fails the whole change",
        "recorded",
        "PATCH /users/{user}",
        403,
        DENIED,
        NO_RIGHT,
        {"accountEnabled": False, "passwordProfile": {"password": "Amber-Ship-17"}},
        permissions=("User.ReadWrite.All",),
    ),
    Row(
        "disabling has a permission of its own",
        "user-update",
        "PATCH /users/{user}",
        204,
        body={"accountEnabled": False},
        permissions=("User.EnableDisableAccount.All", "User.Read.All"),
    ),
    Row(
        "which covers nothing else",
        "user-update",
        "PATCH /users/{user}",
        403,
        DENIED,
        NO_RIGHT,
        {"department": "7B"},
        permissions=("User.EnableDisableAccount.All", "User.Read.All"),
    ),
    Row(
        "leave dates have a permission of their own",
        "user resource",
        "PATCH /users/{user}",
        403,
        DENIED,
        NO_RIGHT,
        {"employeeLeaveDateTime": "2027-07-20T00:00:00Z"},
        permissions=("User.ReadWrite.All",),
    ),
    Row(
        "administrators are out of reach",
        "users overview, sensitive actions",
        "PATCH /users/breakglass@contoso.onmicrosoft.com",
        403,
        DENIED,
        NO_RIGHT,
        {"accountEnabled": False},
    ),
    Row(
        "reading alone does not write",
        "permissions map",
        "PATCH /users/{user}",
        403,
        DENIED,
        NO_RIGHT,
        {"department": "7B"},
        permissions=("User.Read.All",),
    ),
]

SESSIONS = [
    Row(
        "revoking answers 200 and true",
        "known-issues; v1.0 schema",
        "POST /users/{user}/revokeSignInSessions",
        200,
        shape={"value": True},
    ),
    Row(
        "revoking has a permission of its own",
        "permissions map",
        "POST /users/{user}/revokeSignInSessions",
        200,
        permissions=("User.RevokeSessions.All",),
    ),
    Row(
        "revoking an unknown user is 404",
        "recorded",
        "POST /users/{missing}/revokeSignInSessions",
        404,
        GONE,
        "does not exist",
    ),
]

MANAGERS = [
    Row(
        "set by reference",
        "user-post-manager",
        "PUT /users/{user}/manager/$ref",
        204,
        body=reference("{user2}"),
    ),
    Row(
        "read",
        "user-list-manager",
        "GET /users/{user}/manager",
        200,
        shape={"@odata.type": "#microsoft.graph.user"},
        before=(("PUT /users/{user}/manager/$ref", reference("{user2}")),),
    ),
    Row("none is 404", "user-list-manager (inferred)", "GET /users/{user}/manager", 404, GONE, ""),
    Row(
        "taken away",
        "user-delete-manager",
        "DELETE /users/{user}/manager/$ref",
        204,
        before=(("PUT /users/{user}/manager/$ref", reference("{user2}")),),
    ),
    Row(
        "seen from the other side",
        "user-list-directreports",
        "GET /users/{user2}/directReports",
        200,
        shape={"value": [{"id": str}]},
        before=(("PUT /users/{user}/manager/$ref", reference("{user2}")),),
    ),
    Row(
        "an unknown manager is 404",
        "recorded",
        "PUT /users/{user}/manager/$ref",
        404,
        GONE,
        "does not exist",
        reference("{missing}"),
    ),
]

ROWS = [*READING, *CHANGING, *SESSIONS, *MANAGERS]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_users(graph, row):
    graph.holds(row)
