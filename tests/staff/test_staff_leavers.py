"""Departures at the API and the console: who sees what and when, and that nothing is done twice."""

from datetime import timedelta

from office import a_pupil
from rooms_of_leavers import a_teacher, dated, left_to_do, of, whom
from sqlalchemy import event
from staff_side import ACCOUNT, StaffSide

from api.permissions import AppRole
from policies.departures import Did, State
from policies.people import Kind


async def listed(side: StaffSide, role: str) -> list[dict[str, object]]:
    told = await side.ask("GET", "/api/v1/departures", headers=side.bearer(role))
    return list(told.json()["items"])


async def test_before_its_hour_only_hr_and_the_head_know_and_the_reason_stays_theirs(
    side: StaffSide,
) -> None:
    made = dated(side, "oak")
    assert [one["reason"] for one in await listed(side, "HR")] == ["suspension"]
    assert await listed(side, "ITManager") == []
    path = f"/api/v1/departures/{made['departure']}"
    manager = side.bearer("ITManager")
    assert (await side.ask("GET", path, headers=manager)).status_code == 404
    page = await side.ask("GET", "/leavers", side.session(AppRole.IT_MANAGER))
    assert str(made["departure"]) not in page.text

    side.office.now += timedelta(days=3)
    (line,) = await listed(side, "ITManager")
    assert (line["reason"], line["state"]) == ("", "due")
    assert "suspen" not in (await side.ask("GET", path, headers=manager)).text
    cookie = side.session(AppRole.IT_MANAGER)
    page = await side.ask("GET", f"/leavers/{made['departure']}", cookie)
    assert (page.status_code, "suspen" in page.text) == (200, False)
    page = await side.ask("GET", f"/leavers/{made['departure']}", side.session(AppRole.HR))
    assert "Is suspended" in page.text


async def test_the_same_request_twice_is_one_departure(side: StaffSide) -> None:
    who = whom(side, "oak")["person"]
    headers = {**side.bearer("HR"), "Idempotency-Key": "leaves-0001"}
    body = {"who": who, "reason": "planned", "last_day": "2099-12-18", "hour": "16:00"}
    first = await side.ask("POST", "/api/v1/departures", headers=headers, json=body)
    assert (first.status_code, first.json()["leaves_at"]) == (200, "2099-12-18T16:00:00Z")
    again = await side.ask("POST", "/api/v1/departures", headers=headers, json=body)
    assert again.json() == first.json()
    assert len(side.office.store.departures.all()) == 1
    other = await side.ask(
        "POST",
        "/api/v1/departures",
        headers={**headers, "Idempotency-Key": "leaves-0002"},
        json=body,
    )
    assert (other.status_code, "stands" in other.json()["detail"]) == (409, True)


async def test_now_needs_the_surname_and_a_tenant_out_of_reach_is_said_with_the_steps(
    side: StaffSide,
) -> None:
    who = a_teacher(side, "oak")
    person = a_pupil(who.mis_id, kind=Kind.STAFF, surname="Wren", year=None, form=None)
    side.office.accept(person)
    headers = {**side.bearer("HR"), "Idempotency-Key": "leaves-0003"}
    body = {"who": str(who), "reason": "immediate"}
    bare = await side.ask("POST", "/api/v1/departures", headers=headers, json=body)
    assert bare.json()["type"].endswith("not_typed")
    wrong = await side.ask(
        "POST", "/api/v1/departures", headers=headers, json={**body, "typed": "Robin"}
    )
    assert wrong.status_code == 409
    assert side.office.store.departures.all() == []
    mine = side.session(AppRole.HEAD, account=f"o-{who.mis_id}")
    told = await side.ask(
        "POST", "/api/v1/departures", headers=headers, json={**body, "typed": " WREN"}
    )
    assert (told.status_code, told.json()["state"]) == (200, "not_done")
    assert "block the account by hand" in told.json()["steps"][0]
    assert told.json()["signed_out_here"] == 1, "their own session ended at once"
    assert (await side.ask("GET", "/", mine)).status_code == 303
    token = side.bearer("Head", oid=f"o-{who.mis_id}")
    assert (await side.ask("GET", "/api/v1/runs", headers=token)).status_code == 403


async def test_two_people_of_one_surname_have_to_be_told_apart(side: StaffSide) -> None:
    people = [
        a_pupil(
            who.mis_id,
            kind=Kind.STAFF,
            surname="Smith",
            given_name="Ann",
            staff_code=code,
            year=None,
            form=None,
        )
        for who, code in ((a_teacher(side, "oak"), "ASM"), (a_teacher(side, "oak"), "ANS"))
    ]
    side.office.accept(*people)
    cookie = side.session(AppRole.HR)
    page = await side.ask("POST", "/leavers/find", cookie, data={"text": "smith"})
    assert "2 people are found" in page.text
    assert page.text.count('name="named"') == 2
    assert " checked" not in page.text
    headers = {**side.bearer("HR"), "Idempotency-Key": "leaves-0004"}
    body = {"who": "Smith", "reason": "planned", "last_day": "2099-12-18"}
    told = await side.ask("POST", "/api/v1/departures", headers=headers, json=body)
    assert told.status_code == 409
    assert all(str(one.key) in told.json()["detail"] for one in people)


async def test_a_pupil_is_never_a_departure(side: StaffSide) -> None:
    side.office.accept(a_pupil("1"))
    side.office.link("1")
    headers = {**side.bearer("Head"), "Idempotency-Key": "leaves-0005"}
    body = {"who": "oak:1", "reason": "planned", "last_day": "2099-12-18"}
    told = await side.ask("POST", "/api/v1/departures", headers=headers, json=body)
    assert (told.status_code, "is a pupil" in told.json()["detail"]) == (409, True)


async def test_a_form_that_is_wrong_says_so_and_records_nothing(side: StaffSide) -> None:
    who = whom(side, "oak")["person"]
    cookie = side.session(AppRole.HR)
    for sent in (
        {"named": who, "reason": "planned", "when": "now"},
        {"named": who, "reason": "planned", "when": "day", "last_day": "2020-01-01"},
        {"named": who, "reason": "angry", "when": "now", "typed": "wren"},
        {"named": who, "reason": "planned", "when": "day", "last_day": "soon"},
    ):
        sent["text"] = "someone@oak.example"  # whoever was looked for is offered once more
        page = await side.ask("POST", "/leavers", cookie, data=sent)
        assert (page.status_code, 'role="alert"' in page.text) == (422, True)
        assert f'value="{sent["when"]}" checked' in page.text, "nothing is to be filled in twice"
    assert (await side.ask("POST", "/leavers/find", cookie, data={"text": " "})).status_code == 422
    assert side.office.store.departures.all() == []


async def test_a_day_is_changed_and_taken_back_only_before_it_has_come(side: StaffSide) -> None:
    made, cookie = dated(side, "oak"), side.session(AppRole.HEAD)
    path = f"/leavers/{made['departure']}"
    sent = {"last_day": "2026-12-18", "hour": "15:30"}
    assert (await side.ask("POST", f"{path}/date", cookie, data=sent)).status_code == 303
    assert f"{of(side, made).leaves_at:%d %H:%M}" == "18 15:30"
    bad = await side.ask("POST", f"{path}/date", cookie, data={"last_day": "soon"})
    assert bad.status_code == 422
    assert (await side.ask("POST", f"{path}/withdraw", cookie)).status_code == 303
    assert of(side, made).state(side.office.now) is State.WITHDRAWN
    assert (await side.ask("POST", f"{path}/withdraw", cookie)).status_code == 409
    late = await side.ask("POST", f"{path}/date", cookie, data=sent)
    assert (late.status_code, "its hour is over" in late.text) == (422, True)
    rows = side.office.store.journal.of_run("")
    told = [row.operation for row in rows if "departure" in row.operation]
    assert told == ["departure_recorded", "departure_moved", "departure_withdrawn"]


async def test_steps_by_hand_are_confirmed_once_and_never_by_whom_it_is_about(
    side: StaffSide,
) -> None:
    made, cookie = left_to_do(side, "oak"), side.session(AppRole.IT_MANAGER)
    path = f"/leavers/{made['departure']}/confirm"
    assert (await side.ask("POST", path, cookie)).status_code == 303
    assert of(side, made).last(Did.CONFIRMED).by == f"entra:{ACCOUNT}"  # type: ignore[union-attr]
    assert (await side.ask("POST", path, cookie)).status_code == 409


async def test_a_list_of_thirty_asks_no_more_than_one_of_three(side: StaffSide) -> None:
    counts = []
    for more, all_of_them in ((3, 3), (27, 30)):
        for _ in range(more):
            left_to_do(side, "oak")
        asked: list[str] = []
        engine = side.office.store.database.engine
        note = lambda *args: asked.append(args[2])  # noqa: E731, B023
        event.listen(engine, "before_cursor_execute", note)
        assert len(await listed(side, "HR")) == all_of_them
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(asked))
    assert counts[0] == counts[1]
