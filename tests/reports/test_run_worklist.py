"""What a run says of the worklist: in its JSON, on the terminal and on its page."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from graphsync.report import OverdueReport, WorklistReport
from reports.render import as_json, as_page, as_text

Builders = dict[str, Callable[..., Any]]
LATE = OverdueReport(row="w-1a2b3c", person="oak:5001", task="disable", due=date(2026, 11, 24))
WORKLIST = WorklistReport(open=3, opened=1, closed=2, unsure=1, overdue=(LATE,))


def test_overdue_rows_are_named_on_the_terminal_and_on_the_page(runs: Builders) -> None:
    document = runs["document"](runs["run"](worklist=WORKLIST))
    for told in (as_text(document, everything=False), as_page(document)):
        assert "3 open rows; 1 new, 2 ended by this run" in told
        assert "1 row overdue" in told
        assert "1 row in doubt: not to be carried out yet" in told
        assert "oak:5001" in told
        assert "disable, due 2026-11-24 (w-1a2b3c)" in told


def test_the_json_holds_the_worklist_where_there_is_one(runs: Builders) -> None:
    document = runs["document"](runs["run"](worklist=WORKLIST), runs["run"]())
    with_rows, without = as_json(document, with_lists=False)["runs"]
    assert json.loads(json.dumps(with_rows["worklist"])) == {
        "open": 3,
        "opened": 1,
        "closed": 2,
        "unsure": 1,
        "overdue": [
            {"row": "w-1a2b3c", "person": "oak:5001", "task": "disable", "due": "2026-11-24"}
        ],
    }
    assert "worklist" not in without


def test_a_school_without_one_is_told_nothing_of_it(runs: Builders) -> None:
    document = runs["document"](runs["run"]())
    assert "Active Directory" not in as_text(document, everything=False) + as_page(document)
