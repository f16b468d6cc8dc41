"""The buckets at Graph's own pace (Graph docs: throttling-limits, throttling, json-batching)."""

import time
from typing import Any, NamedTuple

import pytest

WRITES = 3000  # of an application in a tenant, in 150 s
PERMISSIONS = ("User.ReadWrite.All",)


def batch(target, count=20, path="/users/nobody@school.example"):
    """Writes that change nothing: requests that fail count as well."""
    kind = {"Content-Type": "application/json"}
    items = [
        {"id": str(n), "method": "PATCH", "url": path, "headers": kind, "body": {"city": "Ely"}}
        for n in range(count)
    ]
    return target.send("POST /$batch", {"requests": items}, target.token(PERMISSIONS))


class Spending(NamedTuple):
    """The answers of writes sent as fast as they go, until one is refused, and how long it took."""

    rows: list[dict[str, Any]]
    seconds: float


@pytest.fixture(scope="module")
def spending(spent):
    started = time.monotonic()
    rows = []
    for _ in range(500):
        answer = batch(spent)
        assert answer.status_code == 200
        rows += answer.json()["responses"]
        if any(row["status"] == 429 for row in rows[-20:]):
            break
    return Spending(rows, time.monotonic() - started)


@pytest.fixture
def exhausted(spending):
    return spending.rows


def test_three_thousand_writes_pass_and_as_many_as_refill(spending):
    passed = sum(row["status"] == 404 for row in spending.rows)
    assert WRITES <= passed <= WRITES + 20 * spending.seconds + 1


def test_the_batch_is_200_while_its_items_are_429(exhausted):
    assert {row["status"] for row in exhausted} == {404, 429}


def test_a_refused_item_says_why_whose_and_how_long(exhausted, spent):
    row = next(row for row in exhausted if row["status"] == 429)
    headers = row["headers"]
    assert row["body"]["error"]["code"] == "TooManyRequests"
    assert 1 <= int(headers["Retry-After"]) <= 150
    scope, what, _, tenant = headers["x-ms-throttle-scope"].split("/")
    assert (scope, what, tenant) == ("Tenant_Application", "Write", spent.tenant)
    assert headers["x-ms-throttle-information"] == "WriteLimitExceeded"


def test_the_share_is_told_from_four_fifths_on(exhausted):
    told = [float(row["headers"].get("x-ms-throttle-limit-percentage", 0)) for row in exhausted]
    early, late = told[: WRITES // 2], told[-100:]
    assert set(early) == {0}
    assert all(0.8 <= each <= 1.8 for each in late)


def test_a_refused_request_outside_a_batch_is_429_itself(exhausted, spent):
    for _ in range(50):  # what has come back since the bucket was spent
        if any(row["status"] == 429 for row in batch(spent).json()["responses"]):
            break
    answer = spent.send("PATCH /users/x", {"city": "Ely"}, spent.token(PERMISSIONS))
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_reading_and_other_applications_go_on(exhausted, spent):
    assert spent.send("GET /users?$top=1", None, spent.token(PERMISSIONS)).status_code == 200
    assert spent.send("PATCH /users/x", {"city": "Ely"}).status_code == 404


def test_reports_take_five_requests_in_ten_seconds(spent):
    started, passed = time.monotonic(), 0
    while (answer := spent.send("GET /auditLogs/directoryAudits?$top=1")).status_code == 200:
        passed += 1
    assert answer.status_code == 429
    assert 5 <= passed <= 5 + (time.monotonic() - started) / 2 + 1
