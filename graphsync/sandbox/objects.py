"""Directory objects and memberships, each with the short past that lagging replicas still show."""

from bisect import bisect_right
from typing import Any, NamedTuple

ACTIVE = "active"
DELETED = "deleted"  # in the recycle bin, restorable
GONE = "gone"


class Version(NamedTuple):
    """An object as it was from commit ``number`` on; ``properties`` are never changed in place."""

    number: int
    state: str
    properties: dict[str, Any]


class Entry:
    """A directory object.

    born     the commit that made it, which is also its place in listings
    changed  its last commit, memberships included
    moved    the last commit that deleted or restored it
    stamps   property name to the commit that last changed it, for those changed since birth
    """

    __slots__ = ("born", "changed", "id", "kind", "moved", "stamps", "versions")

    def __init__(self, key: str, kind: str, first: Version) -> None:
        self.id = key
        self.kind = kind
        self.born = self.changed = self.moved = first.number
        self.stamps: dict[str, int] = {}
        self.versions = [first]

    @property
    def current(self) -> Version:
        """As the primary has it."""
        return self.versions[-1]

    @property
    def active(self) -> bool:
        """Whether the primary has it, outside the recycle bin."""
        return self.versions[-1].state == ACTIVE

    def seen(self, horizon: int) -> Version | None:
        """As a replica at this horizon has it; None when it is not there yet."""
        last = self.versions[-1]
        if last.number <= horizon:
            return last
        index = bisect_right(self.versions, horizon, key=lambda version: version.number)
        return self.versions[index - 1] if index else None

    def forget_before(self, horizon: int) -> None:
        """Drops versions that no replica shows any more."""
        index = bisect_right(self.versions, horizon, key=lambda version: version.number)
        del self.versions[: max(index - 1, 0)]


class Link:
    """A membership that is or was: whether it stands, and the commits that toggled it lately."""

    __slots__ = ("present", "toggles")

    def __init__(self, number: int) -> None:
        self.present = True
        self.toggles: tuple[int, ...] = (number,)

    @property
    def changed(self) -> int:
        """The commit that last added or removed it."""
        return self.toggles[-1]

    def toggle(self, number: int, floor: int) -> None:
        """Adds or removes it; of the toggles every replica has seen (``floor``) one is kept."""
        self.present = not self.present
        kept = max(bisect_right(self.toggles, floor) - 1, 0)
        self.toggles = (*self.toggles[kept:], number)

    def seen(self, horizon: int) -> bool:
        """Whether a replica at this horizon shows it: every later toggle is undone."""
        if self.toggles[-1] <= horizon:
            return self.present
        undone = sum(1 for each in self.toggles if each > horizon)
        return self.present ^ (undone % 2 == 1)
