"""What a killed run had written: laid over the mirror, since replicas may hide it for a while yet.

Without it the run that follows at once would miss the accounts that are already linked, and hold
their people as *account gone*.
"""

from collections.abc import Iterable
from datetime import datetime

from graphsync.bench import Bench
from graphsync.changes import (
    AddToGroup,
    Change,
    CreateGroup,
    CreateTeam,
    LicenseGroup,
    RemoveFromGroup,
    UpdateGroup,
)
from graphsync.confirming import Written
from graphsync.recording import SESSIONS, pending, planned_changes
from graphsync.report import Outcome
from graphsync.store.journal import JournalRow
from graphsync.store.mirrors import Pending


def accepted(bench: Bench, run: str) -> list[Pending]:
    """The writes of this run that the journal tells are done, in the order they were accepted."""
    rows = bench.store.journal.of_run(run)
    changes = planned_changes(bench.store, run)
    noted = {row.item: row for row in rows if row.what == "intent"}
    done = [row for row in rows if row.what == "outcome" and row.result == Outcome.DONE]
    told = [(row, changes[row.item]) for row in done if row.item in changes]
    born = _groups_born(told)
    return [pending(_written(row, change, noted[row.item], born), run) for row, change in told]


def sessions_before(intent: JournalRow) -> datetime | None:
    """What the intent noted of a revocation: an older value is no proof that it was done."""
    noted = intent.before.get(SESSIONS)
    return datetime.fromisoformat(noted) if noted else None


def _groups_born(told: Iterable[tuple[JournalRow, Change]]) -> dict[str, str | None]:
    return {change.group: row.object_id for row, change in told if isinstance(change, CreateGroup)}


def _written(
    row: JournalRow, change: Change, intent: JournalRow, born: dict[str, str | None]
) -> Written:
    group = None
    match change:
        case CreateGroup():
            group = row.object_id
        case AddToGroup() | LicenseGroup():
            group = change.group_id or born.get(change.group)
        case UpdateGroup() | CreateTeam() | RemoveFromGroup():
            group = change.group_id
        case _:
            pass
    return Written(
        change=change,
        at=row.at,
        account=row.object_id if change.person else None,
        group=group,
        sessions_before=sessions_before(intent),
    )
