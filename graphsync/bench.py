"""What a run needs from outside, made once at the composition root and handed down."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from graphsync.roster_memory import RosterMemory
from graphsync.sealing import Sealer
from graphsync.store.db import Store
from graphsync.tenant.credentials import TenantSettings


class Progress(Protocol):
    """Where long work says how far it is; never names, only counts."""

    def stage(self, text: str) -> None:
        """A new stage begins."""

    def count(self, done: int, of: int) -> None:
        """So many of so many are done in this stage."""


@dataclass(frozen=True)
class Bench:
    """Store, packs, tenant, clock and chance. `requester` is who asks, by the operating system.

    `sealer` is None where no seal key is set; a plan that creates accounts then refuses.
    `mail_from` is the mailbox that the night's mail goes out from, `ping_url` what is called at the
    end of a night, `parents_url` where parents reach their page; empty for none. `choose` and
    `digit` draw at random, for initial passwords; `new_id` gives hexadecimal text. `operators` are
    the object ids that the access file names; `rosters` keeps decoded ones, in a service.
    """

    store: Store
    packs_dir: Path
    tenant: TenantSettings
    sealer: Sealer | None
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    requester: str
    new_id: Callable[[], str]
    choose: Callable[[Sequence[str]], str]
    digit: Callable[[int], int]
    progress: Progress
    mail_from: str = ""
    ping_url: str = ""
    parents_url: str = ""
    operators: Callable[[], Collection[str]] = frozenset
    rosters: RosterMemory | None = None
