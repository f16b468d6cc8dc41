"""Oak School's consent forms, pupils and parents, and who sits at the desk."""

import dataclasses
from datetime import date
from typing import Any

from office import Office, a_pupil, key

from graphsync.bench import Bench
from graphsync.consent_desk import Receipt, Said, record
from policies.consent_records import Answer, Method
from policies.people import Contact

CLOUD, KS2 = "cloud-2023", "ict-ks2-2023"
PACK = """\
consent:
  form: {{versions: [cloud-2023, ict-ks1-2023, ict-ks2-2023]}}
  services: [mail, calendar, word, excel, powerpoint, onenote, class_notebook, teams]
  countersign: {countersign}
  sample_share: 0.05
"""
SIGNED = date(2026, 11, 20)
LEO, ISLA = key("1"), key("2")


def a_parent(mis_id: str, contact_id: str, **fields: Any) -> Contact:
    usual = {
        "title": "Mrs",
        "given_name": "Joan",
        "surname": "Marsh",
        "relationship": "Mother",
        "priority": 1,
        "parental_responsibility": True,
    }
    return Contact(pupil=key(mis_id), contact_id=contact_id, **(usual | fields))


FATHER = {"title": "Mr", "given_name": "Paul", "relationship": "Father", "priority": 2}
PEOPLE = (
    a_pupil("1", admission_number="004512"),
    a_pupil("2", admission_number="004513", form="7C"),
    a_pupil("3", admission_number="4514"),
)
CONTACTS = (
    a_parent("1", "77"),
    a_parent("1", "78", **FATHER),
    a_parent("2", "77"),
    a_parent("2", "79", given_name="Rita", relationship="Carer", parental_responsibility=False),
    a_parent("3", "80", given_name="Ann", priority=None),
    a_parent("3", "81", given_name="Abe", priority=None),
)


def begin(office: Office, countersign: str = "all") -> None:
    """The forms are in use, and tonight's roster is accepted."""
    office.pack(PACK.format(countersign=countersign))
    office.accept(*PEOPLE, contacts=CONTACTS)


def many(office: Office, number: int) -> None:
    """So many pupils, each with a mother, their admission numbers from 1 on."""
    names = [str(one) for one in range(1, number + 1)]
    people = [a_pupil(one, admission_number=one) for one in names]
    office.accept(*people, contacts=[a_parent(one, "77") for one in names])


def desk(office: Office, who: str) -> Bench:
    """The desk with this person at it."""
    return dataclasses.replace(office.bench, requester=who)


def says(**fields: Any) -> Said:
    """A form with nothing wrong: a phone call, made by somebody else than who enters it."""
    usual: dict[str, Any] = {
        "edition": CLOUD,
        "answer": Answer.YES,
        "signer": "77",
        "signed_on": SIGNED,
        "method": Method.PHONE_CALL_BACK,
        "verified_by": "r.venn",
    }
    return Said(**(usual | fields))


def recorded(office: Office, named: str = "004512", who: str = "clerk", **fields: Any) -> Receipt:
    return record(desk(office, who), "oak", named, says(**fields))
