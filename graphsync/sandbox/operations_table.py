"""Prints what the sandbox speaks and checks, as the table in the documentation.

    python -m graphsync.sandbox.operations_table

Nothing in it is written by hand: rights come from the permission table, costs from ``costs``, what
is refused from the functions that an operation's handler can reach, the last column from ``audit``.
"""

from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

from graphsync.sandbox.apps import PRODUCT_PERMISSIONS
from graphsync.sandbox.audit import ACTIVITIES
from graphsync.sandbox.costs import cost_of
from graphsync.sandbox.handlers import HANDLERS
from graphsync.sandbox.operations import OPERATIONS, Operation
from graphsync.sandbox.permissions import permissions_of
from graphsync.sandbox.query import Query

_HOUSE = __name__.rpartition(".")[0]
_SHOWN = 3
# What each refusal of ``problems`` (or check of ``schema``) stands for.
_WORDS = {
    "not_found": "exists",
    "denied": "target",
    "no_premium": "premium",
    "required_value": "required",
    "check_value": "types",
    "check_properties": "types",
    "unknown_property": "names",
    "invalid_value": "values",
    "read_only": "read-only",
    "conflict": "unique",
    "already_referenced": "twice",
    "mastered_on_premises": "mastered",
    "unsupported_query": "query",
}
LEGEND = {
    "exists": "404 for what a replica has not got",
    "target": "403 for what no right covers: holders of directory roles, single properties",
    "premium": "403 in a tenant that has not bought Entra ID P1",
    "required": "400 without a value that is required",
    "names": "400 for a name that the schema or the action lacks",
    "types": "400 for a value that is not of the schema's type",
    "values": "400 for a length, alphabet or word outside the rules",
    "read-only": "400 for what is computed or fixed",
    "unique": "400 with ObjectConflict for a name that is taken",
    "twice": "400 for a reference that is there already",
    "mastered": "400 for what Active Directory masters",
    "query": "400 for a query option that is not supported, or not without the advanced header",
}


def checks_of(handler: Callable[..., Any]) -> frozenset[str]:
    """What the handler, or anything it can reach, may refuse for, in the words of ``LEGEND``."""
    seen: set[str] = set()
    found: set[str] = set()
    waiting: list[Callable[..., Any]] = [handler]
    while waiting:
        function = waiting.pop()
        if not isinstance(function, FunctionType) or function.__qualname__ == "Refusal":
            continue
        waiting += [cell.cell_contents for cell in function.__closure__ or ()]
        for name in _names(function.__code__):
            reached = function.__globals__.get(name)
            if not isinstance(reached, FunctionType) or not reached.__module__.startswith(_HOUSE):
                continue
            if name in _WORDS:
                found.add(_WORDS[name])
            key = f"{reached.__module__}.{name}"
            if key not in seen:
                seen.add(key)
                waiting.append(reached)
    return frozenset(found)


def table() -> str:
    """The legend and the table, in Markdown."""
    legend = [f"* *{word}*: {meaning}" for word, meaning in LEGEND.items()]
    head = [
        "| operation | rights, any of | cost | checks | audit log |",
        "|---|---|---|---|---|",
    ]
    rows = [_row(operation) for operation in OPERATIONS]
    return "\n".join([*legend, "", *head, *rows]) + "\n"


def _row(operation: Operation) -> str:
    checks = checks_of(HANDLERS[operation])
    activity = ACTIVITIES.get(f"{operation.method} {operation.template}")
    cells = (
        f"`{operation.method} {operation.template}`",
        _rights(operation),
        _cost(operation),
        ", ".join(word for word in LEGEND if word in checks),
        activity.name if activity is not None else "",
    )
    return f"| {' | '.join(cells)} |"


def _rights(operation: Operation) -> str:
    """A few of the rights: those that the product asks for, then those of the shortest names."""
    names = sorted(
        permissions_of(operation),
        key=lambda name: (name not in PRODUCT_PERMISSIONS, len(name), name),
    )
    if not names:
        return "none: not for applications"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _cost(operation: Operation) -> str:
    cost = cost_of(operation, Query({}, advanced=False))
    if cost.reports:
        return "1 report"
    if cost.outlook:
        return "1 of the mailbox"
    return f"{cost.units} RU, 1 write" if cost.writes else f"{cost.units} RU"


def _names(code: CodeType) -> Iterator[str]:
    """The global names that a function and the functions inside it use."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names(each)


if __name__ == "__main__":
    print(table(), end="")  # noqa: T201 - that is what the command is for
