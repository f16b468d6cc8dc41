"""What changes at the demo's trust from night to night.

Nights 1 and 2 export the same people. Night 3, a school day later, is an ordinary night; night 4
has the same people again, and one file of it arrives cut.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from graphsync.sandbox.world import Happening, Pupil, School, StaffMember, What, folded, night_day
from graphsync.sandbox.world_accounts import RETURNER
from graphsync.sandbox.world_demo import demo_schools
from graphsync.sandbox.world_people import staff_code

ORDINARY_NIGHT = 3
CUT_NIGHT = 4
CUT_FILE = ("mill", "pupils.csv")
# A date that no calendar has, in the shape of the other dates of its column.
UNREADABLE_DATE = "2023-02-30T00:00:00"

# People and their ids are the same on every day; only dates follow it.
ANY_DAY = date(2026, 1, 14)

# Places in the order of the school's people; the first-night world fixes who stands there.
OAK_ABSENT, OAK_SPOILT, OAK_MARRIED, OAK_LEAVER = 100, 200, 31, 8
MILL_TAKEN, MILL_FORM, MILL_YEAR, MILL_LEAVER, MILL_FUTURE = 30, 110, 210, 310, 20
JOINER_ID = 90_001


def demo_on_night(night: int, today: date) -> tuple[School, ...]:
    """The trust's schools as exported on a night; `today` is the day of night 1."""
    schools = demo_schools(today)
    if night < ORDINARY_NIGHT:
        return schools
    day = night_day(ORDINARY_NIGHT, today)
    return tuple(
        change(school, day) for change, school in zip((_oak, _mill, _river), schools, strict=True)
    )


def demo_story() -> tuple[Happening, ...]:
    """Everything that night 3 shows anew, a line a person, in the order of the schools."""
    return tuple(_happenings(demo_schools(ANY_DAY)))


def _happenings(schools: tuple[School, ...]) -> Iterator[Happening]:
    oak, mill, river = schools
    told = (
        (oak, oak.pupils[OAK_ABSENT].mis_id, What.ABSENT),
        (oak, oak.pupils[OAK_SPOILT].mis_id, What.UNREADABLE_ROW),
        (oak, str(JOINER_ID), What.JOINER),
        (oak, oak.staff[OAK_MARRIED].mis_id, What.SURNAME_CHANGE),
        (oak, oak.staff[OAK_LEAVER].mis_id, What.LEAVER),
        (mill, mill.pupils[MILL_FORM].mis_id, What.FORM_MOVE),
        (mill, mill.pupils[MILL_YEAR].mis_id, What.YEAR_MOVE),
        (mill, mill.pupils[MILL_LEAVER].mis_id, What.LEAVER),
        (mill, str(JOINER_ID), What.JOINER_WITH_A_TAKEN_ALIAS),
        (mill, mill.staff[MILL_FUTURE].mis_id, What.FUTURE_LEAVER),
        (river, river.staff[RETURNER].mis_id, What.RETURNER),
        (river, str(JOINER_ID), What.JOINER),
    )
    for school, mis_id, what in told:
        yield Happening(ORDINARY_NIGHT, school.id, mis_id, what)


def _oak(school: School, day: date) -> School:
    pupils = [p for place, p in enumerate(school.pupils) if place != OAK_ABSENT]
    spoilt = school.pupils[OAK_SPOILT]
    pupils[pupils.index(spoilt)] = replace(spoilt, year="", starts=UNREADABLE_DATE)
    pupils.append(_new_pupil(school.pupils[150], "Willow", "Penrose", day))
    staff = _changed(
        _changed(school.staff, OAK_MARRIED, lambda one: _married(school, one)),
        OAK_LEAVER,
        lambda one: replace(one, leaves=day - timedelta(days=1)),
    )
    absent = school.pupils[OAK_ABSENT].mis_id
    contacts = tuple(one for one in school.contacts if one.pupil != absent)
    return replace(school, pupils=tuple(pupils), staff=staff, contacts=contacts)


def _mill(school: School, day: date) -> School:
    pupils = list(school.pupils)
    pupils[MILL_FORM] = _moved(pupils[MILL_FORM], pupils[MILL_FORM + 25])
    pupils[MILL_YEAR] = _moved(pupils[MILL_YEAR], pupils[MILL_YEAR + 100])
    pupils[MILL_LEAVER] = replace(pupils[MILL_LEAVER], leaves=day - timedelta(days=1))
    taken = pupils[MILL_TAKEN]
    pupils.append(_new_pupil(taken, _same_initial(school, taken), taken.surname, day))
    leaving = day + timedelta(days=30)
    staff = _changed(school.staff, MILL_FUTURE, lambda one: replace(one, leaves=leaving))
    return replace(school, pupils=tuple(pupils), staff=staff)


def _river(school: School, day: date) -> School:
    staff = _changed(school.staff, RETURNER, lambda one: replace(one, starts=day, leaves=None))
    code = staff_code("Bethan", "Oldfield", {one.code for one in school.staff})
    joiner = StaffMember(
        str(JOINER_ID), code, "Miss", "Bethan", "Oldfield", ("Teacher (Sc)",), starts=day
    )
    return replace(school, staff=(*staff, joiner))


def _changed(
    staff: tuple[StaffMember, ...], place: int, change: Callable[[StaffMember], StaffMember]
) -> tuple[StaffMember, ...]:
    return (*staff[:place], change(staff[place]), *staff[place + 1 :])


def _married(school: School, one: StaffMember) -> StaffMember:
    """The same person, id and code under a surname that no one at the school has."""
    used = {other.surname for other in school.staff}
    surname = next(name for name in ("Fairclough", "Hargreaves", "Ridley") if name not in used)
    return replace(one, surname=surname, title="Mrs")


def _moved(pupil: Pupil, peer: Pupil) -> Pupil:
    return replace(pupil, year=peer.year, form=peer.form, classes=peer.classes)


def _new_pupil(peer: Pupil, forename: str, surname: str, day: date) -> Pupil:
    """A pupil who joins the peer's form; too new to have a unique pupil number or a mail."""
    return Pupil(
        mis_id=str(JOINER_ID),
        adno="009001",
        forename=forename,
        surname=surname,
        legal_forename=forename,
        legal_surname=surname,
        year=peer.year,
        form=peer.form,
        entry=peer.entry,
        starts=day,
        classes=peer.classes,
    )


def _same_initial(school: School, pupil: Pupil) -> str:
    """Another forename with the same initial: the aliases clash and the names do not."""
    mine = folded(pupil.forename)[0]
    return next(
        one.forename
        for one in school.pupils
        if folded(one.forename)[0] == mine and (one.forename, pupil.surname) not in school.names
    )
