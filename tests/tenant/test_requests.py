"""The exact requests of every change, built by the SDK and never sent by it."""

import json
import subprocess
import sys

import msgspec
import pytest

from graphsync.changes import (
    AddToGroup,
    AssignLicence,
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
from graphsync.tenant.credentials import TenantSettings
from graphsync.tenant.queueing import Entry, Queue
from graphsync.tenant.requests import items, read_back_path, single_adds
from policies.entra_passwords import Expiry, FirstSignIn
from policies.people import PersonKey

SKU = "314c4481-f395-4525-be8b-2ec4bb1e9d91"
PLAN = "9aaf7827-d63c-4b61-89c3-182f06f82e5c"
ANNA = PersonKey("pb", "1")
GRAPH = "https://graph.microsoft.com/v1.0"


class Known:
    """Ids by rule, so that a test can tell where they came from."""

    def account(self, person):
        return f"id-of-{person.mis_id}"

    def group(self, unique_name):
        return f"id-of-{unique_name}"

    def password(self, person):
        return f"Copper-tiger-lamp{person.mis_id}"


def settings(**changed):
    return TenantSettings(tenant_id="t", client_id="c", client_secret="s", **changed)


def the_item(change, **changed):
    (item,) = items([change], Known(), settings(**changed))
    return item


def body(item):
    return json.loads(item.request.body)


def a_create(**changed):
    values = {
        "person": ANNA,
        "user_principal_name": "anna.smith@school.example",
        "mail_nickname": "anna.smith",
        "display_name": "Anna Smith",
        "given_name": "Anna",
        "surname": "Smith",
        "employee_type": "Pupil",
        "company_name": "Park Barn",
        "department": "7B",
        "usage_location": "GB",
        "stamp": "gs:abcdefghijklm",
    }
    return CreateUser(**(values | changed))


def test_a_user_is_born_with_everything_and_must_change_the_password():
    item = the_item(a_create())
    assert (item.request.method, item.request.path) == ("POST", "/users")
    assert body(item) == {
        "@odata.type": "#microsoft.graph.user",
        "accountEnabled": True,
        "userPrincipalName": "anna.smith@school.example",
        "mailNickname": "anna.smith",
        "displayName": "Anna Smith",
        "givenName": "Anna",
        "surname": "Smith",
        "employeeType": "Pupil",
        "employeeId": "gs:abcdefghijklm",
        "companyName": "Park Barn",
        "department": "7B",
        "usageLocation": "GB",
        "passwordPolicies": "DisablePasswordExpiration",
        "passwordProfile": {
            "password": "Copper-tiger-lamp1",
            "forceChangePasswordNextSignIn": True,
        },
    }
    assert item.objects == {"anna.smith@school.example"}


@pytest.mark.parametrize("expiry", Expiry)
def test_a_password_that_is_kept_and_one_that_may_expire_are_sent_so_and_never_a_weak_one(expiry):
    kept = body(the_item(a_create(first_sign_in=FirstSignIn.KEEP, expiry=expiry)))
    assert kept["passwordProfile"]["forceChangePasswordNextSignIn"] is False
    assert kept["passwordPolicies"] == expiry.value
    assert "DisableStrongPassword" not in str(kept)


@pytest.mark.parametrize(
    ("stamp", "where"),
    [
        ("extensionAttribute3", ("onPremisesExtensionAttributes", "extensionAttribute3")),
        ("extension_0123_graphsync", ("extension_0123_graphsync",)),
    ],
)
def test_the_stamp_lies_in_the_attribute_that_the_settings_name(stamp, where):
    found = body(the_item(a_create(), stamp=stamp))
    assert "employeeId" not in found
    for name in where:
        found = found[name]
    assert found == "gs:abcdefghijklm"


def test_a_weaker_password_policy_is_never_asked_for():
    assert b"DisableStrongPassword" not in the_item(a_create()).request.body


def test_an_update_sends_what_changes_alone_and_null_to_clear():
    change = UpdateUser(
        person=ANNA,
        account="a-1",
        old={"surname": "Smith", "department": "7B"},
        new={"surname": "Jones", "department": None, "extensionAttribute2": "x"},
    )
    item = the_item(change)
    assert (item.request.method, item.request.path) == ("PATCH", "/users/a-1")
    assert body(item) == {
        "@odata.type": "#microsoft.graph.user",
        "surname": "Jones",
        "department": None,
        "onPremisesExtensionAttributes": {"extensionAttribute2": "x"},
    }


@pytest.mark.parametrize(("kind", "enabled"), [(EnableUser, True), (DisableUser, False)])
def test_signing_in_is_switched_in_a_request_of_its_own(kind, enabled):
    item = the_item(kind(person=ANNA, account="a-1"))
    assert item.request.path == "/users/a-1"
    assert body(item) == {"@odata.type": "#microsoft.graph.user", "accountEnabled": enabled}


def test_sessions_are_revoked_by_a_post_without_a_body():
    item = the_item(RevokeSessions(person=ANNA, account="a-1"))
    assert item.request.method == "POST"
    assert item.request.path == "/users/a-1/revokeSignInSessions"
    assert item.request.body is None


def test_a_licence_is_given_and_taken_with_both_lists():
    given = the_item(
        AssignLicence(person=ANNA, account="a-1", sku="A1", sku_id=SKU, disabled_plans=(PLAN,))
    )
    assert given.request.path == "/users/a-1/assignLicense"
    assert body(given) == {
        "addLicenses": [{"skuId": SKU, "disabledPlans": [PLAN]}],
        "removeLicenses": [],
    }
    taken = the_item(RemoveLicence(person=ANNA, account="a-1", sku="A1", sku_id=SKU))
    assert body(taken) == {"addLicenses": [], "removeLicenses": [SKU]}


def test_a_group_is_made_under_its_unique_name_so_that_twice_is_once():
    item = the_item(CreateGroup(group="pb-year-7", display_name="PB Year 7", mail_nickname="pb7"))
    assert (item.request.method, item.request.path) == ("PATCH", "/groups(uniqueName='pb-year-7')")
    assert item.request.headers == (("Prefer", "create-if-missing"),)
    assert body(item) == {
        "@odata.type": "#microsoft.graph.group",
        "displayName": "PB Year 7",
        "mailNickname": "pb7",
        "mailEnabled": False,
        "securityEnabled": True,
        "groupTypes": [],
    }


def test_a_class_group_is_a_private_microsoft_365_group_with_its_owners():
    item = the_item(
        CreateGroup(group="gs-pb-c", display_name="C", mail_nickname="gs-pb-c", owners=("u-1",))
    )
    made = body(item)
    assert made["owners@odata.bind"] == ["https://graph.microsoft.com/v1.0/users/u-1"]
    assert (made["groupTypes"], made["mailEnabled"], made["visibility"]) == (
        ["Unified"],
        True,
        "Private",
    )


def test_a_group_is_renamed_by_id():
    item = the_item(
        UpdateGroup(group="pb-year-7", group_id="g-1", old_name="old", display_name="new")
    )
    assert (item.request.method, item.request.path) == ("PATCH", "/groups/g-1")
    assert body(item) == {"@odata.type": "#microsoft.graph.group", "displayName": "new"}


def test_a_class_group_becomes_a_team_with_everything_as_the_tenant_has_it():
    item = the_item(CreateTeam(group="gs-pb-c", group_id="g-1"))
    assert (item.request.method, item.request.path) == ("PUT", "/groups/g-1/team")
    assert body(item) == {}


def test_teams_are_made_one_after_the_other():
    """Graph makes six a second for an app: a parallel batch would be throttled."""
    teams = [CreateTeam(group=f"gs-pb-{n}", group_id=f"g-{n}") for n in range(3)]
    queue = Queue(20)
    for item in items(teams, Known(), settings()):
        queue.admit(Entry(item))
    batch = queue.take(0.0, whole=False)
    assert batch.in_order
    assert [one.item.id for one in batch.entries] == [f"create_team||gs-pb-{n}" for n in range(3)]


def adds(count, group, group_id=None):
    return [
        AddToGroup(person=PersonKey("pb", str(n)), account=f"a-{n}", group=group, group_id=group_id)
        for n in range(count)
    ]


def test_additions_to_one_group_travel_twenty_to_a_request():
    made = items([*adds(41, "year-7", "g-1"), *adds(3, "form-7b")], Known(), settings())
    assert [len(item.changes) for item in made] == [20, 20, 1, 3]
    assert [item.request.path for item in made] == ["/groups/g-1"] * 3 + ["/groups/id-of-form-7b"]
    assert body(made[3])["members@odata.bind"] == [
        f"{GRAPH}/directoryObjects/a-{n}" for n in range(3)
    ]
    assert made[0].objects == {"g-1"}
    assert len({item.id for item in made}) == 4


def test_people_made_in_this_run_are_added_by_the_id_they_were_given():
    item = the_item(AddToGroup(person=ANNA, group="year-7"))
    assert body(item)["members@odata.bind"] == [f"{GRAPH}/directoryObjects/id-of-1"]


def test_a_split_bind_adds_the_same_people_one_by_one():
    bind, *_ = items(adds(3, "year-7", "g-1"), Known(), settings())
    singles = single_adds(bind)
    assert [one.changes for one in singles] == [(change,) for change in bind.changes]
    assert {one.request.path for one in singles} == {"/groups/g-1/members/$ref"}
    assert [body(one) for one in singles] == [
        {"@odata.id": f"{GRAPH}/directoryObjects/a-{n}"} for n in range(3)
    ]
    assert len({one.id for one in (*singles, bind)}) == 4


def test_a_removal_ends_in_ref_or_it_would_delete_the_person():
    item = the_item(RemoveFromGroup(person=ANNA, account="a-1", group="year-7", group_id="g-1"))
    assert (item.request.method, item.request.path) == ("DELETE", "/groups/g-1/members/a-1/$ref")


def test_a_change_that_names_nobody_is_refused():
    with pytest.raises(ValueError, match="disable_user names nobody"):
        the_item(DisableUser())


def test_the_order_of_changes_is_kept():
    changes = [
        DisableUser(person=ANNA, account="a-1"),
        RevokeSessions(person=ANNA, account="a-1"),
        *adds(2, "year-7", "g-1"),
        EnableUser(person=ANNA, account="a-1"),
    ]
    made = items(changes, Known(), settings())
    assert [item.operation for item in made] == [
        "disable_user",
        "revoke_sessions",
        "add_to_group",
        "enable_user",
    ]


def test_a_change_is_read_back_where_it_shows():
    known = Known()
    assert read_back_path(a_create(), known, settings()).startswith(
        "/users/anna.smith@school.example?$select=id,"
    )
    group = CreateGroup(group="pb-7", display_name="x", mail_nickname="y")
    assert read_back_path(group, known, settings()).startswith("/groups(uniqueName='pb-7')?")
    add = AddToGroup(person=ANNA, group="year-7")
    assert read_back_path(add, known, settings()).startswith("/groups/id-of-year-7/members?")
    rename = UpdateGroup(group="x", group_id="g-1", old_name=None, display_name="n")
    assert read_back_path(rename, known, settings()).startswith("/groups/g-1?")
    team = CreateTeam(group="x", group_id="g-1")
    assert "resourceProvisioningOptions" in read_back_path(team, known, settings())
    block = DisableUser(person=ANNA, account="a-1")
    assert read_back_path(block, known, settings()).startswith("/users/a-1?")


def test_no_repr_shows_a_name_a_password_or_a_secret():
    item = the_item(a_create())
    shown = repr(item) + repr(item.request) + repr(settings(stamp="employeeId"))
    assert "anna" not in shown.casefold().replace("pb", "")
    assert "Copper" not in shown
    assert "client_secret" not in shown


def test_a_run_with_nothing_to_write_never_imports_the_sdk():
    check = (
        "import sys, graphsync.tenant.door, graphsync.tenant.mirror, graphsync.tenant.sending;"
        " sys.exit(any(name.startswith(('msgraph', 'kiota')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_graph_names_of_an_update_are_known_to_the_model_or_sent_beside_it():
    change = UpdateUser(person=ANNA, account="a", old={}, new={"jobTitle": "Head", "officeX": "1"})
    assert body(the_item(change)) == {
        "@odata.type": "#microsoft.graph.user",
        "jobTitle": "Head",
        "officeX": "1",
    }


def test_values_are_plain_and_comparable():
    assert the_item(a_create()) == the_item(a_create())
    assert msgspec.structs.replace(the_item(a_create()), id="x") != the_item(a_create())
