"""What `graphsync licences` prints for people: totals first, then the rows, within the terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from graphsync.licence_desk import ForecastDocument
from graphsync.licence_views import Holding, LicenceList, SkuTotals
from graphsync.licence_waste import Waste, WasteList, WasteTotals, Why
from policies.forecasting import HORIZON_DAYS, NOT_THERE, Forecast, Outlook, Pool
from reports.listing import plain, table
from reports.words import counted

_PEOPLE = ("person", "given_by", "consent", "beyond")
_WASTE = ("subject", "by", "sentence")


class Line(Struct, frozen=True, kw_only=True):
    """A holding as it is printed."""

    person: str
    sku: str
    given_by: str
    consent: str
    beyond: str


def list_text(told: LicenceList) -> str:
    """Day one as text: totals, then the people of each subscription."""
    head = f"{told.school}, as of {told.as_of}\n\n"
    if not told.totals:
        return f"{head}Nobody holds a licence.\n"
    totals = "".join(_totals(one) for one in told.totals)
    rest = counted(told.without, "linked person", "linked people")
    return f"{head}{totals}{rest} without any licence.\n{_by_sku(lines(told), _PEOPLE)}"


def _totals(one: SkuTotals) -> str:
    here = counted(one.people, "person", "people")
    ways = f"{one.direct:,} directly, {one.our_groups:,} by our groups"
    consent = f"{one.live:,} live, {one.contested:,} contested, {one.no_consent:,} none"
    lines = [
        f"{one.sku}: {one.bought:,} bought, {one.used:,} used in the tenant",
        f"{here} of the school: {ways}, {one.other_groups:,} by other groups",
        f"consent: {consent}; {one.beyond:,} with plans on beyond it",
        f"{counted(one.unlinked, 'account')} of nobody in the school's domain",
    ]
    return "\n  ".join(lines) + "\n"


def _by_sku(rows: Sequence[Line | Waste], columns: Sequence[str]) -> str:
    """A table for each subscription, under its name."""
    named = sorted({row.sku for row in rows})
    return "".join(
        f"\n{name}\n{table([row for row in rows if row.sku == name], columns)}" for name in named
    )


def lines(told: LicenceList) -> list[Line]:
    """The holdings as they are printed, for text and page."""
    return [
        Line(
            person=str(one.person),
            sku=one.sku,
            given_by=given_by(one),
            consent=_consent(one),
            beyond=", ".join(one.beyond),
        )
        for one in told.items
    ]


def given_by(one: Holding) -> str:
    """By which ways somebody has a subscription, in words."""
    ways = ["direct"] if one.direct else []
    ways += [f"our group {name}" for name in one.our_groups]
    ways += [f"group {name}, not ours" for name in one.other_groups]
    return "; ".join(ways) or "unknown"


def _consent(one: Holding) -> str:
    until = f" until {one.until}" if one.until else ""
    why = f": {one.why}" if one.why else ""
    return f"{one.consent}{until}{why}"


def waste_text(told: WasteList) -> str:
    """What is wasted as text: totals, then the units of each subscription."""
    head = f"{told.school}, as of {told.as_of}\n\n"
    notes = [*told.over, told.untold] if told.untold else told.over
    said = "".join(f"{note}\n" for note in notes) + ("\n" if notes else "")
    if not told.items:
        return f"{head}{said}No licence is wasted.\n"
    totals = "".join(f"{one.sku}: {_wasted(one)}\n" for one in told.totals)
    return f"{head}{said}{totals}{_by_sku(told.items, _WASTE)}"


def _wasted(one: WasteTotals) -> str:
    reasons = [
        f"{number:,} {why}" for why in Why if (number := getattr(one, why.replace(" ", "_")))
    ]
    return f"{counted(one.units, 'licence')}: {', '.join(reasons)}"


def forecast_text(document: ForecastDocument) -> str:
    """The forecasts as text."""
    parts = [f"As of {document.as_of}, over {HORIZON_DAYS} days\n"]
    parts += [_forecast_text(one) for one in document.items]
    if document.left_out:
        names = ", ".join(document.left_out)
        parts.append(f"Not counted, since they have no accepted roster: {names}\n")
    return "\n".join(parts)


def forecast_json(document: ForecastDocument) -> dict[str, Any]:
    """The forecasts for programs; what is free is said as well."""
    told: dict[str, Any] = plain(document)
    for item, one in zip(told["items"], document.items, strict=True):
        item["pool"]["free"] = one.pool.free
    return told


def _forecast_text(one: Forecast) -> str:
    pool = one.pool
    head = f"{pool.sku}: {pool.bought:,} bought, {pool.consumed:,} used, {pool.free:,} free\n"
    notes = "".join(f"  {note}\n" for note in _notes(pool))
    widest = max(len(outlook.scenario) for outlook in one.outlooks)
    days = "".join(
        f"  {outlook.scenario:{widest}}  {_runs_out(outlook)}\n" for outlook in one.outlooks
    )
    schools = table(one.parts, type(one.parts[0]).__struct_fields__) if one.parts else ""
    others = f"Held by others: {one.elsewhere:,}\n" if one.elsewhere > 0 else ""
    return f"{head}{notes}{days}{schools}{others}"


def _notes(pool: Pool) -> Iterator[str]:
    if pool.status == NOT_THERE:
        yield "the tenant has no such subscription"
    elif pool.status != "Enabled":
        yield f"Microsoft calls the subscription {pool.status}"
    if ended := pool.warning + pool.suspended:
        yield f"{ended:,} more units are of a subscription that has ended; none is given"


def _runs_out(one: Outlook) -> str:
    if one.runs_out is None:
        return f"not within {HORIZON_DAYS} days"
    return f"runs out on {one.runs_out}: {counted(one.refused, 'person', 'people')} without"
