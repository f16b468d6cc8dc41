"""Directory extensions across restarts, with many values, and through the real SDK."""

import warnings

import pytest
from running_sandbox import refused
from sdk_clients import sdk_client

with warnings.catch_warnings():  # kiota_abstractions warns of its own deprecated class
    warnings.simplefilter("ignore", DeprecationWarning)
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.models.user import User
    from msgraph.generated.users.users_request_builder import UsersRequestBuilder

# Its builders warn when they are first imported, deep inside a call.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def registered(sandbox, name, token=None, **changes):
    """The full name of a new extension property of users."""
    token = token or sandbox.app_with("Application.ReadWrite.All")
    app = sandbox.get("/applications?$filter=displayName eq 'graphsync'", token=token).json()
    body = {"name": name, "dataType": "String", "targetObjects": ["User"], **changes}
    path = f"/applications/{app['value'][0]['id']}/extensionProperties"
    answer = sandbox.post(path, body, token=token)
    assert answer.status_code == 201, answer.text
    return answer.json()["name"]


def test_an_extension_and_its_values_outlive_a_restart(start_sandbox):
    before = start_sandbox()
    name = registered(before, "misId")
    key = before.user(**{name: "pb:5523"})
    before.stop()
    after = start_sandbox()
    assert after.get(f"/users/{key}?$select={name}").json()[name] == "pb:5523"
    assert after.patch(f"/users/{key}", {name: "pb:5524"}).status_code == 204


def test_an_extension_of_many_values_takes_a_list_and_nothing_else(sandbox):
    name = registered(sandbox, "classes", isMultiValued=True)
    key = sandbox.user(**{name: ["7B", "7C"]})
    assert sandbox.get(f"/users/{key}?$select={name}").json()[name] == ["7B", "7C"]
    refused(sandbox.patch(f"/users/{key}", {name: "7B"}), 400, "Request_BadRequest", name)


def test_an_object_holds_a_hundred_values_at_most(sandbox):
    token = sandbox.app_with("Application.ReadWrite.All")
    names = [registered(sandbox, f"value{number}", token) for number in range(101)]
    key = sandbox.user(**dict.fromkeys(names[:100], "x"))
    refused(sandbox.patch(f"/users/{key}", {names[100]: "x"}), 403, "Directory_QuotaExceeded")
    swap = {names[0]: None, names[100]: "x"}
    assert sandbox.patch(f"/users/{key}", swap).status_code == 204


async def test_the_sdk_writes_and_finds_a_person_by_an_extension(sandbox):
    name = registered(sandbox, "personKey")
    key = sandbox.user()
    asked = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        filter=f"{name} eq 'pb:5523'", select=["id", name]
    )
    settings = sandbox.settings
    async with sdk_client(sandbox, settings["CLIENT_ID"], settings["CLIENT_SECRET"]) as client:
        await client.users.by_user_id(key).patch(User(additional_data={name: "pb:5523"}))
        sandbox.settle()
        found = await client.users.get(RequestConfiguration(query_parameters=asked))
    assert [(user.id, user.additional_data[name]) for user in found.value] == [(key, "pb:5523")]
