"""A compromised password ends with its cause, which the DPO reads in the breach register."""

import dataclasses

import pytest
from office import Office, key

from graphsync.breach_desk import advise, close, decide, note, show
from graphsync.breach_drafts import Trigger, draft_for
from graphsync.compromise import OPENED, journal_of
from graphsync.compromise_ending import CAUSES, WORDS, Came, end, open_incidents
from graphsync.trouble import Refusal
from policies.breach_records import Cause, Decision, Facts

AMY = key("1")


def opened(office: Office, incident: str = "i-1") -> str:
    """An incident and the draft that it opens; the draft."""
    office.store.journal.append([journal_of(AMY, OPENED, "dpo", {"incident": incident})])
    return draft_for(office.bench, "oak", Trigger.PASSWORD_KNOWN, f"incident:{incident}")


def still_open(office: Office) -> list[str]:
    return [one.incident for one in open_incidents(office.bench, AMY)]


@pytest.mark.parametrize("came", Came)
def test_the_cause_stands_in_the_entry_and_the_incident_is_over(office: Office, came: Came) -> None:
    breach = opened(office)
    assert still_open(office) == ["i-1"]
    ended = end(office.bench, AMY, "i-1", came)
    assert (ended.breach, ended.cause) == (breach, came)
    file = show(office.bench, breach)
    assert file.facts.cause is CAUSES.get(came, Cause.PASSWORD_KNOWN)
    assert WORDS[came] in file.rows[-1].text
    assert still_open(office) == []
    row = office.store.journal.of_person(AMY)[-1]
    assert (row.operation, row.result) == ("incident_closed", str(came))
    with pytest.raises(Refusal, match="no open incident"):
        end(office.bench, AMY, "i-1", came)


def test_only_an_incident_of_this_person_is_ended(office: Office) -> None:
    opened(office)
    opened(office, "i-2")
    with pytest.raises(Refusal, match="oak:2 has no open incident"):
        end(office.bench, key("2"), "i-1", Came.PHISHED)
    end(office.bench, AMY, "i-2", Came.PHISHED)
    assert still_open(office) == ["i-1"]


def test_the_cause_that_the_dpo_entered_stays(office: Office) -> None:
    breach = opened(office)
    note(office.bench, breach, Facts(cause=Cause.LOST_DEVICE))
    end(office.bench, AMY, "i-1", Came.PHISHED)
    file = show(office.bench, breach)
    assert file.facts.cause is Cause.LOST_DEVICE
    assert WORDS[Came.PHISHED] in file.rows[-1].text


def test_an_entry_that_is_closed_is_left_alone(office: Office) -> None:
    breach = opened(office)
    advise(office.bench, breach, Decision.NO_BREACH, "a pupil's own friend")
    other = dataclasses.replace(office.bench, requester="other")
    decide(other, breach, Decision.NO_BREACH, "as advised")
    close(office.bench, breach)
    rows = show(office.bench, breach).rows
    end(office.bench, AMY, "i-1", Came.NOBODY)
    assert show(office.bench, breach).rows == rows
    assert still_open(office) == []
