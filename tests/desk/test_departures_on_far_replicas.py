"""A departure in a tenant whose replicas are a second behind: one read may know less than ours."""

import asyncio
import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from office import Office

sys.path.append(str(Path(__file__).parents[1] / "sandbox"))
from running_sandbox import Sandbox, a_user, start

from graphsync import departure_desk as desk
from graphsync.departing import Receipt, act_on
from policies.departures import DepartureReason, State


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Sandbox]:
    running = start(tmp_path / "tenant", 4)  # half a second behind in the mean, 1.5 s at most
    yield running
    assert running.stop() == 0


def test_a_receipt_tells_what_was_seen_and_no_later_read_of_a_replica_that_is_behind(
    office: Office, far: Sandbox
) -> None:
    bench = dataclasses.replace(office.bench, tenant=far.as_settings())
    gone = [far.post("/users", a_user()).json() for _ in range(16)]
    far.later(2)  # sessions are dated by the second

    async def all_of_them() -> list[Receipt]:
        made = [
            desk.record(
                bench,
                desk.Subject(
                    school="oak",
                    person=None,
                    object_id=one["id"],
                    sign_in_name=one["userPrincipalName"],
                    surnames=frozenset(),
                ),
                desk.Wish(reason=DepartureReason.IMMEDIATE),
            )
            for one in gone
        ]
        return await asyncio.gather(*(act_on(bench, one) for one in made))

    receipts = asyncio.run(all_of_them())
    assert {one.state for one in receipts} == {State.DONE}
    assert {one.enabled for one in receipts} == {False}
    far.settle()
    for one in receipts:
        now = far.get(f"/users/{one.account}?$select=signInSessionsValidFromDateTime").json()
        assert one.sessions_from is not None
        assert f"{one.sessions_from:%Y-%m-%dT%H:%M:%SZ}" == now["signInSessionsValidFromDateTime"]
