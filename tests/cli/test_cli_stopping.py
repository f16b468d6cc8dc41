"""SIGTERM reaches a command as Ctrl-C does, also where a shell has SIGINT ignored."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, signal, sys
from argparse import Namespace
from api.cli import carried_out
from api.stopping import heed_termination
signal.signal(signal.SIGINT, {before})
heed_termination()
async def work():
    try:
        print("at work", flush=True)
        await asyncio.sleep(60)
    finally:
        print("tidied", flush=True)
sys.exit(carried_out(Namespace(run=lambda _: asyncio.run(work()), trace=False)))
"""


@pytest.mark.parametrize("before", ["signal.default_int_handler", "signal.SIG_IGN"])
def test_a_terminated_command_tidies_up_and_answers_143(before: str) -> None:
    program = [sys.executable, "-c", PROGRAM.format(before=before)]
    with subprocess.Popen(
        program, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == "at work\n"
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (143, "tidied\n"), err
    assert "next run settles" in err
