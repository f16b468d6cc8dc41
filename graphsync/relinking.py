"""Links rebuilt from an exported journal, after the database was lost.

Accounts that we created carry our stamp and are found again without this. Adopted ones whose stamp
is another's or mastered in Active Directory, and which blocks are ours, only the journal knows.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.run_desk import event
from graphsync.store import chain
from graphsync.store.journal_export import read_export
from graphsync.store.links import Link
from graphsync.store.problems import BrokenExport, Conflict
from graphsync.trouble import Refusal
from policies.people import Kind, PersonKey


class Restored(Struct, frozen=True, kw_only=True):
    """How many links were taken from how many rows."""

    links: int
    rows: int


def restore(bench: Bench, path: Path) -> Restored:
    """Put the links of an exported journal into a store that has none; all of them, or none.

    Raises Refusal when the export is broken, or the store links somebody already.
    """
    if bench.store.links.all_object_ids():
        raise Refusal("this store links people already: restore into an empty one")
    try:
        rows = list(read_export(path))
    except BrokenExport as broken:
        raise Refusal(f"{path.name}: {broken}; take another copy") from None
    links = links_of(rows)
    with bench.store.transaction():
        try:
            bench.store.links.put_many(list(links.values()))
        except Conflict as conflict:
            raise Refusal(f"{path.name} links an account twice: {conflict}") from None
        told = event("", "", "links_restored", bench.requester)
        bench.store.journal.append([replace(told, after={"links": len(links), "rows": len(rows)})])
    return Restored(links=len(links), rows=len(rows))


def links_of(rows: Iterable[chain.Link]) -> dict[PersonKey, Link]:
    """The links as they stood after these rows of the journal, in their order."""
    links: dict[PersonKey, Link] = {}
    for row in rows:
        if row.person:
            key = PersonKey.parse(row.person)
            after = _after(row, key, links.get(key))
            if after is None:
                links.pop(key, None)
            else:
                links[key] = after
    return links


def _after(row: chain.Link, key: PersonKey, link: Link | None) -> Link | None:
    at = datetime.fromisoformat(row.at)
    done = row.what == "outcome" and row.result == "done"
    match row.operation:
        case "adopted" if row.object_id:
            return _born(row, key, "adopted")
        case "create_user" if done and row.object_id and link is None:
            return _born(row, key, "created")
        case "released":
            return None
        case "agreed" if link:
            return replace(link, how="agreed")
        case "disable_user" if link and row.what == "outcome" and row.result in {"done", "unknown"}:
            return replace(link, blocked_by_us_at=at)
        case "revoke_sessions" if link and done:
            return replace(link, revoked_at=at)
        case "enable_user" if link and done:
            return replace(link, blocked_by_us_at=None, revoked_at=None)
        case _:
            return link


def _born(row: chain.Link, key: PersonKey, how: str) -> Link:
    """The kind is the row's, or a pupil's until the next roster says otherwise."""
    return msgspec.convert(
        {
            "person": {"school": key.school, "mis_id": key.mis_id},
            "kind": row.population or str(Kind.PUPIL),
            "object_id": row.object_id,
            "how": how,
            "linked_at": datetime.fromisoformat(row.at),
        },
        type=Link,
    )
