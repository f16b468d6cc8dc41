"""What stands for the pupils of each school, kept in memory for as long as nothing has changed.

To read and judge the register of two thousand pupils takes a tenth of a second: too long for every
page that lists them, and nothing changes between most of them.
"""

import threading
from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_report import Standing, standing
from graphsync.intake import roster_version
from graphsync.roster_memory import RosterVersion
from policies.consent_forms import load_forms
from policies.consent_records import Batch, FormVersion
from policies.pack_loading import load_rules
from policies.school_days import school_day


class _Version(Struct, frozen=True):
    """All that the lists rest on: while this is the same, so are they."""

    day: date
    pack: str
    editions: Mapping[str, FormVersion]
    roster: RosterVersion | None
    register: tuple[int, int]
    batches: Mapping[str, Batch]


class ConsentMemory:
    """The lists of each school that was asked for; one caller makes what others wait for."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[_Version, Standing]] = {}
        self._registers: dict[str, tuple[int, tuple[int, int]]] = {}
        self._lock = threading.Lock()

    def of(self, bench: Bench, school: str) -> Standing:
        """As `standing` makes it now; raises Refusal for a school without an accepted roster."""
        version = _version(bench, school, self._register(bench, school))
        with self._lock:
            kept = self._kept.get(school)
            if kept is None or kept[0] != version:
                kept = self._kept[school] = version, standing(bench, school)
            return kept[1]

    def _register(self, bench: Bench, school: str) -> tuple[int, int]:
        """The version of a school's register, whose rows are counted when any school has a new one.

        What is erased is of pupils who are on no roster any more, so on no list.
        """
        newest = bench.store.consents.newest()
        known, version = self._registers.get(school, (-1, (0, 0)))
        if known != newest:
            version = bench.store.consents.version(school)
            self._registers[school] = newest, version
        return version


def _version(bench: Bench, school: str, register: tuple[int, int]) -> _Version:
    rules = load_rules(bench.packs_dir, school)
    return _Version(
        day=school_day(bench.now()),
        pack=rules.pack_sha256,
        editions=load_forms(bench.packs_dir, rules.consent.forms),
        roster=roster_version(bench, school),
        register=register,
        batches=bench.store.consent_batches.of_school(school),
    )
