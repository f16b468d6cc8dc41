"""How commands are declared: every one has an example, `--json` and exit 64 for wrong usage.

Nothing heavy is imported here, so that `graphsync --help` answers at once.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NoReturn

from graphsync.report import Exit
from policies.people import PersonKey
from policies.school_days import LONDON

Run = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """A parser that answers wrong usage with 64: argparse's own 2 means *refused* here.

    Options are never abbreviated: a later release may add one that begins the same way.
    """

    def __init__(self, **options: Any) -> None:
        raw = argparse.RawDescriptionHelpFormatter
        super().__init__(allow_abbrev=False, formatter_class=raw, **options)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong on stderr and leave with 64."""
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: {message}\nSee {self.prog} --help.\n")


class Commands:
    """The commands that stand below one word of the command line."""

    def __init__(self, parser: Parser) -> None:
        self._below = parser.add_subparsers(
            title="commands", metavar="COMMAND", required=True, parser_class=Parser
        )

    def add(self, name: str, says: str, example: str, run: Run) -> Parser:
        """A command that `run` carries out; `example` is one whole line that works."""
        parser = self._parser(name, says, example)
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument(
            "--trace", action="store_true", help="show where an unexpected error comes from"
        )
        parser.set_defaults(run=run)
        return parser

    def group(self, name: str, says: str, example: str) -> "Commands":
        """A word that has commands of its own."""
        return Commands(self._parser(name, says, example))

    def _parser(self, name: str, says: str, example: str) -> Parser:
        return self._below.add_parser(
            name, help=says, description=f"{says}.", epilog=f"example:\n  {example}"
        )


def day(text: str) -> date:
    """A date written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write a date as YYYY-MM-DD") from None


def person_key(text: str) -> PersonKey:
    """A person's key written SCHOOL:ID."""
    try:
        return PersonKey.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def positive(text: str) -> float:
    """A number above nought."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("write a number above 0")
    return number


def school_moment(text: str) -> datetime:
    """A time on the clock at school, written "YYYY-MM-DD HH:MM"."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)
    except ValueError:
        raise argparse.ArgumentTypeError('write a time as "YYYY-MM-DD HH:MM"') from None


def port(text: str) -> int:
    """A port of this machine; 0 is any free one."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("write a port, 0 to 65535")
    return int(text)
