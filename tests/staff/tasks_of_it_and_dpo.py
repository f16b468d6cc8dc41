"""Tasks of the IT manager and the DPO at the console (law B1, B2)."""

import io
import re
import zipfile
from pathlib import Path

from oak_desk import Desk
from office import a_pupil, key

from api.permissions import AppRole
from graphsync.accounts import Group
from graphsync.breach_desk import note
from graphsync.compromise_ending import open_incidents
from graphsync.store.jobs import JobState
from policies.breach_records import Cause, Facts
from policies.breaches import State as BreachState
from policies.breaches import standing


def drafts(desk: Desk) -> None:
    """B1, task 1: a plan is asked for, its work begins; and the nights wait."""
    page = desk.page
    desk.sits(AppRole.IT_MANAGER, "/runs")
    page.get_by_role("button", name="Draft", exact=True).press("Enter")
    page.wait_for_url(re.compile("/jobs/"))
    assert begun(desk) == ("plan", ("oak",))
    desk.goes("/schedule")
    page.get_by_label("Who asked, and why").fill("SIMS upgrade")
    desk.presses("Pause")
    page.get_by_role("button", name=re.compile("Go on")).press("Enter")
    page.get_by_text("No school is paused").wait_for()


def rolls_over(desk: Desk) -> None:
    """B1, task 2: the moves of a year, risk first; the head leaves one out; then it may go."""
    office, page = desk.office, desk.page
    pack = office.packs / "oak.yaml"
    named = pack.read_text("utf-8").replace("groups: {", 'groups: {year: "{school} Year {year}", ')
    pack.write_text(named, "utf-8")
    office.accept(*(a_pupil(str(number), year="8", form="8B") for number in range(31, 37)))
    accounts = [office.link(str(number)) for number in range(31, 37)]
    members = frozenset(one.id for one in accounts)
    seven = Group(
        id="g-7", display_name="Oak School Year 7", unique_name="gs-oak-year-7", members=members
    )
    report = office.plan(*accounts, groups=[seven])
    desk.sits(AppRole.IT_MANAGER, f"/runs/{report.run}")
    desk.sees("It waits for the head")
    assert page.locator("td.risk").first.inner_text() == "medium"  # what adds comes last
    page.get_by_label("Kind").select_option("remove_from_group")
    desk.presses("Show")
    desk.sees("6 changes found")
    desk.sees("from Oak School Year 7")
    desk.sits(AppRole.HEAD, f"/runs/{report.run}")
    page.get_by_role("checkbox", name="leave out oak:33").first.press("Space")
    for reason in page.locator("[name=overrides]").all():
        reason.press("Space")
    desk.fills(count=str(len(report.changes)))
    desk.presses("Approve this plan")
    desk.sees("left out: oak:33")
    desk.sees("The IT manager carries it out")
    desk.sits(AppRole.IT_MANAGER, f"/runs/{report.run}")
    desk.fills(count=str(len(report.changes)))
    desk.presses("Carry out this plan")
    page.wait_for_url(re.compile("/jobs/"))
    assert begun(desk) == ("apply", ("oak",))


def begun(desk: Desk) -> tuple[str, tuple[str, ...]]:
    """What was begun and for which schools; it counts as done, since nobody here does it."""
    jobs = desk.office.store.jobs
    (job,) = jobs.open()
    jobs.end(job.id, JobState.DONE)
    return job.what, job.schools


def is_compromised(desk: Desk) -> None:
    """B1, task 3: found by name, a new password, kept blocked; the DPO reads the cause."""
    office = desk.office
    office.accept(a_pupil("41", surname="Thistle"), a_pupil("42", surname="Thistle"))
    office.sees(office.link("41"), office.link("42"))
    desk.sits(AppRole.IT_MANAGER, "/people")
    desk.fills(text="thistle")
    desk.page.keyboard.press("Enter")
    desk.follows("Amy42")
    for number in ("41", "42"):  # the tenant of this test cannot be reached: what is left is told
        desk.opens("Somebody else may have used")
        desk.page.get_by_label("that somebody else may know").fill(f"oak:{number}")
        desk.presses("New password, and tell the DPO")
        desk.sees("is not this person" if number == "41" else "is kept, but the tenant")
    desk.puts_on_hold("suspend", "IT, account misused", "PB-2.4")
    (hold,) = (one for one in office.store.holds.list("oak") if one.person == key("42"))
    assert (hold.mode, hold.lifted_at) == ("suspend", None)
    (incident,) = open_incidents(office.bench, key("42"))
    desk.page.get_by_label(f"Incident {incident.incident}").select_option("phishing")
    desk.presses("End the incident")
    desk.sees(f"Incident {incident.incident} ended")
    breach = office.store.breaches.opened_for("oak", f"incident:{incident.incident}")
    desk.sits(AppRole.DPO, f"/breaches/{breach}")
    desk.sees("typed into a false page")


def reports_in_time(desk: Desk) -> None:
    """B2, task 2: from a report to a closed entry, two phases to the regulator between."""
    page, store = desk.page, desk.office.store.breaches
    desk.sits(AppRole.HEAD_OF_YEAR, "/breaches/report")
    desk.fills(title="A list lay in the street")
    desk.presses("Report it")
    desk.sees("Ring them too")
    breach = page.url.partition("made=")[2]
    desk.sits(AppRole.DPO, "/breaches")
    desk.follows(breach)
    desk.fills(at="2026-11-24T09:00")
    desk.presses("Say so")
    desk.sees("hours left")
    desk.opens("What it may mean")
    desk.ticks("risk", "risk")
    desk.fills(consequences="strangers know where they live", risk_reasons="addresses")
    desk.presses("Keep this")
    note(desk.office.bench, breach, OTHER_FACTS)
    desk.ticks("decision", "notify")
    page.get_by_label("Advice, and why").fill("a list of pupils with addresses")
    desk.presses("Advise")
    desk.sits(AppRole.HEAD, f"/breaches/{breach}")
    desk.ticks("decision", "notify")
    page.get_by_label("Reason", exact=True).fill("as advised")
    desk.presses("Decide")
    desk.sits(AppRole.DPO, f"/breaches/{breach}")
    assert "--" not in page.locator("main").inner_text()  # no words of a command
    for reference in ("IC-123456", "IC-123456/2"):  # the next step is open, a further phase is not
        if reference.endswith("/2"):
            desk.opens("Record that the regulator was told")
        page.get_by_label("When it was sent").fill("2026-11-25T01:00")
        desk.fills(reference=reference)
        desk.presses("Record it")
        desk.sees(reference)
    desk.presses("Close it")
    page.locator("h1 .state").filter(has_text="closed").wait_for()
    _, rows = store.of(breach) or ("", ())
    assert standing(rows).state is BreachState.CLOSED
    assert [row.reference for row in standing(rows).notified] == ["IC-123456", "IC-123456/2"]


OTHER_FACTS = Facts(
    description="A list of form 7B lay in the street.",
    cause=Cause.LOST_PAPER,
    remedy="found again",
    investigation="asked who had it",
    investigated_by="the DPO",
    outcome="a talk about paper",
)


def exports_a_person(desk: Desk) -> None:
    """B2, task 3: what is held about a pupil, as a file; by number, as a name stands nowhere."""
    desk.office.accept(a_pupil("51", given_name="Ivo", surname="Quill"))
    desk.sits(AppRole.DPO, "/exports")
    desk.fills(text="quill")
    desk.presses("Find")
    desk.ticks("person", "oak:51")
    desk.fills(reference="SAR-12")
    with desk.page.expect_download() as made:
        desk.presses("Make the file")
    file = zipfile.ZipFile(io.BytesIO(Path(made.value.path()).read_bytes()))
    assert file.namelist() == ["person.json", "person.html"]
    assert "uill" not in desk.page.url + made.value.suggested_filename
