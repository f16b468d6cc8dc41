"""Usage, help, exit codes and the purity of stdout, on the command as people run it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main, parser
from api.usage import Parser

ROOT = Path(__file__).parents[2]
HEAVY = (
    "pydantic", "rich", "sqlalchemy", "msgraph", "aiohttp", "azure", "jinja2", "lxml", "pandas",
    "alembic", "cryptography", "yaml", "asyncio", "starlette", "zxcvbn",
)  # fmt: skip
COMMANDS = (
    "demo", "sandbox serve", "roster check", "plan", "sync", "runs", "run", "approve", "return",
    "apply", "person", "match list", "match accept", "match refuse", "match ignore", "hold add",
    "hold lift", "hold release", "hold keep", "hold purview", "hold list", "policy coverage",
    "policy show", "policy check", "policy decide", "password check",
    "retention", "audit verify", "audit export", "dlp import", "dlp classes",
    "breach open", "breach list", "breach show", "breach note", "breach aware", "breach advise",
    "breach decide", "breach notify", "breach told", "breach close", "breach reopen",
    "breach report", "export person",
    "dlp pull", "dlp gaps", "dlp acknowledge", "dlp prove", "dlp proofs",
    "dlp queue", "dlp show", "dlp looks", "dlp contrary", "dlp allowed",
    "dlp rules", "dlp claim", "dlp release",
    "dlp assign", "dlp ask", "dlp answer", "dlp advise", "dlp decide", "dlp close", "dlp reopen",
)  # fmt: skip

Command = Callable[..., subprocess.CompletedProcess[str]]


def help_of(words: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as left:
        parser().parse_args([*words.split(), "--help"])
    assert left.value.code == 0
    return capsys.readouterr().out


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, api.cli; api.cli.parser().format_help(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {name.split(".")[0] for name in loaded.stdout.split()}.isdisjoint(HEAVY)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_shows_an_example_of_itself_and_takes_json(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = help_of(words, capsys)
    assert "--json" in shown
    assert f"example:\n  graphsync {words}" in shown


@pytest.mark.parametrize("words", COMMANDS)
def test_the_example_of_every_command_is_understood(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import shlex

    example = help_of(words, capsys).split("example:\n")[1].strip()
    program, *arguments = shlex.split(example)
    assert program == "graphsync"
    assert callable(parser().parse_args(arguments).run)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nothing",),
        ("plan", "--nonsense"),
        ("plan", "--ros", "exports"),  # no abbreviations
        ("plan", "--as-of", "25/11/2026"),
        ("plan", "--only", "5523"),
        ("approve", "r-1"),  # without a digest
        ("return", "r-1"),  # without a reason
        ("match",),
        ("match", "accept", "pb:1"),
        ("hold", "add", "pb:1"),  # without a reason
        ("hold", "add", "pb:1", "--freeze", "--suspend", "--reason", "x"),
        ("hold", "add", "--reason", "x", "--clause", "PB-2"),  # for nobody
        ("hold", "add", "pb:1", "--file", "holds.csv"),
        ("hold", "add", "--suspend", "--file", "holds.csv"),
        ("sandbox", "serve", "--seed", "many"),
        ("sandbox", "serve", "--time-scale", "0"),
        ("sandbox", "serve", "--port", "70000"),
        ("roster", "check"),
        ("roster", "check", "nowhere"),
    ],
)
def test_wrong_usage_answers_64_and_prints_nothing_on_stdout(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code: object = main(arguments)
    except SystemExit as left:
        code = left.code
    told = capsys.readouterr()
    assert (code, told.out) == (64, "")
    assert told.err


def test_an_unknown_run_is_wrong_usage(graphsync: Command) -> None:
    done = graphsync("run", "r-unknown")
    assert (done.returncode, done.stdout) == (64, "")
    assert "graphsync runs" in done.stderr


def test_a_wrong_usage_says_what_is_wrong_and_where_help_is(graphsync: Command) -> None:
    done = graphsync("plan", "--only", "5523")
    assert "SCHOOL:ID" in done.stderr
    assert "See graphsync plan --help." in done.stderr


def test_a_list_without_records_is_one_json_document(graphsync: Command) -> None:
    done = graphsync("hold", "list", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"items": []}


def test_a_list_without_records_says_so_to_people(graphsync: Command) -> None:
    assert graphsync("runs").stdout == "No run yet. Begin with: graphsync plan --roster DIR\n"


def test_the_store_is_made_in_the_data_folder_for_its_owner_alone(
    graphsync: Command, tmp_path: Path
) -> None:
    graphsync("runs")
    assert (tmp_path / "data" / "graphsync.db").stat().st_mode & 0o777 == 0o600


def test_an_empty_journal_is_whole_and_its_export_verifies(
    graphsync: Command, tmp_path: Path
) -> None:
    assert graphsync("audit", "verify").returncode == 0
    assert graphsync("audit", "export", "journal.jsonl").returncode == 0
    verified = graphsync("audit", "verify", "--file", "journal.jsonl", "--json")
    assert (verified.returncode, json.loads(verified.stdout)["whole"]) == (0, True)


def test_a_changed_export_answers_2_and_names_the_line(graphsync: Command, tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text('{"rows": 1}\n')
    done = graphsync("audit", "verify", "--file", "journal.jsonl", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["first_bad"] == 1


def test_a_missing_export_is_broken_not_whole(graphsync: Command) -> None:
    done = graphsync("audit", "verify", "--file", "nowhere.jsonl")
    assert (done.returncode, done.stdout) == (1, "")


def test_a_folder_that_cannot_be_used_is_told_in_one_sentence(
    graphsync: Command, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    done = graphsync("runs", DATA_DIR="taken")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "taken" in done.stderr


def test_a_reader_that_goes_away_does_not_change_the_exit_code(tmp_path: Path) -> None:
    shell = f"{sys.executable} -m api.cli runs | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["/bin/bash", "-c", shell],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_options_of_a_parser_are_never_abbreviated() -> None:
    assert Parser(prog="graphsync").allow_abbrev is False
