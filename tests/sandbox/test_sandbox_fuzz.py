"""Every operation under odd bodies: refused as Graph refuses, never an error of the sandbox."""

from hypothesis import given, settings
from hypothesis import strategies as st
from running_sandbox import ref
from tenants_in_process import SKU, Actor, a_tenant, caught_up

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
@settings(max_examples=500, deadline=None)
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
