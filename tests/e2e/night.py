"""Builders of whole nights: schools with exports and a store, and our own command line."""

import asyncio
import contextlib
import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from fresh_store import fresh_store
from running_tenant import Tenant
from started_ahead import ROOT, Process, graphsync

from api.cli import main
from api.wiring import open_bench
from graphsync.bench import Bench
from graphsync.settings import Need, load_settings

FACULTY = "94763226-9b3c-4e75-a931-5c89701abe66"
WAIVER = {"until": date(2099, 12, 31), "reason": "one person runs ICT", "named_by": "head"}
Row = dict[str, str]

_SURNAMES = """
    Abbott Barlow Carver Dawson Ellery Forsyth Garland Hatton Ingram Jessop Kendall Lofthouse
    Marlow Norcott Orchard Pelham Quinton Rushden Selwyn Thorley Upton Vickers Wardle Yardley
    Ashdown Bexley Coleby Denholm Everley Farnham Goddard Holbeck Ilford Jarrow Kelby Langdon
"""


def _surname(number: int) -> str:
    names = _SURNAMES.split()
    return names[number % len(names)]


def today() -> date:
    """The command line's day."""
    return datetime.now(UTC).date()


def uk(day: date) -> str:
    """A date as SIMS writes it."""
    return day.strftime("%d/%m/%Y")


def days(number: int) -> str:
    """The day so many days from now, as SIMS writes it."""
    return uk(today() + timedelta(days=number))


def a_pupil(number: int, **cells: str) -> Row:
    """A pupil's row by caption; keyword names have underscores for spaces."""
    row = {
        "primary_id": str(5000 + number),
        "Adno": f"{number:06}",
        "Preferred Forename": f"Robin{'abcdefghij'[number % 10]}",
        "Preferred Surname": _surname(number),
        "Year": "Year  7" if number % 2 else "Year  8",
        "Reg": "7A" if number % 2 else "8B",
        "Year of Entry": "2024",
        "DOL": "",
    }
    return row | {name.replace("_", " "): value for name, value in cells.items()}


def a_teacher(number: int, **cells: str) -> Row:
    """A member of staff's row by caption."""
    row = {
        "primary_id": str(9000 + number),
        "Title": "Ms",
        "Preferred Forename": "Morgan",
        "Preferred Surname": f"Teach{_surname(number).lower()}",
        "Staff Code": f"T{number:02}",
        "Role Text": "Teacher",
        "Work Email": "",
        "Date of Leaving": "",
    }
    return row | {name.replace("_", " "): value for name, value in cells.items()}


def as_csv(rows: list[Row]) -> str:
    """The rows as SIMS writes CSV."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Its one document."""
        document: dict[str, Any] = json.loads(self.out)
        return document

    @property
    def run(self) -> dict[str, Any]:
        """The only run of its document."""
        (only,) = self.json["runs"]
        return dict(only)

    @property
    def counts(self) -> dict[str, int]:
        """How many changes of each kind there are in its only run."""
        return dict(self.run["counts"])

    @property
    def held(self) -> dict[str, str]:
        """Who is held in its only run, by reason."""
        return {one["person"]: one["reason"] for one in self.run["held"]}

    @property
    def reasons(self) -> str:
        """Why its only run did not pass, in one text."""
        return " | ".join(one["text"] for one in self.run["verdict"]["reasons"])

    @property
    def codes(self) -> list[str]:
        """The codes of those reasons."""
        return [one["code"] for one in self.run["verdict"]["reasons"]]


class School:
    """One school of the tenant, with exports, a pack, settings and a store of its own."""

    def __init__(self, tenant: Tenant, school: str, folder: Path) -> None:
        self.tenant = tenant
        self.id = school
        self.domain = f"{school}.example"
        self.folder = folder
        self.pupils: list[Row] = [a_pupil(number) for number in range(1, 7)]
        self.staff: list[Row] = [a_teacher(number) for number in range(1, 3)]
        self.settings = {
            **{name: value for name, value in tenant.settings.items() if name != "scale"},
            "DATA_DIR": str(folder / "data"),
            "PACKS_DIR": str(folder / "packs"),
            "ROSTER_PATH": str(folder / "exports"),
        }
        self.exports = folder / "exports" / school
        self.exports.mkdir(parents=True)
        fresh_store(folder / "data" / "graphsync.db")
        (folder / "packs").mkdir()
        self.pack()
        self.export()
        self.save_settings()

    def key(self, row: Row) -> str:
        """A row's person."""
        return f"{self.id}:{row['primary_id']}"

    def row(self, number: int) -> Row:
        """The pupil of this number, to change in place."""
        return next(one for one in self.pupils if one["primary_id"] == str(5000 + number))

    def pack(self, **parts: Any) -> None:
        """Write the pack; whole parts go before the usual ones."""
        pack: dict[str, Any] = {
            "school": {"id": self.id, "name": f"School {self.id}", "domain": self.domain},
            "naming": {"pupil": "{entry:2}{surname:10}{initial}", "staff": "{initial}.{surname}"},
            "groups": {
                "all_pupils": "{school} All pupils",
                "all_staff": "{school} All staff",
                "year": "{school} Year {year}",
                "registration": "{school} Form {form}",
            },
            "licences": {"staff": {"skus": ["STANDARDWOFFPACK_FACULTY"], "mode": "user"}},
            "approval": {"small_school_waiver": WAIVER},
            **parts,
        }
        path = self.folder / "packs" / f"{self.id}.yaml"
        path.write_text(yaml.safe_dump({k: v for k, v in pack.items() if v is not None}), "utf-8")

    def export(self, **files: str) -> None:
        """Write the night's exports from the rows; `pupils="text"` writes that instead."""
        texts = {"pupils": as_csv(self.pupils), "staff": as_csv(self.staff), **files}
        for name, text in texts.items():
            (self.exports / f"{name}.csv").write_bytes(text.encode())

    def save_settings(self, **changes: str) -> None:
        """Write `.env`, with these changes kept for later calls."""
        self.settings |= changes
        lines = [f"GRAPHSYNC_{name}={value}" for name, value in self.settings.items()]
        (self.folder / ".env").write_text("\n".join(lines) + "\n", "utf-8")

    def __call__(self, *arguments: object) -> Ended:
        """`graphsync ARGUMENTS` in this school's folder; a SystemExit of argparse is its code."""
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                code = main([str(one) for one in arguments])
            except SystemExit as stop:
                code = int(stop.code or 0)
        out.flush()
        return Ended(int(code), out.buffer.getvalue().decode(), err.getvalue())  # type: ignore[attr-defined]

    def json(self, *arguments: object) -> Ended:
        """The same with `--json`."""
        return self(*arguments, "--json")

    def start(self, *arguments: object) -> Process:
        """`graphsync ARGUMENTS` in a process of its own that starts warm, not waited for."""
        return Process(graphsync, [str(one) for one in arguments], folder=self.folder)

    def process(self, *arguments: object) -> Ended:
        """`graphsync ARGUMENTS` in a process of its own."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        return Ended(int(process.returncode or 0), out, err)

    def from_the_shell(self, *arguments: object) -> Ended:
        """`graphsync ARGUMENTS` as a shell starts it: nothing has been imported yet."""
        ended = subprocess.run(
            [sys.executable, "-m", "api.cli", *map(str, arguments)],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def without_store(self) -> "School":
        """The same school before its first command."""
        shutil.rmtree(self.folder / "data")
        return self

    def loaded(self) -> "School":
        """The same school a second after its first load: sessions are dated by the second."""
        first = self.json("sync")
        assert first.code == 0, first.out + first.err
        self.tenant.control("POST", "clock", {"advance_seconds": 1})
        return self

    def users(self) -> dict[str, dict[str, Any]]:
        """The accounts of the school's domain in the tenant, by alias."""
        ending = f"@{self.domain}"
        return {
            row["userPrincipalName"].removesuffix(ending): row
            for row in self.tenant.state()["users"]
            if row["userPrincipalName"].endswith(ending)
        }

    def user(self, row: Row) -> dict[str, Any]:
        """The account of one person, found by display name."""
        names = {row["Preferred Surname"], row["Preferred Forename"]}
        for user in self.users().values():
            if {user["surname"], user["givenName"]} == names:
                return user
        raise AssertionError(f"no account of {self.key(row)}")

    def truth(self) -> dict[str, tuple[Any, ...]]:
        """What the tenant holds of this school, comparable with another school of equal rows."""
        return {
            alias: (
                user["accountEnabled"],
                user["displayName"],
                user["givenName"],
                user["surname"],
                user["mailNickname"],
                user["kind"],
                user["department"],
                user["usageLocation"],
                [one["skuId"] for one in user["assignedLicenses"]],
                sorted(name.replace(f"gs-{self.id}-", "") for name in user["groups"]),
            )
            for alias, user in self.users().items()
        }

    def groups(self) -> list[str]:
        """The display names of the school's groups, one an object."""
        return sorted(
            row["displayName"].replace(self.id, "")
            for row in self.tenant.state()["groups"]
            if str(row["uniqueName"] or "").startswith(f"gs-{self.id}-")
        )

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table of the school's store, as plain rows."""
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "graphsync.db")) as store:
            store.row_factory = sqlite3.Row
            order = "seq" if table == "journal" else "1, 2"
            query = f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608 - our own names
            return [dict(row) for row in store.execute(query)]

    def events(self, operation: str) -> list[dict[str, Any]]:
        """The journal's rows of one operation that are no change of the tenant."""
        return [
            row
            for row in self.rows("journal")
            if row["what"] == "event" and row["operation"] == operation
        ]


def ordinary(school: School) -> School:
    """A loaded school before a night with a joiner, a new name, a move, a leaver, a returner."""
    school.pupils = [a_pupil(number) for number in range(1, 9)]
    school.export()
    school.loaded()
    school.row(8)["DOL"] = days(-1)
    school.export()
    assert school.json("sync").counts == {"disable_user": 1, "revoke_sessions": 1}
    school.row(8)["DOL"] = ""
    school.row(2)["DOL"] = days(-1)
    school.row(1)["Preferred Surname"] = "Newnamed"
    school.row(3)["Reg"] = "7C"
    school.pupils.append(a_pupil(9))
    school.export()
    return school


def approved(school: School, parked: Ended, *more: object) -> Ended:
    """Approve a parked run with every reason overridden."""
    run = parked.run
    overrides = [part for code in parked.codes for part in ("--override", code)]
    return school.json("approve", run["run"], "--digest", run["digest"], *overrides, *more)


def whole(school: School, tries: int = 1) -> None:
    """The journal is whole and every intent has an outcome of its own, none more than `tries`."""
    verified = school.json("audit", "verify")
    assert verified.code == 0, verified.out
    rows = school.rows("journal")
    intents = Counter((r["run"], r["item"]) for r in rows if r["what"] == "intent")
    outcomes = Counter((r["run"], r["item"]) for r in rows if r["what"] == "outcome")
    assert intents == outcomes
    assert max(intents.values(), default=0) <= tries
    assert school.rows("open_intents") == []


@contextlib.contextmanager
def bench_of(school: School, *, by: str | None = None, later: timedelta) -> Iterator[Bench]:
    """The school's bench as somebody else has it, or as it is some time later."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC) + later  # noqa: E731
    with (
        contextlib.chdir(school.folder),
        open_bench(load_settings(), Need.SEAL, requester=by, clock=clock) as bench,
    ):
        yield bench


async def short(seconds: float) -> None:
    """Waits between tries, shortened: fifteen seconds of patience are tried out in one."""
    await asyncio.sleep(min(seconds, 0.1))
