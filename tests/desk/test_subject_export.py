"""What a person is given who asks: from every table there is, and nobody else in it."""

import json
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from mail_records import a_match, kept
from office import Office, a_pupil, an_account, key
from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, Table, insert
from sqlalchemy.types import String

from graphsync.accounts import Account, Group
from graphsync.breach_desk import Report, open_breach
from graphsync.redacting import ANOTHER, STAFF
from graphsync.report import HeldReport, RunReport, VerdictReport
from graphsync.store import tables
from graphsync.store.about import Terms, names
from graphsync.store.kept_names import Mark
from graphsync.store.links import Link
from graphsync.store.moments import Moment
from graphsync.subject_export import SubjectExport, export_person
from graphsync.subject_search import KEPT_NAME, NOBODY
from graphsync.trouble import Refusal
from policies.breach_records import Facts
from policies.consent_records import Act, Entry, Signer
from policies.kept_names import Ground
from policies.mail import Severity
from policies.mail_effects import Fate
from policies.mail_items import ItemKey, Summary
from policies.mail_people import Parties, Party, Role
from policies.people import Contact, Kind, Roster
from reports.subject_page import page

Command = Callable[..., tuple[int, str, str]]
HER, HIM = "Amy1 Smith1", "Amy2 Smith2"
PACKED = msgspec.msgpack.encode


def bodies(office: Office) -> dict[tuple[str, str], bytes]:
    """What stands in the columns of bytes that are looked into."""
    parties = Parties(sender=Party(Role.STAFF, key("2"), "oak"), people=(key("1"), key("3")))
    mailed = kept(a_match("e", office.now, incident=""), parties)
    item = ItemKey(school="oak", organisation="t", incident="i")
    summary = Summary(
        exceptions=(),
        severity=Severity.LOW,
        records=1,
        exceptional=1,
        workloads=(),
        fates=(Fate.LET_THROUGH,),
        stopped_elsewhere=False,
        overridden=False,
        called_wrong=False,
        masked=False,
        classes=(),
        rules=(),
        sender_role=Role.STAFF,
        senders=(key("2"),),
        recipients={},
        people=(key("1"),),
        values=0,
        first=office.now,
        last=office.now,
        sent=None,
        message="",
        evidence="",
    )
    held = [HeldReport(person=f"oak:{n}", reason="bad_row", sentence=f"row {n}") for n in (1, 2)]
    report = RunReport(
        run="r",
        school="oak",
        name="",
        state="drafted",
        requester="head",
        digest="",
        as_of=office.now.date(),
        roster_sha256="",
        counts={},
        changes=(),
        held=tuple(held),
        unchanged=0,
        verdict=VerdictReport(passes=True, reasons=()),
    )
    roster = Roster.of("oak", [a_pupil("1"), a_pupil("2")])
    account = Account(id="o-1", user_principal_name="25smith1a@oak.example")
    group = Group(id="g", display_name="7B", members=frozenset({"o-1", "o-2"}))
    return {
        ("exports", "roster"): zlib.compress(PACKED(roster)),
        ("runs", "report"): PACKED(report),
        ("dlp_events", "body"): PACKED(mailed),
        ("dlp_items", "body"): PACKED((item, summary)),
        ("mirror_accounts", "body"): PACKED(account),
        ("mirror_groups", "body"): PACKED(group),
        ("mirrors", "protected"): PACKED(["o-1"]),
        ("answered_writes", "answer"): b'{"approver": "entra:o-1"}',
        ("payloads", "body"): b'{"before": {}, "after": {"surname": "Smith1"}}',
    }


TERMS = {"mis_id": "1", "school": "oak", "object_id": "o-1", "person": "oak:1"}
ACTS = ("by", "opened_by", "acknowledged_by", "author", "approver", "account", "requester")


def a_row(table: Table, office: Office, body: dict[tuple[str, str], bytes]) -> dict[str, Any]:
    """A row of a table that names the person as a table of that shape does."""
    row: dict[str, Any] = {}
    for column in table.c:
        match column.type:
            case Moment() | DateTime():
                value: Any = office.now
            case Date():
                value = office.now.date()
            case Integer():
                value = 1
            case Boolean():
                value = True
            case LargeBinary():
                value = body.get((table.name, column.name), b"")
            case String():
                value = TERMS.get(column.name, "")
        row[column.name] = value
    if not {"mis_id", "object_id", "person"} & set(row):
        named = next((name for name in ACTS if name in row), None)
        if named is not None:
            row[named] = "entra:o-1"
    return row


@pytest.fixture
def linked(office: Office) -> Office:
    """Amy1 and Amy2 with accounts, on the roster with a mother of Amy1."""
    mother = Contact(pupil=key("1"), contact_id="m1", given_name="Mary", surname="Moss")
    office.accept(a_pupil("1"), a_pupil("2"), contacts=[mother])
    office.sees(office.link("1"), office.link("2"))
    return office


def exported(office: Office, mis_id: str = "1", *accounts: str) -> SubjectExport:
    return export_person(office.bench, key(mis_id), "SAR-12", accounts)


SPECIAL: dict[str, dict[str, Any]] = {  # what else a row of these must hold to be one
    "links": {"kind": "pupil", "how": "created"},
    "exports": {"complete": "[]"},
    "journal": {"seq": 1000},
    "payloads": {"seq": 1000},
    "mirrors": {"tenant": "t", "skus": PACKED({}), "school_data_sync": PACKED([])},
    "mirror_accounts": {"tenant": "t"},
    "mirror_groups": {"tenant": "t"},
    "consent_links": {"pupils": '["1"]'},
    "open_intents": {"item": "update_user oak:1"},
    "breaches": {"body": '{"by": "entra:o-1"}'},
    "data_requests": {"body": '{"by": "entra:o-1"}'},
    "sign_offs": {"subject": "oak:1"},
    "custody": {"account": "o-1"},
    "pack_versions": {"author": "entra:o-1"},
}


def test_every_table_of_the_store_is_searched_and_what_it_holds_of_a_person_is_found(
    office: Office,
) -> None:
    body = bodies(office)
    everywhere = set(tables.metadata.tables) - set(NOBODY)
    with office.store.database.writing() as connection:
        for name in everywhere:
            table = tables.metadata.tables[name]
            connection.execute(insert(table), a_row(table, office, body) | SPECIAL.get(name, {}))
    found = exported(office)
    assert set(found.held) == everywhere
    assert {one.table for one in found.log} == set(tables.metadata.tables)
    assert {one.table for one in found.log if one.found} == everywhere


def test_a_table_without_anything_about_a_person_is_named_as_such() -> None:
    naming = {"mis_id", "object_id", "person", *ACTS}
    for name in NOBODY:
        assert not naming & set(tables.metadata.tables[name].c.keys()), name


def test_others_are_left_out_and_what_is_ones_own_stays(linked: Office) -> None:
    rows = [
        Entry(
            id=f"c-{n}",
            act=Act.ANSWERED,
            at=linked.now,
            by="clerk",
            signer=Signer(contact_id="m1", name="Ms Mary Moss", relationship="Mother"),
            reason=(
                f"{HIM} and Smith2, Amy2 said so to Ms Moss, Mr {HIM}, not {HER};"
                " oak:2, x@home.example"
            ),
        )
        for n in (1, 2)
    ]
    linked.store.consents.add([(key("1"), rows[0]), (key("2"), rows[1])])
    told = exported(linked)
    text = json.dumps(msgspec.to_builtins(told.held, enc_hook=str))
    (row,) = told.held["consents"]
    for other in ("Amy2", "Smith2", "oak:2", "o-2", "Mary", "Moss", "clerk", "home.example"):
        assert other not in text, other
    for own in ("Amy1", "Smith1", "oak:1", "o-1", "25smith1a@oak.example"):
        assert own in text, own
    assert row["body"]["by"] == STAFF
    assert row["body"]["signer"] == {"relationship": "Mother"}
    assert row["body"]["reason"] == (
        f"{ANOTHER} and {ANOTHER} said so to {ANOTHER}, {ANOTHER}, not {HER};"
        f" {ANOTHER}, [an address]"
    )
    assert "salt" not in row
    assert told.by_hand == ("consents: reason",)


def test_a_person_whose_key_begins_the_same_is_another(linked: Office) -> None:
    linked.accept(a_pupil("1"), a_pupil("12"))
    linked.did("update_user", "o-12", key("12"))
    linked.did("update_user", "o-1", key("1"))
    told = exported(linked)
    assert [row["person"] for row in told.held["journal"]] == ["oak:1"]
    assert "oak:12" not in str(told.held)
    terms = Terms(school="oak", mis_id="1", exact=frozenset({"oak:1"}))
    texts = ("update oak:1", "oak:12", "soak:1", "oak:1-b", "(oak:1)")
    assert [names(text, terms) for text in texts] == [True, False, False, False, True]


def test_what_somebody_did_themselves_is_theirs_without_those_it_was_done_to(
    linked: Office,
) -> None:
    staff = Link(
        person=key("9"), kind=Kind.STAFF, object_id="o-9", how="created", linked_at=linked.now
    )
    linked.store.links.put(staff)
    hold = {"id": "h", "mode": "freeze", "reason": "r", "clause": "c", "until": None}
    row = hold | {"school": "oak", "mis_id": "2", "at": linked.now, "lifted_by": "", "by": "jo"}
    with linked.store.database.writing() as connection:
        connection.execute(insert(tables.holds), row | {"lifted_at": None})
    assert "holds" not in exported(linked, "9").held
    (theirs,) = exported(linked, "9", "jo").held["holds"]
    assert set(theirs) == {"id", "at", "school", "by"}
    assert theirs["by"] == "jo"


def test_of_a_breach_whoever_wrote_of_it_gets_the_act_and_whom_it_names_the_words(
    linked: Office,
) -> None:
    told = Facts(title="t", description="about oak:1 and oak:2", subject="oak:1")
    open_breach(linked.bench, Report(school="oak", facts=told))
    (theirs,) = exported(linked, "2", "head").held["breaches"]
    assert theirs["body"]["facts"]["description"] == f"about {ANOTHER} and oak:2"
    linked.accept(a_pupil("3"))
    (written,) = exported(linked, "3", "head").held["breaches"]
    assert (written["by"], written["act"], "body" in written) == ("head", "opened", False)


def test_a_number_in_somebody_elses_row_is_nobodys_name(linked: Office) -> None:
    signed = Signer(contact_id="1", name="Mary Moss")
    row = Entry(id="c-2", act=Act.ANSWERED, at=linked.now, by="clerk", signer=signed)
    linked.store.consents.add([(key("2"), row)])
    assert "consents" not in exported(linked).held


def test_it_is_journalled_and_a_name_is_no_reference(linked: Office) -> None:
    with pytest.raises(Refusal, match="such as SAR-12: no name"):
        export_person(linked.bench, key("1"), "Amy Smith")
    with pytest.raises(Refusal, match="nothing is held about oak:77"):
        exported(linked, "77")
    exported(linked)
    (row,) = linked.store.journal.of_person(key("1"))
    assert (row.operation, row.result, row.after) == (
        "export_person",
        "head",
        {"request": "SAR-12"},
    )


def test_the_page_reads_without_us_and_escapes(linked: Office) -> None:
    linked.accept(a_pupil("1", form="<b>7B</b>"))
    linked.sees(an_account("1"))
    shown = page(exported(linked))
    assert "&lt;b&gt;7B&lt;/b&gt;" in shown
    assert "<b>7B" not in shown
    for part in ("school&#39;s register (SIMS)", "Where else to ask", "Where we looked"):
        assert part in shown
    assert "journal_head" in shown


def test_the_command_writes_a_new_folder_that_only_its_owner_reads(
    linked: Office, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHSYNC_TENANT_ID", "00000000-0000-4000-8000-000000000000")
    words = ("export", "person", "oak:1", "--request", "SAR-12", "--out", "sar")
    code, out, err = command(*words)
    assert (code, err) == (0, "")
    assert "Read these by hand" in out
    folder = linked.folder / "sar"
    assert sorted(one.name for one in folder.iterdir()) == ["person.html", "person.json"]
    assert all(one.stat().st_mode & 0o077 == 0 for one in (folder, *folder.iterdir()))
    document = json.loads((folder / "person.json").read_text("utf-8"))
    assert (document["person"], document["request"]) == ("oak:1", "SAR-12")
    assert command(*words)[0] == 64


def test_a_name_that_safeguarding_keeps_is_told_to_nobody_who_asks(linked: Office) -> None:
    mark = Mark(
        id="k-1",
        person=key("1"),
        given_name="Nia",
        surname="Brook",
        ground=Ground.ADDRESS,
        reference="CP-12",
        review_on=linked.now.date(),
        by="entra:lead",
        at=linked.now,
    )
    linked.store.kept_names.add(mark)
    row = Entry(id="c-2", act=Act.ANSWERED, at=linked.now, by="clerk", reason="with Nia Brook")
    linked.store.consents.add([(key("2"), row)])
    own, other = exported(linked), exported(linked, "2")
    assert own.held["kept_names"] == [{"withheld": KEPT_NAME}]
    assert "kept_names: withheld" in own.by_hand
    assert "kept_names" not in other.held
    assert "Brook" not in str(msgspec.to_builtins(other.held, enc_hook=str))
