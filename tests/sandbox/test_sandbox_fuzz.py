"""Every operation under odd bodies: refused as Graph refuses, never an error of the sandbox.

One law draws bodies at random; the other goes through the schema: each operation that writes, each
property of its type, each value of a list of wrong ones.
"""

from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running_sandbox import ref
from tenants_in_process import SKU, Actor, a_tenant, caught_up

from graphsync.sandbox.filter_rules import FILTERS
from graphsync.sandbox.graph import Request, answer
from graphsync.sandbox.operations import OPERATIONS
from graphsync.sandbox.permissions import _TABLE
from graphsync.sandbox.schema import names, properties
from graphsync.sandbox.tokens import Caller

EVERYTHING = frozenset().union(*_TABLE.values())
CALLER = Caller("0d5a1d5c-0000-0000-0000-000000000000", EVERYTHING, 1e12)
TYPES = (
    "user",
    "group",
    "administrativeUnit",
    "mailboxSettings",
    "automaticRepliesSetting",
    "temporaryAccessPassAuthenticationMethod",
    "team",
)
PARAMETERS = names(
    """
    @odata.id @odata.type members@odata.bind owners@odata.bind addLicenses removeLicenses skuId ids
    types groupIds securityEnabledOnly entityType onBehalfOfUserId message roleId roleMemberInfo id
    """
)
keys = st.sampled_from(
    [*sorted(PARAMETERS), "", *(name for kind in TYPES for name in properties(kind))]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(
        ["{id}", "2026-09-01T00:00:00.5+99:99", SKU.sku_id, "#microsoft.graph.group"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
bodies = st.one_of(values, st.dictionaries(keys, values, max_size=5))
queries = st.sampled_from(
    ["", "$select=id", "$filter=displayName eq 'x'", "$count=true", "$top=1", "$expand=manager",
     '$search="displayName:x"', "$orderby=displayName", "$expand=members($select=id)", "$skip=1"]
)  # fmt: skip


@given(st.sampled_from(OPERATIONS), bodies, queries, st.booleans())
@settings(max_examples=250, deadline=None)
def test_no_request_however_odd_is_more_than_a_bad_request(operation, body, query, advanced):
    tenant = a_tenant()
    actor = Actor(tenant)
    actor.create()
    actor.form(1, 0)
    caught_up(tenant)
    subject = actor.groups[0] if "group" in operation.template else actor.users[0]
    path = operation.template.replace("={id}", "='x'").replace("{id}", subject)
    headers = {"prefer": "create-if-missing"}
    if advanced:
        headers["consistencylevel"] = "eventual"
    sent = _with_ids(body, actor.users[0])
    request = Request(operation.method, path, query, headers, sent)
    record = tenant.log.open("", operation.method, path)
    result = answer(tenant, CALLER, request, "https://localhost", record)
    assert result.status < 500 or result.status == 501
    if result.status >= 400:
        assert result.body["error"]["code"]


def _with_ids(value, key):
    if isinstance(value, dict):
        return {
            name: ref(key) if name == "@odata.id" else _with_ids(each, key)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_with_ids(each, key) for each in value]
    return key if value == "{id}" else value


GUID = "11111111-2222-3333-4444-555555555555"


def nested(depth):
    """Lists in objects in lists."""
    value = []
    for _ in range(depth // 2):
        value = {"a": [value]}
    return value


WRONG = (
    None, True, 0, -1, 2**31, 2**63, 2**70, 1.5, 1e308, "", " ", "x" * 300, "x" * 100_000, "\x00",
    "a\nb", "\u0130", "\U0001f4a9", "\u202e", [], [None], [[]], [1], [{}], ["x"], {}, {"a": {}},
    {"password": 1}, {"password": None}, nested(98), "2026-13-45T99:99:99Z",
    "9999-12-31T23:59:59.999999999999Z", "0001-01-01T00:00:00Z", GUID, [GUID], "@", "a@b",
    [{"skuId": GUID}], [{"skuId": SKU.sku_id, "disabledPlans": [GUID]}], {"@odata.id": "x"},
)  # fmt: skip
BODIES = {
    "POST /users": {
        "accountEnabled": True,
        "displayName": "x",
        "mailNickname": "x",
        "userPrincipalName": "x@school.example",
        "passwordProfile": {"password": "Orange-Kite-42"},
    },
    "POST /groups": {
        "displayName": "x",
        "mailEnabled": False,
        "mailNickname": "x",
        "securityEnabled": True,
    },
    "POST /users/{id}/sendmail": {
        "message": {"toRecipients": [{"emailAddress": {"address": "a@b.example"}}]}
    },
    "POST /users/{id}/assignlicense": {"addLicenses": [], "removeLicenses": []},
    "POST /directory/administrativeunits": {"displayName": "x"},
}
BODIES["PATCH /groups(uniquename={id})"] = BODIES["POST /groups"]
BODIES["POST /directory/administrativeunits/{id}/members"] = {
    **BODIES["POST /groups"],
    "@odata.type": "#microsoft.graph.group",
}
BODIES["POST /groups/{id}/assignlicense"] = BODIES["POST /users/{id}/assignlicense"]
WRITING = [operation for operation in OPERATIONS if operation.method != "GET"]


def schema_of(operation):
    """The properties a body of the operation may have, as far as its path tells."""
    template = operation.template
    kinds = {
        "mailboxsettings": ("mailboxSettings",),
        "temporaryaccesspass": ("temporaryAccessPassAuthenticationMethod",),
        "administrativeunits": ("administrativeUnit",),
        "sendmail": ("message",),
        "/team": ("team",),
        "/users": ("user",),
        "/groups": ("group",),
    }
    found = next((types for part, types in kinds.items() if part in template), ())
    return sorted(PARAMETERS.union(*(properties(kind) for kind in found)))


class Stage:
    """A tenant with people, a group and a unit in it, for one operation; renewed when used up."""

    def __init__(self, operation):
        self.operation = operation
        self.renew()

    def renew(self):
        self.tenant = a_tenant(scale=1e9)
        actor = Actor(self.tenant)
        for _ in range(2):
            actor.create()
        actor.form(1, 0)
        unit = self.ask("POST", "/directory/administrativeUnits", {"displayName": "Unit"})
        self.group = actor.groups[0]
        caught_up(self.tenant)
        self.ask("PATCH", f"/users/{actor.users[0]}", {"mail": "mailbox@school.example"})
        caught_up(self.tenant)
        if "deleteditems" in self.operation.template:
            actor.delete(0, 0)
            caught_up(self.tenant)
        subjects = {"users": actor.users[0], "groups": actor.groups[0], "directory": unit["id"]}
        if "deleteditems" in self.operation.template:
            subjects["directory"] = actor.users[0]
        self.subject = subjects.get(self.operation.template.split("/")[1], actor.users[0])
        self.untouched = True

    def ask(self, method, path, body):
        request = Request(method, path, "", {"prefer": "create-if-missing"}, body)
        record = self.tenant.log.open("", method, path)
        answered = answer(self.tenant, CALLER, request, "https://localhost", record)
        assert answered.status < 500 or answered.status == 501, answered
        if answered.status >= 400:
            assert answered.body["error"]["code"]
        self.status = answered.status
        return answered.body

    def perform(self, body):
        path = self.operation.template.replace("={id}", "='x'").replace("{id}", self.subject)
        self.ask(self.operation.method, path, body)
        if self.status < 300:
            caught_up(self.tenant)
            self.tenant.flush()
            self.untouched = False
        if not self.untouched and (self.status == 404 or self.operation.method == "DELETE"):
            self.renew()


@pytest.mark.parametrize("operation", WRITING, ids=lambda each: f"{each.method} {each.template}")
def test_no_property_of_the_schema_takes_a_wrong_value_badly(operation):
    stage = Stage(operation)
    base = BODIES.get(f"{operation.method} {operation.template}", {})
    for value in WRONG:
        stage.perform(value)
    if operation.method == "DELETE":
        return
    for name in schema_of(operation):
        for value in WRONG:
            stage.perform({**base, name: value})
    for path in (
        "/users",
        "/groups",
        "/users/delta",
        "/groups/delta",
        "/auditLogs/directoryAudits",
    ):
        assert msgspec.json.encode(stage.ask("GET", path, None))
        assert stage.status == 200


paths = st.builds(
    "{}{}".format,
    keys | st.sampled_from(sorted(FILTERS["user"])),
    st.sampled_from(["", "", "", "/x", "/x/y", "/$count", "/any"]),
)
literals = st.sampled_from(
    ["null", "true", "1", "9" * 5_000, "1.5", "-1", "'x'", "''", "'", "2026-09-01T00:00:00Z", GUID]
)
operators = st.sampled_from(["eq", "ne", "ge", "le", "gt", "lt", "in", "has", "(", "and"])
clauses = st.one_of(
    st.builds("{} {} {}".format, paths, operators, literals),
    st.builds("{} in ({},{})".format, paths, literals, literals),
    st.builds("{}({},{})".format, st.sampled_from(["startswith", "endsWith"]), paths, literals),
    st.builds("{}/any(x:x {} {})".format, keys, operators, literals),
    st.builds("{}/any(x:startswith(x,{}))".format, keys, literals),
    st.builds("{}(x:x/{} eq {})".format, paths, keys, literals),
    st.text(alphabet="()':,/ aeqx1\u0661", max_size=30),
)
filters = st.recursive(
    clauses,
    lambda inner: st.one_of(
        st.builds("({})".format, inner),
        st.builds("not {}".format, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("{} and {}".format, inner, inner),
    ),
    max_leaves=4,
)
FULL = {
    "mail": "someone@school.example",
    "otherMails": ["a@b.example"],
    "businessPhones": ["1"],
    "employeeHireDate": "2026-09-01T00:00:00Z",
    "onPremisesExtensionAttributes": {"extensionAttribute1": "x"},
    "usageLocation": "GB",
}
FILTERED = [
    operation
    for operation in OPERATIONS
    if operation.method == "GET" and operation.template.rpartition("/")[2] != "{id}"
]


@pytest.fixture(scope="module")
def read() -> Stage:
    """Someone who has something in every property that filters look into."""
    stage = Stage(OPERATIONS[0])
    user = f"/users/{stage.subject}"
    licence = {"addLicenses": [{"skuId": SKU.sku_id, "disabledPlans": []}], "removeLicenses": []}
    for method, path, body in (
        ("PATCH", user, FULL),
        ("POST", f"{user}/assignLicense", licence),
        ("POST", f"/groups/{stage.group}/members/$ref", {"@odata.id": ref(stage.subject)}),
    ):
        stage.ask(method, path, body)
        assert stage.status < 300
        caught_up(stage.tenant)
    return stage


@given(st.sampled_from(FILTERED), filters, st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_filter_is_more_than_a_bad_request(read, operation, text, advanced):
    subject = read.group if operation.template.startswith("/group") else read.subject
    path = operation.template.replace("={id}", "='x'").replace("{id}", subject)
    query = urlencode({"$filter": text, "$count": "true"})
    headers = {"consistencylevel": "eventual"} if advanced else {}
    request = Request("GET", path, query, headers, None)
    record = read.tenant.log.open("", "GET", path)
    result = answer(read.tenant, CALLER, request, "https://localhost", record)
    assert result.status < 500 or result.status == 501
