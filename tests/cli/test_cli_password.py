"""`graphsync password check`: the password comes from standard input and goes nowhere."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import started_ahead
from fresh_store import fresh_store

from graphsync.store.db import Store
from graphsync.store.exports import Export
from policies.people import Contact, Kind, Person, PersonKey, Roster

LEO = PersonKey("snmat", "1")
BAD = "Martha-2026x"
GOOD = "Garden-otter-boat7"


def a_roster() -> Roster:
    leo = Person(key=LEO, kind=Kind.PUPIL, given_name="Leo", surname="Marsh", year="3")
    martha = Contact(pupil=LEO, contact_id="c", given_name="Martha", surname="Marsh")
    return Roster.of("snmat", [leo], contacts=[martha])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store whose last accepted roster holds Leo and his mother."""

    def now() -> datetime:
        return datetime.now(UTC)

    store = Store.open(fresh_store(tmp_path / "graphsync.db"), now)
    export = Export(
        school="snmat",
        sha256="a" * 64,
        accepted_at=now(),
        complete=frozenset(Kind),
        fingerprint=b"",
    )
    store.exports.accept(export, msgspec.msgpack.encode(a_roster()))
    store.close()
    return tmp_path


def check(
    folder: Path, typed: bytes, *more: str, person: str = "snmat:1"
) -> subprocess.CompletedProcess[str]:
    return started_ahead.command(
        *("password", "check", "--person", person, *more),
        folder=folder,
        environment={
            "GRAPHSYNC_DATABASE_URL": f"sqlite:///{folder / 'graphsync.db'}",
            "GRAPHSYNC_TENANT_ID": "11111111-2222-4333-8444-555555555555",
        },
        typed=typed,
    )


def test_a_bad_password_ends_in_2_with_its_clause_and_stands_nowhere(folder: Path) -> None:
    ended = check(folder, f"{BAD}\n".encode(), "--json", "--trace")
    told = json.loads(ended.stdout)
    assert ended.returncode == 2, ended.stderr
    assert (told["person"], told["ok"]) == ("snmat:1", False)
    assert [(one["clauses"], one["code"]) for one in told["violations"]] == [
        (["SNMAT-19l"], "relative")
    ]
    assert "name of a relative" in told["violations"][0]["text"]
    assert told["strength"]["score"] in range(5)
    written = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert BAD not in ended.stdout + ended.stderr
    assert not any(BAD.encode() in one for one in written)


def test_a_good_password_ends_in_0_and_says_how_strong_it_is(folder: Path) -> None:
    ended = check(folder, f"{GOOD}\r\n".encode())
    assert ended.returncode == 0, ended.stderr
    assert "snmat:1: may have this password\n  strength 4 of 4" in ended.stdout
    assert GOOD not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (b"", "empty"),
        (b"Otter-\xff-Lamp47\n", "not_text"),
        (b"Otter-\x00-Lamp47\n", "not_text"),
        ("Ötter-Lamp47".encode() * 5_000, "too_long"),
    ],
)
def test_bad_input_is_refused_for_what_it_is(folder: Path, typed: bytes, code: str) -> None:
    ended = check(folder, typed, "--json")
    told = json.loads(ended.stdout)
    assert (ended.returncode, [one["code"] for one in told["violations"]]) == (2, [code])
    assert told["strength"] is None


def test_a_night_never_reads_the_word_lists_of_the_check() -> None:
    code = "import sys, graphsync.run, policies.passwords; print('zxcvbn' in sys.modules)"
    paths = ":".join(path for path in sys.path if path)
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": paths},
        capture_output=True,
        check=True,
    )
    assert told.stdout.split() == [b"False"]


def test_somebody_who_is_on_no_roster_is_refused_with_the_mend(folder: Path) -> None:
    ended = check(folder, GOOD.encode(), person="snmat:99")
    assert ended.returncode == 2
    assert "snmat:99 is not on the last accepted roster" in ended.stderr
