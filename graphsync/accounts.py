"""What the tenant holds, as the engine sees it: accounts, groups, licences, one snapshot of them.

Field names are Graph's own in snake case, so that answers decode straight into these values
(Graph v1.0 resources `user`, `group`, `subscribedSku`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from msgspec import Struct

from policies.licence_groups import school_of_licence_group

# What Entra is told of a pupil's age and of a parent's consent (law A10).
AGE_GROUP, CONSENT = "ageGroup", "consentProvidedForMinor"
TEAM = "Team"  # in resourceProvisioningOptions of a group that is one (Graph docs: teams-list)


class AssignedLicence(Struct, frozen=True, rename="camel", gc=False):
    """One SKU on an account; direct and inherited ones look alike here."""

    sku_id: str
    disabled_plans: tuple[str, ...] = ()


class LicenceState(Struct, frozen=True, rename="camel", gc=False):
    """Where a licence comes from: `assigned_by_group` is null for a direct one.

    `state` and `error` are Graph's words: Active, ActiveWithError, Disabled or Error, and why.
    """

    sku_id: str
    assigned_by_group: str | None = None
    state: str = ""
    disabled_plans: tuple[str, ...] = ()
    error: str = ""

    @property
    def gives(self) -> bool:
        """Whether the account has the licence by it, if with an error."""
        return self.state in {"Active", "ActiveWithError"}


class Account(Struct, frozen=True, kw_only=True, rename="camel", gc=False, omit_defaults=True):
    """One user object. `stamp` is read from the attribute that the settings name."""

    id: str
    user_principal_name: str = ""
    mail_nickname: str | None = None
    display_name: str | None = None
    given_name: str | None = None
    surname: str | None = None
    mail: str | None = None
    other_mails: tuple[str, ...] | None = None
    account_enabled: bool | None = None
    user_type: str | None = None
    employee_id: str | None = None
    employee_type: str | None = None
    department: str | None = None
    company_name: str | None = None
    usage_location: str | None = None
    on_premises_sync_enabled: bool | None = None
    on_premises_security_identifier: str | None = None
    on_premises_distinguished_name: str | None = None
    last_password_change_date_time: datetime | None = None
    sign_in_sessions_valid_from_date_time: datetime | None = None
    assigned_licenses: tuple[AssignedLicence, ...] = ()
    license_assignment_states: tuple[LicenceState, ...] | None = None
    age_group: str | None = None
    consent_provided_for_minor: str | None = None
    legal_age_group_classification: str | None = None
    stamp: str | None = None

    def __repr__(self) -> str:
        return f"Account({self.id})"

    @property
    def mastered_in_ad(self) -> bool:
        """Graph refuses to change what Active Directory masters."""
        return bool(self.on_premises_sync_enabled)

    @property
    def is_member(self) -> bool:
        """Guests are never ours; old tenants leave userType of members empty."""
        return (self.user_type or "Member").casefold() == "member"


class SignIns(Struct, frozen=True, kw_only=True):
    """When an account was made, and when somebody last signed in to it; None for never."""

    created: datetime | None = None
    last: datetime | None = None


class Group(Struct, frozen=True, kw_only=True, rename="camel"):
    """One group object; `members` is None where the membership is not mirrored.

    `resource_provisioning_options` names what else belongs to it: `Team` (Graph docs: group).
    """

    id: str
    display_name: str | None = None
    unique_name: str | None = None
    mail_nickname: str | None = None
    group_types: tuple[str, ...] = ()
    mail_enabled: bool | None = None
    security_enabled: bool | None = None
    on_premises_sync_enabled: bool | None = None
    assigned_licenses: tuple[AssignedLicence, ...] = ()
    created_date_time: datetime | None = None
    resource_provisioning_options: tuple[str, ...] = ()
    members: frozenset[str] | None = None

    @property
    def is_team(self) -> bool:
        """Whether the group is a Team already."""
        return TEAM in self.resource_provisioning_options


class ServicePlan(Struct, frozen=True, rename="camel"):
    """One service inside a SKU. `applies_to` is `Company` for one that nobody is given singly."""

    service_plan_id: str
    service_plan_name: str
    applies_to: str = "User"


class Sku(Struct, frozen=True, kw_only=True, rename="camel"):
    """A subscription: how many units there are and how many are taken.

    Units in `warning` or `suspended` are those of a subscription that has ended; `status` is
    Graph's `capabilityStatus`.
    """

    sku_id: str
    sku_part_number: str
    consumed_units: int
    enabled_units: int
    warning_units: int = 0
    suspended_units: int = 0
    status: str = "Enabled"
    service_plans: tuple[ServicePlan, ...] = ()


class Snapshot(Struct, frozen=True, kw_only=True, dict=True):
    """The tenant at one moment.

    `protected` are the ids of directory-role holders, `school_data_sync` those of the groups that
    Microsoft's School Data Sync made.
    """

    taken_at: datetime
    accounts: dict[str, Account]
    groups: dict[str, Group]
    skus: dict[str, Sku]
    protected: frozenset[str]
    school_data_sync: frozenset[str] = frozenset()

    def in_domain(self, domain: str) -> Sequence[Account]:
        """The accounts whose sign-in name ends in this domain, in any case."""
        return self._by_domain.get(domain.casefold(), ())

    @cached_property
    def licence_groups(self) -> Mapping[str, Mapping[str, Group]]:
        """The licence groups of ours by school and unique name, told apart once for all schools."""
        found: defaultdict[str, dict[str, Group]] = defaultdict(dict)
        for group in self.groups.values():
            if (name := group.unique_name) and (school := school_of_licence_group(name)):
                found[school][name] = group
        return found

    @cached_property
    def units_promised(self) -> Counter[str]:
        """Units of a SKU, by part number, that members of licence groups of ours wait for.

        Entra licenses a group's members some time after they joined; one whom it could not license
        waits for nothing.
        """
        waiting: set[tuple[str, str]] = set()
        for group in (group for its in self.licence_groups.values() for group in its.values()):
            for one in group.assigned_licenses or ():
                waiting |= {(one.sku_id, who) for who in self._without(one.sku_id, group)}
        return Counter(self.skus[sku].sku_part_number for sku, _ in waiting if sku in self.skus)

    def _without(self, sku_id: str, group: Group) -> Iterator[str]:
        for member in group.members or ():
            account = self.accounts.get(member)
            if account is None or any(one.sku_id == sku_id for one in account.assigned_licenses):
                continue
            states = account.license_assignment_states or ()
            if all(s.sku_id != sku_id or s.assigned_by_group != group.id for s in states):
                yield member

    @cached_property
    def _by_domain(self) -> Mapping[str, Sequence[Account]]:
        """Told apart once for all schools of a run: each looks through its own accounts only."""
        found: defaultdict[str, list[Account]] = defaultdict(list)
        for account in self.accounts.values():
            found[account.user_principal_name.rpartition("@")[2].casefold()].append(account)
        return found
