"""`graphsync consent`: the register of consent as the office, the DPO and the head use it."""

from argparse import Namespace

from api.commands import (
    consent_acts,
    consent_asking,
    consent_batches,
    consent_enforce,
    consent_entry,
    consent_files,
    consent_provisions,
)
from api.usage import Commands, person_key
from policies.consent_records import State

COLUMNS = (
    "person",
    "admission_number",
    "year",
    "form_group",
    "cloud",
    "ict",
    "because",
    "until",
)


def declare(commands: Commands) -> None:
    """Add the commands."""
    group = commands.group(
        "consent",
        "Record, check, take back and show parents' consent",
        "graphsync consent list oak --state missing",
    )
    show = group.add(
        "show",
        "Show one pupil's consents, why they stand or not, and every row behind them",
        "graphsync consent show oak:5523",
        run_show,
    )
    show.add_argument("key", type=person_key, metavar="KEY", help="SCHOOL:ID")
    listing = group.add(
        "list",
        "List the pupils of a school with what stands for each",
        "graphsync consent list oak --state missing --year 7",
        run_list,
    )
    listing.add_argument("school", metavar="SCHOOL")
    listing.add_argument("--state", type=State, choices=tuple(State), help="of the cloud form")
    listing.add_argument("--year", metavar="YEAR", help="only this year, as the roster writes it")
    listing.add_argument("--form-group", metavar="GROUP", help="only this registration group")
    consent_entry.declare(group)
    consent_files.declare(group)
    consent_batches.declare(group)
    consent_acts.declare(group)
    consent_provisions.declare(group)
    consent_enforce.declare(group)
    consent_asking.declare(group)


def run_show(args: Namespace) -> int:
    """One pupil."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_views import show
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        shown = show(bench, args.key)
    answer_facts(args, shown)
    return 0


def run_list(args: Namespace) -> int:
    """A school."""
    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.consent_views import listing
    from graphsync.settings import Need

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        lines = listing(bench, args.school, args.state, args.year, args.form_group)
    answer_items(args, lines, "No pupil of this school is in that state.", COLUMNS)
    return 0
