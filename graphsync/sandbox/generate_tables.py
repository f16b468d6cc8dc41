"""Makes ``data/schema.json`` and ``data/permissions.json`` from Microsoft's MIT-licensed sources.

    python -m graphsync.sandbox.generate_tables v1.0-Prod.csdl permissions.json

The first is msgraph-metadata ``schemas/v1.0-Prod.csdl``, the second msgraph-devx-content
``permissions/new/permissions.json``. Only what the sandbox speaks is kept.
"""

import json
import sys
from pathlib import Path
from typing import Any

from lxml import etree

from graphsync.sandbox.operations import OPERATIONS

DATA = Path(__file__).parent / "data"
_EDM = {"e": "http://docs.oasis-open.org/odata/ns/edm"}
_ROOT_TYPES = (
    "user",
    "group",
    "subscribedSku",
    "organization",
    "domain",
    "directoryRole",
    "unifiedRoleAssignment",
    "unifiedRoleDefinition",
    "licenseDetails",
    "message",
    "administrativeUnit",
    "scopedRoleMembership",
    "directoryAudit",
    "application",
    "extensionProperty",
    "servicePrincipal",
    "appRoleAssignment",
    "temporaryAccessPassAuthenticationMethod",
    "passwordAuthenticationMethod",
    "phoneAuthenticationMethod",
    "userRegistrationDetails",
)

# Rows the map lacks, from the permission tables of the pages named (Application column).
_FROM_PAGES: dict[str, tuple[str, ...]] = {
    # group-post-members
    "POST /groups/{id}/members": (
        "GroupMember.ReadWrite.All",
        "Group.ReadWrite.All",
        "Directory.ReadWrite.All",
    ),
    # group-list-memberswithlicenseerrors
    "GET /groups/{id}/memberswithlicenseerrors": (
        "GroupMember.Read.All",
        "Group.Read.All",
        "Group.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ),
    # directory-deleteditems-list: the type segment decides
    "GET /directory/deleteditems/graph.user": (
        "User.Read.All",
        "User.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ),
    "GET /directory/deleteditems/graph.administrativeunit": (
        "AdministrativeUnit.Read.All",
        "AdministrativeUnit.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ),
    # administrativeunit-post-members: Group.Create and its like are for new groups only
    "POST /directory/administrativeunits/{id}/members/$ref": ("AdministrativeUnit.ReadWrite.All",),
    "GET /directory/deleteditems/graph.group": (
        "Group.Read.All",
        "Group.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ),
    # directory-deleteditems-get: the type of the item decides further
    "GET /directory/deleteditems/{id}": (
        "User.Read.All",
        "User.ReadWrite.All",
        "Group.Read.All",
        "Group.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ),
    # directory-deleteditems-restore, the rows for groups and units
    "POST /directory/deleteditems/{id}/restore": (
        "AdministrativeUnit.ReadWrite.All",
        "Group.ReadWrite.All",
    ),
    # directory-deleteditems-delete: Application "Not supported" for users and groups
    "DELETE /directory/deleteditems/{id}": (),
}


def schema_tables(csdl: Path) -> dict[str, Any]:
    """Property types of the types we speak and all they are made of; enum members; entity sets."""
    (schema,) = etree.parse(str(csdl)).iterfind(".//e:Schema[@Namespace='microsoft.graph']", _EDM)
    named: dict[str, Any] = {str(element.get("Name")): element for element in schema}
    types: dict[str, Any] = {}
    enums: dict[str, list[str]] = {}
    waiting = list(_ROOT_TYPES)
    while waiting:
        name = waiting.pop()
        element = named[name]
        if name in types or name in enums:
            continue
        if etree.QName(element).localname == "EnumType":
            enums[name] = [str(m.get("Name")) for m in element.iterfind("e:Member", _EDM)]
            continue
        types[name] = _type_row(named, name)
        waiting += [_inner(t) for t in types[name]["properties"].values() if "graph." in t]
    container = next(e for e in schema if etree.QName(e).localname == "EntityContainer")
    roots = sorted(str(e.get("Name")).lower() for e in container if e.get("Name"))
    return {"types": types, "enums": enums, "roots": roots}


def _type_row(named: dict[str, Any], name: str) -> dict[str, Any]:
    properties: dict[str, str] = {}
    links: list[str] = []
    chain: list[Any] = []
    at: str | None = name
    while at is not None:
        chain.append(named[at])
        base = named[at].get("BaseType")
        at = _inner(base) if base else None
    for element in reversed(chain):
        for each in element.iterfind("e:Property", _EDM):
            required = "!" if each.get("Nullable") == "false" else ""
            properties[each.get("Name")] = _plain(each.get("Type")) + required
        links += [each.get("Name") for each in element.iterfind("e:NavigationProperty", _EDM)]
    return {"properties": properties, "links": links}


def _plain(type_name: str) -> str:
    return type_name.replace("Edm.", "").replace("microsoft.graph.", "graph.")


def _inner(type_name: str) -> str:
    bare = type_name.removesuffix("!").removeprefix("Collection(").removesuffix(")")
    return bare.rsplit("graph.", maxsplit=1)[-1]


def permission_table(source: Path) -> dict[str, list[str]]:
    """For each operation the application permissions any one of which allows it."""
    wanted = {operation.row for operation in OPERATIONS}
    table: dict[str, set[str]] = {row: set(_FROM_PAGES.get(row, ())) for row in wanted}
    for name, permission in json.loads(source.read_text("utf-8"))["permissions"].items():
        for paths in permission["pathSets"]:
            if "Application" not in paths["schemeKeys"]:
                continue
            for method in paths["methods"]:
                for path in paths["paths"]:
                    row = f"{method} {path.lower()}"
                    if row in wanted:
                        table[row].add(name)
    return {row: sorted(names) for row, names in sorted(table.items())}


def main(arguments: list[str]) -> int:
    """Writes both tables; arguments are the two source files in the order above."""
    csdl, permissions = (Path(argument) for argument in arguments)
    for name, table in (
        ("schema", schema_tables(csdl)),
        ("permissions", permission_table(permissions)),
    ):
        text = json.dumps(table, indent=1, sort_keys=name == "permissions")
        (DATA / f"{name}.json").write_text(text + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
