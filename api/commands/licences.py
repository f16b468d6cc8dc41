"""`graphsync licences`: who is licensed by what, when units run out, which of them serve nobody."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands, Parser

if TYPE_CHECKING:
    from graphsync.bench import Bench


def declare(commands: Commands) -> None:
    """Add the commands."""
    licences = commands.group(
        "licences",
        "Show who is licensed by what, when licences run out, and which are wasted",
        "graphsync licences forecast",
    )
    listing = licences.add(
        "list",
        "List who is licensed by what, directly or by a group, and with which consent",
        "graphsync licences list pb --html licences.html",
        run_list,
    )
    _of_school(listing)
    listing.add_argument("--html", type=Path, metavar="FILE", help="write a page for people there")
    forecast = licences.add(
        "forecast",
        "Tell the day on which licences run out, from known starts, leavers and consents",
        "graphsync licences forecast pb",
        run_forecast,
    )
    forecast.add_argument(
        "school", nargs="?", metavar="SCHOOL", help="only the licences that this school names"
    )
    _refresh(forecast)
    waste = licences.add(
        "waste",
        "List licences of leavers, disabled and unused accounts, and of the wrong people",
        "graphsync licences waste pb",
        run_waste,
    )
    _of_school(waste)


def _of_school(command: Parser) -> None:
    command.add_argument("school", metavar="SCHOOL", help="whose licences")
    _refresh(command)


def _refresh(command: Parser) -> None:
    command.add_argument("--refresh", action="store_true", help="read the tenant first")


def run_list(args: Namespace) -> int:
    """Day one; exit 2 for a school without an accepted roster."""
    from api.answer import answer, write_page
    from api.wiring import open_bench, settings_with_notes
    from graphsync.licence_desk import day_one
    from graphsync.settings import Need
    from reports.licence_tables import list_text
    from reports.licences_page import page
    from reports.listing import plain

    need = Need.TENANT if args.refresh else Need.DIRECTORY
    with open_bench(settings_with_notes(), Need.PACKS, need) as bench:
        _read_first(args, bench)
        told = day_one(bench, args.school)
    if args.html is not None:
        write_page(args.html, page(told))
    answer(args, plain(told), lambda: list_text(told))
    return 0


def run_forecast(args: Namespace) -> int:
    """The day each subscription runs out; exit 2 where no roster was ever accepted."""
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.licence_desk import forecast
    from graphsync.settings import Need
    from reports.licence_tables import forecast_json, forecast_text

    need = Need.TENANT if args.refresh else Need.DIRECTORY
    with open_bench(settings_with_notes(), Need.PACKS, need) as bench:
        _read_first(args, bench)
        told = forecast(bench, args.school)
    answer(args, forecast_json(told), lambda: forecast_text(told))
    return 0


def run_waste(args: Namespace) -> int:
    """What is wasted; who signs in is asked of the tenant now."""
    import asyncio

    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.licence_desk import waste
    from graphsync.settings import Need
    from reports.licence_tables import waste_text
    from reports.listing import plain

    with open_bench(settings_with_notes(), Need.PACKS, Need.TENANT) as bench:
        _read_first(args, bench)
        told = asyncio.run(waste(bench, args.school))
    answer(args, plain(told), lambda: waste_text(told))
    return 0


def _read_first(args: Namespace, bench: "Bench") -> None:
    import asyncio

    from graphsync.licence_scene import refreshed

    if args.refresh:
        asyncio.run(refreshed(bench))
