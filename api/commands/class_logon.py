"""`graphsync class-logon`: one account for a class of the youngest, where a school asks for it."""

from argparse import Namespace
from datetime import date

from api.usage import Commands, day, person_key

COLUMNS = ("logon", "form", "year", "ends_on", "holders", "state", "no_permission")


def declare(commands: Commands) -> None:
    """Add the commands."""
    group = commands.group(
        "class-logon",
        "One account for a class of the youngest, where the school asks for it",
        "graphsync class-logon list snmat",
    )
    ask = group.add(
        "request",
        "Record the school's request for a class; nothing is made before the holders agree",
        'graphsync class-logon request snmat 1K --by "Principal" --on 2026-09-02'
        " --holder snmat:812",
        run_request,
    )
    ask.add_argument("school", metavar="SCHOOL")
    ask.add_argument("form", metavar="FORM", help="the registration group, as SIMS writes it")
    ask.add_argument("--by", required=True, metavar="WHO", help="who asked for the school")
    ask.add_argument("--on", type=day, required=True, metavar="DATE", help="the request's date")
    ask.add_argument(
        "--holder",
        type=person_key,
        action="append",
        default=[],
        metavar="KEY",
        help="a member of staff who will know the password (may be repeated)",
    )
    note = group.add(
        "acknowledge",
        "Record that a holder has read and accepts the risk notice",
        "graphsync class-logon acknowledge snmat:class-1k-2027 --holder snmat:812",
        run_acknowledge,
    )
    note.add_argument("--holder", type=person_key, required=True, metavar="KEY", help="SCHOOL:ID")
    end = group.add(
        "end",
        "End a class log-on: the next night blocks it",
        "graphsync class-logon end snmat:class-1k-2027",
        run_end,
    )
    for command in (note, end):
        command.add_argument("logon", type=person_key, metavar="LOGON", help="as the list shows it")
    listing = group.add(
        "list", "List a school's class log-ons", "graphsync class-logon list snmat", run_list
    )
    listing.add_argument("school", metavar="SCHOOL")


def run_request(args: Namespace) -> int:
    """Ask."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.class_logon_desk import request
    from graphsync.settings import Need

    on: date = args.on
    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        asked = request(bench, args.school, args.form, args.by, on, tuple(args.holder))
    answer_facts(args, asked)
    return 0


def run_acknowledge(args: Namespace) -> int:
    """Take note of the risks."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.class_logon_desk import acknowledge

    with open_bench(settings_with_notes()) as bench:
        noted = acknowledge(bench, args.logon, args.holder)
    answer_facts(args, noted)
    return 0


def run_end(args: Namespace) -> int:
    """End."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.class_logon_desk import end

    with open_bench(settings_with_notes()) as bench:
        ended = end(bench, args.logon)
    answer_facts(args, ended)
    return 0


def run_list(args: Namespace) -> int:
    """Every class log-on of a school."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.class_logon_desk import listing

    with open_bench(settings_with_notes()) as bench:
        found = listing(bench, args.school)
    answer_items(args, found, "No class log-on was ever asked for.", COLUMNS)
    return 0
