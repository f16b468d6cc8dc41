"""The console's pages, rendered: escaped by default, no script, nothing fetched from elsewhere."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from msgspec import Struct

from api.permissions import Permission, Who
from api.problems import NotProved, Problem
from api.staff.home import COOKIE, form_token, home_of
from api.staff.rooms import page_of
from policies.pack_loading import load_each
from policies.school_days import LONDON
from reports.run_page import environment

HERE = Path(__file__).parent


class Entry(Struct, frozen=True):
    """One entry of the navigation, shown to whoever has the permission.

    What is `behind` is not opened every day: whoever has many entries finds it under *More*.
    """

    title: str
    path: str
    needs: Permission
    behind: bool = False


MANY = 10  # entries that stand in one line of a usual window
NAVIGATION = (
    Entry("Today", "/", Permission.SEE_TODAY),
    Entry("Runs", "/runs", Permission.SEE_RUNS),
    Entry("People", "/people", Permission.SEE_PEOPLE),
    Entry("Leavers", "/leavers", Permission.SEE_DEPARTURES),
    Entry("Consents", "/consents", Permission.SEE_CONSENTS),
    Entry("Arrangements", "/arrangements", Permission.ARRANGE),
    Entry("Mail", "/mail", Permission.SEE_DLP),
    Entry("Breaches", "/breaches", Permission.SEE_BREACHES),
    Entry("Report a breach", "/breaches/report", Permission.REPORT_BREACHES, behind=True),
    Entry("Requests", "/requests", Permission.SEE_REQUESTS),
    Entry("Log a request", "/requests/log", Permission.LOG_REQUESTS, behind=True),
    Entry("Exports", "/exports", Permission.EXPORT_PEOPLE, behind=True),
    Entry("Licences", "/licences", Permission.SEE_LICENCES),
    Entry("Pictures", "/pictures", Permission.SEE_TODAY, behind=True),
    Entry("Policies", "/policies", Permission.SEE_POLICIES, behind=True),
    Entry("Filtering", "/filtering", Permission.SEE_FILTERING, behind=True),
    Entry("Termly pack", "/packs", Permission.SEE_PACKS, behind=True),
    Entry("Worklist", "/worklist", Permission.SEE_WORKLIST),
    Entry("Journal", "/journal", Permission.VERIFY_JOURNAL, behind=True),
    Entry("Health", "/service", Permission.SEE_HEALTH, behind=True),
    Entry("Access", "/access", Permission.NAME_DEPUTIES, behind=True),
    Entry("Looks", "/looks", Permission.SEE_LOOKS, behind=True),
)


def page(
    request: Request, name: str, who: Who | None, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page in the console's frame, with the navigation of this person."""
    cookie = request.cookies.get(COOKIE, "")
    # A room narrows who somebody is to itself; the navigation leads to the others.
    person: Who | None = who and getattr(request.state, "person", who)
    entries = [one for one in NAVIGATION if person is not None and person.may(one.needs)]
    here = _here(request.url.path)
    behind = [one for one in entries if one.behind and one.path != here and len(entries) > MANY]
    return HTMLResponse(
        _pages()
        .get_template(name)
        .render(
            who=who,
            entries=[one for one in entries if one not in behind],
            behind=behind,
            here=here,
            token=form_token(cookie) if cookie else "",
            named=_naming(request),
            by=_acting(request, person),
            **values,
        ),
        status,
    )


def problem_page(request: Request, problem: Problem, who: Who | None = None) -> HTMLResponse:
    """A refusal for people: what is wrong, how to mend it, and a way on."""
    again = isinstance(problem, NotProved)
    back = page_of(request.url.path) if again else "/"
    return page(
        request,
        "problem.html",
        who,
        problem.status,
        problem=problem,
        sign_in=f"/sign-in?page={quote(back)}" + ("&again=true" if again else ""),
    )


@cache
def style(colour: str) -> bytes:
    """The one style sheet, in the organisation's colour."""
    text = (HERE / "static" / "console.css").read_text("utf-8")
    return f":root {{ --brand: {colour}; --on-brand: {ink_on(colour)}; }}\n{text}".encode()


def ink_on(colour: str) -> str:
    """Black or white, whichever is easier to read on this colour (#rrggbb; WCAG 2.2, 1.4.3)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#ffffff"


def _naming(request: Request) -> Callable[[str], str]:
    """What tells a school's name by its id; the packs are read when a page first asks."""
    packs = cache(partial(load_each, home_of(request).bench.packs_dir))

    def named(school: str) -> str:
        rules, _ = packs()
        return rules[school].name if school in rules else school

    return named


def _acting(request: Request, person: Who | None) -> Callable[[str], str]:
    """What tells who did something: `you`, whom an account of the tenant is, else as it is kept."""
    bench = home_of(request).bench

    @cache
    def by(identity: str) -> str:
        if person is not None and identity == person.identity:
            return "you"
        account = identity.removeprefix("entra:")
        if account == identity:
            return identity
        seen = bench.store.mirror.some(bench.tenant.tenant_id, [account]).get(account)
        return (seen and seen.display_name) or identity

    return by


def _here(path: str) -> str:
    """The entry of the navigation that a page stands under."""
    found = [one.path for one in NAVIGATION if path == one.path or path.startswith(one.path + "/")]
    return found[-1] if found else ""


@cache
def _pages() -> Environment:
    pages = environment(HERE / "templates")
    pages.filters["clock"] = lambda moment: f"{moment.astimezone(LONDON):%H:%M}"
    return pages
