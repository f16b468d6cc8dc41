"""`python -m tests.bench.dlp_ingest`: 50,000 DLP records into the queue, and the same once more.

Writes the records, one in five a repetition, and the store of a school with its roster in a process
of its own; then measures the whole of `graphsync dlp import`, start included. A wait for the
processor is no cost here, but a shared machine makes processor time dear as well: the cheapest of
several runs is printed. The second reading must find nothing new.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from graphsync.sandbox.names import dice
from graphsync.sandbox.purview_records import Person as Sender
from graphsync.sandbox.purview_stories import Cast, story_blobs
from graphsync.store.db import Store
from graphsync.store.exports import Export
from policies.people import Contact, Kind, Person, PersonKey, Roster
from tests.bench.__main__ import printed
from tests.bench.running import COMMAND, ROOT, Failed, Usage, measured
from tests.bench.table import Case, Target

RECORDS, PER_BLOB, RUNS = 50_000, 50, 3
SECONDS, MEGABYTES = 20.0, 300.0
TENANT = "0d5a1d5c-0000-4000-8000-000000000000"
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
WEEK = 7 * 24 * 3_600_000  # milliseconds
STAFF, PUPILS = 80, 1_000
PACK = """\
school: {id: oak, name: Oak School, domain: oak.example}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups: {all_pupils: "{school} All pupils", all_staff: "{school} All staff"}
dlp: {encryption_exempts: [personal], blocked_classes: [safeguarding]}
"""


def prepare(folder: Path) -> None:
    """The records as one JSON list, the pack, and a store that knows the people."""
    begin = round(NOW.timestamp() * 1000) - WEEK
    cast = Cast(
        staff=tuple(Sender(f"staff{one}@oak.example", f"{one}") for one in range(STAFF)),
        pupils=tuple(f"pupil{one}@oak.example" for one in range(PUPILS)),
        families=tuple(f"parent{one}@families.example" for one in range(PUPILS)),
    )
    blobs = story_blobs(dice("ingest"), cast, TENANT, RECORDS, PER_BLOB, begin, WEEK)
    with (folder / "records.json").open("wb") as file:
        for number, (_, body, _) in enumerate(blobs):
            file.write((b"," if number else b"[") + body[1:-1])
        file.write(b"]")
    (folder / "packs").mkdir()
    (folder / "packs" / "oak.yaml").write_text(PACK)
    export = Export(
        school="oak", sha256="0" * 64, accepted_at=NOW, complete=frozenset(), fingerprint=b""
    )
    with closing(Store.open(f"sqlite:///{folder}/empty.db", lambda: NOW)) as store:
        store.exports.accept(export, msgspec.msgpack.encode(a_roster()))


def a_roster() -> Roster:
    """Everybody who writes or is written to; one parent in nine is without responsibility."""
    people = [
        Person(
            key=PersonKey("oak", f"{kind}{one}"),
            kind=kind,
            given_name="A",
            surname="B",
            mail=f"{kind.lower()}{one}@oak.example",
        )
        for kind, many in ((Kind.STAFF, STAFF), (Kind.PUPIL, PUPILS))
        for one in range(many)
    ]
    contacts = [
        Contact(
            pupil=PersonKey("oak", f"{Kind.PUPIL}{one}"),
            contact_id=f"c{one}",
            mail=f"parent{one}@families.example",
            parental_responsibility=one % 9 != 0,
        )
        for one in range(PUPILS)
    ]
    return Roster.of("oak", people, contacts=contacts)


def cases(folder: Path) -> Iterable[Case]:
    """The first reading of the file, and the second one of the same."""
    itself = [sys.executable, "-m", "tests.bench.dlp_ingest", str(folder)]
    subprocess.run(itself, check=True, cwd=ROOT)
    first, second = list[Usage](), list[Usage]()
    for number in range(RUNS):
        store = folder / f"{number}.db"
        store.write_bytes((folder / "empty.db").read_bytes())
        for used, is_new in ((first, True), (second, False)):
            used.append(imported(folder, store, is_new=is_new))
    size = (folder / "records.json").stat().st_size / 1e6
    yield _case(f"{RECORDS:,} records, {size:.0f} MB", first)
    yield _case("the same file again", second)


def imported(folder: Path, store: Path, *, is_new: bool) -> Usage:
    """One reading into the store; raises Failed unless it told of all records, new or known."""
    settings = {
        "GRAPHSYNC_DATABASE_URL": f"sqlite:///{store}",
        "GRAPHSYNC_DATA_DIR": str(folder),
        "GRAPHSYNC_PACKS_DIR": str(folder / "packs"),
        "GRAPHSYNC_TENANT_ID": TENANT,
    }
    out = folder / "out.json"
    command = [COMMAND, "dlp", "import", str(folder / "records.json"), "--json"]
    used = measured(command, out, settings)
    (item,) = json.loads(out.read_text("utf-8"))["items"]
    if item["records"] != RECORDS or (item["events"] > 0) is not is_new:
        raise Failed(f"the reading told {item}")
    return used


def _case(name: str, used: list[Usage]) -> Case:
    best = min(used, key=lambda one: one.cpu)
    targets = (
        Target("CPU s", best.cpu, SECONDS),
        Target("MB", max(one.megabytes for one in used), MEGABYTES),
    )
    return Case(name=name, used=best, targets=targets)


def main() -> int:
    """Print the table; with a folder, prepare that."""
    if sys.argv[1:]:
        prepare(Path(sys.argv[1]))
        return 0
    return printed(cases)


if __name__ == "__main__":
    sys.exit(main())
