"""What the guard parks, who approves it, and that nothing else than what was approved is done."""

import contextlib
import sqlite3
from datetime import timedelta

import pytest
from night import Ended, School, a_pupil, approved, days, today, whole

# Else so large a loss would be refused as an export before the guard sees it.
TRUSTING = {"roster": {"max_loss_share": 1.0}}


@pytest.fixture
def leaving(school: School) -> School:
    """A loaded school of twelve pupils, six of whom left yesterday: more than the five allowed."""
    school.pack(**TRUSTING)
    school.pupils = [a_pupil(number) for number in range(1, 13)]
    school.export()
    school.loaded()
    for number in range(1, 7):
        school.row(number)["DOL"] = days(-1)
    school.export()
    return school


def enabled(school: School) -> int:
    return sum(user["accountEnabled"] for user in school.users().values())


@pytest.fixture
def parked(leaving: School) -> Ended:
    """Their parked run."""
    ended = leaving.json("sync")
    assert ended.codes == ["disable_pupil"]
    return ended


def test_too_many_leavers_are_parked_with_the_numbers_and_nothing_is_written(leaving: School):
    mark = leaving.tenant.mark()
    night = leaving.json("sync")
    assert night.code == 2
    assert night.run["state"] == "parked"
    assert "6 pupil accounts disabled; at most 5 pass" in night.reasons
    assert leaving.tenant.writes(mark) == []
    assert leaving("apply", night.run["run"]).code == 2
    assert leaving.tenant.writes(mark) == []
    assert leaving.json("plan").code == 2


def test_a_joiner_does_not_slip_past_a_parked_plan(leaving: School):
    leaving.pupils.append(a_pupil(13))
    leaving.export()
    mark = leaving.tenant.mark()
    assert leaving.json("sync").code == 2
    assert leaving.tenant.writes(mark) == []


def test_who_asked_does_not_approve_unless_the_pack_has_a_dated_waiver(school: School):
    for approval in (None, {"small_school_waiver": {"until": today() - timedelta(days=1)}}):
        more = {"reason": "one person runs ICT", "named_by": "head"}
        waiver = approval and {"small_school_waiver": approval["small_school_waiver"] | more}
        school.pack(approval=waiver, limits={"create": {"floor": 0, "share": 0, "count": 0}})
        parked = school.json("sync")
        assert parked.code == 2
        refused = approved(school, parked)
        assert refused.code == 2
        assert "asked for this plan and may not approve it" in refused.err
        assert school.events("approved") == []


def test_an_approval_by_waiver_is_journalled_and_exactly_the_plan_is_done(
    leaving: School, parked: Ended
):
    yes = approved(leaving, parked)
    assert yes.code == 0, yes.err
    assert "one person runs ICT" in yes.json["waiver"]
    (event,) = leaving.events("approved")
    assert event["run"] == parked.run["run"]
    assert event["result"]
    applied = leaving.json("apply", parked.run["run"])
    assert applied.code == 0, applied.err
    assert applied.counts == parked.counts
    assert enabled(leaving) == 8
    whole(leaving)
    assert leaving.json("sync").counts == {}


def test_an_approval_needs_the_digest_and_every_reason(leaving: School, parked: Ended):
    run, digest = parked.run["run"], parked.run["digest"]
    wrong = leaving("approve", run, "--digest", "0" * 16, "--override", "disable_pupil")
    without = leaving("approve", run, "--digest", digest)
    strange = leaving("approve", run, "--digest", digest, "--override", "weather")
    nobody = leaving(
        "approve",
        *(run, "--digest", digest, "--override", "disable_pupil"),
        *("--leave-out", f"{leaving.id}:5012"),
    )
    assert {one.code for one in (wrong, without, strange, nobody)} == {2}
    assert digest in wrong.err
    assert "--override disable_pupil" in without.err
    assert "weather" in strange.err
    assert f"{leaving.id}:5012" in nobody.err
    assert leaving("apply", run).code == 2
    assert enabled(leaving) == 14


def test_who_is_left_out_stays_as_found(leaving: School, parked: Ended):
    key = leaving.key(leaving.row(1))
    assert approved(leaving, parked, "--leave-out", key).code == 0
    applied = leaving.json("apply", parked.run["run"])
    assert applied.code == 0, applied.err
    assert applied.counts == {"disable_user": 5, "revoke_sessions": 5}
    assert leaving.user(leaving.row(1))["accountEnabled"] is True
    assert enabled(leaving) == 9


def test_a_change_by_hand_after_the_approval_stops_it_and_is_named(leaving: School, parked: Ended):
    approved(leaving, parked)
    other = leaving.row(8)
    leaving.tenant.by_hand(leaving.user(other)["id"], displayName="By Hand")
    mark = leaving.tenant.mark()
    stopped = leaving.json("apply", parked.run["run"])
    assert stopped.code == 2
    assert f"update_user {leaving.key(other)}" in stopped.err
    assert "By Hand" not in stopped.err
    assert leaving.tenant.writes(mark) == []
    assert enabled(leaving) == 14


def test_what_somebody_did_by_hand_already_counts_as_done(leaving: School, parked: Ended):
    approved(leaving, parked)
    leaving.tenant.by_hand(leaving.user(leaving.row(1))["id"], accountEnabled=False)
    applied = leaving.json("apply", parked.run["run"])
    assert applied.code == 0, applied.err
    assert applied.counts["disable_user"] == 5
    assert enabled(leaving) == 8


def newer_roster(school: School) -> str:
    school.pupils.append(a_pupil(13))
    school.export()
    return str(school.json("plan").run["run"])


def newer_pack(school: School) -> str:
    school.pack(**TRUSTING, usage_location="IE")
    return str(school.json("plan").run["run"])


def newer_hold(school: School) -> str:
    why = ("--reason", "head", "--clause", "PB-2")
    assert school("hold", "add", school.key(school.row(1)), *why).code == 0
    return str(school.json("plan").run["run"])


@pytest.mark.parametrize(
    ("newer", "word"),
    [(newer_roster, "roster"), (newer_pack, "pack"), (newer_hold, "hold")],
    ids=["roster", "pack", "hold"],
)
def test_something_newer_supersedes_a_run_and_is_named(leaving: School, parked: Ended, newer, word):
    approved(leaving, parked)
    newest = newer(leaving)
    mark = leaving.tenant.mark()
    late = leaving.json("apply", parked.run["run"])
    assert late.code == 2
    assert word in late.err
    assert newest in late.err
    again = approved(leaving, parked)
    assert again.code == 2
    assert leaving.tenant.writes(mark) == []


def test_an_approval_expires(leaving: School, parked: Ended):
    approved(leaving, parked)
    with contextlib.closing(sqlite3.connect(leaving.folder / "data" / "graphsync.db")) as store:
        store.execute("UPDATE approvals SET expires_at = '2026-01-01T00:00:00.000000Z'")
        store.commit()
    mark = leaving.tenant.mark()
    late = leaving.json("apply", parked.run["run"])
    assert late.code == 2
    assert "expired" in late.err
    assert leaving.tenant.writes(mark) == []


def test_small_nights_add_up_over_a_week(school: School):
    school.pack(**TRUSTING)
    school.pupils = [a_pupil(number) for number in range(1, 21)]
    school.export()
    school.loaded()
    for first, last, code in ((1, 5, 0), (6, 10, 0), (11, 11, 2)):
        for number in range(first, last + 1):
            school.row(number)["DOL"] = days(-1)
        school.export()
        night = school.json("sync")
        assert night.code == code, night.reasons
    assert night.codes == ["disable_pupil_7_days"]
    assert "10 in the last 7 days" in night.reasons


def test_the_first_apply_into_a_domain_with_people_is_always_parked(school: School):
    school.tenant.graph(
        "POST",
        "/users",
        {
            "accountEnabled": True,
            "displayName": "Some Body",
            "mailNickname": "somebody",
            "userPrincipalName": f"somebody@{school.domain}",
            "passwordProfile": {"password": "Orange-Kite-42"},
        },
    )
    school.tenant.settle()
    mark = school.tenant.mark()
    first = school.json("sync")
    assert (first.code, first.codes) == (2, ["first_apply"])
    assert school.tenant.writes(mark) == []
    assert approved(school, first).code == 0
    assert school.json("apply", first.run["run"]).code == 0
    school.pupils.append(a_pupil(7))
    school.export()
    assert school.json("sync").code == 0
