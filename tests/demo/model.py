"""What Microsoft's schema and permission map say of a request: paths, permissions, names, types."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

from recording import Sent

TABLES: dict[str, Any] = json.loads(Path(__file__).with_name("tables.json").read_text("utf-8"))
OBJECTS = {"users": "user", "groups": "group", "members": "directoryObject"}
OBJECTS |= {"directoryRoles": "directoryRole", "subscribedSkus": "subscribedSku"}
FIXED = {"delta", "members", "$ref", "assignLicense", "revokeSignInSessions"}
OPTIONS = {"$select", "$top", "$deltatoken", "$skiptoken", "$filter"}


def segments(sent: Sent) -> list[str]:
    return [unquote(part) for part in urlsplit(sent.path).path.split("/")[1:]]


def row(sent: Sent) -> str:
    """The request's row in the permission map: method and path, ids as {id}, small letters."""
    parts = []
    for part in segments(sent):
        keyed = re.sub(r"='[^']*'", "={id}", part)
        known = part in OBJECTS or part in FIXED or keyed != part
        parts.append(keyed.lower() if known else "{id}")
    return f"{sent.method} /{'/'.join(parts)}"


def permissions(sent: Sent) -> tuple[set[str], set[str]]:
    """The application permissions any of which allows it, and those that are marked as least.

    A KeyError when the map has no such operation for applications.
    """
    told = TABLES["permissions"][row(sent)]
    return set(told["any"]) | set(told["least"]), set(told["least"])


def faults(sent: Sent) -> list[str]:
    """What the schema does not know in the request's query and body."""
    return [*_query_faults(sent), *_body_faults(sent)]


def _kind(sent: Sent) -> str:
    named = [re.sub(r"\(.*", "", part) for part in segments(sent)]
    return [OBJECTS[part] for part in named if part in OBJECTS][-1]


def _query_faults(sent: Sent) -> list[str]:
    options = dict(parse_qsl(urlsplit(sent.path).query, keep_blank_values=True))
    found = [f"{row(sent)}: option {name}" for name in options.keys() - OPTIONS]
    kind = _kind(sent)
    known = {"id", *TABLES["types"][kind], *TABLES["links"][kind]}
    selected = options.get("$select")
    names = selected.split(",") if selected is not None else []
    return found + [f"{row(sent)}: $select={name}" for name in names if name not in known]


def _body_faults(sent: Sent) -> list[str]:
    if sent.body is None:
        return []
    action = segments(sent)[-1]
    known = TABLES["actions"].get(action) or TABLES["types"][_kind(sent)]
    if action in TABLES["actions"]:
        known = TABLES["actions"][action]
    found = []
    for name, value in sent.body.items():
        if name == "members@odata.bind":
            found += [] if _binds(value) else [f"{row(sent)}: {name}"]
        elif name == "@odata.type":  # OData JSON 4.01: control information of any object
            right = value == f"#microsoft.graph.{_kind(sent)}"
            found += [] if right else [f"{row(sent)}: {name}={value}"]
        elif name not in known:
            found.append(f"{row(sent)}: no property {name}")
        elif not fits(value, known[name]):
            found.append(f"{row(sent)}: {name} is not {known[name]}")
    return found


def _binds(value: Any) -> bool:
    """At most 20 references to directory objects (Graph docs: group-post-members)."""
    reference = re.compile(r"https://[^/]+/v1\.0/directoryObjects/[0-9a-f-]{36}")
    return 0 < len(value) <= 20 and all(reference.fullmatch(one) for one in value)


def fits(value: Any, kind: str) -> bool:
    """Whether a JSON value is of this type of the schema."""
    if kind.startswith("Collection("):
        return isinstance(value, list) and all(fits(one, kind[11:-1]) for one in value)
    name = kind.rpartition(".")[2]
    if value is None:
        return True
    if isinstance(value, dict):
        known = TABLES["types"].get(name, {})
        return value.keys() <= known.keys() and all(fits(v, known[n]) for n, v in value.items())
    checks = {"Boolean": bool, "Int32": int, "String": str}
    if name in checks:
        return type(value) is checks[name]
    return isinstance(value, str) and _parses(value, name)


def _parses(value: str, name: str) -> bool:
    parse = {"Guid": UUID, "DateTimeOffset": datetime.fromisoformat}[name]
    try:
        parse(value)
    except ValueError:
        return False
    return True
