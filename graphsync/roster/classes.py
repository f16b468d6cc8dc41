"""Rows of the class report, and of people reports with a row per class, into memberships."""

from collections.abc import Iterable

from graphsync.roster.known import LEFT_OUT, UNKNOWN, Known, Tally
from graphsync.roster.problems import Problem
from graphsync.roster.sheet import counted_rows
from graphsync.roster.sparse import RowsRead, sparse_columns
from graphsync.roster.tables import Table
from policies.people import Kind, Membership, PersonKey


def read_classes(
    table: Table, known: Known, memberships: list[Membership], problems: list[Problem]
) -> RowsRead:
    """Add a class file: a row may name a pupil, a teacher (by staff code), or both."""
    rows, notes = counted_rows(table)
    tally = Tally(table)
    ids: list[str | None] = []
    for row in rows:
        mis_id, multiple, admission, code, teacher, class_code, subject = row.cells
        person = known.person(mis_id, multiple, admission)
        teachers = {known.by_code.get(cell.casefold()) for cell in (code, teacher) if cell}
        members = {one for one in (person, *teachers) if one is not None}
        ids.append(person)
        if row.fault or not class_code:
            tally.add(row, None, row.fault or "the row names no class", LEFT_OUT)
            continue
        if None in teachers or not members:
            tally.add(row, None, *UNKNOWN)
        memberships += [
            Membership(
                class_code,
                PersonKey(known.school, one),
                one in teachers or known.kinds[one] is Kind.STAFF,
                subject,
            )
            for one in members
        ]
    problems += [*notes, *tally.problems()]
    return RowsRead(len(rows), sparse_columns(table, rows, ids))


def merge_memberships(memberships: Iterable[Membership], known: Known) -> list[Membership]:
    """One membership for each class and person who is known."""
    one_each: dict[tuple[str, PersonKey, bool], Membership] = {}
    for member in sorted(memberships, key=lambda one: (not one.subject, one)):
        if member.person.mis_id in known.kinds:
            one_each.setdefault((member.class_code, member.person, member.teaches), member)
    return list(one_each.values())
