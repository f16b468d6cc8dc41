"""Runs and their moves, approvals, holds, the mirror, and claims."""

import os
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from store_builders import Clock, taken_back

from graphsync.accounts import Account, Group, ServicePlan, Sku
from graphsync.store import processes, tables
from graphsync.store.approvals import ApprovalRow
from graphsync.store.claims import Claims
from graphsync.store.holds import Hold
from graphsync.store.mirrors import Pending
from graphsync.store.problems import Busy, ClaimLost, Conflict, Unknown, WrongMove
from graphsync.store.processes import Life
from graphsync.store.runs import MOVES, Run, RunHead, State, moves_table
from graphsync.tenant.mirror import Mirror, Refreshed
from policies.people import PersonKey

ANN, BEN = PersonKey("pb", "1"), PersonKey("pb", "2")
DAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
LAWS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def a_run(run_id: str = "r-1", **fields: object) -> Run:
    given = {
        "school": "pb",
        "as_of": DAY,
        "state": State.DRAFTED,
        "digest": "0123456789abcdef",
        "requester": "schedule",
        "created_at": NOON,
        "roster_sha256": "a",
        "pack_sha256": "b",
        "scope": b"everyone",
        "plan": b"plan",
        "verdict": b"verdict",
        **fields,
    }
    return Run(id=run_id, **given)  # type: ignore[arg-type]


def head_of(run: Run) -> RunHead:
    return RunHead(**{name: getattr(run, name) for name in RunHead.__struct_fields__})


def test_a_run_is_kept_whole(store):
    store.runs.add(a_run())
    assert store.runs.get("r-1") == a_run()
    store.runs.put_report("r-1", b"report")
    assert store.runs.latest("pb").report == b"report"
    with pytest.raises(Conflict, match="r-1"):
        store.runs.add(a_run())
    with pytest.raises(Unknown, match="graphsync runs"):
        store.runs.get("r-9")
    with pytest.raises(Unknown):
        store.runs.put_report("r-9", b"")


def test_an_id_that_is_taken_is_drawn_again(store):
    store.runs.add(a_run("r-20260901-1a2b"))
    drawn = iter(["1a2bffff", "1a2b0000", "3c4d0000"])
    assert store.runs.new_id(DAY, lambda: next(drawn)) == "r-20260901-3c4d"


def test_runs_are_listed_newest_first_and_know_newer_ones(store):
    runs = [a_run("r-1"), a_run("r-2", school="eic"), a_run("r-3")]
    for run in runs:
        store.runs.add(run)
    assert store.runs.list(2) == [head_of(runs[2]), head_of(runs[1])]
    assert store.runs.list(9, "eic") == [head_of(runs[1])]
    assert store.runs.newer(runs[0]) == head_of(runs[2])
    assert store.runs.newer(runs[2]) is None
    assert store.runs.latest("pb") == runs[2]
    assert store.runs.latest("none") is None


def test_a_school_whose_runs_were_only_refused_was_never_applied(store):
    store.runs.add(a_run("r-1", state=State.REFUSED))
    store.runs.add(a_run("r-2", state=State.APPLIED, school="eic"))
    assert not store.runs.ever_applied("pb")
    store.runs.add(a_run("r-3", state=State.PARTLY))
    assert store.runs.ever_applied("pb")


@LAWS
@given(st.lists(st.sampled_from(State), max_size=8))
def test_a_run_moves_as_the_table_says_and_no_other_way(store, targets):
    with taken_back(store):
        store.runs.add(a_run())
        state = State.DRAFTED
        for target in targets:
            if target in MOVES[state]:
                store.runs.move("r-1", target)
                state = target
            else:
                with pytest.raises(WrongMove, match=f"r-1 is {state}; it cannot become {target}"):
                    store.runs.move("r-1", target)
            assert store.runs.get("r-1").state is state


def test_every_state_has_its_line_in_the_printed_table():
    lines = moves_table().splitlines()
    assert [line.split()[0] for line in lines] == [str(state) for state in State]
    assert "parked     -> approved, refused, superseded" in lines
    assert "applied    -> (stays)" in lines


def test_a_run_that_is_not_there_cannot_move(store):
    with pytest.raises(Unknown):
        store.runs.move("r-9", State.PARKED)


def test_superseding_spares_what_is_done_and_the_run_itself(store):
    for run_id, state in (("r-1", "parked"), ("r-2", "applied"), ("r-3", "approved")):
        store.runs.add(a_run(run_id, state=State(state)))
    store.runs.add(a_run("r-4", school="eic"))
    store.runs.add(a_run("r-5"))
    assert store.runs.supersede("pb", "r-5") == ("r-1", "r-3")
    states = {run.id: str(run.state) for run in store.runs.list(9)}
    assert states == {
        "r-1": "superseded",
        "r-2": "applied",
        "r-3": "superseded",
        "r-4": "drafted",
        "r-5": "drafted",
    }


def test_approvals_are_kept_in_order(store):
    first = ApprovalRow(
        run="r-1",
        digest="d",
        approver="head",
        requester="schedule",
        at=NOON,
        expires_at=NOON + timedelta(hours=72),
        overrides=("disable_over_limit",),
        left_out=("pb:1", "pb:2"),
        waiver="small school until 2027",
    )
    second = msgspec.structs.replace(first, overrides=(), left_out=(), waiver=None)
    store.approvals.add(first)
    store.approvals.add(second)
    store.approvals.add(msgspec.structs.replace(first, run="r-2"))
    assert store.approvals.of("r-1") == [first, second]


def a_hold(hold_id: str = "h1", **fields: object) -> Hold:
    given = {"person": ANN, "mode": "freeze", "reason": "asked", "by": "head", "at": NOON, **fields}
    return Hold(id=hold_id, **given)  # type: ignore[arg-type]


def test_a_hold_is_active_through_its_last_day_or_until_it_is_lifted(store):
    dated, open_ended = a_hold(until=DAY), a_hold("h2", person=BEN, mode="suspend", clause="A-3")
    for hold in (dated, open_ended):
        store.holds.add(hold)
    assert store.holds.active("pb", DAY) == [dated, open_ended]
    assert store.holds.active("pb", DAY + timedelta(days=1)) == [open_ended]
    assert store.holds.changed_at("pb") == NOON
    lifted_at = NOON + timedelta(hours=1)
    store.holds.lift("h2", "head", lifted_at)
    assert store.holds.active("pb", DAY) == [dated]
    lifted = msgspec.structs.replace(open_ended, lifted_by="head", lifted_at=lifted_at)
    assert store.holds.list("pb") == store.holds.list() == [dated, lifted]
    assert store.holds.changed_at("pb") == lifted_at
    assert store.holds.changed_at("eic") is None


def test_a_hold_is_added_once_and_lifted_once(store):
    store.holds.add(a_hold())
    with pytest.raises(Conflict):
        store.holds.add(a_hold())
    store.holds.lift("h1", "head", NOON)
    with pytest.raises(Unknown, match="hold list"):
        store.holds.lift("h1", "head", NOON)


IDS = st.frozensets(st.sampled_from([f"o{n}" for n in range(6)]))
WORDS = st.sampled_from(["one", "two", None])


@st.composite
def refreshes(draw: st.DrawFn) -> Refreshed:
    """Any refresh: what it says has changed or gone is free, the mirror is what it says it is."""
    accounts = {one: Account(id=one, display_name=draw(WORDS)) for one in draw(IDS)}
    groups = {
        one: Group(id=one, display_name=draw(WORDS), members=draw(st.none() | IDS))
        for one in draw(IDS)
    }
    plan = ServicePlan(service_plan_id="p", service_plan_name="TEAMS")
    sku = Sku(
        sku_id="s", sku_part_number="A1", consumed_units=1, enabled_units=2, service_plans=(plan,)
    )
    mirror = Mirror(
        accounts=accounts,
        groups=groups,
        skus={"s": sku},
        protected=draw(IDS),
        users_link=draw(st.sampled_from(["u1", "u2"])),
        groups_link="g",
        roles_read_on=draw(st.sampled_from([None, DAY])),
        select="id",
    )
    none: frozenset[str] = frozenset()
    return Refreshed(
        mirror=mirror, accounts=none, gone=none, groups=none, groups_gone=none, full=True
    )


def changes_between(old: Refreshed, new: Refreshed) -> Refreshed:
    """The refresh that a delta would have told."""
    before, after = old.mirror, new.mirror

    def changed(one: dict, other: dict) -> frozenset[str]:
        return frozenset(key for key in other if one.get(key) != other[key])

    return msgspec.structs.replace(
        new,
        accounts=changed(before.accounts, after.accounts),
        gone=frozenset(before.accounts) - frozenset(after.accounts),
        groups=changed(before.groups, after.groups),
        groups_gone=frozenset(before.groups) - frozenset(after.groups),
        full=False,
    )


@LAWS
@given(first=refreshes(), second=refreshes(), third=refreshes())
def test_the_mirror_is_loaded_as_it_was_saved_after_full_and_after_delta(
    store, first, second, third
):
    with taken_back(store):
        assert store.mirror.load("t") is None
        store.mirror.save("t", first)
        assert store.mirror.load("t") == first.mirror
        store.mirror.save("t", changes_between(first, second))
        assert store.mirror.load("t") == second.mirror
        store.mirror.save("other", first)
        store.mirror.save("t", third)
        assert store.mirror.load("t") == third.mirror
        assert store.mirror.load("other") == first.mirror


def test_records_show_keys_only():
    pending = Pending(object_id="o1", run="r-1", data=b"Smith", at=NOON)
    hold = a_hold(reason="Smith")
    shown = f"{pending!r} {a_run(plan=b'Smith')!r} {hold!r}"
    assert "Smith" not in shown
    assert "o1" in shown


def test_pending_writes_wait_in_order_until_their_object_is_seen(store):
    rows = [
        Pending(object_id=one, run="r-1", data=b'{"accountEnabled":false}', at=NOON)
        for one in ("o1", "o2", "o1")
    ]
    store.mirror.put_pending(rows)
    store.mirror.put_pending([])
    assert store.mirror.pending() == rows
    store.mirror.drop_pending(["o1", "o7"])
    assert store.mirror.pending() == [rows[1]]


CLAIMER = """
import sys, time
from datetime import UTC, datetime
from graphsync.store.db import Store
from graphsync.store.processes import Life
from graphsync.store.problems import Busy
store = Store.open(sys.argv[1], lambda: datetime(2026, 9, 1, 2, tzinfo=UTC))
print("ready", flush=True)
sys.stdin.readline()
try:
    with store.claims.hold("pb", sys.argv[2]):
        print("mine", flush=True)
        sys.stdin.readline()
except Busy:
    print("busy", flush=True)
"""


def claimer(url: str, run: str) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", CLAIMER, url, run],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "ready\n"
    return child


def tell(child: subprocess.Popen[str]) -> None:
    child.stdin.write("go\n")
    child.stdin.flush()


def test_of_two_processes_one_gets_the_school(store, url):
    children = [claimer(url, f"r-{n}") for n in range(2)]
    for child in children:
        tell(child)
    answers = sorted(child.stdout.readline() for child in children)
    for child in children:
        child.communicate("go\n", timeout=30)
    assert answers == ["busy\n", "mine\n"]
    with store.claims.hold("pb", "r-3"):
        pass


def test_a_claim_of_a_killed_process_is_taken_over_at_once(store, url):
    child = claimer(url, "r-1")
    tell(child)
    assert child.stdout.readline() == "mine\n"
    with pytest.raises(Busy, match=r"pb is busy: run r-1 \(process \d+ on .*\) .* stop that"):
        store.claims.hold("pb", "r-2").__enter__()
    child.kill()
    child.communicate(timeout=20)
    with store.claims.hold("pb", "r-2") as claim:
        claim.check()


def test_other_schools_are_free_and_a_claim_ends_with_its_block(store, another):
    with (
        store.claims.hold("pb", "r-1"),
        another().claims.hold("eic", "r-2"),
        pytest.raises(Busy),
    ):
        store.claims.hold("pb", "r-3").__enter__()
    with pytest.raises(ZeroDivisionError), store.claims.hold("pb", "r-3"):
        raise ZeroDivisionError
    with store.claims.hold("pb", "r-4"):
        pass


def as_if_elsewhere(store) -> None:
    with store.database.writing() as connection:
        connection.execute(update(tables.claims).values(host="another-machine"))


def test_a_claim_of_another_machine_is_taken_over_after_its_lease(store, clock: Clock):
    with store.claims.hold("pb", "r-1") as claim:
        as_if_elsewhere(store)
        clock.advance(minutes=9)
        with pytest.raises(Busy):
            store.claims.hold("pb", "r-2").__enter__()
        clock.advance(minutes=2)
        with store.claims.hold("pb", "r-2") as later:
            claim.renew()
            with pytest.raises(ClaimLost, match="lost to another process"):
                claim.check()
            later.check()


def test_a_live_process_keeps_its_claim_however_long_it_takes(store, clock: Clock):
    with store.claims.hold("pb", "r-1"):
        clock.advance(days=2)
        with pytest.raises(Busy):
            store.claims.hold("pb", "r-2").__enter__()


def test_the_slower_of_two_claims_made_at_once_is_busy(store, another):
    other = another()
    answers: list[str] = []

    def slower() -> None:
        try:
            with other.claims.hold("pb", "r-2"):
                answers.append("mine")
        except Busy as busy:
            answers.append(busy.who.split(" (")[0])

    waiting = threading.Thread(target=slower)
    claims = Claims(store.database)
    with store.transaction():
        held = claims.hold("pb", "r-1")
        held.__enter__()
        waiting.start()
        threading.Event().wait(0.3)
    waiting.join(20)
    held.__exit__(None, None, None)
    assert answers == ["run r-1"]


def test_a_claim_outlives_a_store_that_cannot_be_reached_for_a_while(store, clock: Clock):
    claims = Claims(store.database, lease=timedelta(milliseconds=30))
    query = select(tables.claims.c.expires_at)
    with claims.hold("pb", "r-1") as claim:
        with store.database.writing() as connection:
            connection.execute(text("ALTER TABLE claims RENAME TO claims_away"))
        threading.Event().wait(0.1)
        with store.database.writing() as connection:
            connection.execute(text("ALTER TABLE claims_away RENAME TO claims"))
        before = clock.advance(hours=1)
        for _ in range(200):
            threading.Event().wait(0.02)
            with store.database.reading() as connection:
                if connection.scalar(query) > before:
                    break
        else:
            pytest.fail("nobody renewed the claim")
        claim.check()


def test_what_can_be_said_of_a_process():
    mine = os.getpid()
    assert processes.life(processes.here(), mine, processes.started(mine)) is Life.ALIVE
    assert processes.life(processes.here(), mine, "another boot 1") is Life.GONE
    assert processes.life("elsewhere", mine, processes.started(mine)) is Life.UNKNOWN
    assert processes.life(processes.here(), mine, "") is Life.ALIVE
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    assert processes.life(processes.here(), child.pid, "") is Life.GONE
    assert processes.started(child.pid) == ""
    assert processes.token() != processes.token()


def test_a_claim_is_renewed_while_it_is_held(store, clock: Clock):
    claims = Claims(store.database, lease=timedelta(milliseconds=60))
    query = select(tables.claims.c.expires_at)
    with claims.hold("pb", "r-1") as claim:
        before = clock.advance(hours=1)
        for _ in range(200):
            threading.Event().wait(0.02)
            with store.database.reading() as connection:
                if connection.scalar(query) > before:
                    break
        else:
            pytest.fail("nobody renewed the claim")
        claim.check()
