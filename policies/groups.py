"""Which groups a person belongs to by the school's pack, and what those groups are called.

A group is found again by its unique name (Graph `uniqueName`, which only an upsert can set), so
that name is derived from the school's id and the year or form alone and never from a pattern.
"""

import re
from collections.abc import Callable
from hashlib import sha256

from anyascii import anyascii
from msgspec import Struct

from policies.naming import Token, parse_pattern
from policies.people import Kind, Person
from policies.rules import GroupKind, Rules

LONGEST_DISPLAY_NAME = 256  # group displayName (Graph docs: group resource)
_LONGEST_SLUG = 20  # with the school's id and a digest the mail nickname stays within 64
_KEY_STAGES = (
    ("EYFS", ("N1", "N2", "R")),
    ("KS1", ("1", "2")),
    ("KS2", ("3", "4", "5", "6")),
    ("KS3", ("7", "8", "9")),
    ("KS4", ("10", "11")),
    ("KS5", ("12", "13", "14")),
)
_STAGE_OF = {year: stage for stage, years in _KEY_STAGES for year in years}
# The token a name must hold, since it stands for many groups.
_OWN_TOKEN = {
    GroupKind.KEY_STAGE: "key_stage",
    GroupKind.YEAR: "year",
    GroupKind.REGISTRATION: "form",
}


class DesiredGroup(Struct, frozen=True, order=True, cache_hash=True):
    """A group that should exist; `mail_nickname` equals the unique name."""

    unique_name: str
    display_name: str
    kind: GroupKind
    mail_nickname: str


class _School(Struct, frozen=True):
    """What the groups depend on beside the person."""

    id: str
    name: str
    patterns: tuple[tuple[GroupKind, str], ...]


def key_stage(year: str) -> str | None:
    """EYFS or KS1 to KS5 of a year written as in the roster; None for any other text."""
    return _STAGE_OF.get(year)


def groups_of(person: Person, rules: Rules) -> tuple[DesiredGroup, ...]:
    """The person's groups, by unique name; a pupil of no known year is only among all pupils.

    A class log-on is in none: groups of pupils hold their data (SNMAT-19e).
    """
    return group_finder(rules)(person)


def group_finder(rules: Rules) -> Callable[[Person], tuple[DesiredGroup, ...]]:
    """`groups_of` for the people of one school; those of one form share one tuple."""
    school = _School(rules.school, rules.name, tuple(rules.groups.names.items()))
    made: dict[tuple[Kind, str | None, str | None], tuple[DesiredGroup, ...]] = {}

    def find(person: Person) -> tuple[DesiredGroup, ...]:
        if person.shared:
            return ()
        place = (person.kind, person.year, person.form)
        if (groups := made.get(place)) is None:
            groups = made[place] = _groups(*place, school)
        return groups

    return find


def group_pattern(pattern: str, kind: GroupKind) -> str:
    """The pattern again when it can name groups of this kind; raises ValueError with the mend."""
    own = _OWN_TOKEN.get(kind)
    parts = parse_pattern(pattern, ("school", own) if own else ("school",))
    tokens = [part for part in parts if isinstance(part, Token)]
    if any(token.letters for token in tokens):
        raise ValueError("cuts a token; group names use them whole")
    if own and own not in {token.name for token in tokens}:
        raise ValueError(f"gives several groups one name; add {{{own}}}")
    return pattern


def _groups(
    kind: Kind,
    year: str | None,
    form: str | None,
    school: _School,
) -> tuple[DesiredGroup, ...]:
    values = _values(kind, year, " ".join((form or "").split()))
    return tuple(
        sorted(
            _group(group, values[group], school, pattern)
            for group, pattern in school.patterns
            if group in values
        )
    )


def _values(kind: Kind, year: str | None, form: str) -> dict[GroupKind, str]:
    if kind is Kind.STAFF:
        return {GroupKind.ALL_STAFF: ""}
    values = {GroupKind.ALL_PUPILS: ""}
    if year and (stage := key_stage(year)):
        values |= {GroupKind.KEY_STAGE: stage, GroupKind.YEAR: year}
        if form:
            values[GroupKind.REGISTRATION] = form
    return values


def _group(kind: GroupKind, value: str, school: _School, pattern: str) -> DesiredGroup:
    unique = f"gs-{school.id}-{_ending(kind, value)}"
    tokens = {"school": school.name, _OWN_TOKEN.get(kind, ""): value}
    shown = re.sub(r"\{(\w+)\}", lambda token: tokens[token[1]], pattern)
    return DesiredGroup(unique, shown[:LONGEST_DISPLAY_NAME].strip(), kind, unique)


def _ending(kind: GroupKind, value: str) -> str:
    match kind:
        case GroupKind.REGISTRATION:
            return f"form-{_slug(value)}"
        case GroupKind.YEAR:
            return f"year-{value.lower()}"
        case GroupKind.KEY_STAGE:
            return value.lower()
        case _:
            return kind.replace("_", "-")


def _slug(form: str) -> str:
    """The form in `[a-z0-9-]`, with a digest unless the form can be read back from it.

    Forms are written `7B` where they hold a digit and `Oak Class` where they hold none; every
    other spelling (`7b`, `7/B`, `OAK`) keeps a digest, so that two forms never share a group.
    """
    slug = re.sub("[^a-z0-9]+", "-", anyascii(form).lower()).strip("-")
    words = slug.replace("-", " ")
    usual = words.upper() if re.search("[0-9]", words) else words.title()
    if form == usual and len(slug) <= _LONGEST_SLUG:
        return slug
    digest = sha256(form.encode()).hexdigest()[:8]
    return f"{slug[:_LONGEST_SLUG].strip('-')}-{digest}".lstrip("-")
