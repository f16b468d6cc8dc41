"""What is kept how long, and its erasure at the beginning of every night (decision 23).

Copies of rosters, plans with their reports, and what the journal noted of values before and after
go by the days of the school's pack, and so do DLP events; what the register of consent holds of a
pupil, by its years after the pupil left; a departure, by its years after the member of staff did;
an entry of the breach register, by when it was closed and whether it was a breach; a request about
somebody's data, by when it was closed and whether it was disputed. What tells whose account is
whose stays. A hold beats all of it, and counts as it stands at the moment of erasing (law A11.2);
so does a request that is open (A11.5).
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, Self, TypeAlias

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.report import RunReport
from graphsync.store.retention import Answered, Cuts, SchoolsNone
from graphsync.store.retention import Kind as Records
from policies.breaches import standing
from policies.data_requests import about_key
from policies.data_requests import standing as requested
from policies.departures import Departure
from policies.desired import speaks_for
from policies.pack_loading import PackRefused, load_rules, schools
from policies.people import Kind, PersonKey, Roster
from policies.rules import RetentionRules, Rules
from policies.school_days import school_day, years_before

_Outcome: TypeAlias = Literal["no_breaches", "breaches"]
_HELD_BACK = frozenset(
    {"payloads", "consents", "departures", "dlp_counted", "dlp_exceptions", "dlp_items"}
)


class RetentionLine(Struct, frozen=True, kw_only=True):
    """How long a school's records of one kind are kept, and how many the next night erases.

    `on_hold` counts the people whose payloads, consents, departures and DLP events stay, because
    they are on hold. The files of DLP records that were read, looks at the queue, gaps of the feed
    and tests of rules go by no school's days.
    """

    school: str
    records: Records
    days: int
    older_than: date
    due: int
    on_hold: int = 0


def preview(bench: Bench, school: str | None = None) -> tuple[RetentionLine, ...]:
    """What the next night of one school, or of all, erases; raises PackRefused."""
    wanted = [school] if school else schools(bench.packs_dir)
    lines = [line for one in wanted for line in _lines(bench, load_rules(bench.packs_dir, one))]
    return tuple(lines) if school else (*lines, *_of_none(bench))


def erase(bench: Bench, wanted: Iterable[str]) -> None:
    """Erase what is old of these schools, and passwords that nobody collected in time.

    A school whose pack cannot be read keeps everything: nobody can tell for how long.
    """
    now = bench.now()
    bench.store.secrets.purge_expired(now)

    def without_people(report: bytes) -> bytes:
        return _without_people(report, school_day(now))

    for school in wanted:
        try:
            rules = load_rules(bench.packs_dir, school)
        except PackRefused:
            continue
        with bench.store.transaction():
            bench.store.holds.lock()
            bench.store.breaches.lock()
            bench.store.data_requests.lock()
            bench.store.departures.lock()
            bench.store.retention.erase(school, _cuts(bench, rules), without_people)
    for kind, before in _longest(bench).items():
        bench.store.retention.erase_of_none(kind, before)


def _lines(bench: Bench, rules: Rules) -> Iterable[RetentionLine]:
    cuts = _cuts(bench, rules)
    for kind, count in bench.store.retention.old(rules.school, cuts).items():
        yield RetentionLine(
            school=rules.school,
            records=kind,
            days=(school_day(bench.now()) - school_day(cuts.of(kind))).days,
            older_than=school_day(cuts.of(kind)),
            due=count,
            on_hold=len(cuts.keep) if kind in _HELD_BACK else 0,
        )


def _of_none(bench: Bench) -> Iterable[RetentionLine]:
    for kind, before in _longest(bench).items():
        yield RetentionLine(
            school="",
            records=kind,
            days=(school_day(bench.now()) - school_day(before)).days,
            older_than=school_day(before),
            due=bench.store.retention.old_of_none(kind, before),
        )


def _longest(bench: Bench) -> dict[SchoolsNone, datetime]:
    """What is no school's stays as long as in the school that keeps it longest.

    Files, gaps and tests of rules stay as long as DLP events. Nothing goes where a pack cannot be
    read.
    """
    try:
        kept = [load_rules(bench.packs_dir, one).retention for one in schools(bench.packs_dir)]
    except PackRefused:
        return {}
    if not kept:
        return {}
    now = bench.now()
    days = max(max(one.dlp_counted_days, one.dlp_exceptions_days) for one in kept)
    events = now - timedelta(days=days)
    looks = years_before(now, max(one.looks_years for one in kept))
    return {
        "dlp_imports": events,
        "looks": looks,
        "dlp_gaps": events,
        "dlp_proofs": events,
    }


def _days(rules: RetentionRules) -> dict[str, int]:
    return {
        "rosters": rules.rosters_days,
        "plans": rules.plans_days,
        "payloads": rules.payloads_days,
        "dlp_counted": rules.dlp_counted_days,
        "dlp_exceptions": rules.dlp_exceptions_days,
        "no_breaches": rules.no_breach_days,
    }


def _cuts(bench: Bench, rules: Rules) -> Cuts:
    now = bench.now()
    holds = bench.store.holds.active(rules.school, school_day(now))
    longer = {
        "requests": years_before(now, rules.retention.requests_years),
        "disputed_requests": years_before(now, rules.retention.disputed_requests_years),
    }
    requests = _Requests.of(bench, rules.school, longer)
    held = frozenset(hold.person for hold in holds) | requests.people
    departures = bench.store.departures.of([rules.school])
    gone = years_before(now, rules.retention.departures_years)
    departed = _departed_before(bench, rules.school, departures, gone, held)
    keep = held | _evidence((one for one in departures if one.id not in departed), now)
    ages = {kind: now - timedelta(days=days) for kind, days in _days(rules.retention).items()}
    consents = years_before(now, rules.consent.evidence_retention_years)
    left = _left_before(bench, rules.school, consents)
    breaches = years_before(now, rules.retention.breaches_years)
    entries = _Entries.of(bench, rules.school, {**ages, "breaches": breaches})
    return Cuts(
        **ages,
        consents=consents,
        departures=gone,
        breaches=breaches,
        **longer,
        answered=requests.answered,
        open_items=bench.store.dlp_ageing.open_items(rules.school),
        closed=entries.closed,
        departed=departed,
        incidents=entries.incidents,
        keep=keep,
        left={pupil: rows for pupil, rows in left.items() if pupil not in keep},
    )


class _Entries(Struct, frozen=True):
    """Of the breach register: what goes, by what it was, and the DLP incidents of what stays.

    The item of the queue that an entry was made of is named among the incidents.
    """

    closed: dict[_Outcome, dict[str, int]]
    incidents: frozenset[str]

    @classmethod
    def of(cls, bench: Bench, school: str, cuts: Mapping[str, datetime]) -> Self:
        """Those of a school, as they stand at this moment."""
        today = school_day(bench.now())
        closed: dict[_Outcome, dict[str, int]] = {"no_breaches": {}, "breaches": {}}
        incidents: set[str] = set()
        for (_, breach), rows in bench.store.breaches.all(school).items():
            now = standing(rows)
            kind: _Outcome = "breaches" if now.was_breach else "no_breaches"
            held = now.facts.hold_until is not None and now.facts.hold_until >= today
            if now.closed is not None and now.closed.at < cuts[kind] and not held:
                closed[kind][breach] = len(rows)
            else:
                incidents.update(now.facts.incidents)
                incidents.add(now.source.removeprefix("dlp:"))
        return cls(closed, frozenset(incidents))


class _Requests(Struct, frozen=True):
    """Of the requests about somebody's data: what goes, and whom the open ones are about."""

    answered: dict[Answered, dict[str, int]]
    people: frozenset[PersonKey]

    @classmethod
    def of(cls, bench: Bench, school: str, cuts: Mapping[str, datetime]) -> Self:
        """Those of a school, as they stand at this moment."""
        answered: dict[Answered, dict[str, int]] = {"requests": {}, "disputed_requests": {}}
        people: set[PersonKey] = set()
        for (_, request), rows in bench.store.data_requests.of_schools([school]).items():
            now = requested(rows)
            kind: Answered = "disputed_requests" if now.was_disputed else "requests"
            if now.closed is None:
                if key := about_key(school, now.logged.about):
                    people.add(key)
            elif now.closed.at < cuts[kind]:
                answered[kind][request] = len(rows)
        return cls(answered, frozenset(people))


def _evidence(departures: Iterable[Departure], now: datetime) -> frozenset[PersonKey]:
    """Whoever left by one of these of which all evidence is kept (law A3.6)."""
    return frozenset(
        one.person for one in departures if one.person is not None and one.keeps and one.stands(now)
    )


def _departed_before(
    bench: Bench,
    school: str,
    departures: Sequence[Departure],
    moment: datetime,
    held: Container[PersonKey],
) -> frozenset[str]:
    """The departures that ended before this moment and have no effect any more.

    One that stands keeps its person out, and one that was withdrawn keeps a block until the head
    agrees: either stays until a roster of all staff lists the person no more.
    """
    now = bench.now()
    over = [one for one in departures if one.over(moment, now)]
    roster = latest_roster(bench, school) if over else None
    if roster is None:
        return frozenset()
    everybody = speaks_for(roster, Kind.STAFF)
    here = _listed(roster, school_day(now))
    holders = {link.object_id: key for key, link in bench.store.links.of(school).items()}
    found = ((one, one.person or holders.get(one.object_id)) for one in over)
    return frozenset(
        one.id
        for one, person in found
        if person is None
        or (person not in held and (one.never_was or (everybody and person not in here)))
    )


def _left_before(bench: Bench, school: str, moment: datetime) -> dict[PersonKey, int]:
    """The pupils with consents who left before this moment, and how many rows each has.

    Where nobody knows when a pupil left who is on the roster no more, the last row tells.
    """
    silent = bench.store.consents.silent_since(school, moment)
    roster = latest_roster(bench, school) if silent else None
    if roster is None:
        return {}
    day = school_day(moment)
    here = _listed(roster, day)
    links = bench.store.links.of(school)
    left_on = {key: link.left_on for key, link in links.items() if link.left_on is not None}
    return {
        pupil: rows
        for pupil, rows in silent.items()
        if pupil not in here and left_on.get(pupil, date.min) < day
    }


def _listed(roster: Roster, day: date) -> set[PersonKey]:
    """Whom a roster lists and who had not left on this day; whoever is frozen is listed."""
    here = {one.key for one in roster.frozen}
    return here | {one.key for one in roster.people if not one.has_left(day)}


def _without_people(encoded: bytes, day: date) -> bytes:
    """The report of a run with its counts and reasons, without anything about one person."""
    report = msgspec.msgpack.decode(encoded, type=RunReport)
    kept = msgspec.structs.replace(
        report,
        changes=(),
        held=(),
        unchanged_people=(),
        problems=(),
        holds_ending=(),
        worklist=None,
        erased=day,
        returned=report.returned and msgspec.structs.replace(report.returned, reason=""),
    )
    return msgspec.msgpack.encode(kept)
