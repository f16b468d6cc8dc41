"""Tasks of head, HR, head of year, DSL and viewer at the console (law B3, B5 to B9)."""

import re
from datetime import timedelta

from oak_desk import Desk
from office import a_pupil, key
from rooms_of_consents import disputed
from rooms_of_leavers import a_teacher, dated
from rooms_of_mail import WHY, an_item
from rooms_of_mail import desk as somebody

from api.permissions import AppRole
from graphsync.dlp_desk import Note, advise
from graphsync.store.jobs import JobState
from graphsync.store.runs import State
from graphsync.store.secrets import Sealed
from policies.consent_records import Act
from policies.departures import Departure, DepartureReason
from policies.departures import State as DepartureState
from policies.mail_queue import Advice, Office
from policies.people import Kind

NEUTRAL = re.compile("refus|consent", re.IGNORECASE)  # words that no page of a head of year has
SECRET = "Fern-Otter-47-Lamp"


def approves(desk: Desk) -> None:
    """B3, task 1, and its worst (a): a wrong number is refused, the right one is a yes."""
    report, page = desk.side.parked(), desk.page
    desk.sits(AppRole.HEAD, f"/runs/{report.run}")
    page.get_by_role("heading", name=re.compile("changes to look at")).wait_for()
    desk.sees("Nobody on the staff is blocked by this plan")
    for number in (len(report.changes) + 1, len(report.changes)):
        page.get_by_role("checkbox", name=re.compile("accounts created")).check()
        page.get_by_label("How many changes").fill(str(number))
        desk.presses("Approve this plan")
        if number != len(report.changes):
            page.get_by_role("alert").wait_for()
            assert desk.office.store.runs.get(report.run).state is State.PARKED
    page.get_by_text("Approved by").first.wait_for()
    assert desk.office.store.runs.get(report.run).state is State.APPROVED


def sends_back(desk: Desk) -> None:
    """B3, task 1, the no: with its reason; the IT manager reads it and drafts anew."""
    desk.office.accept(*(a_pupil(str(number)) for number in range(21, 25)))
    report = desk.office.plan()
    desk.sits(AppRole.HEAD, f"/runs/{report.run}")
    desk.page.get_by_label("What is wrong with it").fill("Year 11 is still here")
    desk.presses("Send it back")
    desk.sees("Sent back by")
    assert desk.office.store.runs.get(report.run).state is State.RETURNED
    desk.sits(AppRole.IT_MANAGER)
    desk.follows("sent back: see why and draft anew")
    desk.sees("Year 11 is still here")
    desk.presses("Draft a fresh plan")
    desk.page.wait_for_url(re.compile("/jobs/"))
    (job,) = desk.office.store.jobs.open()
    desk.office.store.jobs.end(job.id, JobState.DONE)


def settles(desk: Desk) -> None:
    """B3, task 2: no wish of a parent is weighed, the head says what stands."""
    made, page = disputed(desk.side, "oak"), desk.page
    desk.sits(AppRole.HEAD, f"/consents/oak/{made['ref']}")
    page.get_by_role("radio", name="I decide").first.press("Space")
    page.get_by_role("radio", name="No consent").first.press("Space")
    page.get_by_label("Reason").first.fill("heard both")
    page.get_by_role("button", name="Settle").first.press("Enter")
    page.get_by_text("Settled").first.wait_for()
    assert desk.office.store.consents.of(key(made["ref"]))[-1].act is Act.SETTLED


def decides_a_conflict(desk: Desk) -> None:
    """B3, task 3: the school's line against today's rule, kept until a day; governors see it."""
    desk.office.pack("password: {change: {expire_days: 60}}\n")
    desk.sits(AppRole.HEAD, "/policies")
    desk.follows("To look at")
    desk.sees("names no data protection officer")
    desk.sees("Risk of keeping it")
    day = desk.office.now.date() + timedelta(days=60)
    desk.page.get_by_label("About which line").select_option("password.change.expire_days")
    desk.ticks("choice", "keep")
    desk.fills(until=f"{day}", review=f"{day}", reason="the governors meet then")
    desk.presses("Decide")
    desk.sees(f"kept until {day} by the head")
    desk.sits(AppRole.VIEWER, "/policies/findings")
    desk.sees("1 kept")
    assert "the governors meet then" not in desk.text
    desk.sits(AppRole.HEAD, "/policies/findings")
    desk.follows("Clauses")
    desk.page.get_by_role("heading", name="Clauses", exact=True).wait_for()


def decides_against(desk: Desk) -> None:
    """B2, task 1, its end: the head decides against the advice, and the list says so."""
    item = an_item(desk.side, "oak")["item"]
    advise(desk.office.bench, somebody(Office.DPO), [item], Advice.DO_NOT, Note(WHY))
    desk.sits(AppRole.HEAD, "/mail")
    desk.follows(item)
    desk.sees("against the advice")
    desk.ticks("word", "no breach: allowed by policy")
    desk.page.get_by_label("Why").first.fill("the nurse had to know")
    desk.presses("Decide")
    desk.sees("Done: decided")
    desk.goes("/mail/decisions")
    desk.sees(item)


def lets_go(desk: Desk) -> None:
    """B5, tasks 1 and 2: a dated departure; *now* only with the surname typed."""
    page, person = desk.page, a_teacher(desk.side, "oak")
    desk.office.accept(
        a_pupil(person.mis_id, kind=Kind.STAFF, given_name="Ada", surname="Lark", year=None)
    )
    desk.sits(AppRole.HR, "/leavers")
    page.get_by_label("Surname, staff code").fill("lark")
    page.keyboard.press("Enter")
    page.get_by_label("Ada Lark").check()
    page.get_by_label("Is suspended").check()
    page.get_by_label("Now: sign-in").check()
    page.get_by_label("type their surname").fill("Wren")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert not [one for one in departures(desk) if one.person == person]
    page.get_by_label("At the end of the last day").check()
    page.get_by_label("Last day", exact=True).fill("2099-12-18")
    desk.presses("Record the departure")
    page.get_by_text("The receipt of this departure").wait_for()
    (kept,) = (one for one in departures(desk) if one.person == person)
    assert kept.reason is DepartureReason.SUSPENSION


def changes_their_mind(desk: Desk) -> None:
    """B5, task 3: another day, then not at all."""
    made = dated(desk.side, "oak")["departure"]
    desk.sits(AppRole.HR, "/leavers")
    desk.follows(made)
    desk.fills(last_day="2099-07-17")
    desk.presses("Change the day")
    desk.sees("2099-07-17")
    desk.presses("Withdraw the departure")
    desk.page.locator("h1 .state").filter(has_text="withdrawn").wait_for()
    assert desk.office.store.departures.get(made).state(desk.office.now) is DepartureState.WITHDRAWN
    desk.sits(AppRole.IT_MANAGER, "/leavers")
    assert made not in desk.text  # of a day that never came they hear nothing


def departures(desk: Desk) -> list[Departure]:
    return desk.office.store.departures.of({"oak"})


def checks_the_year(desk: Desk) -> None:
    """B6, tasks 1 and 2: the own year, who misses something, who acts; its worst (a)."""
    office, page = desk.office, desk.page
    office.accept(
        a_pupil("61", given_name="Kit", surname="Moss"),
        a_pupil("62", given_name="Una", surname="Moss", year="8", form="8A"),
    )
    office.sees(office.link("61"), office.link("62"))
    desk.sits(AppRole.HEAD_OF_YEAR)
    assert not NEUTRAL.search(desk.text)
    desk.follows("Who misses something")
    desk.sees("Kit Moss")
    desk.sees("not active: permission, ask the office")
    assert "Una" not in desk.text
    assert not NEUTRAL.search(desk.text)
    desk.follows("Kit Moss")
    assert not NEUTRAL.search(desk.text)
    assert page.get_by_role("navigation", name="Main").count() == 1


def prints_a_slip(desk: Desk) -> None:
    """B6, task 3: the slip of a password that was set, printed once."""
    office, page = desk.office, desk.page
    office.accept(a_pupil("71", given_name="Gus", surname="Fern"))
    office.sees(office.link("71"))
    until = office.now + timedelta(days=7)
    sealed = Sealed(key("71"), "initial password", desk.sealer.seal(SECRET), office.now, until)
    office.store.secrets.put([sealed])
    desk.sits(AppRole.HEAD_OF_YEAR, "/people/oak/71")
    desk.opens("Print the slip")
    with page.context.expect_page() as opened:
        desk.presses("Print the slip")
    assert opened.value.get_by_text(SECRET).is_visible()
    opened.value.close()
    office.now += timedelta(hours=2)  # no more of it to the same person
    desk.sits(AppRole.HEAD_OF_YEAR, "/people/oak/71")
    desk.opens("Print the slip")
    with page.context.expect_page() as again:
        desk.presses("Print the slip")
    assert again.value.get_by_role("alert").is_visible()
    assert SECRET not in again.value.content()
    again.value.close()


def preserves(desk: Desk) -> None:
    """B7, task 2: held for a reason that IT is not told; the DSL asks for its end of the head."""
    desk.office.accept(a_pupil("81", given_name="Hope", surname="Reed"))
    desk.office.sees(desk.office.link("81"))
    desk.sits(AppRole.SAFEGUARDING_LEAD, "/people/oak/81")
    desk.puts_on_hold("freeze", "DSL file 12", "A3.8")
    for path in ("/holds", "/people/oak/81"):
        desk.sits(AppRole.IT_MANAGER, path)
        desk.sees("held")
        assert "DSL file 12" not in desk.text
        assert desk.page.get_by_text("Lift this hold").count() == 0
    desk.office.now += timedelta(hours=1)
    desk.sits(AppRole.SAFEGUARDING_LEAD, "/holds")
    desk.follows("Hope Reed")
    desk.opens("Words for a hold in Purview")
    desk.sees("Object id: o-81")
    desk.opens("Ask for its end")
    desk.page.get_by_label("Who asks for its end").fill("the matter is closed")
    desk.presses("Ask for its end")
    desk.sees("The hold stands until the head says yes")
    desk.sits(AppRole.HEAD)
    desk.follows("1 hold whose end needs a yes or a no")
    desk.follows("Hope Reed")
    desk.sees("the matter is closed")
    desk.presses("Yes, the hold may end")
    desk.sees("Lifted. The next plan")


def sees_counts_alone(desk: Desk) -> None:
    """B9, tasks 1 and 3, and its worst (c): every entry of the navigation, and nobody on it."""
    desk.office.accept(a_pupil("91", given_name="Zebedee", surname="Quince"))
    desk.office.sees(desk.office.link("91"))
    desk.side.parked()
    desk.sits(AppRole.VIEWER)
    page = desk.page
    links = page.get_by_role("navigation", name="Main").get_by_role("link").all()
    paths = [str(one.get_attribute("href")) for one in links]
    assert {"/", "/pictures", "/policies", "/journal"} <= set(paths)
    for path in (*paths, "/policies/coverage", "/policies/findings"):
        desk.goes(path)
        assert not re.search("Zebedee|Quince|Amy|Smith|oak:[0-9]|@oak", page.content()), path
        assert page.locator("form[method=post]").count() == 1 + (path == "/journal"), path
    desk.goes("/journal")
    desk.presses("Verify the journal")
    desk.sees("Whole: ")
