"""doctor, each check seen right and seen wrong: what is known without the tenant."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from diagnosis import diagnosis
from night import School

from graphsync.store.moments import moment_text
from graphsync.store.processes import here

HOUR = 3600


@pytest.fixture
def away(school: School) -> School:
    """A school whose tenant refuses at once, so that only what is at home is looked at."""
    school.save_settings(CLIENT_SECRET="wrong")
    return school


def change(school: School, statement: str, *values: object) -> None:
    """What a person with a database tool does."""
    with contextlib.closing(sqlite3.connect(school.folder / "data" / "graphsync.db")) as store:
        store.execute(statement, values)
        store.commit()


def planned(school: School) -> School:
    """The same school with a store: a plan is drafted with the right secret."""
    right = school.tenant.settings["CLIENT_SECRET"]
    wrong = school.settings["CLIENT_SECRET"]
    school.save_settings(CLIENT_SECRET=right)
    assert school.json("plan").code in {0, 2}
    school.save_settings(CLIENT_SECRET=wrong)
    return school


def test_every_setting_that_is_missing_or_wrong_is_told_at_once(school: School):
    del school.settings["TENANT_ID"], school.settings["CLIENT_SECRET"], school.settings["SEAL_KEY"]
    school.save_settings(STAMP="shoeSize", MAIL_FROM="the office", WRITE_QOUTA="1/1s")
    told = diagnosis(school)
    broken = {one["found"].split()[0] for one in told.of("settings") if one["state"] == "broken"}
    assert broken == {
        f"GRAPHSYNC_{name}"
        for name in ("TENANT_ID", "CLIENT_CERTIFICATE_PATH", "SEAL_KEY", "STAMP", "MAIL_FROM")
    }
    assert "WRITE_QUOTA" in told.one("settings", "warning")["found"]
    assert "shoeSize" not in told.ended.out
    assert f"roster {school.id}" in told.all("ok")
    assert "its settings are not right" in told.one("sign-in", "warning")["found"]


def test_a_settings_file_that_is_no_text_is_a_finding_and_no_end(school: School):
    (school.folder / ".env").write_bytes("GRAPHSYNC_STAMP=Größe".encode("utf-16"))
    told = diagnosis(school)
    assert "not UTF-8" in told.one("settings", "warning")["found"]
    assert "disk" in told.all("ok")


def a_certificate(path: Path, days: float) -> Path:
    """A PEM file with a key and a certificate that ends in so many days."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "graphsync")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("days", "state", "said"),
    [(200.5, "ok", "200 days left"), (9.5, "warning", "in 9 days"), (-3, "broken", "ended on")],
)
def test_the_days_that_a_certificate_has_left_are_told(
    school: School, days: float, state: str, said: str
):
    del school.settings["CLIENT_SECRET"]
    path = a_certificate(school.folder / "app.pem", days)
    school.save_settings(CLIENT_CERTIFICATE_PATH=str(path))
    assert said in diagnosis(school).one("certificate", state)["found"]


def test_a_certificate_that_cannot_be_read_is_told(school: School):
    del school.settings["CLIENT_SECRET"]
    (school.folder / "app.pem").write_text("no certificate")
    school.save_settings(CLIENT_CERTIFICATE_PATH="app.pem")
    assert "PEM" in diagnosis(school).one("certificate", "broken")["mend"]


def test_every_problem_of_every_pack_is_told_and_the_other_schools_are_looked_at(away: School):
    bad = away.folder / "packs" / "ash.yaml"
    bad.write_text("school: {id: ash, name: Ash, domian: ash.example}\nlimits: {create: 4}\n")
    told = diagnosis(away)
    broken = [one["found"] for one in told.of("packs") if one["state"] == "broken"]
    assert [one.split(":")[1] for one in broken] == ["1", "2"]
    assert told.one("packs", "ok")["found"] == f"1 school: {away.id}"
    assert f"roster {away.id}" in told.all("ok")


def test_the_examples_that_come_with_graphsync_are_no_packs_of_a_school(away: School):
    del away.settings["PACKS_DIR"]
    away.save_settings()
    assert "graphsync init" in diagnosis(away).one("packs", "warning")["mend"]


def test_a_roster_that_is_stale_missing_or_not_said_is_told(away: School):
    check = f"roster {away.id}"
    assert "8 people" in diagnosis(away).one(check, "ok")["found"]
    old = datetime.now(UTC).timestamp() - 50 * HOUR
    os.utime(away.exports / "pupils.csv", (old, old))
    found = diagnosis(away).one(check, "broken")
    assert "50 hours old; limit 36" in f"{found['found']}; {found['mend']}"
    shutil.rmtree(away.exports)
    assert "no folder" in diagnosis(away).one(check, "broken")["found"]
    del away.settings["ROSTER_PATH"]
    away.save_settings()
    assert "not set" in diagnosis(away).one("roster", "warning")["found"]


def test_a_column_that_vanished_is_named_with_the_permission_in_sims(away: School):
    planned(away)
    for pupil in away.pupils:
        del pupil["primary_id"]
    away.export()
    told = diagnosis(away).of(f"roster {away.id}")
    lost = next(one for one in told if "column id" in one["found"])
    assert "Third Party Reporter" in lost["mend"]


def test_a_store_that_is_no_database_hides_nothing(away: School):
    (away.folder / "data" / "graphsync.db").write_bytes(b"this is no database" * 100)
    told = diagnosis(away)
    assert "cannot open the store" in told.one("database", "broken")["found"]
    assert {f"roster {away.id}", "disk", "packs"} <= told.all("ok")


def test_a_store_of_a_newer_version_is_told(away: School):
    change(planned(away), "UPDATE alembic_version SET version_num = '9999'")
    assert "schema 9999" in diagnosis(away).one("database", "broken")["found"]


def test_a_damaged_page_is_found(away: School):
    path = planned(away).folder / "data" / "graphsync.db"
    with contextlib.closing(sqlite3.connect(path)) as store:
        store.execute("PRAGMA journal_mode=DELETE")
        (root,) = store.execute("SELECT rootpage FROM sqlite_master WHERE name='runs'").fetchone()
        (size,) = store.execute("PRAGMA page_size").fetchone()
    body = bytearray(path.read_bytes())
    body[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(body)
    assert "database" in diagnosis(away).all("broken")


def test_a_store_that_others_may_read_is_a_warning(away: School):
    (planned(away).folder / "data" / "graphsync.db").chmod(0o644)
    assert "chmod 600" in diagnosis(away).one("database", "warning")["mend"]


def test_a_changed_row_of_the_journal_is_found(school: School):
    school.loaded()
    assert "lead to its head" in diagnosis(school).one("journal", "ok")["found"]
    change(school, "DROP TRIGGER IF EXISTS journal_no_update")
    for (name,) in _triggers(school):
        change(school, f"DROP TRIGGER {name}")
    change(school, "UPDATE journal SET result = 'refused' WHERE seq = 5")
    found = diagnosis(school).one("journal", "broken")
    assert "row 5: the row was changed" in found["found"]
    change(school, "DELETE FROM journal WHERE seq >= 5")
    assert "head" in diagnosis(school).one("journal", "broken")["found"]


def _triggers(school: School) -> list[tuple[str]]:
    with contextlib.closing(sqlite3.connect(school.folder / "data" / "graphsync.db")) as store:
        return store.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()


def test_a_seal_key_that_opens_nothing_is_told_and_an_added_one_mends_it(school: School):
    school.loaded()
    assert "opens 8 sealed" in diagnosis(school).one("seal key", "ok")["found"]
    first, new = school.settings["SEAL_KEY"], Fernet.generate_key().decode()
    school.save_settings(SEAL_KEY=new)
    assert "8 of 8" in diagnosis(school).one("seal key", "broken")["found"]
    school.save_settings(SEAL_KEY=f"{new},{first}")
    assert "seal key" in diagnosis(school).all("ok")


@pytest.mark.parametrize(("days", "state"), [(0, "ok"), (1, "ok"), (3, "warning"), (8, "broken")])
def test_the_time_since_the_last_good_night_is_told(school: School, days: int, state: str):
    school.loaded()
    ago = datetime.now(UTC) - timedelta(days=days, minutes=1)
    change(school, "UPDATE runs SET created_at = ?", moment_text(ago))
    found = diagnosis(school).one(f"nights {school.id}", state)
    assert f"{ago:%Y-%m-%d}" in found["found"]


def test_a_parked_plan_is_the_next_step_of_a_school_without_a_night(school: School):
    school.pack(limits={"create": {"floor": 0, "share": 0.0, "count": 0}})
    parked = school.json("sync").run["run"]
    found = diagnosis(school).one(f"nights {school.id}", "warning")
    assert parked in found["mend"]
    assert "approve" in found["mend"]


def claim(school: School, pid: int, host: str, expires: timedelta) -> None:
    """A claim as a process of that number left it."""
    now = datetime.now(UTC)
    columns = "school, run, token, host, pid, started, since, expires_at"
    marks = "?, 'sync', 'a token', ?, ?, '', ?, ?"
    statement = f"INSERT INTO claims ({columns}) VALUES ({marks})"  # noqa: S608 - our own words
    change(school, statement, school.id, host, pid, moment_text(now), moment_text(now + expires))


def test_claims_of_the_dead_are_told_from_those_of_the_living(away: School):
    planned(away)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    check = f"claims {away.id}"
    for pid, host, expires, state in (
        (os.getpid(), here(), timedelta(minutes=5), "ok"),
        (gone.pid, here(), timedelta(minutes=5), "warning"),
        (1, "another-machine", timedelta(minutes=5), "ok"),
        (1, "another-machine", timedelta(minutes=-5), "warning"),
    ):
        claim(away, pid, host, expires)
        diagnosis(away).one(check, state)
        change(away, "DELETE FROM claims")
    assert "none was left" in diagnosis(away).one("claims", "ok")["found"]


def test_a_check_that_fails_itself_hides_no_other_and_keeps_its_message_back(away: School):
    planned(away)
    change(away, "DROP TABLE claims")
    told = diagnosis(away)
    found = told.one("claims", "broken")
    assert found["found"] == "the check itself failed (OperationalError)"
    assert "no such table" not in told.ended.out + told.ended.err
    assert {f"roster {away.id}", "database", "journal"} <= told.all("ok")
