"""``$expand``: the manager of a user, the members of a group; 20 objects, one level.

Graph docs "known-issues" (no next link, nothing nested) and "aad-advanced-queries" (not together
with advanced queries). Texts unverified.
"""

from collections.abc import Callable
from itertools import islice
from typing import Any

from graphsync.sandbox.calls import Call
from graphsync.sandbox.listing import marked
from graphsync.sandbox.lookups import seen_manager
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.operations import Operation
from graphsync.sandbox.problems import not_implemented, unsupported_query
from graphsync.sandbox.query import Query

_MOST = 20
_EXPANDABLE = {
    "/users": "manager",
    "/users/{id}": "manager",
    "/groups": "members",
    "/groups/{id}": "members",
    "/groups(uniquename={id})": "members",
}


def check_expand(operation: Operation, query: Query) -> None:
    """Refuses what cannot be expanded: 501 where the model could and this tenant does not."""
    wish = query.options.get("expand")
    if wish is None:
        return
    if operation.template.endswith("/delta"):
        raise unsupported_query("The query parameter '$expand' is not supported in delta.")
    name, nested, _ = wish.strip().partition("(")
    if operation.method != "GET" or name != _EXPANDABLE.get(operation.template):
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
    adding = _manager if wish.strip() == "manager" else _members
    return lambda key: adding(call, call.tenant.directory.entries[key])


def _manager(call: Call, user: Entry) -> dict[str, Any]:
    """Left out for a user without one."""
    manager = seen_manager(call, user)
    return {} if manager is None else {"manager": _shown(call, manager)}


def _members(call: Call, group: Entry) -> dict[str, Any]:
    found = call.tenant.directory.seen_members(group, call.horizon)
    return {"members": [_shown(call, member) for member in islice(found, _MOST)]}


def _shown(call: Call, entry: Entry) -> dict[str, Any]:
    seen = entry.seen(call.horizon)
    return marked(entry.kind, None, entry.id, seen.properties if seen else {})
