"""The options by which `breach open` and `breach note` say what is known."""

from argparse import Namespace
from typing import Any

from api.usage import Parser, day, school_moment
from policies.breach_records import Category, Cause, Facts, Loss, Risk

_TEXTS = {
    "description": "what happened",
    "systems": "in which systems",
    "processor": "at which processor",
    "whose": "kinds of people, such as pupils of year 7",
    "consequences": "what it may mean for them",
    "risk_reasons": "why the risk is rated so",
    "containment": "what was done at once, such as a recall that was asked for",
    "remedy": "what was and will be done about it",
    "investigation": "what was found out, and how",
    "investigated_by": "who investigated",
    "subject": "whose act it was, by their part or SIMS number",
    "outcome": "what followed for them; none, with the reason",
    "lessons": "what is learned from it",
    "actions": "what is still to do, by whom, until when",
}


_YES = {"yes": True, "no": False}


def declare(command: Parser) -> None:
    """Add an option for each fact."""
    times = command.add_argument_group("when, by the clock at school")
    times.add_argument("--from", type=school_moment, metavar="TIME", help="it began, or was sent")
    times.add_argument("--to", type=school_moment, metavar="TIME", help="it ended")
    times.add_argument("--seen", type=school_moment, metavar="TIME", help="somebody first saw it")
    words = command.add_argument_group("in words of the register; lists by repeating")
    _word(words, "--loss", Loss, "what was lost of the data", action="append", default=[])
    _word(words, "--category", Category, "which kind of data", action="append", default=[])
    _word(words, "--cause", Cause, "how it came about")
    _word(words, "--risk", Risk, "how great the risk to people is")
    words.add_argument("--children", choices=_YES, help="whether children are affected")
    words.add_argument("--cyber", choices=_YES, help="whether it was an attack")
    words.add_argument(
        "--incident", action="append", default=[], metavar="ID", help="DLP records that tell of it"
    )
    numbers = command.add_argument_group("in numbers and days")
    numbers.add_argument("--people", type=int, metavar="N", help="about how many people")
    numbers.add_argument("--records", type=int, metavar="N", help="about how many records")
    numbers.add_argument("--hold-until", type=day, metavar="DATE", help="keep it until this day")
    texts = command.add_argument_group("in own words")
    for name, says in _TEXTS.items():
        texts.add_argument(f"--{name.replace('_', '-')}", default="", metavar="TEXT", help=says)


def _word(group: Any, option: str, words: Any, says: str, **more: Any) -> None:
    known = tuple(map(str, words))
    group.add_argument(
        option, choices=known, metavar="WORD", help=f"{says}: {', '.join(known)}", **more
    )


def facts_of(args: Namespace) -> Facts:
    """What the options say."""
    return Facts(
        title=args.title.strip(),
        occurred_from=getattr(args, "from"),
        occurred_to=args.to,
        seen_at=args.seen,
        losses=tuple(map(Loss, args.loss)),
        categories=tuple(map(Category, args.category)),
        cause=Cause(args.cause) if args.cause else None,
        risk=Risk(args.risk) if args.risk else None,
        children=_YES.get(args.children),
        cyber=_YES.get(args.cyber),
        incidents=tuple(args.incident),
        people=args.people,
        records=args.records,
        hold_until=args.hold_until,
        **{name: getattr(args, name).strip() for name in _TEXTS},
    )
