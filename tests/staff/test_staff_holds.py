"""Holds at the API and the console: put, listed, lifted and undone, and whose reason is whose."""

import re
from datetime import timedelta
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


async def test_the_head_says_whether_a_hold_ends_and_until_then_it_stands(side: StaffSide) -> None:
    hold = (await put(side, "SafeguardingLead"))["hold"]
    side.office.now += timedelta(hours=1)
    assert await lift(side, "SafeguardingLead", hold) == 200
    (told,) = await listed(side, "SafeguardingLead")
    assert (told["asked"]["reason"], told["may_lift"], told["may_answer"]) == (
        "it is over",
        False,
        False,
    )
    (flag,) = await listed(side, "ITManager", school="oak")
    assert set(flag["asked"]) == {"by", "at", "reason"}  # the same account put it
    # Another person is the head.
    other = "bbbbbbbb-0000-4000-8000-000000000002"
    side.reach("all", account=other)
    cookie = side.session(AppRole.HEAD, account=other)
    today = (await side.ask("GET", "/", cookie)).text
    assert "1 hold whose end needs a yes or a no" in today
    assert "its end needs your yes" in (await side.ask("GET", "/holds", cookie)).text
    page = (await side.ask("GET", "/people/oak/1", cookie)).text
    assert "It stands until the head says yes" in page
    no = {"reason": "the police asked"}
    kept = await side.ask("POST", f"/holds/{hold}/keep", cookie, data=no)
    assert kept.headers["location"] == "/holds?done=kept"
    assert (await side.ask("POST", f"/holds/{hold}/release", cookie)).status_code == 422
    side.reach("all")
    dsl = side.session(AppRole.SAFEGUARDING_LEAD)
    again = await side.ask("POST", f"/holds/{hold}/lift", dsl, data={"reason": "now"})
    assert again.headers["location"] == "/holds?done=asked"
    assert (
        "stands until the head says yes" in (await side.ask("GET", "/holds?done=asked", dsl)).text
    )
    assert side.office.store.holds.list()[0].lifted_at is None
    side.reach("all", account=other)
    done = await side.ask("POST", f"/holds/{hold}/release", cookie)
    assert done.headers["location"] == f"/people/oak/1?lifted={hold}"
    assert side.office.store.holds.list()[0].lifted_by == f"entra:{other}"


async def test_nobody_but_the_head_answers_and_never_who_asked(side: StaffSide) -> None:
    side.office.pack("")
    hold = (await put(side, "Head"))["hold"]
    side.office.now += timedelta(hours=1)
    assert await lift(side, "Head", hold) == 200
    pack = side.office.packs / "oak.yaml"
    pack.write_text(re.sub("approval: .*\n", "", pack.read_text("utf-8")), "utf-8")
    mine = await side.ask("POST", f"/holds/{hold}/release", side.session(AppRole.HEAD))
    assert (mine.status_code, "may not approve it: another person must" in mine.text) == (422, True)
    other = "bbbbbbbb-0000-4000-8000-000000000002"
    side.reach("all", account=other)
    dsl = side.session(AppRole.SAFEGUARDING_LEAD, account=other)
    no = await side.ask("POST", f"/holds/{hold}/keep", dsl, data={"reason": "no"})
    assert (no.status_code, "the head says yes or no" in no.text) == (403, True)
    late = side.session(AppRole.HEAD, account=other, proved=timedelta(hours=1))
    assert (await side.ask("POST", f"/holds/{hold}/release", late)).status_code == 401
    assert side.office.store.holds.list()[0].lifted_at is None


async def test_whoever_knows_why_gets_the_words_for_purview_and_it_does_not(
    side: StaffSide,
) -> None:
    side.office.sees(side.office.link("1"))
    other = "bbbbbbbb-0000-4000-8000-000000000002"
    side.reach("all", account=other)
    head = {**side.bearer("Head", oid=other), "Idempotency-Key": "of the head"}
    await side.ask("POST", "/api/v1/people/oak/1/holds", headers=head, json=FREEZE)
    side.reach("all")
    told = (await side.ask("GET", "/people/oak/1", side.session(AppRole.SAFEGUARDING_LEAD))).text
    words = told.partition("<pre")[2].partition("</pre>")[0]
    assert "\nObject id: o-1\n" in words
    assert "asked by the DSL" not in words
    assert (
        "<pre"
        not in (await side.ask("GET", "/people/oak/1", side.session(AppRole.IT_MANAGER))).text
    )


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
