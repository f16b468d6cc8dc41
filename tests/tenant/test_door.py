"""The door reads, retries within bounds, refuses to write, and says what is wrong."""

import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from graphsync.tenant.answers import Answer, Request, envelope, opened
from graphsync.tenant.credentials import TenantSettings, credential
from graphsync.tenant.door import (
    PermissionMissing,
    SettingsProblem,
    SignInRefused,
    TenantUnreachable,
    UnsafeMethod,
    open_door,
)
from graphsync.tenant.problems import refused_sign_in


def now():
    return datetime.now(UTC)


async def no_sleep(_seconds):
    """For tests in which only the number of tries matters."""


def an_answer(status=429, **headers):
    return Answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, b"", "")


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
async def test_a_reading_door_knows_no_other_method_than_get(door, tenant, method):
    with pytest.raises(UnsafeMethod):
        await door.send(Request(method, "/users"))
    assert tenant.graph_calls() == []


async def test_pages_are_followed_to_the_end(door):
    ids = []
    async for page in door.pages("/users?$select=id&$top=1"):
        ids += [row["id"] for row in page.json(dict)["value"]]
    everyone = await door.get("/users?$select=id&$top=999")
    assert sorted(ids) == sorted(row["id"] for row in everyone.json(dict)["value"])


async def test_our_token_is_not_taken_to_another_host(door):
    with pytest.raises(TenantUnreachable, match="another host"):
        await door.get("https://elsewhere.example/v1.0/users")


async def test_what_is_not_there_is_an_answer_not_an_error(door):
    answer = await door.get("/users/nobody@school.example")
    assert (answer.status, answer.code) == (404, "Request_ResourceNotFound")
    assert answer.request_id


@pytest.mark.parametrize("retry_after", ["1", "0.4", None])
async def test_a_throttled_read_waits_as_long_as_graph_says(door, tenant, retry_after):
    fault = {"kind": "status", "path": "/subscribedSkus", "status": 429, "count": 1}
    tenant.faults(fault | ({"retryAfter": retry_after} if retry_after else {}))
    began = time.monotonic()
    assert (await door.get("/subscribedSkus")).succeeded
    assert time.monotonic() - began >= float(retry_after or 0.5)
    assert (door.counts.total, door.counts.throttled) == (2, 1)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 504},
        {"kind": "drop"},
    ],
)
async def test_a_read_that_fails_once_is_asked_again(tenant, fault):
    async with open_door(tenant.settings(), now, no_sleep) as door:
        tenant.faults(fault | {"path": "/subscribedSkus", "count": 1})
        assert (await door.get("/subscribedSkus")).succeeded


async def test_a_read_that_fails_for_ever_is_given_up_and_says_so(tenant):
    async with open_door(tenant.settings(), now, no_sleep) as door:
        tenant.faults({"kind": "status", "path": "/subscribedSkus", "status": 503, "count": None})
        with pytest.raises(TenantUnreachable, match="503 again and again"):
            await door.get("/subscribedSkus")
        assert door.counts.total == 5


async def test_endless_throttling_is_given_up_after_the_patience_is_spent(tenant):
    async with open_door(tenant.settings(), now, no_sleep) as door:
        fault = {"kind": "status", "path": "/subscribedSkus", "status": 429, "count": None}
        tenant.faults(fault | {"retryAfter": "90"})
        with pytest.raises(TenantUnreachable, match="throttled"):
            await door.get("/subscribedSkus")


async def test_a_claims_challenge_is_met_with_one_fresh_token(door, tenant):
    tenant.faults({"kind": "claims", "path": "/subscribedSkus"})
    assert (await door.get("/subscribedSkus")).succeeded
    assert [one["status"] for one in tenant.graph_calls()] == [401, 200]


async def test_an_expired_token_is_replaced_though_the_cache_holds_it_good(door, tenant):
    await door.get("/subscribedSkus")
    tenant.call("POST", "/_sandbox/clock", {"advance_seconds": 4000})
    assert (await door.get("/subscribedSkus")).succeeded


async def test_a_batch_of_reads_keeps_its_order_and_asks_again_for_what_was_throttled(door, tenant):
    tenant.faults(
        {"kind": "status", "path": "/subscribedSkus$", "status": 429, "count": 3}
        | {"retryAfter": "0.1"}
    )
    paths = ["/subscribedSkus", "/organization", "/users/nobody@school.example"] * 9
    answers = await door.read_batch(paths)
    assert [answer.status for answer in answers] == [200, 200, 404] * 9
    assert "prepaidUnits" in str(answers[0].json(dict))
    assert "prepaidUnits" not in str(answers[1].json(dict))
    assert door.counts.total == 3
    assert door.counts.throttled == 3


async def test_a_batch_of_reads_that_stays_throttled_is_given_up(tenant):
    async with open_door(tenant.settings(), now, no_sleep) as door:
        tenant.faults({"kind": "status", "path": "/subscribedSkus$", "status": 429, "count": None})
        with pytest.raises(TenantUnreachable, match="for load"):
            await door.read_batch(["/subscribedSkus"])


async def test_a_batch_of_reads_that_is_refused_as_a_whole_says_so(door, tenant):
    tenant.faults({"kind": "status", "path": r"\$batch$", "status": 400})
    with pytest.raises(TenantUnreachable, match="refuses a batch of reads"):
        await door.read_batch(["/subscribedSkus"])


def test_a_sign_in_code_that_we_do_not_know_is_passed_on_with_where_to_look_it_up():
    problem = refused_sign_in("AADSTS50000: something new")
    assert problem.code == "AADSTS50000"
    assert "login.microsoftonline.com/error" in problem.mend
    assert refused_sign_in("no code at all").code == "no AADSTS code"


def test_a_code_is_not_mistaken_for_a_longer_one_that_begins_alike():
    assert refused_sign_in("AADSTS7000277: other").code == "AADSTS7000277"


async def test_a_missing_permission_is_named_with_what_to_do(tenant):
    app = tenant.call("POST", "/_sandbox/apps", {"name": "none", "permissions": []})
    settings = tenant.settings(client_id=app["clientId"], client_secret=app["secret"])
    async with open_door(settings, now) as door:
        with pytest.raises(PermissionMissing, match="admin consent") as problem:
            await door.get("/users?$select=id")
    assert problem.value.permissions == ("User.Read.All",)
    assert problem.value.operation == "read users"


async def problem_of(settings, clock=now):
    async with open_door(settings, clock, no_sleep) as door:
        await door.get("/users")


async def test_a_wrong_secret_is_told_from_a_wrong_app_and_a_wrong_tenant(tenant):
    nobody = "00000000-0000-0000-0000-000000000009"
    cases = {
        "AADSTS7000215": {"client_secret": "wrong"},
        "AADSTS700016": {"client_id": nobody},
        "AADSTS90002": {"tenant_id": nobody},
    }
    for code, wrong in cases.items():
        with pytest.raises(SignInRefused) as problem:
            await problem_of(tenant.settings(**wrong))
        assert problem.value.code == code
        assert "GRAPHSYNC_" in problem.value.mend
        assert "wrong" not in str(problem.value).replace("is wrong", "")


async def test_a_host_that_does_not_answer_is_named_by_its_setting(tenant, unused_tcp_port):
    nowhere = f"https://localhost:{unused_tcp_port}"
    with pytest.raises(TenantUnreachable, match="GRAPHSYNC_AUTHORITY"):
        await problem_of(tenant.settings(authority=nowhere))
    with pytest.raises(TenantUnreachable, match="GRAPHSYNC_GRAPH_URL"):
        await problem_of(tenant.settings(graph_url=f"{nowhere}/v1.0"))


async def test_an_authority_that_is_not_trusted_asks_for_the_ca_file(tenant, tmp_path):
    pem, _key = a_certificate(now() + timedelta(days=1))
    other = tmp_path / "other.pem"
    other.write_bytes(pem)
    with pytest.raises(TenantUnreachable, match="GRAPHSYNC_CA_FILE"):
        await problem_of(tenant.settings(ca_file=other))


async def test_a_ca_file_that_is_none_is_said_so(tenant, tmp_path):
    with pytest.raises(SettingsProblem, match="GRAPHSYNC_CA_FILE"):
        await problem_of(tenant.settings(ca_file=tmp_path / "missing.pem"))


def a_certificate(ends):
    """A self-signed certificate and its key, as PEM."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "graphsync")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(ends - timedelta(days=30))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return made.public_bytes(serialization.Encoding.PEM), private


async def test_a_certificate_signs_in_when_the_app_knows_it(tenant):
    path = tenant.folder / "client-certificate.pem"
    settings = tenant.settings(client_secret=None, certificate_path=path)
    async with open_door(settings, now) as door:
        assert (await door.get("/subscribedSkus")).succeeded


async def test_a_certificate_that_the_app_does_not_know_is_told_from_an_expired_one(
    tenant, tmp_path
):
    for ends, code in ((1, "AADSTS700027"), (-1, "certificate expired")):
        path = tmp_path / "own.pem"
        path.write_bytes(b"".join(a_certificate(now() + timedelta(days=ends))))
        with pytest.raises(SignInRefused) as problem:
            await problem_of(tenant.settings(client_secret=None, certificate_path=path))
        assert problem.value.code == code


@pytest.mark.parametrize(
    ("ways", "text"),
    [
        ({}, "no way to sign in"),
        ({"client_secret": "s", "managed_identity": True}, "keep one"),
    ],
)
def test_there_is_exactly_one_way_to_sign_in(ways, text):
    with pytest.raises(SettingsProblem, match=text):
        credential(TenantSettings(tenant_id="t", client_id="c", **ways))


def test_a_certificate_file_that_is_none_is_said_so(tmp_path):
    settings = TenantSettings(tenant_id="t", client_id="c", certificate_path=tmp_path / "no.pem")
    with pytest.raises(SettingsProblem, match="GRAPHSYNC_CLIENT_CERTIFICATE_PATH"):
        credential(settings)


async def test_managed_identity_needs_no_secret():
    settings = TenantSettings(tenant_id="t", client_id="c", managed_identity=True)
    await credential(settings).close()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": "2.128"}, 2.128),
        ({"retry_after": "0"}, 0),
        ({}, None),
        ({"retry_after": "soon"}, None),
        (
            {
                "retry_after": "Wed, 21 Oct 2026 07:28:30 GMT",
                "date": "Wed, 21 Oct 2026 07:28:00 GMT",
            },
            30,
        ),
        ({"retry_after": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
    ],
)
def test_retry_after_is_an_integer_a_fraction_a_date_or_nothing(headers, seconds):
    assert an_answer(**headers).retry_after == seconds


def test_an_error_without_a_json_body_has_neither_code_nor_message():
    answer = Answer(502, {}, b"<html>Bad gateway</html>", "")
    assert (answer.code, answer.message, answer.details) == ("", "", ())


def test_a_batch_is_numbered_and_every_post_has_a_body():
    sent = msgspec.json.decode(
        envelope(
            [Request("GET", "/users"), Request("POST", "/users/1/revokeSignInSessions")],
            in_order=True,
        )
    )
    assert sent == {
        "requests": [
            {"id": "0", "method": "GET", "url": "/users"},
            {
                "id": "1",
                "method": "POST",
                "url": "/users/1/revokeSignInSessions",
                "headers": {"Content-Type": "application/json"},
                "body": {},
                "dependsOn": ["0"],
            },
        ]
    }


def test_answers_of_a_batch_come_back_in_the_order_asked_and_a_missing_one_is_none():
    body = {"responses": [{"id": "2", "status": 204}, {"id": "0", "status": 200, "body": {"a": 1}}]}
    outer = Answer(200, {"date": "today"}, msgspec.json.encode(body), "r")
    first, second, third = opened(outer, 3)
    assert first.json(dict) == {"a": 1}
    assert second is None
    assert third.status == 204
