"""Access tokens for Graph: issued by the token endpoint, checked on every call.

Shaped as Graph's own (v1): audience https://graph.microsoft.com, issuer https://sts.windows.net/.
"""

import base64
import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from graphsync.sandbox.apps import App
from graphsync.sandbox.problems import Refusal, bad_token

GRAPH_AUDIENCE = "https://graph.microsoft.com"
LIFE_SECONDS = 3599
_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a valid token speaks for."""

    client_id: str
    roles: frozenset[str]
    expires: float


class Tokens:
    """Signs and checks with one RSA key; checked tokens are remembered until they expire."""

    def __init__(self, tenant_id: str, key_pem: bytes) -> None:
        key = serialization.load_pem_private_key(key_pem, password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("the token key is RSA")
        self._key = key
        self._public = key.public_key()
        self._tenant_id = tenant_id
        self._issuer = f"https://sts.windows.net/{tenant_id}/"
        numbers = self._public.public_numbers()
        modulus = _base64url(numbers.n.to_bytes(256, "big"))
        self._kid = _base64url(hashlib.sha256(modulus.encode()).digest()[:20])
        self._jwk = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self._kid,
            "n": modulus,
            "e": _base64url(numbers.e.to_bytes(3, "big")),
        }
        self._known: OrderedDict[str, Caller] = OrderedDict()

    def jwks(self) -> dict[str, Any]:
        """The key set of the discovery endpoint."""
        return {"keys": [self._jwk]}

    def issue(self, app: App, now: float) -> str:
        """A token for the app, valid from ``now`` (seconds of the sandbox clock)."""
        issued = int(now)
        claims: dict[str, Any] = {
            "aud": GRAPH_AUDIENCE,
            "iss": self._issuer,
            "iat": issued,
            "nbf": issued,
            "exp": issued + LIFE_SECONDS,
            "aio": secrets.token_urlsafe(16),
            "app_displayname": app.name,
            "appid": app.client_id,
            "appidacr": "1",
            "idp": self._issuer,
            "idtyp": "app",
            "oid": app.object_id,
            "sub": app.object_id,
            "tid": self._tenant_id,
            "uti": secrets.token_urlsafe(16),
            "ver": "1.0",
        }
        if app.permissions:  # Entra docs: no roles claim when nothing was granted
            claims["roles"] = list(app.permissions)
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._kid})

    def check(self, authorization: str | None, now: float) -> Caller:
        """The caller of an Authorization header; raises 401 with the text Graph gives."""
        if not authorization:
            raise bad_token("Access token is empty.")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise bad_token("Access token is empty.")
        caller = self._known.get(token) or self._validated(token, now)
        if caller.expires <= now:
            raise bad_token("Lifetime validation failed, the token is expired.")
        return caller

    def _validated(self, token: str, now: float) -> Caller:
        claims = self._claims(token)
        if claims.get("nbf", 0) > now + 300:
            raise bad_token("Lifetime validation failed, the token is not yet valid.")
        caller = Caller(
            client_id=claims["appid"],
            roles=frozenset(claims.get("roles", ())),
            expires=float(claims["exp"]),
        )
        self._known[token] = caller
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return caller

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._public,
                algorithms=["RS256"],
                audience=GRAPH_AUDIENCE,
                issuer=self._issuer,
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


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
