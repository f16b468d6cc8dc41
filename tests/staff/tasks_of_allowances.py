"""Tasks of DPO and head about what is allowed until a day (law B2)."""

from datetime import timedelta

from oak_desk import Desk
from rooms_of_mail import WHY, an_item
from rooms_of_mail import desk as somebody

from api.permissions import AppRole
from graphsync.dlp_allowances import lapse
from graphsync.dlp_desk import Note, advise
from policies.mail_queue import Advice, Office


def lets_lapse(desk: Desk) -> None:
    """B2, task 1, step 7: its end is told 14 days before; one is renewed, the other lapses."""
    office = desk.office
    items = [an_item(desk.side, "oak")["item"] for _ in range(2)]
    for item in items:
        allow(desk, item)
    office.now += timedelta(days=20)
    desk.sits(AppRole.DPO)
    desk.sees("2 allowed mails to renew or let lapse within 14 days")
    desk.goes("/mail/decisions")
    desk.sees("renew or let lapse")
    desk.follows(items[0])
    desk.sees("To renew it")
    desk.page.get_by_label("Why").first.fill("the nurse still needs it")
    desk.presses("Reopen")
    desk.sees("it begins anew")
    allow(desk, items[0])
    office.now += timedelta(days=15)
    assert lapse(office.bench) == 1
    states = {one: str(office.store.dlp_items.of([one])[one].state) for one in items}
    assert states == {items[0]: "decided", items[1]: "reopened"}


def allow(desk: Desk, item: str) -> None:
    """The DPO supports it, and the head allows it for thirty days."""
    advise(desk.office.bench, somebody(Office.DPO), [item], Advice.SUPPORT, Note(WHY))
    desk.sits(AppRole.HEAD, f"/mail/{item}")
    desk.ticks("word", "no breach: allowed by policy")
    desk.page.get_by_label("Allowed until").fill(f"{desk.office.now.date() + timedelta(days=30)}")
    desk.page.get_by_label("Why").first.fill("as advised")
    desk.presses("Decide")
    desk.sees("Done: decided")
    desk.sees("Allowed until")
