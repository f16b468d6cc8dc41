"""The console and its lists for a full trust and twenty users: `python -m tests.bench.console`.

A store of 20,000 people with accounts, 60,000 rows of consent, 20,000 items of mail and 400 runs,
one of which plans 2,000 changes. The staff side is served by a process of its own. Each of twenty
users asks for a page or a list, looks at it for one to three seconds, and asks for the next; the
first minute, in which each was everywhere once, does not count. Prints Markdown: how long answers
took, then how soon `graphsync serve` answers and how large it is.
"""

import asyncio
import multiprocessing
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
import msgspec

sys.path += [str(Path(__file__).parents[1] / part) for part in (".", "desk", "staff")]
from office import an_account, key
from staff_side import StaffSide, a_pupil

from api import listener
from api.listener import Listening
from api.permissions import AppRole
from api.staff.home import COOKIE, form_token
from graphsync.run_lists import outline_of
from graphsync.sealing import new_key
from graphsync.store.links import Link
from graphsync.store.runs import Run, State
from policies.people import Kind
from tests.bench.consents import rows_about
from tests.bench.dlp_queue import an_item
from tests.bench.running import COMMAND, environment

PEOPLE, ITEMS, RUNS, CHANGES = 20_000, 20_000, 400, 2_000
USERS, THINKING, LASTS = 20, 2.0, 120.0  # seconds
WARM = 60.0
PAGE_MS, LIST_MS, START_S, START_MB = 100, 60, 2.5, 200
HEAD, DPO = AppRole.HEAD, AppRole.DPO
ASKED = (
    ("/", HEAD),
    ("/api/v1/today", HEAD),
    ("/pictures", HEAD),
    ("/plots/accounts.svg", HEAD),
    ("/runs", HEAD),
    ("/api/v1/runs", HEAD),
    ("/runs/{run}", HEAD),
    ("/runs/{run}/look", HEAD),
    ("/people", HEAD),
    ("/api/v1/people", HEAD),
    ("/people/oak/77", HEAD),
    ("/consents", HEAD),
    ("/api/v1/consents", HEAD),
    ("/api/v1/consents/missing", HEAD),
    ("/licences", HEAD),
    ("/api/v1/licences", HEAD),
    ("/mail", DPO),
    ("/api/v1/dlp", DPO),
    ("/breaches", DPO),
    ("/api/v1/breaches", DPO),
    ("/holds", HEAD),
    ("/policies", HEAD),
    ("/api/v1/jobs", HEAD),
    ("/schedule", HEAD),
    ("/health", HEAD),
)
FORMS: Mapping[str, dict[str, str]] = {"/runs/{run}/look": {"search": "amy19", "page": "2"}}


def founded(folder: Path) -> tuple[StaffSide, str]:
    """The store, and the run of many changes."""
    side = StaffSide(folder)
    office, store = side.office, side.office.store
    office.accept(*(a_pupil(str(number)) for number in range(CHANGES)))
    report = office.plan()
    run = msgspec.structs.replace(store.runs.get(report.run), outline=outline_of(report))
    names = [str(number) for number in range(PEOPLE)]
    office.accept(*(a_pupil(name) for name in names))
    office.sees(*(an_account(name) for name in names))
    with store.transaction():
        for number in range(RUNS - 1):
            again = {"id": f"r-20261125-{number:04x}", "state": State.SUPERSEDED}
            store.runs.add(Run(**(msgspec.structs.asdict(run) | again)))
        store.links.put_many(
            Link(
                person=key(name),
                kind=Kind.PUPIL,
                object_id=f"o-{name}",
                how="created",
                linked_at=office.now,
            )
            for name in names
        )
    store.consents.add(one for name in names for one in rows_about(key(name)))
    chance = random.Random(1)  # noqa: S311 - which item it is decides nothing
    items = [an_item(number, chance, closed=False) for number in range(ITEMS)]
    store.dlp_items.put([msgspec.structs.replace(one, school="oak") for one in items])
    return side, report.run


def serve(side: StaffSide, port: int) -> None:
    """The staff side on the product's own listener, until it is stopped."""
    listener.serve([(side.app, Listening("127.0.0.1", port))], nullcontext())


async def visited(side: StaffSide, run: str, address: str) -> dict[str, list[float]]:
    """Milliseconds of every answer, by what was asked."""
    taken: dict[str, list[float]] = defaultdict(list)
    until = time.perf_counter() + WARM + LASTS

    async def user(number: int) -> None:
        own = httpx.AsyncHTTPTransport(local_address=f"127.0.0.{number + 2}")
        cookies = {role: side.session(role) for role in (HEAD, DPO)}
        async with httpx.AsyncClient(base_url=address, transport=own, timeout=30) as web:
            chance = random.Random(number)  # noqa: S311 - who asks for what first
            await asyncio.sleep(chance.random() * THINKING)
            while time.perf_counter() < until:
                for path, role in chance.sample(ASKED, len(ASKED)):
                    more = asked(side, path, role, cookies[role])
                    begun = time.perf_counter()
                    answer = await web.request(url=path.format(run=run), **more)
                    if begun > until - LASTS:
                        taken[path].append((time.perf_counter() - begun) * 1000)
                    if answer.status_code != 200:
                        raise ValueError(f"{path}: {answer.status_code} {answer.text[:200]}")
                    await asyncio.sleep(chance.uniform(0.5, 1.5) * THINKING)

    await asyncio.gather(*(user(number) for number in range(USERS)))
    return taken


def asked(side: StaffSide, path: str, role: AppRole, cookie: str) -> dict[str, Any]:
    """One request: a list by token, a page by cookie, a form with what is filled in."""
    if path.startswith("/api/"):
        return {"method": "GET", "headers": side.bearer(role)}
    headers = {"Cookie": f"{COOKIE}={cookie}"}
    if path in FORMS:
        form = {"form_token": form_token(cookie), **FORMS[path]}
        return {"method": "POST", "headers": headers, "data": form}
    return {"method": "GET", "headers": headers}


def started(folder: Path) -> tuple[float, float]:
    """Seconds until `graphsync serve` answers, and the megabytes that it has then."""
    port = a_free_port()
    own = {
        "TENANT_ID": "0d5a1d5c-0000-4000-8000-000000000000",
        "CLIENT_ID": "11111111-2222-4333-8444-555555555555",
        "CLIENT_SECRET": "s3cret",
        "SEAL_KEY": new_key(),
        "PUBLIC_URL": f"http://localhost:{port}",
        "PACKS_DIR": str(folder / "packs"),
        "DATABASE_URL": f"sqlite:///{folder}/graphsync.db",
        "DATA_DIR": str(folder / "data"),
    }
    settings = {f"GRAPHSYNC_{name}": value for name, value in own.items()}
    begun = time.perf_counter()
    command = [COMMAND, "serve", "--staff", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment(settings), cwd=folder, stdout=subprocess.DEVNULL
    ) as ours:
        try:
            until_answered(f"http://127.0.0.1:{port}", lambda: ours.poll() is None)
            seconds = time.perf_counter() - begun
            status = Path(f"/proc/{ours.pid}/status").read_text("ascii")
        finally:
            ours.terminate()
    (most,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return seconds, int(most) / 1024


def a_free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def until_answered(address: str, is_alive: Callable[[], bool]) -> None:
    """Wait for a server's first answer; raises ValueError where it ended."""
    while True:
        try:
            httpx.get(f"{address}/health", trust_env=False)
        except httpx.ConnectError:
            if not is_alive():
                raise ValueError("the server ended at once") from None
            time.sleep(0.01)
        else:
            return


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Print the tables; a shared machine is no judge, so the exit code is 0."""
    with tempfile.TemporaryDirectory(prefix="graphsync-console-") as folder:
        side, run = founded(Path(folder))
        side.office.store.database.engine.dispose()  # no connection goes over into the process
        port = a_free_port()
        server = multiprocessing.get_context("fork").Process(target=serve, args=(side, port))
        server.start()
        try:
            address = f"http://127.0.0.1:{port}"
            until_answered(address, server.is_alive)
            taken = asyncio.run(visited(side, run, address))
        finally:
            server.terminate()
            server.join()
        say("| asked | answers | median ms | p95 ms | target ms |\n|---|---|---|---|---|")
        for path, _ in ASKED:
            target = LIST_MS if path.startswith("/api/") else PAGE_MS
            p95 = quantiles(taken[path], n=20)[-1]
            numbers = f"{len(taken[path])} | {median(taken[path]):.0f} | {p95:.0f} | {target}"
            say(f"| {path} | {numbers} |")
        side.office.store.close()
        started(Path(folder))  # Python writes down what it has compiled, as an installation does
        seconds, megabytes = started(Path(folder))
    say("\n| `graphsync serve` | found | target |\n|---|---|---|")
    say(f"| s until it answers | {seconds:.2f} | {START_S} |")
    say(f"| MB then | {megabytes:.0f} | {START_MB} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
