"""A class becomes a Team the night after its group was made, once, and for no request more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from night import School, as_csv, whole
from running_tenant import Tenant, start_tenant
from started_ahead import until

GROUPS = {
    "all_pupils": "{school} All pupils",
    "class": "{school} {class} {academic_year}",
    "teams": True,
}


@pytest.fixture
def ahead(tmp_path: Path) -> Iterator[Tenant]:
    """A tenant whose clock is an hour ahead: what is made in it is never young by our clock."""
    running = start_tenant(tmp_path / "tenant", seed="1000")
    running.control("POST", "clock", {"advance_seconds": 3600})
    yield running
    assert running.stop() == 0


def taught(school: School, *classes: str) -> School:
    """Two pupils and a teacher are in each of these classes."""
    people = [*school.pupils[:2], school.staff[0]]
    rows = [{"primary_id": one["primary_id"], "Class": code} for code in classes for one in people]
    school.export(classes=as_csv(rows))
    return school


def teams(school: School) -> list[str]:
    """The unique names of the school's groups that are Teams."""
    select = "$select=uniqueName,resourceProvisioningOptions&$top=999"
    rows = school.tenant.graph("GET", f"/groups?{select}")["value"]
    return sorted(one["uniqueName"] for one in rows if "Team" in one["resourceProvisioningOptions"])


def killed_with_a_team_on_its_way(school: School) -> None:
    """A sync that is killed while the tenant makes a Team."""
    school.tenant.faults({"kind": "slow", "path": r"/\$batch$", "seconds": 2})
    mark = school.tenant.mark()
    process = school.start("sync")
    until(lambda: school.tenant.batches(mark) >= 1)
    process.kill()
    process.communicate()
    school.tenant.faults()
    until(lambda: len(teams(school)) == 2)


def test_a_class_becomes_a_team_on_the_night_after_its_group(ahead: Tenant, tmp_path: Path):
    folder = tmp_path / "s01"
    folder.mkdir()
    school = School(ahead, "s01", folder)
    school.pack(groups=GROUPS)
    taught(school, "7A/Hi1").loaded()
    assert school.json("sync").counts == {"create_group": 1, "add_to_group": 3}
    assert teams(school) == []
    night = school.json("sync")
    assert (night.code, night.counts) == (0, {"create_team": 1}), night.out + night.err
    (made,) = teams(school)
    assert "-class-7a-hi1" in made
    mark = ahead.mark()
    again = taught(school, "7A/Hi1", "8B/En1").json("sync")
    assert again.counts == {"create_group": 1, "add_to_group": 3}
    assert not [one for one in ahead.writes(mark) if one["path"].endswith("/team")]
    killed_with_a_team_on_its_way(school)
    (left_open,) = school.rows("open_intents")
    assert left_open["item"].startswith("create_team")
    ahead.settle()
    settled = school.json("sync")
    assert (settled.code, settled.counts) == (0, {})
    (outcome,) = [row for row in school.rows("journal") if row["what"] == "outcome"][-1:]
    assert (outcome["operation"], outcome["result"]) == ("create_team", "done")
    whole(school)
