"""The series of trends of data loss, out of the events and the decisions that are kept."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.store.dlp_trends import Row
from policies.mail_effects import Fate
from policies.mail_items import ItemKey
from policies.mail_people import Role
from policies.mail_queue import Made, Outcome
from policies.mail_trends import Incident, Step, Trends, category_of, trends_of
from policies.people import Kind, PersonKey
from policies.school_days import LONDON, school_day

_FATES = list(Fate)  # from the safest
_HOUR = timedelta(hours=1)


def trends(
    bench: Bench,
    schools: Collection[str],
    begin: date,
    end: date,
    suppressed: bool = True,  # noqa: FBT001, FBT002 - said by name
    step: Step = Step.MONTH,
) -> Trends:
    """How the incidents of these schools went whose first record is of these days, both included.

    `suppressed` tells no number of 1 to 4, nor what one could be worked out of (law A16.7). A
    sender's department is the first role that the roster knows of them.
    """
    rows = records_of(bench, schools, begin, end)
    decisions = bench.store.dlp_moves.decisions(frozenset(schools))
    last = {one.item: one for _, one in decisions}
    decided = {one.key: last[item] for item, one in bench.store.dlp_items.of(last).items()}
    roles = _roles(bench, schools)
    found = [_incident(some, decided.get(key), roles) for key, some in rows.items()]
    return trends_of(found, tuple(sorted(schools)), begin, end, step, suppressed=suppressed)


def records_of(
    bench: Bench, schools: Collection[str], begin: date, end: date
) -> dict[ItemKey, list[Row]]:
    """The records of these days, both included, by incident."""
    since = datetime.combine(begin, time(), LONDON)
    until = datetime.combine(end + timedelta(days=1), time(), LONDON)
    return bench.store.dlp_trends.rows(schools, since, until)


def day_of(rows: Sequence[Row]) -> date:
    """The day of an incident: that of its first record."""
    return school_day(min(one.created_at for one in rows))


def fate_of(rows: Sequence[Row]) -> Fate:
    """What became of an incident: the safest of what its records say."""
    return min((one.fate for one in rows), key=_FATES.index)


def _incident(rows: list[Row], made: Made | None, roles: dict[PersonKey, str]) -> Incident:
    sender = min(rows, key=lambda one: (one.created_at, one.record)).sender
    read_at = min(one.seen_at for one in rows)
    return Incident(
        day=day_of(rows),
        category=category_of({name for one in rows for name in one.classes}),
        sender=(roles.get(sender.person) if sender.person else None) or str(sender.role),
        fate=fate_of(rows),
        overridden=any(one.overridden for one in rows),
        outcome=Outcome(made.word) if made else None,
        hours=(made.at - read_at) / _HOUR if made else None,
    )


def _roles(bench: Bench, schools: Collection[str]) -> dict[PersonKey, str]:
    """The first role of every member of staff that the latest rosters know one of."""
    found = {}
    for school in schools:
        roster = latest_roster(bench, school)
        for one in roster.people if roster else ():
            if one.kind is Kind.STAFF and one.roles:
                found[one.key] = f"{Role.STAFF}: {one.roles[0]}"
    return found
