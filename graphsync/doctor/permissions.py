"""What the app may do, against the product's own list: granted, missing, too many.

Where the app may not see its grants, harmless reads are tried and the rest is called unknown.
"""

import asyncio
from collections.abc import Iterator

from graphsync.doctor.findings import Case, Finding, broken, counted, listed, ok, warning
from graphsync.doctor.second_factor import asking
from graphsync.tenant.answers import Request
from graphsync.tenant.door import Door
from graphsync.tenant.permissions import ASKED_FOR, BY_NAME, Api, Permission, Use
from graphsync.tenant.problems import CONSENT, CONSENT_TO_FEED, PermissionMissing
from graphsync.tenant.registration import Grants, granted

CHECK = "permissions"
REMOVE = "remove it in Entra under App registrations, API permissions"
MAIL = "Mail.Send"
REPORTS = "AuditLog.Read.All"
FEED = "ActivityFeed.Read"
# A read that any one of the permissions allows, and writes nothing.
PROBES = {
    "User.ReadWrite.All": "/users?$top=1&$select=id",
    "Group.ReadWrite.All": "/groups?$top=1&$select=id",
    "RoleManagement.Read.Directory": "/directoryRoles?$select=id",
    "Domain.Read.All": "/domains?$select=id",
    "LicenseAssignment.Read.All": "/subscribedSkus?$select=id",
}


async def permissions(case: Case, door: Door) -> list[Finding]:
    """The findings; raises TenantUnreachable."""
    client_id = case.loaded.values.client_id
    if client_id is not None:
        try:
            grants = await granted(door, client_id)
        except PermissionMissing:
            pass
        else:
            return list(compared(grants, idle(case)))
    return await _probed(door, idle(case))


def idle(case: Case) -> frozenset[str]:
    """The permissions that nothing uses in this installation: nobody misses them."""
    unused = {MAIL} if case.loaded.values.mail_from is None else set()
    unused |= set() if asking(case) else {REPORTS}
    return frozenset(unused if _reads_the_feed(case) else {*unused, FEED})


def _reads_the_feed(case: Case) -> bool:
    """Whether `dlp pull` was ever run here."""
    if case.store is None:
        return False
    return case.store.dlp_feeds.of(case.loaded.tenant().tenant_id) is not None


def compared(grants: Grants, unused: frozenset[str]) -> Iterator[Finding]:
    """What is granted against what is asked for, `unused` left out.

    An app that may write nothing is one of a school that looks on: it lacks only what a plan reads.
    """
    nightly = [one for one in ASKED_FOR if one.use is Use.NIGHT]
    looks_on = not any(one.writes and _has(grants, one) for one in nightly)
    lacking = [one for one in nightly if not _has(grants, one, looks_on=looks_on)]
    for one in lacking:
        name = one.looking[0] if looks_on and one.looking else one.name
        yield broken(CHECK, f"{name} is missing. It is {one.why}", CONSENT)
    for one in ASKED_FOR:
        needed = one.use is Use.SOME and one.name not in unused
        if needed and not _has(grants, one):
            mend = CONSENT if one.api is Api.GRAPH else CONSENT_TO_FEED
            yield warning(CHECK, f"{one.name} is missing. It is {one.why}", mend)
    yield from _too_many(grants, looks_on=looks_on)
    if looks_on:
        names = listed((one.name for one in nightly if one.writes), most=9)
        found = "the app may only read: plans can be drafted, sync could write nothing"
        yield warning(CHECK, found, f"once plans are right, grant {names}")
    elif not lacking:
        yield ok(CHECK, "every permission that a night needs is granted")


def _has(grants: Grants, wanted: Permission, *, looks_on: bool = False) -> bool:
    if not grants.names.isdisjoint((wanted.name, *wanted.instead)):
        return True
    if not (looks_on and wanted.writes):
        return False
    return not wanted.looking or not grants.names.isdisjoint(wanted.looking)


def _too_many(grants: Grants, *, looks_on: bool) -> Iterator[Finding]:
    lacking = [one for one in ASKED_FOR if one.name not in grants.names]
    looking = {name for one in ASKED_FOR for name in one.looking} if looks_on else set()
    for name in sorted(grants.names - looking):
        stands_for = [one.name for one in lacking if name in one.instead]
        if name not in BY_NAME and stands_for:
            found = f"{name} is granted in place of {listed(stands_for)}"
            yield warning(CHECK, found, f"grant the one asked for, then {REMOVE}")
        elif name not in BY_NAME:
            yield warning(CHECK, f"{name} is granted, and graphsync does not ask for it", REMOVE)
        elif BY_NAME[name].use is Use.LATER:
            mend = f"{REMOVE} until a version asks for it"
            yield warning(CHECK, f"{name} is granted, and this version does not use it", mend)
    if grants.of_other_apis:
        thing = counted(grants.of_other_apis, "permission")
        yield warning(CHECK, f"{thing} of APIs that graphsync does not use granted", REMOVE)


async def _probed(door: Door, unused: frozenset[str]) -> list[Finding]:
    """What harmless reads show; writes are not tried."""
    answers = await asyncio.gather(*(door.send(Request("GET", one)) for one in PROBES.values()))
    refused = [
        BY_NAME[name] for name, answer in zip(PROBES, answers, strict=True) if answer.status == 403
    ]
    return list(_told_by_probes(refused, unused))


def _told_by_probes(refused: list[Permission], unused: frozenset[str]) -> Iterator[Finding]:
    for one in refused:
        make = broken if one.use is Use.NIGHT else warning
        yield make(
            CHECK, f"{one.name} (or one that reads the same) is missing. It is {one.why}", CONSENT
        )
    needed = [one.name for one in ASKED_FOR if one.use in {Use.NIGHT, Use.SOME}]
    unknown = [name for name in needed if name not in PROBES and name not in unused]
    yield warning(
        CHECK,
        f"reads were tried ({len(PROBES) - len(refused)} of {len(PROBES)} allowed); unknown are "
        f"whether it may write, {listed(unknown)}, and whether it has too many",
        f"grant Application.Read.All, so that they can be compared: {CONSENT}",
    )
