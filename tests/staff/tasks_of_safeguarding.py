"""Tasks of the safeguarding lead about a child who must not be found (law B7)."""

from datetime import timedelta

from oak_desk import Desk
from office import a_pupil, an_account, key

from api.permissions import AppRole


def keeps_a_name(desk: Desk) -> None:
    """B7, task 1, and its worst (a): a new legal name on the roster changes nothing."""
    office = desk.office
    office.accept(a_pupil("82", given_name="Zofia", surname="Wrzos"))
    office.sees(office.link("82", user_principal_name="25wrzosz@oak.example"))
    desk.sits(AppRole.SAFEGUARDING_LEAD, "/people/oak/82")
    desk.follows("Name and whereabouts")
    review = office.now.date() + timedelta(days=90)
    desk.fills(given_name="Nia", surname="Brook", reference="CP-12", review_on=f"{review}")
    desk.ticks("ground", "protected address")
    desk.presses("Keep this name")
    desk.sees("The name is kept from now on")
    desk.sees("Set-Mailbox")
    desk.sees("25wrzosz@oak.example")
    office.now += timedelta(minutes=1)
    office.accept(a_pupil("82", given_name="Zofia", surname="Wrzos-Malin"))
    shown = an_account("82", display_name="Nia Brook", given_name="Nia", surname="Brook")
    report = office.plan(shown)
    mine = [one for one in report.changes if one.person == "oak:82"]
    assert not [one for one in mine if {"displayName", "surname"} & one.after.keys()]
    desk.sits(AppRole.IT_MANAGER, "/people/oak/82")
    desk.sees("Nia Brook")
    desk.sees("The name is kept by safeguarding")
    assert "protected address" not in desk.text
    desk.sits(AppRole.HEAD_OF_YEAR, "/people")
    desk.sees("see DSL")
    assert "Wrzos-Malin" not in desk.text
    desk.sits(AppRole.SAFEGUARDING_LEAD, "/kept-names")
    desk.follows("Nia Brook")
    desk.opens("Give the name back")
    desk.presses("Give it back")
    desk.sees("The roster's name counts again")
    assert office.store.kept_names.of(key("82")) is None
