"""Accounts that were there before us: proposed, adopted, protected, mastered in AD."""

from typing import Any

import pytest
from night import School, a_pupil, approved, days


def somebody(school: School, alias: str, **properties: Any) -> str:
    """An account that stands in the school's domain already; its id."""
    made = school.tenant.graph(
        "POST",
        "/users",
        {
            "accountEnabled": True,
            "displayName": alias,
            "mailNickname": alias,
            "userPrincipalName": f"{alias}@{school.domain}",
            "passwordProfile": {"password": "Orange-Kite-42"},
            **properties,
        },
    )
    school.tenant.settle()
    return str(made["id"])


@pytest.fixture
def theirs(school: School) -> str:
    """An account with the names of the first pupil."""
    row = school.row(1)
    names = {"givenName": row["Preferred Forename"], "surname": row["Preferred Surname"]}
    return somebody(school, "old.account", **names)


def load(school: School) -> Any:
    """The first load, approved: the domain has people."""
    first = school.json("sync")
    assert first.code == 2
    assert approved(school, first).code == 0
    applied = school.json("apply", first.run["run"])
    assert applied.code == 0, applied.err
    return first


def test_a_person_who_resembles_an_account_is_held_and_not_numbered_past_it(
    school: School, theirs: str
):
    first = load(school)
    key = school.key(school.row(1))
    assert first.held == {key: "possible_existing_account"}
    names = [user["surname"] for user in school.users().values()]
    assert names.count(school.row(1)["Preferred Surname"]) == 1
    (proposal,) = school.json("match", "list").json["items"]
    assert proposal["person"] == key
    assert proposal["account"] == f"old.account@{school.domain}"


def test_an_adopted_account_keeps_its_names_and_joins_its_groups(school: School, theirs: str):
    load(school)
    school.row(1)["Preferred Forename"] = "Robyn"
    school.export()
    before = school.users()["old.account"]
    matches = school.folder / "matches.csv"
    matches.write_text(f"person,account\n{school.key(school.row(1))},{theirs}\n")
    accepted = school.json("match", "accept", "--file", matches)
    assert accepted.code == 0, accepted.err
    night = school.json("sync")
    assert night.code == 0, night.out
    assert "create_user" not in night.counts
    after = school.users()["old.account"]
    for name in ("id", "userPrincipalName", "mailNickname", "displayName", "givenName", "surname"):
        assert after[name] == before[name]
    assert f"gs-{school.id}-form-7a" in after["groups"]
    assert night.held[school.key(school.row(1))] == "adopted_difference"
    assert school.json("sync").counts == {}


def test_a_file_of_matches_with_one_bad_row_adopts_nobody(school: School, theirs: str):
    load(school)
    matches = school.folder / "matches.csv"
    matches.write_text(
        f"person,account\n{school.key(school.row(1))},{theirs}\n{school.id}:nobody,{theirs}\n"
    )
    refused = school("match", "accept", "--file", matches)
    assert refused.code == 2
    assert "row 3" in refused.err
    assert school.json("sync").held == {school.key(school.row(1)): "possible_existing_account"}


def test_an_account_mastered_in_ad_is_held_for_ad_and_its_sessions_are_revoked(school: School):
    school.loaded()
    key, account = school.key(school.row(2)), school.user(school.row(2))["id"]
    school.tenant.by_hand(account, onPremisesSyncEnabled=True)
    school.row(2)["DOL"] = days(-1)
    school.export()
    night = school.json("sync")
    assert night.code == 0, night.out
    assert night.counts == {"revoke_sessions": 1}
    assert night.held == {key: "ad"}
    assert school.user(school.row(2))["accountEnabled"] is True
    assert school.json("sync").counts == {}


def test_a_school_whose_home_is_ad_gets_no_accounts_from_us(school: School):
    school.pack(home={"pupil": "ad", "staff": "cloud"})
    night = school.json("sync")
    assert night.code == 0
    assert night.counts["create_user"] == 2
    assert set(night.held.values()) == {"ad"}
    assert len(night.held) == 6


def test_a_role_holder_is_never_touched_whatever_the_roster_says(school: School):
    office = "adm-office@trust.example"
    school.staff[0]["Work Email"] = office
    school.export()
    night = school.json("sync")
    assert night.code == 0, night.out
    assert night.held == {school.key(school.staff[0]): "protected"}
    accept = school("match", "accept", school.key(school.staff[0]), office)
    assert accept.code == 2
    assert "role" in accept.err


def test_an_account_on_the_packs_list_is_protected(school: School):
    school.loaded()
    upn = school.user(school.row(2))["userPrincipalName"]
    school.pack(protected={"accounts": [upn]})
    school.row(2)["DOL"] = days(-1)
    school.export()
    night = school.json("sync")
    assert night.counts == {}
    assert night.held == {school.key(school.row(2)): "protected"}


def test_an_account_that_was_deleted_by_hand_is_held_and_not_made_again(school: School):
    school.loaded()
    account = school.user(school.row(2))["id"]
    school.tenant.graph("DELETE", f"/users/{account}")
    school.tenant.settle()
    night = school.json("sync")
    assert night.counts == {}
    assert night.held == {school.key(school.row(2)): "account_gone"}


def test_somebody_elses_value_in_the_stamps_attribute_is_not_overwritten(school: School):
    school.loaded()
    account = school.user(school.row(2))["id"]
    school.tenant.by_hand(account, employeeId="payroll-77")
    assert school.json("sync").code == 0
    assert school.user(school.row(2))["employeeId"] == "payroll-77"


def test_staff_are_held_when_no_licence_is_left_and_get_the_rest(school: School):
    school.pack(licences={"staff": {"skus": ["ENTERPRISEPACKPLUS_FACULTY"], "mode": "user"}})
    school.staff = [
        {**school.staff[0], "primary_id": str(9100 + n), "Preferred Surname": f"Licence{n * 'x'}"}
        | {"Staff Code": f"L{n}"}
        for n in range(1, 13)
    ]
    school.export()
    night = school.json("sync")
    assert night.code == 0, night.out
    assert night.counts["create_user"] == 18
    assert night.counts["assign_licence"] == 10
    assert list(night.held.values()) == ["no_licence_left"] * 2
    again = school.json("sync")
    assert (again.code, again.counts) == (0, {})
    assert list(again.held.values()) == ["no_licence_left"] * 2


def test_names_that_clash_are_numbered_and_not_reused_after_a_leaver(school: School):
    school.pupils = [
        a_pupil(1, Preferred_Forename="Robin"),
        {**a_pupil(3), "Preferred Forename": "Rowan", "Preferred Surname": "Barlow"},
    ]
    school.export()
    school.loaded()
    pupils = [alias for alias, user in school.users().items() if user["kind"] == "Pupil"]
    assert sorted(pupils) == ["24barlowr", "24barlowr2"]
