"""A desk with a queue: two schools, a clock that tests move, who acts, and events to order."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from fresh_store import fresh_store
from mail_records import a_match, an_nhs_number, judged

from graphsync.bench import Bench
from graphsync.dlp_desk import Actor, Moved, Note, advise, decide
from graphsync.dlp_queueing import Taken, take_in
from graphsync.store.db import Store
from graphsync.store.dlp_events import KeptEvent
from graphsync.store.dlp_items import Wanted
from graphsync.store.exports import Export
from graphsync.tenant.credentials import TenantSettings
from policies.mail_people import Parties, Party, Role
from policies.mail_queue import Advice, Office, Outcome
from policies.pack_loading import load_all
from policies.people import Kind, Person, PersonKey, Roster

PACK = """\
school: {id: oak, name: Oak School, domain: oak.example}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups: {all_pupils: "{school} All pupils", all_staff: "{school} All staff"}
dlp:
  encryption_exempts: [personal, medical]
  personal_label: {word: Personal, effect: mask_details}
"""
NHS = "3192014e-2a16-44e9-aa69-4b20375c9a78"
ANN = PersonKey("oak", "1")
DPO = Actor(name="dpo", offices=frozenset({Office.DPO}))
HEAD = Actor(name="head", offices=frozenset({Office.HEAD}))
WHY = Note("seen with the nurse")


class Silent:
    def stage(self, text: str) -> None: ...

    def count(self, done: int, of: int) -> None: ...


class QueueDesk:
    """Oak and Elm; `take` lets events in as a source does."""

    def __init__(self, folder: Path, dlp: str = "") -> None:
        self.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
        packs = folder / "packs"
        packs.mkdir()
        (packs / "oak.yaml").write_text(PACK + dlp)
        (packs / "elm.yaml").write_text(PACK.replace("oak", "elm").replace("Oak", "Elm"))
        self.store = Store.open(fresh_store(folder / "graphsync.db"), lambda: self.now)
        self.bench = Bench(
            store=self.store,
            packs_dir=packs,
            tenant=TenantSettings(tenant_id="t", client_id="c"),
            sealer=None,
            now=lambda: self.now,
            sleep=asyncio.sleep,
            requester="dpo",
            new_id=lambda: "1",
            choose=lambda several: several[0],
            digit=lambda below: below - 1,
            progress=Silent(),
        )
        self.rules = {school: one.mail for school, one in load_all(packs).items()}

    def roster(self, *people: Person) -> None:
        export = Export(
            school="oak",
            sha256="0" * 64,
            accepted_at=self.now,
            complete=frozenset(),
            fingerprint=b"",
        )
        roster = Roster.of("oak", people)
        self.store.exports.accept(export, msgspec.msgpack.encode(roster))

    def take(self, *kept: KeptEvent) -> Taken:
        return take_in(self.bench, self.rules, kept)

    def event(self, record: str, *actions: str, **fields: Any) -> KeptEvent:
        """A record of an NHS number that staff sent to an outsider, judged by Oak's pack."""
        school = fields.pop("school", "oak")
        sender = fields.pop("sender", Party(Role.STAFF, ANN, school))
        counts = fields.pop("counts", {Role.OUTSIDER: 1})
        hit = an_nhs_number(fields.pop("rule", "r1"), actions or ("NotifyUser",))
        usual: dict[str, Any] = {"incident": f"i{record}", "hits": (hit,)}
        event = a_match(record, datetime(2026, 11, 20, tzinfo=UTC), **(usual | fields))
        parties = Parties(sender=sender, school=school, counts=counts, people=(ANN,))
        return judged(event, parties, self.rules[school])

    def items(self, **wanted: Any) -> list[str]:
        return [one.item for one in self.store.dlp_items.page(Wanted(**wanted), None, 1000)]

    def item(self, *kept: KeptEvent) -> str:
        """The item that these events make."""
        self.take(*kept)
        return kept[0].place.key.id

    def decided(
        self, items: Sequence[str], outcome: Outcome = Outcome.ALLOWED
    ) -> tuple[Moved, ...]:
        advise(self.bench, DPO, items, Advice.SUPPORT, WHY)
        return decide(self.bench, HEAD, items, outcome, WHY)

    def states(self) -> dict[str, str]:
        found = self.store.dlp_items.page(Wanted(closed=True), None, 1000)
        return {one.item: str(one.state) for one in found}


def a_pupil(given: str, surname: str) -> Person:
    key = PersonKey("oak", surname)
    return Person(key=key, kind=Kind.PUPIL, given_name=given, surname=surname)


def ann() -> Person:
    return Person(key=ANN, kind=Kind.STAFF, given_name="Ann", surname="Lee", mail="ann@oak.example")
