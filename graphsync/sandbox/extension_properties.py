"""Extension properties of applications: made, listed, taken away.

Graph docs: application-post-extensionproperty, application-list-extensionproperty,
application-delete-extensionproperty, directoryobject-getavailableextensionproperties.
"""

import re
from typing import Any
from uuid import uuid4

from graphsync.sandbox.applications import find_application
from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.extensions import PREFIX, TARGETS, TYPES
from graphsync.sandbox.presenting import context
from graphsync.sandbox.problems import (
    Refusal,
    bad_request,
    denied,
    invalid_value,
    not_found,
    required_value,
)
from graphsync.sandbox.schema import check_properties

_KIND = "extensionProperty"
_RESOURCE = "ExtensionProperty"
_REQUIRED = ("name", "dataType", "targetObjects")
_WRITES = frozenset({"Application.ReadWrite.All", "Directory.ReadWrite.All"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


def create_extension(call: Call) -> Answer:
    """201 and the property, whose name has the application's id in it."""
    app = _changeable(call)
    body = call.properties
    _check(body)
    name = f"{PREFIX}{app['appId'].replace('-', '')}_{body['name']}"
    if call.tenant.extensions.find(name) is not None:
        # Code and text as recorded by pnp/cli-microsoft365; 409 is the family's status.
        raise Refusal(
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            f"An extension property exists with the name {name}.",
        )
    row = {
        "id": str(uuid4()),
        "deletedDateTime": None,
        "appDisplayName": app["displayName"],
        "name": name,
        "dataType": body["dataType"],
        "isMultiValued": bool(body.get("isMultiValued")),
        "isSyncedFromOnPremises": False,
        "targetObjects": list(body["targetObjects"]),
    }
    call.tenant.extensions.add(row)
    return Answer(201, {"@odata.context": _context(app, single=True), **row})


def list_extensions(call: Call) -> Answer:
    """200 and the extension properties of the application."""
    app = find_application(call)
    return Answer(200, {"@odata.context": _context(app), "value": _rows_of(call, app)})


def get_extension(call: Call) -> Answer:
    """200 and the extension property with this id."""
    app, row = _found(call)
    return Answer(200, {"@odata.context": _context(app, single=True), **row})


def delete_extension(call: Call) -> Answer:
    """204; objects keep what they held, but nobody sees it any more."""
    _changeable(call)
    _, row = _found(call)
    call.tenant.extensions.remove(row["name"])
    return Answer(204)


def available_extensions(call: Call) -> Answer:
    """200 and all extension properties, or none where those of Active Directory are asked for."""
    body = call.properties if call.body is not None else {}
    synced = body.get("isSyncedFromOnPremises")
    if not isinstance(synced, bool | None):
        raise invalid_value("isSyncedFromOnPremises", "DirectoryObject")
    rows = [] if synced else call.tenant.extensions.rows()
    head = {"@odata.context": f"{GRAPH}/$metadata#Collection(microsoft.graph.{_KIND})"}
    return Answer(200, {**head, "value": rows})


def _check(body: dict[str, Any]) -> None:
    check_properties(body, _KIND, _RESOURCE)
    for name in _REQUIRED:
        if not body.get(name):
            raise required_value(name, _RESOURCE)
    if not _NAME.fullmatch(body["name"]):
        raise invalid_value("name", _RESOURCE)
    if body["dataType"] not in TYPES:
        raise invalid_value("dataType", _RESOURCE)
    if not TARGETS.issuperset(body["targetObjects"]):
        raise invalid_value("targetObjects", _RESOURCE)
    if body.keys() & {"id", "deletedDateTime", "appDisplayName", "isSyncedFromOnPremises"}:
        raise bad_request("A computed property of an extension property cannot be set.")


def _changeable(call: Call) -> dict[str, Any]:
    """Application.ReadWrite.OwnedBy is for an app's owners, and these apps have none."""
    if not call.roles & _WRITES:
        raise denied()
    return find_application(call)


def _found(call: Call) -> tuple[dict[str, Any], dict[str, Any]]:
    app = find_application(call)
    for row in _rows_of(call, app):
        if row["id"] == call.keys[1].lower():
            return app, row
    raise not_found(call.keys[1])


def _rows_of(call: Call, app: dict[str, Any]) -> list[dict[str, Any]]:
    start = f"{PREFIX}{app['appId'].replace('-', '')}_"
    return [row for row in call.tenant.extensions.rows() if row["name"].startswith(start)]


def _context(app: dict[str, Any], *, single: bool = False) -> str:
    return context(f"applications('{app['id']}')/extensionProperties", None, single=single)
