"""doctor --test-account: what is tried, what is seen afterwards, and which accounts are refused."""

from typing import Any

import pytest
from diagnosis import ASKED_FOR, diagnosis, use_app
from night import School

TRIED = {"session revocation", "password reset"}


@pytest.fixture
def account(school: School) -> str:
    """A cloud account made by hand for the trial, known to the school's store as nobody's."""
    school.loaded()
    return an_account(school, "sync-test")


def an_account(school: School, alias: str, **more: Any) -> str:
    name = f"{alias}@{school.domain}"
    body = {
        "accountEnabled": True,
        "displayName": "Trial",
        "mailNickname": alias,
        "userPrincipalName": name,
        "passwordProfile": {"password": "Copper-tiger-lamp7"},
    }
    school.tenant.graph("POST", "/users", body | more)
    school.tenant.settle()
    school.tenant.control("POST", "clock", {"advance_seconds": 2})
    return name


def moments(school: School, account: str) -> tuple[str, str]:
    select = "lastPasswordChangeDateTime,signInSessionsValidFromDateTime"
    user = school.tenant.graph("GET", f"/users/{account}?$select={select}")
    return user["lastPasswordChangeDateTime"], user["signInSessionsValidFromDateTime"]


def refused(school: School, account: str, why: str) -> None:
    """Nothing is written, and the reason says why."""
    mark = school.tenant.mark()
    found = diagnosis(school, "--test-account", account).one("test account", "broken")
    assert why in found["found"]
    assert school.tenant.writes(mark) == []


def test_reset_and_revocation_are_done_seen_and_journalled(school: School, account: str):
    before, mark = moments(school, account), school.tenant.mark()
    told = diagnosis(school, "--test-account", account.upper())
    assert {one["check"]: one["state"] for one in told.items if one["check"] in TRIED} == (
        dict.fromkeys(TRIED, "ok")
    )
    after = moments(school, account)
    assert after[0] > before[0]
    assert after[1] > before[1]
    assert [(one["method"], one["status"]) for one in school.tenant.writes(mark)] == [
        ("POST", 200),
        ("PATCH", 204),
    ]
    done = [row["result"] for row in school.events("trial_set_password")]
    assert done == ["begun", "ok"]
    assert len(school.events("trial_revoke_sessions")) == 2
    assert school.json("audit", "verify").code == 0
    assert account.casefold() not in told.ended.out.casefold()


def test_without_the_option_nothing_is_tried(school: School, account: str):
    mark = school.tenant.mark()
    assert TRIED.isdisjoint(one["check"] for one in diagnosis(school).items)
    assert school.tenant.writes(mark) == []


@pytest.mark.parametrize(
    ("lacking", "check", "says"),
    [
        ("User-PasswordProfile.ReadWrite.All", "password reset", "User Administrator"),
        ("User.RevokeSessions.All", "session revocation", "User.RevokeSessions.All"),
    ],
)
def test_a_permission_that_is_missing_shows_in_the_trial(
    school: School, account: str, lacking: str, check: str, says: str
):
    may = [one for one in ASKED_FOR if one not in {lacking, "User.ReadWrite.All"}]
    use_app(school, *may, "User.Read.All")
    told = diagnosis(school, "--test-account", account)
    found = told.one(check, "broken")
    assert found["found"] == "the app may not do this"
    assert lacking in found["mend"]
    assert says in found["mend"]
    (other,) = TRIED - {check}
    assert other in told.all("ok")


def test_an_account_that_is_a_persons_is_refused(school: School):
    school.loaded()
    refused(school, f"{next(iter(school.users()))}@{school.domain}", "a person's")


def test_an_account_that_is_proposed_as_a_persons_is_refused(school: School):
    pupil = school.pupils[0]
    names = {"givenName": pupil["Preferred Forename"], "surname": pupil["Preferred Surname"]}
    name = an_account(school, "somebody", **names)
    assert school.json("plan").code in {0, 2}
    refused(school, name, "proposed as one's")


def test_an_account_with_a_directory_role_is_refused(school: School):
    school.loaded()
    refused(school, "break-glass@trust.onmicrosoft.com", "holds a directory role")


def test_an_account_that_a_pack_protects_is_refused(school: School, account: str):
    school.pack(protected={"accounts": [account.upper()]})
    refused(school, account, "a pack protects")
    (school.folder / "packs" / "ash.yaml").write_text("school: {id: ash}")
    refused(school, account, "a pack cannot be read")


def test_an_account_that_active_directory_masters_is_refused(school: School, account: str):
    school.tenant.by_hand(account, onPremisesSyncEnabled=True)
    refused(school, account, "Active Directory")


def test_a_guest_is_refused(school: School, account: str):
    school.tenant.by_hand(account, userType="Guest")
    refused(school, account, "guest")


def test_an_account_that_does_not_exist_is_told(school: School):
    school.loaded()
    refused(school, f"nobody@{school.domain}", "no such account")


def test_without_a_store_nothing_is_tried(school: School):
    refused(school.without_store(), "scanner@trust.example", "without a database")


def test_an_answer_that_is_lost_is_settled_by_reading(school: School, account: str):
    school.tenant.faults({"kind": "commit_then_503", "method": "PATCH", "path": "/users/"})
    found = diagnosis(school, "--test-account", account).of("password reset")[0]
    assert found["state"] == "ok"
