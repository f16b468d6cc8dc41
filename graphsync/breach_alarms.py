"""The alarms of running clocks: 12, 24, 48, 60 and 71 hours after the school became aware (A12.1).

Nothing lies in memory: which alarm was given is a row of the register, so none is given twice and
none is lost when the service was down.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from graphsync.bench import Bench
from policies.breach_records import Act, Row
from policies.breaches import Standing, State, alarms_at, standing
from policies.pack_loading import PackRefused, load_rules
from policies.school_days import LONDON

ROLES = ("dpo", "deputy_dpo", "head")


class Alarm(Struct, frozen=True, kw_only=True):
    """One alarm: so many hours have passed, the regulator is to be told by `due` (UTC).

    `addresses` are those of `ROLES` in the pack's `notify.roles`, as far as it names them.
    """

    breach: str
    school: str
    hours: int
    due: datetime
    addresses: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """For a mail or a log: an id, hours and a time, and nobody's name."""
        due = f"{self.due.astimezone(LONDON):%H:%M on %a %d %b %Y}"
        return (
            f"{self.school}: {self.hours} hours of 72 have passed for breach {self.breach}, due"
            f" {due}: graphsync breach show {self.breach}"
        )


def alarms_wait(bench: Bench, now: datetime) -> bool:
    """Whether an alarm is due at this moment that was never given; nothing is written."""
    return any(alarms_at(standing(rows), now) for rows in bench.store.breaches.all().values())


def alarms_due(bench: Bench, now: datetime) -> tuple[Alarm, ...]:
    """The alarms that are due at this moment and were never given; they count as given from here.

    After an outage each hour that passed meanwhile gives its alarm, once.
    """
    found: list[Alarm] = []
    with bench.store.transaction():
        bench.store.breaches.lock()
        for (school, _), rows in bench.store.breaches.all().items():
            stands = standing(rows)
            given = list(_given(bench, stands, now))
            bench.store.breaches.add(school, given)
            found += _alarms(bench, school, stands, given)
    return tuple(found)


def _given(bench: Bench, stands: Standing, now: datetime) -> Iterator[Row]:
    for hours in alarms_at(stands, now):
        yield Row(
            id=f"f-{bench.new_id()[:12]}",
            breach=stands.breach,
            act=Act.ALARMED,
            at=now,
            by=bench.requester,
            moment=stands.aware_at,
            hours=hours,
        )


def _alarms(bench: Bench, school: str, stands: Standing, given: Iterable[Row]) -> Iterator[Alarm]:
    for row in given:
        if stands.due is not None:
            yield Alarm(
                breach=stands.breach,
                school=school,
                hours=row.hours,
                due=stands.due,
                addresses=_addresses(bench, school),
            )


def _addresses(bench: Bench, school: str) -> tuple[str, ...]:
    try:
        known = load_rules(bench.packs_dir, school).desk.addresses
    except PackRefused:
        return ()
    return tuple(dict.fromkeys(known[role] for role in ROLES if role in known))


def night_lines(bench: Bench, school: str) -> tuple[str, ...]:
    """What the night's mail says of a school's breaches: counts, ids and times, no names."""
    stands = [standing(rows) for rows in bench.store.breaches.all(school).values()]
    running = sorted((one.due, one.breach) for one in stands if one.runs and one.due)
    suspected = sum(one.state is State.SUSPECTED for one in stands)
    lines = [
        f"breach {breach} is due at {due.astimezone(LONDON):%H:%M on %a %d %b %Y}:"
        f" graphsync breach show {breach}"
        for due, breach in running
    ]
    if suspected:
        lines.append(f"suspected breaches to look at: {suspected}: graphsync breach list")
    return tuple(lines)
