"""One DLP record, parsed strictly and scrubbed on parse.

What cannot be understood is quarantined with the reason; nothing raises, and no reason quotes what
was read.
"""

import re
from collections.abc import Collection

import msgspec

from policies.mail_events import (
    MESSAGES,
    Addresses,
    Event,
    Found,
    Fullness,
    Hit,
    Operation,
    Place,
    Reasoning,
    Said,
    Workload,
)
from reports.dlp import wire
from reports.dlp.times import record_time
from reports.dlp.verdicts import OutOfScope, Quarantined, Read, Reason, Taken

LARGEST = 1_000_000  # bytes of one record; those of a mail with 20 rules are about 60,000
_ID = re.compile(r"[0-9a-f][0-9a-f-]{7,63}", re.IGNORECASE)
_MESSAGE = re.compile(r"<?[^\s<>@]{1,200}@[^\s<>@]{1,100}>?")
_WORD = re.compile(r"\w{1,64}", re.ASCII)
_PATH = re.compile(r" - at `([^`]*)`$")
_NAME_LENGTH = 64  # Purview's limit for names of policies and rules
_OPERATIONS = {
    "dlprulematch": Operation.MATCH,
    "dlpruleundo": Operation.UNDO,
    "dlpinfo": Operation.INFO,
}
_WORKLOADS = {one.casefold(): one for one in Workload}
# In DLP.All too, and of no service that is judged here (Microsoft's reader of the feed, 2024).
_OTHER_SERVICES = frozenset({"powerbi", "powerplatform", "onpremisesscanner", "applications"})
_LABEL_TYPE = 43
_ENFORCEMENT = {3: "Warn", 4: "BlockAccess"}
# The options of Microsoft's dialogue for an override, as the audit log and the header have them.
_STOCK_OPTIONS = frozenset(
    {
        *("false positive", "recipient entitled", "manager approved", "i acknowledge"),
        "my manager approved sharing of this content",
        "recipient is entitled to this information",
    }
)
_decode = msgspec.json.Decoder(wire.Record).decode
_decode_said = msgspec.json.Decoder(wire.ExceptionInfo).decode


def read_record(raw: bytes, labels: Collection[str], tenant: str) -> Read:
    """The event of one record as JSON.

    `labels` are the words of personal labels, in lower case; `tenant` is the organisation whose
    records are taken, empty for any. A record in Windows-1252 is read as such.
    """
    if len(raw) > LARGEST:
        return Quarantined(Reason.TOO_LARGE)
    try:
        record = _decode(_as_utf8(raw))
    except msgspec.ValidationError as error:
        return _of_another_type(error)
    except (msgspec.DecodeError, RecursionError):
        return Quarantined(Reason.NOT_JSON)
    return _read(record, labels, tenant)


def _as_utf8(raw: bytes) -> bytes:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").encode()
    return raw


def _of_another_type(error: msgspec.ValidationError) -> Quarantined:
    """The path alone: the rest of such a message could name what was read."""
    path = _PATH.search(str(error))
    if path is None:
        return Quarantined(Reason.NOT_A_RECORD)
    return Quarantined(Reason.WRONG_TYPE, path[1].removeprefix("$."))


def _read(record: wire.Record, labels: Collection[str], tenant: str) -> Read:
    operation = (record.operation or "").casefold()
    if operation == "miplabel" or record.record_type == _LABEL_TYPE:
        return OutOfScope.LABEL
    workload = (record.workload or "").casefold()
    if workload in _OTHER_SERVICES:
        return OutOfScope.OTHER_SERVICE
    if workload not in _WORKLOADS:
        return Quarantined(Reason.UNKNOWN_WORKLOAD)
    if operation not in _OPERATIONS:
        return Quarantined(Reason.UNKNOWN_OPERATION)
    return _event(record, _WORKLOADS[workload], _OPERATIONS[operation], labels, tenant)


def _event(
    record: wire.Record,
    workload: Workload,
    operation: Operation,
    labels: Collection[str],
    tenant: str,
) -> Read:
    organisation = identifier(record.organization_id)
    if not organisation:
        return Quarantined(Reason.NO_ORGANISATION)
    if tenant and organisation != tenant:
        return Quarantined(Reason.OTHER_ORGANISATION)
    own = identifier(record.id)
    if not own:
        return Quarantined(Reason.NO_ID)
    created = record_time(record.creation_time)
    if created is None:
        return Quarantined(Reason.NO_TIME, "CreationTime")
    said = _said(record)
    if said is None:
        return Quarantined(Reason.UNREADABLE_EXCEPTION, "ExceptionInfo")
    mail = (workload in MESSAGES and record.exchange_meta_data) or wire.Mail()
    event = Event(
        organisation=organisation,
        id=own,
        fullness=Fullness.AUDIT_RECORD,
        workload=workload,
        operation=operation,
        created=created,
        incident=identifier(record.incident_id),
        message=message_of(mail.message_id),
        sent=record_time(mail.sent),
        hits=_hits(record),
        said=said,
        recipients=_recipients(mail),
        labels=labels_in(mail.subject, labels),
    )
    return Taken(event, _addresses(record, mail))


def _recipients(mail: wire.Mail) -> int | None:
    told = mail.recipient_count
    return told if told is not None and 0 <= told <= 1_000_000 else None


def _addresses(record: wire.Record, mail: wire.Mail) -> Addresses:
    """The sender is From, or else the user unless that is an agent's name ("DlpAgent")."""
    file = record.share_point_meta_data
    user = record.user_id or ""
    person = "" if user.casefold().startswith("dlp") else user
    sender = mail.sender or (file.sender if file else "") or person
    return Addresses(sender, (*(mail.to or ()), *(mail.copied or ())))


def _hits(record: wire.Record) -> tuple[Hit, ...]:
    """Every rule of every policy: one mail often breaks several."""
    device = record.endpoint_meta_data
    more = _ENFORCEMENT.get(device.enforcement_mode or 0) if device else None
    return tuple(
        _hit(policy, rule, more)
        for policy in record.policy_details or ()
        for rule in policy.rules or ()
    )


def _hit(policy: wire.Policy, rule: wire.Rule, more: str | None) -> Hit:
    conditions = rule.conditions_matched or wire.Conditions()
    actions = [*(rule.actions or ()), *([more] if more else ())]
    return Hit(
        policy_id=identifier(policy.policy_id),
        policy=name_of(policy.policy_name),
        rule_id=identifier(rule.rule_id),
        rule=name_of(rule.rule_name),
        mode=name_of(rule.rule_mode),
        severity=word_of(rule.severity),
        actions=tuple(word_of(action.partition(":")[0]) or "unreadable" for action in actions),
        found=tuple(_found(one) for one in conditions.sensitive_information or ()),
        external=any(
            one.name == "AccessScope" and one.value == "IncludeExternalUsers"
            for one in conditions.other_conditions or ()
        ),
    )


def _found(one: wire.Sensitive) -> Found:
    place = Place.UNTOLD
    if one.location:
        place = Place.BODY if one.location == "Message Body" else Place.ATTACHMENT
    return Found(
        kind=identifier(one.sensitive_type) or name_of(one.sensitive_information_type_name),
        count=max(0, one.count),
        unique=None if one.unique_count is None else max(0, one.unique_count),
        confidence=one.confidence,
        place=place,
    )


def _said(record: wire.Record) -> Said | None:
    """What the sender said: an object, JSON in a string, here or in the mail's data; None: no JSON.

    A computer tells a justification of its own.
    """
    mail, device = record.exchange_meta_data, record.endpoint_meta_data
    for told in (record.exception_info, mail.exception_info if mail else None):
        if isinstance(told, str) and told.strip():
            try:
                return said_of(_decode_said(told))
            except (msgspec.DecodeError, RecursionError):
                return None
        if isinstance(told, wire.ExceptionInfo):
            return said_of(told)
    if device and device.justification:
        return said_of(wire.ExceptionInfo(override=True, justification=device.justification))
    return Said()


def said_of(told: wire.ExceptionInfo) -> Said:
    """The marks of what was said; the text of a justification ends here."""
    text = (told.justification or "").strip()
    wrong = _is_true(told.false_positive)
    override = (told.reason or "").casefold() == "override" or _is_true(told.override)
    reasoning = Reasoning.NONE
    if text:
        stock = text.rstrip(".").casefold() in _STOCK_OPTIONS
        reasoning = Reasoning.STOCK if stock else Reasoning.OWN_WORDS
    overridden = override or bool(text and not wrong)
    return Said(overridden=overridden, false_positive=wrong, reasoning=reasoning)


def _is_true(told: bool | str | None) -> bool:  # noqa: FBT001 - the wire has both
    return told is True or (isinstance(told, str) and told.strip().casefold() == "true")


def identifier(text: str | None) -> str:
    """A GUID or the like in lower case; empty for anything else."""
    plain = (text or "").strip().strip("{}").lower()
    return plain if _ID.fullmatch(plain) else ""


def message_of(text: str | None) -> str:
    """The id of a message, without its angle brackets; empty for what can be none."""
    plain = (text or "").strip()
    return plain.strip("<>") if _MESSAGE.fullmatch(plain) else ""


def name_of(text: str | None) -> str:
    """A name that an administrator gave: one line, not longer than Purview lets it be."""
    return " ".join((text or "").split())[:_NAME_LENGTH]


def word_of(text: str | None) -> str:
    """A word of Purview's; empty for anything else."""
    plain = (text or "").strip()
    return plain if _WORD.fullmatch(plain) else ""


def labels_in(subject: str | None, labels: Collection[str]) -> tuple[str, ...]:
    """Which of these words the subject has as a word of its own; the subject ends here."""
    if not subject or not labels:
        return ()
    words = set(re.findall(r"\w+", subject.casefold()))
    return tuple(sorted(words.intersection(labels)))
