"""`graphsync hold`: a person's word that an account stays as it is, or blocked (decision 14)."""

from argparse import Namespace

from api.usage import Commands, day, person_key

COLUMNS = ("hold", "person", "mode", "until", "by", "reason", "lifted")


def declare(commands: Commands) -> None:
    """Add the commands."""
    hold = commands.group(
        "hold",
        "Keep an account as it is, or blocked, whatever the roster says",
        "graphsync hold list",
    )
    add = hold.add(
        "add",
        "Put someone on hold",
        'graphsync hold add pb:5523 --suspend --reason "head, 25 Nov" --until 2026-12-18',
        run_add,
    )
    add.add_argument("key", type=person_key, metavar="KEY", help="SCHOOL:ID")
    mode = add.add_mutually_exclusive_group()
    mode.add_argument(
        "--freeze",
        dest="mode",
        action="store_const",
        const="freeze",
        default="freeze",
        help="no change at all (default)",
    )
    mode.add_argument(
        "--suspend",
        dest="mode",
        action="store_const",
        const="suspend",
        help="blocked, sessions revoked, and kept so",
    )
    add.add_argument("--clause", default="", metavar="ID", help="the clause of the policy")
    add.add_argument("--until", type=day, metavar="DATE", help="its last day (YYYY-MM-DD)")
    lift = hold.add(
        "lift",
        "End a hold",
        'graphsync hold lift pb:5523 --reason "head, 2 Dec"',
        run_lift,
    )
    lift.add_argument("hold", metavar="HOLD_OR_KEY", help="the hold, or the person, SCHOOL:ID")
    for command in (add, lift):
        command.add_argument("--reason", required=True, metavar="TEXT", help="who asked, and why")
    hold.add("list", "List the holds", "graphsync hold list", run_list)


def run_add(args: Namespace) -> int:
    """Put on hold."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.hold_desk import add

    with open_bench(settings_with_notes()) as bench:
        added = add(bench, args.key, args.mode, args.reason, args.clause, args.until)
    answer_facts(args, added)
    return 0


def run_lift(args: Namespace) -> int:
    """Off hold."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.hold_desk import lift

    with open_bench(settings_with_notes()) as bench:
        lifted = lift(bench, args.hold, args.reason)
    answer_facts(args, lifted)
    return 0


def run_list(args: Namespace) -> int:
    """Every hold."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.hold_desk import listing

    with open_bench(settings_with_notes()) as bench:
        holds = listing(bench)
    answer_items(args, holds, "Nobody is on hold.", COLUMNS)
    return 0
