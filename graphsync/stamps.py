"""The mark we leave on an account, so that a lost database can be rebuilt (decision 6).

`gs:` and 13 characters of a digest of the person key: 16 characters, as many as `employeeId`
takes. It tells nobody the key.
"""

import base64
import hashlib

from policies.people import PersonKey

PREFIX = "gs:"
# How a change names the stamp; the settings say which attribute of Graph carries it.
PROPERTY = "stamp"


def stamp(key: PersonKey) -> str:
    """The stamp of this person's account."""
    digest = hashlib.sha256(str(key).encode()).digest()
    return PREFIX + base64.b32encode(digest).decode().lower()[:13]
