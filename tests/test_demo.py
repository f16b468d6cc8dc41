"""The demo goes as told: the same command that the README names."""

import subprocess
import sys
from pathlib import Path


def played(out: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "api.cli", "demo", "--out", str(out)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_four_nights_go_as_told_and_leave_pages_to_look_at(tmp_path):
    result = played(tmp_path / "out")
    told = result.stdout[result.stdout.index("What was told") :]
    assert result.returncode == 0, told
    assert "  NO  " not in told
    pages = {page.name for page in (tmp_path / "out").glob("*.html")}
    assert {"1-first-look.html", "3-ordinary-night.html", "4-cut-export.html"} <= pages
    assert "Traceback" not in result.stderr


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    result = played(tmp_path)
    assert result.returncode == 64
    assert "name a new or empty folder" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
