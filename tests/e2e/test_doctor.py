"""doctor, each check seen right and seen wrong: what needs the tenant."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from diagnosis import ASKED_FOR, NIGHTLY, diagnosis, use_app
from night import FACULTY, School
from quick_loop import quickly

from graphsync.doctor.examination import examine, opened
from graphsync.doctor.findings import Finding, State
from graphsync.settings import load_settings


def test_a_school_in_order_has_nothing_broken_and_everything_looked_at(school: School):
    use_app(school, *ASKED_FOR)
    told = diagnosis(school.loaded())
    assert told.ended.code == 0
    assert told.all("ok") == {
        "settings",
        "clock",
        "sign-in",
        "packs",
        "database",
        "disk",
        "journal",
        "seal key",
        "claims",
        f"nights {school.id}",
        f"roster {school.id}",
        "permissions",
        "protected roles",
        f"domain {school.id}",
        "licences",
    } | (told.all("ok") & {"stamp"})
    # The sandbox's secret never ends, no mail was asked for, and other schools' marks are about.
    assert told.all("warning") - {"stamp"} == {"client secret", "mailbox"}


def test_nothing_is_written_and_no_store_is_made(school: School):
    mark = school.without_store().tenant.mark()
    told = diagnosis(school)
    assert told.one("database", "warning")["found"] == "there is none yet"
    assert not (school.folder / "data").exists()
    assert school.tenant.writes(mark) == []


def test_people_read_a_table_with_marks_and_what_to_do(school: School):
    school.save_settings(CLIENT_SECRET="wrong")
    told = school("doctor")
    assert told.code == 1
    assert "✗" in told.out
    assert "AADSTS7000215" in told.out
    assert "broken, " in told.out.splitlines()[-1]


def test_no_person_no_secret_and_no_address_is_ever_named(school: School):
    school.save_settings(MAIL_FROM=f"mrs.trelawney@{school.domain}")
    told = diagnosis(school.loaded(), "--test-account", f"miss.havisham@{school.domain}")
    names = {row["Preferred Surname"] for row in (*school.pupils, *school.staff)}
    said = told.ended.out + told.ended.err
    for kept in (*names, "trelawney", "havisham", school.settings["CLIENT_SECRET"]):
        assert kept.casefold() not in said.casefold()


def test_a_wrong_secret_is_told_and_hides_nothing_that_is_known_at_home(school: School):
    school.save_settings(CLIENT_SECRET="guessed-at-this-secret")
    told = diagnosis(school)
    found = told.one("sign-in", "broken")
    assert "AADSTS7000215" in found["found"]
    assert "GRAPHSYNC_CLIENT_SECRET" in found["mend"]
    assert "guessed" not in told.ended.out
    assert told.one("permissions", "warning")["found"] == "not looked at, since sign-in failed"
    assert f"roster {school.id}" in told.all("ok")


def test_a_tenant_that_nobody_reaches_is_told_within_the_time(school: School):
    school.save_settings(AUTHORITY="https://localhost:9", GRAPH_URL="https://localhost:9/v1.0")
    began = time.monotonic()
    told = diagnosis(school)
    assert time.monotonic() - began < 15
    assert "GRAPHSYNC_AUTHORITY" in told.one("sign-in", "broken")["mend"]


SPEED = 2  # of the five seconds that sign-in may take a busy machine needs some


def at(school: School, later: timedelta = timedelta()) -> list[Finding]:
    """What doctor finds on a machine whose clock is ahead, with waits that are half as long."""
    loaded = load_settings(school.folder / ".env")
    with opened(loaded, lambda: datetime.now(UTC) + later) as case:
        return quickly(examine(case), SPEED)


def test_a_check_that_is_throttled_is_late_and_hides_no_other(school: School):
    school.tenant.faults(
        {"kind": "status", "status": 429, "path": "/v1.0/domains", "count": None, "retryAfter": 60},
        {"kind": "status", "status": 400, "path": "/v1.0/directoryRoles", "count": None},
    )
    began = time.monotonic()
    told = at(school)
    assert time.monotonic() - began < 40 / SPEED
    (late,) = [one for one in told if one.check == "domains"]
    assert (late.state, "8 seconds" in late.found) == (State.WARNING, True)
    (refused,) = [one for one in told if one.check == "protected roles"]
    assert (refused.state, "400" in refused.found) == (State.BROKEN, True)
    well = {one.check for one in told if one.state is State.OK}
    assert {"licences", "permissions", "clock"} <= well


@pytest.mark.parametrize(
    ("minutes", "state"), [(0, State.OK), (4, State.OK), (11, State.BROKEN), (-11, State.BROKEN)]
)
def test_a_clock_that_is_more_than_five_minutes_off_is_broken(
    school: School, minutes: int, state: State
):
    told = at(school, timedelta(minutes=minutes))
    assert [one.state for one in told if one.check == "clock"] == [state]


@pytest.mark.parametrize(("days", "state"), [(400, "ok"), (12, "warning")])
def test_the_days_that_a_client_secret_has_left_are_told(school: School, days: int, state: str):
    ends = datetime.now(UTC) + timedelta(days=days, hours=1)
    use_app(school, *ASKED_FOR, secretEnds=f"{ends:%Y-%m-%dT%H:%M:%SZ}")
    assert f"{days} days" in diagnosis(school).one("client secret", state)["found"]


def test_a_secret_that_has_ended_is_told_by_the_refused_sign_in(school: School):
    use_app(school, *ASKED_FOR, secretEnds="2026-01-31T00:00:00Z")
    found = diagnosis(school).one("sign-in", "broken")
    assert "AADSTS7000222" in found["found"]
    assert "has expired" in found["mend"]


@pytest.mark.parametrize("lacking", [one for one in NIGHTLY if "Revoke" not in one])
def test_each_permission_that_a_night_needs_is_missed_by_name(school: School, lacking: str):
    covered = {"GroupMember.ReadWrite.All": "Group.ReadWrite.All"}
    without = {lacking, covered.get(lacking, "")}
    use_app(school, *(one for one in ASKED_FOR if one not in without))
    broken = [one for one in diagnosis(school).of("permissions") if one["state"] == "broken"]
    assert any(one["found"].startswith(f"{lacking} is missing") for one in broken)
    assert all("grant admin consent" in one["mend"] for one in broken)


def test_a_broader_permission_counts_for_the_narrow_one(school: School):
    use_app(school, *(one for one in ASKED_FOR if one != "User.RevokeSessions.All"))
    assert [one["state"] for one in diagnosis(school).of("permissions")] == ["ok"]


def test_a_permission_too_many_is_a_warning_by_name(school: School):
    use_app(school, *ASKED_FOR, "Files.ReadWrite.All", "User.DeleteRestore.All")
    told = diagnosis(school)
    assert told.ended.code == 0
    warned = [one["found"] for one in told.of("permissions") if one["state"] == "warning"]
    assert [one.partition(" ")[0] for one in warned] == [
        "Files.ReadWrite.All",
        "User.DeleteRestore.All",
    ]


def test_an_app_that_may_only_read_is_right_for_a_school_that_looks_on(school: School):
    reading = ["User.Read.All", "GroupMember.Read.All", "LicenseAssignment.Read.All"]
    reading += ["RoleManagement.Read.Directory", "Domain.Read.All", "Application.Read.All"]
    use_app(school, *reading)
    told = diagnosis(school)
    assert told.ended.code == 0
    found = [one for one in told.of("permissions") if "may only read" in one["found"]]
    assert "User.ReadWrite.All" in found[0]["mend"]
    assert not any("User.Read.All is granted" in one["found"] for one in told.of("permissions"))
    assert school.json("plan").code == 0
    use_app(school, *reading[1:])
    assert "User.Read.All is missing" in diagnosis(school).one("permissions", "broken")["found"]


def test_a_permission_that_stands_in_for_another_is_not_simply_taken_away(school: School):
    asked = [one for one in ASKED_FOR if one != "LicenseAssignment.Read.All"]
    use_app(school, *asked, "Directory.Read.All")
    found = diagnosis(school).one("permissions", "warning")
    assert "in place of LicenseAssignment.Read.All" in found["found"]
    assert found["mend"].startswith("grant the one asked for")


def test_mail_needs_a_permission_only_where_mail_is_sent(school: School):
    use_app(school, *ASKED_FOR)
    assert diagnosis(school).all("warning").isdisjoint({"permissions"})
    school.save_settings(MAIL_FROM=f"office@{school.domain}")
    assert "Mail.Send is missing" in diagnosis(school).one("permissions", "warning")["found"]


def test_the_activity_feed_needs_a_permission_only_where_it_is_read(school: School):
    use_app(school, *ASKED_FOR, "ActivityFeed.ReadDlp")
    assert diagnosis(school).all("warning").isdisjoint({"permissions"})
    assert school.json("dlp", "pull").code == 0
    found = diagnosis(school).one("permissions", "warning")
    assert "ActivityFeed.Read is missing" in found["found"]
    assert "Office 365 Management APIs" in found["mend"]


def test_an_app_that_may_not_see_its_grants_is_probed_and_the_rest_called_unknown(school: School):
    known = [one for one in ASKED_FOR if not one.startswith(("Application", "Domain", "Group"))]
    use_app(school, *known)
    mark = school.tenant.mark()
    told = diagnosis(school)
    states = {one["found"].partition(" ")[0]: one["state"] for one in told.of("permissions")}
    assert states["Group.ReadWrite.All"] == "broken"
    assert states["Domain.Read.All"] == "warning"
    assert "unknown" in told.of("permissions")[-1]["found"]
    assert told.of("domains")[0]["state"] == "warning"
    assert "cannot be told" in told.one("client secret", "warning")["found"]
    assert school.tenant.writes(mark) == []


def test_a_domain_that_is_not_verified_is_named_with_its_pack(school: School):
    school.pack(school={"id": school.id, "name": "A school", "domain": "elsewhere.example"})
    found = diagnosis(school).one(f"domain {school.id}", "broken")
    assert "elsewhere.example" in found["found"]
    assert f"{school.id}.yaml" in found["mend"]


def test_licences_and_plans_that_the_tenant_has_not_got_are_named(school: School):
    skus = ["STANDARDWOFFPACK_FACULTY", "ENTERPRISEPREMIUM_FACULTY"]
    plans = ["YAMMER_EDU", "CLIPPY_EDU"]
    school.pack(licences={"staff": {"skus": skus, "disabled_plans": plans, "mode": "user"}})
    told = diagnosis(school)
    broken = [one["found"] for one in told.of(f"licences {school.id}")]
    assert len(broken) == 2
    assert "ENTERPRISEPREMIUM_FACULTY" in broken[0]
    assert "CLIPPY_EDU" in broken[1]


def test_licences_that_do_not_suffice_are_a_warning_with_both_numbers(school: School):
    school.pack(licences={"staff": {"skus": ["ENTERPRISEPACKPLUS_FACULTY"], "mode": "user"}})
    (before,) = diagnosis(school).of("licences")
    free = re.findall(r"(\d+) free", before["found"])[0]  # of ten; other tests take some
    school.staff += [{**school.staff[0], "primary_id": str(9500 + n)} for n in range(9)]
    school.export()
    assert school.json("plan").code in {0, 2}
    assert f"{free} free, 11 needed" in diagnosis(school).one("licences", "warning")["found"]


def test_somebody_elses_value_in_the_stamp_attribute_is_counted(school: School):
    before = number_of(school, r"employeeId holds something else on (\d+)")
    school.tenant.by_hand("scanner@trust.example", employeeId="000417")
    assert number_of(school, r"employeeId holds something else on (\d+)") == before + 1
    school.save_settings(STAMP="extensionAttribute7")
    assert [one["state"] for one in diagnosis(school).of("stamp")] == ["ok"]
    school.tenant.by_hand("scanner@trust.example", employeeId=None)


def number_of(school: School, said: str) -> int:
    """The number that a finding about stamps gives; other tests leave accounts as well."""
    found = [re.search(said, one["found"]) for one in diagnosis(school).of("stamp")]
    return sum(int(one[1]) for one in found if one)


def test_marks_that_a_lost_database_knew_are_counted(school: School):
    lost = r"our mark is on (\d+) accounts? that this database does not know"
    before = number_of(school.loaded(), lost)
    (school.folder / "data").rename(school.folder / "lost")
    assert number_of(school, lost) == before + len(school.users()) == before + 8


def test_the_mailbox_that_mail_goes_out_from_is_looked_at(school: School):
    school.loaded()
    (first, *_) = [user for user in school.users().values() if user["assignedLicenses"]]
    (other, *_) = [user for user in school.users().values() if not user["assignedLicenses"]]
    assert [one["skuId"] for one in first["assignedLicenses"]] == [FACULTY]
    for user, mail, state in (
        (first, None, "broken"),
        (first, first["userPrincipalName"], "ok"),
        (other, other["userPrincipalName"], "warning"),
    ):
        school.tenant.by_hand(user["userPrincipalName"], mail=mail)
        school.save_settings(MAIL_FROM=user["userPrincipalName"])
        diagnosis(school).one("mailbox", state)
    school.save_settings(MAIL_FROM=f"nobody@{school.domain}")
    assert "no account" in diagnosis(school).one("mailbox", "broken")["found"]
