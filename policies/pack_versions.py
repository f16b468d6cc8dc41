"""Versions of a policy: what a version holds fast, and when a new one may come into force.

A pack file is one version's text. A pack that names no author is a working pack: nothing of it is
held fast, and `policy check` says so (SNMAT-0.2).
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from policies.pack_keys import KEYS
from policies.pack_layers import Layers
from policies.pack_reading import Layer
from policies.policy_values import Approval
from policies.rules import GroupKind

# Sections and keys that say how this service keeps accounts; they may change on any day. What a
# pack records about itself (`pack`, the last review) is no part of what it asks.
_WORKING = (
    "pack",
    "review.last_review",
    "review.last_union_consultation",
    "trust",
    "school",
    "sync",
    "home",
    "naming",
    "usage_location",
    "licences",
    "limits",
    "leaver",
    "absence",
    "protected",
    "notify",
    "roster",
    "roll_over",
    "approval",
    "registers.documents",
    *(f"groups.{kind}" for kind in GroupKind),
    "groups.bind",
)
TRUST_OWNER = "trust"


class Version(Struct, frozen=True, kw_only=True):
    """A version as its file tells it; `owner` is a school's id, or `trust`.

    `asked` holds what the file says at each policy key, as plain values, and `sha256` its digest.
    `notice_days` is None where the policy names no number.
    """

    owner: str
    file: str
    line: int
    version: str
    author: str
    requested_by: str
    changes: str
    approvals: tuple[Approval, ...]
    union_consultation: date | None
    announced: date | None
    effective: date | None
    asked: dict[str, Any]
    sha256: str
    needs: "Needs"


class Needs(Struct, frozen=True, kw_only=True):
    """What a new version needs, each with the clauses that ask it, written `(PB-9.2)`."""

    bodies: tuple[str, ...]
    bodies_by: str
    union: bool
    union_by: str
    notice_days: int | None
    notice_by: str
    pupils_at_once: bool


class InForce(Struct, frozen=True, kw_only=True):
    """The version that is active, as it was when it came into force."""

    version: str
    sha256: str
    asked: dict[str, Any]
    approvals: tuple[Approval, ...]
    since: date


def is_working(path: str) -> bool:
    """Whether a key may change on any day, without a new version of the policy."""
    return any(path == one or path.startswith(f"{one}.") for one in _WORKING)


def versions(layers: Layers) -> dict[str, Version | None]:
    """The version of each pack that speaks, by its owner; None for a pack without an author."""
    school = layers.value("school.id")
    owners = {TRUST_OWNER: layers.trust, school: layers.school}
    return {
        owner: _version(layers, layer, owner) if "pack.author" in layer.entries else None
        for owner, layer in owners.items()
        if layer is not None
    }


def _version(layers: Layers, layer: Layer, owner: str) -> Version:
    asked = {
        path: msgspec.to_builtins(entry.said, enc_hook=str)
        for path, entry in sorted(layer.entries.items())
        if not is_working(path)
    }
    said = {
        path.removeprefix("pack."): entry.value
        for path, entry in layer.entries.items()
        if path.startswith("pack.")
    }
    return Version(
        owner=owner,
        file=layer.file,
        line=layer.entries["pack.version"].line,
        version=said["version"],
        author=said["author"],
        requested_by=said.get("requested_by", ""),
        changes=said.get("changes", ""),
        approvals=said.get("approvals", ()),
        union_consultation=said.get("union_consultation"),
        announced=said.get("announced"),
        effective=said.get("effective"),
        asked=asked,
        sha256=sha256(msgspec.json.encode(asked, order="sorted")).hexdigest(),
        needs=_needs(layers),
    )


def _needs(layers: Layers) -> Needs:
    def by(path: str) -> str:
        clauses = layers.provenance(path).clauses
        return f" ({', '.join(clauses)})" if clauses else ""

    return Needs(
        bodies=layers.value("review.approvals_needed") or (),
        bodies_by=by("review.approvals_needed"),
        union=bool(layers.value("review.union_consultation")),
        union_by=by("review.union_consultation"),
        notice_days=layers.value("review.staff_notice_days"),
        notice_by=by("review.staff_notice_days") or by("review.union_consultation"),
        pupils_at_once=layers.value("review.pupil_only_change_without_notice") is not False,
    )


def changed_keys(new: Mapping[str, Any], old: Mapping[str, Any]) -> tuple[str, ...]:
    """The policy keys at which two versions say something else, sorted."""
    missing = object()
    return tuple(
        path for path in sorted({*new, *old}) if new.get(path, missing) != old.get(path, missing)
    )


def objections(
    new: Version, active: InForce | None, superseded: Collection[str], day: date
) -> tuple[str, ...]:
    """Everything that keeps this version from being in force on `day`; empty when nothing does.

    `superseded` names the owner's versions that were in force once. A version that is active and
    says what it said is in force.
    """
    if active and active.version == new.version:
        changed = changed_keys(new.asked, active.asked)
        return (_edited(active, changed),) if changed else ()
    if new.version in superseded:
        by = f" by {active.version}" if active else ""
        text = f"two active versions: version {new.version} was in force and was superseded{by}"
        return (f"{text}; give the policy a new number",)
    return tuple(_unready(new, active, day))


def _edited(active: InForce, changed: Collection[str]) -> str:
    return (
        f"version {active.version} is active since {active.since} and cannot be edited; changed "
        f"are {', '.join(changed)}: give the change its own version with author, changes and "
        "approvals (SNMAT-0.2)"
    )


def _unready(new: Version, active: InForce | None, day: date) -> Iterator[str]:
    keep = "; keep the former version in the file until then" if active else ""
    if active and not new.changes:
        yield f"changes are missing; say in pack.changes what differs from {active.version}"
    yield from _unapproved(new, active, day)
    if active:
        yield from _unannounced(new, active)
    if new.effective and new.effective > day:
        yield f"is effective on {new.effective}{keep}"


def _unapproved(new: Version, active: InForce | None, day: date) -> Iterator[str]:
    # What the former version asked cannot be shed by the version that it would stop.
    former = active.asked.get("review.approvals_needed") or () if active else ()
    given = {one.body: one for one in new.approvals}
    used = {(one.body, one.minute) for one in active.approvals} if active else set()
    for body in sorted({*new.needs.bodies, *former}):
        approval = given.get(body)
        if approval is None:
            yield (
                f"{_short(body)} approval missing{new.needs.bodies_by}; add {{body: {body}, date, "
                "minute, by} to pack.approvals"
            )
        elif approval.date > day:
            yield f"{_short(body)} approval is dated {approval.date}, after today; mend its date"
        elif (body, approval.minute) in used:
            yield (
                f"{_short(body)} approval has the minute of version "
                f"{active.version if active else ''}; record this version's own"
            )


def _unannounced(new: Version, active: InForce) -> Iterator[str]:
    changed = changed_keys(new.asked, active.asked)
    for_staff = [path for path in changed if path not in KEYS or not KEYS[path].pupils_only]
    needs = new.needs
    if not for_staff and (needs.pupils_at_once or not changed):
        return
    about = f"a clause about staff changed ({', '.join(for_staff or changed)})"
    if not (needs.union or active.asked.get("review.union_consultation")):
        return
    if new.union_consultation is None:
        yield f"union consultation missing{needs.union_by}: {about}; date pack.union_consultation"
    days = _strictest_days(needs.notice_days, active.asked.get("review.staff_notice_days"))
    if days is None:
        yield f"notice{needs.notice_by}: {about}; enter the days in review.staff_notice_days"
    elif new.announced is None or new.effective is None:
        yield f"notice{needs.notice_by}: {about}; date pack.announced and pack.effective"
    elif new.effective < (first := new.announced + timedelta(days=days)):
        yield (
            f"notice{needs.notice_by}: {about} and was announced on {new.announced}; with "
            f"{days} days' notice it is effective on {first} at the earliest"
        )


def _strictest_days(new: int | None, old: int | None) -> int | None:
    return max((days for days in (new, old) if days is not None), default=None)


def _short(body: str) -> str:
    """A body as a notice names it: its initials where it has several words."""
    words = body.replace("_", " ").split()
    return "".join(word[0].upper() for word in words) if len(words) > 1 else body
