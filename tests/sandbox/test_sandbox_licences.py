"""Licences per user."""

import pytest
from running_sandbox import FACULTY, STUDENT, refused

EXCHANGE = "9aaf7827-d63c-4b61-89c3-182f06f82e5c"
SHAREPOINT = "0a4983bb-d3e5-4a09-95d8-b2d0127b3df5"


def adding(sku, *disabled):
    return {"addLicenses": [{"skuId": sku, "disabledPlans": list(disabled)}], "removeLicenses": []}


def removing(sku):
    return {"addLicenses": [], "removeLicenses": [sku]}


def consumed(sandbox, sku):
    (row,) = [row for row in sandbox.everything("/subscribedSkus") if row["skuId"] == sku]
    return row["consumedUnits"]


def test_a_licence_is_given_counted_detailed_and_taken(sandbox):
    own = sandbox
    before = consumed(own, FACULTY)
    key = own.user(usageLocation="GB")
    answer = own.post(f"/users/{key}/assignLicense", adding(FACULTY, EXCHANGE))
    assert answer.status_code == 200
    assert answer.json()["id"] == key
    own.settle()
    assert consumed(own, FACULTY) == before + 1
    (detail,) = own.everything(f"/users/{key}/licenseDetails")
    states = {row["servicePlanId"]: row["provisioningStatus"] for row in detail["servicePlans"]}
    assert states[EXCHANGE] == "Disabled"
    assert set(states.values()) == {"Disabled", "Success"}
    body = own.get(f"/users/{key}?$select=assignedLicenses,licenseAssignmentStates").json()
    assert body["assignedLicenses"] == [{"skuId": FACULTY, "disabledPlans": [EXCHANGE]}]
    assert body["licenseAssignmentStates"][0]["assignedByGroup"] is None
    assert own.post(f"/users/{key}/assignLicense", removing(FACULTY)).status_code == 200
    assert consumed(own, FACULTY) == before


def test_a_mailbox_comes_with_the_exchange_plan(sandbox):
    key = sandbox.user(usageLocation="GB")
    sandbox.post(f"/users/{key}/assignLicense", adding(FACULTY))
    sandbox.settle()
    body = sandbox.get(f"/users/{key}?$select=mail,userPrincipalName,proxyAddresses").json()
    assert body["mail"] == body["userPrincipalName"]
    assert body["proxyAddresses"] == [f"SMTP:{body['mail']}"]


def test_without_a_usage_location_no_licence_is_given(sandbox):
    key = sandbox.user()
    text = "License assignment cannot be done for user with invalid usage location."
    answer = sandbox.post(f"/users/{key}/assignLicense", adding(FACULTY))
    refused(answer, 400, "Request_BadRequest", text)


def test_a_plan_that_another_stands_on_cannot_be_switched_off_alone(sandbox):
    key = sandbox.user(usageLocation="GB")
    answer = sandbox.post(f"/users/{key}/assignLicense", adding(FACULTY, SHAREPOINT))
    refused(answer, 400, "Request_BadRequest", "License assignment failed because service plan")


def test_an_inherited_licence_cannot_be_taken_from_the_user(sandbox):
    key = sandbox.user(usageLocation="GB")
    state = {
        "skuId": STUDENT,
        "disabledPlans": [],
        "assignedByGroup": "0d5a1d5c-0000-0000-0000-000000000000",
        "state": "Active",
        "error": "None",
    }
    licence = {"skuId": STUDENT, "disabledPlans": []}
    by_hand = {"assignedLicenses": [licence], "licenseAssignmentStates": [state]}
    sandbox.control("POST", f"users/{key}", by_hand)
    sandbox.settle()
    text = "User license is inherited from a group membership and it cannot be removed directly"
    answer = sandbox.post(f"/users/{key}/assignLicense", removing(STUDENT))
    refused(answer, 400, "Request_BadRequest", text)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"addLicenses": []}, "'removeLicenses'"),
        ({"addLicenses": [{"skuId": "x"}], "removeLicenses": []}, "'skuId'"),
        (adding("0d5a1d5c-0000-0000-0000-000000000000"), "valid company License"),
        (adding(FACULTY, "0d5a1d5c-0000-0000-0000-000000000000"), "Service plan"),
        (removing(FACULTY), "does not have a corresponding license"),
    ],
)
def test_an_assignment_that_makes_no_sense_is_refused(sandbox, body, text):
    key = sandbox.user(usageLocation="GB")
    answer = sandbox.post(f"/users/{key}/assignLicense", body)
    refused(answer, 400, "Request_BadRequest", text)


def test_a_soft_deleted_user_gives_its_licence_back_until_restored(sandbox):
    own = sandbox
    before = consumed(own, STUDENT)
    key = own.user(usageLocation="GB")
    own.post(f"/users/{key}/assignLicense", adding(STUDENT))
    own.delete(f"/users/{key}")
    own.settle()
    assert consumed(own, STUDENT) == before
    own.post(f"/directory/deletedItems/{key}/restore")
    assert consumed(own, STUDENT) == before + 1
