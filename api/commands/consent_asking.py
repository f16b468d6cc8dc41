"""`graphsync consent ask` and `remind`: questions to parents, by mail or as letters."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands, person_key

if TYPE_CHECKING:
    from graphsync.consent_asking import AskReport
    from policies.people import PersonKey, Roster


def declare(consent: Commands) -> None:
    """Add the commands below `graphsync consent`."""
    ask = consent.add(
        "ask",
        "Show whom the school would ask for consent; ask them by mail or by letter",
        "graphsync consent ask snmat --year 7 --letters letters-7.html",
        run_ask,
    )
    ask.add_argument("school", metavar="SCHOOL")
    ask.add_argument("--year", action="append", metavar="Y", help="only this year, repeatable")
    ask.add_argument("--form-group", metavar="FORM", help="only this form group")
    ask.add_argument(
        "--only",
        action="append",
        type=person_key,
        metavar="KEY",
        help="only them, repeatable",
    )
    way = ask.add_mutually_exclusive_group()
    way.add_argument("--send", action="store_true", help="send each contact a mail with a link")
    way.add_argument(
        "--letters", type=Path, metavar="FILE", help="a new page of letters, each with its own link"
    )
    remind = consent.add(
        "remind",
        "Ask again those who have not answered, on the days that the pack names",
        "graphsync consent remind snmat",
        run_remind,
    )
    remind.add_argument("school", metavar="SCHOOL")


def run_ask(args: Namespace) -> int:
    """Who would be asked, or is."""
    import asyncio

    from api.answer import write_new_page
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_asking import ask_by_mail, letters, preview
    from graphsync.settings import Need

    needs = [Need.PACKS]
    if args.send or args.letters:
        needs.append(Need.PARENTS)
    if args.send:
        needs += [Need.TENANT, Need.MAIL]
    chosen = _chosen(args)
    with open_bench(settings_with_notes(), *needs) as bench:
        if args.send:
            report = asyncio.run(ask_by_mail(bench, args.school, chosen))
        elif args.letters:
            from reports.letters_page import page

            def keep(made: object) -> None:
                write_new_page(args.letters, page(made))  # type: ignore[arg-type]

            report = letters(bench, args.school, chosen, keep)
        else:
            report = preview(bench, args.school, chosen, by_mail=True)
    return _told(args, report)


def run_remind(args: Namespace) -> int:
    """Reminders of today."""
    import asyncio

    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_asking import remind
    from graphsync.settings import Need

    needs = (Need.PACKS, Need.PARENTS, Need.TENANT, Need.MAIL)
    with open_bench(settings_with_notes(), *needs) as bench:
        return _told(args, asyncio.run(remind(bench, args.school)))


def _chosen(args: Namespace) -> "Callable[[Roster], set[PersonKey]]":
    years, form, only = set(args.year or ()), args.form_group, set(args.only or ())

    def chosen(roster: "Roster") -> "set[PersonKey]":
        return {
            one.key
            for one in roster.people
            if (not years or one.year in years)
            and (form is None or (one.form or "").casefold() == form.casefold())
            and (not only or one.key in only)
        }

    return chosen


def _told(args: Namespace, report: "AskReport") -> int:
    from api.answer import answer
    from graphsync.report import Exit
    from reports.asking import as_text

    answer(args, report, lambda: as_text(report))
    return Exit.PARTLY if report.failed else Exit.DONE
