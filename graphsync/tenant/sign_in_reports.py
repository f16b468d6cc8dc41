"""How accounts may sign in and when they did, read when somebody asks; no night keeps it.

Graph docs: authenticationmethodsroot-list-userregistrationdetails, user ("passwordPolicies"),
user-list and the resource "signInActivity".
"""

from datetime import datetime

from msgspec import Struct

from graphsync.accounts import SignIns
from graphsync.tenant import reading
from graphsync.tenant.answers import decoded
from graphsync.tenant.delta import demanded
from graphsync.tenant.door import Door

WEAK = "DisableStrongPassword"
# The report takes no $select. Few have registered where pupils need not, so only they are listed.
REGISTERED = (
    "/reports/authenticationMethods/userRegistrationDetails?$filter=isMfaRegistered%20eq%20true"
)

# user-list: with signInActivity the largest page is 500; a larger $top is refused.
SIGN_INS = "/users?$select=id,createdDateTime,signInActivity&$top=500"


class _Ids(Struct, frozen=True):
    value: tuple["_Id", ...]


class _Id(Struct, frozen=True):
    id: str


class _Policies(Struct, frozen=True):
    value: tuple["_Policy", ...]


class _Policy(Struct, frozen=True, rename="camel"):
    id: str
    password_policies: str | None = None


class _Activity(Struct, frozen=True, rename="camel"):
    last_sign_in_date_time: datetime | None = None
    last_non_interactive_sign_in_date_time: datetime | None = None
    last_successful_sign_in_date_time: datetime | None = None

    def last(self) -> datetime | None:
        """The last success; before December 2023 Entra noted only attempts, of two sorts."""
        tried = (self.last_sign_in_date_time, self.last_non_interactive_sign_in_date_time)
        attempt = max((one for one in tried if one is not None), default=None)
        return self.last_successful_sign_in_date_time or attempt


class _Signed(Struct, frozen=True, rename="camel"):
    id: str
    created_date_time: datetime | None = None
    sign_in_activity: _Activity | None = None


class _SignedPage(Struct, frozen=True):
    value: tuple[_Signed, ...]


async def sign_ins(door: Door) -> dict[str, SignIns]:
    """When every account was made and last signed in to, by object id.

    Raises PremiumMissing in a tenant without Entra ID P1, PermissionMissing, TenantUnreachable.
    """
    found: dict[str, SignIns] = {}
    async for page in door.pages(SIGN_INS):
        found |= signed(demanded(page, SIGN_INS).body)
    return found


def signed(body: bytes) -> dict[str, SignIns]:
    """The accounts of one page, by object id; raises AnswerMalformed."""
    return {
        one.id: SignIns(
            created=one.created_date_time,
            last=one.sign_in_activity.last() if one.sign_in_activity else None,
        )
        for one in decoded(body, _SignedPage).value
    }


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
