"""The first real day: the demo's third school from nothing to trusted (docs/first-day.md)."""

import contextlib
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from night import School
from running_tenant import Tenant, start_tenant
from started_ahead import ROOT
from test_foreign_accounts import somebody

from api.cli import main
from graphsync.sandbox import exports

PAGE = ROOT / "docs" / "first-day.md"


class Riverside:
    """The school's folder: settings, packs and exports as the sandbox wrote them."""

    def __init__(self, tenant: Tenant, folder: Path) -> None:
        self.tenant = tenant
        self.folder = folder
        self.pack = folder / "packs" / "river.yaml"

    def mode(self, word: str) -> None:
        """Let the pack say that nights observe, or apply."""
        lines = self.pack.read_text("utf-8").splitlines()
        kept = [line for line in lines if not line.startswith("sync:")]
        self.pack.write_text("\n".join([f"sync: {{mode: {word}}}", *kept]) + "\n", "utf-8")

    def __call__(self, *arguments: str) -> tuple[int, Any]:
        """A command with --json; its exit code and document."""
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = main([*arguments, "--json"])
        out.flush()
        text = out.buffer.getvalue().decode()  # type: ignore[attr-defined]
        return code, json.loads(text) if text else err.getvalue()

    def run(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """A command that prints a run; its exit code and the run."""
        code, document = self(*arguments)
        return code, document["runs"][0]

    def approve_and_apply(self, run: dict[str, Any]) -> dict[str, Any]:
        """A person's yes to every reason, then the run; it ends well."""
        codes = [part for one in run["verdict"]["reasons"] for part in ("--override", one["code"])]
        assert self("approve", run["run"], "--digest", run["digest"], *codes)[0] == 0
        code, applied = self.run("apply", run["run"])
        assert code == 0
        assert set(applied["outcomes"]) >= {"done"}
        return applied


@pytest.fixture(scope="module")
def riverside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Riverside]:
    """The demo's tenant with its exports, and a folder to work in."""
    folder = tmp_path_factory.mktemp("first-day")
    tenant = start_tenant(folder / "tenant", seed="demo", scale=200)
    out = ["--out", str(folder / "exports"), "--packs", str(folder / "packs")]
    assert exports.main(["--seed", "demo", *out]) == 0
    settings = {
        **{name: value for name, value in tenant.settings.items() if name != "scale"},
        "DATA_DIR": str(folder / "data"),
        "ROSTER_PATH": str(folder / "exports"),
        "PACKS_DIR": str(folder / "packs"),
    }
    lines = [f"GRAPHSYNC_{name}={value}\n" for name, value in settings.items()]
    (folder / ".env").write_text("".join(lines), "utf-8")
    yield Riverside(tenant, folder)
    assert tenant.stop() == 0


def counts_on_the_page(*said: str) -> None:
    """What the test saw is what the page says."""
    page = " ".join(PAGE.read_text("utf-8").split())
    for text in said:
        assert text in page, text


def test_a_school_is_taken_from_nothing_to_trusted(riverside: Riverside):
    accounts = {row["userPrincipalName"]: row for row in riverside.tenant.state()["users"]}
    # Morning: a night that only observes.
    riverside.mode("observe")
    code, night = riverside.run("sync", "--school", "river")
    assert (code, night["state"]) == (0, "observed")
    reasons = [one["reason"] for one in night["held"]]
    assert night["counts"]["create_user"] == 47
    assert reasons.count("possible_existing_account") == 181
    assert reasons.count("disputed_account") == 2
    assert riverside.tenant.state()["users"] == list(accounts.values())
    # Whose is what: all that nobody disputes at once, the namesakes one by one.
    riverside("match", "list", "--school", "river", "--file", "all.csv")
    with (riverside.folder / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    sure = [row for row in rows if row["rivals"] == "0"]
    assert (len(rows), len(sure)) == (185, 181)
    with (riverside.folder / "sure.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(sure)
    assert riverside("match", "accept", "--file", "sure.csv")[1]["accepted"] == 181
    assert riverside("match", "accept", "river:10021", "26hryan@river.example")[0] == 0
    assert riverside("match", "accept", "river:10121", "ryanh23@river.example")[0] == 0
    assert riverside.tenant.state()["users"] == list(accounts.values()), "adopting changes nothing"
    # Noon: a pilot of one form, approved.
    riverside.mode("apply")
    code, pilot = riverside.run("plan", "--school", "river", "--class", "7X")
    assert (code, pilot["counts"]["create_user"], pilot["counts"]["update_user"]) == (2, 4, 13)
    assert riverside.approve_and_apply(pilot)["outcomes"]["done"] == 97
    # Afternoon: the school, approved; then a night with nothing to do.
    code, whole = riverside.run("sync", "--school", "river")
    assert code == 2
    assert whole["counts"]["disable_user"] == 1, "a leaver was still in the building"
    assert riverside.approve_and_apply(whole)["outcomes"]["done"] == 951
    code, quiet = riverside.run("sync", "--school", "river")
    assert (code, quiet["counts"], quiet["unchanged"]) == (0, {}, 209)
    kept = [one["reason"] for one in quiet["held"]]
    assert kept.count("adopted_difference") == 12
    assert kept.count("disabled_by_hand") == 3
    assert len(riverside("worklist", "--school", "river")[1]["items"]) == 6
    for name, account in {row["userPrincipalName"]: row for row in tenant_users(riverside)}.items():
        if name in accounts:
            assert account["displayName"] == accounts[name]["displayName"], "names are kept"
    counts_on_the_page(
        "accepted 181", "97 done, and read back", "951 done, and read back", "Unchanged 209 people"
    )


def tenant_users(riverside: Riverside) -> list[dict[str, Any]]:
    return list(riverside.tenant.state()["users"])


def test_where_everyone_has_an_account_the_first_night_makes_and_takes_nothing(school: School):
    for row in [*school.pupils, *school.staff]:
        names = {"givenName": row["Preferred Forename"], "surname": row["Preferred Surname"]}
        somebody(school, f"old{row['primary_id']}", **names)
    night = school.json("sync")
    assert set(night.counts) <= {"create_group"}
    assert set(night.held.values()) == {"possible_existing_account"}
    assert len(school.json("match", "list").json["items"]) == 8
