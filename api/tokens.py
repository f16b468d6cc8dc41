"""Tokens of Entra, validated: access tokens for our API and id tokens of the console's sign-in.

Signature by the tenant's published keys (RS256 alone), issuer, audience, tenant, times and version
(Microsoft: access-tokens, id-tokens; RFC 8725). msal checks an id token's nonce and nothing else.
"""

import hmac
import json
import ssl
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

import jwt
from msgspec import Struct

from api.permissions import AppRole, roles_in

LEEWAY = 60  # seconds that two clocks may differ
LONGEST = 16_384
LARGEST_DOCUMENT = 1_000_000
SCOPE = "access_as_user"
COOLDOWN = 30.0
_TIMEOUT = 10


class BadToken(Exception):
    """The token is not one for us; the text says which check it failed, never what it holds."""


class NoKeys(Exception):
    """The tenant's keys cannot be had just now."""


class Claims(Struct, frozen=True):
    """Who a valid token speaks for: object id, name as shown, and the roles that are ours.

    `proved_at` is when they proved to Entra who they are, in Unix time; 0 where it does not say.
    """

    account: str
    name: str
    roles: frozenset[AppRole]
    proved_at: int = 0

    def __repr__(self) -> str:
        return f"Claims({self.account})"


class Issuer(Struct, frozen=True):
    """What discovery tells of the tenant: the issuer of its tokens and its GUID."""

    name: str
    tenant: str


@dataclass(frozen=True)
class Tokens:
    """The checks of one app registration.

    `key_of` gives the public key for a token by its `kid`: raises jwt.PyJWKClientError for none.
    """

    issuer: Issuer
    audience: str
    key_of: Callable[[str], Any]

    def access(self, token: str) -> Claims:
        """A person's access token for our API; raises BadToken, NoKeys.

        An id token has the same audience and is refused: only an access token carries `scp`.
        """
        claims = self._checked(token, [self.audience, f"api://{self.audience}"])
        if SCOPE not in str(claims.get("scp", "")).split():
            raise BadToken(f"it is no access token with the scope {SCOPE}")
        # Without the optional claim auth_time the best that is known is when Entra gave it out.
        return _who({"auth_time": claims["iat"], **claims})

    def identity(self, token: str, nonce: str) -> Claims:
        """The id token that answers our own question (its nonce); raises BadToken, NoKeys."""
        claims = self._checked(token, [self.audience])
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise BadToken("it answers another sign-in")
        if "scp" in claims:
            raise BadToken("it is no id token")
        return _who(claims)

    def _checked(self, token: str, audiences: list[str]) -> dict[str, Any]:
        if len(token) > LONGEST:
            raise BadToken("it is too long")
        try:
            # The key is looked up for RS256 alone: no kid of a stranger makes us ask Entra.
            if jwt.get_unverified_header(token).get("alg") != "RS256":
                raise BadToken("it is not signed with RS256")
            claims: dict[str, Any] = jwt.decode(
                token,
                self.key_of(token),
                algorithms=["RS256"],
                audience=audiences,
                issuer=self.issuer.name,
                leeway=LEEWAY,
                options={"require": ["exp", "nbf", "iat", "aud", "iss", "oid", "tid", "ver"]},
            )
        except jwt.PyJWKClientConnectionError:
            raise NoKeys("the tenant's keys cannot be read") from None
        except jwt.PyJWTError as error:
            raise BadToken(_told(error)) from None
        if claims["tid"] != self.issuer.tenant:
            raise BadToken("it is of another tenant")
        if claims["ver"] != "2.0":
            raise BadToken("it is not of version 2.0: set requestedAccessTokenVersion to 2")
        return claims


def tokens_of(
    authority: str, tenant: str, client_id: str, ca_file: Path | None, cooldown: float = COOLDOWN
) -> Tokens:
    """The checks for this app, by what the tenant publishes; raises NoKeys when it cannot be read.

    Keys are kept for five minutes; a `kid` that is not among them makes us ask once more, but not
    within `cooldown` seconds of the last time: forged tokens shall not make us ask and ask.
    """
    context = ssl.create_default_context(cafile=ca_file)
    document = _fetched(f"{authority}/{tenant}/v2.0/.well-known/openid-configuration", context)
    issuer, keys = str(document.get("issuer", "")), str(document.get("jwks_uri", ""))
    if urlsplit(issuer).scheme != "https" or urlsplit(keys).scheme != "https":
        raise NoKeys("what the tenant publishes about sign-in is not what Entra publishes")
    client = jwt.PyJWKClient(
        keys,
        cache_keys=True,
        ssl_context=context,
        timeout=_TIMEOUT,
        cooldown_duration=cooldown,
    )
    named = Issuer(issuer, urlsplit(issuer).path.strip("/").partition("/")[0])
    return Tokens(named, client_id, client.get_signing_key_from_jwt)


def _fetched(url: str, context: ssl.SSLContext) -> dict[str, Any]:
    if urlsplit(url).scheme != "https":
        raise NoKeys("the sign-in service is not at an https address")
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT, context=context) as answer:  # noqa: S310 - https, checked above
            document = json.loads(answer.read(LARGEST_DOCUMENT))
    except (URLError, OSError, ValueError):
        raise NoKeys("the sign-in service does not answer: check GRAPHSYNC_AUTHORITY") from None
    if not isinstance(document, dict):
        raise NoKeys("what the tenant publishes about sign-in is not what Entra publishes")
    return document


def _who(claims: dict[str, Any]) -> Claims:
    roles = claims.get("roles", [])
    given = [one for one in roles if isinstance(one, str)] if isinstance(roles, list) else []
    name = str(claims.get("name", ""))[:200]
    proved_at = claims.get("auth_time")
    return Claims(
        str(claims["oid"]).lower(),
        name,
        roles_in(given),
        proved_at if isinstance(proved_at, int) else 0,
    )


def _told(error: jwt.PyJWTError) -> str:
    match error:
        case jwt.ExpiredSignatureError():
            return "it has expired"
        case jwt.ImmatureSignatureError():
            return "it is not valid yet"
        case jwt.InvalidAudienceError():
            return "it is for another app"
        case jwt.InvalidIssuerError():
            return "it is of another issuer"
        case jwt.MissingRequiredClaimError():
            return "it lacks a claim that Entra's tokens have"
        case _:
            return "no key of the tenant signed it"
