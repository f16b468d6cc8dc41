"""Killed at any point and run again: the same end, nothing twice, the journal whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from night import Ended, School, ordinary, whole
from started_ahead import until

BATCH = r"/\$batch$"
USERS, GROUPS = r"^/v1\.0/users$", r"^/v1\.0/groups\(uniqueName"
HELD = 60  # seconds, or until the faults are taken away
Rules = list[dict[str, Any]]


def slow(skip: int) -> dict[str, Any]:
    """The batch after so many takes its time: it is carried out, but its answer comes too late."""
    return {"kind": "slow", "path": BATCH, "skip": skip, "seconds": HELD}


def dropped(skip: int) -> Rules:
    """The batch after so many is lost on the way there, and the look after it never answered."""
    return [{"kind": "drop", "path": BATCH, "skip": skip}, slow(skip)]


def lost(path: str, method: str, count: int, skip: int = 0) -> Rules:
    """So many writes are done and answered 503, and the look after it is never answered."""
    rule = {"kind": "commit_then_503", "method": method, "path": path, "count": count}
    return [{**rule, "skip": skip}, slow(1)]


@dataclass
class Kill:
    """What goes wrong, and after how many batches the process is killed."""

    faults: Rules
    batches: int
    delta: bool = False


def killed(school: School, kill: Kill) -> None:
    """A sync that is killed with SIGKILL at this point; whatever had left is carried out."""
    tenant = school.tenant
    tenant.faults(*kill.faults)
    mark = tenant.mark()
    process = school.start("sync")

    def there() -> bool:
        looks = sum(one["path"].startswith("/v1.0/users/delta") for one in tenant.requests(mark))
        return tenant.batches(mark) >= kill.batches and (not kill.delta or looks >= 2)

    until(there)
    assert process.returncode is None, process.communicate()
    process.kill()
    process.communicate()
    tenant.faults()
    tenant.settle()


def fresh(school: School) -> School:
    """A school before its first load; the first look is done, so that batches are writes."""
    assert school.json("plan").code == 0
    return school


def end(school: School) -> tuple[Any, ...]:
    """The end state: the tenant's truth and what the next night would do."""
    nothing = school.json("sync")
    assert (nothing.code, nothing.counts) == (0, {})
    return school.truth(), school.groups()


@pytest.fixture(scope="module")
def twins(
    schools: Iterator[School],
) -> dict[Callable[[School], School], tuple[Any, ...]]:
    """How each of the two nights ends when nobody disturbs it."""
    ends = {}
    for prepare in (fresh, ordinary):
        school = prepare(next(schools))
        assert school.json("sync").code == 0
        ends[prepare] = end(school)
    return ends


FIRST_LOAD = {
    "while the accounts are made": Kill([slow(0)], 1),
    "before the accounts arrive": Kill(dropped(0), 2),
    "before the memberships arrive": Kill(dropped(1), 3),
    "when answers for accounts are lost": Kill(lost(USERS, "POST", 3), 2),
    "when answers for groups are lost": Kill(lost(GROUPS, "PATCH", 2), 2),
}
NIGHT = {
    "while the block is on its way": Kill([slow(0)], 1),
    "between block and revocation": Kill(dropped(1), 3),
    "while the returner is let in": Kill([slow(2)], 3),
    "while it verifies": Kill(
        [{"kind": "slow", "path": "/users/delta", "skip": 1, "seconds": HELD}], 3, delta=True
    ),
}


def resumed(school: School) -> Ended:
    """The next night, which finishes the work."""
    again = school.json("sync")
    assert again.code == 0, again.out + again.err
    return again


@pytest.mark.parametrize("point", FIRST_LOAD)
def test_a_first_load_killed_at_a_point_ends_as_its_twin(school: School, twins, point: str):
    school.save_settings(VERIFY_WAIT="1")
    killed(fresh(school), FIRST_LOAD[point])
    assert school.rows("open_intents"), "the kill came too late to leave anything open"
    sealed = {row["mis_id"]: row["ciphertext"] for row in school.rows("secrets")}
    resumed(school)
    told = {
        row["result"]
        for row in school.rows("journal")
        if (row["what"], row["operation"]) == ("outcome", "create_user")
        and row["run"] == school.rows("runs")[1]["id"]
    }
    assert told == {"unknown" if point == "before the accounts arrive" else "done"}
    assert end(school) == twins[fresh]
    assert school.groups() == sorted(set(school.groups())), "no group is made twice"
    whole(school)
    after = {row["mis_id"]: row["ciphertext"] for row in school.rows("secrets")}
    assert sealed.items() <= after.items(), "the password that was sealed first still stands"
    assert len(after) == 8
    for row in (school.row(1), school.staff[0]):
        assert school("person", school.key(row), "--reveal").code == 0
    assert "applying" not in {one["state"] for one in school.json("runs").json["items"]}


@pytest.mark.parametrize("point", NIGHT)
def test_an_ordinary_night_killed_at_a_point_ends_as_its_twin(school: School, twins, point: str):
    school.save_settings(VERIFY_WAIT="1")
    mark = ordinary(school).tenant.mark()
    killed(school, NIGHT[point])
    if point != "while it verifies":
        assert school.rows("open_intents"), "the kill came too late to leave anything open"
    resumed(school)
    assert end(school) == twins[ordinary]
    whole(school)
    leaver = school.user(school.row(2))
    assert leaver["accountEnabled"] is False
    revoked = [
        one
        for one in school.tenant.requests(mark)
        if one["path"] == f"/v1.0/users/{leaver['id']}/revokeSignInSessions" and one["status"] < 300
    ]
    assert revoked, "a leaver who was blocked by the killed run is signed out too"
    assert "applying" not in {one["state"] for one in school.json("runs").json["items"]}
    school.row(2)["DOL"] = ""
    school.export()
    returned = school.json("sync")
    assert returned.counts == {"enable_user": 1}, "the block of the killed run is ours"


def test_a_killed_approved_run_is_taken_up_again_by_its_name(school: School):
    school.save_settings(VERIFY_WAIT="1")
    plan = school.json("plan").run["run"]
    school.tenant.faults(*dropped(1))
    mark = school.tenant.mark()
    process = school.start("apply", plan)
    until(lambda: school.tenant.batches(mark) >= 3)
    process.kill()
    process.communicate()
    school.tenant.faults()
    again = school.json("apply", plan)
    assert again.code == 0, again.err
    assert len(school.users()) == 8
    whole(school, tries=2)
    assert school.json("run", plan).run["state"] == "applied"


def test_an_account_that_somebody_blocks_after_the_kill_is_not_taken_for_ours(school: School):
    school.save_settings(VERIFY_WAIT="1")
    killed(fresh(school), Kill([slow(1)], 2))
    resumed(school)
    school.tenant.by_hand(school.user(school.row(1))["id"], accountEnabled=False)
    night = school.json("sync")
    assert night.counts == {}
    assert night.held == {school.key(school.row(1)): "disabled_by_hand"}
