"""Hostile answers to the door: each a named problem without a name in it, or settled."""

import time

import pytest
from hostile_door import HTML, PAGE, PERSON, a_door, always, problem_of
from hostile_server import HostileServer, http
from tenant_in_a_box import Ids, Journal, a_create, cleared

from graphsync.tenant import mirror
from graphsync.tenant.answers import Answer
from graphsync.tenant.delta import latest
from graphsync.tenant.door import for_writing
from graphsync.tenant.limits import MEGABYTE, Limits
from graphsync.tenant.problems import (
    AnswerMalformed,
    DeltaUnfinished,
    EndlessPages,
    ForeignLink,
    NotGraph,
    TenantUnreachable,
    ThrottledTooLong,
)
from graphsync.tenant.requests import items
from graphsync.tenant.sending import perform


@pytest.mark.parametrize(
    "body",
    [
        b'{"value":[{"id":"1","displayName":"Ada Lov',
        b"",
        b"null",
        b"[]",
        b'{"value":{"id":"1"}}',
        b'{"value":[{"id":1}]}',
        b'{"value":[{"id":"1","displayName":["Ada"]}]}',
        b'{"value":[{"id":"1","signInSessionsValidFromDateTime":"Ada"}]}',
        b'{"value":[{"displayName":"Ada"}]}',
        b'{"value":[{"id":"1","accountEnabled":"true"}]}',
        b'{"value":[{"id":"1","displayName":"\xff\xfe"}]}',
        b'{"value":[],"@odata.nextLink":7}',
        b'{"value":' + b"[" * 100_000,
        b'{"x":' + b'{"x":' * 100_000,
        b"\x00" * 100,
    ],
)
async def test_a_body_of_the_wrong_form_is_named_with_its_place_and_no_value(body, tmp_path):
    await problem_of(AnswerMalformed, always(http(body=body)), tmp_path)


@pytest.mark.parametrize(
    "reply",
    [
        http(200, PAGE, HTML),
        http(403, PAGE, HTML),
        http(407, PAGE, HTML),
        http(502, PAGE, HTML),
        http(503, PAGE, HTML),
        http(401, PAGE, HTML),
        http(404, PAGE, HTML),
        http(302, b"", Location="https://elsewhere.example/login"),
        http(307, b"", Location="/v1.0/users"),
        http(200, b'{"value":[]}', "text/plain"),
        http(200, b'{"value":[]}', None),
        http(403, {"error": "blocked for Ada"}),
        http(511, b""),
    ],
)
async def test_what_is_not_graph_is_named_and_never_a_missing_permission(reply, tmp_path):
    if reply.startswith(b"HTTP/1.1 511"):
        reply = http(511, PAGE, HTML)
    server = await problem_of(NotGraph, always(reply), tmp_path)
    assert len(server.graph_calls) <= 5


async def test_neither_token_nor_password_follows_a_redirect(tmp_path):
    async with HostileServer(always(http(200, {}))) as elsewhere:
        redirect = http(307, b"", Location=f"{elsewhere.url}/v1.0/$batch")
        async with a_door(always(redirect), tmp_path) as door:
            journal = Journal()
            made = items([a_create()], Ids(), door.settings)
            await perform(for_writing(door, cleared()), made, journal)
        assert journal.meanings() == ["settle_by_reading"]
        assert elsewhere.calls == []


def chain(make_link):
    """Pages that each link to the next that this gives."""
    numbers = iter(range(10**9))

    def script(call):
        if not call.path.startswith("/v1.0"):
            return None
        return http(body={"value": [], "@odata.nextLink": make_link(call, next(numbers))})

    return script


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/v1.0/users",
        "http://localhost/v1.0/users",
        "https://localhost@elsewhere.example/v1.0/users",
        "https://[broken/users",
        "//elsewhere.example/users@",
        "javascript:alert(1)",
        "users?$skiptoken=1",
        "",
    ],
)
async def test_our_token_goes_nowhere_but_to_graph(link, tmp_path):
    kind = NotGraph if link.startswith("//") else ForeignLink
    pages = iter([http(body={"value": [], "@odata.nextLink": link})])
    server = await problem_of(
        kind, lambda call: next(pages, http(404)) if "/v1.0" in call.path else None, tmp_path
    )
    assert all(call.path.startswith("/v1.0") for call in server.calls if "oauth2" not in call.path)


async def test_a_link_to_plain_http_on_the_same_host_is_refused(tmp_path):
    def script(call):
        plain = f"http://{call.headers['host']}/v1.0/users?$skiptoken=2"
        return always(http(body={"value": [], "@odata.nextLink": plain}))(call)

    server = await problem_of(ForeignLink, script, tmp_path)
    assert len(server.graph_calls) == 1


async def test_a_page_that_links_to_itself_ends_the_list(tmp_path):
    script = chain(lambda call, _: f"https://{call.headers['host']}/v1.0/users?$skiptoken=2")
    server = await problem_of(EndlessPages, script, tmp_path)
    assert len(server.graph_calls) == 2


async def test_pages_that_go_on_and_on_are_given_up_at_the_limit(tmp_path):
    script = chain(lambda call, n: f"https://{call.headers['host']}/v1.0/users?$skiptoken={n}")
    limits = Limits(pages=12)
    server = await problem_of(EndlessPages, script, tmp_path, limits=limits)
    assert len(server.graph_calls) == 12


async def test_a_collection_that_is_larger_than_any_tenant_is_given_up(tmp_path):
    def script(call):
        link = f"https://{call.headers['host']}/v1.0/users?$skiptoken={time.monotonic_ns()}"
        filler = "x" * MEGABYTE
        return always(http(body={"value": [], "x": filler, "@odata.nextLink": link}))(call)

    limits = Limits(collection_bytes=3 * MEGABYTE)
    server = await problem_of(EndlessPages, script, tmp_path, limits=limits)
    assert len(server.graph_calls) == 3


async def test_a_delta_without_its_delta_link_is_no_delta(tmp_path):
    async def read(door):
        await latest(door, "/users/delta?$deltatoken=latest")

    await problem_of(DeltaUnfinished, always(http(body={"value": []})), tmp_path, read)
    foreign = http(body={"value": [], "@odata.deltaLink": "https://elsewhere.example/delta"})
    await problem_of(ForeignLink, always(foreign), tmp_path, read)


async def test_a_round_that_ends_without_a_delta_link_keeps_no_old_one(tmp_path):
    links = {"users_link": "/users/delta?a", "groups_link": "/groups/delta?a"}
    before = mirror.Mirror({}, {}, {}, frozenset(), **links, roles_read_on=None, select="")

    async def users(door):
        await mirror._changed_users(door, before, "employeeId")

    async def groups(door):
        await mirror.group_news(door, before.groups, before.groups_link)

    for read in (users, groups):
        await problem_of(DeltaUnfinished, always(http(body={"value": []})), tmp_path, read)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("rest", ["315360000", "9" * 18, "Fri, 31 Dec 9999 23:59:59 GMT"])
async def test_a_read_does_not_sit_out_a_rest_of_years(status, rest, tmp_path):
    date_now = "Wed, 25 Nov 2026 10:00:00 GMT"
    reply = http(status, {"error": {"code": "TooMany"}}, Retry_After=rest, Date=date_now)
    server = await problem_of(ThrottledTooLong, always(reply), tmp_path)
    assert len(server.graph_calls) == 1


async def test_a_batch_of_reads_does_not_sit_out_a_rest_of_years(tmp_path):
    item = {"id": "0", "status": 429, "headers": {"Retry-After": "315360000"}, "body": {}}

    async def read(door):
        await door.read_batch(["/users/1"])

    await problem_of(ThrottledTooLong, always(http(body={"responses": [item]})), tmp_path, read)


@pytest.mark.parametrize(
    "rest",
    [
        "-5",
        "nan",
        "inf",
        "1e9",
        "1_000",
        "soon",
        "",
        "9" * 400,
        "Mon, 99 Foo 2026",
        "\u0663",
        "Wed, 25 Nov 2026 10:00:00 -0000",
    ],
)
def test_a_retry_after_that_says_nothing_is_none(rest):
    date_now = "Wed, 25 Nov 2026 10:00:00 GMT"
    assert Answer(429, {"retry-after": rest, "date": date_now}, b"", "").retry_after is None


@pytest.mark.parametrize(
    "responses",
    [
        "no list",
        [{"id": "0", "status": "200", "body": {}}],
        [{"id": 0, "status": 200, "body": {}}],
        [{"status": 200}],
        [None],
    ],
)
async def test_a_batch_of_reads_that_cannot_be_told_is_named(responses, tmp_path):
    async def read(door):
        await door.read_batch(["/users/1"])

    script = always(http(body={"responses": responses}))
    await problem_of(AnswerMalformed, script, tmp_path, read)


@pytest.mark.parametrize(
    "responses",
    [
        [],
        [{"id": "1", "status": 200, "body": {}}],
        [{"id": "00", "status": 200, "body": {}}],
        [{"id": "0", "status": 200, "body": {}}, {"id": "0", "status": 404, "body": {}}],
    ],
)
async def test_reads_without_one_answer_of_their_own_are_asked_again_within_bounds(
    responses, tmp_path
):
    async def read(door):
        await door.read_batch(["/users/1"])

    script = always(http(body={"responses": responses}))
    server = await problem_of(TenantUnreachable, script, tmp_path, read)
    assert len(server.graph_calls) == 10


async def test_hostile_words_in_an_error_are_not_repeated(tmp_path):
    error = {"code": f"{PERSON} <b>", "message": PERSON}
    details = [{"code": "x", "target": f"of {PERSON}"}]
    item = {"id": "0", "status": 400, "body": {"error": error | {"details": details}}}
    item["headers"] = {"request-id": f"<{PERSON}>"}
    script = always(http(body={"responses": [item]}, request_id="\x1b[31mred"))
    async with a_door(script, tmp_path) as door:
        journal = Journal()
        made = items([a_create()], Ids(), door.settings)
        await perform(for_writing(door, cleared()), made, journal)
    (judgement,) = journal.outcomes.values()
    assert "ada" not in judgement.text
    answer = Answer(400, {}, b'{"error":{"code":"' + b"x" * 5000 + b'"}}', "")
    assert answer.code == ""
