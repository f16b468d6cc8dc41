"""Users: create, read, list, change, delete, revoke sessions (Graph docs: user-*)."""

from typing import Any
from uuid import uuid4

from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.expanding import expander
from graphsync.sandbox.licence_sources import group_rows
from graphsync.sandbox.licence_worker import queue_user
from graphsync.sandbox.listing import kind_source, list_answer
from graphsync.sandbox.lookups import find_user, require_at_primary
from graphsync.sandbox.objects import DELETED, Entry
from graphsync.sandbox.permissions import check_user_patch, check_user_read
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import denied, mastered_on_premises
from graphsync.sandbox.sessions import ended_sessions
from graphsync.sandbox.sign_in_activity import sign_ins_of_many, sign_ins_of_one
from graphsync.sandbox.user_rules import (
    check_new_user,
    check_user_changes,
    legal_age_group,
    normalised,
)


def create_user(call: Call) -> Answer:
    """201 and the default property set, never the password."""
    body = call.properties
    if "employeeLeaveDateTime" in body:
        check_user_patch(("employeeLeaveDateTime",), call.roles)
    check_new_user(call.tenant, body)
    entry = add_user(call, body)
    answer = shape("user", None)(entry.id, entry.current.properties)
    location = (
        f"https://graph.microsoft.com/v2/{call.tenant.id}/directoryObjects/{entry.id}"
        "/Microsoft.DirectoryServices.User"
    )
    return Answer(
        201,
        {"@odata.context": context("users", None, single=True), **answer},
        {"Location": location},
    )


def add_user(call: Call, body: dict[str, Any]) -> Entry:
    """Puts a checked user in the directory."""
    now = call.tenant.clock.stamp()
    properties = {
        "userType": "Member",
        **{name: value for name, value in normalised(body).items() if value is not None},
        "createdDateTime": now,
        "signInSessionsValidFromDateTime": now,
        "lastPasswordChangeDateTime": now,
        "identities": _identities(call, body["userPrincipalName"]),
    }
    _derive(properties)
    return call.tenant.directory.add(str(uuid4()), "user", properties)


def get_user(call: Call) -> Answer:
    """200 and the user as a replica has it."""
    entry = find_user(call, call.keys[0])
    select = call.query.select("user")
    check_user_read(select, call.roles)
    seen = entry.seen(call.horizon)
    properties = seen.properties if seen else {}
    also = sign_ins_of_one(call, select)
    body = shape("user", select, also)(entry.id, properties)
    more = expander(call)
    if more is not None:
        body |= more(entry.id)
    return Answer(200, {"@odata.context": context("users", select, single=True), **body})


def list_users(call: Call) -> Answer:
    """200 and a page of users."""
    select = call.query.select("user")
    check_user_read(select, call.roles)
    also = sign_ins_of_many(call, select)
    return list_answer(call, kind_source(call, "user"), "user", "users", expander(call), also)


def patch_user(call: Call) -> Answer:
    """204; one property that may not be written fails the whole change."""
    body = call.properties
    check_user_patch(body.keys() - {"@odata.type"}, call.roles)
    entry = find_user(call, call.keys[0])
    require_at_primary(entry, call.keys[0])
    check_user_changes(call.tenant, entry, body)
    change_user(call, entry, body)
    return Answer(204)


def change_user(call: Call, entry: Entry, body: dict[str, Any]) -> None:
    """Applies checked changes, and what follows from them."""
    tenant = call.tenant
    changes = normalised(body)
    if (body.get("passwordProfile") or {}).get("password"):  # the mark alone changes no password
        now = tenant.clock.stamp()
        changes["lastPasswordChangeDateTime"] = now
        changes |= ended_sessions(tenant)
    if "userPrincipalName" in changes:
        changes["identities"] = _identities(call, changes["userPrincipalName"])
    whole = {**entry.current.properties, **changes}
    _derive(whole)
    for name in ("proxyAddresses", "legalAgeGroupClassification"):
        changes[name] = whole.get(name)
    tenant.directory.change(entry, changes)


def delete_user(call: Call) -> Answer:
    """204; the user goes to the recycle bin for 30 days (Graph docs: user-delete)."""
    entry = find_user(call, call.keys[-1])
    require_at_primary(entry, call.keys[-1])
    if call.tenant.holds_role(entry.id):
        raise denied()
    if entry.current.properties.get("onPremisesSyncEnabled"):
        raise mastered_on_premises()
    delete_entry(call, entry)
    return Answer(204)


def delete_entry(call: Call, entry: Entry) -> None:
    """Moves an object to the recycle bin."""
    clock = call.tenant.clock
    call.tenant.directory.move(
        entry, DELETED, {"deletedDateTime": clock.stamp(), "_deletedAt": clock.seconds()}
    )
    if group_rows(entry.current.properties):
        queue_user(call.tenant, entry)


def revoke_sessions(call: Call) -> Answer:
    """200 and true: the known-issues page, as against the 204 of the reference page."""
    entry = find_user(call, call.keys[0])
    require_at_primary(entry, call.keys[0])
    call.tenant.directory.change(entry, ended_sessions(call.tenant))
    return Answer(200, {"@odata.context": f"{GRAPH}/$metadata#Edm.Boolean", "value": True})


def _identities(call: Call, upn: str) -> list[dict[str, str]]:
    return [
        {
            "signInType": "userPrincipalName",
            "issuer": call.tenant.domains[0],
            "issuerAssignedId": upn,
        }
    ]


def _derive(properties: dict[str, Any]) -> None:
    """Sets what follows: mail is a proxy address; the legal age group comes of the age fields."""
    mail = properties.get("mail")
    if mail is not None:
        others = [
            address
            for address in properties.get("proxyAddresses", [])
            if address.split(":", 1)[-1].lower() != mail.lower()
        ]
        properties["proxyAddresses"] = [
            f"SMTP:{mail}",
            *(address.replace("SMTP:", "smtp:") for address in others),
        ]
    classification = legal_age_group(properties)
    if classification is None:
        properties.pop("legalAgeGroupClassification", None)
    else:
        properties["legalAgeGroupClassification"] = classification
