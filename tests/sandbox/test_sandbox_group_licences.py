"""Licences given by groups, late and with errors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running_sandbox import FACULTY, STUDENT, ref, refused
from tenants_in_process import SKU, a_storage, a_tenant, call, caught_up

from graphsync.sandbox import group_licences, groups, licences, members, users
from graphsync.sandbox.licence_sources import merged
from graphsync.sandbox.licence_worker import errors_in, run_due
from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.tenant_seed import SkuSeed

EXCHANGE = "9aaf7827-d63c-4b61-89c3-182f06f82e5c"
SHAREPOINT = "0a4983bb-d3e5-4a09-95d8-b2d0127b3df5"
SELECT = "?$select=assignedLicenses,licenseAssignmentStates"


def adding(*skus, disabled=()):
    rows = [{"skuId": sku, "disabledPlans": list(disabled)} for sku in skus]
    return {"addLicenses": rows, "removeLicenses": []}


def removing(*skus):
    return {"addLicenses": [], "removeLicenses": list(skus)}


def worked(own):
    """Lets the worker finish: its delays are 210 s at most, by the scale of 200."""
    own.later(1.2)
    own.settle()


def a_licensed_group(own, *people, sku=FACULTY):
    group = own.group()
    for key in people:
        own.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(key)})
    answer = own.post(f"/groups/{group}/assignLicense", adding(sku))
    assert answer.status_code == 202
    assert answer.json()["id"] == group
    assert answer.headers["Location"].endswith(f"{group}/Microsoft.DirectoryServices.Group")
    return group


def licences_of(own, key):
    body = own.get(f"/users/{key}{SELECT}").json()
    return body["assignedLicenses"], body["licenseAssignmentStates"]


def test_members_get_licences_late_without_a_usage_location_and_lose_them_late(moved_on):
    own = moved_on
    first, late = own.user(), own.user()
    group = a_licensed_group(own, first)
    own.settle()
    path = f"/groups/{group}?$select=assignedLicenses,licenseProcessingState"
    body = own.get(path).json()
    assert [row["skuId"] for row in body["assignedLicenses"]] == [FACULTY]
    worked(own)
    assert own.get(path).json()["licenseProcessingState"] == {"state": "ProcessingComplete"}
    held, (state,) = licences_of(own, first)
    assert held == [{"skuId": FACULTY, "disabledPlans": []}]
    assert (state["assignedByGroup"], state["state"]) == (group, "Active")
    own.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(late)})
    own.delete(f"/groups/{group}/members/{first}/$ref")
    worked(own)
    assert licences_of(own, first) == ([], [])
    assert [row["skuId"] for row in licences_of(own, late)[0]] == [FACULTY]


def test_an_inherited_licence_stays_when_it_is_taken_from_the_user(moved_on):
    own = moved_on
    user = own.user(usageLocation="GB")
    a_licensed_group(own, user)
    worked(own)
    path = f"/users/{user}/assignLicense"
    text = "User license is inherited from a group membership and it cannot be removed directly"
    refused(own.post(path, removing(FACULTY)), 400, "Request_BadRequest", text)
    assert own.post(path, adding(FACULTY, disabled=[EXCHANGE])).status_code == 200
    own.settle()
    held, states = licences_of(own, user)
    assert held == [{"skuId": FACULTY, "disabledPlans": []}]
    assert len(states) == 2
    assert own.post(path, removing(FACULTY)).status_code == 200
    own.settle()
    held, states = licences_of(own, user)
    assert [row["skuId"] for row in held] == [FACULTY]
    assert len(states) == 1


def test_a_licensed_group_is_deleted_only_after_its_licences_are_gone(moved_on):
    own = moved_on
    user = own.user()
    group = a_licensed_group(own, user, sku=STUDENT)
    worked(own)
    refused(own.delete(f"/groups/{group}"), 400, "Request_BadRequest", "active license")
    path = f"/groups/{group}/assignLicense"
    refused(own.post(path, removing(FACULTY)), 400, "Request_BadRequest", "corresponding license")
    assert own.post(path, removing(STUDENT)).status_code == 202
    worked(own)
    assert licences_of(own, user) == ([], [])
    assert own.delete(f"/groups/{group}").status_code == 204


def test_a_restored_member_has_its_group_licence_again(moved_on):
    own = moved_on
    user = own.user()
    group = a_licensed_group(own, user)
    worked(own)
    own.delete(f"/users/{user}")
    own.post(f"/groups/{group}/assignLicense", removing(FACULTY))
    worked(own)
    own.post(f"/directory/deletedItems/{user}/restore")
    worked(own)
    assert licences_of(own, user) == ([], [])


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"addLicenses": []}, "'removeLicenses' of resource 'Group'"),
        (adding("0d5a1d5c-0000-0000-0000-000000000000"), "valid company License"),
        (adding(FACULTY, disabled=["0d5a1d5c-0000-0000-0000-000000000000"]), "Service plan"),
    ],
)
def test_a_group_assignment_that_makes_no_sense_is_refused(sandbox, body, text):
    answer = sandbox.post(f"/groups/{sandbox.group()}/assignLicense", body)
    refused(answer, 400, "Request_BadRequest", text)


def test_the_worker_survives_a_restart(start_sandbox):
    own = start_sandbox(20)
    user = own.user()
    a_licensed_group(own, user)
    assert own.stop() == 0
    own = start_sandbox(20)
    own.later(12)
    own.settle()
    assert [row["skuId"] for row in licences_of(own, user)[0]] == [FACULTY]


def test_errors_are_found_by_filter_and_list(moved_on):
    own = moved_on
    user = own.user()
    group = own.group()
    own.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(user)})
    body = adding(FACULTY, disabled=[SHAREPOINT])
    assert own.post(f"/groups/{group}/assignLicense", body).status_code == 202
    worked(own)
    path = "/groups?$filter=hasMembersWithLicenseErrors eq true&$select=id&$count=true"
    refused(own.get(path), 400, "Request_UnsupportedQuery")
    rows = own.everything(path, consistencylevel="eventual")
    assert group in {row["id"] for row in rows}
    hidden = own.get(f"/groups/{group}?$select=id,hasMembersWithLicenseErrors").json()
    assert hidden.keys() == {"@odata.context", "id"}
    (member,) = own.everything(f"/groups/{group}/membersWithLicenseErrors")
    assert (member["id"], member["@odata.type"]) == (user, "#microsoft.graph.user")
    held, (state,) = licences_of(own, user)
    assert (held, state["state"], state["error"]) == ([], "Error", "DependencyViolation")
    own.post(f"/groups/{group}/assignLicense", adding(FACULTY))
    worked(own)
    assert own.everything(f"/groups/{group}/membersWithLicenseErrors") == []
    assert licences_of(own, user)[1][0]["error"] == "None"


# -- without a server

BIG = SkuSeed(
    "BIG", "94763226-9b3c-4e75-a931-5c89701abe66", 9, (("EXCHANGE_S_STANDARD", EXCHANGE),)
)
TINY = SkuSeed("TINY", SKU.sku_id, 1, ())
ENTERPRISE = SkuSeed(
    "E", "e578b273-6db4-4691-bba0-8d691f4da603", 9, (("EXCHANGE_S_ENTERPRISE", SHAREPOINT),)
)


class School:
    """A tenant with small subscriptions, whose worker a test lets run."""

    def __init__(self, *skus):
        self.tenant = a_tenant(a_storage(*skus))
        self.count = 0

    def call(self, handler, *keys, body=None):
        caught_up(self.tenant)
        answer = handler(call(self.tenant, keys, body=body))
        caught_up(self.tenant)
        return answer

    def user(self, **changes):
        self.count += 1
        name = f"u{self.count}"
        body = {
            "accountEnabled": True,
            "displayName": name,
            "mailNickname": name,
            "userPrincipalName": f"{name}@school.example",
            "passwordProfile": {"password": "Orange-Kite-42"},
            "usageLocation": "GB",
            **changes,
        }
        return self.call(users.create_user, body=body).body["id"]

    def group(self, *people):
        body = {
            "displayName": "Group",
            "mailEnabled": False,
            "mailNickname": "g",
            "securityEnabled": True,
        }
        key = self.call(groups.create_group, body=body).body["id"]
        for each in people:
            self.join(key, each)
        return key

    def join(self, group, user):
        self.call(members.add_member, group, body={"@odata.id": ref(user)})

    def leave(self, group, user):
        self.call(members.remove_member, group, user)

    def license(self, group, body):
        self.call(group_licences.assign_group_license, group, body=body)

    def work(self):
        self.tenant.clock.advance(3600)
        run_due(self.tenant)

    def held(self, user):
        properties = self.tenant.directory.entries[user].current.properties
        return {row["skuId"] for row in properties.get("assignedLicenses", ())}

    def errors(self, user):
        properties = self.tenant.directory.entries[user].current.properties
        states = properties.get("licenseAssignmentStates", ())
        return {row["skuId"]: (row["state"], row["error"]) for row in states}

    def failing(self, group):
        return {user.id for user in errors_in(self.tenant, self.tenant.directory.entries[group])}


def test_who_comes_after_the_last_unit_gets_an_error_until_reprocessed():
    school = School()
    people = [school.user() for _ in range(3)]
    group = school.group(*people)
    school.license(group, adding(SKU.sku_id))
    school.work()
    (left_out,) = (user for user in people if not school.held(user))
    assert school.errors(left_out) == {SKU.sku_id: ("Error", "CountViolation")}
    assert school.failing(group) == {left_out}
    lucky = next(user for user in people if user != left_out)
    school.leave(group, lucky)
    school.work()
    assert not school.held(left_out)
    school.call(group_licences.reprocess, left_out)
    assert not school.held(left_out)
    school.work()
    assert school.held(left_out) == {SKU.sku_id}
    assert school.failing(group) == set()


def test_one_failing_subscription_holds_up_the_others_of_the_group():
    school = School(SKU, BIG)
    people = [school.user() for _ in range(3)]
    group = school.group(*people)
    school.license(group, adding(SKU.sku_id, BIG.sku_id))
    school.work()
    (left_out,) = (user for user in people if not school.held(user))
    assert school.errors(left_out) == {
        SKU.sku_id: ("Error", "CountViolation"),
        BIG.sku_id: ("Error", "Others"),
    }


def test_plans_that_exclude_each_other_are_not_given_together():
    school = School(BIG, ENTERPRISE)
    user = school.user()
    one = school.group(user)
    school.license(one, adding(BIG.sku_id))
    school.work()
    other = school.group(user)
    school.license(other, adding(ENTERPRISE.sku_id))
    school.work()
    assert school.errors(user)[ENTERPRISE.sku_id] == ("Error", "MutuallyExclusiveViolation")
    with pytest.raises(Refusal, match="mutually exclusive"):
        school.call(licences.assign_license, user, body=adding(ENTERPRISE.sku_id))


def test_a_mail_address_that_someone_else_has_is_an_error():
    school = School(BIG)
    user = school.user()
    school.user(mail="u1@school.example")
    group = school.group(user)
    school.license(group, adding(BIG.sku_id))
    school.work()
    assert school.errors(user) == {BIG.sku_id: ("Error", "UniquenessViolation")}


def test_a_licence_that_can_no_longer_be_changed_stays_with_an_error():
    plans = (("SHAREPOINTSTANDARD_EDU", SHAREPOINT), ("SHAREPOINTWAC_EDU", EXCHANGE))
    school = School(SkuSeed("A1", BIG.sku_id, 9, plans))
    user = school.user()
    group = school.group(user)
    school.license(group, adding(BIG.sku_id))
    school.work()
    school.license(group, adding(BIG.sku_id, disabled=[SHAREPOINT]))
    school.work()
    assert school.errors(user) == {BIG.sku_id: ("ActiveWithError", "DependencyViolation")}
    assert school.held(user) == {BIG.sku_id}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 1)), max_size=25))
def test_units_are_never_overspent_and_everyone_is_accounted_for(steps):
    school = School(TINY, BIG)
    people = [school.user() for _ in range(4)]
    teams = [school.group(*people[:2]), school.group()]
    directory = school.tenant.directory
    for what, person, team in steps:
        user, group = people[person], teams[team]
        try:
            if what == 0:
                school.join(group, user)
            elif what == 1:
                school.leave(group, user)
            elif what in {2, 3}:
                school.license(group, adding((TINY, BIG)[what - 2].sku_id))
            elif what == 4:
                school.license(group, removing(TINY.sku_id))
            else:
                school.call(licences.assign_license, user, body=adding(TINY.sku_id))
        except Refusal:
            continue
        school.work()
    for sku in (TINY, BIG):
        holders = [user for user in people if sku.sku_id in school.held(user)]
        assert directory.licences[sku.sku_id] == len(holders) <= sku.enabled_units
    for user in people:
        properties = directory.entries[user].current.properties
        states = properties.get("licenseAssignmentStates", [])
        assert properties.get("assignedLicenses", []) == merged(states)
        told = {(row["assignedByGroup"], row["skuId"]) for row in states if row["assignedByGroup"]}
        assert told == {
            (group, row["skuId"])
            for group in teams
            if directory.is_member(directory.entries[group], directory.entries[user])
            for row in directory.entries[group].current.properties.get("assignedLicenses", ())
        }
    for group in teams:
        failing = {
            user
            for user in people
            for row in directory.entries[user].current.properties.get("licenseAssignmentStates", ())
            if row["assignedByGroup"] == group and row["error"] != "None"
        }
        assert school.failing(group) == failing
