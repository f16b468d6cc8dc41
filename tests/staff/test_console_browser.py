"""The console in a real browser: signed in at the tenant's own page, and a parked run approved."""

import asyncio
import dataclasses
import re
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
import uvicorn
from chromium import scriptless
from free_port import listening
from office import a_pupil
from playwright.sync_api import Browser
from staff_side import StaffSide

sys.path.append(str(Path(__file__).parents[1] / "sandbox"))
from running_sandbox import Sandbox, start

from api.access import Access
from api.chores import Times
from api.sign_in import SignIn
from api.staff.app import application
from api.staff.home import COOKIE, Home, Once
from api.tokens import BadToken, tokens_of
from graphsync.sealing import Sealer, new_key
from graphsync.settings import settings_of
from graphsync.store.links import Link
from graphsync.store.runs import State
from policies.people import Kind

PERMISSIONS = [
    "User.ReadWrite.All",
    "User.RevokeSessions.All",
    "RoleManagement.Read.Directory",
    "Application.Read.All",
]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A tenant in a process of its own."""
    running = start(tmp_path_factory.mktemp("tenant"))
    yield running
    assert running.stop() == 0


@pytest.fixture(autouse=True)
def the_tenants_own_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the machine's environment would beat them."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def a_head(sandbox: Sandbox, role: str = "Head", operator: str = "") -> tuple[str, str]:
    """The object id and sign-in name of a new person with the role Head, or another one.

    Whoever else is an `operator` has the role ITManager.
    """
    account = sandbox.user(displayName="Nina Wren")
    upn = str(sandbox.get(f"/users/{account}").json()["userPrincipalName"])
    roles = [{"value": one, "displayName": one} for one in ("Head", "ITManager", "DPO", "HR")]
    wish = {
        "name": "graphsync",
        "clientId": sandbox.settings["CLIENT_ID"],
        "permissions": PERMISSIONS,
        "redirectUris": ["https://localhost/sign-in/callback"],
        "appRoles": roles,
        "assignments": {upn: [role]} | ({operator: ["ITManager"]} if operator else {}),
    }
    sandbox.control("POST", "apps", wish)
    return account, upn


@contextmanager
def serving(side: StaffSide, sandbox: Sandbox, folder: Path) -> Iterator[str]:
    """The console over TLS at a port of this machine, signing in at the tenant; its address."""
    ca = trustme.CA()
    ca.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(folder / "own.pem")
    sock = listening()
    address = f"https://localhost:{sock.getsockname()[1]}"
    tenant = sandbox.as_settings()
    tokens = Once(
        lambda: tokens_of(tenant.authority, tenant.tenant_id, tenant.client_id, tenant.ca_file)
    )
    app = application(
        Home(
            bench=dataclasses.replace(side.office.bench, tenant=tenant),
            access=Access(side.file),
            tokens=tokens,
            sign_in=SignIn(tenant, address, Sealer(new_key()), tokens, side.office.bench.now),
            new_secret=lambda: secrets.token_hex(32),
            colour="#143d66",
            runner=side.runner,
            times=Times(),
            loaded=settings_of({}),
        )
    )
    config = uvicorn.Config(
        app,
        log_level="error",
        lifespan="off",
        access_log=False,
        ssl_certfile=folder / "own.pem",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])))
    thread.start()
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join()
        sock.close()


def test_a_head_signs_in_at_the_tenant_and_approves_a_plan_with_the_keyboard(
    chromium: Browser,
    sandbox: Sandbox,
    side: StaffSide,
    tmp_path: Path,
) -> None:
    account, upn = a_head(sandbox)
    side.reach("[oak]", account=account)
    report = side.parked()
    with serving(side, sandbox, tmp_path) as address, scriptless(chromium) as page:
        page.goto(f"{address}/runs?after=r-9")
        page.get_by_label("Account").fill(upn)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Runs").wait_for()
        assert page.url == f"{address}/runs?after=r-9"
        page.get_by_role("link", name="Today").click()
        page.get_by_text("Nina Wren").wait_for()
        (cookie,) = [one for one in page.context.cookies(address) if one["name"] == COOKIE]
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")
        page.get_by_role("link", name=re.compile("needs a yes or a no")).press("Enter")

        def approve() -> None:
            page.get_by_role("checkbox", name=re.compile("accounts created")).press("Space")
            page.get_by_role("checkbox", name=re.compile("leave out oak:2")).first.press("Space")
            page.get_by_label("How many changes").fill(str(len(report.changes)))
            page.get_by_role("button", name="Approve this plan").press("Enter")

        approve()
        page.get_by_role("link", name="Sign in").press("Enter")  # nobody knows when they did
        page.get_by_label("Account").fill(upn)  # the tenant asks, although it knows
        page.keyboard.press("Enter")
        approve()
        page.get_by_text("Approved by").wait_for()
        (given,) = side.office.store.approvals.of(report.run)
        assert given.left_out == ("oak:2",)
        assert side.office.store.runs.get(report.run).state is State.APPROVED
        page.get_by_role("button", name="Sign out").press("Enter")
        page.get_by_role("heading", name="You are signed out").wait_for()
        assert side.office.store.sessions.count(side.office.now) == 0


def test_hr_lets_a_teacher_leave_now_and_their_refresh_token_is_refused(
    chromium: Browser, sandbox: Sandbox, side: StaffSide, tmp_path: Path
) -> None:
    from browsing import Browser as Plain

    back = "https://localhost/sign-in/callback"
    gone = sandbox.user(displayName="Ada Lark", surname="Lark", givenName="Ada")
    name = str(sandbox.get(f"/users/{gone}").json()["userPrincipalName"])
    account, upn = a_head(sandbox, "HR", operator=name)
    side.reach("[oak]", account=account)
    person = a_pupil(
        "9001", kind=Kind.STAFF, given_name="Ada", surname="Lark", staff_code="ALA", year=None
    )
    side.office.accept(person)
    link = side.office.store.links
    link.put(
        Link(
            person=person.key,
            kind=Kind.STAFF,
            object_id=gone,
            how="created",
            linked_at=side.office.now,
        )
    )
    with Plain(sandbox) as browser:
        code = browser.sign_in(name, redirect_uri=back)["code"]
        held = browser.redeem(code, redirect_uri=back).json()
        sandbox.later(2)  # sessions are dated by the second
        with serving(side, sandbox, tmp_path) as address, scriptless(chromium) as page:
            page.goto(f"{address}/sign-in?page=/leavers&again=true")
            page.get_by_label("Account").fill(upn)
            page.keyboard.press("Enter")
            page.get_by_role("heading", name="Leavers").wait_for()
            began = time.monotonic()
            page.get_by_label("Surname, staff code").fill("lark")
            page.keyboard.press("Enter")
            page.get_by_label("Ada Lark, oak:9001, ALA").check()
            page.get_by_label("Is suspended").check()
            page.get_by_label("Now: sign-in").check()
            page.get_by_label("type their surname").fill("Lark")
            page.keyboard.press("Enter")
            page.get_by_text("cannot sign in").first.wait_for()
            assert time.monotonic() - began < 10
            assert page.get_by_text("about an hour").is_visible()
            assert page.locator("h1 .state").inner_text() == "done"
            assert page.get_by_text("helped to run graphsync").is_visible()
        refused = browser.refresh(held["refresh_token"])
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    kept = side.office.store.links.of("oak")[person.key]
    assert kept.blocked_by_us_at is not None
    assert sandbox.get(f"/users/{gone}?$select=accountEnabled").json()["accountEnabled"] is False


def test_tokens_of_the_tenant_are_taken_also_after_its_keys_change(sandbox: Sandbox) -> None:
    from browsing import Browser as Plain

    account, upn = a_head(sandbox)
    told = sandbox.settings
    ours = (told["AUTHORITY"], told["TENANT_ID"], told["CLIENT_ID"], Path(told["CA_FILE"]))
    tokens, patient = tokens_of(*ours, cooldown=0), tokens_of(*ours)

    def signed_in() -> dict[str, str]:
        scope = f"openid profile api://{told['CLIENT_ID']}/access_as_user"
        back = "https://localhost/sign-in/callback"
        with Plain(sandbox) as browser:
            code = browser.sign_in(upn, scope=scope, redirect_uri=back)["code"]
            answer: dict[str, str] = browser.redeem(code, redirect_uri=back).json()
            return answer

    before = signed_in()
    for one in (tokens, patient):
        assert one.access(before["access_token"]).account == account
    sandbox.control("POST", "keys/rotate")
    given = signed_in()
    with pytest.raises(BadToken):
        patient.access(given["access_token"])  # it has just asked for the keys
    for one in (before, given):
        claims = tokens.access(one["access_token"])
        assert (claims.account, claims.name, claims.roles) == (account, "Nina Wren", {"Head"})
    assert tokens.identity(given["id_token"], "a nonce").account == account
    for wrong in (given["id_token"], sandbox.token):
        with pytest.raises(BadToken):
            tokens.access(wrong)
    with pytest.raises(BadToken):
        tokens.identity(given["access_token"], "a nonce")
