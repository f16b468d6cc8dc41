"""What a key of a pack is, and which of two values is the stricter (decision 3)."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from msgspec import Struct

Read = Callable[[Any], Any]


class Order(StrEnum):
    """How the values of platform, trust and school are combined."""

    LOWER = "the lower is stricter"
    HIGHER = "the higher is stricter"
    UNION = "all of them together"
    WORD = "the school's word, else the trust's"


class Key(Struct, frozen=True):
    """One key: its dotted path, its reader, its order.

    `required`: refused when no layer gives it; any other silent key is None. `only` names the one
    kind of file (`school` or `trust`) it may stand in.
    """

    path: str
    read: Read
    order: Order = Order.WORD
    required: bool = False
    only: str = ""


def _union(given: list[Any]) -> tuple[Any, ...]:
    return tuple(sorted({one for several in given for one in several}))


_COMBINE: dict[Order, Callable[[list[Any]], Any]] = {
    Order.LOWER: min,
    Order.HIGHER: max,
    Order.UNION: _union,
    Order.WORD: lambda given: given[-1],
}


def strictest(order: Order, values: Iterable[Any]) -> Any:
    """The effective one of these values, given from the top layer down; there is at least one."""
    return _COMBINE[order](list(values))
