"""What a school's pack asks, after the layers are resolved: the effective rules of one school.

Effective value = strictest of platform, trust pack and school pack; `defaults.yaml` only where all
of them are silent (decision 3). `policies.pack_loading` makes these values; nothing else does.
"""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from policies.consent_records import ConsentRules
from policies.mail_rules import MailRules
from policies.password_rules import PasswordRules
from policies.people import Kind
from policies.person_types import PersonType


class Home(StrEnum):
    """Where accounts of a kind are mastered."""

    CLOUD = "cloud"
    AD = "ad"


class Mode(StrEnum):
    """Whether a night only says what it would have done, or does it."""

    OBSERVE = "observe"
    APPLY = "apply"


class Operation(StrEnum):
    """What the guard counts; the keys of `limits` in a pack."""

    CREATE = "create"
    ENABLE = "enable"
    DISABLE = "disable"
    CHANGE_NAME = "change_name"
    CHANGE_UPN = "change_upn"
    REMOVE_FROM_GROUP = "remove_from_group"
    REMOVE_LICENCE = "remove_licence"


class Limit(Struct, frozen=True):
    """A count is too high over `floor` and (over `share` of those linked, or over `count`)."""

    floor: int
    share: float
    count: int


class NamingRules(Struct, frozen=True, kw_only=True):
    """Patterns of the alias (before the @) and of the display name, per kind.

    Tokens: `{forename}` `{surname}` `{initial}` `{title}` `{entry}` (four digits) `{entry:2}` (two)
    `{admission}` `{code}`, with `:n` for the first n letters. `max_length` bounds the alias.
    """

    alias: dict[Kind, str]
    display: dict[Kind, str]
    max_length: int = 20
    reuse_after_days: int = 730


class GroupKind(StrEnum):
    """The groups this release keeps; docs/groups.md tells who is in which."""

    ALL_PUPILS = "all_pupils"
    KEY_STAGE = "key_stage"
    YEAR = "year"
    REGISTRATION = "registration"
    HOUSE = "house"
    CLASS = "class"
    ALL_STAFF = "all_staff"
    STAFF_ONLY = "staff_only"
    SIMS_USERS = "sims_users"
    MFA = "mfa"
    DEPARTMENT = "department"
    ROLE = "role"
    FILTER = "filter_group"


class FilterBy(StrEnum):
    """What filter groups are sorted by; `by_age` goes by the roster's year, never by a birthday."""

    BY_KEY_STAGE = "by_key_stage"
    BY_AGE = "by_age"
    STUDENT_OR_STAFF = "student_or_staff"
    BY_KEY_STAGE_AND_USER_GROUP = "by_key_stage_and_user_group"


class ClassKind(StrEnum):
    """What a class group is in Entra: a Microsoft 365 group with owners, or a security group."""

    M365 = "m365"
    SECURITY = "security"


class GroupRules(Struct, frozen=True, kw_only=True):
    """Which groups there are and what they are called.

    `names` maps a kind of group to its display name (`policies.groups.TOKENS` lists the tokens); a
    kind that is not named is not kept. `bind` maps a unique name to the object id of an existing
    group that stands in its place, `bind_rows` to its row in the pack as `file:line`. Of the bound
    groups `adopt` names those from which we may also take people whom we did not put there.
    `old_rights_first`: a mover among staff leaves the old groups before the new (SNMAT-19i).
    `owner_confirmation_days`: how long an owner's word on the members of a group holds.
    `teams`: a class group of `ClassKind.M365` becomes a Team; `team_clauses` say why.
    """

    names: dict[GroupKind, str]
    bind: dict[str, str] = {}
    bind_rows: dict[str, str] = {}
    adopt: frozenset[str] = frozenset()
    filter: FilterBy = FilterBy.BY_KEY_STAGE
    class_kind: ClassKind = ClassKind.M365
    old_rights_first: bool = False
    owner_confirmation_days: int = 365
    teams: bool = False
    team_clauses: tuple[str, ...] = ()


class LicenceMode(StrEnum):
    """How licences are given: on each account, or by a licence group of the school's."""

    USER = "user"
    GROUP = "group"


class LicenceRules(Struct, frozen=True, kw_only=True):
    """What people of a kind are licensed for: part numbers of SKUs, plans switched off in them.

    `by_year` names other SKUs for the pupils of a year. `unmapped_off`: a service plan that nobody
    has mapped to a service stays off for staff as well (TMHS-4.3).
    """

    skus: tuple[str, ...]
    disabled_plans: tuple[str, ...] = ()
    usage_location: str = "GB"
    by_year: dict[str, tuple[str, ...]] = {}
    unmapped_off: bool = False
    mode: LicenceMode = LicenceMode.USER

    @property
    def named(self) -> tuple[str, ...]:
        """Every SKU that the pack names for people of this kind, in whatever year, in its order."""
        yearly = (name for names in self.by_year.values() for name in names)
        return tuple(dict.fromkeys((*self.skus, *yearly)))

    def skus_of(self, year: str | None) -> tuple[str, ...]:
        """The SKUs that are due in this year of pupils, or to anyone."""
        return self.by_year.get(year or "", self.skus)


class LeaverRules(Struct, frozen=True, kw_only=True):
    """Days from the last day until licence and groups go; the account itself is kept."""

    licence_after_days: int = 30


class AbsenceRules(Struct, frozen=True, kw_only=True):
    """Absence alone acts after this many accepted complete exports, this many hours apart."""

    exports: int = 2
    hours: int = 20


class ClassLogonRules(Struct, frozen=True, kw_only=True):
    """Which pupils have an account of their own, and where a class may share one instead.

    `individual_from_year` is the first year with accounts of its own, None for all of them.
    `up_to_year` is the last year that may have class log-ons, None where the pack refuses them;
    `clauses` say why.
    """

    individual_from_year: str | None = None
    up_to_year: str | None = None
    clauses: tuple[str, ...] = ()


class DeskRules(Struct, frozen=True, kw_only=True):
    """How passwords are handed out and set anew by people.

    A class teacher sets `resets_a_day`, one command `resets_at_once`. `addresses` are those of
    roles, for who hears of a compromise.
    """

    slip_contact: str = "the school office"
    slip_sign_in_page: str = "www.office.com"
    slip_reprint_minutes: int = 30
    resets_a_day: int = 35
    resets_at_once: int = 35
    addresses: dict[str, str] = {}


class ProtectedRules(Struct, frozen=True, kw_only=True):
    """UPNs or object ids of accounts, and ids or names of groups, that are never changed.

    `administrators` are the UPNs of the second accounts of people, by MIS person id: protected as
    well, and `clauses` say what they follow (SNMAT-19i).
    """

    accounts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    administrators: dict[str, tuple[str, ...]] = {}
    clauses: tuple[str, ...] = ()

    @property
    def all_accounts(self) -> tuple[str, ...]:
        """Those that are listed by themselves and those of administrators."""
        return (*self.accounts, *(one for own in self.administrators.values() for one in own))


class WorklistRules(Struct, frozen=True, kw_only=True):
    """What Active Directory has to do: within how many days, the day of asking being the first.

    `units` maps a year, or else a kind of people, to the organisational unit of its accounts.
    """

    disable_within_days: int = 1
    change_within_days: int = 5
    units: dict[str, str] = {}


class HoldRules(Struct, frozen=True, kw_only=True):
    """Days that a hold lasts where nobody gave it an end, and after which it is looked at again."""

    days: int = 30
    review_days: int = 30


class RetentionRules(Struct, frozen=True, kw_only=True):
    """Days that copies of personal data are kept; a night erases what is older.

    `rosters_days` counts from the day on which a newer roster was accepted. DLP events of which a
    person need not look are `counted`, the others `exceptions`; both count from the event. What is
    in the breach register counts from when it was closed, by whether it was a breach (law A11). A
    departure counts from the hour at which the member of staff left.
    """

    rosters_days: int = 30
    plans_days: int = 730
    payloads_days: int = 730
    dlp_counted_days: int = 180
    dlp_exceptions_days: int = 365
    looks_years: int = 2
    no_breach_days: int = 365
    breaches_years: int = 6
    requests_years: int = 1
    disputed_requests_years: int = 6
    departures_years: int = 6


class RosterRules(Struct, frozen=True, kw_only=True):
    """How this school's exports are read and when they are refused (decision 12).

    `types` are the types of people that the policy names; a column of types is held to them.
    `consent_phrases` are what a consent in SIMS may be called: a hint and no more.
    """

    max_age_hours: int = 36
    complete: bool = True
    skip_surnames: tuple[str, ...] = ("$*",)
    columns: dict[str, tuple[str, ...]] = {}
    statuses: tuple[str, ...] = ("C", "M", "S", "G")
    types: dict[str, PersonType] = {}
    consent_phrases: tuple[str, ...] = ()
    max_unreadable_share: float = 0.05
    max_loss_share: float = 0.10
    vanished_group_size: int = 5


class RollOver(Struct, frozen=True, kw_only=True):
    """The dated window of the new academic year, approved by a named person."""

    starts: date
    ends: date
    approved_by: str


class SmallSchoolWaiver(Struct, frozen=True, kw_only=True):
    """Until `until` (inclusive) the person who asked may approve; journalled and listed."""

    until: date
    reason: str
    named_by: str


class Rules(Struct, frozen=True, kw_only=True):
    """The effective rules of one school, with the digest of the packs they came from.

    `technical_team` are the UPNs of those who may hold directory roles (PB-2.5, TMHS-3.2c).
    """

    school: str
    name: str
    domain: str
    trust: str | None
    mode: Mode
    home: dict[Kind, Home]
    naming: NamingRules
    groups: GroupRules
    licences: dict[Kind, LicenceRules]
    licence_priority: tuple[str, ...]
    licence_unused_days: int
    consent: ConsentRules
    usage_location: str
    limits: dict[Operation, Limit]
    leaver: LeaverRules
    absence: AbsenceRules
    password: PasswordRules
    protected: ProtectedRules
    notify: tuple[str, ...]
    roster: RosterRules
    roll_over: RollOver | None
    waiver: SmallSchoolWaiver | None
    pack_sha256: str
    worklist: WorklistRules = WorklistRules()
    class_logons: ClassLogonRules = ClassLogonRules()
    holds: HoldRules = HoldRules()
    retention: RetentionRules = RetentionRules()
    contact_point: str = ""
    technical_team: tuple[str, ...] = ()
    desk: DeskRules = DeskRules()
    mail: MailRules = MailRules()
