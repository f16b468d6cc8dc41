"""Safeguarding keeps a pupil's name, and gives it back to the roster (law B7, task 1; A3.7, A3.8).

A mark is a name, a code and a reference: there is no place for a note. It counts from the moment
it is put, wherever a roster is read (`policies.kept_names`); the tenant follows at once where a run
may carry it, else with the next plan that does.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.person import record_of
from graphsync.run import sync_one
from graphsync.run_desk import event
from graphsync.store.kept_names import Mark
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken, Refusal
from policies.kept_names import Ground
from policies.naming import folded
from policies.people import Kind, PersonKey
from policies.school_days import school_day

LONGEST_NAME = 64  # givenName and surname in Entra
LONGEST_WAIT = timedelta(days=366)
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._-]{0,29}")


class Wish(Struct, frozen=True, kw_only=True):
    """What a safeguarding lead asks for; both names empty leave the roster's name."""

    person: PersonKey
    given_name: str = ""
    surname: str = ""
    ground: Ground
    reference: str = ""
    review_on: date

    def __repr__(self) -> str:
        return f"Wish({self.person})"


def keep(bench: Bench, wish: Wish) -> Mark:
    """Keep the name of a pupil, in place of a mark that stands; journalled without any name.

    Raises Refusal with everything that is wrong.
    """
    given, surname = (" ".join(one.split()) for one in (wish.given_name, wish.surname))
    wish = msgspec.structs.replace(wish, given_name=given, surname=surname)
    if faults := list(_faults(bench, wish)):
        raise Refusal("; ".join(faults))
    mark = Mark(
        id=f"k-{bench.new_id()[:8]}",
        **msgspec.structs.asdict(wish),
        by=bench.requester,
        at=bench.now(),
    )
    with bench.store.transaction():
        bench.store.kept_names.end(wish.person, bench.requester, bench.now())
        bench.store.kept_names.add(mark)
        _journal(bench, wish.person, "name_kept")
    return mark


def give_back(bench: Bench, person: PersonKey) -> None:
    """End the mark: the roster's name counts again. Raises Refusal where none stands."""
    with bench.store.transaction():
        if not bench.store.kept_names.end(person, bench.requester, bench.now()):
            raise Refusal(f"the name of {person} is not kept")
        _journal(bench, person, "name_given_back")


async def carried(bench: Bench, person: PersonKey) -> bool:
    """Plan and apply what the pupil needs now; False where the next plan has to carry it."""
    try:
        document = await sync_one(bench, person)
    except (Refusal, Broken, TenantProblem):
        return False
    return document.exit_code == 0 and all(one.outcomes is not None for one in document.runs)


def _faults(bench: Bench, wish: Wish) -> Iterator[str]:
    today = school_day(bench.now())
    if bool(wish.given_name) is not bool(wish.surname):
        yield "write both names that the pupil is known as, or neither"
    for name in (wish.given_name, wish.surname):
        if name and not (len(name) <= LONGEST_NAME and name.isprintable() and folded(name)):
            yield f"a name has letters, at most {LONGEST_NAME}, that can be printed"
    if wish.reference and not _REFERENCE.fullmatch(wish.reference):
        yield "the reference of the file is letters and digits, such as CP-12: no name and no note"
    if not today < wish.review_on <= today + LONGEST_WAIT:
        yield f"the day of the review lies between tomorrow and {today + LONGEST_WAIT}"
    if record_of(bench, wish.person).kind is not Kind.PUPIL:
        yield f"{wish.person} is no pupil: this keeps the names of pupils"


def _journal(bench: Bench, person: PersonKey, operation: str) -> None:
    told = event(person.school, "", operation, bench.requester)
    bench.store.journal.append([msgspec.structs.replace(told, person=person)])
