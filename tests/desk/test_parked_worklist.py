"""What a parked plan asks of Active Directory is not to be carried out before it is approved."""

import csv

import msgspec
import pytest
from office import Office, a_pupil, an_account, key

from graphsync.report import RunReport, RunState
from graphsync.run_desk import approve
from graphsync.trouble import Refusal
from graphsync.worklist import LEFT_OUT, WAITS
from graphsync.worklist_desk import WorkLine, listing
from reports.powershell import script
from reports.worklist_csv import as_csv

STRANGER = an_account("stranger", user_principal_name="caretaker@oak.example")
MOVED = a_pupil("9", surname="Married")  # has an account in the cloud, and another name there
ACCOUNTS = (STRANGER, an_account("9"))


@pytest.fixture(autouse=True)
def home_is_ad(office: Office) -> None:
    office.pack("home: {pupil: ad}\n")
    office.link("9")


def rows(office: Office) -> dict[str, WorkLine]:
    return {line.person: line for line in listing(office.bench, "oak", overdue_only=False)}


def parked(office: Office) -> RunReport:
    """The first plan of a school in whose domain people are already (decision 16)."""
    run = office.plan(*ACCOUNTS)
    assert run.state == RunState.PARKED
    return run


def say_yes(office: Office, run: RunReport, *left_out: str) -> None:
    codes = [reason.code for reason in run.verdict.reasons]
    approve(office.bench, run.run, run.digest, codes, [key(one) for one in left_out])


def test_rows_of_a_parked_plan_wait_in_the_list_the_csv_and_the_script(office: Office) -> None:
    office.accept(MOVED, a_pupil("1"))
    run = parked(office)
    (row,) = rows(office).values()
    assert (row.task, row.doubt) == ("create", WAITS)
    assert run.worklist is not None
    assert run.worklist.unsure == 1
    (line,) = csv.DictReader(as_csv([row]).lstrip("\ufeff").splitlines())
    assert line["doubt"] == WAITS
    text = script([row], office.now)
    assert f"# NOT RUN: {WAITS}" in text
    assert "New-ADUser " not in text


def test_an_approval_takes_the_doubt_away_but_not_of_those_left_out(office: Office) -> None:
    office.accept(MOVED, a_pupil("1"), a_pupil("2"))
    say_yes(office, parked(office), "2")
    assert {who: row.doubt for who, row in rows(office).items()} == {
        "oak:1": "",
        "oak:2": LEFT_OUT,
    }
    assert "New-ADUser " in script(list(rows(office).values()), office.now)


def test_nobody_is_left_out_whom_the_plan_asks_nothing_of(office: Office) -> None:
    office.accept(MOVED, a_pupil("1"))
    with pytest.raises(Refusal, match="not in this plan: oak:7"):
        say_yes(office, parked(office), "7")
    assert rows(office)["oak:1"].doubt == WAITS


def test_an_approval_speaks_only_for_the_people_of_its_plan(office: Office) -> None:
    office.accept(MOVED, a_pupil("1"), a_pupil("2"))
    pilot = office.plan(*ACCOUNTS, only=frozenset({key("1"), key("9")}))
    parked(office)
    say_yes(office, pilot)
    assert {who: row.doubt for who, row in rows(office).items()} == {"oak:1": "", "oak:2": WAITS}


def test_a_row_once_approved_stays_so_until_its_values_change(office: Office) -> None:
    office.accept(MOVED, a_pupil("1"))
    say_yes(office, parked(office))
    office.days(1)
    parked(office)
    assert rows(office)["oak:1"].doubt == ""
    office.accept(MOVED, a_pupil("1", form="7C"))
    parked(office)
    assert (rows(office)["oak:1"].doubt, rows(office)["oak:1"].wanted["department"]) == (
        WAITS,
        "7C",
    )


def test_a_plan_that_passes_takes_the_doubt_away(office: Office) -> None:
    office.accept(MOVED, a_pupil("1"))
    parked(office)
    assert office.plan(
        msgspec.structs.replace(STRANGER, account_enabled=False), ACCOUNTS[1]
    ).verdict.passes
    assert rows(office)["oak:1"].doubt == ""


def test_a_row_that_only_names_its_account_anew_needs_no_second_approval(office: Office) -> None:
    office.accept(MOVED, a_pupil("1"))
    of_ad = office.link("1", on_premises_sync_enabled=True, on_premises_security_identifier="S-1")
    say_yes(office, office.plan(*ACCOUNTS, of_ad))
    row = rows(office)["oak:1"]
    assert (row.task, row.doubt) == ("rename", "")
    office.days(1)
    named = msgspec.structs.replace(of_ad, user_principal_name="amy@oak.example")
    assert office.plan(*ACCOUNTS, named).state == RunState.PARKED
    row = rows(office)["oak:1"]
    assert (row.sign_in_name, row.doubt) == ("amy@oak.example", "")
