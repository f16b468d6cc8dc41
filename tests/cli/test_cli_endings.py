"""How a command ends that does not end well, and how progress is told."""

import io
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli import carried_out
from api.progress import PlainProgress, progress_on
from graphsync.roster.problems import refusal
from graphsync.store.problems import AlreadyRevealed, Conflict
from graphsync.tenant.problems import SignInRefused
from graphsync.trouble import Broken, Refusal, UnknownRun, Usage
from policies.pack_loading import PackRefused

ROOT = Path(__file__).parents[2]


def ended(
    error: BaseException, capsys: pytest.CaptureFixture[str], *, trace: bool = False
) -> tuple[int, str]:
    def run(args: Namespace) -> int:
        raise error

    code = carried_out(Namespace(run=run, trace=trace))
    told = capsys.readouterr()
    assert told.out == ""
    return code, told.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Usage("this cannot be meant"), 64),
        (UnknownRun("there is no run r-1"), 64),
        (Refusal("the digest is another"), 2),
        (Broken("a setting is missing"), 1),
        (refusal("pupils.csv", "the file is empty", "export it again"), 2),
        (PackRefused(("oak.yaml:3: limits: unknown key",)), 2),
        (AlreadyRevealed("shown on Monday"), 2),
        (Conflict("two keys"), 1),
        (SignInRefused("AADSTS7000215", "the client secret is wrong"), 1),
    ],
)
def test_our_own_errors_are_told_as_they_are(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(error, capsys) == (code, f"graphsync: {error}\n")


def test_an_unknown_error_names_its_class_and_keeps_its_message_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, told = ended(ValueError("Ann Smith is no number"), capsys)
    assert code == 1
    assert "ValueError" in told
    assert "--trace" in told
    assert "Ann" not in told
    assert "Traceback" not in told


def test_a_trace_is_printed_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    _, told = ended(ValueError("odd"), capsys, trace=True)
    assert "Traceback" in told


def test_an_exception_of_another_library_does_not_pass_for_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    theirs = type("Refusal", (Exception,), {"__module__": "elsewhere"})
    code, told = ended(theirs("secret"), capsys)
    assert code == 1
    assert "secret" not in told


def test_a_file_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = ended(PermissionError(13, "Permission denied", "plan.html"), capsys)
    assert (code, told) == (1, "graphsync: plan.html: Permission denied\n")


def test_an_interrupt_answers_130_and_says_that_the_next_run_settles(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, told = ended(KeyboardInterrupt(), capsys)
    assert code == 130
    assert "next run settles" in told


@pytest.mark.parametrize(("trace", "told"), [(False, ""), (True, "a whole answer\n")])
def test_logs_of_libraries_are_shown_only_with_a_trace(trace: bool, told: str) -> None:  # noqa: FBT001
    code = (
        "import logging; from argparse import Namespace; from api.cli import carried_out\n"
        "def run(args): logging.getLogger('azure.identity').warning('a whole answer'); return 0\n"
        f"carried_out(Namespace(run=run, trace={trace}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == told


def seconds(*moments: float) -> Iterator[float]:
    return iter(moments)


def test_plain_progress_has_a_line_a_stage_and_few_lines_of_counts() -> None:
    stream = io.StringIO()
    moments = seconds(0, 0, 1, 5, 6, 11)
    progress = PlainProgress(stream, lambda: next(moments))
    progress.stage("reading oak")
    for done in (100, 200, 300, 1200):
        progress.count(done, 20000)
    assert stream.getvalue() == "reading oak\n  200 of 20,000\n  1,200 of 20,000\n"


def test_a_stream_that_is_no_terminal_gets_plain_lines() -> None:
    stream = io.StringIO()
    with progress_on(stream) as progress:
        progress.stage("reading oak")
    assert stream.getvalue() == "reading oak\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_that_knows_its_count() -> None:
    stream = Terminal()
    with progress_on(stream) as progress:
        progress.stage("writing [not markup]")
        progress.count(3, 9)
    assert "writing [not markup]" in stream.getvalue()
    assert "3/9" in stream.getvalue()
