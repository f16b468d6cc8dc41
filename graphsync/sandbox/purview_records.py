"""DLP records as Purview sends them: names, order and types of their fields.

Office 365 Management Activity API schema ("DLP schema") and what recorded feeds add to it:
IncidentId, FileSize, UniqueID, ActionParameters, ManagementRuleId, ClassifierType, Version.
CreationTime has no zone and is UTC. DetectedValues carry the matched text as Name and what stands
around it as Value.
"""

import copy
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, NamedTuple
from uuid import UUID

from graphsync.sandbox.purview_types import CANARY, SensitiveType

Record = dict[str, Any]
Service = Literal["SharePoint", "OneDrive"]
NO_POLICY = "00000000-0000-0000-0000-000000000000"
_EXCHANGE, _SHAREPOINT, _LABEL, _ENDPOINT = 13, 11, 43, 63
LABEL_KINDS = (_EXCHANGE, _LABEL)  # the record types that labels come as
_STEPS = (65, 75, 85)  # the confidence levels of Purview: low, medium, high


class Person(NamedTuple):
    """Somebody of the tenant: the sign-in name and the id of the account."""

    upn: str
    id: str


@dataclass(frozen=True)
class Hit:
    """A rule that matched.

    mode       RuleMode: Enable, or a word for a rule that only tries
    found      the sensitive information, as ``detection`` makes it
    external   whether the rule was about people outside
    """

    policy: str
    rule: str
    actions: tuple[str, ...]
    severity: str
    mode: str
    found: tuple[Record, ...]
    external: bool


@dataclass(frozen=True)
class Message:
    """A mail as its records tell of it; several of them share the two ids."""

    message_id: str
    incident: str
    sender: Person
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str
    size: int
    sent: int


def new_id(choose: random.Random) -> str:
    """A GUID of the source of choices."""
    return str(UUID(int=choose.getrandbits(128), version=4))


def wire_time(moment: int) -> str:
    """Milliseconds since the epoch as records print times: no zone."""
    return datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def detection(
    choose: random.Random,
    kind: SensitiveType,
    count: int,
    place: str | None,
    *,
    named: bool,
    counted: bool,
) -> Record:
    """Sensitive information of one type, with the text that matched.

    place    "Message Body" or an attachment's file name; None leaves it out, as files do
    named    with the type's name, which records of 2020 lack
    counted  with UniqueCount, which SharePoint's lack
    """
    row: Record = {"SensitiveType": kind.id}
    if named:
        row["SensitiveInformationTypeName"] = kind.name
    row |= {"Count": count, "Confidence": kind.confidence, "ClassifierType": "Content"}
    if counted:
        row["UniqueCount"] = choose.randint(max(1, count // 2), count)
    if place is not None:
        row["Location"] = place
    row["SensitiveInformationDetailedClassificationAttributes"] = [
        {"Confidence": step, "Count": count, "IsMatch": step >= kind.confidence} for step in _STEPS
    ]
    shown = min(count, 3)
    row["SensitiveInformationDetections"] = {
        "DetectedValues": [
            {
                "Name": f"{kind.sample} {CANARY}",
                "Value": f"as asked, the {CANARY} number is {kind.sample}, please tell nobody",
            }
            for _ in range(shown)
        ],
        "ResultsTruncated": count > shown,
    }
    return row


def policies(choose: random.Random, hits: Iterable[Hit]) -> list[Record]:
    """PolicyDetails: the rules under their policies, each id the same wherever its name stands."""
    found: dict[str, list[Record]] = {}
    for hit in hits:
        found.setdefault(hit.policy, []).append(_rule(choose, hit))
    return [
        {"PolicyId": _named_id(policy), "PolicyName": policy, "Rules": rules}
        for policy, rules in found.items()
    ]


def mail_record(
    choose: random.Random,
    message: Message,
    details: list[Record],
    created: int,
    workload: str = "Exchange",
    operation: str = "DlpRuleMatch",
) -> Record:
    """A record of mail, or of a chat, which comes in the same shape."""
    return {
        **_head(choose, operation, _EXCHANGE, workload, created),
        **_who(choose, message.sender),
        "ObjectId": message.message_id,
        "IncidentId": message.incident,
        "PolicyDetails": details,
        "SensitiveInfoDetectionIsIncluded": True,
        "ExchangeMetaData": {
            "BCC": list(message.bcc),
            "CC": list(message.cc),
            "FileSize": message.size,
            "From": message.sender.upn,
            "MessageID": message.message_id,
            "RecipientCount": len({*message.to, *message.cc, *message.bcc}),
            "Sent": wire_time(message.sent),
            "Subject": message.subject,
            "To": list(message.to),
            "UniqueID": new_id(choose),
        },
    }


def file_record(
    choose: random.Random,
    owner: Person,
    details: list[Record],
    created: int,
    workload: Service,
    operation: Literal["DLPRuleMatch", "DLPRuleUndo", "DLPInfo"],
) -> Record:
    """A record of a file; what is undone or only told has the same shape and an operation."""
    site = "https://trust.sharepoint.example/sites/staff"
    name = f"{CANARY} Year 7 list.xlsx"
    return {
        **_head(choose, operation, _SHAREPOINT, workload, created),
        "UserId": owner.upn.upper(),
        "UserKey": f"i:0h.f|membership|{choose.getrandbits(60):015x}@live.com",
        "ObjectId": f"{site}/{name}",
        "IncidentId": new_id(choose),
        "PolicyDetails": details,
        "SensitiveInfoDetectionIsIncluded": True,
        "SharePointMetaData": {
            "FileID": f"SPO_{new_id(choose)}",
            "FileName": name,
            "FileOwner": owner.upn.partition("@")[0],
            "FilePathUrl": f"{site}/{name}",
            "FileSize": choose.randint(9_000, 900_000),
            "From": owner.upn.upper(),
            "IsViewableByExternalUsers": choose.random() < 0.3,
            "IsVisibleOnlyToOdbOwner": False,
            "ItemCreationTime": wire_time(created - 86_400_000),
            "ItemLastModifiedTime": wire_time(created - 60_000),
            "ItemLastSharedTime": "0001-01-02T00:00:00",
            "SensitivityLabelIds": [],
            "SharedBy": [None],
            "SiteAdmin": [],
            "SiteCollectionGuid": _named_id(site),
            "SiteCollectionUrl": site,
            "UniqueID": new_id(choose),
        },
    }


def device_record(
    choose: random.Random, user: Person, details: list[Record], created: int, mode: int
) -> Record:
    """A record of a computer: a file that went to a stick; ``mode`` is 1 audit to 5 allow."""
    name = f"C:\\Users\\me\\{CANARY} SEN list.xlsx"
    reason = "2_business_need:for the examinations office" if mode == 3 else ""
    return {
        **_head(choose, "DLPRuleMatch", _ENDPOINT, "Endpoint", created),
        "UserId": user.upn,
        "UserKey": user.id,
        "ObjectId": name,
        "IncidentId": new_id(choose),
        "PolicyDetails": details,
        "SensitiveInfoDetectionIsIncluded": True,
        "EndpointMetaData": {
            "Application": "explorer.exe",
            "DeviceName": f"LAPTOP-{choose.randint(100, 999)}",
            "EndpointOperation": "FileCopiedToRemovableMedia",
            "EnforcementMode": mode,
            "FileExtension": "xlsx",
            "Justification": reason,
        },
    }


def label_record(choose: random.Random, message: Message, created: int, kind: int) -> Record:
    """What is no DLP and comes all the same: a label, as record type 13 or as 43."""
    record = {
        **_head(choose, "MipLabel", kind, "Exchange", created),
        **_who(choose, message.sender),
        "ObjectId": message.message_id,
    }
    if kind == _LABEL:
        return {
            **record,
            "LabelId": _named_id("label: trust only"),
            "LabelName": "Trust only",
            "LabelAction": "None",
            "ApplicationMode": "Standard",
            "ItemName": message.subject,
            "Receivers": list(message.to),
            "Sender": message.sender.upn,
        }
    rules = [{"Actions": [], "RuleId": NO_POLICY, "RuleMode": "Enable"}]
    return {
        **mail_record(choose, message, [{"PolicyId": NO_POLICY, "Rules": rules}], created),
        **record,
    }


def with_exception(
    record: Record, exception: Record | None, form: Literal["object", "text", "inside", "empty"]
) -> Record:
    """The record with what the sender said: an object, JSON in a string, or inside the mail's data.

    ``empty`` is for none: the string that stands there when nothing was said.
    """
    if form == "empty" or exception is None:
        return {**record, "ExceptionInfo": "" if form == "empty" else None}
    if form == "inside":
        return {
            **record,
            "ExchangeMetaData": {**record["ExchangeMetaData"], "ExceptionInfo": exception},
        }
    return {**record, "ExceptionInfo": json.dumps(exception) if form == "text" else exception}


def without_matches(record: Record) -> Record:
    """The record as it comes where the matched text was kept back: counts only."""
    bare = copy.deepcopy(record)
    for policy in bare["PolicyDetails"]:
        for rule in policy["Rules"]:
            for each in rule["ConditionsMatched"]["SensitiveInformation"]:
                del each["SensitiveInformationDetections"]
    return {**bare, "SensitiveInfoDetectionIsIncluded": False}


def _head(choose: random.Random, operation: str, kind: int, workload: str, created: int) -> Record:
    return {
        "CreationTime": wire_time(created),
        "Id": new_id(choose),
        "Operation": operation,
        "OrganizationId": NO_POLICY,  # whoever sends the record puts the tenant's here
        "RecordType": kind,
        "UserType": 4,
        "Version": 1,
        "Workload": workload,
    }


def _who(choose: random.Random, sender: Person) -> Record:
    """Feeds of 2022 tell the sender; those of 2020, and some since, an agent."""
    if choose.random() < 0.25:
        return {"UserId": "DlpAgent", "UserKey": "1153801116545789462"}
    return {"UserId": sender.upn, "UserKey": sender.id}


def _rule(choose: random.Random, hit: Hit) -> Record:
    parameters = [
        f"GenerateIncidentReport:{CANARY}.reports@trust.example"
        for action in hit.actions
        if action == "GenerateIncidentReport"
    ]
    others = [{"Name": "AccessScope", "Value": "IncludeExternalUsers"}] if hit.external else []
    if choose.random() < 0.2:
        others.append({"Name": "SubjectContainsWords", "Value": CANARY})
    return {
        "ActionParameters": parameters,
        "Actions": list(hit.actions),
        "ConditionsMatched": {
            "ConditionMatchedInNewScheme": True,
            "OtherConditions": others,
            "SensitiveInformation": list(hit.found),
        },
        "ManagementRuleId": _named_id(f"management {hit.rule}"),
        "RuleId": _named_id(hit.rule),
        "RuleMode": hit.mode,
        "RuleName": hit.rule,
        "Severity": hit.severity,
    }


@cache
def _named_id(name: str) -> str:
    """A GUID that is the same for the same name."""
    return new_id(random.Random(name))  # noqa: S311 - an id, no secret
