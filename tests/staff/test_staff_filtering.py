"""Filtering and monitoring: who is filtered, who hears of alerts, what the DSL signs each term."""

import pytest
from office import PACK, a_pupil, an_account
from staff_side import ACCOUNT, StaffSide

from api.permissions import AppRole
from graphsync.accounts import Group

KEYS = """\
filtering:
  {alert_mailbox: alerts@oak.example, alert_owner: lark@oak.example, reviewed_on: 2025-11-25}
"""
LEAD = AppRole.SAFEGUARDING_LEAD


def filters(*groups: str) -> list[Group]:
    """The filter groups of Oak School, each with the accounts that are told: `ks3 1 2`."""
    return [
        Group(
            id=f"g-{name}",
            display_name=f"Oak School Filter {name}",
            unique_name=f"gs-oak-filter-{name}",
            members=frozenset(f"o-{one}" for one in members),
        )
        for name, *members in (group.split() for group in groups)
    ]


@pytest.fixture
def school(side: StaffSide) -> StaffSide:
    """Four pupils: one filtered, one not, one twice, and one who is blocked."""
    office = side.office
    office.accept(*(a_pupil(one) for one in "1234"))
    accounts = [office.link(one) for one in "123"] + [office.link("4", account_enabled=False)]
    owner = an_account("lark", user_principal_name="lark@oak.example")
    office.sees(*accounts, owner, groups=filters("ks3 1 3", "ks4 3"))
    named(side, KEYS)
    return side


def named(side: StaffSide, keys: str = "") -> None:
    text = PACK.replace("groups: {", 'groups: {filter_group: "{school} Filter {filter}", ')
    (side.office.packs / "oak.yaml").write_text(text + keys, "utf-8")


async def asked(side: StaffSide, path: str = "/filtering", role: AppRole = LEAD) -> str:
    side.app.state.counted.settle()
    return (await side.ask("GET", path, side.session(role))).text


async def test_who_is_not_in_exactly_one_filter_group_is_shown_and_waits_for_it(
    school: StaffSide,
) -> None:
    page = await asked(school)
    assert "Amy2" in page
    assert "in no filter group" in page
    assert "in more than one" in page
    assert ("Amy1" in page, "Amy4" in page) == (False, False)
    await asked(school, "/", AppRole.IT_MANAGER)  # the first look begins to count
    today = await asked(school, "/", AppRole.IT_MANAGER)
    assert "2 active pupils not in exactly one filter group" in today
    assert "as of 25.11.2026" in today
    headers = school.bearer("ITManager")
    told = (await school.ask("GET", "/api/v1/filtering", headers=headers)).json()
    assert (told["active"], [one["person"] for one in told["wrong"]]) == (3, ["oak:2", "oak:3"])


async def test_alerts_and_reviews_are_told_as_the_pack_names_them(school: StaffSide) -> None:
    page = await asked(school)
    assert "alerts@oak.example" in page
    assert "no active account" not in page
    assert "late" not in page  # 365 days ago
    school.office.days(1)
    assert '<span class="state bad">late</span>' in await asked(school)
    school.office.sees(
        an_account("lark", user_principal_name="lark@oak.example", account_enabled=False)
    )
    assert "no active account" in await asked(school)
    named(school)
    assert (await asked(school)).count("not named") == 2


async def test_the_dsl_records_a_test_and_signs_once_a_term(school: StaffSide) -> None:
    cookie = school.session(LEAD)
    assert "1 school to sign for this term" in await asked(school, "/")
    for day, status in (("2026-12-01", 422), ("2026-10-01", 422), ("2026-11-20", 303), ("", 303)):
        got = await school.ask("POST", "/filtering/oak/test", cookie, data={"day": day})
        assert got.status_code == status, day
    twice = await school.ask("POST", "/filtering/oak/test", cookie)
    assert "recorded for 2026-11-25 already" in twice.text
    assert (await school.ask("POST", "/filtering/oak/sign", cookie)).status_code == 303
    page = await asked(school)
    assert "signed by you on Wed 25 November 2026, with 2 pupils not in one filter group" in page
    assert "to sign for this term" not in await asked(school, "/")
    again = await school.ask("POST", "/filtering/oak/sign", cookie)
    assert (again.status_code, "autumn term 2026-27 is signed" in again.text) == (422, True)
    school.office.days(120)
    assert "1 school to sign for this term" in await asked(school, "/")
    assert "spring term 2026-27" in await asked(school)
    assert '<span class="state wait">due</span>' not in await asked(school)
    school.office.days(1)
    assert '<span class="state wait">due</span>' in await asked(school)


async def test_a_program_signs_as_the_page_does(school: StaffSide) -> None:
    headers = {**school.bearer("SafeguardingLead"), "Idempotency-Key": "sign-once"}
    path = "/api/v1/filtering/oak/sign"
    first = await school.ask("POST", path, headers=headers)
    assert (await school.ask("POST", path, headers=headers)).text == first.text
    assert first.json()["signed"] == {"on": "2026-11-25", "by": f"entra:{ACCOUNT}", "seen": 2}
    other = {**headers, "Idempotency-Key": "sign-again"}
    assert (await school.ask("POST", path, headers=other)).status_code == 409
    body = {"day": "2026-11-25"}
    tested = {**headers, "Idempotency-Key": "test-once"}
    got = await school.ask("POST", "/api/v1/filtering/oak/test", headers=tested, json=body)
    assert (got.status_code, got.json()["tested"]["on"]) == (200, "2026-11-25")
