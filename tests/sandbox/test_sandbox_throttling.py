"""The documented buckets, spent by real batches in one process."""

import time

import pytest
from running_sandbox import item
from tenants_in_process import a_tenant, caught_up

from graphsync.sandbox.batch import batch_answer
from graphsync.sandbox.graph import Request, answer
from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.throttle import Cost, Throttle
from graphsync.sandbox.tokens import Caller

ROLES = frozenset({"User.ReadWrite.All", "Domain.Read.All"})
APP, OTHER = Caller("app", ROLES, 1e12), Caller("other", ROLES, 1e12)
# Twenty writes that change nothing: refused requests count as well.
WRITES = {
    "requests": [
        item(str(n), "PATCH", "/users/nobody@school.example", {"city": "x"}) for n in range(20)
    ]
}


def spend(tenant, caller=APP):
    record = tenant.log.open("", "POST", "/v1.0/$batch")
    return batch_answer(tenant, caller, WRITES, "https://localhost", record).body["responses"]


def read(tenant, caller=APP, path="/domains", query=""):
    record = tenant.log.open("", "GET", path)
    request = Request("GET", path, query, {}, None)
    return answer(tenant, caller, request, "https://localhost", record)


def spend_all(tenant, caller=APP):
    """Writes until one is refused; the answers, in the order of batches."""
    rows = spend(tenant, caller)
    while 429 not in {row["status"] for row in rows[-20:]}:
        rows += spend(tenant, caller)
    return rows


def test_three_thousand_writes_go_through_and_then_as_many_as_refill():
    tenant = a_tenant(scale=2)
    started = time.monotonic()
    rows = spend_all(tenant)
    refilled = 40 * (time.monotonic() - started)
    assert 3000 <= sum(row["status"] == 404 for row in rows) <= 3000 + refilled + 1


def test_a_refused_write_tells_what_is_spent_and_how_long_to_wait():
    tenant = a_tenant(scale=20)
    slow = [row for row in spend_all(tenant) if row["status"] == 429]
    headers = slow[0]["headers"]
    assert slow[0]["body"]["error"]["code"] == "TooManyRequests"
    assert headers["x-ms-throttle-scope"] == f"Tenant_Application/Write/app/{tenant.id}"
    assert headers["x-ms-throttle-information"] == "WriteLimitExceeded"
    time.sleep(max(int(row["headers"]["Retry-After"]) for row in slow))
    assert {row["status"] for row in spend(tenant)} == {404}


def test_a_bucket_nearly_used_up_is_told_from_four_fifths_on():
    tenant = a_tenant()
    told = [
        float(row["headers"]["x-ms-throttle-limit-percentage"])
        for row in spend_all(tenant)
        if "x-ms-throttle-limit-percentage" in row["headers"]
    ]
    assert 500 <= len(told) <= 700
    assert 0.8 <= min(told) <= 0.81


def test_reads_go_on_and_so_does_another_app():
    tenant = a_tenant()
    spend_all(tenant)
    assert read(tenant).status == 200
    assert {row["status"] for row in spend(tenant, OTHER)} == {404}


def refusal_of(throttle, app):
    """The first refusal that writes of this app meet."""
    try:
        while True:
            throttle.charge(app, Cost(0, 1))
    except Refusal as refusal:
        return refusal


def test_six_apps_share_the_tenants_bucket():
    throttle = Throttle("tenant", scale=0.001)
    for app in "abcdef":
        for _ in range(3000):
            throttle.charge(app, Cost(0, 1))
    headers = refusal_of(throttle, "g").headers
    assert headers["x-ms-throttle-scope"] == "Tenant/Write/g/tenant"


def test_a_refused_write_costs_too_up_to_a_twentieth_of_the_bucket():
    throttle = Throttle("tenant", scale=0.001)
    waits = [int(refusal_of(throttle, "a").headers["Retry-After"]) for _ in range(500)]
    assert waits[0] < waits[100] < waits[149]
    assert waits[499] <= 151 / 20 / 0.001


def test_a_select_and_a_short_page_cost_less():
    tenant = a_tenant()
    caught_up(tenant)
    prices = {
        query: read(tenant, path="/users", query=query).headers["x-ms-resource-unit"]
        for query in ("", "$select=id", "$top=5", "$select=id&$top=5")
    }
    assert prices == {"": "2", "$select=id": "1", "$top=5": "1", "$select=id&$top=5": "1"}


def test_each_mailbox_has_a_bucket_of_its_own_and_spends_no_writes():
    throttle = Throttle("tenant", 0.001)
    for _ in range(10_000):
        assert throttle.charge("app", Cost(0, 0, outlook=1), "head") == {}
    with pytest.raises(Refusal) as refused_call:
        throttle.charge("app", Cost(0, 0, outlook=1), "head")
    assert refused_call.value.status == 429
    assert throttle.charge("app", Cost(0, 0, outlook=1), "office") == {}
    assert throttle.charge("app", Cost(1, 1)) == {"x-ms-resource-unit": "1"}
