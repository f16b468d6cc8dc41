"""The rooms of adoption and the worklist."""

from office import a_pupil, an_account
from room_rows import Made, Row
from staff_side import StaffSide

from api.permissions import AppRole
from graphsync.matching import MAIL
from graphsync.store.proposals import Proposal
from policies.people import PersonKey

IT = {AppRole.IT_MANAGER}


def proposed(side: StaffSide, school: str) -> Made:
    """A proposal of its own for each who asks."""
    office = side.office
    ref = f"zz-{700 + len(office.store.proposals.list())}"
    names = [f"zz-{number}" for number in range(700, 760)]
    office.accept(*(a_pupil(one) for one in names))
    office.sees(*(an_account(one) for one in names))
    every = [*office.store.proposals.list("oak", "open"), *office.store.proposals.list("elm")]
    one = Proposal(
        person=PersonKey(school, ref),
        object_id=f"o-{ref}",
        strength=MAIL,
        evidence=("the mail",),
        at=office.now,
    )
    mine = [each for each in every if each.person.school == school and each.state == "open"]
    office.store.proposals.put_open(school, [*mine, one])
    return {"school": school, "person": str(one.person), "account": one.object_id}


def a_pair(made: Made) -> dict[str, str]:
    return {"person": made["person"], "account": made["account"]}


def refused(side: StaffSide, school: str) -> Made:
    made = proposed(side, school)
    person = PersonKey.parse(made["person"])
    side.office.store.proposals.decide(person, made["account"], "refused", "x")
    return made


def a_decision(made: Made) -> dict[str, str]:
    return {**a_pair(made), "state": "refused"}


def a_choice(made: Made) -> dict[str, str]:
    return {"pair": f"{made['person']} {made['account']}", "state": "ignored"}


def one_choice(made: Made) -> dict[str, str]:
    return {"pairs": f"{made['person']} {made['account']}"}


ROWS = {
    ("GET", "/api/v1/matches"): Row(IT, foreign=200, made=proposed),
    ("POST", "/api/v1/matches/accept"): Row(
        IT, made=proposed, sent=lambda made: {"pairs": [a_pair(made)]}
    ),
    ("POST", "/api/v1/matches/decide"): Row(IT, made=proposed, sent=a_decision),
    ("GET", "/matching"): Row(IT, foreign=200, made=proposed),
    ("GET", "/matching.csv"): Row(IT, foreign=200, made=proposed),
    ("POST", "/matching/accept"): Row(IT, good=303, made=proposed, sent=one_choice),
    ("POST", "/matching/decide"): Row(IT, good=303, made=proposed, sent=a_choice),
    ("POST", "/matching/undo"): Row(IT, good=303, made=refused, sent=a_pair),
    ("GET", "/api/v1/worklist"): Row(IT, foreign=200),
    ("GET", "/api/v1/worklist.csv"): Row(IT, foreign=200),
    ("GET", "/api/v1/worklist.ps1"): Row(IT, foreign=200),
    ("GET", "/worklist"): Row(IT, foreign=200),
    ("GET", "/worklist.csv"): Row(IT, foreign=200),
    ("GET", "/worklist.ps1"): Row(IT, foreign=200),
}
