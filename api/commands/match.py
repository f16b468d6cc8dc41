"""`graphsync match`: whose account is whose, said by a person (decision 7)."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands, Parser, person_key

if TYPE_CHECKING:
    from typing import Literal


def declare(commands: Commands) -> None:
    """Add the commands."""
    match = commands.group(
        "match", "Say whose account an existing account is", "graphsync match list --school oak"
    )
    listed = match.add(
        "list", "List accounts that may be theirs", "graphsync match list --school oak", run_list
    )
    listed.add_argument("--school", metavar="ID", help="only this school")
    listed.add_argument(
        "--file",
        type=Path,
        metavar="CSV",
        help="write them there, to sort into files for accept, refuse and ignore",
    )
    accept = match.add(
        "accept",
        "The account is theirs: adopt it as it is",
        "graphsync match accept --file matches.csv",
        run_accept,
    )
    refuse = match.add(
        "refuse",
        "The account is someone else's",
        "graphsync match refuse oak:5523 j.smith@oak.example",
        run_refuse,
    )
    ignore = match.add(
        "ignore",
        "The account is nobody's on a roster: do not ask again",
        "graphsync match ignore oak:5523 j.smith@oak.example",
        run_ignore,
    )
    for command in (accept, refuse, ignore):
        command.add_argument(
            "--file", type=Path, metavar="CSV", help="many at once: person,account"
        )
        _pair(command)

    release = match.add(
        "release",
        "Un-adopt: the account stays as it is and is theirs no more",
        "graphsync match release oak:5523",
        run_release,
    )
    agree = match.add(
        "agree",
        "Let an adopted account take names and form from the roster from now on",
        "graphsync match agree oak:5523",
        run_agree,
    )
    for command in (release, agree):
        command.add_argument("person", type=person_key, metavar="KEY", help="SCHOOL:ID")
    restore = match.add(
        "restore",
        "Rebuild the links of a lost database from an exported journal",
        "graphsync match restore --file journal.jsonl",
        run_restore,
    )
    restore.add_argument("--file", type=Path, required=True, metavar="EXPORT")


def _pair(command: Parser) -> None:
    command.add_argument("person", type=person_key, nargs="?", metavar="KEY", help="SCHOOL:ID")
    command.add_argument(
        "account", nargs="?", metavar="ACCOUNT", help="its sign-in name or object id"
    )


def run_list(args: Namespace) -> int:
    """The open proposals."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.matching_desk import ProposalLine, proposals
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.DIRECTORY) as bench:
        lines = proposals(bench, args.school)
    if args.file is not None:
        from api.answer import write_page
        from reports.spreadsheet import records

        write_page(args.file, records(ProposalLine.__struct_fields__, lines))
    answer_items(args, lines, "Nothing to settle.")
    return 0


def run_accept(args: Namespace) -> int:
    """One pair, or those of a file."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.matching_desk import accept, accept_file
    from graphsync.settings import Need

    _one_way(args)
    with open_bench(settings_with_notes(), Need.DIRECTORY) as bench:
        if args.file is not None:
            answer_facts(args, accept_file(bench, args.file))
            return 0
        accept(bench, args.person, args.account)
    return _settled(args, "accepted")


def run_refuse(args: Namespace) -> int:
    """Not theirs."""
    return _decided(args, "refused")


def run_ignore(args: Namespace) -> int:
    """Nobody's: neither yes nor no."""
    return _decided(args, "ignored")


def _decided(args: Namespace, state: "Literal['refused', 'ignored']") -> int:
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.matching_desk import decide_file, ignore, refuse
    from graphsync.settings import Need

    _one_way(args)
    with open_bench(settings_with_notes(), Need.DIRECTORY) as bench:
        if args.file is not None:
            count = decide_file(bench, args.file, state)
            answer(args, {state: count}, lambda: f"{state}: {count}\n")
            return 0
        (refuse if state == "refused" else ignore)(bench, args.person, args.account)
    return _settled(args, state)


def _one_way(args: Namespace) -> None:
    from graphsync.trouble import Usage

    if (args.file is None) == (args.account is None):
        raise Usage("say KEY and ACCOUNT, or --file CSV")


def run_release(args: Namespace) -> int:
    """Theirs no more."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.matching_desk import release

    with open_bench(settings_with_notes()) as bench:
        answer_facts(args, release(bench, args.person), "Nothing was changed in the tenant.")
    return 0


def run_agree(args: Namespace) -> int:
    """The roster's word holds."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.matching_desk import agree

    with open_bench(settings_with_notes()) as bench:
        answer_facts(args, agree(bench, args.person), "The next plan shows what will change.")
    return 0


def run_restore(args: Namespace) -> int:
    """Links out of the journal."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.relinking import restore

    with open_bench(settings_with_notes()) as bench:
        answer_facts(args, restore(bench, args.file), "Now look: graphsync plan --roster DIR")
    return 0


def _settled(args: Namespace, state: str) -> int:
    from api.answer import answer

    document = {"person": str(args.person), "account": args.account, "state": state}
    answer(args, document, lambda: f"{args.person} and {args.account}: {state}\n")
    return 0
