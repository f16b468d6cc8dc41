"""Hostile bytes at the front of the sandbox: refused in Graph's envelope, quickly, by little."""

import asyncio
import contextlib
import gzip
import json
import socket
import time

import pytest
import uvicorn
from raw_requests import Line, answered, goes_on, head, posted, told, used
from running_sandbox import a_user

from graphsync.sandbox.connection import Connection

NO_HTTP = {
    "bytes of another protocol": b"\x16\x03\x01\x02\x00\x01\xfc\x03\x03\r\n\r\n",
    "no version": b"GET /v1.0/users\r\n\r\n",
    "no host": b"GET /v1.0/users HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /v1.0/users HTTP/1.1\r\nHost: localhost\r\nHost: elsewhere\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n",
    "a header name with a blank": b"GET / HTTP/1.1\r\nHost: localhost\r\na b: c\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\nHost: localhost\r\na: \x00\r\n\r\n",
    "a path that is no ASCII": b"GET /v1.0/us\xc3\xa9rs HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a blank in the path": b"GET /v1.0/us ers HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "two lengths": b"POST /v1.0/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
    b"Content-Length: 3\r\n\r\n{}",
    "a length below nothing": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "a length with a sign": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +2\r\n\r\n{}",
    "an unknown coding": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
    "a chunk without a size": b"POST /v1.0/users HTTP/1.1\r\nHost: localhost\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n",
    "a host that is none": b'GET /v1.0/users HTTP/1.1\r\nHost: a"b<c>\r\n\r\n',
    "an empty host": b"GET /v1.0/users HTTP/1.1\r\nHost: \r\n\r\n",
    "a host with a path": b"GET /v1.0/users HTTP/1.1\r\nHost: localhost/v1.0\r\n\r\n",
    "HTTP/1.0 without a host": b"GET /v1.0/users HTTP/1.0\r\n\r\n",
}


@pytest.mark.parametrize("what", NO_HTTP)
def test_what_is_no_http_is_refused_as_graphs_front_refuses_it(sandbox, what):
    assert told(answered(sandbox, NO_HTTP[what]), 400, "UnknownError").startswith("HTTP Error 400.")


def test_a_head_of_more_than_16_kb_is_too_long_however_it_arrives(sandbox):
    header = head(sandbox, "GET", "/v1.0/users", f"X-Long: {'a' * 20_000}")
    query = head(sandbox, "GET", f"/v1.0/users?$filter={'a' * 20_000}")
    many = head(sandbox, "GET", "/v1.0/users", *(f"X-{n}: 1" for n in range(3_000)))
    endless = head(sandbox, "GET", "/v1.0/users", f"X-Long: {'a' * 200_000}")[:-2]
    for request in (header, query, many, endless):
        assert told(answered(sandbox, request), 400, "UnknownError")
    halves = header[:5_000], header[5_000:]
    assert told(answered(sandbox, *halves), 400, "UnknownError")


def test_another_version_of_http_is_not_spoken(sandbox):
    request = head(sandbox, "GET", "/v1.0/users").replace(b"HTTP/1.1", b"HTTP/9.9")
    assert told(answered(sandbox, request), 505, "UnknownError")


def test_an_http_1_0_request_with_a_host_is_served(sandbox):
    request = head(sandbox, "GET", "/v1.0/users?$top=1").replace(b"HTTP/1.1", b"HTTP/1.0")
    with Line(sandbox) as line:
        line.send(request)
        assert line.reply().status == 200
        assert line.socket.recv(1) == b""


def test_pipelined_requests_are_answered_in_their_order(sandbox):
    paths = ("/v1.0/users?$top=1", "/v1.0/nothing", "/v1.0/groups?$top=1", "/v1.0/domains")
    with Line(sandbox) as line:
        line.send(b"".join(head(sandbox, "GET", path) for path in paths))
        assert [line.reply().status for _ in paths] == [200, 400, 200, 200]


def test_a_body_that_is_announced_too_large_is_refused_before_it_is_sent(sandbox):
    for length in ("4194305", "5000000000", "9" * 19):
        request = head(
            sandbox, "POST", "/v1.0/users", f"Content-Length: {length}", "Expect: 100-continue"
        )
        assert told(answered(sandbox, request), 413, "RequestEntityTooLarge")


def test_a_body_that_turns_out_too_large_is_refused_on_the_way_and_the_line_stays(sandbox):
    request = head(sandbox, "POST", "/v1.0/users", "Transfer-Encoding: chunked")
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    with Line(sandbox) as line:
        line.send(request, *[chunk] * 6)
        assert told(line.reply(), 413, "RequestEntityTooLarge")
        line.send(b"0\r\n\r\n", head(sandbox, "GET", "/v1.0/users?$top=1"))
        assert line.reply().status == 200


def test_nobody_can_fill_the_memory_with_bodies(sandbox):
    before = used(sandbox)
    chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
    for path in ("/v1.0/users", "/_sandbox/faults", f"/{sandbox.tenant}/oauth2/v2.0/token", "/"):
        with Line(sandbox) as line:
            line.send(head(sandbox, "POST", path, "Transfer-Encoding: chunked"), *[chunk] * 24)
            assert told(line.reply(), 413, "RequestEntityTooLarge")
    assert used(sandbox).megabytes - before.megabytes < 30


def test_half_a_request_does_nothing(sandbox):
    user = a_user()
    body = json.dumps(user).encode()
    chunked = head(
        sandbox,
        "POST",
        "/v1.0/users",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
    )
    with Line(sandbox) as line:
        line.send(chunked + f"{len(body):x}\r\n".encode() + body + b"\r\n")
        time.sleep(0.2)
    with Line(sandbox) as line:
        line.send(posted(sandbox, "/v1.0/users", body + b" " * 50)[:-50])
        time.sleep(0.2)
    time.sleep(0.2)
    assert user["userPrincipalName"] not in {
        row["userPrincipalName"] for row in sandbox.state()["users"]
    }


def test_a_compressed_bomb_is_not_inflated(sandbox):
    before = used(sandbox)
    bomb = gzip.compress(b" " * 300_000_000, compresslevel=1)
    request = posted(sandbox, "/v1.0/users", bomb, "Content-Encoding: gzip")
    assert told(answered(sandbox, request), 400, "BadRequest")
    assert used(sandbox).megabytes - before.megabytes < 30


def test_a_method_cannot_be_overridden(sandbox):
    user = sandbox.user()
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        request = posted(sandbox, f"/v1.0/users/{user}", b"{}", f"{name}: DELETE")
        assert told(answered(sandbox, request), 405, "Request_BadRequest")
    assert sandbox.get(f"/users/{user}").status_code == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "PROPFIND", "get", "A" * 99])
def test_other_methods_are_not_allowed(sandbox, method):
    reply = answered(sandbox, head(sandbox, method, "/v1.0/users"), method=method)
    assert reply.status == 405
    assert method == "HEAD" or told(reply, 405, "Request_BadRequest")


@pytest.mark.parametrize(
    "path",
    [
        "/v1.0/../_sandbox/state", "/v1.0/%2e%2e/_sandbox/state", "/v1.0/..%2f_sandbox%2fstate",
        "/v1.0/users/..%5c..%5ctenant.sqlite", "/v1.0/%", "/v1.0/%zz", "/v1.0/users/%ff%fe",
        "/v1.0/users/%00", "/v1.0/users/%0d%0aX-Injected:1", "/v1.0/users('", "/v1.0/users(')')",
        "/v1.0/users/" + "(" * 9_000, "/v1.0/" + "users/" * 2_000, "/v1.0", "/v1.0/", "/v2.0/users",
        "/v1%2E0/users/x", "/%76%31.0/nothing", "/v1.0%2Fusers", "//v1.0//nothing", "/favicon.ico",
        "*", "https://localhost/v1.0/users", "/beta/users", "/v1.0/$metadata%20", "/v1.0/users;x=1",
    ],
)  # fmt: skip
def test_paths_that_lead_nowhere_are_refused_in_the_envelope(sandbox, path):
    reply = answered(sandbox, head(sandbox, "GET", path))
    assert 400 <= reply.status < 500 or reply.status == 501, reply
    assert told(reply, reply.status)
    assert "x-injected" not in reply.headers


@pytest.mark.parametrize(
    "authorization",
    [
        "", "Bearer", "Bearer  ", "Basic YTpi", "Negotiate x", "Bearer é", "Bearer a.b.c",
        "Bearer ..", "Bearer " + "a" * 10_000, "Bearer " + "." * 5_000, "Bearer W10.e30.eA",
        "Bearer " + "W1tb" * 2_000 + ".e30.eA", "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Bearer eyJhbGciOiJIUzI1NiJ9.e30.eA", "Bearer eyJhbGciOltdfQ.e30.eA", "Digest a=b",
    ],
)  # fmt: skip
def test_a_nonsense_token_is_unauthorized(sandbox, authorization):
    request = f"GET /v1.0/users HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}"
    reply = answered(sandbox, request.encode("latin-1") + b"\r\n\r\n")
    assert told(reply, 401, "InvalidAuthenticationToken")


def test_a_client_that_speaks_no_tls_is_no_trouble(sandbox):
    with Line(sandbox) as line:
        line.socket.unwrap().close()
    assert goes_on(sandbox)


class Impatient(Connection):
    arriving_seconds = 0.3


@contextlib.asynccontextmanager
async def serving(connection):
    """A server of nothing much on this kind of connection, without TLS; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(_echo, http=connection, ws="none", lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    with contextlib.closing(listener):
        task = asyncio.create_task(server._serve([listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells it by an attribute only
            await asyncio.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        await task


async def _echo(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"whole"})


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nX-Slow: ",
    ],
)
async def test_a_request_that_trickles_in_is_cut_off(start):
    async with serving(Impatient) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        begun = time.monotonic()
        writer.write(start)
        while not reader.at_eof() and time.monotonic() - begun < 60:
            if start:
                writer.write(b"a")
            with_timeout = asyncio.wait_for(reader.read(100), 0.05)
            try:
                await with_timeout
            except TimeoutError:
                continue
            except ConnectionError:
                break
        assert time.monotonic() - begun < 30
        writer.close()


async def test_a_request_that_is_there_has_all_the_time_between_it_and_the_next():
    async with serving(Impatient) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"200" in await reader.readuntil(b"\r\n\r\n")
            assert b"whole" in await reader.read(100)
            await asyncio.sleep(0.5)
        writer.close()
        await writer.wait_closed()
