"""Access tokens of applications for Graph and its neighbours, and the check of every Graph call.

Shaped as Graph's own (v1): audience https://graph.microsoft.com, issuer https://sts.windows.net/.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import jwt

from graphsync.sandbox.app_roles import APIS, GRAPH
from graphsync.sandbox.apps import App
from graphsync.sandbox.key_ring import KeyRing
from graphsync.sandbox.problems import Refusal, bad_token

GRAPH_AUDIENCE = GRAPH.audience
LIFE_SECONDS = 3599
_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a valid token speaks for: an app, or a person (``user``, an id) through it.

    roles   application permissions
    scopes  delegated permissions
    """

    client_id: str
    roles: frozenset[str]
    expires: float
    user: str | None = None
    scopes: frozenset[str] = frozenset()


class Tokens:
    """Signs with the ring's key and checks; checked tokens are remembered until they expire."""

    def __init__(self, tenant_id: str, ring: KeyRing) -> None:
        self.ring = ring
        self._tenant_id = tenant_id
        self.issuer = f"https://sts.windows.net/{tenant_id}/"
        self._known: OrderedDict[tuple[str, str], Caller] = OrderedDict()

    def issue(self, app: App, now: float, audience: str = GRAPH_AUDIENCE) -> str:
        """A token for the app, valid from ``now`` (seconds of the sandbox clock)."""
        claims: dict[str, Any] = {
            "aud": audience,
            "iss": self.issuer,
            **lifetime(now),
            "app_displayname": app.name,
            "appid": app.client_id,
            "appidacr": "1",
            "idp": self.issuer,
            "idtyp": "app",
            "oid": app.object_id,
            "sub": app.object_id,
            "tid": self._tenant_id,
            "ver": "1.0",
        }
        # Entra docs: no roles claim when nothing was granted
        if roles := [
            each for api in APIS if api.audience == audience for each in api.roles(app.permissions)
        ]:
            claims["roles"] = roles
        return self.ring.sign(claims)

    def check(
        self, authorization: str | None, now: float, audience: str = GRAPH_AUDIENCE
    ) -> Caller:
        """The caller of an Authorization header; raises 401 with the text Graph gives."""
        if not authorization:
            raise bad_token("Access token is empty.")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise bad_token("Access token is empty.")
        caller = self._known.get((audience, token)) or self._validated(token, now, audience)
        if caller.expires <= now:
            raise bad_token("Lifetime validation failed, the token is expired.")
        return caller

    def _validated(self, token: str, now: float, audience: str) -> Caller:
        claims = self._claims(token, now, audience)
        if claims.get("nbf", 0) > now + 300:
            raise bad_token("Lifetime validation failed, the token is not yet valid.")
        caller = Caller(
            client_id=claims["appid"],
            roles=frozenset(claims.get("roles", ())),
            expires=float(claims["exp"]),
            user=claims["oid"] if claims.get("idtyp") == "user" else None,
            scopes=frozenset(claims.get("scp", "").split()),
        )
        self._known[audience, token] = caller
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return caller

    def _claims(self, token: str, now: float, audience: str) -> dict[str, Any]:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            claims: dict[str, Any] = jwt.decode(
                token,
                self.ring.public(kid, now),
                algorithms=["RS256"],
                audience=audience,
                issuer=self.issuer,
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.InvalidAudienceError as error:
            raise bad_token("Access token validation failure. Invalid audience.") from error
        except jwt.InvalidIssuerError as error:
            raise bad_token("Access token validation failure. Invalid issuer.") from error
        except jwt.InvalidSignatureError as error:
            raise bad_token("Access token validation failure. Invalid signature.") from error
        except jwt.PyJWTError as error:
            raise self._malformed(token) from error
        if claims.get("tid") != self._tenant_id:
            raise bad_token("Access token validation failure. Invalid tenant.")
        return claims

    @staticmethod
    def _malformed(token: str) -> Refusal:
        if token.count(".") == 2:
            return bad_token("CompactToken parsing failed with error code: 80049217")
        return bad_token(
            "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in "
            "JWS or JWE Compact Serialization Format."
        )


def lifetime(now: float) -> dict[str, Any]:
    """The claims of every token that say when it lives, and the opaque ones."""
    issued = int(now)
    return {
        "iat": issued,
        "nbf": issued,
        "exp": issued + LIFE_SECONDS,
        "aio": secrets.token_urlsafe(16),
        "uti": secrets.token_urlsafe(16),
    }
