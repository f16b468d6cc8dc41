"""The tenant's own applications as Graph shows them: read only, as far as sign-in needs them.

Graph docs: application-list, -get; serviceprincipal-list, -get. The secrets and certificates
themselves are never told.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from uuid import NAMESPACE_URL, uuid5

from graphsync.sandbox.app_role_assignments import principal_of
from graphsync.sandbox.app_roles import APIS, GRAPH, Api, app_role_id
from graphsync.sandbox.apps import App
from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.listing import MIXED, Candidate, fixed_source, list_answer
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import not_found
from graphsync.sandbox.registrations import PUBLIC, SPA, WEB
from graphsync.sandbox.scopes import EXPOSED
from graphsync.sandbox.tenant import Tenant

_BY_APP_ID = re.compile(r"applications\(\s*appid\s*=", re.IGNORECASE)
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


def find_application(call: Call) -> dict[str, Any]:
    """The application with the object id, or the appId, that the path names; 404 for none."""
    key = call.keys[0].lower()
    name = "appId" if _BY_APP_ID.search(unquote(call.here)) else "id"
    for row in _applications(call.tenant):
        if row[name] == key:
            return row
    raise not_found(call.keys[0])


def list_principals(call: Call) -> Answer:
    """200 and a page of the service principals, those of Microsoft's APIs among them."""
    return _listed(call, _principals, "servicePrincipal", "servicePrincipals")


def get_principal(call: Call) -> Answer:
    """200 and the service principal with this object id."""
    return _one(call, _principals, "servicePrincipal", "servicePrincipals", "id")


def get_principal_by_app_id(call: Call) -> Answer:
    """200 and the service principal with this appId, an alternate key (CSDL)."""
    return _one(call, _principals, "servicePrincipal", "servicePrincipals", "appId")


def list_application_owners(call: Call) -> Answer:
    """200 and nobody: the apps were registered by hand, and no owner was named."""
    return _owners(call, _applications)


def list_principal_owners(call: Call) -> Answer:
    """200 and nobody, as for the application."""
    return _owners(call, _principals)


def _owners(call: Call, rows: _Rows) -> Answer:
    if all(row["id"] != call.keys[0].lower() for row in rows(call.tenant)):
        raise not_found(call.keys[0])
    return list_answer(call, fixed_source(()), MIXED, "directoryObjects")


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
            "requiredResourceAccess": [_required(app, api) for api in _asked(app)],
            "appRoles": _role_rows(app),
            "identifierUris": [f"api://{app.client_id}"],
            "isFallbackPublicClient": False,
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
            **_platforms(app),
        }
        for app in tenant.apps.all()
    ]


def _principals(tenant: Tenant) -> list[dict[str, Any]]:
    own = [_own_principal(tenant, app) for app in tenant.apps.all()]
    return [*own, *(_of_microsoft(tenant, api) for api in APIS)]


def _of_microsoft(tenant: Tenant, api: Api) -> dict[str, Any]:
    """The roles are those that apps of the tenant hold, not all there are."""
    names = sorted({name for app in tenant.apps.all() for name in api.roles(app.permissions)})
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
    plain = _principal(principal_of(tenant, api), api.app_id, api.name, _MICROSOFT)
    return {**plain, "appRoles": roles}


def _own_principal(tenant: Tenant, app: App) -> dict[str, Any]:
    return {
        **_principal(app.object_id, app.client_id, app.name, tenant.id),
        "appRoleAssignmentRequired": app.sign_in.assignment_required,
        "appRoles": _role_rows(app),
        "oauth2PermissionScopes": [_exposed(app)],
        "replyUrls": [each.uri for each in app.sign_in.redirects],
        "servicePrincipalNames": [app.client_id, f"api://{app.client_id}"],
    }


def _role_rows(app: App) -> list[dict[str, Any]]:
    return [
        {
            "id": role.id,
            "value": role.value,
            "displayName": role.display_name,
            "description": role.display_name,
            "allowedMemberTypes": ["User"],
            "isEnabled": True,
            "origin": "Application",
        }
        for role in app.sign_in.roles
    ]


def _platforms(app: App) -> dict[str, Any]:
    """Redirect URIs by platform, and the API that each app has."""

    def uris(platform: str) -> list[str]:
        return [each.uri for each in app.sign_in.redirects if each.platform == platform]

    implicit = {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": False}
    return {
        "api": {"oauth2PermissionScopes": [_exposed(app)], "requestedAccessTokenVersion": 2},
        "publicClient": {"redirectUris": uris(PUBLIC)},
        "spa": {"redirectUris": uris(SPA)},
        "web": {"implicitGrantSettings": implicit, "redirectUris": uris(WEB)},
    }


def _exposed(app: App) -> dict[str, Any]:
    return {
        "id": str(uuid5(NAMESPACE_URL, f"{app.client_id}:{EXPOSED}")),
        "value": EXPOSED,
        "type": "User",
        "isEnabled": True,
        "adminConsentDisplayName": f"Access {app.name}",
        "adminConsentDescription": f"Access {app.name} in the name of the person signed in.",
        "userConsentDisplayName": None,
        "userConsentDescription": None,
    }


_MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"  # the tenant that owns Microsoft's own apps


def _principal(key: str, app_id: str, name: str, owner: str) -> dict[str, Any]:
    return {
        "id": key,
        "appId": app_id,
        "displayName": name,
        "appDisplayName": name,
        "accountEnabled": True,
        "appRoleAssignmentRequired": False,
        "appOwnerOrganizationId": owner,
        "servicePrincipalType": "Application",
        "servicePrincipalNames": [app_id],
        "signInAudience": "AzureADMyOrg",
    }


def _asked(app: App) -> list[Api]:
    """Graph, and what else the app asks permissions of."""
    return [api for api in APIS if api is GRAPH or api.roles(app.permissions)]


def _required(app: App, api: Api) -> dict[str, Any]:
    access = [{"id": app_role_id(name), "type": "Role"} for name in api.roles(app.permissions)]
    return {"resourceAppId": api.app_id, "resourceAccess": access}


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
