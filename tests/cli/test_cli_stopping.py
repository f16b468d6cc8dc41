"""SIGTERM reaches a command as Ctrl-C does, also where a shell has SIGINT ignored."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, os, signal, sys
from argparse import Namespace
from api.cli import carried_out
from api.stopping import heed_termination
signal.signal(signal.SIGINT, {before})
heed_termination()
async def work():
    try:
        print("at work", flush=True)
        {at_work}
        await asyncio.sleep({seconds})
        return 0
    finally:
        print("tidied", flush=True)
sys.exit(carried_out(Namespace(run=lambda _: asyncio.run(work()), trace=False)))
"""


def started(before: str, at_work: str = "", seconds: int = 60) -> subprocess.Popen[str]:
    """A command that does this and then waits so long."""
    text = PROGRAM.format(before=before, at_work=at_work, seconds=seconds)
    return subprocess.Popen(
        [sys.executable, "-c", text],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("before", ["signal.default_int_handler", "signal.SIG_IGN"])
def test_a_terminated_command_tidies_up_and_answers_143(before: str) -> None:
    with started(before) as running:
        assert running.stdout
        assert running.stdout.readline() == "at work\n"
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (143, "tidied\n"), err
    assert "next run settles" in err


@pytest.mark.parametrize("before", ["signal.default_int_handler", "signal.SIG_IGN"])
def test_what_is_under_way_when_it_is_terminated_goes_on_to_where_it_waits(before: str) -> None:
    busy = "os.kill(os.getpid(), signal.SIGTERM); print(sum(range(9999)), 'noted', flush=True)"
    with started(before, busy) as running:
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (143, "at work\n49985001 noted\ntidied\n"), err


def test_ctrl_c_that_a_shell_has_ignored_ends_nothing() -> None:
    with started("signal.SIG_IGN", "os.kill(os.getpid(), signal.SIGINT)", seconds=0) as running:
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (0, "at work\ntidied\n"), err
