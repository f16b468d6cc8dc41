"""How accounts may sign in, read when somebody asks and kept nowhere: no night reads it.

Graph docs: authenticationmethodsroot-list-userregistrationdetails, user ("passwordPolicies").
"""

from msgspec import Struct

from graphsync.tenant import reading
from graphsync.tenant.delta import demanded
from graphsync.tenant.door import Door

WEAK = "DisableStrongPassword"
# The report takes no $select. Few have registered where pupils need not, so only they are listed.
REGISTERED = (
    "/reports/authenticationMethods/userRegistrationDetails?$filter=isMfaRegistered%20eq%20true"
)


class _Ids(Struct, frozen=True):
    value: tuple["_Id", ...]


class _Id(Struct, frozen=True):
    id: str


class _Policies(Struct, frozen=True):
    value: tuple["_Policy", ...]


class _Policy(Struct, frozen=True, rename="camel"):
    id: str
    password_policies: str | None = None


async def registered_mfa(door: Door) -> frozenset[str]:
    """The object ids of all who have registered a second factor, by Entra's report.

    The report may be a day behind. Raises PremiumMissing in a tenant without Entra ID P1,
    PermissionMissing, TenantUnreachable.
    """
    found: set[str] = set()
    async for page in door.pages(REGISTERED):
        found.update(one.id for one in demanded(page, REGISTERED).json(_Ids).value)
    return frozenset(found)


async def demand_registrations(door: Door) -> None:
    """Whether the report may be read, by its first page; raises as `registered_mfa`."""
    demanded(await door.get(REGISTERED), REGISTERED)


async def weak_passwords(door: Door) -> frozenset[str]:
    """The object ids of all accounts that may have a password below Entra's own rule.

    One request for each 999 accounts: the filter on this property is an advanced query, which
    would miss a spelling that nobody documented. Raises PermissionMissing, TenantUnreachable.
    """
    found: set[str] = set()
    async for page in door.pages(f"/users?$select=id,passwordPolicies&$top={reading.PAGE}"):
        rows = demanded(page, "/users").json(_Policies).value
        found.update(one.id for one in rows if WEAK in (one.password_policies or ""))
    return frozenset(found)
