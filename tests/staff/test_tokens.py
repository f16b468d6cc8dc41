"""Tokens that are forged, stale, of others or for others are refused, each for its own reason."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from staff_side import ACCOUNT, CLIENT, ISSUER, KEY, TENANT, StaffSide, claims, key_of, signed

from api.permissions import AppRole
from api.tokens import BadToken, Issuer, NoKeys, Tokens
from graphsync.departure_desk import Subject, Wish, record
from policies.departures import DepartureReason

TOKENS = Tokens(Issuer(ISSUER, TENANT), CLIENT, key_of)


def now() -> datetime:
    """The real time: PyJWT asks for no other."""
    return datetime.now(UTC)


def from_now(changes: dict[str, Any]) -> dict[str, Any]:
    """The claims with `exp` and `nbf` told in seconds from now."""
    second = int(now().timestamp())
    times = {name: second + changes[name] for name in ("exp", "nbf") if changes.get(name)}
    return changes | times


def refused(token: str) -> str:
    with pytest.raises(BadToken) as problem:
        TOKENS.access(token)
    return str(problem.value)


def unsigned(content: dict[str, Any], alg: str) -> str:
    parts = [{"alg": alg, "kid": "one", "typ": "JWT"}, content]
    coded = [urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts]
    return ".".join([*coded, ""])


def test_a_token_of_the_tenant_for_us_tells_who_it_is_and_the_roles_that_are_ours() -> None:
    told = TOKENS.access(signed(claims(now(), roles=["Head", "Janitor", 7])))
    assert (told.account, told.name, told.roles) == (ACCOUNT, "Nina Wren", {AppRole.HEAD})
    assert TOKENS.access(signed(claims(now(), aud=f"api://{CLIENT}"))).roles == frozenset()
    assert "Nina" not in repr(told)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": "00000003-0000-0000-c000-000000000000"}, "for another app"),
        ({"aud": [CLIENT[:-1] + "6"]}, "for another app"),
        ({"iss": ISSUER.replace("0d5a", "1d5a")}, "of another issuer"),
        ({"iss": f"https://sts.windows.net/{TENANT}/"}, "of another issuer"),
        ({"tid": TENANT.replace("0d5a", "1d5a")}, "of another tenant"),
        ({"exp": -90}, "has expired"),
        ({"nbf": 90}, "not valid yet"),
        ({"ver": "1.0"}, "version 2.0"),
        ({"exp": None}, "lacks a claim"),
        ({"oid": None}, "lacks a claim"),
        ({"tid": None}, "lacks a claim"),
        ({"iss": None}, "lacks a claim"),
        ({"aud": None}, "lacks a claim"),
        ({"iat": None}, "lacks a claim"),
        ({"nbf": None}, "lacks a claim"),
        ({"ver": None}, "lacks a claim"),
        ({"iat": "soon"}, "no key of the tenant signed it"),
        ({"scp": None}, "no access token"),
        ({"scp": None, "nonce": "n"}, "no access token"),
        ({"scp": "access_as_user_not"}, "no access token"),
    ],
)
def test_what_is_not_for_us_is_refused(changes: dict[str, Any], why: str) -> None:
    assert why in refused(signed(claims(now(), **from_now(changes))))


def test_two_clocks_may_differ_by_a_minute() -> None:
    second = int(now().timestamp())
    assert TOKENS.access(signed(claims(now(), exp=second - 40, nbf=second - 3600)))
    assert TOKENS.access(signed(claims(now(), nbf=second + 40)))


def test_nobody_but_the_tenant_signs() -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    good = claims(now(), roles=["Head"])
    whole = signed(good)
    head, body, signature = whole.split(".")
    other = signed(claims(now(), roles=["ITManager"])).split(".")[1]
    for forged in (
        signed(good, key=stranger),
        signed(good, kid="two"),
        f"{head}.{other}.{signature}",
        f"{head}.{body}.",
        "",
        "a.b.c",
        whole + "." + whole,
    ):
        assert refused(forged)
    assert "RS256" in refused(signed(good, key="x" * 40, alg="HS256"))
    assert "RS256" in refused(signed(good, alg="RS512"))
    for name in ("None", "nOnE", "rs256", ""):
        assert "RS256" in refused(unsigned(good, name))
    # A key that a token brings along, or an address to fetch one from, is nobody's key.
    own = json.loads(RSAAlgorithm.to_jwk(stranger.public_key()))
    for brought in ({"jwk": own}, {"jku": "https://elsewhere.example"}, {"kid": "../../one"}):
        head = {"kid": "one", **brought}
        assert refused(jwt.encode(good, stranger, algorithm="RS256", headers=head))
    assert "RS256" in refused(unsigned(good, "none"))
    assert "too long" in refused("a" * 20_000)


def test_an_access_token_is_no_id_token_and_an_old_id_token_answers_nothing_new() -> None:
    told = TOKENS.identity(signed(claims(now(), scp=None, nonce="n", roles=["DPO"])), "n")
    assert told.roles == {AppRole.DPO}
    for changes in ({"scp": None, "nonce": "m"}, {"scp": None}, {"nonce": "n"}):
        with pytest.raises(BadToken):
            TOKENS.identity(signed(claims(now(), **changes)), "n")


def test_a_token_tells_when_somebody_proved_who_they_are() -> None:
    second = int(now().timestamp())
    for changes, told in (
        ({"auth_time": 7}, 7),
        ({}, second),
        ({"auth_time": "now"}, 0),
    ):
        found = TOKENS.access(signed(claims(now(), iat=second, **changes)))
        assert found.proved_at == told
    told = TOKENS.identity(signed(claims(now(), scp=None, nonce="n")), "n")
    assert told.proved_at == 0  # when an id token was given out says nothing


async def test_a_token_is_worth_nothing_once_its_bearer_has_left(side: StaffSide) -> None:
    head = side.bearer("Head", oid="o-teacher")
    side.reach("[oak]", account="o-teacher")
    assert (await side.ask("GET", "/api/v1/runs", headers=head)).status_code == 200
    subject = Subject(
        school="oak",
        person=None,
        object_id="o-teacher",
        sign_in_name="t@oak.example",
        surnames=frozenset({"wren"}),
    )
    record(side.office.bench, subject, Wish(reason=DepartureReason.IMMEDIATE, leaves_at=None))
    assert (await side.ask("GET", "/api/v1/runs", headers=head)).status_code == 403


def test_keys_that_cannot_be_had_are_told_apart_from_a_bad_token() -> None:
    def unreachable(_: str) -> Any:
        raise jwt.PyJWKClientConnectionError("down")

    with pytest.raises(NoKeys):
        Tokens(Issuer(ISSUER, TENANT), CLIENT, unreachable).access(signed(claims(now()), key=KEY))
