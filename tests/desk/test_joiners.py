"""The joiner sheet: who joined in a week, what became of the slips, and who signed (SNMAT-19h)."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from office import Office, a_pupil, an_account, key

from graphsync.joiner_desk import sheet, sign_off, weeks
from graphsync.policy_checks import sign_off_findings
from graphsync.store.secrets import Sealed
from graphsync.store.sign_offs import Matter
from graphsync.trouble import Refusal
from policies.findings import Finding
from policies.pack_loading import load_rules
from reports.joiners_page import page

MONDAY = date(2026, 11, 16)  # the week before the office's day
ASKED = """\
accounts: {joiners: {weekly_sign_off: true}}
clauses: {accounts.joiners: [SNMAT-19h]}
"""


@pytest.fixture(autouse=True)
def seven_joiners(office: Office) -> None:
    """Seven accounts of that week, their passwords sealed; and one of the week that goes on."""
    office.pack(ASKED)
    people = [a_pupil(str(number)) for number in range(1, 9)]
    office.accept(*people)
    office.sees(*(an_account(one.key.mis_id) for one in people))
    today = office.now
    office.now = datetime(2026, 11, 16, 2, tzinfo=UTC)
    for number in range(1, 9):
        if number == 8:
            office.now = today
        office.did("create_user", f"o-{number}", key(str(number)))
        sealed = Sealed(
            person=key(str(number)),
            hint="three words",
            ciphertext=b"sealed",
            created_at=office.now,
            expires_at=office.now + timedelta(days=30),
        )
        office.store.secrets.put([sealed])


def findings(office: Office) -> list[Finding]:
    rules = load_rules(office.packs, "oak")
    return asyncio.run(sign_off_findings(office.bench, rules))


def test_snmat_19h_seven_joiners_are_signed_off_and_name_and_time_are_stored(
    office: Office,
) -> None:
    (found,) = findings(office)
    assert (found.clause, found.subject) == ("SNMAT-19h", str(MONDAY))
    assert "7 new accounts" in found.sentence
    signed = sign_off(office.bench, "oak", MONDAY, "Ms Venn, Principal")
    assert (signed.joiners, signed.signed_by) == (7, "Ms Venn, Principal")
    assert (signed.signed_on, signed.recorded_by) == (office.now.date(), "head")
    (kept,) = office.store.sign_offs.of("oak", Matter.JOINERS).values()
    assert (kept.who, kept.by, kept.at, kept.seen) == (
        *("Ms Venn, Principal", "head"),
        *(office.now, 7),
    )
    assert office.store.journal.count_events("oak", "joiners_signed_off", "head", kept.at) == 1
    assert findings(office) == []


def test_a_week_is_signed_once(office: Office) -> None:
    sign_off(office.bench, "oak", MONDAY, "Principal")
    office.days(1)
    with pytest.raises(Refusal, match="was signed off by Principal on 2026-11-25 already"):
        sign_off(office.bench, "oak", MONDAY + timedelta(days=6), "Somebody else")
    assert [one.signed_by for one in weeks(office.bench, "oak")] == ["", "Principal"]


@pytest.mark.parametrize(
    ("day", "who", "told"),
    [
        (date(2026, 11, 23), "Principal", "is not over: whoever joins until 2026-11-29"),
        (date(2026, 11, 9), "Principal", "nobody of oak was given an account in the week of"),
        (MONDAY, "  ", "name who signs"),
    ],
)
def test_a_week_that_goes_on_or_had_no_joiner_is_not_signed(
    office: Office, day: date, who: str, told: str
) -> None:
    with pytest.raises(Refusal, match=told):
        sign_off(office.bench, "oak", day, who)
    assert office.store.sign_offs.of("oak", Matter.JOINERS) == {}


def test_a_week_that_goes_on_is_no_finding_until_its_monday(office: Office) -> None:
    sign_off(office.bench, "oak", MONDAY, "Principal")
    assert findings(office) == []
    office.days(5)  # the Monday after
    assert [one.subject for one in findings(office)] == ["2026-11-23"]


def test_a_pack_that_asks_no_sign_off_finds_none_missing(office: Office) -> None:
    office.pack()
    assert findings(office) == []


def test_the_sheet_says_of_each_whether_the_password_was_shown_to_anybody(office: Office) -> None:
    office.store.secrets.reveal(key("1"), "office", office.now)
    found = sheet(office.bench, "oak")
    assert (found.week.week, found.week.joiners, found.week.without_slip) == (MONDAY, 7, 6)
    slips = {one.person: one.slip for one in found.joiners}
    assert slips["oak:1"] == "shown to office on 2026-11-25"
    assert slips["oak:2"] == "not shown yet, until 2026-12-16"
    office.days(30)
    later = {one.slip for one in sheet(office.bench, "oak", MONDAY).joiners}
    assert "expired on 2026-12-16, never shown" in later
    assert {one.created for one in found.joiners} == {MONDAY}


def test_the_page_names_users_and_user_names_escaped_and_holds_no_password(office: Office) -> None:
    office.accept(a_pupil("1", surname="<b>Smith"))
    printed = page(sheet(office.bench, "oak"))
    assert "&lt;b&gt;Smith" in printed
    assert "25smith1a@oak.example" in printed
    assert "sealed" not in printed
    assert "7 new accounts" in printed
    assert "Every user above has a proper user name and password" in printed
    sign_off(office.bench, "oak", MONDAY, "Principal")
    assert "Signed off by Principal" in page(sheet(office.bench, "oak"))
