"""Changes become requests: plain values that can be shown, counted and tested with no network.

Urls and bodies are built by msgraph-sdk's request builders (imported when the first one is needed);
nothing is sent or decoded by it.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol, assert_never
from urllib.parse import quote

import msgspec
from msgspec import Struct, field

from graphsync.changes import (
    AddToGroup,
    AssignLicence,
    Change,
    CreateGroup,
    CreateTeam,
    CreateUser,
    DisableUser,
    EnableUser,
    LicenseGroup,
    RemoveFromGroup,
    RemoveLicence,
    RevokeSessions,
    UpdateGroup,
    UpdateUser,
)
from graphsync.tenant.answers import Request
from graphsync.tenant.credentials import TenantSettings
from graphsync.tenant.reading import PAGE, group_select, user_path
from policies.people import PersonKey

# Every change but AddToGroup has a request of its own.
_Alone = (
    CreateGroup
    | UpdateGroup
    | LicenseGroup
    | CreateTeam
    | CreateUser
    | UpdateUser
    | EnableUser
    | DisableUser
    | RevokeSessions
    | AssignLicence
    | RemoveLicence
    | RemoveFromGroup
)

# Every Team writes this besides its group, so that they are made one after the other: Graph allows
# six a second for an app (Graph docs: throttling).
_TEAMS = "teams"
LARGEST_BIND = 20  # Graph "Add members": at most 20 in one members@odata.bind, all or nothing


class Resolve(Protocol):
    """What a plan does not know yet: ids of objects made in this run, and initial passwords."""

    def account(self, person: PersonKey) -> str:
        """The object id of this person's account."""

    def group(self, unique_name: str) -> str:
        """The object id of this group."""

    def password(self, person: PersonKey) -> str:
        """The initial password of a person whose account is being made."""


class WriteItem(Struct, frozen=True):
    """One request and the changes it makes.

    `objects` are the ids, UPNs or unique names of what it writes: two items that share one never
    travel in parallel.
    """

    id: str
    operation: str
    changes: tuple[Change, ...]
    request: Request
    objects: frozenset[str]

    def __repr__(self) -> str:
        return f"WriteItem({self.id})"


def items(
    changes: Sequence[Change], ids: Resolve, settings: TenantSettings
) -> tuple[WriteItem, ...]:
    """The requests that make these changes, in their order.

    Additions to one group that stand together travel twenty to a request.
    """
    made: list[WriteItem] = []
    adds: list[AddToGroup] = []
    for change in changes:
        if isinstance(change, AddToGroup):
            adds.append(change)
            continue
        made += _binds(adds, ids, settings)
        adds = []
        made.append(_single(change, ids, settings))
    return (*made, *_binds(adds, ids, settings))


class _Bind(Struct, frozen=True):
    links: tuple[str, ...] = field(name="members@odata.bind")


def single_adds(item: WriteItem) -> tuple[WriteItem, ...]:
    """The additions of a bind one by one, for when it fails because of one of them."""
    links = msgspec.json.decode(item.request.body or b"", type=_Bind).links
    return tuple(
        WriteItem(
            id="|".join(change.key),
            operation=item.operation,
            changes=(change,),
            request=Request(
                "POST",
                f"{item.request.path}/members/$ref",
                body=msgspec.json.encode({"@odata.id": link}),
            ),
            objects=item.objects,
        )
        for change, link in zip(item.changes, links, strict=True)
    )


def _binds(adds: Sequence[AddToGroup], ids: Resolve, settings: TenantSettings) -> list[WriteItem]:
    by_group: defaultdict[str, list[AddToGroup]] = defaultdict(list)
    for add in adds:
        by_group[add.group_id or ids.group(add.group)].append(add)
    return [
        _bind(group_id, tuple(joining[at : at + LARGEST_BIND]), ids, settings)
        for group_id, joining in by_group.items()
        for at in range(0, len(joining), LARGEST_BIND)
    ]


def _bind(
    group_id: str, adds: tuple[AddToGroup, ...], ids: Resolve, settings: TenantSettings
) -> WriteItem:
    from graphsync.tenant import building

    members = [_account(add, ids) for add in adds]
    request = building.bind_members(settings, group_id, members)
    return WriteItem(
        "|".join((*adds[0].key, "bind")), "add_to_group", adds, request, frozenset({group_id})
    )


def _single(change: _Alone, ids: Resolve, settings: TenantSettings) -> WriteItem:
    request, written = _request(change, ids, settings)
    return WriteItem("|".join(change.key), change.kind, (change,), request, frozenset({written}))


def _request(change: _Alone, ids: Resolve, settings: TenantSettings) -> tuple[Request, str]:
    """The request of one change, and the object that it writes."""
    from graphsync.tenant import building

    match change:
        case CreateGroup():
            return building.create_group(settings, change), change.group
        case UpdateGroup():
            return building.rename_group(settings, change), change.group_id
        case CreateTeam():
            return building.create_team(settings, change), _TEAMS
        case LicenseGroup():
            group_id = change.group_id or ids.group(change.group)
            return building.license_group(settings, change, group_id), group_id
        case RemoveFromGroup():
            request = building.remove_member(settings, change.group_id, _account(change, ids))
            return request, change.group_id
        case CreateUser():
            password = ids.password(_person(change))
            request = building.create_user(settings, change, password)
            return request, change.user_principal_name.casefold()
        case UpdateUser() | EnableUser() | DisableUser() | RevokeSessions():
            account = _account(change, ids)
            return building.change_user(settings, change, account), account
        case AssignLicence() | RemoveLicence():
            account = _account(change, ids)
            return building.change_licence(settings, change, account), account
        case _:
            assert_never(change)


def _account(change: Change, ids: Resolve) -> str:
    return change.account or ids.account(_person(change))


def _person(change: Change) -> PersonKey:
    if change.person is None:
        raise ValueError(f"a {change.kind} names nobody")
    return change.person


def read_back_path(change: Change, ids: Resolve, settings: TenantSettings) -> str:
    """The GET that shows whether this change is true now.

    A created user is read by UPN and a created group by unique name: their ids may be lost with
    the answer. A membership shows in the first page of the group's members.
    """
    match change:
        case CreateUser():
            return user_path(change.user_principal_name, settings.stamp)
        case CreateGroup():
            name = quote(change.group.replace("'", "''"), safe="'")
            return f"/groups(uniqueName='{name}')?$select={group_select()}"
        case UpdateGroup() | CreateTeam() | LicenseGroup():
            group_id = change.group_id or ids.group(change.group)
            return f"/groups/{group_id}?$select={group_select()}"
        case AddToGroup() | RemoveFromGroup():
            group_id = change.group_id or ids.group(change.group)
            return f"/groups/{group_id}/members?$select=id&$top={PAGE}"
        case _:
            return user_path(_account(change, ids), settings.stamp)
