"""Empty stores for tests, as copies of one: to make the schema anew takes a tenth of a second."""

import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from graphsync.store.db import Store


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        Store.open(f"sqlite:///{path}", lambda: datetime.now(UTC)).close()
        return path.read_bytes()


def fresh_store(path: Path) -> str:
    """The address of a SQLite store; where there is none yet, an empty one is put there."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(_empty())
    return f"sqlite:///{path}"
