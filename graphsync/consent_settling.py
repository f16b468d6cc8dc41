"""What becomes of the answers of one file, in the light of each other and of the register.

The later of one person's answers holds, answers that contradict each other hold none, nothing goes
over a later word that the register has, and a hint changes nothing about a consent that stands.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from policies.consent_records import Act, Answer, Consents, Entry, Method, Signer
from policies.naming import folded
from policies.people import Person, PersonKey
from policies.school_days import school_day

RECORDED, UNCHANGED, HELD = "recorded", "unchanged", "held"


class ImportLine(Struct, frozen=True, kw_only=True):
    """What became of one row: `line` counts as the file does, `reason` says why when held."""

    line: int
    outcome: str
    person: PersonKey | None = None
    admission_number: str = ""
    reason: str = ""
    entry: str = ""

    def __repr__(self) -> str:
        return f"ImportLine({self.line}, {self.outcome})"


class ReadRow(Struct, frozen=True):
    """A row that says something: about whom, what, and as what it would be recorded."""

    line: int
    pupil: Person
    entry: Entry

    @property
    def signer(self) -> tuple[PersonKey, str]:
        """Whose word it is: one contact's about one pupil, or somebody's of this name."""
        return (self.pupil.key, whose_word(self.entry))


class Known(Struct, frozen=True):
    """What the school's register holds: every row, and what stands today."""

    rows: Mapping[PersonKey, tuple[Entry, ...]]
    consents: Mapping[PersonKey, Consents]


def settled(known: Known, read: Sequence[ReadRow]) -> Iterator[ImportLine]:
    """The outcome of each row that could be read, in the light of the others and the register."""
    spoken: defaultdict[tuple[PersonKey, str], list[ReadRow]] = defaultdict(list)
    first: dict[str, int] = {}
    for one in read:
        if _stands(known, one):
            yield _line(one, UNCHANGED, "it is recorded already")
        elif one.entry.id in first:
            yield _line(one, UNCHANGED, f"the same answer as line {first[one.entry.id]}")
        else:
            first[one.entry.id] = one.line
            spoken[one.signer].append(one)
    for several in spoken.values():
        yield from _of_one_signer(known, several)


def _stands(known: Known, one: ReadRow) -> bool:
    return any(row.id == one.entry.id for row in known.rows.get(one.pupil.key, ()))


def _of_one_signer(known: Known, several: Sequence[ReadRow]) -> Iterator[ImportLine]:
    """Different answers of one person about one pupil: the later date holds, or none does."""
    undated = any(one.entry.signed_on is None for one in several)
    last = max(one.entry.signed_on or date.min for one in several)
    latest = [one for one in several if one.entry.signed_on == last]
    contradictory = several if undated and len(several) > 1 else latest if len(latest) > 1 else ()
    for one in several:
        if one in contradictory:
            others = ", ".join(str(other.line) for other in contradictory if other is not one)
            yield _line(one, HELD, f"it contradicts line {others}: ask which of them holds")
        elif one.entry.signed_on != last and len(several) > 1:
            later = latest[0].line
            yield _line(one, HELD, f"line {later} is a later answer of the same person")
        else:
            yield _against_register(known, one)


def _against_register(known: Known, one: ReadRow) -> ImportLine:
    """A row as the register lets it in: never over a later word, nor a hint over a live consent."""
    said, day = one.entry.answer, one.entry.signed_on
    for row in known.rows.get(one.pupil.key, ()):
        if (
            row.form is not one.entry.form
            or whose_word(row) != whose_word(one.entry)
            or day is None
        ):
            continue
        answered = row.act is Act.ANSWERED and row.signed_on is not None
        if answered and row.signed_on and row.signed_on > day:
            return _line(one, HELD, "the register holds a later answer of the same person")
        if answered and row.signed_on == day and said is Answer.YES and row.answer is Answer.NO:
            return _line(one, HELD, "the register holds a no of the same person and day")
        if row.act is Act.WITHDRAWN and said is Answer.YES and school_day(row.at) >= day:
            return _line(one, HELD, "the same person took their answer back later")
    live = one.pupil.key in known.consents and known.consents[one.pupil.key].cloud.live
    if live and said is Answer.YES and one.entry.method is Method.HINT:
        return _line(one, UNCHANGED, "a consent that was made sure of stands already")
    return _line(one, RECORDED, entry=one.entry.id)


def _line(one: ReadRow, outcome: str, reason: str = "", entry: str = "") -> ImportLine:
    return ImportLine(
        line=one.line,
        outcome=outcome,
        person=one.pupil.key,
        admission_number=one.pupil.admission_number,
        reason=reason,
        entry=entry,
    )


def whose_word(entry: Entry) -> str:
    """Whose answer a row of the register is: a contact's, the pupil's own, or a mere name's."""
    signer = entry.signer or Signer()
    return "own" if signer.own else signer.contact_id or f"~{folded(signer.name)}"
