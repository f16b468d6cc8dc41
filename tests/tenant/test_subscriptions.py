"""Subscriptions as Graph tells them: those that have ended beside those that are paid for."""

import json

from graphsync.tenant import reading


def test_units_of_a_subscription_that_has_ended_are_told_apart():
    row = {
        "skuId": "a1",
        "skuPartNumber": "A1",
        "consumedUnits": 900,
        "capabilityStatus": "Warning",
        "prepaidUnits": {"enabled": 10, "suspended": 3, "warning": 1000, "lockedOut": 0},
        "servicePlans": [],
    }
    told = reading.skus(json.dumps({"value": [row]}).encode())["a1"]
    assert (told.enabled_units, told.consumed_units) == (10, 900)
    assert (told.warning_units, told.suspended_units, told.status) == (1000, 3, "Warning")
