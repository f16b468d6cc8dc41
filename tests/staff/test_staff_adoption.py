"""Adoption and the worklist: settled by buttons, several at once by number, and taken back."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from office import a_pupil, an_account, key
from staff_side import StaffSide
from test_staff_people import statements

from api.permissions import AppRole
from graphsync.matching import MAIL, NAMES
from graphsync.store.proposals import Proposal
from graphsync.store.worklist import Row, Task


def proposed(side: StaffSide, pairs: Iterable[tuple[str, str]]) -> None:
    """Proposals of these people and accounts."""
    found = [
        Proposal(
            person=key(person),
            object_id=f"o-{account}",
            strength=MAIL if person == account else NAMES,
            evidence=("the same mail",),
            at=side.office.now,
        )
        for person, account in pairs
    ]
    side.office.store.proposals.put_open("oak", found)


@pytest.fixture
def waiting(side: StaffSide) -> StaffSide:
    """Three pupils with an account each that fits, and a fourth whom two fit."""
    side.office.accept(*(a_pupil(one) for one in "1234"))
    side.office.sees(*(an_account(one) for one in "12345"))
    proposed(side, [*((one, one) for one in "1234"), ("4", "5")])
    return side


async def test_both_sides_are_told_and_rivals_counted(waiting: StaffSide) -> None:
    got = await waiting.ask("GET", "/api/v1/matches", headers=waiting.bearer("ITManager"))
    lines = {(one["person"], one["account"]): one for one in got.json()["items"]}
    first = lines["oak:1", "25smith1a@oak.example"]
    assert (first["name"], first["account_name"]) == ("Amy1 Smith1", "Amy1 Smith1")
    assert (first["rivals"], lines["oak:4", "25smith5a@oak.example"]["rivals"]) == (0, 1)
    seen, after = [], ""
    while after is not None:
        params = {"limit": "2", "after": after}
        part = (
            await waiting.ask(
                "GET", "/api/v1/matches", headers=waiting.bearer("ITManager"), params=params
            )
        ).json()
        seen += [(one["person"], one["account"]) for one in part["items"]]
        after = part["after"]
    assert sorted(seen) == sorted(lines)


async def test_several_are_adopted_by_their_number_and_only_without_rivals(
    waiting: StaffSide,
) -> None:
    cookie = waiting.session(AppRole.IT_MANAGER)
    pairs = [f"oak:{one} 25smith{one}a@oak.example" for one in "12"]
    for count in ("", "3"):
        got = await waiting.ask(
            "POST", "/matching/accept", cookie, data={"pairs": pairs, "count": count}
        )
        assert got.status_code == 422
        assert "not the number you typed" in got.text
    rival = [*pairs, "oak:4 25smith4a@oak.example"]
    got = await waiting.ask("POST", "/matching/accept", cookie, data={"pairs": rival, "count": "3"})
    assert "There are rivals: settle each by itself: oak:4" in got.text
    assert waiting.office.store.links.of("oak") == {}
    done = await waiting.ask(
        "POST", "/matching/accept", cookie, data={"pairs": pairs, "count": "2"}
    )
    assert done.status_code == 303
    assert set(waiting.office.store.links.of("oak")) == {key("1"), key("2")}
    page = await waiting.ask("GET", done.headers["location"], cookie)
    assert "2 accounts adopted" in page.text
    assert "oak:1 " not in page.text


async def test_what_was_settled_alone_is_taken_back_by_a_button(waiting: StaffSide) -> None:
    cookie = waiting.session(AppRole.IT_MANAGER)
    pair = "oak:1 25smith1a@oak.example"
    done = await waiting.ask("POST", "/matching/accept", cookie, data={"pairs": pair})
    page = await waiting.ask("GET", done.headers["location"], cookie)
    assert "Undo: theirs no more" in page.text
    form = {"what": "accepted", "person": "oak:1"}
    undone = await waiting.ask("POST", "/matching/undo", cookie, data=form)
    assert undone.status_code == 303
    assert waiting.office.store.links.of("oak") == {}
    open_now = waiting.office.store.proposals.list("oak", "open")
    assert key("1") in {one.person for one in open_now}
    for state in ("refused", "ignored"):
        await waiting.ask("POST", "/matching/decide", cookie, data={"pair": pair, "state": state})
        assert len(waiting.office.store.proposals.list("oak", "open")) == 4
        await waiting.ask("POST", "/matching/undo", cookie, data={"person": "oak:1"})
        assert len(waiting.office.store.proposals.list("oak", "open")) == 5
    again = await waiting.ask("POST", "/matching/undo", cookie, data={"person": "oak:1"})
    assert again.status_code == 422
    names = [row.operation for row in waiting.office.store.journal.of_person(key("1"))]
    assert names[:3] == ["adopted", "released", "match_reopened"]


async def test_the_api_adopts_all_or_none(waiting: StaffSide) -> None:
    headers = {**waiting.bearer("ITManager"), "Idempotency-Key": "all or none"}
    pairs = [
        {"person": "oak:1", "account": "25smith1a@oak.example"},
        {"person": "oak:2", "account": "nobody@oak.example"},
    ]
    got = await waiting.ask(
        "POST", "/api/v1/matches/accept", headers=headers, json={"pairs": pairs}
    )
    assert (got.status_code, waiting.office.store.links.of("oak")) == (409, {})
    got = await waiting.ask(
        "POST", "/api/v1/matches/accept", headers=headers, json={"pairs": pairs[:1]}
    )
    assert got.json() == {"accepted": 1, "people": ["oak:1"]}
    unknown = {"person": "oak:3", "account": "o-1", "state": "refused"}
    headers["Idempotency-Key"] = "another one"
    got = await waiting.ask("POST", "/api/v1/matches/decide", headers=headers, json=unknown)
    assert got.status_code == 404


async def test_thirty_proposals_ask_no_more_of_the_store_than_three(side: StaffSide) -> None:
    cookie, counts = side.session(AppRole.IT_MANAGER), []
    for number in (3, 30):
        names = [str(one) for one in range(number)]
        side.office.now += timedelta(minutes=1)
        side.office.accept(*(a_pupil(one) for one in names))
        side.office.sees(*(an_account(one) for one in names))
        proposed(side, ((one, one) for one in names))
        with statements(side) as seen:
            page = await side.ask("GET", "/matching", cookie)
        assert page.text.count("It is theirs") == number
        counts.append(len(seen))
    assert counts[0] == counts[1]


def a_row(mis_id: str, side: StaffSide, days: int) -> Row:
    return Row(
        id=f"w-{mis_id:0>10}",
        person=key(mis_id),
        task=Task.DISABLE,
        why="last day",
        created_at=side.office.now,
        due=side.office.now.date() + timedelta(days=days),
        sign_in_name=f"=x{mis_id}@oak.example",
        wanted={"lastDay": "2026-11-24"},
    )


async def test_the_worklist_is_paged_and_comes_as_a_spreadsheet_and_a_script(
    side: StaffSide,
) -> None:
    side.office.store.worklist.put([a_row(str(one), side, one - 2) for one in range(1, 6)])
    it = side.bearer("ITManager")
    seen, after = [], ""
    while after is not None:
        params = {"limit": "2", "after": after}
        part = (await side.ask("GET", "/api/v1/worklist", headers=it, params=params)).json()
        seen += [one["person"] for one in part["items"]]
        after = part["after"]
    assert seen == [f"oak:{one}" for one in range(1, 6)]
    late = await side.ask("GET", "/api/v1/worklist", headers=it, params={"overdue": "yes"})
    assert [one["person"] for one in late.json()["items"]] == ["oak:1"]
    cookie = side.session(AppRole.IT_MANAGER)
    assert "'=x1@oak.example" in (await side.ask("GET", "/worklist.csv", cookie)).text
    script = await side.ask("GET", "/worklist.ps1", cookie)
    assert "-WhatIf" in script.text
    assert script.headers["content-disposition"].endswith('"worklist.ps1"')
    page = (await side.ask("GET", "/worklist", cookie)).text
    assert "1 late" in page
    side.reach("[elm]")
    assert (await side.ask("GET", "/worklist", cookie)).text.count("oak:") == 0
