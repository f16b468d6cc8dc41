"""What the activity feed of a tenant holds: content of ``DLP.All``, and who subscribed to what.

Management Activity API reference and troubleshooting page: content is made of events of several
servers and listed by when it became available (``contentCreated``), which need not be the order of
the events; it stays for 7 days. After the first start of a subscription it takes up to 12 hours
until there is any; what became available while it was stopped is lost to it. Times here are
milliseconds since the epoch, by the sandbox's clock.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import msgspec

from graphsync.sandbox.purview_problems import (
    already_enabled,
    auditing_is_off,
    disabled,
    no_subscription,
    too_many_starts,
)

CONTENT_TYPES = {
    name.lower(): name
    for name in (
        "Audit.AzureActiveDirectory",
        "Audit.Exchange",
        "Audit.SharePoint",
        "Audit.General",
        "DLP.All",
    )
}
DLP = "DLP.All"
KEPT_MS = 7 * 24 * 3_600_000
FIRST_WAIT_MS = 12 * 3_600_000
_BETWEEN_STARTS_MS = 15 * 60_000
Row = tuple[int, int, int, bytes]  # of storage: number, made, how many records, the records


class Blob(NamedTuple):
    """Content that was made once: its number from 1, when, and how many records it holds."""

    number: int
    made: int
    records: int


@dataclass
class Subscription:
    """An app's subscription to a content type.

    asked   when it was started last
    spans   when it was enabled: pairs of begin and end, the end None while it lasts
    by      who disabled it, where it was not the app itself
    """

    app: str
    content_type: str
    asked: int
    spans: list[list[int | None]] = field(default_factory=list)
    by: str | None = None

    @property
    def enabled(self) -> bool:
        """Whether it runs."""
        return bool(self.spans) and self.spans[-1][1] is None

    def available(self, blob: Blob) -> int | None:
        """When the blob became, or becomes, available here; None where it never does."""
        first = self.spans[0][0] or 0
        if blob.made < first:
            return None
        when = max(blob.made, first + FIRST_WAIT_MS)
        running = any(
            (begin or 0) <= when and (end is None or when < end) for begin, end in self.spans
        )
        return when if running else None


class Purview:
    """The feed of one tenant.

    written  storage's records of a blob by its number
    unsaved  rows that storage has yet to write
    auditing whether the tenant records anything at all; off, nobody can subscribe
    """

    def __init__(
        self,
        blobs: Iterable[Blob],
        written: Callable[[int], bytes],
        facts: dict[str, Any] | None = None,
    ) -> None:
        facts = facts or {}
        self.blobs = list(blobs)
        self._written = written
        self.unsaved: list[Row] = []
        self.auditing: bool = facts.get("auditing", True)
        self.expired_until: int = facts.get("expired_until", 0)
        rows = facts.get("subscriptions", ())
        self._subscriptions = {
            (each.app, each.content_type): each
            for each in (msgspec.convert(row, Subscription) for row in rows)
        }

    def facts(self) -> dict[str, Any]:
        """All but the blobs, as plain data for storage."""
        return {
            "auditing": self.auditing,
            "expired_until": self.expired_until,
            "subscriptions": [asdict(each) for each in self._subscriptions.values()],
        }

    # -- content

    def add(self, made: int, records: bytes, count: int) -> Blob:
        """Makes content: a JSON array of so many records, there from ``made`` on."""
        blob = Blob(len(self.blobs) + 1, made, count)
        self.blobs.append(blob)
        self.unsaved.append((*blob, records))
        return blob

    def find(self, number: int) -> Blob | None:
        """The blob of this number, if there is one."""
        return self.blobs[number - 1] if 1 <= number <= len(self.blobs) else None

    def records(self, blob: Blob) -> bytes:
        """The JSON array of the blob."""
        for number, _, _, records in self.unsaved:
            if number == blob.number:
                return records
        return self._written(blob.number)

    def listed(self, held: Subscription, start: int, end: int) -> list[tuple[int, Blob]]:
        """When available and what, for start <= when < end, in that order."""
        if held.content_type != DLP:
            return []
        return sorted(
            (when, blob)
            for blob in self.blobs
            if (when := held.available(blob)) is not None and start <= when < end
        )

    def expired(self, blob: Blob, available: int, now: int) -> bool:
        """Whether its seven days are over, or it was made to expire."""
        return now >= available + KEPT_MS or blob.made <= self.expired_until

    # -- subscriptions

    def start(self, app: str, content_type: str, now: int, tenant_id: str) -> Subscription:
        """Starts or re-enables; refused within 15 minutes of the last try, and when it runs."""
        if not self.auditing:
            raise auditing_is_off(tenant_id)
        held = self._subscriptions.get((app, content_type))
        if held is None:
            held = Subscription(app, content_type, now, [[now, None]])
            self._subscriptions[app, content_type] = held
            return held
        wait = held.asked + _BETWEEN_STARTS_MS - now
        if wait > 0:
            raise too_many_starts(wait / 1000)
        held.asked = now
        if held.enabled:
            raise already_enabled()
        held.spans.append([now, None])
        held.by = None
        return held

    def stop(self, app: str, content_type: str, now: int) -> None:
        """Ends it; AF20022 where there is none, and AF20023 where it was disabled before."""
        self._end(self.running(app, content_type), now, None)

    def disable(self, by: str, now: int) -> None:
        """An administrator ends every subscription that runs."""
        for held in self._subscriptions.values():
            if held.enabled:
                self._end(held, now, by)

    def running(self, app: str, content_type: str) -> Subscription:
        """The app's subscription; refused when there is none, or when it is disabled."""
        held = self._subscriptions.get((app, content_type))
        if held is None:
            raise no_subscription()
        if not held.enabled:
            raise disabled(held.by)
        return held

    def of_app(self, app: str) -> Iterator[Subscription]:
        """The subscriptions of an app that run or did not end by its own hand."""
        for held in self._subscriptions.values():
            if held.app == app and (held.enabled or held.by):
                yield held

    @staticmethod
    def _end(held: Subscription, now: int, by: str | None) -> None:
        held.spans[-1][1] = now
        held.by = by
