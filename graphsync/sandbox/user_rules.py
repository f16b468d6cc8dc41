"""What Graph accepts in a user: names, lengths, alphabets, passwords, age groups.

Lengths are those of the "user" resource; names those of "user-post-users" and Entra's
"concept-sspr-policy"; the texts of recorded answers.
"""

import re
from collections.abc import Callable
from typing import Any

from graphsync.sandbox.extensions import check_extension_values
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.problems import (
    bad_request,
    conflict,
    denied,
    invalid_value,
    mastered_on_premises,
    read_only,
    required_value,
)
from graphsync.sandbox.schema import check_properties, names
from graphsync.sandbox.tenant import Tenant

_REQUIRED = ("accountEnabled", "displayName", "mailNickname", "passwordProfile")
_NOT_CLEARED = (
    "accountEnabled",
    "displayName",
    "mailNickname",
    "userPrincipalName",
    "usageLocation",
)
_READ_ONLY = names(
    """
    id deletedDateTime createdDateTime creationType assignedLicenses assignedPlans
    authorizationInfo deviceEnrollmentLimit externalUserState
    externalUserStateChangeDateTime identityParentId imAddresses isManagementRestricted
    isResourceAccount lastPasswordChangeDateTime legalAgeGroupClassification
    licenseAssignmentStates onPremisesDistinguishedName onPremisesDomainName
    onPremisesLastSyncDateTime onPremisesProvisioningErrors onPremisesSamAccountName
    onPremisesSecurityIdentifier onPremisesSyncEnabled onPremisesUserPrincipalName
    provisionedPlans proxyAddresses securityIdentifier serviceProvisioningErrors
    signInActivity signInSessionsValidFromDateTime print customSecurityAttributes
    """
)
# Graph docs "user-update": these cannot be written by an application.
_NOT_APP_ONLY = names(
    """
    aboutMe birthday hireDate interests mySite pastProjects preferredName
    responsibilities schools skills mailboxSettings
    """
)
_LONGEST = {
    "displayName": 256,
    "givenName": 64,
    "surname": 64,
    "mailNickname": 64,
    "jobTitle": 128,
    "department": 64,
    "companyName": 64,
    "employeeId": 16,
    "mobilePhone": 64,
    "country": 128,
    "state": 128,
    "city": 128,
    "streetAddress": 1024,
    "postalCode": 40,
    "officeLocation": 128,
}
_UPN = re.compile(r"[A-Za-z0-9$'._!#^~-][A-Za-z0-9'._!#^~-]*@[A-Za-z0-9.-]+")
_NICKNAME = re.compile(r"[!-~]+")
_NICKNAME_FORBIDDEN = frozenset('@()\\[]";:<>, ')
_MAIL = re.compile(r"[!-~]+@[A-Za-z0-9.-]+")
_PLAIN_PASSWORD = re.compile(r"[ -~]{8,256}")
_PASSWORD_CLASSES = ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]")
_AGE_GROUPS = {name.lower(): name for name in ("Minor", "NotAdult", "Adult")}
_CONSENTS = {name.lower(): name for name in ("Granted", "Denied", "NotRequired")}
_PASSWORD_POLICIES = frozenset({"None", "DisableStrongPassword", "DisablePasswordExpiration"})
# Not mastered in Active Directory although the account is (the "user" resource, per property).
_CLOUD_PROPERTIES = names(
    """
    usageLocation ageGroup consentProvidedForMinor otherMails passwordPolicies
    """
)
# The "users" overview, "sensitive actions": not for apps when the target holds a directory role.
_SENSITIVE = names(
    """
    accountEnabled businessPhones mobilePhone onPremisesImmutableId otherMails
    passwordProfile userPrincipalName
    """
)


def check_new_user(tenant: Tenant, body: dict[str, Any]) -> None:
    """Raises 400 when POST /users would."""
    check_properties(body, "user", "User", tenant.extensions.of("user"))
    check_extension_values(body, {}, "User")
    for name in (*_REQUIRED, "userPrincipalName"):
        if body.get(name) in (None, ""):
            raise required_value(name, "User")
    if not body["passwordProfile"].get("password"):
        raise required_value("passwordProfile", "User")
    _check_values(body)
    _check_upn(tenant, body["userPrincipalName"])
    _check_address(tenant, None, body)


def check_user_changes(tenant: Tenant, entry: Entry, body: dict[str, Any]) -> None:
    """Raises 400 or 403 when PATCH /users/{id} would."""
    check_properties(body, "user", "User", tenant.extensions.of("user"))
    check_extension_values(body, entry.current.properties, "User")
    given = body.keys() - {"@odata.type"}
    if entry.current.properties.get("onPremisesSyncEnabled") and given - _CLOUD_PROPERTIES:
        raise mastered_on_premises()
    if tenant.holds_role(entry.id) and given & _SENSITIVE:
        raise denied()
    for name in _NOT_CLEARED:
        if name in body and body[name] in (None, ""):
            raise required_value(name, "User")
    _check_values({**_age_fields(entry), **body})
    if "userPrincipalName" in body:
        _check_upn(tenant, body["userPrincipalName"], entry)
    _check_address(tenant, entry, body)


def _age_fields(entry: Entry) -> dict[str, Any]:
    held = entry.current.properties
    return {n: held[n] for n in ("ageGroup", "consentProvidedForMinor") if n in held}


def _check_values(body: dict[str, Any]) -> None:
    for name, value in body.items():
        if name in _READ_ONLY:
            raise read_only(name)
        if name in _NOT_APP_ONLY:
            raise denied()
        longest = _LONGEST.get(name)
        if longest is not None and isinstance(value, str) and len(value) > longest:
            raise invalid_value(name, "User")
        check = _CHECKS.get(name)
        if check is not None and value is not None and not check(value):
            raise invalid_value(name, "User")
    _check_consent(body)
    profile = body.get("passwordProfile")
    if profile is not None and "password" in profile:
        _check_password(profile["password"])


def _check_password(password: object) -> None:
    """Entra docs "concept-sspr-policy": 8 to 256 characters, no Unicode, three of four classes."""
    classes = (
        sum(1 for each in _PASSWORD_CLASSES if re.search(each, password))
        if isinstance(password, str) and _PLAIN_PASSWORD.fullmatch(password)
        else 0
    )
    if classes < 3:
        raise bad_request(
            "The specified password does not comply with password complexity requirements. "
            "Please provide a different password."
        )


def _check_consent(body: dict[str, Any]) -> None:
    """Granted and Denied go with Minor only (seen in the field; the text is unverified)."""
    consent = str(body.get("consentProvidedForMinor") or "").lower()
    age_group = str(body.get("ageGroup") or "").lower()
    if consent in {"granted", "denied"} and age_group != "minor":
        raise invalid_value("consentProvidedForMinor", "User")


def _check_upn(tenant: Tenant, upn: str, entry: Entry | None = None) -> None:
    local, _, domain = upn.rpartition("@")
    if not _UPN.fullmatch(upn) or local.endswith("."):
        raise bad_request("Property userPrincipalName is invalid.")
    if len(local) > 64 or len(domain) > 48:
        raise bad_request("Property userPrincipalName is invalid.")
    if domain.lower() not in {name.lower() for name in tenant.domains}:
        raise bad_request(
            "The domain portion of the userPrincipalName property is invalid. You must use one "
            "of the verified domain names in your organization."
        )
    check_upn_is_free(tenant, upn, entry)


def check_upn_is_free(tenant: Tenant, upn: str, entry: Entry | None) -> None:
    """Unique at the primary, at the moment of writing; raises the ObjectConflict."""
    holder = tenant.directory.named("userPrincipalName", upn)
    if holder is not None and holder is not entry:
        raise conflict("userPrincipalName")
    holder = tenant.directory.named("proxyAddresses", upn)
    if holder is not None and holder is not entry:
        raise conflict("proxyAddresses")


def _check_address(tenant: Tenant, entry: Entry | None, body: dict[str, Any]) -> None:
    mail = body.get("mail")
    if mail is None:
        return
    holder = tenant.directory.named("proxyAddresses", mail)
    if holder is not None and holder is not entry:
        raise conflict("proxyAddresses")


def _nickname_allowed(value: str) -> bool:
    """The set is documented for groups; dots work for users, blanks and @ do not."""
    return bool(_NICKNAME.fullmatch(value)) and _NICKNAME_FORBIDDEN.isdisjoint(value)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "mailNickname": _nickname_allowed,
    "usageLocation": lambda value: bool(re.fullmatch(r"[A-Z]{2}", value)),
    "ageGroup": lambda value: value.lower() in _AGE_GROUPS,
    "consentProvidedForMinor": lambda value: value.lower() in _CONSENTS,
    "userType": lambda value: value in {"Member", "Guest"},
    "businessPhones": lambda value: len(value) <= 1,
    "mail": lambda value: bool(_MAIL.fullmatch(value)),
    "otherMails": lambda value: all(_MAIL.fullmatch(each) for each in value),
    "onPremisesImmutableId": lambda value: not set(value) & {"$", "_"},
    "passwordPolicies": lambda value: (
        {each.strip() for each in value.split(",")} <= _PASSWORD_POLICIES
    ),
}


def normalised(body: dict[str, Any]) -> dict[str, Any]:
    """The values as Graph keeps them: age fields capitalised, no password, mail as an address."""
    kept = {
        name: value
        for name, value in body.items()
        if name not in {"@odata.type", "passwordProfile"}
    }
    if kept.get("ageGroup"):
        kept["ageGroup"] = _AGE_GROUPS[kept["ageGroup"].lower()]
    if kept.get("consentProvidedForMinor"):
        kept["consentProvidedForMinor"] = _CONSENTS[kept["consentProvidedForMinor"].lower()]
    return kept


def legal_age_group(properties: dict[str, Any]) -> str | None:
    """legalAgeGroupClassification, computed as the "user" resource says.

    Minor without consent, or with consent denied, is not documented: it is left null here.
    """
    age_group = properties.get("ageGroup")
    if age_group != "Minor":
        return age_group
    return {
        "Granted": "MinorWithParentalConsent",
        "NotRequired": "MinorNoParentalConsentRequired",
    }.get(properties.get("consentProvidedForMinor") or "")
