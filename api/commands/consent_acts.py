"""`graphsync consent withdraw`, `challenge` and `settle`: what changes an answer that was given."""

from argparse import Namespace

from api.usage import Commands, person_key
from policies.consent_records import Answer, Channel, Form, Outcome

DOUBTS = ("contact", "bounce", "parental_responsibility_questioned")


def declare(group: Commands) -> None:
    """Add the commands."""
    withdraw = group.add(
        "withdraw",
        "Take a consent back: at once, and nobody asks why",
        "graphsync consent withdraw oak:5523 --signer 77120",
        run_withdraw,
    )
    who = withdraw.add_mutually_exclusive_group(required=True)
    who.add_argument("--signer", default="", metavar="WHO", help="a contact's id or name")
    who.add_argument("--own", action="store_true", help="the pupil takes it back")
    withdraw.add_argument(
        "--now",
        action="store_true",
        help="plan and apply at once what follows for this pupil, without waiting for the night",
    )
    challenge = group.add(
        "challenge",
        "Call an answer in question: nothing new is licensed on it until that is settled",
        "graphsync consent challenge oak:5523 --because bounce",
        run_challenge,
    )
    challenge.add_argument("--because", required=True, choices=DOUBTS)
    challenge.add_argument("--signer", default="", metavar="WHO", help="whose answer it is")
    settle = group.add(
        "settle",
        "Settle a dispute: by both parents, a court order or the head, never by who entered it",
        "graphsync consent settle oak:5523 --outcome head --answer no --reason"
        ' "both heard on 12 Nov"',
        run_settle,
    )
    settle.add_argument("--outcome", type=Outcome, choices=tuple(Outcome), required=True)
    both = (Answer.YES, Answer.NO)
    settle.add_argument("--answer", type=Answer, choices=both, required=True)
    settle.add_argument("--reason", required=True, metavar="TEXT")
    settle.add_argument("--reference", default="", metavar="REF", help="of the court order")
    settle.add_argument(
        "--consulted",
        action="store_true",
        help="the safeguarding lead was asked; needed where a court order restricts a contact",
    )
    for command in (withdraw, challenge, settle):
        command.add_argument("key", type=person_key, metavar="KEY", help="SCHOOL:ID")
        command.add_argument(
            "--of", type=Form, choices=tuple(Form), default=Form.CLOUD, help="which form"
        )


def run_withdraw(args: Namespace) -> int:
    """Take back, and with `--now` carry out what follows."""
    import asyncio

    from api.answer import answer, answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_changes import withdraw
    from graphsync.run import sync_one
    from graphsync.settings import Need
    from reports.listing import facts, plain
    from reports.render import as_json, as_text

    needs = (Need.PACKS, Need.TENANT) if args.now else (Need.PACKS,)
    with open_bench(settings_with_notes(), *needs) as bench:
        receipt = withdraw(bench, args.key, args.signer, args.of, Channel.OFFICE)
        if not args.now:
            answer_facts(args, receipt)
            return 0
        document = asyncio.run(sync_one(bench, args.key))
    told = {"receipt": plain(receipt), **as_json(document, with_lists=False)}
    answer(args, told, lambda: facts(receipt) + as_text(document, everything=False))
    return document.exit_code


def run_challenge(args: Namespace) -> int:
    """Doubt."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_changes import Doubt, challenge
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        receipt = challenge(bench, args.key, Doubt(args.because), args.signer, args.of)
    answer_facts(args, receipt)
    return 0


def run_settle(args: Namespace) -> int:
    """Settle."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_changes import settle
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        receipt = settle(
            bench,
            args.key,
            args.outcome,
            args.answer,
            args.reason,
            args.reference,
            args.of,
            consulted=args.consulted,
        )
    answer_facts(args, receipt)
    return 0
