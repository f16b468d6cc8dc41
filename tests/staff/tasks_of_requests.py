"""A request about somebody's data in a browser: four people, one after the other."""

from oak_desk import Desk

from api.permissions import AppRole
from graphsync.request_desk import show
from policies.data_requests import State
from policies.request_records import Step


def answers_a_request(desk: Desk) -> None:
    """B2, task 3: logged at the office, made sure of, paused, heard, checked, sent, closed."""
    page, day = desk.page, "2026-11-25"
    desk.sits(AppRole.OFFICE, "/requests/log")
    desk.ticks("kind", "access")
    desk.ticks("asker", "parent")
    desk.fills(about="oak:61", received=day)
    desk.presses("Log it")
    desk.sees("Put this number on the letter")
    request = page.url.partition("made=")[2]
    desk.sits(AppRole.DPO, "/requests")
    desk.follows(request)
    desk.sees("days left")
    for told in ("It is made sure who asks", "They may ask for this person"):
        desk.presses(f"Tick: {told.lower()}")
    desk.opens("Stop the clock")
    desk.ticks("pause", "scope")
    page.get_by_label("What you asked").fill("which years they mean")
    desk.presses("Stop the clock")
    desk.presses("Let it run")
    for told in ("It is looked at whether the child decides", "No order and no hold forbids it"):
        desk.presses(f"Tick: {told.lower()}")
    desk.sees("No second person has checked")
    desk.sits(AppRole.SAFEGUARDING_LEAD, f"/requests/{request}")
    desk.ticks("harm", "none")
    desk.presses("Say so")
    desk.sits(AppRole.HEAD, f"/requests/{request}")
    desk.presses("I have checked it")
    desk.sits(AppRole.DPO, f"/requests/{request}")
    desk.ticks("means", "secure_link")
    desk.presses("Record it")
    desk.ticks("outcome", "answered")
    desk.ticks("systems", "CCTV")
    desk.presses("Close it")
    desk.sees("searched: CCTV")
    file = show(desk.office.bench, request)
    assert (file.line.state, set(file.steps)) == (State.CLOSED, set(Step))
