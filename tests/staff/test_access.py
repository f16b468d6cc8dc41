"""Which schools somebody reaches: by the file, by the roster they are on, or the only one."""

from pathlib import Path

import pytest
from office import key
from sqlalchemy import event
from staff_side import ACCOUNT, StaffSide

from api.access import Access, reach_of
from api.permissions import AppRole
from graphsync.store.links import Link
from graphsync.trouble import Broken
from policies.people import Kind


def reached(side: StaffSide, access: Access, account: str = ACCOUNT) -> list[str]:
    return sorted(reach_of(side.office.bench, access, account).schools)


def linked(side: StaffSide, kind: Kind, account: str) -> None:
    person = key(account)
    link = Link(
        person=person, kind=kind, object_id=account, how="created", linked_at=side.office.now
    )
    side.office.store.links.put(link)


def test_staff_without_an_entry_reach_the_school_that_keeps_their_account(side: StaffSide) -> None:
    linked(side, Kind.STAFF, "teacher")
    linked(side, Kind.PUPIL, "pupil")
    for access in (Access(None), Access(side.file)):
        assert reached(side, access, "teacher") == ["oak"]
        assert reached(side, access, "pupil") == []
        assert reached(side, access, "stranger") == []


def test_an_entry_goes_before_the_roster_and_names_no_school_that_is_not(side: StaffSide) -> None:
    linked(side, Kind.STAFF, ACCOUNT)
    access = Access(side.file)
    for said, expected in (("[elm, ash]", ["elm"]), ("all", ["elm", "oak"]), ("[]", [])):
        side.reach(said)
        assert reached(side, access) == expected
    side.reach("[oak]", '["7"]', ACCOUNT.upper())
    assert reach_of(side.office.bench, access, ACCOUNT).years == {"7"}


def test_where_there_is_one_school_and_no_file_a_role_is_enough(side: StaffSide) -> None:
    (side.office.packs / "elm.yaml").unlink()
    assert reached(side, Access(None)) == ["oak"]
    assert reached(side, Access(side.file), "stranger") == []


@pytest.mark.parametrize(
    "text",
    [
        "people: [",
        "people: 7",
        "[]",
        "people: [{account: a}]",
        "persons: []",
        "{people: [], a: 1}",
        "people: [{account: a, schools: every}]",
    ],
)
def test_a_file_that_says_something_else_is_refused_with_its_name(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(Broken, match="GRAPHSYNC_ACCESS_FILE"):
        Access(path)


async def test_a_file_that_breaks_while_serving_shuts_everybody_out_with_the_mend(
    side: StaffSide,
) -> None:
    side.file.write_text("people: nobody", "utf-8")
    got = await side.ask("GET", "/", side.session(AppRole.HEAD))
    assert got.status_code == 503
    assert "GRAPHSYNC_ACCESS_FILE" in got.text


@pytest.mark.parametrize("path", ["/", "/runs"])
async def test_a_page_asks_the_store_as_often_for_many_runs_as_for_few(
    side: StaffSide, path: str
) -> None:
    asked: list[str] = []
    engine = side.office.store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    cookie, counts = side.session(AppRole.HEAD), []
    await side.ask("GET", path, cookie)  # what is counted for some minutes is counted here
    side.app.state.counted.settle()
    for number in (1, 6):
        for one in range(number):
            side.parked(requester=f"r{number}{one}")
        asked.clear()
        assert (await side.ask("GET", path, cookie)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] < 50
