"""Lists for a head of year and for tutors: who works another way, in words that tell no reason.

Nothing here tells a permission, an answer or whose it was (law B6): a list may hang in a classroom.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import cached_property

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_memory import ConsentMemory
from graphsync.directory import AccountState, Directory, Known, lines_of
from graphsync.provision_desk import state_of
from graphsync.store.provisions import Provision
from graphsync.trouble import Refusal
from policies.consent_records import State
from policies.key_stages import YEARS
from policies.pack_loading import PackRefused, load_rules
from policies.people import Kind, PersonKey
from policies.school_days import school_day

SEE_DSL = "see DSL"
ENDS = "ends tonight"
ANOTHER_WAY = "paper or another way"
Wanted = Callable[[Known], bool]


class Task(Struct, frozen=True, kw_only=True):
    """A pupil who needs an arrangement: since when, by when, what it is, how it stands in words."""

    provision: str
    known: Known
    since: date
    due: date
    arranged: str
    review: date | None
    state: str

    @property
    def waits(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.state not in {SEE_DSL, ENDS, "arranged"}


class Row(Struct, frozen=True, kw_only=True):
    """A pupil on a list for tutors, and how they work today."""

    known: Known
    today: str


class YearLists:
    """The lists of one school, of those pupils whom `wanted` takes."""

    def __init__(
        self,
        bench: Bench,
        directory: Directory,
        memory: ConsentMemory,
        school: str,
        wanted: Wanted,
    ) -> None:
        self._bench, self._directory, self._memory = bench, directory, memory
        self._school, self._wanted = school, wanted
        self._day = school_day(bench.now())

    def tasks(self) -> list[Task]:
        """Every open arrangement of a pupil on the roster: what waits first, and by when."""
        found = self._bench.store.provisions.open_of(self._school)
        if not found:
            return []
        known = {one.key: one for one in self._pupils()}
        held, live = self._held(), self._live()
        tasks = (
            self._task(one, known[one.pupil], held, live) for one in found if one.pupil in known
        )
        return sorted(tasks, key=lambda one: (not one.waits, one.due, one.provision))

    def for_tutors(self) -> list[Row]:
        """Whoever cannot work online today, by year, form and surname."""
        live = self._live()
        lines = lines_of(self._bench, self._pupils())
        open_now = self._bench.store.provisions.open_of(self._school)
        ways = {one.pupil: self._way(one) for one in open_now}
        rows = [
            Row(known=one.known, today=SEE_DSL if one.held else ways.get(key) or ANOTHER_WAY)
            for one in lines
            for key in [one.known.key]
            if one.state is not AccountState.ACTIVE or key not in live
        ]
        return sorted(rows, key=_place)

    def _pupils(self) -> list[Known]:
        logons = {one.key for one in self._bench.store.class_logons.of(self._school)}
        return [
            one
            for one in self._directory.of(self._bench, self._school)
            if one.kind is Kind.PUPIL and one.on_roster and one.key not in logons
            if self._wanted(one)
        ]

    def _way(self, one: Provision) -> str:
        """What is arranged, in the school's words of today: others may tell a reason."""
        return one.arranged if one.arranged in self._offered else one.arranged and ANOTHER_WAY

    @cached_property
    def _offered(self) -> tuple[str, ...]:
        try:
            return load_rules(self._bench.packs_dir, self._school).consent.alternatives
        except PackRefused:
            return ()

    def _held(self) -> set[PersonKey]:
        return {one.person for one in self._bench.store.holds.active(self._school, self._day)}

    def _live(self) -> frozenset[PersonKey]:
        """The pupils whose online services are open; nobody where it cannot be told."""
        try:
            lines = self._memory.of(self._bench, self._school).lines
        except (Refusal, PackRefused):
            return frozenset()
        verified = (one.person for one in lines if one.cloud is State.VERIFIED)
        return frozenset(map(PersonKey.parse, verified))

    def _task(
        self,
        one: Provision,
        known: Known,
        held: Collection[PersonKey],
        live: Collection[PersonKey],
    ) -> Task:
        state = state_of(one, self._day)
        if one.pupil in live:
            state = ENDS
        return Task(
            provision=one.id,
            known=known,
            since=school_day(one.opened_at),
            due=one.due,
            arranged=self._way(one),
            review=one.review,
            state=SEE_DSL if one.pupil in held else state,
        )


def by_form(rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each form, as they come; pupils without a form by their year."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        form = row.known.form or (f"Year {row.known.year}" if row.known.year else "No form")
        found.setdefault(form, []).append(row)
    yield from found.items()


def _place(row: Row) -> tuple[int, str, str, str, PersonKey]:
    known = row.known
    year = YEARS.index(known.year) if known.year in YEARS else len(YEARS)
    return year, known.form or "", known.surname, known.given_name, known.key
