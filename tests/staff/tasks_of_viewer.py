"""Tasks of a governor or auditor at the console (law B9)."""

from oak_desk import Desk
from office import a_pupil

from api.permissions import AppRole


def reads_the_pack(desk: Desk) -> None:
    """B9, tasks 1 and 3: figures with their rules, and last term's head against the journal."""
    desk.office.accept(a_pupil("95", given_name="Zebedee", surname="Quince"))
    desk.office.plan()
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
