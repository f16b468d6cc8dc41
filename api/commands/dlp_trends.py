"""`graphsync dlp trends`: how incidents went, month by month, fit to leave the DPO's desk."""

from argparse import Namespace
from datetime import timedelta
from pathlib import Path

from api.usage import Commands, day
from policies.mail_trends import Step

YEAR = timedelta(days=365)


def declare(dlp: Commands) -> None:
    """Add the command."""
    trends = dlp.add(
        "trends",
        "Show how incidents of data loss went; numbers under 5 are left out",
        "graphsync dlp trends --from 2026-09-01 --school pb --html trends.html",
        run_trends,
    )
    trends.add_argument("--from", dest="begin", type=day, metavar="DATE", help="a year ago")
    trends.add_argument("--to", dest="end", type=day, metavar="DATE", help="today")
    trends.add_argument("--school", action="append", metavar="SCHOOL", help="all of them")
    trends.add_argument("--by", choices=[str(one) for one in Step], default="month")
    trends.add_argument(
        "--desk", action="store_true", help="every number, for the DPO's own desk alone"
    )
    trends.add_argument("--html", type=Path, metavar="FILE", help="write a page for people there")


def run_trends(args: Namespace) -> int:
    """The tables, and the page where one is asked for."""
    from api.answer import answer, write_page
    from api.wiring import open_bench, settings_with_notes
    from graphsync.dlp_trends import trends
    from graphsync.settings import Need
    from graphsync.trouble import Usage
    from policies.pack_loading import schools
    from policies.school_days import school_day
    from reports.dlp.trends_page import as_text, page
    from reports.listing import plain

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        end = args.end or school_day(bench.now())
        begin = args.begin or end - YEAR
        known = schools(bench.packs_dir)
        if unknown := sorted({*(args.school or ())} - {*known}):
            raise Usage(f"there is no pack of a school {unknown[0]}")
        if begin > end:
            raise Usage("--from lies after --to")
        wanted = args.school or known
        told = trends(bench, wanted, begin, end, suppressed=not args.desk, step=Step(args.by))
    if args.html is not None:
        write_page(args.html, page(told))
    answer(args, plain(told), lambda: as_text(told))
    return 0
