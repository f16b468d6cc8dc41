"""Which column of a file of answers says what.

The captions of a Microsoft Forms export are known from real ones (Start time, Completion time,
Email, Name, then a column for each question). Those of consent exports of Arbor and SIMS are the
school's own choice, so every column can be named by hand. Captions are compared as those of the
roster are: without case, spaces and punctuation.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from graphsync.roster.columns import CAPTIONS as ROSTER
from graphsync.roster.columns import plain
from graphsync.roster.problems import Problem, RosterRefused, refusal
from policies.consent_records import FormVersion

CAPTIONS: dict[str, tuple[str, ...]] = {
    "admission_number": (
        *ROSTER["admission_number"],
        "Pupil admission number",
        "Child's admission number",
    ),
    "pupil_id": ROSTER["id"],
    "pupil": (
        "Pupil name",
        "Student name",
        "Student / Pupil Name",
        "Child's name",
        "Name of child",
        "Child's full name",
        "Pupil",
        "Student",
    ),
    "forename": (*ROSTER["forename"], "Child's first name", "Pupil forename"),
    "surname": (*ROSTER["surname"], "Child's surname", "Pupil surname"),
    "form_group": (*ROSTER["form"], "Form group", "Tutor group"),
    "school": ("School", "School name"),
    "signer": (
        "Signed by",
        "Parent name",
        "Parent / Carers Name",
        "Parent / carer name",
        "Name of parent or carer",
        "Your name",
        "Your full name",
        "Contact name",
        "Guardian name",
    ),
    "contact_id": ROSTER["contact_id"],
    "relationship": (
        *ROSTER["relationship"],
        "Relationship to child",
        "Your relationship to the child",
    ),
    "mail": ("Parent email", "Your email", "Your email address", "Contact email", "Guardian email"),
    "answer": (
        "Answer",
        "Yes / No",
        "Consent",
        "Consent given",
        "Consent status",
        "Response",
        "Permission",
        "Parental Consent",
        "Status",
    ),
    "yes": ("Yes",),
    "no": ("No",),
    "signed_on": (
        "Date signed",
        "Signed on",
        "Date",
        "Consent date",
        "Response date",
        "Date given",
    ),
    "services": ("Services",),
    "method": ("Method", "How verified"),
    "verified_by": ("Verified by",),
}
FORMS = {"starttime", "completiontime"}  # the mark of a Microsoft Forms export
# There the number is the answer's and the name the account's, whoever was signed in.
_OF_FORMS = {"signed_on": ("Completion time",), "mail": ("Email",)}
_NOT_IN_FORMS = {"id", "name"}
WHOSE = (("admission_number",), ("pupil_id",), ("pupil", "form_group"))
WHOSE_IN_PARTS = ("forename", "surname", "form_group")


class Columns(Struct, frozen=True):
    """Where what stands in a row; `layout` is what the file was taken for."""

    layout: str
    places: Mapping[str, int]

    def captions_of(self, captions: Sequence[str]) -> dict[str, str]:
        """What -> the file's own caption."""
        return {what: captions[place] for what, place in self.places.items()}


def columns_of(
    file: str, captions: Sequence[str], named: Mapping[str, str], edition: FormVersion
) -> Columns:
    """The columns of a file; `named` are those that somebody named, what -> caption.

    The edition's own question is a caption of the answer, since a form is made of it. Raises
    RosterRefused for a caption that is not there or there twice, and naming every column that is
    missing with the captions that would do.
    """
    places = _places(captions)
    forms = places.keys() >= FORMS
    if forms:
        places = {name: at for name, at in places.items() if name not in _NOT_IN_FORMS}
    chosen = {what: _named(file, what, caption, places) for what, caption in named.items()}
    taken = {at for found in chosen.values() for at in found}
    for what, known in CAPTIONS.items():
        own = (edition.question,) if what == "answer" else ()
        wanted = [*own, *known, *(_OF_FORMS.get(what, ()) if forms else ())]
        for name in map(plain, wanted):
            free = [at for at in places.get(name, ()) if at not in taken]
            if free and what not in chosen:
                chosen[what] = free
    _demand_once(file, captions, chosen)
    found = {what: at[0] for what, at in chosen.items()}
    _demand_enough(file, found)
    return Columns("Microsoft Forms" if forms else "a list", found)


def _places(captions: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, caption in enumerate(captions):
        if name := plain(caption):
            places.setdefault(name, []).append(place)
    return places


def _named(file: str, what: str, caption: str, places: Mapping[str, list[int]]) -> list[int]:
    """The column of this caption, or the only one that begins with it: questions are long."""
    if what not in CAPTIONS:
        raise refusal(
            file, f"there is no column {what} to name", f"write one of: {', '.join(CAPTIONS)}"
        )
    name = plain(caption)
    found = places.get(name) or [
        at for other, several in places.items() if name and other.startswith(name) for at in several
    ]
    if not found:
        raise refusal(
            file, f"no column has the caption given for {what}", "copy it from the first line"
        )
    return found


def _demand_once(file: str, captions: Sequence[str], chosen: Mapping[str, list[int]]) -> None:
    twice = [what for what, found in chosen.items() if len(found) > 1]
    if twice:
        raise RosterRefused(
            Problem(
                file,
                1,
                captions[chosen[what][0]][:60],
                f"several columns would do for {what}",
                f"say which: --column {what}=CAPTION, or make the captions differ",
            )
            for what in twice
        )


def _demand_enough(file: str, found: Mapping[str, int]) -> None:
    here = found.keys()
    problems = []
    if not any(here >= set(group) for group in (*WHOSE, WHOSE_IN_PARTS)):
        problems.append(
            Problem(
                file,
                1,
                None,
                "no column tells whose answer it is",
                "the admission number is best; else name and form group; accepted captions: "
                f"{_accepted('admission_number', 'pupil_id', 'pupil', 'form_group')}; "
                "any other: --column admission_number=CAPTION",
            )
        )
    if "answer" not in here and not here >= {"yes", "no"}:
        problems.append(
            Problem(
                file,
                1,
                None,
                "no column holds the answer",
                f"accepted captions: {_accepted('answer')}, the form's own question, or Yes and No "
                "with a tick; any other: --column answer=CAPTION",
            )
        )
    if problems:
        raise RosterRefused(problems)


def _accepted(*what: str) -> str:
    names: Iterable[str] = (caption for one in what for caption in CAPTIONS[one])
    return ", ".join(dict.fromkeys(names))
