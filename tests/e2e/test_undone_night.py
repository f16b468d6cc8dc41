"""A run taken back: blocks, enables, groups and names, through plan, approval and journal."""

from typing import Any

import pytest
from night import Ended, School, a_pupil, approved, days, whole


@pytest.fixture
def moved(school: School) -> tuple[School, dict[str, Any], str]:
    """A loaded school, its state before, and the run that blocked, moved and renamed people."""
    school.loaded()
    before = school.truth()
    school.row(1)["DOL"] = days(-1)
    school.row(2)["Reg"] = "8C"
    school.row(4)["Preferred Surname"] = "Newname"
    school.export()
    night = school.json("sync")
    assert night.code == 0, night.out
    return school, before, night.run["run"]


def undone(school: School, run: str) -> Ended:
    """Draft, approve and apply the undo of a run."""
    drafted = school.json("undo", run)
    assert (drafted.code, drafted.run["state"]) == (2, "parked"), drafted.out + drafted.err
    assert "undo" in drafted.codes
    assert approved(school, drafted).code == 0
    return school.json("apply", drafted.run["run"])


def test_an_undo_brings_back_blocks_groups_and_names(moved: tuple[School, dict[str, Any], str]):
    school, before, run = moved
    assert school.truth() != before
    applied = undone(school, run)
    assert applied.code == 0, applied.out + applied.err
    assert {change["origin"] for change in applied.run["changes"]} == {"undo"}
    assert school.truth() == before
    whole(school)


def test_the_next_night_asks_again_while_the_roster_does(moved: tuple[School, dict[str, Any], str]):
    school, _, run = moved
    undone(school, run)
    again = school.json("plan")
    assert again.counts["disable_user"] == 1
    assert again.counts["update_user"] == 2
    school.row(1)["DOL"] = ""
    school.row(2)["Reg"] = "8B"
    school.row(4)["Preferred Surname"] = "Ellery"
    school.export()
    assert school.json("plan").counts == {}


def test_an_undo_of_an_undo_does_the_night_again(moved: tuple[School, dict[str, Any], str]):
    school, _, run = moved
    after = school.truth()
    taken_back = undone(school, run).run["run"]
    school.tenant.control("POST", "clock", {"advance_seconds": 1})  # sessions go by the second
    again = undone(school, taken_back)
    assert again.code == 0, again.out + again.err
    assert school.truth() == after
    blocked = school.user(school.row(1))
    assert not blocked["accountEnabled"]


def test_what_somebody_changed_since_stays(moved: tuple[School, dict[str, Any], str]):
    school, _, run = moved
    upn = school.user(school.row(4))["userPrincipalName"]
    school.tenant.by_hand(upn, surname="Byhand", displayName="By Hand", givenName="By")
    school.tenant.settle()
    drafted = school.json("undo", run)
    touched = {change["person"] for change in drafted.run["changes"]}
    assert touched == {f"{school.id}:5001", f"{school.id}:5002"}


def test_accounts_and_licences_stay_and_are_said_before_and_after(school: School):
    shown = " ".join(school("plan").out.split())
    assert "undo cannot take back" in shown
    assert "new accounts (8)" in shown
    school.loaded()
    run = school.json("runs").json["items"][0]["run"]
    drafted = school.json("undo", run)
    assert (drafted.code, drafted.counts) == (0, {})
    assert set(drafted.held.values()) == {"not_undone"}
    assert len(school.users()) == 8


def test_a_joiner_of_an_undone_night_keeps_groups_and_account(school: School):
    school.loaded()
    school.pupils.append(a_pupil(7))
    school.row(2)["Reg"] = "8C"
    school.export()
    run = school.json("sync").run["run"]
    joined = school.user(school.row(7))
    undone(school, run)
    assert school.user(school.row(7))["groups"] == joined["groups"]


def test_a_run_that_was_never_applied_is_not_taken_back(school: School):
    drafted = school.json("plan").run["run"]
    refused = school("undo", drafted)
    assert refused.code == 2
    assert "only what was applied" in refused.err
    assert school("undo", "r-nothing").code == 64


def test_an_undo_needs_a_yes_and_the_guards_limits_hold_for_it(
    moved: tuple[School, dict[str, Any], str],
):
    school, _, run = moved
    drafted = school.json("undo", run)
    refused = school("apply", drafted.run["run"])
    assert refused.code == 2
    assert "without a person's yes" in refused.err
    low = {"floor": 0, "share": 0, "count": 0}
    school.pack(limits={"enable": low})
    assert set(school.json("undo", run).codes) == {"undo", "enable_pupil"}


def test_an_undo_stops_when_the_tenant_moved_on(moved: tuple[School, dict[str, Any], str]):
    school, before, run = moved
    drafted = school.json("undo", run)
    assert approved(school, drafted).code == 0
    enabled = school.user(school.row(1))["userPrincipalName"]
    school.tenant.by_hand(enabled, accountEnabled=True)
    school.tenant.settle()
    applied = school.json("apply", drafted.run["run"])
    assert applied.code == 0, applied.err
    assert school.truth() == before
