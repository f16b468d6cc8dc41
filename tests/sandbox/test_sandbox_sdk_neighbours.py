"""The real msgraph-sdk on what surrounds an account: managers, owners, units, passes, licences."""

import warnings

import pytest
from running_sandbox import FACULTY, ref
from sdk_clients import sdk_client

with warnings.catch_warnings():  # kiota_abstractions warns of its own deprecated class
    warnings.simplefilter("ignore", DeprecationWarning)
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.directory_objects.get_by_ids.get_by_ids_post_request_body import (
        GetByIdsPostRequestBody,
    )
    from msgraph.generated.groups.item.assign_license.assign_license_post_request_body import (
        AssignLicensePostRequestBody,
    )
    from msgraph.generated.models.administrative_unit import AdministrativeUnit
    from msgraph.generated.models.assigned_license import AssignedLicense
    from msgraph.generated.models.authentication_phone_type import AuthenticationPhoneType
    from msgraph.generated.models.automatic_replies_setting import AutomaticRepliesSetting
    from msgraph.generated.models.automatic_replies_status import AutomaticRepliesStatus
    from msgraph.generated.models.group import Group
    from msgraph.generated.models.mailbox_settings import MailboxSettings
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.phone_authentication_method import PhoneAuthenticationMethod
    from msgraph.generated.models.reference_create import ReferenceCreate
    from msgraph.generated.models.reference_update import ReferenceUpdate
    from msgraph.generated.models.temporary_access_pass_authentication_method import (
        TemporaryAccessPassAuthenticationMethod,
    )
    from msgraph.generated.models.user import User
    from msgraph.generated.users.item.check_member_groups.check_member_groups_post_request_body import (  # noqa: E501
        CheckMemberGroupsPostRequestBody,
    )
    from msgraph.generated.users.item.get_member_groups.get_member_groups_post_request_body import (
        GetMemberGroupsPostRequestBody,
    )
    from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder

# Its builders warn when they are first imported, deep inside a call.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
PERMISSIONS = (
    "User.ReadWrite.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "AdministrativeUnit.ReadWrite.All",
    "LicenseAssignment.ReadWrite.All",
    "UserAuthMethod-TAP.ReadWrite.All",
    "UserAuthenticationMethod.ReadWrite.All",
    "MailboxSettings.ReadWrite",
    "AuditLog.Read.All",
    "Application.Read.All",
)


@pytest.fixture
async def client(sandbox):
    wish = {"name": "neighbours", "permissions": PERMISSIONS}
    app = sandbox.control("POST", "apps", wish)
    async with sdk_client(sandbox, app["clientId"], app["secret"]) as ready:
        yield ready


async def test_managers_are_set_read_expanded_and_taken_through_the_sdk(sandbox, client):
    user, manager = sandbox.user(), sandbox.user()
    one = client.users.by_user_id(user)
    await one.manager.ref.put(ReferenceUpdate(odata_id=ref(manager)))
    sandbox.settle()
    assert (await one.manager.get()).id == manager
    parameters = UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(expand=["manager"])
    wide = await one.get(RequestConfiguration(query_parameters=parameters))
    assert wide.manager.id == manager
    reports = await client.users.by_user_id(manager).direct_reports.get()
    assert [row.id for row in reports.value] == [user]
    assert isinstance(reports.value[0], User)
    await one.manager.ref.delete()
    sandbox.settle()
    with pytest.raises(ODataError) as caught:
        await one.manager.get()
    assert caught.value.response_status_code == 404


async def test_nested_groups_and_owners_work_through_the_sdk(sandbox, client):
    user, inner, outer = sandbox.user(), sandbox.group(), sandbox.group()
    await client.groups.by_group_id(inner).members.ref.post(ReferenceCreate(odata_id=ref(user)))
    group = client.groups.by_group_id(outer)
    await group.members.ref.post(ReferenceCreate(odata_id=ref(inner)))
    await group.owners.ref.post(ReferenceCreate(odata_id=ref(user)))
    sandbox.settle()
    (member,) = (await group.members.get()).value
    assert isinstance(member, Group)
    assert [row.id for row in (await group.owners.get()).value] == [user]
    found = await group.transitive_members.graph_user.get()
    assert [row.id for row in found.value] == [user]
    one = client.users.by_user_id(user)
    body = CheckMemberGroupsPostRequestBody(group_ids=[outer])
    assert (await one.check_member_groups.post(body)).value == [outer]
    body = GetMemberGroupsPostRequestBody(security_enabled_only=True)
    assert set((await one.get_member_groups.post(body)).value) == {inner, outer}
    body = GetByIdsPostRequestBody(ids=[user, outer], types=["user", "group"])
    rows = (await client.directory_objects.get_by_ids.post(body)).value
    assert [type(row) for row in rows] == [User, Group]


async def test_group_licences_are_asked_for_and_reprocessed_through_the_sdk(sandbox, client):
    user, group = sandbox.user(), sandbox.group()
    body = AssignLicensePostRequestBody(
        add_licenses=[AssignedLicense(sku_id=FACULTY, disabled_plans=[])], remove_licenses=[]
    )
    licensed = await client.groups.by_group_id(group).assign_license.post(body)
    assert licensed.id == group
    errors = await client.groups.by_group_id(group).members_with_license_errors.get()
    assert errors.value == []
    again = await client.users.by_user_id(user).reprocess_license_assignment.post()
    assert again.id == user


async def test_passes_and_mailboxes_work_through_the_sdk(sandbox, client):
    user = sandbox.user(mail="office@school.example")
    one = client.users.by_user_id(user)
    made = await one.authentication.temporary_access_pass_methods.post(
        TemporaryAccessPassAuthenticationMethod(lifetime_in_minutes=60, is_usable_once=True)
    )
    assert made.temporary_access_pass
    phone = PhoneAuthenticationMethod(
        phone_number="+44 7700900123", phone_type=AuthenticationPhoneType.Mobile
    )
    assert (await one.authentication.phone_methods.post(phone)).id
    sandbox.settle()
    methods = await one.authentication.methods.get()
    assert {type(row).__name__ for row in methods.value} == {
        "PasswordAuthenticationMethod",
        "PhoneAuthenticationMethod",
        "TemporaryAccessPassAuthenticationMethod",
    }
    with pytest.raises(ODataError) as caught:  # an empty tenant has no Entra ID P1
        await client.reports.authentication_methods.user_registration_details.get()
    assert "NonPremium" in caught.value.error.code
    replies = AutomaticRepliesSetting(
        status=AutomaticRepliesStatus.AlwaysEnabled, internal_reply_message="Gone"
    )
    changed = await one.mailbox_settings.patch(MailboxSettings(automatic_replies_setting=replies))
    assert changed.automatic_replies_setting.internal_reply_message == "Gone"
    read = await one.mailbox_settings.get()
    assert read.automatic_replies_setting.status == AutomaticRepliesStatus.AlwaysEnabled


async def test_units_audits_and_apps_are_read_through_the_sdk(sandbox, client):
    user = sandbox.user()
    made = await client.directory.administrative_units.post(
        AdministrativeUnit(display_name="North Park")
    )
    sandbox.settle()
    unit = client.directory.administrative_units.by_administrative_unit_id(made.id)
    await unit.members.ref.post(ReferenceCreate(odata_id=ref(user)))
    sandbox.settle()
    assert [row.id for row in (await unit.members.get()).value] == [user]
    assert (await unit.scoped_role_members.get()).value == []
    audits = await client.audit_logs.directory_audits.get()
    assert audits.value[0].activity_display_name == "Add member to administrative unit"
    assert audits.value[0].initiated_by.app.display_name == "neighbours"
    app_id = sandbox.settings["CLIENT_ID"]
    principal = await client.service_principals_with_app_id(app_id).get()
    one = client.service_principals.by_service_principal_id(principal.id)
    granted = await one.app_role_assignments.get()
    assert granted.value[0].principal_display_name == "graphsync"
    assert (await client.applications_with_app_id(app_id).get()).display_name == "graphsync"
