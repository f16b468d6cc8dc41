"""Departures on the desk, over SQLite: what they keep, and what they leave to a later word."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from office import Office, key

from graphsync import departure_desk as desk
from graphsync.departing import departures_due
from graphsync.departures_standing import departed_of, returning_of
from graphsync.erasing import preview
from graphsync.trouble import Refusal
from policies.departures import Departed, Departure, DepartureReason, Did, Move, State
from policies.people import PersonKey


def recorded(office: Office, reason: DepartureReason, *, hours: int = 0) -> Departure:
    """Of a member of staff whose account is linked, in so many hours, or now."""
    office.link("9001")
    who = desk.Subject(
        school="oak",
        person=key("9001"),
        object_id="o-9001",
        sign_in_name="a.wren@oak.example",
        surnames=frozenset({"wren"}),
    )
    at = office.now + timedelta(hours=hours) if hours else None
    return desk.record(office.bench, who, desk.Wish(reason=reason, leaves_at=at))


def acted(office: Office, one: Departure, state: State) -> None:
    move = Move(did=Did.ACTED, at=office.now, by="hr", state=state)
    office.store.departures.move(one.id, move)


def test_evidence_about_whoever_was_removed_is_not_erased_for_its_age(office: Office) -> None:
    def kept() -> set[int]:
        return {one.on_hold for one in preview(office.bench, "oak") if one.records == "payloads"}

    assert kept() == {0}
    one = recorded(office, DepartureReason.SUSPENSION)
    assert kept() == {1}
    desk.withdraw(office.bench, one)
    assert kept() == {0}
    recorded(office, DepartureReason.PLANNED, hours=1)
    office.days(1)
    assert kept() == {0}


def test_what_is_due_is_tried_again_a_quarter_of_an_hour_later_until_it_is_done(
    office: Office,
) -> None:
    one = recorded(office, DepartureReason.PLANNED, hours=1)

    def due() -> list[str]:
        return [each.id for each in departures_due(office.bench, office.now)]

    assert due() == []
    office.now += timedelta(hours=1)
    assert due() == [one.id]
    acted(office, one, State.NOT_DONE)
    assert due() == []
    office.now += timedelta(minutes=15)
    assert due() == [one.id]
    acted(office, one, State.DONE)
    office.days(1)
    assert due() == []


def test_now_takes_the_place_of_a_dated_one_and_a_second_one_is_refused(office: Office) -> None:
    dated = recorded(office, DepartureReason.PLANNED, hours=9)
    now = recorded(office, DepartureReason.IMMEDIATE)
    found = {one.id: one.state(office.now) for one in office.store.departures.all()}
    assert found == {dated.id: State.WITHDRAWN, now.id: State.DUE}
    for hours in (0, 9):
        with pytest.raises(Refusal, match=now.id):
            recorded(office, DepartureReason.DEATH, hours=hours)


def test_an_account_that_is_linked_later_stays_out_by_the_departure_of_the_account(
    office: Office,
) -> None:
    who = desk.Subject(
        school="oak",
        person=None,
        object_id="o-9001",
        sign_in_name="a.wren@oak.example",
        surnames=frozenset(),
    )
    desk.record(office.bench, who, desk.Wish(reason=DepartureReason.IMMEDIATE))

    def departed() -> dict[PersonKey, Departed]:
        left, links = office.store.departures.of(["oak"]), office.store.links.of("oak")
        return departed_of(left, links, office.now)

    assert departed() == {}
    office.link("9001")
    assert set(departed()) == {key("9001")}


def test_only_the_block_of_the_departure_itself_waits_for_the_head(office: Office) -> None:
    one = recorded(office, DepartureReason.IMMEDIATE)
    acted(office, one, State.DONE)

    def returning(blocked_after: timedelta) -> bool:
        link = office.store.links.of("oak")[key("9001")]
        blocked = replace(link, blocked_by_us_at=office.now + blocked_after)
        return bool(returning_of(office.store.departures.of(["oak"]), {key("9001"): blocked}))

    assert not returning(timedelta()), "it stands"
    desk.withdraw(office.bench, one)
    assert returning(timedelta())
    assert not returning(timedelta(days=300)), "a later leaving is the roster's"
