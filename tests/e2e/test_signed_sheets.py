"""The joiner sheet and the owners' confirmations, by our own command line after a first load."""

import re
from datetime import timedelta

from night import School, bench_of, today

from graphsync.joiner_desk import sign_off, unsigned_weeks

FORM = ("--form", "7A", "--collector", "Ms Okafor", "--html", "slips.html")


def test_joiners_are_listed_printed_and_signed_off_and_a_group_is_confirmed_by_a_teacher(
    school: School,
):
    school.loaded()
    assert school("slips", *FORM).code == 0
    listed = school.json("joiners", "list", school.id, "--week", today(), "--html", "sheet.html")
    assert listed.code == 0, listed.err
    items = listed.json["items"]
    assert {one["person"] for one in items} == {
        school.key(row) for row in school.pupils + school.staff
    }
    assert {one["user_name"].partition("@")[0] for one in items} == set(school.users())
    assert sum(one["shown"] for one in items) == 3
    sheet = (school.folder / "sheet.html").read_text("utf-8")
    slips = (school.folder / "slips.html").read_text("utf-8")
    passwords = re.findall(r'<dd class="password">([^<]*)</dd>', slips)
    assert len(passwords) == 3
    assert not [one for one in passwords if one in sheet]
    early = school("joiners", "sign-off", school.id, "--week", today(), "--by", "Principal")
    assert early.code == 2
    assert "is not over" in early.err

    with bench_of(school, by="it", later=timedelta(days=7)) as bench:
        assert len(unsigned_weeks(bench, school.id, "")) == 1
        assert sign_off(bench, school.id, today(), "Principal").without_slip == 5
        assert unsigned_weeks(bench, school.id, "") == []
    (week,) = school.json("joiners", "weeks", school.id).json["items"]
    assert (week["signed_by"], week["recorded_by"], week["joiners"]) == ("Principal", "it", 8)
    assert school("joiners", "sign-off", school.id, "--week", today(), "--by", "X").code == 2

    group, owner = f"gs-{school.id}-all-pupils", school.key(school.staff[0])
    lines = {one["group"]: one for one in school.json("groups", "list", school.id).json["items"]}
    assert lines[group]["members"] == 6
    assert lines[group]["due"] == str(today() + timedelta(days=365))
    members = school.json("groups", "members", school.id, group).json["items"]
    assert {one["person"] for one in members} == {school.key(row) for row in school.pupils}
    mark = school.tenant.mark()
    confirmed = school.json("groups", "confirm", school.id, group, "--owner", owner)
    assert confirmed.json["confirmed_by"] == owner
    pupil = school.key(school.pupils[0])
    assert school("groups", "confirm", school.id, group, "--owner", pupil).code == 2
    assert school.tenant.requests(mark) == []
    assert len(school.events("group_confirmed")) == 1
