"""Generated nights of a small school: few keys, few names, so that everything collides.

Each person, account and group is one number that hypothesis draws, for every draw takes its time.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from math import prod
from typing import Any

from builders import (
    A3,
    BEFORE,
    DAY,
    DIRECT,
    GONE,
    INHERITED,
    School,
    a_person,
    a_school,
    an_account,
    at,
    freeze,
    key,
    licensed,
    rules,
    suspend,
)
from hypothesis import strategies as st
from licensing_school import A1, CONTESTED, MAIL, WITHDRAWN, WITHOUT_NEW, pack, yes
from msgspec.structs import replace

from graphsync.accounts import AssignedLicence, Group
from graphsync.stamps import stamp
from policies.lifecycle import Known
from policies.people import FrozenPerson, Kind, Membership, Person, PersonKey
from policies.rules import GroupKind, ProtectedRules, Rules

KEYS = ("1", "2", "3", "4")
FOREIGN = ("x", "y")
CLASS = "gs-oak-2025-class-7a"
BOUND_ID = "1f0c8a52-6d3e-4b7a-9c1d-2e5f60718293"

Fields = dict[str, Any]
LONG_AGO = (DAY - timedelta(100), DAY - timedelta(200))

USUAL: dict[str, Sequence[Any]] = {
    "kind": tuple(Kind),
    "given_name": ("Amy", "Ben"),
    "surname": ("Smith", "Jones"),
    "year": ("7", "8", None),
    "form": ("7B", "8C", None),
    "mail": ("", "25smitha@oak.example", "shared@home.example"),
    "admission_number": ("", "7", "007"),
}
TONIGHT: dict[str, Sequence[Any]] = {
    **USUAL,
    "entry_year": (2025, 2025, None),
    "starts": (None, None, None, DAY, DAY + timedelta(1)),
    "leaves": (None, None, None, DAY, DAY - timedelta(1), *LONG_AGO),
    "born": (date(DAY.year - 9, 5, 1), date(DAY.year - 9, 5, 1), date(DAY.year - 14, 5, 1), None),
}
STRANGER: dict[str, Sequence[Any]] = {
    "user_principal_name": (
        "25smitha@oak.example",
        "a.smith@oak.example",
        "x@oak.example",
        "25smitha@ash.example",
    ),
    "mail": (None, "shared@home.example"),
    "given_name": (None, "Amy"),
    "surname": (None, "Smith"),
    "employee_id": (None, "0007"),
    "employee_type": (None, "Pupil", "Staff"),
    "account_enabled": (True, False),
    "user_type": ("Member", "Member", None, "Guest"),
    "stamp": (None, None, stamp(key("2"))),
}


def one_of_each(fields: dict[str, Sequence[Any]]) -> st.SearchStrategy[Fields]:
    """One value for each field; the first values are the simplest."""
    many = prod(map(len, fields.values()))

    def decoded(number: int) -> Fields:
        # Hypothesis prefers small numbers; a prime spreads them over all fields.
        number = number * 7919 % many
        chosen = {}
        for name, values in fields.items():
            number, at_ = divmod(number, len(values))
            chosen[name] = values[at_]
        return chosen

    return st.integers(0, many - 1).map(decoded)


def at_most_two(*changes: Fields) -> st.SearchStrategy[Fields]:
    """None of these differences, or one, or two; none in a third of all."""
    several = [one | other for one, other in combinations(changes, 2)]
    return st.sampled_from([*[{}] * (len(changes) + len(several)), *changes * 2, *several])


def of_each_person(*values: Any) -> st.SearchStrategy[dict[PersonKey, Any]]:
    """One of these for every key, or nothing where it is None."""
    found = one_of_each(dict.fromkeys(KEYS, values))
    return found.map(lambda row: {key(who): one for who, one in row.items() if one is not None})


def some(values: Sequence[Any]) -> st.SearchStrategy[list[Any]]:
    """Any choice of these values."""
    few = [values[:1], values[1:], values[::2], values[1:2]]
    return st.sampled_from([*map(list, few), *[list(values)] * 6, []])


def people(fields: dict[str, Sequence[Any]]) -> st.SearchStrategy[tuple[Person, ...]]:
    each = one_of_each(fields)
    rows = st.tuples(some(KEYS), *(each for _ in KEYS))
    return rows.map(
        lambda row: tuple(
            a_person(name, **one) for name, one in zip(KEYS, row[1:], strict=True) if name in row[0]
        )
    )


GONE_ACCOUNT: Fields = {"gone": True}
ACCOUNTS = at_most_two(
    {"account_enabled": False},
    {"on_premises_sync_enabled": True},
    {"stamp": None},
    {"stamp": stamp(key("4"))},
    {"surname": "Drift"},
    {"display_name": None, "given_name": None, "surname": None},
    {"employee_type": None, "usage_location": "IE"},
    licensed(DIRECT),
    licensed(INHERITED),
    licensed(DIRECT, INHERITED),
    {"assigned_licenses": ()},
    {"age_group": "Minor", "consent_provided_for_minor": "Granted"},
    {"assigned_licenses": (AssignedLicence(A1.sku_id, WITHOUT_NEW),)},
    GONE_ACCOUNT,
)
BLOCKED: Fields = {"blocked_at": at(BEFORE)}
REVOKED: Fields = {"revoked_at": at(BEFORE)}
# What we did to an account and whether it was adopted, and how the account looks for it.
LINKS: list[tuple[Fields, Fields]] = [
    ({}, {}),
    ({"adopted": True}, {}),
    ({}, {"account_enabled": False}),
    (BLOCKED | REVOKED, {"account_enabled": False}),
    (BLOCKED, {"account_enabled": False}),
    (BLOCKED | REVOKED, {}),
    (REVOKED, {"on_premises_sync_enabled": True}),
    (BLOCKED | REVOKED | {"adopted": True}, {"account_enabled": False}),
]
GROUPS = at_most_two(
    {"members": frozenset()},
    {"members": frozenset({"x", "new oak:1", "new oak:2"})},
    {"members": None},
    {"display_name": "Another name"},
    {"on_premises_sync_enabled": True},
    {"group_types": ("DynamicMembership",)},
    {"assigned_licenses": (AssignedLicence(A1.sku_id, WITHOUT_NEW),)},
)
HOLDS = of_each_person(None, None, None, None, freeze(), freeze(DAY - timedelta(1)), suspend())
ABSENCES = of_each_person(GONE, GONE[1:], None)
CONSENTS = of_each_person(None, None, yes(), yes(), yes(MAIL), WITHDRAWN, CONTESTED)
FROZEN = st.sampled_from([(), (), KEYS[:1], KEYS[1:3], KEYS])
UNITS = st.sampled_from([None, 0, 1, 2, 100, 100])
PARTIAL: list[Fields] = [
    {},
    {},
    {"complete": frozenset({Kind.STAFF})},
    {"unidentified": {Kind.STAFF: 1}},
    {"unidentified": {Kind.PUPIL: 1}},
]
PROTECTED = ProtectedRules(accounts=("a.jones@oak.example",), groups=("gs-oak-year-8",))
BOUND = replace(rules().groups, bind={"gs-oak-year-7": BOUND_ID})
ADOPTED = replace(BOUND, adopt=frozenset(BOUND.bind))
SORTED = replace(
    rules().groups,
    names={**rules().groups.names, GroupKind.FILTER: "{school} {filter}"},
    old_rights_first=True,
)
PACKS = [
    rules(),
    rules(),
    replace(rules(), protected=PROTECTED),
    replace(rules(), groups=BOUND),
    replace(rules(), groups=ADOPTED),
    replace(rules(), protected=PROTECTED, groups=BOUND),
    replace(rules(), groups=SORTED),
    pack(),
    replace(pack(), groups=BOUND),
    pack("consent.ict_gate: true\n"),
    pack("licences.pupil.mode: group\nlicences.staff.mode: group\n"),
    pack("consent.write_age_group: true\nconsent.write_consent_provided: true\n"),
]
# Class groups are Microsoft 365's and become Teams. What is made for a teacher whose account was
# made tonight follows the next night, so that not every law holds within one.
TEAMS = replace(
    rules().groups,
    names={**rules().groups.names, GroupKind.CLASS: "{school} {class} {academic_year}"},
    teams=True,
)
WITH_TEAMS = [*PACKS, replace(rules(), groups=TEAMS)]
OF_CLASS = Group(
    id="z class",
    unique_name=CLASS,
    mail_nickname=CLASS,
    display_name="Oak School 7A 2025-26",
    group_types=("Unified",),
    mail_enabled=True,
    created_date_time=at(BEFORE),
    members=frozenset(),
)
CLASSES: list[Fields | None] = [
    {},
    {},
    None,
    {"resource_provisioning_options": ("Team",)},
    {"created_date_time": at(DAY) - timedelta(minutes=14)},
    {"group_types": ()},
    {"on_premises_sync_enabled": True},
]
# A class of School Data Sync's with the name that one of ours is to have.
THEIRS = Group(id="theirs", display_name="Oak School Year 8", mail_nickname="Section_8")


@st.composite
def nights(draw: st.DrawFn, *, licences: bool = True, packs: Sequence[Rules] = PACKS) -> School:
    """A school some time after its first load, on a night when much is otherwise.

    `licences` False: there are enough of them. The school has one of `packs`.
    """
    school = a_school(*draw(people(USUAL)), skus={A3.sku_id: A3, A1.sku_id: A1}).loaded()
    _tenant(draw, school)
    school.people = draw(people(TONIGHT))
    whole = draw(st.sampled_from(["as drawn", "as drawn", "as drawn", "all left", "nobody there"]))
    if whole == "all left":
        school.people = tuple(replace(one, leaves=LONG_AGO[0]) for one in school.people)
    elif whole == "nobody there":
        school.people = ()
    present = {person.key for person in school.people}
    school.frozen = tuple(
        FrozenPerson(key(who), "row") for who in draw(FROZEN) if key(who) not in present
    )
    school.holds = draw(HOLDS)
    school.absences = draw(ABSENCES)
    school.consents = draw(CONSENTS)
    school.enforced = draw(st.sampled_from([False, True]))
    for name, value in draw(st.sampled_from(PARTIAL)).items():
        setattr(school, name, value)
    school.elsewhere = frozenset(draw(st.sampled_from([(), (), (), FOREIGN[:1]])))
    school.rules = draw(st.sampled_from(packs))
    if school.rules.groups.teams:
        _class(draw, school)
    if licences:
        units = draw(UNITS)
        skus = [replace(one, enabled_units=units or 0) for one in (A3, A1)]
        school.skus = {} if units is None else {sku.sku_id: sku for sku in skus}
    return school


def _tenant(draw: st.DrawFn, school: School) -> None:
    for who, link in list(school.links.items()):
        ours, theirs = draw(st.sampled_from(LINKS))
        _account(school, who.mis_id, theirs | draw(ACCOUNTS))
        school.links[who] = replace(link, **ours)
        blocked = "blocked_at" in ours
        left = draw(st.sampled_from([None, BEFORE, DAY - timedelta(1)])) if blocked else None
        school.known[who] = Known(kind=school.known[who].kind, blocked=blocked, left_on=left)
    for name in draw(some(FOREIGN)):
        school.accounts[name] = an_account(name, **draw(one_of_each(STRANGER)))
    _groups_of_others(draw, school)
    for group in sorted(school.groups.values(), key=lambda one: one.id)[:4]:
        fields = draw(GROUPS)
        if members := fields.get("members"):
            fields = fields | {"members": members & school.accounts.keys()}
        school.groups[group.id] = replace(group, **fields)
    ids = sorted(school.accounts)
    school.protected = frozenset(draw(st.sampled_from([(), (), (), *([one] for one in ids)])))


def _class(draw: st.DrawFn, school: School) -> None:
    """Everyone on the roster is in one class, which staff teach; its group is there or not."""
    school.memberships = tuple(
        Membership("7A", one.key, teaches=one.kind is Kind.STAFF) for one in school.people
    )
    fields = draw(st.sampled_from(CLASSES))
    if fields is not None:
        school.groups[OF_CLASS.id] = replace(OF_CLASS, **fields)


def _groups_of_others(draw: st.DrawFn, school: School) -> None:
    """The bound group with its members, some of whom we put there; groups of School Data Sync."""
    accounts = sorted(school.accounts)
    if draw(st.sampled_from([True, True, True, False])):
        members = frozenset(draw(some(accounts))) if accounts else frozenset()
        school.groups[BOUND_ID] = Group(id=BOUND_ID, display_name="7s", members=members)
        ours = draw(some(sorted(members))) if members else []
        school.made = frozenset((BOUND_ID, one) for one in ours)
    theirs = draw(st.sampled_from([(), (), (), (BOUND_ID,), ("theirs",), ("new gs-oak-year-8",)]))
    if "theirs" in theirs:
        school.groups["theirs"] = THEIRS
    # No group of School Data Sync's is still to be made.
    school.school_data_sync = frozenset(theirs) & school.groups.keys()


def _account(school: School, mis_id: str, fields: Fields) -> None:
    if fields.get("gone"):
        del school.accounts[school.account(mis_id).id]
    else:
        school.alter(mis_id, **fields)
