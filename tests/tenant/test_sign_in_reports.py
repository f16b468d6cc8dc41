"""How accounts may sign in, as Graph tells it: with Entra ID P1, without it, without permission."""

import json
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from graphsync.doctor.findings import Case, State
from graphsync.doctor.second_factor import second_factor
from graphsync.settings import settings_of
from graphsync.tenant.door import open_door
from graphsync.tenant.problems import (
    NO_PREMIUM,
    PermissionMissing,
    PremiumMissing,
    refused_read,
)
from graphsync.tenant.sign_in_reports import (
    REGISTERED,
    SIGN_INS,
    registered_mfa,
    sign_ins,
    signed,
    weak_passwords,
)
from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.rules import GroupKind

USER = "/_sandbox/users/breakglass@contoso.onmicrosoft.com"


def a_case(*, asks):
    rules = load_rules(SHIPPED_PACKS, "pb")
    if asks:
        names = {**rules.groups.names, GroupKind.MFA: "MFA"}
        rules = replace(rules, groups=replace(rules.groups, names=names))
    return Case(
        loaded=settings_of({}),
        now=lambda: datetime.now(UTC),
        sleep=None,
        store=None,
        rules={"pb": rules},
    )


async def test_a_tenant_without_entra_p1_is_said_to_have_none_and_doctor_warns(door, tenant):
    with pytest.raises(PremiumMissing, match="no Entra ID P1"):
        await registered_mfa(door)
    (found,) = await second_factor(a_case(asks=True), door)
    assert (found.state, "cannot be told" in found.found) == (State.WARNING, True)
    assert "buy it" in found.mend
    before = len(tenant.graph_calls())
    assert await second_factor(a_case(asks=False), door) == []
    assert len(tenant.graph_calls()) == before


async def test_the_permission_that_the_report_needs_is_named(tenant):
    wish = {"name": "narrow", "permissions": ["User.Read.All"]}
    app = tenant.call("POST", "/_sandbox/apps", wish)
    settings = tenant.settings(client_id=app["clientId"], client_secret=app["secret"])
    async with open_door(settings, lambda: datetime.now(UTC)) as door:
        with pytest.raises(PermissionMissing) as caught:
            await registered_mfa(door)
    assert caught.value.permissions == ("AuditLog.Read.All",)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (NO_PREMIUM, PremiumMissing),
        ("Authentication_MSGraphPermissionMissing", PermissionMissing),
        ("Authorization_RequestDenied", PermissionMissing),
    ],
)
def test_only_one_code_of_403_is_about_what_the_tenant_bought(code, kind):
    assert isinstance(refused_read(REGISTERED, code), kind)


@pytest.mark.parametrize(
    ("policies", "weak"),
    [
        ("DisableStrongPassword", True),
        ("DisablePasswordExpiration, DisableStrongPassword", True),
        ("DisablePasswordExpiration", False),
        ("None", False),
        (None, False),
    ],
)
async def test_accounts_that_are_let_off_the_rule_for_passwords_are_listed(
    door, tenant, policies, weak
):
    key = tenant.call("POST", USER, {"passwordPolicies": policies})["id"]
    found: frozenset[str] = frozenset()
    for _ in range(100):  # replicas lag
        found = await weak_passwords(door)
        if (key in found) is weak:
            break
    assert (key in found) is weak


def test_the_page_of_sign_ins_is_as_long_as_graph_allows_and_names_its_permission():
    refused = refused_read(SIGN_INS, "Authentication_MSGraphPermissionMissing")
    assert isinstance(refused, PermissionMissing)
    assert refused.permissions == ("AuditLog.Read.All",)
    assert isinstance(refused_read(SIGN_INS, NO_PREMIUM), PremiumMissing)
    assert refused_read("/users?$select=id", "").permissions == ("User.Read.All",)


async def test_without_entra_p1_nobody_tells_who_signs_in(door):
    with pytest.raises(PremiumMissing):
        await sign_ins(door)


FIRST, SECOND, THIRD = (f"2026-09-0{day}T08:00:00Z" for day in (1, 2, 3))


@pytest.mark.parametrize(
    ("activity", "last"),
    [
        (None, None),
        ({}, None),
        ({"lastSuccessfulSignInDateTime": FIRST}, FIRST),
        ({"lastSignInDateTime": FIRST}, FIRST),
        ({"lastSignInDateTime": FIRST, "lastNonInteractiveSignInDateTime": SECOND}, SECOND),
        ({"lastSignInDateTime": THIRD, "lastSuccessfulSignInDateTime": SECOND}, SECOND),
    ],
)
def test_the_last_success_counts_and_where_graph_has_none_the_last_attempt(activity, last):
    row = {"id": "a", "createdDateTime": None, "signInActivity": activity}
    told = signed(json.dumps({"value": [row]}).encode())["a"].last
    assert told == (datetime.fromisoformat(last) if last else None)
