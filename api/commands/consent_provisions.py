"""`graphsync consent provision`: what the school does instead for pupils without a licence."""

from argparse import Namespace

from api.usage import Commands, day

COLUMNS = ("provision", "pupil", "form_group", "opened_on", "due", "arranged", "review", "state")


def declare(group: Commands) -> None:
    """Add the commands."""
    provision = group.group(
        "provision",
        "What is done instead for a pupil whose parents said no",
        "graphsync consent provision list oak",
    )
    listing = provision.add(
        "list", "List what is still open", "graphsync consent provision list oak", run_list
    )
    arrange = provision.add(
        "arrange",
        "Note what the school does instead",
        'graphsync consent provision arrange oak a-1f2e3d --what "paper pack"',
        run_arrange,
    )
    close = provision.add(
        "close",
        "It is done, or no longer needed",
        "graphsync consent provision close oak a-1f2e3d",
        run_close,
    )
    for command in (listing, arrange, close):
        command.add_argument("school", metavar="SCHOOL")
    for command in (arrange, close):
        command.add_argument("provision", metavar="PROVISION", help="its id, or the pupil's key")
    arrange.add_argument(
        "--what", required=True, metavar="TEXT", help="one of the pack's consent.alternatives"
    )
    arrange.add_argument(
        "--review",
        type=day,
        metavar="DATE",
        help="when it is looked at again (YYYY-MM-DD); without one after the pack's days",
    )


def run_list(args: Namespace) -> int:
    """What is open."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_school import ConsentSchool
    from graphsync.provision_desk import listing
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        found = listing(ConsentSchool(bench, args.school))
    answer_items(args, found, "Nothing has to be arranged.", COLUMNS)
    return 0


def run_arrange(args: Namespace) -> int:
    """Arranged."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.provision_desk import arrange
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        arranged = arrange(bench, args.school, args.provision, args.what, args.review)
    answer_facts(args, arranged)
    return 0


def run_close(args: Namespace) -> int:
    """Closed."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.provision_desk import close
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        closed = close(bench, args.school, args.provision)
    answer_facts(args, closed)
    return 0
