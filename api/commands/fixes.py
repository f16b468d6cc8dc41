"""`graphsync fixes`: the records that the school office can put right in SIMS."""

from argparse import Namespace
from pathlib import Path

from api.usage import Commands

COLUMNS = ("person", "name", "place", "what", "mend")
SHOWN = 10


def declare(commands: Commands) -> None:
    """Add the command."""
    fixes = commands.add(
        "fixes",
        "Records to put right in SIMS, with what is wrong and the mend, for the school office",
        "graphsync fixes --school pb --html fixes.html",
        run_fixes,
    )
    fixes.add_argument("--school", metavar="ID", help="only this school")
    fixes.add_argument("--html", type=Path, metavar="FILE", help="write a page to print there")
    fixes.add_argument("--all", action="store_true", help="all of them, not the first ten")


def run_fixes(args: Namespace) -> int:
    """List them, or write the page."""
    from api.answer import answer_items, write_page
    from api.wiring import open_bench, settings_with_notes
    from graphsync.fixing import fixes
    from graphsync.settings import Need
    from reports.fixes_page import page

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        found = fixes(bench, args.school)
        day = bench.now().date()
    shown = found if args.all or args.json else found[:SHOWN]
    if args.html is not None:
        write_page(args.html, page(found, day))
    answer_items(args, shown, "Nothing to put right: the last runs held nobody for the roster.")
    if more := len(found) - len(shown):
        import sys

        sys.stderr.write(f"note: {more} more with --all\n")
    return 0
