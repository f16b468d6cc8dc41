"""Tokens for applications, the documents Entra publishes, and tokens that Graph refuses."""

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from contract_rows import mismatch
from contract_target import SCOPE

CREDENTIALS = "v2-oauth2-client-creds-grant-flow"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class TokenRow:
    """A token request: what differs from a good one (None: left out) and what is answered."""

    name: str
    source: str
    changes: dict[str, Any]
    status: int
    error: str = ""
    number: int = 0
    tenant: str = "{tenant}"
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def basic(target):
    pair = f"{target.settings['CLIENT_ID']}:{target.settings['CLIENT_SECRET']}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def asked(target, changes, tenant="{tenant}", headers=None):
    form = {
        "grant_type": "client_credentials",
        "client_id": target.settings["CLIENT_ID"],
        "client_secret": target.settings["CLIENT_SECRET"],
        "scope": SCOPE,
        **changes,
    }
    form = {name: value for name, value in form.items() if value is not None}
    url = f"{target.authority}/{tenant.format(tenant=target.tenant)}/oauth2/v2.0/token"
    return target.http.post(url, data=form, headers=headers)


ROWS = [
    TokenRow("secret in the form", CREDENTIALS, {}, 200),
    TokenRow("tenant by its domain", CREDENTIALS, {}, 200, tenant="school.example"),
    TokenRow(
        "what azure-identity adds",
        "azure-identity",
        {"client_info": "1", "claims": '{"access_token": {"xms_cc": {"values": ["CP1"]}}}'},
        200,
    ),
    TokenRow(
        "Graph by its id",
        CREDENTIALS,
        {"scope": "00000003-0000-0000-c000-000000000000/.default"},
        200,
    ),
    TokenRow(
        "wrong secret", "recorded", {"client_secret": "guess"}, 401, "invalid_client", 7000215
    ),
    TokenRow("no credential", "recorded", {"client_secret": None}, 401, "invalid_client", 7000218),
    TokenRow(
        "assertion that is none",
        "recorded",
        {"client_assertion": "x", "client_assertion_type": ASSERTION},
        401,
        "invalid_client",
        700027,
    ),
    TokenRow(
        "unknown application",
        "recorded",
        {"client_id": "11111111-2222-3333-4444-555555555555"},
        400,
        "unauthorized_client",
        700016,
    ),
    TokenRow(
        "unknown tenant", "recorded", {}, 400, "invalid_tenant", 90002, tenant="nowhere.example"
    ),
    TokenRow("no grant", "recorded", {"grant_type": None}, 400, "invalid_request", 900144),
    TokenRow(
        "grant that is none",
        CREDENTIALS,
        {"grant_type": "wish"},
        400,
        "unsupported_grant_type",
        70003,
    ),
    TokenRow(
        "scope without .default",
        CREDENTIALS,
        {"scope": "https://graph.microsoft.com/User.Read.All"},
        400,
        "invalid_scope",
        1002012,
    ),
    TokenRow(
        "resource that is none",
        CREDENTIALS,
        {"scope": "https://elsewhere.example/.default"},
        400,
        "invalid_resource",
        500011,
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_token_is_given_or_refused(graph, row):
    answer = asked(graph, row.changes, row.tenant)
    body = answer.json()
    assert answer.status_code == row.status, f"{row.source}: {answer.text}"
    if row.status == 200:
        assert body["token_type"] == "Bearer"
        assert body["expires_in"] == 3599
        assert "refresh_token" not in body
        return
    assert body["error"] == row.error
    assert body["error_codes"] == [row.number]
    text = rf"AADSTS{row.number}: .+\r\nTrace ID: .+\r\nCorrelation ID: .+\r\nTimestamp: .+"
    assert re.fullmatch(text, body["error_description"])
    assert body.keys() >= {"timestamp", "trace_id", "correlation_id"}


def test_a_secret_may_come_by_http_basic(graph):
    """v2-oauth2-client-creds-grant-flow: "HTTP Basic" beside the form."""
    changes = {"client_id": None, "client_secret": None}
    assert asked(graph, changes, headers=basic(graph)).status_code == 200


DOCUMENT = {
    "issuer": re.compile(r"https://localhost:\d+/[0-9a-f-]{36}/v2\.0"),
    "token_endpoint": re.compile(r"https://.*/oauth2/v2\.0/token"),
    "jwks_uri": re.compile(r"https://.*/discovery/v2\.0/keys"),
    "authorization_endpoint": re.compile(r"https://.*/oauth2/v2\.0/authorize"),
    "token_endpoint_auth_methods_supported": [
        "client_secret_post",
        "private_key_jwt",
        "client_secret_basic",
    ],
    "response_modes_supported": ["query", "fragment", "form_post"],
    "subject_types_supported": ["pairwise"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "scopes_supported": ["openid", "profile", "email", "offline_access"],
    "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
    "cloud_instance_name": "microsoftonline.com",
}


@pytest.mark.parametrize("name", ["{tenant}", "school.example"])
def test_the_discovery_document_names_what_it_should(graph, name):
    """v2-protocols-oidc; recorded documents; the issuer is the GUID form whatever was asked."""
    place = name.format(tenant=graph.tenant)
    answer = graph.http.get(f"{graph.authority}/{place}/v2.0/.well-known/openid-configuration")
    wrong = mismatch(DOCUMENT, answer.json())
    assert not wrong, wrong
    assert graph.tenant in answer.json()["issuer"]


def test_tokens_are_signed_with_a_published_key_and_say_who_may_what(graph):
    """access-token-claims-reference; the v1.0 shape that Graph's own tokens have (recorded)."""
    token = graph.token(("User.Read.All",))
    keys = jwt.PyJWKSet.from_dict(
        graph.http.get(f"{graph.authority}/{graph.tenant}/discovery/v2.0/keys").json()
    )
    header = jwt.get_unverified_header(token)
    (key,) = (key for key in keys.keys if key.key_id == header["kid"])
    claims = jwt.decode(token, key, ["RS256"], audience="https://graph.microsoft.com")
    assert claims["iss"] == f"https://sts.windows.net/{graph.tenant}/"
    assert claims["roles"] == ["User.Read.All"]
    assert claims["tid"] == graph.tenant
    assert claims["oid"] == claims["sub"]
    assert claims["idtyp"] == "app"
    assert claims["exp"] - claims["nbf"] >= 3599
    assert "scp" not in claims


def altered(token, **claims):
    """The token with other claims under the old signature."""
    head, body, signature = token.split(".")
    held = json.loads(base64.urlsafe_b64decode(body + "=="))
    text = json.dumps({**held, **claims}).encode()
    return f"{head}.{base64.urlsafe_b64encode(text).decode().rstrip('=')}.{signature}"


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("none", lambda _: ""),
        ("no JWT", lambda _: "x"),
        ("a right added", lambda token: altered(token, roles=["Directory.ReadWrite.All"])),
        ("of another tenant", lambda token: altered(token, tid="0")),
        ("signed by nobody", lambda token: token.rpartition(".")[0] + "."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_token_that_is_not_graphs_is_401(graph, name, make):
    """errors; recorded answers (InvalidAuthenticationToken)."""
    sent = {"Authorization": f"Bearer {make(graph.token())}"} if name != "none" else {}
    answer = graph.http.get(f"{graph.graph}/users", headers=sent)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert answer.headers["request-id"]


def test_an_old_token_has_expired(aged):
    """Recorded text."""
    token = aged.token()
    aged.later(3700)
    answer = aged.send("GET /users", None, token)
    assert answer.status_code == 401
    text = "Lifetime validation failed, the token is expired."
    assert answer.json()["error"]["message"] == text
