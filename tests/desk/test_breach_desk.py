"""The breach register at the desk: opened, worked, decided, closed, and whole in the journal."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from office import Office
from sqlalchemy import text

from graphsync import breach_desk as desk
from graphsync.bench import Bench
from graphsync.breach_alarms import alarms_due, night_lines
from graphsync.breach_drafts import Trigger, draft_for
from graphsync.store.db import Store
from graphsync.store.problems import BrokenRegister
from graphsync.trouble import Refusal
from policies.breach_records import Body, Cause, Decision, Facts, Risk
from policies.breaches import State
from policies.pack_loading import load_rules
from reports.breach_page import page
from reports.breach_text import UNKNOWN, notice

Command = Callable[..., tuple[int, str, str]]
SECRET = "Amelia Canary"
FACTS = Facts(
    title="Mail to the wrong parent",
    description=f"a list with {SECRET} went to another parent",
    cause=Cause.MAIL_WRONG_PERSON,
    consequences="worry",
    risk=Risk.RISK,
    risk_reasons="read by them",
    remedy="deleted, and confirmed",
    investigation="looked at the trace",
    investigated_by="IT manager",
    outcome="spoken to",
)


def as_dpo(office: Office) -> Bench:
    return replace(office.bench, requester="dpo")


def opened(office: Office, **fields: object) -> str:
    usual: dict[str, object] = {"school": "oak", "facts": FACTS}
    report = desk.Report(**(usual | fields))  # type: ignore[arg-type]
    return desk.open_breach(office.bench, report).breach


def test_a_breach_goes_from_a_report_to_its_end(office: Office) -> None:
    breach = opened(office, source="parent", reported_by="a parent of year 7")
    assert desk.show(office.bench, breach).line.state is State.SUSPECTED
    office.days(1)
    known = desk.aware(office.bench, breach, office.now)
    assert known.line.due == office.now + timedelta(hours=72)
    with pytest.raises(Refusal, match="advises before"):
        desk.decide(office.bench, breach, Decision.NOTIFY, "likely")
    desk.advise(as_dpo(office), breach, Decision.NOTIFY, "a risk")
    with pytest.raises(Refusal, match="dpo advised, and so does not decide"):
        desk.decide(as_dpo(office), breach, Decision.NOTIFY, "likely")
    desk.decide(office.bench, breach, Decision.NOTIFY, "likely")
    with pytest.raises(Refusal, match=r"no notice is recorded$"):
        desk.close(office.bench, breach)
    desk.notified(office.bench, breach, office.now, "IC-1")
    closed = desk.close(office.bench, breach)
    assert (closed.line.state, closed.missing) == (State.CLOSED, ())
    assert desk.listing(office.bench) == ()
    assert [line.breach for line in desk.listing(office.bench, closed=True)] == [breach]
    with pytest.raises(Refusal, match="is closed: open it again first"):
        desk.note(office.bench, breach, Facts(people=3))
    again = desk.reopen(office.bench, breach, "another copy")
    assert (again.line.state, again.advice, again.line.due) == (
        State.ASSESSING,
        None,
        known.line.due,
    )


def test_the_journal_tells_who_did_what_and_nothing_of_what_is_in_it(office: Office) -> None:
    breach = opened(office, aware_at=office.now)
    desk.advise(as_dpo(office), breach, Decision.RECORD, SECRET)
    with office.store.database.reading() as connection:
        rows = connection.execute(text("SELECT * FROM journal WHERE operation LIKE 'breach%'"))
        told = [tuple(map(str, row)) for row in rows]
    assert [(row[6], row[10]) for row in told] == [
        ("breach_opened", "head"),
        ("breach_aware", "head"),
        ("breach_advised", "dpo"),
    ]
    assert "Canary" not in str(told)
    assert "Mail to" not in str(told)
    assert office.store.breaches.verify() == 3
    office.store.journal.verify()


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM breaches WHERE act = 'aware'", "the row is gone, and nothing erased it"),
        ("UPDATE breaches SET body = replace(body, 'wrong', 'right')", "was changed"),
        ("UPDATE breaches SET reference = 'dlp:other' WHERE act = 'opened'", "was changed"),
        ("UPDATE journal SET operation = 'x' WHERE operation = 'breach_aware'", "no such row"),
    ],
)
def test_a_row_that_was_tampered_with_shows(office: Office, damage: str, told: str) -> None:
    opened(office, aware_at=office.now)
    with office.store.database.writing() as connection:
        for guard in ("breaches_refuse_UPDATE", "journal_refuses_UPDATE"):
            connection.execute(text(f"DROP TRIGGER {guard}"))
        connection.execute(text(damage))
    with pytest.raises(BrokenRegister, match=told):
        office.store.breaches.verify()


def test_the_database_refuses_to_change_a_row(office: Office) -> None:
    opened(office)
    with (
        pytest.raises(Exception, match="never edited"),
        office.store.database.writing() as connection,
    ):
        connection.execute(text("UPDATE breaches SET act = 'noted'"))


def test_alarms_are_given_once_and_survive_a_restart_and_an_outage(office: Office) -> None:
    office.pack("notify: {roles: {dpo: dpo@oak.example, head: head@oak.example}}\n")
    aware_at = office.now = datetime(2026, 10, 24, 8, tzinfo=UTC)  # the clocks go back next night
    breach = opened(office, aware_at=aware_at)
    office.now = aware_at + timedelta(hours=11, minutes=59)
    assert alarms_due(office.bench, office.now) == ()
    office.now = aware_at + timedelta(hours=30)
    first = alarms_due(office.bench, office.now)
    assert [(one.breach, one.hours) for one in first] == [(breach, 12), (breach, 24)]
    assert first[0].addresses == ("dpo@oak.example", "head@oak.example")
    assert first[0].sentence == (
        f"oak: 12 hours of 72 have passed for breach {breach}, due 08:00 on Tue 27 Oct 2026:"
        f" graphsync breach show {breach}"
    )
    url = f"sqlite:///{office.folder}/graphsync.db"
    again = Store.open(url, lambda: office.now)
    after = replace(office.bench, store=again)
    assert alarms_due(after, office.now) == ()
    assert [one.hours for one in alarms_due(after, aware_at + timedelta(days=9))] == [48, 60, 71]
    assert alarms_due(after, aware_at + timedelta(days=9)) == ()
    assert desk.show(after, breach).line.due == aware_at + timedelta(hours=72)
    again.close()
    (line,) = desk.listing(office.bench)
    assert (line.hours_left, line.alarm) == (42.0, 24)


def test_the_nights_mail_counts_and_names_nobody(office: Office) -> None:
    opened(office)
    breach = opened(office, aware_at=office.now)
    assert night_lines(office.bench, "oak") == (
        f"breach {breach} is due at 02:00 on Sat 28 Nov 2026: graphsync breach show {breach}",
        "suspected breaches to look at: 1: graphsync breach list",
    )
    assert night_lines(office.bench, "elm") == ()


def test_a_late_notice_gives_its_reasons_and_a_further_one_need_not(office: Office) -> None:
    breach = opened(office)
    with pytest.raises(Refusal, match="when the school became aware"):
        desk.notified(office.bench, breach, office.now, "IC-1")
    desk.aware(office.bench, breach, office.now)
    office.days(4)
    with pytest.raises(Refusal, match="due by 2026-11-28 02:00 UTC: give the reasons"):
        desk.notified(office.bench, breach, office.now, "IC-1")
    desk.notified(office.bench, breach, office.now, "IC-1", "holidays")
    told = desk.notified(office.bench, breach, office.now, "IC-1").notified
    assert [(str(row.phase), row.late) for row in told] == [
        ("initial", "holidays"),
        ("further", ""),
    ]


def test_the_text_says_what_is_not_yet_known_and_then_what_is_new(office: Office) -> None:
    rules = load_rules(office.packs, "oak")
    breach = opened(office, aware_at=office.now)
    first = notice(desk.show(office.bench, breach), rules)
    assert first.startswith("INITIAL NOTICE OF A PERSONAL DATA BREACH")
    assert f"People, about: {UNKNOWN}" in first
    assert "Aware since: Wed 25 Nov 2026, 02:00" in first
    desk.notified(office.bench, breach, office.now, "IC-1")
    desk.note(office.bench, breach, Facts(people=30, risk=Risk.HIGH))
    further = notice(desk.show(office.bench, breach), rules)
    assert "FURTHER NOTICE" in further
    assert "Your reference: IC-1" in further
    marked = [line for line in further.splitlines() if line.startswith("NEW")]
    assert marked == ["NEW  People, about: 30", "NEW  Risk to people: high: read by them"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"facts": Facts()}, "the title is missing"),
        ({"source": "dlp"}, "dlp:ITEM with the item's id"),
        ({"source": "gossip"}, "the source is one of user"),
        ({"source": "parent:7"}, "the source is one of user"),
        ({"aware_at": datetime(2027, 1, 1, tzinfo=UTC)}, "lies in the future"),
    ],
)
def test_a_report_that_is_not_whole_is_refused(
    office: Office, fields: dict[str, object], told: str
) -> None:
    with pytest.raises(Refusal, match=told):
        opened(office, **fields)
    assert office.store.breaches.all() == {}


def test_a_dlp_item_has_one_entry(office: Office) -> None:
    breach = opened(office, source="dlp:i-7")
    with pytest.raises(Refusal, match=f"dlp:i-7 has the entry {breach} already"):
        opened(office, source="dlp:i-7")
    assert desk.show(office.bench, breach).line.source == "dlp:i-7"


def test_moves_are_refused_with_what_is_missing(office: Office) -> None:
    breach = opened(office, aware_at=office.now)
    bench = office.bench
    tries = {
        "nothing to note": lambda: desk.note(bench, breach, Facts()),
        "cannot be below 0": lambda: desk.note(bench, breach, Facts(people=-1)),
        "cannot end before": lambda: desk.note(
            bench,
            breach,
            Facts(occurred_from=office.now, occurred_to=office.now - timedelta(hours=1)),
        ),
        "why the moment is another": lambda: desk.aware(bench, breach, office.now),
        "the advice is empty": lambda: desk.advise(bench, breach, Decision.RECORD, " "),
        "the reason is missing: a decision": lambda: desk.decide(
            bench, breach, Decision.RECORD, ""
        ),
        "reference is missing": lambda: desk.notified(bench, breach, office.now, ""),
        "how they were told": lambda: desk.told(bench, breach, Body.PEOPLE, office.now, ""),
        "is not closed": lambda: desk.reopen(bench, breach, "new"),
        "there is no breach b-9": lambda: desk.show(bench, "b-9"),
    }
    rows = desk.show(bench, breach).rows
    for told, attempt in tries.items():
        with pytest.raises(Refusal, match=told):
            attempt()
    assert desk.show(bench, breach).rows == rows


def test_a_draft_is_made_once_for_what_was_seen_and_names_nobody(office: Office) -> None:
    first = draft_for(office.bench, "oak", Trigger.PASSWORD_KNOWN, "incident:i-1")
    assert draft_for(office.bench, "oak", Trigger.PASSWORD_KNOWN, "incident:i-1") == first
    other = draft_for(office.bench, "oak", Trigger.PASSWORD_KNOWN, "incident:i-2")
    assert other != first
    line = desk.show(office.bench, first).line
    assert (line.title, line.state, line.source, line.due) == (
        "A password may be known to others",
        State.SUSPECTED,
        "incident:i-1",
        None,
    )


def test_the_page_holds_every_field_and_escapes_what_was_typed(office: Office) -> None:
    breach = opened(office, aware_at=office.now)
    desk.note(office.bench, breach, Facts(lessons="<script>alert(1)</script>"))
    desk.told(office.bench, breach, Body.TRUST, office.now, "by phone")
    shown = page(desk.show(office.bench, breach), load_rules(office.packs, "oak"), office.now)
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "To be notified by Sat 28 Nov 2026, 02:00" in shown
    assert "Mail to the wrong parent" in shown
    assert shown.count(UNKNOWN) == 13
    assert "by phone" in shown


def test_the_command_line_opens_works_and_prints(office: Office, command: Command) -> None:
    code, out, _ = command(
        *("breach", "open", "--school", "oak", "--title", "Lost laptop", "--json"),
        *("--cause", "lost_or_stolen_device", "--aware", "2026-11-25 02:00"),
    )
    breach = json.loads(out)["breach"]
    assert code == 0
    code, out, _ = command("breach", "notify", breach)
    assert code == 0
    assert "Cause: lost or stolen device" in out
    assert "Nothing was sent." in out
    code, out, err = command("breach", "close", breach)
    assert (code, out) == (2, "")
    assert "the DPO has not advised" in err
    code, _, _ = command("breach", "report", breach, "--html", "page.html")
    assert code == 0
    assert "Lost laptop" in (office.folder / "page.html").read_text("utf-8")
    code, out, _ = command("breach", "list", "--json")
    (item,) = json.loads(out)["items"]
    assert (item["breach"], item["state"], item["due"]) == (
        breach,
        "assessing",
        "2026-11-28T02:00:00Z",
    )
    code, out, _ = command("audit", "verify")
    assert (code, out.startswith("Whole")) == (0, True)
