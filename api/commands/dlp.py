"""`graphsync dlp`: records of data loss in, counted and judged (never mail); queue and proofs."""

from argparse import Namespace
from pathlib import Path

from api.commands import dlp_moves, dlp_queue, dlp_trends
from api.usage import Commands, school_moment
from graphsync.report import Exit


def declare(commands: Commands) -> None:
    """Add the commands."""
    dlp = commands.group(
        "dlp",
        "Read what Purview's rules of data loss prevention found; never mail itself",
        "graphsync dlp import audit-search.csv",
    )
    taken = dlp.add(
        "import",
        "Read exports of DLP records; 3 when some of it was not understood",
        "graphsync dlp import audit-search.csv activity-explorer.csv records.json",
        run_import,
    )
    taken.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="a JSON list of records, or the CSV of an audit search or of Activity explorer",
    )
    pulled = dlp.add(
        "pull",
        "Read the activity feed of data loss; 3 when some of it was lost or not understood",
        "graphsync dlp pull",
        run_pull,
    )
    pulled.add_argument(
        "--restart",
        action="store_true",
        help="start the subscription again that an administrator disabled",
    )
    dlp.add(
        "gaps",
        "List the times of which events were lost or may be missing",
        "graphsync dlp gaps",
        run_gaps,
    )
    acknowledged = dlp.add(
        "acknowledge",
        "Say what was done about a gap, so that it is told no more",
        'graphsync dlp acknowledge 1 --reason "imported the audit search of that week"',
        run_acknowledge,
    )
    acknowledged.add_argument("gap", type=int, metavar="GAP", help="its number, as gaps lists it")
    acknowledged.add_argument("--reason", required=True, help="what was done about it")
    proved = dlp.add(
        "prove",
        "Record that a test message is sent, and say how: does a rule still bite?",
        "graphsync dlp prove snmat --class medical",
        run_prove,
    )
    proved.add_argument("--class", dest="name", required=True, metavar="CLASS", help="of data")
    proved.add_argument(
        "--sent",
        type=school_moment,
        metavar='"YYYY-MM-DD HH:MM"',
        help="when it was sent, if not now",
    )
    proofs = dlp.add(
        "proofs",
        "List the test messages of a school, and whether a rule bit them",
        "graphsync dlp proofs snmat",
        run_proofs,
    )
    for command in (proved, proofs):
        command.add_argument("school", metavar="SCHOOL", help="the school's id")
    classes = dlp.add(
        "classes",
        "Say which classes of data a licence can find at all",
        "graphsync dlp classes snmat --licence A3",
        run_classes,
    )
    classes.add_argument("school", metavar="SCHOOL", help="the school's id")
    classes.add_argument(
        "--licence",
        required=True,
        choices=("A1", "A3", "A5"),
        help="Microsoft's licence of the school's staff",
    )
    dlp_queue.declare(dlp)
    dlp_moves.declare(dlp)
    dlp_trends.declare(dlp)


def run_import(args: Namespace) -> int:
    """The files in turn, and what became of each."""
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.settings import Need
    from graphsync.trouble import Usage
    from reports.dlp.import_text import as_text
    from reports.dlp.importing import import_files
    from reports.listing import plain

    if missing := [path for path in args.files if not path.is_file()]:
        raise Usage(f"there is no file {missing[0]}")
    with open_bench(settings_with_notes(), Need.PACKS, Need.DIRECTORY) as bench:
        imported = import_files(bench, args.files)
    answer(args, plain(imported), lambda: as_text(imported))
    if all(item.problem for item in imported.items):
        return Exit.REFUSED
    whole = all(not item.problem and not item.quarantined for item in imported.items)
    return Exit.DONE if whole else Exit.PARTLY


def run_pull(args: Namespace) -> int:
    """The feed up to now; what the packs miss is told beside it."""
    import asyncio

    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.feed_findings import feed_findings
    from graphsync.settings import Need
    from policies.pack_loading import load_all
    from reports.dlp.pull_text import as_text
    from reports.dlp.pulling import pull_feed
    from reports.listing import plain

    needs = (Need.PACKS, Need.TENANT, Need.FEED)
    with open_bench(settings_with_notes(), *needs) as bench:
        pulled = asyncio.run(pull_feed(bench, restart=args.restart))
        schools = load_all(bench.packs_dir).items()
        findings = {school: feed_findings(bench, rules) for school, rules in schools}
    told = {**plain(pulled), "findings": plain(findings)}
    answer(args, told, lambda: as_text(pulled, findings))
    lost = pulled.gaps or pulled.quarantined or pulled.waiting
    return Exit.PARTLY if lost else Exit.DONE


def run_gaps(args: Namespace) -> int:
    """Every gap, the acknowledged ones too."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.gap_desk import gaps
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.DIRECTORY) as bench:
        found = gaps(bench)
    columns = ("number", "begin", "end", "why", "acknowledged_at", "acknowledged_by", "reason")
    answer_items(args, found, "Nothing was lost so far.", columns)
    return Exit.DONE


def run_acknowledge(args: Namespace) -> int:
    """One gap, told no more."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.gap_desk import acknowledge
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.DIRECTORY) as bench:
        gap = acknowledge(bench, args.gap, args.reason)
    answer_facts(args, gap)
    return Exit.DONE


def run_prove(args: Namespace) -> int:
    """A test message, recorded."""
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.proof_desk import prove
    from graphsync.settings import Need
    from reports.dlp.pull_text import instructions
    from reports.listing import plain

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        message = prove(bench, args.school, args.name, args.sent)
    answer(args, plain(message), lambda: instructions(message))
    return Exit.DONE


def run_proofs(args: Namespace) -> int:
    """Every test message of a school."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.proof_desk import proofs
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        found = proofs(bench, args.school)
    nothing = "No test message was sent yet: graphsync dlp prove says how."
    answer_items(args, found, nothing, ("name", "sent_at", "state", "bit_at", "fate"))
    return Exit.DONE


def run_classes(args: Namespace) -> int:
    """A row for each class of data; needs neither tenant nor store."""
    from api.answer import answer_items
    from api.wiring import settings_with_notes
    from graphsync.settings import Need
    from policies.detectable import Licence, classes_of_interest
    from policies.pack_loading import load_rules

    settings = settings_with_notes()
    settings.demand(Need.PACKS)
    rules = load_rules(settings.values.packs_dir, args.school)
    rows = classes_of_interest(rules.mail, Licence(args.licence))
    answer_items(args, rows, "", ("name", "reach", "types", "demanded", "sentence"))
    return Exit.DONE
