"""The desk of a school, over SQLite."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from answering_school import School
from chromium import chromium
from office import Office

from api.cli import main

__all__ = ["chromium"]
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture
def school(office: Office) -> School:
    return School(office)


@pytest.fixture
def command(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """`command("consent", "missing", "oak")` over the office's records: code, stdout, stderr."""
    monkeypatch.chdir(office.folder)
    monkeypatch.setenv("GRAPHSYNC_PACKS_DIR", str(office.packs))
    monkeypatch.setenv("GRAPHSYNC_DATABASE_URL", f"sqlite:///{office.folder}/graphsync.db")

    def run(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run
