"""Where exports lie, which of them are checked, and what a check prints."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from api.commands.roster import exports_in
from api.sources import folders_of, only_schools_of
from graphsync.trouble import Usage
from policies.people import PersonKey

Command = Callable[..., subprocess.CompletedProcess[str]]

PUPILS = (
    "Adno,Surname,Forename,Year Group,Reg Group,DOB,PersonID\n"
    "1,Smith,Ann,7,7B,01/02/2015,5001\n"
    "2,Jones,Bob,8,8A,01/02/2014,5002\n"
)


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Two schools with a pupils' file each."""
    for school in ("oak", "mill"):
        (tmp_path / "exports" / school).mkdir(parents=True)
        (tmp_path / "exports" / school / "pupils.csv").write_text(PUPILS)
    return tmp_path / "exports"


def test_each_folder_is_a_school(exports: Path) -> None:
    assert folders_of(exports, []) == {"mill": (exports / "mill",), "oak": (exports / "oak",)}


def test_an_emptied_folder_is_still_a_school(exports: Path) -> None:
    (exports / "oak" / "pupils.csv").unlink()
    assert "oak" in folders_of(exports, [])


def test_hidden_files_and_folders_are_nobodys(exports: Path) -> None:
    (exports / ".git").mkdir()
    assert set(folders_of(exports, [])) == {"mill", "oak"}


def test_a_named_school_is_its_folder_or_the_folder_itself(exports: Path) -> None:
    assert folders_of(exports, ["oak"]) == {"oak": (exports / "oak",)}
    assert folders_of(exports / "oak", ["oak"]) == {"oak": (exports / "oak",)}


def test_several_named_schools_need_a_folder_each(exports: Path) -> None:
    with pytest.raises(Usage, match="no folder river"):
        folders_of(exports, ["oak", "river"])


def test_files_without_a_school_are_wrong_usage(exports: Path) -> None:
    with pytest.raises(Usage, match="--school ID"):
        folders_of(exports / "oak", [])


def test_an_empty_or_missing_folder_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="is empty"):
        folders_of(tmp_path, [])
    with pytest.raises(Usage, match="no folder"):
        folders_of(tmp_path / "nowhere", [])


def test_a_pilot_reads_only_the_schools_of_its_people(exports: Path) -> None:
    folders = folders_of(exports, [])
    assert set(only_schools_of(folders, [PersonKey("oak", "1")])) == {"oak"}
    assert only_schools_of(folders, []) == folders
    with pytest.raises(Usage, match="river"):
        only_schools_of(folders, [PersonKey("river", "1")])


def test_files_are_one_school_and_a_folder_of_folders_is_many(exports: Path) -> None:
    file = exports / "oak" / "pupils.csv"
    assert exports_in([file], None) == [("oak", (file,))]
    assert exports_in([exports / "oak"], None) == [("oak", (exports / "oak",))]
    assert [school for school, _ in exports_in([exports], None)] == ["mill", "oak"]
    assert exports_in([file], "pb") == [("pb", (file,))]


def test_accepted_exports_answer_0_with_counts_by_kind_and_year(
    graphsync: Command, exports: Path
) -> None:
    done = graphsync("roster", "check", exports, "--json")
    assert done.returncode == 0
    mill, oak = json.loads(done.stdout)["items"]
    assert (mill["school"], oak["school"]) == ("mill", "oak")
    assert oak["accepted"]
    assert oak["counts"] == {"pupil": 2}
    assert oak["years"] == {"pupil": {"7": 1, "8": 1}}
    assert [file["format"] for file in oak["files"]] == ["SIMS CSV"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (PUPILS.splitlines()[0].encode() + b"\n", "pupils.csv"),
        (b"%PDF-1.4 not an export", "pupils.csv"),
        (b"Adno,Surname\n1,Smith\n", "pupils.csv"),
    ],
)
def test_a_bad_export_answers_2_and_says_which_file_and_how_to_mend_it(
    graphsync: Command, exports: Path, content: bytes, said: str
) -> None:
    (exports / "oak" / "pupils.csv").write_bytes(content)
    done = graphsync("roster", "check", exports / "oak")
    assert done.returncode == 2
    assert "REFUSED" in done.stdout
    assert said in done.stdout
    assert "→" in done.stdout


def test_one_refused_school_of_two_answers_2(graphsync: Command, exports: Path) -> None:
    (exports / "oak" / "pupils.csv").unlink()
    done = graphsync("roster", "check", exports, "--json")
    assert done.returncode == 2
    assert [one["accepted"] for one in json.loads(done.stdout)["items"]] == [True, False]


def test_the_schools_own_pack_says_how_old_an_export_may_be(
    graphsync: Command, exports: Path, tmp_path: Path
) -> None:
    three_days_ago = (exports / "oak" / "pupils.csv").stat().st_mtime - 3 * 86400
    os.utime(exports / "oak" / "pupils.csv", (three_days_ago, three_days_ago))
    assert graphsync("roster", "check", exports / "oak").returncode == 2
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "oak.yaml").write_text(
        "school: {id: oak, name: Oak, domain: oak.example}\n"
        'naming: {pupil: "{forename}", staff: "{surname}"}\n'
        'groups: {all_pupils: "{school} Pupils", all_staff: "{school} Staff"}\n'
        "roster: {max_age_hours: 100}\n"
    )
    done = graphsync("roster", "check", exports / "oak", PACKS_DIR=str(packs))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_check_prints_at_most_80_columns(graphsync: Command, exports: Path) -> None:
    done = graphsync("roster", "check", exports)
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "\x1b" not in done.stdout
