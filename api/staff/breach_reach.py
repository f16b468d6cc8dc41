"""Which breaches somebody who signed in reaches; anything else is not there."""

from typing import Annotated

from fastapi import Path

from api.permissions import Who
from api.problems import Problem
from api.staff.home import Home, demand_reach
from api.staff.looks import Kind, looked
from graphsync.breach_desk import BreachFile, BreachLine, listing, show
from graphsync.trouble import Refusal

BreachId = Annotated[
    str, Path(max_length=20, pattern=r"^b-[0-9a-z]{1,16}$", examples=["b-1f3a9c02"])
]
NO_BREACH = Problem(
    404, "no_such_breach", "There is no such entry in your schools; /breaches lists them."
)


def breach_of(home: Home, who: Who, breach: str) -> BreachFile:
    """One entry whole; raises Problem, the same for one of another school and for none."""
    try:
        file = show(home.bench, breach)
    except Refusal:
        raise NO_BREACH from None
    demand_reach(who, file.line.school, NO_BREACH)
    return file


def opened(home: Home, who: Who, breach: str) -> BreachFile:
    """As `breach_of`, to show it: the look is written down."""
    file = breach_of(home, who, breach)
    looked(home, who, Kind.BREACH, file.line.school, breach)
    return file


def breaches_of(home: Home, who: Who, *, closed: bool) -> list[BreachLine]:
    """The entries of this person's schools, running clocks first."""
    every = listing(home.bench, closed=closed)
    return [one for one in every if one.school in who.reach.schools]
