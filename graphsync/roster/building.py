"""A trusted row's cells into a `Person`."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from graphsync.roster.values import read_admission_number, read_name
from policies.people import Kind, Person, PersonKey


def person_builder(
    kind: Kind, values: Mapping[str, Mapping[str, Any]]
) -> Callable[[PersonKey, tuple[str, str], tuple[str, ...]], Person]:
    """A maker of people of a kind from key, (forename, surname) and the row's cells.

    `values` are the typed columns of `cells.read_columns`, without unreadable values among the
    rows that are built.
    """
    starts: Mapping[str, date | None] = values["starts"]
    leaves: Mapping[str, date | None] = values["leaves"]
    years: Mapping[str, str | None] = values.get("year", {})
    forms: Mapping[str, str | None] = values.get("form", {})
    entry_years: Mapping[str, int | None] = values.get("entry_year", {})
    statuses: Mapping[str, str | None] = values.get("status", {})
    hints: Mapping[str, bool] = values.get("consents", {})
    births: Mapping[str, date | None] = values.get("born", {})

    def pupil(key: PersonKey, name: tuple[str, str], cells: tuple[str, ...]) -> Person:
        (_, _, admission, _, _, _, legal_forename, legal_surname, title, year, form, entry,
         start, end, upn, mail, _, status, _, _, _, house, consents, birth) = cells  # fmt: skip
        return Person(
            key=key,
            kind=kind,
            given_name=name[0],
            surname=name[1],
            legal_given_name=read_name(legal_forename),
            legal_surname=read_name(legal_surname),
            title=title,
            year=years[year],
            form=forms[form],
            house=" ".join(house.split()) or None,
            entry_year=entry_years[entry],
            starts=starts[start],
            leaves=leaves[end],
            admission_number=read_admission_number(admission),
            pupil_number=upn.replace(" ", "").upper(),
            mail=mail,
            status=statuses[status] or "",
            consent_hint=hints[consents],
            born=births[birth],
        )

    def staff(key: PersonKey, name: tuple[str, str], cells: tuple[str, ...]) -> Person:
        (_, _, _, code, _, _, legal_forename, legal_surname, title, _, _, _,
         start, end, _, mail, role, _, _, _, _, _, _, _) = cells  # fmt: skip
        return Person(
            key=key,
            kind=kind,
            given_name=name[0],
            surname=name[1],
            legal_given_name=read_name(legal_forename),
            legal_surname=read_name(legal_surname),
            title=title,
            starts=starts[start],
            leaves=leaves[end],
            staff_code=code,
            mail=mail,
            roles=(role,) if role else (),
        )

    return pupil if kind is Kind.PUPIL else staff
