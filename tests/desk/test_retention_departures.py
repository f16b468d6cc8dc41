"""Departures are erased years after the hour at which somebody left, once they have no effect."""

from collections.abc import Callable

import msgspec
import pytest
from office import Office, a_pupil, key
from sqlalchemy import func, select
from test_departure_desk import acted, recorded
from test_retention import due, night

from graphsync import departure_desk as desk
from graphsync.erasing import preview
from graphsync.hold_desk import Wish, add
from graphsync.releasing import lift, release
from graphsync.store import tables
from graphsync.store.exports import Export
from policies.departures import Departure, DepartureReason, State
from policies.holds import HoldMode
from policies.people import FrozenPerson, Kind, Person, Roster

YEAR = "retention: {departures_years: 1}\n"
PERSON = key("9001")


def a_teacher(**fields: object) -> Person:
    return a_pupil("9001", kind=Kind.STAFF, **fields)


def left(office: Office, state: State, reason: DepartureReason) -> Departure:
    """Somebody who leaves today, as it stands in the end."""
    one = recorded(office, reason)
    if state in {State.DONE, State.UNVERIFIED, State.NOT_DONE}:
        acted(office, one, state)
    if state is State.CONFIRMED:
        acted(office, one, State.NOT_DONE)
        desk.confirm(office.bench, office.store.departures.get(one.id))
    if state is State.WITHDRAWN:
        desk.withdraw(office.bench, one)
    return one


@pytest.fixture
def done(office: Office) -> Departure:
    """Done a year and a day ago, in a school that keeps departures for a year."""
    office.pack(YEAR)
    office.accept(a_pupil("1"))
    made = left(office, State.DONE, DepartureReason.PLANNED)
    office.days(366)
    return made


@pytest.mark.parametrize("state", [State.DONE, State.CONFIRMED, State.WITHDRAWN])
def test_what_ended_goes_after_the_years_of_the_pack_and_not_a_day_sooner(
    office: Office, state: State
) -> None:
    office.pack(YEAR)
    office.accept(a_pupil("1"))
    one = left(office, state, DepartureReason.PLANNED)
    office.days(365)
    assert night(office)["departures"] == 0
    assert office.store.departures.get(one.id) is not None
    office.days(1)
    assert night(office)["departures"] == 1
    assert office.store.departures.all() == []
    with office.store.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.departure_moves)) == 0
    (told,) = [row for row in office.store.journal.of_run("") if row.operation.startswith("erase")]
    assert (told.operation, told.result, told.school) == ("erase_departures", "1", "oak")


@pytest.mark.parametrize("state", [State.DUE, State.UNVERIFIED, State.NOT_DONE])
def test_what_somebody_has_still_to_do_stays_however_old(office: Office, state: State) -> None:
    office.accept(a_pupil("1"))
    left(office, state, DepartureReason.PLANNED)
    office.days(9999)
    assert due(office)["departures"] == 0


def test_without_a_word_of_the_pack_it_is_six_years(office: Office) -> None:
    office.accept(a_pupil("1"))
    left(office, State.DONE, DepartureReason.PLANNED)
    office.now = office.now.replace(year=2032)
    assert due(office)["departures"] == 0
    office.days(1)
    assert due(office)["departures"] == 1


def by_the_roster(office: Office) -> None:
    office.accept(a_teacher())


def by_a_bad_row(office: Office) -> None:
    frozen = FrozenPerson(key=PERSON, reason="row 3")
    kept(office, Roster.of("oak", (), frozen=[frozen], complete=frozenset(Kind)))


def by_an_export_without_staff(office: Office) -> None:
    kept(office, Roster.of("oak", (), complete=frozenset({Kind.PUPIL})))


def by_rows_of_staff_that_nobody_could_tell(office: Office) -> None:
    unknown = {Kind.STAFF: 1}
    kept(office, Roster.of("oak", (), complete=frozenset(Kind), unidentified=unknown))


def by_a_hold(office: Office) -> None:
    wish = Wish(person=PERSON, mode=HoldMode.FREEZE, reason="request open", clause="s.173")
    add(office.bench, wish)


def kept(office: Office, roster: Roster) -> None:
    export = Export(
        school="oak",
        sha256="f" * 64,
        accepted_at=office.now,
        complete=roster.complete,
        fingerprint=b"",
    )
    office.store.exports.accept(export, msgspec.msgpack.encode(roster))


@pytest.mark.parametrize(
    "how",
    [
        by_the_roster,
        by_a_bad_row,
        by_an_export_without_staff,
        by_rows_of_staff_that_nobody_could_tell,
        by_a_hold,
    ],
)
def test_it_stays_while_it_keeps_somebody_out_or_they_are_on_hold(
    office: Office, done: Departure, how: Callable[[Office], None]
) -> None:
    assert due(office)["departures"] == 1
    how(office)
    assert due(office)["departures"] == 0
    office.days(1)
    if how is by_a_hold:
        lift(office.bench, str(PERSON), "answered")
        release(office.bench, str(PERSON))
    office.accept(a_teacher(leaves=office.now.date().replace(year=2026)))
    assert night(office)["departures"] == 1


def test_nothing_goes_in_a_school_of_which_no_roster_was_accepted(office: Office) -> None:
    left(office, State.DONE, DepartureReason.PLANNED)
    office.days(9999)
    assert due(office)["departures"] == 0


def test_of_those_withdrawn_only_what_never_touched_the_account_goes_while_somebody_works_here(
    office: Office,
) -> None:
    office.pack(YEAR)
    untouched = left(office, State.WITHDRAWN, DepartureReason.PLANNED)
    blocked = left(office, State.DONE, DepartureReason.PLANNED)
    desk.withdraw(office.bench, office.store.departures.get(blocked.id))
    office.days(366)
    office.accept(a_teacher())
    assert night(office)["departures"] == 1
    assert [one.id for one in office.store.departures.all()] == [blocked.id]
    assert untouched.id != blocked.id


def test_an_account_that_was_nobodys_is_looked_for_by_whose_it_is_now(office: Office) -> None:
    office.pack(YEAR)
    office.accept(a_pupil("1"))
    who = desk.Subject(
        school="oak",
        person=None,
        object_id="o-9001",
        sign_in_name="a.wren@oak.example",
        surnames=frozenset({"wren"}),
    )
    made = desk.record(office.bench, who, desk.Wish(reason=DepartureReason.PLANNED, leaves_at=None))
    acted(office, made, State.DONE)
    office.days(366)
    assert due(office)["departures"] == 1
    office.link("9001")
    office.accept(a_teacher())
    assert due(office)["departures"] == 0
    office.days(1)
    office.accept(a_pupil("1"))
    assert night(office)["departures"] == 1


def test_the_evidence_that_it_kept_is_erased_for_its_age_from_then_on(office: Office) -> None:
    office.pack(YEAR)
    office.accept(a_pupil("1"))
    left(office, State.DONE, DepartureReason.SUSPENSION)

    def kept_back() -> set[int]:
        return {one.on_hold for one in preview(office.bench, "oak") if one.records == "payloads"}

    office.days(365)
    assert kept_back() == {1}
    office.days(1)
    assert kept_back() == {0}
