"""`graphsync policy show` and `policy check`, as outsiders run them."""

import json
import subprocess
from collections.abc import Callable

Command = Callable[..., subprocess.CompletedProcess[str]]


def test_policy_show_says_why_a_key_holds_what_it_holds(graphsync: Command) -> None:
    shown = graphsync("policy", "show", "pb", "--why", "password.min_length", "--json")
    assert shown.returncode == 0, shown.stderr
    told = json.loads(shown.stdout)
    assert (told["key"], told["value"]) == ("password.min_length", 8)
    assert told["sentence"] == "Your policy asks 6. Microsoft asks 8. 8 applies."
    assert told["overrode"][0]["clauses"] == ["PB-7.5.4"]


def test_a_key_that_does_not_exist_is_wrong_usage_with_a_near_match(graphsync: Command) -> None:
    shown = graphsync("policy", "show", "pb", "--why", "password.min_lenght")
    assert shown.returncode == 64
    assert "did you mean password.min_length" in shown.stderr


def test_policy_check_lists_findings_and_answers_0(graphsync: Command) -> None:
    checked = graphsync("policy", "check", "snmat", "--json")
    assert checked.returncode == 0, checked.stderr
    items = json.loads(checked.stdout)["items"]
    assert all({"clause", "subject", "sentence", "state"} <= set(item) for item in items)
    assert any("LGB approval missing (SNMAT-10)" in item["sentence"] for item in items)
