"""`graphsync consent enforce` and `observe`: whether a licence without a consent goes."""

from argparse import Namespace

from api.usage import Commands, day


def declare(group: Commands) -> None:
    """Add the commands."""
    enforce = group.add(
        "enforce",
        "Show who loses a licence for want of consent; with --approve, let it come true",
        'graphsync consent enforce oak --from 2027-01-11 --alternative "paper, school computers"',
        run_enforce,
    )
    enforce.add_argument("school", metavar="SCHOOL")
    enforce.add_argument(
        "--from", dest="begins", type=day, required=True, metavar="DATE", help="from which night"
    )
    enforce.add_argument(
        "--alternative",
        required=True,
        metavar="TEXT",
        help="what the school does for those without a licence",
    )
    enforce.add_argument(
        "--approve",
        metavar="DIGEST",
        help="the head's yes to the list of this digest; never by who was shown it",
    )
    observe = group.add(
        "observe",
        "Take no licence for want of consent any more, from today on",
        "graphsync consent observe oak",
        run_observe,
    )
    observe.add_argument("school", metavar="SCHOOL")


def run_enforce(args: Namespace) -> int:
    """The list, or the head's yes to it."""
    import asyncio

    from msgspec.structs import replace

    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_enforcing import approve, show
    from graphsync.settings import Need
    from reports.listing import blocks, facts, plain

    with open_bench(settings_with_notes(), Need.PACKS, Need.TENANT) as bench:
        asked = (bench, args.school, args.begins, args.alternative)
        work = approve(*asked, args.approve) if args.approve else show(*asked)
        enforcement = asyncio.run(work)

    def text() -> str:
        head = facts(replace(enforcement, losses=()))
        return f"{head}\n{blocks(enforcement.losses)}" if enforcement.losses else head

    answer(args, plain(enforcement), text)
    return 0


def run_observe(args: Namespace) -> int:
    """Back to observation."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_enforcing import observe
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        observed = observe(bench, args.school)
    answer_facts(args, observed)
    return 0
