"""Stored runs: list, show, approve, send back, apply."""

from argparse import Namespace

from api.commands.plan import printing
from api.usage import Commands, person_key

COLUMNS = ("run", "school", "as_of", "state", "requester", "changes", "held")
DIGEST_HELP = "the plan's digest, as printed: you approve what you read"


def declare(commands: Commands) -> None:
    """Add the six commands."""
    runs = commands.add("runs", "List the runs, the newest first", "graphsync runs", run_runs)
    runs.add_argument("--limit", type=int, default=20, metavar="N", help="how many (20)")
    show = commands.add(
        "run", "Show one run", "graphsync run r-20261125-1a2b --html plan.html", run_show
    )
    approve = commands.add(
        "approve",
        "Approve a parked plan; not by who asked for it, and for 72 hours",
        "graphsync approve r-20261125-1a2b --digest 3f2a91bc0d4e5f60 --override create_pupil",
        run_approve,
    )
    approve.add_argument("--digest", required=True, metavar="D", help=DIGEST_HELP)
    approve.add_argument(
        "--override",
        action="append",
        default=[],
        metavar="REASON",
        help="a reason of the verdict that you overrule; repeatable",
    )
    approve.add_argument(
        "--leave-out",
        action="append",
        default=[],
        type=person_key,
        metavar="KEY",
        help="a person who is left as found, SCHOOL:ID; repeatable",
    )
    back = commands.add(
        "return",
        "Send a plan that waits back, with the reason; nobody approves or applies it any more",
        'graphsync return r-20261125-1a2b --reason "Year 11 is still here"',
        run_return,
    )
    back.add_argument("--reason", required=True, metavar="TEXT", help="what is wrong with the plan")
    apply = commands.add(
        "apply", "Carry out an approved plan", "graphsync apply r-20261125-1a2b", run_apply
    )
    undo = commands.add(
        "undo",
        "Draft the plan that takes a run back: enables, blocks, groups and names",
        "graphsync undo r-20261125-1a2b",
        run_undo,
    )
    for command in (show, approve, back, apply, undo):
        command.add_argument("run_id", metavar="RUN", help="the run, as printed")
    for command in (show, apply, undo):
        printing(command)


def run_runs(args: Namespace) -> int:
    """The list."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.run_desk import listing

    with open_bench(settings_with_notes()) as bench:
        lines = listing(bench, args.limit)
    answer_items(args, lines, "No run yet. Begin with: graphsync plan --roster DIR", COLUMNS)
    return 0


def run_show(args: Namespace) -> int:
    """One run, as `plan` printed it and with what became of it."""
    from api.answer import answer_run
    from api.wiring import open_bench, settings_with_notes
    from graphsync.report import Exit, OutcomeCounts, RequestCounts, RunDocument
    from graphsync.run_desk import show

    with open_bench(settings_with_notes()) as bench:
        run = show(bench, args.run_id)
    document = RunDocument(
        runs=(run,),
        requests=run.requests or RequestCounts(),
        outcomes=run.outcomes or OutcomeCounts(),
        exit_code=Exit.DONE,
    )
    answer_run(args, document)
    return Exit.DONE


def run_approve(args: Namespace) -> int:
    """A person's yes."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.run_desk import approve
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        approved = approve(bench, args.run_id, args.digest, args.override, args.leave_out)
    answer_facts(args, approved, f"Next: graphsync apply {args.run_id}")
    return 0


def run_return(args: Namespace) -> int:
    """A person's no."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.return_desk import send_back

    with open_bench(settings_with_notes()) as bench:
        returned = send_back(bench, args.run_id, args.reason)
    answer_facts(args, returned, "Next: mend what the reason names, then graphsync plan")
    return 0


def run_apply(args: Namespace) -> int:
    """Carry out; the exit code of the document."""
    import asyncio

    from api.answer import answer_run
    from api.wiring import open_bench, settings_with_notes
    from graphsync.run import apply
    from graphsync.settings import Need

    needs = (Need.PACKS, Need.TENANT, Need.SEAL)
    with open_bench(settings_with_notes(), *needs) as bench:
        document = asyncio.run(apply(bench, args.run_id))
    answer_run(args, document)
    return document.exit_code


def run_undo(args: Namespace) -> int:
    """Draft the undo, keep and print it; 2, for it waits for a person."""
    import asyncio

    from api.answer import answer_run
    from api.wiring import open_bench, settings_with_notes
    from graphsync.run import undo
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS, Need.TENANT) as bench:
        document = asyncio.run(undo(bench, args.run_id))
    answer_run(args, document)
    return document.exit_code
