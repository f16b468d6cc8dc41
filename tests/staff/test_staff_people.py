"""People at the API and the console: whom each role sees, and how much of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from office import a_pupil, an_account, key
from sqlalchemy import event
from staff_side import ACCOUNT, StaffSide

from api.permissions import AppRole
from graphsync.accounts import AssignedLicence, Group, Sku
from graphsync.store.holds import Hold
from graphsync.store.links import Link
from graphsync.store.looks import Look
from graphsync.tenant.mirror import Refreshed
from policies.people import Kind

WORDS = re.compile("refus|consent", re.IGNORECASE)


@contextmanager
def statements(side: StaffSide) -> Iterator[list[str]]:
    """What is asked of the store meanwhile."""
    engine, seen = side.office.store.database.engine, []

    def count(_c: object, _cur: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    yield seen
    event.remove(engine, "before_cursor_execute", count)


@pytest.fixture
def people(side: StaffSide) -> StaffSide:
    """Pupils of years 7 and 8, a member of staff, one left with an account; one blocked by hand."""
    office = side.office
    office.accept(
        a_pupil("1"),
        a_pupil("2", year="8", form="8A", given_name="Zo-Ann", surname="O'Neill"),
        a_pupil("3"),
        a_pupil("5", kind=Kind.STAFF, given_name="Tom", surname="Reed", year=None, form=None),
    )
    seen = [office.link("1"), office.link("2", account_enabled=False)]
    licence = AssignedLicence(sku_id="s1")
    seen.append(an_account("9", account_enabled=False, assigned_licenses=(licence,)))
    office.store.links.put(
        Link(person=key("9"), kind=Kind.PUPIL, object_id="o-9", how="adopted", linked_at=office.now)
    )
    group = Group(id="g-1", display_name="Year 7", members=frozenset({"o-1"}))
    office.sees(*seen, groups=[group, Group(id="g-2", members=frozenset({"o-2"}))])
    for ref in "12359":  # a DPO says why before a record is shown
        why = {"kind": "account", "school": "oak", "item": f"oak:{ref}", "reason": "asked"}
        office.store.looks.add(Look(at=office.now, by=f"entra:{ACCOUNT}", **why))
    return side


async def listed(side: StaffSide, role: str, **params: str) -> list[dict[str, object]]:
    got = await side.ask("GET", "/api/v1/people", headers=side.bearer(role), params=params)
    assert got.status_code == 200, got.text
    return list(got.json()["items"])


async def one(side: StaffSide, role: str, ref: str) -> dict[str, object]:
    got = await side.ask("GET", f"/api/v1/people/oak/{ref}", headers=side.bearer(role))
    assert got.status_code == 200, got.text
    return dict(got.json())


def keys(items: list[dict[str, object]]) -> list[str]:
    return [str(each["person"])[4:] for each in items]


@pytest.mark.parametrize(
    ("role", "whom"),
    [
        ("ITManager", "12359"),
        ("DPO", "12359"),
        ("Head", "12359"),
        ("SafeguardingLead", "12359"),
        ("Office", "1239"),
        ("HR", "5"),
        ("HeadOfYear", "13"),
    ],
)
async def test_each_role_sees_its_own_people(people: StaffSide, role: str, whom: str) -> None:
    if role == "HeadOfYear":
        people.reach("[oak]", '["7"]')
    assert keys(await listed(people, role)) == list(whom)
    for ref in "12359":
        got = await people.ask("GET", f"/api/v1/people/oak/{ref}", headers=people.bearer(role))
        assert (got.status_code == 200) == (ref in whom), ref
    sought = {"text": "e", "school": "oak"}
    header = {**people.bearer(role), "Idempotency-Key": "12345678"}
    got = await people.ask("POST", "/api/v1/people/search", headers=header, json=sought)
    assert set(keys(got.json()["items"])) <= set(whom)


async def test_a_look_is_written_down_and_a_dpo_says_why_first(side: StaffSide) -> None:
    side.office.accept(a_pupil("1"))
    path, dpo = "/api/v1/people/oak/1", side.bearer("DPO")
    got = await side.ask("GET", path, headers=dpo)
    assert (got.status_code, got.json()["type"][-13:]) == (403, "reason_needed")
    assert side.office.store.looks.latest(9) == []
    why = {"kind": "account", "school": "oak", "item": "oak:1", "reason": "a parent asked"}
    key = {**dpo, "Idempotency-Key": "12345678"}
    assert (await side.ask("POST", "/api/v1/looks", headers=key, json=why)).status_code == 200
    assert (await side.ask("GET", path, headers=dpo)).status_code == 200
    assert (await side.ask("GET", path, headers=side.bearer("Head"))).status_code == 200
    looks = side.office.store.looks.latest(9, kinds=["account"])
    assert [(one.item, bool(one.reason)) for one in looks][:2] == [("oak:1", False)] * 2


async def test_two_roles_add_up_and_years_bound_what_is_about_pupils(people: StaffSide) -> None:
    people.reach("[oak]", '["8"]')
    got = await people.ask("GET", "/api/v1/people", headers=people.bearer("HR", "HeadOfYear"))
    assert keys(got.json()["items"]) == ["2", "5"]


@pytest.mark.parametrize(
    ("filters", "whom"),
    [
        ({"kind": "staff"}, "5"),
        ({"year": "8"}, "2"),
        ({"school": "oak", "state": "not active"}, "29"),
        ({"school": "oak", "state": "no account"}, "35"),
        ({"school": "oak", "state": "active", "kind": "staff"}, ""),
        ({"school": "oak", "state": "missing"}, "2359"),
    ],
)
async def test_the_list_is_filtered(people: StaffSide, filters: dict[str, str], whom: str) -> None:
    assert keys(await listed(people, "Head", **filters)) == list(whom)


@pytest.mark.parametrize(
    ("filters", "status"),
    [
        ({"state": "asleep"}, 422),
        ({"after": "nobody"}, 422),
        ({"school": "elm"}, 404),
        ({"kind": "governor"}, 422),
    ],
)
async def test_a_filter_that_is_none_is_refused(
    people: StaffSide, filters: dict[str, str], status: int
) -> None:
    got = await people.ask("GET", "/api/v1/people", headers=people.bearer("Head"), params=filters)
    assert got.status_code == status


async def test_the_list_is_turned_page_by_page_without_a_gap(people: StaffSide) -> None:
    for state in ({}, {"school": "oak", "state": "not active"}):
        seen, after = [], ""
        while after is not None:
            params = {"limit": "1", "after": after} | state
            got = await people.ask(
                "GET", "/api/v1/people", headers=people.bearer("Head"), params=params
            )
            seen += keys(got.json()["items"])
            after = got.json()["after"]
        assert seen == (list("29") if state else list("12359"))


@pytest.mark.parametrize(
    ("typed", "whom"),
    [
        ("ann o'ne", "2"),
        ("oak:5", "5"),
        ("5", "5"),
        ("25SMITH1A@oak.example", "1"),
        ("25smith1@oak.example", ""),
        ("%", ""),
        ("amy1 smith1", "1"),
        ("   ", ""),
    ],
)
async def test_people_are_found_by_key_address_and_the_beginnings_of_names(
    people: StaffSide, typed: str, whom: str
) -> None:
    got = await people.ask(
        "POST", "/api/v1/people/search", headers=people.bearer("DPO"), json={"text": typed}
    )
    assert keys(got.json()["items"]) == list(whom)
    page = await people.ask(
        "POST", "/people/search", people.session(AppRole.DPO), data={"text": typed}
    )
    assert re.findall(r'href="/people/oak/(\d)"', page.text) == list(whom)


async def test_a_person_shows_what_hangs_on_the_account(people: StaffSide) -> None:
    assert (await one(people, "Head", "1"))["groups"] == ["Year 7"]
    assert (await one(people, "Head", "9"))["licences"] == ["s1"]
    assert (await one(people, "Head", "9"))["on_roster"] is False
    hr = await one(people, "HR", "5")
    assert hr["state"] == "no account"
    assert not {"consent", "holds", "history", "initial_password"} & set(hr)
    office = await one(people, "Office", "1")
    assert set(office) == {"person", "name", "kind", "year", "form", "on_roster", "state"}


async def test_the_it_manager_is_told_open_or_closed_and_that_there_is_a_hold(
    people: StaffSide,
) -> None:
    hold = Hold(
        id="h-1",
        person=key("1"),
        mode="freeze",
        reason="a matter of the DSL",
        by="entra:somebody",
        at=people.office.now,
        clause="PB-2.4",
    )
    people.office.store.holds.add(hold)
    told = await one(people, "ITManager", "1")
    assert told["holds"] == [{"hold": "h-1", "person": "oak:1", "state": "HELD"}]
    assert told["consent"] == [
        {"form": form, "gate": "closed", "code": "not_asked"}
        for form in ("cloud_consent", "ict_permission")
    ]
    people.office.plan(an_account("1"))
    told = await one(people, "ITManager", "1")
    assert told["held_for"] == ["hold: HELD"]
    full = await one(people, "SafeguardingLead", "1")
    assert full["holds"][0]["reason"] == "a matter of the DSL"  # type: ignore[index]
    assert "DSL" in str(full["held_for"])
    assert "history" not in full
    assert "initial_password" not in full


async def test_a_head_of_year_reads_neutral_words_alone(people: StaffSide) -> None:
    people.reach("[oak]", '["7"]')
    hold = Hold(
        id="h-1",
        person=key("3"),
        mode="freeze",
        reason="secret",
        by="x",
        at=people.office.now,
    )
    people.office.store.holds.add(hold)
    told = {each["person"]: each["why"] for each in await listed(people, "HeadOfYear")}
    office = "online services not active: permission, ask the office"
    assert told == {"oak:1": office, "oak:3": "see DSL"}
    cookie = people.session(AppRole.HEAD_OF_YEAR)
    for path in ("/people", "/people/oak/1", "/people/oak/3", "/people.csv"):
        text = (await people.ask("GET", path, cookie)).text
        assert not WORDS.search(text.replace("/consents", "")), path
        assert "secret" not in text


async def test_the_history_is_for_those_who_may_see_it(people: StaffSide) -> None:
    people.office.did("create_user", "o-1", key("1"))
    told = await one(people, "DPO", "1")
    assert [each["operation"] for each in told["history"]] == ["create_user"]  # type: ignore[index,union-attr]
    page = await people.ask("GET", "/people/oak/1", people.session(AppRole.DPO))
    assert "create user" in page.text


@pytest.mark.parametrize("role", ["Head", "HeadOfYear"])
async def test_a_list_of_thirty_asks_no_more_of_the_store_than_one_of_three(
    side: StaffSide, role: str
) -> None:
    office, counts = side.office, []
    for number in (3, 30):
        office.now = office.now.replace(minute=number)
        office.accept(*(a_pupil(str(each)) for each in range(number)))
        office.sees(*(office.link(str(each)) for each in range(number)))
        await listed(side, role)
        with statements(side) as seen:
            assert len(await listed(side, role)) == number
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_a_name_is_text_and_a_file_holds_no_formula(side: StaffSide) -> None:
    side.office.accept(a_pupil("1", given_name="=cmd()", surname="<script>\u202e"))
    cookie = side.session(AppRole.HEAD)
    for path in ("/people", "/people/oak/1"):
        text = (await side.ask("GET", path, cookie)).text
        assert "<script>" not in text
        assert "\u202e" not in text
    assert "'=cmd()" in (await side.ask("GET", "/people.csv", cookie)).text


async def test_a_newer_roster_is_seen_at_once(people: StaffSide) -> None:
    await listed(people, "Head")
    people.office.now = people.office.now.replace(minute=30)
    people.office.accept(a_pupil("77"))
    assert "77" in keys(await listed(people, "Head"))


async def test_a_licence_is_named_as_the_tenant_names_it(people: StaffSide) -> None:
    mirror = people.office.store.mirror.load("t")
    assert mirror is not None
    sku = Sku(sku_id="s1", sku_part_number="STUDENT", consumed_units=1, enabled_units=1)
    named = msgspec.structs.replace(mirror, skus={"s1": sku})
    none: frozenset[str] = frozenset()
    people.office.store.mirror.save("t", Refreshed(named, none, none, none, none, full=True))
    assert (await one(people, "Head", "9"))["licences"] == ["STUDENT"]
