"""Looks: each is written down, the DPO is asked why, and the register is read by two roles."""

from rooms_of_adoption import proposed
from rooms_of_breaches import a_breach
from rooms_of_consents import a_pupil_of
from rooms_of_leavers import left_to_do
from rooms_of_people import on_hold, somebody
from sqlalchemy import event
from staff_side import ACCOUNT, StaffSide
from test_staff_adoption import a_row

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


async def test_a_breach_that_is_shown_is_a_look_and_a_list_or_a_move_is_none(
    side: StaffSide,
) -> None:
    elm, oak = (a_breach(side, school)["breach"] for school in ("elm", "oak"))
    cookie, dpo = side.session(AppRole.DPO), side.bearer("DPO")
    keyed = dpo | {"Idempotency-Key": "12345678"}
    moved = {"headers": keyed, "json": {"facts": {"people": 30}}}
    for path in ("/breaches", "/api/v1/breaches"):
        assert (await side.ask("GET", path, cookie, headers=dpo)).status_code == 200
    assert (await side.ask("POST", f"/api/v1/breaches/{oak}/note", **moved)).status_code == 200
    told = await side.ask("POST", f"/breaches/{oak}/note", cookie, data={"people": "31"})
    assert told.status_code == 303
    assert (await side.ask("GET", f"/breaches/{elm}", cookie)).status_code == 404
    assert looks(side) == []
    rooms = (f"/breaches/{oak}", f"/breaches/{oak}/print")
    for number, path in enumerate(
        (*rooms, *(f"/api/v1{rooms[0]}{end}" for end in ("", "/notice")))
    ):
        assert (await side.ask("GET", path, cookie, headers=dpo)).status_code == 200
        assert looks(side) == [("breach", oak, 1, "")] * (number + 1)


async def test_an_export_that_was_made_is_a_look_and_one_that_was_refused_is_none(
    side: StaffSide,
) -> None:
    somebody(side, "oak")
    cookie, dpo = side.session(AppRole.DPO), side.bearer("DPO")
    form = {"person": "oak:zz-901", "reference": "SAR-12"}
    refused = await side.ask("POST", "/exports", cookie, data=form | {"reference": ""})
    assert (refused.status_code, looks(side)) == (422, [])
    found = await side.ask("POST", "/exports/find", cookie, data={"text": "zz-901"})
    assert (found.status_code, looks(side)) == (200, [])
    assert (await side.ask("POST", "/exports", cookie, data=form)).status_code == 200
    path, asked = "/api/v1/people/oak/zz-902/export", {"request": "SAR-13"}
    assert (await side.ask("POST", path, headers=dpo, json=asked)).status_code == 200
    assert looks(side) == [("export", f"oak:zz-90{one}", 1, "") for one in (2, 1)]


async def test_a_file_is_a_look_with_a_line_for_each_school_and_an_empty_one_is_none(
    side: StaffSide,
) -> None:
    side.reach("all")
    cookie = side.session(AppRole.HEAD)
    assert (await side.ask("GET", "/holds.csv", cookie)).status_code == 200
    assert looks(side) == []
    for school in ("oak", "elm", "oak"):
        on_hold(side, school)
    assert (await side.ask("GET", "/holds", cookie)).status_code == 200
    assert looks(side) == []
    assert (await side.ask("GET", "/holds.csv", cookie)).status_code == 200
    lines = [(one.kind, one.school, one.shown) for one in side.office.store.looks.latest(9)]
    assert sorted(lines) == [("hold", "elm", 1), ("hold", "oak", 1)]


async def test_whoever_takes_names_to_work_on_accounts_stands_in_the_register(
    side: StaffSide,
) -> None:
    proposed(side, "oak")
    rows = [a_row("1", side, 0), a_row("2", side, 1)]
    side.office.store.worklist.put(rows)
    cookie, it = side.session(AppRole.IT_MANAGER), side.bearer("ITManager")
    account = [("account", "", 2, "")] * 4 + [("account", "", 1, "")]
    files = ("/worklist.csv", "/worklist.ps1", "/api/v1/worklist.csv", "/api/v1/worklist.ps1")
    for path in ("/worklist", "/matching", "/matching.csv", *files):
        got = await side.ask("GET", path, cookie, headers=it)
        assert got.status_code == 200
    assert looks(side) == account


async def test_the_register_is_read_by_kind_and_a_kind_that_is_none_is_refused(
    side: StaffSide,
) -> None:
    breach = a_breach(side, "oak")["breach"]
    cookie, head = side.session(AppRole.HEAD), side.bearer("Head")
    assert (await side.ask("GET", f"/breaches/{breach}", cookie)).status_code == 200
    assert (await side.ask("GET", "/api/v1/dlp", headers=head)).status_code == 200
    for kind, told in ((("", ["mail", "breach"])), ("mail", ["mail"]), ("hold", [])):
        path = f"/api/v1/looks?kind={kind}"
        items = (await side.ask("GET", path, headers=head)).json()["items"]
        assert [one["kind"] for one in items] == told
    one = await side.ask("GET", "/api/v1/looks?limit=1", headers=head)
    assert [line["kind"] for line in one.json()["items"]] == ["mail"]
    page = (await side.ask("GET", "/looks?kind=breach", cookie)).text
    assert (f'<a href="/breaches/{breach}">' in page, "mail exception</td>" in page) == (
        True,
        False,
    )
    for path in ("/looks", "/api/v1/looks"):
        got = await side.ask("GET", f"{path}?kind=weather", cookie, headers=head)
        assert got.status_code == 422


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
