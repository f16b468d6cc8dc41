"""What the app may do, against the product's own list: granted, missing, too many.

Where the app may not see its grants, harmless reads are tried and the rest is called unknown.
"""

import asyncio
from collections.abc import Iterator

from graphsync.doctor.findings import Case, Finding, broken, counted, listed, ok, warning
from graphsync.tenant.answers import Request
from graphsync.tenant.door import Door
from graphsync.tenant.permissions import ASKED_FOR, BY_NAME, Permission, Use
from graphsync.tenant.problems import CONSENT, PermissionMissing
from graphsync.tenant.registration import Grants, granted

CHECK = "permissions"
REMOVE = "remove it in Entra under App registrations, API permissions"
# A read that any one of the permissions allows, and writes nothing.
PROBES = {
    "User.ReadWrite.All": "/users?$top=1&$select=id",
    "Group.ReadWrite.All": "/groups?$top=1&$select=id",
    "RoleManagement.Read.Directory": "/directoryRoles?$select=id",
    "Domain.Read.All": "/domains?$select=id",
    "Organization.Read.All": "/subscribedSkus?$select=id",
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
            return list(compared(grants, sends_mail=case.loaded.values.mail_from is not None))
    return await _probed(door)


def compared(grants: Grants, *, sends_mail: bool) -> Iterator[Finding]:
    """What is granted against what is asked for."""
    lacking = [one for one in ASKED_FOR if not _has(grants, one)]
    for one in lacking:
        if one.use is Use.NIGHT:
            yield broken(CHECK, f"{one.name} is missing. It is {one.why}", CONSENT)
        elif one.use is Use.SOME and (one.name != "Mail.Send" or sends_mail):
            yield warning(CHECK, f"{one.name} is missing. It is {one.why}", CONSENT)
    yield from _too_many(grants)
    if not any(one.use is Use.NIGHT for one in lacking):
        yield ok(CHECK, "every permission that a night needs is granted")


def _has(grants: Grants, wanted: Permission) -> bool:
    return not grants.names.isdisjoint((wanted.name, *wanted.instead))


def _too_many(grants: Grants) -> Iterator[Finding]:
    for name in sorted(grants.names):
        lacking = [one for one in ASKED_FOR if one.name not in grants.names]
        stands_for = [one.name for one in lacking if name in one.instead]
        if name not in BY_NAME and stands_for:
            found = f"{name} is granted in place of {listed(stands_for)}, which allows less"
            yield warning(CHECK, found, f"grant the one asked for, then {REMOVE}")
        elif name not in BY_NAME:
            yield warning(CHECK, f"{name} is granted, and graphsync does not ask for it", REMOVE)
        elif BY_NAME[name].use is Use.LATER:
            mend = f"{REMOVE} until a version asks for it"
            yield warning(CHECK, f"{name} is granted, and this version does not use it", mend)
    if grants.of_other_apis:
        thing = counted(grants.of_other_apis, "permission")
        yield warning(CHECK, f"{thing} of other APIs than Microsoft Graph granted", REMOVE)


async def _probed(door: Door) -> list[Finding]:
    """What harmless reads show; writes are not tried."""
    answers = await asyncio.gather(*(door.send(Request("GET", one)) for one in PROBES.values()))
    refused = [
        BY_NAME[name] for name, answer in zip(PROBES, answers, strict=True) if answer.status == 403
    ]
    return list(_told_by_probes(refused))


def _told_by_probes(refused: list[Permission]) -> Iterator[Finding]:
    for one in refused:
        make = broken if one.use is Use.NIGHT else warning
        yield make(
            CHECK, f"{one.name} (or one that reads the same) is missing. It is {one.why}", CONSENT
        )
    unknown = [one.name for one in ASKED_FOR if one.use is not Use.LATER and one.name not in PROBES]
    yield warning(
        CHECK,
        f"reads were tried ({len(PROBES) - len(refused)} of {len(PROBES)} allowed); unknown are "
        f"whether it may write, {listed(unknown)}, and whether it has too many",
        f"grant Application.Read.All, so that they can be compared: {CONSENT}",
    )
