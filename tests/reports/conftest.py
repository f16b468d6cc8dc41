"""Builders of reports: `a_run()`, `a_change()`, `a_held()`, `a_document()`."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from graphsync.report import (
    ChangeReport,
    Exit,
    HeldReport,
    OutcomeCounts,
    ReasonReport,
    RequestCounts,
    RosterFile,
    RosterProblem,
    RunDocument,
    RunReport,
    RunState,
    VerdictReport,
)


def a_change(number: int = 1, **given: Any) -> ChangeReport:
    values: dict[str, Any] = {
        "kind": "create_user",
        "person": f"oak:{5000 + number}",
        "account": None,
        "sentence": f"Create Pupil Number{number} as 26number{number}p@oak.example (pupil, year R)",
        "origin": "roster",
        "clauses": (),
        "before": {},
        "population": "pupil",
        "after": {
            "userPrincipalName": f"26number{number}p@oak.example",
            "displayName": f"Pupil Number{number}",
            "department": None,
            "accountEnabled": True,
        },
    }
    return ChangeReport(**{**values, **given})


def a_join(number: int, group: str, **given: Any) -> ChangeReport:
    return a_change(
        number,
        kind="add_to_group",
        sentence=f"Add Pupil Number{number} to {group}",
        after={"group": group},
        **given,
    )


def a_held(number: int = 1, **given: Any) -> HeldReport:
    values: dict[str, Any] = {
        "person": f"oak:{7000 + number}",
        "reason": "absent",
        "sentence": "Missing from the export of 25 November; there is no leaving date",
    }
    return HeldReport(**{**values, **given})


def a_run(**given: Any) -> RunReport:
    values: dict[str, Any] = {
        "run": "r-20261125-1a2b",
        "school": "oak",
        "name": "Oakfield Primary",
        "state": RunState.DRAFTED,
        "requester": "anna",
        "digest": "3f2a91bc0d4e5f60",
        "as_of": date(2026, 11, 25),
        "roster_sha256": "ab" * 32,
        "counts": {},
        "changes": (),
        "held": (),
        "unchanged": 360,
        "verdict": VerdictReport(passes=True),
        "people": {"pupil": 331, "staff": 40},
        "files": (RosterFile(file="pupils.xml", format="SIMS XML", report="pupils", rows=331),),
        "unchanged_people": ("oak:1", "oak:2"),
    }
    return RunReport(**{**values, **given})


def a_document(*runs: RunReport) -> RunDocument:
    return RunDocument(
        runs=runs,
        requests=RequestCounts(total=5),
        outcomes=OutcomeCounts(),
        exit_code=Exit.DONE,
    )


def a_parked_first_load() -> RunReport:
    """Many of everything: what a school's first plan looks like."""
    groups = ("gs-oak-all-pupils", "gs-oak-key-stage-ks1", "gs-oak-year-1", "gs-oak-form-1b")
    changes = (
        *(
            a_change(
                0,
                kind="create_group",
                person=None,
                population=None,
                sentence=f"Create the group {group}",
                origin="rule",
                after={"uniqueName": group, "displayName": group},
            )
            for group in groups
        ),
        *(a_change(number) for number in range(1, 144)),
        a_change(
            200,
            kind="update_user",
            account="a.jones@oak.example",
            population="staff",
            sentence="Change Ann Jones (a.jones@oak.example): surname Jones → Smith-Featherston",
            origin="drift",
            clauses=("A4.1",),
            before={"surname": "Jones", "displayName": "Miss Jones"},
            after={
                "surname": "Smith-Featherston",
                "displayName": "Mrs Smith-Featherston",
            },
        ),
        *(a_join(number, group) for number in range(1, 144) for group in groups),
    )
    held = (
        *(a_held(number) for number in range(1, 4)),
        *(
            a_held(
                number,
                reason="possible_existing_account",
                sentence="Resembles teacher4@oak.example by surname and work mail; not created",
            )
            for number in range(10, 31)
        ),
        a_held(99, reason="bad_row", sentence="pupils.xml, row 17, DOB: not a date of this file"),
    )
    return a_run(
        state=RunState.PARKED,
        changes=changes,
        held=held,
        unchanged=0,
        verdict=VerdictReport(
            passes=False,
            reasons=(
                ReasonReport(
                    code="create_limit",
                    text="143 accounts created, which is over 30 and over 20 % of 0 linked pupils; "
                    "look at the list, and override create_limit if it is right",
                ),
                ReasonReport(
                    code="first_apply",
                    text="nothing was ever applied here and 12 enabled accounts of oak.example are "
                    "neither linked nor protected",
                ),
            ),
        ),
        problems=tuple(
            RosterProblem(
                file="pupils.xml",
                row=17 + number,
                column="DOB",
                what="not a date in the form of this file (DD/MM/YYYY)",
                mend="Correct it in SIMS and export again",
            )
            for number in range(3)
        ),
    )


def an_applied_night() -> RunReport:
    """An ordinary night of which not all went well."""
    return a_run(
        school="mill",
        name="Millbrook High",
        run="r-20261126-77aa",
        state=RunState.PARTLY,
        changes=(
            a_change(
                1, kind="disable_user", outcome="done", sentence="Block sign-in of B. Bee (b)"
            ),
            a_change(1, kind="revoke_sessions", outcome="done", before={}, after={}),
            a_change(
                2, outcome="refused", note="Graph: the usage location is invalid", request_id="q1"
            ),
            a_change(3, outcome="unverified", request_id="q2"),
            a_join(3, "gs-mill-year-7", outcome="not_tried"),
        ),
        outcomes=OutcomeCounts(done=2, refused=1, unverified=1, not_tried=1),
        requests=RequestCounts(total=9, writes=4, throttled=1),
    )


def a_refused_roster() -> RunReport:
    return a_run(
        school="river",
        name="Riverside Academy",
        run="r-20261126-0c0c",
        state=RunState.REFUSED,
        digest="",
        people={},
        unchanged=0,
        verdict=VerdictReport(
            passes=False,
            reasons=(
                ReasonReport(code="loss", text="pupils fell from 812 to 655 (19 %); limit 10 %"),
            ),
        ),
        problems=(
            RosterProblem(
                file="pupils.csv",
                row=None,
                column=None,
                what="the file ends inside a quoted field",
                mend="Export it again and copy it only when SIMS has finished",
            ),
        ),
    )


@pytest.fixture
def runs() -> dict[str, Callable[..., Any]]:
    """Builders by name, since test folders are no packages that could import each other."""
    return {
        "change": a_change,
        "join": a_join,
        "held": a_held,
        "run": a_run,
        "document": a_document,
        "first_load": a_parked_first_load,
        "applied": an_applied_night,
        "refused": a_refused_roster,
    }
