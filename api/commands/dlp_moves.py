"""`graphsync dlp claim` and its like: every move with items of the queue, a command each."""

from argparse import Namespace
from typing import TYPE_CHECKING, assert_never

from api.usage import Commands, Parser, day
from policies.mail_queue import Advice, Outcome, Step

if TYPE_CHECKING:
    from graphsync.bench import Bench
    from graphsync.dlp_desk import Move, Moved

ADVICE = {one.name.lower().replace("_", "-"): one for one in Advice}
OUTCOMES = {one.name.lower().replace("_", "-"): one for one in Outcome}
_SAYS = {
    Step.CLAIM: ("Take items to work on", ""),
    Step.RELEASE: ("Put items back", ""),
    Step.ASSIGN: ("Give items to an account to work on", " --to dpo"),
    Step.ASK: ("Ask something that has to be known first", ' --reason "was it expected?"'),
    Step.ANSWER: ("Answer what was asked", ' --reason "it was"'),
    Step.ADVISE: (
        "Say as the DPO what to think of what was sent",
        ' --advice support --reason "the school nurse needs it"',
    ),
    Step.DECIDE: (
        "Say what it comes to; whoever advised does not decide",
        ' --outcome allowed --reason "as advised"',
    ),
    Step.CLOSE: ("Put decided items away", ""),
    Step.REOPEN: ("Begin anew with decided items", ' --reason "a complaint came"'),
}
_WITH_NOTE = {Step.ASK, Step.ANSWER, Step.ADVISE, Step.DECIDE, Step.REOPEN}


def declare(dlp: Commands) -> None:
    """Add a command for each move."""
    for step, (says, options) in _SAYS.items():
        example = f"graphsync dlp {step} 3f0c9a1be2d47c55{options}"
        command = dlp.add(step, says, example, run_move)
        command.set_defaults(step=step, reason="", anyway=False, like="", leave_out=[])
        if step is Step.ASSIGN:
            command.add_argument("--to", required=True, metavar="ACCOUNT")
        if step is Step.ADVISE:
            command.add_argument("--advice", choices=ADVICE, required=True)
        if step is Step.DECIDE:
            command.add_argument("--outcome", choices=OUTCOMES, required=True)
            command.add_argument(
                "--until", type=day, metavar="DAY", help="the last day of what is allowed"
            )
        if step in _WITH_NOTE:
            command.add_argument("--reason", required=True, metavar="TEXT", help="up to 500")
            command.add_argument(
                "--anyway", action="store_true", help="keep a reason that names somebody"
            )
        _add_items(command, step)


def _add_items(command: Parser, step: Step) -> None:
    if step not in {Step.ADVISE, Step.DECIDE}:
        command.add_argument("items", nargs="+", metavar="ITEM")
        return
    command.add_argument("items", nargs="*", metavar="ITEM")
    command.add_argument("--like", metavar="ITEM", help="all that are like it; shown first")
    command.add_argument(
        "--except",
        dest="leave_out",
        action="append",
        metavar="ITEM",
        help="with --like: not this one",
    )
    command.add_argument("--digest", metavar="D", help="with --like: do what was shown")


def run_move(args: Namespace) -> int:
    """The move with the items named, or with all that are alike."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.settings import Need
    from graphsync.trouble import Usage

    if bool(args.items) == bool(args.like):
        raise Usage("name the items, or one with --like (one of the two)")
    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        if args.like and not args.digest:
            return _preview(args, bench)
        moved = _all_alike(args, bench) if args.like else _named(args, bench)
    answer_items(args, moved, "")
    return 0


def _named(args: Namespace, bench: "Bench") -> "tuple[Moved, ...]":
    from graphsync import dlp_desk as desk

    actor, items = desk.at_the_machine(bench), args.items
    note = desk.Note(args.reason, args.anyway)
    step: Step = args.step
    match step:
        case Step.CLAIM:
            return desk.claim(bench, actor, items)
        case Step.RELEASE:
            return desk.release(bench, actor, items)
        case Step.ASSIGN:
            return desk.assign(bench, actor, items, args.to)
        case Step.ASK:
            return desk.ask(bench, actor, items, note)
        case Step.ANSWER:
            return desk.answer(bench, actor, items, note)
        case Step.ADVISE:
            return desk.advise(bench, actor, items, ADVICE[args.advice], note)
        case Step.DECIDE:
            return desk.decide(bench, actor, items, OUTCOMES[args.outcome], note, args.until)
        case Step.CLOSE:
            return desk.close(bench, actor, items)
        case Step.REOPEN:
            return desk.reopen(bench, actor, items, note)
        case _:
            assert_never(step)


def _preview(args: Namespace, bench: "Bench") -> int:
    from api.answer import answer_facts
    from graphsync.dlp_alike import preview
    from graphsync.dlp_desk import at_the_machine

    actor = at_the_machine(bench)
    shown = preview(bench, actor, args.like, _same_for_all(args), args.leave_out)
    answer_facts(args, shown, f"Nothing is done yet: the same with --digest {shown.digest}")
    return 0


def _all_alike(args: Namespace, bench: "Bench") -> "tuple[Moved, ...]":
    from graphsync.dlp_alike import carry_out
    from graphsync.dlp_desk import at_the_machine

    actor, move = at_the_machine(bench), _same_for_all(args)
    return carry_out(bench, actor, args.like, move, args.digest, args.leave_out)


def _same_for_all(args: Namespace) -> "Move":
    from graphsync.dlp_desk import Move, Note

    word = ADVICE[args.advice] if args.step is Step.ADVISE else OUTCOMES[args.outcome]
    until = args.until if args.step is Step.DECIDE else None
    return Move(step=args.step, word=word, note=Note(args.reason, args.anyway), until=until)
