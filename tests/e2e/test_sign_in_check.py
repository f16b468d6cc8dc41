"""What `policy check` and doctor tell about second factors and weak passwords, asked just then."""

from diagnosis import ASKED_FOR, diagnosis, use_app
from night import Row, School

REPORT = "/v1.0/reports/"
WITH_MFA = {"all_staff": "{school} All staff", "mfa": "{school} MFA"}


def findings(school: School) -> dict[str, str]:
    """The last sentence about each subject."""
    told = school.json("policy", "check", school.id)
    assert told.code == 0, told.err
    return {one["subject"]: one["sentence"] for one in told.json["items"]}


def registers(school: School, row: Row) -> None:
    """An administrator registers a phone for somebody."""
    path = f"/users/{school.user(row)['id']}/authentication/phoneMethods"
    phone = {"phoneNumber": "+44 7700900123", "phoneType": "mobile"}
    school.tenant.graph("POST", path, phone, may="UserAuthenticationMethod.ReadWrite.All")
    school.tenant.settle()


def reads_the_report(school: School, since: int) -> bool:
    return any(one["path"].startswith(REPORT) for one in school.tenant.requests(since))


def test_staff_without_a_second_factor_are_found_where_the_pack_asks_for_one(school: School):
    school.pack(groups=WITH_MFA)
    mark = school.tenant.mark()
    school.loaded()
    assert not reads_the_report(school, mark)  # a night costs no more than before
    registered, other = school.staff
    registers(school, registered)
    mark = school.tenant.mark()
    found = findings(school)
    assert "no second factor (MFA) is registered" in found[school.key(other)]
    assert found.keys().isdisjoint(map(school.key, (registered, *school.pupils)))
    assert reads_the_report(school, mark)
    assert school.tenant.writes(mark) == []
    assert diagnosis(school).one("second factor", "ok")["found"].endswith(school.id)

    use_app(school, *ASKED_FOR)
    found = findings(school)
    assert found["groups.mfa"].startswith("cannot be told")
    assert "AuditLog.Read.All" in found["groups.mfa"]
    assert school.key(other) not in found
    told = diagnosis(school)
    assert "AuditLog.Read.All is missing" in told.one("permissions", "warning")["found"]
    assert "AuditLog.Read.All" in told.one("second factor", "warning")["found"]
    assert told.ended.code == 0

    school.pack()
    mark = school.tenant.mark()
    assert findings(school).keys().isdisjoint({school.key(other), "groups.mfa"})
    assert not reads_the_report(school, mark)


def test_an_account_that_is_let_off_the_rule_for_passwords_is_found_by_its_person(school: School):
    school.loaded()
    weak, other = school.pupils[:2]
    account = school.user(weak)["userPrincipalName"]
    policies = "DisablePasswordExpiration, DisableStrongPassword"
    school.tenant.by_hand(account, passwordPolicies=policies)
    found = findings(school)
    assert "DisableStrongPassword" in found[school.key(weak)]
    assert school.key(other) not in found
    assert "password.min_length" not in found
    school.save_settings(CLIENT_SECRET="wrong")
    found = findings(school)
    assert school.key(weak) not in found
    assert found["password.min_length"].startswith("cannot be told")
    assert "AADSTS7000215" in found["password.min_length"]
