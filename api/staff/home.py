"""What the staff application is made of, and who asks: handed to every room."""

import dataclasses
import hashlib
import hmac
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Annotated, Generic, TypeVar

import msgspec
from fastapi import Depends, Request

from api import access
from api.access import Access
from api.chores import Times
from api.permissions import Permission, Who, roles_in
from api.problems import NotProved, NotSignedIn, Problem
from api.running import Runner
from api.sign_in import SignIn
from api.staff.plan_memory import PlanMemory
from api.tokens import BadToken, Claims, NoKeys, Tokens
from graphsync.bench import Bench
from graphsync.report_memory import ReportMemory
from graphsync.settings import Loaded

SOME_YEARS = Problem(
    403,
    "some_years",
    "This is about a whole school, and you are given some of its years: ask somebody who reaches"
    " all of them.",
)
T = TypeVar("T")
COOKIE = "__Host-graphsync"
FLOW_COOKIE = "__Host-graphsync-sign-in"


@dataclass(frozen=True)
class Home:
    """One installation's staff side; `colour` is the organisation's, #rrggbb.

    `runner` carries out long work, `times` are those of the clock.
    `loaded` are the settings, for whoever looks after the installation.
    `step_up` is how many minutes a sign-in is fresh enough for what has no way back; 0 asks nobody
    again.
    """

    bench: Bench
    access: Access
    tokens: Callable[[], Tokens]
    sign_in: SignIn
    new_secret: Callable[[], str]
    colour: str
    runner: Runner
    times: Times
    loaded: Loaded
    step_up: int = 10
    reports: ReportMemory = field(default_factory=ReportMemory)
    plans: PlanMemory = field(default_factory=PlanMemory)

    def bench_of(self, who: Who) -> Bench:
        """The bench on which this person asks."""
        return dataclasses.replace(self.bench, requester=who.identity)

    def by_token(self, header: str) -> Who:
        """Whoever a bearer token speaks for; raises NotSignedIn, Problem."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn(
                "This needs an access token of Entra: Authorization: Bearer TOKEN, with the scope"
                " access_as_user of this app."
            )
        try:
            claims = self.tokens().access(token.strip())
        except BadToken as problem:
            raise NotSignedIn(
                f"The token is not taken: {problem}. Ask Entra for a new one."
            ) from None
        except NoKeys:
            raise Problem(
                503, "no_keys", "The tenant's signing keys cannot be read; try again in a minute."
            ) from None
        return self._who(claims)

    def by_cookie(self, cookie: str) -> Who:
        """Whoever a session's cookie belongs to; raises NotSignedIn."""
        found = self.bench.store.sessions.of(digest(cookie), self.bench.now()) if cookie else None
        if found is None:
            raise NotSignedIn("You are not signed in, or were idle for more than half an hour.")
        proved_at = int(found.proved_at.timestamp()) if found.proved_at else 0
        return self._who(Claims(found.account, found.name, roles_in(found.roles), proved_at))

    def demand_proved(self, who: Who) -> None:
        """Raises NotProved for somebody who proved too long ago who they are, or never."""
        seconds = self.step_up * 60
        if seconds and self.bench.now().timestamp() - who.proved_at > seconds:
            raise NotProved(seconds)

    def _who(self, claims: Claims) -> Who:
        found = access.who(self.bench, self.access, claims.account, claims.name, claims.roles)
        return msgspec.structs.replace(found, proved_at=claims.proved_at)


class Once(Generic[T]):
    """Something made when it is first asked for; a failure is tried again next time."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: T | None = None
        self._lock = threading.Lock()

    def __call__(self) -> T:
        """What was made."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def form_token(cookie: str) -> str:
    """What every form of this session carries, so that no other site can send one."""
    return hashlib.sha256(b"form of " + cookie.encode()).hexdigest()


def demand_own_form(cookie: str, told: str) -> None:
    """Raises Problem for a form that was not made for this session."""
    if not cookie or not hmac.compare_digest(form_token(cookie).encode(), told.encode()):
        raise Problem(
            403,
            "foreign_form",
            "This form is of an older session. Open the page again and send it.",
        )


def demand(who: Who, permission: Permission) -> None:
    """Raises Problem where no role of this person was granted the permission, or not so far."""
    if who.conflict:
        pair = " and ".join(who.conflict)
        raise Problem(
            403,
            "role_conflict",
            f"One person may not be {pair}: ask whoever assigns roles in Entra to take one away.",
        )
    if not who.may(permission):
        if who.bounded(permission):
            raise SOME_YEARS
        raise Problem(
            403,
            "no_role",
            "Your roles do not include this. Whoever assigns the app's roles in Entra can give"
            " them; docs/console.md lists which role does what.",
        )


def demand_reach(who: Who, school: str, what: Problem) -> None:
    """Raises `what` for a school that this person does not reach, as if it were not there."""
    if not who.reach.holds(school):
        raise what


def demand_all_years(who: Who, schools: Iterable[str]) -> None:
    """Raises Problem for somebody who is given some years of one of the schools."""
    if any(map(who.reach.years_of, schools)):
        raise SOME_YEARS


def home_of(request: Request) -> Home:
    """The staff side that serves this request."""
    home: Home = request.app.state.home
    return home


# What only looks a thing up is `async`: a plain function would be sent to a thread, and waited for.
async def _staff(request: Request) -> Home:
    return home_of(request)


async def _caller(request: Request) -> Who:
    """The person whom the room's guard let in."""
    who: Who = request.state.who
    return who


Staff = Annotated[Home, Depends(_staff)]
Caller = Annotated[Who, Depends(_caller)]
