"""Reading one school's exports and deciding whether they count as its roster (decision 12).

A refused file never counts as an export; an accepted one is kept, so that a parked plan can be
drawn again from it and the next file is compared with it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.policy_desk import rules_in_force
from graphsync.roster.quality import Fingerprint, compare
from graphsync.roster.reading import Problem, Reading, RosterRefused, read_roster
from graphsync.roster_memory import RosterVersion
from graphsync.store.db import Store
from graphsync.store.exports import Export
from policies.class_logons import ClassLogon, joined
from policies.desired import speaks_for
from policies.kept_names import with_kept_names
from policies.people import PersonKey, Roster
from policies.rules import Rules
from policies.school_days import school_day


class Intake(Struct, frozen=True):
    """One school's accepted roster, its rules, and the moment at which it counts.

    The class log-ons that may exist stand among the roster's people.
    """

    rules: Rules
    roster: Roster
    sha256: str
    day: date
    moment: datetime
    reading: Reading | None = None
    class_logons: tuple[ClassLogon, ...] = ()


def moment_of(day: date, now: datetime) -> datetime:
    """When a plan as of `day` counts as drawn: the clock's time, moved to that day."""
    return now + (day - school_day(now))


def take_in(bench: Bench, school: str, paths: Sequence[Path], day: date) -> Intake:
    """Read, compare with the last accepted export, keep.

    Raises PackRefused or RosterRefused with everything that is wrong; then nothing is kept.
    """
    rules = rules_in_force(bench, school)
    now = bench.now()
    reading = read_roster(paths, school, rules.roster, now)
    moment = moment_of(day, now)
    with bench.store.transaction():
        _refuse_losses(bench, rules, reading, day, moment)
        if not bench.store.exports.accept_again(school, reading.sha256, moment):
            _keep(bench, reading, moment)
        logons = bench.store.class_logons.of(school)
        roster = joined(_known_as(bench.store, reading.roster), logons)
        _note_absences(bench, roster, reading.sha256, moment)
    return Intake(rules, roster, reading.sha256, day, moment, reading, logons)


def _keep(bench: Bench, reading: Reading, moment: datetime) -> None:
    """Keep an export whose content the school has not had before."""
    bench.store.exports.accept(
        Export(
            school=reading.roster.school,
            sha256=reading.sha256,
            accepted_at=moment,
            complete=reading.roster.complete,
            fingerprint=msgspec.msgpack.encode(reading.fingerprint),
        ),
        msgspec.msgpack.encode(reading.roster),
    )


def recall(bench: Bench, school: str, sha256: str, day: date) -> Intake:
    """The stored roster of an earlier run, as of that run's day."""
    rules = rules_in_force(bench, school)
    logons = bench.store.class_logons.of(school)
    roster = joined(stored_roster(bench.store, school, sha256), logons)
    return Intake(rules, roster, sha256, day, moment_of(day, bench.now()), class_logons=logons)


def stored_roster(store: Store, school: str, sha256: str) -> Roster:
    """An accepted roster as the files gave it, but for the names that safeguarding keeps."""
    body = store.exports.roster(school, sha256)
    return _known_as(store, msgspec.msgpack.decode(body, type=Roster))


def _known_as(store: Store, roster: Roster) -> Roster:
    return with_kept_names(roster, store.kept_names.standing(roster.school))


def roster_version(bench: Bench, school: str) -> RosterVersion | None:
    """What the last accepted roster rests on: while this is the same, so is the roster."""
    latest = bench.store.exports.latest(school, bench.now())
    if latest is None:
        return None
    logons = bench.store.class_logons.of(school)
    return RosterVersion(latest.sha256, logons, bench.store.kept_names.standing(school))


def latest_roster(bench: Bench, school: str) -> Roster | None:
    """The last accepted roster, with the class log-ons among its people; None before the first.

    From the bench's memory, where it has one.
    """
    version = roster_version(bench, school)
    if version is None:
        return None

    def decoded() -> Roster:
        return joined(stored_roster(bench.store, school, version.sha256), version.logons)

    if bench.rosters is None:
        return decoded()
    return bench.rosters.of(school, version, decoded)


def _refuse_losses(
    bench: Bench, rules: Rules, reading: Reading, day: date, moment: datetime
) -> None:
    if problems := losses(bench.store, rules, reading, day, moment):
        raise RosterRefused(problems)


def losses(
    store: Store, rules: Rules, reading: Reading, day: date, moment: datetime
) -> tuple[Problem, ...]:
    """What this reading has lost against the exports accepted by `moment`; see `quality`."""
    last = store.exports.latest(rules.school, moment)
    if last is not None and last.sha256 == reading.sha256:
        return ()
    others = store.exports.latest_of_each(moment)
    others.pop(rules.school, None)
    window = rules.roll_over
    return compare(
        rules.school,
        reading.fingerprint,
        _fingerprint(last) if last else None,
        {school: _fingerprint(export) for school, export in others.items()},
        rules.roster,
        roll_over=window is not None and window.starts <= day <= window.ends,
    )


def _fingerprint(export: Export) -> Fingerprint:
    return msgspec.msgpack.decode(export.fingerprint, type=Fingerprint)


def _note_absences(bench: Bench, roster: Roster, sha256: str, moment: datetime) -> None:
    """Who of those we know is missing from this export, and who is back."""
    school = roster.school
    present = {person.key for person in roster.people} | {one.key for one in roster.frozen}
    ids = {key.mis_id for key in present}
    missing = [
        PersonKey(school, mis_id)
        for mis_id, kind in bench.store.links.kinds(school).items()
        if mis_id not in ids and speaks_for(roster, kind)
    ]
    earlier: set[PersonKey] = set(bench.store.absences.of(school, moment))
    if missing:
        bench.store.absences.note_absent(school, missing, sha256, moment)
    if back := earlier & present:
        bench.store.absences.clear(school, back)
