"""The termly pack, and the journal that the service itself watches."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest
from msgspec.structs import replace
from office import a_pupil, an_account, key
from rooms_of_leavers import left_ordinarily, left_to_do
from sqlalchemy import text
from staff_side import StaffSide

from api.beats import verify_all
from api.permissions import AppRole
from api.staff.counted import Counted
from graphsync.accounts import AssignedLicence, Sku
from graphsync.breach_desk import Report, aware, close, open_breach
from graphsync.job_desk import new_job
from graphsync.store.runs import State
from graphsync.trouble import Refusal
from policies.breach_records import Facts
from policies.departures import Did, Move

PACK = "/api/v1/packs/oak/2026-autumn"
BAD_HASH = "ab" * 32


async def told(side: StaffSide, role: str = "Viewer") -> dict[str, dict]:
    """The figures of the term by name."""
    got = await side.ask("GET", PACK, headers=side.bearer(role))
    assert got.status_code == 200, got.text
    return {one["name"]: one for one in got.json()["figures"]}


def parts(figure: dict) -> dict[str, str]:
    return {one["name"]: one["told"] for one in figure["parts"]}


async def test_orphans_are_counted_of_what_can_sign_in(side: StaffSide) -> None:
    office = side.office
    office.pack("protected: {accounts: [helpdesk@oak.example]}\n")
    office.accept(*(a_pupil(str(number)) for number in range(1, 5)))
    for number in (1, 2, 99):
        office.link(str(number))
    strange = [an_account(f"s{number}") for number in range(6)]
    blocked = an_account("s9", account_enabled=False)
    desk = an_account("desk", user_principal_name="helpdesk@oak.example")
    guest = an_account("guest", user_type="Guest")
    gone = an_account("99")
    office.sees(*strange, blocked, desk, guest, gone, an_account("1"))
    office.plan()
    found = (await told(side))["orphans"]
    assert parts(found) == {
        "of nobody we know": "5 to 9",
        "of somebody the roster no longer lists": "<5",
    }
    assert found["mood"] == "wait"


async def test_a_policy_past_its_review_is_counted(side: StaffSide) -> None:
    side.office.pack("review: {cycle_months: 12, last_review: 2024-01-10}\n")
    found = (await told(side))["policies"]
    assert (parts(found), found["mood"]) == ({"overdue": "1"}, "wait")


async def test_a_pupil_licensed_without_a_consent_is_never_good(side: StaffSide) -> None:
    office = side.office
    office.accept(a_pupil("1"), a_pupil("2"))
    sku = Sku(sku_id="s1", sku_part_number="A3", consumed_units=2, enabled_units=5)
    held = [
        office.link(one, assigned_licenses=(AssignedLicence("s1"),), account_enabled=one == "1")
        for one in ("1", "2")
    ]
    office.sees(*held, skus=[sku])
    office.plan()
    found = (await told(side))["licences_without_consent"]
    assert (parts(found), found["mood"]) == ({"pupils": "<5"}, "bad")


async def test_the_term_of_a_school_is_told_from_what_is_stored(side: StaffSide) -> None:
    office = side.office
    began, late = office.now.date() + timedelta(days=1), office.now.date() - timedelta(days=1)
    people = [a_pupil(str(number), starts=began) for number in range(1, 6)]
    office.accept(*people, a_pupil("6", starts=late), a_pupil("7", starts=late))
    for number in range(1, 7):
        office.link(str(number))
    office.days(1)
    report = office.plan()
    office.store.runs.move(report.run, State.APPLYING)
    office.store.runs.move(report.run, State.APPLIED)
    entry = open_breach(office.bench, Report(school="oak", facts=Facts(title="A list"))).breach
    aware(office.bench, entry, office.now - timedelta(hours=80))
    found = await told(side)
    assert parts(found["runs"])["carried out"] == "1"
    assert parts(found["joiners"]) == {
        "ready on the first day": "5 to 9",
        "later": "<5",
        "no account yet": "<5",
        "median (days before the first day)": "1",
        "worst (days before the first day)": "-1",
    }
    assert (parts(found["breaches"])["late"], found["breaches"]["mood"]) == ("<5", "bad")


async def test_leavers_are_timed_from_their_last_day_or_the_hour_of_their_departure(
    side: StaffSide,
) -> None:
    office = side.office
    day = office.now.date() - timedelta(days=3)
    over = datetime.combine(day + timedelta(days=1), time(), UTC)  # winter: London's midnight
    for number in range(1, 5):
        office.link(str(number))
        (link,) = office.store.links.some([key(str(number))]).values()
        blocked = over + timedelta(hours=number)
        office.store.links.put(replace(link, left_on=day, blocked_by_us_at=blocked))
    old = a_pupil("9", leaves=day)
    office.accept(a_pupil("1", leaves=day), old)
    office.sees(an_account("1", account_enabled=False), office.link("9"))
    office.plan()
    left_ordinarily(side, "oak")  # its hour is now, and so is its block
    found = (await told(side))["leavers"]
    assert parts(found) == {
        "blocked within a day": "5 to 9",
        "later": "0",
        "not blocked today": "<5",
        "median (hours after the last day)": "2",
        "worst (hours after the last day)": "4",
    }
    assert found["mood"] == "bad"
    made = left_to_do(side, "oak")
    office.store.departures.move(
        made["departure"], Move(did=Did.CONFIRMED, at=office.now + timedelta(hours=30), by="it")
    )
    side.app.state.counted = Counted(office.bench.now)
    assert parts((await told(side))["leavers"])["later"] == "<5"


async def test_the_pack_names_nobody_and_prints_the_head_for_the_minutes(side: StaffSide) -> None:
    side.office.accept(a_pupil("4711", surname="Quince"))
    side.parked()
    head = side.office.store.journal.head()
    for path in ("/packs", "/packs/oak/2026-autumn"):
        page = (await side.ask("GET", path, side.session(AppRole.VIEWER))).text
        assert head.hash in page
        assert "no data" in page
        assert not [one for one in ("4711", "Quince", "oak:", "@oak") if one in page]
        assert page.count("<form") == 1  # to sign out


@pytest.mark.parametrize("term", ["2027-spring", "autumn", "2026-winter"])
async def test_there_is_no_pack_of_a_term_that_has_not_begun(side: StaffSide, term: str) -> None:
    got = await side.ask("GET", f"/packs/oak/{term}", side.session(AppRole.HEAD))
    assert got.status_code == 404


def changed(side: StaffSide, row: int) -> None:
    """Somebody writes into the journal behind our back."""
    with side.office.store.database.writing() as connection:
        triggers = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'")
        )
        for (name,) in triggers.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(
            text("UPDATE journal SET result = 'never' WHERE seq = :row"), {"row": row}
        )


async def test_a_journal_that_is_not_whole_is_an_incident_for_the_dpo_once(side: StaffSide) -> None:
    """Law B9, task 3: the service opens it, whoever looked and however often."""
    office = side.office
    for number in range(3):
        office.did("create_user", f"o-{number}", key(str(number)))
    changed(side, 2)
    headers = side.bearer("Viewer")
    first = (await side.ask("GET", "/api/v1/journal/verify", headers=headers)).json()
    page = (await side.ask("POST", "/journal/verify", side.session(AppRole.VIEWER))).text
    night = await verify_all(office.bench, side.places, new_job(office.bench, "verify", []))
    assert night.problem.startswith("not whole, row 2")
    entries = office.store.breaches.all()
    assert list(entries) == [("oak", first["incident"])]
    assert first["incident"] not in page  # the entry is the DPO's
    assert "The DPO finds an incident" in page
    today = (await side.ask("GET", "/", side.session(AppRole.DPO))).text
    assert "1 open breach" in today
    own = (await side.ask("GET", f"/breaches/{first['incident']}", side.session(AppRole.DPO))).text
    assert "The first bad row is 2" in own
    with pytest.raises(Refusal):  # a person says what it was
        close(office.bench, first["incident"])


async def test_a_printed_head_is_compared_with_its_row(side: StaffSide) -> None:
    for number in range(3):
        side.office.did("create_user", f"o-{number}", key(str(number)))
    journal, cookie = side.office.store.journal, side.session(AppRole.VIEWER)
    old = journal.hash_of(2) or ""

    async def compares(row: str, printed: str) -> tuple[int, str]:
        form = {"row": row, "printed": printed}
        got = await side.ask("POST", "/journal/verify", cookie, data=form)
        return got.status_code, got.text

    assert "the printed row is as it was printed" in (await compares("2", old))[1]
    for row, printed in (("3", old), ("2", "abc"), ("", old), ("two", old), ("9" * 30, old)):
        status, page = await compares(row, printed)
        assert (status, "Not whole" in page) == (422, False), (row, printed)
    assert not side.office.store.breaches.all()
    _, page = await compares("2", BAD_HASH)  # a journal written anew as a whole is whole
    assert "another hash than the one that was printed" in page
    assert len(side.office.store.breaches.all()) == 1
    params = {"row": 2, "hash": old}
    got = await side.ask(
        "GET", "/api/v1/journal/verify", headers=side.bearer("Viewer"), params=params
    )
    assert got.json()["whole"]


async def test_without_its_head_the_journal_is_told_broken_and_nothing_is_opened(
    side: StaffSide,
) -> None:
    side.office.did("create_user", "o-1", key("1"))
    with side.office.store.database.writing() as connection:
        connection.execute(text("DELETE FROM journal_head"))
    page = (await side.ask("POST", "/journal/verify", side.session(AppRole.DPO))).text
    assert "tell the DPO now" in page


def test_a_whole_journal_opens_nothing_at_night(side: StaffSide) -> None:
    side.office.did("create_user", "o-1", key("1"))
    job = new_job(side.office.bench, "verify", [])
    assert asyncio.run(verify_all(side.office.bench, side.places, job)).problem == ""
    assert not side.office.store.breaches.all()
