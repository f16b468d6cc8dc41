"""A breach as a page to print and file: every field of the register, and who did what when."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from graphsync.breach_desk import BreachFile
from policies.breach_records import Act, Row
from policies.rules import Rules
from reports.breach_text import Point, moment, points, said, words
from reports.run_page import template


class Step(Struct, frozen=True):
    """One row of the register in words."""

    at: str
    by: str
    did: str
    text: str


DID = {
    Act.OPENED: "opened the entry",
    Act.NOTED: "noted facts",
    Act.AWARE: "said since when the school is aware",
    Act.ADVISED: "advised",
    Act.DECIDED: "decided",
    Act.NOTIFIED: "told the regulator",
    Act.TOLD: "told others",
    Act.CLOSED: "closed the entry",
    Act.REOPENED: "opened it again",
    Act.ALARMED: "alarm",
}


def page(file: BreachFile, rules: Rules, now: datetime) -> str:
    """The whole page; `now` is when it is printed."""
    return template("breach.html").render(
        file=file,
        line=file.line,
        school=rules.name,
        points=[*points(file), *_more(file)],
        due=moment(file.line.due),
        notified=moment(file.line.notified_at),
        printed=moment(now),
        advised=said(file.advice) if file.advice else "",
        decided=said(file.decided) if file.decided else "",
        told=[_told(row) for row in (*file.notified, *file.told)],
        steps=[_step(row) for row in file.rows if row.act is not Act.ALARMED],
    )


def _more(file: BreachFile) -> Iterator[Point]:
    """What the register holds beside the content of a notice."""
    named = {
        "Reported by": file.reported_by,
        "Investigation": file.facts.investigation,
        "Investigated by": file.facts.investigated_by,
        "Outcome": file.facts.outcome,
        "Lessons": file.facts.lessons,
        "Actions": file.facts.actions,
        "DLP incidents": ", ".join(file.facts.incidents),
        "Kept until": words(file.facts.hold_until),
    }
    for label, text in named.items():
        if text:
            yield Point(label, words(text), known=True)


def _told(row: Row) -> Step:
    who = f"regulator, {row.phase} notice" if row.act is Act.NOTIFIED else words(row.body)
    late = f"late: {row.late}" if row.late else ""
    text = " · ".join(filter(None, (row.text, row.reference, late)))
    return Step(moment(row.moment), row.by, who, words(text))


def _step(row: Row) -> Step:
    told = (words(row.decision), moment(row.moment), row.text, row.late)
    return Step(moment(row.at), row.by, DID[row.act], " · ".join(filter(None, map(words, told))))
