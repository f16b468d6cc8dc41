"""What planning sees: the mirror at one moment."""

from datetime import datetime

from graphsync.accounts import Snapshot
from graphsync.tenant.mirror import Mirror
from graphsync.tenant.school_data_sync import theirs


def snapshot(mirror: Mirror, now: datetime) -> Snapshot:
    """The mirror as a snapshot taken `now`; later changes of the mirror do not show in it."""
    return Snapshot(
        taken_at=now,
        accounts=dict(mirror.accounts),
        groups=dict(mirror.groups),
        skus=dict(mirror.skus),
        protected=mirror.protected,
        school_data_sync=theirs(mirror.groups.values(), mirror.school_data_sync),
    )
