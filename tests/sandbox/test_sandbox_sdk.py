"""The real msgraph-sdk against the sandbox, over TLS."""

import warnings

import pytest
from running_sandbox import FACULTY, a_user, ref
from sdk_clients import sdk_client

with warnings.catch_warnings():  # kiota_abstractions warns of its own deprecated class
    warnings.simplefilter("ignore", DeprecationWarning)
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.models.assigned_license import AssignedLicense
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.password_profile import PasswordProfile
    from msgraph.generated.models.reference_create import ReferenceCreate
    from msgraph.generated.models.user import User
    from msgraph.generated.users.item.assign_license.assign_license_post_request_body import (
        AssignLicensePostRequestBody,
    )
    from msgraph.generated.users.users_request_builder import UsersRequestBuilder

# Its builders warn when they are first imported, deep inside a call.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
async def client(sandbox):
    settings = sandbox.settings
    async with sdk_client(sandbox, settings["CLIENT_ID"], settings["CLIENT_SECRET"]) as ready:
        yield ready


def an_sdk_user():
    sent = a_user()
    return User(
        account_enabled=True,
        display_name=sent["displayName"],
        mail_nickname=sent["mailNickname"],
        user_principal_name=sent["userPrincipalName"],
        usage_location="GB",
        password_profile=PasswordProfile(password="Orange-Kite-42"),
    )


async def test_a_user_lives_through_the_sdk(sandbox, client):
    made = await client.users.post(an_sdk_user())
    sandbox.settle()
    one = client.users.by_user_id(made.id)
    await one.patch(User(department="7B", additional_data={"jobTitle": None}))
    body = AssignLicensePostRequestBody(
        add_licenses=[AssignedLicense(sku_id=FACULTY, disabled_plans=[])], remove_licenses=[]
    )
    licensed = await one.assign_license.post(body)
    assert licensed.id == made.id
    assert (await one.revoke_sign_in_sessions.post()).value is True
    group = sandbox.group()
    await client.groups.by_group_id(group).members.ref.post(ReferenceCreate(odata_id=ref(made.id)))
    sandbox.settle()
    members = await client.groups.by_group_id(group).members.graph_user.get()
    assert [member.id for member in members.value] == [made.id]
    await one.delete()
    sandbox.settle()
    deleted = await client.directory.deleted_items.graph_user.get()
    assert made.id in {row.id for row in deleted.value}
    restored = await client.directory.deleted_items.by_directory_object_id(made.id).restore.post()
    assert restored.id == made.id


async def test_the_sdk_lists_and_follows_a_delta(sandbox, client):
    parameters = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        select=["id", "displayName"], top=5
    )
    page = await client.users.get(RequestConfiguration(query_parameters=parameters))
    assert page.value[0].id
    delta = await client.users.delta.get()
    while delta.odata_next_link:
        delta = await client.users.delta.with_url(delta.odata_next_link).get()
    made = await client.users.post(an_sdk_user())
    sandbox.settle()
    seen = set()
    link = delta.odata_delta_link
    while link:
        delta = await client.users.delta.with_url(link).get()
        seen |= {row.id for row in delta.value}
        link = delta.odata_next_link
    assert made.id in seen


async def test_the_sdk_reads_a_conflict_out_of_the_details(client):
    user = an_sdk_user()
    await client.users.post(user)
    with pytest.raises(ODataError) as caught:
        await client.users.post(user)
    error = caught.value
    assert error.response_status_code == 400
    assert error.error.details[0].code == "ObjectConflict"
    assert error.error.inner_error.request_id


async def test_the_sdk_renews_its_token_on_a_claims_challenge(sandbox, client):
    sandbox.control("POST", "faults", {"kind": "claims", "path": "/organization"})
    found = await client.organization.get()
    sandbox.control("DELETE", "faults")
    assert found.value[0].id == sandbox.tenant
