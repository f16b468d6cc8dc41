"""Requests about somebody's data from the letter to the end; who may not send, and to whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from office import Office, a_pupil, key
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from graphsync import request_desk as desk
from graphsync.bench import Bench
from graphsync.erasing import erase, preview
from graphsync.request_desk import Wish
from graphsync.store import tables
from graphsync.trouble import Refusal
from policies.data_requests import State
from policies.people import Contact
from policies.request_records import Asker, Harm, Kind, Means, Outcome, Pause, Step
from policies.school_days import school_day


def today(office: Office) -> date:
    return school_day(office.now)


def wish(office: Office, **fields: object) -> Wish:
    usual: dict[str, object] = {
        "school": "oak",
        "kind": Kind.ACCESS,
        "received": today(office),
        "about": "oak:1",
        "asker": Asker.PARENT,
        "contact": "77",
    }
    return Wish(**(usual | fields))  # type: ignore[arg-type]


def as_dpo(office: Office) -> Bench:
    return replace(office.bench, requester="dpo")


def ready(office: Office, **fields: object) -> str:
    """An access request that may be sent by anybody but the head, who checked it."""
    request = desk.log(office.bench, wish(office, **fields)).request
    for step in Step:
        desk.tick(as_dpo(office), request, step)
    desk.consult(office.bench, request, Harm.SOME)
    desk.check(office.bench, request)
    return request


def with_contact(office: Office, *, court_order: bool) -> None:
    contact = Contact(pupil=key("1"), contact_id="77", court_order=court_order)
    office.accept(a_pupil("1"), contacts=[contact])


def test_a_request_goes_from_the_letter_to_its_end_and_the_journal_tells_of_it(
    office: Office,
) -> None:
    with_contact(office, court_order=False)
    request = ready(office)
    with pytest.raises(Refusal, match="you checked it"):
        desk.sent(office.bench, request, Means.SECURE_LINK, today(office))
    sent = desk.sent(as_dpo(office), request, Means.SECURE_LINK, today(office))
    assert (sent.line.state, sent.line.due, sent.leave_out) == (State.SENT, None, True)
    with pytest.raises(Refusal, match="went out already"):
        desk.sent(as_dpo(office), request, Means.SECURE_LINK, today(office))
    with pytest.raises(Refusal, match="search log is empty"):
        desk.close(as_dpo(office), request, Outcome.ANSWERED, [" "])
    with pytest.raises(Refusal, match="200 letters"):
        desk.close(as_dpo(office), request, Outcome.ANSWERED, ["m" * 201])
    closed = desk.close(as_dpo(office), request, Outcome.ANSWERED, ["Mail", "CCTV "])
    assert closed.rows[-1].systems == ("Mail", "CCTV")
    assert desk.listing(office.bench, ["oak"]) == ()
    assert [one.request for one in desk.listing(office.bench, ["oak"], closed=True)] == [request]
    with pytest.raises(Refusal, match="is closed"):
        desk.tick(office.bench, request, Step.IDENTITY)
    for act, number in (("logged", 1), ("ticked", 0), ("checked", 1), ("sent", 0)):
        events = office.store.journal.count_events("oak", f"request_{act}", "head", office.now)
        assert events == number, act
    changed = update(tables.data_requests).values(act="sent")
    with (
        pytest.raises(DatabaseError, match="never edited"),
        office.store.database.writing() as connection,
    ):
        connection.execute(changed)


def test_nothing_goes_to_a_contact_whom_an_order_restricts_as_the_roster_has_it_now(
    office: Office,
) -> None:
    with_contact(office, court_order=False)
    request = ready(office)
    assert not desk.show(office.bench, request).restricted
    with_contact(office, court_order=True)
    assert desk.show(office.bench, request).restricted
    with pytest.raises(Refusal, match="court order"):
        desk.sent(as_dpo(office), request, Means.SECURE_LINK, today(office))
    refused = desk.close(as_dpo(office), request, Outcome.REFUSED, [], "an order forbids it")
    assert refused.line.state is State.CLOSED


def test_the_clock_stands_only_while_who_or_what_is_not_clear(office: Office) -> None:
    request = desk.log(office.bench, wish(office)).request
    due = desk.show(office.bench, request).line.due
    assert due is not None
    with pytest.raises(Refusal, match="what was asked"):
        desk.pause(office.bench, request, Pause.SCOPE, today(office), "")
    with pytest.raises(Refusal, match="clock runs"):
        desk.resume(office.bench, request, today(office))
    desk.pause(office.bench, request, Pause.SCOPE, today(office), "which years they mean")
    with pytest.raises(Refusal, match="stands already"):
        desk.pause(office.bench, request, Pause.SCOPE, today(office), "which years they mean")
    office.days(7)
    with pytest.raises(Refusal, match="the day lies between"):
        desk.resume(office.bench, request, today(office) + timedelta(days=1))
    again = desk.resume(office.bench, request, today(office))
    assert again.line.due == due + timedelta(days=7)
    early = today(office) - timedelta(days=3)  # before the last pause ended
    with pytest.raises(Refusal, match="the day lies between"):
        desk.pause(office.bench, request, Pause.IDENTITY, early, "a passport, please")


def test_two_months_more_are_taken_once_with_a_reason_and_in_time(office: Office) -> None:
    request = desk.log(office.bench, wish(office)).request
    with pytest.raises(Refusal, match="say in a few words"):
        desk.extend(office.bench, request, "many")
    longer = desk.extend(office.bench, request, "ten years of mail; told on the 26th")
    assert longer.line.extended
    with pytest.raises(Refusal, match="done once"):
        desk.extend(office.bench, request, "ten years of mail; told on the 26th")
    late = desk.log(office.bench, wish(office)).request
    office.days(40)
    with pytest.raises(Refusal, match="extended no more"):
        desk.extend(office.bench, late, "ten years of mail; told on the 26th")
    (first, second) = desk.listing(office.bench, ["oak"])
    assert (first.request, second.request) == (late, request)
    assert (first.days_left or 0) < 0


def test_a_complaint_is_acknowledged_and_has_no_clock_to_stop(office: Office) -> None:
    complaint = desk.log(office.bench, wish(office, kind=Kind.COMPLAINT)).request
    refused: list[Callable[[], object]] = [
        lambda: desk.pause(office.bench, complaint, Pause.SCOPE, today(office), "what they mean"),
        lambda: desk.extend(office.bench, complaint, "ten years of mail"),
        lambda: desk.consult(office.bench, complaint, Harm.NONE),
        lambda: desk.sent(office.bench, complaint, Means.IN_PERSON, today(office)),
    ]
    for act in refused:
        with pytest.raises(Refusal):
            act()
    desk.acknowledge(office.bench, complaint, today(office))
    assert desk.sent(office.bench, complaint, Means.IN_PERSON, today(office)).line.due is None
    other = desk.log(office.bench, wish(office)).request
    with pytest.raises(Refusal, match="this is none"):
        desk.acknowledge(office.bench, other, today(office))
    with pytest.raises(Refusal, match="safeguarding lead is asked first"):
        desk.check(office.bench, other)
    with pytest.raises(Refusal, match="there is no request q-0"):
        desk.show(office.bench, "q-0")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"about": " "}, "whom it is about"),
        ({"about": "amy@oak.example"}, "whom it is about"),
        ({"about": "x" * 61}, "whom it is about"),
        ({"contact": "mum@home.example"}, "contact's number"),
        ({"note": "n" * 201}, "200 letters"),
        ({"received": date(2999, 1, 1)}, "in the future"),
    ],
)
def test_what_is_no_request_is_refused(
    office: Office, fields: dict[str, object], told: str
) -> None:
    with pytest.raises(Refusal, match=told):
        desk.log(office.bench, wish(office, **fields))
    assert desk.listing(office.bench, ["oak"], closed=True) == ()


def test_requests_go_by_their_years_and_an_open_one_keeps_what_is_held_of_its_person(
    office: Office,
) -> None:
    office.accept(a_pupil("1"))
    answered = desk.log(office.bench, wish(office, about="letter 7", kind=Kind.ERASURE)).request
    refused = desk.log(office.bench, wish(office, about="letter 8")).request
    open_ = desk.log(office.bench, wish(office)).request
    for step in Step:
        desk.tick(office.bench, answered, step)
    desk.sent(office.bench, answered, Means.IN_PERSON, today(office))
    desk.close(office.bench, answered, Outcome.ANSWERED, [])
    desk.close(office.bench, refused, Outcome.REFUSED, [], "nobody asked")
    office.days(367)
    lines = {one.records: one for one in preview(office.bench, "oak")}
    assert (lines["requests"].due, lines["disputed_requests"].due) == (7, 0)
    assert lines["payloads"].on_hold == 1
    erase(office.bench, ["oak"])
    left = [one.request for one in desk.listing(office.bench, ["oak"], closed=True)]
    assert left == [open_, refused]
    assert office.store.journal.count_events("oak", "erase_request", "7", office.now) == 1
    office.days(6 * 366)
    erase(office.bench, ["oak"])
    assert [one.request for one in desk.listing(office.bench, ["oak"], closed=True)] == [open_]
