"""A plan that a head sent back is dead, and does not come again by itself."""

import asyncio

import msgspec
import pytest
from office import Office, a_pupil, an_account, key

from graphsync import return_desk, run
from graphsync.job_desk import ask_apply
from graphsync.report import RunReport, RunState
from graphsync.return_desk import LONGEST_REASON
from graphsync.run_desk import approve, show
from graphsync.sent_back import CODE
from graphsync.store.runs import State
from graphsync.trouble import Refusal
from graphsync.worklist import WAITS

LIMITS = "limits: {create: {floor: 1, share: 0.01, count: 1}}\n"
WHY = "Year 11 is still here"


def a_plan(office: Office, pupils: int = 3, **scope: frozenset[object]) -> RunReport:
    office.accept(*(a_pupil(str(number)) for number in range(1, pupils + 1)))
    return office.plan(**scope)


def codes(report: RunReport) -> list[str]:
    return [reason.code for reason in report.verdict.reasons]


def send_back(office: Office, report: RunReport, reason: str = WHY) -> None:
    return_desk.send_back(office.bench, report.run, reason)


def say_yes(office: Office, report: RunReport) -> None:
    approve(office.bench, report.run, report.digest, codes(report), [])


@pytest.mark.parametrize("limits", ["", LIMITS], ids=["drafted", "parked"])
def test_what_was_sent_back_is_neither_approved_nor_carried_out(
    office: Office, limits: str
) -> None:
    office.pack(limits)
    report = a_plan(office)
    send_back(office, report, f"  {WHY}\n")
    told = show(office.bench, report.run)
    assert told.state == RunState.RETURNED
    assert told.returned is not None
    assert (told.returned.by, told.returned.reason) == ("head", WHY)
    with pytest.raises(Refusal, match="is returned"):
        say_yes(office, report)
    with pytest.raises(Refusal, match="is returned"):
        asyncio.run(run.apply(office.bench, report.run))
    with pytest.raises(Refusal, match="is returned"):
        ask_apply(office.bench, report.run, report.digest)
    with pytest.raises(Refusal, match="only a plan that waits"):
        send_back(office, report)
    row = office.store.journal.of_run(report.run)[-1]
    assert (row.operation, row.result) == ("returned", "head")


@pytest.mark.parametrize("reason", ["", " \n ", "x" * (LONGEST_REASON + 1)])
def test_a_plan_goes_back_only_with_a_reason_of_some_length(office: Office, reason: str) -> None:
    report = a_plan(office)
    with pytest.raises(Refusal, match="say why"):
        send_back(office, report, reason)
    assert show(office.bench, report.run).state == RunState.DRAFTED


def test_a_plan_that_changes_nothing_is_not_sent_back(office: Office) -> None:
    office.accept()
    with pytest.raises(Refusal, match="changes nothing"):
        send_back(office, office.plan())
    assert office.plan().verdict.passes


def test_the_same_plan_under_another_run_goes_back_with_it(office: Office) -> None:
    office.pack(LIMITS)
    first = a_plan(office)
    office.days(1)
    pilot = office.plan(only=frozenset({key("1")}))
    again = office.plan()
    send_back(office, again)
    assert show(office.bench, first.run).state == RunState.RETURNED
    assert show(office.bench, pilot.run).state != RunState.RETURNED


def test_a_plan_that_somebody_approved_meanwhile_is_not_sent_back(office: Office) -> None:
    office.pack(LIMITS)
    first, again = a_plan(office), office.plan()
    say_yes(office, first)
    with pytest.raises(Refusal, match=f"approved as {first.run}"):
        send_back(office, again)
    with pytest.raises(Refusal, match="is approved"):
        send_back(office, first)


def test_the_same_plan_again_waits_for_a_person_whatever_its_size(office: Office) -> None:
    report = a_plan(office)
    assert report.verdict.passes
    send_back(office, report)
    office.days(1)
    again = office.plan()
    assert (again.state, codes(again)) == (RunState.PARKED, [CODE])
    assert WHY not in again.verdict.reasons[0].text  # reasons are mailed
    with pytest.raises(Refusal, match=CODE):
        approve(office.bench, again.run, again.digest, [], [])
    say_yes(office, again)
    office.days(1)
    assert office.plan().verdict.passes  # the last word on it was a yes


def test_a_plan_that_differs_is_judged_by_itself(office: Office) -> None:
    send_back(office, a_plan(office))
    assert a_plan(office, pupils=4).verdict.passes


def test_it_waits_for_the_it_manager_until_another_plan_or_a_yes(office: Office) -> None:
    def waits() -> list[str]:
        return office.store.returns.open(["oak"])

    report = a_plan(office)
    send_back(office, report)
    assert waits() == [report.run]
    office.plan(only=frozenset({key("1")}))  # a pilot answers nothing that was for all
    again = office.plan()
    assert waits() == [report.run]
    send_back(office, again)
    assert waits() == [again.run]
    say_yes(office, office.plan())
    assert not waits()
    send_back(office, office.plan(only=frozenset({key("1"), key("2")})))
    assert len(waits()) == 1
    office.plan(only=frozenset({key("2"), key("1")}))
    assert len(waits()) == 1
    a_plan(office, pupils=4)
    assert not waits()
    assert not office.store.returns.open(["elm"])


def test_rows_for_active_directory_wait_with_a_plan_that_goes_back(office: Office) -> None:
    office.pack("home: {pupil: ad}\n")
    office.link("9")
    office.accept(a_pupil("1"), a_pupil("9", surname="Married"))
    report = office.plan(an_account("9"))
    assert {row.doubt for row in office.store.worklist.open("oak")} == {""}
    send_back(office, report)
    assert {row.doubt for row in office.store.worklist.open("oak")} == {WAITS}


def test_the_reason_goes_with_the_people_of_the_plan(office: Office) -> None:
    from graphsync.erasing import _without_people

    report = a_plan(office)
    send_back(office, report)
    kept = office.store.runs.get(report.run)
    left = msgspec.msgpack.decode(_without_people(kept.report, kept.as_of), type=RunReport)
    assert left.returned is not None
    assert (left.returned.by, left.returned.reason) == ("head", "")
    assert kept.state is State.RETURNED
