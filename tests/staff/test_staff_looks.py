"""Looks: each is written down, the DPO is asked why, and the register is read by two roles."""

from rooms_of_consents import a_pupil_of
from rooms_of_leavers import left_to_do
from sqlalchemy import event
from staff_side import ACCOUNT, StaffSide

from api.permissions import AppRole
from graphsync.store.looks import Look

PUPIL = "/consents/oak/k1"


def looks(side: StaffSide) -> list[tuple[str, str, int, str]]:
    found = side.office.store.looks.latest(9)
    return [(one.kind, one.item, one.shown, one.reason) for one in found]


async def test_the_dpo_says_why_once_for_each_record_and_again_after_15_minutes(
    side: StaffSide,
) -> None:
    a_pupil_of(side, "oak")
    cookie = side.session(AppRole.DPO)
    got = await side.ask("GET", PUPIL, cookie)
    assert (got.status_code, "Amyk1" in got.text) == (403, False)
    assert looks(side) == []
    form = {"kind": "consent", "school": "oak", "item": "oak:k1", "back": PUPIL}
    short = await side.ask("POST", "/looks/why", cookie, data={**form, "reason": "so"})
    assert (short.status_code, "in a few words" in short.text) == (422, True)
    told = await side.ask("POST", "/looks/why", cookie, data={**form, "reason": "a parent asks"})
    assert (told.status_code, told.headers["location"]) == (303, PUPIL)
    for _ in range(2):
        assert (await side.ask("GET", PUPIL, cookie)).status_code == 200
    assert (await side.ask("GET", "/consents/oak/k2", cookie)).status_code == 403
    seen, said = ("consent", "oak:k1", 1, ""), ("consent", "oak:k1", 0, "a parent asks")
    assert looks(side) == [seen, seen, said]
    side.office.now = side.office.now.replace(minute=16)
    assert (await side.ask("GET", PUPIL, cookie)).status_code == 403


async def test_a_program_says_why_in_the_same_way(side: StaffSide) -> None:
    a_pupil_of(side, "oak")
    dpo, path = side.bearer("DPO"), f"/api/v1{PUPIL}"
    got = await side.ask("GET", path, headers=dpo)
    assert (got.status_code, got.json()["type"][-13:]) == (403, "reason_needed")
    asked = {"kind": "consent", "school": "oak", "item": "oak:k1", "reason": "a parent asks"}
    keyed = dpo | {"Idempotency-Key": "12345678"}
    elm = await side.ask("POST", "/api/v1/looks", headers=keyed, json=asked | {"school": "elm"})
    assert elm.status_code == 404
    said = await side.ask("POST", "/api/v1/looks", headers=keyed, json=asked)
    assert said.status_code == 200
    assert (await side.ask("GET", path, headers=dpo)).status_code == 200


async def test_others_are_not_asked_and_are_written_down_and_a_refusal_is_no_look(
    side: StaffSide,
) -> None:
    a_pupil_of(side, "oak")
    made = left_to_do(side, "oak")
    cookie = side.session(AppRole.HEAD)
    for path in (PUPIL, f"/leavers/{made['departure']}", "/consents/missing.csv", "/consents"):
        assert (await side.ask("GET", path, cookie)).status_code == 200
    assert (await side.ask("GET", "/consents/elm/k1", cookie)).status_code == 404
    kinds = [one[:3] for one in reversed(looks(side))]
    departure = ("departure", made["departure"], 1)
    assert kinds == [("consent", "oak:k1", 1), departure, ("consent", "", 4)]


async def test_no_reason_leads_to_another_site(side: StaffSide) -> None:
    form = {"kind": "consent", "school": "oak", "item": "oak:1", "reason": "a parent asks"}
    for back in ("//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"):
        data = {**form, "back": back}
        got = await side.ask("POST", "/looks/why", side.session(AppRole.DPO), data=data)
        assert got.headers["location"] == "/"


async def test_the_register_tells_of_the_own_schools_and_asks_once(side: StaffSide) -> None:
    cookie, asked, counts = side.session(AppRole.HEAD), [], []
    engine = side.office.store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for number in (3, 30):
        for one in range(number):
            for school in ("oak", "elm", ""):
                look = Look(
                    at=side.office.now,
                    by=f"entra:{ACCOUNT}",
                    kind="account",
                    school=school,
                    item=f"{school}:{one}",
                    reason="<script>alert(1)</script>",
                )
                side.office.store.looks.add(look)
        asked.clear()
        got = await side.ask("GET", "/looks", cookie)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert ("oak:2" in got.text, "elm:2" in got.text, ">:2<" in got.text) == (True, False, False)
    assert "<script" not in got.text
    side.reach("all")
    assert ">:2<" in (await side.ask("GET", "/looks", cookie)).text
