"""What the five policies ask of incidents and breaches, clause by clause."""

from collections import Counter
from datetime import datetime

import msgspec
import pytest

from policies.breach_records import Act, Cause, Decision, Facts, Risk, Row, Source
from policies.breaches import Standing, due_of, faults_of_closing, standing
from policies.school_days import LONDON

WHOLE = Facts(
    title="Mail to the wrong parent",
    description="a list went to another parent",
    cause=Cause.MAIL_WRONG_PERSON,
    consequences="worry",
    risk=Risk.UNLIKELY,
    risk_reasons="deleted unread",
    containment="recall tried, failed; deletion confirmed",
    remedy="deleted, and confirmed",
    investigation="looked at the trace",
    investigated_by="IT manager",
    outcome="spoken to",
)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)


MONDAY = at("2026-11-23 09:00")


def a_breach(facts: Facts) -> Standing:
    """One of which the school is aware, advised and decided to be kept on record."""
    common = {"breach": "b-1", "at": MONDAY, "by": "dpo"}
    return standing(
        [
            Row(id="1", act=Act.OPENED, source=Source.USER, facts=facts, **common),
            Row(id="2", act=Act.AWARE, moment=MONDAY, **common),
            Row(id="3", act=Act.ADVISED, decision=Decision.RECORD, text="so", **common),
            Row(id="4", act=Act.DECIDED, decision=Decision.RECORD, text="so", **common),
        ]
    )


def faults(**facts: object) -> tuple[str, ...]:
    found = faults_of_closing(a_breach(msgspec.structs.replace(WHOLE, **facts)))
    return tuple(map(str, found))


def test_pb_7_2b_from_monday_nine_it_is_due_on_thursday_nine():
    assert due_of(MONDAY).astimezone(LONDON) == at("2026-11-26 09:00")


def test_pb_9_10_a_misdirected_mail_has_its_clock_what_was_tried_and_a_decision():
    kept = a_breach(WHOLE)
    assert kept.due == due_of(MONDAY)
    assert kept.facts.cause is Cause.MAIL_WRONG_PERSON
    assert "recall tried" in kept.facts.containment
    assert faults() == ()
    undecided = msgspec.structs.replace(kept, decided=None)
    assert [fault.text[:22] for fault in faults_of_closing(undecided)] == ["nobody has decided whe"]


@pytest.mark.parametrize("outcome", ["", "none", " None "])
def test_tmhs_2_1g_a_breach_has_an_outcome_and_none_has_its_reason(outcome: str):
    (fault,) = faults(outcome=outcome)
    assert fault in {"what followed is not told", "the outcome is none: say why (TMHS-2.1g)"}
    assert faults(outcome="none: a first mistake, trained since") == ()


def test_wpt_2_ctx_2_it_is_investigated_and_not_by_whose_act_it_was():
    assert ["investigation" in fault for fault in faults(investigation="")] == [True]
    (fault,) = faults(subject="IT Manager")
    assert "not whose act it was" in fault
    assert faults(subject="an assistant") == ()


def test_wpt_3_act_14_every_breach_has_its_cause_so_that_they_can_be_counted():
    assert len(faults(cause=None)) == 1
    five = [a_breach(msgspec.structs.replace(WHOLE, cause=cause)) for cause in list(Cause)[:5]]
    assert all(not faults_of_closing(one) for one in five)
    assert Counter(one.facts.cause for one in five).total() == 5
