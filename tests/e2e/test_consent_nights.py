"""Nights of a school that licenses pupils: the tenant's own licences are the judge (SNMAT-F2)."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from night import Ended, School, a_pupil, today

from api.wiring import open_bench, settings_with_notes
from graphsync.bench import Bench
from graphsync.consent_enforcing import approve
from graphsync.settings import Need
from graphsync.store.db import Store
from policies.consent_records import Act, Answer, Channel, Entry, Method, Signer
from policies.people import PersonKey

STUDENT = "314c4481-f395-4525-be8b-2ec4bb1e9d91"
TEAMS = "57ff2da0-773e-42df-b2af-ffb7a2317929"
UNMAPPED = {"2078e8df-cff6-4290-98cb-5408261a760a", "882e1d05-acd1-4ccb-8708-6ee03664b117"}
SERVICES = ("mail", "calendar", "word", "excel", "powerpoint", "onenote")
ENFORCE = ("consent", "enforce")


def says(school: School, number: int, answer: Answer, *services: str) -> None:
    """The office enters what a parent answered about a pupil."""
    entry = Entry(
        id=f"{number}-{answer}-{'-'.join(services)}",
        act=Act.ANSWERED,
        at=datetime.now(UTC),
        by="office",
        version="cloud-2023",
        answer=answer,
        services=services,
        signer=Signer(contact_id="c1", name="J Marsh", responsible=True),
        signed_on=today(),
        channel=Channel.OFFICE,
        method=Method.PAPER_SEEN,
        verified_by="head",
    )
    url = f"sqlite:///{school.folder / 'data' / 'graphsync.db'}"
    with contextlib.closing(Store.open(url, lambda: datetime.now(UTC))) as store:
        store.consents.add([(PersonKey(school.id, str(5000 + number)), entry)])


def licences(school: School, number: int) -> dict[str, set[str]]:
    """What the tenant gives a pupil: SKU -> plans that are off."""
    held: list[dict[str, Any]] = school.user(school.row(number))["assignedLicenses"]
    return {one["skuId"]: set(one["disabledPlans"]) for one in held}


@contextlib.contextmanager
def of(school: School) -> Iterator[Bench]:
    """What the command line works with in the folder of a school."""
    with contextlib.chdir(school.folder), open_bench(settings_with_notes(), Need.TENANT) as bench:
        yield bench


def at_once(school: School, number: int) -> Ended:
    """What a withdrawal by the parent who said yes has done without waiting for the night."""
    key = f"{school.id}:{5000 + number}"
    return school.json("consent", "withdraw", key, "--signer", "J Marsh", "--now")


def reasons(night: Ended, school: School, number: int) -> set[str]:
    key = f"{school.id}:{5000 + number}"
    return {one["reason"] for one in night.run["held"] if one["person"] == key}


@pytest.fixture
def licensing(school: School) -> School:
    """Two pupils and two teachers; the pack licenses pupils for all but Teams at first."""
    school.pupils = [a_pupil(1), a_pupil(2)]
    school.pack(
        licences={
            "staff": {"skus": ["STANDARDWOFFPACK_FACULTY"], "mode": "user"},
            "pupil": {"skus": ["STANDARDWOFFPACK_STUDENT"], "mode": "user"},
        },
        consent={
            "licence_gate": True,
            "form": {"fields": ["signed"], "versions": ["cloud-2023"]},
            "services": [*SERVICES, "teams"],
            "countersign": "none",
        },
        approval=None,
        clauses={"consent.licence_gate": ["SNMAT-F2.1"]},
    )
    school.export()
    return school


def test_a_licence_comes_with_a_consent_and_goes_with_it_once_the_head_has_said_so(
    licensing: School,
):
    school = licensing
    night = school.json("sync")
    assert night.code == 0, night.err
    assert night.counts["create_user"] == 4
    assert [licences(school, one) for one in (1, 2)] == [{}, {}]
    assert reasons(night, school, 1) == reasons(night, school, 2) == {"no_consent"}

    says(school, 1, Answer.YES, *SERVICES)
    night = school.json("sync")
    assert (night.code, night.counts) == (0, {"assign_licence": 1})
    assert licences(school, 1) == {STUDENT: {TEAMS, *UNMAPPED}}
    assert licences(school, 2) == {}

    says(school, 1, Answer.YES, *SERVICES, "teams")
    night = school.json("sync")
    assert (night.code, night.counts) == (0, {"assign_licence": 1})
    assert licences(school, 1) == {STUDENT: UNMAPPED}
    assert school.json("sync").counts == {}

    says(school, 1, Answer.NO)
    night = school.json("sync")
    assert (night.code, night.counts) == (0, {})
    assert reasons(night, school, 1) == {"licence_without_consent"}
    assert licences(school, 1) == {STUDENT: UNMAPPED}, "the school only observes"

    asked = (*ENFORCE, school.id, "--from", today(), "--alternative", "paper")
    assert "is over" in school.json(*ENFORCE, school.id, "--from", "2020-01-01", *asked[5:]).err
    assert "is blank" in school.json(*asked[:-1], " ").err
    mark = school.tenant.mark()
    shown = school.json(*asked)
    (loss,) = shown.json["losses"]
    assert (loss["person"], loss["licence"]) == (f"{school.id}:5001", "STANDARDWOFFPACK_STUDENT")
    assert "no licence" in loss["why"]
    assert loss["person"] in school(*asked).out
    assert school.rows("consent_modes") == []
    assert school.json("sync").counts == {}
    stale = school.json(*asked, "--approve", "0123456789abcdef")
    assert (stale.code, "look at it again" in stale.err) == (2, True)
    own = school.json(*asked, "--approve", shown.json["digest"])
    assert (own.code, "asked for this enforcement" in own.err) == (2, True)
    assert school.rows("consent_modes") == []
    with of(school) as bench:
        yes = approve(
            replace(bench, requester="the head"), school.id, today(), "paper", shown.json["digest"]
        )
        approved = asyncio.run(yes)
    assert (approved.approved_by, approved.waiver) == ("the head", "")
    assert school.tenant.writes(mark) == []

    says(school, 2, Answer.NO)
    other = at_once(school, 2)
    assert (other.code, other.counts) == (0, {}), "only who is named"
    gone = at_once(school, 1)
    assert (gone.code, gone.counts) == (0, {"remove_licence": 1})
    assert gone.json["receipt"]["state"] == "withdrawn"
    assert licences(school, 1) == {}
    assert reasons(school.json("sync"), school, 1) == {"no_consent"}

    assert school.json("consent", "observe", school.id).code == 0
    assert school.json("consent", "observe", school.id).code == 2
    modes = [row["mode"] for row in school.rows("consent_modes")]
    assert modes == ["enforce", "observe"]


def processed(school: School) -> None:
    """Entra has worked through the groups."""
    school.tenant.control("POST", "clock", {"advance_seconds": 1})


def licence_groups(school: School) -> list[str]:
    """The licence groups of the school that are in the tenant."""
    names = [str(one["uniqueName"] or "") for one in school.tenant.state()["groups"]]
    return [name for name in names if name.startswith(f"gs-{school.id}-g-")]


def test_by_group_too_a_licence_comes_with_a_consent_and_goes_with_it(licensing: School):
    school = licensing
    school.pack(
        licences={"pupil": {"skus": ["STANDARDWOFFPACK_STUDENT"], "mode": "group"}},
        consent={
            "licence_gate": True,
            "form": {"fields": ["signed"], "versions": ["cloud-2023"]},
            "services": [*SERVICES, "teams"],
            "countersign": "none",
        },
    )
    night = school.json("sync")
    assert (night.code, licence_groups(school)) == (0, []), night.err
    assert reasons(night, school, 1) == reasons(night, school, 2) == {"no_consent"}

    says(school, 1, Answer.YES, *SERVICES)
    night = school.json("sync")
    assert night.code == 0, night.out + night.err
    assert night.counts == {"create_group": 1, "license_group": 1, "add_to_group": 1}
    processed(school)
    assert licences(school, 1) == {STUDENT: {TEAMS, *UNMAPPED}}
    assert licences(school, 2) == {}
    night = school.json("sync")
    assert (night.code, night.counts) == (0, {})
    assert reasons(night, school, 1) == set()

    says(school, 1, Answer.YES, *SERVICES, "teams")
    night = school.json("sync")
    assert night.code == 0, night.out + night.err
    assert night.counts == {
        "create_group": 1,
        "license_group": 1,
        "add_to_group": 1,
        "remove_from_group": 1,
    }
    processed(school)
    assert licences(school, 1) == {STUDENT: UNMAPPED}
    assert len(licence_groups(school)) == 2

    says(school, 1, Answer.NO)
    night = school.json("sync")
    assert (night.code, night.counts) == (0, {})
    assert reasons(night, school, 1) == {"licence_without_consent"}
    asked = (*ENFORCE, school.id, "--from", today(), "--alternative", "paper")
    digest = school.json(*asked).json["digest"]
    assert school.json(*asked, "--approve", digest).code == 0
    night = school.json("sync")
    assert (night.code, night.counts) == (0, {"remove_from_group": 1})
    processed(school)
    assert licences(school, 1) == {}
    assert reasons(school.json("sync"), school, 1) == {"no_consent"}
