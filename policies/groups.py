"""Which groups a person belongs to by the school's pack, and what those groups are called.

A group is found again by its unique name (Graph `uniqueName`, which only an upsert can set), so
that name is derived from the school's id and what the group is of, never from a pattern. A class
has the academic year in it: no group is ever used again for another cohort.
"""

import re
from collections.abc import Callable, Iterator
from hashlib import sha256

from anyascii import anyascii
from msgspec import Struct

from policies.filtering import filter_level, level_ending
from policies.key_stages import key_stage
from policies.lessons import Lessons
from policies.naming import Token, parse_pattern
from policies.people import Kind, Person, PersonKey
from policies.rules import ClassKind, GroupKind, Rules
from policies.telling_names import neutral, telling

LONGEST_DISPLAY_NAME = 256  # group displayName (Graph docs: group resource)
_LONGEST_SLUG = 20  # with the school's id and a digest the mail nickname stays within 64
# The tokens a name must hold beside {school}, since it stands for many groups.
TOKENS: dict[GroupKind, tuple[str, ...]] = {
    GroupKind.KEY_STAGE: ("key_stage",),
    GroupKind.YEAR: ("year",),
    GroupKind.REGISTRATION: ("form",),
    GroupKind.HOUSE: ("house",),
    GroupKind.CLASS: ("class", "academic_year"),
    GroupKind.DEPARTMENT: ("department",),
    GroupKind.ROLE: ("role",),
    GroupKind.FILTER: ("filter",),
}
# How the unique names of these begin, after the school's; a class has its year before it.
_BEGINNING = {
    GroupKind.YEAR: "year",
    GroupKind.REGISTRATION: "form",
    GroupKind.HOUSE: "house",
    GroupKind.CLASS: "class",
    GroupKind.DEPARTMENT: "department",
    GroupKind.ROLE: "role",
    GroupKind.FILTER: "filter",
}
_NAMED_BY_THE_SCHOOL = (GroupKind.REGISTRATION, GroupKind.HOUSE, GroupKind.CLASS)
STAFF_KINDS = frozenset(
    {
        *(GroupKind.ALL_STAFF, GroupKind.STAFF_ONLY, GroupKind.SIMS_USERS, GroupKind.MFA),
        *(GroupKind.DEPARTMENT, GroupKind.ROLE),
    }
)
# A class log-on is in no group of pupils, which hold their data (SNMAT-19e).
_OF_A_LOGON = frozenset({GroupKind.FILTER})
_NO_LESSONS = Lessons(0)


class DesiredGroup(Struct, frozen=True, order=True, cache_hash=True):
    """A group that should exist; `mail_nickname` equals the unique name.

    `owners` are those of a Microsoft 365 group, which is not made without one; None for a security
    group.
    """

    unique_name: str
    display_name: str
    kind: GroupKind
    mail_nickname: str
    owners: tuple[PersonKey, ...] | None = None


class _Place(Struct, frozen=True):
    """All of a person that their groups depend on."""

    kind: Kind
    year: str | None
    form: str
    house: str | None
    roles: tuple[str, ...]
    classes: tuple[str, ...]
    subjects: tuple[str, ...]


def groups_of(
    person: Person, rules: Rules, lessons: Lessons = _NO_LESSONS
) -> tuple[DesiredGroup, ...]:
    """The person's groups, by unique name; a pupil of no known year is in none of a year."""
    return group_finder(rules, lessons)(person)


def group_finder(
    rules: Rules, lessons: Lessons = _NO_LESSONS
) -> Callable[[Person], tuple[DesiredGroup, ...]]:
    """`groups_of` for the people of one school; those of one form share one tuple."""
    maker = _Maker(rules, lessons)
    made: dict[tuple[object, ...], tuple[DesiredGroup, ...]] = {}
    classes, subjects = lessons.classes, lessons.subjects

    def find(person: Person) -> tuple[DesiredGroup, ...]:
        key, kind, roles = person.key, person.kind, person.roles
        taught = (classes.get(key, ()), subjects.get(key, ())) if classes else ((), ())
        where = (kind, person.year, person.form, person.house, roles, taught, person.shared)
        if (groups := made.get(where)) is None:
            form = " ".join((person.form or "").split())
            place = _Place(kind, person.year, form, person.house, roles, *taught)
            groups = made[where] = maker.groups(place)
            if person.shared:
                groups = made[where] = tuple(one for one in groups if one.kind in _OF_A_LOGON)
        return groups

    return find


def group_pattern(pattern: str, kind: GroupKind) -> str:
    """The pattern again when it can name groups of this kind; raises ValueError with the mend."""
    own = TOKENS.get(kind, ())
    parts = parse_pattern(pattern, ("school", *own))
    tokens = [part for part in parts if isinstance(part, Token)]
    if any(token.letters for token in tokens):
        raise ValueError("cuts a token; group names use them whole")
    if missing := [name for name in own if name not in {token.name for token in tokens}]:
        added = " and ".join(f"{{{name}}}" for name in missing)
        raise ValueError(f"gives several groups one name; add {added}")
    if telling(" ".join(part for part in parts if isinstance(part, str))):
        raise ValueError(
            "tells everyone in the tenant something private of the members; choose a neutral name"
        )
    return pattern


def kind_of(unique_name: str, school: str) -> GroupKind | None:
    """What a group of this school is of, by its unique name; None for one that is not of ours."""
    beginning = f"gs-{school}-"
    if not unique_name.startswith(beginning):
        return None
    ending = unique_name.removeprefix(beginning)
    if re.match("[0-9]{4}-class-", ending):
        return GroupKind.CLASS
    if re.fullmatch("eyfs|ks[1-5]", ending):
        return GroupKind.KEY_STAGE
    for kind, word in _BEGINNING.items():
        if kind is not GroupKind.CLASS and ending.startswith(f"{word}-"):
            return kind
    return next((kind for kind in GroupKind if ending == kind.replace("_", "-")), None)


class _Maker:
    """Makes the groups of a school, each once."""

    def __init__(self, rules: Rules, lessons: Lessons) -> None:
        self.rules = rules
        self.lessons = lessons
        self.patterns = rules.groups.names
        self._made: dict[tuple[GroupKind, str], DesiredGroup] = {}

    def groups(self, place: _Place) -> tuple[DesiredGroup, ...]:
        """The groups of everyone who has this place."""
        several = _of_staff(place) if place.kind is Kind.STAFF else _of_pupil(place)
        wanted = [one for one in several if one[0] in self.patterns]
        level = filter_level(place.kind, place.year, self.rules.groups.filter)
        if level and GroupKind.FILTER in self.patterns:
            wanted.append((GroupKind.FILTER, level))
        return tuple(sorted({self._group(kind, value) for kind, value in wanted}))

    def _group(self, kind: GroupKind, value: str) -> DesiredGroup:
        if (group := self._made.get((kind, value))) is None:
            group = self._made[kind, value] = self._new(kind, value)
        return group

    def _new(self, kind: GroupKind, value: str) -> DesiredGroup:
        school, year = self.rules.school, self.lessons.year
        shown = value
        if kind in _NAMED_BY_THE_SCHOOL and telling(value):
            shown = neutral(value, school)
        unique = f"gs-{school}-{_ending(kind, shown, year)}"
        tokens = dict.fromkeys(TOKENS.get(kind, ()), shown) | {"school": self.rules.name}
        tokens["academic_year"] = f"{year}-{(year + 1) % 100:02}"
        name = re.sub(r"\{(\w+)\}", lambda token: tokens[token[1]], self.patterns[kind])
        owners = None
        if kind is GroupKind.CLASS and self.rules.groups.class_kind is ClassKind.M365:
            owners = self.lessons.teachers.get(value, ())
        return DesiredGroup(unique, name[:LONGEST_DISPLAY_NAME].strip(), kind, unique, owners)


def _of_pupil(place: _Place) -> Iterator[tuple[GroupKind, str]]:
    yield GroupKind.ALL_PUPILS, ""
    if place.year and (stage := key_stage(place.year)):
        yield GroupKind.KEY_STAGE, stage
        yield GroupKind.YEAR, place.year
        if place.form:
            yield GroupKind.REGISTRATION, place.form
    if place.house:
        yield GroupKind.HOUSE, place.house
    for code in place.classes:
        yield GroupKind.CLASS, code


def _of_staff(place: _Place) -> Iterator[tuple[GroupKind, str]]:
    for kind in (GroupKind.ALL_STAFF, GroupKind.STAFF_ONLY, GroupKind.SIMS_USERS, GroupKind.MFA):
        yield kind, ""
    for subject in place.subjects:
        yield GroupKind.DEPARTMENT, subject
    for role in place.roles:
        yield GroupKind.ROLE, role
    for code in place.classes:
        yield GroupKind.CLASS, code


def _ending(kind: GroupKind, value: str, year: int) -> str:
    match kind:
        case GroupKind.CLASS:
            return f"{year}-class-{_slug(value)}"
        case GroupKind.REGISTRATION | GroupKind.HOUSE | GroupKind.DEPARTMENT | GroupKind.ROLE:
            return f"{_BEGINNING[kind]}-{_slug(value)}"
        case GroupKind.FILTER:
            return f"filter-{level_ending(value)}"
        case GroupKind.YEAR:
            return f"year-{value.lower()}"
        case GroupKind.KEY_STAGE:
            return value.lower()
        case _:
            return kind.replace("_", "-")


def _slug(text: str) -> str:
    """The text in `[a-z0-9-]`, with a digest unless it can be read back from it.

    Forms are written `7B` where they hold a digit and `Oak Class` where they hold none; every
    other spelling (`7b`, `7/B`, `OAK`) keeps a digest, so that two forms never share a group.
    """
    slug = re.sub("[^a-z0-9]+", "-", anyascii(text).lower()).strip("-")
    words = slug.replace("-", " ")
    usual = words.upper() if re.search("[0-9]", words) else words.title()
    if text == usual and len(slug) <= _LONGEST_SLUG:
        return slug
    digest = sha256(text.encode()).hexdigest()[:8]
    return f"{slug[:_LONGEST_SLUG].strip('-')}-{digest}".lstrip("-")
