"""The parents' page under fifty readers: `python -m tests.bench.parents`.

Open loop: each reader asks once a second, whether the last answer came or not. Half of what is
asked is the first page of a link, half the question about the child answered.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median, quantiles

import httpx
import msgspec
from cryptography.fernet import Fernet

from graphsync.consent_links import new_link
from graphsync.store.db import Store
from graphsync.store.exports import Export
from policies.people import Contact, Kind, Person, PersonKey, Roster
from tests.bench.running import ROOT

PEOPLE, READERS, SECONDS = 1_000, 50, 20
TARGET_MS = 50
PACK = """\
school: {id: oak, name: Oak School, domain: oak.example}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups: {all_pupils: "{school} All pupils", all_staff: "{school} All staff"}
consent: {form: {versions: [cloud-2023]}, services: [mail]}
"""
BORN = date(2014, 3, 27)


class _Chance:
    """Where links get their chance from: the same ones every time."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.number = 0

    def new_id(self) -> str:
        self.number += 1
        return f"{self.number:032x}"

    def now(self) -> datetime:
        return datetime.now(UTC)


def _founded(folder: Path) -> list[str]:
    """A school with a link for each of many parents; the paths of the links."""
    packs = folder / "packs"
    packs.mkdir()
    (packs / "oak.yaml").write_text(PACK, "utf-8")
    keys = [PersonKey("oak", str(number)) for number in range(1, PEOPLE + 1)]
    people = [
        Person(key=key, kind=Kind.PUPIL, given_name="Amy", surname="Smith", year="7", born=BORN)
        for key in keys
    ]
    contacts = [
        Contact(
            pupil=key, contact_id=f"c{key.mis_id}", surname="Smith", parental_responsibility=True
        )
        for key in keys
    ]
    roster = Roster.of("oak", people, contacts=contacts, complete=frozenset(Kind))
    store = Store.open(f"sqlite:///{folder}/data/graphsync.db", lambda: datetime.now(UTC))
    now = datetime.now(UTC)
    export = Export(
        school="oak", sha256="0" * 64, accepted_at=now, complete=roster.complete, fingerprint=b""
    )
    store.exports.accept(export, msgspec.msgpack.encode(roster))
    chance = _Chance(store)
    made = [
        new_link(
            chance,  # type: ignore[arg-type]
            "oak",
            f"c{key.mis_id}",
            [key],
            use="answer",
            way="letter",
            until=now.replace(year=now.year + 1),
        )
        for key in keys
    ]
    store.consent_links.add(link for _, link in made)
    store.close()
    return [f"/c/{token}" for token, _ in made]


async def _read(address: str, links: list[str]) -> list[float]:
    """How long each request took, in milliseconds; everything is asked on its second."""
    took: list[float] = []
    begun = time.perf_counter() + 1

    async def ask(client: httpx.AsyncClient, reader: int, second: int) -> None:
        due = begun + second + reader / READERS
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        link = links[(reader * SECONDS + second) % len(links)]
        headers = {"X-Forwarded-For": f"192.0.2.{reader}"}
        known = {"forename": "Amy", "day": "27", "month": "3", "year": "2014"}
        if second % 2:
            answer = await client.get(link, headers=headers)
        else:
            answer = await client.post(link, data=known, headers=headers)
        took.append((time.perf_counter() - due) * 1_000)
        if answer.status_code != 200:
            raise SystemExit(f"{link} answered {answer.status_code}")

    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        await client.get("/health")
        asks = (ask(client, one, second) for second in range(SECONDS) for one in range(READERS))
        await asyncio.gather(*asks)
    return took


def main() -> int:
    """Serve, read, and print a row; 1 when the target is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        links = _founded(folder)
        settings = {
            "PYTHONPATH": str(ROOT),
            "GRAPHSYNC_DATA_DIR": str(folder / "data"),
            "GRAPHSYNC_PACKS_DIR": str(folder / "packs"),
            "GRAPHSYNC_PARENTS_URL": "https://ask.oak.example",
            "GRAPHSYNC_SEAL_KEY": Fernet.generate_key().decode(),
        }
        serve = ["serve", "--parents", "--parents-port", "0", "--behind-proxy", "127.0.0.1"]
        command = [sys.executable, "-m", "api.cli", *serve]
        with subprocess.Popen(
            command, env=settings, cwd=folder, stdout=subprocess.PIPE, text=True
        ) as served:
            assert served.stdout is not None
            address = served.stdout.readline().strip()
            took = asyncio.run(_read(address, links))
            served.terminate()
    p95 = quantiles(took, n=20)[-1]
    row = {"requests": len(took), "median ms": median(took), "p95 ms": p95, "worst ms": max(took)}
    sys.stdout.write(json.dumps({name: round(value, 1) for name, value in row.items()}) + "\n")
    return int(p95 > TARGET_MS)


if __name__ == "__main__":
    sys.exit(main())
