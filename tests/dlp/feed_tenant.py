"""A tenant with an activity feed, and pulls of it by the tenant's own clock."""

import asyncio
import json
import ssl
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import started_ahead
from dlp_records import TENANT
from fresh_store import fresh_store

from graphsync.bench import Bench
from graphsync.store.db import Store
from graphsync.tenant.credentials import TenantSettings
from reports.dlp.pulling import Pulled, pull_feed

PACK = """\
school: {id: oak, name: Oak School, domain: oak.example}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups: {all_pupils: "{school} All pupils", all_staff: "{school} All staff"}
dlp: {blocked_classes: [medical], test_sender: dlp.test@oak.example}
"""


class Silent:
    def stage(self, text: str) -> None: ...

    def count(self, done: int, of: int) -> None: ...


@dataclass
class FeedTenant:
    """A running sandbox; `ahead` is how far its clock was moved."""

    process: started_ahead.Process
    printed: dict[str, str]
    ahead: timedelta = timedelta()
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._trust = ssl.create_default_context(cafile=self.printed["CA_FILE"])

    def control(self, method: str, path: str, document: Any = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - https on loopback
            f"{self.printed['AUTHORITY']}/_sandbox/{path}",
            method=method,
            data=None if document is None else json.dumps(document).encode(),
        )
        with urllib.request.urlopen(request, context=self._trust, timeout=60) as answer:  # noqa: S310
            content = answer.read()
        return json.loads(content) if content else None

    def faults(self, *rules: dict[str, Any]) -> None:
        """These and no others."""
        self.control("DELETE", "faults")
        self.control("POST", "faults", list(rules))

    def later(self, **step: float) -> None:
        self.control("POST", "clock", {"advance_seconds": timedelta(**step).total_seconds()})
        self.ahead += timedelta(**step)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def post(self, records: list[bytes], **more: Any) -> None:
        """One blob of these records, as records of this tenant."""
        ours = [
            json.loads(one.replace(TENANT.encode(), self.printed["TENANT_ID"].encode()))
            for one in records
        ]
        self.control("POST", "dlp", {"records": ours, **more})

    def calls(self, part: str) -> list[str]:
        """The paths asked for that hold this, without the query."""
        rows = self.control("GET", "requests")["items"]
        return [row["path"] for row in rows if part in row["path"]]

    def settings(self, **changed: Any) -> TenantSettings:
        """Those of an app of its own: its subscriptions nobody shares."""
        values = {
            "tenant_id": self.printed["TENANT_ID"],
            "client_id": self.printed["CLIENT_ID"],
            "client_secret": self.printed["CLIENT_SECRET"],
            "authority": self.printed["AUTHORITY"],
            "graph_url": self.printed["GRAPH_URL"],
            "management_url": self.printed["MANAGEMENT_URL"],
            "ca_file": Path(self.printed["CA_FILE"]),
        }
        return TenantSettings(**(values | changed))

    def app(self, *permissions: str) -> dict[str, str]:
        wish = {"name": "dlp", "permissions": permissions or ("ActivityFeed.ReadDlp",)}
        made = self.control("POST", "apps", wish)
        return {"client_id": made["clientId"], "client_secret": made["secret"]}

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def pull(self, bench: Bench, *, restart: bool = False) -> Pulled:
        return asyncio.run(pull_feed(bench, restart=restart))


def packs(folder: Path) -> Path:
    (folder / "packs").mkdir(parents=True, exist_ok=True)
    (folder / "packs" / "oak.yaml").write_text(PACK)
    return folder / "packs"


@contextmanager
def feed_desk(tenant: FeedTenant, folder: Path, **settings: Any) -> Iterator[Bench]:
    """A desk of one school, whose clock is the tenant's."""
    folder.mkdir(exist_ok=True)
    with closing(Store.open(fresh_store(folder / "store.db"), tenant.now)) as store:
        yield Bench(
            store=store,
            packs_dir=packs(folder),
            tenant=tenant.settings(**settings),
            sealer=None,
            now=tenant.now,
            sleep=tenant.sleep,
            requester="dpo",
            new_id=lambda: "1",
            choose=lambda several: several[0],
            digit=lambda below: below - 1,
            progress=Silent(),
        )


def start_feed(data: Path) -> FeedTenant:
    """An empty tenant in a process of its own."""
    return FeedTenant(*started_ahead.a_sandbox(data, "--time-scale", 200))
