"""`graphsync consent record`, `enter` and `attest`: what forms say, one by one or as piles."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands, Parser, day
from policies.consent_records import Answer, Method

if TYPE_CHECKING:
    from graphsync.consent_lines import LineTold, Pile

BY_HAND = tuple(one for one in Method if one is not Method.HINT)


def declare(group: Commands) -> None:
    """Add the commands."""
    _declare_record(group)
    enter = group.add(
        "enter",
        "Enter a pile of paper forms: a line a form, 'admission-number Y|N', as fast as you type",
        "graphsync consent enter oak --form cloud-2023 --signed-on 2026-09-03 < pile.txt",
        run_enter,
    )
    enter.add_argument("--signed-on", type=day, metavar="DATE", help="the date on the forms")
    enter.add_argument("--place", default="", metavar="WHERE", help="where the paper lies")
    enter.add_argument(
        "--method", type=Method, choices=BY_HAND, default=Method.PAPER_SEEN, help="how it was seen"
    )
    attest = group.add(
        "attest",
        "Attest forms that are on file already: lines as `enter` takes them, each with its date",
        'graphsync consent attest oak --form cloud-2023 --place "cabinet 3" < on-file.txt',
        run_attest,
    )
    attest.add_argument("--place", required=True, metavar="WHERE", help="where the forms lie")
    attest.add_argument("--signed-on", type=day, metavar="DATE", help="where a line has no date")
    for command in (enter, attest):
        command.add_argument("school", metavar="SCHOOL")
        command.add_argument("--form", required=True, metavar="EDITION", help="as printed")
        command.add_argument("--batch", default="", metavar="BATCH", help="go on with this one")


def _declare_record(group: Commands) -> None:
    record: Parser = group.add(
        "record",
        "Record what one pupil's form says; what is wrong with it is told, and kept with it",
        "graphsync consent record oak 004512 --form cloud-2023 --answer yes --signer 77120"
        " --signed-on 2026-09-03 --method phone_call_back --verified-by r.venn",
        run_record,
    )
    record.add_argument("school", metavar="SCHOOL")
    record.add_argument("pupil", metavar="PUPIL", help="admission number, or SCHOOL:ID")
    record.add_argument("--form", required=True, metavar="EDITION", help="the edition as printed")
    record.add_argument("--answer", type=Answer, choices=tuple(Answer), required=True)
    who = record.add_mutually_exclusive_group(required=True)
    who.add_argument("--signer", default="", metavar="WHO", help="a contact's id or name")
    who.add_argument("--own", action="store_true", help="the pupil answered alone")
    record.add_argument("--signed-on", type=day, metavar="DATE", help="the date on the form")
    record.add_argument("--unsigned", action="store_true", help="nobody signed it")
    record.add_argument("--pupil-signed", action="store_true", help="the pupil signed the rules")
    record.add_argument("--discussed-by", default="", metavar="WHO", help="with the pupil (KS1)")
    record.add_argument("--discussed-on", type=day, metavar="DATE")
    record.add_argument("--method", type=Method, choices=BY_HAND, help="how it was made sure")
    record.add_argument("--verified-by", default="", metavar="WHO", help="who made sure")
    record.add_argument("--evidence", type=Path, metavar="FILE", help="only its digest is kept")
    record.add_argument("--place", default="", metavar="WHERE", help="where paper or file lies")


def run_record(args: Namespace) -> int:
    """One form."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_desk import Said, record
    from graphsync.settings import Need

    said = Said(
        edition=args.form,
        answer=args.answer,
        signer=args.signer,
        own=args.own,
        signed=not args.unsigned,
        signed_on=args.signed_on,
        pupil_signed=args.pupil_signed,
        discussed_by=args.discussed_by,
        discussed_on=args.discussed_on,
        method=args.method,
        verified_by=args.verified_by,
        evidence=args.evidence,
        place=args.place,
    )
    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        receipt = record(bench, args.school, args.pupil, said)
    answer_facts(args, receipt)
    return 0


def run_enter(args: Namespace) -> int:
    """A pile of paper forms."""
    return _enter(args, args.method)


def run_attest(args: Namespace) -> int:
    """Forms on file."""
    return _enter(args, Method.ON_FILE)


def _enter(args: Namespace, method: Method) -> int:
    from graphsync.consent_lines import Pile

    pile = Pile(
        edition=args.form,
        signed_on=args.signed_on,
        method=method,
        place=args.place,
        batch=args.batch,
    )
    return _entered(args, pile)


def _entered(args: Namespace, pile: "Pile") -> int:
    """Each line is answered as it is kept; 3 where some were not, as the summary says."""
    from api.answer import encoded, say
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_lines import Entering
    from graphsync.report import Exit
    from graphsync.settings import Need
    from reports.listing import facts, plain

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        entering = Entering(bench, args.school, pile)
        told = []
        for line in entering.take(_typed()):
            told.append(line)
            if not args.json:
                say(_echo(line))
        whole = entering.summary()
    if args.json:
        say(encoded({**plain(whole), "items": plain(told)}))
    else:
        after = f"When the pile is done: graphsync consent batch close {args.school} {whole.batch}"
        say(f"{facts(whole)}{after}\n")
    return Exit.PARTLY if whole.not_kept else Exit.DONE


def _typed() -> Iterator[str]:
    import sys

    yield from iter(sys.stdin.readline, "")


def _echo(line: "LineTold") -> str:
    trouble = line.trouble if line.row else f"NOT KEPT: {line.trouble}"
    said = (line.form_group, line.check, line.answer, line.signer, trouble)
    return f"{'  '.join(filter(None, said))}\n"
