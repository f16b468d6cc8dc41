"""Above the schools on Today: what waits, last night in numbers, gauges, mail, and the next run."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from api.permissions import Permission, Who
from api.staff.counted import Counted
from api.staff.home import Home
from api.staff.plots import suppressed
from api.staff.schedule import next_sync
from api.staff.today import SchoolToday, today
from api.staff.waiting import Wait, whole_for
from api.staff.waits import waits
from api.staff.waits_of_data import consent_standings
from graphsync.bench import Bench
from graphsync.consent_standing import together
from graphsync.dlp_months import Mails, lately
from graphsync.licence_desk import ForecastDocument, forecast
from graphsync.trouble import Refusal
from policies.forecasting import Scenario
from policies.pack_loading import schools
from policies.school_days import school_day

ENOUGH = 0.9  # of the pupils with a form that counts
SOON_DAYS = 30  # an order of licences takes a school some weeks


class Night(Struct, frozen=True, kw_only=True):
    """The last run of each school together; `changes` is empty for whoever may not see runs."""

    good: int
    waiting: int
    bad: int
    without: int
    changes: tuple[tuple[str, int], ...]
    held: int


class Gauge(Struct, frozen=True, kw_only=True):
    """So many of so many; `mood` is good, wait or bad, `note` says why."""

    name: str
    number: int
    of: int
    unit: str
    mood: str
    note: str
    path: str


class Headline(Struct, frozen=True, kw_only=True):
    """Mail in the last 30 days in a sentence; `mood` as of a gauge."""

    text: str
    mood: str


class Glance(Struct, frozen=True, kw_only=True):
    """Today as a person may see it. `counting` says that gauges are being counted just now."""

    day: date
    waiting: tuple[Wait, ...]
    night: Night
    gauges: tuple[Gauge, ...]
    counting: bool
    mail: Headline | None
    next_sync: datetime | None
    schools: tuple[SchoolToday, ...]


def glance(home: Home, who: Who, counts: Counted) -> Glance:
    """Everything on Today, by permission; nothing that takes long is waited for."""
    with home.bench.store.one_moment():
        return _glance(home, who, counts)


def _glance(home: Home, who: Who, counts: Counted) -> Glance:
    reached = sorted(who.reach.schools & set(schools(home.bench.packs_dir)))
    cards = today(home.bench, who)
    consents = _consent_gauges(home, counts, whole_for(who, Permission.SEE_CONSENTS, reached))
    licences = _licence_gauges(home, counts, whole_for(who, Permission.SEE_LICENCES, reached))
    return Glance(
        day=school_day(home.bench.now()),
        waiting=waits(home, who, counts, reached),
        night=_night(cards),
        gauges=(*(licences or ()), *(consents or ())),
        counting=licences is None or consents is None,
        mail=_mail(home, who, counts, whole_for(who, Permission.SEE_DLP_TRENDS, reached)),
        next_sync=next_sync(home) if who.inside(Permission.SEE_RUNS).reach.schools else None,
        schools=cards,
    )


def _night(cards: Sequence[SchoolToday]) -> Night:
    moods = Counter(one.mood for one in cards)
    changes: Counter[str] = Counter()
    for card in cards:
        changes.update(dict(card.changes))
    return Night(
        good=moods["good"],
        waiting=moods["wait"],
        bad=moods["bad"],
        without=moods["none"],
        changes=tuple(changes.items()),
        held=sum(one.held for one in cards),
    )


def _consent_gauges(
    home: Home, counts: Counted, reached: Sequence[str]
) -> tuple[Gauge, ...] | None:
    """One of all schools together; None before all were counted."""
    if not reached:
        return ()
    found = consent_standings(home, counts, reached)
    if found is None:
        return None
    told = together(one.funnel for one in found)
    if not told.pupils:
        return ()
    share = told.verified / told.pupils
    return (
        Gauge(
            name="Consents",
            number=told.verified,
            of=told.pupils,
            unit="pupils have a form that counts",
            mood="good" if share >= ENOUGH else "wait",
            note="",
            path="/consents",
        ),
    )


def _licence_gauges(
    home: Home, counts: Counted, reached: Collection[str]
) -> tuple[Gauge, ...] | None:
    """One of each subscription that a school in reach uses; None while it is counted."""
    if not reached:
        return ()
    kept = counts.lately(("forecast", ""), lambda: _forecast(home.bench))
    if kept is None:
        return None
    return tuple(_licence_gauges_of(kept.told, reached)) if kept.told else ()


def _forecast(bench: Bench) -> ForecastDocument | None:
    try:
        return forecast(bench, None)
    except Refusal:  # no roster, or nobody has looked at the tenant yet
        return None


def _licence_gauges_of(told: ForecastDocument, reached: Collection[str]) -> Iterable[Gauge]:
    for one in told.items:
        if not any(part.school in reached for part in one.parts):
            continue
        known = next(seen for seen in one.outlooks if seen.scenario is Scenario.AS_KNOWN)
        out = known.runs_out
        days = None if out is None else (out - told.as_of).days
        mood = "good" if days is None else "bad" if days <= SOON_DAYS else "wait"
        yield Gauge(
            name=one.pool.sku,
            number=one.pool.consumed,
            of=one.pool.bought,
            unit="licences used",
            mood=mood,
            note="no run-out in sight" if out is None else f"runs out on {out:%d.%m.%Y}",
            path="/licences/forecast",
        )


def _mail(home: Home, who: Who, counts: Counted, reached: Sequence[str]) -> Headline | None:
    if not reached:
        return None
    hide = suppressed(who)
    told: Mails | None = counts.of(
        ("mail lately", str(hide), *reached),
        lambda: lately(home.bench, reached, suppressed=hide),
    ).told
    if told is None:
        return Headline(
            text="No rule fired in 30 days: no proof that nothing went out. Is the feed connected,"
            " and do the rules bite?",
            mood="wait",
        )
    if told.blocked is None or told.not_blocked is None:
        return Headline(text="Fewer than 5 of a kind in 30 days: not shown.", mood="none")
    seen = told.blocked + told.not_blocked
    share = round(100 * told.not_blocked / seen)
    return Headline(
        text=f"{told.not_blocked:,} of {seen:,} mails not blocked in 30 days ({share}%).",
        mood="bad" if told.not_blocked else "good",
    )
