"""What is done instead for a pupil whom a refusal or a withdrawal leaves without a licence.

Refusing must cost nothing (UK GDPR Article 7; law A9.12): the school arranges another way to learn
and notes it here, by a day. It is one of the pack's list, since lists for classrooms repeat it, and
ends by itself when online services open (law B6).
"""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_school import ConsentSchool
from graphsync.run_desk import event
from graphsync.store.provisions import Provision
from graphsync.trouble import Refusal
from policies.consent_records import Entry
from policies.pack_loading import load_rules
from policies.people import Person, Roster
from policies.school_days import school_day, weekdays_after

LOOK_AGAIN = "look again"
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
    review: date | None = None


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


def arrange(
    bench: Bench, school: str, named: str, what: str, review: date | None = None
) -> ProvisionLine:
    """Note that one of the pack's alternatives is in place, to be looked at again on `review`.

    Without a day it is the pack's number of days away. Raises Refusal for what is not on the list,
    a day that is no later one, and one that is not open.
    """
    rules, today = load_rules(bench.packs_dir, school).consent, school_day(bench.now())
    offered = {one.casefold(): one for one in rules.alternatives}
    chosen = offered.get(what.strip().casefold())
    if chosen is None:
        listed = "; ".join(rules.alternatives) or "nothing: add consent.alternatives to its pack"
        raise Refusal(f"choose what is done instead from the school's list: {listed}")
    review = review or today + timedelta(days=rules.alternative_review_days)
    if review <= today:
        raise Refusal("it is looked at again on a later day than today: give one, or none")
    arranged = msgspec.structs.replace(_find(bench, school, named), arranged=chosen, review=review)
    return _kept(bench, arranged, "provision_arranged")


def end_open(bench: Bench, school: str, roster: Roster) -> None:
    """Close what is open for pupils whose online services are open today, or who have left.

    Somebody who is missing from the roster may be back tomorrow: theirs stays.
    """
    open_now = bench.store.provisions.open_of(school)
    if not open_now:
        return
    at = ConsentSchool(bench, school, roster)
    pupils = {one.key: one for one in roster.people}
    register = bench.store.consents.of_school(school)
    with bench.store.transaction():
        for one in open_now:
            pupil = pupils.get(one.pupil)
            if pupil and _needs_none(at, pupil, register.get(one.pupil, ())):
                ended = msgspec.structs.replace(
                    one, closed_at=bench.now(), closed_by=bench.requester
                )
                _keep(bench, ended, "provision_ended")


def _needs_none(at: ConsentSchool, pupil: Person, rows: tuple[Entry, ...]) -> bool:
    return pupil.has_left(at.day) or at.standing(pupil, rows).cloud.live


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
        state=state_of(one, day),
        review=one.review,
    )


def state_of(one: Provision, day: date) -> str:
    """How it stands on a day, in words."""
    if one.closed_at is not None:
        return "closed"
    if one.arranged:
        return LOOK_AGAIN if one.review and one.review <= day else "arranged"
    return "overdue" if one.due < day else "to be arranged"
