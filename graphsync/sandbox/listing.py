"""Collections in pages: filter, order, count and the opaque ``@odata.nextLink``."""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.extensions import PREFIX
from graphsync.sandbox.filters import compile_filter
from graphsync.sandbox.objects import ACTIVE, Entry
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import bad_request, unsupported_query
from graphsync.sandbox.query import Query, refuse_outside_directory
from graphsync.sandbox.schema import properties
from graphsync.sandbox.searching import compile_search
from graphsync.sandbox.tokenizing import Predicate

# Graph docs "aad-advanced-queries": these sort plainly, any other property needs the header.
_SORTS_PLAINLY = frozenset({"displayName", "userPrincipalName", "activityDateTime"})
_SORTABLE = _SORTS_PLAINLY | {"createdDateTime", "deletedDateTime", "mail", "givenName", "surname"}


MIXED = "directoryObject"  # a collection of several types: each item says which it is
_DERIVED = frozenset(
    name for kind in ("group", "administrativeUnit", "directoryRole") for name in properties(kind)
)


class Candidate(NamedTuple):
    """An object that may be listed: ``place`` grows along the collection."""

    place: int
    key: str
    properties: dict[str, Any]
    kind: str = "user"


Expander = Callable[[str], dict[str, Any]]
Source = Callable[[int], Iterable[Candidate]]  # what lies after a place


class _Order(NamedTuple):
    name: str
    descending: bool


def listed(entries: Iterable[Entry], horizon: int, state: str = ACTIVE) -> Iterable[Candidate]:
    """The entries of one state as a replica shows them, in the order of birth."""
    for entry in entries:
        version = entry.seen(horizon)
        if version is not None and version.state == state:
            yield Candidate(entry.born, entry.id, version.properties, entry.kind)


def kind_source(call: Call, kind: str, state: str = ACTIVE) -> Source:
    """All objects of a kind and state, as the call's replica shows them."""
    return lambda after: listed(call.tenant.directory.born_after(kind, after), call.horizon, state)


def fixed_source(candidates: Iterable[Candidate]) -> Source:
    """A collection small enough to be walked from its start for each page."""
    rows = list(candidates)
    return lambda after: [row for row in rows if row.place > after]


def list_answer(
    call: Call,
    source: Source,
    type_name: str,
    path: str,
    more: Expander | None = None,
    also: frozenset[str] = frozenset(),
) -> Answer:
    """A page of what the source gives.

    type_name  ``MIXED`` puts ``@odata.type`` on each item
    path       the collection's name in ``@odata.context``
    more       what ``$expand`` adds to an item, by its id
    also       properties that ``shape`` lets this reader select
    """
    query, before = _resumed(call)
    after = before["after"] if before is not None else None
    select = selected(query, type_name)
    refuse_outside_directory(select)
    order = _order(query)
    start = after[0] if after is not None and order is None else 0
    found = _matching(query, source(start), type_name)
    body: dict[str, Any] = {"@odata.context": context(path, select)}
    if query.counted and after is None:
        found = list(found)
        body["@odata.count"] = len(found)
    rows, rest = _page(found, order, after, query.top)
    if rest is not None:
        body["@odata.nextLink"] = _next_link(call, query, rest, before)
    if type_name == MIXED:
        body["value"] = [marked(row.kind, select, row.key, row.properties) for row in rows]
    else:
        shaped = shape(type_name, select, also)
        body["value"] = [shaped(row.key, row.properties) for row in rows]
    if more is not None:
        body["value"] = [
            {**item, **more(row.key)} for row, item in zip(rows, body["value"], strict=True)
        ]
    return Answer(200, body)


def selected(query: Query, type_name: str) -> tuple[str, ...] | None:
    """``$select``; in a mixed collection it may name what any of the types has."""
    if type_name != MIXED:
        return query.select(type_name)
    return query.select("user", _DERIVED | query.extensions.get("group", {}).keys())


def marked(
    kind: str, select: tuple[str, ...] | None, key: str, held: dict[str, Any]
) -> dict[str, Any]:
    """An object of a mixed collection, with its type and what of ``$select`` the type has."""
    if select is not None:
        known = properties(kind)
        select = tuple(name for name in select if name in known or name.startswith(PREFIX))
    return {"@odata.type": f"#microsoft.graph.{kind}", **shape(kind, select)(key, held)}


def _resumed(call: Call) -> tuple[Query, dict[str, Any] | None]:
    """The query, from the page token when there is one, and what that token stands for."""
    token = call.query.options.get("skiptoken")
    if token is None:
        return call.query, None
    state = call.tenant.handles.turn_page(token, call.tenant.clock.seconds())
    if state is None or state["path"] != _collection(call.here):
        # The text of msgraph-sdk-dotnet issue 2254; that a spent token gets it is unverified.
        raise bad_request(
            "The specified page token value has expired and can no longer be included in your "
            "request.",
            "Directory_ExpiredPageToken",
        )
    # Graph docs "paging": headers are not carried to the next page, they must be sent again.
    return Query(state["options"], call.query.advanced, call.query.extensions), state


def _collection(here: str) -> str:
    return here.split("/", 3)[-1].lower()


def _next_link(call: Call, query: Query, rest: list[Any], before: dict[str, Any] | None) -> str:
    state = {"path": _collection(call.here), "options": query.options, "after": rest}
    token = call.tenant.handles.next_page(state, before, call.tenant.clock.seconds())
    given = {f"${name}": value for name, value in query.options.items()}
    return f"{call.here}?{urlencode({**given, '$skiptoken': token}, safe='$,', quote_via=quote)}"


def _matching(query: Query, candidates: Iterable[Candidate], type_name: str) -> Iterable[Candidate]:
    tests: list[Predicate] = []
    text = query.options.get("filter")
    if text is not None:
        extensions = query.extensions.get("user" if type_name == MIXED else type_name, ())
        tests.append(compile_filter(text, type_name, counted=query.counted, extensions=extensions))
    search = query.options.get("search")
    if search is not None:
        tests.append(compile_search(search, type_name, advanced=query.advanced))
    if not tests:
        return candidates
    return (
        row for row in candidates if all(test({"id": row.key, **row.properties}) for test in tests)
    )


def _order(query: Query) -> _Order | None:
    text = query.options.get("orderby")
    if text is None:
        return None
    name, _, direction = text.strip().partition(" ")
    if name not in _SORTABLE or direction not in {"", "asc", "desc"}:
        raise unsupported_query("Sorting not supported for current query.")
    if not query.counted and (name not in _SORTS_PLAINLY or "filter" in query.options):
        raise unsupported_query("Sorting not supported for current query.")
    return _Order(name, direction == "desc")


def _page(
    found: Iterable[Candidate], order: _Order | None, after: list[Any] | None, top: int
) -> tuple[list[Candidate], list[Any] | None]:
    """The rows of this page, and where the next one starts (None: this was the last)."""
    if order is not None:
        return _sorted_page(found, order, after, top)
    rows: list[Candidate] = []
    for row in found:
        if len(rows) == top:
            return rows, [rows[-1].place]
        rows.append(row)
    return rows, None


def _sorted_page(
    found: Iterable[Candidate], order: _Order, after: list[Any] | None, top: int
) -> tuple[list[Candidate], list[Any] | None]:
    keyed = sorted(
        (([str(row.properties.get(order.name, "")).lower(), row.place], row) for row in found),
        key=itemgetter(0),
        reverse=order.descending,
    )
    if after is not None:
        keyed = [each for each in keyed if (each[0] < after) == order.descending]
        keyed = [each for each in keyed if each[0] != after]
    rows = [row for _, row in keyed[:top]]
    return rows, keyed[top - 1][0] if len(keyed) > top else None
