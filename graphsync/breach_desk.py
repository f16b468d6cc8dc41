"""The breach register as people work it: opened by anyone, worked by the DPO, decided by the head.

Nothing here tells anybody outside: a notice is a text that a person sends, and records (A12.7).
Whoever advised does not decide (UK GDPR Article 38(6); law A12.4, A18.2).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.trouble import Refusal
from policies.breach_faults import Fault, Mend
from policies.breach_records import (
    Act,
    Body,
    Cause,
    Decision,
    Facts,
    Loss,
    Row,
    Source,
)
from policies.breaches import (
    Standing,
    State,
    faults_of_closing,
    is_late,
    last_alarm,
    next_phase,
    said,
    standing,
)
from policies.pack_loading import load_rules


class Report(Struct, frozen=True, kw_only=True):
    """What somebody reports. `source` is a word of `Source`, or `dlp:ITEM`.

    `reported_by` says who it was by their part, such as *a parent of year 7*.
    """

    school: str
    facts: Facts
    source: str = str(Source.USER)
    reported_by: str = ""
    aware_at: datetime | None = None


class Unmended(Refusal):
    """Refused for these faults, each of which somebody can mend; `about` says of what."""

    def __init__(self, *faults: Fault, about: str = "") -> None:
        super().__init__(about + "; ".join(map(str, faults)))
        self.faults = faults
        self.about = about


class BreachLine(Struct, frozen=True, kw_only=True):
    """One entry in a list. `due` is UTC; `hours_left` is negative once it is overdue.

    `alarm` is the last hour of the alarms that has passed on a running clock.
    """

    breach: str
    school: str
    title: str
    state: State
    source: str
    losses: tuple[Loss, ...]
    cause: Cause | None
    opened_at: datetime
    seen_at: datetime | None
    aware_at: datetime | None
    due: datetime | None
    runs: bool
    hours_left: float | None
    alarm: int | None
    decision: Decision | None
    notified_at: datetime | None
    closed_at: datetime | None


class BreachFile(Struct, frozen=True, kw_only=True):
    """One entry whole: what stands, what is missing before it may close, and every row.

    `mends` says of each that is missing what mends it.
    """

    line: BreachLine
    facts: Facts
    special_category: bool | None
    criminal_offence: bool | None
    reported_by: str
    advice: Row | None
    decided: Row | None
    against_advice: bool
    notified: tuple[Row, ...]
    told: tuple[Row, ...]
    missing: tuple[str, ...]
    mends: tuple[Mend, ...]
    rows: tuple[Row, ...]


def open_breach(bench: Bench, report: Report) -> BreachLine:
    """Open an entry; a suspicion until somebody says that the school is aware.

    Raises Refusal for one without a title, a source that is none, moments to come, and a DLP item
    that has an entry already; PackRefused for a school without a pack.
    """
    load_rules(bench.packs_dir, report.school)
    source, reference = _source(report.source)
    if not report.facts.title.strip():
        raise Refusal("the title is missing: say in a few words what happened, without names")
    _refuse_future(bench, *_moments(report.facts), report.aware_at)
    breach, now = f"b-{bench.new_id()[:8]}", bench.now()
    seen = msgspec.structs.replace(report.facts, seen_at=report.facts.seen_at or now)
    opened = _row(
        bench,
        breach,
        Act.OPENED,
        source=source,
        reference=reference,
        reported_by=report.reported_by.strip(),
        facts=seen,
    )
    rows = [opened]
    if report.aware_at is not None:
        rows.append(_row(bench, breach, Act.AWARE, moment=report.aware_at))
    store = bench.store
    with store.transaction():
        store.breaches.lock()
        if reference and (other := store.breaches.opened_for(report.school, reference)):
            raise Refusal(f"{reference} has the entry {other} already: note it there")
        store.breaches.add(report.school, rows)
    return line_of(report.school, standing(rows), now)


def _source(text: str) -> tuple[Source, str]:
    """`dlp:ITEM` as the source and the reference to what it was opened from."""
    word, _, item = text.partition(":")
    if word not in set(Source) or (word == Source.DLP) != bool(item.strip()):
        words = ", ".join(one for one in Source if one is not Source.DLP)
        raise Refusal(f"the source is one of {words}, or dlp:ITEM with the item's id")
    return Source(word), text if item else ""


def note(bench: Bench, breach: str, facts: Facts) -> BreachFile:
    """Add what was learned; what was said before and is said anew is replaced, and stays on record.

    Raises Refusal where nothing is said, and for moments to come or numbers below nought.
    """
    if not dict(said(facts)):
        raise Refusal("nothing to note: say at least one fact")
    _refuse_future(bench, *_moments(facts))
    if any(number is not None and number < 0 for number in (facts.people, facts.records)):
        raise Refusal("how many people or records cannot be below 0")
    with _working(bench, breach) as entry:
        return entry.keep(Act.NOTED, facts=facts)


def found_out(bench: Bench, breach: str, cause: Cause | None, told: str) -> BreachFile:
    """Add how a compromised password came about, as whoever keeps the accounts found out.

    Its cause takes the place of the one that the draft began with, not of the DPO's own.
    """
    with _working(bench, breach) as entry:
        begun = entry.now.facts.cause is Cause.PASSWORD_KNOWN
        facts = Facts(cause=cause) if begun else Facts()
        return entry.keep(Act.NOTED, facts=facts, text=told)


def aware(bench: Bench, breach: str, moment: datetime, why: str = "") -> BreachFile:
    """Say since when the school is aware: the clock of 72 hours begins then (law A12.1).

    Raises Refusal for a moment to come, and for another moment than before without a reason.
    """
    _refuse_future(bench, moment)
    with _working(bench, breach) as entry:
        if entry.now.aware_at is not None:
            _demand(why, "the clock runs already: say why the moment is another", Mend.WHY)
        return entry.keep(Act.AWARE, moment=moment, text=why.strip())


def advise(
    bench: Bench, breach: str, decision: Decision, advice: str, unavailable: str = ""
) -> BreachFile:
    """Record the DPO's advice, or a deputy's with why the DPO was unavailable (law A12.4)."""
    _demand(advice, "the advice is empty: write what is advised, and why")
    with _working(bench, breach) as entry:
        return entry.keep(
            Act.ADVISED,
            decision=decision,
            text=advice.strip(),
            unavailable=unavailable.strip(),
        )


def decide(bench: Bench, breach: str, decision: Decision, reason: str) -> BreachFile:
    """Record the controller's decision with its reason (law A12.3); it may differ from the advice.

    Raises Refusal without advice, and for the account that advised.
    """
    _demand(reason, "the reason is missing: a decision is recorded with its reason (A12.3)")
    with _working(bench, breach) as entry:
        advice, who = entry.now.advice, bench.requester
        if advice is None:
            raise Unmended(Fault("the DPO advises before the head decides", Mend.ADVISE, "A12.4"))
        if advice.by == who:
            raise Refusal(f"{who} advised, and so does not decide: the head does (A18.2)")
        return entry.keep(Act.DECIDED, decision=decision, text=reason.strip())


def notified(
    bench: Bench, breach: str, sent: datetime, reference: str, late: str = ""
) -> BreachFile:
    """Record that a person told the regulator, when, and under which reference.

    Raises Refusal before anybody is aware, for a moment to come, without a reference, and for a
    first notice after the 72 hours without the reasons for the delay (Article 33(1)).
    """
    _refuse_future(bench, sent)
    _demand(reference, "the regulator's reference is missing", Mend.REFERENCE)
    with _working(bench, breach) as entry:
        due = entry.now.due
        if due is None:
            raise Unmended(Fault("say first when the school became aware", Mend.AWARE))
        if is_late(entry.now, sent):
            _demand(
                late,
                f"it was due by {due:%Y-%m-%d %H:%M} UTC: give the reasons for the delay",
                Mend.LATE,
            )
        return entry.keep(
            Act.NOTIFIED,
            phase=next_phase(entry.now),
            moment=sent,
            reference=reference.strip(),
            late=late.strip(),
        )


def told(
    bench: Bench, breach: str, body: Body, when: datetime, how: str, words: str = ""
) -> BreachFile:
    """Record that the people, or a body, were told: when, how, and with which version of words."""
    _refuse_future(bench, when)
    _demand(how, "how they were told is missing", Mend.HOW)
    with _working(bench, breach) as entry:
        return entry.keep(
            Act.TOLD, body=body, moment=when, text=how.strip(), reference=words.strip()
        )


def close(bench: Bench, breach: str, text: str = "") -> BreachFile:
    """Close an entry; raises Refusal with everything that is still missing (law A12.3, A12.4)."""
    with _working(bench, breach) as entry:
        if faults := faults_of_closing(entry.now):
            raise Unmended(*faults, about=f"{breach} cannot be closed: ")
        return entry.keep(Act.CLOSED, text=text.strip())


def reopen(bench: Bench, breach: str, reason: str) -> BreachFile:
    """Open a closed entry again, to be advised and decided anew; the clock stays as it was."""
    _demand(reason, "the reason is missing: say what is new")
    with _working(bench, breach, closed=True) as entry:
        if entry.now.state is not State.CLOSED:
            raise Refusal(f"{breach} is not closed: note what is new")
        return entry.keep(Act.REOPENED, text=reason.strip())


def listing(
    bench: Bench, school: str | None = None, *, closed: bool = False
) -> tuple[BreachLine, ...]:
    """The entries that are open, or all of them: the running clocks first, by when they are due."""
    now = bench.now()
    lines = (
        line_of(school_of, standing(rows), now)
        for (school_of, _), rows in bench.store.breaches.all(school).items()
    )
    wanted = [line for line in lines if closed or line.state is not State.CLOSED]
    last = max((line.due for line in wanted if line.due), default=now)
    return tuple(sorted(wanted, key=lambda one: (not one.runs, one.due or last, one.opened_at)))


def show(bench: Bench, breach: str) -> BreachFile:
    """One entry whole; raises Refusal for one that nobody knows."""
    school, rows = _rows(bench, breach)
    now = standing(rows)
    faults = () if now.state is State.CLOSED else faults_of_closing(now)
    return BreachFile(
        line=line_of(school, now, bench.now()),
        facts=now.facts,
        special_category=now.facts.special,
        criminal_offence=now.facts.criminal,
        reported_by=now.opened.reported_by,
        advice=now.advice,
        decided=now.decided,
        against_advice=now.against_advice,
        notified=now.notified,
        told=now.told,
        missing=tuple(map(str, faults)),
        mends=tuple(one.mend for one in faults),
        rows=rows,
    )


def line_of(school: str, now: Standing, moment: datetime) -> BreachLine:
    """An entry as a line, at this moment."""
    left = None if now.due is None or not now.runs else (now.due - moment).total_seconds() / 3600
    return BreachLine(
        breach=now.breach,
        school=school,
        title=now.facts.title,
        state=now.state,
        source=now.source,
        losses=now.facts.losses,
        cause=now.facts.cause,
        opened_at=now.opened.at,
        seen_at=now.facts.seen_at,
        aware_at=now.aware_at,
        due=now.due,
        runs=now.runs,
        hours_left=None if left is None else round(left, 1),
        alarm=last_alarm(now, moment),
        decision=None if now.decided is None else now.decided.decision,
        notified_at=now.notified[0].moment if now.notified else None,
        closed_at=None if now.closed is None else now.closed.at,
    )


def _rows(bench: Bench, breach: str) -> tuple[str, tuple[Row, ...]]:
    found = bench.store.breaches.of(breach)
    if found is None:
        raise Refusal(
            f"there is no breach {breach}: the register lists those there are, closed ones too"
        )
    return found


class _Entry(Struct, frozen=True):
    """An entry that nobody else changes meanwhile."""

    bench: Bench
    school: str
    now: Standing

    def keep(self, act: Act, **fields: object) -> BreachFile:
        """Add a row, and tell what stands with it."""
        row = _row(self.bench, self.now.breach, act, **fields)
        self.bench.store.breaches.add(self.school, [row])
        return show(self.bench, self.now.breach)


@contextmanager
def _working(bench: Bench, breach: str, *, closed: bool = False) -> Iterator[_Entry]:
    """An entry to work on; raises Refusal for a closed one, unless that is wanted."""
    with bench.store.transaction():
        bench.store.breaches.lock()
        school, rows = _rows(bench, breach)
        now = standing(rows)
        if now.state is State.CLOSED and not closed:
            told = f"{breach} is closed: open it again first, with the reason"
            raise Unmended(Fault(told, Mend.REOPEN))
        yield _Entry(bench, school, now)


def _row(bench: Bench, breach: str, act: Act, **fields: object) -> Row:
    new = f"f-{bench.new_id()[:12]}"
    return Row(id=new, breach=breach, act=act, at=bench.now(), by=bench.requester, **fields)  # type: ignore[arg-type]


def _moments(facts: Facts) -> tuple[datetime | None, ...]:
    if facts.occurred_from and facts.occurred_to and facts.occurred_to < facts.occurred_from:
        raise Unmended(Fault("it cannot end before it began", Mend.SPAN))
    return facts.occurred_from, facts.occurred_to, facts.seen_at


def _refuse_future(bench: Bench, *moments: datetime | None) -> None:
    now = bench.now()
    for moment in moments:
        if moment is not None and moment > now:
            raise Refusal(f"{moment:%Y-%m-%d %H:%M} lies in the future")


def _demand(text: str, problem: str, mend: Mend | None = None) -> None:
    if text.strip():
        return
    if mend is None:
        raise Refusal(problem)
    raise Unmended(Fault(problem, mend))
