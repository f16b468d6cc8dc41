"""What the tenant shows before the first plan, and what a pack could take from it."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from graphsync.accounts import Account, Group, Sku
from graphsync.beginning.patterns import InUse, patterns_in_use
from graphsync.tenant import reading
from graphsync.tenant.company import domains, organisation
from graphsync.tenant.credentials import TenantSettings
from graphsync.tenant.delta import demanded
from graphsync.tenant.door import Door, open_door
from graphsync.tenant.memberships import all_groups
from graphsync.tenant.problems import PermissionMissing
from graphsync.tenant.school_data_sync import marked_groups, theirs
from policies.people import Kind

_SELECT = "id,userPrincipalName,givenName,surname,userType,onPremisesSyncEnabled,assignedLicenses"
_MARKS = {Kind.PUPIL: "STUDENT", Kind.STAFF: "FACULTY"}  # in the part numbers of education SKUs
_STAFF = re.compile(r"\b(all )?staff\b", re.IGNORECASE)
_PUPILS = re.compile(r"\b(all )?(pupils|students)\b", re.IGNORECASE)
_YEAR = re.compile(r"\by(?:ea)?r ?(\d{1,2}|r)\b", re.IGNORECASE)
T = TypeVar("T")


class Seen(Struct, frozen=True):
    """The tenant; `untold` names what the app may not read, and why.

    `school_data_sync` are the ids of the groups that it made.
    """

    domains: tuple[str, ...] = ()
    skus: tuple[Sku, ...] = ()
    accounts: tuple[Account, ...] = ()
    groups: tuple[Group, ...] = ()
    school_data_sync: frozenset[str] = frozenset()
    synchronised: bool = False
    untold: tuple[str, ...] = ()


class Population(Struct, frozen=True):
    """The accounts of one kind in one domain."""

    number: int
    mastered: int
    patterns: tuple[InUse, ...]


async def look(
    settings: TenantSettings,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]],
) -> Seen:
    """The tenant as far as the app may read it; raises TenantProblem when it does not let us in."""
    untold: list[str] = []

    async def told(wanted: Awaitable[T], otherwise: T) -> T:
        try:
            return await wanted
        except PermissionMissing as problem:
            untold.append(str(problem))
            return otherwise

    async with open_door(settings, now, sleep) as door:
        accounts = await told(_accounts(door), ())
        company = await told(organisation(door), None)
        verified = await told(_domains(door), _domains_of(accounts))
        skus = await told(_skus(door), ())
        groups = await told(all_groups(door), {})
        marked = await told(marked_groups(door), frozenset())
    return Seen(
        domains=verified,
        skus=skus,
        accounts=accounts,
        groups=tuple(groups.values()),
        school_data_sync=theirs(groups.values(), marked),
        synchronised=bool(company and company.on_premises_sync_enabled),
        untold=tuple(untold),
    )


async def _accounts(door: Door) -> tuple[Account, ...]:
    found: list[Account] = []
    async for page in door.pages(f"/users?$select={_SELECT}&$top={reading.PAGE}"):
        rows = reading.accounts(demanded(page).body, "employeeId")
        found += [row.account for row in rows if row.account and row.account.is_member]
    return tuple(found)


async def _domains(door: Door) -> tuple[str, ...]:
    """The verified ones; the initial domain of the tenant comes last, since no school uses it."""
    found = [one for one in await domains(door) if one.is_verified]
    return tuple(one.id for one in sorted(found, key=lambda one: one.is_initial))


async def _skus(door: Door) -> tuple[Sku, ...]:
    return tuple(reading.skus(demanded(await door.get("/subscribedSkus")).body).values())


def _domains_of(accounts: Sequence[Account]) -> tuple[str, ...]:
    number = Counter(one.user_principal_name.rpartition("@")[2] for one in accounts)
    return tuple(domain for domain, _ in number.most_common())


def populations(seen: Seen, domain: str) -> Mapping[Kind, Population]:
    """Pupils' and staff accounts of a domain, told apart by the licences they hold."""
    ending = f"@{domain}".casefold()
    here = [one for one in seen.accounts if one.user_principal_name.casefold().endswith(ending)]
    return {
        kind: _population(here, kind, _ids_of(seen.skus, mark)) for kind, mark in _MARKS.items()
    }


def _ids_of(skus: Sequence[Sku], mark: str) -> frozenset[str]:
    return frozenset(one.sku_id for one in skus if mark in one.sku_part_number)


def _population(accounts: Sequence[Account], kind: Kind, skus: frozenset[str]) -> Population:
    theirs = [one for one in accounts if skus & {held.sku_id for held in one.assigned_licenses}]
    return Population(
        number=len(theirs),
        mastered=sum(one.mastered_in_ad for one in theirs),
        patterns=patterns_in_use(theirs, kind),
    )


def free(sku: Sku) -> int:
    """Units that nobody holds; at least 0."""
    return max(0, sku.enabled_units - sku.consumed_units)


def staff_sku(seen: Seen) -> str | None:
    """The licence for staff of which most is free."""
    fitting = [one for one in seen.skus if _MARKS[Kind.STAFF] in one.sku_part_number and free(one)]
    return max(fitting, key=free).sku_part_number if fitting else None


def bindable(seen: Seen, school: str) -> tuple[tuple[str, Group], ...]:
    """Existing groups that by their name might stand for one of ours, with our unique name.

    Only cloud security groups whose members are put in by hand: others cannot be written to, and
    those of School Data Sync are its own.
    """
    usable = [one for one in seen.groups if _usable(one) and one.id not in seen.school_data_sync]
    found = [(_unique_name(group, school), group) for group in usable]
    return tuple(sorted(((name, group) for name, group in found if name), key=lambda one: one[0]))


def _usable(group: Group) -> bool:
    ours = (group.unique_name or "").startswith("gs-")
    cloud = not group.on_premises_sync_enabled and not group.mail_enabled
    return bool(group.security_enabled) and cloud and not group.group_types and not ours


def _unique_name(group: Group, school: str) -> str:
    name = group.display_name or ""
    if year := _YEAR.search(name):
        return f"gs-{school}-year-{year[1].lower()}"
    if _STAFF.search(name):
        return f"gs-{school}-all-staff"
    return f"gs-{school}-all-pupils" if _PUPILS.search(name) else ""
