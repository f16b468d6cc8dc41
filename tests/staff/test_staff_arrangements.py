"""What pupils without online services do instead: tasks of the own years, and lists for tutors."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from forms import PACK, a_parent, says
from office import TODAY, a_pupil, key
from sqlalchemy import event
from staff_side import ACCOUNT, LIMITS, StaffSide

from api.permissions import AppRole
from graphsync.consent_desk import record
from graphsync.store.holds import Hold
from policies.consent_records import Answer

TELLING = re.compile("refus|consent|parent|father|mother|said no", re.IGNORECASE)
NO = says(answer=Answer.NO)
WAY = {"what": "paper pack", "review": "2026-12-18"}


@contextmanager
def statements(side: StaffSide) -> Iterator[list[str]]:
    """What is asked of the store meanwhile."""
    engine, seen = side.office.store.database.engine, []

    def count(_c: object, _cur: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    yield seen
    event.remove(engine, "before_cursor_execute", count)


def school(side: StaffSide, *people: str) -> None:
    """Pupils of year 7, and one of year 8, each with a mother and an active account."""
    office = side.office
    office.pack(LIMITS + PACK.format(countersign="none"))
    names = dict.fromkeys(people, "7") | {"8": "8"}
    pupils = [
        a_pupil(one, year=year, form=f"{year}B", admission_number=one, given_name=f"Kit{one}")
        for one, year in names.items()
    ]
    office.accept(*pupils, contacts=[a_parent(one, "77") for one in names])
    office.sees(*(office.link(one) for one in names))


@pytest.fixture
def year(side: StaffSide) -> StaffSide:
    """Of year 7 one works online, one was given a No, one is held too; one of year 8."""
    school(side, "1", "2", "3")
    bench = side.office.bench
    for ref in ("2", "3", "8"):
        record(bench, "oak", f"oak:{ref}", NO)
    record(bench, "oak", "oak:1", says())
    side.office.store.holds.add(
        Hold(id="h-1", person=key("3"), mode="freeze", reason="file 12", by="dsl", at=bench.now())
    )
    side.reach("[oak]", '["7"]')
    return side


async def asked(side: StaffSide, path: str, role: AppRole = AppRole.HEAD_OF_YEAR) -> str:
    return (await side.ask("GET", path, side.session(role))).text


def task_of(side: StaffSide, ref: str) -> str:
    open_now = side.office.store.provisions.open_of("oak")
    return next(one.id for one in open_now if one.pupil == key(ref))


async def test_a_head_of_year_arranges_for_the_own_years_in_neutral_words(year: StaffSide) -> None:
    cookie, task = year.session(AppRole.HEAD_OF_YEAR), task_of(year, "2")
    assert "2 pupils to make" not in (today := await asked(year, "/"))
    assert "1 pupil to make an arrangement for" in today  # who is held waits for the DSL
    before = await asked(year, "/arrangements")
    assert ("Kit2" in before, "Kit3" in before, "Kit8" in before) == (True, True, False)
    assert "to be arranged" in before
    assert "see DSL" in before
    got = await year.ask("POST", f"/arrangements/{task}", cookie, data=WAY)
    assert got.headers["location"] == f"/arrangements?school=oak&done={task}"
    after = await asked(year, got.headers["location"])
    assert "In place for Kit2 Smith2: paper pack. Look again on Fri 18 December 2026" in after
    assert "make an arrangement for" not in await asked(year, "/")
    assert not [one for one in (today, before, after) if TELLING.search(one)]
    told = year.office.store.journal.of_person(key("2"))[-1]
    assert (told.operation, told.result) == ("provision_arranged", f"entra:{ACCOUNT}")
    year.office.now += timedelta(days=25)
    assert "look again" in await asked(year, "/arrangements")


async def test_what_is_not_on_the_schools_list_and_whom_one_does_not_reach_is_not_arranged(
    year: StaffSide,
) -> None:
    cookie = year.session(AppRole.HEAD_OF_YEAR)
    for form, says_so in (
        ({"what": "ask Mr Venn"}, "from the school&#39;s list: paper pack;"),
        ({**WAY, "review": "soon"}, "is no day"),
        ({**WAY, "review": str(TODAY)}, "on a later day than today"),
    ):
        path = f"/arrangements/{task_of(year, '2')}"
        got = await year.ask("POST", path, cookie, data=form)
        assert (got.status_code, says_so in got.text) == (422, True), got.text
    there = f"/arrangements/{task_of(year, '8')}"
    assert (await year.ask("POST", there, cookie, data=WAY)).status_code == 404
    assert [one.arranged for one in year.office.store.provisions.open_of("oak")] == [""] * 3


async def test_a_program_arranges_once_and_the_list_says_when_it_ends(year: StaffSide) -> None:
    headers = {**year.bearer("HeadOfYear"), "Idempotency-Key": "arrange-1"}
    path = f"/api/v1/arrangements/{task_of(year, '2')}"
    first = await year.ask("POST", path, headers=headers, json={"what": "paper pack"})
    again = await year.ask("POST", path, headers=headers, json={"what": "paper pack"})
    assert (first.status_code, first.text) == (200, again.text)
    record(year.office.bench, "oak", "oak:2", says())
    got = await year.ask("GET", "/api/v1/arrangements", headers=headers)
    told = {one["person"]: one for one in got.json()["items"]}
    assert told["oak:2"]["state"] == "ends tonight"
    assert told["oak:3"]["state"] == "see DSL"


async def test_tutors_get_who_works_another_way_by_form_and_no_reason(year: StaffSide) -> None:
    cookie = year.session(AppRole.HEAD_OF_YEAR)
    await year.ask("POST", f"/arrangements/{task_of(year, '2')}", cookie, data=WAY)
    file = (await asked(year, "/tutors.csv")).lstrip("\ufeff").splitlines()
    assert file == [
        "year,form,name,today",
        "7,7B,Kit2 Smith2,paper pack",
        "7,7B,Kit3 Smith3,see DSL",
    ]
    page = await asked(year, "/tutors")
    assert page.index("Kit2") < page.index("Kit3")
    assert ("Kit1" in page, "Kit8" in page) == (False, False)
    assert not TELLING.search(page)
    (look,) = year.office.store.looks.latest(1, schools=["oak"])
    assert (look.kind, look.shown) == ("account", 2)
    year.reach("[oak]")
    whole = await asked(year, "/tutors?year=8", AppRole.HEAD)
    assert ("Kit8" in whole, "paper or another way" in whole, "Kit2" in whole) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize("path", ["/arrangements", "/tutors"])
async def test_a_list_asks_the_store_as_often_for_thirty_as_for_three(
    side: StaffSide, path: str
) -> None:
    counts = []
    for number in (3, 30):
        names = [f"p{one}" for one in range(number)]
        school(side, *names)
        for one in names:
            record(side.office.bench, "oak", f"oak:{one}", NO)
        await asked(side, path)
        with statements(side) as seen:
            assert (await asked(side, path)).count("Kitp") >= number
        counts.append(len(seen))
    assert counts[0] == counts[1]
