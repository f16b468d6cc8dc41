"""A browser that signs in: httpx with cookies, which reads the page's form and sends it back."""

import base64
import hashlib
import html
import re
import secrets
import ssl
from urllib.parse import parse_qsl, urlsplit

import httpx
from running_sandbox import Sandbox

BACK = "http://localhost:8000/sign-in/callback"
VERIFIER = "a-verifier-of-forty-three-characters-and-more"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
_INPUT = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


class Browser:
    """One browser before one sandbox; ``app`` is the client id it signs in to."""

    def __init__(self, sandbox: Sandbox, app: str | None = None):
        context = ssl.create_default_context(cafile=sandbox.settings["CA_FILE"])
        self.http = httpx.Client(verify=context, trust_env=False, timeout=60)
        self.sandbox = sandbox
        self.app = app or sandbox.settings["CLIENT_ID"]
        self.base = f"{sandbox.authority}/{sandbox.tenant}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()

    def authorize(self, **changes) -> httpx.Response:
        """The answer to an authorization request; None drops a field."""
        fields = {
            "client_id": self.app,
            "response_type": "code",
            "redirect_uri": BACK,
            "scope": "openid profile email offline_access",
            "state": "a state",
            "nonce": "a nonce",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        fields = {name: value for name, value in fields.items() if value is not None}
        return self.http.get(f"{self.base}/oauth2/v2.0/authorize", params=fields)

    def choose(self, page: httpx.Response, account: str) -> httpx.Response:
        """Sends the page's form with an account chosen."""
        assert page.status_code == 200, page.text
        return self.http.post(
            f"{self.base}/login", data={**hidden(page.text), "sandbox_account": account}
        )

    def sign_in(self, account: str, **changes) -> dict[str, str]:
        """What the app is told when somebody signs in."""
        return answer_of(self.choose(self.authorize(prompt="login", **changes), account))

    def redeem(self, code: str, headers=None, **changes) -> httpx.Response:
        """The answer to a code at the token endpoint."""
        return self.ask(
            headers,
            grant_type="authorization_code",
            code=code,
            **{"redirect_uri": BACK, "code_verifier": VERIFIER, **changes},
        )

    def refresh(self, token: str, headers=None, **changes) -> httpx.Response:
        """The answer to a refresh token."""
        return self.ask(headers, grant_type="refresh_token", refresh_token=token, **changes)

    def ask(self, headers, **changes) -> httpx.Response:
        secret = self.sandbox.settings["CLIENT_SECRET"]
        form = {"client_id": self.app, "client_secret": secret, **changes}
        form = {name: value for name, value in form.items() if value is not None}
        return self.http.post(f"{self.base}/oauth2/v2.0/token", data=form, headers=headers)

    def tokens(self, account: str, **changes) -> dict[str, str]:
        """Signs in and redeems the code."""
        answer = self.redeem(self.sign_in(account, **changes)["code"])
        assert answer.status_code == 200, answer.text
        return answer.json()


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's forms."""
    return {html.unescape(name): html.unescape(value) for name, value in _INPUT.findall(page)}


def answer_of(response: httpx.Response) -> dict[str, str]:
    """The fields of a redirect's query."""
    assert response.status_code == 302, response.text
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))


def told(response: httpx.Response) -> tuple[str, int]:
    """The error of a redirect and its AADSTS number."""
    fields = answer_of(response)
    return fields["error"], number_of(fields["error_description"])


def number_of(text: str) -> int:
    match = re.search(r"AADSTS(\d+): ", text)
    assert match, text
    return int(match[1])


def refusal(response: httpx.Response) -> tuple[str, int]:
    """The error of the token endpoint and its number."""
    assert response.status_code in {400, 401}, response.text
    body = response.json()
    assert body["error_codes"] == [number_of(body["error_description"])]
    return body["error"], body["error_codes"][0]


def an_app(sandbox: Sandbox, **more) -> dict[str, str]:
    """A new app's ``clientId``, ``id`` and ``secret``."""
    wish = {"name": f"app {secrets.token_hex(3)}", "permissions": [], **more}
    return sandbox.control("POST", "apps", wish)
