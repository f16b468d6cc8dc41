"""What each request costs (Graph docs "throttling-limits", identity and access service)."""

import re

from graphsync.sandbox.operations import Operation
from graphsync.sandbox.query import Query
from graphsync.sandbox.throttle import Cost

_WRITE = Cost(1, 1)
# The page gives some functions that only read a cost of their own, and no write.
_FUNCTIONS = {
    "getmembergroups": 2,
    "getmemberobjects": 2,
    "checkmembergroups": 4,
    "checkmemberobjects": 4,
    "getbyids": 5,
}
_READS = {
    "/users": 2,
    "/users/$count": 2,
    "/users/delta": 2,
    "/users/{id}": 2,
    "/users/{id}/licensedetails": 2,
    "/users/{id}/memberof": 2,
    "/users/{id}/transitivememberof": 2,
    "/users/{id}/ownedobjects": 2,
    "/groups/{id}/members": 3,
    "/groups/{id}/transitivemembers": 5,
    "/groups/{id}/memberof": 2,
    "/groups/{id}/transitivememberof": 2,
    "/subscribedskus": 3,
    "/subscribedskus/{id}": 3,
    "/applications": 2,
    "/applications/{id}": 2,
    "/applications(appid={id})": 2,
}
_CAST = re.compile(r"/graph\.\w+")  # a cast narrows a collection and costs what it costs


def cost_of(operation: Operation, query: Query) -> Cost:
    """Base cost by path; ``$select`` and ``$top`` under 20 take one off, ``$expand`` adds one.

    It is never below 1 unit. ``getByIds`` is the exception: 2 units with ``$select``.
    """
    if operation.template.startswith(("/auditlogs", "/reports")):
        return Cost(0, 0, reports=1)
    if any(part in operation.template for part in ("/sendmail", "/mailboxsettings")):
        return Cost(0, 0, outlook=1)
    units = _FUNCTIONS.get(operation.template.rpartition("/")[2])
    if units is not None:
        return Cost(2 if units == 5 and "select" in query.options else units, 0)
    if operation.method != "GET":
        return _WRITE
    units = _READS.get(_CAST.sub("", operation.template), 1)
    if "select" in query.options:
        units -= 1
    if "expand" in query.options:
        units += 1
    top = query.options.get("top", "")
    if top.isdecimal() and int(top[:6]) < 20:
        units -= 1
    return Cost(max(units, 1), 0)
