"""`graphsync person KEY`: everything known of one person, and why."""

from argparse import Namespace

from api.usage import Commands, person_key


def declare(commands: Commands) -> None:
    """Add the command."""
    person = commands.add(
        "person",
        "Show a person's account, groups, licences and holds, and why",
        "graphsync person pb:5523",
        run,
    )
    person.add_argument("key", type=person_key, metavar="KEY", help="SCHOOL:ID")
    which = person.add_mutually_exclusive_group()
    which.add_argument("--refresh", action="store_true", help="read the tenant first")
    which.add_argument(
        "--reveal", action="store_true", help="show the initial password: once, and journalled"
    )


def run(args: Namespace) -> int:
    """Show, or reveal."""
    return _reveal(args) if args.reveal else _show(args)


def _show(args: Namespace) -> int:
    import asyncio

    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.person import person
    from graphsync.settings import Need

    need = Need.TENANT if args.refresh else Need.DIRECTORY
    with open_bench(settings_with_notes(), need) as bench:
        report = asyncio.run(person(bench, args.key, args.refresh))
    answer_facts(args, report)
    return 0


def _reveal(args: Namespace) -> int:
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.person import reveal
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.SEAL) as bench:
        password = reveal(bench, args.key)
    document = {"person": str(args.key), "initial_password": password}
    text = f"Initial password of {args.key}, shown this once:\n\n    {password}\n"
    answer(args, document, lambda: text)
    return 0
