"""A plain client of a sandbox: users created in ``$batch``, lists read page by page."""

import asyncio
import signal
import ssl
import time
from collections.abc import Iterator
from typing import Any, Self

import aiohttp
import msgspec

from tests.bench.running import Failed, Sandbox

IN_FLIGHT = 4
ITEMS = 20
_JSON = {"Content-Type": "application/json"}
_PAGE = "/users?$top=999&$select=id,userPrincipalName,accountEnabled,displayName,employeeId"


class Client:
    """A session with the product app's token."""

    def __init__(self, sandbox: Sandbox) -> None:
        settings = sandbox.settings
        self._graph = settings["GRAPHSYNC_GRAPH_URL"]
        self._authority = settings["GRAPHSYNC_AUTHORITY"]
        self._token_url = f"{self._authority}/{settings['GRAPHSYNC_TENANT_ID']}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": settings["GRAPHSYNC_CLIENT_ID"],
            "client_secret": settings["GRAPHSYNC_CLIENT_SECRET"],
            "scope": "https://graph.microsoft.com/.default",
        }
        self._trust = ssl.create_default_context(cafile=settings["GRAPHSYNC_CA_FILE"])

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=self._trust))
        async with self._http.post(self._token_url, data=self._form) as answer:
            token = msgspec.json.decode(await answer.read())["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"
        self._domain = (await self._get(f"{self._graph}/domains"))["value"][0]["id"]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def create(self, first: int, end: int) -> None:
        """Users by number, in batches of 20, four in flight; raises Failed unless all are 201."""
        starts = iter(range(first, end, ITEMS))

        async def work() -> None:
            for start in starts:
                await self._batch(start, min(start + ITEMS, end))

        await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))

    async def list_all(self, at_least: int) -> None:
        """Every page of the users, decoded; raises Failed when there are too few."""
        url, found = f"{self._graph}{_PAGE}", 0
        while url:
            page = await self._get(url)
            found += len(page["value"])
            url = page.get("@odata.nextLink", "")
        if found < at_least:
            raise Failed(f"{found} users listed, not {at_least}")

    async def state(self) -> dict[str, Any]:
        """The canonical state with its digest."""
        return await self._get(f"{self._authority}/_sandbox/state")

    async def written_until_killed(self, first: int, sandbox: Sandbox) -> dict[str, float]:
        """Creates users for a second and a half, then kills the sandbox.

        Gives the names that were answered 201, and how many seconds before the kill.
        """
        answered: dict[str, float] = {}
        until = time.monotonic() + 1.5
        for start in range(first, first + 100_000, ITEMS):
            await self._batch(start, start + ITEMS)
            now = time.monotonic()
            answered.update((self._name(n), now) for n in range(start, start + ITEMS))
            if now > until:
                break
        sandbox.end(signal.SIGKILL)
        killed = time.monotonic()
        return {name: killed - at for name, at in answered.items()}

    async def _batch(self, first: int, end: int) -> None:
        body = msgspec.json.encode({"requests": list(self._items(first, end))})
        url = f"{self._graph}/$batch"
        async with self._http.post(url, data=body, headers=_JSON) as answer:
            document = msgspec.json.decode(await answer.read())
        for row in document["responses"]:
            if row["status"] != 201:
                raise Failed(f"a user was answered {row['status']}: {row['body']['error']['code']}")

    def _items(self, first: int, end: int) -> Iterator[dict[str, Any]]:
        for n in range(first, end):
            yield {
                "id": str(n),
                "method": "POST",
                "url": "/users",
                "headers": _JSON,
                "body": self._user(n),
            }

    def _user(self, n: int) -> dict[str, Any]:
        """As full as the product makes a pupil."""
        return {
            "accountEnabled": True,
            "displayName": f"Forename{n % 300} Surname{n}",
            "givenName": f"Forename{n % 300}",
            "surname": f"Surname{n}",
            "mailNickname": f"p{n}",
            "userPrincipalName": self._name(n),
            "usageLocation": "GB",
            "employeeId": f"gs:{n:013}",
            "employeeType": "Pupil",
            "department": f"Year {7 + n % 5}",
            "passwordProfile": {
                "password": f"Orange-Kite-{n}",
                "forceChangePasswordNextSignIn": True,
            },
        }

    def _name(self, n: int) -> str:
        return f"p{n}@{self._domain}"

    async def _get(self, url: str) -> dict[str, Any]:
        async with self._http.get(url) as answer:
            if answer.status != 200:
                raise Failed(f"{url} answered {answer.status}")
            document: dict[str, Any] = msgspec.json.decode(await answer.read())
            return document
