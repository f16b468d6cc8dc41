"""The queue from the command line: a list, a move with many, who may not decide, who looked."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from queue_desk import QueueDesk, ann

from api.cli import main

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[QueueDesk]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRAPHSYNC_PACKS_DIR", str(tmp_path / "packs"))
    monkeypatch.setenv("GRAPHSYNC_DATABASE_URL", f"sqlite:///{tmp_path}/graphsync.db")
    made = QueueDesk(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*words: str) -> tuple[int, str, str]:
        code = main(["dlp", *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_a_queue_is_listed_moved_and_looked_at_from_the_command_line(desk, command, tmp_path):
    desk.take(*(desk.event(str(number)) for number in range(4)))
    desk.take(desk.event("9", rule="r2"))
    code, out, _ = command("queue", "--rule", "r1", "--kind", "not-encrypted", "--json")
    items = [one["item"] for one in json.loads(out)["items"]]
    assert (code, len(items)) == (0, 4)
    first, second, *others = items
    assert command("claim", first, "--json")[0] == 0
    assert [
        one["item"] for one in json.loads(command("queue", "--mine", "--json")[1])["items"]
    ] == [first]
    words = ("advise", "--like", second, "--except", first, "--advice", "support")
    why = ("--reason", "the nurse needs it")
    code, out, _ = command(*words, *why)
    assert code == 0
    assert "left out by you" in out
    digest = out.rsplit("--digest ", 1)[1].strip()
    assert set(desk.states().values()) == {"open", "claimed"}
    code, out, _ = command(*words, *why, "--digest", digest, "--json")
    assert {one["item"] for one in json.loads(out)["items"]} == {second, *others}
    code, _, err = command("decide", second, "--outcome", "allowed", *why)
    assert (code, "you advised on it: somebody else decides" in err) == (2, True)
    assert command("decide", "--outcome", "allowed", *why)[0] == 64
    code, out, _ = command("show", second, "--reason", "a second look", "--json")
    assert (code, "oak:1" in out, "the nurse needs it" in out) == (0, True, True)
    code, out, _ = command("looks", "--json")
    looks = json.loads(out)["items"]
    assert [one["item"] for one in looks] == [second, "", ""]
    assert looks[2]["filter"] == "kind=not_encrypted rule=r1"
    assert command("contrary")[1] == "No decision went against the advice.\n"
    code, out, _ = command("queue", "--counts", "--json")
    assert {one["state"]: one["items"] for one in json.loads(out)["items"]} == {
        "claimed": 1,
        "open": 1,
        "advised": 3,
    }
    assert command("rules", "--csv", "rules.csv")[0] == 0
    assert (tmp_path / "rules.csv").read_bytes().startswith(b"\xef\xbb\xbfschool,rule,name,change")


def test_trends_are_told_with_small_numbers_only_for_the_desk(desk, command, tmp_path):
    stopped = [desk.event(str(number), "BlockAccess") for number in range(20)]
    went = [desk.event(f"w{number}") for number in range(2)]
    desk.take(*stopped, *went)
    desk.roster(ann())
    days = ("--from", "2026-11-01", "--to", "2026-11-30", "--school", "oak")
    code, out, _ = command("trends", *days, "--html", str(tmp_path / "t.html"), "--json")
    told = json.loads(out)
    assert (code, told["incidents"], told["unblocked"]) == (0, [22], ["<5"])
    assert told["headline"] is None
    page = (tmp_path / "t.html").read_text("utf-8")
    assert ("&lt;5" in page, "9.1%" in page) == (True, False)
    _, out, _ = command("trends", *days, "--desk", "--json")
    assert (json.loads(out)["unblocked"], json.loads(out)["headline"]) == ([2], 0.091)
    desk.now += timedelta(hours=48)
    desk.decided([one.place.key.id for one in went])
    _, out, _ = command("trends", *days, "--desk")
    assert "48.0" in out.split("hours to a decision median")[1].splitlines()[0]
    assert command("trends", "--school", "nowhere")[0] == 64
