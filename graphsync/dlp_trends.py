"""The series of trends of data loss, out of the events and the decisions that are kept."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.store.dlp_trends import Row
from policies.mail_effects import Fate
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
    since = datetime.combine(begin, time(), LONDON)
    until = datetime.combine(end + timedelta(days=1), time(), LONDON)
    rows = bench.store.dlp_trends.rows(schools, since, until)
    decisions = bench.store.dlp_moves.decisions(frozenset(schools))
    last = {one.item: one for _, one in decisions}
    decided = {one.key: last[item] for item, one in bench.store.dlp_items.of(last).items()}
    roles = _roles(bench, schools)
    found = [_incident(some, decided.get(key), roles) for key, some in rows.items()]
    return trends_of(found, tuple(sorted(schools)), begin, end, step, suppressed=suppressed)


def _incident(rows: list[Row], made: Made | None, roles: dict[PersonKey, str]) -> Incident:
    first = min(rows, key=lambda one: (one.created_at, one.record))
    read_at = min(one.seen_at for one in rows)
    sender = first.sender
    return Incident(
        day=school_day(first.created_at),
        category=category_of({name for one in rows for name in one.classes}),
        sender=(roles.get(sender.person) if sender.person else None) or str(sender.role),
        fate=min((one.fate for one in rows), key=_FATES.index),
        overridden=any(one.overridden for one in rows),
        outcome=Outcome(made.word) if made else None,
        hours=(made.at - read_at) / _HOUR if made else None,
    )


def _roles(bench: Bench, schools: Collection[str]) -> dict[PersonKey, str]:
    """The first role of every member of staff that the latest rosters know one of."""
    found = {}
    for school in schools:
        roster = latest_roster(bench.store, school, bench.now())
        for one in roster.people if roster else ():
            if one.kind is Kind.STAFF and one.roles:
                found[one.key] = f"{Role.STAFF}: {one.roles[0]}"
    return found
