"""Deputies: what they may, where and how long, what they never may, and who is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from office import a_pupil
from rooms_of_leavers import a_teacher
from sqlalchemy import event
from staff_side import ACCOUNT, StaffSide

from api.access import who
from api.permissions import AppRole, Permission, Reach, Standing, Who
from graphsync.store.deputies import Deputy
from policies.school_days import school_day

OTHER = "bbbbbbbb-0000-4000-8000-000000000002"
REASON = "the head is away"


def lent(
    side: StaffSide, role: str, school: str = "oak", account: str = OTHER, days: int = 0
) -> Deputy:
    day = school_day(side.office.now)
    made = Deputy(
        id=f"s-{side.office.bench.new_id()[:8]}",
        school=school,
        role=role,
        account=account,
        since=day,
        until=day + timedelta(days=days),
        reason=REASON,
        by="entra:head",
        at=side.office.now,
    )
    side.office.store.deputies.name(made)
    return made


def them(side: StaffSide, *roles: AppRole, account: str = OTHER) -> Who:
    home = side.app.state.home
    return who(home.bench, home.access, account, "Ada", roles)


async def status(side: StaffSide, method: str, path: str, *roles: str, **more: Any) -> int:
    headers = side.bearer(*roles, oid=OTHER) | {"Idempotency-Key": f"key of {path}"}
    return (await side.ask(method, path, headers=headers, **more)).status_code


async def test_a_deputy_may_what_the_role_may_in_that_school_until_the_last_day(
    side: StaffSide,
) -> None:
    elm, oak = side.parked("elm"), side.parked("oak")
    assert await status(side, "GET", f"/api/v1/runs/{oak.run}") == 403
    lent(side, "Head")
    assert await status(side, "GET", f"/api/v1/runs/{oak.run}") == 200
    assert await status(side, "GET", f"/api/v1/runs/{elm.run}") == 404
    yes = {"digest": oak.digest, "overrides": ["create_pupil"]}
    assert await status(side, "POST", f"/api/v1/runs/{oak.run}/approve", json=yes) == 200
    approval = side.office.store.approvals.of(oak.run)[0]
    assert approval.approver == f"entra:{OTHER}"
    side.office.days(1)
    assert await status(side, "GET", f"/api/v1/runs/{oak.run}") == 403


async def test_a_deputy_names_nobody_and_approves_nothing_of_their_own(side: StaffSide) -> None:
    lent(side, "Head")
    assert await status(side, "GET", "/api/v1/deputies") == 403
    assert await status(side, "POST", "/api/v1/deputies", json={}) == 403
    own = side.parked(requester=f"entra:{OTHER}")
    yes = {"digest": own.digest, "overrides": ["create_pupil"]}
    # The pack's waiver would let the head do this.
    assert await status(side, "POST", f"/api/v1/runs/{own.run}/approve", json=yes) == 409
    assert side.office.store.runs.get(own.run).state == "parked"


@pytest.mark.parametrize(
    ("held", "role"), [("ITManager", "DPO"), ("Head", "DPO"), ("HR", "DPO"), ("DPO", "Head")]
)
def test_a_role_that_does_not_go_with_ones_own_is_not_lent(
    side: StaffSide, held: str, role: str
) -> None:
    lent(side, role)
    found = them(side, AppRole(held))
    assert (found.roles, found.deputises, found.conflict) == ({held}, (), ())
    assert them(side).deputises == (Standing("oak", AppRole(role)),)


def test_of_two_that_do_not_go_together_the_first_is_lent(side: StaffSide) -> None:
    lent(side, "HR")
    lent(side, "DPO", "elm")
    assert them(side).deputises == (Standing("oak", AppRole.HR),)


def test_a_role_lent_in_one_school_opens_nothing_in_another() -> None:
    both = Reach(frozenset({"oak", "elm"}))
    it = Who("a", "A", frozenset({AppRole.IT_MANAGER}), both)
    it = Who(it.account, "A", it.roles, both, deputises=(Standing("oak", AppRole.HR),))
    recording = it.inside(Permission.RECORD_DEPARTURES)
    assert (recording.reach.schools, recording.only_stands_in("oak")) == ({"oak"}, True)
    seeing = it.inside(Permission.SEE_DEPARTURES)
    assert (seeing.reach.schools, seeing.only_stands_in("elm")) == ({"oak", "elm"}, False)
    assert not seeing.may(Permission.RECORD_DEPARTURES)  # which would tell of dated ones in Elm
    assert it.inside(Permission.APPLY_RUNS).reach == both


def test_years_of_ones_own_do_not_narrow_what_is_lent_nor_the_other_way() -> None:
    seven = Reach(frozenset({"oak"}), frozenset({"7"}))
    lent = (Standing("oak", AppRole.HEAD),)
    year = Who("a", "A", frozenset({AppRole.HEAD_OF_YEAR}), seven, deputises=lent)
    assert year.inside(Permission.SEE_CONSENTS).reach.holds("oak", "8")
    assert not year.inside(Permission.RESET_PASSWORDS).reach.holds("oak", "8")


async def test_the_head_names_one_sees_it_and_ends_it(side: StaffSide) -> None:
    person = str(a_teacher(side, "oak"))
    account = f"o-{person.partition(':')[2]}"
    today, cookie = school_day(side.office.now), side.session(AppRole.HEAD)
    form = {"named": person, "role": "Office", "reason": REASON, "since": f"{today}"}
    for changed, told in (
        ({"until": f"{today + timedelta(days=90)}"}, "90 days at most"),
        ({"until": f"{today - timedelta(days=1)}"}, "last day not before"),
        ({"until": f"{today}", "reason": "ill"}, "say why"),
        ({"until": f"{today}", "role": "Viewer"}, "a deputy is named for"),
        ({"until": f"{today}", "named": "elm:1"}, "nobody&#39;s key"),
        ({"until": "soon"}, "first and the last day"),
    ):
        got = await side.ask("POST", "/access", cookie, data=form | changed)
        assert (got.status_code, told in got.text) == (422, True), told
    last = today + timedelta(days=89)
    got = await side.ask("POST", "/access", cookie, data={**form, "until": f"{last}"})
    assert got.status_code == 303
    again = await side.ask("POST", "/access", cookie, data={**form, "until": f"{last}"})
    assert "end it first" in again.text
    assert [str(one.role) for one in them(side, account=account).deputises] == ["Office"]
    (one,) = side.office.store.deputies.of_schools(["oak"])
    shown = await side.ask("GET", "/access", cookie)
    assert f'action="/access/{one.id}/end"' in shown.text
    assert (await side.ask("POST", f"/access/{one.id}/end", cookie)).status_code == 303
    assert them(side, account=account).deputises == ()
    assert (await side.ask("POST", f"/access/{one.id}/end", cookie)).status_code == 409
    for operation in ("deputy_named", "deputy_ended"):
        journal, by = side.office.store.journal, f"entra:{ACCOUNT}"
        assert journal.count_events("oak", operation, by, side.office.now) == 1


async def test_nobody_is_named_who_is_known_to_hold_what_does_not_go_with_it(
    side: StaffSide,
) -> None:
    person = a_teacher(side, "oak")
    side.session(AppRole.IT_MANAGER, account=f"o-{person.mis_id}")
    day = f"{school_day(side.office.now)}"
    wish = {"who": str(person), "role": "DPO", "since": day, "until": day, "reason": REASON}
    head = side.bearer("Head") | {"Idempotency-Key": "12345678"}
    got = await side.ask("POST", "/api/v1/deputies", headers=head, json=wish)
    assert (got.status_code, "DPO and ITManager" in got.text) == (409, True)


async def test_the_page_tells_waivers_and_who_is_signed_in_and_asks_no_more_for_many(
    side: StaffSide,
) -> None:
    side.office.accept(a_pupil("1"))
    cookie, asked, counts = side.session(AppRole.HEAD), [], []
    engine = side.office.store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    await side.ask("GET", "/access", cookie)  # the roster is kept decoded from here on
    for number in (3, 30):
        for one in range(number):
            lent(side, "Office", account=f"o-{number}-{one}")
            side.session(AppRole.OFFICE, account=f"p-{number}-{one}", name="Elm Only")
        asked.clear()
        got = await side.ask("GET", "/access", cookie)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert "2099-12-31" in got.text
    assert "Nina Wren" in got.text
    assert "Elm Only" not in got.text  # they reach no school of this head


def test_me_tells_what_is_lent_and_a_deputy_row_is_a_row_for_good(side: StaffSide) -> None:
    one = lent(side, "Head", account=ACCOUNT, days=3)
    side.office.store.deputies.end(one, "entra:head", side.office.now)
    (found,) = side.office.store.deputies.of_account(ACCOUNT)
    assert (found.ended_by, found.until) == ("entra:head", date(2026, 11, 28))
    assert found.over(school_day(side.office.now))
