"""What a school's pack asks, after the layers are resolved: the effective rules of one school.

Effective value = strictest of platform, trust pack and school pack; `defaults.yaml` only where all
of them are silent (decision 3). `policies.pack_loading` makes these values; nothing else does.
"""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from policies.people import Kind


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
    """The groups this release keeps."""

    ALL_PUPILS = "all_pupils"
    ALL_STAFF = "all_staff"
    KEY_STAGE = "key_stage"
    YEAR = "year"
    REGISTRATION = "registration"


class GroupRules(Struct, frozen=True, kw_only=True):
    """Which groups there are and what they are called.

    `names` maps a kind of group to its display name (tokens `{school}` `{year}` `{form}`
    `{key_stage}`); a kind that is not named is not kept. `bind` maps a unique name to the object
    id of an existing group that stands in its place.
    """

    names: dict[GroupKind, str]
    bind: dict[str, str] = {}


class LicenceRules(Struct, frozen=True, kw_only=True):
    """What people of a kind are licensed for: part numbers of SKUs, plans switched off in them."""

    skus: tuple[str, ...]
    disabled_plans: tuple[str, ...] = ()
    usage_location: str = "GB"


class LeaverRules(Struct, frozen=True, kw_only=True):
    """Days from the last day until licence and groups go; the account itself is kept."""

    licence_after_days: int = 30


class AbsenceRules(Struct, frozen=True, kw_only=True):
    """Absence alone acts after this many accepted complete exports, this many hours apart."""

    exports: int = 2
    hours: int = 20


class PasswordRules(Struct, frozen=True, kw_only=True):
    """The initial password: how many words, at least how long; days until a sealed one expires."""

    words: int = 3
    min_length: int = 12
    slip_valid_days: int = 7


class DeskRules(Struct, frozen=True, kw_only=True):
    """How passwords are handed out and set anew by people.

    Staff, and pupils of `chosen_from_year` and above, are asked for a password of their own at
    first sign-in, but for the kinds in `kept`, who may not change theirs. A class teacher sets
    `resets_a_day`, one command `resets_at_once`. A change that was required is overdue after
    `require_change_grace_days`; passwords older than `reminder_days` are listed (None: never). The
    roles of `tell` hear of a compromise, at their `addresses`.
    """

    chosen_from_year: int = 3
    kept: frozenset[Kind] = frozenset()
    slip_contact: str = "the school office"
    slip_sign_in_page: str = "www.office.com"
    slip_reprint_minutes: int = 30
    resets_a_day: int = 35
    resets_at_once: int = 35
    require_change_grace_days: int = 14
    reminder_days: int | None = None
    tell: tuple[str, ...] = ("it_manager",)
    addresses: dict[str, str] = {}


class ProtectedRules(Struct, frozen=True, kw_only=True):
    """UPNs or object ids of accounts, and ids or names of groups, that are never changed."""

    accounts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class WorklistRules(Struct, frozen=True, kw_only=True):
    """What Active Directory has to do: within how many days, the day of asking being the first.

    `units` maps a year, or else a kind of people, to the organisational unit of its accounts.
    """

    disable_within_days: int = 1
    change_within_days: int = 5
    units: dict[str, str] = {}


class RosterRules(Struct, frozen=True, kw_only=True):
    """How this school's exports are read and when they are refused (decision 12)."""

    max_age_hours: int = 36
    complete: bool = True
    skip_surnames: tuple[str, ...] = ("$*",)
    columns: dict[str, tuple[str, ...]] = {}
    statuses: tuple[str, ...] = ("C", "M", "S", "G")
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
    """The effective rules of one school, with the digest of the packs they came from."""

    school: str
    name: str
    domain: str
    trust: str | None
    mode: Mode
    home: dict[Kind, Home]
    naming: NamingRules
    groups: GroupRules
    licences: dict[Kind, LicenceRules]
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
    desk: DeskRules = DeskRules()
