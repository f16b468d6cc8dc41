"""The four nights, told and checked: each ends as told, or the demo says what did not."""

import asyncio
import csv
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from api.answer import write_page
from api.demo.checks import Checks
from api.demo.stage import AT_NIGHT, Stage
from graphsync import hold_desk, matching_desk, run
from graphsync.report import ChangeReport, Exit, RunDocument
from graphsync.run import Scope, Sources
from policies.holds import HoldMode
from policies.people import PersonKey

IT_MANAGER = "it-manager"
SCHEDULE = "schedule"


def play(
    stage: Stage, before: Callable[[], None] | None = None, then: Callable[[], int] | None = None
) -> int:
    """Play the demo on this stage; 0 when each night went as told, 3 when one did not.

    `before` and `then` are done while the tenant runs; the exit code of `then` stands when all went
    as told.
    """
    checks = Checks()
    with stage.tenant():
        if before is not None:
            before()
        _first_look(stage, checks)
        _first_load(stage, checks)
        _ordinary_night(stage, checks)
        _cut_export(stage, checks)
        _say_where_to_look(stage, checks)
        after = then() if then is not None else Exit.DONE
    return after if checks.all_well else Exit.PARTLY


def _first_look(stage: Stage, checks: Checks) -> None:
    _heading("First look, by day: read only. What would happen, who is held, and why?")
    with stage.bench(SCHEDULE) as bench:
        document = asyncio.run(run.plan(bench, _sources(stage), Scope()))
        _show(stage, document, "1-first-look")
        state = {report.school: report for report in document.runs}
        checks.that("nothing was written", document.requests.writes == 0)
        checks.that(
            "Millbrook and Riverside wait for a person",
            not (state["mill"].verdict.passes or state["river"].verdict.passes),
        )
        held = {one.reason for one in state["river"].held}
        checks.that(
            "people of Riverside who may have an account already are held",
            "possible_existing_account" in held,
        )
        _say("Riverside's accounts were there before us. A person says whose they are:\n")
        lines = matching_desk.proposals(bench, "river")
        file = _pairs(stage.out / "matches.csv", lines)
    with stage.bench(IT_MANAGER) as bench:
        accepted = matching_desk.accept_file(bench, file)
    _say(
        f"  {len(lines)} proposals; {accepted.accepted} with no rival are accepted from"
        f" {file.name} (graphsync match accept --file {file.name}).\n"
        "  The twins stay held: two accounts fit each of them, and nothing is guessed.\n"
    )
    checks.that("every proposal without a rival could be adopted", accepted.accepted > 100)


def _first_load(stage: Stage, checks: Checks) -> None:
    _heading("Night 1: the first load. Planned by the schedule, approved by the IT manager.")
    stage.night(2, stage.clock.now() + timedelta(minutes=5))
    with stage.bench(SCHEDULE) as bench:
        planned = asyncio.run(run.plan(bench, _sources(stage), Scope()))
        _show(stage, planned, "2-first-load-plan")
    applied = []
    with stage.bench(IT_MANAGER) as bench:
        for report in planned.runs:
            codes = [reason.code for reason in report.verdict.reasons]
            if codes:
                run.approve(bench, report.run, report.digest, codes, [])
                _say(f"  approved {report.run} ({report.school}): {', '.join(codes)}\n")
            applied.append(asyncio.run(run.apply(bench, report.run)))
    _say("\n")
    for document in applied:
        _outcome(stage, document)
    created = sum(one.counts.get("create_user", 0) for doc in applied for one in doc.runs)
    checks.that("each school was applied in full", all(_all_done(doc) for doc in applied))
    checks.that(f"{created:,} accounts were created", created > 1_000)
    checks.that(
        "a member of staff who had left is out: blocked, then sessions revoked",
        _count(applied, "disable_user") == _count(applied, "revoke_sessions") == 1,
    )
    with stage.bench(SCHEDULE) as bench:
        again = asyncio.run(run.plan(bench, _sources(stage), Scope()))
    checks.that("planned again, nothing is left to do", not any(r.changes for r in again.runs))


def _ordinary_night(stage: Stage, checks: Checks) -> None:
    _heading("Night 2: an ordinary night. Nobody is awake, and nobody needs to be.")
    stage.night(3, datetime.combine(stage.nights[0], AT_NIGHT))
    with stage.bench(IT_MANAGER) as bench:
        someone = PersonKey("mill", "20007")
        hold_desk.add(
            bench,
            hold_desk.Wish(
                person=someone,
                mode=HoldMode.FREEZE,
                reason="head of year: leave as it is",
                clause="pastoral meeting, 25 Nov",
            ),
        )
    with stage.bench(SCHEDULE) as bench:
        document = asyncio.run(run.sync(bench, _sources(stage), Scope()))
        _show(stage, document, "3-ordinary-night")
    held = {one.reason for report in document.runs for one in report.held}
    names = [c.after["userPrincipalName"] for c in _changes(document, "create_user")]
    surname = [c for c in _changes(document, "update_user") if "surname" in c.after]
    checks.that(
        "every school had its night, and every change was seen in the tenant",
        document.exit_code == Exit.DONE,
    )
    checks.that("three joiners have accounts", len(names) == 3)
    checks.that(
        "one of them shares a name: theirs is numbered",
        any(name.partition("@")[0][-1].isdigit() for name in names),
    )
    checks.that("a surname changed, the sign-in name did not", len(surname) == 1)
    checks.that(
        "a class move took the old form away", bool(_changes(document, "remove_from_group"))
    )
    checks.that("two leavers are out", len(_changes(document, "disable_user")) == 2)
    checks.that("a returner is back in", len(_changes(document, "enable_user")) == 1)
    checks.that("an absence without a leaving date is held", "absent" in held)
    checks.that("a row that cannot be read freezes its person", "bad_row" in held)
    checks.that("a hold beats the roster", "hold" in held)


def _cut_export(stage: Stage, checks: Checks) -> None:
    _heading("Night 3: Millbrook's export was cut off on the way.")
    stage.night(4, datetime.combine(stage.nights[1], AT_NIGHT))
    with stage.bench(SCHEDULE) as bench:
        document = asyncio.run(run.sync(bench, _sources(stage), Scope()))
        _show(stage, document, "4-cut-export")
        head = bench.store.journal.verify()
    (mill,) = [report for report in document.runs if report.school == "mill"]
    checks.that("Millbrook's file is refused by name, row and mend", bool(mill.problems))
    checks.that("nobody at Millbrook was touched", not mill.changes)
    checks.that("the exit code says so", document.exit_code == Exit.PARTLY)
    checks.that(
        "the other schools had their night", all(r.outcomes for r in document.runs if r is not mill)
    )
    checks.that(f"the journal is whole: {head.rows:,} rows", head.rows > 0)


def _sources(stage: Stage) -> Sources:
    return Sources({folder.name: (folder,) for folder in sorted(stage.exports.iterdir())})


def _pairs(file: Path, lines: tuple[matching_desk.ProposalLine, ...]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["person", "account"])
        rows.writerows([line.person, line.account] for line in lines if not line.rivals)
    return file


def _show(stage: Stage, document: RunDocument, name: str) -> None:
    """The plan as a person reads it, and a page of it to open."""
    from reports.render import as_page, as_text

    _say(as_text(document, everything=False, shown=4))
    write_page(stage.out / f"{name}.html", as_page(document))


def _outcome(stage: Stage, document: RunDocument) -> None:
    for report in document.runs:
        ended = report.outcomes
        if ended is not None:
            _say(
                f"  {report.name}: {ended.done:,} changes done and seen in the tenant,"
                f" {ended.unverified} unverified, {ended.refused} refused;"
                f" {document.requests.total:,} requests, {document.requests.writes:,} writes\n"
            )
    _show_page(stage, document)


def _show_page(stage: Stage, document: RunDocument) -> None:
    from reports.render import as_page

    for report in document.runs:
        write_page(stage.out / f"2-first-load-{report.school}.html", as_page(document))


def _changes(document: RunDocument, kind: str) -> list[ChangeReport]:
    return [c for report in document.runs for c in report.changes if c.kind == kind]


def _count(documents: list[RunDocument], kind: str) -> int:
    return sum(len(_changes(document, kind)) for document in documents)


def _all_done(document: RunDocument) -> bool:
    ended = document.outcomes
    return not (ended.unverified or ended.refused or ended.unknown or ended.not_tried)


def _heading(text: str) -> None:
    _say(f"\n{'=' * 80}\n{text}\n{'=' * 80}\n\n")


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _say_where_to_look(stage: Stage, checks: Checks) -> None:
    _heading("What was told, and whether it was so")
    _say(checks.text())
    pages = ", ".join(sorted(page.name for page in stage.out.glob("*.html")))
    _say(
        f"\nEverything is in {stage.out}\n"
        f"  pages to open in a browser   {pages}\n"
        f"  the exports as they came     exports/ (packs beside them)\n"
        f"  the tenant's settings        tenant.env\n\n"
        "Next\n"
        f"  start the tenant again       graphsync sandbox serve --data {stage.out / 'tenant'}\n"
        "  your own exports             graphsync roster check FOLDER (docs/sims.md)\n"
        "  a real tenant in ten steps   README.md\n"
    )
