"""What one person is given who asks what we hold about them (UK GDPR Article 15; law A13).

Other people are taken out (`redacting`), the search log is part of it, and so is what other systems
hold. Nothing is sent: a person reads it through, and gives it by a safe way.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.redacting import Others, both_orders, folded_name, redacted
from graphsync.run_desk import event
from graphsync.seen import seen_account
from graphsync.store.about import About, Terms
from graphsync.subject_search import Searched, search
from graphsync.trouble import Refusal
from policies.pack_loading import load_rules, schools
from policies.people import PersonKey, Roster

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._-]{0,29}")
# Written by people in their own words: no list of names finds everybody in them.
FREE_TEXT = frozenset(
    {
        "withheld",
        "reason",
        "why",
        "arranged",
        "text",
        "outcome",
        "advice",
        "late",
        "place",
        "doubt",
        "sentence",
    }
)
OTHER_SYSTEMS = (
    "SIMS, or the school's management system: the record itself",
    "Microsoft 365: mail, files, chats, sign-in logs, and the audit log of Purview for 180 days",
    "Active Directory, where accounts are mastered there",
    "paper: signed forms, sealed envelopes, printed slips, the safeguarding file",
    "backups of the database, until they are overwritten",
    "pages and files that somebody made with --html, --out, or `graphsync audit export`",
)


class SubjectExport(Struct, frozen=True, kw_only=True):
    """What is given, with others taken out. `held` goes by table, a dictionary for each row.

    `by_hand` names the places with free text: somebody reads them before it goes out.
    """

    person: str
    request: str
    made_at: datetime
    held: dict[str, list[dict[str, Any]]]
    log: tuple[Searched, ...]
    by_hand: tuple[str, ...]
    other_systems: tuple[str, ...] = OTHER_SYSTEMS

    def __repr__(self) -> str:
        return f"SubjectExport({self.person})"


def export_person(
    bench: Bench, person: PersonKey, request: str, accounts: Iterable[str] = ()
) -> SubjectExport:
    """Everything that every table holds about a person; that it was made is journalled.

    `request` is the reference of the request, `accounts` are names under which they use the command
    line. Raises Refusal for a reference that may be more than one, and where nothing is held.
    """
    if not _REFERENCE.fullmatch(request):
        raise Refusal("the reference of the request is letters and digits, such as SAR-12: no name")
    load_rules(bench.packs_dir, person.school)
    terms = _terms(bench, person, accounts)
    others = _others(bench, terms)
    told = event(person.school, "", "export_person", bench.requester)
    with bench.store.transaction():
        found = search(About(bench.store.database), terms)
        if not found.found:
            raise Refusal(f"nothing is held about {person}: look at the key once more")
        entry = replace(told, person=person, after={"request": request})
        bench.store.journal.append([entry])
    held = {table: [_told(row, others) for row in rows] for table, rows in found.found.items()}
    return SubjectExport(
        person=str(person),
        request=request,
        made_at=bench.now(),
        held=held,
        log=found.log,
        by_hand=tuple(sorted(set(_free_text(held)))),
    )


def _terms(bench: Bench, person: PersonKey, accounts: Iterable[str]) -> Terms:
    exact = {str(person), *filter(None, accounts)}
    if link := bench.store.links.of(person.school).get(person):
        exact |= {link.object_id, f"entra:{link.object_id}"}
    if account := seen_account(bench, person):
        exact |= {account.user_principal_name or "", account.mail or ""}
    for roster in _rosters(bench):
        exact |= {one.mail or "" for one in roster.people if one.key == person}
    exact.discard("")
    return Terms(school=person.school, mis_id=person.mis_id, exact=frozenset(exact))


def _rosters(bench: Bench) -> Iterator[Roster]:
    """The newest roster of each school."""
    for school, export in bench.store.exports.latest_of_each(bench.now()).items():
        body = bench.store.exports.roster(school, export.sha256)
        yield msgspec.msgpack.decode(body, type=Roster)


def _others(bench: Bench, terms: Terms) -> Others:
    """Everybody else of every roster, their contacts, and every other linked account."""
    names: set[str] = set()
    own: set[str] = set()
    surnames: set[str] = set()
    for roster in _rosters(bench):
        for one in roster.people:
            mine = str(one.key) == terms.key
            into = own if mine else names
            into.update(both_orders(one.given_name, one.surname))
            legal = (one.legal_given_name or one.given_name, one.legal_surname or one.surname)
            into.update(both_orders(*legal))
            surnames |= {folded_name(one.surname)} if mine else set()
        for kept in bench.store.kept_names.standing(roster.school):
            into = own if str(kept.person) == terms.key else names
            into.update(both_orders(kept.given_name, kept.surname))
        for contact in roster.contacts:
            names.update(both_orders(contact.given_name or "", contact.surname or ""))
    linked = {
        link.object_id
        for links in bench.store.links.by_school().values()
        for link in links.values()
    }
    return Others(
        terms=terms,
        schools=frozenset({*schools(bench.packs_dir), terms.school}),
        names=frozenset(names - own),
        ids=frozenset(linked - terms.exact),
        own=frozenset(surnames),
    )


def _told(row: Mapping[str, Any], others: Others) -> dict[str, Any]:
    opened = {name: _opened(value) for name, value in row.items()}
    told: dict[str, Any] = redacted(opened, others)
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}


def _opened(value: Any) -> Any:
    """A text that was kept as JSON as what it says."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    return value


def _free_text(held: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    for table, rows in held.items():
        for row in rows:
            yield from (f"{table}: {name}" for name in _fields(row) if name in FREE_TEXT)


def _fields(value: Any) -> Iterator[str]:
    """The names of every field, at any depth, that says something."""
    match value:
        case Mapping():
            for name, one in value.items():
                yield from (str(name),) if one else ()
                yield from _fields(one)
        case list():
            for one in value:
                yield from _fields(one)
        case _:
            return
