"""Who is still without a live consent, why, and how far a school has come with asking.

These are the office's lists: only `reports.missing_page.for_class` is for a classroom, and it says
neither who answered nor what (law B6). No answer of one parent stands here at all (A8.8).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_todo import NOBODY, what_to_do
from graphsync.consent_views import ConsentLine, lines_of
from graphsync.consenting import consents_in
from graphsync.desk_subjects import roster_of
from policies.asking import is_here, may_answer, to_be_asked
from policies.consent_records import Act, Consents, Entry, Form, State
from policies.key_stages import YEARS
from policies.pack_loading import load_rules
from policies.people import Contact, Person, PersonKey, Roster
from policies.rules import Rules
from policies.school_days import school_day

_ASKED = frozenset({Act.ASKED, Act.REMINDED})


class Askable(Struct, frozen=True, kw_only=True, gc=False):
    """A contact who may be asked, the school's first contact first; `way` is mail or letter."""

    contact: str
    name: str
    relationship: str
    way: str

    def __repr__(self) -> str:
        return f"Askable({self.contact})"


class MissingPupil(Struct, frozen=True, kw_only=True, gc=False):
    """A pupil without a live consent, why, and what to do.

    `asked_on` is the last day on which anyone was asked or reminded, `reminders` how often since
    the first time. `hint` says that the MIS has a yes: ask for the form.
    """

    person: PersonKey
    name: str
    admission_number: str
    year: str
    form_group: str
    state: State
    reason: str
    do: str
    asked_on: date | None
    reminders: int
    hint: bool
    whom: tuple[Askable, ...]

    def __repr__(self) -> str:
        return f"MissingPupil({self.person}, {self.state})"


class Section(Struct, frozen=True, kw_only=True):
    """A form group: how many pupils it has, how many in each state, and those who are missing."""

    year: str
    form_group: str
    pupils: int
    states: dict[State, int]
    missing: tuple[MissingPupil, ...]


class Missing(Struct, frozen=True, kw_only=True):
    """A school's list; `states` counts all its pupils that were asked for, in State's order."""

    school: str
    name: str
    day: date
    pupils: int
    states: dict[State, int]
    sections: tuple[Section, ...]


class Standing(Struct, frozen=True):
    """A school's pupils line by line, and those who are missing; nobody is left out of either."""

    lines: tuple[ConsentLine, ...]
    missing: Missing


class Funnel(Struct, frozen=True, kw_only=True):
    """How far the asking has come, each number a part of the one before.

    `licensed` is None: only the tenant knows it, and whoever reads that puts it in.
    """

    pupils: int
    asked: int
    answered: int
    verified: int
    licensed: int | None = None


class _School(Struct, frozen=True):
    """What is read once for any of the lists."""

    rules: Rules
    roster: Roster
    register: Mapping[PersonKey, tuple[Entry, ...]]
    consents: Mapping[PersonKey, Consents]
    pupils: tuple[Person, ...]
    day: date


def missing(
    bench: Bench, school: str, years: Collection[str] = (), form_groups: Collection[str] = ()
) -> Missing:
    """The pupils without a live consent, by year and form group; all where none is named.

    Raises Refusal for a school without an accepted roster.
    """
    return part_of(_missing(_school(bench, school)), years, form_groups)


def standing(bench: Bench, school: str) -> Standing:
    """Both lists of a whole school, which is read once; raises Refusal as `missing` does."""
    here = _school(bench, school)
    return Standing(lines=lines_of(here.roster, here.consents), missing=_missing(here))


def part_of(
    whole: Missing, years: Collection[str] = (), form_groups: Collection[str] = ()
) -> Missing:
    """The same list of these years and form groups; all where none is named."""
    wanted = {form.casefold() for form in form_groups}
    sections = tuple(
        one
        for one in whole.sections
        if (not years or one.year in years) and (not wanted or one.form_group.casefold() in wanted)
    )
    return msgspec.structs.replace(
        whole,
        pupils=sum(one.pupils for one in sections),
        states=_together(one.states for one in sections),
        sections=sections,
    )


def _missing(here: _School) -> Missing:
    contacts: defaultdict[PersonKey, list[Contact]] = defaultdict(list)
    for contact in here.roster.contacts:
        contacts[contact.pupil].append(contact)
    groups: defaultdict[tuple[int, str, str], list[Person]] = defaultdict(list)
    for one in here.pupils:
        rank = YEARS.index(one.year) if one.year in YEARS else len(YEARS)
        groups[rank, one.year or "", _form(one)].append(one)
    sections = tuple(
        _section(here, contacts, year, form, members)
        for (_, year, form), members in sorted(groups.items())
    )
    return Missing(
        school=here.rules.school,
        name=here.rules.name,
        day=here.day,
        pupils=len(here.pupils),
        states=_together(one.states for one in sections),
        sections=sections,
    )


def _together(states: Iterable[Mapping[State, int]]) -> dict[State, int]:
    """So many in each state in which anybody is, in State's order."""
    counted: Counter[State] = Counter()
    for one in states:
        counted.update(one)
    return {state: counted[state] for state in State if counted[state]}


def progress(bench: Bench, school: str) -> tuple[Funnel, int]:
    """The funnel, and how many pupils' consents are contested; the school is read once.

    Raises Refusal for a school without an accepted roster.
    """
    here = _school(bench, school)
    contested = sum(here.consents[one.key].cloud.state is State.CONTESTED for one in here.pupils)
    return _funnel(here), contested


def _funnel(here: _School) -> Funnel:
    """How many pupils are on roll, were asked, have an answer, and have a live consent."""
    verified = {one.key for one in here.pupils if here.consents[one.key].cloud.live}
    answered = verified | {one.key for one in here.pupils if Act.ANSWERED in _acts(here, one)}
    asked = answered | {one.key for one in here.pupils if _ASKED & _acts(here, one)}
    return Funnel(
        pupils=len(here.pupils),
        asked=len(asked),
        answered=len(answered),
        verified=len(verified),
    )


def _school(bench: Bench, school: str) -> _School:
    day = school_day(bench.now())
    rules = load_rules(bench.packs_dir, school)
    roster = roster_of(bench, school)
    register = bench.store.consents.of_school(school)
    return _School(
        rules=rules,
        roster=roster,
        register=register,
        consents=consents_in(bench, rules, roster, register, day),
        pupils=tuple(one for one in roster.people if is_here(one, day) and not one.shared),
        day=day,
    )


def _section(
    here: _School,
    contacts: Mapping[PersonKey, Sequence[Contact]],
    year: str,
    form: str,
    members: Sequence[Person],
) -> Section:
    lines = [
        _line(here, one, contacts.get(one.key, ()))
        for one in members
        if not here.consents[one.key].cloud.live
    ]
    lines.sort(key=lambda one: (one.name.casefold(), one.person))
    counted = Counter(here.consents[one.key].cloud.state for one in members)
    return Section(
        year=year,
        form_group=form,
        pupils=len(members),
        states=_together([counted]),
        missing=tuple(lines),
    )


def _line(here: _School, person: Person, contacts: Iterable[Contact]) -> MissingPupil:
    consent, rows = here.consents[person.key].cloud, _rows(here, person)
    asked = [school_day(row.at) for row in rows if row.act in _ASKED]
    whom = tuple(_askable(one) for one in contacts if may_answer(one))
    nobody = not whom and to_be_asked(consent, here.day)
    return MissingPupil(
        person=person.key,
        name=f"{person.surname}, {person.given_name}",
        admission_number=person.admission_number,
        year=person.year or "",
        form_group=_form(person),
        state=consent.state,
        reason=consent.sentence or str(consent.state),
        do=NOBODY if nobody else what_to_do(consent),
        asked_on=max(asked, default=None),
        reminders=sum(row.act is Act.REMINDED for row in rows),
        hint=person.consent_hint,
        whom=whom,
    )


def _askable(contact: Contact) -> Askable:
    name = " ".join(part for part in (contact.title, contact.given_name, contact.surname) if part)
    return Askable(
        contact=contact.contact_id,
        name=name,
        relationship=contact.relationship,
        way="mail" if contact.mail else "letter",
    )


def _rows(here: _School, person: Person) -> list[Entry]:
    return [row for row in here.register.get(person.key, ()) if row.form is Form.CLOUD]


def _acts(here: _School, person: Person) -> set[Act]:
    return {row.act for row in _rows(here, person)}


def _form(person: Person) -> str:
    return person.form or ""
