"""Phones that a user has registered for a second factor.

Graph docs: authentication-post-phonemethods and the "phoneAuthenticationMethod" resource.
"""

import re
from collections.abc import Mapping
from typing import Any

from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.lookups import find_user, require_at_primary
from graphsync.sandbox.problems import bad_request, invalid_value, read_only, required_value
from graphsync.sandbox.schema import check_properties

MOBILE = "mobile"
# The same ids for everyone ("phoneAuthenticationMethod"); the order in which they are listed.
IDS = {
    MOBILE: "3179e48a-750b-4051-897c-87b9720928f7",
    "alternateMobile": "b6332ec1-7057-4abe-9331-3d72feddfe41",
    "office": "e37fc753-ff3b-4958-9484-eaa9425c82bc",
}
TYPE = "phoneAuthenticationMethod"
_NUMBER = re.compile(r"\+[1-9]\d{0,2} \d{4,14}(x\d{1,10})?")
_HELD = "_phones"


def registered_phone(number: str, kind: str = MOBILE) -> dict[str, Any]:
    """A phone as ``phones`` gives it; SMS sign-in is off, as it is out of the box."""
    return {
        "id": IDS[kind],
        "phoneNumber": number,
        "phoneType": kind,
        "smsSignInState": "notAllowedByPolicy",
    }


def holding(*phones: dict[str, Any]) -> dict[str, Any]:
    """What a user's properties say of these phones."""
    return {_HELD: list(phones)}


def phones(held: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The phones of a user with these properties, the mobile one first."""
    return sorted(held.get(_HELD) or (), key=lambda one: list(IDS).index(one["phoneType"]))


def create_phone(call: Call) -> Answer:
    """201 and the phone; 400 for a second one of its type (texts unverified)."""
    body = call.properties
    check_properties(body, TYPE, TYPE)
    for name in body.keys() - {"@odata.type", "phoneNumber", "phoneType"}:
        raise read_only(name)
    number, kind = body.get("phoneNumber"), body.get("phoneType")
    for name in ("phoneNumber", "phoneType"):
        if not body.get(name):
            raise required_value(name, TYPE)
    if not _NUMBER.fullmatch(str(number)):
        raise invalid_value("phoneNumber", TYPE)
    if kind not in IDS:
        raise invalid_value("phoneType", TYPE)
    entry = find_user(call, call.keys[0])
    require_at_primary(entry, call.keys[0])
    before = phones(entry.current.properties)
    known = {one["phoneType"] for one in before}
    if kind in known:
        raise bad_request(f"The user has a phone of the type {kind} already.")
    if kind == "alternateMobile" and MOBILE not in known:
        raise bad_request("The user needs a mobile phone before an alternate one.")
    made = registered_phone(str(number), str(kind))
    call.tenant.directory.change(entry, holding(*before, made))
    path = f"{GRAPH}/$metadata#users('{entry.id}')/authentication/phoneMethods/$entity"
    return Answer(201, {"@odata.context": path, **made})
