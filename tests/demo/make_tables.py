"""Makes `tables.json`, against which the demo's requests are checked, from Microsoft's own files.

    python tests/demo/make_tables.py v1.0-Prod.csdl permissions.json

The first is msgraph-metadata `schemas/v1.0-Prod.csdl`, the second msgraph-devx-content
`permissions/new/permissions.json`, both MIT-licensed (the licences lie beside the table). The
sandbox has tables of its own: nothing here is taken from them, so that one can catch the other.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
KINDS = ("user", "group", "directoryObject", "directoryRole", "subscribedSku")
ACTIONS = ("assignLicense", "revokeSignInSessions")
ROOTS = re.compile(r"/(users|groups|directoryroles|subscribedskus)(/|$)")
# What the map lacks, from the Application column of the pages named.
PAGES = {
    "PATCH /groups(uniquename={id})": {  # group-upsert
        "least": ["Group.Create"],
        "any": ["Directory.ReadWrite.All", "Group.Create", "Group.ReadWrite.All"],
    },
    "DELETE /groups/{id}/members/{id}/$ref": {  # group-delete-members
        "least": ["GroupMember.ReadWrite.All"],
        "any": ["Directory.ReadWrite.All", "Group.ReadWrite.All", "GroupMember.ReadWrite.All"],
    },
    "GET /groups(uniquename={id})": {  # group-get
        "least": ["GroupMember.Read.All"],
        "any": ["Directory.Read.All", "Group.Read.All", "Group.ReadWrite.All"],
    },
}


def types(schema: Any) -> dict[str, dict[str, str]]:
    """Property to type, inherited ones included, of our kinds and of all that they are made of."""
    named = {one.get("Name"): one for one in schema if one.tag.endswith(("EntityType", "plexType"))}
    found: dict[str, dict[str, str]] = {}
    waiting = list(KINDS)
    while waiting:
        name = waiting.pop()
        if name in found or name not in named:
            continue
        found[name] = _properties(named, name)
        waiting += [_bare(kind) for kind in found[name].values() if "graph." in kind]
    return found


def _properties(named: dict[str, Any], name: str) -> dict[str, str]:
    base = named[name].get("BaseType")
    inherited = _properties(named, _bare(base)) if base else {}
    own = named[name].findall(f"{EDM}Property")
    return inherited | {one.get("Name"): one.get("Type") for one in own}


def links(schema: Any) -> dict[str, list[str]]:
    """The navigation properties of our kinds."""
    named = {one.get("Name"): one for one in schema.findall(f"{EDM}EntityType")}
    return {
        name: [one.get("Name") for one in named[name].findall(f"{EDM}NavigationProperty")]
        for name in KINDS
    }


def actions(schema: Any) -> dict[str, dict[str, str]]:
    """Parameter to type of the actions on a user, the user itself left out."""
    found = {}
    for one in schema.findall(f"{EDM}Action"):
        bound, *rest = one.findall(f"{EDM}Parameter")
        if one.get("Name") in ACTIONS and _bare(bound.get("Type")) == "user":
            found[one.get("Name")] = {each.get("Name"): each.get("Type") for each in rest}
    return found


def permissions(source: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    """Method and path to the application permissions that allow it, and those marked as least."""
    rows: dict[str, dict[str, set[str]]] = {}
    for name, one in source.items():
        for paths in one["pathSets"]:
            if "Application" not in paths["schemeKeys"]:
                continue
            for path, mark in paths["paths"].items():
                if not ROOTS.match(path.lower()) or path.count("/") > 3:
                    continue
                for method in paths["methods"]:
                    row = rows.setdefault(
                        f"{method} {path.lower()}", {"any": set(), "least": set()}
                    )
                    row["any"].add(name)
                    if "Application" in mark:
                        row["least"].add(name)
    told = {row: {key: sorted(names) for key, names in both.items()} for row, both in rows.items()}
    return dict(sorted((told | PAGES).items()))


def _bare(kind: str) -> str:
    return kind.removeprefix("Collection(").removesuffix(")").rpartition("graph.")[2]


def main(csdl: str, granted: str) -> None:
    """Write the table beside this file."""
    tree = ET.parse(csdl)  # noqa: S314 - Microsoft's file, given by hand
    (schema,) = (
        one for one in tree.iter(f"{EDM}Schema") if one.get("Namespace") == "microsoft.graph"
    )
    table = {
        "types": types(schema),
        "links": links(schema),
        "actions": actions(schema),
        "permissions": permissions(json.loads(Path(granted).read_text("utf-8"))["permissions"]),
    }
    text = json.dumps(table, indent=1, sort_keys=True)
    Path(__file__).with_name("tables.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
