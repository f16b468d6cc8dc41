"""Who may do what: app roles, permissions, forbidden pairs, and how far a person reaches.

Pure data and functions. The roles come in a token's `roles`; the schools and years a person reaches
are kept here (law B0: scope is held locally, not in the token). What nobody granted is denied.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum, auto

from msgspec import Struct


class AppRole(StrEnum):
    """The app roles of the registration in Entra, by their `value`."""

    IT_MANAGER = "ITManager"
    DPO = "DPO"
    HEAD = "Head"
    HR = "HR"
    OFFICE = "Office"
    HEAD_OF_YEAR = "HeadOfYear"
    SAFEGUARDING_LEAD = "SafeguardingLead"
    VIEWER = "Viewer"


class Permission(StrEnum):
    """One thing that a route or page does; each names exactly one."""

    SEE_SELF = auto()
    SEE_TODAY = auto()
    SEE_RUNS = auto()
    APPROVE_RUNS = auto()
    SEE_METRICS = auto()


_EVERYONE = frozenset(AppRole)
_P, _R = Permission, AppRole
GRANTED: Mapping[Permission, frozenset[AppRole]] = {
    _P.SEE_SELF: _EVERYONE,
    _P.SEE_TODAY: _EVERYONE,
    _P.SEE_RUNS: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD}),
    _P.APPROVE_RUNS: frozenset({_R.HEAD}),
    _P.SEE_METRICS: frozenset({_R.IT_MANAGER}),
}
# Those that change something: whoever only assures may not hold a role with one of them.
_WRITING_ROLES = _EVERYONE - {_R.VIEWER}
FORBIDDEN: frozenset[frozenset[AppRole]] = frozenset(
    {
        frozenset({_R.DPO, _R.IT_MANAGER}),
        frozenset({_R.DPO, _R.HEAD}),
        frozenset({_R.DPO, _R.HR}),
        frozenset({_R.IT_MANAGER, _R.HEAD}),
        frozenset({_R.IT_MANAGER, _R.OFFICE}),
        *(frozenset({_R.VIEWER, one}) for one in _WRITING_ROLES),
    }
)
# The only pair that a dated small-school waiver of the pack lets one person hold (law B0).
WAIVABLE = frozenset({_R.IT_MANAGER, _R.OFFICE})


class Reach(Struct, frozen=True):
    """The schools a person reaches, and the years where only some are reached (empty: all)."""

    schools: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()

    def holds(self, school: str, year: str | None = None) -> bool:
        """Whether a school, and a year of it if one is named, is reached."""
        return school in self.schools and (year is None or not self.years or year in self.years)


class Who(Struct, frozen=True):
    """A person who signed in: the account's object id, the roles that count, and the reach.

    `conflict` names two roles that one person may not hold together; then no role counts.
    """

    account: str
    name: str
    roles: frozenset[AppRole]
    reach: Reach
    conflict: tuple[AppRole, ...] = ()

    def __repr__(self) -> str:
        return f"Who({self.account})"

    @property
    def identity(self) -> str:
        """How approvals and the journal name this person; it outlives a change of name."""
        return f"entra:{self.account}"

    def may(self, permission: Permission) -> bool:
        """Whether a role that counts was granted this."""
        return bool(self.roles & GRANTED.get(permission, frozenset()))


def roles_in(claim: Iterable[str]) -> frozenset[AppRole]:
    """The roles of a token's claim that are ours; others say nothing to us."""
    return frozenset(AppRole(one) for one in claim if one in set(AppRole))


def conflict_of(roles: frozenset[AppRole], *, waived: bool) -> tuple[AppRole, ...]:
    """The first forbidden pair among these roles (law B0, B10); none when they go together.

    `waived` says that each school the person reaches has a small-school waiver that stands.
    """
    allowed = {WAIVABLE} if waived else set()
    found = sorted(tuple(sorted(pair)) for pair in FORBIDDEN - allowed if pair <= roles)
    return found[0] if found else ()
