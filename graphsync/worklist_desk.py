"""The worklist at rest: kept after every planning, listed, and added to by people (decision 9)."""

from collections.abc import Container, Iterable
from datetime import date

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.changes import Plan
from graphsync.drafting import Draft
from graphsync.report import OverdueReport, WorklistReport
from graphsync.seen import seen_account
from graphsync.store.journal import Entry
from graphsync.store.links import Link
from graphsync.store.worklist import Row, Task
from graphsync.trouble import Refusal
from graphsync.worklist import (
    LAST_CHANGE,
    LAST_DAY,
    LEFT_OUT,
    NO_SID,
    SEEN,
    WAITS,
    Asked,
    Closed,
    Comparison,
    asked_of_ad,
    due,
    named,
)
from policies.pack_loading import load_rules
from policies.people import PersonKey
from policies.rules import Mode
from policies.school_days import school_day


class WorkLine(Struct, frozen=True, kw_only=True):
    """One open row in a list."""

    row: str
    task: str
    person: str
    due: date
    overdue: bool
    sign_in_name: str
    why: str
    doubt: str
    wanted: dict[str, str]
    object_id: str | None
    sid: str
    opened: date


def keep(bench: Bench, made: Draft, run_id: str) -> WorklistReport | None:
    """Open, renew and close rows as a plan of today asks; None where there is nothing to tell.

    What a parked plan asks for anew is in doubt until the plan is approved. A plan of another day
    (`--as-of`) changes no row: nobody is disabled in advance. Nor does that
    of a school that only observes. Inside one transaction of the store.
    """
    school, day = made.plan.school, made.plan.as_of
    counts = day == school_day(bench.now()) and made.intake.rules.mode is Mode.APPLY
    found = made.worklist if counts else Comparison()
    if found != Comparison():
        rows = bench.store.worklist.locked(school)
        found = found.not_yet_done(rows)
        if not made.verdict.passes:
            found = found.until_approved(rows)
    opened = [_row(bench, one, made) for one in found.opened]
    bench.store.worklist.put([*opened, *found.renewed])
    _close(bench, found.closed)
    _journal(bench, run_id, opened, found.closed)
    standing = bench.store.worklist.open(school)
    report = _report(standing, day, len(opened), len(found.closed))
    return None if report == WorklistReport() else report


def approved(bench: Bench, plan: Plan, left_out: Container[PersonKey]) -> None:
    """The rows that waited for this plan's approval may be carried out, but for those left out."""
    people = asked_of_ad(plan)
    rows = [
        row
        for row in bench.store.worklist.locked(plan.school)
        if row.doubt == WAITS and row.person in people
    ]
    bench.store.worklist.put(
        [
            msgspec.structs.replace(row, doubt=LEFT_OUT if row.person in left_out else "")
            for row in rows
        ]
    )


def sent_back(bench: Bench, plan: Plan) -> None:
    """The rows that this plan asks for wait, until it is approved or a plan that passes asks."""
    people = asked_of_ad(plan)
    rows = bench.store.worklist.locked(plan.school)
    bench.store.worklist.put(
        [
            msgspec.structs.replace(row, doubt=WAITS)
            for row in rows
            if not row.doubt and row.person in people
        ]
    )


def listing(bench: Bench, school: str | None, *, overdue_only: bool) -> tuple[WorkLine, ...]:
    """What is still to be done in Active Directory, the most urgent first.

    Raises PackRefused for a school that has no pack.
    """
    if school is not None:
        load_rules(bench.packs_dir, school)
    today = school_day(bench.now())
    rows = bench.store.worklist.open(school)
    return tuple(_line(row, today) for row in rows if row.overdue(today) or not overdue_only)


def ask_password(bench: Bench, key: PersonKey, reason: str) -> Row:
    """A person asks Active Directory for a new password for somebody.

    Raises Refusal when the account is not known, not mastered there, or asked for already.
    """
    account = seen_account(bench, key)
    if account is None:
        raise Refusal(f"{key} has no account that we know of; `graphsync person {key}` says more")
    if not account.mastered_in_ad:
        raise Refusal(f"the account of {key} is not mastered in Active Directory")
    standing = [row for row in bench.store.worklist.of(key) if row.closed_at is None]
    if any(row.task is Task.PASSWORD for row in standing):
        raise Refusal(f"a new password for {key} is asked for already; `graphsync worklist`")
    today = school_day(bench.now())
    changed = account.last_password_change_date_time
    asked = Asked(
        person=key,
        task=Task.PASSWORD,
        why=reason,
        account=account,
        wanted={LAST_CHANGE: changed.isoformat()} if changed else {},
        doubt="" if account.on_premises_security_identifier else NO_SID,
    )
    rules = load_rules(bench.packs_dir, key.school).worklist
    row = _new(bench, asked, due(Task.PASSWORD, today, rules))
    with bench.store.transaction():
        bench.store.worklist.put([row])
        _journal(bench, "", [row], ())
    return row


def _row(bench: Bench, asked: Asked, made: Draft) -> Row:
    return _new(bench, asked, due(asked.task, made.plan.as_of, made.intake.rules.worklist))


def _new(bench: Bench, asked: Asked, last_day: date) -> Row:
    row = Row(
        id=f"w-{bench.new_id()[:10]}",
        person=asked.person,
        task=asked.task,
        why=asked.why,
        created_at=bench.now(),
        due=last_day,
        wanted=asked.wanted,
        doubt=asked.doubt,
    )
    return msgspec.structs.replace(row, **named(asked))


def _close(bench: Bench, closed: Iterable[Closed]) -> None:
    """End rows. A block that we asked for and now see counts as ours: a returner may come back."""
    links: dict[PersonKey, Link] = {}
    for row, how in ((one.row, one.how) for one in closed):
        bench.store.worklist.close(row, how, bench.now())
        if row.task is not Task.DISABLE or how != SEEN:
            continue
        links = links or bench.store.links.of(row.person.school)
        if (link := links.get(row.person)) is not None:
            left_on = row.wanted.get(LAST_DAY)
            ours = msgspec.structs.replace(
                link,
                blocked_by_us_at=bench.now(),
                left_on=date.fromisoformat(left_on) if left_on else None,
            )
            bench.store.links.put(ours)


def _journal(bench: Bench, run_id: str, opened: Iterable[Row], closed: Iterable[Closed]) -> None:
    """Each row that opens or ends, by whom or why; values and names stay out of it."""
    entries = [_entry(row, run_id, "worklist_opened", bench.requester) for row in opened]
    entries += [_entry(one.row, run_id, "worklist_closed", one.how) for one in closed]
    if entries:
        bench.store.journal.append(entries)


def _entry(row: Row, run_id: str, operation: str, result: str) -> Entry:
    return Entry(
        school=row.person.school,
        run=run_id,
        item="",
        what="event",
        operation=operation,
        person=row.person,
        object_id=row.object_id,
        result=result,
        after={"row": row.id, "task": str(row.task), "due": str(row.due)},
    )


def _report(rows: Iterable[Row], today: date, opened: int, closed: int) -> WorklistReport:
    standing = list(rows)
    return WorklistReport(
        open=len(standing),
        opened=opened,
        closed=closed,
        unsure=sum(bool(row.doubt) for row in standing),
        overdue=tuple(
            OverdueReport(row=row.id, person=str(row.person), task=str(row.task), due=row.due)
            for row in standing
            if row.overdue(today)
        ),
    )


def _line(row: Row, today: date) -> WorkLine:
    return WorkLine(
        row=row.id,
        task=str(row.task),
        person=str(row.person),
        due=row.due,
        overdue=row.overdue(today),
        sign_in_name=row.sign_in_name,
        why=row.why,
        doubt=row.doubt,
        wanted=row.wanted,
        object_id=row.object_id,
        sid=row.sid,
        opened=school_day(row.created_at),
    )
