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
    HANDLE_COMPROMISES = auto()
    PRINT_SLIPS = auto()
    SEE_RESETS = auto()
    SEE_HOLDS = auto()
    CHANGE_HOLDS = auto()
    RELEASE_HOLDS = auto()
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
    ARRANGE = auto()
    SEE_LICENCES = auto()
    SEE_POLICIES = auto()
    DECIDE_POLICIES = auto()
    SEE_FILTERING = auto()
    SIGN_FILTERING = auto()
    SEE_PACKS = auto()
    SAMPLE_CONSENTS = auto()
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
    LOG_REQUESTS = auto()
    SEE_REQUESTS = auto()
    WORK_REQUESTS = auto()
    CONSULT_REQUESTS = auto()
    CHECK_REQUESTS = auto()
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
    _P.HANDLE_COMPROMISES: frozenset({_R.IT_MANAGER}),
    _P.PRINT_SLIPS: frozenset({_R.IT_MANAGER}),
    _P.SEE_RESETS: frozenset({_R.IT_MANAGER, _R.SAFEGUARDING_LEAD}),
    _P.SEE_HOLDS: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD, _R.SAFEGUARDING_LEAD}),
    _P.CHANGE_HOLDS: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD, _R.SAFEGUARDING_LEAD}),
    _P.RELEASE_HOLDS: frozenset({_R.HEAD}),
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
    _P.ARRANGE: frozenset({_R.HEAD_OF_YEAR, _R.OFFICE, _R.HEAD}),
    _P.SEE_LICENCES: frozenset({_R.IT_MANAGER, _R.HEAD}),
    _P.SEE_POLICIES: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD, _R.SAFEGUARDING_LEAD, _R.VIEWER}),
    _P.DECIDE_POLICIES: frozenset({_R.HEAD}),
    _P.SEE_FILTERING: frozenset({_R.IT_MANAGER, _R.HEAD, _R.SAFEGUARDING_LEAD}),
    _P.SIGN_FILTERING: frozenset({_R.SAFEGUARDING_LEAD}),
    _P.SEE_PACKS: frozenset({_R.IT_MANAGER, _R.DPO, _R.HEAD, _R.VIEWER}),
    _P.SAMPLE_CONSENTS: frozenset({_R.DPO}),
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
    _P.LOG_REQUESTS: frozenset({_R.DPO, _R.OFFICE, _R.HR, _R.HEAD_OF_YEAR}),
    _P.SEE_REQUESTS: frozenset({_R.DPO, _R.HEAD, _R.SAFEGUARDING_LEAD}),
    _P.WORK_REQUESTS: frozenset({_R.DPO}),
    _P.CONSULT_REQUESTS: frozenset({_R.SAFEGUARDING_LEAD}),
    _P.CHECK_REQUESTS: frozenset({_R.DPO, _R.HEAD}),
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
        _P.RELEASE_HOLDS,
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
        _P.DECIDE_POLICIES,
        _P.SEE_FILTERING,
        _P.SIGN_FILTERING,
        _P.SEE_PACKS,
        _P.SAMPLE_CONSENTS,
        _P.EXPORT_JOURNAL,
        _P.SEE_DLP,
        _P.ADVISE_DLP,
        _P.DECIDE_DLP,
        _P.SEE_DLP_TRENDS,
        _P.SEE_BREACHES,
        _P.WORK_BREACHES,
        _P.DECIDE_BREACHES,
        _P.SEE_REQUESTS,
        _P.WORK_REQUESTS,
        _P.CONSULT_REQUESTS,
        _P.CHECK_REQUESTS,
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
    """The schools a person reaches, and the years where only some are reached (empty: all).

    `whole` are those of the schools that are reached in every year all the same.
    """

    schools: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()

    def holds(self, school: str, year: str | None = None) -> bool:
        """Whether a school, and a year of it if one is named, is reached."""
        if school not in self.schools:
            return False
        return year is None or not (years := self.years_of(school)) or year in years

    def years_of(self, school: str) -> frozenset[str]:
        """The years of one of the schools where only some are reached; empty: all."""
        return frozenset() if school in self.whole else self.years

    def all_of(self, school: str) -> bool:
        """Whether a school is reached in every year."""
        return self.holds(school) and not self.years_of(school)

    def covers(self, other: "Reach") -> bool:
        """Whether everything that another reaches is reached."""
        return all(
            self.all_of(school)
            or (self.holds(school) and frozenset() < other.years_of(school) <= self.years)
            for school in other.schools
        )


class Standing(Struct, frozen=True):
    """A role that somebody stands in for, in one school."""

    school: str
    role: AppRole


class Who(Struct, frozen=True):
    """A person who signed in: the account's object id, the roles that count, and the reach.

    `conflict` names two roles that one person may not hold together; then no role counts.
    `deputises` are the roles that the person stands in for, each in one school. `proved_at` is when
    they last proved who they are, in Unix time; 0 where nobody knows. In a room, see `inside`,
    `person` is who they are everywhere.
    """

    account: str
    name: str
    roles: frozenset[AppRole]
    reach: Reach
    conflict: tuple[AppRole, ...] = ()
    deputises: tuple[Standing, ...] = ()
    proved_at: int = 0
    person: "Who | None" = None

    def __repr__(self) -> str:
        return f"Who({self.account})"

    @property
    def identity(self) -> str:
        """How approvals and the journal name this person; it outlives a change of name."""
        return f"entra:{self.account}"

    def may(self, permission: Permission) -> bool:
        """Whether a role that counts, of one's own or stood in for, was granted this.

        In a room: for everything that the room reaches; `may_in` asks for one school.
        """
        if self.person is None:
            return self.may_alone(permission) or any(map(_stands_in(permission), self.deputises))
        return self.person.may(permission) and self.person.reach_for(permission).covers(self.reach)

    def may_in(self, permission: Permission, school: str, year: str | None = None) -> bool:
        """Whether a role that was granted this reaches a school, and a year of it if named."""
        return (self.person or self).reach_for(permission).holds(school, year)

    def bounded(self, permission: Permission) -> bool:
        """Whether only the years of the reach keep this person from what a role was granted."""
        whole = self.person or self
        return _grants(permission, whole.roles) and not self.may(permission)

    def reach_for(self, permission: Permission) -> Reach:
        """Where this person has a permission: the reach of exactly the roles that grant it."""
        lent = frozenset(one.school for one in filter(_stands_in(permission), self.deputises))
        if not self.may_alone(permission):
            return Reach(lent)
        own = self.reach
        return Reach(own.schools | lent, own.years, lent if own.years else frozenset())

    def inside(self, permission: Permission) -> "Who":
        """This person in a room that asks for a permission: the roles that grant it alone count.

        The reach is theirs together; `held_in` tells which of them reach a school and a year. So
        what one role shows is shown where that role reaches, and nowhere else.
        """
        whole = self.person or self
        own = frozenset(one for one in whole.roles if one in GRANTED[permission])
        return msgspec.structs.replace(
            whole,
            roles=own if whole.may_alone(permission) else frozenset(),
            reach=whole.reach_for(permission),
            deputises=tuple(filter(_stands_in(permission), whole.deputises)),
            person=whole,
        )

    def held_in(self, school: str, year: str | None = None) -> frozenset[AppRole]:
        """The roles that reach a school, and a year of it if one is named."""
        own = (self.person or self).reach.holds(school, year)
        held = self.roles if own else frozenset[AppRole]()
        if not self.deputises:
            return held
        return held | {one.role for one in self.deputises if one.school == school}

    def only_stands_in(self, school: str) -> bool:
        """Whether in a school no role of their own opens this room."""
        return not self.roles or not (self.person or self).reach.holds(school)

    def may_alone(self, permission: Permission) -> bool:
        """Whether a role of one's own was granted this, and the years do not take it away."""
        in_reach = not self.reach.years or permission not in ACROSS_YEARS
        return in_reach and _grants(permission, self.roles)


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
