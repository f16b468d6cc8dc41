"""``$expand``: what a user or a group is linked to; 20 objects, one level.

Graph docs "known-issues" (no next link, nothing nested) and "aad-advanced-queries" (not together
with advanced queries). The ``user`` and ``group`` resources say which links can be expanded.
Texts unverified.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from graphsync.sandbox.calls import Call
from graphsync.sandbox.listing import marked
from graphsync.sandbox.lookups import seen_manager, seen_object
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.operations import Operation
from graphsync.sandbox.problems import not_implemented, unsupported_query
from graphsync.sandbox.query import Query

_MOST = 20
_USER_LINKS = frozenset({"manager", "directReports", "memberOf"})
_GROUP_LINKS = frozenset({"members", "owners", "memberOf"})
_EXPANDABLE = {
    "/users": _USER_LINKS,
    "/users/{id}": _USER_LINKS,
    "/groups": _GROUP_LINKS,
    "/groups/{id}": _GROUP_LINKS,
    "/groups(uniquename={id})": _GROUP_LINKS,
}


def check_expand(operation: Operation, query: Query) -> None:
    """Refuses what cannot be expanded: 501 where the model could and this tenant does not."""
    wish = query.options.get("expand")
    if wish is None:
        return
    if operation.template.endswith("/delta"):
        raise unsupported_query("The query parameter '$expand' is not supported in delta.")
    name, nested, _ = wish.strip().partition("(")
    if operation.method != "GET" or name not in _EXPANDABLE.get(operation.template, ()):
        raise not_implemented()
    if nested:
        raise unsupported_query("Query options inside $expand are not supported.")
    if query.counted or "search" in query.options:
        raise unsupported_query("$expand is not supported together with advanced queries.")


def expander(call: Call) -> Callable[[str], dict[str, Any]] | None:
    """From an object's id to what ``$expand`` adds to it; None when nothing is to be added."""
    wish = call.query.options.get("expand")
    if wish is None:
        return None
    name = wish.strip()
    entries = call.tenant.directory.entries
    if name == "manager":
        return lambda key: _manager(call, entries[key])
    if name == "directReports":
        reports = _reports(call)
        return lambda key: {name: _first(call, reports.get(key, ()))}
    linked = _LINKED[name]
    return lambda key: {name: _first(call, linked(call, entries[key]))}


def _manager(call: Call, user: Entry) -> dict[str, Any]:
    """Left out for a user without one."""
    manager = seen_manager(call, user)
    return {} if manager is None else {"manager": _shown(call, manager)}


def _members(call: Call, group: Entry) -> Iterable[Entry]:
    return call.tenant.directory.seen_members(group, call.horizon)


def _owners(call: Call, group: Entry) -> Iterable[Entry]:
    seen = group.seen(call.horizon)
    keys = seen.properties.get("_owners", ()) if seen is not None else ()
    return (entry for key in keys if (entry := seen_object(call, key)) is not None)


def _groups(call: Call, member: Entry) -> Iterable[Entry]:
    return call.tenant.directory.seen_groups(member, call.horizon)


def _reports(call: Call) -> dict[str, list[Entry]]:
    """Manager to direct reports, gathered once for a whole page."""
    found: dict[str, list[Entry]] = {}
    for user in call.tenant.directory.born_after("user", 0):
        seen = user.seen(call.horizon)
        key = seen.properties.get("_manager") if seen is not None else None
        if key is not None and seen_object(call, user.id) is not None:
            found.setdefault(key, []).append(user)
    return found


_LINKED: dict[str, Callable[[Call, Entry], Iterable[Entry]]] = {
    "members": _members,
    "owners": _owners,
    "memberOf": _groups,
}


def _first(call: Call, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    return [_shown(call, entry) for entry in islice(entries, _MOST)]


def _shown(call: Call, entry: Entry) -> dict[str, Any]:
    seen = entry.seen(call.horizon)
    return marked(entry.kind, None, entry.id, seen.properties if seen else {})
