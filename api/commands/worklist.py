"""`graphsync worklist`: what somebody has to do in Active Directory (decision 9)."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands, person_key

if TYPE_CHECKING:
    from datetime import datetime

    from graphsync.worklist_desk import WorkLine


def declare(commands: Commands) -> None:
    """Add the command."""
    worklist = commands.add(
        "worklist",
        "List what is to be done in Active Directory, because Graph may not",
        "graphsync worklist --school river --powershell worklist.ps1",
        run_worklist,
    )
    worklist.add_argument("--school", metavar="ID", help="only this school")
    worklist.add_argument("--overdue", action="store_true", help="only what is late")
    worklist.add_argument(
        "--csv", type=Path, metavar="FILE", help="write the rows there for a spreadsheet"
    )
    worklist.add_argument(
        "--powershell",
        type=Path,
        metavar="FILE",
        help="write a script to read and try; it changes nothing without -Apply",
    )
    worklist.add_argument(
        "--ask-password",
        type=person_key,
        metavar="KEY",
        help="first add a row: this person, SCHOOL:ID, needs a new password",
    )
    worklist.add_argument("--reason", metavar="TEXT", help="who asked for the password, and why")


def run_worklist(args: Namespace) -> int:
    """The rows on stdout, and in the files that were asked for."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.settings import Need
    from graphsync.trouble import Usage
    from graphsync.worklist_desk import ask_password, listing

    if (args.ask_password is None) != (args.reason is None):
        raise Usage("--ask-password KEY and --reason TEXT go together")
    with open_bench(settings_with_notes(), Need.PACKS, Need.DIRECTORY) as bench:
        if args.ask_password is not None:
            ask_password(bench, args.ask_password, args.reason)
        lines = listing(bench, args.school, overdue_only=args.overdue)
        _write(args, lines, bench.now())
    answer_items(args, lines, "Nothing is to be done in Active Directory.")
    return 0


def _write(args: Namespace, lines: "Sequence[WorkLine]", now: "datetime") -> None:
    """The files, readable by their owner alone."""
    from api.answer import write_page

    if args.csv is not None:
        from reports.worklist_csv import as_csv

        write_page(args.csv, as_csv(lines))
    if args.powershell is not None:
        from reports.powershell import script

        write_page(args.powershell, script(lines, now))
