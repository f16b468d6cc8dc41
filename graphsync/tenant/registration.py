"""The product's own app as the tenant knows it: what was granted to it, and when its secrets end.

Graph docs: serviceprincipal-list-approleassignments, serviceprincipal-get, application-get. An app
may read this only with Application.Read.All (or broader); its token is opaque and never read.
"""

from datetime import datetime

from msgspec import Struct

from graphsync.tenant.answers import Answer
from graphsync.tenant.delta import demanded
from graphsync.tenant.door import Door
from graphsync.tenant.memberships import members_of

GRAPH_APP = "00000003-0000-0000-c000-000000000000"  # Microsoft Graph, in every tenant
MANAGEMENT_APP = "c5393580-f805-4401-95e8-94b7a6ef2fc2"  # Office 365 Management APIs, likewise
HINT_LETTERS = 3  # Graph docs: passwordCredential, "hint" is the secret's first three characters


class Grants(Struct, frozen=True):
    """Application permissions of Graph and of the Management APIs by name, others as a number."""

    names: frozenset[str]
    of_other_apis: int


class _Id(Struct, frozen=True):
    id: str


class _Role(Struct, frozen=True):
    id: str
    value: str | None = None


class _Principal(Struct, frozen=True, rename="camel"):
    id: str
    app_roles: tuple[_Role, ...] = ()


class _Assignment(Struct, frozen=True, rename="camel"):
    app_role_id: str
    resource_id: str


class _Assignments(Struct, frozen=True):
    value: tuple[_Assignment, ...]


class _Holder(Struct, frozen=True, rename="camel"):
    principal_id: str
    principal_type: str = ""


class _Holders(Struct, frozen=True):
    value: tuple[_Holder, ...]


class _Secret(Struct, frozen=True, rename="camel"):
    end_date_time: datetime | None = None
    hint: str | None = None


class _Application(Struct, frozen=True, rename="camel"):
    password_credentials: tuple[_Secret, ...] = ()


async def granted(door: Door, client_id: str) -> Grants:
    """What an administrator consented to for this app.

    Raises PermissionMissing when the app may not see it, TenantUnreachable otherwise.
    """
    own = await _demanded(door, f"/servicePrincipals(appId='{client_id}')?$select=id")
    principal = own.json(_Id).id
    apis = [await _api(door, app_id) for app_id in (GRAPH_APP, MANAGEMENT_APP)]
    known = {one.id for one in apis if one is not None}
    roles = [role for one in apis if one is not None for role in one.app_roles]
    names = {role.id: role.value or role.id for role in roles}
    found, others = set(), 0
    async for page in door.pages(f"/servicePrincipals/{principal}/appRoleAssignments"):
        for one in demanded(page, "/servicePrincipals").json(_Assignments).value:
            if one.resource_id in known:
                found.add(names.get(one.app_role_id, one.app_role_id))
            else:
                others += 1
    return Grants(frozenset(found), others)


async def _api(door: Door, app_id: str) -> _Principal | None:
    """An API with the permissions it knows; None in a tenant that has nothing to do with it."""
    path = f"/servicePrincipals(appId='{app_id}')?$select=id,appRoles"
    answer = await door.get(path)
    return None if answer.status == 404 else demanded(answer, path).json(_Principal)


async def holds_app_role(door: Door, client_id: str, account: str) -> bool:
    """Whether this account was given a role of our own app, itself or through a group.

    Graph docs: serviceprincipal-list-approleassignedto. Raises as `granted`.
    """
    own = await _demanded(door, f"/servicePrincipals(appId='{client_id}')?$select=id")
    holders: list[_Holder] = []
    async for page in door.pages(f"/servicePrincipals/{own.json(_Id).id}/appRoleAssignedTo"):
        holders += demanded(page, "/servicePrincipals").json(_Holders).value
    if account in {one.principal_id for one in holders}:
        return True
    groups = sorted({one.principal_id for one in holders if one.principal_type == "Group"})
    return any(account in members for members in (await members_of(door, groups)).values())


async def secret_ends(door: Door, client_id: str, secret: str) -> datetime | None:
    """When this client secret ends; None where the tenant does not say.

    Of several secrets it is the one whose hint the secret begins with; of several such, the last
    to end. Raises as `granted`.
    """
    path = f"/applications(appId='{client_id}')?$select=passwordCredentials"
    kept = (await _demanded(door, path)).json(_Application).password_credentials
    ours = [one for one in kept if not one.hint or one.hint == secret[:HINT_LETTERS]]
    ends = [one.end_date_time for one in ours if one.end_date_time is not None]
    return max(ends, default=None)


async def _demanded(door: Door, path: str) -> Answer:
    return demanded(await door.get(path), path)
