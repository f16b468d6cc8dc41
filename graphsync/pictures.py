"""What the console draws, as numbers: one value a point, the same for picture, table and API.

None of them names a person. A number that is None is hidden or was never told.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_report import Funnel
from graphsync.dlp_months import Mails
from graphsync.store.tallies import Span
from policies.forecasting import Forecast, Outlook, Scenario

NIGHTS = 30
SPANS = 30
FORECAST_POINTS = 12
MONTHS = timedelta(days=365)
ACCOUNTS = {  # the operation of the journal -> its words
    "create_user": "new",
    "enable_user": "opened again",
    "disable_user": "blocked",
    "delete_user": "deleted",
}


class Shape(StrEnum):
    """How the numbers are best looked at."""

    STACKED = "stacked bars"
    BARS = "bars"
    LINES = "lines"


class Series(Struct, frozen=True):
    """One line of numbers, one for each label of its picture."""

    name: str
    values: tuple[float | None, ...]


class Picture(Struct, frozen=True, kw_only=True):
    """Labels along, series up; `unit` is what the numbers count, `found` what they come to."""

    name: str
    title: str
    shape: Shape
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    found: str
    do: str

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for one in self.series for value in one.values)


def accounts(bench: Bench, schools: Collection[str]) -> Picture:
    """What was done to accounts in each of the last thirty nights, as the journal tells."""
    now = bench.now()
    days = [(now - timedelta(days=back)).astimezone(UTC).date() for back in reversed(range(NIGHTS))]
    since = datetime.combine(days[0], datetime.min.time(), UTC)
    found: defaultdict[tuple[date, str], int] = defaultdict(int)
    for one in bench.store.tallies.nights(schools, sorted(ACCOUNTS), since):
        found[date.fromisoformat(one.day), one.operation] += one.number
    series = tuple(
        Series(words, tuple(found[day, operation] for day in days))
        for operation, words in ACCOUNTS.items()
    )
    totals = ", ".join(f"{int(sum(map(_number, one.values))):,} {one.name}" for one in series)
    return Picture(
        name="accounts",
        title="Accounts, night by night",
        shape=Shape.STACKED,
        unit="accounts",
        labels=tuple(f"{day:%d %b}" for day in days),
        series=series,
        found=f"In {NIGHTS} days: {totals}.",
        do="A night that stands out has a run that says why: open it under Runs.",
    )


def durations(bench: Bench, schools: Collection[str]) -> Picture:
    """How long the newest runs took to be carried out, in seconds."""
    spans = bench.store.tallies.spans(schools, SPANS)
    seconds = [round((one.ended - one.begun).total_seconds(), 1) for one in spans]
    longest = max(zip(seconds, spans, strict=True), key=lambda one: one[0], default=None)
    return Picture(
        name="durations",
        title="How long runs take",
        shape=Shape.BARS,
        unit="seconds",
        labels=tuple(_named(one) for one in spans),
        series=(Series("seconds", tuple(seconds)),),
        found=f"The longest took {longest[0]:,.0f} s ({longest[1].run})."
        if longest
        else "No run was carried out yet.",
        do="Runs that grow longer without more changes: look for throttling under Health.",
    )


def consents(funnel: Funnel) -> Picture:
    """How far the asking has come; each bar is a part of the one before."""
    steps = {
        "on roll": funnel.pupils,
        "asked": funnel.asked,
        "answered": funnel.answered,
        "verified": funnel.verified,
        "licensed": funnel.licensed,
    }
    told = {name: number for name, number in steps.items() if number is not None}
    return Picture(
        name="consents",
        title="From asking to licence",
        shape=Shape.BARS,
        unit="pupils",
        labels=tuple(told),
        series=(Series("pupils", tuple(told.values())),),
        found=f"{funnel.verified:,} of {funnel.pupils:,} pupils have a form that counts.",
        do="The longest step down is where to work: ask, remind, or check forms that wait.",
    )


def licences(forecast: Forecast, tonight: date) -> Picture:
    """Units of one subscription in use from tonight on, in two scenarios, against those bought."""
    bought = forecast.pool.bought
    shown = [one for one in forecast.outlooks if one.scenario is not Scenario.ASKED_YES]
    days = _points(shown, tonight)
    series = [
        Series(f"used, {one.scenario}", tuple(_used(one, forecast, day) for day in days))
        for one in shown
    ]
    known = next(one for one in shown if one.scenario is Scenario.AS_KNOWN)
    found = (
        f"It runs out on {known.runs_out:%d %b %Y}." if known.runs_out else "No run-out in sight."
    )
    return Picture(
        name="licences",
        title=f"{forecast.pool.sku}: used of bought",
        shape=Shape.LINES,
        unit="units",
        labels=tuple(f"{day:%d %b %Y}" for day in days),
        series=(*series, Series("bought", (bought,) * len(days))),
        found=f"{forecast.pool.consumed:,} of {bought:,} used. {found}",
        do="Order before the day on which the line of use reaches what is bought, or free units"
        " that serve nobody (Licences, For nothing).",
    )


def no_licences() -> Picture:
    """For a school whose pack names no subscription."""
    return Picture(
        name="licences",
        title="Licences used of bought",
        shape=Shape.LINES,
        unit="units",
        labels=(),
        series=(),
        found="The pack of this school names no subscription.",
        do="Name those that pupils and staff are given in the pack, under licences.",
    )


def mails(told: Sequence[Mails]) -> Picture:
    """Mails on which a rule fired, by month: blocked and not blocked."""
    latest = told[-1] if told else None
    if latest is None:
        found = "No rule fired in twelve months. That is no proof: ask for a test of the rules."
    elif latest.not_blocked is None:
        found = "The numbers of the last month are too small to be shown."
    else:
        found = f"In {latest.month}: {latest.not_blocked:,} not blocked."
    return Picture(
        name="mails",
        title="Mail that the rules saw",
        shape=Shape.STACKED,
        unit="mails",
        labels=tuple(one.month for one in told),
        series=(
            Series("blocked", tuple(one.blocked for one in told)),
            Series("not blocked", tuple(one.not_blocked for one in told)),
        ),
        found=found,
        do="More that is not blocked: look at the rules in Purview, and who needs training.",
    )


def _number(value: float | None) -> float:
    return value or 0


def _named(span: Span) -> str:
    return f"{span.school} {span.begun:%d %b}"


def _points(outlooks: Sequence[Outlook], tonight: date) -> list[date]:
    """Tonight, the nights on which somebody goes without, and some between, in their order."""
    every = sorted({night.day for one in outlooks for night in one.nights})
    step = max(1, -(-len(every) // FORECAST_POINTS))
    ends = {one.runs_out for one in outlooks if one.runs_out}
    return sorted({tonight, *every[::step], *every[-1:], *ends})


def _used(outlook: Outlook, forecast: Forecast, day: date) -> int | None:
    """Units in use after a night; None after the night on which the outlook ends."""
    if outlook.runs_out and day > outlook.runs_out:
        return None
    before = [night.free for night in outlook.nights if night.day <= day]
    return forecast.pool.bought - (before[-1] if before else forecast.pool.free)
