"""The facts of a breach as fields of a form, by section, and what a form that was sent says."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from graphsync.trouble import Refusal
from policies.breach_records import Category, Cause, Facts, Loss, Risk
from policies.school_days import LONDON

YES_NO = {"yes": True, "no": False}
LONGEST = 4000  # characters of one field


class Field(Struct, frozen=True):
    """One field. `kind` is line, text, moment, day, number, one, many or yes_no."""

    name: str
    label: str
    kind: str = "text"
    words: tuple[str, ...] = ()


class Section(Struct, frozen=True):
    """Fields that are filled in together."""

    name: str
    title: str
    fields: tuple[Field, ...]


def _words(several: type[StrEnum]) -> tuple[str, ...]:
    return tuple(map(str, several))


SECTIONS = (
    Section(
        "what",
        "What happened",
        (
            Field("title", "In a few words, without names", "line"),
            Field("occurred_from", "It began, or the mail was sent", "moment"),
            Field("occurred_to", "It ended", "moment"),
            Field("seen_at", "Somebody first saw it", "moment"),
            Field("description", "What happened"),
            Field("cause", "How it came about", "one", _words(Cause)),
            Field("losses", "What was lost of the data", "many", _words(Loss)),
            Field("systems", "In which systems", "line"),
            Field("processor", "At which processor, if any", "line"),
            Field("cyber", "Was it an attack?", "yes_no"),
        ),
    ),
    Section(
        "whose",
        "Whose data, and which",
        (
            Field("categories", "Kinds of data", "many", _words(Category)),
            Field("whose", "Kinds of people, such as pupils of year 7", "line"),
            Field("children", "Are children affected?", "yes_no"),
            Field("people", "About how many people", "number"),
            Field("records", "About how many records", "number"),
        ),
    ),
    Section(
        "risk",
        "What it may mean for them",
        (
            Field("consequences", "Likely consequences"),
            Field("risk", "Risk to people", "one", _words(Risk)),
            Field("risk_reasons", "Why it is rated so"),
        ),
    ),
    Section(
        "done",
        "What was and will be done",
        (
            Field("containment", "Done at once, such as a recall that was asked for"),
            Field("remedy", "Measures taken or proposed"),
            Field("investigation", "What was found out, and how"),
            Field("investigated_by", "Who investigated", "line"),
        ),
    ),
    Section(
        "after",
        "What followed",
        (
            Field("subject", "Whose act it was, by their part or SIMS number", "line"),
            Field("outcome", "What followed for them; if nothing, why"),
            Field("lessons", "What is learned from it"),
            Field("actions", "Still to do, by whom, until when"),
            Field("hold_until", "Keep the entry until", "day"),
        ),
    ),
)
FIELDS = {one.name: one for section in SECTIONS for one in section.fields}


def filled(facts: Facts) -> dict[str, list[str]]:
    """What is known, as a form shows it: texts by field, more than one for a field of many."""
    known = asdict(facts)
    return {name: list(_shown(known[name])) for name in FIELDS}


def facts_in(form: Mapping[str, Sequence[str]], known: Facts) -> Facts:
    """What a form says that is not known already; an empty field says nothing.

    Raises Refusal for what cannot be read.
    """
    before = filled(known)
    said: dict[str, Any] = {}
    for name, one in FIELDS.items():
        texts = [text.strip()[:LONGEST] for text in form.get(name, ()) if text.strip()]
        if texts and texts != before[name]:
            said[name] = _read(one, texts)
    return Facts(**said)


def moment_in(text: str, what: str) -> datetime:
    """A time by the clock at school, as a browser sends it; raises Refusal."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=LONDON)
    except ValueError:
        raise Refusal(f"give the day and time: {what}") from None


def _shown(value: Any) -> Iterator[str]:
    match value:
        case None | "":
            return
        case bool():
            yield "yes" if value else "no"
        case datetime():
            yield f"{value.astimezone(LONDON):%Y-%m-%dT%H:%M}"
        case tuple():
            yield from map(str, value)
        case _:
            yield str(value)


_WORDS = {"cause": Cause, "risk": Risk, "losses": Loss, "categories": Category}


def _read(field: Field, texts: Sequence[str]) -> Any:
    (first, *_), label = texts, field.label.lower()
    try:
        match field.kind:
            case "moment":
                return moment_in(first, label)
            case "day":
                return date.fromisoformat(first)
            case "number":
                return int(first)
            case "yes_no":
                return YES_NO[first]
            case "one":
                return _WORDS[field.name](first)
            case "many":
                return tuple(_WORDS[field.name](one) for one in texts)
            case _:
                return first
    except (ValueError, KeyError):
        raise Refusal(f"this cannot be read: {label}") from None
