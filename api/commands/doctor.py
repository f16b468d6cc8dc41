"""`graphsync doctor`: what would go wrong in a night, and how to mend it."""

import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands
from graphsync.report import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphsync.doctor.findings import Finding
    from graphsync.settings import Loaded

NEW_PASSWORD_WORDS = 6  # it is shown to nobody: nobody need type it


def declare(commands: Commands) -> None:
    """Add the command."""
    doctor = commands.add(
        "doctor",
        "Check settings, tenant, exports and store, and say how to mend what is wrong",
        "graphsync doctor --test-account sync-test@oak.example",
        run,
    )
    doctor.add_argument(
        "--test-account",
        metavar="UPN",
        help="really reset the password of this account, which is nobody's, and end its sessions",
    )


def run(args: Namespace) -> int:
    """0 when nothing is broken, warnings allowed; 1 otherwise."""
    from api.answer import answer
    from reports.doctor import as_table
    from reports.listing import plain

    findings = examined(_settings(), args.test_account)
    answer(args, {"items": plain(findings)}, lambda: as_table(findings))
    return exit_code(findings)


def examined(loaded: "Loaded", account: str | None = None) -> "Sequence[Finding]":
    """What doctor finds of an installation with these settings."""
    import asyncio

    from api.wiring import account_name, utc_now
    from graphsync.doctor.examination import examine, opened
    from graphsync.doctor.trial import Wish

    wish = Wish(account, account_name(), _new_password) if account else None
    with opened(loaded, utc_now) as case:
        return asyncio.run(examine(case, wish))


def exit_code(findings: "Sequence[Finding]") -> Exit:
    """Broken when any finding is."""
    from graphsync.doctor.findings import State

    return Exit.BROKEN if any(one.state is State.BROKEN for one in findings) else Exit.DONE


def _settings() -> "Loaded":
    """The settings; where the file cannot be read those of the environment, and a note of it."""
    from dataclasses import replace

    from graphsync.settings import load_settings
    from graphsync.trouble import Broken

    try:
        return load_settings()
    except Broken as unreadable:
        return replace(load_settings(Path(os.devnull)), notes=(str(unreadable),))


def _new_password() -> str:
    from api.wiring import random_password

    return random_password(NEW_PASSWORD_WORDS)
