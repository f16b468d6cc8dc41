"""The rooms of consents and licences."""

from forms import PACK, SIGNED, a_parent, says
from office import Office, a_pupil, key
from room_rows import Made, Row, Years
from staff_side import ACCOUNT, LIMITS, StaffSide

from api.permissions import AppRole
from graphsync.consent_changes import Doubt, challenge
from graphsync.consent_desk import record
from graphsync.consent_lines import Entering, Pile
from graphsync.consent_piles import close_batch
from graphsync.intake import latest_roster
from graphsync.store.looks import Look
from policies.consent_records import Method

READERS = {AppRole.OFFICE, AppRole.DPO, AppRole.HEAD, AppRole.SAFEGUARDING_LEAD}
OFFICE, HEAD = {AppRole.OFFICE}, {AppRole.HEAD}
SECOND = {AppRole.OFFICE, AppRole.HEAD}
LICENCES = {AppRole.IT_MANAGER, AppRole.HEAD}
PILE = {"edition": "cloud-2023", "day": str(SIGNED), "method": "paper_seen", "place": ""}
MADE = ("1", "2", "k1", "k2")  # no form token holds a k: these are looked for in pages
LATER = "2027-01-11"


def begun(side: StaffSide) -> Office:
    """Oak School with its forms in use and a roster with these pupils, whoever had another."""
    office: Office = side.office
    if "versions:" not in (office.packs / "oak.yaml").read_text("utf-8"):
        office.pack(LIMITS + PACK.format(countersign="all"))
    roster = latest_roster(office.bench, "oak")
    if roster is None or roster.find(key("k1")) is None:
        people = [a_pupil(one, admission_number=f"000{one}") for one in MADE]
        office.accept(*people, contacts=[a_parent(one, "77") for one in MADE])
        office.sees()
    return office


def a_pupil_of(side: StaffSide, school: str) -> Made:
    begun(side)
    return {"school": school, "ref": "k1"}


def looked_up(side: StaffSide, school: str) -> Made:
    """A pupil whom everybody here has said why they look at."""
    made = a_pupil_of(side, school)
    look = Look(
        at=side.office.now,
        by=f"entra:{ACCOUNT}",
        kind="consent",
        school=school,
        item=f"{school}:k1",
        reason="a parent asked",
    )
    side.office.store.looks.add(look)
    return made


def answered(side: StaffSide, school: str) -> Made:
    record(begun(side).bench, "oak", "oak:k1", says())
    return {"school": school, "ref": "k1"}


def disputed(side: StaffSide, school: str) -> Made:
    record(begun(side).bench, "oak", "oak:k2", says())
    challenge(side.office.bench, key("k2"), Doubt.CONTACT)
    return {"school": school, "ref": "k2"}


def an_open_pile(side: StaffSide, school: str) -> Made:
    pile = Pile(edition="cloud-2023", signed_on=SIGNED, method=Method.PAPER_SEEN)
    entering = Entering(begun(side).bench, "oak", pile)
    (told,) = entering.take(["0002 Y"])
    return {"school": school, "batch": entering.batch, "row": told.row}


def a_closed_pile(side: StaffSide, school: str) -> Made:
    made = an_open_pile(side, school)
    close_batch(side.office.bench, "oak", made["batch"])
    return made


def named(made: Made) -> dict[str, object]:
    return {"school": made["school"]}


def a_form(made: Made) -> dict[str, object]:
    fields = {"edition": "cloud-2023", "answer": "yes", "signer": "77"}
    return {**fields, "school": made["school"], "pupil": "0001"}


def typed(made: Made) -> dict[str, object]:
    return {"school": made["school"], "edition": "cloud-2023", "lines": ["0001 N"]}


def the_pile(made: Made) -> dict[str, object]:
    return {"school": made["school"], "batch": made["batch"]}


def rows(made: Made) -> dict[str, object]:
    return {"school": made["school"], "rows": [made["row"]]}


def one_row(made: Made) -> dict[str, object]:
    return {"school": made["school"], "row": made["row"], "reason": "another name"}


def enforcing(made: Made) -> dict[str, object]:
    return {"school": made["school"], "begins": LATER, "alternative": "paper"}


def enforced(made: Made) -> dict[str, object]:
    return {**enforcing(made), "digest": "0" * 16, "people": 0}


def a_line(_: Made) -> dict[str, str]:
    return {**PILE, "pupil": "0001", "answer": "Y"}


API = "/api/v1/consents"
ROWS = {
    ("GET", API): Row(READERS, foreign=200, made=a_pupil_of, years=Years.LIST),
    ("POST", API): Row(OFFICE, made=a_pupil_of, sent=a_form, years=Years.PUPIL, other_year=409),
    ("GET", f"{API}/missing"): Row(READERS, foreign=200, made=a_pupil_of, years=Years.LIST),
    ("GET", f"{API}/missing.csv"): Row(READERS, foreign=200, made=a_pupil_of, years=Years.LIST),
    ("GET", f"{API}/batches"): Row(READERS, foreign=200, made=a_pupil_of, years=Years.WHOLE),
    ("POST", f"{API}/batches/lines"): Row(OFFICE, made=a_pupil_of, sent=typed, years=Years.WHOLE),
    ("POST", f"{API}/batches/close"): Row(
        OFFICE, made=an_open_pile, sent=the_pile, years=Years.WHOLE
    ),
    ("POST", f"{API}/batches/countersign"): Row(SECOND, made=a_closed_pile, sent=rows),
    ("POST", f"{API}/batches/reject"): Row(SECOND, made=a_closed_pile, sent=one_row),
    ("POST", f"{API}/ask"): Row(OFFICE, made=a_pupil_of, sent=named, years=Years.WHOLE),
    # A body of JSON is no file of answers.
    ("POST", f"{API}/import/{{school}}"): Row(OFFICE, good=422, made=a_pupil_of, years=Years.WHOLE),
    ("GET", f"{API}/enforcement"): Row(READERS, foreign=200, made=a_pupil_of, years=Years.WHOLE),
    # No tenant is there to be asked.
    ("POST", f"{API}/enforcement/show"): Row(HEAD, good=503, made=a_pupil_of, sent=enforcing),
    ("POST", f"{API}/enforcement"): Row(HEAD, good=503, made=a_pupil_of, sent=enforced),
    ("POST", f"{API}/enforcement/end"): Row(HEAD, good=409, made=a_pupil_of, sent=named),
    ("GET", f"{API}/{{school}}/{{ref}}"): Row(READERS, made=looked_up),
    ("POST", f"{API}/{{school}}/{{ref}}/withdraw"): Row(
        OFFICE, made=answered, sent=lambda _: {"signer": "77"}
    ),
    ("POST", f"{API}/{{school}}/{{ref}}/challenge"): Row(
        OFFICE, made=answered, sent=lambda _: {"because": "bounce"}
    ),
    ("POST", f"{API}/{{school}}/{{ref}}/settle"): Row(
        HEAD,
        made=disputed,
        sent=lambda _: {"outcome": "head", "answer": "yes", "reason": "both heard"},
    ),
    ("GET", "/consents"): Row(READERS, foreign=200, made=a_pupil_of, years=Years.LIST),
    ("GET", "/consents/missing.csv"): Row(READERS, foreign=200, made=a_pupil_of, years=Years.LIST),
    ("POST", "/consents/find"): Row(
        READERS,
        303,
        made=a_pupil_of,
        sent=lambda made: {**named(made), "pupil": "0001"},
        years=Years.PUPIL,
        other_year=422,
    ),
    ("GET", "/consents/enter"): Row(OFFICE, foreign=200, made=a_pupil_of, years=Years.WHOLE),
    ("POST", "/consents/enter"): Row(
        OFFICE, 303, made=a_pupil_of, sent=lambda made: {**PILE, **named(made)}, years=Years.WHOLE
    ),
    ("GET", "/consents/{school}/piles/{batch}"): Row(OFFICE, made=an_open_pile, years=Years.WHOLE),
    ("POST", "/consents/{school}/piles/{batch}/line"): Row(
        OFFICE, 303, made=an_open_pile, sent=a_line, years=Years.WHOLE
    ),
    ("POST", "/consents/{school}/piles/{batch}/lines"): Row(
        OFFICE,
        303,
        made=an_open_pile,
        sent=lambda _: {**PILE, "typed": "0001 Y"},
        years=Years.WHOLE,
    ),
    ("POST", "/consents/{school}/piles/{batch}/take-back"): Row(
        OFFICE,
        303,
        made=an_open_pile,
        sent=lambda made: {**PILE, "row": made["row"]},
        years=Years.WHOLE,
    ),
    ("POST", "/consents/{school}/piles/{batch}/close"): Row(
        OFFICE, 303, made=an_open_pile, years=Years.WHOLE
    ),
    ("GET", "/consents/check"): Row(SECOND, foreign=200, made=a_pupil_of),
    ("POST", "/consents/{school}/check"): Row(
        SECOND, 303, made=a_closed_pile, sent=lambda made: {"rows": made["row"]}
    ),
    ("POST", "/consents/{school}/reject"): Row(
        SECOND, 303, made=a_closed_pile, sent=lambda made: {"row": made["row"], "reason": "no"}
    ),
    ("GET", "/consents/import"): Row(OFFICE, foreign=200, made=a_pupil_of, years=Years.WHOLE),
    ("POST", "/consents/import"): Row(
        OFFICE, good=422, made=a_pupil_of, sent=named, years=Years.WHOLE
    ),
    ("GET", "/consents/ask"): Row(OFFICE, foreign=200, made=a_pupil_of, years=Years.WHOLE),
    ("POST", "/consents/ask"): Row(OFFICE, made=a_pupil_of, sent=named, years=Years.WHOLE),
    # Neither a mailbox nor the parents' address is set.
    ("POST", "/consents/ask/send"): Row(
        OFFICE, good=422, made=a_pupil_of, sent=named, years=Years.WHOLE
    ),
    ("POST", "/consents/ask/letters"): Row(
        OFFICE, good=422, made=a_pupil_of, sent=named, years=Years.WHOLE
    ),
    ("POST", "/consents/ask/remind"): Row(
        OFFICE, good=422, made=a_pupil_of, sent=named, years=Years.WHOLE
    ),
    ("GET", "/consents/enforcement"): Row(HEAD, foreign=200, made=a_pupil_of),
    ("POST", "/consents/enforcement/show"): Row(HEAD, good=422, made=a_pupil_of, sent=enforcing),
    ("POST", "/consents/enforcement"): Row(HEAD, good=422, made=a_pupil_of, sent=enforced),
    ("POST", "/consents/enforcement/end"): Row(HEAD, good=422, made=a_pupil_of, sent=named),
    ("GET", "/consents/{school}/{ref}"): Row(READERS, made=looked_up),
    ("POST", "/consents/{school}/{ref}/record"): Row(
        OFFICE,
        303,
        made=a_pupil_of,
        sent=lambda _: {
            "edition": "cloud-2023",
            "answer": "no",
            "signer": "77",
            "method": "letter_link",
        },
    ),
    ("POST", "/consents/{school}/{ref}/withdraw"): Row(
        OFFICE,
        303,
        made=answered,
        sent=lambda _: {"form": "cloud_consent", "signer": "77", "method": "in_person"},
    ),
    ("POST", "/consents/{school}/{ref}/challenge"): Row(
        OFFICE,
        303,
        made=answered,
        sent=lambda _: {"form": "cloud_consent", "because": "contact"},
    ),
    ("POST", "/consents/{school}/{ref}/settle"): Row(
        HEAD,
        303,
        made=disputed,
        sent=lambda _: {
            "form": "cloud_consent",
            "outcome": "head",
            "answer": "yes",
            "reason": "heard",
        },
    ),
    ("GET", "/api/v1/licences"): Row(LICENCES, foreign=200, made=a_pupil_of),
    ("GET", "/api/v1/licences/forecast"): Row(LICENCES, foreign=200, made=a_pupil_of),
    ("GET", "/api/v1/licences/waste"): Row(LICENCES, foreign=200, made=a_pupil_of),
    ("GET", "/api/v1/licences/waste.csv"): Row(LICENCES, foreign=200, made=a_pupil_of),
    ("GET", "/licences"): Row(LICENCES, foreign=200, made=a_pupil_of),
    ("GET", "/licences/forecast"): Row(LICENCES, foreign=200, made=a_pupil_of),
    ("GET", "/licences/waste"): Row(LICENCES, foreign=200, made=a_pupil_of),
    ("GET", "/licences/waste.csv"): Row(LICENCES, foreign=200, made=a_pupil_of),
}
