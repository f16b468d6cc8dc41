"""What only the tenant can tell. Each check is alone: one that fails or is late hides no other."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

from graphsync.doctor.findings import Case, Finding, apart, broken, counted, ok, warning
from graphsync.doctor.groups import groups
from graphsync.doctor.house import lasting
from graphsync.doctor.marks import stamps
from graphsync.doctor.permissions import permissions
from graphsync.doctor.second_factor import second_factor
from graphsync.doctor.supply import domains, licences, mailbox
from graphsync.settings import PREFIX
from graphsync.tenant.answers import Answer, Request
from graphsync.tenant.door import Door, open_door
from graphsync.tenant.memberships import role_holders
from graphsync.tenant.permissions import BY_NAME, Use
from graphsync.tenant.problems import PermissionMissing, TenantProblem
from graphsync.tenant.registration import secret_ends

_log = logging.getLogger(__name__)

SIGN_IN_SECONDS = 5.0
CLOCK_SECONDS = 300  # Entra refuses assertions that are five minutes off (AADSTS700024)
SECRETS = "look under App registrations, your app, Certificates & secrets"
LATER = "run doctor again later; outages are told at status.cloud.microsoft"
RENEW = "make a new client secret, or better use a certificate"


@asynccontextmanager
async def signed_in(case: Case) -> AsyncIterator[tuple[Door, Answer]]:
    """The door and the first answer through it, a refusal for lack of permission included.

    Raises TenantProblem or TimeoutError when nobody lets us in.
    """
    async with open_door(case.loaded.tenant(), case.now, case.sleep) as door:
        async with asyncio.timeout(SIGN_IN_SECONDS):
            first = await door.send(Request("GET", "/organization?$select=id"))
        yield door, first


def not_signed_in(error: Exception) -> Finding:
    """Why nobody let us in."""
    if isinstance(error, TimeoutError):
        return broken(
            "sign-in",
            f"nobody answered within {SIGN_IN_SECONDS:.0f} seconds",
            f"check the network, {PREFIX}AUTHORITY and {PREFIX}GRAPH_URL",
        )
    what, mend = apart(str(error), ": ")
    return broken("sign-in", what, mend or LATER)


def entered() -> Finding:
    """We are in."""
    return ok("sign-in", "Entra gave a token and Graph took it")


def clock(case: Case, first: Answer) -> Finding:
    """This machine's clock against the Date of Graph's answer (RFC 9110, 6.6.1)."""
    try:
        there = parsedate_to_datetime(first.headers.get("date", ""))
    except ValueError:
        return warning("clock", "Graph gave no date to compare with", "run doctor again")
    off = abs((case.now() - there).total_seconds())
    if off > CLOCK_SECONDS:
        mend = "let the machine keep its time by NTP: Entra refuses sign-ins that are 5 min off"
        return broken("clock", f"{off / 60:.0f} minutes away from Microsoft's", mend)
    return ok("clock", f"{off:.0f} s away from Microsoft's")


async def secret(case: Case, door: Door) -> list[Finding]:
    """How long the client secret holds; nothing where a certificate or an identity is used."""
    values = case.loaded.values
    if values.client_secret is None or values.client_id is None:
        return []
    try:
        ends = await secret_ends(door, values.client_id, values.client_secret.get_secret_value())
    except PermissionMissing:
        found = "when it ends cannot be told: the app may not see its own registration"
        return [warning("client secret", found, f"{SECRETS}; or grant Application.Read.All")]
    if ends is None:
        return [warning("client secret", "the tenant does not say when it ends", SECRETS)]
    return [lasting("client secret", ends, case.now(), RENEW)]


async def protected(_: Case, door: Door) -> list[Finding]:
    """Whether the holders of directory roles can be read: those accounts are never touched."""
    holders = await role_holders(door)
    return [
        ok(
            "protected roles",
            f"directory roles can be read; {counted(len(holders), 'account')} left alone for one",
        )
    ]


Check = Callable[[Case, Door], Awaitable[list[Finding]]]
CHECKS: dict[str, Check] = {
    "client secret": secret,
    "permissions": permissions,
    "protected roles": protected,
    "domains": domains,
    "licences": licences,
    "groups": groups,
    "stamp": stamps,
    "mailbox": mailbox,
    "second factor": second_factor,
}


async def all_checks(case: Case, door: Door, seconds: float) -> list[Finding]:
    """Every check of the tenant at once, each within so many seconds."""
    done = await asyncio.gather(
        *(alone(name, check, case, door, seconds) for name, check in CHECKS.items())
    )
    return [finding for findings in done for finding in findings]


def not_looked_at(names: Iterable[str] = CHECKS) -> list[Finding]:
    """For a tenant that does not let us in."""
    return [warning(name, "not looked at, since sign-in failed", "mend that") for name in names]


async def alone(name: str, check: Check, case: Case, door: Door, seconds: float) -> list[Finding]:
    """What one check finds; whatever it meets becomes a finding."""
    try:
        async with asyncio.timeout(seconds):
            return await check(case, door)
    except TimeoutError:
        found = f"no whole answer within {seconds:.0f} seconds"
        return [warning(name, found, "run doctor again at a quieter time")]
    except PermissionMissing as problem:
        return [_not_allowed(name, problem)]
    except TenantProblem as problem:
        what, mend = apart(str(problem), ": ", "; ")
        return [broken(name, what, mend or LATER)]
    except Exception as error:  # noqa: BLE001 - whatever one check meets hides no other
        return [failed(name, error)]


def _not_allowed(check: str, problem: PermissionMissing) -> Finding:
    """A night goes through without the permissions that only `SOME` things need."""
    asked = [BY_NAME[name] for name in problem.permissions if name in BY_NAME]
    make = warning if any(one.use is Use.SOME for one in asked) else broken
    return make(check, *apart(str(problem)))


def failed(check: str, error: Exception) -> Finding:
    """For a check that met an error it does not know; its message may hold personal data."""
    _log.error("the check %s failed", check, exc_info=error)  # shown with --trace alone
    return broken(
        check,
        f"the check itself failed ({type(error).__name__})",
        "please report it with what graphsync doctor --trace prints",
    )
