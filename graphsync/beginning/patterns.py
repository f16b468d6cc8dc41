"""Which sign-in name patterns are in use, by what share of the accounts each explains.

Every pattern is tried with the product's own naming, so that what is proposed is what a new account
would be called.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from graphsync.accounts import Account
from policies.naming import NoName, alias_candidates
from policies.people import Kind, Person, PersonKey
from policies.rules import NamingRules

_SURNAMES = ("{surname}", "{surname:12}", "{surname:10}", "{surname:8}", "{surname:6}")
_SHAPES = ("{initial}.S", "{initial}S", "S{initial}", "{forename}.S", "{forename}S", "S.{forename}")
_YEARS = ("P", "{entry:2}P", "P{entry:2}")
_YEAR = re.compile(r"^(\d\d)(?!\d)|(?<!\d)(\d\d)$")
_NUMBERED = 3  # `smith`, `smith2`, `smith3`: a number behind the name is the same pattern
_SAMPLE, _WHOLE, _LIKELY = 60, 400, 4
_LONGEST = 64
FALLBACK = {Kind.PUPIL: "{entry:2}{surname:10}{initial}", Kind.STAFF: "{initial}.{surname}"}


class InUse(Struct, frozen=True):
    """A pattern and how many of the accounts looked at it explains."""

    pattern: str
    explains: int
    of: int


def patterns_in_use(accounts: Sequence[Account], kind: Kind) -> tuple[InUse, ...]:
    """The patterns that explain most of these accounts, the best first; none below one in ten.

    Accounts without a given name and a surname tell nothing and are left out.
    """
    known = [one for one in accounts if one.given_name and one.surname]
    few, many = _spread(known, _SAMPLE), _spread(known, _WHOLE)
    rough = {shape: _best(few, cuts, kind) for shape, cuts in _shapes(kind).items()}
    likely = sorted((shape for shape in rough if rough[shape].explains), key=_by_share(rough))
    found = [_best(many, _shapes(kind)[shape], kind) for shape in likely[:_LIKELY]]
    found.sort(key=lambda one: -one.explains)
    return tuple(one for one in found if one.explains * 10 >= one.of)


def _by_share(found: Mapping[str, InUse]) -> Callable[[str], int]:
    return lambda shape: -found[shape].explains


def _best(accounts: Sequence[Account], patterns: Sequence[str], kind: Kind) -> InUse:
    """The one that explains most; of equal ones the first, which cuts least."""
    tried = [InUse(one, _explained(accounts, one, kind), len(accounts)) for one in patterns]
    return max(tried, key=lambda one: one.explains)


def _shapes(kind: Kind) -> dict[str, list[str]]:
    """The patterns that are tried, those that differ by a cut alone under one shape."""
    years = _YEARS if kind is Kind.PUPIL else _YEARS[:1]
    shapes = [year.replace("P", shape) for year in years for shape in _SHAPES]
    return {shape: [shape.replace("S", one) for one in _SURNAMES] for shape in shapes}


def _spread(accounts: Sequence[Account], most: int) -> Sequence[Account]:
    """At most so many, from everywhere in the list."""
    return accounts[:: max(1, -(-len(accounts) // most))]


def _explained(accounts: Sequence[Account], pattern: str, kind: Kind) -> int:
    naming = NamingRules(alias={kind: pattern}, display={}, max_length=_LONGEST)
    return sum(_explains(one, kind, naming) for one in accounts)


def _explains(account: Account, kind: Kind, naming: NamingRules) -> bool:
    alias = account.user_principal_name.partition("@")[0].casefold()
    year = _YEAR.search(alias)
    person = Person(
        key=PersonKey("tenant", account.id),
        kind=kind,
        given_name=account.given_name or "",
        surname=account.surname or "",
        entry_year=2000 + int(year[1] or year[2]) if year else None,
    )
    try:
        return alias in islice(alias_candidates(person, naming), _NUMBERED)
    except NoName:
        return False
