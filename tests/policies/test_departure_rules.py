"""How a departure stands, moment by moment, and what standing it gives its person."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.departures import (
    Departed,
    Departure,
    DepartureReason,
    Did,
    Move,
    State,
    hour_of,
    why_not_confirmed,
    why_not_moved,
    why_not_withdrawn,
)
from policies.people import PersonKey

HOUR = datetime(2026, 11, 25, 16, tzinfo=UTC)


def a_departure(*moves: Move, **fields: object) -> Departure:
    recorded = Move(did=Did.RECORDED, at=HOUR - timedelta(9), by="hr", leaves_at=HOUR)
    usual = {
        "id": "d-1",
        "school": "oak",
        "person": PersonKey("oak", "9001"),
        "object_id": "o-1",
        "sign_in_name": "a.wren@oak.example",
        "reason": DepartureReason.PLANNED,
        "urgent": False,
    }
    return Departure(moves=(recorded, *moves), **(usual | fields))  # type: ignore[arg-type]


def did(what: Did, state: State | None = None, leaves_at: datetime | None = None) -> Move:
    return Move(did=what, at=HOUR, by="hr", state=state, leaves_at=leaves_at)


@pytest.mark.parametrize(
    ("moves", "before", "after"),
    [
        ((), State.DATED, State.DUE),
        ((did(Did.MOVED, leaves_at=HOUR + timedelta(9)),), State.DATED, State.DATED),
        ((did(Did.ACTED, State.DONE),), State.DONE, State.DONE),
        ((did(Did.ACTED, State.NOT_DONE), did(Did.ALERTED)), State.NOT_DONE, State.NOT_DONE),
        ((did(Did.ACTED, State.NOT_DONE), did(Did.ACTED, State.DONE)), State.DONE, State.DONE),
        ((did(Did.ACTED, State.NOT_DONE), did(Did.CONFIRMED)), State.CONFIRMED, State.CONFIRMED),
        ((did(Did.ACTED, State.DONE), did(Did.WITHDRAWN)), State.WITHDRAWN, State.WITHDRAWN),
    ],
)
def test_the_state_is_told_from_what_happened(
    moves: tuple[Move, ...], before: State, after: State
) -> None:
    one = a_departure(*moves)
    assert one.state(HOUR - timedelta(seconds=1)) is before
    assert one.state(HOUR) is after


def test_it_stands_from_its_hour_until_it_is_withdrawn() -> None:
    assert not a_departure().stands(HOUR - timedelta(seconds=1))
    assert a_departure().stands(HOUR)
    assert a_departure(did(Did.ACTED, State.DONE), did(Did.CONFIRMED)).stands(HOUR)
    assert not a_departure(did(Did.WITHDRAWN)).stands(HOUR)


@pytest.mark.parametrize("state", State)
def test_who_may_still_do_what_is_told_by_the_state_alone(state: State) -> None:
    assert bool(why_not_moved(state)) is (state is not State.DATED)
    assert bool(why_not_withdrawn(state)) is (state is State.WITHDRAWN)
    assert bool(why_not_confirmed(state)) is (state not in {State.NOT_DONE, State.UNVERIFIED})


@pytest.mark.parametrize("reason", DepartureReason)
@pytest.mark.parametrize("urgent", [True, False])
def test_only_an_ordinary_departure_at_its_day_lets_groups_go_later(
    reason: DepartureReason, *, urgent: bool
) -> None:
    ordinary = {DepartureReason.PLANNED, DepartureReason.TRANSFER}
    one = a_departure(reason=reason, urgent=urgent)
    assert one.keeps is (urgent or reason not in ordinary)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.none() | st.times())
def test_a_last_day_is_over_after_it_by_the_clock_at_school(day: date, hour: time | None) -> None:
    over = hour_of(day, hour)
    assert over.date() == (day if hour else day + timedelta(days=1))
    assert over.utcoffset() is not None


def test_a_departure_names_nobody_in_a_log() -> None:
    assert repr(a_departure()) == "Departure(d-1)"
    assert "9001" not in repr(Departed(departure="d-1", last_day=HOUR.date(), keeps=True))
