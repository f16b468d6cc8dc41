"""The clauses of a policy and what is done about each, for people and for programs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from policies.register import POLICIES, Clause, ClauseClass, State
from reports.listing import printed

if TYPE_CHECKING:
    from rich.table import Table


def as_items(clauses: Iterable[Clause]) -> dict[str, Any]:
    """`{"items": […]}`; null where a clause has no release, function or test."""
    return {"items": [_item(one) for one in clauses]}


def _item(one: Clause) -> dict[str, Any]:
    return {
        "id": one.id,
        "school": one.school,
        "topic": str(one.topic),
        "clause": one.clause,
        "class": str(one.kind),
        "release": one.release,
        "state": str(one.state),
        "function": one.function or None,
        "test": one.test or None,
        "reason": one.why or None,
        "lacks": one.lacks or None,
    }


def as_text(clauses: Sequence[Clause]) -> str:
    """For each policy how many clauses of each class are in each state, then every clause."""
    policies = groupby(clauses, key=lambda one: one.school)
    return "\n".join(_policy(school, list(its)) for school, its in policies)


def _policy(school: str, clauses: Sequence[Clause]) -> str:
    return "\n".join(
        (f"{school}: {POLICIES[school]}", printed(_tally(clauses)), printed(_rows(clauses)))
    )


def tally(clauses: Sequence[Clause]) -> list[tuple[str, ...]]:
    """The head, a line for each class and one for all: how many clauses there are in each state."""
    counts = Counter((one.kind, one.state) for one in clauses)
    states = [state for state in State if any(counts[kind, state] for kind in ClauseClass)]
    lines = [("class", *states, "all")]
    for kind in ClauseClass:
        numbers = [counts[kind, state] for state in states]
        lines.append((kind, *map(str, numbers), str(sum(numbers))))
    sums = (sum(counts[kind, state] for kind in ClauseClass) for state in states)
    return [*lines, ("all", *map(str, sums), str(len(clauses)))]


def _tally(clauses: Sequence[Clause]) -> "Table":
    from rich.table import Table

    head, *lines = tally(clauses)
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for number, name in enumerate(head):
        made.add_column(name, justify="right" if number else "left")
    for line in lines:
        made.add_row(*line)
    return made


def _rows(clauses: Sequence[Clause]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for name in ("clause", "class", "state"):
        made.add_column(name, no_wrap=True)
    made.add_column("function and test, or reason", overflow="fold")
    for one in clauses:
        kind = f"{one.kind} {one.release or ''}".rstrip()
        lacks = f"\nbut: {one.lacks}" if one.lacks else ""
        proof = f"{one.function}\n{one.test}{lacks}" if one.function else one.why
        made.add_row(one.id, kind, one.state, Text(proof))
    return made
