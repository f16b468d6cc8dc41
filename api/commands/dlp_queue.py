"""`graphsync dlp queue`, `show`, `looks` and lists: what is to be looked at."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands, Parser
from policies.mail import Kind, Severity
from policies.mail_queue import State

if TYPE_CHECKING:
    from datetime import datetime

    from graphsync.store.dlp_items import Wanted

COLUMNS = ("item", "severity", "due", "overdue", "state", "assignee", "classes", "exceptions")
LOOKS = ("at", "by", "item", "filter", "shown", "reason")
CHANGES = ("school", "rule", "name", "change", "speak_for_it", "decided", "outcomes", "why")


def declare(dlp: Commands) -> None:
    """Add the commands."""
    queue = dlp.add(
        "queue",
        "List the exceptions that a person must look at, the most urgent mail first",
        "graphsync dlp queue --severity high --overdue",
        run_queue,
    )
    _add_filters(queue)
    show = dlp.add(
        "show",
        "Show one item with its records; the look is written down",
        'graphsync dlp show 3f0c9a1be2d47c55 --reason "the head asked"',
        run_show,
    )
    show.add_argument("item", metavar="ITEM")
    show.add_argument("--reason", default="", metavar="TEXT", help="why; opens a masked item")
    show.add_argument("--anyway", action="store_true", help="keep a reason that names somebody")
    looks = dlp.add(
        "looks",
        "List who looked at what, the newest first",
        "graphsync dlp looks",
        run_looks,
    )
    looks.add_argument("--limit", type=int, default=200, metavar="N", help="at most so many: 200")
    dlp.add(
        "contrary",
        "List the decisions against the DPO's advice",
        "graphsync dlp contrary",
        run_contrary,
    )
    dlp.add(
        "allowed",
        "List what is allowed until a day, the first to end first",
        "graphsync dlp allowed",
        run_allowed,
    )
    rules = dlp.add(
        "rules",
        "Say which of Purview's rules the decisions speak for changing; changes none",
        "graphsync dlp rules --csv rules.csv",
        run_rules,
    )
    rules.add_argument("--csv", type=Path, metavar="FILE", help="write them for a spreadsheet too")


def _add_filters(queue: Parser) -> None:
    several = (
        ("--state", [str(one) for one in State], "that stand so"),
        ("--severity", [str(one) for one in Severity], "of this urgency"),
        ("--kind", list(_kinds()), "with this exception"),
    )
    for name, choices, says in several:
        queue.add_argument(name, action="append", default=[], choices=choices, help=says)
    queue.add_argument("--class", action="append", default=[], metavar="CLASS", help="of data")
    queue.add_argument("--rule", action="append", default=[], metavar="ID", help="of this rule")
    queue.add_argument("--school", action="append", default=[], metavar="SCHOOL")
    whose = queue.add_mutually_exclusive_group()
    whose.add_argument("--mine", action="store_true", help="assigned to who asks")
    whose.add_argument("--assignee", metavar="ACCOUNT", help="assigned to this account")
    queue.add_argument("--overdue", action="store_true", help="past their due moment")
    queue.add_argument("--closed", action="store_true", help="the closed ones too")
    queue.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many: 50")
    queue.add_argument("--after", default="", metavar="PLACE", help="the `next` of the last page")
    queue.add_argument("--counts", action="store_true", help="only how many; no look at anybody")


def _kinds() -> dict[str, Kind]:
    return {one.name.lower().replace("_", "-"): one for one in Kind}


def run_queue(args: Namespace) -> int:
    """A page, or the counts."""
    from api.answer import answer, answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.dlp_allowances import lapse
    from graphsync.dlp_desk import at_the_machine
    from graphsync.dlp_views import counts, page
    from reports.listing import plain, table

    with open_bench(settings_with_notes()) as bench:
        lapse(bench)  # where no clock of `graphsync serve` does it
        actor = at_the_machine(bench)
        if args.counts:
            answer_items(args, counts(bench, actor), "The queue is empty.")
            return 0
        shown = page(
            bench, actor, _wanted(args, bench.requester, bench.now()), args.after, args.limit
        )
    more = f"\nMore: --after {shown.next}\n" if shown.next else ""
    answer(
        args,
        plain(shown),
        lambda: table(shown.items, COLUMNS) + more if shown.items else "Nothing to look at.\n",
    )
    return 0


def _wanted(args: Namespace, requester: str, now: "datetime") -> "Wanted":
    from graphsync.store.dlp_items import Wanted

    return Wanted(
        schools=tuple(args.school) or None,
        states=tuple(map(State, args.state)),
        severities=tuple(map(Severity, args.severity)),
        kinds=tuple(_kinds()[one] for one in args.kind),
        classes=tuple(getattr(args, "class")),
        rules=tuple(args.rule),
        assignee=requester if args.mine else args.assignee,
        due_before=now if args.overdue else None,
        closed=args.closed,
    )


def run_show(args: Namespace) -> int:
    """One item."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.dlp_desk import Note, at_the_machine
    from graphsync.dlp_views import show
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        shown = show(bench, at_the_machine(bench), args.item, Note(args.reason, args.anyway))
    answer_facts(args, shown)
    return 0


def run_looks(args: Namespace) -> int:
    """The register of looks."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.dlp_desk import at_the_machine
    from graphsync.dlp_views import looks

    with open_bench(settings_with_notes()) as bench:
        found = looks(bench, at_the_machine(bench), args.limit)
        answer_items(args, found, "Nobody has looked yet.", LOOKS)
    return 0


def run_contrary(args: Namespace) -> int:
    """Decisions against the advice."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.dlp_desk import at_the_machine
    from graphsync.dlp_views import against_advice

    with open_bench(settings_with_notes()) as bench:
        found = against_advice(bench, at_the_machine(bench))
    columns = ("at", "school", "item", "by", "outcome")
    answer_items(args, found, "No decision went against the advice.", columns)
    return 0


def run_allowed(args: Namespace) -> int:
    """What is allowed until a day; what was until yesterday is back in the queue."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.dlp_allowances import allowed_lines, lapse
    from graphsync.dlp_desk import at_the_machine

    with open_bench(settings_with_notes()) as bench:
        lapse(bench)
        found = allowed_lines(bench, at_the_machine(bench))
    columns = ("item", "school", "until", "days_left", "ends_soon", "by", "classes", "rules")
    answer_items(args, found, "Nothing is allowed until a day.", columns)
    return 0


def run_rules(args: Namespace) -> int:
    """Candidate changes, and their file."""
    from api.answer import answer_items, write_page
    from api.wiring import open_bench, settings_with_notes
    from graphsync.dlp_desk import at_the_machine
    from graphsync.dlp_views import rule_changes
    from reports.spreadsheet import records

    with open_bench(settings_with_notes()) as bench:
        found = rule_changes(bench, at_the_machine(bench))
    if args.csv is not None:
        write_page(args.csv, records(CHANGES, found))
    answer_items(args, found, "The decisions speak for no change of a rule.", CHANGES)
    return 0
