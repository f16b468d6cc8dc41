"""What each school of the demo exports: its reports, their captions, its spelling of the values.

Captions are those that schools' programs expect of SIMS; no two schools agree. Oakfield: XML with
preferred and legal names. Millbrook: Windows-1252 CSV that has been through a spreadsheet, a row
for every class and every role. Riverside: XML for pupils, CSV for staff.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple, TypeVar

from graphsync.sandbox.exports_files import CsvStyle, Report, write_csv, write_xml
from graphsync.sandbox.world import Contact, Pupil, School, StaffMember

T = TypeVar("T")
Columns = Mapping[str, Callable[[T], str]]


class Place(NamedTuple):
    """A pupil in a class: the class's id in the database, its code, its teacher's staff code."""

    pupil: Pupil
    class_id: int
    code: str
    teacher: str


class Post(NamedTuple):
    """One role of a member of staff; `number` counts that person's roles from 1."""

    holder: StaffMember
    number: int
    role: str


def report(columns: Columns[T], lines: Iterable[T]) -> Report:
    """The report with a row for each line and a column for each caption."""
    spell = tuple(columns.values())
    return Report(tuple(columns), ([cell(line) for cell in spell] for line in lines))


def write_school(school: School, folder: Path) -> None:
    """Writes one night's exports of a school of the demo into its folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    {"oak": _write_oak, "mill": _write_mill, "river": _write_river}[school.id](school, folder)


def _write_oak(school: School, folder: Path) -> None:
    write_xml(folder / "pupils.xml", report(OAK_PUPILS, school.pupils))
    write_xml(folder / "staff.xml", report(OAK_STAFF, _posts(school)))
    write_xml(folder / "contacts.xml", report(XML_CONTACTS, school.contacts))
    write_xml(folder / "classes.xml", report(XML_CLASSES, _places(school)))


def _write_mill(school: School, folder: Path) -> None:
    spreadsheet = CsvStyle("cp1252", comma_only_lines=2)
    long = CsvStyle("cp1252", repeats_header=True)
    write_csv(folder / "pupils.csv", report(MILL_PUPILS, _places(school)), CsvStyle("cp1252"))
    write_csv(folder / "staff.csv", report(CSV_STAFF, _posts(school)), spreadsheet)
    write_csv(folder / "contacts.csv", report(MILL_CONTACTS, school.contacts), long)
    write_csv(folder / "classes.csv", report(MILL_CLASSES, _places(school)), long)


def _write_river(school: School, folder: Path) -> None:
    write_xml(folder / "pupils.xml", report(RIVER_PUPILS, school.pupils), "utf-8-sig")
    write_csv(folder / "staff.csv", report(CSV_STAFF, _posts(school)), CsvStyle("utf-8-sig"))
    write_xml(folder / "contacts.xml", report(XML_CONTACTS, school.contacts), "utf-8-sig")
    write_xml(folder / "classes.xml", report(XML_CLASSES, _places(school)), "utf-8-sig")


def _places(school: School) -> Iterator[Place]:
    """Every pupil in every class."""
    teacher = {code: one.code for one in school.staff for code in one.teaches}
    ids = {code: number for number, code in enumerate(sorted(teacher), start=401)}
    for pupil in school.pupils:
        for code in pupil.classes:
            yield Place(pupil, ids[code], code, teacher[code])


def _posts(school: School) -> Iterator[Post]:
    """Every role of every member of staff."""
    for one in school.staff:
        for number, role in enumerate(one.roles, start=1):
            yield Post(one, number, role)


def _moment(day: date | str | None) -> str:
    """A day as XML reports print it: `2019-09-01T00:00:00`; text passes as it was typed."""
    return f"{day.isoformat()}T00:00:00" if isinstance(day, date) else day or ""


def _uk_date(day: date | str | None) -> str:
    """A day as CSV reports print it: `01/09/2019`; text passes as it was typed."""
    return f"{day:%d/%m/%Y}" if isinstance(day, date) else day or ""


def _year_text(year: str) -> str:
    """The text of SIMS' Year: two spaces before a single digit, words for the youngest."""
    return {"": "", "N2": "Nursery", "R": "Reception"}.get(year, f"Year {year:>2}")


def _flag(true: bool) -> str:  # noqa: FBT001 - a flag is what it spells
    return "T" if true else "F"


OAK_PUPILS: Columns[Pupil] = {
    "primary_id": lambda p: p.mis_id,
    "Adno": lambda p: p.adno,
    "UPN": lambda p: p.upn,
    "Preferred Surname": lambda p: p.surname,
    "Preferred Forename": lambda p: p.forename,
    "Legal Surname": lambda p: p.legal_surname,
    "Legal Forename": lambda p: p.legal_forename,
    "Middle name(s)": lambda p: p.legal_forename if p.legal_forename != p.forename else "",
    "Year": lambda p: _year_text(p.year),
    "Reg": lambda p: p.form,
    "Year of entry": lambda p: str(p.entry),
    "Date of admission": lambda p: _moment(p.starts),
    "Date of leaving": lambda p: _moment(p.leaves),
    "Enrolment Status": lambda p: p.status,
}
OAK_STAFF: Columns[Post] = {
    "multiple_id": lambda post: f"{post.holder.mis_id},{post.number}",
    "Title": lambda post: post.holder.title,
    "Preferred Surname": lambda post: post.holder.surname,
    "Preferred Forename": lambda post: post.holder.forename,
    "Staff Code": lambda post: post.holder.code,
    "Work Email": lambda post: post.holder.mail,
    "Employment Start Date": lambda post: _moment(post.holder.starts),
    "Date of leaving": lambda post: _moment(post.holder.leaves),
    "Role Text": lambda post: post.role,
}
MILL_PUPILS: Columns[Place] = {
    "Person_id": lambda place: place.pupil.mis_id,
    "Adno": lambda place: str(int(place.pupil.adno)),
    "Name": lambda place: f"{place.pupil.surname}, {place.pupil.forename}",
    "Preferred Surname": lambda place: place.pupil.surname,
    "Preferred Forename": lambda place: place.pupil.forename,
    "Year": lambda place: _year_text(place.pupil.year),
    "Reg": lambda place: place.pupil.form,
    "Year of Entry": lambda place: str(place.pupil.entry),
    "DOA": lambda place: _uk_date(place.pupil.starts),
    "DOL": lambda place: _uk_date(place.pupil.leaves),
    "Class": lambda place: place.code,
}
CSV_STAFF: Columns[Post] = {
    "ID": lambda post: post.holder.mis_id,
    "Title": lambda post: post.holder.title,
    "Surname": lambda post: post.holder.surname,
    "Forename": lambda post: post.holder.forename,
    "Staff Code": lambda post: post.holder.code,
    "Work Email": lambda post: post.holder.mail,
    "Role": lambda post: post.role,
    "Employment Start Date": lambda post: _uk_date(post.holder.starts),
    "DateOfLeaving": lambda post: _uk_date(post.holder.leaves),
}
RIVER_PUPILS: Columns[Pupil] = {
    "primary_id": lambda p: p.mis_id,
    "Adno": lambda p: p.adno,
    "UPN": lambda p: p.upn,
    "Forename": lambda p: p.forename,
    "Surname": lambda p: p.surname,
    "Year taught in Code": lambda p: p.year,
    "Registration Group": lambda p: p.form,
    "Year of entry": lambda p: str(p.entry),
    "Start date": lambda p: _moment(p.starts),
    "Date of leaving": lambda p: _moment(p.leaves),
    "Primary Email": lambda p: p.mail,
}
XML_CONTACTS: Columns[Contact] = {
    "multiple_id": lambda c: f"{c.pupil},{c.mis_id}",
    "Title": lambda c: c.title,
    "Surname": lambda c: c.surname,
    "Forename": lambda c: c.forename,
    "Relationship": lambda c: c.relationship,
    "Priority": lambda c: str(c.priority),
    "Parental Responsibility": lambda c: _flag(c.parental),
    "Court Order": lambda c: _flag(c.court_order),
    "Primary Email": lambda c: c.mail,
}
MILL_CONTACTS: Columns[Contact] = {
    "multiple_id": lambda c: f"{c.pupil},{c.mis_id}",
    "Title": lambda c: c.title,
    "Legal Surname": lambda c: c.surname,
    "Legal Forename": lambda c: c.forename,
    "Relationship": lambda c: c.relationship,
    "Priority": lambda c: str(c.priority),
    "Parental": lambda c: _flag(c.parental),
    "Court order": lambda c: _flag(c.court_order),
    "Email": lambda c: c.mail,
}
XML_CLASSES: Columns[Place] = {
    "multiple_id": lambda place: f"{place.pupil.mis_id},{place.class_id}",
    "Class": lambda place: place.code,
    "Subject": lambda place: place.code.partition("/")[2][:2],
    "Staff Code": lambda place: place.teacher,
}
MILL_CLASSES: Columns[Place] = {
    "multiple_id": lambda place: f"{place.pupil.mis_id},{place.class_id}",
    "Class": lambda place: place.code,
    "Main Teacher": lambda place: place.teacher,
}
