"""Tasks of a governor or auditor at the console (law B9)."""

import re
from datetime import timedelta

from oak_desk import Desk
from office import a_pupil
from rooms_of_assurance import a_gate

from api.permissions import AppRole


def reads_the_pack(desk: Desk) -> None:
    """B9, tasks 1 and 3: figures with their rules, and last term's head against the journal."""
    desk.office.accept(a_pupil("95", given_name="Zebedee", surname="Quince"))
    desk.office.plan()
    desk.office.now += timedelta(minutes=6)  # a pack is counted anew after five
    head = desk.office.store.journal.head()
    desk.sits(AppRole.VIEWER)
    desk.follows("Termly pack")
    desk.sees("Leaver block time")
    desk.sees("must be 0")
    desk.sees("Sign-in ends the night after the last day")
    desk.sees(head.hash)
    assert "Quince" not in desk.text
    desk.follows("Journal")
    desk.fills(row=f"{head.rows:,}", printed=head.hash)
    desk.presses("Verify the journal")
    desk.sees("the printed row is as it was printed")


def proves_the_gate(desk: Desk) -> None:
    """B9, task 2: a governor's word draws pupils; the DPO opens the proofs; numbers are kept."""
    a_gate(desk.side, "oak")
    desk.sits(AppRole.VIEWER, "/packs")
    desk.follows("Draw a sample of the consent gate")
    desk.fills(seed="Four Two Six")
    desk.presses("Draw the sample")
    desk.sees("Drawn: no. 1 to 6")
    assert not re.search("oak:s[0-9]", desk.page.content())
    desk.sits(AppRole.DPO, "/samples")
    desk.fills(seed="four two six")
    desk.presses("Draw the sample")
    page = desk.page
    assert page.get_by_role("link", name=re.compile("Proof of oak:s")).count() == 6
    for number in range(1, 7):
        desk.ticks(f"proof{number}", "fail" if number == 6 else "pass")
    desk.presses("Keep the result")
    desk.sees("5 passed, 1 failed")
    desk.sits(AppRole.VIEWER, "/samples")
    desk.sees("5 passed, 1 failed")
    desk.sees("four two six")
