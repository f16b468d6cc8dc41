"""Groups, their members and the holders of directory roles, as lists and as delta queries tell."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec import Struct

from graphsync.accounts import Group
from graphsync.tenant import reading
from graphsync.tenant.answers import Answer
from graphsync.tenant.delta import current, demanded, finished
from graphsync.tenant.door import Door, Page


async def all_groups(door: Door) -> dict[str, Group]:
    """Every group by id, members unknown."""
    path = f"/groups?$select={reading.group_select()}&$top={reading.PAGE}"
    found: dict[str, Group] = {}
    async for page in door.pages(path):
        found.update((group.id, group) for group in reading.groups(demanded(page).body))
    return found


async def members_of(door: Door, group_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """The members of each of these groups that exist, twenty groups to a request."""
    return await _listed(door, group_ids, "members")


async def owners_of(door: Door, group_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """The owners of each of these groups that exist, twenty groups to a request."""
    return await _listed(door, group_ids, "owners")


async def _listed(door: Door, group_ids: Sequence[str], what: str) -> dict[str, frozenset[str]]:
    paths = [f"/groups/{one}/{what}?$select=id&$top={reading.PAGE}" for one in group_ids]
    found: dict[str, frozenset[str]] = {}
    for group_id, answer in zip(group_ids, await door.read_batch(paths), strict=True):
        if answer.status != 404:  # deleted since it was listed; the delta will say so
            members = await _members(door, answer, "/groups")
            found[group_id] = frozenset(member.id for member in members)
    return found


async def _members(door: Door, first: Answer, path: str) -> list[reading.Member]:
    """The members on this page and those that follow it."""
    found = reading.members(demanded(first, path).body)
    link = first.json(Page).next_link
    if link:
        async for page in door.pages(link):
            found += reading.members(demanded(page, path).body)
    return found


def with_members(
    groups: Mapping[str, Group], listed: Mapping[str, frozenset[str]]
) -> dict[str, Group]:
    """Those of the groups whose members were listed, with them."""
    return {
        group_id: msgspec.structs.replace(groups[group_id], members=members)
        for group_id, members in listed.items()
    }


async def role_holders(door: Door) -> frozenset[str]:
    """Who holds a directory role, members of role-holding groups included."""
    roles = demanded(await door.get("/directoryRoles?$select=id"))
    paths = [f"/directoryRoles/{one.id}/members" for one in reading.members(roles.body)]
    holders: set[str] = set()
    through: set[str] = set()
    for answer in await door.read_batch(paths):
        for member in await _members(door, answer, "/directoryRoles"):
            (through if member.type.endswith(".group") else holders).add(member.id)
    for members in (await members_of(door, sorted(through))).values():
        holders |= members
    return frozenset(holders)


class GroupNews(Struct):
    """The groups after the delta, who came to them and who went, and the next link."""

    groups: dict[str, Group]
    members: dict[str, dict[str, bool]]
    link: str


async def group_news(door: Door, groups: Mapping[str, Group], link: str) -> GroupNews:
    """What this delta link tells, taken into these groups; raises Expired."""
    news = GroupNews(dict(groups), {}, link)
    last = None
    async for page in door.pages(link):
        body = current(page).body
        for group, mark in zip(reading.groups(body), reading.group_marks(body), strict=True):
            _note(news, group, mark)
        last = page.json(Page).delta_link
    news.link = finished(door, last)
    return news


def _note(news: GroupNews, group: Group, mark: reading.GroupMark) -> None:
    """Takes one row in. A large membership comes in several rows of the same group."""
    if mark.removed is not None:
        news.groups.pop(mark.id, None)
        return
    known = news.groups.get(mark.id)
    if mark.display_name is not None:  # else the row carries members alone
        members = known.members if known else None
        news.groups[mark.id] = msgspec.structs.replace(group, members=members)
    came = news.members.setdefault(mark.id, {})
    came.update((member.id, member.removed is None) for member in mark.members)


async def mirrored(
    door: Door, news: GroupNews, managed: Callable[[Group], bool]
) -> dict[str, Group]:
    """The groups with their members: listed where one is managed for the first time, then moved."""
    kept = {group_id for group_id, group in news.groups.items() if managed(group)}
    first_seen = [one for one in sorted(kept) if news.groups[one].members is None]
    groups = news.groups | with_members(news.groups, await members_of(door, first_seen))
    for group_id, group in groups.items():
        if group_id not in kept and group.members is not None:
            groups[group_id] = msgspec.structs.replace(group, members=None)
    for group_id in kept & news.members.keys():
        if groups[group_id].members is not None:  # a group too new to be listed waits
            groups[group_id] = _moved(groups[group_id], news.members[group_id])
    return groups


def _moved(group: Group, news: Mapping[str, bool]) -> Group:
    members = set(group.members or ())
    members |= {member for member, came in news.items() if came}
    members -= {member for member, came in news.items() if not came}
    return msgspec.structs.replace(group, members=frozenset(members))
