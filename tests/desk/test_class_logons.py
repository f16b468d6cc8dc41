"""Class log-ons at the desk: asked for, acknowledged, planned, ended (SNMAT-19e, 19e2)."""

from datetime import date, timedelta

import pytest
from office import TODAY, Office, a_pupil, an_account, key

from graphsync.class_logon_desk import acknowledge, end, listing, renewed, request
from graphsync.report import RunReport
from graphsync.store.links import Link
from graphsync.trouble import Refusal
from policies.people import Kind, Person

ALLOWED = """\
accounts:
  individual_from_year: 3
  class_logons: {allowed: on_request, up_to_year: 2, expires: school_year}
"""
LOGON = key("class-1k-2027")
INFANT = a_pupil("1", year="1", form="1K", entry_year=2026)


def a_teacher(mis_id: str) -> Person:
    return Person(key=key(mis_id), kind=Kind.STAFF, given_name="Rosa", surname=f"Okafor{mis_id}")


@pytest.fixture(autouse=True)
def school(office: Office) -> None:
    office.pack(ALLOWED)
    office.accept(INFANT, a_teacher("812"), a_teacher("830"))


def ask(office: Office, *holders: str) -> str:
    named = tuple(key(one) for one in holders)
    return request(office.bench, "oak", "1K", "Principal", TODAY, named).state


def held(report: RunReport) -> list[tuple[str, str]]:
    return [(str(one.person), one.reason) for one in report.held]


def made(report: RunReport) -> list[str]:
    return [str(one.person) for one in report.changes if one.kind == "create_user"]


def events(office: Office) -> list[str]:
    return [row.operation for row in office.store.journal.of_person(LOGON)]


def test_a_class_log_on_is_made_once_every_holder_took_note_of_the_risks(office: Office) -> None:
    assert ask(office, "812", "830") == "waits for 2 to take note of the risks"
    night = office.plan()
    assert str(LOGON) not in made(night)
    assert (str(LOGON), "risk_notice") in held(night)
    acknowledge(office.bench, LOGON, key("812"))
    assert acknowledge(office.bench, LOGON, key("830")).state == "allowed"
    assert str(LOGON) in made(office.plan())
    assert str(INFANT.key) not in made(office.plan())
    assert events(office) == [
        "class_logon_requested",
        "class_logon_acknowledged",
        "class_logon_acknowledged",
    ]


def test_a_school_that_forbids_them_is_refused_and_gives_each_pupil_an_account(
    office: Office,
) -> None:
    office.pack("accounts: {individual_from_year: 3, class_logons: {allowed: false}}\n")
    with pytest.raises(Refusal, match="the pack refuses class log-ons"):
        ask(office, "812")
    assert office.store.class_logons.of("oak") == ()
    assert str(INFANT.key) in made(office.plan())


def test_every_fault_of_a_request_is_told_at_once_and_nothing_is_kept(office: Office) -> None:
    with pytest.raises(Refusal) as refused:
        request(office.bench, "oak", "9Z", "Principal", TODAY + timedelta(days=1), ())
    for told in ("9Z is no registration group", "still to come", "nobody is named"):
        assert told in str(refused.value)
    assert office.store.class_logons.of("oak") == ()
    ask(office, "812")
    with pytest.raises(Refusal, match="stands already"):
        ask(office, "812")


@pytest.mark.parametrize(
    ("holder", "told"), [("1", "no member of staff"), ("812", "took note of it on 2026-11-25")]
)
def test_who_is_no_teacher_or_has_taken_note_already_is_refused(
    office: Office, holder: str, told: str
) -> None:
    ask(office, "812")
    acknowledge(office.bench, LOGON, key("812"))
    with pytest.raises(Refusal, match=told):
        acknowledge(office.bench, LOGON, key(holder))


def with_account(office: Office) -> None:
    ask(office, "812")
    acknowledge(office.bench, LOGON, key("812"))
    office.store.links.put(
        Link(
            person=LOGON,
            kind=Kind.PUPIL,
            object_id="o-class",
            how="created",
            linked_at=office.now,
        )
    )


def test_b_8_a_holder_who_left_is_one_no_more_after_a_new_password(office: Office) -> None:
    with_account(office)
    acknowledge(office.bench, LOGON, key("830"))
    office.days(1)
    office.accept(INFANT, a_teacher("830"))
    account = an_account("class")
    assert (str(LOGON), "password_known") in held(office.plan(account))
    (line,) = listing(office.bench, "oak")
    assert line.state == "needs a new password: 1 who held it left"
    renewed(office.bench, LOGON)
    assert (str(LOGON), "password_known") not in held(office.plan(account))
    (line,) = listing(office.bench, "oak")
    assert (line.holders, line.state) == (("oak:830",), "allowed")


def test_it_is_no_leaver_while_it_runs_and_blocked_the_night_after_its_end(office: Office) -> None:
    with_account(office)
    account = an_account("class")
    for _ in range(3):
        office.days(1)
        office.accept(INFANT, a_teacher("812"), a_pupil(str(office.exports + 10)))
        assert "disable_user" not in office.plan(account).counts
    assert end(office.bench, LOGON).state == "ended"
    with pytest.raises(Refusal, match="ended on 2026-11-27 already"):
        end(office.bench, LOGON)
    (blocked,) = [one for one in office.plan(account).changes if one.kind == "disable_user"]
    assert str(blocked.person) == str(LOGON)


def test_it_ends_by_itself_with_the_school_year(office: Office) -> None:
    with_account(office)
    office.days((date(2027, 9, 1) - TODAY).days)
    office.accept(INFANT, a_teacher("812"))
    assert "disable_user" in office.plan(an_account("class")).counts


def test_snmat_f1_3_who_has_no_permission_is_named_in_the_list(office: Office) -> None:
    ask(office, "812")
    (line,) = listing(office.bench, "oak")
    assert line.no_permission == ()
    office.pack(f"{ALLOWED}consent.ict_gate: true\n")
    (line,) = listing(office.bench, "oak")
    assert line.no_permission == (str(INFANT.key),)
