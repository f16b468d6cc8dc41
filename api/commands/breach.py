"""`graphsync breach`: the register of breaches, its clock and its decisions (law A12).

The service tells nobody outside: `breach notify` prints a text, and records what a person sent.
"""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from api.commands import breach_facts
from api.commands.breach_mends import with_command, with_commands
from api.usage import Commands, Parser, school_moment
from policies.breach_records import Body, Decision

if TYPE_CHECKING:
    from graphsync.bench import Bench
    from graphsync.breach_desk import BreachFile

COLUMNS = ("breach", "school", "title", "state", "source", "due", "hours_left", "alarm", "decision")
DECISIONS = tuple(map(str, Decision))


def declare(commands: Commands) -> None:
    """Add the commands."""
    breach = commands.group(
        "breach",
        "Keep the register of breaches: 72 hours from when the school is aware",
        "graphsync breach list",
    )
    _open(breach)
    listed = breach.add(
        "list", "List what is open, running clocks first", "graphsync breach list", run_list
    )
    listed.add_argument("--school", metavar="ID", help="only this school")
    listed.add_argument("--closed", action="store_true", help="closed ones too")
    _one(breach, "show", "Show one entry, and what is missing", "", run_show)
    noted = _one(breach, "note", "Add what was learned", "--people 30 --records 30", run_note)
    noted.add_argument("--title", default="", metavar="TEXT", help="what happened, without names")
    breach_facts.declare(noted)
    _working(breach)
    _endings(breach)
    page = _one(breach, "report", "Write one entry as a page to print", "--html b.html", run_report)
    page.add_argument("--html", type=Path, required=True, metavar="FILE", help="the page")


def _open(breach: Commands) -> None:
    opened = breach.add(
        "open",
        "Report what may be a breach; it is a suspicion until somebody is aware",
        'graphsync breach open --school oak --title "Mail to the wrong parent" --source parent',
        run_open,
    )
    opened.add_argument("--school", required=True, metavar="ID", help="whose data")
    opened.add_argument("--title", required=True, metavar="TEXT", help="in few words, no names")
    opened.add_argument(
        "--source",
        default="user",
        metavar="WORD",
        help="user (the default), monitor, processor, parent, regulator, service, or dlp:ITEM",
    )
    opened.add_argument("--reported-by", default="", metavar="TEXT", help="who, by their part")
    opened.add_argument(
        "--aware", type=school_moment, metavar="TIME", help="start the clock: aware since then"
    )
    breach_facts.declare(opened)


def _working(breach: Commands) -> None:
    known = _one(
        breach, "aware", "Start the clock of 72 hours", '--at "2026-11-23 09:00"', run_aware
    )
    known.add_argument("--at", type=school_moment, required=True, metavar="TIME", help="since when")
    known.add_argument("--why", default="", metavar="TEXT", help="why, where it was set before")
    advised = _one(
        breach,
        "advise",
        "Record the DPO's advice",
        'record --advice "recalled unread"',
        run_advise,
    )
    advised.add_argument("decision", choices=DECISIONS, help="what is advised")
    advised.add_argument("--advice", required=True, metavar="TEXT", help="the advice, and why")
    advised.add_argument(
        "--unavailable", default="", metavar="WHY", help="a deputy advises: why not the DPO"
    )
    decided = _one(
        breach,
        "decide",
        "Record the head's decision; not by who advised",
        'record --reason "as advised"',
        run_decide,
    )
    decided.add_argument("decision", choices=DECISIONS, help="what is decided")
    decided.add_argument("--reason", required=True, metavar="TEXT", help="why")


def _endings(breach: Commands) -> None:
    notify = _one(
        breach,
        "notify",
        "Print the text for the regulator; with --sent record that a person sent it",
        '--sent "2026-11-24 16:00" --reference IC-1234',
        run_notify,
    )
    notify.add_argument("--sent", type=school_moment, metavar="TIME", help="when it was sent")
    notify.add_argument("--reference", default="", metavar="TEXT", help="the regulator's")
    notify.add_argument("--late", default="", metavar="TEXT", help="reasons after 72 hours")
    told = _one(
        breach,
        "told",
        "Record that the people, or a body, were told",
        '--whom people --at "2026-11-24 17:00" --how letter',
        run_told,
    )
    told.add_argument("--whom", choices=tuple(map(str, Body)), required=True, help="who was told")
    told.add_argument("--at", type=school_moment, required=True, metavar="TIME", help="when")
    told.add_argument("--how", required=True, metavar="TEXT", help="letter, call, web form")
    told.add_argument("--words", default="", metavar="TEXT", help="which version of the words")
    closed = _one(breach, "close", "Close an entry that is whole", "", run_close)
    closed.add_argument("--text", default="", metavar="TEXT", help="a last word")
    again = _one(breach, "reopen", "Open it again", '--reason "another copy found"', run_reopen)
    again.add_argument("--reason", required=True, metavar="TEXT", help="what is new")


def _one(
    breach: Commands, name: str, says: str, more: str, run: Callable[[Namespace], int]
) -> Parser:
    """A command about one entry."""
    made = breach.add(name, says, f"graphsync breach {name} b-1f3a {more}".rstrip(), run)
    made.add_argument("breach", metavar="ID", help="the entry's id")
    return made


def run_open(args: Namespace) -> int:
    """An entry opened."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.breach_desk import Report, open_breach
    from graphsync.settings import Need

    report = Report(
        school=args.school,
        facts=breach_facts.facts_of(args),
        source=args.source,
        reported_by=args.reported_by,
        aware_at=args.aware,
    )
    with with_commands(), open_bench(settings_with_notes(), Need.PACKS) as bench:
        line = open_breach(bench, report)
    answer_facts(args, line, f"What is missing: graphsync breach show {line.breach}")
    return 0


def run_list(args: Namespace) -> int:
    """The entries, each with how many hours are left and which alarm has passed."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.breach_desk import listing
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        lines = listing(bench, args.school, closed=args.closed)
    answer_items(args, lines, "No breach is open.", COLUMNS)
    return 0


def run_show(args: Namespace) -> int:
    """One entry."""
    from graphsync.breach_desk import show

    return _moved(args, lambda bench: show(bench, args.breach))


def run_note(args: Namespace) -> int:
    """Facts added."""
    from graphsync.breach_desk import note

    return _moved(args, lambda bench: note(bench, args.breach, breach_facts.facts_of(args)))


def run_aware(args: Namespace) -> int:
    """The clock started."""
    from graphsync.breach_desk import aware

    return _moved(args, lambda bench: aware(bench, args.breach, args.at, args.why))


def run_advise(args: Namespace) -> int:
    """Advice recorded."""
    from graphsync.breach_desk import advise

    def move(bench: "Bench") -> "BreachFile":
        return advise(bench, args.breach, Decision(args.decision), args.advice, args.unavailable)

    return _moved(args, move)


def run_decide(args: Namespace) -> int:
    """A decision recorded."""
    from graphsync.breach_desk import decide

    decision = Decision(args.decision)
    return _moved(args, lambda bench: decide(bench, args.breach, decision, args.reason))


def run_notify(args: Namespace) -> int:
    """The text to send, or what was sent."""
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.breach_desk import notified, show
    from graphsync.settings import Need
    from policies.pack_loading import load_rules
    from reports.breach_text import notice

    if args.sent is not None:
        return _moved(
            args,
            lambda bench: notified(bench, args.breach, args.sent, args.reference, args.late),
        )
    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        file = show(bench, args.breach)
        text = notice(file, load_rules(bench.packs_dir, file.line.school))
    then = "\nNothing was sent. Send it by hand, and record it here with --sent and --reference.\n"
    answer(args, {"breach": args.breach, "text": text}, lambda: text + then)
    return 0


def run_told(args: Namespace) -> int:
    """Somebody told."""
    from graphsync.breach_desk import told

    def move(bench: "Bench") -> "BreachFile":
        return told(bench, args.breach, Body(args.whom), args.at, args.how, args.words)

    return _moved(args, move)


def run_close(args: Namespace) -> int:
    """An entry closed."""
    from graphsync.breach_desk import close

    return _moved(args, lambda bench: close(bench, args.breach, args.text))


def run_reopen(args: Namespace) -> int:
    """An entry opened again."""
    from graphsync.breach_desk import reopen

    return _moved(args, lambda bench: reopen(bench, args.breach, args.reason))


def run_report(args: Namespace) -> int:
    """The page."""
    from api.answer import answer, write_page
    from api.wiring import open_bench, settings_with_notes
    from graphsync.breach_desk import show
    from graphsync.settings import Need
    from policies.pack_loading import load_rules
    from reports.breach_page import page

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        file = show(bench, args.breach)
        rules = load_rules(bench.packs_dir, file.line.school)
        write_page(args.html, page(file, rules, bench.now()))
    document = {"breach": args.breach, "file": str(args.html)}
    answer(args, document, lambda: f"{args.html} is written: keep it as you keep the register.\n")
    return 0


def _moved(args: Namespace, move: Callable[["Bench"], "BreachFile"]) -> int:
    """Do it, and show what stands."""
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.settings import Need
    from reports.breach_text import as_text
    from reports.listing import plain

    with with_commands(), open_bench(settings_with_notes(), Need.PACKS) as bench:
        file = with_command(move(bench))
    answer(args, plain(file), lambda: as_text(file))
    return 0
