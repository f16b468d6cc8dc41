"""Entra: what the real libraries get, and each way it says no."""

import base64
import json
import re
import ssl
import time

import jwt
import msal
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential as SyncCertificateCredential
from azure.identity.aio import CertificateCredential, ClientSecretCredential
from cryptography.hazmat.primitives.asymmetric import rsa
from running_sandbox import SCOPE, refused


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def options(sandbox):
    return {
        "authority": sandbox.authority,
        "disable_instance_discovery": True,
        "connection_verify": sandbox.settings["CA_FILE"],
    }


async def test_azure_identity_signs_in_with_the_secret(sandbox):
    settings = sandbox.settings
    async with ClientSecretCredential(
        sandbox.tenant, settings["CLIENT_ID"], settings["CLIENT_SECRET"], **options(sandbox)
    ) as credential:
        token = await credential.get_token(SCOPE, enable_cae=True)
    claims = claims_of(token.token)
    assert claims["aud"] == "https://graph.microsoft.com"
    assert claims["iss"] == f"https://sts.windows.net/{sandbox.tenant}/"
    assert claims["appid"] == settings["CLIENT_ID"]
    assert claims["idtyp"] == "app"
    assert claims["app_displayname"] == "graphsync"
    assert "User.ReadWrite.All" in claims["roles"]
    assert claims["exp"] - claims["iat"] == 3599


async def test_azure_identity_signs_in_with_the_certificate(sandbox):
    certificate = str(sandbox.data / "client-certificate.pem")
    client = sandbox.settings["CLIENT_ID"]
    async with CertificateCredential(
        sandbox.tenant, client, certificate, **options(sandbox)
    ) as credential:
        token = await credential.get_token(SCOPE)
    assert sandbox.get("/users?$top=1", token=token.token).status_code == 200


def test_the_blocking_credential_reads_the_discovery_document(sandbox):
    certificate = str(sandbox.data / "client-certificate.pem")
    client = sandbox.settings["CLIENT_ID"]
    with SyncCertificateCredential(
        sandbox.tenant, client, certificate, **options(sandbox)
    ) as credential:
        assert claims_of(credential.get_token(SCOPE).token)["tid"] == sandbox.tenant


def test_msal_signs_in_with_secret_and_with_a_ps256_assertion(sandbox, monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # they would beat msal's verify
        monkeypatch.delenv(name, raising=False)
    pem = (sandbox.data / "client-certificate.pem").read_text()
    part = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----\n", re.DOTALL)
    certificate, key = part.findall(pem)
    for credential in (
        sandbox.settings["CLIENT_SECRET"],
        {"private_key": key, "public_certificate": certificate},
    ):
        app = msal.ConfidentialClientApplication(
            sandbox.settings["CLIENT_ID"],
            authority=f"{sandbox.authority}/{sandbox.tenant}",
            client_credential=credential,
            verify=sandbox.settings["CA_FILE"],
            instance_discovery=False,
        )
        assert "access_token" in app.acquire_token_for_client([SCOPE])


def test_a_domain_names_the_tenant_as_well_as_its_id(sandbox):
    assert sandbox.token_request(tenant="school.example").status_code == 200


def test_basic_authentication_is_taken(sandbox):
    pair = f"{sandbox.settings['CLIENT_ID']}:{sandbox.settings['CLIENT_SECRET']}"
    answer = sandbox.http.post(
        f"{sandbox.authority}/{sandbox.tenant}/oauth2/v2.0/token",
        data={"grant_type": "client_credentials", "scope": SCOPE},
        headers={"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": None}, 401, "invalid_client", 7000218),
        ({"client_id": "8d5a1d5c-0000-0000-0000-000000000000"}, 400, "unauthorized_client", 700016),
        ({"client_id": None}, 400, "invalid_request", 900144),
        ({"grant_type": None}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": None}, 400, "invalid_request", 900144),
        ({"scope": "User.Read"}, 400, "invalid_scope", 1002012),
        ({"scope": "https://vault.azure.net/.default"}, 400, "invalid_resource", 500011),
        ({"tenant": "nobody.example"}, 400, "invalid_tenant", 90002),
    ],
)
def test_each_refusal_has_its_number(sandbox, changes, status, error, number):
    answer = sandbox.token_request(**changes)
    body = answer.json()
    assert (answer.status_code, body["error"]) == (status, error)
    assert body["error_codes"] == [number]
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert body["trace_id"] in body["error_description"]


async def test_azure_identity_tells_a_wrong_secret(sandbox):
    client = sandbox.settings["CLIENT_ID"]
    async with ClientSecretCredential(
        sandbox.tenant, client, "wrong", **options(sandbox)
    ) as credential:
        with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
            await credential.get_token(SCOPE)


def assertion(sandbox, key, **changes):
    now = time.time()
    claims = {
        "aud": f"{sandbox.authority}/{sandbox.tenant}/oauth2/v2.0/token",
        "iss": sandbox.settings["CLIENT_ID"],
        "sub": sandbox.settings["CLIENT_ID"],
        "exp": now + 600.5,
        "nbf": now,
        "jti": "one",
        **changes,
    }
    return jwt.encode(claims, key, algorithm="RS256", headers={"x5t": "nobody"})


def test_an_assertion_by_a_strangers_key_is_refused(sandbox):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    answer = sandbox.token_request(
        client_secret=None,
        client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion=assertion(sandbox, key),
    )
    assert answer.status_code == 401
    assert answer.json()["error_codes"] == [700027]


def test_discovery_and_keys_agree_with_the_token(sandbox):
    base = f"{sandbox.authority}/{sandbox.tenant}"
    document = sandbox.http.get(f"{base}/v2.0/.well-known/openid-configuration").json()
    assert document["issuer"] == f"{base}/v2.0"
    keys = sandbox.http.get(document["jwks_uri"]).json()["keys"]
    key = jwt.PyJWK(keys[0]).key
    claims = jwt.decode(
        sandbox.token, key, algorithms=["RS256"], audience="https://graph.microsoft.com"
    )
    assert claims["tid"] == sandbox.tenant


def test_graph_refuses_a_call_without_a_token(sandbox):
    answer = sandbox.http.get(f"{sandbox.graph}/users")
    refused(answer, 401, "InvalidAuthenticationToken", "Access token is empty.")
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def forged(sandbox, key=None, **changes):
    claims = {**claims_of(sandbox.token), **changes}
    key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims, key, algorithm="RS256")


def test_graph_refuses_a_forged_token(sandbox):
    answer = sandbox.get("/users", token=forged(sandbox))
    refused(answer, 401, "InvalidAuthenticationToken", "Invalid signature")


def test_graph_refuses_rubbish_for_a_token(sandbox):
    refused(sandbox.get("/users", token="rubbish"), 401, "InvalidAuthenticationToken", "JWT")


def test_graph_refuses_another_audience_issuer_tenant_and_an_old_token(sandbox):
    key = (sandbox.data / "token.key").read_text()
    for changes, text in (
        ({"aud": "https://management.azure.com"}, "audience"),
        ({"iss": "https://sts.windows.net/somebody/"}, "issuer"),
        ({"tid": "somebody"}, "tenant"),
        ({"exp": int(time.time()) - 1}, "Lifetime validation failed, the token is expired."),
    ):
        answer = sandbox.get("/users", token=forged(sandbox, key, **changes))
        refused(answer, 401, "InvalidAuthenticationToken", text)


def test_a_token_expires_by_the_sandbox_clock(moved_on):
    own = moved_on
    own.sign_in()
    assert own.get("/users").status_code == 200
    own.control("POST", "clock", {"advance_seconds": 3600})
    refused(own.get("/users"), 401, "InvalidAuthenticationToken", "expired")
    own.sign_in()
    assert own.get("/users").status_code == 200


def test_an_app_without_permissions_gets_a_token_without_roles(sandbox):
    token = sandbox.app_with()
    assert "roles" not in claims_of(token)
    refused(sandbox.get("/users", token=token), 403, "Authorization_RequestDenied")


def test_the_server_certificate_is_of_the_printed_ca_and_no_other(sandbox):
    host, port = sandbox.authority.removeprefix("https://").split(":")
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.get_server_certificate((host, int(port)), ca_certs=_another_ca())


def _another_ca():
    import certifi

    return certifi.where()


def test_apps_json_holds_the_reader_which_reads_and_writes_nothing(sandbox):
    rows = json.loads((sandbox.data / "apps.json").read_text())
    reader = next(row for row in rows if row["name"] == "graphsync-reader")
    answer = sandbox.token_request(client_id=reader["clientId"], client_secret=reader["secret"])
    token = answer.json()["access_token"]
    for path in ("/users", "/groups", "/domains", "/organization", "/directoryRoles"):
        assert sandbox.get(path, token=token).status_code == 200
    refused(
        sandbox.post("/users", {}, token=token), 403, "Authorization_RequestDenied", "Insufficient"
    )
