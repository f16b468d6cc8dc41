"""Hostile answers to the door: each a named problem, bounded in time and memory, or settled."""

import asyncio
import contextlib
import io
import json
import re
import resource
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hostile_server import TOKEN, HostileServer, http
from tenant_in_a_box import Ids, Journal, a_create, cleared

from api.cli import main
from graphsync.tenant import mirror
from graphsync.tenant.answers import Answer
from graphsync.tenant.delta import latest
from graphsync.tenant.door import for_writing, open_door
from graphsync.tenant.limits import LARGEST_TOKEN, MEGABYTE, Limits
from graphsync.tenant.problems import (
    AnswerCut,
    AnswerMalformed,
    AnswerTooLarge,
    AnswerTooSlow,
    DeltaUnfinished,
    EndlessPages,
    EntraMalformed,
    ForeignLink,
    NotGraph,
    SignInRefused,
    TenantProblem,
    TenantUnreachable,
    ThrottledTooLong,
)
from graphsync.tenant.requests import items
from graphsync.tenant.sending import perform

PAGE = b"<html><body>Please sign in to the school's network, Ada Lovelace</body></html>"
HTML = "text/html; charset=utf-8"
PERSON = "ada.lovelace@school.example"


def now():
    return datetime.now(UTC)


async def no_sleep(_seconds):
    """For tests in which only the number of tries matters."""


def always(reply):
    """A script that answers every Graph call like this, and gives tokens.

    A function is called for each answer: a stream can be read only once.
    """

    def script(call):
        if not call.path.startswith("/v1.0"):
            return None
        return reply() if callable(reply) else reply

    return script


@contextlib.asynccontextmanager
async def a_door(script, folder, **changed):
    async with (
        HostileServer(script) as server,
        open_door(server.settings(folder, **changed), now, no_sleep) as door,
    ):
        door.server = server
        yield door


def tells_nothing(problem):
    """One sentence with its mend, and nobody's name in it."""
    text = str(problem)
    assert "Ada" not in text
    assert "ada" not in text
    assert "\n" not in text
    assert len(text) < 400
    assert "GRAPHSYNC_" in text or "again" in text or "network" in text


async def everybody(door):
    return await mirror._all_users(door, "employeeId")


async def problem_of(kind, script, folder, read=everybody, **changed):
    async with a_door(script, folder, **changed) as door:
        with pytest.raises(TenantProblem) as told:
            await read(door)
        assert type(told.value) is kind, told.value
        tells_nothing(told.value)
        return door.server


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


async def endless(head, piece):
    yield head
    for _ in range(100_000):
        yield piece


def bomb():
    """A quarter of a gigabyte of blanks, packed into a megabyte."""
    packer = zlib.compressobj(1, wbits=31)
    packed = b"".join(packer.compress(b" " * MEGABYTE) for _ in range(256)) + packer.flush()
    return http(200, packed, Content_Encoding="gzip")


@pytest.fixture(scope="module")
def packed_blanks():
    return bomb()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
FLOODS = {
    "length": (HEAD + b"Content-Length: 2147483648\r\n\r\n", b" " * 65536),
    "chunked": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        b"10000\r\n" + b" " * 65536 + b"\r\n",
    ),
    "until it closes": (HEAD + b"Connection: close\r\n\r\n", b" " * 65536),
}


STATUS, MARKS = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak():
    """The most memory this process had since this was asked last, in bytes.

    Where the system cannot forget an earlier peak (Linux can), since it began.
    """
    if not STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    held = int(re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())[1])
    MARKS.write_text("5")
    return held * 1024


def memory_now():
    """What a peak is compared with; earlier peaks are forgotten."""
    peak()
    return peak()


@pytest.mark.parametrize("flood", FLOODS)
async def test_two_gigabytes_are_not_read(flood, tmp_path):
    before, began = memory_now(), time.monotonic()
    server = await problem_of(AnswerTooLarge, always(lambda: endless(*FLOODS[flood])), tmp_path)
    assert server.written < 64 * MEGABYTE
    assert peak() - before < 80 * MEGABYTE
    assert time.monotonic() - began < 10


async def test_a_gzip_bomb_is_not_unpacked(tmp_path, packed_blanks):
    before = memory_now()
    await problem_of(AnswerTooLarge, always(packed_blanks), tmp_path)
    assert peak() - before < 80 * MEGABYTE


@pytest.mark.parametrize(
    "piece", [b'{"id":""},', b'{"id":"1","otherMails":[' + b'"x@",' * 500_000 + b'"x@"]},']
)
async def test_a_page_of_more_rows_than_graph_sends_is_not_taken_in(piece, tmp_path):
    rows = piece * (20 * MEGABYTE // len(piece))
    before = memory_now()
    await problem_of(
        AnswerMalformed, always(http(body=b'{"value":[' + rows[:-1] + b"]}")), tmp_path
    )
    assert peak() - before < 120 * MEGABYTE


async def test_a_write_whose_answer_is_too_large_is_settled_by_reading(tmp_path):
    limits = Limits(answer_bytes=MEGABYTE)
    script = always(lambda: endless(*FLOODS["chunked"]))
    async with a_door(script, tmp_path, limits=limits) as door:
        journal = Journal()
        made = items([a_create()], Ids(), door.settings)
        await perform(for_writing(door, cleared()), made, journal)
        assert len(door.server.graph_calls) == 1
    assert journal.meanings() == ["settle_by_reading"]


async def test_what_is_not_gzip_or_ends_early_is_cut(tmp_path):
    reply = http(200, b"no gzip at all", Content_Encoding="gzip")
    server = await problem_of(AnswerCut, always(reply), tmp_path)
    assert len(server.graph_calls) == 5
    await problem_of(AnswerCut, always(http(body={"value": []})[:-4]), tmp_path)
    await problem_of(AnswerCut, always(b""), tmp_path)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"y" * 1_000_000 + b"\r\n\r\n{}",
        b"220 mail.school.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: minus one\r\n\r\n{}",
        b"HTTP/1.1 abc OK\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_named(head, tmp_path):
    server = await problem_of(AnswerMalformed, always(head), tmp_path)
    assert len(server.graph_calls) == 5


async def test_an_answer_that_drips_runs_into_the_limit(tmp_path):
    async def drip():
        for byte in http(body={"value": []}) * 100:
            yield bytes([byte])
            await asyncio.sleep(0.05)

    began = time.monotonic()
    await problem_of(AnswerTooSlow, always(drip), tmp_path, limits=Limits(seconds=0.2))
    assert time.monotonic() - began < 5


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


TOKENS = {
    "html": http(200, PAGE, HTML),
    "html refused": http(403, PAGE, HTML),
    "proxy": http(407, PAGE, HTML),
    "redirect": http(302, b"", Location="https://elsewhere.example/"),
    "garbage": http(200, b"\x00\xff{"),
    "cut": http(200, TOKEN)[:-20],
    "no token": http(200, {"token_type": "Bearer", "expires_in": 3600}),
    "a list": http(200, []),
    "a number": http(200, 7),
    "null": http(200, b"null"),
    "empty": http(200, b""),
    "token is a number": http(200, TOKEN | {"access_token": 7}),
    "token is an object": http(200, TOKEN | {"access_token": {"a": 1}}),
    "token with a line break": http(200, TOKEN | {"access_token": "a\r\nX-Evil: 1"}),
    "token beyond ascii": http(200, TOKEN | {"access_token": "é"}),
    "expires never": http(200, TOKEN | {"expires_in": "never"}),
    "expires as a list": http(200, TOKEN | {"expires_in": [1]}),
    "nested": http(200, b'{"x":' + b"[" * 100_000),
    "error is a number": http(400, {"error": 7}),
    "error is a list": http(400, {"error": ["Ada"]}),
    "error of ours": http(400, {"error": "Ada", "error_description": f"Ada {PERSON}"}),
    "failed": http(500, PAGE, HTML),
    "nothing": b"",
}


@pytest.mark.parametrize("name", TOKENS)
async def test_a_token_endpoint_that_gives_no_token_is_named(name, tmp_path, caplog):
    async with a_door(lambda _: TOKENS[name], tmp_path, limits=Limits(seconds=5)) as door:
        with pytest.raises(TenantUnreachable) as told:
            await door.get("/users")
    tells_nothing_of_entra(told.value)
    assert "Ada" not in caplog.text
    assert door.server.graph_calls == []


def tells_nothing_of_entra(problem):
    text = str(problem)
    assert "Ada" not in text
    assert "ada" not in text
    assert len(text) < 400
    assert re.search("GRAPHSYNC_AUTHORITY|again|login.microsoftonline.com/error", text)


async def test_an_endless_token_is_not_read(tmp_path):
    before = memory_now()
    async with a_door(lambda _: endless(*FLOODS["chunked"]), tmp_path) as door:
        with pytest.raises(EntraMalformed):
            await door.get("/users")
        assert door.server.written < 8 * LARGEST_TOKEN
    assert peak() - before < 40 * MEGABYTE


async def test_a_gzip_bomb_is_no_token(tmp_path, packed_blanks):
    before = memory_now()
    async with a_door(lambda _: packed_blanks, tmp_path) as door:
        with pytest.raises(EntraMalformed):
            await door.get("/users")
    assert peak() - before < 40 * MEGABYTE


@pytest.mark.parametrize("claims", ["!!!", "bm90IGpzb24=", "WzFd", "/////w==", "e30="])
async def test_a_challenge_with_odd_claims_costs_one_fresh_token(claims, tmp_path):
    challenge = f'Bearer error="insufficient_claims", claims="{claims}"'
    refused = {"error": {"code": "InvalidAuthenticationToken"}}
    reply = http(401, refused, WWW_Authenticate=challenge)
    server = await problem_of(SignInRefused, always(reply), tmp_path)
    assert len(server.graph_calls) == 2


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (always(http(200, PAGE, HTML)), "not Graph"),
        (always(http(200, b'{"value":[{"id":1}')), "form that Graph documents"),
        (lambda call: None if "v1.0" in call.path else http(200, PAGE, HTML), "Entra"),
    ],
)
async def test_the_command_ends_with_exit_1_and_one_clear_sentence(script, said, tmp_path):
    async with HostileServer(script) as server:
        a_school(tmp_path, server.settings(tmp_path))
        code, out, err = await asyncio.to_thread(command, tmp_path, "plan")
    assert (code, out) == (1, ""), out
    assert said in err
    assert "Traceback" not in err


PUPILS = """primary_id,Adno,Preferred Forename,Preferred Surname,Year,Reg,Year of Entry,DOL\r
5001,000001,Robin,Abbott,Year  7,7A,2024,\r
"""


STAFF = """primary_id,Title,Preferred Forename,Preferred Surname,Staff Code,Role Text,Work Email,\
Date of Leaving\r
9001,Ms,Morgan,Teach,T01,Teacher,,\r
"""


def a_school(folder, settings):
    """A folder in which `graphsync plan` gets as far as the tenant."""
    pack = {
        "school": {"id": "s1", "name": "School", "domain": "s1.example"},
        "naming": {"pupil": "{entry:2}{surname:10}{initial}", "staff": "{initial}.{surname}"},
        "groups": {"all_pupils": "{school} All pupils", "all_staff": "{school} All staff"},
    }
    (folder / "packs").mkdir()
    (folder / "packs" / "s1.yaml").write_text(json.dumps(pack))
    (folder / "exports" / "s1").mkdir(parents=True)
    (folder / "exports" / "s1" / "pupils.csv").write_bytes(PUPILS.encode())
    (folder / "exports" / "s1" / "staff.csv").write_bytes(STAFF.encode())
    lines = {
        "TENANT_ID": settings.tenant_id,
        "CLIENT_ID": settings.client_id,
        "CLIENT_SECRET": settings.client_secret,
        "AUTHORITY": settings.authority,
        "GRAPH_URL": settings.graph_url,
        "CA_FILE": settings.ca_file,
        "DATA_DIR": folder / "data",
        "PACKS_DIR": folder / "packs",
        "ROSTER_PATH": folder / "exports",
    }
    (folder / ".env").write_text("".join(f"GRAPHSYNC_{k}={v}\n" for k, v in lines.items()))


def command(folder, *arguments):
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        contextlib.chdir(folder),
    ):
        code = main(list(arguments))
    out.flush()
    return code, out.buffer.getvalue().decode(), err.getvalue()
