"""Names that safeguarding keeps, at the console: who is told what, and in which files nobody is."""

from datetime import timedelta
from typing import Any

import pytest
from office import TODAY, Office, a_pupil, key
from rooms_of_safeguarding import ASKED, a_kept_name
from sqlalchemy import event
from staff_side import StaffSide

from api.permissions import AppRole
from graphsync.hold_desk import Wish as HoldWish
from graphsync.hold_desk import add
from graphsync.kept_name_desk import Wish, keep
from policies.holds import HoldMode
from policies.kept_names import Ground

PAGE = "/people/oak/zz-901"
SECRET = ("protected address", "CP-12")
LEAD, HEAD, IT = AppRole.SAFEGUARDING_LEAD, AppRole.HEAD, AppRole.IT_MANAGER


@pytest.fixture
def kept(side: StaffSide) -> StaffSide:
    a_kept_name(side, "oak")
    return side


async def text(side: StaffSide, role: AppRole, path: str) -> str:
    got = await side.ask("GET", path, side.session(role))
    assert got.status_code == 200, got.text
    return got.text


async def test_a_lead_keeps_a_name_by_form_sees_every_place_and_gives_it_back(
    side: StaffSide,
) -> None:
    side.office.accept(a_pupil("zz-901"))
    side.office.sees(side.office.link("zz-901"))
    lead = side.session(LEAD)
    assert "Name and whereabouts" in (await side.ask("GET", PAGE, lead)).text
    missing = await side.ask("POST", f"{PAGE}/known-as", lead, data={**ASKED, "ground": ""})
    assert missing.status_code == 422
    assert "choose why the name is kept" in missing.text
    assert 'value="Brook"' in missing.text  # the form comes back as it was filled in
    done = await side.ask("POST", f"{PAGE}/known-as", lead, data=ASKED)
    # Nobody answers for the tenant here: the mark stands all the same, and the page says what waits
    assert done.headers["location"] == f"{PAGE}/known-as?done=kept-only"
    shown = (await side.ask("GET", done.headers["location"], lead)).text
    for told in ("Nia Brook", *SECRET, "waits for the next plan", "Sign-in name", "Set-Mailbox"):
        assert told in shown, told
    back = await side.ask("POST", f"{PAGE}/known-as/end", lead)
    assert back.headers["location"] == f"{PAGE}/known-as?done=back-only"
    assert side.office.store.kept_names.of(key("zz-901")) is None
    again = await side.ask("POST", f"{PAGE}/known-as/end", lead)
    assert again.status_code == 422


async def test_the_same_over_the_api_and_once(side: StaffSide) -> None:
    side.office.accept(a_pupil("zz-901"))
    headers = {**side.bearer("SafeguardingLead"), "Idempotency-Key": "keep-a-name-1"}
    path = f"/api/v1{PAGE}/known-as"
    first = await side.ask("POST", path, headers=headers, json=ASKED)
    assert (first.status_code, first.json()["surname"]) == (200, "Brook")
    assert first.json()["carried"] is False
    await side.ask("POST", path, headers=headers, json=ASKED)
    (mark,) = side.office.store.kept_names.marks({"oak"})
    assert len(side.office.store.journal.of_person(mark.person)) == 1
    noted = await side.ask("POST", path, headers=headers, json={**ASKED, "note": "her aunt says"})
    assert noted.status_code == 422


async def test_only_head_and_lead_are_told_why_and_the_others_a_neutral_word(
    kept: StaffSide,
) -> None:
    for role in (LEAD, HEAD):
        page = await text(kept, role, f"{PAGE}/known-as")
        assert all(one in page for one in SECRET)
        assert "Nia Brook" in await text(kept, role, "/kept-names")
    it = await text(kept, IT, PAGE)
    assert "The name is kept by safeguarding" in it
    assert "Nia Brook" in it
    assert not any(one in it for one in SECRET)
    year = await text(kept, AppRole.HEAD_OF_YEAR, PAGE)
    assert "see DSL" in year
    assert "safeguarding" not in year.lower()
    listed = await text(kept, AppRole.HEAD_OF_YEAR, "/people")
    assert "Nia Brook" in listed
    assert "see DSL" in listed
    assert "Smithzz-901" not in listed


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/people.csv", IT),
        ("/people.csv", AppRole.HEAD_OF_YEAR),
        ("/holds.csv", HEAD),
    ],
)
async def test_a_file_leaves_the_pupil_out_but_for_the_leads(
    kept: StaffSide, path: str, role: AppRole
) -> None:
    hold(kept.office, "zz-901")
    hold(kept.office, "zz-902")
    for who, there in ((role, False), (LEAD, True)):
        file = await text(kept, who, path)
        assert "zz-902" in file
        assert ("zz-901" in file) is there


def hold(office: Office, mis_id: str) -> None:
    wish = HoldWish(person=key(mis_id), mode=HoldMode.FREEZE, reason="head", clause="PB-2")
    add(office.bench, wish)


async def test_today_tells_the_lead_of_a_review_that_is_due(kept: StaffSide) -> None:
    assert "to look at again" not in await text(kept, LEAD, "/")
    kept.office.days(85)
    assert "1 kept name to look at again" in await text(kept, LEAD, "/")
    assert "to look at again" not in await text(kept, IT, "/")


async def test_the_list_of_kept_names_asks_as_much_of_the_store_for_thirty(
    side: StaffSide,
) -> None:
    side.office.accept(*(a_pupil(str(number)) for number in range(30)))
    counts: list[Any] = []
    for upto in (3, 30):
        for number in range(upto):
            wish = Wish(
                person=key(str(number)),
                given_name="Nia",
                surname="Brook",
                ground=Ground.ADDRESS,
                review_on=TODAY + timedelta(days=9),
            )
            keep(side.office.bench, wish)
        cookie = side.session(LEAD)
        said: list[str] = []
        engine = side.office.store.database.engine

        def told(*args: Any, said: list[str] = said) -> None:
            said.append(args[2])

        event.listen(engine, "before_cursor_execute", told)
        await side.ask("GET", "/kept-names", cookie)
        event.remove(engine, "before_cursor_execute", told)
        counts.append(len(said))
    assert counts[0] == counts[1]
