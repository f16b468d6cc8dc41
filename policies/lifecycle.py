"""Joiner, mover, leaver, returner: where a person stands on a day (decisions 11, 13, 14).

The answer never depends on the tenant: only on the roster, the holds and what we did before.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from policies.departures import Departed
from policies.holds import Hold, HoldMode
from policies.people import Kind, Person
from policies.rules import AbsenceRules, Rules


class Stage(StrEnum):
    """Where a person stands."""

    CURRENT = "current"
    FUTURE = "future"
    LEFT = "left"
    LEFT_LONG_AGO = "left_long_ago"
    ABSENT = "absent"
    SUSPENDED = "suspended"
    DEPARTED = "departed"
    HELD = "held"
    BAD_ROW = "bad_row"


class Sighting(Struct, frozen=True):
    """One accepted complete export in which a person was missing."""

    sha256: str
    at: datetime


class Known(Struct, frozen=True, kw_only=True):
    """What earlier runs did for a person: `blocked` by us, and their last day where it is known."""

    kind: Kind
    blocked: bool = False
    left_on: date | None = None


class Standing(Struct, frozen=True, kw_only=True):
    """The stage, the last day of a leaver, and a sentence for people.

    `departed` says that a departure is why, not the roster; `returning` that one was withdrawn
    after it had acted, so that the head is asked before the account is opened again.
    """

    stage: Stage
    sentence: str = ""
    left_on: date | None = None
    clauses: tuple[str, ...] = ()
    departed: bool = False
    returning: bool = False


CURRENT = Standing(stage=Stage.CURRENT)


def standing(
    *,
    person: Person | None,
    bad_row: str | None,
    hold: Hold | None,
    known: Known | None,
    absences: tuple[Sighting, ...],
    absence_counts: bool,
    rules: Rules,
    day: date,
    departed: Departed | None = None,
    returning: bool = False,
) -> Standing:
    """Where this person stands on `day`.

    A departure whose hour has come goes before the roster and before every hold (decision 14).
    `bad_row` is the reason why tonight's row cannot be trusted. `hold` may have ended: then it only
    says why somebody is let in again. `absence_counts` says whether the
    roster speaks for this person's kind as a whole; `absences` are the accepted exports, tonight's
    among them, in which the person was missing without a break.
    """
    if departed is not None:
        return _departed(departed, hold, rules, day)
    if hold is not None and hold.stands(day):
        return _held(hold)
    if bad_row is not None:
        return Standing(stage=Stage.BAD_ROW, sentence=bad_row)
    if person is None:
        return _missing(known, absences, absence_counts=absence_counts, rules=rules, day=day)
    if person.leaves is not None and person.leaves < day:
        return _left(person.leaves, rules, day)
    if person.starts is not None and person.starts > day:
        return Standing(stage=Stage.FUTURE, sentence=f"starts on {person.starts}")
    if returning:
        return Standing(stage=Stage.CURRENT, sentence="the departure was withdrawn", returning=True)
    return _back_from(hold, known) or CURRENT


def gone_since(absences: tuple[Sighting, ...], rules: AbsenceRules) -> date | None:
    """The day on which enough different exports, far enough apart, had missed the person."""
    counted: list[Sighting] = []
    for sighting in sorted(absences, key=lambda one: (one.at, one.sha256)):
        fresh = all(sighting.sha256 != earlier.sha256 for earlier in counted)
        if fresh and (not counted or sighting.at - counted[-1].at >= timedelta(hours=rules.hours)):
            counted.append(sighting)
        if len(counted) >= rules.exports:
            return sighting.at.date()
    return None


def _departed(departed: Departed, hold: Hold | None, rules: Rules, day: date) -> Standing:
    """Out. A hold that stands keeps groups and licences as they are, though not the sign-in."""
    sentence = f"departure {departed.departure}, last day {departed.last_day}"
    if departed.keeps or (hold is not None and hold.stands(day)):
        return Standing(
            stage=Stage.DEPARTED, sentence=sentence, left_on=departed.last_day, departed=True
        )
    return replace(_left(departed.last_day, rules, day), sentence=sentence, departed=True)


def _held(hold: Hold) -> Standing:
    until = f" until {hold.until}" if hold.until else ""
    stage = Stage.SUSPENDED if hold.mode is HoldMode.SUSPEND else Stage.HELD
    clauses = (hold.clause,) if hold.clause else ()
    return Standing(stage=stage, sentence=f"{hold.reason}{until}", clauses=clauses)


def _back_from(hold: Hold | None, known: Known | None) -> Standing | None:
    """Somebody whom a suspension blocked that has run out: the roster's word counts again."""
    if hold is None or hold.mode is not HoldMode.SUSPEND or known is None or not known.blocked:
        return None
    if known.left_on is not None:  # they had left since, and that block is another one
        return None
    clauses = (hold.clause,) if hold.clause else ()
    return Standing(
        stage=Stage.CURRENT, sentence=f"the suspension ended on {hold.until}", clauses=clauses
    )


def _left(last_day: date, rules: Rules, day: date) -> Standing:
    keeps = timedelta(days=rules.leaver.licence_after_days)
    long_ago = day > last_day + keeps
    return Standing(
        stage=Stage.LEFT_LONG_AGO if long_ago else Stage.LEFT,
        sentence=f"last day {last_day}",
        left_on=last_day,
    )


def _missing(
    known: Known | None,
    absences: tuple[Sighting, ...],
    *,
    absence_counts: bool,
    rules: Rules,
    day: date,
) -> Standing:
    if known is not None and known.blocked and known.left_on is not None:
        return _left(known.left_on, rules, day)
    if not absence_counts:
        return Standing(
            stage=Stage.ABSENT,
            sentence="not in the export, which does not speak for everyone tonight",
        )
    if (since := gone_since(absences, rules.absence)) is not None:
        sentence = f"missing from {rules.absence.exports} exports in a row"
        return replace(_left(since, rules, day), sentence=sentence)
    return Standing(
        stage=Stage.ABSENT,
        sentence=(
            f"missing from the export without a leaving date; acts after {rules.absence.exports}"
            f" different exports {rules.absence.hours} hours apart"
        ),
    )
