"""`graphsync pause` and `graphsync resume`: let a school wait, but for departures and holds."""

from argparse import Namespace

from api.usage import Commands

COLUMNS = ("school", "by", "at", "reason")


def declare(commands: Commands) -> None:
    """Add both commands."""
    pause = commands.add(
        "pause",
        "Let a school, or all, wait: only departures and holds are still carried out",
        'graphsync pause pb --reason "SIMS upgrade until Friday"',
        run_pause,
    )
    pause.add_argument("--reason", metavar="TEXT", help="who asked, and why; without it: list")
    resume = commands.add(
        "resume", "End the pause of a school, or the one of all", "graphsync resume pb", run_resume
    )
    for command in (pause, resume):
        command.add_argument("school", nargs="?", metavar="SCHOOL", help="all schools without it")


def run_pause(args: Namespace) -> int:
    """Pause; without a reason and a school, list what is paused."""
    from api.answer import answer_facts, answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.pause_desk import listing, pause
    from graphsync.settings import Need
    from graphsync.trouble import Usage

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        if args.reason is not None:
            answer_facts(args, pause(bench, args.school, args.reason))
        elif args.school is None:
            answer_items(args, listing(bench), "Nothing is paused.", COLUMNS)
        else:
            raise Usage('say why: --reason "who asked, and why"')
    return 0


def run_resume(args: Namespace) -> int:
    """Go on."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.pause_desk import resume

    with open_bench(settings_with_notes()) as bench:
        left = resume(bench, args.school)
    answer_items(args, left, "Nothing is paused any more.", COLUMNS)
    return 0
