"""What the end of a change means for a person's link, told by an answer or by reading later."""

from datetime import datetime

from msgspec.structs import replace

from graphsync.changes import Change, CreateUser, DisableUser, EnableUser, RevokeSessions
from graphsync.report import Outcome
from graphsync.store.links import Link


def link_after(
    change: Change, outcome: Outcome, link: Link | None, object_id: str | None, at: datetime
) -> Link | None:
    """The link as it is after the change, or None where it stays as it was.

    `object_id` is the account that a creation made, once it is known. A block counts as ours even
    when we cannot tell: if the account is blocked then, a returner may be let in again.
    """
    done = outcome is Outcome.DONE
    match change:
        case CreateUser():
            return _born(change, object_id, at) if done and link is None else None
        case DisableUser() if link and outcome in {Outcome.DONE, Outcome.UNKNOWN}:
            return replace(link, blocked_by_us_at=at, left_on=change.last_day)
        case EnableUser() if link and done:
            return replace(link, blocked_by_us_at=None, revoked_at=None, left_on=None)
        case RevokeSessions() if link and done:
            return replace(link, revoked_at=at)
        case _:
            return None


def _born(change: CreateUser, object_id: str | None, at: datetime) -> Link | None:
    if object_id is None or change.person is None or change.population is None:
        return None
    return Link(
        person=change.person,
        kind=change.population,
        object_id=object_id,
        how="created",
        linked_at=at,
    )
