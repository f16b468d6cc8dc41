"""The policy packs that come with a seed: working keys, groups and passwords of each school.

They are files for a person to read and change, and the product's only way to know the schools.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import yaml

from graphsync.sandbox.world import TRUST_ID, TRUST_NAME
from graphsync.sandbox.world_bench import SCHOOL_SIZE, BenchSchool, bench_schools, people_in
from graphsync.sandbox.world_demo import MILL, OAK, RIVER
from graphsync.sandbox.world_people import SchoolPlan
from graphsync.sandbox.world_skus import FACULTY_A1

Pack = dict[str, object]

NOTE = "# Written with the sandbox's seed: a school that nobody attends.\n"
WAIVER_DAYS = 365
OPERATIONS = (
    "create",
    "enable",
    "disable",
    "change_name",
    "change_upn",
    "remove_from_group",
    "remove_licence",
)
# The pupils' patterns differ by school on purpose, as schools' do.
PUPIL_ALIASES = {
    OAK.id: "{entry:2}{forename:8}{surname:2}",
    MILL.id: "{entry:2}{surname:8}{initial}",
    RIVER.id: "{entry:2}{initial}{surname:8}",
}


def write_packs(name: str, folder: Path, today: date) -> None:
    """Writes the packs of a world (`demo` or a number) into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for pack_id, pack in packs(name, today).items():
        text = yaml.safe_dump(pack, sort_keys=False, allow_unicode=True)
        (folder / f"{pack_id}.yaml").write_text(NOTE + text, encoding="utf-8")


def packs(name: str, today: date) -> Mapping[str, Pack]:
    """Each pack of a world under its file's name; the waivers in them last a year from `today`."""
    if name == "demo":
        schools = {plan.id: _demo_pack(plan, today) for plan in (OAK, MILL, RIVER)}
    else:
        schools = {one.id: _bench_pack(one, today) for one in bench_schools(people_in(name))}
    return {"trust": _trust_pack(), **schools}


def _trust_pack() -> Pack:
    return {
        "pack": {"version": "1"},
        "trust": {"id": TRUST_ID, "name": TRUST_NAME},
        "usage_location": "GB",
        "password": {"words": 3, "min_length": 12, "slip_valid_days": 7},
    }


def _demo_pack(plan: SchoolPlan, today: date) -> Pack:
    pack = _school_pack(plan.id, plan.name, plan.domain, PUPIL_ALIASES[plan.id], today)
    if plan is not RIVER:
        pack["protected"] = {"accounts": [f"scanner@{plan.domain}"]}
    if plan is OAK:
        # Everyone is new here and nobody is to be asked: the first load fits under the floor.
        pack["limits"] = {"create": {"floor": 400, "share": 1.0, "count": 400}}
    return pack


def _bench_pack(school: BenchSchool, today: date) -> Pack:
    alias = "{entry:2}{surname:8}{initial}"
    pack = _school_pack(school.id, f"School {school.number}", school.domain, alias, today)
    roomy = 2 * SCHOOL_SIZE
    pack["limits"] = {
        operation: {"floor": roomy, "share": 1.0, "count": roomy} for operation in OPERATIONS
    }
    return pack


def _school_pack(school: str, name: str, domain: str, pupil_alias: str, today: date) -> Pack:
    return {
        "pack": {"version": "1"},
        "school": {"id": school, "name": name, "domain": domain, "trust": TRUST_ID},
        "home": {"pupil": "cloud", "staff": "cloud"},
        "naming": {
            "pupil": pupil_alias,
            "staff": "{initial}.{surname}",
            "display": {"pupil": "{forename} {surname}", "staff": "{title} {surname}"},
            "max_length": 20,
            "reuse_after_days": 730,
        },
        "groups": {
            "all_pupils": "{school} All pupils",
            "all_staff": "{school} All staff",
            "key_stage": "{school} {key_stage}",
            "year": "{school} Year {year}",
            "registration": "{school} Form {form}",
        },
        "licences": {"staff": {"skus": [FACULTY_A1.part_number], "mode": "user"}},
        "password": {"words": 3, "min_length": 12, "slip_valid_days": 7},
        "approval": {
            "small_school_waiver": {
                "until": today + timedelta(days=WAIVER_DAYS),
                "reason": "One person looks after this school's accounts",
                "named_by": "headteacher",
            }
        },
    }
