"""A breach in words: for the terminal, and the text that a person sends to the regulator.

The service tells nobody itself (law A12.7); what is not known is said to be so (A12.2), which is
what Article 33(4) allows for.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from graphsync.breach_desk import BreachFile
from policies.breach_records import Act, Facts, Row
from policies.breaches import with_more
from policies.rules import Rules
from policies.school_days import LONDON
from reports.listing import facts as as_facts
from reports.words import clean

UNKNOWN = "not yet known"
LABELS = {
    "losses": "What was lost of the data",
    "occurred": "When it happened",
    "seen_at": "First seen",
    "aware_at": "Aware since",
    "description": "What happened",
    "cause": "Cause",
    "systems": "Systems",
    "processor": "Processor",
    "categories": "Kinds of data",
    "special": "Special category data",
    "criminal": "Data of criminal offences",
    "children": "Children affected",
    "whose": "Kinds of people",
    "people": "People, about",
    "records": "Records, about",
    "consequences": "Likely consequences",
    "risk": "Risk to people",
    "containment": "Done at once",
    "remedy": "Measures taken or proposed",
    "told": "People told",
}


class Point(Struct, frozen=True):
    """One field of a notice; `known` is false where nobody knows yet, `new` since the last one."""

    label: str
    text: str
    known: bool
    new: bool = False


def points(file: BreachFile) -> tuple[Point, ...]:
    """The content of a notice, field by field (Article 33(3))."""
    told = _values(file, file.facts)
    before = _values(file, _facts_when_notified(file)) if file.notified else told
    return tuple(
        Point(LABELS[name], text or UNKNOWN, known=bool(text), new=text != before[name])
        for name, text in told.items()
    )


def notice(file: BreachFile, rules: Rules) -> str:
    """The text of the first notice, or of a further one with what is new marked."""
    return "\n".join(_notice(file, rules)) + "\n"


def _notice(file: BreachFile, rules: Rules) -> Iterator[str]:
    further = bool(file.notified)
    phase = "FURTHER" if further else "INITIAL"
    yield f"{phase} NOTICE OF A PERSONAL DATA BREACH (UK GDPR Article 33)"
    yield ""
    yield f"Controller: {clean(rules.name)}"
    yield f"Contact point: {clean(rules.contact_point) or 'the data protection officer'}"
    yield f"Our reference: {file.line.breach}"
    if further:
        yield f"Your reference: {clean(file.notified[-1].reference)}"
    yield ""
    for one in points(file):
        yield f"{'NEW  ' if one.new else ''}{one.label}: {one.text}"
    late = file.line.due is not None and not further and file.line.hours_left is not None
    if late and (file.line.hours_left or 0) < 0:
        yield "Reasons for the delay: TO BE GIVEN (this is more than 72 hours after awareness)"
    if not further:
        yield ""
        yield f"Where it says {UNKNOWN}, we will tell you in a further notice without undue delay."


def as_text(file: BreachFile) -> str:
    """The entry for a terminal: where it stands, what is known, what is missing."""
    parts = [as_facts(file.line), "", as_facts(file.facts)]
    if file.advice is not None:
        parts.append(f"advised: {said(file.advice)}")
    if file.decided is not None:
        against = ", against the advice" if file.against_advice else ""
        parts.append(f"decided: {said(file.decided)}{against}")
    parts += [f"missing before it may close: {one}" for one in file.missing]
    return "\n".join(part.rstrip("\n") for part in parts) + "\n"


def said(row: Row) -> str:
    """A row of advice or decision: what, why, by whom and when."""
    deputy = f" (by a deputy: {row.unavailable})" if row.unavailable else ""
    return clean(f"{words(row.decision)}: {row.text}, {row.by}, {moment(row.at)}{deputy}")


def _facts_when_notified(file: BreachFile) -> Facts:
    """What was known when the regulator was last told."""
    known = Facts()
    last = file.notified[-1]
    for row in file.rows:
        if row.id == last.id:
            break
        if row.act in {Act.OPENED, Act.NOTED}:
            known = with_more(known, row.facts)
    return known


def _values(file: BreachFile, known: Facts) -> dict[str, str]:
    values = {
        "occurred": _span(known.occurred_from, known.occurred_to),
        "aware_at": moment(file.line.aware_at),
        "special": words(known.special),
        "criminal": words(known.criminal),
        "risk": _risk(known),
        "told": ", ".join(moment(row.moment) for row in file.told if row.body == "people"),
    }
    return {
        name: values[name] if name in values else words(getattr(known, name)) for name in LABELS
    }


def _risk(known: Facts) -> str:
    return ": ".join(filter(None, (words(known.risk), known.risk_reasons)))


def _span(begin: datetime | None, end: datetime | None) -> str:
    return " to ".join(moment(one) for one in (begin, end) if one is not None)


def words(value: object) -> str:
    """A value of the register as people say it; empty for what is not known."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case datetime():
            return moment(value)
        case tuple():
            return ", ".join(words(one) for one in value)
        case _:
            return clean(str(value)).replace("_", " ") if _is_word(value) else clean(str(value))


def _is_word(value: object) -> bool:
    """Whether it is a word of ours, and nobody's own words."""
    return type(value) is not str


def moment(value: datetime | None) -> str:
    """By the clock at school, such as `Mon 23 Nov 2026, 09:00`; empty for none."""
    return "" if value is None else f"{value.astimezone(LONDON):%a %d %b %Y, %H:%M}"
