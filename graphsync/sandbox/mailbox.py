"""Mailbox settings and the automatic reply (Graph docs: user-get-mailboxsettings, -update-).

A mailbox comes up to 15 minutes after the licence and goes with it. Exchange has a store of its
own: the user is found as a replica has it, the settings are read where they were written.
"""

from datetime import timedelta
from typing import Any

from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.licence_sources import has_mailbox
from graphsync.sandbox.lookups import find_user, require_at_primary
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.problems import Refusal, read_only
from graphsync.sandbox.schema import check_properties
from graphsync.sandbox.tenant import Tenant

_REPLIES = "automaticRepliesSetting"
_ANNOTATIONS = frozenset({"@odata.context", "@odata.type"})
_READ_ONLY = frozenset({"archiveFolder", "userPurpose"})
SETTINGS = {
    name.lower(): name
    for name in (_REPLIES, "dateFormat", "language", "timeFormat", "timeZone", "userPurpose")
}


def get_mailbox_settings(call: Call) -> Answer:
    """200 and all settings; 404 while or where there is no mailbox."""
    entry = _with_mailbox(call)
    return Answer(200, {"@odata.context": _context(entry), **_settings(call.tenant, entry)})


def get_mailbox_setting(call: Call) -> Answer:
    """200 and the setting that the last segment names."""
    entry = _with_mailbox(call)
    name = SETTINGS[call.here.rstrip("/").rpartition("/")[2].lower()]
    value = _settings(call.tenant, entry)[name]
    body = value if isinstance(value, dict) else {"value": value}
    return Answer(200, {"@odata.context": f"{_context(entry)}/{name}", **body})


def patch_mailbox_settings(call: Call) -> Answer:
    """200 and the settings as they are now; what is not sent stays."""
    body = {name: value for name, value in call.properties.items() if name not in _ANNOTATIONS}
    check_properties(body, "mailboxSettings", "MailboxSettings")
    for name in _READ_ONLY & body.keys():
        raise read_only(name)
    entry = _with_mailbox(call)
    settings = _settings(call.tenant, entry)
    replies = {**settings[_REPLIES], **(body.pop(_REPLIES, None) or {})}
    _check_schedule(replies)
    changed = {**settings, **body, _REPLIES: replies}
    call.tenant.directory.change(entry, {"_mailboxSettings": changed})
    return Answer(200, {"@odata.context": _context(entry), **changed})


def require_mailbox(tenant: Tenant, entry: Entry) -> None:
    """404 for a user without a mailbox, or whose mailbox is still being made.

    An address without a licence stands for a mailbox that needs none, a shared one.
    """
    held = entry.current.properties
    if has_mailbox(tenant, held):
        there = held.get("_mailboxAt", 0.0) <= tenant.clock.seconds()
    else:
        there = bool(held.get("mail")) and not held.get("_mailboxGone")
    if not there:
        raise Refusal(
            404,
            "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        )


def _with_mailbox(call: Call) -> Entry:
    entry = find_user(call, call.keys[0])
    require_at_primary(entry, call.keys[0])
    require_mailbox(call.tenant, entry)
    return entry


def _settings(tenant: Tenant, entry: Entry) -> dict[str, Any]:
    held: dict[str, Any] | None = entry.current.properties.get("_mailboxSettings")
    return held if held is not None else _fresh(tenant)


def _fresh(tenant: Tenant) -> dict[str, Any]:
    now = tenant.clock.now()
    return {
        "archiveFolder": None,
        "timeZone": "UTC",
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "dd/MM/yyyy",
        "timeFormat": "HH:mm",
        "userPurpose": "user",
        _REPLIES: {
            "status": "disabled",
            "externalAudience": "none",
            "internalReplyMessage": "",
            "externalReplyMessage": "",
            "scheduledStartDateTime": _moment(now.isoformat()),
            "scheduledEndDateTime": _moment((now + timedelta(days=1)).isoformat()),
        },
        "language": {"locale": "en-GB", "displayName": "English (United Kingdom)"},
    }


def _moment(text: str) -> dict[str, str]:
    return {"dateTime": f"{text[:19]}.0000000", "timeZone": "UTC"}


def _check_schedule(replies: dict[str, Any]) -> None:
    """A scheduled reply ends after it starts (text unverified)."""
    if replies.get("status") != "scheduled":
        return
    start, end = (
        (replies.get(name) or {}).get("dateTime") or ""
        for name in ("scheduledStartDateTime", "scheduledEndDateTime")
    )
    if not start or end <= start:
        raise Refusal(400, "ErrorInvalidArgument", "The scheduled end must be after the start.")


def _context(entry: Entry) -> str:
    return f"{GRAPH}/$metadata#users('{entry.id}')/mailboxSettings"
