from pathlib import Path

import pytest
from roster_exports import a_pupil, a_teacher, as_csv, as_xml, pupils, read

from policies.people import Contact, Membership, PersonKey

PUPIL, TEACHER = PersonKey("pb", "5001"), PersonKey("pb", "9001")


def a_contact(**cells: str) -> dict[str, str]:
    row = {
        "multiple_id": "5001,801",
        "Title": "Mrs",
        "Forename": "Con",
        "Surname": "Tact",
        "Relationship": "Mother",
        "Priority": "1",
        "Parental Responsibility": "T",
        "Court Order": "F",
        "Primary Email": "con@example.org",
    }
    return row | {name.replace("_", " "): value for name, value in cells.items()}


def contacts_of(folder: Path, *rows: dict[str, str]) -> tuple[Contact, ...]:
    files = {"p.csv": as_csv(pupils(2)), "c.csv": as_csv(list(rows))}
    return read(folder, files).roster.contacts


def test_a_contact_row_becomes_a_contact(tmp_path: Path) -> None:
    (contact,) = contacts_of(tmp_path, a_contact())
    assert contact == Contact(
        pupil=PUPIL,
        contact_id="801",
        title="Mrs",
        given_name="Con",
        surname="Tact",
        relationship="Mother",
        priority=1,
        parental_responsibility=True,
        court_order=False,
        mail="con@example.org",
    )


def test_columns_of_the_contact_go_before_those_of_the_pupil(tmp_path: Path) -> None:
    row = a_contact() | {"Contact Forename": "", "Contact Surname": "Mr & Mrs Smith"}
    (contact,) = contacts_of(tmp_path, row)
    assert (contact.title, contact.given_name, contact.surname) == ("", "", "Mr & Mrs Smith")


@pytest.mark.parametrize(
    ("cell", "ordered"),
    [("T", True), ("True", True), ("see letter", True), ("F", False), ("no", False), ("", False)],
)
def test_anything_but_a_plain_no_may_be_a_court_order(
    tmp_path: Path, *, cell: str, ordered: bool
) -> None:
    (contact,) = contacts_of(tmp_path, a_contact(Court_Order=cell))
    assert contact.court_order is ordered


def test_repeated_contacts_merge_carefully(tmp_path: Path) -> None:
    (contact,) = contacts_of(
        tmp_path,
        a_contact(Court_Order="T", Priority="2"),
        a_contact(Parental_Responsibility="F"),
    )
    assert contact.court_order
    assert contact.parental_responsibility is None
    assert contact.priority == 1


def test_contacts_without_an_id_of_their_own_are_told_apart_by_names(tmp_path: Path) -> None:
    rows = [a_contact(), a_contact(Forename="Other"), a_contact()]
    for row in rows:
        row["multiple_id"] = "5001"
    contacts = contacts_of(tmp_path, *rows)
    assert len(contacts) == 2
    assert all(len(contact.contact_id) == 16 for contact in contacts)


def test_contacts_of_unknown_pupils_are_a_problem_and_no_refusal(tmp_path: Path) -> None:
    files = {
        "p.csv": as_csv([a_pupil()]),
        "c.csv": as_csv([a_contact(), *(a_contact() | {"multiple_id": "99,1"} for _ in range(3))]),
    }
    reading = read(tmp_path, files)
    assert len(reading.roster.contacts) == 1
    (problem,) = reading.problems
    assert "not in the pupils and staff reports (3 rows, the first is row 3)" in str(problem)


def test_a_priority_and_a_flag_that_cannot_be_read_are_unknown(tmp_path: Path) -> None:
    files = {
        "p.csv": as_csv([a_pupil()]),
        "c.csv": as_csv([a_contact(Priority="first", Parental_Responsibility="maybe")]),
    }
    reading = read(tmp_path, files)
    (contact,) = reading.roster.contacts
    assert (contact.priority, contact.parental_responsibility) == (None, None)
    assert {one.column for one in reading.problems} == {"Priority", "Parental Responsibility"}


def test_contacts_of_a_frozen_pupil_are_kept(tmp_path: Path) -> None:
    files = {
        "p.csv": as_csv([a_pupil(1, DOL="?"), a_pupil(2)]),
        "c.csv": as_csv([a_contact()]),
    }
    assert len(read(tmp_path, files).roster.contacts) == 1


def memberships(folder: Path, classes: list[dict[str, str]]) -> tuple[Membership, ...]:
    files = {
        "p.csv": as_csv([a_pupil()]),
        "s.csv": as_csv([a_teacher()]),
        "c.xml": as_xml(classes),
    }
    return read(folder, files).roster.memberships


IN_CLASS = Membership("7B/Ma1", PUPIL, teaches=False, subject="Maths")
TEACHES = Membership("7B/Ma1", TEACHER, teaches=True, subject="Maths")


@pytest.mark.parametrize(
    ("row", "members"),
    [
        ({"multiple_id": "5001,401"}, {IN_CLASS}),
        ({"primary_id": "9001"}, {TEACHES}),
        ({"multiple_id": "5001,401", "Staff Code": "T01"}, {IN_CLASS, TEACHES}),
        ({"Main Teacher": "t01"}, {TEACHES}),
        # The main entity of the report is the class: its number is nobody, the pupil has another.
        ({"multiple_id": "9001,5", "Adno": "1"}, {IN_CLASS}),
    ],
)
def test_a_class_row_names_a_pupil_a_teacher_or_both(
    tmp_path: Path, row: dict[str, str], members: set[Membership]
) -> None:
    classes = [row | {"Class": "7B/Ma1", "Subject": "Maths"}] * 2
    assert set(memberships(tmp_path, classes)) == members


def test_a_pupils_report_with_a_row_per_class_tells_the_classes(tmp_path: Path) -> None:
    rows = [a_pupil(1, Class="7B/Ma1"), a_pupil(1, Class="7B/En1"), a_pupil(2, Class="")]
    reading = read(tmp_path, {"a.csv": as_csv(rows)})
    assert len(reading.roster.people) == 2
    assert [one.class_code for one in reading.roster.memberships] == ["7B/En1", "7B/Ma1"]


def test_class_rows_of_nobody_we_know_are_a_problem(tmp_path: Path) -> None:
    files = {
        "p.csv": as_csv([a_pupil()]),
        "c.csv": as_csv(
            [
                {"primary_id": "99", "Class": "7B/Ma1"},
                {"primary_id": "5001", "Class": ""},
                {"primary_id": "5001", "Class": "7B/Ma1"},
            ]
        ),
    }
    reading = read(tmp_path, files)
    assert len(reading.roster.memberships) == 1
    assert [one.row for one in reading.problems] == [2, 3]


def test_a_class_number_in_the_place_of_a_pupil_refuses_nothing(tmp_path: Path) -> None:
    assert memberships(tmp_path, [{"Class": "7B/Ma1", "Staff Code": "XX"}]) == ()
