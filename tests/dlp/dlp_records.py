"""Records of data loss to order, in the shapes that Purview sends."""

import json
import random
from typing import Any

from graphsync.sandbox.names import dice
from graphsync.sandbox.purview_records import Person
from graphsync.sandbox.purview_stories import Cast, story_blobs

TENANT = "0d5a1d5c-0000-4000-8000-000000000000"
NHS = "3192014e-2a16-44e9-aa69-4b20375c9a78"
CARD = "50842eb7-edc8-4019-85dd-5a5c1f2bb085"
CANARY = "canary"
CAST = Cast(
    staff=(Person("ann@oak.example", "1"), Person("ben@oak.example", "2")),
    pupils=("kit@oak.example",),
    families=tuple(f"parent.{n}@families.example" for n in range(30)),
)


def sensitive(kind: str = NHS, **more: Any) -> dict[str, Any]:
    values = {"Name": f"{CANARY} 999 000 0018", "Value": f"the {CANARY} number"}
    return {
        "SensitiveType": kind,
        "Count": 3,
        "UniqueCount": 2,
        "Confidence": 85,
        "Location": f"{CANARY} SEN list.xlsx",
        "SensitiveInformationDetections": {"DetectedValues": [values]},
    } | more


def rule(*actions: str, **more: Any) -> dict[str, Any]:
    return {
        "RuleId": "1f2e3d4c-0000-4000-8000-000000000001",
        "RuleName": "Low volume",
        "RuleMode": "Enable",
        "Severity": "Low",
        "Actions": list(actions),
        "ActionParameters": [f"GenerateIncidentReport:{CANARY}@oak.example"],
        "ConditionsMatched": {"SensitiveInformation": [sensitive()], "OtherConditions": []},
    } | more


def a_record(**more: Any) -> dict[str, Any]:
    """A mail with an NHS number that was told and not blocked."""
    return {
        "Id": "9f2e3d4c-0000-4000-8000-000000000001",
        "OrganizationId": TENANT,
        "CreationTime": "2026-11-20T09:30:00",
        "Operation": "DlpRuleMatch",
        "Workload": "Exchange",
        "RecordType": 13,
        "UserId": "DlpAgent",
        "IncidentId": "7f2e3d4c-0000-4000-8000-000000000001",
        "ExchangeMetaData": mail(),
        "PolicyDetails": [
            {"PolicyId": "2f2e3d4c-0000-4000-8000-000000000001", "Rules": [rule("NotifyUser")]}
        ],
    } | more


def mail(**more: Any) -> dict[str, Any]:
    return {
        "MessageID": "<m1@oak.example>",
        "From": "ann@oak.example",
        "To": ["aunt@families.example"],
        "CC": [],
        "BCC": [f"{CANARY}@hidden.example"],
        "Subject": f"{CANARY}: about a pupil",
        "RecipientCount": 2,
        "Sent": "2026-11-20T09:29:58",
    } | more


def encoded(record: dict[str, Any]) -> bytes:
    return json.dumps(record).encode()


def a_week(count: int, seed: str = "week") -> list[bytes]:
    """Records as the sandbox's feed invents them: every shape, one in five twice."""
    begin, day = 1_764_121_342_000, 24 * 3_600_000
    blobs = story_blobs(dice(seed), CAST, TENANT, count, 50, begin, 7 * day)
    return [encoded(record) for _, body, _ in blobs for record in json.loads(body)]


def shuffled(records: list[bytes], seed: int) -> list[bytes]:
    copy = list(records)
    random.Random(seed).shuffle(copy)  # noqa: S311 - an order, no secret
    return copy
