"""Who takes over from whoever leaves: HR says it, IT does it step by step, both see how far."""

from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace
from office import a_pupil, an_account, key
from rooms_of_leavers import dated, left_ordinarily, of
from staff_side import StaffSide

from api.permissions import AppRole
from graphsync.departing import receipt_of
from graphsync.departure_desk import withdraw
from graphsync.handover_desk import name_people, status, tick
from graphsync.store.links import Link
from graphsync.trouble import Refusal
from policies.departures import Did, Move, State
from policies.people import Kind


def staff(side: StaffSide) -> None:
    """Two teachers of one surname and a third, who has an account."""
    office = side.office
    usual = {"kind": Kind.STAFF, "year": None, "form": None}
    office.accept(
        a_pupil("801", given_name="Mo", surname="Finch", staff_code="MFI", **usual),
        a_pupil("802", given_name="Max", surname="Finch", staff_code="MAF", **usual),
        a_pupil("803", given_name="Ida", surname="Heron", **usual),
        a_pupil("804", surname="Heron"),
    )
    link = Link(
        person=key("803"), kind=Kind.STAFF, object_id="o-803", how="created", linked_at=office.now
    )
    office.store.links.put(link)
    office.sees(an_account("803", user_principal_name="i.heron@oak.example"))


def named(side: StaffSide, departure: str, manager: str, owner: str) -> None:
    name_people(side.office.bench, {"oak"}, of(side, {"departure": departure}), manager, owner)


def test_a_name_of_several_is_refused_with_their_keys_and_one_of_nobody_too(
    side: StaffSide,
) -> None:
    staff(side)
    made = dated(side, "oak")["departure"]
    with pytest.raises(Refusal, match=r"oak:801 \(MFI\), oak:802 \(MAF\)"):
        named(side, made, "finch", "heron")
    with pytest.raises(Refusal, match="nobody of the staff"):
        named(side, made, "804", "")
    named(side, made, "maf", "heron")
    found = status(side.office.bench, of(side, {"departure": made}))
    assert found.line_manager
    assert found.handover_owner
    assert (found.line_manager.key, found.handover_owner.name) == ("oak:802", "Ida Heron")
    named(side, made, "", "heron")
    assert status(side.office.bench, of(side, {"departure": made})).line_manager is None


def test_whoever_leaves_takes_over_from_nobody_and_ticks_off_nothing(side: StaffSide) -> None:
    made = left_ordinarily(side, "oak")
    one = of(side, made)
    assert one.person
    person = a_pupil(one.person.mis_id, kind=Kind.STAFF, surname="Robin", year=None, form=None)
    side.office.accept(person)
    with pytest.raises(Refusal, match="cannot take over from themselves"):
        named(side, one.id, "", "robin")
    with pytest.raises(Refusal, match="somebody else"):
        tick(side.office.bench, one, Did.REPLY_SET, one.object_id)
    side.office.store.departures.move(one.id, Move(did=Did.WITHDRAWN, at=side.office.now, by="hr"))
    with pytest.raises(Refusal, match="withdrawn"):
        named(side, one.id, "", "")


async def test_it_sees_who_takes_over_from_the_hour_on_and_hr_what_was_done(
    side: StaffSide,
) -> None:
    staff(side)
    made = left_ordinarily(side, "oak")["departure"]
    page, hr = f"/leavers/{made}", side.session(AppRole.HR)
    form = {"manager": "maf", "owner": "heron"}
    kept = await side.ask("POST", f"{page}/handover", hr, data=form)
    assert kept.status_code == 303
    again = await side.ask("POST", f"{page}/handover", hr, data={**form, "owner": "finch"})
    assert (again.status_code, 'value="finch"' in again.text) == (422, True)
    it = side.session(AppRole.IT_MANAGER)
    shown = (await side.ask("GET", page, it)).text
    assert "naming i.heron@oak.example" in shown
    assert "0 of 4 steps done" in shown
    assert "Keep who takes over" not in shown
    headers = side.bearer("ITManager") | {"Idempotency-Key": "handover-1"}
    path, body = f"/api/v1/departures/{made}/task", {"task": "reply_set"}
    told = await side.ask("POST", path, headers=headers, json=body)
    assert told.json()["open"] == 3
    assert (await side.ask("POST", path, headers=headers, json=body)).json() == told.json()
    twice = await side.ask("POST", f"{page}/task", it, data=body)
    assert (twice.status_code, "ticked off already" in twice.text) == (409, True)
    side.office.now += timedelta(days=1)
    own = (await side.ask("GET", page, side.session(AppRole.HR))).text
    assert "1 of 4 steps done" in own
    assert "read back from the tenant" in own
    assert "Done: files in onedrive" not in own  # ticking is the IT manager's


async def test_before_its_hour_it_hears_nothing_of_a_handover(side: StaffSide) -> None:
    staff(side)
    made = dated(side, "oak")["departure"]
    named(side, made, "maf", "heron")
    got = await side.ask(
        "GET", f"/api/v1/departures/{made}/handover", headers=side.bearer("ITManager")
    )
    assert got.status_code == 404
    rows = side.office.store.journal.of_run("")
    assert not [row for row in rows if "803" in row.item or row.after]


def test_a_handover_goes_with_its_departure(side: StaffSide) -> None:
    staff(side)
    made = left_ordinarily(side, "oak")["departure"]
    named(side, made, "maf", "heron")
    assert side.office.store.departures.erase([made]) == 1
    assert side.office.store.departures.handover(made) is None


async def test_who_is_to_come_back_waits_on_the_it_managers_today_until_the_account_is_open(
    side: StaffSide,
) -> None:
    office = side.office
    made = left_ordinarily(side, "oak")
    one = of(side, made)
    assert one.person
    link = office.store.links.some([one.person])[one.person]
    blocked = replace(link, blocked_by_us_at=office.now)
    listed = a_pupil(one.person.mis_id, kind=Kind.STAFF, year=None, form=None)

    async def waits() -> bool:
        page = await side.ask("GET", "/", side.session(AppRole.IT_MANAGER))
        return "1 account to open again" in page.text

    office.store.links.put(blocked)
    office.accept(listed)
    assert not await waits(), "it stands"
    acted = replace(receipt_of(office.bench, one), acted_at=office.now)
    done = Move(did=Did.ACTED, at=office.now, by="schedule", state=State.DONE)
    office.store.departures.move(one.id, done, msgspec.json.encode(acted))
    withdraw(office.bench, one)
    assert await waits()
    page = await side.ask("GET", f"/leavers/{one.id}", side.session(AppRole.HR))
    assert "Require re-register multifactor authentication" in page.text
    office.accept(replace(listed, leaves=office.now.date() - timedelta(days=1)))
    assert not await waits(), "the roster has let them go"
    office.accept(replace(listed, surname="Robin"))
    assert await waits()
    office.store.links.put(replace(link, blocked_by_us_at=None))
    assert not await waits()
