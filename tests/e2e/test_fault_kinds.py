"""A night under each kind of fault ends as one that nothing disturbs, for few requests more."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from fault_kinds import FAULT_KINDS, FaultKind, Rule
from night import School, whole
from quick_night import SPEED, quick_night
from started_ahead import ROOT

# Graph's delta may send a page with nothing in it: a look may take a request more than another.
EMPTY_PAGES = 4


class Twin(NamedTuple):
    """How a night ends that nothing disturbs, and the requests that it and the next one take."""

    end: tuple[Any, ...]
    requests: int
    idle: int


def first_load(school: School) -> None:
    assert school.json("plan").code == 0


def moves(school: School) -> None:
    """Three leave one form for another: their removals from it travel in one line."""
    school.loaded()
    for number in (1, 3, 5):
        school.row(number)["Reg"] = "7C"
    school.export()
    assert school.json("plan").code == 0


WORLDS: dict[str, Callable[[School], None]] = {"first load": first_load, "moves": moves}


def end(school: School) -> tuple[Any, ...]:
    return school.truth(), school.groups()


@pytest.fixture(scope="module")
def twins(schools: Iterator[School]) -> dict[str, Twin]:
    made = {}
    for world, prepare in WORLDS.items():
        school = next(schools)
        prepare(school)
        nights = [quick_night(school) for _ in range(2)]
        assert [night.exit_code for night in nights] == [0, 0]
        requests = [night.requests.total for night in nights]
        made[world] = Twin(end(school), *requests)
    return made


def in_quick_seconds(rule: Rule) -> Rule:
    """What the tenant does for so many seconds, in those of the night."""
    return rule | {"seconds": rule["seconds"] / SPEED} if "seconds" in rule else rule


@pytest.mark.parametrize("fault", FAULT_KINDS, ids=lambda fault: fault.name)
def test_a_night_ends_as_its_undisturbed_twin(
    school: School, twins: dict[str, Twin], fault: FaultKind
):
    school.save_settings(VERIFY_WAIT="5" if fault.nights == 1 else "0.5")
    WORLDS[fault.world](school)
    school.tenant.faults(*map(in_quick_seconds, fault.rules))
    nights = [quick_night(school) for _ in range(fault.nights)]
    left = [rule["count"] for rule in school.tenant.control("GET", "faults")["items"]]
    school.tenant.faults()
    assert all(count in (0, None) for count in left), "the fault was played in full"
    assert [night.exit_code for night in nights] == [3, 0][-fault.nights :]
    twin = twins[fault.world]
    assert end(school) == twin.end
    whole(school)
    taken = sum(night.requests.total for night in nights)
    calm = twin.requests + (fault.nights - 1) * twin.idle
    assert taken <= calm + fault.extra + EMPTY_PAGES + listed_again(school, fault)


def listed_again(school: School, fault: FaultKind) -> int:
    """The requests for members when all is listed afresh: the tenant has other schools' groups."""
    afresh = any(rule["kind"] == "expire" for rule in fault.rules)
    return -(-len(school.tenant.state()["groups"]) // 20) if afresh else 0


def test_the_page_about_faults_tells_of_each():
    page = (ROOT / "docs" / "faults.md").read_text("utf-8")
    told = re.findall(r"^\| ([^|]+) \| ([^|]+) \| (\d+) \| [\d.]+ \|$", page, re.MULTILINE)
    assert told == [(fault.name, fault.does, str(fault.extra)) for fault in FAULT_KINDS]
