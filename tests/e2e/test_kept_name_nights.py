"""A name that safeguarding keeps, at the tenant itself: at once, through nights, and back again."""

import asyncio
import contextlib
from datetime import timedelta

from night import School, today, whole

from api.wiring import open_bench, settings_with_notes
from graphsync.kept_name_desk import Wish, carried, give_back, keep
from graphsync.settings import Need
from graphsync.stamps import stamp
from policies.kept_names import Ground
from policies.people import PersonKey


def names(school: School) -> tuple[str, str]:
    """What the tenant calls the fourth pupil, whoever that seems to be."""
    mark = stamp(PersonKey.parse(school.key(school.row(4))))
    (user,) = (one for one in school.users().values() if one["employeeId"] == mark)
    assert user["displayName"] == f"{user['givenName']} {user['surname']}"
    return user["givenName"], user["surname"]


def test_the_tenant_has_the_kept_name_at_once_and_no_night_or_undo_takes_it_away(school: School):
    school.loaded()
    person = PersonKey.parse(school.key(school.row(4)))
    before = names(school)
    wish = Wish(
        person=person,
        given_name="Nia",
        surname="Brook",
        ground=Ground.ADDRESS,
        review_on=today() + timedelta(days=90),
    )
    with (
        contextlib.chdir(school.folder),
        open_bench(settings_with_notes(), Need.TENANT) as bench,
    ):
        keep(bench, wish)
        assert asyncio.run(carried(bench, person))
        assert names(school) == ("Nia", "Brook")
        run = school.json("runs").json["items"][0]["run"]
        school.row(4)["Preferred Surname"] = "Newname"
        school.export()
        night = school.json("sync")
        assert night.code == 0, night.out
        assert names(school) == ("Nia", "Brook")
        assert "Brook" not in school("run", run, "--json").out
        undone = school.json("undo", run)
        assert undone.counts == {}
        assert undone.held == {str(person): "not_undone"}
        give_back(bench, person)
        assert asyncio.run(carried(bench, person))
    assert names(school) == (before[0], "Newname")
    whole(school)
