"""Who may do what: app roles, permissions, forbidden pairs, and how far a person reaches.

Pure data and functions. The roles come in a token's `roles`; the schools and years a person reaches
are kept here (law B0: scope is held locally, not in the token). What nobody granted is denied.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum, auto

import msgspec
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
    DRAFT_RUNS = auto()
    APPROVE_RUNS = auto()
    APPLY_RUNS = auto()
    PAUSE = auto()
    SEE_PEOPLE = auto()
    SEE_HISTORY = auto()
    RESET_PASSWORDS = auto()
    PRINT_SLIPS = auto()
    SEE_HOLDS = auto()
    CHANGE_HOLDS = auto()
    SEE_KEPT_NAMES = auto()
    KEEP_NAMES = auto()
    MATCH_ACCOUNTS = auto()
    SEE_WORKLIST = auto()
    SEE_DEPARTURES = auto()
    RECORD_DEPARTURES = auto()
    CONFIRM_DEPARTURES = auto()
    SEE_CONSENTS = auto()
    RECORD_CONSENTS = auto()
    COUNTERSIGN_CONSENTS = auto()
    SETTLE_CONSENTS = auto()
    ENFORCE_CONSENTS = auto()
    SEE_LICENCES = auto()
    SEE_POLICIES = auto()
    VERIFY_JOURNAL = auto()
    EXPORT_JOURNAL = auto()
    SEE_DLP = auto()
    ADVISE_DLP = auto()
    DECIDE_DLP = auto()
    SEE_LOOKS = auto()
    SEE_DLP_TRENDS = auto()
    REPORT_BREACHES = auto()
    SEE_BREACHES = auto()
    WORK_BREACHES = auto()
    DECIDE_BREACHES = auto()
    EXPORT_PEOPLE = auto()
    SEE_HEALTH = auto()
    SEE_METRICS = auto()
    NAME_DEPUTIES = auto()


_EVERYONE = frozenset(AppRole)
_P, _R = Permission, AppRole
GRANTED: Mapping[Permission, frozenset[AppRole]] = {
    _P.SEE_SELF: _EVERYONE,
    _P.SEE_TODAY: _EVERYONE,
    _P.SEE_RUNS: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD}),
    _P.DRAFT_RUNS: frozenset({_R.IT_MANAGER}),
    _P.APPROVE_RUNS: frozenset({_R.HEAD}),
    _P.APPLY_RUNS: frozenset({_R.IT_MANAGER}),
    _P.PAUSE: frozenset({_R.IT_MANAGER, _R.HEAD}),
    _P.SEE_PEOPLE: frozenset(
        {_R.IT_MANAGER, _R.DPO, _R.HEAD, _R.OFFICE, _R.HR, _R.HEAD_OF_YEAR, _R.SAFEGUARDING_LEAD}
    ),
    _P.SEE_HISTORY: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD}),
    _P.RESET_PASSWORDS: frozenset({_R.IT_MANAGER, _R.HEAD_OF_YEAR}),
    _P.PRINT_SLIPS: frozenset({_R.IT_MANAGER}),
    _P.SEE_HOLDS: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD, _R.SAFEGUARDING_LEAD}),
    _P.CHANGE_HOLDS: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD, _R.SAFEGUARDING_LEAD}),
    _P.SEE_KEPT_NAMES: frozenset({_R.HEAD, _R.SAFEGUARDING_LEAD}),
    _P.KEEP_NAMES: frozenset({_R.SAFEGUARDING_LEAD}),
    _P.MATCH_ACCOUNTS: frozenset({_R.IT_MANAGER}),
    _P.SEE_WORKLIST: frozenset({_R.IT_MANAGER}),
    _P.SEE_DEPARTURES: frozenset({_R.HR, _R.HEAD, _R.IT_MANAGER}),
    _P.RECORD_DEPARTURES: frozenset({_R.HR, _R.HEAD}),
    _P.CONFIRM_DEPARTURES: frozenset({_R.IT_MANAGER}),
    _P.SEE_CONSENTS: frozenset({_R.OFFICE, _R.DPO, _R.HEAD, _R.SAFEGUARDING_LEAD}),
    _P.RECORD_CONSENTS: frozenset({_R.OFFICE}),
    _P.COUNTERSIGN_CONSENTS: frozenset({_R.OFFICE, _R.HEAD}),
    _P.SETTLE_CONSENTS: frozenset({_R.HEAD}),
    _P.ENFORCE_CONSENTS: frozenset({_R.HEAD}),
    _P.SEE_LICENCES: frozenset({_R.IT_MANAGER, _R.HEAD}),
    _P.SEE_POLICIES: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD, _R.SAFEGUARDING_LEAD, _R.VIEWER}),
    _P.VERIFY_JOURNAL: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD, _R.VIEWER}),
    _P.EXPORT_JOURNAL: frozenset({_R.DPO, _R.HEAD}),
    _P.SEE_DLP: frozenset({_R.DPO, _R.HEAD}),
    _P.ADVISE_DLP: frozenset({_R.DPO}),
    _P.DECIDE_DLP: frozenset({_R.HEAD}),
    _P.SEE_LOOKS: frozenset({_R.DPO, _R.HEAD}),
    _P.SEE_DLP_TRENDS: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD, _R.VIEWER}),
    _P.REPORT_BREACHES: frozenset(
        {_R.IT_MANAGER, _R.DPO, _R.HEAD, _R.OFFICE, _R.HR, _R.HEAD_OF_YEAR, _R.SAFEGUARDING_LEAD}
    ),
    _P.SEE_BREACHES: frozenset({_R.DPO, _R.HEAD}),
    _P.WORK_BREACHES: frozenset({_R.DPO}),
    _P.DECIDE_BREACHES: frozenset({_R.HEAD}),
    _P.EXPORT_PEOPLE: frozenset({_R.DPO}),
    _P.SEE_HEALTH: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD}),
    _P.SEE_METRICS: frozenset({_R.IT_MANAGER}),
    _P.NAME_DEPUTIES: frozenset({_R.HEAD}),
}
# What has no way back, or takes personal data away: asked for by whoever signed in just now (B0).
PROVED_TO_WRITE = frozenset(
    {
        _P.APPROVE_RUNS,
        _P.APPLY_RUNS,
        _P.DECIDE_DLP,
        _P.DECIDE_BREACHES,
        _P.ENFORCE_CONSENTS,
        _P.EXPORT_JOURNAL,
        _P.EXPORT_PEOPLE,
        _P.NAME_DEPUTIES,
    }
)
PROVED_TO_READ = frozenset({_P.EXPORT_JOURNAL, _P.EXPORT_PEOPLE})
# What goes across the years of a school: somebody who is given some of them does not have it.
ACROSS_YEARS = frozenset(
    {
        _P.SEE_RUNS,
        _P.DRAFT_RUNS,
        _P.APPROVE_RUNS,
        _P.APPLY_RUNS,
        _P.PAUSE,
        _P.PRINT_SLIPS,
        _P.MATCH_ACCOUNTS,
        _P.SEE_WORKLIST,
        _P.COUNTERSIGN_CONSENTS,
        _P.ENFORCE_CONSENTS,
        _P.SEE_LICENCES,
        _P.EXPORT_JOURNAL,
        _P.SEE_DLP,
        _P.ADVISE_DLP,
        _P.DECIDE_DLP,
        _P.SEE_DLP_TRENDS,
        _P.SEE_BREACHES,
        _P.WORK_BREACHES,
        _P.DECIDE_BREACHES,
        _P.EXPORT_PEOPLE,
        _P.SEE_HEALTH,
        _P.NAME_DEPUTIES,
    }
)
# A deputy does what the role does, but names nobody else.
NEVER_BY_DEPUTY = frozenset({_P.NAME_DEPUTIES})
# A head of year is given years, and an auditor holds no second role: neither has a deputy here.
DEPUTISED = _EVERYONE - {_R.HEAD_OF_YEAR, _R.VIEWER}
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


class Standing(Struct, frozen=True):
    """A role that somebody stands in for, in one school."""

    school: str
    role: AppRole


class Who(Struct, frozen=True):
    """A person who signed in: the account's object id, the roles that count, and the reach.

    `conflict` names two roles that one person may not hold together; then no role counts.
    `deputises` are the roles that the person stands in for, each in one school; `as_deputy` says
    that nothing else opened this room. `proved_at` is when they last proved who they are, in Unix
    time; 0 where nobody knows.
    """

    account: str
    name: str
    roles: frozenset[AppRole]
    reach: Reach
    conflict: tuple[AppRole, ...] = ()
    deputises: tuple[Standing, ...] = ()
    as_deputy: bool = False
    proved_at: int = 0

    def __repr__(self) -> str:
        return f"Who({self.account})"

    @property
    def identity(self) -> str:
        """How approvals and the journal name this person; it outlives a change of name."""
        return f"entra:{self.account}"

    def may(self, permission: Permission) -> bool:
        """Whether a role that counts, of one's own or stood in for, was granted this."""
        return self._may_alone(permission) or any(map(_stands_in(permission), self.deputises))

    def bounded(self, permission: Permission) -> bool:
        """Whether only the years of the reach keep this person from what a role was granted."""
        return _grants(permission, self.roles) and not self._may_alone(permission)

    def inside(self, permission: Permission) -> "Who":
        """This person in a room that asks for a permission: only the schools where they have it.

        Of roles only those count that are held in each of these schools, so that a role stood in
        for opens nothing elsewhere; years count until a role stood in for opens every school.
        """
        if not self.deputises:
            return self
        own = self.reach.schools if self._may_alone(permission) else frozenset[str]()
        lent = frozenset(one.school for one in filter(_stands_in(permission), self.deputises))
        schools = own | lent
        return msgspec.structs.replace(
            self,
            roles=frozenset.intersection(*map(self._held_in, schools)) if schools else self.roles,
            reach=Reach(schools, frozenset() if lent >= schools else self.reach.years),
            deputises=(),
            as_deputy=not own,
        )

    def _may_alone(self, permission: Permission) -> bool:
        in_reach = not self.reach.years or permission not in ACROSS_YEARS
        return in_reach and _grants(permission, self.roles)

    def _held_in(self, school: str) -> frozenset[AppRole]:
        own = self.roles if school in self.reach.schools else frozenset[AppRole]()
        return own | {one.role for one in self.deputises if one.school == school}


def _grants(permission: Permission, roles: frozenset[AppRole]) -> bool:
    return bool(roles & GRANTED.get(permission, frozenset()))


def _stands_in(permission: Permission) -> Callable[[Standing], bool]:
    granted = frozenset() if permission in NEVER_BY_DEPUTY else GRANTED[permission]
    return lambda one: one.role in granted


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
