"""The tenant's own applications as Graph shows them: read only, as far as sign-in needs them.

Graph docs: application-list, -get; serviceprincipal-list, -get, -list-approleassignments. The
secrets and certificates themselves are never told.
"""

from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from graphsync.sandbox.app_roles import app_role_id
from graphsync.sandbox.apps import App
from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.listing import Candidate, fixed_source, list_answer
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import not_found
from graphsync.sandbox.tenant import Tenant

_GRAPH_APP = "00000003-0000-0000-c000-000000000000"
_Rows = Callable[[Tenant], list[dict[str, Any]]]


def list_applications(call: Call) -> Answer:
    """200 and a page of the registered applications."""
    return _listed(call, _applications, "application", "applications")


def get_application(call: Call) -> Answer:
    """200 and the application with this object id."""
    return _one(call, _applications, "application", "applications", "id")


def get_application_by_app_id(call: Call) -> Answer:
    """200 and the application with this appId, an alternate key (CSDL)."""
    return _one(call, _applications, "application", "applications", "appId")


def list_principals(call: Call) -> Answer:
    """200 and a page of the service principals, Microsoft Graph's among them."""
    return _listed(call, _principals, "servicePrincipal", "servicePrincipals")


def get_principal(call: Call) -> Answer:
    """200 and the service principal with this object id."""
    return _one(call, _principals, "servicePrincipal", "servicePrincipals", "id")


def get_principal_by_app_id(call: Call) -> Answer:
    """200 and the service principal with this appId, an alternate key (CSDL)."""
    return _one(call, _principals, "servicePrincipal", "servicePrincipals", "appId")


def list_app_role_assignments(call: Call) -> Answer:
    """200 and the application permissions that were granted to the service principal."""
    for app in call.tenant.apps.all():
        if app.object_id == call.keys[0].lower():
            rows = [_assignment(call.tenant, app, name) for name in app.permissions]
            path = f"{GRAPH}/$metadata#servicePrincipals('{app.object_id}')/appRoleAssignments"
            return Answer(200, {"@odata.context": path, "value": rows})
    raise not_found(call.keys[0])


def _listed(call: Call, rows: _Rows, kind: str, path: str) -> Answer:
    candidates = [
        Candidate(place, row["id"], row, kind)
        for place, row in enumerate(rows(call.tenant), start=1)
    ]
    return list_answer(call, fixed_source(candidates), kind, path)


def _one(call: Call, rows: _Rows, kind: str, path: str, key: str) -> Answer:
    select = call.query.select(kind)
    for row in rows(call.tenant):
        if row[key] == call.keys[0].lower():
            body = shape(kind, select)(row["id"], row)
            return Answer(200, {"@odata.context": context(path, select, single=True), **body})
    raise not_found(call.keys[0])


def _applications(tenant: Tenant) -> list[dict[str, Any]]:
    return [
        {
            "id": str(uuid5(NAMESPACE_URL, f"application:{app.client_id}")),
            "appId": app.client_id,
            "displayName": app.name,
            "createdDateTime": tenant.created,
            "publisherDomain": tenant.domains[0],
            "signInAudience": "AzureADMyOrg",
            "requiredResourceAccess": [_required(app)],
            "passwordCredentials": [_secret(tenant, app)],
            "keyCredentials": [
                {
                    "customKeyIdentifier": None,
                    "displayName": f"CN={app.name}",
                    "keyId": str(uuid5(NAMESPACE_URL, each)),
                    "type": "AsymmetricX509Cert",
                    "usage": "Verify",
                    "key": None,
                }
                for each in app.certificates
            ],
        }
        for app in tenant.apps.all()
    ]


def _principals(tenant: Tenant) -> list[dict[str, Any]]:
    own = [
        _principal(app.object_id, app.client_id, app.name, tenant.id) for app in tenant.apps.all()
    ]
    names = sorted({name for app in tenant.apps.all() for name in app.permissions})
    roles = [
        {
            "id": app_role_id(name),
            "value": name,
            "displayName": name,
            "description": name,
            "allowedMemberTypes": ["Application"],
            "isEnabled": True,
            "origin": "Application",
        }
        for name in names
    ]
    graph = _principal(_graph_principal(tenant), _GRAPH_APP, "Microsoft Graph", _MICROSOFT)
    return [*own, {**graph, "appRoles": roles}]


_MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"  # the tenant that owns Microsoft's own apps


def _principal(key: str, app_id: str, name: str, owner: str) -> dict[str, Any]:
    return {
        "id": key,
        "appId": app_id,
        "displayName": name,
        "appDisplayName": name,
        "accountEnabled": True,
        "appOwnerOrganizationId": owner,
        "servicePrincipalType": "Application",
        "servicePrincipalNames": [app_id],
        "signInAudience": "AzureADMyOrg",
    }


def _graph_principal(tenant: Tenant) -> str:
    return str(uuid5(NAMESPACE_URL, f"graph:{tenant.id}"))


def _required(app: App) -> dict[str, Any]:
    access = [{"id": app_role_id(name), "type": "Role"} for name in app.permissions]
    return {"resourceAppId": _GRAPH_APP, "resourceAccess": access}


def _secret(tenant: Tenant, app: App) -> dict[str, Any]:
    """A hint of three characters, as Graph gives it; the secret itself is never told again."""
    return {
        "displayName": "sandbox",
        "hint": app.secret[:3],
        "keyId": str(uuid5(NAMESPACE_URL, f"secret:{app.client_id}")),
        "secretText": None,
        "startDateTime": tenant.created,
        "endDateTime": app.secret_ends,
    }


def _assignment(tenant: Tenant, app: App, name: str) -> dict[str, Any]:
    return {
        "id": str(uuid5(NAMESPACE_URL, f"{app.object_id}:{name}")),
        "deletedDateTime": None,
        "appRoleId": app_role_id(name),
        "createdDateTime": tenant.created,
        "principalDisplayName": app.name,
        "principalId": app.object_id,
        "principalType": "ServicePrincipal",
        "resourceDisplayName": "Microsoft Graph",
        "resourceId": _graph_principal(tenant),
    }
