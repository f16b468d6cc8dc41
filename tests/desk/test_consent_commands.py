"""The register on the command line: a pile piped in, shown, and proved by the journal."""

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import started_ahead
from forms import CLOUD, LEO, begin, recorded
from office import Office
from sqlalchemy import text

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def consent(office: Office) -> Command:
    """`consent("show", KEY, typed="…")`: our own command over the office's store."""
    office.now = datetime.now(UTC)  # the command has the machine's clock
    begin(office)
    ours = {
        "GRAPHSYNC_DATABASE_URL": f"sqlite:///{office.folder}/graphsync.db",
        "GRAPHSYNC_PACKS_DIR": str(office.packs),
        "COLUMNS": "80",
    }
    kept = {name: value for name, value in os.environ.items() if "GRAPHSYNC_" not in name}

    def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return started_ahead.command(
            *arguments, folder=office.folder, environment={**kept, **ours}, typed=typed.encode()
        )

    return run


def test_a_pile_is_typed_line_by_line_and_one_in_trouble_is_told(consent: Command) -> None:
    signed_on = str(datetime.now(UTC).date() - timedelta(days=30))
    done = consent(
        *("consent", "enter", "oak", "--form", CLOUD, "--signed-on", signed_on),
        typed="004512 Y\n9999 Y\n4513,N\n",
    )
    assert done.returncode == 3, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "7B  A.S.  yes  J.M. Mother",
        "NOT KEPT: no pupil of oak has this admission number",
        "7C  A.S.  no  J.M. Mother",
    ]
    assert "graphsync consent batch close oak b-" in lines[-1]
    shown = json.loads(consent("consent", "show", "oak:1", "--json").stdout)
    assert shown["person"] == "oak:1"
    assert [row["signer"] for row in shown["rows"]] == ["Mrs Joan Marsh"]
    listed = json.loads(consent("consent", "list", "oak", "--state", "refused", "--json").stdout)
    assert [item["person"] for item in listed["items"]] == ["oak:2"]


def test_audit_verify_names_the_first_row_that_was_changed_behind_our_back(
    office: Office, consent: Command
) -> None:
    row = recorded(office).row
    assert consent("audit", "verify").returncode == 0
    with office.store.database.writing() as connection:
        connection.execute(text("DROP TRIGGER consents_refuse_UPDATE"))
        connection.execute(text("UPDATE consents SET body = replace(body, '77', '78')"))
    broken = consent("audit", "verify", "--json")
    assert broken.returncode == 2
    told = json.loads(broken.stdout)
    assert (told["whole"], told["first_bad"]) == (False, row)
    assert office.store.consents.of(LEO)[0].id == row
