"""`graphsync slips`: sealed passwords on paper, by class or form, once (PB-7.5.2)."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands, Parser, person_key

if TYPE_CHECKING:
    from graphsync.bench import Bench

COLUMNS = ("person", "state", "note")


def declare(commands: Commands) -> None:
    """Add the command."""
    slips = commands.add(
        "slips",
        "Print sealed passwords to cut and hand out: once, for a named person",
        'graphsync slips --school pb --form 7B --collector "Ms Okafor" --html slips-7B.html',
        run_slips,
    )
    _whose(slips)
    slips.add_argument(
        "--school", metavar="ID", help="the school, where several have a class of this name"
    )
    slips.add_argument("--html", type=Path, required=True, metavar="FILE", help="a new file")
    slips.add_argument(
        "--collector",
        metavar="NAME",
        help="who takes the page, kept in the journal; else whoever runs this",
    )
    slips.add_argument("--large", action="store_true", help="large print, two to a sheet")


def _whose(parser: Parser) -> None:
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument(
        "--class", dest="class_code", metavar="CODE", help="a class or form, as in SIMS"
    )
    whose.add_argument("--form", metavar="FORM", help="a registration form")
    whose.add_argument(
        "--person",
        dest="people",
        action="append",
        type=person_key,
        metavar="KEY",
        help="SCHOOL:ID, may be repeated",
    )


def run_slips(args: Namespace) -> int:
    """The page in the file, and what became of each on stdout."""
    from api.answer import answer_items, write_new_page
    from api.wiring import open_bench, settings_with_notes
    from graphsync.settings import Need
    from graphsync.slip_desk import Page, Wanted, print_slips
    from reports.slips_page import page

    kept: list[Path] = []

    def keep(made: Page) -> None:
        write_new_page(args.html, page(made, large=args.large))
        kept.append(args.html)

    needs = (Need.PACKS, Need.DIRECTORY, Need.SEAL)
    with open_bench(settings_with_notes(), *needs) as bench:
        wanted = Wanted(
            school=_school(args, bench),
            collector=bench.requester if args.collector is None else args.collector,
            class_code=args.class_code or "",
            form=args.form or "",
            people=tuple(args.people or ()),
        )
        try:
            lines = print_slips(bench, wanted, keep)
        except BaseException:
            for file in kept:  # the store could not keep that they were shown: so they are not
                file.unlink()
            raise
    answer_items(args, lines, "", COLUMNS)
    return 0


def _school(args: Namespace, bench: "Bench") -> str:
    """The school meant: said, that of the people, or the only one with such a class."""
    from graphsync.slip_desk import schools_with
    from graphsync.trouble import Refusal, Usage
    from policies.pack_loading import schools

    named = {one.school for one in args.people or ()} | ({args.school} if args.school else set())
    found = sorted(named) or schools(bench.packs_dir)
    if len(found) > 1 and not named:
        found = schools_with(bench, found, args.class_code or "", args.form or "")
        if not found:
            raise Refusal("no school has such a class or form: write it as SIMS does")
    if len(found) != 1:
        raise Usage("name one school: --school ID, or people of one school")
    return str(found[0])
