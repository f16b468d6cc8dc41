"""Every kind of fault, as it is played to a small school's night, and what the night does then.

`docs/faults.md` prints these rows; `test_fault_kinds.py` runs each.
"""

from typing import Any, NamedTuple

Rule = dict[str, Any]
BATCH, USERS, GROUPS = r"/\$batch$", r"/users$", r"/groups\(uniqueName"
DELTA, SKUS = r"/users/delta$", r"/subscribedSkus$"
REMOVALS = r"/members/[^/]+/\$ref$"


class FaultKind(NamedTuple):
    """What is done, to which world's night, what the night does, and what it may cost more.

    extra   requests beyond those of a night that nothing disturbs
    nights  2 where the night tells *unknown*, ends with 3, and the next one finishes
    """

    name: str
    rules: tuple[Rule, ...]
    does: str
    extra: int
    world: str = "first load"
    nights: int = 1


def status(number: int, path: str, **more: Any) -> tuple[Rule, ...]:
    """A refusal before anything is done, twice unless told otherwise."""
    return ({"kind": "status", "status": number, "path": path, "count": 2, **more},)


RETRIED = "sends them again, all of Retry-After later"
GUESSED = "sends them again after half a second, then one, then two"
READ_AGAIN = "asks again after one second, then two"
UNSURE = "reads what became of them, is not shown it, tells *unknown*; the next night does it"
SEEN = "reads what became of them and finds them done"

FAULT_KINDS = (
    FaultKind("429 for items, Retry-After 1", status(429, USERS, retryAfter=1), RETRIED, 2),
    FaultKind("429 for items, Retry-After 0.6", status(429, GROUPS, retryAfter="0.6"), RETRIED, 2),
    FaultKind("429 for items, no Retry-After", status(429, USERS), GUESSED, 2),
    FaultKind(
        "429 for every other item of shuffled answers",
        # Each rule lets one more pass, and none sees what the rule before it has hit.
        tuple(
            rule for n in (1, 2, 3) for rule in status(429, USERS, count=1, skip=n, retryAfter=1)
        ),
        RETRIED,
        2,
    ),
    FaultKind("429 for whole batches", status(429, BATCH, retryAfter=1), RETRIED, 2),
    FaultKind("429 for reads", status(429, SKUS, retryAfter="0.6"), RETRIED, 2),
    FaultKind(
        "429 for the first of a line, 424 behind it",
        status(429, REMOVALS, count=1, retryAfter=1),
        "sends the line again in its order: what waited for another item was not tried",
        1,
        world="moves",
    ),
    FaultKind("500 for reads", status(500, SKUS), READ_AGAIN, 2),
    FaultKind("503 for reads, Retry-After 1", status(503, DELTA, retryAfter=1), RETRIED, 2),
    FaultKind("504 for reads", status(504, DELTA), READ_AGAIN, 2),
    FaultKind("500 for items", status(500, USERS), UNSURE, 9, nights=2),
    FaultKind("503 for items", status(503, GROUPS), UNSURE, 9, nights=2),
    FaultKind("504 for items", status(504, USERS), UNSURE, 9, nights=2),
    FaultKind("504 for a whole batch", status(504, BATCH, count=1), UNSURE, 9, nights=2),
    FaultKind(
        "503 for items that are done",
        ({"kind": "commit_then_503", "path": USERS, "method": "POST", "count": 3},),
        SEEN,
        1,
    ),
    FaultKind(
        "503 for a batch that is done",
        ({"kind": "commit_then_503", "path": BATCH},),
        SEEN,
        1,
    ),
    FaultKind(
        "dropped: a read",
        ({"kind": "drop", "path": SKUS},),
        "asks again, at once or a second later",
        1,
    ),
    FaultKind("dropped: a batch", ({"kind": "drop", "path": BATCH},), UNSURE, 9, nights=2),
    FaultKind(
        "slow: every batch takes half a second",
        ({"kind": "slow", "path": BATCH, "seconds": 0.5, "count": None},),
        "waits for the answer, two minutes if need be",
        0,
    ),
    FaultKind(
        "a claims challenge",
        ({"kind": "claims", "path": BATCH},),
        "asks Entra for a token with these claims and sends the batch again",
        1,
    ),
    FaultKind(
        "lag: the replicas stand still for two seconds",
        ({"kind": "lag", "path": USERS, "method": "POST", "seconds": 2},),
        "sends again what is not found yet, and looks until the tenant shows it",
        16,
    ),
    FaultKind(
        "a bucket of writes overdrawn",
        ({"kind": "throttle", "bucket": "writes", "path": USERS, "method": "POST"},),
        RETRIED,
        2,
    ),
    FaultKind(
        "a bucket of resource units overdrawn",
        ({"kind": "throttle", "bucket": "units", "path": SKUS},),
        RETRIED,
        1,
    ),
    FaultKind(
        "delta links that have expired",
        ({"kind": "expire", "path": DELTA},),
        "answers 410 by listing users and groups afresh, and members, twenty groups a request",
        8,
    ),
)
