"""Class log-ons: one account for a class of the youngest, only where the school asks for it.

A class log-on is planned as somebody of the roster (`Person.shared`): born, blocked at the end of
the school year and kept apart by the same rules as everyone's account (SNMAT-19e, 19e2). It has no
mailbox and no licence, and is in no group of pupils.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from anyascii import anyascii
from msgspec import Struct
from msgspec.structs import replace

from policies.key_stages import YEARS
from policies.people import Kind, Person, PersonKey, Roster
from policies.rules import Rules
from policies.school_days import academic_year

RISK_NOTICE = "SNMAT-19e"
HOLDER_LEFT = "SNMAT-19e2"
_RANK = {year: rank for rank, year in enumerate(YEARS)}


class ClassLogon(Struct, frozen=True, kw_only=True):
    """A request that stands: for which class, who asked when, and who holds the password.

    `holders` maps each named member of staff to the day they took note of the risks, None until
    then. `ends_on` is its last day: the end of the school year, or an earlier one.
    """

    key: PersonKey
    form: str
    year: str
    requested_by: str
    requested_on: date
    ends_on: date
    holders: dict[PersonKey, date | None]

    def __repr__(self) -> str:
        return f"ClassLogon({self.key})"


def end_of_school_year(day: date) -> date:
    """The 31 August that ends the school year of this day."""
    return date(academic_year(day, None) + 1, 8, 31)


def logon_key(school: str, form: str, ends_on: date) -> PersonKey:
    """`class-1k-2027`: the key of a class's log-on, and its alias; never used for another year."""
    slug = re.sub("[^a-z0-9]+", "-", anyascii(form).lower()).strip("-")[:12].strip("-")
    return PersonKey(school, f"class-{slug}-{ends_on.year}")


def has_own_account(person: Person, rules: Rules) -> bool:
    """Whether the pack gives a pupil of this year an account of their own (SNMAT-19b).

    Where it refuses class log-ons everyone is given one.
    """
    first = rules.class_logons.individual_from_year
    if person.kind is not Kind.PUPIL or not first or person.shared:
        return True
    return _RANK.get(person.year or "", len(YEARS)) >= _RANK[first]


def year_of(form: str, roster: Roster) -> str | None:
    """The oldest year of the registration group; None where nobody is in it."""
    years = {one.year for one in roster.people if one.form == form and one.year in _RANK}
    return max(years, key=lambda year: _RANK[year or ""], default=None)


def refusals(
    form: str,
    requested_on: date,
    holders: Iterable[PersonKey],
    roster: Roster,
    rules: Rules,
    day: date,
) -> Iterator[str]:
    """Every reason against a request, each with its clause and the mend."""
    asked = rules.class_logons
    if not asked.up_to_year:
        clauses = f" ({', '.join(asked.clauses)})" if asked.clauses else ""
        yield f"the pack refuses class log-ons{clauses}; every pupil has an account of their own"
        return
    year = year_of(form, roster)
    if year is None:
        yield f"{form} is no registration group of the last accepted roster; write it as SIMS does"
    elif _RANK[year] > _RANK[asked.up_to_year]:
        yield (
            f"{form} is Year {year}; class log-ons end with Year {asked.up_to_year} ({RISK_NOTICE})"
        )
    if requested_on > day:
        yield f"the request is dated {requested_on}, still to come; write the day it was made"
    staff = {one.key for one in roster.people if one.kind is Kind.STAFF}
    named = list(holders)
    if not named:
        yield f"nobody is named to hold the password; name each with --holder ({RISK_NOTICE})"
    for key in named:
        if key not in staff:
            yield f"{key} is no member of staff on the last accepted roster"


def waiting_for(logon: ClassLogon) -> tuple[PersonKey, ...]:
    """The named staff who have not yet taken note of the risks; nothing is made until then."""
    return tuple(sorted(key for key, day in logon.holders.items() if day is None))


def holders_gone(logon: ClassLogon, roster: Roster, day: date) -> tuple[PersonKey, ...]:
    """The holders who have left since the last new password: they still know it (SNMAT-19e2)."""
    here = {one.key for one in roster.people if one.kind is Kind.STAFF and not one.has_left(day)}
    frozen = {one.key for one in roster.frozen}
    return tuple(sorted(logon.holders.keys() - here - frozen))


def joined(roster: Roster, logons: Iterable[ClassLogon]) -> Roster:
    """The roster with the log-ons that may exist among its people."""
    people = [_as_person(logon) for logon in logons if not waiting_for(logon)]
    if not people:
        return roster
    together = sorted([*roster.people, *people], key=lambda person: person.key.mis_id)
    return replace(roster, people=tuple(together))


def _as_person(logon: ClassLogon) -> Person:
    """As the plan takes it: nobody's name, the year and the form of the class."""
    return Person(
        key=logon.key,
        kind=Kind.PUPIL,
        given_name="Class",
        surname=logon.form,
        year=logon.year,
        form=logon.form,
        entry_year=logon.ends_on.year - 1,
        starts=logon.requested_on,
        leaves=logon.ends_on,
        shared=True,
    )
