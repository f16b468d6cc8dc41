"""``/_sandbox/dlp``: mail that was stopped, made to order; and what an administrator may break."""

import random
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graphsync.sandbox.payloads import decoded
from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.purview import Blob
from graphsync.sandbox.purview_operations import content_id
from graphsync.sandbox.purview_stories import cast_of, story_blobs
from graphsync.sandbox.purview_windows import stamp
from graphsync.sandbox.tenant import Tenant

_MOST = 100_000


class DlpWish(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Records for the feed: given ones, or a number of made-up ones.

    records        any JSON values, sent on as they are, in one blob
    generate       how many records to make up, those that come twice included
    seed           what they are drawn from; the same seed and people give the same records
    per_blob       how many made-up records a blob holds
    delay_seconds  until the first blob is there
    over_seconds   the time over which the blobs appear after that; 0 for all at once
    """

    records: list[Any] | None = None
    generate: int = 0
    seed: str = "demo"
    per_blob: int = 10
    delay_seconds: float = 0.0
    over_seconds: float = 0.0

    def __post_init__(self) -> None:
        """Refuses what asks for nothing or for both, and numbers out of range."""
        if (self.records is None) == (self.generate == 0):
            raise ValueError("records or generate is needed, not both")
        if not 0 <= self.generate <= _MOST or not 1 <= self.per_blob <= _MOST:
            raise ValueError(f"generate and perBlob are numbers up to {_MOST}")
        year = 366 * 24 * 3600
        if not (0 <= self.delay_seconds <= year and 0 <= self.over_seconds <= year):
            raise ValueError("delaySeconds and overSeconds are between 0 and a year")


class ServiceWish(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What an administrator does to the service.

    auditing     switches unified auditing on or off
    disabled_by  "a tenant admin" or "a service admin", who disables every subscription
    """

    auditing: bool | None = None
    disabled_by: str | None = None


class PurviewControl:
    """The control endpoints of the activity feed."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        """For Starlette."""
        return [
            Route("/_sandbox/dlp", self.dlp, methods=["GET", "POST"]),
            Route("/_sandbox/dlp/service", self.service, methods=["POST"]),
        ]

    async def dlp(self, request: Request) -> Response:
        """POST makes content (see ``DlpWish``) and answers its blobs; GET shows all there are."""
        if request.method == "GET":
            return _json({"blobs": self._rows(self._tenant.purview.blobs)})
        try:
            wish = msgspec.convert(decoded(await request.body()), DlpWish)
        except (Refusal, ValueError) as error:  # msgspec's errors are ValueErrors as well
            return JSONResponse({"error": str(error)}, 400)
        return _json({"blobs": self._rows(self._made(wish))})

    async def service(self, request: Request) -> Response:
        """POST breaks or mends the service (see ``ServiceWish``); answers whether it audits."""
        purview = self._tenant.purview
        try:
            wish = msgspec.convert(decoded(await request.body()), ServiceWish)
        except (Refusal, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        if wish.auditing is not None:
            purview.auditing = wish.auditing
        if wish.disabled_by is not None:
            purview.disable(wish.disabled_by, self._now())
        return _json({"auditing": purview.auditing})

    def _made(self, wish: DlpWish) -> list[Blob]:
        purview = self._tenant.purview
        begin = self._now() + round(wish.delay_seconds * 1000)
        if wish.records is not None:
            return [purview.add(begin, msgspec.json.encode(wish.records), len(wish.records))]
        choose = random.Random(wish.seed)  # noqa: S311 - chance that repeats
        cast = cast_of(self._tenant.directory, self._tenant.domains, self._tenant.families)
        made = story_blobs(
            choose,
            cast,
            self._tenant.id,
            wish.generate,
            wish.per_blob,
            begin,
            round(wish.over_seconds * 1000),
        )
        return [purview.add(*each) for each in made]

    def _now(self) -> int:
        return round(self._tenant.clock.seconds() * 1000)

    @staticmethod
    def _rows(blobs: list[Blob]) -> list[dict[str, Any]]:
        return [
            {"contentId": content_id(each), "made": stamp(each.made), "records": each.records}
            for each in blobs
        ]


def _json(document: Any) -> Response:
    return Response(msgspec.json.encode(document), media_type="application/json")
