"""`graphsync password`: what the school's policy says of a password."""

from argparse import Namespace
from typing import TYPE_CHECKING

from api.usage import Commands, person_key

if TYPE_CHECKING:
    from graphsync.password_checking import PasswordVerdict


def declare(commands: Commands) -> None:
    """Add the commands."""
    password = commands.group(
        "password",
        "Passwords under the school's policy",
        "graphsync password check --person pb:5523",
    )
    check = password.add(
        "check",
        "Judge a password, read from standard input, for one person",
        "graphsync password check --person pb:5523",
        run_check,
    )
    check.add_argument(
        "--person", type=person_key, required=True, metavar="KEY", help="SCHOOL:ID, whose it is"
    )


def run_check(args: Namespace) -> int:
    """Every violation with its clauses; 2 when there is one."""
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.password_checking import MOST_BYTES, check_password
    from graphsync.report import Exit
    from graphsync.settings import Need
    from reports.listing import plain

    typed = _typed(MOST_BYTES)
    with open_bench(settings_with_notes(), Need.DIRECTORY, Need.PACKS) as bench:
        verdict = check_password(bench, args.person, typed)
    answer(args, plain(verdict), lambda: _told(verdict))
    return 0 if verdict.ok else Exit.REFUSED


def _typed(most: int) -> bytes:
    """What was typed or piped, never echoed and never kept."""
    import sys

    if sys.stdin.isatty():
        from getpass import getpass

        return getpass("Password (not shown): ").encode(errors="surrogateescape")
    return sys.stdin.buffer.read(most)


def _told(verdict: "PasswordVerdict") -> str:
    lines = [f"{verdict.person}: {'may have' if verdict.ok else 'may not have'} this password"]
    lines += [f"  - {one.text}" for one in verdict.violations]
    if verdict.strength is not None:
        lines.append(f"  strength {verdict.strength.score} of 4")
        lines += [f"    {advice}" for advice in verdict.strength.advice]
    return "\n".join(lines) + "\n"
