"""`graphsync depart`: a member of staff leaves, at an hour or now."""

import argparse
from argparse import Namespace
from datetime import datetime, time
from typing import TYPE_CHECKING

from api.usage import Commands, day

if TYPE_CHECKING:
    from graphsync.bench import Bench
    from graphsync.departing import Receipt
    from policies.departures import Departure

COLUMNS = ("departure", "person", "school", "leaves_at", "state")
REASONS = ("planned", "immediate", "suspension", "death", "transfer")


def declare(commands: Commands) -> None:
    """Add the command."""
    depart = commands.add(
        "depart",
        "A member of staff leaves: sign-in blocked, sessions ended, evidence kept",
        "graphsync depart pb:9001 --now",
        run,
    )
    depart.add_argument(
        "who",
        nargs="?",
        metavar="KEY_OR_ACCOUNT",
        help="SCHOOL:ID, the exact sign-in name or object id of an account; or a departure, d-…",
    )
    when = depart.add_mutually_exclusive_group()
    when.add_argument("--now", action="store_true", help="at once, whatever the nights do")
    when.add_argument(
        "--on", type=day, metavar="DATE", help="the last day, YYYY-MM-DD; of a departure: a new one"
    )
    when.add_argument("--list", action="store_true", help="those whose hour has come")
    when.add_argument("--withdraw", metavar="DEPARTURE", help="take one back")
    when.add_argument("--confirm", metavar="DEPARTURE", help="its steps by hand are done")
    depart.add_argument(
        "--at", type=_clock, metavar="HH:MM", help="with --on: the hour (else the end of the day)"
    )
    depart.add_argument(
        "--reason", choices=REASONS, help="for HR and the head alone; planned, or immediate for now"
    )
    depart.add_argument(
        "--account", metavar="ACCOUNT", help="the exact account of a KEY that is linked to none"
    )
    depart.add_argument("--school", metavar="ID", help="where several schools share a domain")
    depart.add_argument("--surname", metavar="NAME", help="typed to be sure: refused if not theirs")


def run(args: Namespace) -> int:
    """Record, act, or one of the other acts."""
    from api.answer import answer_facts, answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync import departure_desk as desk
    from graphsync.settings import Need
    from graphsync.trouble import Usage

    needs = (
        [Need.PACKS] if args.list or args.withdraw or args.confirm else [Need.PACKS, Need.TENANT]
    )
    chosen = args.list or args.withdraw or args.confirm
    if bool(chosen) == bool(args.who) or not (chosen or args.now or args.on):
        raise Usage("say KEY_OR_ACCOUNT with --now or --on DATE, or one of the other options alone")
    with open_bench(settings_with_notes(), *needs) as bench:
        if args.list:
            lines = desk.listing(bench, desk.every_school(bench), all_of_it=())
            answer_items(args, lines, "Nobody has left by a departure.", COLUMNS)
            return 0
        receipt = _done(bench, args)
    answer_facts(args, receipt, _next(receipt))
    return receipt.exit_code


def _done(bench: "Bench", args: Namespace) -> "Receipt":
    from graphsync import departure_desk as desk
    from graphsync.departing import receipt_of

    if args.withdraw or args.confirm:
        found = _found(bench, args.withdraw or args.confirm)
        act = desk.withdraw if args.withdraw else desk.confirm
        return receipt_of(bench, act(bench, found))
    if args.on and args.who.startswith("d-"):
        return receipt_of(bench, desk.move_to(bench, _found(bench, args.who), _hour(args)))
    return _recorded(bench, args)


def _recorded(bench: "Bench", args: Namespace) -> "Receipt":
    import asyncio

    from graphsync import departure_desk as desk
    from graphsync.departing import act_on, receipt_of
    from policies.departures import DepartureReason

    reason = args.reason or ("immediate" if args.now else "planned")
    every = desk.every_school(bench)
    who = asyncio.run(desk.subject(bench, every, args.who, args.account or "", args.school or ""))
    wish = desk.Wish(
        reason=DepartureReason(reason),
        leaves_at=None if args.now else _hour(args),
        typed=args.surname,
    )
    made = desk.record(bench, who, wish)
    return asyncio.run(act_on(bench, made)) if args.now else receipt_of(bench, made)


def _found(bench: "Bench", departure: str) -> "Departure":
    from graphsync.departure_desk import every_school, find

    schools = every_school(bench)
    return find(bench, departure, schools, all_of_it=schools)


def _hour(args: Namespace) -> datetime:
    from policies.departures import hour_of

    return hour_of(args.on, args.at)


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write an hour as HH:MM, such as 16:30") from None


def _next(receipt: "Receipt") -> str:
    from policies.departures import State

    match receipt.state:
        case State.NOT_DONE:
            then = f"graphsync depart --confirm {receipt.departure}"
            return f"NOT DONE. Do the steps by hand, then: {then}"
        case State.DATED:
            return f"To take it back: graphsync depart --withdraw {receipt.departure}"
        case State.WITHDRAWN if receipt.acted_at is not None and receipt.person:
            return (
                f"To let them in again: graphsync plan --only {receipt.person}; the head approves"
            )
        case _:
            return ""
