"""What stands in Entra's place and gives no token; how the command ends then."""

import asyncio
import contextlib
import io
import json
import re

import pytest
from hostile_door import (
    FLOODS,
    HTML,
    PAGE,
    PERSON,
    a_door,
    always,
    bomb,
    endless,
    memory_now,
    peak,
    problem_of,
)
from hostile_server import TOKEN, HostileServer, http

from api.cli import main
from graphsync.tenant.limits import LARGEST_TOKEN, MEGABYTE, Limits
from graphsync.tenant.problems import (
    EntraMalformed,
    SignInRefused,
    TenantUnreachable,
)

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


async def test_a_gzip_bomb_is_no_token(tmp_path):
    before = memory_now()
    async with a_door(lambda _: bomb(), tmp_path) as door:
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
