"""What a head may decide about a finding of the policy, and what of the pack then has to change.

A decision stands while the pack's line is what it was and its day has not passed (law B3, A4.2).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct

from policies.findings import Finding
from policies.pack_keys import KEYS
from policies.pack_layers import Layers

LONGEST = timedelta(days=366)  # a line that stays for longer is a policy to change
SILENT = "no pack says anything"


class Choice(StrEnum):
    """What the head decides."""

    CHANGE = "change"
    KEEP = "keep"
    ADOPT = "adopt"


class State(StrEnum):
    """Where a finding stands; DECIDED is not yet in the pack."""

    OPEN = "open"
    KEPT = "kept"
    DECIDED = "decided"


class Modern(Struct, frozen=True, kw_only=True):
    """The rule of today that a policy's line contradicts, and the risk of keeping the line.

    `adopt` and `keep` say what to do with the line in the pack; `keep` is empty where it stays.
    """

    rule: str
    risk: str
    adopt: str
    keep: str = ""


_LAW = Modern(
    rule="The UK GDPR and the DPA 2018 apply; the Act that the policy cites is repealed.",
    risk="Staff and parents are told of rights and duties that the law has no more.",
    adopt="cite UKGDPR in the next version of the policy, then write it here",
)
MODERN: Mapping[str, Modern] = {
    "password.change.expire_days": Modern(
        rule="Passwords do not expire; one is changed when somebody else may know it"
        " (NCSC, Cyber Essentials).",
        risk="People count their passwords up or write them down; a thief uses one at once.",
        adopt="take the line out",
        keep="password: {change: {expiry_decided_by: WHO DECIDED}}",
    ),
    "password.route": Modern(
        rule="Cyber Essentials asks MFA, or 8 characters with a deny list, where Entra alone keeps"
        " the accounts; it cannot ask 12.",
        risk="The school says that it asks 12 characters, and nothing asks them.",
        adopt="write mfa or len8_denylist",
    ),
    "pack.law_cited": _LAW,
    "registers.ico_registration": msgspec.structs.replace(
        _LAW,
        rule="A school pays the data-protection fee; there is no registration any more.",
        adopt="take the line out once the policy speaks of the fee",
    ),
    "retention_review.principles": msgspec.structs.replace(
        _LAW,
        rule="UK GDPR Article 5 has the principles of today.",
        adopt="take the line out once the policy names those of Article 5",
    ),
}


class Decision(Struct, frozen=True, kw_only=True):
    """What a head decided about a key: `line` is what the packs said then.

    `until` is the last day on which it stands: for KEEP of the line, else by when the pack says
    what was decided. `review` is when it is looked at before that.
    """

    key: str
    choice: Choice
    line: str
    until: date
    review: date


def decidable(finding: Finding) -> bool:
    """Whether it is about a line of the pack, rather than about records or the tenant."""
    return finding.subject in KEYS


def choices(key: str) -> tuple[Choice, ...]:
    """What may be decided about it: a modern rule is adopted only where there is one."""
    return (Choice.CHANGE, Choice.KEEP, *((Choice.ADOPT,) if key in MODERN else ()))


def line_of(layers: Layers, key: str) -> str:
    """What the packs say at a key, wherever in the file that stands."""
    said = [
        f"{layer.file}: {_said(layer.entries[key].said)}"
        for layer in layers.speaking()
        if key in layer.entries
    ]
    return "; ".join(said) or SILENT


def _said(value: object) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def to_edit(layers: Layers, key: str, choice: Choice) -> str:
    """Where in which pack somebody has to write what; empty where nothing has to change."""
    modern = MODERN.get(key)
    where = layers.problem(key, "")
    at = f"{where.file}, line {where.line}" if line_of(layers, key) != SILENT else where.file
    match choice:
        case Choice.ADOPT if modern:
            return f"{at} ({key}): {modern.adopt}"
        case Choice.KEEP:
            return f"{where.file}: write {modern.keep}" if modern and modern.keep else ""
        case _:
            return f"{at}: write at {key} what the policy is to say"


def state_of(decision: Decision | None, line: str, day: date) -> State:
    """Where a finding stands on a day, with what the packs say now."""
    if decision is None or decision.line != line or day > decision.until:
        return State.OPEN
    return State.KEPT if decision.choice is Choice.KEEP else State.DECIDED


def told(decision: Decision | None, line: str, day: date) -> str:
    """The same in a sentence; empty where nobody decided."""
    if decision is None:
        return ""
    if decision.line != line:
        return "decided once; the pack says something else since"
    if day > decision.until:
        return f"decided until {decision.until}, which is over"
    review = f"; its review was due on {decision.review}" if day > decision.review else ""
    if decision.choice is Choice.KEEP:
        return f"kept until {decision.until} by the head{review}"
    what = "the modern rule" if decision.choice is Choice.ADOPT else "another line"
    return f"decided by the head: {what}, not yet in the pack; by {decision.until}{review}"
