"""``odata.metadata`` in Accept: how much of OData's own words an answer carries.

OData JSON format 4.0, section 3.1: ``none`` leaves only links and counts, ``minimal`` is what is
sent without a wish, ``full`` puts type and address on every object.
"""

import re
from typing import Any

from graphsync.sandbox.calls import GRAPH, Answer

_LEVEL = re.compile(r"odata(?:\.metadata)?\s*=\s*(none|minimal|full)", re.IGNORECASE)
_STAY = frozenset({"@odata.nextLink", "@odata.deltaLink", "@odata.count", "@odata.id"})
_TYPES = {
    "users": "user",
    "groups": "group",
    "administrativeUnits": "administrativeUnit",
}


def with_level(answer: Answer, accept: str, tenant_id: str) -> None:
    """Brings the answer to the level that Accept asks for; errors stay as they are."""
    match = _LEVEL.search(accept)
    if match is None or not isinstance(answer.body, dict) or answer.status >= 400:
        return
    level = match[1].lower()
    if level == "none":
        answer.body = _bare(answer.body)
    elif level == "full":
        _fill(answer.body, tenant_id)
    answer.headers["Content-Type"] = (
        f"application/json; odata.metadata={level}; odata.streaming=true; charset=utf-8"
    )


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if isinstance(value, dict):
        return {
            name: _bare(each)
            for name, each in value.items()
            if not name.startswith("@odata.") or name in _STAY
        }
    return value


def _fill(body: dict[str, Any], tenant_id: str) -> None:
    path = str(body.get("@odata.context", "")).removeprefix(f"{GRAPH}/$metadata#")
    kind = _TYPES.get(re.split(r"[(/]", path, maxsplit=1)[0])
    rows = body["value"] if isinstance(body.get("value"), list) else [body]
    for row in rows:
        if isinstance(row, dict) and "id" in row:
            _mark(row, kind, tenant_id)


def _mark(row: dict[str, Any], kind: str | None, tenant_id: str) -> None:
    """Type and address; the address has the shape that Location headers of the directory have."""
    named = row.get("@odata.type") or (f"#microsoft.graph.{kind}" if kind else None)
    if named is None:
        return
    bare = named.rpartition(".")[2]
    place = f"directoryObjects/{row['id']}/Microsoft.DirectoryServices.{bare[0].upper()}{bare[1:]}"
    row["@odata.type"] = named
    row["@odata.id"] = f"https://graph.microsoft.com/v2/{tenant_id}/{place}"
    row["@odata.editLink"] = place
