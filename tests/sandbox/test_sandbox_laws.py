"""Laws that hold for every history of the tenant, and for every request however malformed."""

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tenants_in_process import (
    SKU,
    Actor,
    Mirror,
    a_storage,
    a_tenant,
    call,
    caught_up,
    true_members,
    truth,
)

from graphsync.sandbox import users
from graphsync.sandbox.batch import batch_answer
from graphsync.sandbox.filters import compile_filter
from graphsync.sandbox.graph import Request, answer
from graphsync.sandbox.licences import assign_license
from graphsync.sandbox.paths import route
from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.schema import properties
from graphsync.sandbox.state import canonical_state
from graphsync.sandbox.tokens import Caller

number = st.integers(0, 7)
# What is done: changes (0-5, creations and memberships more often), a page of delta (6) by the
# replica asked last or (7) by one anywhere between the floor and now, or the floor catching up
# and the past being forgotten (8).
KINDS = [0, 0, 1, 2, 3, 4, 5, 5, 5, 5, 6, 7, 7, 7, 8]
step = st.tuples(st.sampled_from(KINDS), number, number)
steps = st.lists(step, min_size=10, max_size=60)
CALLER = Caller("app", frozenset({"User.ReadWrite.All", "Group.ReadWrite.All"}), 1e12)


def advance(tenant, kind, first):
    """Moves the replica that will be asked next, anywhere between the floor and now."""
    replicas = tenant.replicas
    if kind == 7:
        replicas.at = replicas.floor + first * (tenant.timeline.latest - replicas.floor) // 7
    elif kind == 8:
        replicas.floor = replicas.at
        tenant.directory.forget_before(replicas.floor)


SPLIT_GROUP_THEN_REMOVED = [
    *[(0, 0, 0)] * 3,
    (4, 0, 0),
    *[(5, 0, 0)] * 5,
    *[(5, 1, 0), (5, 2, 0), (7, 0, 7), (5, 0, 0), (5, 1, 0), (6, 1, 0)],
]


@given(steps)
@example(SPLIT_GROUP_THEN_REMOVED)
@settings(max_examples=300, deadline=None)
def test_deltas_alone_lead_to_the_truth_whatever_the_replicas_show(history):
    tenant = a_tenant()
    actor = Actor(tenant)
    people = Mirror(tenant, "user", "$select=id,displayName")
    classes = Mirror(tenant, "group", "$select=displayName,members")
    for kind, first, second in history:
        if kind < 6:
            actor.act(kind, first, second)
        else:
            advance(tenant, kind, second)
        mirror = people if first % 3 == 0 else classes
        if kind in {6, 7} and mirror.turn_a_page():
            assert mirror.is_true_to_its_round()
    caught_up(tenant)
    people.catch_up()
    classes.catch_up()
    assert {key: row["displayName"] for key, row in people.rows.items()} == truth(tenant, "user")
    assert {key: row["displayName"] for key, row in classes.rows.items()} == truth(tenant, "group")
    assert {key: classes.members[key] for key in classes.rows} == true_members(tenant)


@given(steps)
@settings(max_examples=100, deadline=None)
def test_a_replica_shows_the_tenant_as_it_once_was(history):
    tenant = a_tenant()
    actor = Actor(tenant)
    directory = tenant.directory
    past = {}
    for kind, first, second in history:
        if kind < 6:
            actor.act(kind, first, second)
        else:
            advance(tenant, kind, first)
        past[tenant.timeline.latest] = shown(directory, tenant.timeline.latest)
    for horizon, picture in past.items():
        if horizon >= tenant.replicas.floor:
            assert shown(directory, horizon) == picture


def shown(directory, horizon):
    groups = [
        group
        for group in directory.listings["group"]
        if (version := group.seen(horizon)) and version.state == "active"
    ]
    return {
        group.id: {member.id for member in directory.seen_members(group, horizon)}
        for group in groups
    }


@given(steps)
@settings(max_examples=60, deadline=None)
def test_a_restart_changes_nothing(history):
    storage = a_storage()
    tenant = a_tenant(storage)
    actor = Actor(tenant)
    people = Mirror(tenant, "user", "$select=id,displayName")
    classes = Mirror(tenant, "group", "$select=displayName,members")
    for index, (kind, first, second) in enumerate(history):
        if kind < 6:
            actor.act(kind, first, second)
        if index == len(history) // 2:
            caught_up(tenant)
            people.catch_up()
            classes.catch_up()
            tenant.flush()
    tenant.flush()
    again = a_tenant(storage)
    assert canonical_state(again) == canonical_state(tenant)
    assert again.directory.licences == tenant.directory.licences
    assert again.directory.names == tenant.directory.names
    people.tenant = classes.tenant = again
    people.catch_up()
    classes.catch_up()
    assert {key: row["displayName"] for key, row in people.rows.items()} == truth(again, "user")
    assert {key: classes.members[key] for key in classes.rows} == true_members(again)


@given(st.integers(0, 30), st.integers(1, 12))
@settings(max_examples=30, deadline=None)
def test_pages_of_any_size_give_every_user_once(count, top):
    tenant = a_tenant()
    actor = Actor(tenant)
    for _ in range(count):
        actor.create()
    caught_up(tenant)
    here = "https://localhost/v1.0/users"
    for order in ("", "&$orderby=displayName", "&$orderby=userPrincipalName desc"):
        seen: list[str] = []
        query = f"$select=id&$top={top}{order}"
        while query:
            body = users.list_users(call(tenant, query=query, here=here)).body
            assert len(body["value"]) <= top
            seen += [row["id"] for row in body["value"]]
            query = body.get("@odata.nextLink", "").partition("?")[2]
        assert sorted(seen) == sorted(actor.users)


WORDS = ["displayName", "eq", "ne", "and", "or", "not", "(", ")", "'x'", "null", "in", ",", "x:x/"]
words = st.sampled_from(WORDS)


@given(st.one_of(st.text(max_size=40), st.lists(words, max_size=12).map(" ".join)))
@settings(deadline=None)
def test_any_filter_text_is_compiled_or_refused(text):
    predicate = status = None
    try:
        predicate = compile_filter(text, "user", counted=True)
    except Refusal as refusal:
        status = refusal.status
    assert status in {None, 400}
    if predicate is not None:
        assert predicate({"displayName": "x", "accountEnabled": True}) in {True, False}


@given(st.text(string.printable, max_size=60))
@settings(deadline=None)
def test_any_path_is_routed_or_refused(path):
    status = 200
    try:
        route("GET", "/" + path)
    except Refusal as refusal:
        status = refusal.status
    assert status in {200, 400, 405, 501}


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
named = st.dictionaries(st.sampled_from(sorted(properties("user"))), json, max_size=6)
bodies = st.one_of(json, named)
places = st.sampled_from(
    [
        ("POST", "/users"),
        ("PATCH", "/users/{id}"),
        ("POST", "/users/{id}/assignLicense"),
        ("POST", "/users/{id}/sendMail"),
        ("POST", "/groups"),
        ("PATCH", "/groups(uniqueName='x')"),
        ("POST", "/directory/deletedItems/{id}/restore"),
    ]
)


@given(places, bodies)
@settings(max_examples=300, deadline=None)
def test_no_body_however_odd_is_more_than_a_bad_request(place, body):
    tenant = a_tenant()
    actor = Actor(tenant)
    actor.create()
    caught_up(tenant)
    method, path = place
    headers = {"prefer": "create-if-missing"}
    request = Request(method, path.replace("{id}", actor.users[0]), "", headers, body)
    record = tenant.log.open("", method, path)
    result = answer(tenant, CALLER, request, "https://localhost", record)
    assert result.status < 500


@given(st.one_of(json, st.fixed_dictionaries({"requests": st.lists(json, max_size=3)})))
@settings(deadline=None)
def test_no_batch_however_odd_is_more_than_a_bad_request(body):
    tenant = a_tenant()
    record = tenant.log.open("", "POST", "/v1.0/$batch")
    statuses = []
    try:
        result = batch_answer(tenant, CALLER, body, "https://localhost", record)
        statuses = [row["status"] for row in result.body["responses"]]
    except Refusal as refusal:
        statuses = [refusal.status]
    assert max(statuses) < 500


def test_when_no_licence_is_left_the_next_is_refused():
    tenant = a_tenant()
    actor = Actor(tenant)
    for _ in range(3):
        actor.create()
    caught_up(tenant)
    body = {"addLicenses": [{"skuId": SKU.sku_id}], "removeLicenses": []}
    for key in actor.users:
        users.patch_user(call(tenant, [key], body={"usageLocation": "GB"}))
    caught_up(tenant)
    for key in actor.users[:2]:
        assert assign_license(call(tenant, [key], body=body)).status == 200
    with pytest.raises(Refusal, match="does not have any available licenses"):
        assign_license(call(tenant, [actor.users[2]], body=body))


def test_a_licence_right_after_the_usage_location_is_refused_until_it_has_replicated():
    tenant = a_tenant()
    actor = Actor(tenant)
    actor.create()
    caught_up(tenant)
    users.patch_user(call(tenant, actor.users, body={"usageLocation": "GB"}))
    body = {"addLicenses": [{"skuId": SKU.sku_id}], "removeLicenses": []}
    with pytest.raises(Refusal, match="invalid usage location"):
        assign_license(call(tenant, actor.users, body=body))
    caught_up(tenant)
    assert assign_license(call(tenant, actor.users, body=body)).status == 200
