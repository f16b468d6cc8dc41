"""What a printed run says and what the sandbox log tells: small counts out of large JSON."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from tests.bench.running import Sandbox

T = TypeVar("T")
BATCH = 20
BIND = 20


@dataclass(frozen=True)
class Told:
    """What the product printed: requests and writes it made, and the writes its plan needs."""

    requests: int
    writes: int
    expected: int
    changes: int


@dataclass(frozen=True)
class Seen:
    """What the tenant saw: batches that carried writes, writes accepted, objects written twice.

    `seconds` lie between the first write and the last, to the second.
    """

    write_batches: int
    writes: int
    chains: int
    throttled: int
    seconds: int


def digest(out: Path) -> Told:
    """Read a printed document, in a process of its own so that the memory it takes is not ours."""
    return _apart(_digest, out)


def look(sandbox: Sandbox) -> Seen:
    """Read and clear the sandbox's log, in a process of its own."""
    return _apart(_look, sandbox)


def _apart(work: Callable[[Any], T], argument: Any) -> T:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(work, argument).result()


def _digest(out: Path) -> Told:
    document = json.loads(out.read_bytes())
    changes = [change for run in document["runs"] for change in run["changes"]]
    requests = document["requests"]
    return Told(requests["total"], requests["writes"], expected_writes(changes), len(changes))


def expected_writes(changes: Iterable[dict[str, Any]]) -> int:
    """Creates + changed people + 2 x leavers + groups created + binds of 20 + removals.

    A licence of a joiner is not counted on top of the joiner: it belongs to the five per cent that
    a run may write more.
    """
    people: dict[str, set[str]] = {"create_user": set(), "disable_user": set(), "other": set()}
    adds: Counter[str] = Counter()
    single = 0
    for change in changes:
        match change["kind"]:
            case "add_to_group":
                adds[change["after"]["group"]] += 1
            case (
                "remove_from_group"
                | "create_group"
                | "update_group"
                | "license_group"
                | "create_team"
            ):
                single += 1
            case "create_user" | "disable_user" as kind:
                people[kind].add(change["person"])
            case _:
                people["other"].add(change["person"])
    created, left = people["create_user"], people["disable_user"]
    changed = people["other"] - created - left
    binds = sum(-(-number // BIND) for number in adds.values())
    return len(created) + len(changed) + 2 * len(left) + single + binds


def _look(sandbox: Sandbox) -> Seen:
    log = sandbox.log()
    writes = [record for record in log if record["write"] and record["batch"] is not None]
    accepted = [record for record in writes if record["status"] < 300]
    objects = Counter(path for record in accepted if (path := _object(record["path"])))
    times = [datetime.fromisoformat(record["time"]) for record in accepted]
    return Seen(
        write_batches=len({record["batch"] for record in writes}),
        writes=len(accepted),
        chains=sum(1 for number in objects.values() if number > 1),
        throttled=sum(record["status"] == 429 for record in log),
        seconds=int((max(times) - min(times)).total_seconds()) if times else 0,
    )


def _object(path: str) -> str:
    """`/v1.0/users/ID` of `…/ID/revokeSignInSessions`; empty where there is no id yet."""
    parts = path.split("/")
    return "/".join(parts[:4]) if len(parts) > 3 else ""


def most_write_requests(seen: Seen) -> float:
    """Decision 19: 1.1 x the batches that the writes fill, and one for each object's chain."""
    return 1.1 * -(-seen.writes // BATCH) + seen.chains
