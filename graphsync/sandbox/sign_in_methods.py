"""How a user signs in: the password, phones, and a Temporary Access Pass.

Graph docs: authentication-post-temporaryaccesspassmethods, authentication-list-methods; Entra docs:
howto-authentication-temporary-access-pass. The pass itself is shown once and kept nowhere.
"""

import secrets
import string
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.lookups import find_user, require_at_primary
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.phone_methods import TYPE as PHONE
from graphsync.sandbox.phone_methods import phones
from graphsync.sandbox.problems import bad_request, invalid_value, not_found, read_only
from graphsync.sandbox.schema import check_properties

# The tenant's policy as it is out of the box, minutes; any policy lies within 10 and 43,200.
_SHORTEST, _LONGEST, _DEFAULT = 60, 480, 60
_BOUNDS = range(10, 43_200 + 1)
_LENGTH = 8
_TYPE = "temporaryAccessPassAuthenticationMethod"
_WRITABLE = frozenset({"@odata.type", "startDateTime", "lifetimeInMinutes", "isUsableOnce"})
_PASSWORD_ID = "28c10230-6103-485e-b985-444c60001490"  # noqa: S105 - the same for everyone
_ALPHABET = string.ascii_letters + string.digits + "!@#$%&*+-="


def create_pass(call: Call) -> Answer:
    """201 and the pass, shown here only; it takes the place of one that was there."""
    body = call.properties
    check_properties(body, _TYPE, _TYPE)
    for name in body.keys() - _WRITABLE:
        raise read_only(name)
    entry = find_user(call, call.keys[0])
    require_at_primary(entry, call.keys[0])
    now = call.tenant.clock.stamp()
    held = {
        "id": str(uuid4()),
        "createdDateTime": now,
        "startDateTime": _start(body.get("startDateTime") or now, now),
        "lifetimeInMinutes": _lifetime(body.get("lifetimeInMinutes")),
        "isUsableOnce": bool(body.get("isUsableOnce")),
    }
    call.tenant.directory.change(entry, {"_pass": held})
    shown = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    answer = {**_presented(call, held), "temporaryAccessPass": shown}
    return Answer(
        201,
        {"@odata.context": f"{_context(entry, 'temporaryAccessPassMethods')}/$entity", **answer},
    )


def list_passes(call: Call) -> Answer:
    """200 and the pass, if there is one, without itself."""
    entry = find_user(call, call.keys[0])
    return _listed(entry, "temporaryAccessPassMethods", _passes(call, entry))


def get_pass(call: Call) -> Answer:
    """200 and the pass with this id, without itself."""
    entry = find_user(call, call.keys[0])
    return _one(call, entry, "temporaryAccessPassMethods", _passes(call, entry))


def delete_pass(call: Call) -> Answer:
    """204; 404 when there is none with this id."""
    entry = find_user(call, call.keys[0])
    require_at_primary(entry, call.keys[0])
    held = entry.current.properties.get("_pass")
    if held is None or held["id"] != call.keys[1].lower():
        raise not_found(call.keys[1])
    call.tenant.directory.change(entry, {"_pass": None})
    return Answer(204)


def list_methods(call: Call) -> Answer:
    """200 and every method, each with its ``@odata.type``."""
    entry = find_user(call, call.keys[0])
    return _listed(entry, "methods", _methods(call, entry))


def get_method(call: Call) -> Answer:
    """200 and the method with this id."""
    entry = find_user(call, call.keys[0])
    return _one(call, entry, "methods", _methods(call, entry))


def list_password_methods(call: Call) -> Answer:
    """200 and the password, without itself."""
    entry = find_user(call, call.keys[0])
    return _listed(entry, "passwordMethods", [_password(call, entry)])


def list_phones(call: Call) -> Answer:
    """200 and the phones."""
    entry = find_user(call, call.keys[0])
    return _listed(entry, "phoneMethods", phones(_seen(call, entry)))


def get_phone(call: Call) -> Answer:
    """200 and the phone with this id."""
    entry = find_user(call, call.keys[0])
    return _one(call, entry, "phoneMethods", phones(_seen(call, entry)))


def _methods(call: Call, entry: Entry) -> list[dict[str, Any]]:
    kinds = (
        ("passwordAuthenticationMethod", [_password(call, entry)]),
        (PHONE, phones(_seen(call, entry))),
        (_TYPE, _passes(call, entry)),
    )
    return [
        {"@odata.type": f"#microsoft.graph.{kind}", **row} for kind, rows in kinds for row in rows
    ]


def _password(call: Call, entry: Entry) -> dict[str, Any]:
    changed = _seen(call, entry).get("lastPasswordChangeDateTime")
    return {"id": _PASSWORD_ID, "createdDateTime": changed, "password": None}


def _passes(call: Call, entry: Entry) -> list[dict[str, Any]]:
    held = _seen(call, entry).get("_pass")
    return [] if held is None else [_presented(call, held)]


def _seen(call: Call, entry: Entry) -> dict[str, Any]:
    version = entry.seen(call.horizon)
    return version.properties if version is not None else {}


def _presented(call: Call, held: dict[str, Any]) -> dict[str, Any]:
    start = datetime.fromisoformat(held["startDateTime"])
    now = call.tenant.clock.now()
    reason = "EnabledByPolicy"
    if now < start:
        reason = "NotYetValid"
    elif now >= start + timedelta(minutes=held["lifetimeInMinutes"]):
        reason = "Expired"
    return {
        **held,
        "temporaryAccessPass": None,
        "isUsable": reason == "EnabledByPolicy",
        "methodUsabilityReason": reason,
    }


def _start(text: str, now: str) -> str:
    """In UTC; not before now, as a pass cannot begin in the past (text unverified)."""
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise invalid_value("startDateTime", _TYPE) from error
    start = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if start < now:
        raise invalid_value("startDateTime", _TYPE)
    return start


def _lifetime(minutes: int | None) -> int:
    """Within 10 to 43,200 by the API, and within the policy's bounds (texts unverified)."""
    if minutes is None:
        return _DEFAULT
    if minutes not in _BOUNDS:
        raise invalid_value("lifetimeInMinutes", _TYPE)
    if not _SHORTEST <= minutes <= _LONGEST:
        raise bad_request(
            "The lifetime of the Temporary Access Pass is outside the policy of the tenant: "
            f"{_SHORTEST} to {_LONGEST} minutes."
        )
    return minutes


def _listed(entry: Entry, path: str, rows: list[dict[str, Any]]) -> Answer:
    return Answer(200, {"@odata.context": _context(entry, path), "value": rows})


def _one(call: Call, entry: Entry, path: str, rows: list[dict[str, Any]]) -> Answer:
    for row in rows:
        if row["id"] == call.keys[1].lower():
            return Answer(200, {"@odata.context": f"{_context(entry, path)}/$entity", **row})
    raise not_found(call.keys[1])


def _context(entry: Entry, path: str) -> str:
    return f"{GRAPH}/$metadata#users('{entry.id}')/authentication/{path}"
