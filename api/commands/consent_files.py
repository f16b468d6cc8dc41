"""`graphsync consent import` and `missing`: answers from a file, and who is still without one."""

import argparse
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands, day

if TYPE_CHECKING:
    from graphsync.bench import Bench

KEPT = ("line", "outcome", "admission_number", "reason")
MISSING = ("person", "form_group", "state", "reason", "asked_on", "do")


def declare(consent: Commands) -> None:
    """Add the two commands."""
    importing = consent.add(
        "import",
        "Record the answers of a CSV or XLSX file; every row is recorded, known or held, and why",
        "graphsync consent import answers.xlsx --school pb --dry-run --report rows.csv",
        run_import,
    )
    importing.add_argument("file", type=Path, metavar="FILE", help="of at most 20 MB")
    importing.add_argument("--school", metavar="ID", help="whose pupils, where there are several")
    importing.add_argument(
        "--form", metavar="EDITION", default="", help="the edition answered, else the one in use"
    )
    importing.add_argument(
        "--signed-on", type=day, metavar="DATE", help="the day of rows that say none: YYYY-MM-DD"
    )
    importing.add_argument(
        "--column",
        dest="named",
        action="append",
        type=_named,
        default=[],
        metavar="WHAT=CAPTION",
        help="which column says what, may be repeated; docs/consent-import.md lists WHAT",
    )
    importing.add_argument("--dry-run", action="store_true", help="say what would be recorded")
    importing.add_argument(
        "--report", type=Path, metavar="FILE", help="every row as CSV, with admission numbers"
    )
    missing = consent.add(
        "missing",
        "Pupils without a live consent by year and form group: why, last asked, and what to do",
        "graphsync consent missing pb --year 7 --html missing.html",
        run_missing,
    )
    missing.add_argument("school", metavar="SCHOOL", help="the school's id")
    missing.add_argument("--year", action="append", default=[], metavar="Y", help="may be repeated")
    missing.add_argument(
        "--form-group", action="append", default=[], metavar="F", help="may be repeated"
    )
    missing.add_argument("--html", type=Path, metavar="FILE", help="a page for the office to print")
    missing.add_argument(
        "--class-html", type=Path, metavar="FILE", help="a page for tutors, without any reason"
    )


def run_import(args: Namespace) -> int:
    """Import, or say what an import would do."""
    from api.answer import answer, write_page
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_import import Wanted, import_answers
    from graphsync.report import Exit
    from graphsync.settings import Need
    from reports.import_report import as_text
    from reports.listing import plain
    from reports.spreadsheet import records

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        wanted = Wanted(
            path=args.file,
            school=_school(args.school, bench),
            edition=args.form,
            signed_on=args.signed_on,
            named=dict(args.named),
        )
        report = import_answers(bench, wanted, write=not args.dry_run)
    if args.report is not None:
        write_page(args.report, records(KEPT, report.lines))
    answer(args, plain(report), lambda: as_text(report))
    if not report.held:
        return Exit.DONE
    return Exit.PARTLY if report.recorded or report.unchanged else Exit.REFUSED


def run_missing(args: Namespace) -> int:
    """List them, and write the pages that were asked for."""
    from api.answer import answer, write_page
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_report import missing
    from graphsync.settings import Need
    from reports.listing import plain, table
    from reports.missing_page import for_class, for_office

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        report = missing(bench, args.school, args.year, args.form_group)
    if args.html is not None:
        write_page(args.html, for_office(report))
    if args.class_html is not None:
        write_page(args.class_html, for_class(report))
    lines = [one for section in report.sections for one in section.missing]
    nothing = "Every pupil has a live consent.\n"
    answer(args, plain(report), lambda: table(lines, MISSING) if lines else nothing)
    return 0


def _named(text: str) -> tuple[str, str]:
    what, equals, caption = text.partition("=")
    if not (what and equals and caption.strip()):
        raise argparse.ArgumentTypeError("write WHAT=CAPTION, for example answer=Permission")
    return what, caption


def _school(said: str | None, bench: "Bench") -> str:
    """The school that was said, or the only one there is a pack for."""
    from graphsync.trouble import Usage
    from policies.pack_loading import schools

    found = [said] if said else schools(bench.packs_dir)
    if len(found) != 1:
        raise Usage("name the school whose pupils the file is about: --school ID")
    return str(found[0])
