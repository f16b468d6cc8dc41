"""A school whose parents are asked, with its roster and its register."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
from answer_exports import as_csv
from office import TODAY, Office, a_pupil, key

from graphsync.consent_import import ImportReport, Wanted, import_answers
from graphsync.consent_school import ConsentSchool
from graphsync.store.exports import Export
from policies.consent_records import Act, Answer, Entry, Method, Signer, State
from policies.people import Contact, Kind, Person, Roster

CONSENT = """\
consent:
  services: [mail, calendar, word, teams]
  form: {versions: [cloud-2023, ict-ks2-2023]}
  hint_phrases: [Internet Access]
"""


def a_parent(mis_id: str, **fields: object) -> Contact:
    usual: dict[str, object] = {
        "contact_id": f"m{mis_id}",
        "title": "Ms",
        "given_name": "Mary",
        "surname": f"Smith{mis_id}",
        "relationship": "Mother",
        "parental_responsibility": True,
        "mail": f"mary{mis_id}@home.example",
    }
    return Contact(pupil=key(mis_id), **(usual | fields))  # type: ignore[arg-type]


def a_numbered(mis_id: str, **fields: object) -> Person:
    return a_pupil(mis_id, admission_number=mis_id.zfill(6), **fields)


class School:
    """A school with pupils 11 to 14, each with a mother, and 11 with a father as well."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.pack(CONSENT)
        self.people = [
            *(a_numbered(str(number)) for number in (11, 12, 13)),
            a_numbered("14", leaves=TODAY - timedelta(days=1)),
        ]
        father = a_parent(
            "11", contact_id="f11", title="Mr", given_name="Fred", mail="fred@home.example"
        )
        self.contacts = [*(a_parent(one.key.mis_id) for one in self.people), father]
        self.accept()

    def accept(self) -> None:
        roster = Roster.of("oak", self.people, contacts=self.contacts, complete=frozenset(Kind))
        export = Export(
            school="oak",
            sha256=hashlib.sha256(msgspec.msgpack.encode(roster)).hexdigest(),
            accepted_at=self.office.now,
            complete=roster.complete,
            fingerprint=b"",
        )
        self.office.store.exports.accept(export, msgspec.msgpack.encode(roster))

    def take(
        self, data: bytes, name: str = "answers.csv", *, write: bool = True, **wanted: object
    ) -> ImportReport:
        path = self.office.folder / name
        path.write_bytes(data)
        told = Wanted(path=path, school="oak", **wanted)  # type: ignore[arg-type]
        return import_answers(self.office.bench, told, write=write)

    def take_rows(self, *rows: Sequence[str], **wanted: object) -> ImportReport:
        """Rows of number, parent, answer and date."""
        return self.take(as_csv(*rows), **wanted)

    def rows(self, mis_id: str = "11") -> tuple[Entry, ...]:
        return self.office.store.consents.of(key(mis_id))

    def state(self, mis_id: str = "11") -> State:
        """What stands today for the cloud form."""
        at = ConsentSchool(self.office.bench, "oak")
        return at.standing(at.pupil(f"oak:{mis_id}"), self.rows(mis_id)).cloud.state

    def says(self, *rows: Entry) -> None:
        self.office.store.consents.add((key("11"), row) for row in rows)


def an_answer(office: Office, **fields: object) -> Entry:
    usual: dict[str, object] = {
        "id": "earlier",
        "act": Act.ANSWERED,
        "at": office.now,
        "by": "office",
        "version": "cloud-2023",
        "answer": Answer.NO,
        "services": ("mail",),
        "signer": Signer(contact_id="m11", responsible=True),
        "signed_on": date(2026, 9, 2),
        "verified_by": "oakley",
        "method": Method.PHONE_CALL_BACK,
    }
    return Entry(**(usual | fields))  # type: ignore[arg-type]
