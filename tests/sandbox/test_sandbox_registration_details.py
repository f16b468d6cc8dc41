"""Phones registered for a second factor, and the report that tells who has one."""

import pytest
from running_sandbox import refused
from tenants_in_process import a_storage, a_tenant, call, caught_up

from graphsync.sandbox import phone_methods, users
from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.registration_details import get_details, list_details
from graphsync.sandbox.sign_in_methods import list_methods
from graphsync.sandbox.tenant_seed import SkuSeed
from graphsync.sandbox.world_skus import FACULTY_P1

REPORT = "/reports/authenticationMethods/userRegistrationDetails"
NO_PREMIUM = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
DENIED = "Authorization_RequestDenied"
MOBILE = {"phoneNumber": "+44 7700900123", "phoneType": "mobile"}
A1 = SkuSeed("SMALL", "314c4481-f395-4525-be8b-2ec4bb1e9d91", 2, ())


@pytest.fixture
def tenant():
    return a_tenant(a_storage(A1, FACULTY_P1))


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


def registers(tenant, key, **changes):
    made = phone_methods.create_phone(call(tenant, [key], body={**MOBILE, **changes}))
    caught_up(tenant)
    return made.body


def rows(tenant, query=""):
    return list_details(call(tenant, query=query)).body["value"]


def refusal(function, made):
    with pytest.raises(Refusal) as caught:
        function(made)
    return caught.value


def test_the_report_follows_the_phones_that_are_registered(tenant):
    one, other = a_user(tenant, "nina"), a_user(tenant, "omar")
    registers(tenant, one)
    registers(tenant, one, phoneType="office")
    told = {row["id"]: row for row in rows(tenant)}
    assert told[one]["isMfaRegistered"]
    assert told[one]["methodsRegistered"] == ["mobilePhone", "officePhone"]
    assert (told[one]["userType"], told[one]["isAdmin"]) == ("member", False)
    assert not told[other]["isMfaRegistered"]
    assert told[other]["methodsRegistered"] == []
    assert get_details(call(tenant, [one])).body["userPrincipalName"] == "nina@school.example"
    kinds = [row["@odata.type"] for row in list_methods(call(tenant, [one])).body["value"]]
    assert kinds[1:] == ["#microsoft.graph.phoneAuthenticationMethod"] * 2


def test_the_report_is_filtered_and_comes_in_pages(tenant):
    keys = [a_user(tenant, f"person{number}") for number in range(3)]
    registers(tenant, keys[1])
    assert [row["id"] for row in rows(tenant, "$filter=isMfaRegistered eq true")] == [keys[1]]
    any_of = "$filter=methodsRegistered/any(m:m eq 'mobilePhone')"
    assert [row["id"] for row in rows(tenant, any_of)] == [keys[1]]
    first = list_details(call(tenant, query="$top=2&$filter=isMfaRegistered eq false")).body
    assert [row["id"] for row in first["value"]] == [keys[0], keys[2]]
    first = list_details(call(tenant, query="$top=2")).body
    link = first["@odata.nextLink"].partition("?")[2]
    assert [row["id"] for row in rows(tenant, link)] == [keys[2]]


@pytest.mark.parametrize(
    "query", ["$select=id", '$search="x"', "$count=true", "$filter=userType eq 'member'"]
)
def test_what_the_page_does_not_name_is_refused(tenant, query):
    assert refusal(list_details, call(tenant, query=query)).status == 400
    assert refusal(get_details, call(tenant, ["x"], query="$top=2")).status == 400


def test_without_entra_p1_there_is_no_report():
    tenant = a_tenant(a_storage(A1, SkuSeed("LAPSED", FACULTY_P1.sku_id, 0, FACULTY_P1.plans)))
    told = refusal(list_details, call(tenant))
    assert (told.status, told.code) == (403, NO_PREMIUM)
    assert refusal(get_details, call(tenant, [a_user(tenant, "nina")])).code == NO_PREMIUM


@pytest.mark.parametrize(
    "changes",
    [
        {"phoneNumber": "07700 900123"},
        {"phoneNumber": "+44 (0)7700"},
        {"phoneNumber": None},
        {"phoneType": "fax"},
        {"phoneType": "alternateMobile"},
        {"smsSignInState": "ready"},
    ],
)
def test_a_phone_of_the_wrong_form_is_refused(tenant, changes):
    key = a_user(tenant, "nina")
    made = call(tenant, [key], body={**MOBILE, **changes})
    assert refusal(phone_methods.create_phone, made).status == 400
    assert rows(tenant)[0]["methodsRegistered"] == []


def test_a_user_has_one_phone_of_each_type(tenant):
    key = a_user(tenant, "nina")
    registers(tenant, key)
    assert refusal(phone_methods.create_phone, call(tenant, [key], body=MOBILE)).status == 400
    registers(tenant, key, phoneType="alternateMobile")
    assert rows(tenant)[0]["methodsRegistered"] == ["mobilePhone", "alternateMobilePhone"]


def test_phones_and_the_report_need_permissions_of_their_own(sandbox):
    user = sandbox.user()
    path = f"/users/{user}/authentication/phoneMethods"
    refused(sandbox.post(path, MOBILE), 403, DENIED)
    refused(sandbox.get(REPORT, token=sandbox.app_with("User.Read.All")), 403, DENIED)
    refused(sandbox.get(REPORT), 403, NO_PREMIUM)
    token = sandbox.app_with("UserAuthenticationMethod.ReadWrite.All")
    made = sandbox.post(path, MOBILE, token=token)
    assert made.status_code == 201
    sandbox.settle()
    (row,) = sandbox.everything(path, token=token)
    assert (row["id"], row["phoneNumber"]) == (made.json()["id"], MOBILE["phoneNumber"])
    assert sandbox.get(f"{path}/{row['id']}", token=token).json()["phoneType"] == "mobile"
