"""`graphsync demo --serve`: the console on the nights that were played, and whom to sign in as."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import yaml

from api.demo import week
from api.demo.stage import Stage
from api.permissions import AppRole
from graphsync.settings import load_settings
from graphsync.trouble import Broken

HOST = "127.0.0.1"
DOMAIN = "@mill"  # their school; the access file lets them see all three
YEARS = {AppRole.HEAD_OF_YEAR: ["7"]}


def show(stage: Stage, port: int) -> int:
    """Serve the console of the demo's trust until stopped; the tenant runs beside it."""
    from api.commands.serve import serve_settings

    address = f"http://localhost:{port}"
    people = let_in(stage, address)
    sys.stdout.write("A week at Oakfield: forms, a notice, a mail to the wrong parent ...\n")
    sys.stdout.flush()
    week.go_on(stage)
    sys.stdout.write(_told(address, people))
    sys.stdout.flush()
    options = Namespace(
        staff=True,
        parents=False,
        host=HOST,
        port=port,
        parents_port=0,
        certificate=None,
        key=None,
        behind_proxy=None,
    )
    return serve_settings(load_settings(stage.env_file), options)


def begin(stage: Stage) -> None:
    """Before the nights: the feed of data loss is read from here on."""
    week.begin(stage)


def let_in(stage: Stage, address: str) -> dict[AppRole, dict[str, Any]]:
    """Make the tenant and the settings ready for a console at this address; who has which role."""
    stage.clock.move_to(datetime.now(UTC))
    stage.control("clock", {"now": stage.clock.now().isoformat()})
    people = _people(stage)
    _register(stage, address, people)
    access = stage.out / "access.yaml"
    access.write_text(_access(people), "utf-8")
    with stage.env_file.open("a", encoding="utf-8") as lines:
        lines.write(f"GRAPHSYNC_PUBLIC_URL={address}\nGRAPHSYNC_ACCESS_FILE={access}\n")
    return people


def _people(stage: Stage) -> dict[AppRole, dict[str, Any]]:
    """A member of staff of one school for each role."""
    users: Sequence[dict[str, Any]] = stage.control("state")["users"]
    staff = [
        one
        for one in sorted(users, key=lambda one: str(one["userPrincipalName"]))
        if one["kind"] == "Staff" and one["accountEnabled"] and DOMAIN in one["userPrincipalName"]
    ]
    if len(staff) < len(AppRole):
        raise Broken("the demo's school has fewer staff than there are roles")
    return dict(zip(AppRole, staff, strict=False))


def _register(stage: Stage, address: str, people: dict[AppRole, dict[str, Any]]) -> None:
    """What the administrator of a tenant does once: redirect, app roles, who holds them."""
    values = stage.settings().values
    wish = {
        "name": "graphsync",
        "clientId": values.client_id,
        "redirectUris": [f"{address}/sign-in/callback"],
        "appRoles": [{"value": role, "displayName": role} for role in AppRole],
        "assignments": {one["id"]: [role] for role, one in people.items()},
    }
    stage.control("apps", wish)


def _access(people: dict[AppRole, dict[str, Any]]) -> str:
    entries = [
        {"account": one["id"], "schools": "all", "years": YEARS.get(role, [])}
        for role, one in people.items()
    ]
    return yaml.safe_dump({"people": entries}, sort_keys=False)


def _told(address: str, people: dict[AppRole, dict[str, Any]]) -> str:
    rows = "".join(f"  {role:<18}{one['displayName']}\n" for role, one in people.items())
    return (
        f"\nThe console is at {address}\n\n"
        "Sign in as anybody below: the tenant asks for no password. Its certificate is its own,\n"
        "so that the browser warns once: go on to localhost.\n\n"
        f"{rows}\nCtrl-C stops console and tenant.\n\n"
    )
