"""The list of pupils whose form is still to come: one page for the office, one for a classroom."""

from collections.abc import Iterator

from msgspec import Struct

from graphsync.consent_report import Missing, Section
from policies.consent_records import State
from reports.run_page import template

LABELS = {
    State.VERIFIED: "given, and made sure of",
    State.PENDING: "waiting",
    State.MISSING: "not asked yet",
    State.INVALID: "to be signed again",
    State.SUPERSEDED: "newer form to sign",
    State.EXPIRED: "run out",
    State.CONTESTED: "with the head",
    State.REFUSED: "said no",
    State.WITHDRAWN: "taken back",
}


class Part(Struct, frozen=True):
    """A stretch of the bar: its state, words, number, and share of the whole in per cent."""

    state: str
    label: str
    number: int
    share: float


def for_office(report: Missing) -> str:
    """Every reason, for the office alone; a section for each form group that misses somebody."""
    return template("missing.html").render(
        page=report, parts=list(bar(report)), sections=_open(report)
    )


def for_class(report: Missing) -> str:
    """Names and a box to tick, in words that tell nobody who said no: for a tutor (law B6)."""
    return template("missing_class.html").render(page=report, sections=_open(report))


def bar(report: Missing) -> Iterator[Part]:
    """The states that any pupil is in, the settled one first."""
    for state, label in LABELS.items():
        if number := report.states.get(state, 0):
            yield Part(str(state), label, number, round(100 * number / report.pupils, 2))


def _open(report: Missing) -> list[Section]:
    return [section for section in report.sections if section.missing]
