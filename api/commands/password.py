"""`graphsync password`: what the policy says of one, new ones, and what else signing in asks."""

from argparse import Namespace
from typing import TYPE_CHECKING

from api.usage import Commands, Parser, person_key, school_moment

if TYPE_CHECKING:
    from graphsync.password_checking import PasswordVerdict

COLUMNS = ("person", "password", "sessions", "slip_until", "note")


def declare(commands: Commands) -> None:
    """Add the commands."""
    password = commands.group(
        "password",
        "Set, require or check passwords",
        'graphsync password reset --person pb:5523 --reason "forgot it"',
    )
    check = password.add(
        "check",
        "Judge a password, read from standard input, for one person",
        "graphsync password check --person pb:5523",
        run_check,
    )
    _person(check)
    reset = password.add(
        "reset",
        "Set a new password, sealed for a slip, and end every session",
        'graphsync password reset --person pb:5523 --reason "forgot it" --teacher pb:9001',
        run_reset,
    )
    _person(reset, several=True)
    reset.add_argument(
        "--teacher",
        type=person_key,
        metavar="KEY",
        help="a class teacher asks, for pupils of their own classes",
    )
    compromised = password.add(
        "compromised",
        "Somebody else may know it: new password, sessions ended, the right person told",
        'graphsync password compromised --person pb:5523 --reported "2026-11-25 10:02"',
        run_compromised,
    )
    _person(compromised)
    compromised.add_argument(
        "--reported", type=school_moment, metavar="TIME", help='"YYYY-MM-DD HH:MM"; else now'
    )
    ended = password.add(
        "explain",
        "End a compromise with how it came about; the DPO reads it in the breach register",
        "graphsync password explain --person pb:5523 --incident i-1a2b3c4d --cause phishing",
        run_explain,
    )
    _person(ended)
    ended.add_argument("--incident", required=True, metavar="ID", help="as `compromised` named it")
    ended.add_argument(
        "--cause",
        required=True,
        choices=(
            *("phishing", "told_or_shared", "written_down_or_seen", "guessed_or_reused"),
            *("malware", "not_known", "nobody_else_knew"),
        ),
        help="how somebody else came to know the password",
    )
    change = password.add(
        "require-change",
        "Have a new password asked for at the next sign-in",
        'graphsync password require-change --person pb:9001 --reason "left on a note"',
        run_require_change,
    )
    _person(change)
    access_pass = password.add(
        "tap",
        "Issue a Temporary Access Pass for a member of staff, sealed for a slip",
        'graphsync password tap --person pb:9001 --reason "new telephone"',
        run_tap,
    )
    _person(access_pass)
    access_pass.add_argument(
        "--minutes", type=int, default=60, metavar="N", help="how long it lasts (60)"
    )
    for command in (reset, change, access_pass):
        command.add_argument("--reason", required=True, metavar="TEXT", help="who asked, and why")


def _person(command: Parser, *, several: bool = False) -> None:
    more = ", may be repeated" if several else ""
    command.add_argument(
        "--person",
        dest="people" if several else "person",
        action="append" if several else "store",
        type=person_key,
        required=True,
        metavar="KEY",
        help=f"SCHOOL:ID{more}",
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


def run_reset(args: Namespace) -> int:
    """New passwords; the slips come later."""
    import asyncio

    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.password_desk import Wish, exit_code, reset
    from graphsync.settings import Need

    wish = Wish(people=tuple(args.people), reason=args.reason, teacher=args.teacher)
    needs = (Need.PACKS, Need.TENANT, Need.SEAL)
    with open_bench(settings_with_notes(), *needs) as bench:
        lines = asyncio.run(reset(bench, wish))
    answer_items(args, lines, "", COLUMNS)
    return exit_code(lines)


def run_compromised(args: Namespace) -> int:
    """An incident, acted on."""
    import asyncio

    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.compromise import compromised
    from graphsync.settings import Need

    needs = (Need.PACKS, Need.TENANT, Need.SEAL, Need.MAIL)
    with open_bench(settings_with_notes(), *needs) as bench:
        incident = asyncio.run(compromised(bench, args.person, args.reported))
    answer_facts(args, incident)
    return incident.exit_code


def run_explain(args: Namespace) -> int:
    """The cause of a compromise, kept."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.compromise_ending import Came, end

    with open_bench(settings_with_notes()) as bench:
        ended = end(bench, args.person, args.incident, Came(args.cause))
    answer_facts(args, ended)
    return 0


def run_require_change(args: Namespace) -> int:
    """The mark set."""
    import asyncio

    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.settings import Need
    from graphsync.sign_in_desk import require_change

    with open_bench(settings_with_notes(), Need.PACKS, Need.TENANT) as bench:
        line = asyncio.run(require_change(bench, args.person, args.reason))
    answer_facts(args, line)
    return line.exit_code


def run_tap(args: Namespace) -> int:
    """A pass, sealed."""
    import asyncio

    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.settings import Need
    from graphsync.sign_in_desk import issue_pass

    needs = (Need.PACKS, Need.TENANT, Need.SEAL)
    with open_bench(settings_with_notes(), *needs) as bench:
        line = asyncio.run(issue_pass(bench, args.person, args.reason, args.minutes))
    answer_facts(args, line, "Print it: graphsync slips --person KEY")
    return line.exit_code
