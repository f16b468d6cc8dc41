"""Graph's throttling of identity and access: token buckets of resource units and of writes.

Graph docs "throttling-limits" (identity and access service): a large tenant gets 8,000 resource
units per 10 s and 3,000 writes per 2 min 30 s for each app, and 18,000 writes per 5 min for all
apps. Refused requests count as well ("throttling").
"""

import math
import time
from dataclasses import dataclass
from typing import Literal

from graphsync.sandbox.problems import Refusal

_TELL_FROM = 0.8  # x-ms-throttle-limit-percentage appears from here on
_DEBT_SHARE = 0.05  # refused requests may draw a bucket this far below empty


@dataclass(frozen=True)
class Cost:
    """What a request costs: resource units and writes, or a request to another service."""

    units: int
    writes: int
    reports: int = 0
    outlook: int = 0
    teams: int = 0


class _Bucket:
    __slots__ = ("at", "level", "rate", "size")

    def __init__(self, size: float, seconds: float, scale: float, now: float) -> None:
        self.size = size
        self.rate = size / seconds * scale
        self.level = size
        self.at = now

    def draw(self, amount: int, now: float) -> float:
        """Takes the amount; seconds to wait when it is not there, else 0."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        short = amount - self.level
        self.level = max(self.level - amount, -self.size * _DEBT_SHARE)
        return short / self.rate if short > 0 else 0.0

    @property
    def used(self) -> float:
        """The share in use, from 0."""
        return 1 - self.level / self.size


class _AppBuckets:
    def __init__(self, scale: float, now: float) -> None:
        self.units = _Bucket(8_000, 10, scale, now)
        self.writes = _Bucket(3_000, 150, scale, now)
        # "throttling-limits": audit logs are reports; Outlook counts each mailbox for itself.
        self.reports = _Bucket(5, 10, scale, now)
        # "throttling" (2021): Teams are made at six a second.
        self.teams = _Bucket(6, 1, scale, now)
        self.mailboxes: dict[str, _Bucket] = {}


class Throttle:
    """All buckets of one tenant; ``scale`` multiplies their refill.

    The activity feed has buckets of its own ("API throttling" in its reference: 2,000 requests a
    minute for a tenant). Who names no publisher draws from one pool with everybody who does not,
    "and will more than likely be throttled": a pool of 60 a minute here, which is a choice.
    """

    def __init__(self, tenant_id: str, scale: float) -> None:
        self._tenant_id = tenant_id
        self._scale = scale
        self._apps: dict[str, _AppBuckets] = {}
        self._tenant = _Bucket(18_000, 300, scale, time.monotonic())
        self._publishers: dict[str | None, _Bucket] = {}

    def charge(self, app_id: str, cost: Cost, mailbox: str = "") -> dict[str, str]:
        """Draws the cost and returns the headers that tell; raises 429 when a bucket is empty.

        mailbox  whose it is, when the cost is Outlook's
        """
        now = time.monotonic()
        app = self._app(app_id, now)
        other = self._of_another_service(app, cost, mailbox, now)
        if other is not None:
            wait = other.draw(1, now)
            if wait:
                raise self._refusal(app_id, wait, 0.0, 0.0)
            return {}
        units = app.units.draw(cost.units, now)
        writes = app.writes.draw(cost.writes, now) if cost.writes else 0.0
        shared = self._tenant.draw(cost.writes, now) if cost.writes else 0.0
        if units or writes or shared:
            raise self._refusal(app_id, units, writes, shared)
        headers = {"x-ms-resource-unit": str(cost.units)}
        used = max(app.units.used, app.writes.used, self._tenant.used)
        if used >= _TELL_FROM:
            headers["x-ms-throttle-limit-percentage"] = f"{used:.2f}"
        return headers

    def empty(self, app_id: str, name: Literal["units", "writes"]) -> None:
        """The app has used up this bucket, and as much again as refused requests may draw."""
        now = time.monotonic()
        app = self._app(app_id, now)
        bucket = app.units if name == "units" else app.writes
        bucket.level, bucket.at = -bucket.size * _DEBT_SHARE, now

    def charge_feed(self, publisher: str | None) -> bool:
        """Draws a request to the activity feed; whether the publisher's bucket held it."""
        return self._publisher(publisher).draw(1, time.monotonic()) == 0

    def empty_feed(self, publisher: str | None) -> None:
        """The publisher has used up its requests."""
        bucket = self._publisher(publisher)
        bucket.level, bucket.at = -bucket.size * _DEBT_SHARE, time.monotonic()

    def _publisher(self, name: str | None) -> _Bucket:
        bucket = self._publishers.get(name)
        if bucket is None:
            size = 60 if name is None else 2_000
            bucket = self._publishers[name] = _Bucket(size, 60, self._scale, time.monotonic())
        return bucket

    def _app(self, app_id: str, now: float) -> _AppBuckets:
        app = self._apps.get(app_id)
        if app is None:
            app = self._apps[app_id] = _AppBuckets(self._scale, now)
        return app

    def _of_another_service(
        self, app: _AppBuckets, cost: Cost, mailbox: str, now: float
    ) -> _Bucket | None:
        """The bucket of a request to reports, Teams or Outlook; None for the directory's."""
        if cost.reports:
            return app.reports
        if cost.teams:
            return app.teams
        return self._mailbox(app, mailbox, now) if cost.outlook else None

    def _mailbox(self, app: _AppBuckets, name: str, now: float) -> _Bucket:
        """10,000 requests in 10 minutes for an app in one mailbox."""
        bucket = app.mailboxes.get(name)
        if bucket is None:
            bucket = app.mailboxes[name] = _Bucket(10_000, 600, self._scale, now)
        return bucket

    def _refusal(self, app_id: str, units: float, writes: float, shared: float) -> Refusal:
        wait = max(units, writes, shared)
        scope = "Tenant_Application" if units or writes else "Tenant"
        reason, what = (
            ("ResourceUnitLimitExceeded", "ReadWrite")
            if units == wait
            else ("WriteLimitExceeded", "Write")
        )
        return Refusal(
            429,
            "TooManyRequests",
            "Too many requests. Please retry after the time in the Retry-After header.",
            headers={
                "Retry-After": str(max(1, math.ceil(wait))),
                "x-ms-throttle-scope": f"{scope}/{what}/{app_id}/{self._tenant_id}",
                "x-ms-throttle-information": reason,
                "x-ms-throttle-limit-percentage": "1.00",
            },
        )
