"""Finding objects as a lagging replica finds them: by id, by UPN, by reference.

Right after an object was made, a replica that has not seen it answers 404, for reads and for the
references inside writes alike (Entra docs: architecture).
"""

import re
from urllib.parse import unquote

from graphsync.sandbox.calls import Call
from graphsync.sandbox.objects import ACTIVE, DELETED, Entry
from graphsync.sandbox.problems import bad_request, not_found

_REFERENCE = re.compile(
    r"https?://[^/]+/(?:v1\.0|beta)/+(directoryObjects|users|groups)"
    r"(?:/|\(')([^/')]+)(?:'\))?/?",
    re.IGNORECASE,
)


def find_user(call: Call, key: str) -> Entry:
    """The active user with this id or user principal name; 404 when the replica has none."""
    entry = _active(call, key.lower(), "user")
    if entry is None and "@" in key:
        entry = _by_name(call, "userPrincipalName", key)
    if entry is None:
        raise not_found(key)
    return entry


def find_group(call: Call, key: str) -> Entry:
    """The active group with this id; 404 when the replica has none."""
    entry = _active(call, key.lower(), "group")
    if entry is None:
        raise not_found(key)
    return entry


def find_unit(call: Call, key: str) -> Entry:
    """The active administrative unit with this id; 404 when the replica has none."""
    entry = _active(call, key.lower(), "administrativeUnit")
    if entry is None:
        raise not_found(key)
    return entry


def find_group_by_unique_name(call: Call, name: str) -> Entry:
    """The active group with this uniqueName; 404 when the replica has none."""
    entry = _by_name(call, "uniqueName", name)
    if entry is None:
        raise not_found(name)
    return entry


def find_deleted(call: Call, key: str) -> Entry:
    """The object in the recycle bin with this id; 404 when the replica has none there."""
    entry = call.tenant.directory.entries.get(key.lower())
    version = entry.seen(call.horizon) if entry is not None else None
    if entry is None or version is None or version.state != DELETED:
        raise not_found(key)
    if entry.current.state != DELETED:
        raise not_found(key)
    return entry


def reference_url(call: Call) -> object:
    """The ``@odata.id`` of a ``$ref`` body, which holds nothing else."""
    body = call.properties
    if body.keys() != {"@odata.id"}:
        raise bad_request("The property '@odata.id' is required for an object reference.")
    return body["@odata.id"]


def find_object(call: Call, key: str) -> Entry:
    """The active object of any kind with this id; 404 when the replica has none."""
    entry = seen_object(call, key)
    if entry is None:
        raise not_found(key)
    return entry


def seen_object(call: Call, key: str) -> Entry | None:
    """The active object of any kind with this id, or None."""
    entry = call.tenant.directory.entries.get(key.lower())
    version = entry.seen(call.horizon) if entry is not None else None
    return entry if version is not None and version.state == ACTIVE else None


def seen_manager(call: Call, user: Entry) -> Entry | None:
    """The user's manager as the replica shows it; one in the recycle bin is not shown."""
    seen = user.seen(call.horizon)
    key = seen.properties.get("_manager") if seen is not None else None
    return seen_object(call, key) if key is not None else None


def find_reference(call: Call, url: object) -> Entry:
    """The user or group that an ``@odata.id`` or ``@odata.bind`` URL names.

    A user may be named by user principal name: clients in use do it, no page says so (unverified).
    """
    match = _REFERENCE.fullmatch(url) if isinstance(url, str) else None
    if match is None:
        raise bad_request("Invalid URL format specified in the request for an object reference.")
    kinds = {"users": ("user",), "groups": ("group",)}.get(match[1].lower(), ("user", "group"))
    for kind in kinds:
        entry = _active(call, match[2].lower(), kind)
        if entry is not None:
            return entry
    if kinds == ("user",) and "@" in match[2]:
        return find_user(call, unquote(match[2]))
    raise not_found(match[2])


def _active(call: Call, key: str, kind: str) -> Entry | None:
    entry = call.tenant.directory.entries.get(key)
    if entry is None or entry.kind != kind:
        return None
    version = entry.seen(call.horizon)
    return entry if version is not None and version.state == ACTIVE else None


def _by_name(call: Call, index: str, value: str) -> Entry | None:
    directory = call.tenant.directory
    holder = directory.named(index, value)
    if holder is not None and _seen_under(holder, call.horizon, index, value):
        return holder
    for past in directory.recently_changed():
        if _seen_under(past, call.horizon, index, value):
            return past
    return None


def _seen_under(entry: Entry, horizon: int, index: str, value: str) -> bool:
    version = entry.seen(horizon)
    if version is None or version.state != ACTIVE:
        return False
    return bool(version.properties.get(index, "").lower() == value.lower())


def require_at_primary(entry: Entry, key: str) -> None:
    """404 for a write to an object that the primary no longer has, whatever a replica shows."""
    if not entry.active:
        raise not_found(key)
