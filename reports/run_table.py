"""A run printed for people on a terminal or into a mail: readable without colours, from 80 columns.

Only human output imports rich.
"""

from collections.abc import Iterable, Sequence

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from graphsync.report import (
    ChangeReport,
    RequestCounts,
    RosterProblem,
    RunDocument,
    RunReport,
)
from reports.run_view import (
    GROUP_KINDS,
    SHOWN,
    KindGroup,
    by_kind,
    by_reason,
    changes_title,
    ending_words,
    erased_words,
    group_sizes,
    lasting,
    marks,
    mood,
    next_steps,
    not_done,
    outcome_counts,
    overdue_words,
    people_in,
    place,
    populations,
    request_words,
    returned_words,
    roster_words,
    school_title,
    state_words,
    verdict_title,
    worklist_words,
)
from reports.words import ORIGINS, OUTCOMES, clean, counted, long_day, plural

STYLES = {"good": "bold green", "bad": "bold red", "wait": "bold yellow"}
Row = tuple[str, str]


def print_document(
    document: RunDocument, console: Console, *, everything: bool, shown: int = SHOWN
) -> None:
    """Print every school's run, and an overview last when there are several.

    `shown` is how many of each kind are listed, unless `everything` is wanted.
    """
    for run in document.runs:
        RunPrinter(run, console, everything=everything, shown=shown).print()
    if len(document.runs) > 1:
        _overview(document, console)
    if any(run.outcomes is None for run in document.runs) or len(document.runs) > 1:
        console.print(Text(request_words(document.requests), style="dim"))


class RunPrinter:
    """One school's run on one console; `everything` leaves nothing out of the lists."""

    def __init__(self, run: RunReport, console: Console, *, everything: bool, shown: int) -> None:
        self.run = run
        self.console = console
        self.everything = everything
        self.shown = shown

    def print(self) -> None:
        """How it stands and why first, then what changes and who is held, then what to do next."""
        self._heading()
        self._verdict()
        self._outcomes()
        self._changes()
        self._held()
        self._findings()
        self._holds_ending()
        self._worklist()
        self._problems()
        self._unchanged()
        self._next()
        self.console.print()

    def _heading(self) -> None:
        run = self.run
        title = Text.assemble(
            (school_title(run), "bold"),
            "  ",
            (state_words(run).upper(), STYLES[mood(run)]),
        )
        self.console.print(Rule(title, align="left", style="dim"))
        facts = [("as of", long_day(run.as_of)), ("run", _ids(run))]
        if run.requester:
            facts.append(("asked by", clean(run.requester)))
        facts.append(("roster", roster_words(run)))
        self._rows(facts, indent=0)
        if run.erased:
            self.console.print(Text(erased_words(run.erased)))
        if run.returned:
            self.console.print(Text(returned_words(run.returned)))
        if run.error:
            self.console.print(Text(clean(run.error), style="bold red"))

    def _problems(self) -> None:
        if self.run.problems:
            self._section("Problems in the files", counted(len(self.run.problems), "problem"))
            self._listed([_problem_row(problem) for problem in self.run.problems])

    def _changes(self) -> None:
        groups = by_kind(self.run)
        if not groups:
            return
        people = people_in(self.run.changes)
        told = (
            f"{counted(len(self.run.changes), 'change')} for {counted(people, 'person', 'people')}"
        )
        self._section(changes_title(self.run), told)
        self._indented(_counts_table(groups), 2)
        if told := lasting(self.run):
            self._indented(Text(told, style="dim"), 2)
        for group in groups:
            origin = f"  {ORIGINS[group.origin]}" if group.origin else ""
            self._subsection(group.title, f"{len(group.changes):,}{origin}")
            self._listed(self._change_rows(group))

    def _change_rows(self, group: KindGroup) -> Sequence[Row]:
        """Sentences; of many joins and leaves the sizes of the groups say more."""
        if group.kind in GROUP_KINDS and len(group.changes) > self.shown and not self.everything:
            sizes = group_sizes(group)
            return [(f"{number:,}", clean(name)) for name, number in sizes]
        return [(change.person or "", _sentence(change, group)) for change in group.changes]

    def _held(self) -> None:
        groups = by_reason(self.run)
        if not groups:
            return
        self._section("Held", f"{counted(len(self.run.held), 'item')}, left exactly as found")
        for group in groups:
            self._subsection(group.words.title, f"{len(group.held):,}")
            self._indented(Text(f"→ {group.words.mend}", style="italic"), 4)
            self._listed([(held.person, clean(held.sentence)) for held in group.held])

    def _worklist(self) -> None:
        if self.run.worklist is None:
            return
        self._section("For Active Directory", "graphsync worklist")
        self._rows([("", words) for words in worklist_words(self.run.worklist)], indent=2)
        late = [(row.person, overdue_words(row)) for row in self.run.worklist.overdue]
        if late:
            self._listed(late)

    def _findings(self) -> None:
        if self.run.findings:
            self._section("To look at", "graphsync policy check names them")
            self._listed([(one.subject, clean(one.sentence)) for one in self.run.findings])

    def _holds_ending(self) -> None:
        if self.run.holds_ending:
            self._section("Holds that end", "graphsync hold list")
            self._listed([(one.person, ending_words(one)) for one in self.run.holds_ending])

    def _unchanged(self) -> None:
        run = self.run
        if mood(run) == "bad":
            return
        self._section("Unchanged", f"{counted(run.unchanged, 'person', 'people')}")
        if self.everything and run.unchanged_people:
            self._indented(Text(", ".join(run.unchanged_people)), 4)

    def _verdict(self) -> None:
        verdict = self.run.verdict
        if verdict.passes:
            return
        self._section("Verdict", verdict_title(self.run))
        self._rows([(reason.code, clean(reason.text)) for reason in verdict.reasons], indent=2)

    def _outcomes(self) -> None:
        if self.run.outcomes is None:
            return
        requests = request_words(self.run.requests or RequestCounts())
        self._section("Outcome", requests)
        counts = outcome_counts(self.run.outcomes)
        self._rows([(f"{number:,}", meaning) for number, meaning in counts], indent=2)
        for group in not_done(self.run):
            self._subsection(OUTCOMES[group.outcome].capitalize(), f"{len(group.changes):,}")
            self._listed([(change.person or "", _ended(change)) for change in group.changes])

    def _next(self) -> None:
        self._section("Next", "")
        for step in next_steps(self.run):
            if step.text:
                self._indented(Text(step.text), 2)
            if step.command:  # never broken by us: a command is there to be copied
                self.console.print(Text(f"    {step.command}", style="cyan"), soft_wrap=True)

    def _listed(self, rows: Sequence[Row]) -> None:
        shown = rows if self.everything else rows[: self.shown]
        self._rows(shown, indent=4)
        if more := len(rows) - len(shown):
            command = f"graphsync run {self.run.run} --all" if self.run.run else "--all"
            self._indented(Text(f"… and {more:,} more: {command}", style="dim"), 4)

    def _rows(self, rows: Iterable[Row], indent: int) -> None:
        """Two columns; the first is left out when it is empty throughout."""
        listed = list(rows)
        grid = Table.grid(padding=(0, 2))
        with_first = any(first for first, _ in listed)
        if with_first:
            # Long keys fold, so that the sentence keeps most of the line.
            grid.add_column(style="dim", max_width=24, overflow="fold")
        grid.add_column(overflow="fold")
        for first, second in listed:
            cells = (Text(first), Text(second)) if with_first else (Text(second),)
            grid.add_row(*cells)
        self._indented(grid, indent)

    def _section(self, title: str, told: str) -> None:
        self.console.print()
        self.console.print(Text.assemble((title, "bold"), f"  {told}" if told else ""))

    def _subsection(self, title: str, number: str) -> None:
        self.console.print()
        self._indented(Text.assemble((title, "bold"), ("  " + number, "dim")), 2)

    def _indented(self, what: RenderableType, columns: int) -> None:
        self.console.print(Padding(what, (0, 0, 0, columns), expand=False))


def _ids(run: RunReport) -> str:
    return f"{run.run}, digest {run.digest}" if run.digest else run.run


def _problem_row(problem: RosterProblem) -> Row:
    return ("", clean(f"{place(problem)}: {problem.what}; {problem.mend}"))


def _counts_table(groups: Sequence[KindGroup]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    table.add_column("changes", justify="right")
    for population in populations(groups):
        table.add_column(plural(population), justify="right")
    for group in groups:
        people = (group.people.get(population) for population in populations(groups))
        numbers = (f"{number:,}" if number else "" for number in people)
        table.add_row(Text(group.title), f"{len(group.changes):,}", *numbers)
    return table


def _sentence(change: ChangeReport, group: KindGroup) -> str:
    behind = ", ".join(marks(change, group))
    return clean(f"{change.sentence}  [{behind}]" if behind else change.sentence)


def _ended(change: ChangeReport) -> str:
    request = f" (request {change.request_id})" if change.request_id else ""
    note = f": {change.note}" if change.note else ""
    return clean(f"{change.sentence}{note}{request}")


def _overview(document: RunDocument, console: Console) -> None:
    console.print(Rule(Text("All schools", style="bold"), align="left", style="dim"))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("school", overflow="fold")
    table.add_column("state", overflow="fold")
    for heading in ("changes", "held", "unchanged"):
        table.add_column(heading, justify="right")
    for run in document.runs:
        numbers = (len(run.changes), len(run.held), run.unchanged)
        name = Text(school_title(run))
        state = Text(state_words(run), style=STYLES[mood(run)])
        table.add_row(name, state, *(f"{number:,}" for number in numbers))
    console.print(table)
    console.print()
