"""Whether the tenant shows a change, and what it will show (decisions 13, 18, 22)."""

from datetime import timedelta
from typing import Any

import pytest
from builders import A3, DAY, DIRECT, INHERITED, a_person, a_school, an_account, at, key, licensed
from msgspec.structs import replace

from graphsync import confirming
from graphsync.accounts import Account, AssignedLicence, Group
from graphsync.changes import (
    AddToGroup,
    AssignLicence,
    Change,
    CreateGroup,
    CreateTeam,
    CreateUser,
    DisableUser,
    EnableUser,
    RemoveFromGroup,
    RemoveLicence,
    RevokeSessions,
    UpdateGroup,
    UpdateUser,
)
from graphsync.confirming import Tenant, Written, confirmed, overlay

NOW = at(DAY)
BORN: CreateUser = next(
    change for change in a_school(a_person()).plan().changes if isinstance(change, CreateUser)
)
WRITTEN: list[tuple[Change, dict[str, Any], dict[str, Any]]] = [
    (EnableUser(), {"account_enabled": False}, {}),
    (DisableUser(), {"account_enabled": True}, {}),
    (UpdateUser(old={"surname": "A"}, new={"surname": "B", "stamp": "gs:x"}), {"surname": "A"}, {}),
    (RevokeSessions(), {}, {}),
    (RevokeSessions(), {"sign_in_sessions_valid_from_date_time": NOW - timedelta(days=1)}, {}),
    (AssignLicence(sku="A3", sku_id=A3.sku_id, disabled_plans=("p",)), {}, {}),
    (
        AssignLicence(sku="A3", sku_id=A3.sku_id, disabled_plans=("p",), plans_before=()),
        licensed(DIRECT),
        {},
    ),
    (RemoveLicence(sku="A3", sku_id=A3.sku_id), licensed(DIRECT), {}),
    (RemoveLicence(sku="A3", sku_id=A3.sku_id), licensed(DIRECT, INHERITED), {}),
    (
        RemoveLicence(sku="A3", sku_id=A3.sku_id),
        {"assigned_licenses": (AssignedLicence(A3.sku_id), AssignedLicence("other"))},
        {},
    ),
    (AddToGroup(group="g", group_id="g"), {}, {}),
    (AddToGroup(group="g"), {}, {"members": None}),
    (RemoveFromGroup(group="g", group_id="g"), {}, {"members": frozenset({"a", "b"})}),
    (UpdateGroup(group="g", group_id="g", old_name="X", display_name="Y"), {}, {}),
    (CreateTeam(group="g", group_id="g"), {}, {}),
]


def tenant(account: dict[str, Any], group: dict[str, Any]) -> Tenant:
    usual = {"id": "g", "display_name": "X", "members": frozenset({"b"})}
    return Tenant({"a": an_account("a", **account)}, {"g": Group(**(usual | group))})


def written(change: Change, account: Account | None = None) -> Written:
    before = account.sign_in_sessions_valid_from_date_time if account else None
    return Written(change=change, at=NOW, account="a", group="g", sessions_before=before)


@pytest.mark.parametrize(
    ("change", "account", "group"), WRITTEN, ids=lambda one: getattr(one, "kind", "")
)
def test_a_change_is_confirmed_once_it_shows_and_not_before(change, account, group):
    seen = tenant(account, group)
    one = written(change, seen.accounts["a"])
    assert not confirmed(one, seen)
    overlay(one, seen)
    assert confirmed(one, seen)
    assert seen.accounts.keys() == {"a"}
    assert seen.groups.keys() == {"g"}


@pytest.mark.parametrize(
    ("change", "account", "group"), WRITTEN, ids=lambda one: getattr(one, "kind", "")
)
def test_a_change_of_what_is_not_there_lays_nothing_over_it(change, account, group):
    nothing = Tenant({}, {})
    overlay(written(change), nothing)
    assert nothing == Tenant({}, {})
    assert confirmed(written(change), nothing) is isinstance(change, RemoveFromGroup)


def test_a_new_account_shows_once_it_is_there_and_is_laid_over_as_it_was_born():
    seen = Tenant({}, {})
    one = written(BORN)
    assert not confirmed(one, seen)
    overlay(one, seen)
    assert confirmed(one, seen)
    born = seen.accounts["a"]
    assert (born.user_principal_name, born.mail_nickname) == ("25smitha@oak.example", "25smitha")
    assert (born.account_enabled, born.is_member, born.stamp) == (True, True, BORN.stamp)


def test_what_the_tenant_shows_already_is_not_laid_over_again():
    later = an_account("a", surname="Jones")
    seen = Tenant({"a": later}, {})
    overlay(written(BORN), seen)
    assert seen.accounts["a"] is later


def test_a_new_group_shows_once_it_is_there_and_has_no_members_yet():
    seen = Tenant({}, {})
    one = written(CreateGroup(group="gs-oak-x", display_name="X", mail_nickname="gs-oak-x"))
    assert not confirmed(one, seen)
    overlay(one, seen)
    assert confirmed(one, seen)
    group = seen.groups["g"]
    assert (group.unique_name, group.display_name, group.members) == ("gs-oak-x", "X", frozenset())


def test_a_licence_that_a_group_gives_as_well_stays_on_the_account():
    seen = tenant(licensed(DIRECT, INHERITED), {})
    overlay(written(RemoveLicence(sku="A3", sku_id=A3.sku_id)), seen)
    assert seen.accounts["a"].assigned_licenses == (AssignedLicence(A3.sku_id),)
    assert seen.accounts["a"].license_assignment_states == (INHERITED,)


def test_sessions_that_were_revoked_before_do_not_confirm_a_revocation():
    account = an_account("a", sign_in_sessions_valid_from_date_time=NOW)
    one = written(RevokeSessions(), account)
    assert not confirmed(one, Tenant({"a": account}, {}))
    later = replace(account, sign_in_sessions_valid_from_date_time=NOW + timedelta(seconds=1))
    assert confirmed(one, Tenant({"a": later}, {}))


def test_a_kind_of_change_that_nobody_thought_of_is_not_passed_over():
    strange: Any = "a new kind"
    account, group = an_account("a"), Group(id="g")
    one = Written(change=BORN, at=NOW)
    with pytest.raises(AssertionError):
        confirmed(replace(one, change=strange), Tenant({}, {}))
    with pytest.raises(AssertionError):
        confirming._account_shows(strange, account, one)
    with pytest.raises(AssertionError):
        confirming._account_after(strange, account, one)
    with pytest.raises(AssertionError):
        confirming._group_after(strange, group, one)


def test_a_written_change_prints_its_key_and_no_names():
    assert "Smith" not in repr(written(BORN))
    assert str(key()) in repr(written(BORN))
