"""Versions of policies as they come into force: judged on every night, kept and journalled once.

A version that may not be in force refuses its school before anything is read or planned; the mend
is to keep the former version in the file until the new one's approvals are there (SNMAT-10).
"""

from datetime import date

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.store.journal import Entry
from graphsync.store.pack_versions import PackVersion
from policies.pack_clauses import unknown_clauses
from policies.pack_layers import Layers, PackRefused
from policies.pack_loading import load_layers, rules_of
from policies.pack_reading import Layer, Problem
from policies.pack_versions import InForce, Version, objections, versions
from policies.policy_values import Approval
from policies.rules import Rules
from policies.school_days import school_day

VERSION_KEY = "pack.version"


class Standing(Struct, frozen=True, kw_only=True):
    """Where a pack stands with its version.

    `working`: it names no author, so nothing is held fast. `ready`: it comes into force with the
    next plan or sync. Otherwise `in force`, or `refused` with every objection.
    """

    owner: str
    file: str
    version: str
    author: str
    state: str
    since: date | None = None
    objections: tuple[str, ...] = ()


class _Judged(Struct, frozen=True):
    """A pack's version against what the store holds; `new` is None when it is in force already."""

    standing: Standing
    line: int
    new: Version | None


def rules_in_force(bench: Bench, school: str) -> Rules:
    """The school's effective rules; a version of its policy that is new and ready comes into force.

    Raises PackRefused as `load_rules` does, and with every objection to a version that is not
    ready; then nothing is kept.
    """
    layers = load_layers(bench.packs_dir, school)
    if _demanded(bench, layers):
        with bench.store.transaction():
            _activate(bench, layers)
    return rules_of(layers)


def looked_at(bench: Bench, school: str) -> Layers:
    """The layers of a school for a person to look at, whether or not its version is in force.

    Raises PackRefused as `load_rules` does, and for clause ids that do not exist.
    """
    layers = load_layers(bench.packs_dir, school)
    if unknown := unknown_clauses(layers):
        raise PackRefused(tuple(map(str, unknown)))
    return layers


def standings(bench: Bench, layers: Layers) -> tuple[Standing, ...]:
    """Where each pack of the school stands today, the trust's first; nothing is kept."""
    return tuple(one.standing for one in _judged(bench, layers))


def _demanded(bench: Bench, layers: Layers) -> list[Version]:
    """The versions that are to come into force; raises PackRefused for any that may not."""
    judged = _judged(bench, layers)
    new = [one.new for one in judged if one.new]
    problems = [
        Problem(one.standing.file, one.line, VERSION_KEY, text)
        for one in judged
        for text in one.standing.objections
    ]
    if new:
        problems += unknown_clauses(layers)
    if problems:
        raise PackRefused(tuple(map(str, problems)))
    return new


def _activate(bench: Bench, layers: Layers) -> None:
    """Keep and journal what comes into force; judged again, since another process may have."""
    for version in _demanded(bench, layers):
        approvals = msgspec.json.encode(version.approvals).decode()
        bench.store.pack_versions.activate(
            PackVersion(
                school=version.owner,
                version=version.version,
                policy_sha256=version.sha256,
                author=version.author,
                changes=version.changes,
                approvals=approvals,
                asked=msgspec.json.encode(version.asked, order="sorted").decode(),
                active_from=bench.now(),
                by=bench.requester,
            )
        )
        entry = Entry(
            school=version.owner,
            run="",
            item="",
            what="event",
            operation="policy_in_force",
            result=version.version,
            after={
                "version": version.version,
                "policy_sha256": version.sha256,
                "author": version.author,
                "requested_by": version.requested_by,
                "changes": version.changes,
                "approvals": approvals,
                "by": bench.requester,
            },
        )
        bench.store.journal.append([entry])


def _judged(bench: Bench, layers: Layers) -> list[_Judged]:
    told = versions(layers)
    return [
        _judge(bench, layer, owner, told[owner])
        for layer, owner in zip(layers.speaking(), told, strict=True)
    ]


def _judge(bench: Bench, layer: Layer, owner: str, version: Version | None) -> _Judged:
    kept = bench.store.pack_versions.of(owner)
    active = next((_in_force(one) for one in kept if one.superseded_at is None), None)
    said = layer.entries.get(VERSION_KEY)
    state = "working"
    if version is None:
        texts = _nameless(active)
    else:
        former = [one.version for one in kept if one.superseded_at is not None]
        texts = objections(version, active, former, school_day(bench.now()))
        state = "in force" if active and active.version == version.version else "ready"
    standing = Standing(
        owner=owner,
        file=layer.file,
        version=said.value if said else "",
        author=version.author if version else "",
        state="refused" if texts else state,
        since=active.since if active and state == "in force" else None,
        objections=texts,
    )
    new = version if standing.state == "ready" else None
    return _Judged(standing, said.line if said else 1, new)


def _nameless(active: InForce | None) -> tuple[str, ...]:
    """A policy that was in force as a version cannot shed its author and go on unwatched."""
    if active is None:
        return ()
    return (
        (
            f"version {active.version} is active since {active.since}, but the file names no "
            "pack.author any more; name the author of that version, or of a new one (SNMAT-0.2)"
        ),
    )


def _in_force(kept: PackVersion) -> InForce:
    return InForce(
        version=kept.version,
        asked=msgspec.json.decode(kept.asked),
        approvals=msgspec.json.decode(kept.approvals, type=tuple[Approval, ...]),
        since=school_day(kept.active_from),
    )
