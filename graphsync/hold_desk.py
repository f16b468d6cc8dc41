"""Holds as people put them (decision 14); each is journalled with who and why.

All rows of a file are checked before the first is kept.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.ending_holds import state_of
from graphsync.filled_in import rows_of
from graphsync.matching_desk import people_of
from graphsync.run_desk import event
from graphsync.store.hold_moves import Did
from graphsync.store.holds import Hold
from graphsync.store.journal import Entry
from graphsync.trouble import Refusal
from policies.holds import HoldMode
from policies.pack_loading import load_rules
from policies.people import PersonKey
from policies.school_days import school_day

COLUMNS = ("person", "reason", "clause", "until")
NO_REASON = "the reason is missing: write who asked, and why"
NO_CLAUSE = (
    "the clause is missing (--clause ID, or the column clause): name the clause of the policy, or"
    " the document, that allows the hold, such as PB-2.4 or minute 12 of 3 Nov"
)
ASKED = "its end is asked for"
NO_END = "the end is missing: write its last day, such as 2026-12-18"
NOT_A_DAY = "the column until is no day: write it as 2026-12-18"
NO_KIND = f"the column kind is none of {', '.join(HoldMode)}: write one, or leave it empty"


class HoldLine(Struct, frozen=True, kw_only=True):
    """One hold in a list; `state` says in words how it stands today."""

    hold: str
    person: str
    mode: str
    reason: str
    clause: str
    until: date | None
    state: str
    by: str
    at: str
    lifted: str


class Added(Struct, frozen=True, kw_only=True):
    """How many holds a file put, and on whom."""

    added: int
    people: tuple[str, ...]


class Wish(Struct, frozen=True, kw_only=True):
    """A hold that somebody asks for. An `until` of None takes the pack's number of days."""

    person: PersonKey
    mode: HoldMode
    reason: str
    clause: str
    until: date | None = None

    def __repr__(self) -> str:
        return f"Wish({self.person}, {self.mode})"


def add(bench: Bench, wish: Wish) -> HoldLine:
    """Put a person on hold; where no end is given it is `holds.days` of the school's pack away.

    Raises Refusal for one that nobody knows, without a clause, or whose end is over.
    """
    today = school_day(bench.now())
    if faults := list(_faults(wish, today, _known(bench, wish.person.school))):
        raise Refusal("; ".join(faults))
    if wish.until is None:
        days = load_rules(bench.packs_dir, wish.person.school).holds.days
        wish = msgspec.structs.replace(wish, until=today + timedelta(days=days))
    (hold,) = _keep(bench, [wish])
    return line_of(hold, today)


def add_file(bench: Bench, path: Path) -> Added:
    """Put the holds of a CSV with the columns of `COLUMNS`, and perhaps `kind`: all, or none.

    Raises Refusal with everything that is wrong, by row.
    """
    today = school_day(bench.now())
    known: dict[str, frozenset[PersonKey]] = {}
    standing = {
        (hold.person, str(hold.mode)): f"stands already as {hold.id}: lift it first"
        for hold in bench.store.holds.active(None, today)
    }
    wishes: list[Wish] = []
    faults: list[str] = []
    for where, cells in rows_of(path, COLUMNS):
        wish, found = _read(cells)
        if wish is not None:
            school = wish.person.school
            if school not in known:
                known[school] = _known(bench, school)
            found += _faults(wish, today, known[school])
            kept = (wish.person, str(wish.mode))
            found += [f"such a hold {standing[kept]}"] if kept in standing else []
            standing.setdefault(kept, f"is asked for in {where} already")
            wishes.append(wish)
        faults += [f"{where}: {fault}" for fault in found]
    if faults:
        raise Refusal("nobody was put on hold. " + "; ".join(faults))
    _keep(bench, wishes)
    return Added(added=len(wishes), people=tuple(str(wish.person) for wish in wishes))


def _read(cells: dict[str, str]) -> tuple[Wish | None, list[str]]:
    """What a row asks for, and what is wrong with its cells one by one; None for no person."""
    try:
        person = PersonKey.parse(cells["person"])
    except ValueError:
        return None, ["the column person must be SCHOOL:ID"]
    faults = []
    kind, until = cells.get("kind") or HoldMode.FREEZE, day_of(cells["until"])
    if kind not in set(HoldMode):
        faults.append(NO_KIND)
        kind = HoldMode.FREEZE
    if until is None:
        faults.append(NOT_A_DAY if cells["until"] else NO_END)
    wish = Wish(
        person=person,
        mode=HoldMode(kind),
        reason=cells["reason"],
        clause=cells["clause"],
        until=until,
    )
    return wish, faults


def day_of(text: str) -> date | None:
    """A day as people write it, None for none; a British spreadsheet makes 18/12/2026 of it."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _faults(wish: Wish, today: date, known: Container[PersonKey]) -> Iterator[str]:
    if not wish.reason.strip():
        yield NO_REASON
    if not wish.clause.strip():
        yield NO_CLAUSE
    if wish.until is not None and wish.until < today:
        yield f"its last day {wish.until} is over already: give a later one"
    if wish.person not in known:
        yield f"{wish.person} is neither on the last accepted roster nor linked to an account"


def listing(bench: Bench) -> tuple[HoldLine, ...]:
    """Every hold, the lifted ones too."""
    today, found = school_day(bench.now()), bench.store.holds.list()
    moves = bench.store.hold_moves.of(hold.id for hold in found)
    return tuple(
        line_of(hold, today, asked=hold.id in moves and moves[hold.id][-1].did is Did.ASKED)
        for hold in found
    )


def _known(bench: Bench, school: str) -> frozenset[PersonKey]:
    """Everyone of a school of whom anything is known."""
    return frozenset({*people_of(bench, school), *bench.store.links.of(school)})


def _keep(bench: Bench, wishes: Iterable[Wish]) -> Sequence[Hold]:
    holds = [
        Hold(
            id=f"h-{bench.new_id()[:6]}",
            person=wish.person,
            mode=wish.mode.value,
            reason=wish.reason.strip(),
            clause=wish.clause.strip(),
            until=wish.until,
            by=bench.requester,
            at=bench.now(),
        )
        for wish in wishes
    ]
    with bench.store.transaction():
        for hold in holds:
            bench.store.holds.add(hold)
        bench.store.journal.append([journalled(bench, hold, f"hold_{hold.mode}") for hold in holds])
    return holds


def line_of(hold: Hold, today: date, *, asked: bool = False) -> HoldLine:
    """The hold as a list shows it; `asked` says that its end is asked for."""
    lifted = f"{hold.lifted_by}, {hold.lifted_at:%Y-%m-%d %H:%M}" if hold.lifted_at else ""
    state = state_of(hold, today)
    return HoldLine(
        hold=hold.id,
        person=str(hold.person),
        mode=hold.mode,
        reason=hold.reason,
        clause=hold.clause,
        until=hold.until,
        state=f"{state}; {ASKED}" if asked and not hold.lifted_at else state,
        by=hold.by,
        at=f"{hold.at:%Y-%m-%d %H:%M}",
        lifted=lifted,
    )


def journalled(
    bench: Bench, hold: Hold, operation: str, more: Mapping[str, str] = MappingProxyType({})
) -> Entry:
    """What was done about a hold, for the journal."""
    return msgspec.structs.replace(
        event(hold.person.school, "", operation, bench.requester),
        person=hold.person,
        after={
            "hold": hold.id,
            "mode": hold.mode,
            "reason": hold.reason,
            "clause": hold.clause,
            "until": str(hold.until or ""),
            **more,
        },
    )
