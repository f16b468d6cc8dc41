"""Retention in the store: what is old goes, nothing else does, and the chain stays whole."""

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from store_builders import Clock, an_entry, taken_back

from graphsync.store import tables
from graphsync.store.exports import Export
from graphsync.store.moments import moment_text
from graphsync.store.problems import Broken, Unknown
from graphsync.store.retention import Cuts
from graphsync.store.runs import Run, State
from policies.people import PersonKey

OTHERS = dict.fromkeys(
    (
        "departures",
        "dlp_counted",
        "dlp_exceptions",
        "dlp_items",
        "no_breaches",
        "breaches",
        "requests",
        "disputed_requests",
    ),
    0,
)
ANN, BEN = PersonKey("pb", "1"), PersonKey("pb", "2")
LAWS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def cuts(moment: datetime, *keep: PersonKey) -> Cuts:
    # Items go by the days of the records with exceptions.
    kinds = ("rosters", "plans", "payloads", "consents", *(OTHERS.keys() - {"dlp_items"}))
    return Cuts(**dict.fromkeys(kinds, moment), keep=frozenset(keep))


def erase(store, moment: datetime, *keep: PersonKey, school: str = "pb") -> dict[str, int]:
    """Erase, having been told before what it would be."""
    foretold = store.retention.old(school, cuts(moment, *keep))
    erased = store.retention.erase(school, cuts(moment, *keep), lambda report: b"without " + report)
    assert erased == foretold
    store.journal.verify()
    return erased


def surnames(store, person: PersonKey) -> list[str]:
    return [row.after.get("surname", "") for row in store.journal.of_person(person)]


def noted(store, person: PersonKey, surname: str, *, closed: bool = True) -> None:
    item = f"update_user {person}"
    intent = an_entry(item, school=person.school, after={"surname": surname})
    entries = [intent]
    if closed:
        entries.append(an_entry(item, school=person.school, what="outcome", result="done"))
    store.journal.append(entries)


def test_old_payloads_go_and_the_chain_stays_whole(store, clock: Clock):
    noted(store, ANN, "Old")
    cut = clock.advance(days=400)
    noted(store, ANN, "Kept")
    assert erase(store, cut) == {"rosters": 0, "plans": 0, "payloads": 1, "consents": 0} | OTHERS
    assert surnames(store, ANN) == ["", "", "Kept", ""]
    assert erase(store, cut)["payloads"] == 0
    assert store.journal.verify().rows == 5
    with taken_back(store):
        with store.database.writing() as connection:
            connection.execute(delete(tables.payloads))
        with pytest.raises(Broken, match="no purge took it"):
            store.journal.verify()


def test_what_one_school_erases_excuses_no_gap_of_another(store, clock: Clock):
    other = PersonKey("eic", "1")
    noted(store, ANN, "Old")
    noted(store, other, "Theirs")
    assert erase(store, clock.advance(days=1))["payloads"] == 1
    assert surnames(store, other)[0] == "Theirs"
    with taken_back(store):
        with store.database.writing() as connection:
            connection.execute(delete(tables.payloads))
        with pytest.raises(Broken, match="no purge took it"):
            store.journal.verify()


def test_what_concerns_someone_on_hold_or_waits_for_its_outcome_stays(store, clock: Clock):
    noted(store, ANN, "Held")
    noted(store, BEN, "Open", closed=False)
    cut = clock.advance(days=400)
    assert erase(store, cut, ANN)["payloads"] == 0
    assert erase(store, cut)["payloads"] == 1
    assert surnames(store, BEN) == ["Open"]


def test_the_journal_says_how_much_was_erased_and_up_to_when(store, clock: Clock):
    noted(store, ANN, "Old")
    cut = clock.advance(days=400)
    erase(store, cut)
    with store.database.reading() as connection:
        row = connection.execute(tables.journal.select()).all()[-1]
    told = (row.school, row.operation, row.item, row.result)
    assert told == ("pb", "purge_payloads", moment_text(cut), "1")


@LAWS
@given(steps=st.lists(st.integers(-3, 3), min_size=1, max_size=8), cut=st.integers(-10, 10))
def test_however_the_clock_went_what_is_erased_leaves_a_whole_journal(store, clock, steps, cut):
    start = clock.time
    with taken_back(store):
        for step in steps:
            clock.advance(days=step)
            noted(store, ANN, "Smith")
        erase(store, start + timedelta(days=cut))
    clock.time = start


def accepted(store, name: str, at: datetime, school: str = "pb") -> None:
    export = Export(
        school=school, sha256=name, accepted_at=at, complete=frozenset(), fingerprint=b""
    )
    store.exports.accept(export, name.encode())


def kept_rosters(store, *names: str) -> list[str]:
    found = []
    for name in names:
        try:
            found.append(store.exports.roster("pb", name).decode())
        except Unknown:
            continue
    return found


def test_a_roster_goes_so_long_after_a_newer_one_was_accepted_and_the_newest_never(
    store, clock: Clock
):
    for name, day in (("a", 0), ("b", 10), ("c", 20)):
        accepted(store, name, clock.time + timedelta(days=day))
    assert erase(store, clock.time + timedelta(days=10))["rosters"] == 0
    assert erase(store, clock.time + timedelta(days=11))["rosters"] == 1
    assert kept_rosters(store, "a", "b", "c") == ["b", "c"]
    assert erase(store, clock.time + timedelta(days=400))["rosters"] == 1
    assert kept_rosters(store, "a", "b", "c") == ["c"]
    accepted(store, "a", clock.time + timedelta(days=401))
    assert kept_rosters(store, "a") == ["a"], "the same content may come again"


def a_run(name: str, clock: Clock, **fields: object) -> Run:
    usual = {
        "school": "pb",
        "as_of": clock.time.date(),
        "state": State.APPLIED,
        "digest": "d",
        "requester": "schedule",
        "created_at": clock.time,
        "roster_sha256": "",
        "pack_sha256": "",
        "scope": b"",
        "plan": b"plan",
        "verdict": b"",
        "report": b"report",
    }
    return Run(id=name, **(usual | fields))  # type: ignore[arg-type]


def test_an_old_run_loses_its_plan_and_its_people_and_keeps_its_row(store, clock: Clock):
    for name, state in (("r-1", State.APPLIED), ("r-2", State.APPLYING), ("r-3", State.PARKED)):
        store.runs.add(a_run(name, clock, state=state))
    store.runs.add(a_run("r-20260901-1a2b", clock))
    store.runs.add(a_run("r-9", clock, school="eic"))
    noted(store, ANN, "Open", closed=False)  # of r-20260901-1a2b
    cut = clock.advance(days=800)
    store.runs.add(a_run("r-4", clock))
    store.runs.add(a_run("r-5", clock, created_at=cut - timedelta(days=1)))
    assert erase(store, cut)["plans"] == 2
    assert erase(store, cut)["plans"] == 0
    changed = {one: msgspec.structs.asdict(store.runs.get(one)) for one in ("r-1", "r-3")}
    assert {(one["plan"], one["report"]) for one in changed.values()} == {(b"", b"without report")}
    whole = ("r-2", "r-20260901-1a2b", "r-9", "r-4", "r-5")
    assert {store.runs.get(one).plan for one in whole} == {b"plan"}
    assert store.runs.ever_applied("pb")
