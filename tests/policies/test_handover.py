"""What happens when after somebody leaves, and the steps by hand that somebody ticks off."""

from datetime import UTC, datetime, timedelta

import pytest

from policies.departures import Departure, DepartureReason, Did, Move, State
from policies.handover import report, stages, tasks, why_not_ticked
from policies.people import PersonKey

HOUR = datetime(2026, 10, 23, 15, tzinfo=UTC)  # two days before the clocks change
DAY = timedelta(days=1)


def a_departure(*moves: Move, **fields: object) -> Departure:
    recorded = Move(did=Did.RECORDED, at=HOUR - DAY, by="hr", leaves_at=HOUR)
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


def acted(state: State) -> Move:
    return Move(did=Did.ACTED, at=HOUR, by="schedule", state=state)


def test_licences_go_and_deletion_is_decided_days_later_at_the_same_time_of_day() -> None:
    found = {one.what: one.at for one in stages(a_departure(), 30) if one.at}
    at = [f"{one.astimezone(UTC):%d.%m %H}" for one in found.values()]
    assert at == ["23.10 15", "23.10 15", "23.10 15", "24.10 15", "22.11 16", "21.01 16"]


@pytest.mark.parametrize(
    "fields", [{"urgent": True}, {"reason": DepartureReason.SUSPENSION}, {"reason": "death"}]
)
def test_where_evidence_stays_nothing_is_handed_over_and_nothing_goes_later(
    fields: dict[str, object],
) -> None:
    one = a_departure(acted(State.DONE), **fields)
    assert tasks(one, "m.finch@oak.example") == ()
    assert stages(one, 30)[-1].what.startswith("Groups, licences, mailbox and files stay")
    assert why_not_ticked(one, Did.REPLY_SET, HOUR) == "there is no such step by hand"


def test_each_step_names_whose_and_who_takes_over_and_nothing_that_a_shell_would_run() -> None:
    for one in tasks(a_departure(), "m.finch@oak.example"):
        assert "a.wren@oak.example" in one.how
        assert one.done is None
    assert "m.finch@oak.example" in tasks(a_departure(), "m.finch@oak.example")[0].how
    assert "(whoever takes over)" in tasks(a_departure(), "")[0].how
    odd = a_departure(sign_in_name="a;Remove-Mailbox x@oak.example")
    assert not any("Remove-Mailbox x" in one.how for one in tasks(odd, "$(whoami)@oak.example"))
    assert not any("whoami" in one.how for one in tasks(odd, "$(whoami)@oak.example"))


def test_a_step_is_ticked_once_from_the_hour_on_while_the_departure_stands() -> None:
    one = a_departure()
    before, after = HOUR - timedelta(seconds=1), HOUR
    assert why_not_ticked(one, Did.REPLY_SET, before) == "the departure is dated"
    assert why_not_ticked(one, Did.REPLY_SET, after) == ""
    done = a_departure(Move(did=Did.REPLY_SET, at=HOUR, by="it"))
    assert why_not_ticked(done, Did.REPLY_SET, after) == "it was ticked off already"
    assert [task.done is not None for task in tasks(done, "")] == [True, False, False, False]
    gone = a_departure(Move(did=Did.WITHDRAWN, at=HOUR, by="hr"))
    assert why_not_ticked(gone, Did.REPLY_SET, after) == "the departure is withdrawn"
    assert why_not_ticked(one, Did.CONFIRMED, after) == "there is no such step by hand"


def test_a_step_that_is_ticked_changes_nothing_of_how_the_departure_stands() -> None:
    ticked = Move(did=Did.FILES_HANDED, at=HOUR, by="it")
    for state in (State.DONE, State.NOT_DONE, State.UNVERIFIED):
        assert a_departure(acted(state), ticked).state(HOUR) is state


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.DONE, "read back from the tenant"),
        (State.NOT_DONE, "failed"),
        (State.UNVERIFIED, "failed"),
    ],
)
def test_the_line_of_the_day_after_says_done_or_failed(state: State, words: str) -> None:
    one = a_departure(acted(state))
    assert report(one, HOUR + DAY - timedelta(seconds=1)) == ""
    assert words in report(one, HOUR + DAY)
    assert "Last day 23.10.2026" in report(one, HOUR + DAY)
    assert "failed" in report(a_departure(), HOUR + DAY), "it never acted"
    gone = a_departure(acted(state), Move(did=Did.WITHDRAWN, at=HOUR, by="hr"))
    assert report(gone, HOUR + DAY) == ""
