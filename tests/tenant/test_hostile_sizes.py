"""Answers that are too large, too slow or no HTTP: bounded in time and memory."""

import asyncio
import time

import pytest
from hostile_door import (
    FLOODS,
    a_door,
    always,
    bomb,
    endless,
    memory_now,
    peak,
    problem_of,
)
from hostile_server import http
from tenant_in_a_box import Ids, Journal, a_create, cleared

from graphsync.tenant.door import for_writing
from graphsync.tenant.limits import MEGABYTE, Limits
from graphsync.tenant.problems import (
    AnswerCut,
    AnswerMalformed,
    AnswerTooLarge,
    AnswerTooSlow,
)
from graphsync.tenant.requests import items
from graphsync.tenant.sending import perform


@pytest.mark.parametrize("flood", FLOODS)
async def test_two_gigabytes_are_not_read(flood, tmp_path):
    before, began = memory_now(), time.monotonic()
    server = await problem_of(AnswerTooLarge, always(lambda: endless(*FLOODS[flood])), tmp_path)
    assert server.written < 64 * MEGABYTE
    assert peak() - before < 80 * MEGABYTE
    assert time.monotonic() - began < 60


async def test_a_gzip_bomb_is_not_unpacked(tmp_path):
    before = memory_now()
    await problem_of(AnswerTooLarge, always(bomb()), tmp_path)
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
    assert time.monotonic() - began < 60
