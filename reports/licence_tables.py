"""What `graphsync licences` prints for people: totals first, then the rows, within the terminal."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from graphsync.licence_desk import ForecastDocument
from graphsync.licence_views import Holding, LicenceList
from graphsync.licence_waste import WasteList
from policies.forecasting import HORIZON_DAYS, Forecast, Outlook, Pool
from reports.listing import plain, table
from reports.words import counted

_TOTALS = (
    *("sku", "bought", "used", "people", "direct", "our_groups", "other_groups"),
    *("live", "contested", "no_consent", "beyond", "unlinked"),
)
_PEOPLE = ("person", "sku", "given_by", "consent", "beyond")
_WASTE = (
    "sku",
    "units",
    "leaver",
    "disabled",
    "wrong_kind",
    "no_consent",
    "never_signed_in",
    "not_used",
)


class Line(Struct, frozen=True, kw_only=True):
    """A holding as it is printed."""

    person: str
    sku: str
    given_by: str
    consent: str
    beyond: str


def list_text(told: LicenceList) -> str:
    """Day one as text."""
    head = f"{told.school}, as of {told.as_of}\n\n"
    if not told.totals:
        return f"{head}Nobody holds a licence.\n"
    rest = counted(told.without, "linked person", "linked people")
    return (
        f"{head}{table(told.totals, _TOTALS)}\n"
        f"{rest} without any licence.\n\n{table(lines(told), _PEOPLE)}"
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
    """What is wasted as text."""
    head = f"{told.school}, as of {told.as_of}\n\n"
    untold = f"{told.untold}\n\n" if told.untold else ""
    if not told.items:
        return f"{head}{untold}No licence is wasted.\n"
    rows = table(told.items, ("subject", "sku", "why", "by", "sentence"))
    return f"{head}{untold}{table(told.totals, _WASTE)}\n{rows}"


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
    if pool.status != "Enabled":
        yield f"the subscription is {pool.status}"
    if ended := pool.warning + pool.suspended:
        yield f"{ended:,} more units are of a subscription that has ended; none is given"


def _runs_out(one: Outlook) -> str:
    if one.runs_out is None:
        return f"not within {HORIZON_DAYS} days"
    return f"runs out on {one.runs_out}: {counted(one.refused, 'person', 'people')} without"
