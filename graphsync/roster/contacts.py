"""Rows of the contacts report into each pupil's adults."""

from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b

from graphsync.roster.columns import REPORTS
from graphsync.roster.known import LEFT_OUT, UNKNOWN, Known, Tally
from graphsync.roster.problems import Problem
from graphsync.roster.sheet import counted_rows
from graphsync.roster.sparse import RowsRead, sparse_columns
from graphsync.roster.tables import Row, Table
from graphsync.roster.values import Unreadable, read_flag, read_id, read_name
from policies.people import Contact, PersonKey


def read_contacts(
    table: Table, known: Known, contacts: list[Contact], problems: list[Problem]
) -> RowsRead:
    """Add a contacts file; raises RosterRefused when it is cut or holds no row."""
    rows, notes = counted_rows(table)
    tally = Tally(table)
    ids: list[str | None] = []
    for row in rows:
        pupil = known.person(row.cells[0], row.cells[1], row.cells[2])
        ids.append(pupil)
        if pupil is None:
            tally.add(row, None, *UNKNOWN)
        elif row.fault:
            tally.add(row, None, row.fault, LEFT_OUT)
        else:
            contacts.append(_contact(PersonKey(known.school, pupil), row, tally))
    problems += [*notes, *tally.problems()]
    return RowsRead(len(rows), sparse_columns(table, rows, ids))


def _contact(pupil: PersonKey, row: Row, tally: Tally) -> Contact:
    cells = dict(zip(REPORTS["contacts"].columns, row.cells, strict=True))
    title, forename, surname = _names(cells)
    parental = read_flag(cells["parental"])
    if isinstance(parental, Unreadable):
        tally.add(row, "parental", "neither yes nor no; read as unknown", "write T or F")
    if cells["priority"] and not cells["priority"].isdecimal():
        tally.add(row, "priority", "not a number; read as none", "write 1, 2, 3")
    return Contact(
        pupil=pupil,
        contact_id=_contact_id(cells, title, forename, surname),
        title=title,
        given_name=forename,
        surname=surname,
        relationship=cells["relationship"],
        priority=int(cells["priority"]) if cells["priority"].isdecimal() else None,
        parental_responsibility=None if isinstance(parental, Unreadable) else parental,
        # Whatever is written there that is not a plain no may be an order: the careful reading.
        court_order=bool(cells["court_order"]) and read_flag(cells["court_order"]) is not False,
        mail=cells["mail"],
    )


def _names(cells: dict[str, str]) -> tuple[str, str, str]:
    """Title, forename and surname; beside columns of the contact's own others are the pupil's."""
    if cells["contact_surname"]:
        own = (cells["contact_title"], cells["contact_forename"], cells["contact_surname"])
    else:
        own = (
            cells["title"],
            cells["forename"] or cells["legal_forename"],
            cells["surname"] or cells["legal_surname"],
        )
    return own[0], read_name(own[1]), read_name(own[2])


def _contact_id(cells: dict[str, str], *names: str) -> str:
    """The contact's own id, the second part of a composite id, or a digest of the names."""
    told = read_id(cells["contact_id"] or cells["multiple_id"].partition(",")[2].strip())
    if not isinstance(told, Unreadable):
        return told
    words = "\0".join([*names, cells["relationship"]]).casefold()
    return blake2b(words.encode(), digest_size=8).hexdigest()


def merge_contacts(contacts: Iterable[Contact]) -> list[Contact]:
    """One contact for each pupil and adult.

    A court order in any row holds; responsibility that rows disagree about is unknown.
    """
    together: dict[tuple[PersonKey, str], list[Contact]] = defaultdict(list)
    for contact in contacts:
        together[contact.pupil, contact.contact_id].append(contact)
    return [rows[0] if len(rows) == 1 else _merged(rows) for rows in together.values()]


def _merged(rows: list[Contact]) -> Contact:
    told = {row.parental_responsibility for row in rows} - {None}

    def word(name: str) -> str:
        return min((value for row in rows if (value := getattr(row, name))), default="")

    return Contact(
        pupil=rows[0].pupil,
        contact_id=rows[0].contact_id,
        title=word("title"),
        given_name=word("given_name"),
        surname=word("surname"),
        relationship=word("relationship"),
        priority=min((row.priority for row in rows if row.priority is not None), default=None),
        parental_responsibility=told.pop() if len(told) == 1 else None,
        court_order=any(row.court_order for row in rows),
        mail=word("mail"),
    )
