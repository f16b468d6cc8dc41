"""`graphsync custody`: which master password lies sealed where, never the password (SNMAT-19f)."""

from argparse import Namespace

from api.usage import Commands, Parser, day

COLUMNS = ("account", "envelope", "place", "sealed_on", "witness", "opened_on")


def declare(commands: Commands) -> None:
    """Add the commands."""
    custody = commands.group(
        "custody",
        "Keep the register of sealed master passwords; it never holds one",
        "graphsync custody list --school snmat",
    )
    add = custody.add(
        "add",
        "Register a sealed envelope, in the place of an earlier one",
        "graphsync custody add --school snmat --account break-glass@trust.example --envelope 7"
        ' --place "safe, head\'s office" --witness "Ms Venn"',
        run_add,
    )
    _account(add)
    add.add_argument("--envelope", required=True, metavar="NUMBER", help="the number on it")
    add.add_argument("--place", required=True, metavar="TEXT", help="where it lies")
    add.add_argument("--sealed", type=day, metavar="DATE", help="when (YYYY-MM-DD); else today")
    opened = custody.add(
        "open",
        "Register that an envelope was opened, today",
        "graphsync custody open --school snmat --account break-glass@trust.example"
        ' --reason "tenant locked" --witness "Ms Venn"',
        run_open,
    )
    _account(opened)
    opened.add_argument("--reason", required=True, metavar="TEXT", help="who asked, and why")
    for command in (add, opened):
        command.add_argument("--witness", required=True, metavar="NAME", help="who saw it")
    listed = custody.add(
        "list",
        "List the envelopes",
        "graphsync custody list --school snmat",
        run_list,
    )
    listed.add_argument("--school", required=True, metavar="ID", help="whose register")


def _account(command: Parser) -> None:
    command.add_argument("--school", required=True, metavar="ID", help="whose register")
    command.add_argument(
        "--account", required=True, metavar="ACCOUNT", help="sign-in name or object id"
    )


def run_add(args: Namespace) -> int:
    """An envelope registered."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.custody_desk import Lodged, lodge
    from graphsync.settings import Need

    wanted = Lodged(
        school=args.school,
        account=args.account,
        envelope=args.envelope,
        place=args.place,
        on=args.sealed,
        witness=args.witness,
    )
    with open_bench(settings_with_notes(), Need.PACKS, Need.DIRECTORY) as bench:
        envelope = lodge(bench, wanted)
    answer_facts(args, envelope)
    return 0


def run_open(args: Namespace) -> int:
    """An opening registered."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.custody_desk import opened
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.DIRECTORY) as bench:
        envelope = opened(bench, args.school, args.account, args.reason, args.witness)
    answer_facts(args, envelope, "Set a new password, seal it, and register the new envelope.")
    return 0


def run_list(args: Namespace) -> int:
    """Every envelope that stands."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.custody_desk import listing
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.DIRECTORY) as bench:
        envelopes = listing(bench, args.school)
    answer_items(args, envelopes, "No envelope is registered.", COLUMNS)
    return 0
