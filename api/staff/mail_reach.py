"""As what somebody who signed in works on the queue, and which of its items they reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated

from fastapi import Form, Path

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Home, demand
from graphsync.dlp_desk import LONGEST_ACCOUNT, Actor, Move, Telling
from graphsync.hold_desk import day_of
from graphsync.store.dlp_items import Item
from graphsync.trouble import Usage
from policies.mail_queue import Advice, Decision, Office, Outcome, Step
from policies.pack_loading import load_rules

ItemId = Annotated[
    str, Path(max_length=16, pattern=r"^[0-9a-f]{16}$", examples=["3f0c9a1be2d47c55"])
]
Day = Annotated[str, Form(max_length=10)]
NO_ITEM = Problem(404, "no_such_item", "There is no such item in your schools; /mail lists them.")
_OFFICES = {Permission.ADVISE_DLP: Office.DPO, Permission.DECIDE_DLP: Office.HEAD}


def actor_of(who: Who) -> Actor:
    """The person at the desk."""
    return Actor(
        name=who.identity,
        offices=frozenset(office for needs, office in _OFFICES.items() if who.may(needs)),
        schools=who.reach.schools,
    )


def item_of(home: Home, who: Who, item: str) -> Item:
    """An item of a school that this person reaches; raises Problem, the same for any other."""
    found = home.bench.store.dlp_items.of([item]).get(item)
    if found is None or found.school not in (actor_of(who).schools or ()):
        raise NO_ITEM
    return found


def item_for(home: Home, who: Who, item: str, step: Step) -> Item:
    """As `item_of`; raises Problem too where no role of this person makes the move.

    Who decides is said by the pack of the item's school.
    """
    if step is Step.ADVISE:
        demand(who, Permission.ADVISE_DLP)
    found = item_of(home, who, item)
    if step is Step.DECIDE:
        decision = load_rules(home.bench.packs_dir, found.school).mail.decision
        either = decision == Decision.APPROVE and who.may(Permission.ADVISE_DLP)
        demand(who, Permission.ADVISE_DLP if either else Permission.DECIDE_DLP)
    return found


def checked_move(move: Move) -> Move:
    """The move as it was asked for; raises Usage where its word is missing or none."""
    known: dict[Step, frozenset[str]] = {
        Step.ADVISE: frozenset(Advice),
        Step.DECIDE: frozenset(Outcome),
    }
    if move.step in known and move.word not in known[move.step]:
        raise Usage(f"choose what you {move.step}")
    if move.step is Step.ASSIGN and not 0 < len(move.word) <= LONGEST_ACCOUNT:
        raise Usage("say to whom it is given, by what /api/v1/me calls their account")
    return move


def end_of(step: Step, until: str) -> date | None:
    """The last day that a form of a decision gives; raises Usage for what is no day."""
    if step is not Step.DECIDE or not until.strip():
        return None
    if (day := day_of(until.strip())) is None:
        raise Usage("write the last day as 2027-02-20, or leave it empty")
    return day


@contextmanager
def at_the_desk() -> Iterator[None]:
    """What the desk says of a note that tells of somebody, or of an item, as a Problem."""
    try:
        yield
    except Telling as note:
        raise Problem(
            409,
            "note_tells",
            f"The reason seems to hold {' and '.join(note.parts)}: write it without, or send it"
            " with `anyway`; that you were warned is kept beside it.",
        ) from None
    except Usage as wrong:
        raise Problem(422, "not_understood", f"{wrong}.") from None
