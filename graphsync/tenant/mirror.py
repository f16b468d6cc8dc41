"""Keeps a mirror of the tenant true by delta queries, for a handful of requests a night.

First time: take a delta link from now, list everything (999 a page), then drain the delta, so that
nothing falls between (Graph delta query overview, `$deltatoken=latest`). Later only the deltas.
A token that has expired (410 Gone, after seven days) starts again from the list.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import msgspec
from msgspec import Struct

from graphsync.accounts import Account, Group, Sku
from graphsync.tenant import reading
from graphsync.tenant.credentials import TenantSettings
from graphsync.tenant.delta import Expired, current, demanded, finished, latest
from graphsync.tenant.door import Door, Page
from graphsync.tenant.memberships import (
    all_groups,
    group_news,
    members_of,
    mirrored,
    role_holders,
    with_members,
)
from graphsync.tenant.problems import TenantUnreachable
from graphsync.tenant.school_data_sync import marked_groups


class Mirror(Struct):
    """The tenant as last seen, and the links that tell what changed since.

    A group's `members` are None where the group is not managed; they may name soft-deleted
    accounts, since Graph reports those only once they are purged. `select` is what was asked for:
    another select makes the delta links useless. `school_data_sync` are the groups that bore its
    mark when roles were read.
    """

    accounts: dict[str, Account]
    groups: dict[str, Group]
    skus: dict[str, Sku]
    protected: frozenset[str]
    users_link: str
    groups_link: str
    roles_read_on: date | None
    select: str
    school_data_sync: frozenset[str] = frozenset()


class Refreshed(Struct):
    """A mirror made true, and the ids of what differs from the one before."""

    mirror: Mirror
    accounts: frozenset[str]
    gone: frozenset[str]
    groups: frozenset[str]
    groups_gone: frozenset[str]
    full: bool


LISTINGS = 2  # the first, and once more when its links ran out


async def refresh(
    door: Door,
    mirror: Mirror | None,
    settings: TenantSettings,
    today: date,
    managed: Callable[[Group], bool],
) -> Refreshed:
    """The mirror as of now, and what changed.

    Members are kept for groups that are `managed`; roles and School Data Sync's groups are read
    once a `today`. Raises
    TenantUnreachable, SignInRefused or PermissionMissing.
    """
    if mirror is not None and _usable(door, mirror, settings):
        try:
            fresh = await _by_delta(door, mirror, settings.stamp, today, managed)
            return _compared(mirror, fresh, full=False)
        except Expired:
            pass
    for _ in range(LISTINGS):
        try:
            fresh = await _from_lists(door, settings.stamp, today, managed)
        except Expired:
            continue
        return _compared(mirror, fresh, full=True)
    raise TenantUnreachable("Graph does not take the links that it just gave: try again later")


def _usable(door: Door, mirror: Mirror, settings: TenantSettings) -> bool:
    """Whether the links are of this tenant's Graph and track what we ask for now."""
    same = mirror.select == reading.selected(settings.stamp)
    return same and door.knows(mirror.users_link) and door.knows(mirror.groups_link)


def _compared(before: Mirror | None, after: Mirror, *, full: bool) -> Refreshed:
    accounts = before.accounts if before else {}
    groups = before.groups if before else {}
    return Refreshed(
        mirror=after,
        accounts=_differing(accounts, after.accounts),
        gone=frozenset(accounts.keys() - after.accounts.keys()),
        groups=_differing(groups, after.groups),
        groups_gone=frozenset(groups.keys() - after.groups.keys()),
        full=full,
    )


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> frozenset[str]:
    if before == after:
        return frozenset()
    # Most are the very same object: that is told without comparing twenty properties.
    return frozenset(
        key
        for key, value in after.items()
        if (earlier := before.get(key)) is not value and earlier != value
    )


async def _from_lists(
    door: Door, stamp: str, today: date, managed: Callable[[Group], bool]
) -> Mirror:
    """The mirror listed afresh. The links are taken first: replays are harmless, gaps are not."""
    select = reading.user_select(stamp)
    group_select = f"{reading.group_select()},members"
    users_link = await latest(door, f"/users/delta?$deltatoken=latest&$select={select}")
    groups_link = await latest(door, f"/groups/delta?$deltatoken=latest&$select={group_select}")
    accounts = await _all_users(door, stamp)
    groups = await all_groups(door)
    listed = await members_of(door, [one.id for one in groups.values() if managed(one)])
    groups |= with_members(groups, listed)
    skus, protected = await _skus(door), await role_holders(door)
    marked = await marked_groups(door)
    asked = reading.selected(stamp)
    mirror = Mirror(
        accounts, groups, skus, protected, users_link, groups_link, today, asked, marked
    )
    return await _drained(door, mirror, stamp, managed)


async def _by_delta(
    door: Door, mirror: Mirror, stamp: str, today: date, managed: Callable[[Group], bool]
) -> Mirror:
    drained = await _drained(door, mirror, stamp, managed)
    fresh = msgspec.structs.replace(drained, skus=await _skus(door), roles_read_on=today)
    if mirror.roles_read_on != today:
        fresh.protected = await role_holders(door)
        fresh.school_data_sync = await marked_groups(door)
    return fresh


async def _drained(
    door: Door, mirror: Mirror, stamp: str, managed: Callable[[Group], bool]
) -> Mirror:
    """The mirror with everything that its two links tell of; raises Expired."""
    accounts, users_link = await _changed_users(door, mirror, stamp)
    news = await group_news(door, mirror.groups, mirror.groups_link)
    groups = await mirrored(door, news, managed)
    return msgspec.structs.replace(
        mirror, accounts=accounts, groups=groups, users_link=users_link, groups_link=news.link
    )


async def _all_users(door: Door, stamp: str) -> dict[str, Account]:
    path = f"/users?$select={reading.user_select(stamp)}&$top={reading.PAGE}"
    found: dict[str, Account] = {}
    async for page in door.pages(path):
        for changed in reading.accounts(demanded(page).body, stamp):
            if changed.account is not None:
                found[changed.id] = changed.account
    return found


async def _skus(door: Door) -> dict[str, Sku]:
    return reading.skus(demanded(await door.get("/subscribedSkus")).body)


async def _changed_users(door: Door, mirror: Mirror, stamp: str) -> tuple[dict[str, Account], str]:
    """The accounts after the delta, and the next link. The last word about an id counts."""
    accounts, link = dict(mirror.accounts), None
    async for page in door.pages(mirror.users_link):
        for changed in reading.accounts(current(page).body, stamp):
            if changed.account is None:
                accounts.pop(changed.id, None)
            else:
                accounts[changed.id] = changed.account
        link = page.json(Page).delta_link
    return accounts, finished(door, link)


async def verify_reads(door: Door, ids: Iterable[str]) -> dict[str, Account | None]:
    """The accounts with these ids (or UPNs) as the tenant shows them now; None where it shows none.

    One replica's answer: what is missing may only be late.
    """
    keys, stamp = list(dict.fromkeys(ids)), door.settings.stamp
    answers = await door.read_batch([reading.user_path(key, stamp) for key in keys])
    return {
        key: None
        if answer.status == 404
        else reading.account(demanded(answer, "/users").body, stamp)
        for key, answer in zip(keys, answers, strict=True)
    }
