"""The last accepted roster of each school, decoded once and kept for as long as it is the last.

The service has one: two thousand people take a few milliseconds to decode, twenty thousand fifty,
too long for every page about one of them. A night has none: it reads its roster once, and what is
kept would only add to its peak.
"""

import threading
from collections.abc import Callable

from msgspec import Struct

from policies.class_logons import ClassLogon
from policies.kept_names import KeptName
from policies.people import Roster


class RosterVersion(Struct, frozen=True):
    """What a roster rests on: the export by its SHA-256, class log-ons, names that are kept."""

    sha256: str
    logons: tuple[ClassLogon, ...]
    names: tuple[KeptName, ...]


class RosterMemory:
    """One roster a school; a roster is frozen, so that every thread may have the same."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[RosterVersion, Roster]] = {}
        self._lock = threading.Lock()

    def of(self, school: str, version: RosterVersion, make: Callable[[], Roster]) -> Roster:
        """The roster of this version; `make` decodes it where another one was kept."""
        kept = self._kept.get(school)
        if kept is not None and kept[0] == version:
            return kept[1]
        with self._lock:  # one caller decodes what others wait for
            kept = self._kept.get(school)
            if kept is None or kept[0] != version:
                kept = self._kept[school] = version, make()
            return kept[1]
