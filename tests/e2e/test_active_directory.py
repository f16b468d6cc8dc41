"""Active Directory at home: what Graph may not do becomes a worklist, by our own command line."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from night import Ended, Row, School, days, today

from graphsync.stamps import stamp
from policies.people import PersonKey

SID = "S-1-5-21-1004336348-1177238915-682003330-2001"
ONEILL = "O\N{RIGHT SINGLE QUOTATION MARK}Neill"
UNIT = "OU=Year 8,OU=Pupils,DC=school,DC=internal"


def in_ad(school: School, row: Row, **more: Any) -> str:
    """The person's account is mastered in Active Directory from now on; its id."""
    account = str(school.user(row)["id"])
    mastered = {"onPremisesSyncEnabled": True, "onPremisesSecurityIdentifier": SID, **more}
    school.tenant.by_hand(account, **mastered)
    return account


def rows(school: School, *arguments: object) -> list[dict[str, Any]]:
    listed = school.json("worklist", *arguments)
    assert listed.code == 0, listed.err
    return list(listed.json["items"])


def night(school: School) -> Ended:
    school.export()
    ended = school.json("sync")
    assert ended.code == 0, ended.out + ended.err
    return ended


def test_a_joiner_is_created_in_ad_and_found_by_the_mark_that_ad_was_asked_to_set(school: School):
    school.pack(home={"pupil": "ad", "staff": "cloud"})
    first = night(school)
    assert first.run["worklist"]["opened"] == 6
    key = school.key(school.row(1))
    (row,) = [one for one in rows(school) if one["person"] == key]
    mark = stamp(PersonKey.parse(key))
    assert (row["task"], row["wanted"]["employeeID"], row["doubt"]) == ("create", mark, "")
    again = night(school)
    assert again.run["worklist"] == first.run["worklist"] | {"opened": 0}
    assert row in rows(school), "asked for again, the row is the same"

    wanted = row["wanted"]
    made = school.tenant.graph(
        "POST",
        "/users",
        {
            "accountEnabled": True,
            "displayName": wanted["displayName"],
            "givenName": wanted["givenName"],
            "surname": wanted["surname"],
            "department": wanted["department"],
            "mailNickname": wanted["sAMAccountName"],
            "userPrincipalName": wanted["userPrincipalName"],
            "employeeId": wanted["employeeID"],
            "passwordProfile": {"password": "Orange-Kite-42"},
        },
    )
    school.tenant.by_hand(made["id"], onPremisesSyncEnabled=True, onPremisesSecurityIdentifier=SID)
    seen = night(school)
    assert seen.run["worklist"]["closed"] == 1
    assert key not in seen.held
    assert key not in {one["person"] for one in rows(school)}
    groups = school.user(school.row(1))["groups"]
    assert f"gs-{school.id}-form-7a" in groups, "cloud groups still go by Graph"


def test_a_joiner_whom_ad_made_without_the_mark_waits_for_a_person_and_is_not_made_twice(
    school: School,
):
    school.pack(home={"pupil": "ad", "staff": "cloud"})
    night(school)
    row = school.row(1)
    names = {"givenName": row["Preferred Forename"], "surname": row["Preferred Surname"]}
    made = school.tenant.graph(
        "POST",
        "/users",
        {
            "accountEnabled": True,
            "displayName": "x",
            "mailNickname": "x",
            "userPrincipalName": f"x@{school.domain}",
            "passwordProfile": {"password": "Orange-Kite-42"},
            **names,
        },
    )
    school.tenant.by_hand(made["id"], onPremisesSyncEnabled=True)
    night(school)
    (line,) = [one for one in rows(school) if one["person"] == school.key(row)]
    assert "graphsync match list" in line["doubt"]
    assert school.json("match", "accept", school.key(row), made["id"]).code == 0
    night(school)
    tasks = [one["task"] for one in rows(school) if one["person"] == school.key(row)]
    assert "create" not in tasks


def test_a_new_name_and_a_new_year_are_asked_of_ad_and_seen_in_the_tenant(school: School):
    school.loaded()
    school.pack(home={"ou": {"8": UNIT}})
    account = in_ad(
        school,
        school.row(1),
        onPremisesDistinguishedName="CN=x,OU=Year 7,OU=Pupils,DC=school,DC=internal",
    )
    school.row(1).update({"Preferred Surname": ONEILL, "Year": "Year  8", "Reg": "8B"})
    asked = night(school)
    assert "update_user" not in asked.counts
    assert asked.counts["add_to_group"] == 2, "groups go by Graph"
    rename, move = sorted(rows(school), key=lambda one: one["task"], reverse=True)
    assert (rename["task"], rename["wanted"]["surname"]) == ("rename", ONEILL)
    assert rename["wanted"]["department"] == "8B"
    assert (move["task"], move["wanted"]) == ("move", {"ou": UNIT})

    file = school.folder / "worklist.ps1"
    assert school("worklist", "--powershell", file).code == 0
    text = file.read_bytes().decode("utf-8-sig")
    assert f"Set-ADUser -Identity '{SID}' -WhatIf:$dry" in text
    assert "-Surname ('' + 'O' + [char]0x2019 + 'Neill')" in text
    assert f"-TargetPath '{UNIT}' -WhatIf:$dry" in text
    assert file.stat().st_mode & 0o077 == 0

    school.tenant.by_hand(account, **rename["wanted"])
    assert night(school).run["worklist"]["closed"] == 1
    moved = f"CN=x,OU=8B,{UNIT.upper()}"
    school.tenant.by_hand(account, onPremisesDistinguishedName=moved)
    assert night(school).run["worklist"]["closed"] == 1
    assert rows(school) == []


def test_a_row_that_the_roster_takes_back_is_withdrawn(school: School):
    school.loaded()
    in_ad(school, school.row(1))
    school.row(1)["DOL"] = days(-1)
    night(school)
    assert [one["task"] for one in rows(school)] == ["disable"]
    school.row(1)["DOL"] = ""
    night(school)
    assert rows(school) == []
    ended = [row["closed_by"] for row in school.rows("worklist")]
    assert ended == ["no longer asked for"]
    whole_journal = [
        row["result"] for row in school.rows("journal") if "worklist" in row["operation"]
    ]
    assert whole_journal[-1] == "no longer asked for"


def test_a_hold_puts_a_row_in_doubt_and_its_script_is_a_comment(school: School):
    school.loaded()
    in_ad(school, school.row(1))
    school.row(1)["Preferred Surname"] = "Newname"
    night(school)
    key = school.key(school.row(1))
    held = school.json("hold", "add", key, "--reason", "court order", "--clause", "PB-2")
    assert held.code == 0
    night(school)
    (row,) = rows(school)
    assert row["doubt"] == "the person is on hold"
    file = school.folder / "worklist.ps1"
    school("worklist", "--powershell", file)
    text = file.read_text("utf-8-sig")
    assert "# NOT RUN: the person is on hold" in text
    assert "Set-ADUser -Identity" not in text
    assert "court order" not in text
    school.json("hold", "lift", key, "--reason", "done")
    night(school)
    assert [one["doubt"] for one in rows(school)] == [""]


def test_a_plan_of_another_day_and_a_pilot_of_others_leave_the_worklist_alone(school: School):
    school.loaded()
    in_ad(school, school.row(1))
    school.row(1)["DOL"] = days(3)
    school.export()
    ahead = school.json("plan", "--as-of", today() + timedelta(days=9))
    assert ahead.held[school.key(school.row(1))] == "ad"
    assert rows(school) == []
    school.row(1)["DOL"] = days(-1)
    school.export()
    assert school.json("plan", "--only", school.key(school.row(2))).code == 0
    assert rows(school) == []
    school.json("plan")
    assert [one["task"] for one in rows(school)] == ["disable"]
    school.row(1)["DOL"] = ""
    school.export()
    school.json("plan", "--only", school.key(school.row(2)))
    assert [one["task"] for one in rows(school)] == ["disable"]


def test_a_school_that_observes_asks_nothing_of_ad_and_one_that_pauses_only_departures(
    school: School,
):
    school.loaded()
    for number in (1, 2):
        in_ad(school, school.row(number))
    school.row(1)["Preferred Surname"] = "Newname"
    school.row(2)["DOL"] = days(-1)
    school.pack(sync={"mode": "observe"})
    school.export()
    school.json("sync")
    assert rows(school) == []
    school.pack()
    assert school.json("pause", school.id, "--reason", "inspection").code == 0
    school.json("sync")
    assert [one["task"] for one in rows(school)] == ["disable"]


def test_a_password_is_asked_for_by_a_person_and_done_when_the_tenant_shows_a_newer_one(
    school: School,
):
    school.loaded()
    key = school.key(school.row(1))
    refused = school("worklist", "--ask-password", key, "--reason", "forgot it")
    assert (refused.code, "not mastered in Active Directory" in refused.err) == (2, True)
    account = in_ad(school, school.row(1))
    night(school)
    asked = rows(school, "--ask-password", key, "--reason", "forgot it")
    assert [(one["task"], one["why"]) for one in asked] == [("password", "forgot it")]
    again = school("worklist", "--ask-password", key, "--reason", "forgot it")
    assert (again.code, "asked for already" in again.err) == (2, True)
    night(school)
    assert [one["row"] for one in rows(school)] == [asked[0]["row"]]
    school.tenant.by_hand(account, lastPasswordChangeDateTime="2099-01-01T00:00:00Z")
    night(school)
    assert rows(school) == []


def test_many_leavers_at_once_are_in_doubt_like_any_plan_over_the_limit(school: School):
    school.pack(limits={"disable": {"floor": 1, "share": 0.0, "count": 0}})
    school.loaded()
    for number in (1, 2):
        in_ad(school, school.row(number))
        school.row(number)["DOL"] = days(-1)
    night(school)
    doubts = {one["doubt"] for one in rows(school)}
    (doubt,) = doubts
    assert doubt.startswith("2 accounts of pupil to be disabled at once, the pack allows 1:")


def test_the_file_for_a_spreadsheet_has_documented_columns_and_no_formula(school: School):
    school.loaded()
    in_ad(school, school.row(1))
    school.row(1)["Preferred Surname"] = "-Zoë"
    night(school)
    file = school.folder / "worklist.csv"
    assert school("worklist", "--csv", file).code == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbfrow,task,person,due,")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        (line,) = csv.DictReader(lines)
    assert (line["new_surname"], line["new_given_name"], line["overdue"]) == ("'-Zoë", "", "no")
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--school", "nowhere"), 2, "nowhere.yaml"),
        (("--ask-password", "s01:1"), 64, "go together"),
        (("--ask-password", "s01:1", "--reason", "x"), 2, "has no account that we know of"),
        (("--ask-password", "x", "--reason", "x"), 64, "write SCHOOL:ID"),
    ],
)
def test_what_the_command_cannot_do_it_says(
    school: School, arguments: tuple[str, ...], code: int, told: str
):
    ended = school("worklist", *arguments)
    assert (ended.code, told in ended.err) == (code, True), ended.err


def test_the_night_tells_of_the_worklist_on_the_terminal_and_on_its_page(school: School):
    school.loaded()
    in_ad(school, school.row(1))
    school.row(1)["DOL"] = days(-1)
    school.export()
    page = school.folder / "night.html"
    told = school("sync", "--html", page)
    assert "For Active Directory" in told.out
    assert "1 open row; 1 new, 0 ended by this run" in told.out
    assert "1 open row; 1 new, 0 ended by this run" in page.read_text()
    shown = school("worklist")
    assert "task: disable" in shown.out
    assert school("worklist", "--overdue").out == "Nothing is to be done in Active Directory.\n"
