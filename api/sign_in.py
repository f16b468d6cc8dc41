"""Signing people in at the console: msal's authorisation-code flow with PKCE; msal's only home.

msal asks and redeems, and checks state and nonce; the id token is validated by `api/tokens.py`,
since msal does not check its signature, issuer, audience or expiry.
"""

import hashlib
import json
import threading
import warnings
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from api.problems import Problem
from api.tokens import BadToken, Claims, NoKeys, Tokens
from graphsync.sealing import Sealer, SealProblem
from graphsync.tenant.credentials import TenantSettings

CALLBACK = "/sign-in/callback"
FLOW_SECONDS = 600
_LOGIN_MICROSOFT = "https://login.microsoftonline.com"


class Begun(Struct, frozen=True):
    """Where the browser goes to sign in, and what it brings back sealed."""

    address: str
    sealed: str


class SignedIn(Struct, frozen=True):
    """Who came back, and the page they had asked for."""

    claims: Claims
    page: str


class SignIn:
    """The door of Entra for one console. Nothing is asked of Entra before somebody signs in."""

    def __init__(
        self,
        tenant: TenantSettings,
        public_url: str,
        sealer: Sealer,
        tokens: Callable[[], Tokens],
        now: Callable[[], datetime],
    ) -> None:
        self._tenant = tenant
        self._public_url = public_url
        self._sealer = sealer
        self._tokens = tokens
        self._now = now
        self._client: Any = None
        self._lock = threading.Lock()

    def begin(self, page: str, *, again: bool = False) -> Begun:
        """The address to send the browser to; raises Problem when Entra does not answer.

        `again` makes Entra ask who it is although it knows (`prompt=login`).
        """
        try:
            flow = self._app().initiate_auth_code_flow(
                [], redirect_uri=self._public_url + CALLBACK, prompt="login" if again else None
            )
        except (OSError, ValueError):
            raise _unreachable() from None
        if "auth_uri" not in flow:
            raise _unreachable()
        kept = {
            "flow": flow,
            "page": local(page),
            "until": self._now().timestamp() + FLOW_SECONDS,
            "again": again,
        }
        return Begun(flow["auth_uri"], self._sealer.seal(json.dumps(kept)).decode())

    def end(self, sealed: str, answer: Mapping[str, str]) -> SignedIn:
        """Who signed in, by what Entra sent back; raises Problem, which says to begin again."""
        kept = self._opened(sealed)
        flow = kept["flow"]
        try:
            told = self._app().acquire_token_by_auth_code_flow(flow, dict(answer))
        except OSError:
            raise _unreachable() from None
        except (ValueError, RuntimeError):  # another state or nonce: not the sign-in begun here
            raise _again("this is not the sign-in that was begun in this browser") from None
        if "id_token" not in told:
            raise _again("Microsoft did not let you in")
        try:
            # msal sends the digest of the flow's nonce, so that is what the token holds.
            nonce = hashlib.sha256(flow["nonce"].encode()).hexdigest()
            claims = self._tokens().identity(told["id_token"], nonce)
        except BadToken as problem:
            raise _again(f"the answer is not valid: {problem}") from None
        except NoKeys:
            raise _unreachable() from None
        if kept["again"] and not claims.proved_at:
            # Entra says when only where the optional claim auth_time is set; here it just asked.
            claims = replace(claims, proved_at=int(self._now().timestamp()))
        return SignedIn(claims, kept["page"])

    def leave(self) -> str:
        """Where a person ends the session at Microsoft as well."""
        back = urlencode({"post_logout_redirect_uri": self._public_url + "/signed-out"})
        tenant = self._tenant
        return f"{tenant.authority}/{tenant.tenant_id}/oauth2/v2.0/logout?{back}"

    def _opened(self, sealed: str) -> dict[str, Any]:
        try:
            kept: dict[str, Any] = json.loads(self._sealer.open(sealed.encode()))
        except (SealProblem, ValueError):
            raise _again("this browser has not begun to sign in here, or too long ago") from None
        if self._now().timestamp() > kept["until"]:
            raise _again("it took longer than ten minutes")
        return kept

    def _app(self) -> Any:
        import msal  # type: ignore[import-untyped]  # ships no types

        from api.entra_session import session

        with self._lock:
            if self._client is None:
                # msal would rather have the code in a form. That needs a script at Microsoft and a
                # cookie that other sites may send; the code is good once, and with PKCE only here.
                warnings.filterwarnings("ignore", message="response_mode='form_post'")
                tenant = self._tenant
                self._client = msal.ConfidentialClientApplication(
                    tenant.client_id,
                    authority=f"{tenant.authority}/{tenant.tenant_id}",
                    client_credential=_credential(tenant),
                    instance_discovery=tenant.authority == _LOGIN_MICROSOFT,
                    http_client=session(tenant.ca_file),
                )
            return self._client


def local(page: str) -> str:
    """A page of ours to come back to; the first page for anything that could lead elsewhere."""
    plain = page.startswith("/") and not page.startswith("//") and page.isprintable()
    return page if plain and "\\" not in page and len(page) < 500 else "/"


def _credential(tenant: TenantSettings) -> Any:
    if tenant.certificate_path is None:
        return tenant.client_secret
    pem = tenant.certificate_path.read_text("ascii")
    return {"private_key": pem, "public_certificate": pem}


def _unreachable() -> Problem:
    return Problem(
        503, "sign_in_unreachable", "Microsoft's sign-in does not answer; try again in a minute."
    )


def _again(why: str) -> Problem:
    return Problem(401, "sign_in_failed", f"You are not signed in: {why}. Begin again.")
