"""What every table holds about one person, also inside stored bodies, and what was looked through.

Every table of the store is searched, but for those of `NOBODY`. A test holds this to the tables as
they are declared.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from graphsync.accounts import Account, Group
from graphsync.report import RunReport
from graphsync.store.about import About, Terms, names
from graphsync.store.dlp_events import KeptEvent
from graphsync.store.exports import unpacked
from graphsync.store.tables import metadata
from policies.mail_items import ItemKey, Summary
from policies.people import Contact, PersonKey, Roster

NOBODY: Mapping[str, str] = {
    "claims": "which process works on a school",
    "journal_head": "how long the journal is",
    "dlp_quarantine": "counts of records that were not understood",
    "dlp_feeds": "how far the feed of data loss was read",
    "dlp_feed_blobs": "which pieces of the feed were read",
    "dlp_bites": "when a rule told of a test message, not whose",
    "run_outlines": "counts of what runs changed",
    "run_returns": "which plans were sent back, not by whom",
}
KEPT_NAME = "the safeguarding lead reads all of this first: a name is kept"
_Found: TypeAlias = dict[str, Any]


class Searched(Struct, frozen=True, kw_only=True):
    """One place of the search log: what was looked through, how, and how much was found."""

    table: str
    rows: int
    how: str
    found: int


class Search(Struct, frozen=True, kw_only=True):
    """What was found, by table, and the log of the search (law A13.3)."""

    found: dict[str, list[_Found]]
    log: tuple[Searched, ...]


def search(about: About, terms: Terms) -> Search:
    """Everything about a person."""
    found: dict[str, list[_Found]] = {}
    log: list[Searched] = []
    for name in sorted(metadata.tables):
        if name in NOBODY:
            log.append(Searched(table=name, rows=0, how=f"holds {NOBODY[name]}", found=0))
            continue
        inside = _INSIDE.get(name)
        rows = list(inside(about, terms) if inside else _by_columns(about, name, terms))
        how = "inside what is stored" if inside else "by its columns"
        log.append(Searched(table=name, rows=about.count(name), how=how, found=len(rows)))
        if rows:
            found[name] = rows
    return Search(found=found, log=tuple(log))


def _by_columns(about: About, name: str, terms: Terms) -> Iterator[_Found]:
    """Rows of a table; of those about somebody else, what the person did and when alone."""
    for row in about.by_columns(name, terms):
        theirs = row.get("mis_id", terms.mis_id) == terms.mis_id
        yield row if theirs else _acted(row, terms)


def _acted(row: _Found, terms: Terms) -> _Found:
    kept = {"id", "at", "act", "breach", "request", "school"}
    return {name: one for name, one in row.items() if name in kept or one in terms.exact}


def _rosters(about: About, terms: Terms) -> Iterator[_Found]:
    """The person, their classes, and what their contacts are to them, in each copy that is kept.

    Who the contacts are is theirs; a court order is withheld, for the DPO to decide about.
    """
    key = PersonKey(terms.school, terms.mis_id)
    for row in about.every("exports", terms.school):
        roster = msgspec.msgpack.decode(unpacked(row["roster"]), type=Roster)
        parts: dict[str, list[Any]] = {
            "people": [one for one in roster.people if one.key == key],
            "bad_rows": [one for one in roster.frozen if one.key == key],
            "contacts": [_kin(one) for one in roster.contacts if one.pupil == key],
            "classes": [one for one in roster.memberships if one.person == key],
        }
        if any(parts.values()):
            told = {name: msgspec.to_builtins(one, enc_hook=str) for name, one in parts.items()}
            yield {"accepted_at": row["accepted_at"], "sha256": row["sha256"], **told}


def _kin(contact: Contact) -> _Found:
    kept = ("relationship", "priority", "parental_responsibility")
    return {name: getattr(contact, name) for name in kept}


def _runs(about: About, terms: Terms) -> Iterator[_Found]:
    """The lines of plans that are about the person, and the plans they asked for."""
    for row in about.every("runs"):
        lines: list[Any] = []
        if row["report"]:
            report = msgspec.msgpack.decode(row["report"], type=RunReport)
            lines += (one for one in report.changes if one.person == terms.key)
            lines += (one for one in report.held if one.person == terms.key)
            lines += ["unchanged"] if terms.key in report.unchanged_people else []
        if lines or row["requester"] in terms.exact:
            kept = ("id", "school", "as_of", "state", "requester", "created_at")
            told = msgspec.to_builtins(lines, enc_hook=str)
            yield {**{name: row[name] for name in kept}, "lines": told}


def _journal(about: About, terms: Terms) -> Iterator[_Found]:
    """What was done to them, or by them. Of an event the result may be somebody else's account."""
    for row in about.by_columns("journal", terms):
        told = row["what"] != "event" or row["result"] in terms.exact
        kept = ("seq", "at", "school", "run", "item", "what", "operation", "person", "object_id")
        yield {**{name: row[name] for name in kept}, "result": row["result"] if told else ""}


def _breaches(about: About, terms: Terms) -> Iterator[_Found]:
    """Rows that name the person; of those that they only wrote, the act alone."""
    for row in about.by_columns("breaches", terms):
        body = msgspec.json.decode(row["body"])
        by = body.pop("by", "")
        whole = names(msgspec.json.encode(body).decode(), terms)
        yield {**_acted(row, terms), "by": by, **({"body": body} if whole else {})}


def _requests(about: About, terms: Terms) -> Iterator[_Found]:
    """The requests about the person; of those about somebody else, what they did and when alone."""
    for row in about.by_columns("data_requests", terms):
        if row["person"] == terms.key:
            yield {**row, "body": msgspec.json.decode(row["body"])}
        else:
            yield _acted(row, terms)


def _payloads(about: About, terms: Terms) -> Iterator[_Found]:
    """The values before and after of what was done to the person."""
    rows = {row["seq"] for row in about.by_columns("journal", terms) if _is_theirs(row, terms)}
    for row in about.payloads(sorted(rows)):
        yield {"seq": row["seq"], **msgspec.json.decode(row["body"])}


def _is_theirs(row: _Found, terms: Terms) -> bool:
    return row["person"] == terms.key or row["object_id"] in terms.exact


def _events(about: About, terms: Terms) -> Iterator[_Found]:
    """DLP records of which they were sender or recipient."""
    key = PersonKey(terms.school, terms.mis_id)
    for row in about.every("dlp_events"):
        kept = msgspec.msgpack.decode(row["body"], type=KeptEvent)
        if key in {kept.parties.sender.person, *kept.parties.people}:
            yield {
                "seen_at": row["seen_at"],
                "sent_by_them": kept.parties.sender.person == key,
                "recipients": {str(role): n for role, n in kept.parties.counts.items()},
                "event": msgspec.to_builtins(kept.event, enc_hook=str),
                "judged": msgspec.to_builtins(kept.judgement, enc_hook=str),
            }


def _items(about: About, terms: Terms) -> Iterator[_Found]:
    """Incidents of data loss that they sent or received, and how they stand."""
    key = PersonKey(terms.school, terms.mis_id)
    for row in about.every("dlp_items"):
        _, summary = msgspec.msgpack.decode(row["body"], type=tuple[ItemKey, Summary])
        if key in {*summary.senders, *summary.people} or row["assignee"] in terms.exact:
            yield {
                "item": row["item"],
                "state": row["state"],
                "assigned_to_them": row["assignee"] in terms.exact,
                "sent_by_them": key in summary.senders,
                "first": summary.first,
                "classes": summary.classes,
            }


def _accounts(about: About, terms: Terms) -> Iterator[_Found]:
    for row in about.by_columns("mirror_accounts", terms):
        account = msgspec.msgpack.decode(row["body"], type=Account)
        yield {"object_id": row["object_id"], **msgspec.to_builtins(account, enc_hook=str)}


def _groups(about: About, terms: Terms) -> Iterator[_Found]:
    """Names of the groups that they are in, and of nobody else who is."""
    for row in about.every("mirror_groups"):
        group = msgspec.msgpack.decode(row["body"], type=Group)
        if not terms.exact.isdisjoint(group.members or ()):
            yield {"id": group.id, "display_name": group.display_name}


def _mirrors(about: About, terms: Terms) -> Iterator[_Found]:
    """Whether the account is among those that hold a directory role."""
    for row in about.every("mirrors"):
        if not terms.exact.isdisjoint(msgspec.msgpack.decode(row["protected"])):
            yield {"tenant": row["tenant"], "holds_a_directory_role": True}


def _kept_names(about: About, terms: Terms) -> Iterator[_Found]:
    """That a name is kept, and nothing of it: the safeguarding lead says what is told (law B2)."""
    for _ in about.by_columns("kept_names", terms):
        yield {"withheld": KEPT_NAME}


def _answers(about: About, terms: Terms) -> Iterator[_Found]:
    """Receipts of the programming interface that name the person."""
    for row in about.every("answered_writes"):
        if names(bytes(row["answer"]).decode(errors="replace"), terms):
            yield {"at": row["at"], "answer": bytes(row["answer"]).decode(errors="replace")}


_INSIDE: Mapping[str, Callable[[About, Terms], Iterable[_Found]]] = {
    "exports": _rosters,
    "runs": _runs,
    "breaches": _breaches,
    "data_requests": _requests,
    "kept_names": _kept_names,
    "journal": _journal,
    "payloads": _payloads,
    "dlp_events": _events,
    "dlp_items": _items,
    "mirror_accounts": _accounts,
    "mirror_groups": _groups,
    "mirrors": _mirrors,
    "answered_writes": _answers,
}
