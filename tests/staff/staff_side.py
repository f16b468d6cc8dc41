"""The staff side of two schools: tokens of a tenant made here, sessions, a parked run."""

import dataclasses
import secrets
import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa

sys.path.append(str(Path(__file__).parents[1] / "desk"))
from office import Office, a_pupil

from api.access import Access
from api.chores import WORK, Times
from api.permissions import AppRole
from api.running import Runner
from api.sign_in import SignIn
from api.staff.app import application
from api.staff.home import COOKIE, Home, digest, form_token
from api.tokens import Issuer, Tokens
from api.work import Places
from graphsync.report import RunReport
from graphsync.roster_memory import RosterMemory
from graphsync.run_lists import outline_of
from graphsync.sealing import Sealer, new_key
from graphsync.settings import settings_of
from graphsync.store.runs import Run, State
from graphsync.tenant.credentials import TenantSettings

TENANT = "0d5a1d5c-0000-4000-8000-000000000000"
CLIENT = "11111111-2222-4333-8444-555555555555"
ACCOUNT = "aaaaaaaa-0000-4000-8000-000000000001"
ISSUER = f"https://login.microsoftonline.com/{TENANT}/v2.0"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
LIMITS = "limits: {create: {floor: 1, share: 0.01, count: 1}}\n"


def key_of(token: str) -> Any:
    """The tenant has one key, `one`."""
    if jwt.get_unverified_header(token).get("kid") != "one":
        raise jwt.PyJWKClientError("no such key")
    return KEY.public_key()


def claims(now: datetime, **changes: Any) -> dict[str, Any]:
    """An access token's claims; None drops one."""
    told = {
        "iss": ISSUER,
        "aud": CLIENT,
        "tid": TENANT,
        "oid": ACCOUNT,
        "ver": "2.0",
        "scp": "access_as_user",
        "name": "Nina Wren",
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int(now.timestamp()) + 3600,
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def signed(content: dict[str, Any], kid: str = "one", key: Any = KEY, alg: str = "RS256") -> str:
    return jwt.encode(content, key, algorithm=alg, headers={"kid": kid})


UNSET = settings_of({})  # an installation of which nobody has set anything


class StaffSide:
    """Oak School and Elm School, and whoever signs in; `reach` is what the access file says."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(folder)
        self.office.pack(LIMITS)
        (self.office.packs / "elm.yaml").write_text(
            (self.office.packs / "oak.yaml").read_text("utf-8").replace("oak", "elm"), "utf-8"
        )
        self.file = folder / "access.yaml"
        self.address = "192.0.2.7"  # from where it is asked: so many requests a minute from one
        self.reach("[oak]")
        self.tokens = Tokens(Issuer(ISSUER, TENANT), CLIENT, key_of)
        bench = self.office.bench
        nobody = TenantSettings(
            tenant_id="t",
            client_id="c",
            client_secret="s",
            authority="https://127.0.0.1:9",
        )
        sign_in = SignIn(
            nobody,
            "https://ict.oak.example",
            Sealer(new_key()),
            lambda: self.tokens,
            bench.now,
        )
        self.places = Places(folder / "rosters", folder / "uploads")
        self.runner = Runner(bench, WORK, self.places)  # nobody starts it: jobs wait
        self.app = application(
            Home(
                bench=dataclasses.replace(bench, rosters=RosterMemory()),
                access=Access(self.file),
                tokens=lambda: self.tokens,
                sign_in=sign_in,
                new_secret=lambda: secrets.token_hex(32),
                colour="#143d66",
                runner=self.runner,
                times=Times(sync_at=time(2)),
                loaded=UNSET,
            )
        )

    def reach(self, schools: str, years: str = "[]", account: str = ACCOUNT) -> None:
        """Write the access file."""
        line = f"{{account: {account}, schools: {schools}, years: {years}}}"
        self.file.write_text(f"people: [{line}]\n", "utf-8")

    def parked(self, school: str = "oak", requester: str = "schedule") -> RunReport:
        """A run that waits for a yes; another school's is the same plan under its name."""
        self.office.accept(*(a_pupil(str(number)) for number in range(1, 5)))
        report = self.office.plan()
        run = self.office.store.runs.get(report.run)
        if school == "oak" and requester == run.requester:
            return report
        again = msgspec.structs.replace(
            run,
            id=self.office.store.runs.new_id(run.as_of, self.office.bench.new_id),
            school=school,
            state=State.PARKED,
            requester=requester,
        )
        report = msgspec.structs.replace(
            report,
            run=again.id,
            school=school,
            name=f"{school.title()} School",
            requester=requester,
        )
        again = msgspec.structs.replace(
            again, report=msgspec.msgpack.encode(report), outline=outline_of(report)
        )
        self.office.store.runs.add(Run(**msgspec.structs.asdict(again)))
        return report

    def bearer(self, *roles: str, **changes: Any) -> dict[str, str]:
        """The header of somebody with these roles."""
        # The bench's clock is the test's, PyJWT's is the machine's.
        proved = {"auth_time": int(self.office.now.timestamp())}
        content = claims(datetime.now().astimezone(), roles=list(roles), **(proved | changes))
        return {"Authorization": f"Bearer {signed(content)}"}

    def session(
        self,
        *roles: AppRole,
        name: str = "Nina Wren",
        account: str = ACCOUNT,
        proved: timedelta | None = timedelta(),
    ) -> str:
        """The cookie of somebody who signed in just now, and proved so long ago who they are."""
        secret, now = secrets.token_hex(32), self.office.now
        proved_at = None if proved is None else now - proved
        self.office.store.sessions.open(digest(secret), account, name, roles, now, proved_at)
        return secret

    async def ask(self, method: str, path: str, cookie: str = "", **more: Any) -> httpx.Response:
        """The answer to one request; a form of a session carries the token of its forms."""
        if cookie:
            more["headers"] = {"Cookie": f"{COOKIE}={cookie}", **more.get("headers", {})}
            if method == "POST":
                more["data"] = {"form_token": form_token(cookie), **more.get("data", {})}
        transport = httpx.ASGITransport(
            self.app, client=(self.address, 1), raise_app_exceptions=False
        )
        async with httpx.AsyncClient(
            transport=transport, base_url="https://ict.oak.example"
        ) as web:
            return await web.request(method, path, **more)
