"""Change tracking: ``/users/delta`` and ``/groups/delta`` (Graph docs: delta-query-overview).

A delta token stands for a commit; the changes after it, up to what a replica has seen, come in
pages. As Graph may, this sends a page with nothing in it now and then, splits a large group's
members over several pages under the same group, and repeats what a slow replica shows anew.
"""

from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.directory import Directory
from graphsync.sandbox.objects import ACTIVE, DELETED, Entry, Version
from graphsync.sandbox.paging import DELTA_LIFE_SECONDS
from graphsync.sandbox.permissions import check_user_read
from graphsync.sandbox.presenting import context, set_only
from graphsync.sandbox.problems import Refusal, bad_request, unsupported_query
from graphsync.sandbox.query import refuse_outside_directory
from graphsync.sandbox.schema import is_guid, properties

_MOST_IDS = 50
_EMPTY_PAGE_SHARE = 0.2
_LINKS = {"user": frozenset({"manager"}), "group": frozenset({"members"})}
_KEPT_AS = {"_manager": "manager"}  # how a tracked link is kept
_REFUSED = ("top", "orderby", "search", "count")


class PageSize(NamedTuple):
    """How many objects and how many member changes go on a page; Graph keeps its own secret."""

    objects: int = 200
    members: int = 1000


_PAGE_SIZE = PageSize()


class _Round(NamedTuple):
    """A delta under way: changes in (since, until], from ``cursor`` on.

    group, member_cursor  a group with members yet to send, and the change of member sent last
    """

    select: tuple[str, ...] | None
    ids: tuple[str, ...]
    since: int
    until: int
    cursor: int
    group: str = ""
    member_cursor: int = 0


def delta(call: Call, kind: str, size: PageSize = _PAGE_SIZE) -> Answer:
    """A page of changes with ``@odata.nextLink``, or the last one with ``@odata.deltaLink``."""
    for name in _REFUSED:
        if name in call.query.options:
            raise unsupported_query(f"The query parameter '${name}' is not supported in delta.")
    current, first = _round(call, kind)
    minimal = "return=minimal" in call.headers.get("prefer", "").lower()
    if call.query.options.get("deltatoken") == "latest":
        return _finished(call, kind, current, [])
    minimal = minimal and current.since > 0
    rows, rest = _page(call, kind, current, size, minimal=minimal)
    if first and rows and current.since and call.tenant.choice.random() < _EMPTY_PAGE_SHARE:
        return _unfinished(call, kind, current, [])
    if rest is not None:
        return _unfinished(call, kind, rest, rows)
    return _finished(call, kind, current, rows)


def _round(call: Call, kind: str) -> tuple[_Round, bool]:
    """The round this request opens or goes on with, and whether it opens one."""
    options = call.query.options
    if "skiptoken" in options:
        state = _redeem(call, kind, options["skiptoken"])
        return _Round(*state["round"]), False
    token = options.get("deltatoken")
    if token and token != "latest":  # noqa: S105 - a word of the protocol
        state = _redeem(call, kind, token)
        earlier = _Round(*state["round"])
        until = max(earlier.until, call.horizon)
        # A new round: what the last one had half sent of a group is no longer half sent.
        return _Round(earlier.select, earlier.ids, earlier.until, until, earlier.until), True
    select = call.query.select(kind, _LINKS[kind])
    refuse_outside_directory(select)
    if kind == "user":
        check_user_read(select, call.roles)
    # "latest" is what every replica has seen: a list read after it misses nothing before it.
    until = call.tenant.replicas.slowest() if token == "latest" else call.horizon  # noqa: S105
    return _Round(select, _ids(options.get("filter")), 0, until, 0), True


def _redeem(call: Call, kind: str, token: str) -> dict[str, Any]:
    held = call.tenant.handles.redeem(token)
    if held is None or held[1].get("delta") != kind:
        raise bad_request("Badly formed token.")  # text unverified
    made, state = held
    if call.tenant.clock.seconds() - made > DELTA_LIFE_SECONDS:
        select = state["round"][0]
        again = {"$select": ",".join(select)} if select is not None else {}
        location = f"{call.here}?{urlencode({**again, '$deltatoken': ''}, safe='$,')}"
        raise Refusal(
            410,
            "syncStateNotFound",
            "The sync state is not found: the delta token has expired. Start again without it.",
            headers={"Location": location},
        )
    return state


def _ids(text: str | None) -> tuple[str, ...]:
    """The ids of ``id eq 'a' or id eq 'b'``, at most 50 (Graph docs: user-delta)."""
    if text is None:
        return ()
    found = []
    for part in text.split(" or "):
        words = part.split()
        if len(words) != 3 or words[:2] != ["id", "eq"] or not is_guid(words[2].strip("'")):
            raise unsupported_query("Delta supports $filter on id only, joined by 'or'.")
        found.append(words[2].strip("'").lower())
    if len(found) > _MOST_IDS:
        raise unsupported_query(f"Delta supports at most {_MOST_IDS} ids in $filter.")
    return tuple(found)


def _page(
    call: Call, kind: str, current: _Round, size: PageSize, *, minimal: bool
) -> tuple[list[dict[str, Any]], _Round | None]:
    rows: list[dict[str, Any]] = []
    room = size.members
    directory = call.tenant.directory
    # A group with members left over comes again, unless it has moved on in the meantime.
    start = current.cursor - 1 if current.group else current.cursor
    for entry in directory.changed_after(kind, start):
        if len(rows) == size.objects or room <= 0:
            return rows, current
        if entry.born > current.until or (current.ids and entry.id not in current.ids):
            continue
        row, left = _row(entry, current, directory, room, minimal)
        if row is not None:
            rows.append(row)
            room -= len(row.get("members@delta", ()))
        if left:
            return rows, current._replace(cursor=entry.changed, group=entry.id, member_cursor=left)
        current = current._replace(cursor=entry.changed, group="", member_cursor=0)
    return rows, None


def _row(
    entry: Entry,
    current: _Round,
    directory: Directory,
    room: int,
    minimal: bool,  # noqa: FBT001
) -> tuple[dict[str, Any] | None, int]:
    """What to say of one object (None: nothing it tracks has changed), and the members left."""
    version = entry.seen(current.until) or entry.versions[0]
    since = current.since
    if version.state != ACTIVE:
        return _removed(entry, version, since), 0
    tracks_members = current.select is None or "members" in current.select
    members, left = _members(entry, current, directory, room) if tracks_members else ([], 0)
    fresh = entry.born > since or entry.moved > since
    changed = (
        {_KEPT_AS.get(name, name) for name, number in entry.stamps.items() if number > since}
        if version.number > since
        else set()
    )
    tracked = current.select if current.select is not None else properties(entry.kind)
    if not (fresh or members or not changed.isdisjoint(tracked)):
        return None, left
    held = version.properties
    if minimal and not fresh:
        held = {name: value for name, value in held.items() if name in changed}
    row = set_only(entry.kind, current.select)(entry.id, held)
    if minimal and not fresh:
        row.update(dict.fromkeys(changed.intersection(tracked).difference(held, _LINKS["user"])))
    if members:
        row["members@delta"] = members
    if "manager" in (current.select or ()) and (fresh or "manager" in changed):
        row.update(_manager(version, repeated=not fresh))
    return row, left


def _manager(version: Version, *, repeated: bool) -> dict[str, Any]:
    """``manager@delta``: who it is now and, in a later round, who it was before."""
    held = version.properties
    mark = {"@odata.type": "#microsoft.graph.user"}
    rows: list[dict[str, Any]] = []
    if repeated and "_formerManager" in held:
        gone = {"@removed": {"reason": "deleted"}}
        rows.append({**mark, "id": held["_formerManager"], **gone})
    if "_manager" in held:
        rows.append({**mark, "id": held["_manager"]})
    return {"manager@delta": rows} if rows else {}


def _removed(entry: Entry, version: Version, since: int) -> dict[str, Any] | None:
    """Graph docs "user-delta": changed is restorable, deleted is gone for good."""
    reason = "changed" if version.state == DELETED else "deleted"
    if entry.moved <= since or (entry.born > since and reason == "deleted"):
        return None
    return {"id": entry.id, "@removed": {"reason": reason}}


def _members(
    entry: Entry, current: _Round, directory: Directory, room: int
) -> tuple[list[dict[str, Any]], int]:
    """Membership changes of the round after the member cursor, at most ``room`` of them.

    A user in the recycle bin is still told as a member (Graph docs: group-delta).
    """
    rows: list[dict[str, Any]] = []
    since, until = current.since, current.until
    sent = current.member_cursor if entry.id == current.group else since
    last = 0
    for key, link in directory.members.get(entry.id, {}).items():
        if link.changed <= sent or not any(since < each <= until for each in link.toggles):
            continue
        present = link.seen(until)
        if not (present or since):
            continue
        if len(rows) == room:
            return rows, last
        kind = directory.entries[key].kind
        row: dict[str, Any] = {"@odata.type": f"#microsoft.graph.{kind}", "id": key}
        rows.append(row if present else {**row, "@removed": {"reason": "deleted"}})
        last = link.changed
    return rows, 0


def _unfinished(call: Call, kind: str, rest: _Round, rows: list[dict[str, Any]]) -> Answer:
    link = _link(call, kind, rest, "page", "$skiptoken")
    return _answer(kind, rest, rows, "@odata.nextLink", link)


def _finished(call: Call, kind: str, done: _Round, rows: list[dict[str, Any]]) -> Answer:
    link = _link(call, kind, done, "delta", "$deltatoken")
    return _answer(kind, done, rows, "@odata.deltaLink", link)


def _link(call: Call, kind: str, state: _Round, use: str, option: str) -> str:
    token = call.tenant.handles.issue(
        {"use": use, "delta": kind, "round": list(state)}, call.tenant.clock.seconds()
    )
    return f"{call.here}?{option}={quote(token)}"


def _answer(kind: str, state: _Round, rows: list[dict[str, Any]], name: str, link: str) -> Answer:
    body = {"@odata.context": context(f"{kind}s", state.select), name: link, "value": rows}
    return Answer(200, body)
