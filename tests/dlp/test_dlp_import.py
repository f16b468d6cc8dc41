"""Files into the store: everything accounted for, nothing twice, and no matched text anywhere."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
import started_ahead
from dlp_records import CANARY, TENANT, a_record, a_week, encoded, mail, shuffled
from fresh_store import fresh_store
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.breach_desk import listing, show
from graphsync.store import tables
from graphsync.store.db import Store
from graphsync.store.dlp_items import Wanted
from graphsync.store.exports import Export
from graphsync.store.links import Link
from graphsync.tenant.credentials import TenantSettings
from graphsync.tenant.mirror import Mirror, Refreshed
from policies.breaches import State
from policies.mail_items import Summary
from policies.mail_people import Role
from policies.people import Contact, Kind, Person, PersonKey, Roster
from reports.dlp.import_text import as_text
from reports.dlp.importing import FileReport, import_files

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
PACK = """\
school: {id: oak, name: Oak School, domain: oak.example}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups: {all_pupils: "{school} All pupils", all_staff: "{school} All staff"}
dlp: {encryption_exempts: [personal], blocked_classes: [safeguarding]}
"""
OTHER = PACK.replace("oak", "elm").replace("Oak", "Elm")


class Silent:
    def stage(self, text: str) -> None: ...

    def count(self, done: int, of: int) -> None: ...


@contextmanager
def a_desk(folder: Path) -> Iterator[Bench]:
    """The desk of two schools, Oak's with an accepted roster and two accounts."""
    (folder / "packs").mkdir()
    (folder / "packs" / "oak.yaml").write_text(PACK)
    (folder / "packs" / "elm.yaml").write_text(OTHER)
    with closing(Store.open(fresh_store(folder / "store.db"), lambda: NOW)) as store:
        yield Bench(
            store=store,
            packs_dir=folder / "packs",
            tenant=TenantSettings(tenant_id=TENANT, client_id="c"),
            sealer=None,
            now=lambda: NOW,
            sleep=asyncio.sleep,
            requester="dpo",
            new_id=lambda: "1",
            choose=lambda several: several[0],
            digit=lambda below: below - 1,
            progress=Silent(),
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bench]:
    with a_desk(tmp_path) as bench:
        yield bench


def take(bench: Bench, records: list[bytes], name: str = "blob.json") -> FileReport:
    file = bench.packs_dir.parent / name
    file.write_bytes(b"[" + b",".join(records) + b"]")
    (report,) = import_files(bench, [file]).items
    return report


def standing(bench: Bench) -> list[tuple[object, ...]]:
    """Every event, then every item of the queue."""
    events, items = tables.dlp_events, tables.dlp_items
    with bench.store.database.reading() as connection:
        rows = connection.execute(select(events).order_by(events.c.id)).all()
        queue = connection.execute(select(items).order_by(items.c.item)).all()
    return [tuple(row) for row in (*rows, *queue)]


def summaries(bench: Bench) -> list[Summary]:
    return [one.summary for one in bench.store.dlp_items.page(Wanted(), None, 1000)]


def emptied(bench: Bench) -> None:
    with bench.store.database.writing() as connection:
        for name in ("events", "items", "imports", "quarantine"):
            table = tables.metadata.tables[f"dlp_{name}"]
            connection.execute(delete(table))


@pytest.fixture(scope="module")
def lasting() -> Iterator[Bench]:
    """One desk for many examples, each of which empties it."""
    with TemporaryDirectory() as folder, a_desk(Path(folder)) as bench:
        yield bench


def accounted(report: FileReport) -> bool:
    others = sum(report.quarantined.values()) + sum(report.out_of_scope.values())
    new = report.queued + report.counted_only
    return new == report.events and report.records == new + report.merged + others


WEEK = a_week(120)
SPOILED = [b"{}", b'{"Id": 1}', encoded(a_record(ExchangeMetaData=mail(From="x@y.example")))]


@settings(max_examples=40, deadline=None)
@given(
    picked=st.lists(st.sampled_from(WEEK + SPOILED), max_size=30),
    seed=st.integers(0, 99),
    cut=st.integers(0, 30),
)
def test_neither_order_nor_repetition_changes_what_is_kept_and_every_record_is_accounted_for(
    lasting, picked, seed, cut
):
    found = []
    again = shuffled([*picked, *picked[:5]], seed)
    for parts in ([picked], [again[:cut], again[cut:]]):
        emptied(lasting)
        reports = [take(lasting, records) for records in parts]
        assert all(map(accounted, reports))
        assert [one.records for one in reports] == [len(records) for records in parts]
        queued = sum(one.queued for one in reports)
        assert queued == sum(one.exceptional for one in summaries(lasting))
        found.append(standing(lasting))
    assert found[0] == found[1]


def test_the_same_file_again_changes_no_byte(desk):
    first = take(desk, WEEK)
    dump = list(chain.from_iterable(desk.store.database.engine.raw_connection().iterdump()))
    again = take(desk, WEEK)
    assert (first.events > 0, again.events) == (True, 0)
    assert again.merged == first.events + first.merged
    assert dump == list(chain.from_iterable(desk.store.database.engine.raw_connection().iterdump()))


def test_no_statement_of_taking_in_reads_a_whole_table_of_events_or_items(desk):
    take(desk, WEEK[:60])
    asked: list[tuple[str, object]] = []
    engine = desk.store.database.engine

    @event.listens_for(engine, "before_cursor_execute")
    def remember(_c, _k, statement, parameters, _x, many):
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            asked.append((statement, parameters[0] if many else parameters))

    take(desk, WEEK[40:])
    event.remove(engine, "before_cursor_execute", remember)
    with desk.store.database.reading() as connection:
        plans = [
            (row[3], statement)
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    whole = ("SCAN dlp_events", "SCAN dlp_items")
    assert any("SEARCH dlp_events" in plan for plan, _ in plans)
    assert [one for one in plans if one[0].startswith(whole)] == []


def test_of_two_records_of_one_event_the_fuller_one_stands_in_either_order(tmp_path):
    poor = {
        "Activity": "DLPRuleMatch",
        "Workload": "Exchange",
        "Happened": "2026-11-20T09:30:00Z",
        "Sender": "ann@oak.example",
        "RecordIdentity": a_record()["Id"],
    }
    (tmp_path / "poor.csv").write_text(f"{','.join(poor)}\n{','.join(poor.values())}\n")
    (tmp_path / "full.json").write_bytes(b"[" + encoded(a_record()) + b"]")
    kept = []
    for order in (("poor.csv", "full.json"), ("full.json", "poor.csv")):
        folder = tmp_path / order[0].partition(".")[0]
        folder.mkdir()
        with a_desk(folder) as bench:
            reports = import_files(bench, [tmp_path / name for name in order]).items
            assert [(one.events, one.merged) for one in reports] == [(1, 0), (0, 1)]
            kept.append(standing(bench))
    assert kept[0] == kept[1]
    assert kept[0][0][2] == "oak"
    assert "medical" in str(kept[0][0][9])


def test_events_are_found_by_incident_and_by_message(desk):
    other = a_record(Id="9f2e3d4c-0000-4000-8000-000000000002")
    take(desk, [encoded(a_record()), encoded(other)])
    message = desk.store.dlp_events.of_message("oak", "m1@oak.example")
    assert len(message) == 2
    assert message == desk.store.dlp_events.of_incident("oak", message[0].event.incident)
    assert desk.store.dlp_events.of_message("elm", "m1@oak.example") == ()


def test_a_sender_of_no_school_is_quarantined_and_a_recipient_of_ours_tells_the_school(desk):
    stranger = a_record(ExchangeMetaData=mail(From="x@y.example"))
    assert take(desk, [encoded(stranger)]).quarantined == {
        "its sender belongs to no school that has a pack": 1
    }
    ours = a_record(ExchangeMetaData=mail(From="x@y.example", To=["office@elm.example"]))
    assert take(desk, [encoded(ours)]).events == 1
    assert desk.store.dlp_events.classes_seen("elm") >= {"medical"}


def key(mis_id: str) -> PersonKey:
    return PersonKey("oak", mis_id)


def accept(desk: Bench) -> None:
    """A roster with somebody of staff, a leaver, and a pupil with an aunt and a mother."""
    people = [
        Person(key=key("1"), kind=Kind.STAFF, given_name="A", surname="B"),
        Person(key=key("2"), kind=Kind.PUPIL, given_name="K", surname="B", mail="kit@oak.example"),
        Person(
            key=key("3"),
            kind=Kind.STAFF,
            given_name="L",
            surname="B",
            mail="left@oak.example",
            leaves=date(2026, 7, 1),
        ),
    ]
    contacts = [
        Contact(pupil=key("2"), contact_id="9", mail="aunt@x.example"),
        Contact(pupil=key("2"), contact_id="8", mail="Mum@x.example", parental_responsibility=True),
    ]
    roster = Roster.of("oak", people, contacts=contacts)
    export = Export(
        school="oak", sha256="0" * 64, accepted_at=NOW, complete=frozenset(), fingerprint=b""
    )
    desk.store.exports.accept(export, msgspec.msgpack.encode(roster))


def test_addresses_are_joined_to_accounts_roster_and_contacts(desk):
    accept(desk)
    for mis_id, object_id in (("1", "a1"), ("gone", "a2")):
        link = Link(
            person=key(mis_id), kind=Kind.STAFF, object_id=object_id, how="created", linked_at=NOW
        )
        desk.store.links.put(link)
    mirror = Mirror(
        accounts={
            "a1": Account(id="a1", user_principal_name="Ann@oak.example"),
            "a2": Account(id="a2", user_principal_name="gone@oak.example"),
        },
        groups={},
        skus={},
        protected=frozenset(),
        users_link="",
        groups_link="",
        roles_read_on=None,
        select="",
    )
    nothing = frozenset[str]()
    desk.store.mirror.save(TENANT, Refreshed(mirror, nothing, nothing, nothing, nothing, full=True))
    recipients = ["kit@oak.example", "left@oak.example", "gone@oak.example", "aunt@x.example"]
    many = mail(To=recipients, CC=["mum@x.example", "office@oak.example", "a@gmail.com", "b@c.d"])
    take(desk, [encoded(a_record(ExchangeMetaData=many))])
    (kept,) = desk.store.dlp_events.of_message("oak", "m1@oak.example")
    assert (kept.parties.sender.role, kept.parties.sender.person) == (Role.STAFF, key("1"))
    assert kept.parties.counts == {
        Role.PUPIL: 1,
        Role.LEAVER: 2,
        Role.CONTACT: 1,
        Role.PARENT: 1,
        Role.TRUST: 1,
        Role.PERSONAL: 1,
        Role.OUTSIDER: 1,
    }
    assert kept.parties.people == (key("2"), key("3"), key("gone"))


def test_a_mail_to_a_contact_without_responsibility_is_drafted_once_as_a_suspected_breach(desk):
    pack = desk.packs_dir / "oak.yaml"
    rule = "dlp: {recipient_rule: pupil_or_parental_responsibility, "
    pack.write_text(PACK.replace("dlp: {", rule))
    accept(desk)
    sent = {
        one: mail(To=[f"{one}@x.example"], From="office@oak.example", MessageID=one)
        for one in ("mum", "aunt")
    }
    ids = {one: f"9f2e3d4c-0000-4000-8000-00000000000{n}" for n, one in enumerate(sent)}
    records = [encoded(a_record(ExchangeMetaData=sent[one], Id=ids[one])) for one in sent]
    assert take(desk, records).events == 2
    (draft,) = listing(desk)
    assert (draft.state, draft.aware_at) == (State.SUSPECTED, None)
    assert draft.title == "Mail with pupil data to a contact without parental responsibility"
    take(desk, records, "again.json")
    assert listing(desk) == (draft,)
    (item,) = desk.store.dlp_items.page(Wanted(), None, 2)
    assert draft.source == f"dlp:{item.item}"
    assert show(desk, draft.breach).facts.incidents == (item.key.incident,)


def test_a_file_that_is_none_is_refused_and_the_others_are_read(desk, tmp_path):
    (tmp_path / "a.txt").write_text("Surname\nSmith\n")
    (tmp_path / "b.json").write_bytes(encoded(a_record()))
    imported = import_files(desk, [tmp_path / "a.txt", tmp_path / "b.json"])
    assert [(bool(one.problem), one.events) for one in imported.items] == [(True, 0), (False, 1)]
    assert [one.school for one in imported.without_a_rule] == ["elm", "oak"]
    text = as_text(imported)
    assert "a.txt\n  refused: is no export" in text
    assert "1 record = 1 new + 0 known already + 0 not understood + 0 out of scope" in text
    assert "oak: no rule for class safeguarding was ever seen at work" in text
    assert "Smith" not in text


def dlp(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "GRAPHSYNC_TENANT_ID": TENANT,
        "GRAPHSYNC_DATA_DIR": str(folder / "data"),
        "GRAPHSYNC_PACKS_DIR": str(folder / "packs"),
    }
    return started_ahead.command("dlp", *arguments, folder=folder, environment=environment)


def told_by_the_queue(folder: Path) -> list[str]:
    """What leaves the desk: a page, an item, a decision, a file of rules, an error."""
    queue = dlp(folder, "queue", "--json", "--limit", "200")
    items = json.loads(queue.stdout)["items"]
    assert len(items) > 20
    words = ("--outcome", "allowed", "--reason", "as the policy says", "--json", "--trace")
    told = [
        queue,
        dlp(folder, "show", items[0]["item"], "--reason", "a look"),
        dlp(folder, "decide", items[0]["item"], *words),
        dlp(folder, "rules", "--csv", "rules.csv"),
    ]
    assert [one.returncode for one in told] == [0, 0, 2, 0]
    assert "decide is for what is advised" in told[2].stderr
    return [*(one.stdout + one.stderr for one in told), (folder / "rules.csv").read_text()]


def test_no_matched_text_reaches_the_database_the_output_or_an_error(tmp_path):
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "oak.yaml").write_text(PACK)
    spoiled = encoded(a_record(ExchangeMetaData=mail(To=f"{CANARY}@x", Subject=5)))
    records = b"[" + b",".join([*a_week(300), spoiled]) + b"," + encoded(a_record())[:-40]
    assert records.count(CANARY.encode()) > 500
    (tmp_path / "blob.json").write_bytes(records)
    (tmp_path / "none.txt").write_text(f"{CANARY},x\n")
    done = dlp(tmp_path, "import", "blob.json", "none.txt", "--json", "--trace")
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)
    assert told["items"][0]["quarantined"] == {
        "a field of another type": 1,
        "cut off before its end": 1,
    }
    assert told["items"][0]["events"] > 100
    assert dlp(tmp_path, "import", "none.txt").returncode == 2
    assert dlp(tmp_path, "import", "blob.json", "missing.csv").returncode == 64
    shown = told_by_the_queue(tmp_path)
    written = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert written
    assert not any(CANARY in text for text in (done.stdout, done.stderr, *shown))
    assert not any(CANARY.encode() in text for text in written)


def test_the_classes_of_a_licence_are_told_for_a_school(tmp_path):
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "oak.yaml").write_text(PACK)
    done = dlp(tmp_path, "classes", "oak", "--licence", "A3", "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["items"]
    assert (rows[0]["name"], rows[0]["reach"]) == ("safeguarding", "not")
