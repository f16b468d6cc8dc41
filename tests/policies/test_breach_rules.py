"""The clock, the alarms and the gates of a breach, as rows have it."""

from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.breach_faults import Fault, Mend
from policies.breach_records import (
    NOTIFIES,
    Act,
    Body,
    Category,
    Cause,
    Decision,
    Facts,
    Loss,
    Risk,
    Row,
    Source,
)
from policies.breaches import (
    ALARMS,
    State,
    alarms_at,
    due_of,
    faults_of_closing,
    is_late,
    kept_time,
    last_alarm,
    standing,
)
from policies.school_days import LONDON

AWARE = datetime(2026, 11, 23, 9, tzinfo=UTC)
WHOLE = Facts(
    title="Mail to the wrong parent",
    losses=(Loss.CONFIDENTIALITY,),
    description="a list went to another parent",
    cause=Cause.MAIL_WRONG_PERSON,
    consequences="worry",
    risk=Risk.UNLIKELY,
    risk_reasons="deleted unread",
    remedy="deleted, and confirmed",
    investigation="looked at the trace",
    investigated_by="IT manager",
    outcome="spoken to",
)
_numbers = count(1)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(  # noqa: DTZ001 - zone added
    lambda naive: naive.replace(tzinfo=LONDON)
)


def row(act: Act, **fields: object) -> Row:
    usual: dict[str, object] = {
        "id": f"f-{next(_numbers)}",
        "breach": "b-1",
        "at": AWARE,
        "by": "x",
    }
    return Row(act=act, **(usual | fields))  # type: ignore[arg-type]


def opened(facts: Facts = WHOLE) -> Row:
    return row(Act.OPENED, source=Source.USER, facts=facts)


def aware(moment: datetime = AWARE) -> Row:
    return row(Act.AWARE, moment=moment)


def advised(decision: Decision = Decision.RECORD) -> Row:
    return row(Act.ADVISED, decision=decision, text="so", by="dpo")


def decided(decision: Decision = Decision.RECORD) -> Row:
    return row(Act.DECIDED, decision=decision, text="so", by="head")


NOTIFIED = row(Act.NOTIFIED, moment=AWARE, reference="IC-1")
PEOPLE = row(Act.TOLD, body=Body.PEOPLE, moment=AWARE, text="letter")


@given(moments)
def test_it_is_due_exactly_72_hours_later_at_any_moment(
    moment: datetime,
) -> None:
    due = due_of(moment)
    assert round(due.timestamp() - moment.timestamp(), 3) == 72 * 3600
    assert due.tzinfo is UTC


@pytest.mark.parametrize(
    ("aware_at", "due"),
    [
        ("2026-10-24 09:00", "2026-10-27 08:00"),  # the clocks go back on the 25th
        ("2026-10-25 01:30", "2026-10-28 00:30"),  # the first half past one of that night
        ("2027-03-27 09:00", "2027-03-30 10:00"),  # and forward on the 28th
        ("2026-12-23 16:00", "2026-12-26 16:00"),  # through Christmas
        ("2026-11-23 09:00", "2026-11-26 09:00"),  # Monday to Thursday
    ],
)
def test_the_clock_runs_through_changes_of_the_clocks_and_holidays(aware_at: str, due: str) -> None:
    moment = datetime.strptime(aware_at, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)
    assert f"{due_of(moment).astimezone(LONDON):%Y-%m-%d %H:%M}" == due


def test_the_72_hours_are_kept_by_a_notice_or_a_decision_in_time_and_by_nothing_else() -> None:
    due, late = due_of(AWARE), due_of(AWARE) + timedelta(seconds=1)
    begun = (opened(), aware())
    to_notify = row(Act.DECIDED, decision=Decision.NOTIFY, text="so", at=AWARE)
    told = {
        "running": (*begun, to_notify),
        "notified": (*begun, row(Act.NOTIFIED, moment=due, reference="IC-1")),
        "notified late": (*begun, row(Act.NOTIFIED, moment=late, reference="IC-1")),
        "none need be": (*begun, row(Act.DECIDED, decision=Decision.RECORD, text="so", at=due)),
        "decided late": (*begun, row(Act.DECIDED, decision=Decision.RECORD, text="so", at=late)),
    }
    assert {name: kept_time(standing(rows), due) for name, rows in told.items()} == {
        "running": None,
        "notified": True,
        "notified late": False,
        "none need be": True,
        "decided late": False,
    }
    assert kept_time(standing(told["running"]), late) is False
    assert kept_time(standing([opened()]), late) is None


def test_nobody_is_in_breach_until_a_person_says_so() -> None:
    suspected = standing([opened(Facts(title="A rule was overridden"))])
    assert (suspected.state, suspected.due, suspected.runs) == (State.SUSPECTED, None, False)
    assert alarms_at(suspected, AWARE + timedelta(days=99)) == ()
    assert standing([opened(), aware()]).state is State.ASSESSING


@given(st.lists(st.timedeltas(timedelta(0), timedelta(hours=100)), max_size=8))
def test_however_often_it_is_asked_each_alarm_is_given_once(asked: list[timedelta]) -> None:
    rows, given_hours = [opened(), aware()], []
    for passed in sorted(asked):
        for hours in alarms_at(standing(rows), AWARE + passed):
            rows.append(row(Act.ALARMED, moment=AWARE, hours=hours))
            given_hours.append(hours)
    longest = max(asked, default=timedelta(0))
    assert given_hours == [hours for hours in ALARMS if timedelta(hours=hours) <= longest]


def test_alarms_count_hours_that_pass_and_not_hours_on_the_wall() -> None:
    before = datetime(2026, 10, 24, 20, tzinfo=LONDON)  # the clocks go back in this night
    now = standing([opened(), aware(before)])
    assert alarms_at(now, datetime(2026, 10, 25, 7, tzinfo=LONDON)) == (12,)
    assert alarms_at(now, datetime(2026, 10, 25, 6, 59, tzinfo=LONDON)) == ()


def test_a_clock_that_is_set_anew_gives_its_alarms_anew() -> None:
    later = AWARE + timedelta(hours=6)
    rows = [opened(), aware(), row(Act.ALARMED, moment=AWARE, hours=12), aware(later)]
    assert alarms_at(standing(rows), later + timedelta(hours=12)) == (12,)
    rows.append(row(Act.ALARMED, moment=AWARE, hours=24))
    assert standing(rows).alarms == frozenset()


@pytest.mark.parametrize("end", [NOTIFIED, decided(Decision.RECORD), row(Act.CLOSED)])
def test_alarms_end_when_the_regulator_is_told_or_need_not_be(end: Row) -> None:
    late = AWARE + timedelta(hours=80)
    assert last_alarm(standing([opened(), aware()]), late) == 71
    assert last_alarm(standing([opened(), aware(), end]), late) is None


def test_a_decision_to_notify_does_not_stop_the_clock() -> None:
    for decision in NOTIFIES:
        assert standing([opened(), aware(), decided(decision)]).runs


def test_only_the_first_notice_can_be_late_and_only_after_72_hours() -> None:
    now = standing([opened(), aware()])
    assert not is_late(now, AWARE + timedelta(hours=72))
    assert is_late(now, AWARE + timedelta(hours=72, microseconds=1))
    assert not is_late(standing([opened(), aware(), NOTIFIED]), AWARE + timedelta(days=9))


def test_what_is_noted_anew_replaces_and_what_is_not_said_stays() -> None:
    rows = [
        opened(),
        row(Act.NOTED, facts=Facts(people=0)),
        row(Act.NOTED, facts=Facts(cause=None)),
    ]
    facts = standing(rows).facts
    assert (facts.people, facts.cause) == (0, Cause.MAIL_WRONG_PERSON)
    again = standing([*rows, row(Act.NOTED, facts=Facts(people=30, children=False))]).facts
    assert (again.people, again.children) == (30, False)


def test_special_and_criminal_follow_from_the_kinds_of_data_and_are_unknown_before() -> None:
    assert (Facts().special, Facts().criminal) == (None, None)
    money = Facts(categories=(Category.FINANCIAL,))
    assert (money.special, money.criminal) == (False, False)
    both = Facts(categories=(Category.HEALTH, Category.CRIMINAL))
    assert (both.special, both.criminal) == (True, True)


def test_an_entry_that_is_whole_may_be_closed() -> None:
    assert faults_of_closing(standing([opened(), aware(), advised(), decided()])) == ()
    reported = Decision.NOTIFY_AND_TELL
    rows = [opened(), aware(), advised(reported), decided(reported), NOTIFIED, PEOPLE]
    assert faults_of_closing(standing(rows)) == ()
    assert standing([*rows, row(Act.CLOSED)]).state is State.CLOSED


def test_what_is_no_breach_needs_advice_and_a_decision_and_nothing_else() -> None:
    bare = opened(Facts(title="An override"))
    assert len(faults_of_closing(standing([bare]))) == 2
    rows = [bare, advised(Decision.NO_BREACH), decided(Decision.NO_BREACH)]
    assert faults_of_closing(standing(rows)) == ()


@pytest.mark.parametrize(
    ("without", "told"),
    [
        ({"advice": None}, Fault("the DPO has not advised", Mend.DEPUTY, "A12.4")),
        ({"decided": None}, Fault("nobody has decided", Mend.DECIDE, "A12.3")),
        ({"aware_at": None}, Fault("nobody has said when", Mend.AWARE)),
    ],
)
def test_closing_asks_for_advice_decision_and_awareness(
    without: dict[str, None], told: Fault
) -> None:
    whole = standing([opened(), aware(), advised(), decided()])
    (fault,) = faults_of_closing(msgspec.structs.replace(whole, **without))
    assert fault.text.startswith(told.text)
    assert (fault.mend, fault.clause) == (told.mend, told.clause)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"risk": None}, Mend.RISK),
        ({"risk_reasons": ""}, Mend.RISK_REASONS),
        ({"risk": Risk.HIGH}, Mend.RERATE),
        ({"description": ""}, Mend.DESCRIPTION),
        ({"cause": None}, Mend.CAUSE),
        ({"consequences": ""}, Mend.CONSEQUENCES),
        ({"remedy": ""}, Mend.REMEDY),
        ({"investigation": ""}, Mend.INVESTIGATION),
        ({"investigated_by": ""}, Mend.INVESTIGATED_BY),
        ({"outcome": ""}, Mend.OUTCOME),
        ({"outcome": "None"}, Mend.OUTCOME),
        ({"subject": "it MANAGER "}, Mend.INVESTIGATOR),
        ({"cyber": True}, Mend.BODY),
    ],
)
def test_closing_names_the_one_thing_that_is_missing(change: dict[str, object], told: Mend) -> None:
    facts = msgspec.structs.replace(WHOLE, **change)
    (fault,) = faults_of_closing(standing([opened(facts), aware(), advised(), decided()]))
    assert fault.mend is told
    assert "--" not in str(fault)  # the words are for pages as well


def test_what_the_decision_asks_for_is_recorded_before_closing() -> None:
    both = Decision.NOTIFY_AND_TELL
    rows = [opened(), aware(), advised(both), decided(both)]
    first, second = faults_of_closing(standing(rows))
    assert (first.mend, second.mend) == (Mend.NOTIFY, Mend.TELL_PEOPLE)
    (left,) = faults_of_closing(standing([*rows, NOTIFIED]))
    assert left.mend is Mend.TELL_PEOPLE


def test_an_attack_may_be_closed_once_it_was_reported_somewhere() -> None:
    attack = opened(msgspec.structs.replace(WHOLE, cyber=True))
    rows = [attack, aware(), advised(), decided()]
    assert len(faults_of_closing(standing([*rows, PEOPLE]))) == 1
    ncsc = row(Act.TOLD, body=Body.NCSC, moment=AWARE, text="web form")
    assert faults_of_closing(standing([*rows, ncsc])) == ()


def test_opened_again_it_is_advised_and_decided_anew_and_its_clock_stays() -> None:
    closed = [opened(), aware(), advised(), decided(), row(Act.CLOSED)]
    again = standing([*closed, row(Act.REOPENED, text="another copy")])
    assert (again.state, again.aware_at) == (State.ASSESSING, AWARE)
    assert len(faults_of_closing(again)) == 2


def test_a_decision_against_the_advice_shows() -> None:
    rows = [opened(), aware(), advised(Decision.NOTIFY)]
    assert not standing(rows).against_advice
    assert standing([*rows, decided(Decision.RECORD)]).against_advice
    assert not standing([*rows, decided(Decision.NOTIFY)]).against_advice
