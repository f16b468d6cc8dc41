"""How a school stands with its consents, in numbers alone: for Today and for the picture."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_piles import batches
from graphsync.consent_report import Funnel, progress
from graphsync.licence_views import LIVE, LicenceList
from graphsync.trouble import Refusal
from policies.people import Kind


class Standing(Struct, frozen=True, kw_only=True):
    """`disputes` wait for the head, `to_check` are forms of piles that wait for a second person."""

    funnel: Funnel
    disputes: int
    to_check: int


def standing(bench: Bench, school: str) -> Standing | None:
    """One school's numbers; None for a school without an accepted roster."""
    try:
        told, disputes = progress(bench, school)
    except Refusal:
        return None
    return Standing(
        funnel=told,
        disputes=disputes,
        to_check=sum(pile.waiting for pile in batches(bench, school)),
    )


def licensed(told: LicenceList) -> int:
    """How many pupils with a live consent hold a licence."""
    holders = {one.person for one in told.items if one.kind is Kind.PUPIL and one.consent == LIVE}
    return len(holders)


def together(funnels: Iterable[Funnel]) -> Funnel:
    """Several schools as one; `licensed` is told only where each school tells it."""
    found = list(funnels)
    names = ("pupils", "asked", "answered", "verified")
    sums = {name: sum(getattr(one, name) for one in found) for name in names}
    known = [one.licensed for one in found if one.licensed is not None]
    licensed_in_all = sum(known) if len(known) == len(found) else None
    return msgspec.convert(sums | {"licensed": licensed_in_all}, Funnel)
