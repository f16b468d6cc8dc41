"""`graphsync joiners`: the weekly sheet of new accounts, and who signed for it (SNMAT-19h)."""

from argparse import Namespace
from pathlib import Path

from api.usage import Commands, day

COLUMNS = ("person", "kind", "name", "user_name", "created", "slip")
WEEKS = ("week", "joiners", "without_slip", "signed_by", "signed_on", "recorded_by")


def declare(commands: Commands) -> None:
    """Add the commands."""
    joiners = commands.group(
        "joiners",
        "The weekly sheet of new accounts, and who signed for it",
        "graphsync joiners list snmat --week 2026-09-07 --html joiners.html",
    )
    listed = joiners.add(
        "list",
        "List the accounts made in a week, and whether each password was shown",
        "graphsync joiners list snmat --week 2026-09-07 --html joiners.html",
        run_list,
    )
    listed.add_argument(
        "--week", type=day, metavar="DATE", help="any day of the week; else the last whole week"
    )
    listed.add_argument("--html", type=Path, metavar="FILE", help="write a page to sign there")
    signed = joiners.add(
        "sign-off",
        "Record who signed the sheet of a week that is over; once",
        'graphsync joiners sign-off snmat --week 2026-09-07 --by "Principal"',
        run_sign_off,
    )
    signed.add_argument(
        "--week", type=day, required=True, metavar="DATE", help="any day of the week"
    )
    signed.add_argument("--by", required=True, metavar="WHO", help="who signed it, by name or role")
    weeks = joiners.add(
        "weeks",
        "List every week with new accounts, and who signed for it",
        "graphsync joiners weeks snmat",
        run_weeks,
    )
    for command in (listed, signed, weeks):
        command.add_argument("school", metavar="SCHOOL")


def run_list(args: Namespace) -> int:
    """One week."""
    from api.answer import answer_items, write_page
    from api.wiring import open_bench, settings_with_notes
    from graphsync.joiner_desk import sheet
    from graphsync.settings import Need
    from reports.joiners_page import page

    with open_bench(settings_with_notes(), Need.PACKS, Need.DIRECTORY) as bench:
        found = sheet(bench, args.school, args.week)
    if args.html is not None:
        write_page(args.html, page(found))
    nothing = f"No account was made in the week of {found.week.week}."
    answer_items(args, found.joiners, nothing, COLUMNS)
    return 0


def run_sign_off(args: Namespace) -> int:
    """A signature."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.joiner_desk import sign_off
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        signed = sign_off(bench, args.school, args.week, args.by)
    waiting = signed.without_slip
    answer_facts(args, signed, f"{waiting} of them were shown no password yet." if waiting else "")
    return 0


def run_weeks(args: Namespace) -> int:
    """Every week."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.joiner_desk import weeks
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        found = weeks(bench, args.school)
    answer_items(args, found, "No account was made yet.", WEEKS)
    return 0
