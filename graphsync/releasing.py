"""The end of a hold before its last day: one asks, a second person says yes or no (law B7).

Whoever put a hold by mistake takes it back within some minutes, as HR does a departure (law B5). A
hold that goes on is looked at again every so many days of the pack.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.guard import second_person
from graphsync.hold_desk import NO_REASON, HoldLine, journalled, line_of
from graphsync.person import record_of
from graphsync.store.hold_moves import Did, HoldMove
from graphsync.store.holds import Hold
from graphsync.trouble import Refusal
from policies.pack_loading import PackRefused, load_rules
from policies.rules import HoldRules
from policies.school_days import school_day

BY_MISTAKE = timedelta(minutes=10)
Moves = Sequence[HoldMove]


class Ending(Struct, frozen=True, kw_only=True):
    """Who asked for a hold's end and has no answer yet, and when somebody looks at it again."""

    asked: HoldMove | None
    review: date


class Waiting(Struct, frozen=True, kw_only=True):
    """Holds whose end is asked for, with who asks, and those that are due to be looked at again."""

    asked: tuple[HoldMove, ...]
    due: tuple[Hold, ...]


def lift(bench: Bench, named: str, reason: str) -> HoldLine:
    """Ask for the end of a hold, by its id, or of the only one of a person; until a yes it stands.

    Whoever put it takes it back at once within `BY_MISTAKE`. Raises Refusal, without a reason too.
    """
    _demand_reason(reason)
    with _alone(bench):
        hold, moves = _standing(bench, named)
        if _asked(moves):
            raise Refusal(f"the end of {hold.id} is asked for already: it waits for a yes")
        if not moves and hold.by == bench.requester and bench.now() - hold.at <= BY_MISTAKE:
            return _lifted(bench, hold, reason, {})
        return _moved(bench, hold, Did.ASKED, reason, "hold_end_asked")


def release(bench: Bench, named: str) -> HoldLine:
    """The second person's yes: the hold ends now.

    Raises Refusal where nobody asked, and for who asked, unless the pack's waiver stands.
    """
    with _alone(bench):
        hold, moves = _standing(bench, named)
        asked = _asked(moves)
        if asked is None:
            raise Refusal(f"nobody asked for the end of {hold.id}: somebody has to ask first")
        rules = load_rules(bench.packs_dir, hold.person.school)
        what = "the end of this hold"
        waiver = second_person(rules, asked.by, bench.requester, bench.now(), what)
        by_two = {"asked_by": asked.by, "waiver": waiver or ""}
        return _lifted(bench, hold, asked.reason, by_two)


def keep(bench: Bench, named: str, reason: str) -> HoldLine:
    """Somebody looked, and the hold stays: a no to whoever asked for its end, if anybody did.

    Raises Refusal, without a reason too.
    """
    _demand_reason(reason)
    with _alone(bench):
        hold, _ = _standing(bench, named)
        return _moved(bench, hold, Did.KEPT, reason, "hold_kept")


@contextmanager
def _alone(bench: Bench) -> Iterator[None]:
    """One transaction, in which nobody else acts on a hold."""
    with bench.store.transaction():
        bench.store.holds.lock()
        yield


def endings(bench: Bench, holds: Collection[Hold]) -> dict[str, Ending]:
    """How each of these holds stands with its end."""
    days = _review_days(bench, {hold.person.school for hold in holds})
    moves = bench.store.hold_moves.of(hold.id for hold in holds)
    return {
        hold.id: _ending(hold, moves.get(hold.id, ()), days[hold.person.school]) for hold in holds
    }


def waiting(bench: Bench, schools: Iterable[str]) -> Waiting:
    """What waits for a person about the standing holds of these schools."""
    reached, today = set(schools), school_day(bench.now())
    standing = [
        hold for hold in bench.store.holds.active(None, today) if hold.person.school in reached
    ]
    found = endings(bench, standing)
    return Waiting(
        asked=tuple(one.asked for one in found.values() if one.asked),
        due=tuple(
            hold
            for hold in standing
            if found[hold.id].asked is None and found[hold.id].review <= today
        ),
    )


def purview_request(hold: Hold, sign_in_name: str, object_id: str, review: date) -> str:
    """The words for whoever may place a hold in Microsoft Purview; no reason and no name."""
    return (
        "Please place an eDiscovery hold in Microsoft Purview on this account.\n"
        f"Account (UPN): {sign_in_name}\n"
        f"Object id: {object_id}\n"
        "Locations: the mailbox, with its Teams chats, and the OneDrive of this account\n"
        f"From: {school_day(hold.at)}, without an end until we ask for it in writing\n"
        f"Reference: {hold.id}\n"
        "Please answer with the reference, the name of the case and of the hold, and when it"
        " took effect. The account's licence is not taken away before that.\n"
        f"We look at it again by {review}.\n"
    )


def purview_words(bench: Bench, named: str) -> str:
    """The same for a hold by its id or person; raises Refusal for somebody without an account."""
    hold, _ = _standing(bench, named)
    account = record_of(bench, hold.person).account
    if account is None:
        raise Refusal(f"{hold.person} has no account that we know: there is nothing to preserve")
    review = endings(bench, [hold])[hold.id].review
    return purview_request(hold, account.user_principal_name, account.id, review)


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(NO_REASON)


def _standing(bench: Bench, named: str) -> tuple[Hold, Moves]:
    standing = bench.store.holds.active(None, school_day(bench.now()))
    found = [hold for hold in standing if named in {hold.id, str(hold.person)}]
    if len(found) != 1:
        why = "several holds: name one" if found else "no standing hold"
        raise Refusal(f"{named}: {why}; `graphsync hold list` shows them")
    (hold,) = found
    return hold, bench.store.hold_moves.of([hold.id]).get(hold.id, [])


def _asked(moves: Moves) -> HoldMove | None:
    return moves[-1] if moves and moves[-1].did is Did.ASKED else None


def _ending(hold: Hold, moves: Moves, days: int) -> Ending:
    looked = [hold.at, *(one.at for one in moves if one.did is Did.KEPT)]
    return Ending(asked=_asked(moves), review=school_day(max(looked)) + timedelta(days=days))


def _review_days(bench: Bench, schools: Iterable[str]) -> dict[str, int]:
    found = {}
    for one in schools:
        try:
            found[one] = load_rules(bench.packs_dir, one).holds.review_days
        except PackRefused:
            found[one] = HoldRules().review_days
    return found


def _moved(bench: Bench, hold: Hold, did: Did, reason: str, operation: str) -> HoldLine:
    _keep_move(bench, hold, did, reason)
    told = msgspec.structs.replace(hold, reason=reason.strip())
    bench.store.journal.append([journalled(bench, told, operation)])
    return line_of(hold, school_day(bench.now()), asked=did is Did.ASKED)


def _lifted(bench: Bench, hold: Hold, reason: str, by_two: Mapping[str, str]) -> HoldLine:
    lifted = msgspec.structs.replace(
        hold, lifted_by=bench.requester, lifted_at=bench.now(), reason=reason.strip()
    )
    bench.store.holds.lift(hold.id, bench.requester, bench.now())
    _keep_move(bench, hold, Did.RELEASED, "")
    bench.store.journal.append([journalled(bench, lifted, "hold_lifted", by_two)])
    return line_of(lifted, school_day(bench.now()))


def _keep_move(bench: Bench, hold: Hold, did: Did, reason: str) -> None:
    bench.store.hold_moves.add(
        HoldMove(
            hold=hold.id,
            person=hold.person,
            did=did,
            by=bench.requester,
            at=bench.now(),
            reason=reason.strip(),
        )
    )
