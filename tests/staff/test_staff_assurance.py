"""Policies, the journal and health: each value with its clause, whole or not, well or not."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from office import a_pupil, key
from sqlalchemy import text
from staff_side import ACCOUNT, StaffSide

from api.permissions import AppRole
from graphsync.store.holds import Hold
from graphsync.store.journal_export import verify_export

KEY = "password.change.expire_days"
EXPIRES = "password: {change: {expire_days: 60}}\n"


async def told(side: StaffSide, path: str, role: str = "DPO", **params: str):
    return await side.ask("GET", f"/api/v1/{path}", headers=side.bearer(role), params=params)


async def test_a_value_is_told_with_who_gave_it_and_why(side: StaffSide) -> None:
    side.office.pack("password: {min_length: 14}\n")
    keys = (await told(side, "policies", school="oak")).json()["keys"]
    one = next(each for each in keys if each["key"] == "password.min_length")
    assert one["value"] == 14
    why = (await told(side, "policies/why", key="password.min_length")).json()
    assert "14 applies" in why["sentence"]
    cookie = side.session(AppRole.VIEWER)
    page = (await side.ask("GET", "/policies?find=min_length", cookie)).text
    assert "/policies/why?school=oak&amp;key=password.min_length" in page
    assert "school.name" not in page
    because = await side.ask("GET", "/policies/why?key=password.min_length", cookie)
    assert "14 applies" in because.text
    assert (await told(side, "policies/why", key="no.key")).status_code == 422
    assert (await told(side, "policies", school="elm")).status_code == 404


async def test_a_pack_that_cannot_be_used_is_told_with_its_mend(side: StaffSide) -> None:
    side.office.pack("password: {min_length: many}\n")
    got = await told(side, "policies")
    assert got.status_code == 409
    assert "min_length" in got.json()["detail"]


async def test_the_clauses_of_a_school_are_counted_and_listed(side: StaffSide) -> None:
    pb = (side.office.packs / "oak.yaml").read_text("utf-8").replace("oak", "pb")
    (side.office.packs / "pb.yaml").write_text(pb, "utf-8")
    side.reach("[pb]")
    found = (await told(side, "policies/coverage")).json()
    head, *_, total = found["tally"]
    assert head[0] == "class"
    assert int(total[-1]) == len(found["items"]) > 50
    page = await side.ask("GET", "/policies/coverage", side.session(AppRole.VIEWER))
    assert found["items"][0]["id"] in page.text


async def test_findings_are_told_without_anybody_in_them(side: StaffSide) -> None:
    side.office.pack("review: {cycle_months: 12, last_review: 2024-01-10}\n")
    found = (await told(side, "policies/findings", "Viewer")).json()["items"]
    assert any("review" in one["sentence"] for one in found)


async def test_a_head_keeps_a_line_and_governors_see_the_number_alone(side: StaffSide) -> None:
    side.office.pack(EXPIRES)
    head, path = side.session(AppRole.HEAD), "/policies/findings/decide"
    assert "conflict of the policy" in (await side.ask("GET", "/", head)).text
    page = (await side.ask("GET", "/policies/findings", head)).text
    for says in ("oak.yaml: 60", "Passwords do not expire", "Risk of keeping it"):
        assert says in page
    form = {"school": "oak", "about": KEY, "choice": "keep", "reason": "The governors meet"}
    days = {"until": "2027-01-31", "review": "2027-01-11"}
    for wrong, says in (
        ({}, "Give both days"),
        ({**days, "choice": ""}, "Choose what becomes"),
        ({**days, "until": "2026-11-25"}, "a day after today"),
    ):
        got = await side.ask("POST", path, head, data=form | wrong)
        assert got.status_code in {409, 422}
        assert says in got.text
        assert "The governors meet" in got.text
    done = await side.ask("POST", path, head, data=form | days)
    assert done.status_code == 303
    page = (await side.ask("GET", done.headers["location"], head)).text
    assert f"{KEY}: kept until 2027-01-31 by the head." in page
    assert "The governors meet" in page
    assert "1 kept" in page
    assert "conflict of the policy" not in (await side.ask("GET", "/", head)).text
    governor = (await side.ask("GET", "/policies/findings", side.session(AppRole.VIEWER))).text
    assert "1 kept" in governor
    assert "kept until 2027-01-31 by the head" in governor
    assert "The governors meet" not in governor
    assert ACCOUNT not in governor
    items = (await told_of(side, "Viewer"))["items"]
    assert {one["state"] for one in items} == {"open", "kept"}
    assert not any(one["decision"] for one in items)


async def test_what_a_head_adopts_waits_for_the_pack(side: StaffSide) -> None:
    side.office.pack(EXPIRES)
    asked = {
        "school": "oak",
        "key": KEY,
        "choice": "adopt",
        "until": "2027-01-31",
        "review": "2027-01-11",
        "reason": "as NCSC says",
    }
    headers = {**side.bearer("Head"), "Idempotency-Key": "key-0001"}
    got = await side.ask("POST", "/api/v1/policies/decide", headers=headers, json=asked)
    assert (got.status_code, got.json()["state"]) == (200, "decided"), got.text
    assert "take the line out" in got.json()["edit"]
    assert len(side.office.store.policy_decisions.of(["oak"])) == 1
    manager = (await side.ask("GET", "/", side.session(AppRole.IT_MANAGER))).text
    assert "decided, to write into the pack" in manager
    wrong = {**asked, "key": "roles.dpo"}
    headers["Idempotency-Key"] = "key-0002"
    got = await side.ask("POST", "/api/v1/policies/decide", headers=headers, json=wrong)
    assert (got.status_code, "no modern rule" in got.json()["detail"]) == (409, True)


async def told_of(side: StaffSide, role: str) -> Any:
    return (await told(side, "policies/findings", role)).json()


async def test_a_whole_journal_is_told_by_its_head_and_a_changed_row_by_its_number(
    side: StaffSide,
) -> None:
    for number in range(3):
        side.office.did("create_user", f"o-{number}", key(str(number)))
    head = side.office.store.journal.verify()
    whole = (await told(side, "journal/verify", "Viewer")).json()
    assert whole == {
        "whole": True,
        "rows": head.rows,
        "head": head.hash,
        "first_bad": None,
        "why": "",
        "incident": "",
    }
    with side.office.store.database.writing() as connection:
        triggers = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'")
        )
        for (name,) in triggers.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE journal SET result = 'never' WHERE seq = 2"))
    broken = (await told(side, "journal/verify", "Viewer")).json()
    assert (broken["whole"], broken["first_bad"]) == (False, 2)
    page = await side.ask("POST", "/journal/verify", side.session(AppRole.VIEWER))
    assert "The first bad row is 2" in page.text


async def test_a_copy_of_the_journal_can_be_verified_and_names_who_took_it(
    side: StaffSide, tmp_path: Path
) -> None:
    side.office.did("create_user", "o-1", key("1"))
    assert (await told(side, "journal/export")).status_code == 403
    side.reach("all")
    got = await told(side, "journal/export")
    assert got.status_code == 200
    file = tmp_path / "copy.jsonl"
    file.write_bytes(got.content)
    assert verify_export(file).rows == 2
    assert f"entra:{ACCOUNT}" in got.text
    page = await side.ask("GET", "/journal/export", side.session(AppRole.HEAD))
    assert page.headers["content-disposition"] == 'attachment; filename="journal.jsonl"'


async def test_health_tells_the_last_runs_what_ends_and_what_to_mend(side: StaffSide) -> None:
    report = side.parked()
    until = side.office.now.date() + timedelta(days=3)
    side.office.store.holds.add(
        Hold(
            id="h-1",
            person=key("1"),
            mode="suspend",
            reason="a grave matter",
            by="x",
            at=side.office.now,
            until=until,
        )
    )
    page = (await side.ask("GET", "/service", side.session(AppRole.IT_MANAGER))).text
    assert report.run in page
    assert 'href="/people/oak/1#holds"' in page
    assert "a grave matter" not in page
    assert "nights oak" in page
    assert "elm" not in page
    assert "1 person" in page
    assert "rows; the last" in page or "row; the last" in page


async def test_the_tenant_is_asked_by_the_button_alone(side: StaffSide) -> None:
    cookie = side.session(AppRole.IT_MANAGER)
    glance = (await side.ask("GET", "/service", cookie)).text
    assert "sign-in" not in glance.replace("Sign-in", "")
    whole = (await side.ask("POST", "/service", cookie)).text
    assert '<th scope="row">sign-in</th>' in whole
    assert '<th scope="row">database</th>' in whole


@pytest.mark.parametrize("path", ["/policies", "/policies/findings", "/journal", "/policies.csv"])
async def test_an_auditor_reads_no_person(side: StaffSide, path: str) -> None:
    side.office.accept(a_pupil("4711"))
    side.office.did("create_user", "o-4711", key("4711"))
    page = await side.ask("GET", path, side.session(AppRole.VIEWER))
    assert page.status_code == 200
    assert "4711" not in page.text
