"""Requests about somebody's data as the desk works on them (law A13, B2 task 3).

One is logged by whoever receives it; the data protection officer works on it, the safeguarding lead
says whether any of it would do serious harm, and a second person looks before it goes out. Nothing
is sent from here: that it was sent, and how, is recorded.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.trouble import Refusal
from policies.data_requests import (
    Standing,
    State,
    about_key,
    faults_of_closing,
    faults_of_sending,
    must_leave_out,
    standing,
)
from policies.pack_loading import load_rules
from policies.request_records import (
    LONGEST_NOTE,
    LONGEST_REFERENCE,
    Act,
    Asker,
    Harm,
    Kind,
    Means,
    Outcome,
    Pause,
    Row,
    Step,
)
from policies.school_days import school_day

SHORTEST_REASON = 8  # letters


class Wish(Struct, frozen=True, kw_only=True):
    """A request as it came in. `about` is `SCHOOL:ID`, or a reference where nobody knows the key.

    `contact` is the number of a contact of the pupil in the roster, where one of them asks.
    """

    school: str
    kind: Kind
    received: date
    about: str
    asker: Asker
    contact: str = ""
    note: str = ""

    def __repr__(self) -> str:
        return f"Wish({self.kind})"


class RequestLine(Struct, frozen=True, kw_only=True):
    """One request in a list. `due` is the next day that may not pass, None where there is none.

    `days_left` is negative once that day has passed. `unheard` says that the safeguarding lead has
    yet to say whether any of it would do serious harm.
    """

    request: str
    school: str
    kind: Kind
    state: State
    about: str
    received: date
    due: date | None
    days_left: int | None
    extended: bool
    unheard: bool

    def __repr__(self) -> str:
        return f"RequestLine({self.request})"


class RequestFile(Struct, frozen=True, kw_only=True):
    """One request whole: what is done, what is missing before an answer may go, and every row.

    `restricted` says that a court order restricts the contact who asks.
    """

    line: RequestLine
    asker: Asker
    contact: str
    note: str
    steps: tuple[Step, ...]
    harm: Harm | None
    leave_out: bool
    checked_by: str
    restricted: bool
    missing: tuple[str, ...]
    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        return f"RequestFile({self.line.request})"


def log(bench: Bench, wish: Wish) -> RequestLine:
    """Log a request: its clock runs from the day on which it came in.

    Whom it is about is not looked up: whoever logs it may not see everybody. Raises Refusal for a
    day to come, for nobody, and for what is too long; PackRefused for a school without a pack.
    """
    load_rules(bench.packs_dir, wish.school)
    about, note = " ".join(wish.about.split()), _note(wish.note)
    if wish.received > school_day(bench.now()):
        raise Refusal("the day on which it came in lies in the future")
    if not about or len(about) > LONGEST_REFERENCE or "@" in about:
        raise Refusal(
            "say whom it is about: a key such as pb:5523, or a reference of yours without a name"
            f" or address, of {LONGEST_REFERENCE} letters at most"
        )
    if len(wish.contact) > LONGEST_REFERENCE or "@" in wish.contact:
        raise Refusal("who asks is a contact's number in the roster; leave it empty for others")
    with bench.store.transaction():
        bench.store.data_requests.lock()
        request = f"q-{bench.new_id()[:8]}"
        row = _row(
            bench,
            request,
            Act.LOGGED,
            kind=wish.kind,
            day=wish.received,
            about=about,
            asker=wish.asker,
            contact=wish.contact.strip(),
            text=note,
        )
        _add(bench, wish.school, row, about)
    return line_of(wish.school, standing([row]), school_day(bench.now()))


def tick(bench: Bench, request: str, step: Step, note: str = "") -> RequestFile:
    """Say that a step is made sure of, and how, in a few words."""
    with _working(bench, request) as entry:
        return entry.keep(Act.TICKED, step=step, text=_note(note))


def pause(bench: Bench, request: str, why: Pause, since: date, note: str) -> RequestFile:
    """Let the clock stand from a day on, since who asks or what is asked for is not clear.

    Raises Refusal for any other reason there may be: nothing else stops it (law A13.2).
    """
    with _working(bench, request) as entry:
        if entry.now.due(entry.today) is None or entry.now.kind is Kind.COMPLAINT:
            raise Refusal("no clock runs that could stand")
        if entry.now.stands:
            raise Refusal("the clock stands already: let it run again first")
        last = entry.now.pauses[-1][1] if entry.now.pauses else None
        entry.demand_day(since, last)
        return entry.keep(Act.PAUSED, pause=why, day=since, text=_reason(note, "what was asked"))


def resume(bench: Bench, request: str, until: date) -> RequestFile:
    """Let the clock run again from the day on which the answer came."""
    with _working(bench, request) as entry:
        if not entry.now.stands:
            raise Refusal("the clock runs")
        entry.demand_day(until, entry.now.pauses[-1][0])
        return entry.keep(Act.RESUMED, day=until)


def extend(bench: Bench, request: str, reason: str) -> RequestFile:
    """Take two months more for many or difficult requests; whoever asks is told within the first.

    Raises Refusal once the first month is over, and for a second time (law A13.1).
    """
    with _working(bench, request) as entry:
        due = entry.now.due(entry.today)
        if due is None or entry.now.kind is Kind.COMPLAINT:
            raise Refusal("there is no month to extend")
        if entry.now.extended is not None:
            raise Refusal("it is extended already, and that is done once")
        if entry.today > due:
            raise Refusal(f"the first month ended on {due}: it can be extended no more")
        return entry.keep(Act.EXTENDED, text=_reason(reason, "why, and that they were told"))


def acknowledge(bench: Bench, request: str, day: date) -> RequestFile:
    """Say that a complaint was acknowledged to whoever made it."""
    with _working(bench, request) as entry:
        if entry.now.kind is not Kind.COMPLAINT:
            raise Refusal("a complaint is acknowledged; this is none")
        entry.demand_day(day)
        return entry.keep(Act.ACKNOWLEDGED, day=day)


def consult(bench: Bench, request: str, harm: Harm) -> RequestFile:
    """The safeguarding lead's word: whether any of it would do serious harm; not what."""
    with _working(bench, request) as entry:
        if entry.now.kind is not Kind.ACCESS:
            raise Refusal("nothing of this goes out that could do harm: it is no access request")
        return entry.keep(Act.CONSULTED, harm=harm)


def check(bench: Bench, request: str) -> RequestFile:
    """A second person has looked at what goes out; they are not the one who sends it.

    Raises Refusal before the safeguarding lead was heard, whose word is part of what is checked.
    """
    with _working(bench, request) as entry:
        if entry.now.kind is Kind.ACCESS and entry.now.consulted is None:
            raise Refusal("the safeguarding lead is asked first: that is part of what is checked")
        return entry.keep(Act.CHECKED)


def sent(bench: Bench, request: str, means: Means, day: date) -> RequestFile:
    """Record that an answer went out, and how.

    Raises Refusal with everything that is missing, for whoever checked it, and for a contact whom a
    court order restricts, as the roster has it today (law A13.5, B2).
    """
    with _working(bench, request) as entry:
        if entry.now.sent is not None:
            raise Refusal("an answer went out already: close it")
        if faults := faults_of_sending(entry.now):
            raise Refusal("; ".join(faults))
        if entry.now.checked is not None and entry.now.checked.by == bench.requester:
            raise Refusal("you checked it, and so somebody else sends it")
        if restricted(bench, entry.school, entry.now):
            raise Refusal(
                "a court order restricts the contact who asks: nothing goes to them; take advice,"
                " and close it with the reason"
            )
        entry.demand_day(day)
        return entry.keep(Act.SENT, means=means, day=day)


def close(
    bench: Bench, request: str, outcome: Outcome, systems: Sequence[str], reason: str = ""
) -> RequestFile:
    """Close a request with its search log; raises Refusal with everything that is missing."""
    searched = tuple(" ".join(one.split()) for one in systems if one.strip())
    if any(len(one) > LONGEST_NOTE for one in searched):
        raise Refusal(f"a system of the search log has {LONGEST_NOTE} letters at most")
    with _working(bench, request) as entry:
        if faults := faults_of_closing(entry.now, outcome, searched, reason):
            raise Refusal("; ".join(faults))
        return entry.keep(Act.CLOSED, outcome=outcome, systems=searched, text=_note(reason))


def listing(
    bench: Bench, schools: Collection[str], *, closed: bool = False
) -> tuple[RequestLine, ...]:
    """The requests of these schools that are open, or all: by the day that may not pass."""
    today = school_day(bench.now())
    lines = (
        line_of(school, standing(rows), today)
        for (school, _), rows in bench.store.data_requests.of_schools(schools).items()
    )
    wanted = [line for line in lines if closed or line.state is not State.CLOSED]
    return tuple(
        sorted(
            wanted,
            key=lambda one: (one.state is State.CLOSED, one.due or date.max, one.received),
        )
    )


def show(bench: Bench, request: str) -> RequestFile:
    """One request whole; raises Refusal for one that nobody knows."""
    school, rows = _rows(bench, request)
    now = standing(rows)
    over = now.sent is not None or now.closed is not None
    return RequestFile(
        line=line_of(school, now, school_day(bench.now())),
        asker=now.logged.asker or Asker.THEMSELVES,
        contact=now.logged.contact,
        note=now.logged.text,
        steps=tuple(one for one in Step if one in now.steps),
        harm=now.consulted.harm if now.consulted else None,
        leave_out=must_leave_out(now),
        checked_by=now.checked.by if now.checked else "",
        restricted=restricted(bench, school, now),
        missing=() if over else faults_of_sending(now),
        rows=rows,
    )


def line_of(school: str, now: Standing, today: date) -> RequestLine:
    """One request as it is listed on a day."""
    due = now.due(today)
    return RequestLine(
        request=now.request,
        school=school,
        kind=now.kind,
        state=now.state,
        about=now.logged.about,
        received=now.received,
        due=due,
        days_left=None if due is None else (due - today).days,
        extended=now.extended is not None,
        unheard=now.kind is Kind.ACCESS and now.consulted is None and now.sent is None,
    )


def restricted(bench: Bench, school: str, now: Standing) -> bool:
    """Whether a court order restricts the contact who asks, by the last accepted roster."""
    key, contact = about_key(school, now.logged.about), now.logged.contact
    roster = latest_roster(bench, school) if key and contact else None
    return roster is not None and any(
        one.pupil == key and one.contact_id == contact and one.court_order
        for one in roster.contacts
    )


class _Entry(Struct, frozen=True):
    """A request that nobody else changes meanwhile."""

    bench: Bench
    school: str
    now: Standing
    today: date

    def keep(self, act: Act, **fields: object) -> RequestFile:
        """Add a row, and tell what stands with it."""
        row = _row(self.bench, self.now.request, act, **fields)
        _add(self.bench, self.school, row, self.now.logged.about)
        return show(self.bench, self.now.request)

    def demand_day(self, day: date, after: date | None = None) -> None:
        """Raises Refusal for a day to come, or before the request, or before another day."""
        if not (after or self.now.received) <= day <= self.today:
            raise Refusal(
                f"the day lies between {after or self.now.received} and today: correct it"
            )


@contextmanager
def _working(bench: Bench, request: str) -> Iterator[_Entry]:
    """A request to work on; raises Refusal for a closed one."""
    with bench.store.transaction():
        bench.store.data_requests.lock()
        school, rows = _rows(bench, request)
        now = standing(rows)
        if now.state is State.CLOSED:
            raise Refusal(f"{request} is closed: log what is new as a request of its own")
        yield _Entry(bench, school, now, school_day(bench.now()))


def _rows(bench: Bench, request: str) -> tuple[str, tuple[Row, ...]]:
    found = bench.store.data_requests.of(request)
    if found is None:
        raise Refusal(f"there is no request {request}: the list shows those there are")
    return found


def _row(bench: Bench, request: str, act: Act, **fields: object) -> Row:
    new = f"w-{bench.new_id()[:12]}"
    return Row(id=new, request=request, act=act, at=bench.now(), by=bench.requester, **fields)  # type: ignore[arg-type]


def _add(bench: Bench, school: str, row: Row, about: str) -> None:
    key = about_key(school, about)
    bench.store.data_requests.add(school, row, str(key) if key else "")


def _note(text: str) -> str:
    note = " ".join(text.split())
    if len(note) > LONGEST_NOTE:
        raise Refusal(f"a note has {LONGEST_NOTE} letters at most: nothing of the person in it")
    return note


def _reason(text: str, what: str) -> str:
    if len(text.strip()) < SHORTEST_REASON:
        raise Refusal(f"say in a few words {what}; name nobody")
    return _note(text)
