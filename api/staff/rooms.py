"""The register of routes and pages: each names its method, its path and the permission it needs.

A route that is not registered here is not served, and a room without a row in the table of
`tests/staff/test_rooms.py` fails the build. docs/adding-routes.md says how to add one.
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request
from msgspec import Struct
from starlette.routing import compile_path

from api.permissions import PROVED_TO_READ, PROVED_TO_WRITE, Permission, Who
from api.staff.home import COOKIE, demand, demand_own_form, home_of

Handler = Callable[..., Any]


class Room(Struct, frozen=True):
    """One route or page; `needs` is None where nobody has to be signed in."""

    method: str
    path: str
    needs: Permission | None


class Rooms:
    """Rooms that are entered in one way: by token (the API) or by session (the console)."""

    def __init__(
        self, guards: Callable[[Permission, str], list[Handler]], *, documented: bool
    ) -> None:
        self.router = APIRouter(include_in_schema=documented)
        self.list: list[Room] = []
        self._guards = guards

    def get(
        self, path: str, needs: Permission | None, **options: Any
    ) -> Callable[[Handler], Handler]:
        """Register what reads."""
        return self._add("GET", path, needs, options)

    def post(
        self, path: str, needs: Permission | None, **options: Any
    ) -> Callable[[Handler], Handler]:
        """Register what writes."""
        return self._add("POST", path, needs, options)

    def _add(
        self, method: str, path: str, needs: Permission | None, options: dict[str, Any]
    ) -> Callable[[Handler], Handler]:
        self.list.append(Room(method, path, needs))
        guards = [] if needs is None else [Depends(one) for one in self._guards(needs, method)]
        guards += options.pop("dependencies", [])
        return self.router.api_route(path, methods=[method], dependencies=guards, **options)


def by_token(needs: Permission, method: str) -> list[Handler]:
    """The guards of an API route."""

    def enter(request: Request) -> None:
        who = home_of(request).by_token(request.headers.get("authorization", ""))
        _let_in(request, who, needs, method)

    return [enter]


def by_session(needs: Permission, method: str) -> list[Handler]:
    """The guards of a page; what writes also proves that its form is of this session."""

    def enter(request: Request) -> None:
        who = home_of(request).by_cookie(request.cookies.get(COOKIE, ""))
        _let_in(request, who, needs, method)

    return [enter] if method == "GET" else [enter, own_form]


def _let_in(request: Request, who: Who, needs: Permission, method: str) -> None:
    """`state.who` is the person as far as this room goes, `state.person` all of them."""
    demand(who, needs)
    if needs in (PROVED_TO_READ if method == "GET" else PROVED_TO_WRITE):
        home_of(request).demand_proved(who)
    request.state.person, request.state.who = who, who.inside(needs)


def page_of(path: str) -> str:
    """The page that a form stands on, by where the form is sent: itself, or what it is below."""
    while path:
        found = [one for one in console.list if compile_path(one.path)[0].fullmatch(path)]
        plainest = min((one.path.count("{") for one in found), default=0)
        if any(one.method == "GET" and one.path.count("{") == plainest for one in found):
            return path
        path = path.rpartition("/")[0]
    return "/"


async def own_form(request: Request) -> None:
    """Raises Problem for a form of another session; the form is small and parsed already."""
    form = await request.form()
    demand_own_form(request.cookies.get(COOKIE, ""), str(form.get("form_token", "")))


api = Rooms(by_token, documented=True)
console = Rooms(by_session, documented=False)
