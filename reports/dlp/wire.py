"""DLP records as they come: only the fields that are needed have a place here.

What has none (DetectedValues, BCC, ActionParameters, other conditions' values) is skipped by the
decoder without ever becoming a value. Subject, names of attachments and the free text of a
justification become one, and are turned into a mark at once by `reports.dlp.record`.

Office 365 Management Activity API schema, "DLP schema", and what recorded feeds add to it.
"""

from typing import Any

from msgspec import Struct


class Condition(Struct, rename="pascal"):
    """Another condition of a rule: of its values only that of AccessScope is looked at."""

    name: str = ""
    value: Any = None


class Sensitive(Struct, rename="pascal"):
    """SensitiveInformation: `location` is "Message Body" or an attachment's name."""

    sensitive_type: str | None = None
    sensitive_information_type_name: str | None = None
    count: int = 0
    unique_count: int | None = None
    confidence: int | None = None
    location: str | None = None


class Conditions(Struct, rename="pascal"):
    """ConditionsMatched."""

    sensitive_information: list[Sensitive] | None = None
    other_conditions: list[Condition] | None = None


class Rule(Struct, rename="pascal"):
    """Rules[]; `actions` may be null."""

    rule_id: str | None = None
    rule_name: str | None = None
    rule_mode: str | None = None
    severity: str | None = None
    actions: list[str] | None = None
    conditions_matched: Conditions | None = None


class Policy(Struct, rename="pascal"):
    """PolicyDetails[]; the name can be missing."""

    policy_id: str | None = None
    policy_name: str | None = None
    rules: list[Rule] | None = None


class ExceptionInfo(Struct, rename="pascal"):
    """What the sender said. The schema calls it a string and describes an object: both come."""

    reason: str | None = None
    override: bool | str | None = None
    false_positive: bool | str | None = None
    justification: str | None = None


class Mail(
    Struct,
    rename={"message_id": "MessageID", "sender": "From", "copied": "CC"}
    | {
        "to": "To",
        "subject": "Subject",
        "sent": "Sent",
        "recipient_count": "RecipientCount",
        "exception_info": "ExceptionInfo",
    },
):
    """ExchangeMetaData, of mail and of chats."""

    message_id: str | None = None
    sender: str | None = None
    to: list[str] | None = None
    copied: list[str] | None = None
    subject: str | None = None
    sent: str | None = None
    recipient_count: int | None = None
    exception_info: ExceptionInfo | str | None = None


class File(Struct, rename={"sender": "From"}):
    """SharePointMetaData."""

    sender: str | None = None


class Device(Struct, rename="pascal"):
    """EndpointMetaData: 3 is warned and went on, 2 warned (Microsoft's own reader of the feed)."""

    enforcement_mode: int | None = None
    justification: str | None = None


class Record(Struct, rename="pascal"):
    """One record of DLP.All."""

    id: str | None = None
    organization_id: str | None = None
    creation_time: str | None = None
    operation: str | None = None
    workload: str | None = None
    record_type: int | None = None
    user_id: str | None = None
    incident_id: str | None = None
    policy_details: list[Policy] | None = None
    exception_info: ExceptionInfo | str | None = None
    exchange_meta_data: Mail | None = None
    share_point_meta_data: File | None = None
    endpoint_meta_data: Device | None = None
