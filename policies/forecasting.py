"""When a subscription runs out: a walk over dated claims, night by night; nothing is guessed.

A night gives before what it takes back can be given again, as the planner counts: what is free is
read from the tenant before the night, and a unit that comes back tonight is there tomorrow.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

HORIZON_DAYS = 400  # a school year and the summer after it

NOT_THERE = "NotThere"  # in place of Graph's status, where the tenant has no such subscription


class Certainty(StrEnum):
    """How sure a claim is: known by roster and consent, or waiting for a parent's yes."""

    KNOWN = "known"
    ASKED = "asked"
    OPEN = "open"


class Scenario(StrEnum):
    """Which claims count: a bound on each side instead of a rate that nobody knows."""

    AS_KNOWN = "as known"
    ASKED_YES = "if everyone asked says yes"
    ALL_YES = "if everyone says yes"


COUNTED: dict[Scenario, frozenset[Certainty]] = {
    Scenario.AS_KNOWN: frozenset({Certainty.KNOWN}),
    Scenario.ASKED_YES: frozenset({Certainty.KNOWN, Certainty.ASKED}),
    Scenario.ALL_YES: frozenset(Certainty),
}


class Claim(Struct, frozen=True, kw_only=True):
    """One person's claim to one unit of a subscription, by its part number.

    `takes` is the first night on which the unit is wanted, None where the person has it already.
    `gives_back` is the night on which it is taken back, later than `takes`; None for none in sight.
    """

    school: str
    sku: str
    takes: date | None = None
    gives_back: date | None = None
    certainty: Certainty = Certainty.KNOWN


class Pool(Struct, frozen=True, kw_only=True):
    """A subscription of the tenant, shared by its schools.

    `warning` and `suspended` are units of a subscription that has ended; none of them is given.
    """

    sku: str
    bought: int
    consumed: int
    warning: int = 0
    suspended: int = 0
    status: str = "Enabled"

    @property
    def free(self) -> int:
        """Units that can be given; below zero where more are used than bought."""
        return self.bought - self.consumed


class Night(Struct, frozen=True, kw_only=True):
    """A night on which something happens; `free` is what is left after it, for the next one."""

    day: date
    wanted: int
    taken_back: int
    free: int


class Outlook(Struct, frozen=True, kw_only=True):
    """One scenario: the first night on which a wanted unit is refused, None for none in sight.

    `refused` is how many are refused that night. `nights` end with it.
    """

    scenario: Scenario
    runs_out: date | None
    refused: int
    nights: tuple[Night, ...]


class Part(Struct, frozen=True, kw_only=True):
    """What one school has of a subscription, and what of its people is to come, in units.

    `due` are wanted tonight, `starting` later; `asked` and `open` wait for a yes, `leaving` come
    back within the horizon.
    """

    school: str
    held: int = 0
    due: int = 0
    starting: int = 0
    asked: int = 0
    open: int = 0
    leaving: int = 0


class Forecast(Struct, frozen=True, kw_only=True):
    """A subscription, each school's part, and when it runs out in each scenario.

    `elsewhere` are units in use that no school's people hold.
    """

    pool: Pool
    parts: tuple[Part, ...]
    elsewhere: int
    outlooks: tuple[Outlook, ...]


def forecasts(
    pools: Iterable[Pool], claims: Iterable[Claim], tonight: date, days: int = HORIZON_DAYS
) -> tuple[Forecast, ...]:
    """Every pool's forecast from `tonight` over so many nights, in the order of the pools."""
    by_sku: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_sku[claim.sku].append(claim)
    return tuple(_forecast(pool, by_sku[pool.sku], tonight, days) for pool in pools)


def _forecast(pool: Pool, claims: list[Claim], tonight: date, days: int) -> Forecast:
    last = tonight + timedelta(days=days - 1)
    parts = _parts(claims, tonight, last)
    return Forecast(
        pool=pool,
        parts=parts,
        elsewhere=pool.consumed - sum(part.held for part in parts),
        outlooks=tuple(outlook(pool.free, claims, tonight, last, one) for one in Scenario),
    )


def outlook(
    free: int, claims: Iterable[Claim], tonight: date, last: date, scenario: Scenario
) -> Outlook:
    """What happens from `tonight` to `last` (inclusive) with `free` units, up to a refusal."""
    wanted, back = Counter[date](), Counter[date]()
    for claim in claims:
        if claim.certainty not in COUNTED[scenario]:
            continue
        if claim.takes is not None:
            wanted[max(claim.takes, tonight)] += 1
        if claim.gives_back is not None:
            back[max(claim.gives_back, tonight)] += 1
    nights: list[Night] = []
    for day in sorted(one for one in wanted.keys() | back.keys() if one <= last):
        short = wanted[day] - max(free, 0)
        refused = max(short, 0)
        free += back[day] - wanted[day] + refused
        nights.append(Night(day=day, wanted=wanted[day], taken_back=back[day], free=free))
        if refused:
            return Outlook(scenario=scenario, runs_out=day, refused=refused, nights=tuple(nights))
    return Outlook(scenario=scenario, runs_out=None, refused=0, nights=tuple(nights))


def _parts(claims: Iterable[Claim], tonight: date, last: date) -> tuple[Part, ...]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for claim in claims:
        count = counts[claim.school]
        count[_stands(claim, tonight)] += 1
        known = claim.certainty is Certainty.KNOWN
        count["leaving"] += known and claim.gives_back is not None and claim.gives_back <= last
    return tuple(Part(school=school, **counts[school]) for school in sorted(counts))


def _stands(claim: Claim, tonight: date) -> str:
    if claim.takes is None:
        return "held"
    if claim.certainty is not Certainty.KNOWN:
        return str(claim.certainty)
    return "due" if claim.takes <= tonight else "starting"
