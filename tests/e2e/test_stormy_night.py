"""Throttling, lost answers, replication lag, two processes at once: it ends true all the same."""

from collections.abc import Iterator
from typing import Any

import pytest
from night import School, a_pupil, days, whole
from quick_night import SPEED, outcomes, quick_night
from running_tenant import Tenant, start_tenant
from started_ahead import until

BATCH = r"/\$batch$"
HELD = {"kind": "slow", "path": BATCH, "seconds": 60}  # until the faults are taken away


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    """A tenant whose replicas are seconds behind, by the clock of a quick night."""
    running = start_tenant(tmp_path_factory.mktemp("far"), seed="3000", scale=SPEED)
    yield running
    assert running.stop() == 0


def refused(status: int, count: int, **more: Any) -> dict[str, Any]:
    return {"kind": "status", "status": status, "count": count, **more}


STORMS = {
    "items are throttled": [
        refused(429, 5, method="POST", path=r"/users$", retryAfter=1),
        refused(429, 3, method="PATCH", path=r"/groups/", retryAfter=1),
    ],
    "whole batches are throttled": [refused(429, 3, path=BATCH, retryAfter=1)],
    "reads are throttled": [refused(429, 3, method="GET", retryAfter=1)],
    "answers to accounts are lost": [
        {"kind": "commit_then_503", "method": "POST", "path": r"/users$", "count": 4}
    ],
    "answers to groups are lost": [
        {"kind": "commit_then_503", "method": "PATCH", "path": r"/groups", "count": 5}
    ],
    "the answer to a batch is lost": [{"kind": "commit_then_503", "path": BATCH, "count": 2}],
    "licences answer 503 when done": [
        {"kind": "commit_then_503", "path": r"/assignLicense$", "count": 2}
    ],
    "the token is challenged": [{"kind": "claims", "path": BATCH, "count": 1}],
}


@pytest.mark.parametrize("storm", STORMS)
def test_a_stormy_first_load_ends_as_a_calm_one(school: School, calm, storm: str):
    assert school.json("plan").code == 0
    school.tenant.faults(*STORMS[storm])
    night = quick_night(school)
    school.tenant.faults()
    (run,) = night.runs
    assert night.exit_code == 0, run.outcomes
    assert outcomes(night) == {"done": sum(run.counts.values())}
    throttled = sum(rule["count"] for rule in STORMS[storm] if rule.get("status") == 429)
    assert night.requests.throttled == throttled
    assert (school.truth(), school.groups()) == calm
    whole(school)


@pytest.fixture(scope="module")
def calm(schools: Iterator[School]) -> tuple[Any, ...]:
    """How a first load ends that nothing disturbs."""
    school = next(schools).loaded()
    return school.truth(), school.groups()


def test_what_a_503_left_undone_is_told_and_done_the_next_night(school: School):
    school.save_settings(VERIFY_WAIT="0.5")
    school.json("plan")
    school.tenant.faults(refused(503, 2, method="POST", path=r"/users$"))
    night = school.json("sync")
    school.tenant.faults()
    assert night.code == 3
    assert night.json["outcomes"]["unknown"] == 2
    assert night.json["outcomes"]["refused"] == 0
    assert len(school.users()) == 6
    whole(school)
    assert school.json("sync").code == 0
    assert len(school.users()) == 8


def lost_after(batches: int) -> list[dict[str, Any]]:
    """The tenant asks for a new token after so many batches, and Entra gives none any more."""
    challenge = {"kind": "claims", "path": BATCH, "skip": batches, "count": None}
    return [challenge, refused(503, 99, path="/oauth2/", skip=1)]


def test_a_tenant_that_is_lost_on_the_way_breaks_the_run_and_the_next_one_finishes(school: School):
    school.json("plan")
    school.tenant.faults(*lost_after(1))
    night = quick_night(school)
    school.tenant.faults()
    assert night.exit_code == 1
    (run,) = night.runs
    assert run.state == "broken"
    assert "Entra is out of order" in run.error
    assert len(school.users()) == 8
    assert outcomes(night) == {"done": 14, "not_tried": sum(run.counts.values()) - 14}
    whole(school)
    assert school.json("sync").code == 0
    assert school.json("sync").counts == {}


def test_what_was_sent_before_the_tenant_was_lost_is_unknown_and_settled_later(
    school: School, calm
):
    school.json("plan")
    lost = {"kind": "commit_then_503", "method": "POST", "path": r"/users$", "count": 3}
    school.tenant.faults(lost, *lost_after(1))
    night = quick_night(school)
    school.tenant.faults()
    assert night.exit_code == 1
    assert outcomes(night)["unknown"] == 3
    assert sum(outcomes(night).values()) == sum(night.runs[0].counts.values())
    assert len(school.rows("open_intents")) == 3
    assert school.json("sync").code == 0
    assert (school.truth(), school.groups()) == calm
    whole(school)


def test_members_that_are_added_singly_have_one_outcome_each(school: School):
    school.loaded()
    mover, other = school.row(2), school.row(4)
    mover["Reg"] = other["Reg"] = "7A"
    school.row(1)["Preferred Surname"] = "Newnamed"
    school.export()
    groups = {one["uniqueName"]: one["id"] for one in school.tenant.state()["groups"]}
    members = f"/groups/{groups[f'gs-{school.id}-form-7a']}/members/$ref"
    school.tenant.faults(HELD)
    mark = school.tenant.mark()
    night = school.start("sync", "--json")
    until(lambda: school.tenant.batches(mark) == 1)
    member = f"{school.tenant.settings['GRAPH_URL']}/directoryObjects/{school.user(mover)['id']}"
    school.tenant.graph("POST", members, {"@odata.id": member})
    school.tenant.faults()
    out, err = night.communicate(timeout=120)
    assert night.returncode == 0, out + err
    refused = [one for one in school.tenant.writes(mark) if one["status"] == 400]
    assert len(refused) == 2, "the bind of both, and the one who was a member already"
    whole(school)


def test_a_whole_night_passes_with_replicas_seconds_behind(far: Tenant, tmp_path):
    school = School(far, "s01", tmp_path)
    school.save_settings(VERIFY_WAIT="15")
    assert quick_night(school).exit_code == 0
    school.row(2)["DOL"] = days(-1)
    school.row(1)["Reg"] = "7C"
    school.pupils.append(a_pupil(7))
    school.export()
    night = quick_night(school)
    assert night.exit_code == 0, night.outcomes
    assert len(school.users()) == 9
    again = school.json("sync")
    assert (again.code, again.counts) == (0, {})
    whole(school)


def test_what_the_replicas_do_not_show_is_unverified_and_not_written_again(school: School):
    school.loaded().save_settings(VERIFY_WAIT="0.01")
    school.row(1)["Preferred Surname"] = "Newnamed"
    school.export()
    school.tenant.faults({"kind": "lag", "path": "/users/", "method": "PATCH", "seconds": 1.5})
    night = school.json("sync")
    assert (night.code, night.json["outcomes"]["unverified"]) == (3, 1)
    assert len(school.rows("pending")) == 1
    mark = school.tenant.mark()
    again = school.json("sync")
    assert (again.code, again.counts) == (0, {})
    assert school.tenant.writes(mark) == []
    until(lambda: school.json("sync").counts == {} and school.rows("pending") == [])


def test_of_two_syncs_at_once_one_is_told_that_the_other_is_at_work(school: School):
    school.json("plan")
    school.tenant.faults(HELD)
    mark = school.tenant.mark()
    first = school.start("sync", "--json")
    until(lambda: school.tenant.batches(mark) == 1)
    second = school.json("sync")
    assert (second.code, second.codes) == (2, ["busy"])
    assert str(first.pid) in second.reasons
    school.tenant.faults()
    out, err = first.communicate(timeout=120)
    assert first.returncode == 0, out + err
    assert len(school.users()) == 8
    whole(school)
    assert school.json("sync").counts == {}


def test_a_plan_beside_a_running_sync_leaves_that_ones_work_to_it(school: School):
    school.save_settings(VERIFY_WAIT="1")
    school.json("plan")
    school.tenant.faults(HELD)
    mark = school.tenant.mark()
    running = school.start("sync", "--json")
    until(lambda: school.tenant.batches(mark) == 1)
    beside = school.json("plan")
    assert beside.code == 0
    assert len(school.rows("open_intents")) == 14, "they are the running sync's own"
    school.tenant.faults()
    out, err = running.communicate(timeout=120)
    assert running.returncode == 0, out + err
    whole(school)
    assert school.json("sync").counts == {}
