"""One HTTP exchange with Graph: TLS, the token, the ids; no retry but one fresh token on a 401.

The activity feed, another API of Microsoft's with tokens of its own, is reached in the same way.
One aiohttp session a door, HTTP/1.1 (HTTP/2 in Python costs more CPU than it saves), its own TLS
context. Nothing here logs a path, a body or a token.
"""

import asyncio
import re
import ssl
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Self

import aiohttp
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError

from graphsync.tenant.answers import Answer, word
from graphsync.tenant.bounded_body import read_body
from graphsync.tenant.credentials import SCOPE, TenantSettings
from graphsync.tenant.problems import (
    AADSTS,
    AnswerCut,
    AnswerMalformed,
    AnswerTooLarge,
    AnswerTooSlow,
    EntraMalformed,
    NotGraph,
    SettingsProblem,
    SignInRefused,
    TenantProblem,
    TenantUnreachable,
    refused_sign_in,
)

# Microsoft identity platform, "error codes": 503 temporarily_unavailable, no refusal of ours.
TRANSIENT = "AADSTS90033"
CONNECT, SILENCE = 10, 120  # seconds to connect, and between two pieces of an answer
# RFC 6750, bearer tokens; 128 KB is far above the largest with 200 groups and roles in it.
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,131072}=*", re.ASCII)


class NotSent(Exception):
    """No connection: the request did not leave, so nothing happened."""


class NoAnswer(Exception):
    """The request left and no whole answer came: it may have happened.

    `problem` says it for people, when asking again is over.
    """

    def __init__(self, problem: TenantUnreachable) -> None:
        super().__init__(type(problem).__name__)
        self.problem = problem


class Counts:
    """HTTP requests to Graph (a `$batch` is one, tokens are none), write items accepted, 429s."""

    def __init__(self) -> None:
        self.total = 0
        self.writes = 0
        self.throttled = 0

    def saw(self, *answers: Answer) -> None:
        """Counts the 429s among answers, of requests and of items alike."""
        self.throttled += sum(answer.status == 429 for answer in answers)


class Wire:
    """The connection to one tenant; `new_credential` is called again when a token is stale.

    `scope` is what tokens are asked for: Graph's, or another API's of Microsoft.
    """

    def __init__(
        self,
        settings: TenantSettings,
        new_credential: Callable[[], AsyncTokenCredential],
        scope: str = SCOPE,
    ) -> None:
        self.counts = Counts()
        self._settings = settings
        self._scope = scope
        self._new_credential = new_credential
        self._credential = new_credential()
        self._asking = asyncio.Lock()  # four requests at once need one token, not four

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(ssl=trusted(self._settings), limit=8)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(
                total=self._settings.limits.seconds, sock_connect=CONNECT, sock_read=SILENCE
            ),
            headers={"Accept": "application/json"},
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()
        await self._credential.close()

    async def exchange(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None = None
    ) -> Answer:
        """The answer to one request.

        Raises NotSent or NoAnswer when there is none, AnswerTooLarge when it was not read to its
        end, SignInRefused when Entra gives no token or Graph refuses a fresh one, TenantUnreachable
        when the other side cannot be trusted.
        """
        answer = await self.answered(method, url, headers, body)
        if answer.status == 401 and not answer.from_graph:
            raise NotGraph(answer.status, answer.media_type)
        if answer.status == 401:
            raise SignInRefused(
                answer.code or "401",
                "Graph does not take the token that Entra gave: GRAPHSYNC_AUTHORITY and"
                " GRAPHSYNC_GRAPH_URL must belong to the same cloud",
            )
        return answer

    async def answered(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None = None
    ) -> Answer:
        """As `exchange`, but a fresh token's 401 is an answer as well."""
        answer = await self._once(method, url, headers, body, await self._token())
        if answer.status != 401:
            return answer
        token = await self._fresh_token(answer.claims)
        return await self._once(method, url, headers, body, token)

    async def _once(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, token: str
    ) -> Answer:
        sent = {
            "Authorization": f"Bearer {token}",
            "client-request-id": str(uuid.uuid4()),
            **headers,
        }
        try:
            # Graph redirects nobody; whoever does would get the body, initial passwords in it.
            async with self._session.request(
                method, url, headers=sent, data=body, allow_redirects=False
            ) as response:
                content = await read_body(response, self._settings.limits.answer_bytes)
        except aiohttp.ClientConnectorCertificateError:
            raise _untrusted() from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.counts.total += 1
            raise NoAnswer(_broken(error)) from None
        except TenantProblem:
            self.counts.total += 1
            raise
        self.counts.total += 1
        got = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(response.status, got, content, word(got.get("request-id", "")))
        self.counts.saw(answer)
        return answer

    async def _token(self, claims: str | None = None) -> str:
        try:
            async with self._asking:
                token = await self._credential.get_token(
                    self._scope, claims=claims, enable_cae=True
                )
        except ClientAuthenticationError as error:
            if TRANSIENT in error.message:
                raise TenantUnreachable(
                    f"Entra is out of order for the moment ({TRANSIENT}): try again later"
                ) from None
            if not AADSTS.search(error.message) and not self._settings.managed_identity:
                raise EntraMalformed from None  # every refusal of Entra's has its code
            raise refused_sign_in(error.message) from None
        except AzureError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise _untrusted() from None
            raise TenantUnreachable(
                "Entra does not answer: check the network and GRAPHSYNC_AUTHORITY"
                f" ({type(error).__name__})"
            ) from None
        except (AnswerTooLarge, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # azure-identity takes the answer for what it should be, and stumbles over all else.
            raise EntraMalformed from None
        if not isinstance(token.token, str) or not TOKEN.fullmatch(token.token):
            raise EntraMalformed
        return token.token

    async def _fresh_token(self, claims: str | None) -> str:
        """A token that is not the cached one: with the claims asked for, or a new credential."""
        if claims is None:
            await self._credential.close()
            self._credential = self._new_credential()
        return await self._token(claims)


def trusted(settings: TenantSettings) -> ssl.SSLContext:
    """The authorities trusted: those of `ca_file`, or the system's."""
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        raise SettingsProblem(
            f"GRAPHSYNC_CA_FILE is not a readable PEM file ({type(error).__name__})"
        ) from None


def _broken(error: Exception) -> TenantUnreachable:
    """What to say of a connection that failed after the request had left."""
    kind = type(error).__name__
    if isinstance(error, TimeoutError):
        return AnswerTooSlow()
    if isinstance(error, aiohttp.ClientResponseError):
        return AnswerMalformed(f"HTTP, {kind}")  # such as more headers than the parser takes
    return AnswerCut(kind)


def _untrusted() -> TenantUnreachable:
    return TenantUnreachable(
        "the tenant's certificate is not signed by an authority that is trusted here: a proxy that"
        " opens TLS, or a sandbox, needs its CA file in GRAPHSYNC_CA_FILE"
    )
