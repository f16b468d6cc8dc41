"""The office's three tasks and the head's dispute: what is asked back, kept and refused."""

import dataclasses
import re
from datetime import date

import pytest
from forms import CLOUD, FATHER, PACK, SIGNED, a_parent, says
from office import a_pupil, key
from sqlalchemy import event
from staff_side import ACCOUNT, LIMITS, StaffSide

from api.permissions import AppRole
from graphsync.accounts import AssignedLicence
from graphsync.consent_changes import Doubt, challenge
from graphsync.consent_desk import record
from graphsync.consent_piles import batches
from graphsync.store.links import Link
from policies.consent_records import Act, Answer, Entry, Method, State
from policies.people import Kind

PILE = {"edition": CLOUD, "day": str(SIGNED), "method": "paper_seen", "place": "cabinet 3"}
AMY = {"given_name": "Amy", "surname": "Marsh"}
BEN = {"given_name": "Ben", "surname": "Marsh"}
PEOPLE = (
    a_pupil("11", admission_number="000011", **AMY, born=date(2015, 2, 3)),
    a_pupil("12", admission_number="000012", **BEN, form="8C", year="8"),
    a_pupil("13", admission_number="000013", **AMY, form="9A", year="9"),
    a_pupil("14", admission_number="000014"),
    a_pupil("15", admission_number="000015"),
)
CONTACTS = (
    a_parent("11", "77"),
    a_parent("11", "78", **FATHER),
    a_parent("12", "77"),
    a_parent("13", "90", given_name="Zoe"),
    a_parent("14", "80", priority=None),
    a_parent("14", "81", given_name="Rita", relationship="Carer", parental_responsibility=False),
    a_parent("14", "82", given_name="Abe", priority=None),
    a_parent("15", "83", parental_responsibility=False),
)


@pytest.fixture(autouse=True)
def school(side: StaffSide) -> None:
    side.office.pack(LIMITS + PACK.format(countersign="all"))
    side.office.accept(*PEOPLE, contacts=CONTACTS)


def rows(side: StaffSide, mis_id: str) -> tuple[Entry, ...]:
    return side.office.store.consents.of(key(mis_id))


async def a_pile(side: StaffSide, cookie: str) -> str:
    got = await side.ask("POST", "/consents/enter", cookie, data={**PILE, "school": "oak"})
    assert got.status_code == 303, got.text
    return str(got.headers["location"])


async def typed(side: StaffSide, cookie: str, pile: str, **fields: str):
    path = pile.partition("?")[0]
    return await side.ask("POST", f"{path}/line", cookie, data={**PILE, **fields})


async def test_a_plain_line_is_kept_and_two_facts_come_back(side: StaffSide) -> None:
    cookie = side.session(AppRole.OFFICE)
    pile = await a_pile(side, cookie)
    assert "place=cabinet+3" in pile
    got = await typed(side, cookie, pile, pupil="12", answer="n")
    assert (got.status_code, got.headers["location"]) == (303, pile)
    page = (await side.ask("GET", pile, cookie)).text
    status = re.search(r'role="status">(.*?)</p>', page, re.DOTALL)
    assert status is not None
    for fact in ("Ben Marsh", "8C", "admission no. 000012", "no", "Mrs Joan Marsh", "Mother"):
        assert fact in status[1], fact
    assert re.search(r'name="pupil" value="" autofocus', page)
    (row,) = rows(side, "12")
    assert (row.by, row.signed_on) == (f"entra:{ACCOUNT}", SIGNED)
    assert [one.pupil for one in side.office.store.provisions.open_of("oak")] == [key("12")]


async def test_two_pupils_of_one_name_have_to_be_told_apart(side: StaffSide) -> None:
    cookie = side.session(AppRole.OFFICE)
    pile = await a_pile(side, cookie)
    got = await typed(side, cookie, pile, pupil="11", answer="Y")
    assert got.status_code == 200
    assert "Whose form is it?" in got.text
    assert "born 2015" in got.text
    assert "9A" in got.text
    assert not rows(side, "11")
    chosen = await typed(side, cookie, pile, pupil="oak:13", answer="Y")
    assert chosen.status_code == 303
    assert not rows(side, "11")
    assert len(rows(side, "13")) == 1
    many = await side.ask(
        "POST",
        f"{pile.partition('?')[0]}/lines",
        cookie,
        data={**PILE, "typed": "11 Y\n12 Y\n99 Y\n"},
    )
    assert many.status_code == 422
    assert "1 line kept, 2 not" in many.text
    assert "type that line singly" in many.text
    assert len(rows(side, "12")) == 1


async def test_who_signed_is_chosen_among_those_who_may_answer(side: StaffSide) -> None:
    cookie = side.session(AppRole.OFFICE)
    pile = await a_pile(side, cookie)
    asked = await typed(side, cookie, pile, pupil="14", answer="Y")
    assert "Who signed" in asked.text
    assert "parental responsibility: no, by the roster" in asked.text
    carer = re.search(r'value="(\d)" required(?: autofocus)? disabled', asked.text)
    assert carer is not None
    refused = await typed(side, cookie, pile, pupil="14", answer="Y", signer=carer[1])
    assert refused.status_code == 422
    assert "may not answer yes" in refused.text
    blocked = await typed(side, cookie, pile, pupil="15", answer="Y")
    assert blocked.status_code == 422
    assert "enter it in SIMS" in blocked.text
    assert not rows(side, "14")
    assert not rows(side, "15")
    (able, _) = re.findall(r'value="(\d)" required(?: autofocus)?>', asked.text)
    kept = await typed(side, cookie, pile, pupil="14", answer="Y", signer=able)
    assert kept.status_code == 303
    assert len(rows(side, "14")) == 1


async def test_a_line_sent_twice_is_one_and_typed_again_it_corrects(side: StaffSide) -> None:
    cookie = side.session(AppRole.OFFICE)
    pile = await a_pile(side, cookie)
    await typed(side, cookie, pile, pupil="12", answer="Y")
    again = await typed(side, cookie, pile, pupil="12", answer="Y")
    assert again.status_code == 422
    assert "said already" in again.text
    side.office.days(0)
    assert (await typed(side, cookie, pile, pupil="12", answer="N")).status_code == 303
    assert [row.act for row in rows(side, "12")] == [Act.ANSWERED, Act.REJECTED, Act.ANSWERED]
    kept = rows(side, "12")[-1]
    path = pile.partition("?")[0]
    back = await side.ask("POST", f"{path}/take-back", cookie, data={**PILE, "row": kept.id})
    assert back.status_code == 303
    assert "taken back" in (await side.ask("GET", pile, cookie)).text
    assert rows(side, "12")[-1].about == kept.id


async def test_a_pile_is_closed_and_checked_by_somebody_else(side: StaffSide) -> None:
    cookie = side.session(AppRole.OFFICE)
    pile = await a_pile(side, cookie)
    await typed(side, cookie, pile, pupil="12", answer="Y")
    path = pile.partition("?")[0]
    closed = await side.ask("POST", f"{path}/close", cookie)
    assert closed.headers["location"] == "/consents?school=oak"
    (batch,) = batches(side.office.bench, "oak")
    assert batch.waiting == 1
    (row,) = rows(side, "12")
    own = await side.ask("GET", "/consents/check", cookie)
    assert "you entered it" in own.text
    mine = await side.ask("POST", "/consents/oak/check", cookie, data={"rows": row.id})
    assert mine.status_code == 422
    assert "entered by the same person" in mine.text
    head = side.session(AppRole.HEAD, account="bbbbbbbb-0000-4000-8000-000000000002")
    side.reach("[oak]", account="bbbbbbbb-0000-4000-8000-000000000002")
    assert "Ben Marsh" in (await side.ask("GET", "/consents/check", head)).text
    done = await side.ask("POST", "/consents/oak/check", head, data={"rows": row.id})
    assert done.status_code == 303
    assert [one.act for one in rows(side, "12")] == [Act.ANSWERED, Act.COUNTERSIGNED]


async def test_nobody_records_for_their_own_child_however_they_signed_in(side: StaffSide) -> None:
    mail = "joan@home.example"
    clerk = a_pupil("s1", kind=Kind.STAFF, mail=mail, year=None, form=None)
    side.office.accept(*PEOPLE, clerk, contacts=[a_parent("12", "77", mail=mail)])
    link = Link(
        person=key("s1"),
        kind=Kind.STAFF,
        object_id=ACCOUNT,
        how="created",
        linked_at=side.office.now,
    )
    side.office.store.links.put(link)
    cookie = side.session(AppRole.OFFICE)
    got = await typed(side, cookie, await a_pile(side, cookie), pupil="12", answer="Y")
    assert got.status_code == 422
    assert "let somebody else record it" in got.text
    assert not rows(side, "12")


async def test_a_consent_is_taken_back_with_no_reason_asked(side: StaffSide) -> None:
    record(side.office.bench, "oak", "oak:12", says())
    cookie = side.session(AppRole.OFFICE)
    page = (await side.ask("GET", "/consents/oak/12", cookie)).text
    assert "do not ask why" in page
    assert 'name="reason"' not in page
    form = {"form": "cloud_consent", "signer": "77", "method": "phone_call_back"}
    unsaid = await side.ask(
        "POST", "/consents/oak/12/withdraw", cookie, data={**form, "method": ""}
    )
    assert unsaid.status_code == 422
    got = await side.ask("POST", "/consents/oak/12/withdraw", cookie, data=form)
    assert got.status_code == 303
    told = (await side.ask("GET", got.headers["location"], cookie)).text
    assert "Taken back: it stands in the register" in told
    assert "to be arranged by" in told
    assert rows(side, "12")[-1].method == "phone_call_back"
    now = await side.ask("POST", "/consents/oak/12/withdraw", cookie, data={**form, "now": "yes"})
    assert now.headers["location"].endswith("done=withdrawn-only")  # no tenant is there


async def test_a_dispute_is_settled_only_after_the_safeguarding_lead_was_asked(
    side: StaffSide,
) -> None:
    barred = a_parent("12", "78", **FATHER, court_order=True)
    side.office.accept(*PEOPLE, contacts=[*CONTACTS, barred])
    record(side.office.bench, "oak", "oak:12", says())
    challenge(side.office.bench, key("12"), Doubt.CONTACT)
    cookie = side.session(AppRole.HEAD)
    page = (await side.ask("GET", "/consents/oak/12", cookie)).text
    assert "I have asked the safeguarding lead" in page
    assert "Withdraw" not in page
    form = {"form": "cloud_consent", "outcome": "head", "answer": "no", "reason": "heard both"}
    refused = await side.ask("POST", "/consents/oak/12/settle", cookie, data=form)
    assert refused.status_code == 422
    assert "ask the safeguarding lead first" in refused.text
    body = {**form, "consulted": True}
    headers = {**side.bearer("Head"), "Idempotency-Key": "settle-01"}
    done = await side.ask("POST", "/api/v1/consents/oak/12/settle", headers=headers, json=body)
    assert done.json()["state"] == State.REFUSED, done.text
    assert rows(side, "12")[-1].reason == "heard both (the safeguarding lead was asked)"


async def test_who_is_given_some_years_reaches_no_other(side: StaffSide) -> None:
    side.reach("[oak]", '["8"]')
    cookie, token = side.session(AppRole.OFFICE), side.bearer("Office")
    listed = (await side.ask("GET", "/api/v1/consents/missing", headers=token)).json()
    assert {one["year"] for one in listed["items"]} == {"8"}
    asked = await side.ask("GET", "/api/v1/consents/missing?year=9", headers=token)
    assert asked.json()["items"] == []
    listed = (await side.ask("GET", "/api/v1/consents", headers=token)).json()
    assert {one["year"] for one in listed["items"]} == {"8"}
    assert (await side.ask("GET", "/consents/oak/12", cookie)).status_code == 200
    assert (await side.ask("GET", "/consents/oak/13", cookie)).status_code == 404
    found = await side.ask("POST", "/consents/find", cookie, data={"school": "oak", "pupil": "13"})
    assert found.status_code == 422
    assert (await side.ask("GET", "/consents/enter", cookie)).status_code == 403


async def test_another_schools_lists_are_not_there(side: StaffSide) -> None:
    token = side.bearer("Office", "Head")
    for path in ("consents", "consents/missing", "consents/batches", "licences", "licences/waste"):
        got = await side.ask("GET", f"/api/v1/{path}?school=elm", headers=token)
        assert (got.status_code, "elm" in got.text) == (404, False), path


async def test_the_list_is_filtered_paged_and_given_as_a_file(side: StaffSide) -> None:
    record(side.office.bench, "oak", "oak:12", says())
    cookie, token = side.session(AppRole.DPO), side.bearer("DPO")
    page = (await side.ask("GET", "/consents?year=9", cookie)).text
    assert "Marsh, Amy" in page
    assert "Smith14" not in page
    seen, after = [], 0
    while after is not None:
        path = f"/api/v1/consents/missing?limit=3&after={after}"
        got = (await side.ask("GET", path, headers=token)).json()
        seen += [one["person"] for one in got["items"]]
        after = got["after"]
    assert seen == ["oak:11", "oak:14", "oak:15", "oak:13"]
    file = await side.ask("GET", "/consents/missing.csv?state=missing", cookie)
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text.count("\r\n") == 5


async def test_a_file_is_checked_and_then_recorded(side: StaffSide) -> None:
    cookie, path = side.session(AppRole.OFFICE), "/consents/import"
    data = b"Admission number,Answer,Date\n12,No,2026-11-20\n9999,Yes,2026-11-20\n"
    sent = {"files": {"file": ("../pupils.csv", data, "text/csv")}}
    checked = await side.ask("POST", path, cookie, data={"school": "oak"}, **sent)
    assert "1 would be recorded" in checked.text, checked.text
    assert "1 held" in checked.text
    assert not rows(side, "12")
    form = {"school": "oak", "write": "yes"}
    written = await side.ask("POST", path, cookie, data=form, **sent)
    assert "1 recorded" in written.text
    assert len(rows(side, "12")) == 1
    api = await side.ask(
        "POST", "/api/v1/consents/import/oak", headers=side.bearer("Office"), content=data
    )
    assert (api.json()["unchanged"], api.json()["held"]) == (1, 1)
    sent = {"files": {"file": ("a.csv", b"\x00\x01", "text/csv")}}
    bad = await side.ask("POST", path, cookie, data=form, **sent)
    assert bad.status_code == 422
    assert "a.csv" not in bad.text
    large = b"x" * 300_000
    token = side.bearer("Office")
    got = await side.ask("POST", "/api/v1/consents/import/oak", headers=token, content=large)
    assert got.status_code == 422
    got = await side.ask("POST", "/api/v1/consents/ask", headers=token, content=large)
    assert got.status_code == 413


@pytest.mark.parametrize("path", ["/consents", "/consents/check", "/api/v1/consents/missing"])
async def test_a_list_asks_the_store_as_often_for_many_pupils_as_for_few(
    side: StaffSide, path: str
) -> None:
    asked: list[str] = []
    engine = side.office.store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    cookie, token, counts = side.session(AppRole.HEAD), side.bearer("Head"), []
    for number in (3, 30):
        people = [a_pupil(str(one), admission_number=str(one)) for one in range(number)]
        parents = [a_parent(str(one), "77") for one in range(number)]
        side.office.accept(*people, contacts=parents)
        for one in range(number):
            record(
                side.office.bench,
                "oak",
                f"oak:{one}",
                says(method=Method.PAPER_SEEN, verified_by=""),
            )
        more = {"headers": token} if path.startswith("/api") else {"cookie": cookie}
        await side.ask("GET", path, **more)  # what is counted for some minutes is counted here
        asked.clear()
        assert (await side.ask("GET", path, **more)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] < 40


async def test_who_keeps_the_accounts_is_told_open_or_closed_and_no_parents_word(
    side: StaffSide,
) -> None:
    record(side.office.bench, "oak", "oak:12", says(answer=Answer.NO))
    held = AssignedLicence(sku_id="sku-1", disabled_plans=())
    side.office.sees(side.office.link("12", assigned_licenses=(held,)))
    cookie, token = side.session(AppRole.IT_MANAGER), side.bearer("ITManager")
    told = ""
    for path in ("/licences", "/licences/waste", "/licences/waste.csv", "/licences/forecast"):
        got = await side.ask("GET", path, cookie)
        assert got.status_code == 200, got.text
        told += got.text
    listed = await side.ask("GET", "/api/v1/licences", headers=token)
    (line,) = listed.json()["items"]
    assert (line["person"], line["gate"], line["until"]) == ("oak:12", "closed", None)
    wasted = await side.ask("GET", "/api/v1/licences/waste", headers=token)
    assert wasted.json()["items"][0]["sentence"] == "no live consent"
    for text in (told, listed.text, wasted.text):
        assert "oak:12" in text
        assert "the answer is No" not in text
        assert "refused" not in text
    for path in ("/consents", "/consents/oak/12", "/consents/check"):
        assert (await side.ask("GET", path, cookie)).status_code == 403


async def test_parents_are_asked_once_however_often_it_is_sent(side: StaffSide) -> None:
    token = side.bearer("Office")
    headers, body = {**token, "Idempotency-Key": "ask-0001"}, {"school": "oak", "send": True}
    shown = await side.ask("POST", "/api/v1/consents/ask", headers=headers, json={"school": "oak"})
    assert shown.json()["left_out"]["no mail address in the roster"] > 0
    assert shown.json()["asked"] == []
    silent = await side.ask("POST", "/api/v1/consents/ask", headers=headers, json=body)
    assert (silent.status_code, "GRAPHSYNC_MAIL_FROM" in silent.text) == (503, True)
    home = side.app.state.home
    bench = dataclasses.replace(home.bench, mail_from="a@oak.example", parents_url="https://p")
    side.app.state.home = dataclasses.replace(home, bench=bench)
    first = await side.ask("POST", "/api/v1/consents/ask", headers=headers, json=body)
    assert first.status_code == 200, first.text
    again = await side.ask("POST", "/api/v1/consents/ask", headers=headers, json=body)
    assert (again.status_code, again.json()["type"][-9:]) == (409, "key_taken")
