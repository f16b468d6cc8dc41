"""The pictures: as SVG for pages, as numbers for programs, and the page that has them all."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import Query, Request
from fastapi.responses import Response
from msgspec import Struct

from api.permissions import AppRole, Permission, Who
from api.problems import Problem
from api.staff.consent_reach import AskedSchool, school_of, whole_school
from api.staff.counted import Counted, Counts
from api.staff.drawing import HEADERS, Scheme, rows, svg
from api.staff.home import Caller, Home, Staff
from api.staff.pages import page
from api.staff.rooms import api, console
from api.staff.shapes_consents import answers
from graphsync import pictures
from graphsync.consent_report import Funnel
from graphsync.consent_standing import licensed, standing
from graphsync.dlp_months import months
from graphsync.licence_desk import ForecastDocument, day_one, forecast
from graphsync.pictures import Picture
from graphsync.trouble import Refusal
from policies.school_days import school_day

Sku = Annotated[str, Query(max_length=100, description="one subscription, the first without")]
AskedScheme = Annotated[Scheme, Query()]
_EXAMPLE = {
    "name": "consents",
    "title": "From asking to licence",
    "shape": "bars",
    "unit": "pupils",
    "labels": ["on roll", "asked"],
    "series": [{"name": "pupils", "values": [1204, 1190]}],
    "found": "840 of 1,204 pupils have a form that counts.",
    "do": "The longest step down is where to work.",
}


class Asked(Struct, frozen=True):
    """Whose picture of what."""

    home: Home
    who: Who
    counts: Counted
    school: str
    sku: str = ""


class Plot(Struct, frozen=True):
    """A picture of the console: who may see it, what it shows, and how it is made."""

    name: str
    needs: Permission
    says: str
    made: Callable[[Asked], Picture]


class Shown(Struct, frozen=True):
    """A picture on a page: where its image is, and the table beside it."""

    picture: Picture
    school: str
    says: str
    path: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def suppressed(who: Who) -> bool:
    """Whether small numbers are hidden: from whoever only assures."""
    return AppRole.VIEWER in who.roles


def _accounts(asked: Asked) -> Picture:
    return pictures.accounts(asked.home.bench, [asked.school])


def _durations(asked: Asked) -> Picture:
    return pictures.durations(asked.home.bench, [asked.school])


def _consents(asked: Asked) -> Picture:
    bench, school = asked.home.bench, asked.school
    told = asked.counts.of(("standing", school), lambda: standing(bench, school)).told
    if told is None:
        return pictures.consents(Funnel(pupils=0, asked=0, answered=0, verified=0))
    try:
        held = licensed(asked.counts.of(("list", school), lambda: day_one(bench, school)).told)
    except Refusal:  # nobody has looked at the tenant yet
        held = None
    return pictures.consents(msgspec.structs.replace(told.funnel, licensed=held))


def _licences(asked: Asked) -> Picture:
    bench, school = asked.home.bench, asked.school
    told: ForecastDocument = asked.counts.of(
        ("forecast", school), lambda: forecast(bench, school)
    ).told
    named = [one for one in told.items if asked.sku in {"", one.pool.sku}]
    if named:
        return pictures.licences(named[0], told.as_of)
    if asked.sku:
        raise Problem(404, "no_such_subscription", "The pack of this school names no such one.")
    return pictures.no_licences()


def _mails(asked: Asked) -> Picture:
    hide, since = suppressed(asked.who), _year_ago(school_day(asked.home.bench.now()))
    told = asked.counts.of(
        ("mails", asked.school, str(hide)),
        lambda: months(asked.home.bench, [asked.school], since, suppressed=hide),
    ).told
    return pictures.mails(told)


PLOTS: Mapping[str, Plot] = {
    one.name: one
    for one in (
        Plot(
            "accounts",
            Permission.SEE_RUNS,
            "How many accounts were made, blocked, opened again or deleted, night by night.",
            _accounts,
        ),
        Plot(
            "consents",
            Permission.SEE_CONSENTS,
            "How many pupils were asked, have an answer, have a form that counts, and a licence.",
            _consents,
        ),
        Plot(
            "licences",
            Permission.SEE_LICENCES,
            "How many units will be in use, and the day on which there are none left.",
            _licences,
        ),
        Plot(
            "mails",
            Permission.SEE_DLP_TRENDS,
            "On how many mails a data-loss rule fired, and how many it did not block.",
            _mails,
        ),
        Plot(
            "durations",
            Permission.SEE_RUNS,
            "How long each of the last thirty runs took, from its first change to its last.",
            _durations,
        ),
    )
}


def _year_ago(today: date) -> date:
    """The first day of the month after the same one a year ago: twelve months with this one."""
    begin = (today - pictures.MONTHS).replace(day=1)
    return begin.replace(month=begin.month % 12 + 1, year=begin.year + begin.month // 12)


def seen(
    home: Home, who: Who, counts: Counted, plot: str, school: str, sku: str = ""
) -> Shown | None:
    """A picture as a page shows it; None where the person may not see it or nothing is known."""
    one = PLOTS[plot]
    if not who.inside(one.needs).reach.all_of(school):
        return None
    try:
        picture = one.made(Asked(home, who, counts, school, sku))
    except (Refusal, Problem):
        return None
    path = f"/plots/{plot}.svg?{urlencode({'school': school} | ({'sku': sku} if sku else {}))}"
    return Shown(picture, school, one.says, path, tuple(rows(picture)))


def _serve(plot: Plot) -> None:
    def drawn(
        home: Staff,
        who: Caller,
        counts: Counts,
        school: AskedSchool = None,
        sku: Sku = "",
        scheme: AskedScheme = Scheme.LIGHT,
    ) -> Response:
        """The image."""
        picture = plot.made(Asked(home, who, counts, whole_school(who, school), sku))
        return Response(svg(picture, scheme), media_type="image/svg+xml", headers=HEADERS)

    def told(
        home: Staff, who: Caller, counts: Counts, school: AskedSchool = None, sku: Sku = ""
    ) -> Any:
        """The same numbers as in the picture; null is hidden or not known."""
        asked = Asked(home, who, counts, whole_school(who, school), sku)
        return msgspec.to_builtins(plot.made(asked))

    console.get(f"/plots/{plot.name}.svg", plot.needs)(drawn)
    api.get(
        f"/api/v1/series/{plot.name}",
        plot.needs,
        name=f"series_{plot.name}",
        responses=answers(_EXAMPLE, 404, 409, 422),
        summary=plot.says,
    )(told)


for _plot in PLOTS.values():
    _serve(_plot)


@console.get("/pictures", Permission.SEE_TODAY)
def all_of_them(
    request: Request, home: Staff, who: Caller, counts: Counts, school: AskedSchool = None
) -> Response:
    """Every picture that this person may see, of one school."""
    here = school_of(who, school) if school or who.reach.schools else ""
    if who.reach.years_of(here):
        here = ""
    shown = [seen(home, who, counts, name, here) for name in PLOTS] if here else []
    return page(
        request,
        "pictures.html",
        who,
        school=here,
        schools=sorted(who.reach.schools),
        shown=[one for one in shown if one is not None],
    )
