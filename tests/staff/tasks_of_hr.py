"""Tasks of HR at the console beside `tasks_of_others` (law B5)."""

from oak_desk import Desk
from office import a_pupil
from rooms_of_leavers import left_ordinarily

from api.permissions import AppRole
from policies.people import Kind


def hands_over(desk: Desk) -> None:
    """B5, task 1, its end: who takes over; what waits for a hand is done, and HR sees it."""
    made = left_ordinarily(desk.side, "oak")["departure"]
    desk.office.accept(
        a_pupil("805", given_name="Ida", surname="Heron", kind=Kind.STAFF, year=None)
    )
    desk.sits(AppRole.HR, f"/leavers/{made}")
    desk.sees("Groups and licences go")
    desk.fills(manager="heron", owner="heron")
    desk.presses("Keep who takes over")
    desk.sees("Ida Heron")
    desk.sits(AppRole.IT_MANAGER, f"/leavers/{made}")
    desk.presses("Done: automatic reply")
    desk.sees("1 of 4 steps done")
    desk.sits(AppRole.HR, f"/leavers/{made}")
    desk.sees("1 of 4 steps done")
    assert desk.page.get_by_role("button", name="Done:").count() == 0
