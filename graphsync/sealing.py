"""Sealing initial passwords at rest, with a key that never lies in the store.

Fernet (AES-128-CBC with HMAC-SHA256) of the cryptography package. GRAPHSYNC_SEAL_KEY may hold
several keys separated by commas: the first seals, all of them open, so that a key can be changed.
"""

_MEND = (
    "GRAPHSYNC_SEAL_KEY must be one or more Fernet keys (32 bytes, URL-safe base64), separated by "
    "commas; make one with: python -c 'from cryptography.fernet import Fernet; "
    "print(Fernet.generate_key().decode())'"
)


def new_key() -> str:
    """A fresh key for GRAPHSYNC_SEAL_KEY."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


class SealProblem(Exception):
    """The key is no key, or what is sealed was sealed with another one."""


class Sealer:
    """Seals and opens short texts; its repr shows no key."""

    def __init__(self, key: str) -> None:
        from cryptography.fernet import Fernet, MultiFernet

        try:
            self._keys = MultiFernet([Fernet(one.strip()) for one in key.split(",")])
        except ValueError:
            raise SealProblem(_MEND) from None

    def seal(self, text: str) -> bytes:
        """The text, sealed with the first key."""
        return self._keys.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text; raises SealProblem when it was changed or no key of ours sealed it."""
        from cryptography.fernet import InvalidToken

        try:
            return self._keys.decrypt(sealed).decode()
        except InvalidToken:
            raise SealProblem(
                "the seal does not open: GRAPHSYNC_SEAL_KEY lacks the key it was made with; "
                "add that key behind a comma, or set a new password"
            ) from None
