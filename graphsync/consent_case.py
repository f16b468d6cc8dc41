"""One pupil's consents as the office and the head work on them: what stands, and who may answer."""

from msgspec import Struct

from graphsync import provision_desk
from graphsync.bench import Bench
from graphsync.consent_changes import is_restricted
from graphsync.consent_faces import AdultFace, PupilFace, adult_faces, pupil_face
from graphsync.consent_school import ConsentSchool
from graphsync.consent_views import PupilShown, shown
from graphsync.consenting import enforced_on
from graphsync.provision_desk import ProvisionLine
from policies.consent_forms import filled
from policies.consent_records import FormVersion
from policies.people import PersonKey


class Case(Struct, frozen=True, kw_only=True):
    """One pupil. `here` says that the roster has them today: only then is anything recorded.

    `restricted` says that a court order restricts a contact; `enforced` that a licence goes with
    its consent. `editions` are the forms that may be recorded, as they are printed.
    """

    pupil: PupilFace
    here: bool
    consents: PupilShown
    adults: tuple[AdultFace, ...]
    restricted: bool
    enforced: bool
    provision: ProvisionLine | None
    editions: tuple[FormVersion, ...]


def case(bench: Bench, key: PersonKey) -> Case:
    """Everything about one pupil; raises Refusal for somebody of whom nothing is known."""
    at = ConsentSchool(bench, key.school)
    pupil = at.roster.find(key)
    open_now = provision_desk.listing(at)
    return Case(
        pupil=pupil_face(pupil) if pupil else PupilFace(person=key),
        here=pupil is not None and not pupil.has_left(at.day),
        consents=shown(at, key),
        adults=adult_faces(at.adults.get(key, ())),
        restricted=is_restricted(at, key),
        enforced=enforced_on(bench, key.school, at.day),
        provision=next((one for one in open_now if one.pupil == str(key)), None),
        editions=tuple(filled(one, at.rules.name) for one in at.editions.values()),
    )
