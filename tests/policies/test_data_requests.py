"""What stands of a request after its rows, and what is missing before an answer may go."""

from datetime import UTC, date, datetime

import pytest

from policies.data_requests import (
    State,
    about_key,
    faults_of_closing,
    faults_of_sending,
    must_leave_out,
    standing,
)
from policies.people import PersonKey
from policies.request_records import Act, Harm, Kind, Outcome, Row, Step

CAME, TODAY = date(2026, 9, 1), date(2026, 9, 20)


def row(act: Act, **fields: object) -> Row:
    at = datetime(2026, 9, 1, 9, tzinfo=UTC)
    return Row(id="w-1", request="q-1", act=act, at=at, by="entra:a", **fields)  # type: ignore[arg-type]


def rows(kind: Kind, *others: Row) -> list[Row]:
    return [row(Act.LOGGED, kind=kind, day=CAME), *others]


TICKED = [row(Act.TICKED, step=one) for one in Step]
HEARD, CHECKED = row(Act.CONSULTED, harm=Harm.NONE), row(Act.CHECKED)
SENT = row(Act.SENT, day=TODAY)


def test_an_access_request_is_whole_with_every_step_the_lead_and_a_second_person() -> None:
    done = [*TICKED, HEARD, CHECKED]
    assert faults_of_sending(standing(rows(Kind.ACCESS, *done))) == ()
    for number in range(len(done)):
        left = [one for place, one in enumerate(done) if place != number]
        assert len(faults_of_sending(standing(rows(Kind.ACCESS, *left)))) == 1
    again = [*done, row(Act.CONSULTED, harm=Harm.SOME)]  # and so it is to be checked anew
    assert len(faults_of_sending(standing(rows(Kind.ACCESS, *again)))) == 1
    paused = row(Act.PAUSED, day=CAME)
    assert "clock stands" in faults_of_sending(standing(rows(Kind.ACCESS, *done, paused)))[0]


@pytest.mark.parametrize("kind", [one for one in Kind if one not in {Kind.ACCESS, Kind.COMPLAINT}])
def test_what_sends_no_copy_needs_the_steps_alone(kind: Kind) -> None:
    assert faults_of_sending(standing(rows(kind, *TICKED))) == ()
    assert len(faults_of_sending(standing(rows(kind)))) == len(Step)


def test_a_complaint_is_acknowledged_first_and_then_has_no_day() -> None:
    new = standing(rows(Kind.COMPLAINT))
    assert (new.due(TODAY), len(faults_of_sending(new))) == (date(2026, 9, 30), 1)
    told = standing(rows(Kind.COMPLAINT, row(Act.ACKNOWLEDGED, day=CAME)))
    assert (told.due(TODAY), faults_of_sending(told)) == (None, ())


def test_the_day_moves_while_the_clock_stands_and_stays_moved() -> None:
    paused = rows(Kind.ACCESS, row(Act.PAUSED, day=date(2026, 9, 10)))
    now = standing(paused)
    assert (now.state, now.due(TODAY)) == (State.PAUSED, date(2026, 10, 12))  # 11.10. is a Sunday
    again = standing([*paused, row(Act.RESUMED, day=date(2026, 9, 15))])
    assert (again.state, again.due(TODAY)) == (State.OPEN, date(2026, 10, 6))
    longer = standing([*paused, row(Act.RESUMED, day=date(2026, 9, 15)), row(Act.EXTENDED)])
    assert longer.due(TODAY) == date(2026, 12, 7)  # 6 December is a Sunday
    assert standing(rows(Kind.ACCESS, SENT)).due(TODAY) is None


def test_a_request_is_closed_with_its_search_log_or_with_why_not() -> None:
    open_, sent = standing(rows(Kind.ACCESS)), standing(rows(Kind.ACCESS, SENT))
    assert len(faults_of_closing(open_, Outcome.ANSWERED, [], "")) == 2
    assert len(faults_of_closing(sent, Outcome.ANSWERED, ["", ""], "")) == 1
    assert faults_of_closing(sent, Outcome.ANSWERED, ["mail"], "") == ()
    erased = standing(rows(Kind.ERASURE, SENT))
    assert faults_of_closing(erased, Outcome.ANSWERED, [], "") == ()
    assert len(faults_of_closing(open_, Outcome.REFUSED, [], " ")) == 1
    assert faults_of_closing(open_, Outcome.WITHDRAWN, [], "taken back by phone") == ()


def test_the_file_of_a_refusal_and_of_a_complaint_is_that_of_a_dispute() -> None:
    for kind, outcome, told in (
        (Kind.ACCESS, Outcome.ANSWERED, False),
        (Kind.ACCESS, Outcome.REFUSED, True),
        (Kind.COMPLAINT, Outcome.ANSWERED, True),
    ):
        now = standing(rows(kind, row(Act.CLOSED, outcome=outcome)))
        assert (now.state, now.was_disputed) == (State.CLOSED, told)


def test_harm_is_left_out_and_a_reference_is_nobodys_key() -> None:
    some = row(Act.CONSULTED, harm=Harm.SOME)
    assert must_leave_out(standing(rows(Kind.ACCESS, some)))
    assert not must_leave_out(standing(rows(Kind.ACCESS, HEARD)))
    assert about_key("oak", "oak:1") == PersonKey("oak", "1")
    assert about_key("oak", "elm:1") is None
    assert about_key("oak", "letter 7") is None
    assert repr(row(Act.SENT)) == "Row(w-1)"
    assert repr(standing(rows(Kind.ACCESS, SENT))) == "Standing(q-1, sent)"
