"""`graphsync dlp`: records of data loss in, counted and judged (never mail); the queue of them."""

from argparse import Namespace
from pathlib import Path

from api.commands import dlp_moves, dlp_queue
from api.usage import Commands
from graphsync.report import Exit


def declare(commands: Commands) -> None:
    """Add the commands."""
    dlp = commands.group(
        "dlp",
        "Read what Purview's rules of data loss prevention found; never mail itself",
        "graphsync dlp import audit-search.csv",
    )
    taken = dlp.add(
        "import",
        "Read exports of DLP records; 3 when some of it was not understood",
        "graphsync dlp import audit-search.csv activity-explorer.csv records.json",
        run_import,
    )
    taken.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="a JSON list of records, or the CSV of an audit search or of Activity explorer",
    )
    classes = dlp.add(
        "classes",
        "Say which classes of data a licence can find at all",
        "graphsync dlp classes snmat --licence A3",
        run_classes,
    )
    classes.add_argument("school", metavar="SCHOOL", help="the school's id")
    classes.add_argument(
        "--licence",
        required=True,
        choices=("A1", "A3", "A5"),
        help="Microsoft's licence of the school's staff",
    )
    dlp_queue.declare(dlp)
    dlp_moves.declare(dlp)


def run_import(args: Namespace) -> int:
    """The files in turn, and what became of each."""
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.settings import Need
    from graphsync.trouble import Usage
    from reports.dlp.import_text import as_text
    from reports.dlp.importing import import_files
    from reports.listing import plain

    if missing := [path for path in args.files if not path.is_file()]:
        raise Usage(f"there is no file {missing[0]}")
    with open_bench(settings_with_notes(), Need.PACKS, Need.DIRECTORY) as bench:
        imported = import_files(bench, args.files)
    answer(args, plain(imported), lambda: as_text(imported))
    if all(item.problem for item in imported.items):
        return Exit.REFUSED
    whole = all(not item.problem and not item.quarantined for item in imported.items)
    return Exit.DONE if whole else Exit.PARTLY


def run_classes(args: Namespace) -> int:
    """A row for each class of data; needs neither tenant nor store."""
    from api.answer import answer_items
    from api.wiring import settings_with_notes
    from graphsync.settings import Need
    from policies.detectable import Licence, classes_of_interest
    from policies.pack_loading import load_rules

    settings = settings_with_notes()
    settings.demand(Need.PACKS)
    rules = load_rules(settings.values.packs_dir, args.school)
    rows = classes_of_interest(rules.mail, Licence(args.licence))
    answer_items(args, rows, "", ("name", "reach", "types", "demanded", "sentence"))
    return Exit.DONE
