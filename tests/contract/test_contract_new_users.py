"""POST /users: what it takes, what it answers, what it refuses and in which words."""

import re

import pytest
from contract_rows import ABSENT, BAD, Row, exact, new_user

POST = "POST /users"
PAGE = "user-post-users"
RESOURCE = "user resource"
WEAK = (
    "The specified password does not comply with password complexity requirements. "
    "Please provide a different password."
)
DOMAIN = (
    "The domain portion of the userPrincipalName property is invalid. You must use one of the "
    "verified domain names in your organization."
)
DEFAULTS = {
    "businessPhones": [],
    "displayName": str,
    "givenName": None,
    "id": re.compile("[0-9a-f-]{36}"),
    "jobTitle": None,
    "mail": None,
    "mobilePhone": None,
    "officeLocation": None,
    "preferredLanguage": None,
    "surname": None,
    "userPrincipalName": str,
}


def made(name, source, shape=None, told=None, **changes):
    return Row(name, source, POST, 201, body=new_user(**changes), shape=shape, told=told or {})


def bad(name, source, text, *left_out, code=BAD, status=400, **changes):
    return Row(name, source, POST, status, code, text, new_user(*left_out, **changes))


def invalid(name, source, value, prop=None):
    text = exact(f"Invalid value specified for property '{prop or name}' of resource 'User'.")
    return bad(f"{name} {str(value)[:24]}", source, text, **{name: value})


CREATED = [
    made("answers the default properties", PAGE, {**DEFAULTS, "accountEnabled": ABSENT}),
    made(
        "answers no property beyond the defaults, though it was sent",
        PAGE,
        {"department": ABSENT, "usageLocation": ABSENT, "passwordProfile": ABSENT},
        department="7B",
        usageLocation="GB",
    ),
    made(
        "says what it is",
        PAGE,
        {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity"},
    ),
    made(
        "tells where the object is",
        "group-assignlicense (Location of directory writes)",
        told={
            "location": r"https://graph\.microsoft\.com/v2/[0-9a-f-]{36}/directoryObjects/.*User"
        },
    ),
    made(
        "takes the type that SDKs send", "msgraph-sdk", **{"@odata.type": "#microsoft.graph.user"}
    ),
    made("takes any other property that can be written", PAGE, jobTitle="Head", city="Ely"),
    made("takes every allowed mark in a UPN", RESOURCE, userPrincipalName="{n}'.-_!#^~a@{domain}"),
    made(
        "takes a UPN of 64 characters before the at",
        RESOURCE,
        userPrincipalName="{n}" + "a" * 58 + "@{domain}",
    ),
    made("takes an employeeId of 16", RESOURCE, employeeId="1" * 16),
    made("takes dots in a nickname", "recorded", mailNickname="first.last"),
    made(
        "takes a password of 8 with three classes",
        "concept-sspr-policy",
        passwordProfile={"password": "Abcdefg1"},
    ),
    made(
        "takes blanks and symbols in a password",
        "concept-sspr-policy",
        passwordProfile={"password": "two words & 1"},
    ),
    made(
        "takes both password policies",
        "groups-dynamic-membership",
        passwordPolicies="DisablePasswordExpiration, DisableStrongPassword",
    ),
    made(
        "takes one business phone",
        RESOURCE,
        {"businessPhones": ["01353 1"]},
        businessPhones=["01353 1"],
    ),
    made(
        "takes extension attributes",
        RESOURCE,
        onPremisesExtensionAttributes={"extensionAttribute1": "gs:x"},
    ),
    made("takes a hire date in UTC", RESOURCE, employeeHireDate="2026-09-01T00:00:00Z"),
    made(
        "takes cost centre and division",
        RESOURCE,
        employeeOrgData={"division": "Ely", "costCenter": "1"},
    ),
]
REQUIRED = [
    bad(
        f"needs {name}",
        PAGE,
        exact(f"A value is required for property '{name}' of resource 'User'."),
        name,
    )
    for name in (
        "accountEnabled",
        "displayName",
        "mailNickname",
        "passwordProfile",
        "userPrincipalName",
    )
]
LENGTHS = [
    invalid(name, RESOURCE, "n" * (longest + 1))
    for name, longest in {
        "displayName": 256,
        "givenName": 64,
        "surname": 64,
        "mailNickname": 64,
        "jobTitle": 128,
        "companyName": 64,
        "department": 64,
        "employeeId": 16,
        "mobilePhone": 64,
        "country": 128,
        "state": 128,
        "city": 128,
        "streetAddress": 1024,
        "postalCode": 40,
    }.items()
]
VALUES = [
    invalid("mailNickname", "recorded", "has blank"),
    invalid("mailNickname", "group-post-groups", "at@sign"),
    invalid("mailNickname", "group-post-groups", "semi;colon"),
    invalid("accountEnabled", "v1.0 schema", "true"),
    invalid("displayName", "v1.0 schema", 7),
    invalid("businessPhones", RESOURCE, ["1", "2"]),
    invalid("businessPhones", "v1.0 schema", "1"),
    invalid("usageLocation", RESOURCE, "GBR"),
    invalid("employeeHireDate", "v1.0 schema", "1 September"),
    invalid("onPremisesImmutableId", RESOURCE, "a$b"),
    invalid("onPremisesImmutableId", RESOURCE, "a_b"),
    invalid("passwordPolicies", RESOURCE, "Whatever"),
    invalid("ageGroup", RESOURCE, "Teenager"),
    invalid("consentProvidedForMinor", RESOURCE, "Maybe"),
    bad(
        "UPN with an accent",
        RESOURCE,
        exact("Property userPrincipalName is invalid."),
        userPrincipalName="zoë@{domain}",
    ),
    bad(
        "UPN with a second at",
        "concept-sspr-policy",
        exact("Property userPrincipalName is invalid."),
        userPrincipalName="a@b@{domain}",
    ),
    bad(
        "UPN with a dot before the at",
        "concept-sspr-policy",
        exact("Property userPrincipalName is invalid."),
        userPrincipalName="a.@{domain}",
    ),
    bad(
        "UPN of 65 before the at",
        RESOURCE,
        exact("Property userPrincipalName is invalid."),
        userPrincipalName="a" * 65 + "@{domain}",
    ),
    bad(
        "UPN of a domain that is not verified",
        "recorded",
        exact(DOMAIN),
        userPrincipalName="a@elsewhere.example",
    ),
    bad("property the schema lacks", "v1.0 schema", "favouriteColour", favouriteColour="red"),
    bad(
        "property that is read-only",
        RESOURCE,
        "proxyAddresses",
        proxyAddresses=["SMTP:a@b.example"],
    ),
    bad(
        "property that only AD fills", RESOURCE, "onPremisesSyncEnabled", onPremisesSyncEnabled=True
    ),
    bad("type of another object", "v1.0 schema", "", **{"@odata.type": "#microsoft.graph.group"}),
    bad(
        "property that applications may not write",
        "user-update",
        exact("Insufficient privileges to complete the operation."),
        code="Authorization_RequestDenied",
        status=403,
        aboutMe="x",
    ),
    invalid("mail", RESOURCE, "zoë@school.example"),
    invalid("otherMails", RESOURCE, ["zoë@home.example"]),
    invalid("accountEnabled", "v1.0 schema", 1),
    invalid("otherMails", "v1.0 schema", "a@b.example"),
    bad("open extension made with its user", "known-issues", "extensions", extensions=[]),
]
PASSWORDS = [
    bad(name, "concept-sspr-policy", exact(WEAK), passwordProfile={"password": password})
    for name, password in {
        "password of 7": "Abcdef1",
        "password of 257": "Aa1" + "a" * 254,
        "password of two classes": "abcdefgh1",
        "password in Unicode": "Ünïcode-Kite-42",
    }.items()
]
TAKEN = [
    Row(
        "taken UPN is 400 with ObjectConflict",
        "recorded (pnp/cli-microsoft365 user-add)",
        POST,
        400,
        BAD,
        exact("Another object with the same value for property userPrincipalName already exists."),
        new_user(userPrincipalName="{upn}"),
        {"error": {"details": [{"code": "ObjectConflict", "target": "userPrincipalName"}]}},
    ),
    Row(
        "taken address is 400 of the same family",
        "recorded",
        POST,
        400,
        BAD,
        exact("Another object with the same value for property proxyAddresses already exists."),
        new_user(mail="{n}.mail@{domain}"),
        {"error": {"details": [{"code": "ObjectConflict", "target": "proxyAddresses"}]}},
        before=((POST, new_user(userPrincipalName="{n}2@{domain}", mail="{n}.mail@{domain}")),),
    ),
    Row(
        "UPN of a deleted user may be taken",
        "Restore-EntraDeletedDirectoryObject",
        POST,
        201,
        body=new_user(userPrincipalName="{upn}"),
        before=("DELETE /users/{user}",),
    ),
]
AGES = [
    Row(
        f"{age} with {consent} counts as {legal}",
        "user resource (legal age group)",
        "GET /users/{1.id}?$select=ageGroup,consentProvidedForMinor,legalAgeGroupClassification",
        200,
        shape={
            "ageGroup": age,
            "consentProvidedForMinor": consent,
            "legalAgeGroupClassification": legal,
        },
        before=(("POST /users", new_user(ageGroup=age, consentProvidedForMinor=consent)),),
    )
    for age, consent, legal in (
        (None, None, None),
        ("Minor", "Granted", "MinorWithParentalConsent"),
        ("Minor", "NotRequired", "MinorNoParentalConsentRequired"),
        ("NotAdult", None, "NotAdult"),
        ("Adult", "NotRequired", "Adult"),
    )
]
ROWS = [*CREATED, *REQUIRED, *LENGTHS, *VALUES, *PASSWORDS, *TAKEN, *AGES]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_new_users(graph, row):
    graph.holds(row)
