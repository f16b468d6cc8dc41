"""`graphsync export person`: what is held about one person, for their request (law A13.7)."""

from argparse import Namespace
from pathlib import Path

from api.usage import Commands, person_key


def declare(commands: Commands) -> None:
    """Add the commands."""
    export = commands.group(
        "export",
        "Write what is held about one person, with others left out",
        "graphsync export person pb:5523 --request SAR-12 --out sar-12",
    )
    person = export.add(
        "person",
        "Write it as JSON and as a page; journalled, and sent to nobody",
        "graphsync export person pb:5523 --request SAR-12 --out sar-12",
        run_person,
    )
    person.add_argument("key", type=person_key, metavar="KEY", help="SCHOOL:ID")
    person.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    person.add_argument(
        "--request", required=True, metavar="REF", help="reference of the request; no name"
    )
    person.add_argument(
        "--account",
        action="append",
        default=[],
        metavar="NAME",
        help="a name under which they use the command line (repeatable)",
    )


def run_person(args: Namespace) -> int:
    """The folder, its two files, and what is to be read by hand."""
    from api.answer import answer, encoded, write_page
    from api.wiring import open_bench, settings_with_notes
    from graphsync.settings import Need
    from graphsync.subject_export import export_person
    from graphsync.trouble import Usage
    from reports.subject_page import as_json, page

    if args.out.exists():
        raise Usage(f"{args.out} is there already: name a new folder")
    with open_bench(settings_with_notes(), Need.PACKS, Need.DIRECTORY) as bench:
        export = export_person(bench, args.key, args.request, args.account)
    args.out.mkdir(mode=0o700, parents=True)
    files = {
        args.out / "person.json": encoded(as_json(export)).decode(),
        args.out / "person.html": page(export),
    }
    for path, text in files.items():
        write_page(path, text)
    found = {one.table: one.found for one in export.log if one.found}
    document = {"files": [str(one) for one in files], "found": found, "by_hand": export.by_hand}
    by_hand = "".join(f"  {one}\n" for one in export.by_hand)
    told = (
        f"Written to {args.out}: {sum(found.values()):,} records of {len(found)} tables.\n"
        "Read these by hand before it goes out, they may name others:\n"
        f"{by_hand}Put the person on hold while the request is open: graphsync hold add.\n"
    )
    answer(args, document, lambda: told)
    return 0
