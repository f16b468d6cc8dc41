"""The first load of an empty domain, and the night after it on which nothing happened."""

import contextlib
import sqlite3

from night import FACULTY, School, whole
from running_tenant import Tenant

from graphsync.stamps import stamp
from policies.people import PersonKey


def test_after_the_first_load_the_tenant_is_as_the_roster_says(school: School):
    first = school.json("sync")
    assert first.code == 0, first.err
    assert first.json["outcomes"]["done"] == sum(first.counts.values())
    assert len(school.users()) == 8
    for row in school.pupils:
        user = school.user(row)
        year = row["Year"][-1]
        ending = ("all-pupils", f"year-{year}", f"form-{row['Reg'].lower()}")
        assert user["accountEnabled"] is True
        assert user["displayName"] == f"{row['Preferred Forename']} {row['Preferred Surname']}"
        assert (user["kind"], user["department"]) == ("Pupil", row["Reg"])
        assert set(user["groups"]) == {f"gs-{school.id}-{name}" for name in ending}
        assert user["assignedLicenses"] == []
        assert user["employeeId"] == stamp(PersonKey.parse(school.key(row)))
    for row in school.staff:
        user = school.user(row)
        assert (user["kind"], user["usageLocation"]) == ("Staff", "GB")
        assert user["groups"] == [f"gs-{school.id}-all-staff"]
        assert [one["skuId"] for one in user["assignedLicenses"]] == [FACULTY]
    whole(school)


def test_a_second_sync_of_the_same_exports_writes_nothing_in_five_requests(school: School):
    school.loaded()
    before, mark = school.tenant.state()["digest"], school.tenant.mark()
    second = school.json("sync")
    assert second.code == 0
    assert school.tenant.writes(mark) == []
    assert len(school.tenant.requests(mark)) <= 5
    assert second.json["requests"]["total"] == len(school.tenant.requests(mark))
    assert second.run["unchanged"] == 8
    assert school.tenant.state()["digest"] == before


def test_what_a_sync_says_of_its_requests_is_what_the_tenant_counted(school: School):
    mark = school.tenant.mark()
    first = school.json("sync")
    log = school.tenant.requests(mark)
    assert first.json["requests"]["total"] == sum(one["batch"] is None for one in log)
    writes = [one for one in school.tenant.writes(mark) if one["status"] < 300]
    assert first.json["requests"]["writes"] == len(writes)
    # 8 accounts, 6 groups and one bind for each of them, 2 licences (decision 19).
    assert len(writes) == 8 + 6 + 6 + 2


def test_no_initial_password_is_anywhere_but_sealed(school: School):
    first = school.process("sync", "--html", "page.html")
    assert first.code == 0, first.err
    export = school.folder / "journal.jsonl"
    assert school("audit", "export", export).code == 0
    passwords = []
    for row in school.pupils + school.staff:
        revealed = school.json("person", school.key(row), "--reveal")
        assert revealed.code == 0, revealed.err
        passwords.append(revealed.json["initial_password"])
    assert len(set(passwords)) == 8
    kept = [path for path in school.folder.rglob("*") if path.is_file()]
    assert {"graphsync.db", "journal.jsonl", "page.html"} <= {path.name for path in kept}
    for password in passwords:
        assert len(password) >= 12
        assert password not in first.out + first.err
        assert all(password.encode() not in path.read_bytes() for path in kept)


def test_an_initial_password_is_shown_once_and_the_journal_says_to_whom(school: School):
    school.loaded()
    key = school.key(school.pupils[0])
    shown = school.json("person", key, "--reveal")
    again = school("person", key, "--reveal")
    assert (shown.code, again.code) == (0, 2)
    assert "shown" in again.err
    assert shown.json["initial_password"] not in again.out + again.err
    (event,) = school.events("password_revealed")
    assert event["person"] == key


def test_a_night_erases_passwords_that_nobody_collected_and_plans_that_are_too_old(school: School):
    school.loaded()
    school.json("plan")
    with contextlib.closing(sqlite3.connect(school.folder / "data" / "graphsync.db")) as store:
        late = "UPDATE secrets SET expires_at = '2026-01-01T00:00:00.000000Z' WHERE mis_id = '5001'"
        store.execute(late)
        store.execute("UPDATE runs SET created_at = '2020-01-01T00:00:00.000000Z'")
        store.commit()
    school.json("sync")
    sealed = {row["mis_id"]: row["ciphertext"] for row in school.rows("secrets")}
    assert sealed.pop("5001") is None
    assert all(sealed.values())
    assert [bool(row["plan"]) for row in school.rows("runs")] == [False, True, True]
    assert [row["operation"] for row in school.events("erase_plans")] == ["erase_plans"]
    assert school("audit", "verify").code == 0


def test_a_plan_writes_nothing_and_a_second_plan_is_the_same(school: School):
    mark = school.tenant.mark()
    one, two = school.json("plan"), school.json("plan")
    assert (one.code, two.code) == (0, 0)
    assert school.tenant.writes(mark) == []
    assert school.users() == {}
    assert one.run["digest"] == two.run["digest"]
    assert one.run["run"] != two.run["run"]


def test_a_drafted_plan_that_passes_is_applied_by_its_name(school: School):
    plan = school.json("plan")
    applied = school.json("apply", plan.run["run"])
    assert applied.code == 0, applied.err
    assert len(school.users()) == 8
    assert school.json("sync").counts == {}
    shown = school.json("run", plan.run["run"])
    assert shown.run["state"] == "applied"
    assert {one["outcome"] for one in shown.run["changes"]} == {"done"}
    listed = school.json("runs").json["items"]
    assert [one["state"] for one in listed] == ["applied", "applied"]


def test_an_applied_plan_is_not_applied_twice(school: School):
    plan = school.json("plan")
    assert school.json("apply", plan.run["run"]).code == 0
    mark = school.tenant.mark()
    again = school.json("apply", plan.run["run"])
    assert again.code == 2
    assert "applied" in again.err
    assert school.tenant.requests(mark) == []


def test_a_pilot_of_one_year_touches_nobody_else(school: School):
    pilot = school.json("sync", "--year", "7")
    assert pilot.code == 0
    assert {user["department"] for user in school.users().values()} == {"7A"}
    assert school.groups() == ["School  All pupils", "School  Form 7A", "School  Year 7"]


def test_a_pilot_of_one_person_touches_nobody_else(school: School):
    pilot = school.json("sync", "--only", school.key(school.staff[0]))
    assert pilot.code == 0
    (user,) = school.users().values()
    assert user == school.user(school.staff[0])
    rest = school.json("sync")
    assert rest.counts["create_user"] == 7


def test_two_schools_in_one_folder_are_one_document_and_each_its_own_run(
    new_school, tenant: Tenant
):
    one, two = new_school(), new_school()
    for row in two.pupils + two.staff:  # else they would be the first school's people
        row["primary_id"] = f"1{row['primary_id']}"
    two.export()
    target = one.folder / "exports" / two.id
    two.exports.rename(target)
    (two.folder / "packs" / f"{two.id}.yaml").rename(one.folder / "packs" / f"{two.id}.yaml")
    both = one.json("sync")
    assert both.code == 0, both.err
    assert [run["school"] for run in both.json["runs"]] == [one.id, two.id]
    assert both.json["outcomes"]["done"] == sum(
        sum(run["counts"].values()) for run in both.json["runs"]
    )
    assert one.truth() == two.truth()
    (target / "pupils.csv").write_text("")
    one.pupils.append({**one.pupils[0], "primary_id": "5900", "Preferred Surname": "Zeal"})
    one.export()
    partly = one.json("sync")
    assert partly.code == 3
    states = {run["school"]: run["state"] for run in partly.json["runs"]}
    assert states == {one.id: "applied", two.id: "refused"}
