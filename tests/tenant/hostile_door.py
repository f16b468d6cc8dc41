"""A door in front of a hostile server, floods of answers, and what memory they cost."""

import contextlib
import re
import resource
import zlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hostile_server import HostileServer, http

from graphsync.tenant import mirror
from graphsync.tenant.door import open_door
from graphsync.tenant.limits import MEGABYTE
from graphsync.tenant.problems import (
    TenantProblem,
)

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


async def endless(head, piece):
    yield head
    for _ in range(100_000):
        yield piece


@cache
def bomb():
    """A quarter of a gigabyte of blanks, packed into a megabyte."""
    packer = zlib.compressobj(1, wbits=31)
    packed = b"".join(packer.compress(b" " * MEGABYTE) for _ in range(256)) + packer.flush()
    return http(200, packed, Content_Encoding="gzip")


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
