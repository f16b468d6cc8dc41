"""Ways to go slowly: a school that only observes, a pilot, a pause that departures pass."""

from datetime import timedelta

import pytest
from night import Ended, School, a_pupil, approved, as_csv, days, today

OBSERVING = {"sync": {"mode": "observe"}}


def test_a_school_that_observes_is_never_written_to(school: School):
    school.pack(**OBSERVING)
    mark = school.tenant.mark()
    night = school.json("sync")
    assert (night.code, night.run["state"]) == (0, "observed")
    assert night.counts["create_user"] == 8
    run, digest = night.run["run"], night.run["digest"]
    for command in (("apply", run), ("approve", run, "--digest", digest)):
        refused = school(*command)
        assert refused.code == 2
        assert "sync: {mode: observe}" in refused.err
    assert school.tenant.writes(mark) == []
    assert school.users() == {}


def test_an_observed_night_says_what_it_would_have_done(school: School):
    school.pack(**OBSERVING)
    shown = school("sync", "--html", "night.html").out
    page = (school.folder / "night.html").read_text("utf-8")
    for text in (shown, page):
        assert "I would have made" in text
        assert "observed, nothing written" in text.casefold()
    assert "sync: {mode: apply}" in page


def test_an_observed_night_that_would_be_parked_says_so_and_ends_well(school: School):
    school.pack(**OBSERVING, limits={"create": {"floor": 0, "share": 0, "count": 0}})
    night = school.json("sync")
    assert night.code == 0
    assert "create_pupil" in night.codes
    assert "a person would have been asked" in school("sync").out


def test_what_was_observed_is_applied_once_the_pack_says_so(school: School):
    school.pack(**OBSERVING)
    observed = school.json("sync")
    school.pack()
    assert school.json("sync").counts == observed.counts
    assert len(school.users()) == 8


def test_a_pilot_takes_a_form_by_its_name(school: School):
    pilot = school.json("sync", "--class", "7a")
    assert pilot.code == 0
    assert pilot.counts["create_user"] == 3
    assert {user["department"] for user in school.users().values()} == {"7A"}


def test_a_pilot_takes_a_class_with_its_teacher(school: School):
    members = [{"Class": "10x/Ma1", "primary_id": number} for number in ("5001", "5002", "9001")]
    others = [{"Class": "10x/Ma2", "primary_id": number} for number in ("5003", "9002")]
    school.export(classes=as_csv(members + others))
    pilot = school.json("plan", "--class", "10X/Ma1")
    created = [one["person"] for one in pilot.run["changes"] if one["kind"] == "create_user"]
    assert sorted(created) == [f"{school.id}:{number}" for number in (5001, 5002, 9001)]


@pytest.fixture
def paused(school: School) -> School:
    """A loaded school with a joiner, a mover and a leaver, paused."""
    school.loaded()
    school.pupils.append(a_pupil(7))
    school.row(2)["Reg"] = "8C"
    school.row(1)["DOL"] = days(-1)
    school.export()
    done = school.json("pause", school.id, "--reason", "SIMS upgrade")
    assert done.code == 0, done.err
    return school


def people(ended: Ended, reason: str) -> set[str]:
    return {who for who, why in ended.held.items() if why == reason}


def test_a_paused_school_still_lets_its_leavers_go_and_nothing_else(paused: School):
    night = paused.json("sync")
    assert night.code == 0, night.out
    assert night.counts == {"disable_user": 1, "revoke_sessions": 1}
    assert not paused.user(paused.row(1))["accountEnabled"]
    assert people(night, "paused") == {f"{paused.id}:5002", f"{paused.id}:5007"}
    assert "SIMS upgrade" in " ".join(one["sentence"] for one in night.run["held"])


def test_a_suspension_passes_a_pause(paused: School):
    added = paused(
        "hold", "add", f"{paused.id}:5003", "--suspend", "--reason", "head", "--clause", "PB-2"
    )
    assert added.code == 0
    assert paused.json("sync").counts["disable_user"] == 2
    assert not paused.user(paused.row(3))["accountEnabled"]


def test_what_waited_comes_after_the_pause(paused: School):
    paused.json("sync")
    assert paused("resume", paused.id).code == 0
    night = paused.json("sync")
    assert night.counts["create_user"] == 1
    assert people(night, "paused") == set()
    assert len(paused.events("paused")) == len(paused.events("resumed")) == 1


def test_a_plan_that_was_approved_before_a_pause_waits_for_its_end(school: School):
    school.pack(limits={"create": {"floor": 0, "share": 0, "count": 0}})
    parked = school.json("sync")
    assert approved(school, parked).code == 0
    school("pause", "--reason", "inspection")
    refused = school("apply", parked.run["run"])
    assert refused.code == 2
    assert "inspection" in refused.err
    assert "graphsync resume" in refused.err
    assert school.users() == {}
    school("resume")
    assert school("apply", parked.run["run"]).code == 0


def test_a_pause_of_all_schools_and_one_of_a_school_end_by_themselves(school: School):
    school("pause", "--reason", "inspection")
    school("pause", school.id, "--reason", "upgrade")
    listed = school.json("pause").json["items"]
    assert [one["school"] for one in listed] == ["all schools", school.id]
    assert school("resume").code == 0
    assert people(school.json("sync"), "paused")
    assert school("resume", school.id).code == 0
    assert school.json("sync").counts["create_user"] == 8


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("pause", "nowhere", "--reason", "x"), 2, "nowhere has no pack"),
        (("pause", "s"), 64, "--reason"),
        (("resume", "nowhere"), 2, "no pause of that name"),
    ],
)
def test_a_wrong_pause_is_told(school: School, arguments: tuple[str, ...], code: int, told: str):
    ended = school(*arguments)
    assert ended.code == code
    assert told in ended.err


def test_a_pause_outlives_the_day(school: School):
    school("pause", school.id, "--reason", "upgrade")
    later = today() + timedelta(days=3)
    assert people(school.json("plan", "--as-of", later), "paused")
