"""`graphsync plan` looks, `graphsync sync` also carries out."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands, Parser, day, person_key

if TYPE_CHECKING:
    from graphsync.run import Scope, Sources
    from graphsync.settings import Loaded
    from policies.people import PersonKey


def declare(commands: Commands) -> None:
    """Add both commands."""
    plan = commands.add(
        "plan",
        "Draft and keep a plan of what would change; nothing is written to the tenant",
        "graphsync plan --roster exports --school oak --html plan.html",
        run_plan,
    )
    plan.add_argument("--as-of", type=day, metavar="DATE", help="plan as on this day (YYYY-MM-DD)")
    plan.add_argument(
        "--deny",
        action="append",
        default=[],
        type=person_key,
        metavar="KEY",
        help="only this pupil, and tell the tenant that the parent said No; repeatable",
    )
    sync = commands.add(
        "sync",
        "Plan, judge, carry out, read back and report",
        "graphsync sync --roster exports",
        run_sync,
    )
    for command in (plan, sync):
        _sources_and_scope(command)
        printing(command)


def printing(command: Parser) -> None:
    """How a run is printed."""
    command.add_argument("--html", type=Path, metavar="FILE", help="write a page for people there")
    command.add_argument(
        "--all", action="store_true", help="leave nothing out, the unchanged people included"
    )


def _sources_and_scope(command: Parser) -> None:
    command.add_argument(
        "--roster",
        type=Path,
        metavar="DIR",
        help="the folder with one folder of exports for each school (GRAPHSYNC_ROSTER_PATH)",
    )
    command.add_argument(
        "--school", action="append", default=[], metavar="ID", help="only this school; repeatable"
    )
    command.add_argument(
        "--only",
        action="append",
        default=[],
        type=person_key,
        metavar="KEY",
        help="only this person, SCHOOL:ID; repeatable",
    )
    command.add_argument(
        "--year", action="append", default=[], metavar="Y", help="only this year; repeatable"
    )
    command.add_argument(
        "--class",
        dest="classes",
        action="append",
        default=[],
        metavar="CODE",
        help="only this class or form, with its teachers; repeatable",
    )


def run_plan(args: Namespace) -> int:
    """Draft, keep and print; 2 when the guard would park it."""
    import asyncio

    from api.answer import answer_run
    from api.wiring import open_bench, settings_with_notes
    from graphsync.run import plan
    from graphsync.settings import Need

    settings = settings_with_notes()
    with open_bench(settings, Need.PACKS, Need.TENANT) as bench:
        args.only = [*args.only, *args.deny]
        scope = _scope(args, args.deny)
        document = asyncio.run(plan(bench, _sources(args, settings), scope, args.as_of))
    answer_run(args, document)
    return document.exit_code


def run_sync(args: Namespace) -> int:
    """The whole night; the exit code of the document."""
    import asyncio
    import sys

    from api.answer import answer_run
    from api.wiring import open_bench, settings_with_notes
    from graphsync.notices import told_night
    from graphsync.settings import Need

    settings = settings_with_notes()
    needs = (Need.PACKS, Need.TENANT, Need.SEAL, Need.MAIL)
    with open_bench(settings, *needs) as bench:
        night = told_night(bench, _sources(args, settings), _scope(args))
        document, unheard = asyncio.run(night)
    for problem in unheard:
        sys.stderr.write(f"note: {problem}\n")
    answer_run(args, document)
    return document.exit_code


def _sources(args: Namespace, settings: "Loaded") -> "Sources":
    from api.sources import folders_of, only_schools_of
    from graphsync.run import Sources
    from graphsync.trouble import Usage

    root = args.roster or settings.values.roster_path
    if root is None:
        raise Usage("say where the exports are: --roster DIR, or set GRAPHSYNC_ROSTER_PATH")
    return Sources(only_schools_of(folders_of(root, args.school), args.only))


def _scope(args: Namespace, deny: Sequence["PersonKey"] = ()) -> "Scope":
    from graphsync.run import Scope

    return Scope(
        only=frozenset(args.only),
        years=frozenset(args.year),
        classes=frozenset(args.classes),
        deny=frozenset(deny),
    )
