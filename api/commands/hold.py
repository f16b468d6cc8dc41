"""`graphsync hold`: a person's word that an account stays as it is, or blocked (decision 14)."""

from argparse import Namespace
from pathlib import Path

from api.usage import Commands, day, person_key

COLUMNS = ("hold", "person", "mode", "until", "state", "by", "reason", "clause", "lifted")
ONE_WAY = "say KEY, --reason TEXT and --clause ID, or --file CSV alone"


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
        'graphsync hold add pb:5523 --suspend --reason "head, 25 Nov" --clause PB-2.4'
        " --until 2026-12-18",
        run_add,
    )
    add.add_argument("key", type=person_key, nargs="?", metavar="KEY", help="SCHOOL:ID")
    mode = add.add_mutually_exclusive_group()
    mode.add_argument(
        "--freeze",
        dest="mode",
        action="store_const",
        const="freeze",
        help="no change at all (default)",
    )
    mode.add_argument(
        "--suspend",
        dest="mode",
        action="store_const",
        const="suspend",
        help="blocked, sessions revoked, and kept so",
    )
    add.add_argument("--reason", metavar="TEXT", help="who asked, and why")
    add.add_argument(
        "--clause",
        metavar="ID",
        help="the clause of the policy, or the document, that allows it",
    )
    add.add_argument(
        "--until",
        type=day,
        metavar="DATE",
        help="its last day (YYYY-MM-DD); without one the pack's holds.days count from today",
    )
    add.add_argument(
        "--file",
        type=Path,
        metavar="CSV",
        help="many at once: person,reason,clause,until and, if you like, kind",
    )
    lift = hold.add(
        "lift",
        "Ask for the end of a hold; it stands until somebody else says yes",
        'graphsync hold lift pb:5523 --reason "head, 2 Dec"',
        run_lift,
    )
    release = hold.add(
        "release",
        "Say yes to the end of a hold that somebody else asked for",
        "graphsync hold release pb:5523",
        run_release,
    )
    keep = hold.add(
        "keep",
        "Say that a hold stays: looked at again, or a no to whoever asked for its end",
        'graphsync hold keep pb:5523 --reason "the matter goes on"',
        run_keep,
    )
    purview = hold.add(
        "purview",
        "Print the words that ask for a hold in Microsoft Purview",
        "graphsync hold purview pb:5523",
        run_purview,
    )
    for command in (lift, release, keep, purview):
        command.add_argument(
            "hold", metavar="HOLD_OR_KEY", help="the hold, or the person, SCHOOL:ID"
        )
    for command in (lift, keep):
        command.add_argument("--reason", required=True, metavar="TEXT", help="who says so, and why")
    hold.add("list", "List the holds", "graphsync hold list", run_list)


def run_add(args: Namespace) -> int:
    """Put one person on hold, or those of a file."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.hold_desk import Wish, add, add_file
    from graphsync.settings import Need
    from graphsync.trouble import Usage
    from policies.holds import HoldMode

    one = (args.key, args.reason, args.clause, args.until, args.mode)
    if any(given is not None for given in one) if args.file else None in (args.key, args.reason):
        raise Usage(ONE_WAY)
    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        if args.file:
            answer_facts(args, add_file(bench, args.file))
            return 0
        wish = Wish(
            person=args.key,
            mode=HoldMode(args.mode or HoldMode.FREEZE),
            reason=args.reason,
            clause=args.clause or "",
            until=args.until,
        )
        added = add(bench, wish)
    given = "" if args.until else f"Until {added.until}, since no end was given."
    answer_facts(args, added, given)
    return 0


def run_lift(args: Namespace) -> int:
    """Its end is asked for; or off hold, for who put it just now."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.releasing import lift
    from graphsync.report import Exit
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        line = lift(bench, args.hold, args.reason)
    if line.lifted:
        answer_facts(args, line)
        return Exit.DONE
    answer_facts(
        args, line, f"It stands until somebody else says: graphsync hold release {line.hold}"
    )
    return Exit.REFUSED


def run_release(args: Namespace) -> int:
    """Off hold."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.releasing import release
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        released = release(bench, args.hold)
    answer_facts(args, released)
    return 0


def run_keep(args: Namespace) -> int:
    """It stays."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.releasing import keep
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        kept = keep(bench, args.hold, args.reason)
    answer_facts(args, kept)
    return 0


def run_purview(args: Namespace) -> int:
    """The words, and nothing else."""
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.releasing import purview_words
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        words = purview_words(bench, args.hold)
    answer(args, {"words": words}, lambda: words)
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
