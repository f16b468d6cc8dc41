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
    YES = "yes is stricter"
    NO = "no is stricter"
    LADDER = "the later of these words is stricter"
    UNION = "all of them together"
    INTERSECTION = "only what all of them name"
    WORD = "the school's word, else the trust's"


class Key(Struct, frozen=True):
    """One key: its dotted path, its reader, its order.

    `required`: refused when no layer gives it; any other silent key is None. `only` names the one
    kind of file (`school` or `trust`) it may stand in. `ladder` holds the words of a key of
    `Order.LADDER` from the loosest to the strictest. `pupils_only`: a change of it concerns no
    member of staff, so that it needs no notice (WPT-1-DISC-X2).
    """

    path: str
    read: Read
    order: Order = Order.WORD
    required: bool = False
    only: str = ""
    ladder: tuple[Any, ...] = ()
    pupils_only: bool = False


def _union(given: list[Any]) -> tuple[Any, ...]:
    return tuple(sorted({one for several in given for one in several}))


def _intersection(given: list[Any]) -> tuple[Any, ...]:
    return tuple(sorted(set(given[0]).intersection(*given[1:])))


_COMBINE: dict[Order, Callable[[list[Any]], Any]] = {
    Order.LOWER: min,
    Order.HIGHER: max,
    Order.YES: any,
    Order.NO: all,
    Order.UNION: _union,
    Order.INTERSECTION: _intersection,
    Order.WORD: lambda given: given[-1],
}


def strictest(order: Order, values: Iterable[Any], ladder: tuple[Any, ...] = ()) -> Any:
    """The effective one of these values, given from the top layer down; there is at least one.

    `ladder` is the key's, and is needed by `Order.LADDER` alone.
    """
    if order is Order.LADDER:
        return max(values, key=ladder.index)
    return _COMBINE[order](list(values))
