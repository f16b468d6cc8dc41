"""What can be wrong between us and a tenant, each with what to do about it.

The texts name settings, permissions, AADSTS codes and places in a JSON document, never a person,
a path, a value or a secret.
"""

import re

from msgspec import Struct

AADSTS = re.compile(r"AADSTS\d+")


class TenantProblem(Exception):
    """The tenant cannot be used as things are; the text says what is wrong and how to mend it."""


class SettingsProblem(TenantProblem):
    """The settings do not describe one way to sign in."""


class TenantUnreachable(TenantProblem):
    """Nobody answers, or not in a way that can be trusted."""


class SignInRefused(TenantProblem):
    """Entra gave no token, or Graph does not take it."""

    def __init__(self, code: str, mend: str) -> None:
        super().__init__(f"sign-in to the tenant was refused ({code}): {mend}")
        self.code = code
        self.mend = mend


class PermissionMissing(TenantProblem):
    """The app may not do this; an administrator has to consent to a permission."""

    def __init__(self, operation: str, permissions: tuple[str, ...], mend: str) -> None:
        named = " or ".join(permissions)
        super().__init__(f"the app may not {operation}: it needs {named}; {mend}")
        self.operation = operation
        self.permissions = permissions
        self.mend = mend


class PremiumMissing(TenantProblem):
    """The tenant has not bought what this read needs."""

    def __init__(self) -> None:
        super().__init__(
            "the tenant has no Entra ID P1, and Microsoft gives this report to no other: try"
            " again later if it has, buy it (Microsoft 365 A3 holds it), or look at each person's"
            " authentication methods in the Entra admin centre"
        )


class UnsafeMethod(TenantProblem):
    """Something tried to write through a door that only reads."""


# What a proxy, a portal or a wrong address makes of Graph: the places to look at.
LOOK = "check GRAPHSYNC_GRAPH_URL, and any proxy or sign-in portal between here and Graph"


class EntraMalformed(TenantUnreachable):
    """Something answers in Entra's place, or Entra gives something that is no token."""

    def __init__(self) -> None:
        super().__init__(
            "what answers in Entra's place gives no token that can be used: check"
            " GRAPHSYNC_AUTHORITY, and any proxy or sign-in portal between here and Entra"
        )


class NotGraph(TenantUnreachable):
    """Something answers in Graph's place: a proxy's page, a portal's redirect."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(
            f"what answers in Graph's place is not Graph (HTTP {status}, {kind}): {LOOK}"
        )
        self.status = status


class AnswerTooLarge(TenantUnreachable):
    """A body that is larger than anything Graph sends us; the rest was not read."""

    def __init__(self, most: int) -> None:
        super().__init__(f"an answer is larger than {most // 1024} KB and was not read: {LOOK}")


class AnswerMalformed(TenantUnreachable):
    """A body, or HTTP itself, that does not have the documented form; `where` names the place."""

    def __init__(self, where: str) -> None:
        super().__init__(f"an answer is not in the form that Graph documents ({where}): {LOOK}")


class AnswerCut(TenantUnreachable):
    """The connection ends before the answer does, again and again."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"Graph's answers break off before their end ({kind}): {LOOK}")


class AnswerTooSlow(TenantUnreachable):
    """No whole answer within the limit, again and again."""

    def __init__(self) -> None:
        super().__init__(
            "Graph does not finish its answers in time: check the network; outages are told at"
            " status.cloud.microsoft"
        )


class ForeignLink(TenantUnreachable):
    """A link that leads away from Graph: our token is not sent there."""

    def __init__(self) -> None:
        super().__init__(f"Graph gave a link to another host: our token stays here; {LOOK}")


class EndlessPages(TenantUnreachable):
    """A collection that does not end: a page that links to an earlier one, or too much of it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"a list from Graph does not end ({why}): {LOOK}")


class DeltaUnfinished(TenantUnreachable):
    """A delta whose last page has no delta link: where the next one begins is not known."""

    def __init__(self) -> None:
        super().__init__(
            "Graph gave no delta link at the end of a delta: try again later; when it stays so, "
            + LOOK
        )


class ThrottledTooLong(TenantUnreachable):
    """Graph asks for a longer rest than a run can take."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Graph has throttled us for longer than {seconds / 60:g} minutes in all, or asks for"
            " that: try again later,"
            " and see which other apps write to the tenant"
        )


CONSENT = (
    "add it in Entra under App registrations, API permissions, Microsoft Graph, Application"
    " permissions, and grant admin consent"
)
CONSENT_TO_FEED = CONSENT.replace("Microsoft Graph", "Office 365 Management APIs")


class Refusal(Struct, frozen=True):
    """One AADSTS code of Entra's error reference and its mend."""

    code: str
    mend: str


# Microsoft identity platform, "error codes" reference; the first code found in the text counts.
REFUSALS = (
    Refusal(
        "AADSTS7000215",
        "the client secret is wrong. GRAPHSYNC_CLIENT_SECRET takes the secret's value, not its id",
    ),
    Refusal("AADSTS7000222", "the client secret has expired: make a new one, or use a certificate"),
    Refusal(
        "AADSTS700016",
        "this tenant does not know the app: check GRAPHSYNC_CLIENT_ID, and that"
        " GRAPHSYNC_TENANT_ID is the tenant in which it was registered",
    ),
    Refusal("AADSTS7000112", "the app is disabled in this tenant: enable its enterprise app"),
    Refusal("AADSTS90002", "there is no such tenant: check GRAPHSYNC_TENANT_ID"),
    Refusal("AADSTS900023", "GRAPHSYNC_TENANT_ID is neither a tenant's id nor its domain"),
    Refusal("AADSTS1000502", "the certificate has expired: register a new one with the app"),
    Refusal(
        "AADSTS700027",
        "the certificate is not one of the app's, or has expired: upload its public part under"
        " Certificates & secrets, and check GRAPHSYNC_CLIENT_CERTIFICATE_PATH",
    ),
    Refusal("AADSTS700024", "this machine's clock is wrong: the assertion's times do not hold"),
    Refusal("AADSTS53003", "Conditional Access blocks the app: exclude it, or allow this place"),
)


def refused_sign_in(text: str) -> SignInRefused:
    """The problem behind what Entra (or azure-identity) said when it gave no token."""
    for refusal in REFUSALS:
        if re.search(rf"{refusal.code}\b", text):
            return SignInRefused(refusal.code, refusal.mend)
    found = AADSTS.search(text)
    code = found.group() if found else "no AADSTS code"
    return SignInRefused(code, "look the code up at https://login.microsoftonline.com/error")


class Reading(Struct, frozen=True):
    """What a path reads, for the text of a refusal, and the permissions that allow it."""

    prefix: str
    operation: str
    permissions: tuple[str, ...]


# Graph permissions reference, application permissions, least privileged first.
READINGS = (
    Reading(
        "/users?$select=id,createdDateTime,signInActivity",
        "read when accounts were last signed in to",
        ("AuditLog.Read.All",),
    ),
    Reading("/users", "read users", ("User.Read.All",)),
    Reading("/groups", "read groups", ("GroupMember.Read.All",)),
    Reading(
        "/subscribedSkus",
        "read the licences of the tenant",
        ("LicenseAssignment.Read.All", "Organization.Read.All"),
    ),
    Reading("/directoryRoles", "read directory roles", ("RoleManagement.Read.Directory",)),
    Reading("/directory/deletedItems", "read deleted users", ("User.Read.All",)),
    Reading("/organization", "read the organisation", ("Organization.Read.All",)),
    Reading("/domains", "read domains", ("Domain.Read.All",)),
    Reading("/servicePrincipals", "see its own permissions", ("Application.Read.All",)),
    Reading("/reports", "read who has registered MFA", ("AuditLog.Read.All",)),
    Reading("/applications", "see its own client secrets", ("Application.Read.All",)),
)


# microsoft-graph-docs issues 12919, 3581: also given at random to apps of tenants with P1.
NO_PREMIUM = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"


def refused_read(path: str, code: str) -> PermissionMissing | PremiumMissing:
    """What a GET of this path lacks that was refused with 403 and this code."""
    if code == NO_PREMIUM:
        return PremiumMissing()
    for reading in READINGS:
        if path.startswith(reading.prefix):
            return PermissionMissing(reading.operation, reading.permissions, CONSENT)
    return PermissionMissing("read this", ("Directory.Read.All",), CONSENT)
