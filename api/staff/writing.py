"""Writes over the API: once, however often they are sent; and lists as CSV."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import Header
from fastapi.responses import Response

from api.permissions import Who
from api.problems import Problem
from api.staff.home import Home, digest
from reports.spreadsheet import written

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        description="of your own making, a new one for each act; the same again changes nothing",
        examples=["5f0c8a1e-approve-1"],
    ),
]


def once(
    home: Home, who: Who, key: str, asked: str, act: Callable[[], Any], status: int = 200
) -> Response:
    """What `act` returned, as JSON: the same key and request again get the same answer.

    `asked` is the whole request as a text. `act` runs inside the transaction that takes the key, so
    that neither stands without the other; what writes to the tenant is therefore only begun there.
    Raises Problem for a key that another request has.
    """
    store, now = home.bench.store, home.bench.now()
    taken = digest(f"{who.identity}\n{key}")
    request = hashlib.sha256(asked.encode()).hexdigest()
    with store.transaction():
        if store.answered_writes.begin(taken, request, now):
            store.answered_writes.put(taken, msgspec.json.encode(act()))
        answer = store.answered_writes.answer(taken, request)
    if answer is None:
        raise Problem(
            422, "key_taken", "This Idempotency-Key was used for another request; make a new one."
        )
    return Response(answer, status, media_type="application/json")


def claimed(home: Home, who: Who, key: str, asked: str) -> None:
    """Take a key for work that cannot be undone and therefore runs outside the transaction.

    Raises Problem for a key that was taken before, by whatever request: what it was for has begun,
    and is never begun twice.
    """
    request = hashlib.sha256(asked.encode()).hexdigest()
    taken = digest(f"{who.identity}\n{key}")
    if not home.bench.store.answered_writes.begin(taken, request, home.bench.now()):
        raise Problem(
            409,
            "key_taken",
            "What this Idempotency-Key was used for has begun already: look what came of it, and"
            " make a new key for what is left.",
        )


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> Response:
    """A file for a spreadsheet; no cell of it is a formula. `name` is ours, without `.csv`."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(written(columns, rows), 200, headers, media_type="text/csv; charset=utf-8")
