"""Holds at the API and the console: put, listed, lifted and undone, and whose reason is whose."""

from typing import Any

import pytest
from office import a_pupil
from staff_side import ACCOUNT, StaffSide

from api.permissions import AppRole

FREEZE = {"mode": "freeze", "reason": "asked by the DSL", "clause": "PB-2.4"}


@pytest.fixture(autouse=True)
def pupils(side: StaffSide) -> None:
    side.office.accept(a_pupil("1"), a_pupil("2", year="8"))


async def put(side: StaffSide, role: str = "Head", **fields: Any) -> dict[str, Any]:
    headers = {**side.bearer(role), "Idempotency-Key": f"hold by {role} {fields}"}
    got = await side.ask(
        "POST", "/api/v1/people/oak/1/holds", headers=headers, json={**FREEZE, **fields}
    )
    assert got.status_code == 200, got.text
    return dict(got.json())


async def listed(side: StaffSide, role: str, **params: str) -> list[dict[str, Any]]:
    got = await side.ask("GET", "/api/v1/holds", headers=side.bearer(role), params=params)
    return list(got.json()["items"])


async def lift(side: StaffSide, role: str, hold: str) -> int:
    headers = {**side.bearer(role), "Idempotency-Key": f"lift {role}"}
    path = f"/api/v1/holds/{hold}/lift"
    got = await side.ask("POST", path, headers=headers, json={"reason": "it is over"})
    return got.status_code


async def test_a_hold_is_put_once_and_journalled_with_who_and_why(side: StaffSide) -> None:
    first, again = await put(side), await put(side)
    assert first == again
    (hold,) = side.office.store.holds.list()
    assert (hold.by, hold.reason, hold.mode) == (
        f"entra:{ACCOUNT}",
        "asked by the DSL",
        "freeze",
    )
    assert hold.until is not None  # as many days as the pack says
    row = side.office.store.journal.of_person(hold.person)[-1]
    assert (row.operation, row.result) == ("hold_freeze", f"entra:{ACCOUNT}")


async def test_the_it_manager_reads_and_lifts_only_what_they_put(side: StaffSide) -> None:
    put_by_it = await put(side, "ITManager", reason="forensics")
    side.reach("all", account="bbbbbbbb-0000-4000-8000-000000000002")
    other = "bbbbbbbb-0000-4000-8000-000000000002"
    head = {**side.bearer("Head", oid=other), "Idempotency-Key": "of the head"}
    got = await side.ask("POST", "/api/v1/people/oak/2/holds", headers=head, json=FREEZE)
    put_by_head = got.json()["hold"]
    side.reach("all")
    told = {one["hold"]: one for one in await listed(side, "ITManager")}
    assert told[put_by_it["hold"]]["reason"] == "forensics"
    assert "reason" not in told[put_by_head]
    assert told[put_by_head]["may_lift"] is False
    assert await lift(side, "ITManager", put_by_head) == 403
    assert await lift(side, "ITManager", put_by_it["hold"]) == 200
    assert "asked by the DSL" in str(await listed(side, "SafeguardingLead"))
    cookie = side.session(AppRole.IT_MANAGER)
    for path in ("/holds", "/holds.csv", "/people/oak/2"):
        assert "asked by the DSL" not in (await side.ask("GET", path, cookie)).text
    refused = await side.ask("POST", f"/holds/{put_by_head}/lift", cookie, data={"reason": "x"})
    assert refused.status_code == 403
    assert "ask the head" in refused.text


async def test_lifted_holds_are_listed_when_asked_for_and_pages_have_no_gap(
    side: StaffSide,
) -> None:
    holds = [(await put(side, reason=f"reason {number}"))["hold"] for number in range(3)]
    assert await lift(side, "DPO", holds[0]) == 200
    assert await lift(side, "Head", holds[0]) == 409
    assert {one["hold"] for one in await listed(side, "DPO")} == set(holds[1:])
    seen, after = [], ""
    while after is not None:
        params = {"all": "yes", "limit": "2", "after": after}
        got = (
            await side.ask("GET", "/api/v1/holds", headers=side.bearer("DPO"), params=params)
        ).json()
        seen += [one["hold"] for one in got["items"]]
        after = got["after"]
    assert sorted(seen) == sorted(holds)


async def test_a_page_puts_a_hold_and_offers_to_take_it_back_and_to_put_it_back(
    side: StaffSide,
) -> None:
    cookie = side.session(AppRole.SAFEGUARDING_LEAD)
    done = await side.ask("POST", "/people/oak/1/hold", cookie, data=FREEZE)
    assert done.status_code == 303
    shown = (await side.ask("GET", done.headers["location"], cookie)).text
    assert "Undo: lift it again" in shown
    assert "asked by the DSL" in shown
    (hold,) = side.office.store.holds.list()
    undone = await side.ask("POST", f"/holds/{hold.id}/lift", cookie, data={"reason": "oh"})
    back = (await side.ask("GET", undone.headers["location"], cookie)).text
    assert "Undo: put it back" in back
    assert f'value="{hold.until}"' in back


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ({"mode": ""}, "choose whether"),
        ({"reason": " "}, "the reason is missing"),
        ({"clause": ""}, "the clause is missing"),
        ({"until": "soon"}, "is no day"),
        ({"until": "2020-01-01"}, "is over already"),
    ],
)
async def test_a_form_that_lacks_something_comes_back_as_it_was_filled_in(
    side: StaffSide, missing: dict[str, str], says: str
) -> None:
    form = FREEZE | {"reason": "typed before"} | missing
    got = await side.ask("POST", "/people/oak/1/hold", side.session(AppRole.HEAD), data=form)
    assert got.status_code == 422
    assert says in got.text
    assert "reason" in missing or 'value="typed before"' in got.text
    assert side.office.store.holds.list() == []


async def test_a_hold_of_another_school_is_not_there(side: StaffSide) -> None:
    hold = (await put(side))["hold"]
    side.reach("[elm]")
    assert await lift(side, "Head", hold) == 404
    assert await listed(side, "Head") == []
