"""The figures of a term's pack: what is counted, by which rule, and whether it may be believed.

Nobody is named and no small number told (law A16.7, B9). Numbers of people and of cases are told as
bands of five, so that two packs subtracted from each other, or parts from their total, never come
to one number under five. A figure without data, or with old data, is never good (worst case b).
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

BAND = 5
FEW = "<5"
LEAVERS_WITHIN = 24  # hours: the night after the last day is over then (decision 11)
OLD_DAYS = 14  # law B9: no runs for so long is amber
NO_DATA = "no data"
NOT_TOLD = "not told of fewer than 5"
NOT_MEASURED = (
    "accounts without a second factor",
    "requests for access answered in time",
    "dates of impact assessments",
    "reviews of filtering and monitoring",
)
# Of the states of a run: what it came to, in the words of the pack.
OUTCOMES = {
    "applied": "carried out",
    "partly": "partly carried out",
    "parked": "waits for the head",
    "approved": "waits to be carried out",
    "refused": "export refused",
    "broken": "broke off",
}
_FAILED = frozenset({"refused", "broken"})


class Mood(StrEnum):
    """How a figure stands. *Wait* is amber: look into it, or nobody can tell."""

    GOOD = "good"
    WAIT = "wait"
    BAD = "bad"


class Part(Struct, frozen=True):
    """One number of a figure, as it may be told."""

    name: str
    told: str


class Figure(Struct, frozen=True, kw_only=True):
    """One line of the pack: its parts, the rule that it is counted by, and what proves the rule.

    `law` names rows of the law and clauses, `test` what fails when the rule is broken. `as_of` is
    when its data are from, None for no data; `note` says why it is not good.
    """

    name: str
    title: str
    parts: tuple[Part, ...]
    rule: str
    law: str
    test: str
    mood: Mood
    note: str = ""
    as_of: datetime | None = None


class Joined(Struct, frozen=True):
    """Whose first day lies in the term: days from the account to it, and how many have none.

    Below 0 the account came later than the day.
    """

    lead: tuple[int, ...] = ()
    without: int = 0


class Left(Struct, frozen=True):
    """How long after the last day, or its hour, each leaver was blocked; and who is not today."""

    blocked: tuple[timedelta, ...] = ()
    unblocked: int = 0


class Seen(Struct, frozen=True, kw_only=True):
    """Accounts that can sign in today: of nobody, of nobody listed, of pupils without a consent."""

    strangers: int = 0
    unlisted: int = 0
    unconsented: int = 0


class Mails(Struct, frozen=True, kw_only=True):
    """Mail exceptions: open and overdue today, decided against the advice in the term."""

    open: int = 0
    overdue: int = 0
    overruled: int = 0


class Clocks(Struct, frozen=True, kw_only=True):
    """Breaches of the term by their 72 hours; of what is `suspected` nobody said that."""

    in_time: int = 0
    late: int = 0
    running: int = 0
    suspected: int = 0


class Facts(Struct, frozen=True, kw_only=True):
    """What was counted of one school and one term; moments are None where there are no data.

    `at` is now, or the end of a term that is over; `now` is when it was counted. `runs` are the
    states and moments of the term's runs, oldest first. `overdue` counts policies.
    """

    at: datetime
    now: datetime
    runs: tuple[tuple[str, datetime], ...] = ()
    roster_at: datetime | None = None
    joined: Joined = Joined()
    left: Left = Left()
    seen_at: datetime | None = None
    seen: Seen = Seen()
    mail_at: datetime | None = None
    mail: Mails = Mails()
    clocks: Clocks = Clocks()
    overdue: int = 0


def banded(number: int) -> str:
    """A number of people or cases as a band of five: `0`, `<5`, `5 to 9`, and so on."""
    if number < BAND:
        return FEW if number else "0"
    least = number - number % BAND
    return f"{least:,} to {least + BAND - 1:,}"


def figures(facts: Facts) -> tuple[Figure, ...]:
    """Every figure, in the order of the page."""
    return (
        _runs(facts),
        _joiners(facts),
        _leavers(facts),
        _orphans(facts),
        _consents(facts),
        _mail(facts),
        _breaches(facts),
        _policies(facts),
    )


def _runs(facts: Facts) -> Figure:
    """Runs are no people: they are told exactly."""
    states = [state for state, _ in facts.runs]
    named = {word: states.count(state) for state, word in OUTCOMES.items()}
    others = len(states) - sum(named.values())
    parts = [Part("runs", f"{len(states):,}")]
    parts += [Part(word, f"{number:,}") for word, number in named.items() if number]
    parts += [Part("nothing to do, or only shown", f"{others:,}")] if others else []
    ran = [at for state, at in facts.runs if state not in _FAILED]
    gap = _longest_gap(ran, facts.at)
    last = states[-1] if states else ""
    mood, note = Mood.GOOD, ""
    if last in _FAILED:
        mood, note = Mood.BAD, f"the last one: {OUTCOMES[last]}"
    elif gap is not None and gap.days > OLD_DAYS:
        mood, note = Mood.WAIT, f"once {gap.days} days without a run"
    return _judged(
        facts.at,
        Figure(
            name="runs",
            title="Nightly runs",
            parts=tuple(parts) if states else (Part("runs", "no runs"),),
            rule="Every night compares the export with the tenant; 14 days without are too many.",
            law="A1.9, B9 (b)",
            test="tests/policies/test_termly.py::test_no_runs_for_two_weeks_is_amber",
            mood=mood,
            note=note,
            as_of=ran[-1] if ran else None,
        ),
    )


def _longest_gap(moments: Sequence[datetime], end: datetime) -> timedelta | None:
    """The longest time from one of these to the next, or to the end; None for none."""
    return max((b - a for a, b in pairwise((*moments, end))), default=None)


def _joiners(facts: Facts) -> Figure:
    late = sum(days < 0 for days in facts.joined.lead)
    without = facts.joined.without
    wrong = late + without
    return _judged(
        facts.at,
        Figure(
            name="joiners",
            title="Joiner lead time",
            parts=(
                Part("ready on the first day", banded(len(facts.joined.lead) - late)),
                Part("later", banded(late)),
                Part("no account yet", banded(without)),
                *_spread("days before the first day", [float(one) for one in facts.joined.lead]),
            ),
            rule="Whoever's first day lies in the term has the account that day at the latest.",
            law="A1.7",
            test="tests/policies/test_termly.py::test_a_late_account_is_amber",
            mood=Mood.WAIT if wrong else Mood.GOOD,
            note="some had no account on their first day" if wrong else "",
            as_of=facts.roster_at,
        ),
    )


def _leavers(facts: Facts) -> Figure:
    hours = [one / timedelta(hours=1) for one in facts.left.blocked]
    late = sum(one > LEAVERS_WITHIN for one in hours)
    mood, note = Mood.GOOD, ""
    if facts.left.unblocked:
        mood, note = Mood.BAD, "somebody who has left can still sign in"
    elif late:
        mood, note = Mood.WAIT, "some were blocked later than the night after"
    return _judged(
        facts.at,
        Figure(
            name="leavers",
            title="Leaver block time",
            parts=(
                Part("blocked within a day", banded(len(hours) - late)),
                Part("later", banded(late)),
                Part("not blocked today", banded(facts.left.unblocked)),
                *_spread("hours after the last day", hours),
            ),
            rule="Sign-in ends the night after the last day, or at the hour that HR gave.",
            law="A1.8, B10.4",
            test="tests/policies/test_termly.py::test_a_leaver_who_can_sign_in_is_bad",
            mood=mood,
            note=note,
            as_of=facts.seen_at,
        ),
    )


def _orphans(facts: Facts) -> Figure:
    some = facts.seen.strangers + facts.seen.unlisted
    return _judged(
        facts.now,
        Figure(
            name="orphans",
            title="Orphaned accounts, today",
            parts=(
                Part("of nobody we know", banded(facts.seen.strangers)),
                Part("of somebody the roster no longer lists", banded(facts.seen.unlisted)),
            ),
            rule="An account that can sign in belongs to somebody on the roster, or is protected.",
            law="A1.8, A1.9",
            test="tests/staff/test_staff_termly.py::test_orphans_are_counted_of_what_can_sign_in",
            mood=Mood.WAIT if some else Mood.GOOD,
            note="each is adopted, blocked or listed as protected" if some else "",
            as_of=facts.seen_at,
        ),
    )


def _consents(facts: Facts) -> Figure:
    return _judged(
        facts.now,
        Figure(
            name="licences_without_consent",
            title="Licensed without consent, today (must be 0)",
            parts=(Part("pupils", banded(facts.seen.unconsented)),),
            rule="No pupil who can sign in holds a licence unless a consent stands.",
            law="A3.4, A8, B10.3",
            test="tests/policies/test_termly.py::test_one_licence_without_consent_is_bad",
            mood=Mood.BAD if facts.seen.unconsented else Mood.GOOD,
            note="must be 0" if facts.seen.unconsented else "",
            as_of=facts.seen_at,
        ),
    )


def _mail(facts: Facts) -> Figure:
    mood, note = Mood.GOOD, ""
    if facts.mail.overdue or facts.mail.overruled:
        mood = Mood.WAIT
        note = "ask the head why, through the clerk"
    return _judged(
        facts.now,
        Figure(
            name="exceptions",
            title="Mail exceptions",
            parts=(
                Part("open today", banded(facts.mail.open)),
                Part("of these past their day", banded(facts.mail.overdue)),
                Part("decided against the DPO's advice, in the term", banded(facts.mail.overruled)),
            ),
            rule="Each is advised on by the DPO and decided by the head, in the days of the pack.",
            law="A18.2, A18.3, A18.6",
            test="tests/policies/test_termly.py::test_what_is_overdue_or_overruled_is_amber",
            mood=mood,
            note=note,
            as_of=facts.mail_at,
        ),
    )


def _breaches(facts: Facts) -> Figure:
    mood, note = Mood.GOOD, ""
    if facts.clocks.late:
        mood, note = Mood.BAD, "the regulator was told after 72 hours, or not yet"
    elif facts.clocks.running:
        mood, note = Mood.WAIT, "a clock is running"
    return Figure(
        name="breaches",
        title="Breaches and the 72 hours",
        parts=(
            Part("told in time, or decided not to", banded(facts.clocks.in_time)),
            Part("late", banded(facts.clocks.late)),
            Part("clock running", banded(facts.clocks.running)),
            Part("suspected only", banded(facts.clocks.suspected)),
        ),
        rule="The regulator is told within 72 hours of the school becoming aware, or it is decided"
        " in that time that none need be.",
        law="A12.1, A12.3; UK GDPR Article 33",
        test="tests/policies/test_termly.py::test_one_late_notice_is_bad",
        mood=mood,
        note=note,
        as_of=facts.now,
    )


def _policies(facts: Facts) -> Figure:
    """Policies are no people: they are told exactly."""
    return Figure(
        name="policies",
        title="Policies overdue for review, today",
        parts=(Part("overdue", f"{facts.overdue:,}"),),
        rule="A policy, and each agreement under it, is reviewed in the months of its own cycle.",
        law="review.cycle_months of the pack",
        test="tests/staff/test_staff_termly.py::test_a_policy_past_its_review_is_counted",
        mood=Mood.WAIT if facts.overdue else Mood.GOOD,
        note="Policies, To look at, says which" if facts.overdue else "",
        as_of=facts.now,
    )


def _spread(unit: str, values: Collection[float]) -> Iterator[Part]:
    """Median and worst, of five at least: of fewer they would be somebody's own."""
    worst = min if "before" in unit else max
    if not values:
        return
    if len(values) < BAND:
        yield Part(f"median, worst ({unit})", NOT_TOLD)
        return
    yield Part(f"median ({unit})", f"{median(values):,.0f}")
    yield Part(f"worst ({unit})", f"{worst(values):,.0f}")


def _judged(moment: datetime, figure: Figure) -> Figure:
    """The figure, amber where its data are missing or old; what is bad stays bad."""
    if figure.as_of is None:
        parts = figure.parts if figure.name == "runs" else (Part(figure.parts[0].name, NO_DATA),)
        return replace(figure, parts=parts, mood=Mood.WAIT, note=NO_DATA)
    days = (moment - figure.as_of).days
    if days <= OLD_DAYS or figure.mood is Mood.BAD:
        return figure
    return replace(figure, mood=Mood.WAIT, note=f"{NO_DATA} for {days} days")
