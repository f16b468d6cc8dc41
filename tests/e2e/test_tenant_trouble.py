"""A tenant that cannot be used: which part, and what to do; exit 1 and a line in the journal."""

import asyncio
import contextlib
import io
import socket
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace

import pytest
from night import Ended, School, short, whole

from api.cli import carried_out
from api.wiring import open_bench
from graphsync.notices import told_night
from graphsync.run import Scope, Sources
from graphsync.settings import Need, load_settings


def sync(school: School) -> Ended:
    """`graphsync sync --json`."""
    return school.json("sync")


def impatient_sync(school: School) -> Ended:
    """A sync that ends as a command does, with short waits between its tries."""

    def run(_: Namespace) -> int:
        with open_bench(load_settings(), Need.PACKS, Need.TENANT, Need.SEAL) as bench:
            sources = Sources({school.id: (school.exports,)})
            asyncio.run(told_night(replace(bench, sleep=short), sources, Scope()))
        return 0

    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(school.folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = carried_out(Namespace(run=run, trace=False))
    return Ended(code, out.getvalue(), err.getvalue())


def broken(school: School, *words: str, by: Callable[[School], Ended] = sync) -> None:
    """The night is broken, says these words, writes nothing and is in the journal."""
    mark = school.tenant.mark()
    night = by(school)
    assert night.code == 1, night.out
    assert night.out == ""
    for word in words:
        assert word in night.err
    assert "Traceback" not in night.err
    assert school.tenant.writes(mark) == []
    (event,) = school.events("attempt_failed")
    assert event["school"] == school.id
    assert school.json("audit", "verify").code == 0


def test_a_wrong_secret_is_named_with_its_setting(school: School):
    school.save_settings(CLIENT_SECRET="guessed-at-this-secret")
    broken(school, "AADSTS7000215", "GRAPHSYNC_CLIENT_SECRET")
    assert all("guessed" not in str(row) for row in school.rows("journal"))


def test_an_app_that_the_tenant_does_not_know_is_named(school: School):
    school.save_settings(CLIENT_ID="00000000-0000-4000-8000-000000000000")
    broken(school, "AADSTS700016", "GRAPHSYNC_CLIENT_ID")


def test_a_tenant_that_does_not_exist_is_named(school: School):
    school.save_settings(TENANT_ID="00000000-0000-4000-8000-000000000000")
    broken(school, "AADSTS90002", "GRAPHSYNC_TENANT_ID")


def test_an_unreachable_tenant_is_named(school: School):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"https://localhost:{free.getsockname()[1]}"
    school.save_settings(GRAPH_URL=f"{nobody}/v1.0")
    broken(school, "GRAPHSYNC_GRAPH_URL", by=impatient_sync)


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        ("Group.Read.All", "GroupMember.Read.All"),
        ("User.Read.All", "User.Read.All"),
        ("RoleManagement.Read.Directory", "RoleManagement.Read.Directory"),
    ],
)
def test_a_missing_permission_to_read_is_named_with_where_to_grant_it(
    school: School, lacking: str, named: str
):
    every = {
        "User.Read.All",
        "Group.Read.All",
        "LicenseAssignment.Read.All",
        "RoleManagement.Read.Directory",
        "Organization.Read.All",
    }
    app = school.tenant.control(
        "POST", "apps", {"name": "narrow", "permissions": sorted(every - {lacking})}
    )
    school.save_settings(CLIENT_ID=app["clientId"], CLIENT_SECRET=app["secret"])
    broken(school, named, "consent")


def test_an_app_that_may_only_read_plans_and_is_told_what_a_write_lacks(school: School):
    app = school.tenant.control(
        "POST",
        "apps",
        {
            "name": "reader",
            "permissions": [
                "User.Read.All",
                "Group.Read.All",
                "LicenseAssignment.Read.All",
                "RoleManagement.Read.Directory",
            ],
        },
    )
    school.save_settings(CLIENT_ID=app["clientId"], CLIENT_SECRET=app["secret"])
    assert school.json("plan").code == 0
    night = school.json("sync")
    assert night.code == 3
    outcomes = {one["outcome"] for one in night.run["changes"]}
    assert outcomes == {"refused", "not_tried"}
    assert any("User.ReadWrite.All" in one["note"] for one in night.run["changes"])
    assert school.users() == {}
    whole(school)
    school.save_settings(
        CLIENT_ID=school.tenant.settings["CLIENT_ID"],
        CLIENT_SECRET=school.tenant.settings["CLIENT_SECRET"],
    )
    assert school.json("sync").code == 0
    assert len(school.users()) == 8


def test_a_missing_seal_key_breaks_the_night_before_it_begins(school: School):
    del school.settings["SEAL_KEY"]
    school.save_settings()
    mark = school.tenant.mark()
    night = school.json("sync")
    assert (night.code, night.out) == (1, "")
    assert "GRAPHSYNC_SEAL_KEY" in night.err
    assert school.tenant.requests(mark) == []
    assert school.json("plan").code == 0


def test_a_store_that_cannot_be_opened_is_exit_1(school: School):
    store = school.folder / "data" / "graphsync.db"
    store.write_bytes(b"this is no database" * 100)
    night = school.json("sync")
    assert (night.code, night.out) == (1, "")
    assert "Traceback" not in night.err


def test_an_entra_that_is_out_of_order_is_no_refusal_and_the_next_night_finishes(school: School):
    outage = {"kind": "status", "path": "/oauth2/", "status": 503, "count": None}
    school.tenant.faults(outage)
    broken(school, "Entra is out of order", "try again later")
    school.tenant.faults()
    assert school.json("sync").code == 0
