"""Whether the tenant shows a change, and what it will show once it does (decisions 13, 18, 22).

Reads in Entra lag behind writes. A written change is confirmed when the mirror, fed by delta,
shows it; until then it is laid over the mirror, so that no later plan writes it again.
"""

from datetime import datetime
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from graphsync.accounts import (
    AGE_GROUP,
    CONSENT,
    TEAM,
    Account,
    AssignedLicence,
    Group,
    LicenceState,
)
from graphsync.changes import (
    AddToGroup,
    AssignLicence,
    Change,
    CreateGroup,
    CreateTeam,
    CreateUser,
    DisableUser,
    EnableUser,
    LicenseGroup,
    RemoveFromGroup,
    RemoveLicence,
    RevokeSessions,
    UpdateGroup,
    UpdateUser,
)
from graphsync.licences import carried, direct, inherited

FIELDS = {
    "displayName": "display_name",
    "givenName": "given_name",
    "surname": "surname",
    "employeeType": "employee_type",
    "companyName": "company_name",
    "department": "department",
    "usageLocation": "usage_location",
    "ageGroup": "age_group",
    "consentProvidedForMinor": "consent_provided_for_minor",
    "stamp": "stamp",
}


class Written(Struct, frozen=True, kw_only=True):
    """A change that Graph accepted (or may have): the ids it went to and when.

    `sessions_before` is what `signInSessionsValidFromDateTime` was before a revocation.
    """

    change: Change
    at: datetime
    account: str | None = None
    group: str | None = None
    sessions_before: datetime | None = None


class Tenant(Struct, frozen=True):
    """The accounts and groups that are looked at, by object id."""

    accounts: dict[str, Account]
    groups: dict[str, Group]


def confirmed(written: Written, tenant: Tenant) -> bool:
    """Whether the tenant shows the change."""
    change = written.change
    account = tenant.accounts.get(written.account or "")
    group = tenant.groups.get(written.group or "")
    match change:
        case CreateUser():
            return account is not None
        case CreateGroup():
            return group is not None
        case UpdateGroup():
            return group is not None and group.display_name == change.display_name
        case CreateTeam():
            return group is not None and group.is_team
        case LicenseGroup():
            given = {change.sku_id: frozenset(change.disabled_plans)}
            return group is not None and carried(group) == given
        case AddToGroup():
            return group is not None and written.account in (group.members or ())
        case RemoveFromGroup():
            return group is None or written.account not in (group.members or ())
        case (
            UpdateUser()
            | EnableUser()
            | DisableUser()
            | RevokeSessions()
            | AssignLicence()
            | RemoveLicence()
        ):
            return account is not None and _account_shows(change, account, written)
        case _:
            assert_never(change)


def _account_shows(
    change: UpdateUser | EnableUser | DisableUser | RevokeSessions | AssignLicence | RemoveLicence,
    account: Account,
    written: Written,
) -> bool:
    match change:
        case UpdateUser():
            return all(getattr(account, FIELDS[n]) == value for n, value in change.new.items())
        case EnableUser():
            return account.account_enabled is True
        case DisableUser():
            return account.account_enabled is False
        case RevokeSessions():
            return _later(account.sign_in_sessions_valid_from_date_time, written.sessions_before)
        case AssignLicence():
            return _licence_shows(change, account)
        case RemoveLicence():
            return change.sku_id not in direct(account)
        case _:
            assert_never(change)


def _licence_shows(change: AssignLicence, account: Account) -> bool:
    """A licence with the plans that stay off; where a group gives it as well, both are merged."""
    off = {one.sku_id: set(one.disabled_plans) for one in account.assigned_licenses}
    found = off.get(change.sku_id)
    if found is not None and change.sku_id in inherited(account):
        return change.is_new or change.sku_id in direct(account)
    return found == set(change.disabled_plans)


def _later(now: datetime | None, before: datetime | None) -> bool:
    return now is not None and (before is None or now > before)


def overlay(written: Written, tenant: Tenant) -> None:
    """Lay an accepted change over the tenant's copy, in place."""
    change = written.change
    match change:
        case CreateUser():
            tenant.accounts.setdefault(written.account or "", _born(change, written.account or ""))
        case CreateGroup():
            tenant.groups.setdefault(
                written.group or "",
                Group(
                    id=written.group or "",
                    display_name=change.display_name,
                    unique_name=change.group,
                    mail_nickname=change.mail_nickname,
                    group_types=() if change.owners is None else ("Unified",),
                    security_enabled=True,
                    mail_enabled=change.owners is not None,
                    created_date_time=written.at,
                    members=frozenset(),
                ),
            )
        case UpdateGroup() | CreateTeam() | LicenseGroup() | AddToGroup() | RemoveFromGroup():
            if (group := tenant.groups.get(written.group or "")) is not None:
                tenant.groups[group.id] = _group_after(change, group, written)
        case _:
            if (account := tenant.accounts.get(written.account or "")) is not None:
                tenant.accounts[account.id] = _account_after(change, account, written)


def _born(change: CreateUser, object_id: str) -> Account:
    return Account(
        id=object_id,
        user_principal_name=change.user_principal_name,
        mail_nickname=change.mail_nickname,
        display_name=change.display_name,
        given_name=change.given_name,
        surname=change.surname,
        account_enabled=True,
        user_type="Member",
        employee_type=change.employee_type,
        department=change.department,
        company_name=change.company_name,
        usage_location=change.usage_location,
        stamp=change.stamp,
        age_group=change.claims.get(AGE_GROUP),
        consent_provided_for_minor=change.claims.get(CONSENT),
    )


def _group_after(
    change: UpdateGroup | CreateTeam | LicenseGroup | AddToGroup | RemoveFromGroup,
    group: Group,
    written: Written,
) -> Group:
    members = group.members or frozenset()
    one = frozenset({written.account or ""})
    match change:
        case UpdateGroup():
            return replace(group, display_name=change.display_name)
        case LicenseGroup():
            given = AssignedLicence(change.sku_id, change.disabled_plans)
            return replace(group, assigned_licenses=(given,))
        case CreateTeam():
            return replace(group, resource_provisioning_options=(TEAM,))
        case AddToGroup():
            return replace(group, members=members | one)
        case RemoveFromGroup():
            return replace(group, members=members - one)
        case _:
            assert_never(change)


def _account_after(
    change: UpdateUser | EnableUser | DisableUser | RevokeSessions | AssignLicence | RemoveLicence,
    account: Account,
    written: Written,
) -> Account:
    match change:
        case UpdateUser():
            after = {FIELDS[name]: value for name, value in change.new.items()}
            if change.new.keys() & {AGE_GROUP, CONSENT}:
                after["legal_age_group_classification"] = None  # Graph works it out anew
            return replace(account, **after)
        case EnableUser():
            return replace(account, account_enabled=True)
        case DisableUser():
            return replace(account, account_enabled=False)
        case RevokeSessions():
            return replace(account, sign_in_sessions_valid_from_date_time=written.at)
        case AssignLicence():
            return _licensed(change, account)
        case RemoveLicence():
            return _without_direct(change.sku_id, account)
        case _:
            assert_never(change)


def _licensed(change: AssignLicence, account: Account) -> Account:
    """The SKU as it is given now, in the place of what stood; a plan that a group gives is on."""
    states = account.license_assignment_states
    groups = [
        one
        for one in states or ()
        if one.sku_id == change.sku_id and one.assigned_by_group and one.gives
    ]
    off = tuple(
        plan for plan in change.disabled_plans if all(plan in one.disabled_plans for one in groups)
    )
    given = AssignedLicence(change.sku_id, off)
    others = (one for one in account.assigned_licenses if one.sku_id != change.sku_id)
    if states is not None:
        states = (
            *(one for one in states if one.sku_id != change.sku_id or one.assigned_by_group),
            LicenceState(change.sku_id, state="Active", disabled_plans=change.disabled_plans),
        )
    return replace(account, assigned_licenses=(*others, given), license_assignment_states=states)


def _without_direct(sku_id: str, account: Account) -> Account:
    """The SKU stays where a group gives it as well, with the plans that the groups give."""
    states = account.license_assignment_states
    if states is not None:
        states = tuple(one for one in states if one.sku_id != sku_id or one.assigned_by_group)
    groups = [one for one in states or () if one.sku_id == sku_id]
    kept = tuple(one for one in account.assigned_licenses if one.sku_id != sku_id or groups)
    if groups and all(one.gives for one in groups):
        off = set(groups[0].disabled_plans).intersection(*(one.disabled_plans for one in groups))
        left = AssignedLicence(sku_id, tuple(p for p in groups[0].disabled_plans if p in off))
        kept = tuple(left if one.sku_id == sku_id else one for one in kept)
    return replace(account, assigned_licenses=kept, license_assignment_states=states)
