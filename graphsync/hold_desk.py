"""Holds as people put and lift them (decision 14); each is journalled with who and why."""

from datetime import date

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.matching_desk import people_of
from graphsync.run_desk import event
from graphsync.store.holds import Hold
from graphsync.store.journal import Entry
from graphsync.trouble import Refusal
from policies.holds import HoldMode
from policies.people import PersonKey
from policies.school_days import school_day


class HoldLine(Struct, frozen=True, kw_only=True):
    """One hold in a list."""

    hold: str
    person: str
    mode: str
    reason: str
    clause: str
    until: date | None
    by: str
    at: str
    lifted: str


def add(
    bench: Bench,
    key: PersonKey,
    mode: str,
    reason: str,
    clause: str,
    until: date | None,
) -> HoldLine:
    """Put a person on hold; raises Refusal for one that nobody knows or a day that is over."""
    if until is not None and until < school_day(bench.now()):
        raise Refusal(f"--until {until} is over already")
    if not _known(bench, key):
        raise Refusal(f"{key} is neither on the last accepted roster nor linked to an account")
    hold = Hold(
        id=f"h-{bench.new_id()[:6]}",
        person=key,
        mode=HoldMode(mode).value,
        reason=reason,
        clause=clause,
        until=until,
        by=bench.requester,
        at=bench.now(),
    )
    with bench.store.transaction():
        bench.store.holds.add(hold)
        bench.store.journal.append([_event(bench, hold, f"hold_{mode}")])
    return _line(hold)


def lift(bench: Bench, named: str, reason: str) -> HoldLine:
    """End a hold by its id, or the only one of a person; raises Refusal."""
    standing = [hold for hold in bench.store.holds.list() if hold.lifted_at is None]
    found = [hold for hold in standing if named in {hold.id, str(hold.person)}]
    if len(found) != 1:
        why = "several holds: name one" if found else "no standing hold"
        raise Refusal(f"{named}: {why}; `graphsync hold list` shows them")
    (hold,) = found
    with bench.store.transaction():
        bench.store.holds.lift(hold.id, bench.requester, bench.now())
        lifted = msgspec.structs.replace(
            hold, lifted_by=bench.requester, lifted_at=bench.now(), reason=reason
        )
        bench.store.journal.append([_event(bench, lifted, "hold_lifted")])
    return _line(lifted)


def listing(bench: Bench) -> tuple[HoldLine, ...]:
    """Every hold, the lifted ones too."""
    return tuple(_line(hold) for hold in bench.store.holds.list())


def _known(bench: Bench, key: PersonKey) -> bool:
    return key in people_of(bench, key.school) or key in bench.store.links.of(key.school)


def _line(hold: Hold) -> HoldLine:
    lifted = f"{hold.lifted_by}, {hold.lifted_at:%Y-%m-%d %H:%M}" if hold.lifted_at else ""
    return HoldLine(
        hold=hold.id,
        person=str(hold.person),
        mode=hold.mode,
        reason=hold.reason,
        clause=hold.clause,
        until=hold.until,
        by=hold.by,
        at=f"{hold.at:%Y-%m-%d %H:%M}",
        lifted=lifted,
    )


def _event(bench: Bench, hold: Hold, operation: str) -> Entry:
    return msgspec.structs.replace(
        event(hold.person.school, "", operation, bench.requester),
        person=hold.person,
        after={
            "hold": hold.id,
            "mode": hold.mode,
            "reason": hold.reason,
            "clause": hold.clause,
            "until": str(hold.until or ""),
        },
    )
