"""Group members: list, add one by ``$ref``, bind up to 20, remove (Graph docs: group-*-members)."""

from collections.abc import Iterable
from typing import Any

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.group_rules import (
    check_membership_is_ours,
    check_nesting,
    check_no_rule,
)
from graphsync.sandbox.licence_worker import queue_member
from graphsync.sandbox.listing import MIXED, Candidate, Source, list_answer
from graphsync.sandbox.lookups import (
    find_group,
    find_reference,
    reference_url,
    require_at_primary,
)
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.problems import (
    already_referenced,
    not_found,
    unknown_segment,
    unsupported_query,
)
from graphsync.sandbox.users import delete_user

_ADVANCED = ("filter", "search", "orderby")


def list_members(call: Call) -> Answer:
    """200 and a page of direct members, each with its ``@odata.type``."""
    _need_header(call, *(name for name in _ADVANCED if name in call.query.options))
    return list_answer(call, _source(call), MIXED, "directoryObjects")


def list_user_members(call: Call) -> Answer:
    """200 and a page of the members that are users.

    Graph docs "group-list-members" ask for the advanced header with a cast; real answers come
    without it as well, so that only filters, searches and orders need it.
    """
    _need_header(call, *(name for name in _ADVANCED if name in call.query.options))
    return list_answer(call, _source(call, "user"), "user", "users")


def list_group_members(call: Call) -> Answer:
    """200 and a page of the members that are groups."""
    _need_header(call, *(name for name in _ADVANCED if name in call.query.options))
    return list_answer(call, _source(call, "group"), "group", "groups")


def add_member(call: Call) -> Answer:
    """204; 400 when the member is one already."""
    group = find_group(call, call.keys[0])
    require_at_primary(group, call.keys[0])
    found = resolve_members(call, group, [reference_url(call)], group.current.properties)
    add_members(call, group, found)
    return Answer(204)


def remove_member(call: Call) -> Answer:
    """204; 404 when it is no member."""
    group = find_group(call, call.keys[0])
    require_at_primary(group, call.keys[0])
    member = call.tenant.directory.entries.get(call.keys[1].lower())
    if member is None or not call.tenant.directory.is_member(group, member):
        raise not_found(call.keys[1])
    check_membership_is_ours(group)
    toggle(call, group, member)
    return Answer(204)


def delete_member_object(call: Call) -> Answer:
    """Without ``/$ref`` the path names the user, and Graph deletes the user, if the app may.

    This row of the operations table therefore asks for the permission of DELETE /users/{id}.
    """
    group = find_group(call, call.keys[0])
    member = call.tenant.directory.entries.get(call.keys[1].lower())
    if member is None or not call.tenant.directory.is_member(group, member):
        raise not_found(call.keys[1])
    if member.kind != "user":
        raise unknown_segment(call.keys[1])
    return delete_user(call)


def resolve_members(
    call: Call, group: Entry | None, urls: Iterable[Any], properties: dict[str, Any]
) -> list[Entry]:
    """The objects the URLs name; raises before anything is written when one cannot be added.

    group       None for one that is about to be made
    properties  the group's, as far as they are known
    """
    found: list[Entry] = []
    for url in urls:
        member = find_reference(call, url)
        require_at_primary(member, member.id)
        if member in found or (
            group is not None and call.tenant.directory.is_member(group, member)
        ):
            raise already_referenced("members")
        check_nesting(member, group, properties)
        found.append(member)
    if group is not None and found:
        check_membership_is_ours(group)
    if found:
        check_no_rule(properties)
    return found


def add_members(call: Call, group: Entry, members: Iterable[Entry]) -> None:
    """Adds what ``resolve_members`` let through."""
    for member in members:
        toggle(call, group, member)


def toggle(call: Call, group: Entry, member: Entry) -> None:
    """Adds the member, or removes it when it is one."""
    tenant = call.tenant
    tenant.directory.set_member(group, member, floor=tenant.replicas.slowest())
    queue_member(tenant, group, member)


def _source(call: Call, kind: str | None = None) -> Source:
    return member_source(call, find_group(call, call.keys[0]), kind)


def member_source(call: Call, group: Entry, kind: str | None = None) -> Source:
    """Members of a group or unit as a replica shows them, of one kind or of all."""
    directory = call.tenant.directory

    def source(after: int) -> Iterable[Candidate]:
        for member in directory.seen_members(group, call.horizon, after):
            version = member.seen(call.horizon)
            if version is not None and kind in {None, member.kind}:
                place = directory.members[group.id][member.id].changed
                yield Candidate(place, member.id, version.properties, member.kind)

    return source


def _need_header(call: Call, *options: str) -> None:
    """Graph docs "group-list-members": these need ConsistencyLevel: eventual and $count=true."""
    if options and not call.query.advanced:
        raise unsupported_query(
            f"Query option '${options[0]}' on members is not supported because the "
            "'ConsistencyLevel:eventual' header is missing."
        )
