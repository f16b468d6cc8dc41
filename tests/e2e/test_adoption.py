"""Adopted accounts: their differences, their release, and links rebuilt after a loss."""

import sqlite3
from pathlib import Path

import pytest
from night import School, approved, days
from test_foreign_accounts import somebody


@pytest.fixture
def adopted(school: School) -> str:
    """The first pupil's account, adopted under a display name that is not the roster's; its id."""
    row = school.row(1)
    names = {"givenName": row["Preferred Forename"], "surname": row["Preferred Surname"]}
    account = somebody(school, "old.account", **{**names, "displayName": "Robbie B."})
    school.json("sync")
    assert school("match", "accept", school.key(row), account).code == 0
    assert school.json("sync").code == 0, "nobody in the domain is a stranger any more"
    school.tenant.control("POST", "clock", {"advance_seconds": 1})  # sessions: by the second
    return account


def test_an_adopted_account_keeps_its_names_until_a_person_agrees(school: School, adopted: str):
    assert school.users()["old.account"]["displayName"] == "Robbie B."
    assert school.json("plan").held == {f"{school.id}:5001": "adopted_difference"}
    agreed = school.json("match", "agree", f"{school.id}:5001")
    assert agreed.json["account"] == adopted
    night = school.json("sync")
    assert night.counts == {"update_user": 1}
    account = school.users()["old.account"]
    assert account["displayName"] == "Robinb Barlow"
    assert account["userPrincipalName"] == f"old.account@{school.domain}"


def test_an_account_that_is_released_stays_as_it_is_and_is_not_taken_up_again(
    school: School, adopted: str
):
    before = school.users()["old.account"]
    assert school("match", "release", f"{school.id}:5001").code == 0
    assert adopted not in {row["object_id"] for row in school.rows("links")}
    plan = school.json("plan")
    assert plan.counts["create_user"] == 1, "the person is a joiner like any other"
    assert f"{school.id}:5001" not in plan.held
    assert school.users()["old.account"] == before
    assert [row["object_id"] for row in school.events("released")] == [adopted]


def test_only_an_adopted_account_is_released_or_agreed_upon(school: School):
    school.loaded()
    for command in ("release", "agree"):
        ended = school("match", command, f"{school.id}:5001")
        assert ended.code == 2
        assert "made by graphsync" in ended.err
        assert school("match", command, f"{school.id}:1").code == 2


def test_a_bound_group_loses_others_people_only_once_it_is_adopted_and_approved(school: School):
    school.loaded()
    pupils = [school.user(school.row(number))["id"] for number in (1, 2)]
    one, other = (school.user(row)["id"] for row in school.staff)
    (office,) = (
        user["id"]
        for user in school.tenant.state()["users"]
        if user["userPrincipalName"] == "adm-office@trust.example"
    )
    places = [f"{school.tenant.settings['GRAPH_URL']}/directoryObjects/{id_}" for id_ in pupils]
    group = {"displayName": "Teachers", "mailNickname": "t", "mailEnabled": False}
    made = school.tenant.graph(
        "POST",
        "/groups",
        {
            **group,
            "securityEnabled": True,
            "members@odata.bind": [
                places[0],
                *(f"{places[0][:-36]}{id_}" for id_ in (one, office)),
            ],
        },
    )
    school.tenant.settle()

    def members() -> set[str]:
        listed = school.tenant.graph("GET", f"/groups/{made['id']}/members?$select=id")
        return {member["id"] for member in listed["value"]}

    name = f"gs-{school.id}-all-staff"
    kept = {"all_staff": "{school} All staff", "bind": {name: made["id"]}}
    school.pack(groups=kept)
    night = school.json("sync")
    assert night.counts["add_to_group"] == 1, night.out
    assert night.held == {f"{school.id}:5001": "membership_not_ours"}
    assert members() == {pupils[0], one, other, office}
    ours = [(row["group_id"], row["object_id"]) for row in school.rows("bound_members")]
    assert ours == [(made["id"], other)]
    school.pack(groups={**kept, "adopt": [name]})
    parked = school.json("sync")
    assert (parked.code, parked.codes) == (2, [f"adopt_{made['id']}"])
    assert members() == {pupils[0], one, other, office}
    assert approved(school, parked).code == 0
    applied = school.json("apply", parked.run["run"])
    assert (applied.code, applied.counts) == (0, {"remove_from_group": 1})
    assert members() == {one, other, office}
    school.tenant.graph("POST", f"/groups/{made['id']}/members/$ref", {"@odata.id": places[1]})
    school.tenant.graph("DELETE", f"/groups/{made['id']}/members/{other}/$ref")
    school.tenant.settle()
    later = school.json("sync")
    assert (later.code, later.counts) == (0, {"add_to_group": 1, "remove_from_group": 1})
    assert members() == {one, other, office}


def lost(school: School) -> Path:
    """Export the journal, then lose the database."""
    export = school.folder / "journal.jsonl"
    assert school("audit", "export", export).code == 0
    for file in (school.folder / "data").iterdir():
        file.unlink()
    return export


def test_a_lost_database_is_rebuilt_from_the_journal(school: School, adopted: str):
    school.row(2)["DOL"] = days(-1)
    school.export()
    assert school.json("sync").code == 0
    links = {(row["mis_id"], row["object_id"], row["how"]) for row in school.rows("links")}
    export = lost(school)
    restored = school.json("match", "restore", "--file", export)
    assert restored.json["links"] == len(links) == 8
    assert {(r["mis_id"], r["object_id"], r["how"]) for r in school.rows("links")} == links
    night = school.json("plan")
    assert night.counts == {}
    assert night.held == {f"{school.id}:5001": "adopted_difference"}
    school.row(2)["DOL"] = ""
    school.export()
    assert school.json("plan").counts["enable_user"] == 1, "the block is known to be ours"


def test_without_the_journal_stamps_bring_back_what_we_created(school: School):
    school.loaded()
    lost(school)
    again = school.json("plan")
    assert (again.counts, again.held) == ({}, {})
    assert len(school.rows("links")) == 8


def test_a_broken_export_or_a_store_in_use_restores_nothing(school: School, adopted: str):
    export = school.folder / "journal.jsonl"
    assert school("audit", "export", export).code == 0
    used = school("match", "restore", "--file", export)
    assert used.code == 2
    assert "links people already" in used.err
    export = lost(school)
    export.write_bytes(export.read_bytes().replace(b"adopted", b"ADOPTED", 1))
    broken = school("match", "restore", "--file", export)
    assert broken.code == 2
    assert "take another copy" in broken.err
    with sqlite3.connect(school.folder / "data" / "graphsync.db") as store:
        assert store.execute("SELECT count(*) FROM links").fetchone() == (0,)
    assert adopted


def test_proposals_go_out_to_a_spreadsheet_and_come_back_as_decisions(school: School):
    for number in (1, 2, 3):
        row = school.row(number)
        names = {"givenName": row["Preferred Forename"], "surname": row["Preferred Surname"]}
        somebody(school, f"old{number}", **names)
    school.json("plan")
    assert school("match", "list", "--file", "all.csv").code == 0
    written = (school.folder / "all.csv").read_text("utf-8-sig").splitlines()
    assert len(written) == 4
    head = written[0]
    for command, line, told in (
        ("accept", written[1], "accepted"),
        ("refuse", written[2], "refused"),
        ("ignore", written[3], "ignored"),
    ):
        (school.folder / "part.csv").write_text(f"{head}\r\n{line}\r\n", "utf-8-sig")
        decided = school.json("match", command, "--file", "part.csv")
        assert (decided.code, decided.json[told]) == (0, 1), decided.err
    assert school.json("match", "list").json["items"] == []
    plan = school.json("plan")
    assert set(plan.held.values()) <= {"adopted_difference"}
    assert plan.counts["create_user"] == 7


@pytest.mark.parametrize("word", ["accept", "refuse", "ignore"])
def test_a_decision_needs_a_pair_or_a_file(school: School, word: str):
    assert school("match", word).code == 64
    assert school("match", word, f"{school.id}:5001").code == 64
    (school.folder / "bad.csv").write_text("person,account\nnobody,x\n", "utf-8")
    refused = school("match", word, "--file", "bad.csv")
    assert refused.code == 2
    assert "bad.csv, row 2: the column person must be SCHOOL:ID" in refused.err
