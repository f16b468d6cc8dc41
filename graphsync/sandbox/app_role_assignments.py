"""App role assignments as Graph shows them: permissions of apps, roles of people and groups.

Graph docs: serviceprincipal-list-approleassignments, serviceprincipal-list-approleassignedto,
user-list-approleassignments, group-list-approleassignments. They are given by hand (see
``app_wishes``); Graph only reads them here.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from graphsync.sandbox.app_roles import APIS, GRAPH, Api, app_role_id
from graphsync.sandbox.apps import App
from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.listing import Candidate, fixed_source, list_answer
from graphsync.sandbox.lookups import find_group, find_user
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.problems import not_found
from graphsync.sandbox.tenant import Tenant

_KIND = "appRoleAssignment"


def list_granted(call: Call) -> Answer:
    """200 and the application permissions that were granted to the service principal."""
    if _api_of(call) is not None:
        return _listed(call, (), "servicePrincipals", call.keys[0], "appRoleAssignments")
    app = _app(call)
    rows = [
        _permission(call.tenant, app, api, name)
        for api in APIS
        for name in api.roles(app.permissions)
    ]
    return _listed(call, rows, "servicePrincipals", app.object_id, "appRoleAssignments")


def list_assigned_to(call: Call) -> Answer:
    """200 and who holds roles of the service principal: people, groups, or apps for Microsoft's."""
    tenant = call.tenant
    if (api := _api_of(call)) is not None:
        rows = [
            _permission(tenant, app, api, name)
            for app in tenant.apps.all()
            for name in api.roles(app.permissions)
        ]
    else:
        rows = list(_of_app(tenant, _app(call)))
    return _listed(call, rows, "servicePrincipals", call.keys[0].lower(), "appRoleAssignedTo")


def list_user_roles(call: Call) -> Answer:
    """200 and the app roles of the user, those that come by groups included."""
    user = find_user(call, call.keys[0])
    held = {user.id, *_groups_of(call.tenant, user)}
    return _listed(call, _of(call.tenant, held), "users", user.id, "appRoleAssignments")


def list_group_roles(call: Call) -> Answer:
    """200 and the app roles of the group."""
    group = find_group(call, call.keys[0])
    return _listed(call, _of(call.tenant, {group.id}), "groups", group.id, "appRoleAssignments")


def principal_of(tenant: Tenant, api: Api) -> str:
    """The object id of the service principal that one of Microsoft's APIs has in the tenant."""
    name = "graph" if api is GRAPH else api.app_id
    return str(uuid5(NAMESPACE_URL, f"{name}:{tenant.id}"))


def _api_of(call: Call) -> Api | None:
    key = call.keys[0].lower()
    return next((api for api in APIS if principal_of(call.tenant, api) == key), None)


def _listed(
    call: Call, rows: Iterable[dict[str, Any]], collection: str, key: str, name: str
) -> Answer:
    candidates = [
        Candidate(place, row["id"], row, _KIND) for place, row in enumerate(rows, start=1)
    ]
    return list_answer(call, fixed_source(candidates), _KIND, f"{collection}('{key}')/{name}")


def _app(call: Call) -> App:
    for app in call.tenant.apps.all():
        if app.object_id == call.keys[0].lower():
            return app
    raise not_found(call.keys[0])


def _groups_of(tenant: Tenant, user: Entry) -> Iterator[str]:
    for app in tenant.apps.all():
        for each in app.sign_in.assignments:
            link = tenant.directory.members.get(each.principal_id, {}).get(user.id)
            if link is not None and link.present:
                yield each.principal_id


def _of(tenant: Tenant, principals: set[str]) -> list[dict[str, Any]]:
    return [
        row
        for app in tenant.apps.all()
        for row in _of_app(tenant, app)
        if row["principalId"] in principals
    ]


def _of_app(tenant: Tenant, app: App) -> Iterator[dict[str, Any]]:
    for each in app.sign_in.assignments:
        principal = tenant.directory.entries.get(each.principal_id)
        if principal is not None and principal.active:
            yield {
                "id": each.id,
                "deletedDateTime": None,
                "appRoleId": each.role_id,
                "createdDateTime": each.created,
                "principalDisplayName": principal.current.properties["displayName"],
                "principalId": principal.id,
                "principalType": "User" if principal.kind == "user" else "Group",
                "resourceDisplayName": app.name,
                "resourceId": app.object_id,
            }


def _permission(tenant: Tenant, app: App, api: Api, name: str) -> dict[str, Any]:
    return {
        "id": str(uuid5(NAMESPACE_URL, f"{app.object_id}:{name}")),
        "deletedDateTime": None,
        "appRoleId": app_role_id(name),
        "createdDateTime": tenant.created,
        "principalDisplayName": app.name,
        "principalId": app.object_id,
        "principalType": "ServicePrincipal",
        "resourceDisplayName": api.name,
        "resourceId": principal_of(tenant, api),
    }
