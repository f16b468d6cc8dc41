"""One line of a pile as the office's page types it: asked back where it is not plain, then kept.

Two pupils of one name, and a signer who does not come before all others, are chosen by a person; a
yes of somebody who may not answer is refused (law B4). What is plain is kept at once and read back.
"""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_desk import of_form
from graphsync.consent_faces import AdultFace, PupilFace, adult_faces, namesakes, pupil_face
from graphsync.consent_lines import ANSWERS, MEND, UNDATED, UNSIGNED, WAITS, Entering, Pile
from graphsync.consent_piles import demand_open
from graphsync.consent_school import ConsentSchool
from graphsync.trouble import Refusal
from policies.consent_records import Act, Answer, Entry
from policies.people import Person, PersonKey

LAST = 10
NOBODY = (
    "nobody with parental responsibility is on the roster for this pupil: find out who has it and"
    " enter it in SIMS; until then no yes can be taken"
)
NO_STANDING = "who is chosen may not answer yes: choose somebody with parental responsibility"
SEVERAL = "more than one pupil is called so: type that line singly, and choose"


class Typed(Struct, frozen=True, kw_only=True):
    """One line: `pupil` by admission number, or by key where the person has chosen already.

    `signer` is a contact's number in the roster's order; empty for the first.
    """

    pupil: str
    answer: str
    signer: str = ""
    signed_on: date | None = None
    undated: bool = False
    unsigned: bool = False

    def __repr__(self) -> str:
        return "Typed()"


class Question(Struct, frozen=True):
    """What a person has to choose before the line is kept: which pupil, or who signed."""

    pupils: tuple[PupilFace, ...]
    adults: tuple[AdultFace, ...] = ()


class FormKept(Struct, frozen=True, kw_only=True):
    """One form of a pile, to be read back; `trouble` says why it is no consent as it stands."""

    row: str
    pupil: PupilFace
    answer: str
    signer: str
    relationship: str
    signed_on: date | None
    entered_by: str
    taken_back: bool
    trouble: str

    def __repr__(self) -> str:
        return f"FormKept({self.row})"


class PileShown(Struct, frozen=True, kw_only=True):
    """A pile that is being entered: how many forms, and the last of them, the newest first."""

    batch: str
    forms: int
    last: tuple[FormKept, ...]


class ManyKept(Struct, frozen=True, kw_only=True):
    """Many lines at once: how many were kept, and each that was not, with its words and why."""

    kept: int
    not_kept: tuple[tuple[str, str], ...]


def enter(bench: Bench, school: str, pile: Pile, typed: Typed) -> Question | None:
    """Keep a line, or say what has to be chosen first; raises Refusal with nothing kept."""
    entering = Entering(bench, school, pile)
    at = entering.at
    answer = ANSWERS.get(typed.answer.strip().casefold())
    if answer is None:
        raise Refusal(MEND)
    pupil = at.pupil(typed.pupil)
    same = namesakes(at, pupil)
    if len(same) > 1 and ":" not in typed.pupil:
        return Question(tuple(map(pupil_face, same)))
    adults = adult_faces(at.adults.get(pupil.key, ()))
    signer = typed.signer.strip()
    if not signer:
        _demand_somebody(adults, answer)
        if at.first_signer(pupil.key) is None:
            return Question((pupil_face(pupil),), adults)
    elif answer is Answer.YES and signer not in {str(one.number) for one in adults if one.may}:
        raise Refusal(NO_STANDING)
    (told,) = entering.take([_line(pupil.key, typed)])
    if not told.row:
        raise Refusal(told.trouble)
    return None


def _demand_somebody(adults: Iterable[AdultFace], answer: Answer) -> None:
    if answer is Answer.YES and not any(one.may for one in adults):
        raise Refusal(NOBODY)


def _line(pupil: PersonKey, typed: Typed) -> str:
    signed_on = UNDATED if typed.undated else str(typed.signed_on or "")
    unsigned = UNSIGNED if typed.unsigned else ""
    return " ".join((str(pupil), typed.answer.strip(), typed.signer.strip(), signed_on, unsigned))


def enter_many(bench: Bench, school: str, pile: Pile, lines: Iterable[str]) -> ManyKept:
    """Keep many lines as `graphsync consent enter` takes them; one in trouble stops no other.

    A pupil with a namesake is not kept here: a person has to choose.
    """
    entering = Entering(bench, school, pile)
    kept, not_kept = 0, []
    for line in filter(str.strip, lines):
        if _is_ambiguous(entering.at, line):
            not_kept.append((line.strip(), SEVERAL))
            continue
        (told,) = entering.take([line])
        if told.row:
            kept += 1
        else:
            not_kept.append((line.strip(), told.trouble))
    return ManyKept(kept=kept, not_kept=tuple(not_kept))


def _is_ambiguous(at: ConsentSchool, line: str) -> bool:
    named = line.replace(",", " ").replace(";", " ").split()
    if not named or ":" in named[0]:
        return False
    try:
        return len(namesakes(at, at.pupil(named[0]))) > 1
    except Refusal:
        return False  # the line itself is told what is wrong


def pile_shown(bench: Bench, school: str, batch: str) -> PileShown:
    """The last forms of an open pile, to be read back; raises Refusal for any other."""
    at = ConsentSchool(bench, school)
    demand_open(at, batch)
    people = {one.key: one for one in at.roster.people}
    found: list[tuple[PersonKey, Entry]] = []
    rejected: set[str] = set()
    for pupil, rows in bench.store.consents.of_school(school).items():
        mine = [row for row in rows if row.batch == batch]
        rejected |= {row.about for row in mine if row.act is Act.REJECTED}
        found += [(pupil, row) for row in mine if row.act is Act.ANSWERED]
    newest = sorted(found, key=lambda one: one[1].at, reverse=True)[:LAST]
    return PileShown(
        batch=batch,
        forms=sum(row.id not in rejected for _, row in found),
        last=tuple(_kept(at, people.get(key), key, row, rejected) for key, row in newest),
    )


def _kept(
    at: ConsentSchool, pupil: Person | None, key: PersonKey, row: Entry, rejected: set[str]
) -> FormKept:
    signer = row.signer
    return FormKept(
        row=row.id,
        pupil=pupil_face(pupil) if pupil else PupilFace(person=key),
        answer=str(row.answer or ""),
        signer=signer.told if signer else "",
        relationship=signer.relationship if signer else "",
        signed_on=row.signed_on,
        entered_by=row.by,
        taken_back=row.id in rejected,
        trouble=_trouble(at, pupil, row) if pupil and row.id not in rejected else "",
    )


def _trouble(at: ConsentSchool, pupil: Person, row: Entry) -> str:
    """Why the form by itself is no consent, other than that a second person has to check it."""
    alone = of_form(at.standing(pupil, (row,)), row.form)
    if alone.live or row.answer is Answer.NO or WAITS.issuperset(alone.why):
        return ""
    return alone.sentence
