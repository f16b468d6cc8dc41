"""What a night erases for its age, what stays, and what can no longer be done then."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest
from forms import CONTACTS, ISLA, LEO, PEOPLE, begin, recorded
from mail_records import a_match, kept
from office import PACK, TODAY, Office, a_pupil, key

from graphsync import breach_desk, run, run_desk
from graphsync.erasing import erase, preview
from graphsync.hold_desk import Wish, add
from graphsync.releasing import lift, release
from graphsync.report import Exit, OutcomeCounts, RequestCounts, RunDocument, RunReport
from graphsync.store.consent_links import ConsentLink
from graphsync.store.dlp_imports import Import
from graphsync.store.journal import Entry
from graphsync.store.links import Link
from graphsync.store.runs import State
from graphsync.trouble import Refusal
from policies.breach_records import Cause, Decision, Facts, Risk
from policies.consent_records import Act, Answer, Batch
from policies.consent_records import Entry as Row
from policies.holds import HoldMode
from policies.mail import Kind as MailKind
from policies.mail import MailException, Severity
from policies.mail_effects import Fate
from policies.mail_people import Parties, Party, Role
from policies.mail_proofs import Bite, Proof
from policies.pack_loading import PackRefused
from policies.people import Kind
from reports.render import as_json, as_page, as_text

SURNAME = "Smith1"
OTHERS = dict.fromkeys(
    (
        "departures",
        "dlp_counted",
        "dlp_exceptions",
        "dlp_items",
        "no_breaches",
        "breaches",
        "requests",
        "disputed_requests",
        "dlp_imports",
        "looks",
        "dlp_gaps",
        "dlp_proofs",
    ),
    0,
)


def due(office: Office) -> dict[str, int]:
    return {line.records: line.due for line in preview(office.bench)}


def night(office: Office) -> dict[str, int]:
    """What the beginning of a night erases: just what was foretold."""
    foretold = due(office)
    before = {state.id for state in office.store.runs.list(100)}
    erase(office.bench, ["oak"])
    office.store.journal.verify()
    assert {state.id for state in office.store.runs.list(100)} == before
    assert set(due(office).values()) == {0}
    return foretold


@pytest.fixture
def applied(office: Office) -> RunReport:
    """A run that changed a name, applied long ago, and a newer run of a newer roster."""
    account = office.link("1", display_name="Amy Other")
    office.accept(a_pupil("1"))
    made = office.plan(account)
    assert SURNAME in str(made.changes)
    noted = Entry(
        school="oak",
        run=made.run,
        item="update_user oak:1",
        what="intent",
        operation="change_name",
        person=key("1"),
        after={"surname": SURNAME},
    )
    done = msgspec.structs.replace(noted, what="outcome", result="done", after={})
    office.store.journal.append([noted, done])
    for state in (State.APPLYING, State.APPLIED):
        office.store.runs.move(made.run, state)
    office.days(1)
    office.accept(a_pupil("1"), a_pupil("2"))
    office.plan(account)
    return made


def test_each_kind_goes_after_the_days_of_the_pack_and_not_a_day_sooner(
    office: Office, applied: RunReport
) -> None:
    office.pack("retention: {rosters_days: 10, plans_days: 20, payloads_days: 40}\n")
    office.days(10)
    assert night(office) == {"rosters": 0, "plans": 0, "payloads": 0, "consents": 0} | OTHERS
    office.days(1)
    assert night(office) == {"rosters": 1, "plans": 0, "payloads": 0, "consents": 0} | OTHERS
    office.days(10)
    assert night(office) == {"rosters": 0, "plans": 1, "payloads": 0, "consents": 0} | OTHERS
    office.days(20)
    assert night(office) == {"rosters": 0, "plans": 0, "payloads": 1, "consents": 0} | OTHERS
    assert office.store.exports.latest("oak", office.now) is not None


def test_an_erased_run_names_nobody_and_says_so_and_cannot_be_taken_back(
    office: Office, applied: RunReport
) -> None:
    office.days(800)
    night(office)
    shown = run_desk.show(office.bench, applied.run)
    assert (shown.changes, shown.held, shown.unchanged_people) == ((), (), ())
    assert (shown.counts, shown.state) == (applied.counts, State.APPLIED)
    stored = office.store.runs.get(applied.run)
    for name in (SURNAME, "Amy", "oak:1"):
        assert name.encode() not in stored.plan + stored.report
    listed = {line.run: line.changes for line in run_desk.listing(office.bench, 10)}
    assert listed[applied.run] == len(applied.changes)

    document = RunDocument(
        runs=(shown,), requests=RequestCounts(), outcomes=OutcomeCounts(), exit_code=Exit.DONE
    )
    for told in (as_text(document, everything=False), as_page(document)):
        assert "the people in it were erased on" in " ".join(told.split())
    assert as_json(document, with_lists=False)["runs"][0]["erased"] == "2029-02-03"
    with pytest.raises(Refusal, match="neither approved, applied nor taken back"):
        asyncio.run(run.undo(office.bench, applied.run))


def test_a_parked_run_that_was_erased_is_not_approved(office: Office, applied: RunReport) -> None:
    parked = office.plan(office.link("1", display_name="Amy Other"))
    office.store.runs.move(parked.run, State.PARKED)
    office.days(800)
    office.plan(office.link("1", display_name="Amy Other"))
    night(office)
    with pytest.raises(Refusal, match="was erased"):
        run_desk.approve(office.bench, parked.run, parked.digest, [], [])


def test_a_hold_keeps_what_the_journal_noted_of_its_person(
    office: Office, applied: RunReport
) -> None:
    office.days(800)
    add(
        office.bench,
        Wish(person=key("1"), mode=HoldMode.FREEZE, reason="request open", clause="s.173"),
    )
    (line,) = [one for one in preview(office.bench, "oak") if one.records == "payloads"]
    assert (line.due, line.on_hold) == (0, 1)
    night(office)
    assert {"surname": SURNAME} in [row.after for row in office.store.journal.of_person(key("1"))]


def test_a_school_whose_pack_cannot_be_read_keeps_everything(
    office: Office, applied: RunReport
) -> None:
    office.days(800)
    office.pack("nonsense: true\n")
    erase(office.bench, ["oak", "nowhere"])
    with pytest.raises(PackRefused):
        preview(office.bench)
    office.pack()
    assert due(office) == {"rosters": 1, "plans": 1, "payloads": 1, "consents": 0} | OTHERS


def test_what_is_recorded_of_a_pupils_consent_goes_years_after_they_left_and_not_a_day_sooner(
    office: Office,
) -> None:
    begin(office)
    recorded(office, answer=Answer.NO)
    recorded(office, "004513")
    office.days(1)
    left = TODAY + timedelta(days=1)
    office.accept(msgspec.structs.replace(PEOPLE[0], leaves=left), *PEOPLE[1:], contacts=CONTACTS)
    office.now = office.now.replace(year=2032)
    assert due(office)["consents"] == 0
    office.days(1)
    add(
        office.bench,
        Wish(person=LEO, mode=HoldMode.FREEZE, reason="request open", clause="s.173"),
    )
    assert due(office)["consents"] == 0
    lift(office.bench, str(LEO), "answered")
    assert night(office)["consents"] == 1
    assert (office.store.consents.of(LEO), office.store.provisions.open_of("oak")) == ((), ())
    assert office.store.consents.verify() == 1
    assert len(office.store.consents.of(ISLA)) == 1


def test_links_and_piles_of_a_pupil_go_with_what_is_recorded_of_the_consent(
    office: Office,
) -> None:
    begin(office)
    now, store = office.now, office.store
    batches = {"his": "", "both": "checked waiting", "unchecked": "drawn"}
    for name in batches:
        store.consent_batches.open(Batch(id=name, school="oak", opened_by="clerk", opened_at=now))
    rows = [
        (LEO, "only", "his"),
        (LEO, "checked", "both"),
        (ISLA, "waiting", "both"),
        (LEO, "drawn", "unchecked"),
        (ISLA, "hers", "unchecked"),
    ]
    store.consents.add(
        [
            *(
                (who, Row(id=one, act=Act.ANSWERED, at=now, by="c", batch=pile))
                for who, one, pile in rows
            ),
            (LEO, Row(id="seen", act=Act.COUNTERSIGNED, at=now, by="head", about="checked")),
        ]
    )
    for name, drawn in batches.items():
        store.consent_batches.close(name, frozenset(drawn.split()), now)
    links = {"his": (str(LEO),), "both": (str(LEO), str(ISLA)), "hers": (str(ISLA),)}
    store.consent_links.add(
        ConsentLink(
            token_sha256=name,
            school="oak",
            contact="c",
            pupils=pupils,
            use="answer",
            way="mail",
            made_at=now,
            expires_at=now,
        )
        for name, pupils in links.items()
    )
    office.accept(msgspec.structs.replace(PEOPLE[0], leaves=TODAY), *PEOPLE[1:], contacts=CONTACTS)
    office.now = office.now.replace(year=2032)
    office.days(2)
    assert night(office)["consents"] == 4
    left = {one.token_sha256: one.pupils for one in store.consent_links.of_school("oak")}
    assert left == {"both": (str(ISLA),), "hers": (str(ISLA),)}
    drawn = {name: one.sample for name, one in store.consent_batches.of_school("oak").items()}
    assert drawn == {"both": {"waiting"}, "unchecked": {"drawn"}}, "unchecked proves nothing"


def test_a_pupil_on_the_roster_keeps_what_was_recorded_however_old(office: Office) -> None:
    begin(office)
    recorded(office)
    office.days(5000)
    office.accept(*PEOPLE, contacts=CONTACTS)
    assert due(office)["consents"] == 0
    office.accept(*PEOPLE[1:], contacts=CONTACTS)
    assert due(office)["consents"] == 1
    link = Link(
        person=LEO,
        kind=Kind.PUPIL,
        object_id="o-1",
        how="created",
        linked_at=office.now,
        left_on=office.now.date() - timedelta(days=30),
    )
    office.store.links.put(link)
    assert due(office)["consents"] == 0


def mailed(office: Office, number: str, severity: Severity | None, **people: object) -> None:
    """A DLP event of today, at which somebody has to look where it has a severity."""
    reasons = (MailException(kind=MailKind.OVERRIDDEN, severity=severity),) if severity else ()
    parties = {"sender": Party(Role.STAFF, key("7"), "oak"), "school": "oak"} | people
    of_whom = Parties(**parties)  # type: ignore[arg-type]
    made = kept(a_match(number, office.now), of_whom, exceptions=reasons)
    office.store.dlp_events.put([made], office.now)


def left(office: Office, *numbers: str) -> list[str]:
    events = office.store.dlp_events
    return [one for one in numbers if events.of_incident("oak", f"incident-{one}")]


def test_dlp_events_go_by_whether_somebody_had_to_look(office: Office) -> None:
    office.pack("retention: {dlp_counted_days: 10, dlp_exceptions_days: 20}\n")
    office.accept(a_pupil("1"))
    mailed(office, "a", None)
    mailed(office, "b", Severity.HIGH)
    office.days(10)
    assert night(office)["dlp_counted"] == 0
    office.days(1)
    assert night(office)["dlp_counted"] == 1
    assert left(office, "a", "b") == ["b"]
    office.days(10)
    assert night(office)["dlp_exceptions"] == 1
    assert left(office, "a", "b") == []
    told = [row.operation for row in office.store.journal.of_run("")]
    assert told == ["erase_dlp_counted", "erase_dlp_exceptions"]


def test_a_hold_or_an_open_breach_keeps_the_events_that_are_about_it(office: Office) -> None:
    office.pack("retention: {dlp_counted_days: 10, dlp_exceptions_days: 10}\n")
    office.accept(a_pupil("1"), a_pupil("7"))
    mailed(office, "sent", None)
    mailed(office, "received", None, sender=Party(Role.OUTSIDER), people=(key("1"),))
    mailed(office, "told", None, sender=Party(Role.OUTSIDER))
    mailed(office, "other", None, sender=Party(Role.OUTSIDER))
    facts = Facts(title="A mail", incidents=("incident-told",))
    breach_desk.open_breach(office.bench, breach_desk.Report(school="oak", facts=facts))
    for mis_id in ("1", "7"):
        wish = Wish(person=key(mis_id), mode=HoldMode.FREEZE, reason="r", clause="c")
        add(office.bench, wish)
    office.days(11)
    assert night(office)["dlp_counted"] == 1
    assert left(office, "sent", "received", "told", "other") == ["sent", "received", "told"]
    lift(office.bench, "oak:7", "over")
    release(office.bench, "oak:7")
    assert night(office)["dlp_counted"] == 1
    assert left(office, "sent", "received", "told") == ["received", "told"]


def test_the_files_that_were_read_are_forgotten_by_the_longest_days_of_any_school(
    office: Office,
) -> None:
    read = Import(
        sha256="d",
        format="json",
        at=office.now,
        by="head",
        records=1,
        events=0,
        merged=0,
        out_of_scope=0,
        quarantined={"cut": 1},
    )
    office.store.dlp_imports.put(read)
    elm = "school: {id: elm, name: Elm, domain: elm.example}\nretention: {dlp_counted_days: 400}\n"
    (office.packs / "elm.yaml").write_text(PACK.split("\n", 1)[1] + elm, "utf-8")
    office.days(400)
    assert night(office)["dlp_imports"] == 0
    office.days(1)
    assert night(office)["dlp_imports"] == 1
    assert office.store.dlp_imports.of("d") is None


def test_tests_of_rules_are_forgotten_as_dlp_records_are(office: Office) -> None:
    office.pack("retention: {dlp_counted_days: 10, dlp_exceptions_days: 20}\n")
    office.accept(a_pupil("1"))
    proofs = office.store.dlp_proofs
    for later in (0, 5):
        at = office.now + timedelta(days=later)
        proofs.add(Proof(school="oak", name="medical", sent_at=at, by="dpo"))
        proofs.bit([Bite(school="oak", name="medical", at=at, fate=str(Fate.STOPPED))])
    newer = [[one] for one in (proofs.of("oak")[0][1], proofs.of("oak")[1][1])]
    office.days(20)
    assert night(office)["dlp_proofs"] == 0
    office.days(1)
    assert night(office)["dlp_proofs"] == 2
    assert list(proofs.of("oak")) == newer
    (told,) = [row for row in office.store.journal.of_run("") if "proofs" in row.operation]
    assert (told.operation, told.result) == ("erase_dlp_proofs", "2")


def a_closed_breach(office: Office, decision: Decision, **facts: object) -> str:
    whole = dict.fromkeys(("description", "consequences", "remedy", "investigation"), "so")
    more = {"title": "t", "risk": Risk.UNLIKELY, "risk_reasons": "so", "cause": Cause.OTHER}
    told = Facts(**whole, **more, investigated_by="x", outcome="so", **facts)  # type: ignore[arg-type]
    report = breach_desk.Report(school="oak", facts=told, aware_at=office.now)
    breach = breach_desk.open_breach(office.bench, report).breach
    breach_desk.advise(replace(office.bench, requester="dpo"), breach, decision, "so")
    breach_desk.decide(office.bench, breach, decision, "so")
    breach_desk.close(office.bench, breach)
    return breach


def test_what_was_a_breach_stays_for_years_and_what_was_none_for_days(office: Office) -> None:
    office.pack("retention: {no_breach_days: 30, breaches_years: 1}\n")
    office.accept(a_pupil("1"))
    none = a_closed_breach(office, Decision.NO_BREACH)
    one = a_closed_breach(office, Decision.RECORD)
    held = a_closed_breach(office, Decision.RECORD, hold_until=date(2028, 1, 1))
    facts = Facts(title="Never closed")
    report = breach_desk.Report(school="oak", facts=facts)
    standing = breach_desk.open_breach(office.bench, report).breach
    office.days(31)
    foretold = night(office)
    assert (foretold["no_breaches"], foretold["breaches"]) == (5, 0)
    assert office.store.breaches.of(none) is None
    office.days(365)
    assert night(office)["breaches"] == 5
    assert office.store.breaches.of(one) is None
    assert {breach for _, breach in office.store.breaches.all()} == {held, standing}
    office.store.breaches.verify()
    office.days(1000)
    assert night(office)["breaches"] == 5
    assert {breach for _, breach in office.store.breaches.all()} == {standing}
