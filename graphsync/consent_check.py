"""What waits for a second person, with what the paper has to show: who, by whom, and since when."""

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_faces import PupilFace, pupil_face
from graphsync.consent_piles import WaitingLine, waiting_in
from graphsync.consent_school import ConsentSchool
from policies.people import PersonKey


class FormToCheck(Struct, frozen=True, kw_only=True):
    """One form; `mine` says that who asks entered it, and somebody else has to check it."""

    pupil: PupilFace
    signer: str
    relationship: str
    line: WaitingLine
    mine: bool

    def __repr__(self) -> str:
        return f"FormToCheck({self.line.row})"


class PileToCheck(Struct, frozen=True):
    """The forms of one pile that wait; `batch` is empty for those in no pile."""

    batch: str
    forms: tuple[FormToCheck, ...]


def to_check(bench: Bench, school: str) -> tuple[PileToCheck, ...]:
    """Pile by pile, in the order of form group and name; raises Refusal without a roster."""
    at = ConsentSchool(bench, school)
    faces = {str(one.key): pupil_face(one) for one in at.roster.people}
    register = bench.store.consents.of_school(school)
    rows = {row.id: row for rows in register.values() for row in rows}
    piles: dict[str, list[FormToCheck]] = {}
    for line in waiting_in(at, register):
        signer = rows[line.row].signer
        form = FormToCheck(
            pupil=faces.get(line.pupil) or PupilFace(person=PersonKey.parse(line.pupil)),
            signer=signer.told if signer else "nobody",
            relationship=signer.relationship if signer else "",
            line=line,
            mine=line.entered_by == bench.requester,
        )
        piles.setdefault(line.batch, []).append(form)
    return tuple(
        PileToCheck(batch, tuple(sorted(forms, key=lambda f: (f.pupil.form_group, f.pupil.name))))
        for batch, forms in sorted(piles.items())
    )
