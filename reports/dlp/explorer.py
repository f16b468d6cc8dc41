"""A row of an Activity explorer export as an event.

It tells less than an audit record, and how its cells are written is UNVERIFIED: types are read as
JSON or not at all, actions as JSON or as words between commas. Columns: Export-ActivityExplorerData
(Microsoft), those about mail; the file has 84.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from policies.mail_events import Addresses, Event, Found, Fullness, Hit, Operation, Workload
from reports.dlp import wire
from reports.dlp.record import identifier, labels_in, name_of, said_of, word_of
from reports.dlp.times import export_time
from reports.dlp.verdicts import OutOfScope, Quarantined, Read, Reason, Taken

_OPERATIONS = {
    "dlprulematch": Operation.MATCH,
    "dlpruleenforce": Operation.MATCH,
    "dlpruleundo": Operation.UNDO,
    "dlpinfo": Operation.INFO,
}
_WORKLOADS = {one.casefold(): one for one in Workload}
_TYPE_KEYS = ("SensitiveInformationTypeId", "SensitiveInfoTypeId", "SensitiveType", "Id")
_NAME_KEYS = ("SensitiveInformationTypeName", "SensitiveInfoTypeName", "Name")
# A cell that a spreadsheet would run. Ids, times and names of Purview begin with none of these.
_FORMULA = tuple("=+-@\t")
_READ = (
    *("Activity", "Workload", "Happened", "User", "Sender", "Receivers", "PolicyId", "PolicyName"),
    *("PolicyMode", "RuleId", "RuleName", "RuleActions", "RecordIdentity", "Reason"),
)


def read_row(row: Mapping[str, str], labels: Collection[str], tenant: str) -> Read:
    """The event of one row, by the captions of its header; `tenant` is whose export it is."""
    if any(row.get(name, "").startswith(_FORMULA) for name in _READ):
        return Quarantined(Reason.FORMULA)
    activity = row.get("Activity", "").replace(" ", "").casefold()
    if not activity.startswith("dlp") or activity == "dlpclassification":
        return OutOfScope.OTHER_ACTIVITY
    if activity not in _OPERATIONS:
        return Quarantined(Reason.UNKNOWN_OPERATION)
    workload = _WORKLOADS.get(row.get("Workload", "").casefold())
    if workload is None:
        return Quarantined(Reason.UNKNOWN_WORKLOAD)
    if not tenant:
        return Quarantined(Reason.NO_ORGANISATION)
    return _event(row, workload, _OPERATIONS[activity], labels, tenant)


def _event(
    row: Mapping[str, str],
    workload: Workload,
    operation: Operation,
    labels: Collection[str],
    tenant: str,
) -> Read:
    own = identifier(row.get("RecordIdentity"))
    if not own:
        return Quarantined(Reason.NO_ID, "RecordIdentity")
    happened = export_time(row.get("Happened", ""))
    if happened is None:
        return Quarantined(Reason.SPREADSHEET_DATE, "Happened")
    found = _found(row.get("SensitiveInfoTypeData", ""))
    if found is None:
        return Quarantined(Reason.UNREADABLE_TYPES, "SensitiveInfoTypeData")
    receivers = _words(row.get("Receivers", ""))
    hit = Hit(
        policy_id=identifier(row.get("PolicyId")),
        policy=name_of(row.get("PolicyName")),
        rule_id=identifier(row.get("RuleId")),
        rule=name_of(row.get("RuleName")),
        mode=name_of(row.get("PolicyMode")),
        actions=tuple(word_of(one) or "unreadable" for one in _words(row.get("RuleActions", ""))),
        found=found,
    )
    said = wire.ExceptionInfo(
        reason=row.get("Reason"),
        false_positive=row.get("FalsePositive"),
        justification=row.get("Justification"),
    )
    event = Event(
        organisation=tenant,
        id=own,
        fullness=Fullness.ACTIVITY_EXPLORER,
        workload=workload,
        operation=operation,
        created=happened,
        hits=(hit,),
        said=said_of(said),
        recipients=len(receivers) or None,
        labels=labels_in(row.get("Subject"), labels),
    )
    return Taken(event, Addresses(row.get("Sender") or row.get("User", ""), tuple(receivers)))


def _words(cell: str) -> list[str]:
    """A list of texts as JSON, or between commas or semicolons."""
    plain = cell.strip()
    if plain.startswith("["):
        try:
            return msgspec.json.decode(plain, type=list[str])
        except msgspec.DecodeError:
            return ["?"]
    return [word for word in re.split(r"[;,]\s*", plain) if word]


def _found(cell: str) -> tuple[Found, ...] | None:
    """The types of a cell; None where it is not a list of objects with an id or a name each."""
    plain = cell.strip()
    if not plain:
        return ()
    try:
        rows = msgspec.json.decode(plain, type=list[dict[str, Any]])
    except (msgspec.DecodeError, RecursionError):
        return None
    found = [_type(row) for row in rows]
    return None if None in found else tuple(one for one in found if one is not None)


def _type(row: Mapping[str, Any]) -> Found | None:
    ids = (identifier(row[name]) for name in _TYPE_KEYS if isinstance(row.get(name), str))
    names = (name_of(row[name]) for name in _NAME_KEYS if isinstance(row.get(name), str))
    kind = next(filter(None, (*ids, *names)), "")
    count, unique = row.get("Count"), row.get("UniqueCount")
    confidence = row.get("Confidence")
    if not kind or type(count) is not int or count < 0:
        return None
    return Found(
        kind=kind,
        count=count,
        unique=unique if type(unique) is int and unique >= 0 else None,
        confidence=confidence if type(confidence) is int else None,
    )
