"""The network is lost before, in the middle of and after a batch, and the tenant restarts."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cut_line import Line
from night import School, short, whole
from quick_night import outcomes, quick_night
from running_tenant import Tenant, start_tenant
from started_ahead import until

BATCH = r"/\$batch$"
FIRST_WAVE = 14  # six groups and eight accounts


@pytest.fixture
def line(tenant: Tenant) -> Iterator[Line]:
    """A line to the tenant's Graph; Entra is reached beside it."""
    port = urlsplit(tenant.settings["GRAPH_URL"]).port
    assert port
    made = Line(port)
    yield made
    made.cut()


@pytest.fixture(scope="module")
def calm(schools: Iterator[School]) -> tuple[Any, ...]:
    """How a first load ends that nothing disturbs."""
    school = next(schools).loaded()
    return school.truth(), school.groups()


def behind(school: School, line: Line) -> School:
    """The school with its tenant behind the line, the first look done."""
    school.save_settings(GRAPH_URL=f"https://localhost:{line.port}/v1.0", VERIFY_WAIT="1")
    assert school.json("plan").code == 0
    return school


def finished(school: School, line: Line, calm: tuple[Any, ...], tries: int) -> None:
    """With the line mended the next run finishes; nothing is doubled, nothing is lost."""
    line.mend()
    assert school.json("sync").code == 0
    assert (school.truth(), school.groups()) == calm
    whole(school, tries=tries)
    assert school.json("sync").counts == {}


@pytest.mark.parametrize(
    ("stage", "done"), [("Applying, part 1", 0), ("Applying, part 2", FIRST_WAVE)]
)
def test_a_line_that_is_cut_before_a_batch_is_told_and_the_next_run_finishes(
    school: School, line: Line, calm, stage: str, done: int
):
    behind(school, line)
    document = quick_night(school, stage, line.cut, sleep=short)
    assert document.exit_code == 1
    told = outcomes(document)
    assert told.pop("done", 0) == done
    # A request on a connection that was open may have arrived: that one is for the next run to see.
    assert told.pop("unknown", 0) == len(school.rows("open_intents"))
    assert told.keys() <= {"not_tried"}
    assert len(school.users()) == (8 if done else 0)
    finished(school, line, calm, tries=1)


def test_a_line_that_is_cut_in_the_middle_of_a_batch_leaves_its_end_to_the_next_run(
    school: School, line: Line, calm
):
    behind(school, line)
    school.tenant.faults({"kind": "slow", "path": BATCH, "seconds": 60})
    mark = school.tenant.mark()

    def cut() -> None:
        until(lambda: school.tenant.batches(mark) == 1)
        line.cut()

    cutting = threading.Thread(target=cut)
    cutting.start()
    document = quick_night(school, sleep=short)
    cutting.join()
    assert document.exit_code == 1
    assert outcomes(document)["unknown"] == FIRST_WAVE
    assert len(school.rows("open_intents")) == FIRST_WAVE
    school.tenant.faults()
    until(lambda: len(school.users()) == 8)
    finished(school, line, calm, tries=1)


def test_a_line_that_is_cut_after_the_last_batch_breaks_off_and_loses_nothing(
    school: School, line: Line, calm
):
    behind(school, line)
    document = quick_night(school, "Verifying", line.cut, sleep=short)
    assert document.exit_code == 1
    assert outcomes(document).keys() == {"done"}
    (report,) = document.runs
    assert report.state == "broken"
    assert "check the network" in report.error
    line.mend()
    mark = school.tenant.mark()
    again = school.json("sync")
    assert (again.code, again.counts) == (0, {})
    assert school.tenant.writes(mark) == []
    assert (school.truth(), school.groups()) == calm
    whole(school)


def test_a_tenant_that_restarts_in_the_middle_of_a_run_is_waited_for(tmp_path: Path, calm):
    first = start_tenant(tmp_path / "tenant", seed="2000")
    school = School(first, "s01", tmp_path)
    assert school.json("plan").code == 0
    first.faults({"kind": "slow", "path": BATCH, "seconds": 0.3})
    mark = first.mark()
    night = school.start("sync", "--json")
    until(lambda: first.batches(mark) == 1)
    assert first.stop() == 0
    port = urlsplit(first.settings["GRAPH_URL"]).port
    second = start_tenant(tmp_path / "tenant", port=port)
    try:
        school.tenant = second
        out, err = night.communicate(timeout=120)
        assert night.returncode == 0, out + err
        assert (school.truth(), school.groups()) == calm
        whole(school)
        assert school.json("sync").counts == {}
    finally:
        assert second.stop() == 0
