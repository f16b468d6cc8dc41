"""Breaches and exports at the API and the console: reports, two people, facts, the file."""

import io
import zipfile
from datetime import timedelta

from office import a_pupil
from rooms_of_breaches import a_breach
from rooms_of_mail import somebody
from staff_side import StaffSide

from api.permissions import AppRole


async def test_anybody_reports_and_only_the_dpo_and_the_head_read(side: StaffSide) -> None:
    cookie = side.session(AppRole.HEAD_OF_YEAR)
    form = {"title": "A list was lost", "source": "parent", "occurred_from": "2026-11-24T09:30"}
    got = await side.ask("POST", "/breaches/report", cookie, data=form)
    breach = got.headers["location"].partition("made=")[2]
    told = await side.ask("GET", got.headers["location"], cookie)
    assert breach in told.text
    assert (await side.ask("GET", f"/breaches/{breach}", cookie)).status_code == 403
    _, (row, *more) = side.office.store.breaches.of(breach) or ("", ())
    assert (row.source, row.facts.title, more) == ("parent", "A list was lost", [])
    nothing = await side.ask("POST", "/breaches/report", cookie, data={"title": " "})
    assert (nothing.status_code, "title is missing" in nothing.text) == (422, True)


async def test_only_what_is_new_in_a_form_of_facts_is_noted(side: StaffSide) -> None:
    breach = a_breach(side, "oak")["breach"]
    cookie, path = side.session(AppRole.DPO), f"/breaches/{breach}/note"
    form = {"title": "Mail to the wrong parent", "people": "30", "categories": "health"}
    assert (await side.ask("POST", path, cookie, data=form)).status_code == 303
    again = await side.ask("POST", path, cookie, data=form)
    assert (again.status_code, "nothing to note" in again.text) == (422, True)
    _, rows = side.office.store.breaches.of(breach) or ("", ())
    assert (len(rows), rows[-1].facts.title, rows[-1].facts.people) == (2, "", 30)


async def test_the_clock_is_said_in_words_and_who_advised_does_not_decide(
    side: StaffSide,
) -> None:
    breach, now = a_breach(side, "oak")["breach"], side.office.now
    path, dpo = f"/api/v1/breaches/{breach}", side.bearer("DPO")
    since = (now - timedelta(hours=20)).isoformat()
    for move, body in (("aware", {"at": since}), ("advise", {"decision": "record", "text": "x"})):
        headers = {**dpo, "Idempotency-Key": f"{move}-0001"}
        got = await side.ask("POST", f"{path}/{move}", headers=headers, json=body)
        assert got.status_code == 200, got.text
    page = await side.ask("GET", "/breaches", side.session(AppRole.HEAD))
    assert "52 hours left" in page.text
    assert "<meter" in page.text
    cookie = side.session(AppRole.HEAD)  # the same account, with another role
    form = {"decision": "record", "reason": "as advised"}
    refused = await side.ask("POST", f"/breaches/{breach}/decide", cookie, data=form)
    assert (refused.status_code, "advised, and so does not" in refused.text) == (422, True)


async def test_who_has_left_is_found_for_an_export_by_the_whole_key(side: StaffSide) -> None:
    made, cookie = somebody(side, "oak"), side.session(AppRole.DPO)
    side.office.now += timedelta(minutes=1)
    side.office.accept(a_pupil("1"))
    for typed, there in ((made["person"], True), (made["ref"], False), ("elm:1", False)):
        page = await side.ask("POST", "/exports/find", cookie, data={"text": typed})
        assert (f'value="{made["person"]}"' in page.text.partition("<fieldset>")[2]) == there
    for person, status in ((made["person"], 200), ("oak:nobody", 422)):
        form = {"person": person, "reference": "SAR-12"}
        assert (await side.ask("POST", "/exports", cookie, data=form)).status_code == status


async def test_an_export_is_a_file_that_is_journalled_and_kept_nowhere(side: StaffSide) -> None:
    made = somebody(side, "oak")
    form = {"person": made["person"], "reference": "SAR-12"}
    cookie = side.session(AppRole.DPO)
    got = await side.ask("POST", "/exports", cookie, data=form)
    names = zipfile.ZipFile(io.BytesIO(got.content)).namelist()
    assert names == ["person.json", "person.html"]
    named = await side.ask("POST", "/exports", cookie, data={**form, "reference": "Amy Smith"})
    assert named.status_code == 422
