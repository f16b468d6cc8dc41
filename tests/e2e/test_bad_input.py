"""Exports that must not be used: refused with file, place and mend, and nothing is written."""

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from night import School, a_pupil, as_csv, today

CUT_XML = (
    '<?xml version="1.0" encoding="utf-8"?>\r\n<SuperStarReport>\r\n'
    "<Record><primary_id>5001</primary_id><Preferred_x0020_Forename>Robin</Preferred_x0020_Forename>"
    "<Preferred_x0020_Surname>Barlow</Preferred_x0020_Surname><Year>Year  7</Year></Record>\r\n"
)
REPORTER = "<CommandReporterError>The report could not be run.</CommandReporterError>"
RPTDEF = '<?xml version="1.0"?><reportsDocument><report name="pupils"/></reportsDocument>'


@pytest.fixture(scope="module")
def loaded(schools: Iterator[School]) -> School:
    """A school of twenty pupils that was loaded before the bad nights."""
    school = next(schools)
    school.pupils = [a_pupil(number) for number in range(1, 21)]
    school.export()
    return school.loaded()


@pytest.fixture
def bad(loaded: School) -> Iterator[School]:
    """The same, made whole again after the test."""
    yield loaded
    for path in loaded.exports.iterdir():
        path.unlink()
    loaded.pupils = [a_pupil(number) for number in range(1, 21)]
    loaded.export()


def without(column: str) -> Callable[[School], None]:
    def spoil(school: School) -> None:
        school.pupils = [{k: v for k, v in row.items() if k != column} for row in school.pupils]
        school.export()

    return spoil


def month_first(school: School) -> None:
    for number, row in enumerate(school.pupils, 1):
        row["DOL"] = f"12/{12 + number % 10}/2030"
    school.export()


def stale(school: School) -> None:
    old = time.time() - 37 * 3600
    os.utime(school.exports / "pupils.csv", (old, old))


def definition(school: School) -> None:
    (school.exports / "pupils.csv").unlink()
    (school.exports / "pupils.RptDef").write_text(RPTDEF)


def lost_cohort(school: School) -> None:
    school.pupils = [row for row in school.pupils if row["Reg"] != "8B"]
    school.export()


def text(content: Callable[[School], str] | str) -> Callable[[School], None]:
    def spoil(school: School) -> None:
        school.export(pupils=content if isinstance(content, str) else content(school))

    return spoil


BAD: dict[str, tuple[Callable[[School], None], str, str]] = {
    "empty": (text(""), "pupils.csv", "export"),
    "header only": (text(lambda s: as_csv(s.pupils).splitlines()[0] + "\r\n"), "pupils.csv", ""),
    "cut CSV": (text(lambda s: as_csv(s.pupils)[:-9]), "pupils.csv", ""),
    "cut XML": (text(CUT_XML), "pupils.csv", ""),
    "the reporter's error": (text(REPORTER), "pupils.csv", "CommandReporter"),
    "a definition": (definition, "pupils.RptDef", ""),
    "no year": (without("Year"), "pupils.csv", "year"),
    "no id": (without("primary_id"), "", "id"),
    "months first": (month_first, "pupils.csv", "DOL"),
    "stale": (stale, "pupils.csv", "hours"),
    "no file of pupils": (lambda s: (s.exports / "pupils.csv").unlink(), "", "pupils"),
    "half the pupils": (lost_cohort, "", "8"),
}


@pytest.mark.parametrize("how", BAD)
def test_a_bad_export_is_refused_and_says_where_and_how_to_mend_it(bad: School, how: str):
    spoil, file, word = BAD[how]
    before, mark, kept = bad.tenant.state()["digest"], bad.tenant.mark(), bad.rows("exports")
    spoil(bad)
    for command in ("sync", "plan"):
        night = bad.json(command)
        assert night.code == 2, night.out
        assert night.run["state"] == "refused"
        problems = night.run["problems"]
        assert problems
        assert file in {one["file"] for one in problems} or not file
        assert all(one["mend"] for one in problems)
        assert word in json.dumps(night.run)
    told = bad("sync")
    assert told.code == 2
    assert problems[0]["mend"] in " ".join(told.out.split())
    assert bad.tenant.requests(mark) == [], "a refused export is not worth a look at the tenant"
    assert bad.tenant.state()["digest"] == before
    assert bad.rows("exports") == kept
    assert bad.rows("absences") == []


def test_a_refused_export_is_in_the_journal(bad: School):
    bad.export(pupils="")
    run = bad.json("sync").run["run"]
    assert bad.events("refused")[-1]["run"] == run
    assert bad.json("runs").json["items"][0]["state"] == "refused"


def test_a_shared_mail_address_merges_nobody(school: School):
    for row in school.pupils:
        row["Email"] = "office@elsewhere.example"
    school.export()
    night = school.json("sync")
    assert night.counts["create_user"] == 8


def test_a_blank_mail_address_removes_nobody(school: School):
    for row in school.pupils:
        row["Email"] = f"{row['primary_id']}@home.example"
    school.export()
    school.loaded()
    school.row(1)["Email"] = ""
    school.export()
    night = school.json("sync")
    assert (night.code, night.counts, night.held) == (0, {}, {})


def test_a_header_only_export_ends_nobody_even_the_night_after(bad: School):
    before = bad.truth()
    header = as_csv(bad.pupils).splitlines()[0] + "\r\n"
    for day in (0, 1, 2):
        bad.export(pupils=header)
        night = bad.json("plan", "--as-of", today() + timedelta(days=day))
        assert night.code == 2
    assert bad.truth() == before


def test_another_schools_export_is_refused_by_that_schools_name(new_school):
    one, two = new_school(), new_school()
    target = one.folder / "exports" / two.id
    two.exports.rename(target)
    (two.folder / "packs" / f"{two.id}.yaml").rename(one.folder / "packs" / f"{two.id}.yaml")
    night = one.json("sync")
    assert night.code == 3
    states = {run["school"]: run["state"] for run in night.json["runs"]}
    assert states == {one.id: "applied", two.id: "refused"}
    refused = next(run for run in night.json["runs"] if run["school"] == two.id)
    assert one.id in refused["problems"][0]["what"]
    assert two.users() == {}


def test_a_pack_that_cannot_be_read_refuses_its_school_and_names_the_line(school: School):
    pack = school.folder / "packs" / f"{school.id}.yaml"
    pack.write_text(pack.read_text() + "colour: blue\n")
    mark = school.tenant.mark()
    night = school.json("sync")
    assert night.code == 2
    assert "colour" in night.reasons
    assert f"{school.id}.yaml" in night.reasons
    assert school.tenant.requests(mark) == []


def test_a_pack_bound_to_a_deleted_group_refuses_its_school_with_the_row_and_the_mend(
    school: School,
):
    kept = {"all_staff": "{school} All staff"}
    group = {"displayName": "Teachers", "mailNickname": f"{school.id}-t", "mailEnabled": True}
    made = {**group, "securityEnabled": False, "groupTypes": ["Unified"]}
    object_id = school.tenant.graph("POST", "/groups", made)["id"]
    school.tenant.settle()
    name = f"gs-{school.id}-all-staff"
    school.pack(groups={**kept, "bind": {name: object_id}})
    plan = school.json("plan")
    assert plan.code == 0, plan.out
    school.tenant.graph("DELETE", f"/groups/{object_id}")
    school.tenant.settle()
    before, mark, links = (
        school.tenant.state()["digest"],
        school.tenant.mark(),
        school.rows("links"),
    )
    applied = school("apply", plan.run["run"])
    nights = [school.json("sync"), school.json("plan")]
    pack = (school.folder / "packs" / f"{school.id}.yaml").read_text().splitlines()
    (line,) = (number for number, text in enumerate(pack, 1) if object_id in text)
    says = f"{school.id}.yaml:{line}: groups.bind: {name} is bound to {object_id}"
    assert (applied.code, [night.code for night in nights]) == (2, [2, 2])
    assert says in applied.err
    for night in nights:
        assert (night.run["state"], night.codes) == ("refused", ["pack"])
        assert says in night.reasons
        assert "restore it within 30 days" in night.reasons
        assert "change or remove the row" in night.reasons
    assert school.tenant.writes(mark) == []
    assert school.tenant.state()["digest"] == before
    assert school.rows("links") == links
    found = [one for one in school.json("doctor").json["items"] if one["state"] == "broken"]
    assert [one["check"] for one in found] == [f"groups {school.id}"]


def test_a_folder_without_a_pack_is_refused_and_named(school: School):
    (school.folder / "packs" / f"{school.id}.yaml").unlink()
    night = school.json("sync")
    assert night.code == 2
    assert school.id in night.reasons


@pytest.mark.parametrize(
    "arguments",
    [
        ("sync", "--roster", "nowhere"),
        ("sync", "--only", "nokey"),
        ("sync", "--only", "other:1"),
        ("sync", "--school", "a", "--school", "b"),
        ("sync", "--colour"),
        ("plan", "--as-of", "yesterday"),
        ("apply", "r-20200101-0000"),
        ("run", "r-20200101-0000"),
        ("approve", "r-20200101-0000", "--digest", "0" * 16),
        ("nothing",),
        (),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_64_and_stdout_stays_empty(school: School, arguments: tuple[str, ...]):
    ended = school(*arguments)
    assert ended.code == 64, ended.err
    assert ended.out == ""
    assert ended.err


def test_json_is_one_document_and_nothing_else(school: School, tmp_path: Path):
    journal = tmp_path / "journal.jsonl"
    for arguments in (
        ("plan",),
        ("sync",),
        ("runs",),
        ("match", "list"),
        ("hold", "add", school.key(school.row(1)), "--reason", "head", "--clause", "PB-2"),
        ("hold", "list"),
        ("person", school.key(school.row(1))),
        ("audit", "verify"),
        ("audit", "export", str(journal)),
        ("audit", "verify", "--file", str(journal)),
        ("roster", "check", str(school.exports)),
    ):
        ended = school.json(*arguments)
        assert ended.code == 0, ended.err
        assert isinstance(json.loads(ended.out), dict), arguments
        for noise in ("Traceback", "Warning"):
            assert noise not in ended.err
    school.export(pupils="")
    refused = school.from_the_shell("sync", "--json")
    assert (refused.code, refused.run["state"]) == (2, "refused")
    broken = school.process("apply", "r-20200101-0000", "--json")
    assert (broken.code, broken.out) == (64, "")
