"""`graphsync consent batch`, `countersign` and `reject`: paper checked by a second person."""

from argparse import Namespace

from api.usage import Commands

BATCHES = ("batch", "opened_by", "opened_on", "closed_on", "forms", "to_check", "waiting")
WAITING = (
    "row",
    "batch",
    "pupil",
    "form_group",
    "edition",
    "answer",
    "signed_on",
    "entered_by",
)


def declare(group: Commands) -> None:
    """Add the commands."""
    batch = group.group(
        "batch", "Open, close and list piles of paper forms", "graphsync consent batch list oak"
    )
    opening = batch.add("open", "Open a pile", "graphsync consent batch open oak", run_open)
    closing = batch.add(
        "close",
        "Close a pile: what a second person checks is drawn now, as the pack says",
        "graphsync consent batch close oak b-1f2e3d4c",
        run_close,
    )
    listing = batch.add(
        "list", "List a school's piles", "graphsync consent batch list oak", run_list
    )
    waiting = batch.add(
        "waiting",
        "List the forms that wait for a second person",
        "graphsync consent batch waiting oak",
        run_waiting,
    )
    countersign = group.add(
        "countersign",
        "A second person has compared forms with what was entered",
        "graphsync consent countersign oak c-1f2e3d4c5b6a",
        run_countersign,
    )
    reject = group.add(
        "reject",
        "The paper does not say what was entered",
        'graphsync consent reject oak c-1f2e3d4c5b6a --reason "signed by somebody else"',
        run_reject,
    )
    for command in (opening, closing, listing, waiting, countersign, reject):
        command.add_argument("school", metavar="SCHOOL")
    closing.add_argument("batch", metavar="BATCH")
    countersign.add_argument("rows", nargs="*", metavar="ROW", help="as the list shows them")
    countersign.add_argument("--batch", default="", metavar="BATCH", help="all of it that wait")
    reject.add_argument("row", metavar="ROW")
    reject.add_argument("--reason", required=True, metavar="TEXT", help="what is wrong")


def run_open(args: Namespace) -> int:
    """Open."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_piles import open_batch
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        opened = open_batch(bench, args.school)
    answer_facts(args, opened)
    return 0


def run_close(args: Namespace) -> int:
    """Close."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_piles import close_batch
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        closed = close_batch(bench, args.school, args.batch)
    answer_facts(args, closed)
    return 0


def run_list(args: Namespace) -> int:
    """Every pile."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_piles import batches
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        found = batches(bench, args.school)
    answer_items(args, found, "No pile was ever opened.", BATCHES)
    return 0


def run_waiting(args: Namespace) -> int:
    """What waits."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_piles import waiting
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        found = waiting(bench, args.school)
    answer_items(args, found, "No form waits for a second person.", WAITING)
    return 0


def run_countersign(args: Namespace) -> int:
    """Checked, and right."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_piles import countersign
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        checked = countersign(bench, args.school, args.rows, args.batch)
    answer_facts(args, checked)
    return 0


def run_reject(args: Namespace) -> int:
    """Checked, and wrong."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_piles import reject
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        checked = reject(bench, args.school, args.row, args.reason)
    answer_facts(args, checked)
    return 0
