"""Who belongs to what, directly or through nested groups.

Graph docs: user-list-memberof, user-list-transitivememberof, directoryobject-checkmembergroups,
-getmembergroups, -checkmemberobjects, -getmemberobjects.
"""

from collections.abc import Callable, Iterable
from typing import Any

from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.listing import MIXED, Candidate, fixed_source, list_answer, listed
from graphsync.sandbox.lookups import find_group, find_object, find_user
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.problems import bad_request, invalid_value, required_value, unknown_property
from graphsync.sandbox.schema import check_value

_MOST_CHECKED = 20


def member_of(call: Call) -> Answer:
    """200 and the groups, directory roles and administrative units it is directly in."""
    entry = _subject(call)
    rows = [*_rows(call, call.tenant.directory.seen_groups(entry, call.horizon))]
    return _mixed(call, [*rows, *_roles(call, entry)])


def member_of_groups(call: Call) -> Answer:
    """200 and the groups it is directly in."""
    groups = call.tenant.directory.seen_groups(_subject(call), call.horizon)
    return _groups(call, groups)


def member_of_units(call: Call) -> Answer:
    """200 and the administrative units it is directly in."""
    entries = call.tenant.directory.seen_groups(_subject(call), call.horizon)
    rows = [row for row in _rows(call, entries) if row.kind == "administrativeUnit"]
    return list_answer(call, fixed_source(rows), "administrativeUnit", "administrativeUnits")


def member_of_roles(call: Call) -> Answer:
    """200 and the directory roles it holds."""
    rows = _roles(call, _subject(call))
    return list_answer(call, fixed_source(rows), "directoryRole", "directoryRoles")


def transitive_member_of(call: Call) -> Answer:
    """200 and all groups, roles and units it is in, through nested groups as well."""
    entry = _subject(call)
    return _mixed(call, [*_rows(call, parents_of(call, entry)), *_roles(call, entry)])


def transitive_member_of_groups(call: Call) -> Answer:
    """200 and all groups it is in, through nested groups as well."""
    return _groups(call, parents_of(call, _subject(call)))


def transitive_members(call: Call) -> Answer:
    """200 and a page of all members, nested groups and their members included."""
    return _mixed(call, [*_rows(call, _all_members(call))])


def transitive_user_members(call: Call) -> Answer:
    """200 and a page of the users among all members."""
    rows = [row for row in _rows(call, _all_members(call)) if row.kind == "user"]
    return list_answer(call, fixed_source(rows), "user", "users")


def transitive_group_members(call: Call) -> Answer:
    """200 and a page of the groups among all members."""
    return _groups(call, _all_members(call))


def check_member_groups(call: Call) -> Answer:
    """200 and those of at most 20 group ids that it is in, through nested groups as well."""
    asked = _ids(call, "groupIds")
    held = {entry.id for entry in parents_of(call, _subject(call)) if entry.kind == "group"}
    return _strings([key for key in asked if key in held])


def check_member_objects(call: Call) -> Answer:
    """As ``check_member_groups``, for groups, roles and administrative units."""
    asked = _ids(call, "ids")
    held = _everything(call, _subject(call))
    return _strings([key for key in asked if key in held])


def get_member_groups(call: Call) -> Answer:
    """200 and the ids of all groups it is in; ``securityEnabledOnly`` is for users only."""
    security_only = _security_only(call)
    entry = _subject(call)
    parents = [each for each in parents_of(call, entry) if each.kind == "group"]
    if security_only:
        if entry.kind != "user":
            # Graph docs: the parameter can be true for users only (text unverified).
            raise invalid_value("securityEnabledOnly", "DirectoryObject")
        parents = [each for each in parents if each.current.properties["securityEnabled"]]
    return _strings([each.id for each in parents])


def get_member_objects(call: Call) -> Answer:
    """200 and the ids of all groups, roles and units it is in."""
    security_only = _security_only(call)
    entry = _subject(call)
    if security_only:
        return get_member_groups(call)
    return _strings(list(_everything(call, entry)))


def parents_of(call: Call, entry: Entry) -> list[Entry]:
    """Groups and units it is in as the replica shows them, nearest first; units do not nest."""
    return _walk(entry, lambda each: call.tenant.directory.seen_groups(each, call.horizon))


def _all_members(call: Call) -> list[Entry]:
    group = find_group(call, call.keys[0])
    directory = call.tenant.directory
    found = _walk(group, lambda each: list(directory.seen_members(each, call.horizon)))
    return sorted(found, key=lambda entry: entry.born)


def _walk(start: Entry, neighbours: Callable[[Entry], list[Entry]]) -> list[Entry]:
    """All that can be reached; circles of groups are walked once."""
    found: dict[str, Entry] = {}
    waiting = [start]
    while waiting:
        for entry in neighbours(waiting.pop(0)):
            if entry.id not in found and entry is not start:
                found[entry.id] = entry
                waiting.append(entry)
    return list(found.values())


def _subject(call: Call) -> Entry:
    """The user, group or unknown object that the path names; ``/me`` is a user."""
    collection = call.here.lower().partition("/v1.0")[2].lstrip("/")
    if collection.startswith("groups"):
        return find_group(call, call.keys[0])
    if collection.startswith("directoryobjects"):
        return find_object(call, call.keys[0])
    return find_user(call, call.keys[0])


def _rows(call: Call, entries: Iterable[Entry]) -> Iterable[Candidate]:
    return listed(sorted(entries, key=lambda entry: entry.born), call.horizon)


def _roles(call: Call, entry: Entry) -> Iterable[Candidate]:
    """Directory roles come after everything that was born in the directory."""
    last = call.tenant.timeline.latest
    for place, role in enumerate(call.tenant.roles, start=last + 1):
        if entry.id in role.members:
            yield Candidate(place, role.id, role.properties(), "directoryRole")


def _everything(call: Call, entry: Entry) -> dict[str, None]:
    keys = [each.id for each in parents_of(call, entry)]
    return dict.fromkeys([*keys, *(row.key for row in _roles(call, entry))])


def _mixed(call: Call, rows: list[Candidate]) -> Answer:
    return list_answer(call, fixed_source(rows), MIXED, "directoryObjects")


def _groups(call: Call, entries: Iterable[Entry]) -> Answer:
    rows = [row for row in _rows(call, entries) if row.kind == "group"]
    return list_answer(call, fixed_source(rows), "group", "groups")


def _ids(call: Call, name: str) -> list[str]:
    """Up to 20 ids, in lower case (directoryobject-checkmembergroups; texts unverified)."""
    value = _only(call, name)
    check_value(value, "Collection(String)!", name, "DirectoryObject")
    if len(value) > _MOST_CHECKED:
        raise bad_request(f"The number of ids in '{name}' exceeds the maximum of {_MOST_CHECKED}.")
    return [key.lower() for key in value]


def _security_only(call: Call) -> bool:
    value = _only(call, "securityEnabledOnly")
    check_value(value, "Boolean!", "securityEnabledOnly", "DirectoryObject")
    return bool(value)


def _only(call: Call, name: str) -> Any:
    """The one parameter a body holds."""
    for given in call.properties:
        if given != name:
            raise unknown_property(given)
    if call.properties.get(name) is None:
        raise required_value(name, "DirectoryObject")
    return call.properties[name]


def _strings(values: list[str]) -> Answer:
    head = {"@odata.context": f"{GRAPH}/$metadata#Collection(Edm.String)"}
    return Answer(200, {**head, "value": values})
