"""Erasing what is old: rosters, plans, payloads, consents, departures, DLP events, breaches.

What would go and what goes is asked by the same statements. The journal keeps its rows and its
chain, and gains one that says what was erased, how much of it and up to when (decision 23).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Literal, assert_never

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    exists,
    func,
    select,
    update,
)

from graphsync.store import tables
from graphsync.store.breaches import ERASED as ERASED_BREACH
from graphsync.store.breaches import Breaches
from graphsync.store.consent_batches import ConsentBatches
from graphsync.store.consent_links import ConsentLinks
from graphsync.store.consents import ERASED, Register
from graphsync.store.data_requests import ERASED as ERASED_REQUEST
from graphsync.store.data_requests import DataRequests
from graphsync.store.database import Database, chunks
from graphsync.store.departures import Departures
from graphsync.store.dlp_ageing import DlpAgeing
from graphsync.store.dlp_events import DlpEvents, EventCuts
from graphsync.store.dlp_imports import DlpImports
from graphsync.store.journal import PURGE, Entry, Journal
from graphsync.store.moments import moment_text
from graphsync.store.provisions import Provisions
from graphsync.store.runs import State
from policies.consent_records import Act
from policies.people import PersonKey

_EXPORTS, _RUNS = tables.exports, tables.runs
_JOURNAL, _PAYLOADS, _OPEN = tables.journal, tables.payloads, tables.open_intents
# Made once: every school of every night asks.
_ACCEPTED = (
    select(_EXPORTS.c.seq, _EXPORTS.c.accepted_at)
    .where(_EXPORTS.c.school == bindparam("school"))
    .order_by(_EXPORTS.c.accepted_at, _EXPORTS.c.seq)
)
_OF_SCHOOL = _RUNS.c.school == bindparam("school")
_WITH_PLANS = select(_RUNS.c.id).where(
    _OF_SCHOOL,
    _RUNS.c.created_at < bindparam("before"),
    _RUNS.c.plan != b"",
    _RUNS.c.state != str(State.APPLYING),
    _RUNS.c.seq != select(func.max(_RUNS.c.seq)).where(_OF_SCHOOL).scalar_subquery(),
    _RUNS.c.id.not_in(select(_OPEN.c.run).where(_OPEN.c.school == bindparam("school"))),
)
_LAST = select(tables.journal_head.c.seq)
_AT = select(_JOURNAL.c.at).where(_JOURNAL.c.seq == bindparam("seq"))

Kind = Literal[
    "rosters",
    "plans",
    "payloads",
    "consents",
    "departures",
    "dlp_counted",
    "dlp_exceptions",
    "dlp_items",
    "no_breaches",
    "breaches",
    "requests",
    "disputed_requests",
    "dlp_imports",
    "looks",
    "dlp_gaps",
    "dlp_proofs",
]
# Of the installation as a whole.
SchoolsNone = Literal["dlp_imports", "looks", "dlp_gaps", "dlp_proofs"]
OPERATION: dict[Kind, str] = {
    "rosters": "erase_rosters",
    "plans": "erase_plans",
    "payloads": PURGE,
    "consents": ERASED,
    "departures": "erase_departures",
    "dlp_counted": "erase_dlp_counted",
    "dlp_exceptions": "erase_dlp_exceptions",
    "no_breaches": ERASED_BREACH,
    "breaches": ERASED_BREACH,
    "requests": ERASED_REQUEST,
    "disputed_requests": ERASED_REQUEST,
    "dlp_imports": "erase_dlp_imports",
    "dlp_items": "erase_dlp_items",
    "looks": "erase_looks",
    "dlp_gaps": "erase_dlp_gaps",
    "dlp_proofs": "erase_dlp_proofs",
}
# Pupil by pupil, by entry, by request.
_TELL_THEMSELVES = frozenset(
    {"consents", "no_breaches", "breaches", "requests", "disputed_requests"}
)
Answered = Literal["requests", "disputed_requests"]


class Cuts(Struct, frozen=True, kw_only=True):
    """What is older than these moments is old; a roster counts from when a newer was accepted.

    Payloads and DLP events about the people in `keep` stay, however old they are, and so do events
    of `incidents`. `left` are the pupils who left before `consents`, each with the number of rows
    about them: all of theirs goes. So do the entries of the breach register in `closed`, by what
    they were, each with the number of its rows, the requests in `answered`, and the departures in
    `departed`, by their ids. DLP events of `open_items` stay too.
    """

    rosters: datetime
    plans: datetime
    payloads: datetime
    consents: datetime
    departures: datetime
    dlp_counted: datetime
    dlp_exceptions: datetime
    no_breaches: datetime
    breaches: datetime
    requests: datetime
    disputed_requests: datetime
    keep: frozenset[PersonKey] = frozenset()
    left: Mapping[PersonKey, int] = {}
    closed: Mapping[Literal["no_breaches", "breaches"], Mapping[str, int]] = {}
    answered: Mapping[Answered, Mapping[str, int]] = {}
    departed: frozenset[str] = frozenset()
    incidents: frozenset[str] = frozenset()
    open_items: frozenset[str] = frozenset()

    def of(self, kind: Kind) -> datetime:
        """The moment for this kind of record."""
        moment: datetime = getattr(self, "dlp_exceptions" if kind == "dlp_items" else kind)
        return moment

    @property
    def events(self) -> EventCuts:
        """What of it is about DLP events."""
        return EventCuts(
            counted=self.dlp_counted,
            exceptions=self.dlp_exceptions,
            keep=self.keep,
            incidents=self.incidents,
            open_items=self.open_items,
        )

    def rows_of(self, kind: Literal["no_breaches", "breaches"]) -> int:
        """How many rows of the breach register go."""
        return sum(self.closed.get(kind, {}).values())

    def rows_answered(self, kind: Answered) -> int:
        """How many rows of requests go."""
        return sum(self.answered.get(kind, {}).values())


class Retention:
    """What of one school is old, and its erasure."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        register: Register,
        provisions: Provisions,
        links: ConsentLinks,
        batches: ConsentBatches,
        departures: Departures,
        breaches: Breaches,
        requests: DataRequests,
        events: DlpEvents,
        imports: DlpImports,
        queue: DlpAgeing,
    ) -> None:
        self._database = database
        self._journal = journal
        self._register = register
        self._provisions = provisions
        self._links = links
        self._batches = batches
        self._departures = departures
        self._breaches = breaches
        self._requests = requests
        self._events = events
        self._imports = imports
        self._queue = queue

    def old(self, school: str, cuts: Cuts) -> dict[Kind, int]:
        """How many records of each kind `erase` would erase."""
        with self._database.reading() as connection:
            events = self._events.old(school, cuts.events)
            payloads = select(func.count()).where(_old_payloads(connection, school, cuts))
            return {
                "rosters": len(_old_rosters(connection, school, cuts)),
                "plans": len(_old_plans(connection, school, cuts)),
                "payloads": connection.scalar(payloads.select_from(_PAYLOADS)) or 0,
                "consents": sum(cuts.left.values()),
                "departures": len(cuts.departed),
                "dlp_counted": len(events[False]),
                "dlp_exceptions": len(events[True]),
                "dlp_items": len(self._old_items(school, cuts, events)),
                "no_breaches": cuts.rows_of("no_breaches"),
                "breaches": cuts.rows_of("breaches"),
                "requests": cuts.rows_answered("requests"),
                "disputed_requests": cuts.rows_answered("disputed_requests"),
            }

    def erase(
        self, school: str, cuts: Cuts, without_people: Callable[[bytes], bytes]
    ) -> dict[Kind, int]:
        """Erase what is old; how many records of each kind.

        A run keeps its row and the report that `without_people` makes of its report. Its plan is
        empty from then on.
        """
        with self._database.writing() as connection:
            events = self._events.old(school, cuts.events)
            items = self._old_items(school, cuts, events)
            rosters = _old_rosters(connection, school, cuts)
            for some in chunks(rosters):
                connection.execute(delete(_EXPORTS).where(_EXPORTS.c.seq.in_(some)))
            plans = _old_plans(connection, school, cuts)
            for run in plans:
                here = _RUNS.c.id == run
                report = connection.scalars(select(_RUNS.c.report).where(here)).one()
                slim = {"plan": b"", "report": without_people(report)}
                connection.execute(update(_RUNS).where(here).values(slim))
            payloads = delete(_PAYLOADS).where(_old_payloads(connection, school, cuts))
            erased: dict[Kind, int] = {
                "rosters": len(rosters),
                "plans": len(plans),
                "payloads": connection.execute(payloads).rowcount,
                "consents": self._consents(cuts.left),
                "departures": self._departures.erase(cuts.departed),
                "dlp_counted": self._events.erase(events[False]),
                "dlp_exceptions": self._events.erase(events[True]),
                "dlp_items": self._queue.erase_items(items),
                "no_breaches": self._breaches.erase(school, cuts.closed.get("no_breaches", ())),
                "breaches": self._breaches.erase(school, cuts.closed.get("breaches", ())),
                "requests": self._requests.erase(school, cuts.answered.get("requests", ())),
                "disputed_requests": self._requests.erase(
                    school, cuts.answered.get("disputed_requests", ())
                ),
            }
            self._provisions.erase(cuts.left)
            self._links.erase(cuts.left)
            self._journal.append(list(_entries(school, cuts, erased)))
        return erased

    def _consents(self, pupils: Iterable[PersonKey]) -> int:
        """Erase the rows of these pupils, and what their batches keep of them."""
        rows = [row for pupil in pupils for row in self._register.of(pupil)]
        checked = frozenset(row.about for row in rows if row.act is Act.COUNTERSIGNED)
        erased = self._register.erase(pupils)
        self._batches.forget({row.batch for row in rows if row.batch}, checked)
        return erased

    def _old_items(
        self, school: str, cuts: Cuts, events: Mapping[bool, list[tuple[str, str]]]
    ) -> list[str]:
        return self._queue.old_items(school, cuts.events, [*events[False], *events[True]])

    def old_of_none(self, kind: SchoolsNone, before: datetime) -> int:
        """How many records of a kind that is no school's are older than this."""
        match kind:
            case "dlp_imports":
                return self._imports.old(before)
            case "looks":
                return self._queue.old_looks(before)
            case "dlp_gaps":
                return self._queue.old_gaps(before)
            case "dlp_proofs":
                return self._queue.old_proofs(before)
            case _:
                assert_never(kind)

    def erase_of_none(self, kind: SchoolsNone, before: datetime) -> int:
        """Forget these, and with files what was quarantined of them; how many."""
        erasers: dict[SchoolsNone, Callable[[datetime], int]] = {
            "dlp_imports": self._imports.erase,
            "looks": self._queue.erase_looks,
            "dlp_gaps": self._queue.erase_gaps,
            "dlp_proofs": self._queue.erase_proofs,
        }
        with self._database.writing():
            gone = erasers[kind](before)
            if gone:
                self._journal.append([_entry("", kind, before, gone)])
        return gone


def _entries(school: str, cuts: Cuts, erased: dict[Kind, int]) -> Iterable[Entry]:
    for kind, count in erased.items():
        if count and kind not in _TELL_THEMSELVES:
            yield _entry(school, kind, cuts.of(kind), count)


def _entry(school: str, kind: Kind, before: datetime, count: int) -> Entry:
    return Entry(
        school=school,
        run="",
        item=moment_text(before),
        what="event",
        operation=OPERATION[kind],
        result=str(count),
    )


def _old_rosters(connection: Connection, school: str, cuts: Cuts) -> list[int]:
    """Every export that a newer one replaced before the cut; so never the newest."""
    rows = connection.execute(_ACCEPTED, {"school": school}).all()
    return [row.seq for row, newer in pairwise(rows) if newer.accepted_at < cuts.rosters]


def _old_plans(connection: Connection, school: str, cuts: Cuts) -> list[str]:
    """Runs that still hold a plan: not the school's newest, nor one that is not yet settled."""
    return list(connection.scalars(_WITH_PLANS, {"school": school, "before": cuts.plans}))


def _old_payloads(connection: Connection, school: str, cuts: Cuts) -> ColumnElement[bool]:
    """Which payloads are old: not of intents that wait for their outcome, nor of those to keep."""
    horizon = moment_text(cuts.payloads)
    row = (
        (_JOURNAL.c.seq == _PAYLOADS.c.seq)
        & (_JOURNAL.c.school == school)
        & (_JOURNAL.c.at < horizon)
    )
    if cuts.keep:
        kept = sorted(map(str, cuts.keep))
        row &= _JOURNAL.c.person.is_(None) | _JOURNAL.c.person.not_in(kept)
    return (
        (_PAYLOADS.c.seq < _first_since(connection, horizon))
        & exists().where(row)
        & _PAYLOADS.c.seq.not_in(select(_OPEN.c.seq))
    )


def _first_since(connection: Connection, horizon: str) -> int:
    """About the number of the first row at or after a moment, told without walking the journal."""
    rows = connection.scalar(_LAST) or 0

    def at(seq: int) -> str:
        return connection.scalar(_AT, {"seq": seq}) or ""

    return bisect_left(range(1, rows + 1), horizon, key=at) + 1
