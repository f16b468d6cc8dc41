"""The closed union of changes, what is held, and the plan that accounts for everyone.

A plan is sorted; its digest is its name. The digest covers what will change and why, never
secrets, ids of runs or times (decision 17).
"""

import hashlib
from collections import Counter
from datetime import date
from functools import cached_property
from typing import Any

import msgspec
from msgspec import Struct, field

from graphsync.change import OneChange, Origin
from graphsync.group_changes import (
    AddToGroup,
    CreateGroup,
    CreateTeam,
    LicenseGroup,
    RemoveFromGroup,
    UpdateGroup,
)
from graphsync.reasons import Reason
from policies.entra_passwords import Expiry, FirstSignIn
from policies.people import Kind, PersonKey

# The properties that make a change one of names: the guard counts those by themselves.
NAMES = frozenset({"displayName", "givenName", "surname"})


class CreateUser(OneChange, frozen=True, kw_only=True, tag="create_user"):
    """A joiner's account, born with its name, its stamp and a sealed initial password.

    `first_sign_in` says whether the password is to be changed then, `expiry` whether age ends it.
    `claims` are what the tenant is told of age and consent, by Graph property name.
    """

    user_principal_name: str
    mail_nickname: str
    display_name: str
    given_name: str
    surname: str
    employee_type: str
    company_name: str
    department: str | None
    usage_location: str
    stamp: str
    first_sign_in: FirstSignIn = FirstSignIn.CHANGE
    expiry: Expiry = Expiry.NEVER
    claims: dict[str, str | None] = field(default_factory=dict)

    @property
    def after(self) -> dict[str, Any]:
        return {
            "userPrincipalName": self.user_principal_name,
            "mailNickname": self.mail_nickname,
            "displayName": self.display_name,
            "givenName": self.given_name,
            "surname": self.surname,
            "employeeType": self.employee_type,
            "companyName": self.company_name,
            "department": self.department,
            "usageLocation": self.usage_location,
            "accountEnabled": True,
            "passwordPolicies": str(self.expiry),
            "forceChangePasswordNextSignIn": self.first_sign_in is FirstSignIn.CHANGE,
            **self.claims,
        }


class UpdateUser(OneChange, frozen=True, kw_only=True, tag="update_user"):
    """Named properties of an account change; `old` and `new` go by Graph property name."""

    old: dict[str, str | None]
    new: dict[str, str | None]

    @property
    def before(self) -> dict[str, Any]:
        return dict(self.old)

    @property
    def after(self) -> dict[str, Any]:
        return dict(self.new)


class EnableUser(OneChange, frozen=True, kw_only=True, tag="enable_user"):
    """A returner may sign in again; only after a block of our own."""

    @property
    def before(self) -> dict[str, Any]:
        return {"accountEnabled": False}

    @property
    def after(self) -> dict[str, Any]:
        return {"accountEnabled": True}


class DisableUser(OneChange, frozen=True, kw_only=True, tag="disable_user"):
    """A leaver's sign-in is blocked, in an item of its own. `last_day` is None for a suspension."""

    last_day: date | None = None

    @property
    def before(self) -> dict[str, Any]:
        return {"accountEnabled": True}

    @property
    def after(self) -> dict[str, Any]:
        return {"accountEnabled": False}


class RevokeSessions(OneChange, frozen=True, kw_only=True, tag="revoke_sessions"):
    """Refresh tokens and browser sessions issued before now become invalid."""

    @property
    def after(self) -> dict[str, Any]:
        return {"signInSessions": "revoked"}


class AssignLicence(OneChange, frozen=True, kw_only=True, tag="assign_licence"):
    """One SKU, given directly, with the plans that stay off.

    `plans_before` are those that were off until now where the account has the SKU already: then
    only plans are switched on or off. None for a new licence.
    """

    sku: str
    sku_id: str
    disabled_plans: tuple[str, ...] = ()
    plans_before: tuple[str, ...] | None = None

    @property
    def target(self) -> str:
        return self.sku

    @property
    def before(self) -> dict[str, Any]:
        if self.plans_before is None:
            return {}
        return {"sku": self.sku, "disabledPlans": list(self.plans_before)}

    @property
    def after(self) -> dict[str, Any]:
        return {"sku": self.sku, "disabledPlans": list(self.disabled_plans)}

    @property
    def is_new(self) -> bool:
        """Whether a unit of the subscription is used up by it."""
        return self.plans_before is None

    @property
    def takes(self) -> bool:
        """Whether somebody loses a service by it."""
        before = self.plans_before
        return before is not None and not set(self.disabled_plans) <= set(before)


class RemoveLicence(OneChange, frozen=True, kw_only=True, tag="remove_licence"):
    """One SKU that was given directly is taken back.

    `given_by` names the licence group of ours by which the account has the same plans meanwhile:
    then nobody loses anything by it.
    """

    sku: str
    sku_id: str
    given_by: str = ""

    @property
    def target(self) -> str:
        return self.sku

    @property
    def before(self) -> dict[str, Any]:
        return {"sku": self.sku}


Change = (
    CreateGroup
    | UpdateGroup
    | CreateUser
    | UpdateUser
    | EnableUser
    | DisableUser
    | RevokeSessions
    | AssignLicence
    | RemoveLicence
    | AddToGroup
    | RemoveFromGroup
    | CreateTeam
    | LicenseGroup
)

# The order in which changes are carried out and shown: what protects comes first.
ORDER: tuple[type[Change], ...] = (
    *(DisableUser, RevokeSessions, CreateGroup, UpdateGroup, LicenseGroup),
    *(CreateUser, UpdateUser),
    *(AddToGroup, RemoveFromGroup, CreateTeam, AssignLicence, RemoveLicence, EnableUser),
)
_RANK = {kind: rank for rank, kind in enumerate(ORDER)}


def in_order(change: Change) -> tuple[int, str, str]:
    """The sort key of a plan's changes."""
    return (_RANK[type(change)], str(change.person or ""), change.target)


class Held(Struct, frozen=True, kw_only=True):
    """Someone who is left as found, or one change of theirs that is (`what` says which)."""

    person: PersonKey
    reason: Reason
    sentence: str
    what: str = ""
    clauses: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Held({self.person}, {self.reason})"


class Plan(Struct, frozen=True, kw_only=True, dict=True):
    """What one school's tenant needs, who is held, who is right as they are.

    `linked` counts the people of each kind who have an account of ours: the population that the
    guard's shares are taken of. `first` says that nothing of this school was ever applied; only
    then `strangers` counts the enabled member accounts of its domain that are neither linked nor
    protected (decision 16).
    """

    school: str
    as_of: date
    roster_sha256: str
    pack_sha256: str
    changes: tuple[Change, ...]
    held: tuple[Held, ...]
    unchanged: tuple[PersonKey, ...]
    linked: dict[Kind, int]
    first: bool = False
    strangers: int = 0

    @cached_property
    def digest(self) -> str:
        """Sixteen hexadecimal digits over what will change and why."""
        return digest_of(self)

    @cached_property
    def likeness(self) -> str:
        """The same over what will change, whatever the day: two nights' plans may be one plan."""
        return _sha256((self.school, _facts(self)))[:16]

    @property
    def counts(self) -> dict[str, int]:
        """How many changes of each kind, in plan order."""
        return dict(Counter(change.kind for change in self.changes))

    def without(self, left_out: frozenset[PersonKey]) -> "Plan":
        """The same plan without the changes of these people."""
        kept = tuple(change for change in self.changes if change.person not in left_out)
        return msgspec.structs.replace(self, changes=kept)


def digest_of(plan: Plan) -> str:
    """See Plan.digest: sha256 over kind, person, target, before, after and origin, in order."""
    return _sha256((plan.school, plan.as_of, _facts(plan)))[:16]


def _facts(plan: Plan) -> list[tuple[Any, ...]]:
    return [
        (*change.key, change.account, change.before, change.after, change.origin, change.clauses)
        for change in plan.changes
    ]


def _sha256(what: tuple[Any, ...]) -> str:
    return hashlib.sha256(msgspec.json.encode(what, order="deterministic")).hexdigest()


__all__ = [
    "NAMES",
    "ORDER",
    "AddToGroup",
    "AssignLicence",
    "Change",
    "CreateGroup",
    "CreateTeam",
    "CreateUser",
    "DisableUser",
    "EnableUser",
    "Held",
    "LicenseGroup",
    "Origin",
    "Plan",
    "RemoveFromGroup",
    "RemoveLicence",
    "RevokeSessions",
    "UpdateGroup",
    "UpdateUser",
    "digest_of",
    "in_order",
]
