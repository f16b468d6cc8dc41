"""The pack of a term for governors: counted out of what is stored, nobody named (law B9, task 1).

What stands *today* is told as of today, also in the pack of a term that is over.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.licence_scene import LicenceScene, licence_scene, snapshot_of
from graphsync.licence_views import LIVE, licence_list, unlinked
from graphsync.store.chain import Head
from graphsync.store.links import Link
from graphsync.store.runs import State as RunState
from graphsync.trouble import Refusal
from policies.breaches import kept_time, standing
from policies.departures import WAITING, Departure, Did
from policies.departures import State as DepartureState
from policies.pack_loading import load_layers, rules_of
from policies.people import Kind, PersonKey, Roster
from policies.policy_findings import overdue
from policies.rules import Rules
from policies.school_days import LONDON, school_day
from policies.termly import (
    NOT_MEASURED,
    Clocks,
    Facts,
    Figure,
    Joined,
    Left,
    Mails,
    Seen,
    figures,
)
from policies.terms import Term, term_on, terms_back

_FAILED = frozenset({RunState.REFUSED, RunState.BROKEN})


class TermlyPack(Struct, frozen=True, kw_only=True):
    """One school and one term. `head` is the journal's, for the minutes: row number and hash."""

    school: str
    name: str
    term: str
    title: str
    begin: date
    end: date
    running: bool
    counted_at: datetime
    figures: tuple[Figure, ...]
    not_measured: tuple[str, ...]
    head: Head


class _Span(Struct, frozen=True):
    """A term in moments: its first, the first behind it; `now` is when it is counted."""

    begin: datetime
    behind: datetime
    now: datetime

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.begin <= moment < self.behind

    @property
    def at(self) -> datetime:
        """Now, or the end of a term that is over."""
        return min(self.now, self.behind)


def terms(bench: Bench, school: str) -> tuple[Term, ...]:
    """The terms since the school's first run, the newest first; always the present one."""
    today = school_day(bench.now())
    first = bench.store.runs.first(school)
    return tuple(terms_back(today, school_day(first) if first else today))


def termly_pack(bench: Bench, school: str, term: Term) -> TermlyPack:
    """The pack; raises Refusal for a term that has not begun, PackRefused as `load_rules` does."""
    now = bench.now()
    if term.begin > school_day(now):
        raise Refusal(f"{term.title} begins on {term.begin}: there is nothing to tell of it yet")
    span = _Span(_midnight(term.begin), _midnight(term.end + timedelta(days=1)), now)
    layers = load_layers(bench.packs_dir, school)
    rules = rules_of(layers)
    facts = _facts(bench, rules, span, len(overdue(layers, school_day(now))))
    return TermlyPack(
        school=school,
        name=rules.name,
        term=term.name,
        title=term.title,
        begin=term.begin,
        end=term.end,
        running=term == term_on(school_day(now)),
        counted_at=now,
        figures=figures(facts),
        not_measured=NOT_MEASURED,
        head=bench.store.journal.head(),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _facts(bench: Bench, rules: Rules, span: _Span, policies: int) -> Facts:
    school, store = rules.school, bench.store
    runs = store.tallies.of_term(school, span.begin, span.behind)
    latest = store.exports.latest(school, span.now)
    roster = latest_roster(bench, school)
    links = store.links.of(school)
    scene = _scene(bench, rules, roster)
    mail = store.tallies.mail([school], span.now)
    feed = store.dlp_feeds.of(bench.tenant.tenant_id)
    read = [feed.succeeded_at if feed else None, store.dlp_events.newest(school)]
    decided = store.dlp_moves.decisions([school], contrary=True)
    return Facts(
        at=span.at,
        now=span.now,
        runs=tuple((str(state), at) for state, at in runs),
        roster_at=min(latest.accepted_at, span.at) if latest else None,
        joined=_joined(roster, links, span),
        left=_left(roster, links, scene, store.departures.of([school]), span),
        seen_at=_seen_at(bench, school) if scene else None,
        seen=_seen(roster, scene) if roster and scene else Seen(),
        mail_at=max((one for one in read if one is not None), default=None),
        mail=Mails(
            open=mail.open,
            overdue=mail.overdue,
            overruled=sum(span.holds(one.at) for _, one in decided),
        ),
        clocks=_clocks(bench, school, span),
        overdue=policies,
    )


def _scene(bench: Bench, rules: Rules, roster: Roster | None) -> LicenceScene | None:
    """The school as the tenant was seen last; None where either was never read."""
    if roster is None:
        return None
    try:
        return licence_scene(bench, rules, roster, snapshot_of(bench))
    except Refusal:
        return None


def _seen_at(bench: Bench, school: str) -> datetime | None:
    """When a run looked at the tenant last: the mirror itself keeps no moment."""
    ran = [
        at for of, state, _, at in bench.store.runs.tally() if of == school and state not in _FAILED
    ]
    return max(ran, default=None)


def _joined(roster: Roster | None, links: dict[PersonKey, Link], span: _Span) -> Joined:
    """Those whose first day was in the term; who had an account before us has no lead time."""
    first, last = school_day(span.begin), school_day(span.at)
    people = roster.people if roster else ()
    joined = [one for one in people if one.starts and first <= one.starts <= last]
    lead = [
        (one.starts - school_day(links[one.key].linked_at)).days
        for one in joined
        if one.starts and one.key in links and links[one.key].how == "created"
    ]
    return Joined(tuple(lead), sum(one.key not in links for one in joined))


def _left(
    roster: Roster | None,
    links: dict[PersonKey, Link],
    scene: LicenceScene | None,
    departures: Iterable[Departure],
    span: _Span,
) -> Left:
    """Each leaver once: a departure by its hour, anybody else by the end of the last day."""
    blocked: list[timedelta] = []
    unblocked: set[str] = set()
    told: set[str] = set()
    for one in departures:
        told.add(one.object_id)
        if one.state(span.now) in WAITING:
            unblocked.add(one.object_id)
        elif span.holds(one.leaves_at) and (done := _done_at(one)):
            blocked.append(max(done - one.leaves_at, timedelta()))
    for link in links.values():
        if link.object_id in told or link.left_on is None or link.blocked_by_us_at is None:
            continue
        over = _midnight(link.left_on + timedelta(days=1))
        if span.holds(over - timedelta(microseconds=1)):
            blocked.append(max(link.blocked_by_us_at - over, timedelta()))
    today = school_day(span.now)
    for person in roster.people if roster and scene else ():
        link_of = links.get(person.key)
        if person.has_left(today) and link_of and scene and _signs_in(scene, link_of.object_id):
            unblocked.add(link_of.object_id)
    return Left(tuple(blocked), len(unblocked))


def _done_at(departure: Departure) -> datetime | None:
    """When its block was seen in the tenant, or somebody said so; None for one withdrawn."""
    if departure.last(Did.WITHDRAWN):
        return None
    done = (DepartureState.DONE, DepartureState.CONFIRMED)
    return next(
        (
            move.at
            for move in departure.moves
            if move.did is Did.CONFIRMED or (move.did is Did.ACTED and move.state in done)
        ),
        None,
    )


def _seen(roster: Roster, scene: LicenceScene) -> Seen:
    """Accounts that can sign in and belong to nobody; and pupils' licences without a consent."""
    strangers = [
        one
        for one in unlinked(scene)
        if one.account_enabled and one.is_member and one.id not in scene.protected
    ]
    here = {one.key for one in roster.people} | {one.key for one in roster.frozen}
    unlisted = [
        link
        for key, link in scene.links.items()
        if key not in here and _signs_in(scene, link.object_id)
    ]
    uncovered = {
        one.person
        for one in licence_list(scene).items
        if one.kind is Kind.PUPIL and one.enabled and one.consent != LIVE
    }
    return Seen(strangers=len(strangers), unlisted=len(unlisted), unconsented=len(uncovered))


def _signs_in(scene: LicenceScene, object_id: str) -> bool:
    account = scene.snapshot.accounts.get(object_id)
    return (
        account is not None and bool(account.account_enabled) and object_id not in scene.protected
    )


def _clocks(bench: Bench, school: str, span: _Span) -> Clocks:
    """The breaches of which the school became aware in the term; suspicions by when they came."""
    found = [standing(rows) for rows in bench.store.breaches.all(school).values()]
    kept = [
        kept_time(one, span.now) for one in found if one.was_breach and span.holds(one.aware_at)
    ]
    suspected = sum(
        one.aware_at is None and one.closed is None and span.holds(one.opened.at) for one in found
    )
    return Clocks(
        in_time=kept.count(True),
        late=kept.count(False),
        running=kept.count(None),
        suspected=suspected,
    )
