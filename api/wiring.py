"""Composition: settings, store, clock, ids and chance are made here and handed down."""

import asyncio
import os
import pwd
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from api.progress import progress_on
from graphsync.bench import Bench
from graphsync.sealing import Sealer
from graphsync.settings import Loaded, Need, load_settings
from graphsync.store.db import Store


def utc_now() -> datetime:
    """The only clock of the command line."""
    return datetime.now(UTC)


def settings_with_notes() -> Loaded:
    """The settings; names that are no setting are told on stderr."""
    loaded = load_settings()
    for note in loaded.notes:
        sys.stderr.write(f"note: {note}\n")
    return loaded


def account_name() -> str:
    """Who asks: the account of the effective user id, not the environment's word (decision 17)."""
    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may run under an id that has no account
        return f"uid {uid}"


def random_secret() -> str:
    """256 random bits, for the cookie of a session."""
    return secrets.token_urlsafe(32)


def random_password(words: int) -> str:
    """A password of so many random words that Entra takes, of nobody's name."""
    from policies.password_rules import PasswordRules
    from policies.passwords import initial_password

    return initial_password(PasswordRules(words=words), secrets.choice, secrets.randbelow, ())


def _operators(access_file: Path | None) -> frozenset[str]:
    """Who is named in the access file; only a departure asks, so only it reads the packs' side."""
    from api.access import Access

    return frozenset(Access(access_file).entries())


@contextmanager
def open_bench(
    settings: Loaded,
    *needs: Need,
    requester: str | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Iterator[Bench]:
    """Everything a run needs; raises Broken when a setting that `needs` demand is not right.

    `requester` is given by the scheduler and by the demo's nights; otherwise it is the account.
    `clock` is the demo's own, or the real one.
    """
    settings.demand(Need.STORE, *needs)
    key = settings.seal_key
    with (
        progress_on(sys.stderr) as progress,
        closing(Store.open(settings.database_url, clock)) as store,
    ):
        yield Bench(
            store=store,
            packs_dir=settings.values.packs_dir,
            tenant=settings.tenant(),
            sealer=Sealer(key) if key else None,
            now=clock,
            sleep=asyncio.sleep,
            requester=requester or account_name(),
            new_id=lambda: uuid4().hex,
            choose=secrets.choice,
            digit=secrets.randbelow,
            progress=progress,
            mail_from=settings.values.mail_from or "",
            ping_url=settings.values.ping_url or "",
            parents_url=settings.values.parents_url or "",
            operators=lambda: _operators(settings.values.access_file),
        )
