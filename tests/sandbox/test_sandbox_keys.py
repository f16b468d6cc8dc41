"""The keys that sign tokens change, and nobody who was signed in notices."""

import ssl

import jwt
import pytest
from browsing import Browser
from jwt import PyJWKClient
from running_sandbox import refused

from graphsync.sandbox.key_ring import KeyRing

GRAPH = "https://graph.microsoft.com"


def key_set(sandbox, **options) -> PyJWKClient:
    """The real client of the key set that discovery names."""
    base = f"{sandbox.authority}/{sandbox.tenant}"
    document = sandbox.http.get(f"{base}/v2.0/.well-known/openid-configuration").json()
    context = ssl.create_default_context(cafile=sandbox.settings["CA_FILE"])
    return PyJWKClient(document["jwks_uri"], ssl_context=context, **options)


def verified(sandbox, keys: PyJWKClient, token: str, audience: str = GRAPH):
    key = keys.get_signing_key_from_jwt(token)
    # The sandbox's clock may be ahead of the test's.
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    return jwt.decode(token, key, algorithms=["RS256"], audience=audience, options=options)


def kids(sandbox) -> list[str]:
    return [key.key_id for key in key_set(sandbox).get_signing_keys()]


def rotated(sandbox) -> str:
    return sandbox.control("POST", "keys/rotate")["kid"]


def token_of(sandbox) -> str:
    return sandbox.token_request().json()["access_token"]


def test_after_a_rotation_tokens_of_both_keys_verify(moved_on):
    moved_on.sign_in()
    keys = key_set(moved_on, cooldown_duration=0)  # PyJWT looks again after 30 s otherwise
    before = token_of(moved_on)
    verified(moved_on, keys, before)
    kid = rotated(moved_on)
    after = token_of(moved_on)
    assert jwt.get_unverified_header(after)["kid"] == kid
    assert jwt.get_unverified_header(before)["kid"] != kid
    for token in (before, after):  # the client knew the old set, and looks again for the new key
        assert verified(moved_on, keys, token)["tid"] == moved_on.tenant
        assert moved_on.get("/users?$top=1", token=token).status_code == 200


def test_an_id_token_is_signed_by_the_key_of_the_day(moved_on):
    moved_on.sign_in()
    upn = moved_on.get(f"/users/{moved_on.user()}").json()["userPrincipalName"]
    with Browser(moved_on) as browser:
        refresh = browser.tokens(upn)["refresh_token"]
        kid = rotated(moved_on)
        token = browser.refresh(refresh).json()["id_token"]
    assert jwt.get_unverified_header(token)["kid"] == kid
    verified(moved_on, key_set(moved_on), token, moved_on.settings["CLIENT_ID"])


def test_a_retired_key_goes_when_its_last_token_is_dead(moved_on):
    moved_on.later(3601)  # those that other tests retired are gone
    (first,) = kids(moved_on)
    second = rotated(moved_on)
    assert kids(moved_on) == [second, first]
    last = moved_on.token
    moved_on.control("POST", "clock", {"advance_seconds": 1800})
    third = rotated(moved_on)
    assert kids(moved_on) == [third, first, second]
    moved_on.control("POST", "clock", {"advance_seconds": 1801})
    assert kids(moved_on) == [third, second]
    refused(moved_on.get("/users", token=last), 401, "InvalidAuthenticationToken")
    with pytest.raises(jwt.PyJWKClientError, match="Unable to find a signing key"):
        verified(moved_on, key_set(moved_on), last)
    moved_on.later(3600)
    assert kids(moved_on) == [third]


def test_keys_old_and_new_outlive_a_restart_and_a_kill(start_sandbox):
    first = start_sandbox()
    old = token_of(first)
    kid = rotated(first)
    first.stop(kill=True)  # sooner than the next writing behind
    second = start_sandbox()
    assert kids(second) == [kid, jwt.get_unverified_header(old)["kid"]]
    assert jwt.get_unverified_header(token_of(second))["kid"] == kid
    assert second.get("/users?$top=1", token=old).status_code == 200


def test_the_old_key_is_kept_before_the_new_one_takes_its_place(tmp_path):
    path, retired, kept = tmp_path / "token.key", [], []
    ring = KeyRing(path, retired, lambda: kept.append((path.read_bytes(), [*retired])))
    before = path.read_bytes()
    first, second = ring.kid, ring.rotate(1000)
    ((on_disk, rows),) = kept
    assert on_disk == before != path.read_bytes()
    assert [(row["kid"], row["until"]) for row in rows] == [(first, 4600)]
    assert "PRIVATE" not in rows[0]["pem"]
    assert path.stat().st_mode & 0o777 == 0o600
    again = KeyRing(path, retired, list)
    assert [key["kid"] for key in again.jwks(4599)["keys"]] == [second, first]
    assert [key["kid"] for key in again.jwks(4600)["keys"]] == [second]


def test_a_token_of_no_key_of_ours_is_refused(sandbox):
    forged = jwt.encode({"aud": GRAPH}, "x" * 40, algorithm="HS256", headers={"kid": "nobody"})
    refused(sandbox.get("/users", token=forged), 401, "InvalidAuthenticationToken")
