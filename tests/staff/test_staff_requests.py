"""Requests about somebody's data at the console and the API: who does which step, and by when."""

from datetime import timedelta

from rooms_of_requests import a_letter, a_request
from sqlalchemy import event
from staff_side import ACCOUNT, StaffSide

from api.permissions import AppRole
from graphsync import request_desk as desk
from policies.request_records import Step
from policies.school_days import school_day

SECOND = "bbbbbbbb-0000-4000-8000-000000000002"


async def test_the_office_logs_and_three_others_bring_it_to_its_end(side: StaffSide) -> None:
    office = side.session(AppRole.OFFICE)
    form = {**a_letter({"school": "oak"}), "kind": "access", "about": "oak:7"}
    empty = await side.ask("POST", "/requests/log", office, data={**form, "kind": ""})
    assert (empty.status_code, "Say what is asked for" in empty.text) == (422, True)
    told = await side.ask("POST", "/requests/log", office, data={**form, "about": "a@b.example"})
    assert (told.status_code, "say whom it is about" in told.text) == (422, True)
    made = await side.ask("POST", "/requests/log", office, data=form)
    assert "Logged: q-" in (await side.ask("GET", made.headers["location"], office)).text
    (line,) = desk.listing(side.office.bench, ["oak"])
    path = f"/requests/{line.request}"
    dpo, lead = side.session(AppRole.DPO), side.session(AppRole.SAFEGUARDING_LEAD)
    head = side.session(AppRole.HEAD, account=SECOND)
    side.file.write_text(
        f"people: [{{account: {ACCOUNT}, schools: all}}, {{account: {SECOND}, schools: all}}]\n"
    )
    first = await side.ask("GET", path, dpo)
    assert "Missing before an answer may go: 6" in first.text
    assert f'action="{path}/check"' not in (await side.ask("GET", path, head)).text
    shown = (await side.ask("GET", path, lead)).text
    assert (f'action="{path}/consult"' in shown, f'action="{path}/tick"' in shown) == (True, False)
    assert (await side.ask("POST", f"{path}/consult", lead, data={})).status_code == 422
    assert (
        await side.ask("POST", f"{path}/consult", lead, data={"harm": "some"})
    ).status_code == 303
    assert (await side.ask("POST", f"{path}/check", head)).status_code == 303
    for step in Step:
        assert (await side.ask("POST", f"{path}/tick", dpo, data={"step": step})).status_code == 303
    day = f"{school_day(side.office.now)}"
    wrong = await side.ask("POST", f"{path}/sent", dpo, data={"means": "pigeon", "day": day})
    assert (wrong.status_code, "choose a word" in wrong.text) == (422, True)
    sent = {"means": "secure_link", "day": day}
    assert (await side.ask("POST", f"{path}/sent", dpo, data=sent)).status_code == 303
    closing = {"outcome": "answered", "systems": ["CCTV"], "others": "the library, the kitchen"}
    assert (await side.ask("POST", f"{path}/close", dpo, data=closing)).status_code == 303
    assert "searched: CCTV, the library, the kitchen" in (await side.ask("GET", path, dpo)).text
    looks = side.office.store.looks.latest(20, kinds=["request"])
    assert {one.item for one in looks} == {line.request}


async def test_the_list_tells_what_is_overdue_and_asks_no_more_for_many(side: StaffSide) -> None:
    cookie, asked, counts = side.session(AppRole.DPO), [], []
    engine = side.office.store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    nothing = await side.ask("GET", "/requests", cookie)
    assert "No request is open" in nothing.text
    for number in (3, 30):
        for _ in range(number):
            a_request(side, "oak")
        asked.clear()
        await side.ask("GET", "/requests", cookie)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    side.office.now += timedelta(days=40)
    cookie = side.session(AppRole.DPO)
    late = await side.ask("GET", "/requests", cookie)
    assert "overdue by" in late.text
    assert "33 overdue" in (await side.ask("GET", "/", cookie)).text


async def test_a_program_does_the_same_and_is_told_which_field_is_missing(side: StaffSide) -> None:
    made = a_request(side, "oak")
    path = f"/api/v1/requests/{made['request']}"

    async def move(name: str, number: int, body: dict[str, object]) -> tuple[int, str]:
        key = {"Idempotency-Key": f"request-{name}-{number}"}
        got = await side.ask("POST", f"{path}/{name}", headers=side.bearer("DPO") | key, json=body)
        return got.status_code, got.text

    day = f"{school_day(side.office.now)}"
    for number, (name, body, status, told) in enumerate(
        [
            ("tick", {}, 422, "`step`"),
            ("pause", {"pause": "scope", "day": day, "text": "which years"}, 200, "paused"),
            ("resume", {"day": day}, 200, "open"),
            ("extend", {"text": "ten years of mail, told today"}, 200, '"extended":true'),
            ("acknowledge", {"day": day}, 409, "this is none"),
            ("sent", {"means": "in_person", "day": day}, 409, "no second person has checked"),
            ("close", {"outcome": "withdrawn", "text": "taken back"}, 200, "closed"),
        ]
    ):
        got, text = await move(name, number, body)
        assert (got, told in text) == (status, True), (name, text)
