"""init: what it writes loads with the product's own loaders, and nothing is ever overwritten."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from night import Ended, School
from running_tenant import Tenant, start_tenant
from started_ahead import ROOT

from graphsync.beginning.writing import env_text
from graphsync.settings import Need, load_settings
from policies.pack_loading import load_all
from policies.people import Kind

ANSWERED = ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "AUTHORITY", "GRAPH_URL", "CA_FILE")


@pytest.fixture(scope="module")
def riverside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    """The demo's tenant, in which one school of three has its accounts already."""
    running = start_tenant(tmp_path_factory.mktemp("riverside"), seed="demo")
    yield running
    running.stop()


@pytest.fixture
def desk(school: School) -> School:
    """A folder without settings and packs, with the exports of one school."""
    (school.folder / ".env").unlink()
    (school.folder / "packs" / f"{school.id}.yaml").unlink()
    return school


def answers(tenant: Tenant, **more: Any) -> dict[str, Any]:
    return {name.lower(): tenant.settings[name] for name in ANSWERED} | more


def write(desk: School, document: dict[str, Any], name: str = "answers.json") -> Path:
    path = desk.folder / name
    text = json.dumps(document) if name.endswith("json") else yaml.safe_dump(document)
    path.write_text(text, "utf-8")
    return path


def whole(desk: School, **more: Any) -> dict[str, Any]:
    """Answers that are enough, for the school of the desk."""
    schools = [{"id": desk.id, "name": "A school: of “ours”", "domain": desk.domain}]
    return answers(desk.tenant, roster_path="exports", schools=schools) | more


def test_what_is_written_loads_and_plans_at_once(desk: School):
    made = desk.json("init", "--answers", write(desk, whole(desk, mail_from="a@trust.example")))
    assert made.code == 3, made.err  # that mailbox does not exist, and doctor says so
    broken = {one["check"] for one in made.json["items"] if one["state"] == "broken"}
    assert broken == {"mailbox"}
    assert made.json["files"] == [".env", f"packs/{desk.id}.yaml"]
    loaded = load_settings(desk.folder / ".env")
    loaded.demand(Need.STORE, Need.TENANT, Need.SEAL, Need.MAIL)
    assert loaded.notes == ()
    rules = load_all(desk.folder / "packs")[desk.id]
    assert (rules.name, rules.domain) == ("A school: of “ours”", desk.domain)
    assert rules.licences[Kind.STAFF].skus == ("STANDARDWOFFPACK_FACULTY",)
    planned = desk.json("plan")
    assert planned.counts["create_user"] == 8, planned.err
    assert desk.json("doctor").json["items"][0]["state"] == "ok"


def test_files_are_the_owners_alone_and_no_secret_is_printed(desk: School):
    made = desk.json("init", "--answers", write(desk, whole(desk)), "--out", "new")
    assert made.code == 0
    for path in made.json["files"]:
        assert stat.S_IMODE((desk.folder / path).stat().st_mode) == 0o600
    assert desk.tenant.settings["CLIENT_SECRET"] not in made.out + made.err
    assert "graphsync doctor" in desk("init", "--answers", "answers.json", "--out", "more").out


@pytest.mark.parametrize("standing", [".env", "packs/{school}.yaml"])
def test_a_file_that_stands_is_never_overwritten(desk: School, standing: str):
    path = desk.folder / standing.format(school=desk.id)
    path.write_text("by hand")
    made = desk.json("init", "--answers", write(desk, whole(desk)))
    assert (made.code, made.out) == (2, "")
    assert str(standing.format(school=desk.id)) in made.err
    assert path.read_text() == "by hand"
    assert len([*desk.folder.glob(".env"), *desk.folder.glob("packs/*")]) == 1


def test_the_tenant_proposes_domains_licences_patterns_and_groups(desk: School, riverside: Tenant):
    schools = [{"id": "river", "name": "Riverside Academy", "domain": "river.example"}]
    document = answers(riverside, schools=schools)
    made = desk.json("init", "--answers", write(desk, document, "answers.yaml"))
    assert made.code == 0, made.err
    text = (desk.folder / "packs" / "river.yaml").read_text("utf-8")
    said = [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
    assert any("oak.example, mill.example, river.example" in line for line in said)
    assert "# {entry:2}{initial}{surname:8} explains 66 % of 160 pupils' accounts" in said
    assert "# {surname:8}{initial}{entry:2} explains 32 % of 160 pupils' accounts" in said
    assert "# STANDARDWOFFPACK_FACULTY: 476 of 500 free" in said
    assert "# Active Directory masters 6 of 24 staff accounts." in said
    assert any(line.startswith("#   gs-river-all-staff: ") for line in said)
    assert not any("11X" in line or "Parents" in line for line in said)  # a Team, a mail list
    assert not any(line.startswith("#   gs-river-all-pupils") for line in said)
    assert "# Left out: 2 that School Data Sync made; graphsync leaves them alone." in said
    found = {one["check"]: one["found"] for one in made.json["items"]}
    assert found["groups"] == "2 groups made by School Data Sync; left alone"
    rules = load_all(desk.folder / "packs")["river"]
    assert rules.naming.alias[Kind.PUPIL] == "{entry:2}{initial}{surname:8}"
    assert rules.naming.alias[Kind.STAFF] == "{initial}.{surname}"
    assert rules.groups.bind == {}


def test_answers_go_before_proposals(desk: School, riverside: Tenant):
    school = {
        "id": "river",
        "name": "Riverside Academy",
        "pupil": "{surname:8}{initial}{entry:2}",
        "staff_skus": [],
    }
    document = answers(riverside, schools=[school | {"domain": "river.example"}])
    assert desk.json("init", "--answers", write(desk, document)).code == 0
    rules = load_all(desk.folder / "packs")["river"]
    assert rules.naming.alias[Kind.PUPIL] == "{surname:8}{initial}{entry:2}"
    assert rules.licences == {}


def test_a_tenant_that_does_not_let_us_in_proposes_nothing_and_hinders_nothing(desk: School):
    document = whole(desk, client_secret="not yet known")
    made = desk.json("init", "--answers", write(desk, document))
    assert made.code == 3
    assert "nothing is proposed" in made.err
    assert "AADSTS7000215" in made.out
    assert load_all(desk.folder / "packs")[desk.id].domain == desk.domain


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tenant_id": "x"}, "GRAPHSYNC_TENANT_ID"),
        ({"client_secret": ""}, "GRAPHSYNC_CLIENT_SECRET is missing"),
        ({"roster_path": "nowhere"}, "GRAPHSYNC_ROSTER_PATH"),
        ({"shoe_size": "9"}, "shoe_size"),
        ({"schools": []}, "no school"),
        ({"schools": [{"id": "../../ash", "name": "Ash"}]}, "not an id"),
        ({"schools": [{"id": "ash", "name": "Ash"}, {"id": "ash", "name": "Ash"}]}, "twice"),
        ({"schools": [{"id": "ash", "name": "Ash", "pupil": "{shoe}"}]}, "{shoe}"),
        ({"schools": [{"id": "ash", "name": ""}]}, "school.name"),
    ],
)
def test_a_wrong_answer_is_refused_and_nothing_is_written(
    desk: School, change: dict[str, Any], says: str
):
    made = desk.json("init", "--answers", write(desk, whole(desk) | change), "--out", "new")
    assert (made.code, made.out) == (2, ""), made.err
    assert says in made.err
    assert not (desk.folder / "new").exists()


def asked(desk: School, *lines: str) -> Ended:
    """`graphsync init` with these lines typed; the places of the tenant come from the shell."""
    places = ("AUTHORITY", "GRAPH_URL", "CA_FILE")
    shell = {f"GRAPHSYNC_{name}": desk.tenant.settings[name] for name in places}
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "init", "--json"],
        cwd=desk.folder,
        env={**os.environ, **shell, "PYTHONPATH": str(ROOT)},
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def test_questions_have_defaults_and_a_wrong_answer_is_asked_again(desk: School):
    given = desk.tenant.settings
    typed = ["nonsense", given["TENANT_ID"], given["CLIENT_ID"], "", given["CLIENT_SECRET"]]
    typed += ["exports", "", "", "A school", desk.domain, "{shoe}", "", "", "", "-"]
    made = asked(desk, *typed)
    assert made.code == 0, made.err
    assert "It is the directory (tenant) ID" in made.err
    assert "unknown token {shoe}" in made.err
    rules = load_all(desk.folder / "packs")[desk.id]
    assert rules.naming.alias[Kind.PUPIL] == "{entry:2}{surname:10}{initial}"
    assert rules.licences[Kind.STAFF].skus == ("STANDARDWOFFPACK_FACULTY",)


def test_an_input_that_ends_writes_nothing(desk: School):
    made = asked(desk, desk.tenant.settings["TENANT_ID"])
    assert made.code == 64
    assert "--answers" in made.err
    assert not (desk.folder / ".env").exists()


@given(secret=st.text(st.characters(codec="ascii", exclude_categories=("Cc",)), min_size=1))
def test_any_secret_is_read_back_as_it_was_or_refused(secret: str):
    from datetime import date
    from io import StringIO

    from dotenv import dotenv_values

    from graphsync.trouble import Refusal

    try:
        text = env_text({"client_secret": secret}, date(2026, 11, 25))
    except Refusal:
        assert "${" in secret  # python-dotenv puts variables in, whatever the quotes
        return
    assert dotenv_values(stream=StringIO(text)) == {"GRAPHSYNC_CLIENT_SECRET": secret}
