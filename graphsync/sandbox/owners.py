"""Owners of groups: users, at most 100 (Graph docs: group-post-owners; Entra service limits)."""

from collections.abc import Iterable
from typing import Any

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.group_rules import check_membership_is_ours
from graphsync.sandbox.listing import MIXED, Candidate, Source, fixed_source, list_answer, listed
from graphsync.sandbox.lookups import (
    find_group,
    find_reference,
    find_user,
    reference_url,
    require_at_primary,
    seen_object,
)
from graphsync.sandbox.objects import GONE, Entry
from graphsync.sandbox.problems import Refusal, already_referenced, bad_request, not_found

_MOST = 100


def list_owners(call: Call) -> Answer:
    """200 and a page of the owners, each with its ``@odata.type``."""
    return list_answer(call, _source(call), MIXED, "directoryObjects")


def list_user_owners(call: Call) -> Answer:
    """200 and a page of the owners that are users: all of them, here."""
    return list_answer(call, _source(call), "user", "users")


def list_owned(call: Call) -> Answer:
    """200 and a page of what the user owns: groups, here (user-list-ownedobjects)."""
    return list_answer(call, _owned(call), MIXED, "directoryObjects")


def list_owned_groups(call: Call) -> Answer:
    """200 and a page of the groups that the user owns."""
    return list_answer(call, _owned(call), "group", "groups")


def _owned(call: Call) -> Source:
    user = find_user(call, call.keys[0])

    def source(after: int) -> Iterable[Candidate]:
        for row in listed(call.tenant.directory.born_after("group", after), call.horizon):
            if user.id in row.properties.get("_owners", ()):
                yield row

    return source


def add_owner(call: Call) -> Answer:
    """204; 400 for one that is an owner already, 403 above 100 owners."""
    group = _changeable(call)
    owner = _owner(call, reference_url(call))
    held = _held(call, group)
    if owner.id in held:
        raise already_referenced("owners")
    if len(held) >= _MOST:
        raise Refusal(
            403,
            "Directory_QuotaExceeded",
            f"Unable to perform operation as '{len(held) + 1}' would exceed the maximum quota "
            f"count '{_MOST}' for forward-link 'owners'.",
        )
    call.tenant.directory.change(group, {"_owners": [*held, owner.id]})
    return Answer(204)


def remove_owner(call: Call) -> Answer:
    """204; 404 for one that is no owner; the last owner stays (group-delete-owners)."""
    group = _changeable(call)
    key = call.keys[1].lower()
    held = _held(call, group)
    if key not in held:
        raise not_found(call.keys[1])
    if len(held) == 1:
        # Recorded: microsoft-graph-docs issue 12054.
        raise bad_request(
            "The group must have at least one owner, hence this owner cannot be removed."
        )
    call.tenant.directory.change(group, {"_owners": [each for each in held if each != key]})
    return Answer(204)


def resolve_owners(call: Call, urls: Iterable[Any]) -> list[str]:
    """The ids of the owners a new group is to have; raises when one cannot be one."""
    found = [_owner(call, url).id for url in urls]
    if len(set(found)) != len(found):
        raise bad_request("Request contains a property with duplicate values")
    return found


def _owner(call: Call, url: object) -> Entry:
    owner = find_reference(call, url)
    require_at_primary(owner, owner.id)
    if owner.kind != "user":
        # Owners are users or service principals (text unverified).
        raise bad_request("Unsupported referenced-object resource for 'owners'.")
    return owner


def _changeable(call: Call) -> Entry:
    group = find_group(call, call.keys[0])
    require_at_primary(group, call.keys[0])
    check_membership_is_ours(group)
    return group


def _held(call: Call, group: Entry) -> list[str]:
    """Owners at the primary; one in the recycle bin still is one, one that is gone is not."""
    entries = call.tenant.directory.entries
    owners = group.current.properties.get("_owners", [])
    return [key for key in owners if entries[key].current.state != GONE]


def _source(call: Call) -> Source:
    seen = find_group(call, call.keys[0]).seen(call.horizon)
    keys = seen.properties.get("_owners", []) if seen is not None else []
    owners = [entry for key in keys if (entry := seen_object(call, key)) is not None]
    return fixed_source(listed(sorted(owners, key=lambda entry: entry.born), call.horizon))
