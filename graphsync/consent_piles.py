"""Piles of paper forms: opened, closed, and checked by a second person against the paper.

How much is checked is the pack's (`consent.countersign`): all of a pile, a sample drawn when it is
closed, or none. Whoever entered a form never checks it (SNMAT-F2.3; law B4).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_desk import new_row
from graphsync.consent_school import ConsentSchool
from graphsync.run_desk import event
from graphsync.trouble import Refusal
from policies.consent_records import Act, Answer, Batch, Channel, Countersign, Entry, Method
from policies.people import PersonKey
from policies.school_days import school_day

LISTED = "`graphsync consent batch list SCHOOL` shows them"


class BatchLine(Struct, frozen=True, kw_only=True):
    """One pile in a list: how many forms, how many a second person has to check, how many wait."""

    batch: str
    school: str
    opened_by: str
    opened_on: date
    closed_on: date | None
    forms: int
    to_check: int
    waiting: int


class WaitingLine(Struct, frozen=True, kw_only=True):
    """One form that waits for a second person, as the paper has to show it."""

    row: str
    batch: str
    pupil: str
    form_group: str
    edition: str
    answer: str
    signed_on: date | None
    entered_by: str


class Checked(Struct, frozen=True, kw_only=True):
    """What a second person has checked."""

    rows: tuple[str, ...]
    act: Act


def open_batch(bench: Bench, school: str) -> BatchLine:
    """Begin a pile; raises PackRefused for a school without a pack."""
    at = ConsentSchool(bench, school)
    batch = Batch(
        id=f"b-{bench.new_id()[:8]}",
        school=school,
        opened_by=bench.requester,
        opened_at=bench.now(),
    )
    with bench.store.transaction():
        bench.store.consent_batches.open(batch)
        _journal(at, "batch_opened", batch.id)
    return _line(batch, [])


def close_batch(bench: Bench, school: str, named: str) -> BatchLine:
    """End a pile and draw what is checked; raises Refusal for one that is not open."""
    at = ConsentSchool(bench, school)
    batch = demand_open(at, named)
    rows = list(bench.store.consents.of_school(school).values())
    forms = _forms(rows, named)
    sample = frozenset(_drawn(bench, at, [row.id for row in forms]))
    with bench.store.transaction():
        bench.store.consent_batches.close(named, sample, bench.now())
        _journal(at, "batch_closed", named, f"{len(sample)} of {len(forms)}")
    return _line(msgspec.structs.replace(batch, closed_at=bench.now(), sample=sample), rows)


def _drawn(bench: Bench, at: ConsentSchool, ids: Sequence[str]) -> list[str]:
    """All of them, a share drawn by chance (one at least), or none, as the pack asks."""
    rules = at.rules.consent
    if rules.countersign is Countersign.ALL:
        return list(ids)
    if rules.countersign is Countersign.NONE or not ids:
        return []
    left = list(ids)
    number = max(1, math.ceil(rules.sample_share * len(ids)))
    return [left.pop(bench.digit(len(left))) for _ in range(number)]


def demand_open(at: ConsentSchool, named: str) -> Batch:
    """An open pile of the school; raises Refusal for any other."""
    batch = at.batches.get(named)
    if batch is None:
        raise Refusal(f"{named} is no batch of {at.rules.school}; {LISTED}")
    if batch.closed_at is not None:
        raise Refusal(f"{named} was closed on {school_day(batch.closed_at)}: open another batch")
    return batch


def countersign(bench: Bench, school: str, ids: Iterable[str], batch: str = "") -> Checked:
    """A second person has seen these forms, or all of a pile that wait, and they are as entered.

    Raises Refusal with every reason, and keeps nothing, for a row that the same person entered,
    that is no answer, is rejected or checked already, or lies in a pile that is still open.
    """
    wanted = list(dict.fromkeys(ids))
    if batch:
        wanted += [one.row for one in waiting(bench, school) if one.batch == batch]
    return _check(bench, school, wanted, Act.COUNTERSIGNED, "")


def reject(bench: Bench, school: str, row: str, reason: str) -> Checked:
    """The paper does not say what was entered.

    Raises Refusal for no reason, and for a row that is no answer or is rejected already.
    """
    if not reason.strip():
        raise Refusal("say what is wrong with the entry: the reason is missing")
    return _check(bench, school, [row], Act.REJECTED, reason.strip())


def _check(bench: Bench, school: str, ids: Sequence[str], act: Act, reason: str) -> Checked:
    at = ConsentSchool(bench, school)
    if not ids:
        raise Refusal(f"nothing waits to be checked; {LISTED}")
    register = bench.store.consents.of_school(school)
    known = {row.id: (pupil, row) for pupil, rows in register.items() for row in rows}
    said = _said_of(register.values())
    faults = [f"{one}: {why}" for one in ids if (why := _fault(at, known, said, one, act))]
    if faults:
        raise Refusal("nothing was recorded. " + "; ".join(faults))
    bench.store.consents.add(
        (known[one][0], _verdict(bench, known[one][1], act, reason)) for one in ids
    )
    return Checked(rows=tuple(ids), act=act)


def _fault(
    at: ConsentSchool,
    known: dict[str, tuple[PersonKey, Entry]],
    said: dict[str, set[Act]],
    named: str,
    act: Act,
) -> str:
    _, row = known.get(named, (None, None))
    if row is None or row.act is not Act.ANSWERED:
        return f"is no answer in the register of {at.rules.school}"
    before = said.get(named, set())
    if Act.REJECTED in before:
        return "was rejected already"
    if act is Act.REJECTED:
        return ""
    if Act.COUNTERSIGNED in before:
        return "was checked already"
    if row.by == at.bench.requester:
        return "was entered by the same person: a second one checks it"
    batch = at.batches.get(row.batch)
    if batch is not None and batch.closed_at is None:
        return f"lies in {batch.id}, which is still open: close it first"
    return ""


def _verdict(bench: Bench, row: Entry, act: Act, reason: str) -> Entry:
    return Entry(
        id=new_row(bench),
        act=act,
        at=bench.now(),
        by=bench.requester,
        form=row.form,
        version=row.version,
        batch=row.batch,
        about=row.id,
        reason=reason,
    )


def waiting(bench: Bench, school: str) -> tuple[WaitingLine, ...]:
    """What waits for a second person: what was drawn of closed piles, and single forms.

    Of a pile in which one form was rejected all wait: a sample proves nothing of it any more.
    """
    return waiting_in(ConsentSchool(bench, school), bench.store.consents.of_school(school))


def waiting_in(
    at: ConsentSchool, register: Mapping[PersonKey, tuple[Entry, ...]]
) -> tuple[WaitingLine, ...]:
    """The same, of a school and a register that are read already."""
    said = _said_of(register.values())
    drawn = {one for batch in at.batches.values() for one in _due(batch, register.values())}
    groups = {one.key: one.form or "" for one in at.roster.people}
    return tuple(
        WaitingLine(
            row=row.id,
            batch=row.batch,
            pupil=str(pupil),
            form_group=groups.get(pupil, ""),
            edition=row.version,
            answer=str(row.answer or ""),
            signed_on=row.signed_on,
            entered_by=row.by,
        )
        for pupil, rows in register.items()
        if pupil in groups
        for row in rows
        if (row.id in drawn or _alone(row, at)) and not said.get(row.id)
    )


def _alone(row: Entry, at: ConsentSchool) -> bool:
    """Whether it is a Yes in no pile that is nothing before a second person has seen the form."""
    if row.act is not Act.ANSWERED or row.answer is not Answer.YES or row.batch:
        return False
    if row.method is Method.PAPER_SEEN:
        return at.rules.consent.countersign is not Countersign.NONE or not row.verified_by
    return row.channel is Channel.OFFICE and row.method is not None and not row.verified_by


def batches(bench: Bench, school: str) -> tuple[BatchLine, ...]:
    """Every pile of a school, the oldest first."""
    found = bench.store.consent_batches.of_school(school).values()
    rows = list(bench.store.consents.of_school(school).values()) if found else []
    ordered = sorted(found, key=lambda one: (one.opened_at, one.id))
    return tuple(_line(one, rows) for one in ordered)


def _due(batch: Batch, register: Iterable[tuple[Entry, ...]]) -> frozenset[str]:
    """The rows of a closed pile that a second person has to check; none of one that is open."""
    if not batch.sample:
        return frozenset()
    rows = {row.id: row for one in register for row in one if row.batch == batch.id}
    for row in rows.values():
        if row.act is Act.REJECTED and row.by != rows[row.about].by:
            return frozenset(one.id for one in rows.values() if one.act is Act.ANSWERED)
    return batch.sample


def _said_of(register: Iterable[tuple[Entry, ...]]) -> dict[str, set[Act]]:
    """What a second person said of each row."""
    said: dict[str, set[Act]] = {}
    for rows in register:
        for row in rows:
            if row.act in {Act.COUNTERSIGNED, Act.REJECTED}:
                said.setdefault(row.about, set()).add(row.act)
    return said


def _forms(register: Iterable[tuple[Entry, ...]], batch: str) -> list[Entry]:
    """The answers of a pile that were not typed again."""
    rows = [row for one in register for row in one if row.batch == batch]
    gone = {row.about for row in rows if row.act is Act.REJECTED}
    return [row for row in rows if row.act is Act.ANSWERED and row.id not in gone]


def _line(batch: Batch, register: Sequence[tuple[Entry, ...]]) -> BatchLine:
    due, said = _due(batch, register), _said_of(register)
    return BatchLine(
        batch=batch.id,
        school=batch.school,
        opened_by=batch.opened_by,
        opened_on=school_day(batch.opened_at),
        closed_on=school_day(batch.closed_at) if batch.closed_at else None,
        forms=len(_forms(register, batch.id)),
        to_check=len(due),
        waiting=sum(not said.get(one) for one in due),
    )


def _journal(at: ConsentSchool, operation: str, batch: str, result: str = "") -> None:
    told = event(at.rules.school, "", operation, result or at.bench.requester)
    at.bench.store.journal.append([msgspec.structs.replace(told, item=batch)])
