"""What is done instead for a pupil whom a refusal or a withdrawal leaves without a licence.

Refusing must cost nothing (UK GDPR Article 7; law A9.12): the school arranges another way to learn
and notes it here, by a day.
"""

from collections.abc import Iterable
from datetime import date

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_school import ConsentSchool
from graphsync.run_desk import event
from graphsync.store.provisions import Provision
from graphsync.trouble import Refusal
from policies.people import Person
from policies.school_days import school_day, weekdays_after

DUE_DAYS = 5  # Mondays to Fridays: no export tells the holidays


class ProvisionLine(Struct, frozen=True, kw_only=True):
    """One in a list; `state` says in words how it stands today."""

    provision: str
    pupil: str
    form_group: str
    opened_on: date
    due: date
    arranged: str
    state: str


def open_for(at: ConsentSchool, pupil: Person) -> Provision:
    """The pupil's open provision, opened now where there is none; inside the row's transaction."""
    store = at.bench.store
    for one in store.provisions.open_of(at.rules.school):
        if one.pupil == pupil.key:
            return one
    return _open(at, pupil)


def open_for_each(at: ConsentSchool, pupils: Iterable[Person]) -> None:
    """As `open_for`, for many at once; inside the rows' transaction."""
    already = {one.pupil for one in at.bench.store.provisions.open_of(at.rules.school)}
    for pupil in pupils:
        if pupil.key not in already:
            already.add(pupil.key)
            _open(at, pupil)


def _open(at: ConsentSchool, pupil: Person) -> Provision:
    opened = Provision(
        id=f"a-{at.bench.new_id()[:6]}",
        pupil=pupil.key,
        opened_at=at.bench.now(),
        due=weekdays_after(at.day, DUE_DAYS),
    )
    _keep(at.bench, opened, "provision_opened")
    return opened


def listing(at: ConsentSchool) -> tuple[ProvisionLine, ...]:
    """What is still open at a school, the first due first."""
    groups = {one.key: one.form or "" for one in at.roster.people}
    return tuple(
        _line(one, groups.get(one.pupil, ""), at.day)
        for one in at.bench.store.provisions.open_of(at.rules.school)
    )


def arrange(bench: Bench, school: str, named: str, what: str) -> ProvisionLine:
    """Note what the school does instead; raises Refusal for none, or one that is not open."""
    if not what.strip():
        raise Refusal("say what is done instead, such as: works on paper, uses the library's PC")
    arranged = msgspec.structs.replace(_find(bench, school, named), arranged=what.strip())
    return _kept(bench, arranged, "provision_arranged")


def close(bench: Bench, school: str, named: str) -> ProvisionLine:
    """It is done, or no longer needed; raises Refusal for one that is not open."""
    one = _find(bench, school, named)
    closed = msgspec.structs.replace(one, closed_at=bench.now(), closed_by=bench.requester)
    return _kept(bench, closed, "provision_closed")


def _find(bench: Bench, school: str, named: str) -> Provision:
    for one in bench.store.provisions.open_of(school):
        if named in {one.id, str(one.pupil)}:
            return one
    mend = f"`graphsync consent provision list {school}` shows them"
    raise Refusal(f"{named} is nothing that is open at {school}; {mend}")


def _kept(bench: Bench, one: Provision, operation: str) -> ProvisionLine:
    with bench.store.transaction():
        _keep(bench, one, operation)
    return _line(one, "", school_day(bench.now()))


def _keep(bench: Bench, one: Provision, operation: str) -> None:
    told = event(one.pupil.school, "", operation, bench.requester)
    bench.store.provisions.put(one)
    bench.store.journal.append([msgspec.structs.replace(told, person=one.pupil, item=one.id)])


def _line(one: Provision, form_group: str, day: date) -> ProvisionLine:
    return ProvisionLine(
        provision=one.id,
        pupil=str(one.pupil),
        form_group=form_group,
        opened_on=school_day(one.opened_at),
        due=one.due,
        arranged=one.arranged,
        state=_state(one, day),
    )


def _state(one: Provision, day: date) -> str:
    if one.closed_at is not None:
        return "closed"
    if one.arranged:
        return "arranged"
    return "overdue" if one.due < day else "to be arranged"
