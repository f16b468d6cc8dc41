"""What azure-cli asks beside Graph: the addresses of the cloud, an audience, subscriptions."""

import jwt
import pytest
from browsing import Browser, number_of, refusal
from running_sandbox import refused

AUDIENCE = "https://management.core.windows.net"


def subscriptions(sandbox, token, query="?api-version=2022-12-01"):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return sandbox.http.get(f"{sandbox.authority}/subscriptions{query}", headers=headers)


def code_of(answer, status):
    assert answer.status_code == status
    return answer.json()["error"]["code"]


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_token_for_resource_manager_opens_an_empty_list(sandbox, slash):
    token = sandbox.token_request(scope=f"{AUDIENCE}{slash}/.default").json()["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["aud"] == AUDIENCE
    assert "roles" not in claims
    assert subscriptions(sandbox, token).json()["value"] == []
    assert code_of(subscriptions(sandbox, token, ""), 400) == "MissingApiVersionParameter"
    refused(sandbox.get("/users", token=token), 401, "InvalidAuthenticationToken", "audience")


def test_resource_manager_takes_no_other_token(sandbox):
    assert code_of(subscriptions(sandbox, None), 401) == "AuthenticationFailed"
    assert code_of(subscriptions(sandbox, sandbox.token), 401) == "InvalidAuthenticationToken"


def test_the_cloud_tells_where_entra_and_graph_are(sandbox):
    url = f"{sandbox.authority}/metadata/endpoints"
    cloud = sandbox.http.get(f"{url}?api-version=2022-09-01").json()
    assert cloud["authentication"]["loginEndpoint"] == sandbox.authority
    assert AUDIENCE in cloud["authentication"]["audiences"][0]
    scope = f"{cloud['microsoftGraphResourceId']}/.default"
    token = sandbox.token_request(scope=scope).json()["access_token"]
    assert sandbox.get("/users?$top=1", token=token).status_code == 200
    assert code_of(sandbox.http.get(url), 400) == "MissingApiVersionParameter"


def test_the_endpoint_of_all_tenants_is_found_and_then_refuses(sandbox):
    with Browser(sandbox) as browser:
        browser.base = f"{sandbox.authority}/organizations"
        found = browser.http.get(f"{browser.base}/v2.0/.well-known/openid-configuration").json()
        assert found["issuer"] == f"{sandbox.authority}/{{tenantid}}/v2.0"
        assert browser.http.get(found["jwks_uri"]).json()["keys"]
        page = browser.authorize()
        assert (page.status_code, number_of(page.text)) == (400, 50194)
        answer = browser.ask(None, grant_type="client_credentials", scope=f"{AUDIENCE}/.default")
        assert refusal(answer) == ("invalid_request", 50194)
