"""Which breaches somebody who signed in reaches; anything else is not there."""

from collections.abc import Collection
from typing import Annotated

from fastapi import Path

from api.permissions import Who
from api.problems import Problem
from api.staff.home import Home
from api.staff.looks import Kind, looked
from graphsync.breach_desk import BreachFile, BreachLine, listing, show
from graphsync.trouble import Refusal

BreachId = Annotated[
    str, Path(max_length=20, pattern=r"^b-[0-9a-z]{1,16}$", examples=["b-1f3a9c02"])
]
NO_BREACH = Problem(
    404, "no_such_breach", "There is no such entry in your schools; /breaches lists them."
)


def reached(who: Who) -> Collection[str]:
    """The schools whose register this person reaches: none for somebody of some years."""
    return frozenset() if who.reach.years else who.reach.schools


def breach_of(home: Home, who: Who, breach: str) -> BreachFile:
    """One entry whole; raises Problem, the same for one of another school and for none."""
    try:
        file = show(home.bench, breach)
    except Refusal:
        raise NO_BREACH from None
    if file.line.school not in reached(who):
        raise NO_BREACH
    return file


def opened(home: Home, who: Who, breach: str) -> BreachFile:
    """As `breach_of`, to show it: the look is written down."""
    file = breach_of(home, who, breach)
    looked(home, who, Kind.BREACH, file.line.school, breach)
    return file


def breaches_of(home: Home, who: Who, *, closed: bool) -> list[BreachLine]:
    """The entries of this person's schools, running clocks first."""
    mine = reached(who)
    return [one for one in listing(home.bench, closed=closed) if one.school in mine]
