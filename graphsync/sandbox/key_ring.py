"""The keys that sign tokens: one signs, and those it followed still verify until their tokens die.

Entra docs "signing-key-rollover": keys change at any time, and clients find them by ``kid`` in the
key set that discovery names.
"""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from graphsync.sandbox.certificates import kept, new_private_key

LONGEST_LIFE_SECONDS = 3600  # of the tokens signed here


class KeyRing:
    """The signing key, in a file of its own, and the public halves of retired ones.

    path     the private key, PEM; made on first use
    retired  rows ``{"kid", "pem", "until"}``, which the tenant keeps; changed in place
    keep     writes the rows to storage
    """

    def __init__(self, path: Path, retired: list[dict[str, Any]], keep: Callable[[], None]) -> None:
        self._path = path
        self._retired = retired
        self._keep = keep
        self._load(kept(path, new_private_key))

    def _load(self, pem: bytes) -> None:
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("the token key is RSA")
        self._key = key
        self._public = {_kid(key.public_key()): key.public_key()}
        (self.kid,) = self._public
        for row in self._retired:
            self._public.setdefault(row["kid"], _public_key(row["pem"]))

    def sign(self, claims: dict[str, Any]) -> str:
        """A JWT (RS256) by the key of the day."""
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.kid})

    def public(self, kid: str | None, now: float) -> rsa.RSAPublicKey:
        """The key of that name if it still verifies, otherwise the signing one."""
        self._forget(now)
        return self._public.get(kid or self.kid) or self._public[self.kid]

    def jwks(self, now: float) -> dict[str, Any]:
        """The key set of the discovery endpoint, the signing key first."""
        self._forget(now)
        return {"keys": [_jwk(kid, key) for kid, key in self._public.items()]}

    def rotate(self, now: float) -> str:
        """Lets a new key sign; its kid. The retired public half is on disk before the key goes."""
        self._forget(now)
        pem = self._public[self.kid].public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        until = now + LONGEST_LIFE_SECONDS
        self._retired.append({"kid": self.kid, "pem": pem.decode(), "until": until})
        self._keep()
        made = new_private_key()
        fresh = self._path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(made)
        fresh.replace(self._path)
        self._load(made)
        return self.kid

    def _forget(self, now: float) -> None:
        """Drops the keys none of whose tokens lives any more."""
        for row in [each for each in self._retired if each["until"] <= now]:
            self._retired.remove(row)
            if row["kid"] != self.kid:
                self._public.pop(row["kid"], None)


def _public_key(pem: str) -> rsa.RSAPublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("a token key is RSA")
    return key


def _kid(key: rsa.RSAPublicKey) -> str:
    return base64url(hashlib.sha256(_modulus(key).encode()).digest()[:20])


def _modulus(key: rsa.RSAPublicKey) -> str:
    return base64url(key.public_numbers().n.to_bytes(256, "big"))


def _jwk(kid: str, key: rsa.RSAPublicKey) -> dict[str, Any]:
    return {
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": kid,
        "n": _modulus(key),
        "e": base64url(key.public_numbers().e.to_bytes(3, "big")),
    }


def base64url(raw: bytes) -> str:
    """Without padding, as JSON Web Tokens have it (RFC 7515)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
