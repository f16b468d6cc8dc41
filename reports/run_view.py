"""A run's report arranged for people: groups with headings, and what to do next.

The terminal and the page show the same arrangement.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from graphsync.report import (
    ChangeReport,
    EndingReport,
    HeldReport,
    OutcomeCounts,
    OverdueReport,
    RequestCounts,
    ReturnReport,
    RosterProblem,
    RunReport,
    RunState,
    WorklistReport,
)
from reports.listing import said
from reports.words import (
    ORIGINS,
    OUTCOMES,
    RANK,
    STATES,
    HeldWords,
    clean,
    counted,
    held_words,
    kind_title,
    long_day,
    long_moment,
    people_of,
    property_title,
)

GROUP_KINDS = frozenset({"add_to_group", "remove_from_group"})
# What no undo turns round: accounts, groups, Teams, ended sessions and licences.
LASTING = frozenset(
    {
        *("create_user", "create_group", "create_team"),
        *("revoke_sessions", "assign_licence", "remove_licence", "license_group"),
    }
)
USUAL = "roster"  # the origin that need not be said
GOOD = frozenset({RunState.DRAFTED, RunState.APPLIED, RunState.APPROVED, RunState.OBSERVED})
_MEND = {  # state -> what a person does before a plan is drafted again
    RunState.REFUSED: "Mend what is named above, export again, and look:",
    RunState.RETURNED: "Mend what the reason names, then draft anew:",
    RunState.BROKEN: "Mend what is named above, then:",
}
SHOWN = 12  # of each kind, unless everything was asked for
BAD = frozenset({RunState.REFUSED, RunState.BROKEN})


class KindGroup(Struct, frozen=True):
    """The changes of one kind and how many people of which population they touch.

    `origin` is the one that all of them share, or empty; the usual one, the roster, is empty too.
    """

    kind: str
    title: str
    changes: tuple[ChangeReport, ...]
    people: dict[str, int]
    origin: str


class HeldGroup(Struct, frozen=True):
    """The people held for one reason."""

    reason: str
    words: HeldWords
    held: tuple[HeldReport, ...]


class OutcomeGroup(Struct, frozen=True):
    """The changes that ended in one way other than done."""

    outcome: str
    changes: tuple[ChangeReport, ...]


class Step(Struct, frozen=True):
    """What to do next: a sentence, and the command for it."""

    text: str
    command: str = ""


class Difference(Struct, frozen=True):
    """One property of a change, before and after; empty where there is no value."""

    name: str
    before: str
    after: str


def by_kind(run: RunReport) -> tuple[KindGroup, ...]:
    """The changes grouped by kind, in plan order; unknown kinds last."""
    grouped: dict[str, list[ChangeReport]] = defaultdict(list)
    for change in run.changes:
        grouped[change.kind].append(change)
    ordered = sorted(grouped, key=lambda kind: RANK.get(kind, len(RANK)))
    return tuple(_kind_group(kind, grouped[kind]) for kind in ordered)


def _kind_group(kind: str, changes: Sequence[ChangeReport]) -> KindGroup:
    origins = {change.origin for change in changes} - {USUAL}
    shared = origins.pop() if len({change.origin for change in changes}) == 1 and origins else ""
    return KindGroup(kind, kind_title(kind), tuple(changes), _by_population(changes), shared)


def _by_population(changes: Iterable[ChangeReport]) -> dict[str, int]:
    people = {(change.population, change.person) for change in changes}
    return dict(Counter(population for population, person in people if population and person))


def populations(groups: Iterable[KindGroup]) -> tuple[str, ...]:
    """The populations that occur, in the order of their names."""
    return tuple(sorted({population for group in groups for population in group.people}))


def marks(change: ChangeReport, group: KindGroup) -> tuple[str, ...]:
    """What stands behind a sentence: an origin that is neither usual nor the group's, clauses."""
    origin = () if change.origin in {USUAL, group.origin} else (ORIGINS[change.origin],)
    return (*origin, *(f"clause {clause}" for clause in change.clauses))


def people_in(changes: Iterable[ChangeReport]) -> int:
    """How many people these changes touch."""
    return len({change.person for change in changes if change.person})


def by_reason(run: RunReport) -> tuple[HeldGroup, ...]:
    """The held grouped by reason, the largest group first."""
    grouped: dict[str, list[HeldReport]] = defaultdict(list)
    for held in run.held:
        grouped[held.reason].append(held)
    ordered = sorted(grouped, key=lambda reason: (-len(grouped[reason]), reason))
    return tuple(
        HeldGroup(reason, held_words(reason), tuple(grouped[reason])) for reason in ordered
    )


def group_sizes(group: KindGroup) -> tuple[tuple[str, int], ...]:
    """For joins and leaves: each tenant group and how many people, in name order."""
    counter = Counter(
        str({**change.before, **change.after}.get("group")) for change in group.changes
    )
    return tuple(sorted(counter.items()))


def not_done(run: RunReport) -> tuple[OutcomeGroup, ...]:
    """What did not end as done, worst first; changes that were never begun have no outcome."""
    grouped: dict[str, list[ChangeReport]] = defaultdict(list)
    for change in run.changes:
        if change.outcome not in (None, "done"):
            grouped[str(change.outcome)].append(change)
    worst_first = ("refused", "unknown", "unverified", "not_tried")
    return tuple(
        OutcomeGroup(name, tuple(grouped[name])) for name in worst_first if name in grouped
    )


def differences(change: ChangeReport) -> tuple[Difference, ...]:
    """Every property of the change with its value before and after."""
    names = dict.fromkeys((*change.before, *change.after))
    return tuple(
        Difference(
            property_title(name), said(change.before.get(name)), said(change.after.get(name))
        )
        for name in names
    )


def approve_command(run: RunReport) -> str:
    """The whole approval as one line: the sign that continues a line differs between shells."""
    overrides = "".join(f" --override {reason.code}" for reason in run.verdict.reasons)
    return f"graphsync approve {run.run} --digest {run.digest}{overrides}"


def lasting(run: RunReport) -> str:
    """What of a run that is not yet applied `graphsync undo` could not take back; or nothing."""
    if run.state not in {RunState.DRAFTED, RunState.PARKED, RunState.APPROVED}:
        return ""
    kinds = sorted(LASTING & set(run.counts), key=lambda kind: RANK.get(kind, len(RANK)))
    named = ", ".join(
        f"{kind_title(kind).lower()} ({run.counts[kind]:,})" for kind in kinds if run.counts[kind]
    )
    return f"Once applied, graphsync undo cannot take back: {named}" if named else ""


def changes_title(run: RunReport) -> str:
    """What stands above the changes."""
    return "I would have made" if run.state == RunState.OBSERVED else "Changes"


def verdict_title(run: RunReport) -> str:
    """What stands above the reasons why a run does not pass."""
    match run.state:
        case RunState.REFUSED:
            return "refused"
        case RunState.OBSERVED:
            return "a person would have been asked"
        case _:
            return "not without a person's yes"


def next_steps(run: RunReport) -> tuple[Step, ...]:
    """What a person does next about a run in this state."""
    match run.state:
        case RunState.DRAFTED if run.changes:
            return (Step("Carry it out:", f"graphsync apply {run.run}"),)
        case RunState.PARKED:
            return (
                Step(f"If it is right, someone other than {clean(run.requester)} approves it:"),
                Step("", approve_command(run)),
                Step("Then carry it out:", f"graphsync apply {run.run}"),
            )
        case RunState.OBSERVED:
            return (
                Step("When the school is ready: write sync: {mode: apply} in its pack, then look:"),
                Step("", _plan(run)),
            )
        case RunState.APPROVED:
            return (Step("Carry it out:", f"graphsync apply {run.run}"),)
        case RunState.PARTLY:
            return (Step("The next run settles what is open and tries again:", _sync(run)),)
        case RunState.APPLYING:
            return (Step("If nobody is running it any more, the next run settles it:", _sync(run)),)
        case RunState.REFUSED | RunState.RETURNED | RunState.BROKEN:
            return (Step(_MEND[run.state], _plan(run)),)
        case RunState.SUPERSEDED:
            return (Step("Something newer took its place; find it:", "graphsync runs"),)
        case _:
            return (_settled(run),)


def _settled(run: RunReport) -> Step:
    if run.held:
        return Step(f"{counted(len(run.held), 'held item')} above may need a person.")
    return Step("Nothing to do.")


def _sync(run: RunReport) -> str:
    return f"graphsync sync --school {run.school}"


def _plan(run: RunReport) -> str:
    return f"graphsync plan --school {run.school}"


def school_title(run: RunReport) -> str:
    """The school's name and id; the id alone where no pack could give the name."""
    return f"{clean(run.name)} ({run.school})" if run.name else run.school


def mood(run: RunReport) -> str:
    """`good`, `wait` or `bad`: how the heading of a run looks."""
    if run.state in GOOD:
        return "good"
    return "bad" if run.state in BAD else "wait"


def state_words(run: RunReport) -> str:
    """The state as the heading says it."""
    if run.state == RunState.DRAFTED and not run.changes:
        return "nothing to change"
    return STATES.get(run.state, run.state)


def roster_words(run: RunReport) -> str:
    """Whom the exports hold, in how many files of which format, with how many problems."""
    people = ", ".join(people_of(kind, number) for kind, number in run.people.items())
    formats = " and ".join(sorted({file.format for file in run.files}))
    files = f"{counted(len(run.files), 'file')} ({formats})" if run.files else ""
    problems = counted(len(run.problems), "problem") if run.problems else "no problem"
    return "; ".join(part for part in (people, files, problems) if part)


def place(problem: RosterProblem) -> str:
    """File, row and column of a problem, as far as they are known."""
    row = f"row {problem.row:,}" if problem.row else ""
    column = f"column {problem.column}" if problem.column else ""
    return clean(", ".join(part for part in (problem.file, row, column) if part))


def worklist_words(worklist: WorklistReport) -> tuple[str, ...]:
    """What waits for Active Directory: how much, what is late, what is not to be done yet."""
    this_run = f"{worklist.opened:,} new, {worklist.closed:,} ended by this run"
    told = [f"{counted(worklist.open, 'open row')}; {this_run}"]
    if worklist.overdue:
        told.append(f"{counted(len(worklist.overdue), 'row')} overdue")
    if worklist.unsure:
        told.append(f"{counted(worklist.unsure, 'row')} in doubt: not to be carried out yet")
    return tuple(told)


def returned_words(returned: ReturnReport) -> str:
    """Who sent the plan back, when and why; the reason goes with the plan's people."""
    reason = f": {clean(returned.reason)}" if returned.reason else ""
    return f"Sent back by {clean(returned.by)}, {long_moment(returned.at)}{reason}"


def erased_words(day: date) -> str:
    """That the people in a run are kept no more."""
    return f"Its changes and the people in it were erased on {long_day(day)}; the counts stay."


def ending_words(hold: EndingReport) -> str:
    """One hold that ends or has ended."""
    when = f"ended on {hold.until}" if hold.ended else f"ends on {hold.until}"
    return f"{hold.mode}, {when} ({hold.hold})"


def overdue_words(row: OverdueReport) -> str:
    """One row that is late."""
    return f"{row.task}, due {row.due} ({row.row})"


def outcome_counts(outcomes: OutcomeCounts) -> tuple[tuple[int, str], ...]:
    """How many ended in which way, in words; ways that nothing ended in are left out."""
    numbers = {name: getattr(outcomes, name) for name in OUTCOMES}
    return tuple(
        (number, OUTCOMES[name]) for name, number in numbers.items() if number or name == "done"
    )


def request_words(requests: RequestCounts) -> str:
    """What a run asked of Graph."""
    throttled = f", {requests.throttled:,} slowed down by Graph" if requests.throttled else ""
    asked = counted(requests.total, "request")
    return f"{asked} to Graph, {counted(requests.writes, 'write')} accepted{throttled}"
