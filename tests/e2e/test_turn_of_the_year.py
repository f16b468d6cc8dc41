"""The night on which a year turns, on the tenant itself: docs/roll-over.md, step by step."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from night import Row, School, a_pupil, as_csv, bench_of, today, uk, whole
from running_tenant import start_tenant

from graphsync.bench import Bench
from graphsync.report import Exit, RunDocument, RunReport
from graphsync.run import Scope, Sources, apply, approve, plan, sync
from graphsync.trouble import Refusal

NEXT = today().year + 1  # the tenant's clock only goes forward
JULY, SEPTEMBER = date(NEXT, 7, 9), date(NEXT, 9, 1)
OVERRIDES = frozenset({"remove_from_group_pupil", "disable_pupil"})
PACK = {
    "groups": {
        "year": "{school} Year {year}",
        "registration": "{school} Form {form}",
        "filter_group": "{school} Filter {filter}",
    },
    # The first load of an empty tenant; what a night may do to people stays as shipped.
    "limits": {"create": {"floor": 100, "share": 1.0, "count": 1000}},
    "roll_over": {"starts": SEPTEMBER, "ends": date(NEXT, 9, 30), "approved_by": "headteacher"},
    "approval": None,  # no waiver: whoever asks does not approve
}
REPEATS = 12  # the pupil who stays in year 9


def in_july() -> list[Row]:
    """Eleven pupils in each of years 6, 9 and 10, and six in year 11."""
    years = [6] * 11 + [9] * 11 + [10] * 11 + [11] * 6
    return [
        a_pupil(number, Year=f"Year {year:>2}", Reg=f"{year}A")
        for number, year in enumerate(years, start=1)
    ]


def in_september(row: Row) -> Row:
    """The same pupil as SIMS tells them as on the first day of term."""
    year = int(row["Year"].removeprefix("Year"))
    if year == 11:
        return row | {"DOL": uk(date(NEXT, 8, 31))}
    if row["primary_id"] == str(5000 + REPEATS):
        return row
    return row | {"Year": f"Year {year + 1:>2}", "Reg": f"{year + 1}A"}


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """A school in a tenant of its own, whose clock may jump."""
    tenant = start_tenant(tmp_path / "tenant", seed="1000")
    (tmp_path / "s01").mkdir()
    made = School(tenant, "s01", tmp_path / "s01")
    made.pack(**PACK)
    yield made
    assert tenant.stop() == 0


class Calendar:
    """The days on which the school's people do something, each by name."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.later = timedelta()

    def turn_to(self, day: date) -> None:
        """Half past two of that night, here and in the tenant."""
        moment = datetime.combine(day, time(2, 30), tzinfo=UTC)
        self.later = moment - datetime.now(UTC)
        self.school.tenant.control("POST", "clock", {"now": moment.isoformat()})

    def exported(self, folder: Path, pupils: list[Row]) -> Sources:
        """SIMS writes both reports into a folder, an hour ago."""
        folder.mkdir(parents=True, exist_ok=True)
        hour_ago = (datetime.now(UTC) + self.later - timedelta(hours=1)).timestamp()
        for name, rows in (("pupils", pupils), ("staff", self.school.staff)):
            file = folder / f"{name}.csv"
            file.write_bytes(as_csv(rows).encode())
            os.utime(file, (hour_ago, hour_ago))
        return Sources({self.school.id: (folder,)})

    def as_(self, who: str, act: Callable[[Bench], Awaitable[RunDocument]]) -> RunDocument:
        """What comes of it when this person does it."""
        with bench_of(self.school, by=who, later=self.later) as bench:
            return asyncio.run(act(bench))  # type: ignore[arg-type]

    def approves(self, who: str, run: RunReport) -> None:
        """Somebody approves a parked run with both reasons."""
        with bench_of(self.school, by=who, later=self.later) as bench:
            approve(bench, run.run, run.digest, OVERRIDES, frozenset())


def test_the_turn_of_the_year_is_rehearsed_parked_approved_and_carried_out(school: School):
    calendar = Calendar(school)
    july, september = in_july(), [in_september(row) for row in in_july()]
    calendar.turn_to(JULY)
    nightly = calendar.exported(school.exports, july)
    first = calendar.as_("schedule", lambda bench: sync(bench, nightly, Scope()))
    assert first.exit_code is Exit.DONE
    before = school.truth()

    # The rehearsal, on a folder of its own.
    to_come = calendar.exported(school.folder / "rehearsal", september)
    mark = school.tenant.mark()
    rehearsed = calendar.as_("it", lambda bench: plan(bench, to_come, Scope(), SEPTEMBER))
    (rehearsal,) = rehearsed.runs
    assert rehearsed.exit_code is Exit.REFUSED
    assert {one.code for one in rehearsal.verdict.reasons} == OVERRIDES
    assert (rehearsal.counts["disable_user"], rehearsal.counts["revoke_sessions"]) == (6, 6)
    ordinary = calendar.as_("schedule", lambda bench: sync(bench, nightly, Scope()))
    assert (ordinary.exit_code, ordinary.runs[0].counts) == (Exit.DONE, {})
    assert school.tenant.writes(mark) == []

    # The night: parked, and nothing changes until another person says yes.
    calendar.turn_to(SEPTEMBER)
    calendar.exported(school.exports, september)
    mark = school.tenant.mark()
    night = calendar.as_("schedule", lambda bench: sync(bench, nightly, Scope()))
    (parked,) = night.runs
    assert (night.exit_code, parked.state) == (Exit.REFUSED, "parked")
    assert parked.digest == rehearsal.digest
    with pytest.raises(Refusal, match="may not approve it"):
        calendar.approves("schedule", parked)
    with pytest.raises(Refusal):
        calendar.as_("schedule", lambda bench: apply(bench, parked.run))
    assert school.tenant.writes(mark) == []
    calendar.approves("headteacher", parked)
    assert school.rows("approvals")[-1]["approver"] == "headteacher"
    done = calendar.as_("schedule", lambda bench: apply(bench, parked.run))
    assert done.exit_code is Exit.DONE, done.runs[0].error

    # The tenant's own word.
    users = {row["primary_id"]: school.user(row) for row in july}
    belongs = Counter(
        (user["accountEnabled"], *sorted(name.removeprefix("gs-s01-") for name in user["groups"]))
        for user in users.values()
    )
    assert belongs == {
        (True, "filter-ks3", "form-7a", "year-7"): 11,
        (True, "filter-ks4", "form-10a", "year-10"): 10,
        (True, "filter-ks3", "form-9a", "year-9"): 1,
        (True, "filter-ks4", "form-11a", "year-11"): 11,
        (False, "filter-ks4", "form-11a", "year-11"): 6,
    }
    repeats = users[str(5000 + REPEATS)]
    alias = repeats["userPrincipalName"].partition("@")[0]
    assert school.truth()[alias] == before[alias]
    calendar.turn_to(SEPTEMBER + timedelta(days=1))
    calendar.exported(school.exports, september)
    morning = calendar.as_("it", lambda bench: plan(bench, nightly, Scope()))
    assert morning.runs[0].counts == {}
    whole(school)
