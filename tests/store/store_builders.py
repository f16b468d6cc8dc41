"""Builders of the store's tests."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from graphsync.store.db import Store
from graphsync.store.journal import Entry
from policies.people import PersonKey


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **span: float) -> datetime:
        self.time += timedelta(**span)
        return self.time


def an_entry(item: str = "disable_user pb:1", **fields: object) -> Entry:
    """An intent to block a pupil, unless told otherwise."""
    operation, person, *_ = item.split()
    given = {
        "school": "pb",
        "run": "r-20260901-1a2b",
        "what": "intent",
        "operation": operation,
        "person": PersonKey.parse(person),
        "population": "pupil",
        **fields,
    }
    return Entry(item=item, **given)  # type: ignore[arg-type]


class _Undo(Exception):
    pass


@contextmanager
def taken_back(store: Store) -> Iterator[None]:
    """A transaction that never commits: what happens in it leaves no trace."""
    with suppress(_Undo), store.transaction():
        yield
        raise _Undo
