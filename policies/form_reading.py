"""One edition of a form, read from its file: every key by the table, every problem by its line."""

import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePath
from typing import Any

import msgspec
import yaml

from policies import pack_values as value
from policies.consent_records import Form, FormVersion, Notice, Variant
from policies.pack_reading import Problem
from policies.pack_schema import Read
from policies.yaml_nodes import Unreadable, is_null, line_of, plain, root_of

PLACEHOLDER = re.compile(r"\{(.*?)\}")
SCHOOL = "school"
_BEGIN = "id: cloud-2023"
_SHOWN = ("title", "words", "question", "fields", "services", "notice")


def _paragraph(given: Any) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > 2000:
        raise ValueError("is not a text of 1 to 2000 characters; write one, in quotes")
    if strange := set(PLACEHOLDER.findall(given)) - {SCHOOL}:
        raise ValueError(f"holds {{{min(strange)}}}; only {{{SCHOOL}}} can be filled in")
    return given.strip()


def _paragraphs(given: Any) -> tuple[str, ...]:
    if not given:
        raise ValueError("says nothing; write its paragraphs as a list")
    return tuple(value.several(_paragraph)(given))


_KEYS: dict[str, Read] = {
    "id": value.form_id,
    "form": lambda given: Form(value.one_of(*Form)(given)),
    "variant": lambda given: Variant(value.one_of(Variant.KS1, Variant.KS2)(given)),
    "published": value.day,
    "title": _paragraph,
    "words": _paragraphs,
    "question": _paragraph,
    "fields": value.several(_paragraph),
    "services": value.several(value.text),
    "renew": value.yes_or_no,
} | {f"notice.{slot}": _paragraphs for slot in Notice.__struct_fields__}
_NEEDED = ("id", "form", "published", "title", "words", "question")


@lru_cache(maxsize=64)
def read_edition(file: str, content: bytes) -> tuple[FormVersion | None, tuple[Problem, ...]]:
    """The edition of these bytes, or every problem; `file` is the name to print, `forms/<id>.yaml`.

    An edition says who relies on the answer, what for, what happens and how it is taken back: one
    that leaves a slot of the notice empty is refused (law A9.1).
    """
    try:
        root = root_of(content, _BEGIN)
    except Unreadable as error:
        return None, (Problem(file, error.line, "(file)", str(error)),)
    found: dict[str, Any] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    for path, line, node in _leaves(root):
        if path in lines:
            problems.append(Problem(file, line, path, "is written twice; keep one of them"))
        elif path not in _KEYS:
            text = f"is no key of a form; remove it, or write one of {', '.join(_KEYS)}"
            problems.append(Problem(file, line, path, text))
        elif not is_null(node):
            try:
                found[path] = _KEYS[path](plain(node))
            except Unreadable as error:
                problems.append(Problem(file, error.line, path, str(error)))
            except ValueError as error:
                problems.append(Problem(file, line, path, str(error)))
        lines[path] = line
    problems = problems or [
        Problem(file, lines.get(path, 1), path, text) for path, text in _unfit(found, file)
    ]
    return (None, tuple(sorted(problems))) if problems else (_edition(found), ())


def _leaves(root: yaml.MappingNode) -> Iterator[tuple[str, int, yaml.Node]]:
    """Each key with its line; those of the notice by their path."""
    for key, node in root.value:
        if key.value == "notice" and isinstance(node, yaml.MappingNode):
            yield from (
                (f"notice.{slot.value}", line_of(slot), below) for slot, below in node.value
            )
        else:
            yield str(key.value), line_of(key), node


def _unfit(found: dict[str, Any], file: str) -> Iterator[tuple[str, str]]:
    """What is missing or does not go together in a file whose every value can be read."""
    for path in _NEEDED:
        if path not in found:
            yield path, "is missing; an edition says it"
    for slot in Notice.__struct_fields__:
        if f"notice.{slot}" not in found:
            yield f"notice.{slot}", "is missing; nobody can consent to what is not said (law A9.1)"
    if "id" in found and found["id"] != PurePath(file).stem:
        yield "id", "differs from the file's name; make them the same"
    yield from _of_another_form(found)


def _of_another_form(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if found.get("form") is Form.CLOUD:
        if not found.get("services"):
            yield "services", "is missing; a yes covers the services that the form names"
        if "variant" in found:
            yield "variant", "belongs to the ICT form; remove it"
    elif found.get("form") is Form.ICT:
        if "variant" not in found:
            yield "variant", "is missing; write ks1 or ks2"
        if found.get("services"):
            yield "services", "belong to the cloud form; remove them"


def _edition(found: dict[str, Any]) -> FormVersion:
    notice = Notice(**{slot: found.pop(f"notice.{slot}") for slot in Notice.__struct_fields__})
    edition = FormVersion(**{"variant": Variant.NONE} | found, notice=notice)
    shown = msgspec.json.encode([getattr(edition, name) for name in _SHOWN])
    return msgspec.structs.replace(edition, sha256=sha256(shown).hexdigest())
