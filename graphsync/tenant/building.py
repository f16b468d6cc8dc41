"""Requests made with msgraph-sdk's typed builders and models. Imports the SDK: import it late.

The builders get an adapter that can only write JSON, so that nothing can leave through the SDK.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from uuid import UUID

from kiota_abstractions.request_adapter import RequestAdapter
from kiota_abstractions.request_information import RequestInformation
from kiota_abstractions.serialization import SerializationWriterFactory
from kiota_abstractions.store import InMemoryBackingStore
from kiota_serialization_json.json_serialization_writer_factory import (
    JsonSerializationWriterFactory,
)
from msgraph.generated.base_graph_service_client import BaseGraphServiceClient
from msgraph.generated.groups.item.assign_license.assign_license_post_request_body import (
    AssignLicensePostRequestBody as GroupLicencesBody,
)
from msgraph.generated.models.assigned_license import AssignedLicense
from msgraph.generated.models.group import Group
from msgraph.generated.models.on_premises_extension_attributes import OnPremisesExtensionAttributes
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.user import User
from msgraph.generated.users.item.assign_license.assign_license_post_request_body import (
    AssignLicensePostRequestBody,
)

from graphsync.changes import (
    AssignLicence,
    CreateGroup,
    CreateTeam,
    CreateUser,
    DisableUser,
    EnableUser,
    LicenseGroup,
    RemoveLicence,
    RevokeSessions,
    UpdateGroup,
    UpdateUser,
)
from graphsync.stamps import PROPERTY
from graphsync.tenant.answers import Request
from graphsync.tenant.credentials import TenantSettings
from graphsync.tenant.reading import nested_attribute
from policies.entra_passwords import FirstSignIn

# Properties of User that an update sends through the model; others go as additional data.
TYPED = {
    "displayName": "display_name",
    "givenName": "given_name",
    "surname": "surname",
    "userPrincipalName": "user_principal_name",
    "mailNickname": "mail_nickname",
    "department": "department",
    "companyName": "company_name",
    "jobTitle": "job_title",
    "employeeId": "employee_id",
    "employeeType": "employee_type",
    "usageLocation": "usage_location",
    "ageGroup": "age_group",
    "consentProvidedForMinor": "consent_provided_for_minor",
}


class _Kept(InMemoryBackingStore[Any]):
    """Keeps a model's values and no history of them.

    The SDK's own store notes what changes, which takes a third of the time of a whole body; ours
    are built once and sent.
    """

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        """The value under this key, None where there is none."""
        return self._values.get(key)

    def set(self, key: str, value: Any) -> None:
        """Keep a value."""
        self._values[key] = value


async def _refuse(*_: Any, **__: Any) -> Any:
    raise NotImplementedError("requests leave through the tenant door")


class _WritesJson(RequestAdapter):
    """An adapter that serialises and refuses to send."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._factory = JsonSerializationWriterFactory()

    def get_serialization_writer_factory(self) -> SerializationWriterFactory:
        return self._factory

    send_async: Any = _refuse
    send_collection_async: Any = _refuse
    send_collection_of_primitive_async: Any = _refuse
    send_primitive_async: Any = _refuse
    send_no_response_content_async: Any = _refuse
    convert_to_native_async: Any = _refuse

    def enable_backing_store(self, _: Any) -> None:
        """Called by the client's constructor; bodies are built afresh, nothing is tracked."""


@contextmanager
def _without_warnings() -> Iterator[None]:
    """For builders, which the SDK imports when first asked: they warn of its own old classes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


@lru_cache(maxsize=8)
def _client(base_url: str) -> BaseGraphServiceClient:
    client = BaseGraphServiceClient(_WritesJson(base_url))
    with _without_warnings():
        user = client.users.by_user_id("-")
        _ = user.assign_license, user.revoke_sign_in_sessions
        group = client.groups.by_group_id("-")
        _ = group.members.by_directory_object_id("-").ref, group.assign_license
        _ = client.groups_with_unique_name("-")
    return client


def _graph(settings: TenantSettings) -> BaseGraphServiceClient:
    return _client(settings.graph_url.rstrip("/"))


def _taken(
    settings: TenantSettings, built: RequestInformation, *headers: tuple[str, str]
) -> Request:
    """The request that the SDK built, its url made relative."""
    base = settings.graph_url.rstrip("/")
    built.path_parameters["baseurl"] = base
    method = built.http_method.value if built.http_method else "GET"
    return Request(method, built.url.removeprefix(base), headers, built.content)


def create_user(settings: TenantSettings, change: CreateUser, password: str) -> Request:
    """POST /users, with the first password and whether it must be changed or may expire."""
    user = User(
        backing_store=_Kept(),
        account_enabled=True,
        user_principal_name=change.user_principal_name,
        mail_nickname=change.mail_nickname,
        display_name=change.display_name,
        given_name=change.given_name,
        surname=change.surname,
        employee_type=change.employee_type,
        company_name=change.company_name,
        department=change.department,
        usage_location=change.usage_location,
        password_policies=str(change.expiry),
        password_profile=PasswordProfile(
            backing_store=_Kept(),
            password=password,
            force_change_password_next_sign_in=change.first_sign_in is FirstSignIn.CHANGE,
        ),
    )
    for name, value in {settings.stamp: change.stamp, **change.claims}.items():
        _set(user, name, value)
    return _taken(settings, _graph(settings).users.to_post_request_information(user))


def change_user(
    settings: TenantSettings,
    change: UpdateUser | EnableUser | DisableUser | RevokeSessions,
    account: str,
) -> Request:
    """PATCH /users/{id} with nothing but what changes, or POST …/revokeSignInSessions."""
    place = _graph(settings).users.by_user_id(account)
    match change:
        case RevokeSessions():
            return _taken(settings, place.revoke_sign_in_sessions.to_post_request_information())
        case UpdateUser():
            user = User()
            for name, value in change.new.items():
                _set(user, settings.stamp if name == PROPERTY else name, value)
        case _:
            user = User(account_enabled=isinstance(change, EnableUser))
    return _taken(settings, place.to_patch_request_information(user))


def _set(user: User, name: str, value: str | None) -> None:
    """One property by its Graph name; null has to go through additional data, or is not sent."""
    if nested_attribute(name):
        nested = user.on_premises_extension_attributes or OnPremisesExtensionAttributes()
        nested.additional_data[name] = value
        user.on_premises_extension_attributes = nested
    elif value is not None and name in TYPED:
        setattr(user, TYPED[name], value)
    else:
        user.additional_data[name] = value


def change_licence(
    settings: TenantSettings, change: AssignLicence | RemoveLicence, account: str
) -> Request:
    """POST /users/{id}/assignLicense; Graph wants both lists."""
    sku = UUID(change.sku_id)
    match change:
        case AssignLicence():
            plans = [UUID(plan) for plan in change.disabled_plans]
            added = [AssignedLicense(sku_id=sku, disabled_plans=plans)]
            body = AssignLicensePostRequestBody(add_licenses=added, remove_licenses=[])
        case RemoveLicence():
            body = AssignLicensePostRequestBody(add_licenses=[], remove_licenses=[sku])
    place = _graph(settings).users.by_user_id(account).assign_license
    return _taken(settings, place.to_post_request_information(body))


def license_group(settings: TenantSettings, change: LicenseGroup, group_id: str) -> Request:
    """POST /groups/{id}/assignLicense, answered 202: Entra gives it to the members later."""
    plans = [UUID(plan) for plan in change.disabled_plans]
    added = [AssignedLicense(sku_id=UUID(change.sku_id), disabled_plans=plans)]
    body = GroupLicencesBody(add_licenses=added, remove_licenses=[])
    place = _graph(settings).groups.by_group_id(group_id).assign_license
    return _taken(settings, place.to_post_request_information(body))


def create_group(settings: TenantSettings, change: CreateGroup) -> Request:
    """PATCH /groups(uniqueName='…'), created if missing: asked twice, made once."""
    group = Group(
        display_name=change.display_name,
        mail_nickname=change.mail_nickname,
        mail_enabled=change.owners is not None,
        security_enabled=True,
        group_types=[] if change.owners is None else ["Unified"],
    )
    if change.owners is not None:
        base = settings.graph_url.rstrip("/")
        owners = [f"{base}/users/{owner}" for owner in change.owners]
        group.visibility = "Private"  # a Microsoft 365 group is public unless it says otherwise
        group.additional_data = {"owners@odata.bind": owners}
    name = change.group.replace("'", "''")
    built = _graph(settings).groups_with_unique_name(name).to_patch_request_information(group)
    return _taken(settings, built, ("Prefer", "create-if-missing"))


def create_team(settings: TenantSettings, change: CreateTeam) -> Request:
    """PUT /groups/{id}/team, with everything as the tenant's Teams policies have it."""
    with _without_warnings():  # few schools have Teams: its builder is imported for those alone
        from msgraph.generated.models.team import Team

        place = _graph(settings).groups.by_group_id(change.group_id).team
    return _taken(settings, place.to_put_request_information(Team()))


def rename_group(settings: TenantSettings, change: UpdateGroup) -> Request:
    """PATCH /groups/{id} with its new name."""
    place = _graph(settings).groups.by_group_id(change.group_id)
    group = Group(display_name=change.display_name)
    return _taken(settings, place.to_patch_request_information(group))


def bind_members(settings: TenantSettings, group_id: str, members: Sequence[str]) -> Request:
    """PATCH /groups/{id} that adds up to twenty members, all or none."""
    base = settings.graph_url.rstrip("/")
    links = [f"{base}/directoryObjects/{member}" for member in members]
    group = Group(additional_data={"members@odata.bind": links})
    place = _graph(settings).groups.by_group_id(group_id)
    return _taken(settings, place.to_patch_request_information(group))


def remove_member(settings: TenantSettings, group_id: str, member: str) -> Request:
    """DELETE /groups/{id}/members/{id}/$ref."""
    members = _graph(settings).groups.by_group_id(group_id).members
    place = members.by_directory_object_id(member).ref
    return _taken(settings, place.to_delete_request_information())
