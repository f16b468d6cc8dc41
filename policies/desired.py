"""What the tenant should hold for each person of a school on a day: a pure function.

Roster, rules and records go in; one `Desired` for everyone who is in the roster, frozen or known
from before comes out, in key order, so that a plan can account for everyone.
"""

from collections.abc import Callable
from datetime import date
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from policies.age_claims import NOTHING, Told, teller
from policies.consent_records import Consent, Consents, State
from policies.departures import Departed
from policies.groups import DesiredGroup, group_finder
from policies.holds import Hold
from policies.lessons import Lessons, lessons_of
from policies.licensing import STAFF, Gate, gate_of, without_permission
from policies.lifecycle import Known, Sighting, Stage, Standing, standing
from policies.naming import NoName, display_name
from policies.people import Kind, Person, PersonKey, Roster
from policies.rules import GroupKind, Rules
from policies.school_days import academic_year

EMPLOYEE_TYPE = {Kind.PUPIL: "Pupil", Kind.STAFF: "Staff"}


class Records(Struct, frozen=True, kw_only=True):
    """What people and earlier runs left on record about the persons of one school.

    `known` need not hold those whom the roster holds: what was done for them changes nothing.
    `consents` are what stands of each pupil's forms on the day, `enforced` says whether the head
    has approved that licences without a consent go (decision 24). `departed` are those whose
    departure's hour has come, `returning` those of whom one was withdrawn after it had acted.
    `renamed` are those of whom safeguarding keeps the name, or once did.
    """

    known: dict[PersonKey, Known] = {}
    holds: dict[PersonKey, Hold] = {}
    absences: dict[PersonKey, tuple[Sighting, ...]] = {}
    consents: dict[PersonKey, Consents] = {}
    enforced: bool = False
    departed: dict[PersonKey, Departed] = {}
    renamed: frozenset[PersonKey] = frozenset()
    returning: frozenset[PersonKey] = frozenset()


class Desired(Struct, frozen=True, kw_only=True):
    """One person's account as it should be.

    `groups` and `skus` are None where they stay as found (leavers keep theirs for a while, held
    people keep everything). `gate` says what of the SKUs a consent opens. `person` is None for
    someone the roster no longer holds. `no_permission` says why a pupil may not have an account.
    `told` is what the tenant should say of a pupil's age and consent. `renamed` says that the names
    come by safeguarding's word, or come back from there.
    """

    key: PersonKey
    kind: Kind
    standing: Standing
    person: Person | None = None
    display_name: str = ""
    department: str | None = None
    groups: tuple[DesiredGroup, ...] | None = None
    skus: tuple[str, ...] | None = None
    gate: Gate = STAFF
    no_permission: str = ""
    told: Told = NOTHING
    renamed: bool = False

    def __repr__(self) -> str:
        return f"Desired({self.key}, {self.standing.stage})"


def desired_state(
    *, roster: Roster, rules: Rules, records: Records, day: date
) -> tuple[Desired, ...]:
    """Everyone the roster, its frozen rows or the records know, as they should be on `day`."""
    people = {person.key: person for person in roster.people}
    bad_rows = {one.key: one.reason for one in roster.frozen}
    find_groups = group_finder(rules, lessons_on(roster, rules, day))
    gates = _gates(rules, records)
    told = teller(day)
    others = (bad_rows.keys() | records.known.keys()) - people.keys()
    return tuple(
        _desired(
            key,
            people.get(key),
            bad_rows.get(key),
            roster,
            rules,
            records,
            day,
            find_groups,
            gates,
            told,
        )
        for key in sorted([*people, *others], key=attrgetter("school", "mis_id"))
    )


def lessons_on(roster: Roster, rules: Rules, day: date) -> Lessons:
    """The classes of the academic year of `day`, as far as the pack keeps groups of them."""
    year = academic_year(day, rules.roll_over.starts if rules.roll_over else None)
    kept = rules.groups.names.keys() & {GroupKind.CLASS, GroupKind.DEPARTMENT}
    return lessons_of(roster.memberships if kept else (), year)


def speaks_for(roster: Roster, kind: Kind) -> bool:
    """Whether absence of a person of this kind means anything in this roster."""
    return kind in roster.complete and not roster.unidentified.get(kind)


def _desired(
    key: PersonKey,
    person: Person | None,
    bad_row: str | None,
    roster: Roster,
    rules: Rules,
    records: Records,
    day: date,
    find_groups: Callable[[Person], tuple[DesiredGroup, ...]],
    gates: Callable[[Person], Gate],
    told: Callable[[Person, Consent | None], Told],
) -> Desired:
    known = records.known.get(key)
    kind = person.kind if person else known.kind if known else Kind.PUPIL
    where = standing(
        person=person,
        bad_row=bad_row,
        hold=records.holds.get(key),
        known=known,
        absences=records.absences.get(key, ()),
        absence_counts=person is None and speaks_for(roster, kind),
        rules=rules,
        day=day,
        departed=records.departed.get(key),
        returning=key in records.returning,
    )
    if where.stage is Stage.CURRENT and person is not None:
        consents = records.consents.get(key)
        ict, cloud = (consents.ict, consents.cloud) if consents else (None, None)
        why_not = without_permission(person, ict, rules.consent)
        tells = told(person, cloud)
        here = _current(person, where, rules, gates(person), why_not, find_groups(person), tells)
        return replace(here, renamed=True) if key in records.renamed else here
    gone = where.stage is Stage.LEFT_LONG_AGO
    return Desired(
        key=key,
        kind=kind,
        standing=where,
        person=person,
        groups=() if gone else None,
        skus=() if gone else None,
    )


def _current(
    person: Person,
    where: Standing,
    rules: Rules,
    gate: Gate,
    no_permission: str,
    groups: tuple[DesiredGroup, ...],
    told: Told,
) -> Desired:
    licence = None if person.shared else rules.licences.get(person.kind)
    try:
        shown = display_name(person, rules.naming)
    except NoName as problem:
        nameless = Standing(stage=Stage.BAD_ROW, sentence=str(problem))
        return Desired(key=person.key, kind=person.kind, standing=nameless, person=person)
    return Desired(
        key=person.key,
        kind=person.kind,
        standing=where,
        person=person,
        display_name=shown,
        department=_department(person),
        groups=groups,
        skus=licence.skus_of(person.year) if licence else (),
        gate=gate,
        no_permission=no_permission,
        told=told,
    )


def _gates(rules: Rules, records: Records) -> Callable[[Person], Gate]:
    """The gate of each person; a school has few different ones, each made once."""
    made: dict[tuple[State, frozenset[str], str] | None, Gate] = {}

    def gate(person: Person) -> Gate:
        if person.kind is not Kind.PUPIL:
            return STAFF
        consents = records.consents.get(person.key)
        cloud = consents.cloud if consents else None
        stands = (cloud.state, cloud.services, cloud.sentence) if cloud else None
        if (found := made.get(stands)) is None:
            found = made[stands] = gate_of(
                person.kind, cloud, enforced=records.enforced, clauses=rules.consent.clauses
            )
        return found

    return gate


def _department(person: Person) -> str | None:
    """The form of a pupil, the first role of a member of staff; Graph takes 64 characters."""
    text = person.form if person.kind is Kind.PUPIL else next(iter(person.roles), None)
    return text[:64] if text else None
