"""The console in a real browser: signed in at the tenant's own page, and a parked run approved."""

import asyncio
import re
import secrets
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
import uvicorn
from playwright.sync_api import Browser, sync_playwright
from staff_side import StaffSide

sys.path.append(str(Path(__file__).parents[1] / "sandbox"))
from running_sandbox import Sandbox, start

from api.access import Access
from api.sign_in import SignIn
from api.staff.app import application
from api.staff.home import COOKIE, Home, Once
from api.tokens import BadToken, tokens_of
from graphsync.sealing import Sealer, new_key
from graphsync.settings import settings_of
from graphsync.store.runs import State
from graphsync.tenant.credentials import TenantSettings

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A tenant in a process of its own."""
    running = start(tmp_path_factory.mktemp("tenant"))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or Playwright's own."""
    with sync_playwright() as driver:
        own = Path(driver.chromium.executable_path)
        if CHROMIUM is None and not own.exists():
            pytest.skip("no Chromium is installed: apt install chromium, or playwright install")
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def a_head(sandbox: Sandbox) -> tuple[str, str]:
    """The object id and sign-in name of a new person with the role Head."""
    account = sandbox.user(displayName="Nina Wren")
    upn = str(sandbox.get(f"/users/{account}").json()["userPrincipalName"])
    roles = [{"value": one, "displayName": one} for one in ("Head", "ITManager", "DPO")]
    wish = {
        "name": "graphsync",
        "clientId": sandbox.settings["CLIENT_ID"],
        "permissions": ["User.Read.All"],
        "redirectUris": ["https://localhost/sign-in/callback"],
        "appRoles": roles,
        "assignments": {upn: ["Head"]},
    }
    sandbox.control("POST", "apps", wish)
    return account, upn


@contextmanager
def serving(side: StaffSide, sandbox: Sandbox, folder: Path) -> Iterator[str]:
    """The console over TLS at a port of this machine, signing in at the tenant; its address."""
    ca = trustme.CA()
    ca.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(folder / "own.pem")
    sock = socket.create_server(("127.0.0.1", 0))
    address = f"https://localhost:{sock.getsockname()[1]}"
    told = sandbox.settings
    tenant = TenantSettings(
        tenant_id=told["TENANT_ID"],
        client_id=told["CLIENT_ID"],
        client_secret=told["CLIENT_SECRET"],
        authority=told["AUTHORITY"],
        ca_file=Path(told["CA_FILE"]),
    )
    tokens = Once(
        lambda: tokens_of(tenant.authority, tenant.tenant_id, tenant.client_id, tenant.ca_file)
    )
    app = application(
        Home(
            bench=side.office.bench,
            access=Access(side.file),
            tokens=tokens,
            sign_in=SignIn(tenant, address, Sealer(new_key()), tokens, side.office.bench.now),
            new_secret=lambda: secrets.token_hex(32),
            colour="#143d66",
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
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # they would beat the tenant's own
        monkeypatch.delenv(name, raising=False)
    account, upn = a_head(sandbox)
    side.reach("[oak]", account=account)
    report = side.parked()
    with serving(side, sandbox, tmp_path) as address:
        context = chromium.new_context(ignore_https_errors=True, java_script_enabled=False)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{address}/runs?after=r-9")
        page.get_by_label("Account").fill(upn)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Runs").wait_for()
        assert page.url == f"{address}/runs?after=r-9"
        page.get_by_role("link", name="Today").click()
        page.get_by_text("Nina Wren").wait_for()
        (cookie,) = [one for one in context.cookies(address) if one["name"] == COOKIE]
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")
        page.get_by_role("link", name=re.compile("needs a yes or a no")).press("Enter")
        page.get_by_role("checkbox", name=re.compile("accounts created")).press("Space")
        page.get_by_role("checkbox", name=re.compile("leave out oak:2")).first.press("Space")
        page.get_by_label("How many changes").fill(str(len(report.changes)))
        page.keyboard.press("Enter")
        page.get_by_text(f"entra:{account}").wait_for()
        (given,) = side.office.store.approvals.of(report.run)
        assert given.left_out == ("oak:2",)
        assert side.office.store.runs.get(report.run).state is State.APPROVED
        page.get_by_role("button", name="Sign out").press("Enter")
        page.get_by_role("heading", name="You are signed out").wait_for()
        assert side.office.store.sessions.count(side.office.now) == 0


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
    claims = tokens.access(given["access_token"])
    assert (claims.account, claims.name, claims.roles) == (account, "Nina Wren", {"Head"})
    assert tokens.access(before["access_token"]) == claims
    assert tokens.identity(given["id_token"], "a nonce").account == account
    for wrong in (given["id_token"], sandbox.token):
        with pytest.raises(BadToken):
            tokens.access(wrong)
    with pytest.raises(BadToken):
        tokens.identity(given["access_token"], "a nonce")
