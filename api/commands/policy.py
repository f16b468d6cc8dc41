"""`graphsync policy`: what the school's policy asks, and what the service does about it."""

from argparse import Namespace
from typing import TYPE_CHECKING

from api.usage import Commands

if TYPE_CHECKING:
    from policies.register import Clause


def declare(commands: Commands) -> None:
    """Add the commands."""
    policy = commands.group(
        "policy", "Show what the school's policy asks and what is done", "graphsync policy coverage"
    )
    coverage = policy.add(
        "coverage",
        "List every clause: enforced, checked, recorded, reported, not yet, or out of scope",
        "graphsync policy coverage pb",
        run_coverage,
    )
    coverage.add_argument(
        "school", nargs="?", metavar="SCHOOL", help="only the clauses this school is held to"
    )


def run_coverage(args: Namespace) -> int:
    """The clauses of a school, or of all five policies."""
    from api.answer import answer
    from policies.register import load_register
    from reports.coverage import as_items, as_text

    clauses = _clauses_of(args.school) if args.school else load_register()
    answer(args, as_items(clauses), lambda: as_text(clauses))
    return 0


def _clauses_of(school: str) -> "tuple[Clause, ...]":
    """The clauses of a school; one with no policy of its own is looked up in its pack."""
    from policies.register import POLICIES, clauses_for

    if school in POLICIES:
        return clauses_for(school)
    from api.wiring import settings_with_notes
    from graphsync.settings import Need
    from graphsync.trouble import Usage
    from policies.pack_loading import load_rules

    settings = settings_with_notes()
    settings.demand(Need.PACKS)
    trust = load_rules(settings.values.packs_dir, school).trust or ""
    clauses = clauses_for(school, trust)
    if not clauses:
        known = ", ".join(POLICIES)
        raise Usage(
            f"{school} is held to no clause of the register: its pack names no trust that has a "
            f"policy there; ask for one of {known}"
        )
    return clauses
