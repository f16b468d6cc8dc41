"""`graphsync retention`: what is kept how long, and what the next night erases (decision 23)."""

from argparse import Namespace

from api.usage import Commands

COLUMNS = ("school", "records", "days", "older_than", "due", "on_hold")


def declare(commands: Commands) -> None:
    """Add the command."""
    retention = commands.add(
        "retention",
        "List how long copies are kept, and what the next night erases; erases nothing itself",
        "graphsync retention --school oak",
        run_retention,
    )
    retention.add_argument("--school", metavar="ID", help="only this school")


def run_retention(args: Namespace) -> int:
    """A line for each school and kind of record."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.erasing import preview
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        answer_items(args, preview(bench, args.school), "No school has a pack.", COLUMNS)
    return 0
