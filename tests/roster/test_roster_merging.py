from datetime import date
from pathlib import Path

import pytest
from roster_exports import a_pupil, a_teacher, as_csv, only, pupils, read

from policies.people import Kind


def test_rows_of_several_roles_become_one_person_with_all_roles(tmp_path: Path) -> None:
    rows = [a_teacher(1, Role_Text="Teacher"), a_teacher(1, Role_Text="Deputy Head")]
    assert only(read(tmp_path, {"a.csv": as_csv(rows)})).roles == ("Deputy Head", "Teacher")


def contract(start: str, end: str) -> dict[str, str]:
    return a_teacher(1, Employment_Start_Date=start, Date_of_Leaving=end)


@pytest.mark.parametrize(
    ("contracts", "starts", "leaves"),
    [
        # Earliest start, latest end; a contract without an end means still here.
        ([("01/09/2015", "31/08/2020"), ("01/09/2019", "")], date(2015, 9, 1), None),
        (
            [("01/09/2015", "31/08/2020"), ("01/09/2018", "31/08/2019")],
            date(2015, 9, 1),
            date(2020, 8, 31),
        ),
        ([("", "31/08/2020"), ("01/09/2018", "")], date(2018, 9, 1), None),
        # Left, and comes back next year: not here until then.
        ([("01/09/2015", "31/08/2020"), ("01/09/2027", "")], date(2027, 9, 1), None),
        # Here already under a contract whose start nobody wrote.
        ([("", ""), ("01/09/2027", "")], None, None),
    ],
)
def test_contracts_merge_to_the_time_a_person_is_here(
    tmp_path: Path, contracts: list[tuple[str, str]], starts: date, leaves: date | None
) -> None:
    rows = [contract(*one) for one in contracts]
    person = only(read(tmp_path, {"a.csv": as_csv(rows)}))
    assert (person.starts, person.leaves) == (starts, leaves)


@pytest.mark.parametrize("caption", ["Preferred Surname", "Preferred Forename", "Year", "Reg"])
def test_rows_that_disagree_freeze_their_person(tmp_path: Path, caption: str) -> None:
    rows = [a_pupil(1), a_pupil(2), a_pupil(1) | {caption: "8"}]
    reading = read(tmp_path, {"a.csv": as_csv(rows)})
    assert [person.key.mis_id for person in reading.roster.people] == ["5002"]
    (frozen,) = reading.roster.frozen
    assert frozen.key.mis_id == "5001"
    assert frozen.reason.startswith("a.csv, row 2, column ")
    assert "disagree" in frozen.reason


def test_a_blank_cell_does_not_disagree(tmp_path: Path) -> None:
    rows = [a_pupil(1, Reg=""), a_pupil(1)]
    assert only(read(tmp_path, {"a.csv": as_csv(rows)})).form == "7B"


def test_leavers_in_a_file_of_their_own_are_people_too(tmp_path: Path) -> None:
    files = {"a.csv": as_csv(pupils(2)), "b.csv": as_csv([a_pupil(3, DOL="20/11/2026")])}
    reading = read(tmp_path, files)
    assert [person.leaves for person in reading.roster.people] == [None, None, date(2026, 11, 20)]
    assert reading.fingerprint.counts == {"pupil": 2}


def test_a_bad_row_freezes_a_person_whose_other_row_is_good(tmp_path: Path) -> None:
    reading = read(tmp_path, {"a.csv": as_csv([a_pupil(1), a_pupil(2), a_pupil(2, DOL="?")])})
    assert only(reading).key.mis_id == "5001"
    assert [one.key.mis_id for one in reading.roster.frozen] == ["5002"]


def test_a_former_pupil_who_works_here_is_staff(tmp_path: Path) -> None:
    pupil = a_pupil(1, primary_id="77", DOL="20/07/2020", Preferred_Surname="Before")
    files = {"a.csv": as_csv([pupil]), "b.csv": as_csv([a_teacher(1, primary_id="77")])}
    person = only(read(tmp_path, files))
    assert (person.kind, person.surname) == (Kind.STAFF, "Erb")


@pytest.mark.parametrize("end", ["", "25/11/2026", "31/08/2027"])
def test_a_pupil_on_roll_who_is_staff_as_well_is_frozen(tmp_path: Path, end: str) -> None:
    files = {
        "a.csv": as_csv([a_pupil(1, primary_id="77", DOL=end)]),
        "b.csv": as_csv([a_teacher(1, primary_id="77")]),
    }
    reading = read(tmp_path, files)
    assert not reading.roster.people
    assert "a pupil on roll and staff" in reading.roster.frozen[0].reason


def test_a_person_frozen_in_one_report_is_frozen_in_both(tmp_path: Path) -> None:
    files = {
        "a.csv": as_csv([a_pupil(1, primary_id="77", DOL="?")]),
        "b.csv": as_csv([a_teacher(1, primary_id="77")]),
    }
    reading = read(tmp_path, files)
    assert not reading.roster.people
    assert len(reading.roster.frozen) == 1
