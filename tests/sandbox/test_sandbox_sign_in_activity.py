"""When users last signed in: only on $select, with its permission, in a tenant that bought P1."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tenants_in_process import SKU, a_storage, a_tenant, call, caught_up

from graphsync.sandbox import users
from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.sign_in_activity import habit, signed_in
from graphsync.sandbox.world_skus import FACULTY_P1

ASKED = "$select=id,createdDateTime,signInActivity"
WHEN = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.fixture
def tenant():
    return a_tenant(a_storage(SKU, FACULTY_P1))


def a_user(tenant, name, **changes):
    body = {
        "accountEnabled": True,
        "displayName": name.title(),
        "mailNickname": name,
        "userPrincipalName": f"{name}@school.example",
        "passwordProfile": {"password": "Orange-Kite-42"},
    }
    key = users.create_user(call(tenant, body={**body, **changes})).body["id"]
    caught_up(tenant)
    return key


def signs_in(tenant, key):
    tenant.directory.change(tenant.directory.entries[key], signed_in(WHEN))
    caught_up(tenant)


def refusal(function, made):
    with pytest.raises(Refusal) as caught:
        function(made)
    return caught.value


def test_a_list_and_a_user_tell_the_last_sign_in_and_null_for_who_never_did(tenant):
    one, other = a_user(tenant, "nina"), a_user(tenant, "omar")
    signs_in(tenant, one)
    rows = {row["id"]: row for row in users.list_users(call(tenant, query=ASKED)).body["value"]}
    assert rows[one]["signInActivity"]["lastSuccessfulSignInDateTime"] == "2026-09-01T08:00:00Z"
    assert rows[one]["signInActivity"]["lastNonInteractiveSignInDateTime"] is None
    assert rows[other]["signInActivity"] is None
    got = users.get_user(call(tenant, [one], query=ASKED)).body
    assert got["signInActivity"] == rows[one]["signInActivity"]


def test_without_select_nothing_is_told(tenant):
    key = a_user(tenant, "nina")
    signs_in(tenant, key)
    (row,) = users.list_users(call(tenant)).body["value"]
    assert "signInActivity" not in row
    assert "signInActivity" not in users.get_user(call(tenant, [key])).body


def test_a_page_holds_five_hundred_and_no_more(tenant):
    keys = [a_user(tenant, f"person{number}") for number in range(3)]
    assert refusal(users.list_users, call(tenant, query=f"{ASKED}&$top=501")).status == 400
    assert users.list_users(call(tenant, query=f"{ASKED}&$top=500")).status == 200
    assert users.list_users(call(tenant, query="$select=id&$top=501")).status == 200
    first = users.list_users(call(tenant, query=f"{ASKED}&$top=2")).body
    link = first["@odata.nextLink"].partition("?")[2]
    rest = users.list_users(call(tenant, query=link)).body["value"]
    assert [row["id"] for row in [*first["value"], *rest]] == keys
    assert rest[0].keys() == first["value"][0].keys()


def test_one_user_is_asked_for_by_id_and_not_by_name(tenant):
    a_user(tenant, "nina")
    told = refusal(users.get_user, call(tenant, ["nina@school.example"], query=ASKED))
    assert told.status == 400


@pytest.mark.parametrize("function", [users.list_users, users.get_user])
def test_it_needs_a_permission_of_its_own(tenant, function):
    key = a_user(tenant, "nina")
    narrow = replace(call(tenant, [key], query=ASKED), roles=frozenset({"User.Read.All"}))
    told = refusal(function, narrow)
    assert (told.status, told.code) == (403, "Authentication_MSGraphPermissionMissing")
    assert function(replace(narrow, query=call(tenant).query)).status == 200


@pytest.mark.parametrize("function", [users.list_users, users.get_user])
def test_a_tenant_without_entra_p1_is_refused(function):
    tenant = a_tenant(a_storage(SKU))
    told = refusal(function, call(tenant, [a_user(tenant, "nina")], query=ASKED))
    assert told.code == "Authentication_RequestFromNonPremiumTenantOrB2CTenant"


def test_the_accounts_of_the_demo_have_habits_that_are_the_same_every_time():
    told = [habit(place, WHEN) for place in range(63)]
    assert told == [habit(place, WHEN) for place in range(63)]
    never = [place for place, one in enumerate(told) if not one]
    assert never == list(range(5, 63, 9))
    stamps = [one["signInActivity"]["lastSignInDateTime"] for one in told if one]
    long_ago = (WHEN - timedelta(days=90)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert len([one for one in stamps if one < long_ago]) == 8
    assert max(stamps) <= "2026-09-01T08:00:00Z"
