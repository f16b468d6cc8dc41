"""People sign in: what the real msal gets, what tokens say, how the app is answered."""

import secrets

import jwt
import msal
import pytest
from browsing import BACK, CHALLENGE, VERIFIER, Browser, an_app, answer_of, hidden, told
from jwt import PyJWKClient
from running_sandbox import refused

ROLES = [
    {"value": "ITManager", "displayName": "IT manager"},
    {"value": "Viewer", "displayName": "Viewer"},
]


@pytest.fixture
def browser(sandbox):
    with Browser(sandbox) as fresh:
        yield fresh


@pytest.fixture
def person(sandbox):
    """The user principal name of a new user."""
    return upn_of(sandbox, sandbox.user(mail=f"{secrets.token_hex(4)}@school.example"))


def upn_of(sandbox, key):
    return sandbox.get(f"/users/{key}").json()["userPrincipalName"]


def claims_of(browser, token, audience):
    """The claims of a token, validated as a careful app does."""
    document = browser.http.get(f"{browser.base}/v2.0/.well-known/openid-configuration").json()
    context = browser.http._transport._pool._ssl_context
    key = PyJWKClient(document["jwks_uri"], ssl_context=context).get_signing_key_from_jwt(token)
    return jwt.decode(
        token, key, algorithms=["RS256"], audience=audience, issuer=document["issuer"]
    )


@pytest.mark.parametrize("scopes", [["User.Read"], []])
def test_msal_signs_a_person_in_and_refreshes(sandbox, browser, person, monkeypatch, scopes):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # they would beat msal's verify
        monkeypatch.delenv(name, raising=False)
    app = msal.ConfidentialClientApplication(
        browser.app,
        authority=browser.base,
        client_credential=sandbox.settings["CLIENT_SECRET"],
        verify=sandbox.settings["CA_FILE"],
        instance_discovery=False,
    )
    flow = app.initiate_auth_code_flow(scopes, redirect_uri=BACK, response_mode="form_post")
    answer = browser.choose(browser.http.get(flow["auth_uri"]), person)
    result = app.acquire_token_by_auth_code_flow(flow, hidden(answer.text))
    assert result["id_token_claims"]["preferred_username"] == person
    (account,) = app.get_accounts()
    assert account["home_account_id"].endswith(f".{sandbox.tenant}")
    if scopes:
        assert app.acquire_token_silent(scopes, account)["access_token"] == result["access_token"]
    again = app.acquire_token_by_refresh_token(result["refresh_token"], scopes)
    assert again["access_token"] != result["access_token"]


def test_the_id_token_says_who_it_is_and_for_whom(sandbox, browser, person):
    claims = claims_of(browser, browser.tokens(person)["id_token"], browser.app)
    user = next(u for u in sandbox.state()["users"] if u["userPrincipalName"] == person)
    assert claims["oid"] == user["id"]
    assert claims["name"] == user["displayName"]
    assert claims["email"] == sandbox.get(f"/users/{person}").json()["mail"]
    assert (claims["tid"], claims["ver"], claims["nonce"]) == (sandbox.tenant, "2.0", "a nonce")
    assert claims["iat"] == claims["nbf"] < claims["exp"]
    assert "roles" not in claims


def test_profile_and_mail_are_told_only_to_those_who_ask(browser, person):
    claims = claims_of(browser, browser.tokens(person, scope="openid")["id_token"], browser.app)
    assert not claims.keys() & {"name", "oid", "preferred_username", "email"}


def test_a_persons_subject_differs_from_app_to_app(sandbox, browser, person):
    other = an_app(sandbox, redirectUris=[BACK])
    with Browser(sandbox, other["clientId"]) as second:
        code = second.sign_in(person)["code"]
        theirs = second.redeem(code, client_secret=other["secret"]).json()
    ours = browser.tokens(person)
    subjects = {
        claims_of(browser, tokens["id_token"], app)["sub"]
        for tokens, app in ((ours, browser.app), (theirs, other["clientId"]))
    }
    assert len(subjects) == 2


@pytest.mark.parametrize("form", ["api://{}/access_as_user", "{}/.default"])
def test_the_token_for_the_apps_own_api_has_scope_and_roles(sandbox, person, form):
    app = an_app(sandbox, redirectUris=[BACK], appRoles=ROLES, assignments={person: ["ITManager"]})
    with Browser(sandbox, app["clientId"]) as browser:
        scope = f"openid {form.format(app['clientId'])}"
        code = browser.sign_in(person, scope=scope)["code"]
        tokens = browser.redeem(code, client_secret=app["secret"]).json()
        access = claims_of(browser, tokens["access_token"], app["clientId"])
        identity = claims_of(browser, tokens["id_token"], app["clientId"])
    assert (access["scp"], access["roles"]) == ("access_as_user", ["ITManager"])
    assert (access["azp"], access["azpacr"]) == (app["clientId"], "1")
    assert identity["roles"] == ["ITManager"]
    assert "refresh_token" not in tokens  # offline_access was not asked for
    refused(sandbox.get("/me", token=tokens["access_token"]), 401, "InvalidAuthenticationToken")


def test_an_apps_own_token_for_an_api_holds_no_roles(sandbox, browser):
    answer = sandbox.token_request(scope=f"api://{browser.app}/.default")
    claims = claims_of(browser, answer.json()["access_token"], browser.app)
    assert (claims["oid"], claims["azp"]) == (claims["sub"], browser.app)
    assert not claims.keys() & {"roles", "scp"}


def test_user_read_opens_oneself_and_nobody_else(sandbox, browser, person):
    token = browser.tokens(person, scope="openid User.Read")["access_token"]
    assert sandbox.get("/me", token=token).json()["userPrincipalName"] == person
    key = sandbox.get("/me?$select=id,jobTitle", token=token).json()["id"]
    for path in (f"/users/{key}/memberOf", "/me/memberOf", "//ME/transitiveMemberOf"):
        assert sandbox.get(path, token=token).json()["value"] == []
    items = sandbox.batch({"id": "1", "method": "GET", "url": "/me"}, token=token)
    assert items["1"]["body"]["id"] == key
    for method, path in (("GET", "/users"), ("PATCH", "/me"), ("GET", f"/users/{sandbox.user()}")):
        answer = sandbox.call(method, path, {}, token=token)
        refused(answer, 403, "Authorization_RequestDenied")
    unread = browser.tokens(person, scope="openid")["access_token"]
    refused(sandbox.get("/me", token=unread), 403, "Authorization_RequestDenied")
    refused(sandbox.get("/me"), 400, "BadRequest", "only valid with delegated")


def test_the_answer_goes_by_query_fragment_or_form(browser, person):
    page = browser.authorize(prompt="login", response_mode="fragment")
    location = browser.choose(page, person).headers["location"]
    assert location.startswith(f"{BACK}#code=")
    page = browser.authorize(prompt="login", response_mode="form_post", state='"><b>')
    form = browser.choose(page, person)
    assert form.status_code == 200
    assert '"><b>' not in form.text
    assert hidden(form.text)["state"] == '"><b>'
    assert browser.redeem(hidden(form.text)["code"]).status_code == 200


def test_the_page_lists_people_with_their_roles_and_no_disabled_ones(sandbox, person):
    gone = upn_of(sandbox, sandbox.user(accountEnabled=False))
    app = an_app(sandbox, redirectUris=[BACK], appRoles=ROLES, assignments={person: ["Viewer"]})
    with Browser(sandbox, app["clientId"]) as browser:
        page = browser.authorize()
        row = next(line for line in page.text.splitlines() if person in line)
        assert "<td>Viewer</td>" in row
        assert gone not in page.text
        for account, number in ((gone, "AADSTS50057"), ("nobody@school.example", "AADSTS50034")):
            again = browser.choose(page, account)
            assert number in again.text
            assert hidden(again.text) == hidden(page.text)


def test_what_the_page_shows_is_escaped(sandbox, browser):
    sandbox.user(displayName="<script>alert(1)</script>")
    page = browser.authorize(state="<script>", login_hint='"><script>')
    assert "<script>" not in page.text
    assert page.headers["x-frame-options"] == "DENY"


def test_a_browser_that_is_signed_in_goes_straight_back(browser, person):
    browser.sign_in(person)
    assert "code" in answer_of(browser.authorize())
    assert "code" in answer_of(browser.authorize(prompt="none", login_hint=person.upper()))
    for prompt in ("login", "select_account", "consent"):
        assert browser.authorize(prompt=prompt).status_code == 200
    assert browser.authorize(login_hint="other@school.example").status_code == 200
    other = browser.authorize(prompt="none", login_hint="other@school.example")
    assert told(other) == ("login_required", 50058)


def test_prompt_none_needs_somebody_signed_in(sandbox, browser, person):
    assert told(browser.authorize(prompt="none")) == ("login_required", 50058)
    browser.sign_in(person)
    assert sandbox.post(f"/users/{person}/revokeSignInSessions").status_code == 200
    assert told(browser.authorize(prompt="none")) == ("login_required", 50133)
    assert browser.authorize().status_code == 200


def test_signing_out_forgets_the_browser_and_goes_only_to_registered_places(browser, person):
    browser.sign_in(person)
    stolen = dict(browser.http.cookies)
    out = f"{browser.base}/oauth2/v2.0/logout"
    elsewhere = browser.http.get(out, params={"post_logout_redirect_uri": "https://evil.example/"})
    assert elsewhere.status_code == 200
    assert not browser.http.cookies
    back = browser.http.get(out, params={"post_logout_redirect_uri": BACK, "state": "s"})
    assert back.headers["location"] == f"{BACK}?state=s"
    browser.http.cookies.update(stolen)
    assert told(browser.authorize(prompt="none")) == ("login_required", 50058)


@pytest.mark.parametrize(
    ("challenge", "method", "verifier"),
    [(CHALLENGE, "S256", VERIFIER), (VERIFIER, "plain", VERIFIER), (VERIFIER, None, VERIFIER)],
)
def test_pkce_is_taken_hashed_and_plain(browser, person, challenge, method, verifier):
    answer = browser.sign_in(person, code_challenge=challenge, code_challenge_method=method)
    assert answer["state"] == "a state"
    assert browser.redeem(answer["code"], code_verifier=verifier).status_code == 200
