"""`graphsync policy`: what the school's policy asks, and what the service does about it."""

from argparse import Namespace
from typing import TYPE_CHECKING

from api.usage import Commands, day

if TYPE_CHECKING:
    from policies.register import Clause


def declare(commands: Commands) -> None:
    """Add the commands."""
    policy = commands.group(
        "policy", "Show what the school's policy asks and what is done", "graphsync policy coverage"
    )
    show = policy.add(
        "show",
        "Show a school's policy as configured: each value, who gave it, whom it overrode",
        "graphsync policy show pb --why password.min_length",
        run_show,
    )
    show.add_argument("school", metavar="SCHOOL", help="whose policy")
    show.add_argument("--why", metavar="KEY", help="one key alone, and why it holds what it holds")
    check = policy.add(
        "check",
        "List what a person must look at: late reviews, missing approvals, old law, open numbers",
        "graphsync policy check pb",
        run_check,
    )
    check.add_argument("school", metavar="SCHOOL", help="whose policy")
    decide = policy.add(
        "decide",
        "Decide a finding: change the line, keep it until a day, or adopt the modern rule",
        "graphsync policy decide pb password.change.expire_days --choice keep --until 2027-01-31"
        ' --review 2027-01-11 --reason "The governors meet in January"',
        run_decide,
    )
    decide.add_argument("school", metavar="SCHOOL", help="whose policy")
    decide.add_argument("key", metavar="KEY", help="the key, as `policy check` names it")
    decide.add_argument(
        "--choice", required=True, choices=("change", "keep", "adopt"), help="what becomes of it"
    )
    decide.add_argument(
        "--until", required=True, type=day, metavar="DATE", help="kept until, or in the pack by"
    )
    decide.add_argument(
        "--review", required=True, type=day, metavar="DATE", help="when it is looked at again"
    )
    decide.add_argument("--reason", required=True, metavar="TEXT", help="why; kept with your name")
    coverage = policy.add(
        "coverage",
        "List every clause: enforced, checked, recorded, reported, not yet, or out of scope",
        "graphsync policy coverage pb",
        run_coverage,
    )
    coverage.add_argument(
        "school", nargs="?", metavar="SCHOOL", help="only the clauses this school is held to"
    )


def run_show(args: Namespace) -> int:
    """The whole policy, or one key; it shows a version that is not in force as well."""
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes
    from graphsync.policy_desk import looked_at, standings
    from graphsync.settings import Need
    from policies.school_days import school_day
    from reports.policy_view import as_document, as_item, as_text, sentence, why

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        layers = looked_at(bench, args.school)
        if args.why is not None:
            one = layers.provenance(_known_key(args.why))
            answer(args, {**as_item(one), "sentence": sentence(one)}, lambda: why(one))
            return 0
        told, day = standings(bench, layers), school_day(bench.now())
    answer(args, as_document(layers, told, day), lambda: as_text(layers, told, day))
    return 0


def _known_key(key: str) -> str:
    from difflib import get_close_matches

    from graphsync.trouble import Usage
    from policies.pack_keys import KEYS

    if key in KEYS:
        return key
    near = get_close_matches(key, KEYS, n=3)
    mend = f"did you mean {' or '.join(near)}?" if near else "`policy show` lists the keys"
    raise Usage(f"{key} is no key of a pack; {mend}")


def run_check(args: Namespace) -> int:
    """Every finding; a finding stops nothing, so that this answers 0."""
    import asyncio

    from api.answer import answer_items
    from api.wiring import open_bench, settings_with_notes
    from graphsync.policy_checks import all_findings
    from graphsync.policy_deciding import standing
    from graphsync.policy_desk import looked_at
    from graphsync.settings import Need
    from policies.pack_loading import rules_of

    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        layers = looked_at(bench, args.school)
        found = standing(bench, layers, asyncio.run(all_findings(bench, rules_of(layers))))
    columns = ("state", "clause", "subject", "sentence", "decided")
    answer_items(args, found, "There is nothing to look at.", columns)
    return 0


def run_decide(args: Namespace) -> int:
    """Keep what the head decided, and say what is still to be written into the pack."""
    from api.answer import answer_facts
    from api.wiring import open_bench, settings_with_notes
    from graphsync.policy_deciding import Wish, decide
    from graphsync.settings import Need
    from policies.policy_conflicts import Choice

    wish = Wish(
        key=args.key,
        choice=Choice(args.choice),
        until=args.until,
        review=args.review,
        reason=args.reason,
    )
    with open_bench(settings_with_notes(), Need.PACKS) as bench:
        decided = decide(bench, args.school, wish)
    answer_facts(args, decided, f"Next: {decided.edit}" if decided.edit else "")
    return 0


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
    from policies.pack_loading import load_layers

    settings = settings_with_notes()
    settings.demand(Need.PACKS)
    layers = load_layers(settings.values.packs_dir, school)
    clauses = clauses_for(school, layers.value("trust.id") or "", layers.cited())
    if not clauses:
        known = ", ".join(POLICIES)
        raise Usage(
            f"{school} is held to no clause of the register: its pack cites none (clauses:) and "
            f"names no trust that has a policy there; ask for one of {known}"
        )
    return clauses
