"""The mail queue at the API and the console: who advises, who decides, and what is a breach."""

import re
from typing import Any

import pytest
from office import a_pupil
from rooms_of_mail import WHY, a_gap, an_event, an_item, items
from sqlalchemy import event
from staff_side import ACCOUNT, LIMITS, StaffSide

from api.permissions import AppRole
from policies.breaches import State, standing

OTHER = "bbbbbbbb-0000-4000-8000-000000000002"
MASKING = "dlp: {personal_label: {word: Personal, effect: mask_details}}\n"


def two_people(side: StaffSide) -> None:
    lines = ", ".join(f"{{account: {one}, schools: [oak]}}" for one in (ACCOUNT, OTHER))
    side.file.write_text(f"people: [{lines}]\n", "utf-8")


async def moved(
    side: StaffSide, role: str, item: str, move: str, account: str = ACCOUNT, **body: Any
) -> Any:
    headers = {**side.bearer(role, oid=account), "Idempotency-Key": f"{move}-{item}-{account}"}
    path = f"/api/v1/dlp/{item}/{move}"
    return await side.ask("POST", path, headers=headers, json=body)


async def test_the_dpo_advises_the_head_decides_and_a_breach_is_entered_with_it(
    side: StaffSide,
) -> None:
    two_people(side)
    item = an_item(side, "oak")["item"]
    advice = {"advice": "do not support", "reason": WHY}
    assert (await moved(side, "Head", item, "advise", OTHER, **advice)).status_code == 403
    assert (await moved(side, "DPO", item, "advise", **advice)).status_code == 200
    outcome = {"outcome": "becomes a breach", "reason": "as advised"}
    assert (await moved(side, "DPO", item, "decide", **outcome)).status_code == 403
    same = await moved(side, "Head", item, "decide", **outcome)
    assert (same.status_code, "you advised" in same.json()["detail"]) == (409, True)
    decided = await moved(side, "Head", item, "decide", OTHER, **outcome)
    breach = decided.json()["breach"]
    school, rows = side.office.store.breaches.of(breach) or ("", ())
    assert (school, rows[0].reference, rows[0].by) == ("oak", f"dlp:{item}", f"entra:{OTHER}")
    assert standing(rows).state is State.SUSPECTED
    assert rows[0].facts.incidents
    again = await moved(side, "Head", item, "decide", OTHER, **outcome)
    assert again.json() == decided.json()
    page = await side.ask("GET", f"/mail/{item}", side.session(AppRole.DPO))
    assert f'href="/breaches/{breach}"' in page.text


async def test_where_the_pack_lets_the_dpo_decide_they_do(side: StaffSide) -> None:
    item = an_item(side, "oak")["item"]
    outcome = {"outcome": "no breach: training", "reason": WHY}
    assert (await moved(side, "DPO", item, "decide", **outcome)).status_code == 403
    side.office.pack(LIMITS + "dlp: {decision: approve}\n")
    assert (await moved(side, "DPO", item, "decide", **outcome)).json()["state"] == "decided"


async def test_a_reason_that_names_a_pupil_comes_back_and_is_kept_only_when_confirmed(
    side: StaffSide,
) -> None:
    side.office.accept(a_pupil("1", given_name="Zebedee", surname="Quill"))
    item, cookie = an_item(side, "oak")["item"], side.session(AppRole.DPO)
    form = {"word": "support", "reason": "Zebedee Quill asked"}
    got = await side.ask("POST", f"/mail/{item}/advise", cookie, data=form)
    assert (got.status_code, 'name="anyway"' in got.text) == (422, True)
    assert side.office.store.dlp_moves.of([item])[item] == ()
    kept = await side.ask("POST", f"/mail/{item}/advise", cookie, data={**form, "anyway": "yes"})
    assert kept.status_code == 303
    (made,) = side.office.store.dlp_moves.of([item])[item]
    assert made.warned


async def test_what_is_marked_as_personal_is_opened_with_a_reason_that_stands_in_no_address(
    side: StaffSide,
) -> None:
    side.office.pack(LIMITS + MASKING)
    item = an_item(side, "oak", labels=("personal",), sender="k77")["item"]
    cookie = side.session(AppRole.HEAD)
    page = await side.ask("GET", f"/mail/{item}", cookie)
    assert "Marked as personal" in page.text
    assert "oak:k77" not in page.text
    path = f"/mail/{item}/open"
    opened = await side.ask("POST", path, cookie, data={"reason": "a parent asked"})
    assert (opened.status_code, "oak:k77" in opened.text) == (200, True)
    told = await side.ask("GET", "/api/v1/looks?kind=mail", headers=side.bearer("Head"))
    assert told.json()["items"][0]["reason"] == "a parent asked"


async def test_looks_at_another_school_are_not_told(side: StaffSide) -> None:
    elm = an_item(side, "elm")["item"]
    side.reach("[elm]")
    for path in ("/api/v1/dlp", f"/api/v1/dlp/{elm}"):
        assert (await side.ask("GET", path, headers=side.bearer("DPO"))).status_code == 200
    path = "/api/v1/looks?kind=mail"
    own = (await side.ask("GET", path, headers=side.bearer("Head"))).json()["items"]
    assert [one["item"] for one in own] == [elm, ""]
    side.reach("[oak]")
    assert (await side.ask("GET", path, headers=side.bearer("Head"))).json()["items"] == []
    side.reach("[oak, elm]", years='["7"]')
    assert (await side.ask("GET", path, headers=side.bearer("Head"))).status_code == 403


async def test_many_at_once_are_what_was_shown_less_what_is_ticked_or_none(
    side: StaffSide,
) -> None:
    made = items(side, "oak", *(an_event(side, "oak", rule="same") for _ in range(4)))
    cookie, path = side.session(AppRole.DPO), f"/mail/{made[0]}/alike"
    form = {"step": "advise", "word": "support", "reason": WHY}
    shown = await side.ask("POST", path, cookie, data=form)
    found = re.search(r'name="digest" value="(\w+)"', shown.text)
    assert found is not None
    form |= {"digest": found[1], "leave_out": made[3]}
    wrong = await side.ask("POST", f"{path}/do", cookie, data={**form, "typed": "4"})
    assert (wrong.status_code, "it is 3" in wrong.text) == (409, True)
    states = side.office.store.dlp_items.of(made)
    assert {str(one.state) for one in states.values()} == {"open"}
    done = await side.ask("POST", f"{path}/do", cookie, data={**form, "typed": "3"})
    assert done.status_code == 303
    states = side.office.store.dlp_items.of(made)
    assert [str(states[one].state) for one in made] == ["advised"] * 3 + ["open"]


@pytest.mark.parametrize("number", [3, 30])
async def test_the_queue_asks_the_store_as_often_for_many_items(
    side: StaffSide, number: int
) -> None:
    items(side, "oak", *(an_event(side, "oak") for _ in range(number)))
    asked: list[str] = []
    cookie = side.session(AppRole.DPO)
    engine = side.office.store.database.engine
    event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: asked.append(text))
    page = await side.ask("GET", "/mail", cookie)
    assert page.text.count('href="/mail/') - page.text.count('class="rooms"') >= number
    assert len([one for one in asked if "dlp_items" in one]) == 2


async def test_a_gap_is_seen_to_once_and_by_the_dpo(side: StaffSide) -> None:
    number = a_gap(side, "oak")["number"]
    path, cookie = f"/mail/feed/gaps/{number}/acknowledge", side.session(AppRole.DPO)
    assert (await side.ask("POST", path, cookie, data={"reason": " "})).status_code == 422
    assert (await side.ask("POST", path, cookie, data={"reason": "imported"})).status_code == 303
    assert (await side.ask("POST", path, cookie, data={"reason": "imported"})).status_code == 404


async def test_a_file_is_read_and_told_and_a_foreign_one_refused(side: StaffSide) -> None:
    cookie = side.session(AppRole.DPO)
    for content, status in ((b"[]", 200), (b"\x89PNG nothing", 422)):
        files = {"file": ("records.json", content)}
        got = await side.ask("POST", "/mail/import", cookie, files=files)
        assert got.status_code == status, got.text
