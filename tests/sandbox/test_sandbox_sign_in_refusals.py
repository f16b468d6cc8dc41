"""Sign-in refused: each way by its OAuth error and AADSTS number."""

import pytest
from browsing import (
    BACK,
    VERIFIER,
    Browser,
    an_app,
    hidden,
    number_of,
    refusal,
    told,
)
from running_sandbox import refused

from graphsync.sandbox.apps import App
from graphsync.sandbox.client_authentication import TokenRequest
from graphsync.sandbox.grants import Granted
from graphsync.sandbox.objects import Entry, Version

NATIVE = "http://localhost/native"
PAGE = "https://spa.example/"
SCRIPT = {"Origin": "https://spa.example"}


@pytest.fixture
def browser(sandbox):
    with Browser(sandbox) as fresh:
        yield fresh


@pytest.fixture
def person(sandbox):
    return upn_of(sandbox, sandbox.user())


def upn_of(sandbox, key):
    return sandbox.get(f"/users/{key}").json()["userPrincipalName"]


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"redirect_uri": "http://localhost:8000/elsewhere"}, 50011),
        ({"redirect_uri": "http://localhost.evil.example/sign-in/callback"}, 50011),
        ({"redirect_uri": "http://localhost@evil.example/sign-in/callback"}, 50011),
        ({"redirect_uri": "http://127.0.0.1:8000/sign-in/callback"}, 50011),
        ({"redirect_uri": "http://localhost:8000/Sign-In/callback"}, 50011),
        ({"redirect_uri": "http://[/sign-in/callback"}, 50011),
        ({"redirect_uri": "http://localhost:8000/sign-in/call\nback"}, 50011),
        ({"redirect_uri": "http://localhost:8000/sign-in/callback#"}, 50011),
        ({"redirect_uri": None}, 900971),
        ({"client_id": None}, 900144),
        ({"client_id": "8d5a1d5c-0000-0000-0000-000000000000"}, 700016),
    ],
)
def test_what_no_app_may_be_told_is_told_on_a_page(browser, changes, number):
    page = browser.authorize(**changes)
    assert page.status_code == 400
    assert number_of(page.text) == number
    assert "location" not in page.headers


def test_an_app_without_redirect_uris_and_an_unknown_tenant_get_a_page(sandbox, browser):
    app = an_app(sandbox)
    assert number_of(browser.authorize(client_id=app["clientId"]).text) == 500113
    browser.base = f"{sandbox.authority}/nobody.example"
    assert number_of(browser.authorize().text) == 90002


def test_the_port_of_localhost_does_not_count(browser):
    assert browser.authorize(redirect_uri=BACK.replace("8000", "51234")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error", "number"),
    [
        ({"response_type": None}, "invalid_request", 900144),
        ({"response_mode": "smoke"}, "invalid_request", 9002313),
        ({"scope": None}, "invalid_request", 900144),
        ({"prompt": "please"}, "invalid_request", 90023),
        ({"code_challenge": "short"}, "invalid_request", 501491),
        ({"code_challenge_method": "S512"}, "invalid_request", 9002313),
        ({"scope": "openid Mail.Read"}, "consent_required", 65001),
        ({"scope": "api://{app}/no_such"}, "invalid_client", 650053),
        ({"scope": "api://nobody/access_as_user"}, "invalid_resource", 500011),
        ({"scope": "User.Read api://{app}/access_as_user"}, "invalid_scope", 28000),
    ],
)
def test_the_app_is_told_what_is_wrong_with_its_request(browser, changes, error, number):
    filled = {name: value and value.format(app=browser.app) for name, value in changes.items()}
    answer = browser.authorize(**filled)
    assert told(answer) == (error, number)
    assert "state=a+state" in answer.headers["location"]


@pytest.mark.parametrize(
    ("kind", "number"), [("id_token", 700054), ("code id_token", 700054), ("token", 700051)]
)
def test_implicit_grants_are_switched_off(browser, kind, number):
    location = browser.authorize(response_type=kind).headers["location"]
    assert location.startswith(f"{BACK}#error=unsupported_response_type&")
    assert f"AADSTS{number}" in location


def test_a_parameter_that_comes_twice_is_refused(browser):
    url = f"{browser.base}/oauth2/v2.0/authorize?client_id=a&client_id=b"
    assert number_of(browser.http.get(url).text) == 9000411


@pytest.mark.parametrize("path", ["token", "authorize"])
def test_a_huge_form_is_refused_unread(browser, path):
    answer = browser.http.post(f"{browser.base}/oauth2/v2.0/{path}", content=b"a" * 3_000_000)
    refused(answer, 413, "RequestEntityTooLarge")


def test_a_forged_choice_is_checked_like_a_request(browser, person):
    fields = {**hidden(browser.authorize().text), "redirect_uri": "https://evil.example/"}
    answer = browser.http.post(f"{browser.base}/login", data={**fields, "sandbox_account": person})
    assert (answer.status_code, number_of(answer.text)) == (400, 50011)
    assert not browser.http.cookies


@pytest.mark.parametrize(
    ("changes", "error", "number"),
    [
        ({"code": None}, "invalid_request", 900144),
        ({"code": "never-given"}, "invalid_grant", 70000),
        ({"redirect_uri": None}, "invalid_request", 900144),
        ({"redirect_uri": "http://localhost:8001/sign-in/callback"}, "invalid_client", 500112),
        ({"code_verifier": None}, "invalid_grant", 501481),
        ({"code_verifier": VERIFIER[:-1]}, "invalid_grant", 501481),
        ({"client_secret": None}, "invalid_client", 7000218),
        ({"client_secret": "wrong"}, "invalid_client", 7000215),
        ({"scope": "openid Mail.Read"}, "consent_required", 65001),
    ],
)
def test_a_code_refused_is_still_good(browser, person, changes, error, number):
    code = browser.sign_in(person)["code"]
    assert refusal(browser.redeem(**{"code": code, **changes})) == (error, number)
    assert browser.redeem(code).status_code == 200


def test_a_verifier_proves_nothing_without_a_challenge(browser, person):
    none = {"code_challenge": None, "code_challenge_method": None}
    code = browser.sign_in(person, **none)["code"]
    assert refusal(browser.redeem(code)) == ("invalid_grant", 501481)
    assert browser.redeem(code, code_verifier=None).status_code == 200


def test_a_code_is_good_once(browser, person):
    code = browser.sign_in(person)["code"]
    assert browser.redeem(code).status_code == 200
    assert refusal(browser.redeem(code)) == ("invalid_grant", 54005)


def test_a_code_and_a_refresh_token_are_of_one_app(sandbox, browser, person):
    other = an_app(sandbox, redirectUris=[BACK])
    mine = {"client_id": other["clientId"], "client_secret": other["secret"]}
    code = browser.sign_in(person)["code"]
    assert refusal(browser.redeem(code, **mine)) == ("invalid_grant", 70000)
    token = browser.redeem(code).json()["refresh_token"]
    assert refusal(browser.refresh(token, **mine)) == ("invalid_grant", 70000)
    assert refusal(browser.refresh(code)) == ("invalid_grant", 70000)


@pytest.mark.parametrize(
    ("change", "number"),
    [
        (lambda sandbox, upn: sandbox.post(f"/users/{upn}/revokeSignInSessions"), 50173),
        (
            lambda sandbox, upn: sandbox.patch(
                f"/users/{upn}", {"passwordProfile": {"password": "Violet-Kite-43"}}
            ),
            50173,
        ),
        (lambda sandbox, upn: sandbox.patch(f"/users/{upn}", {"accountEnabled": False}), 50057),
        (lambda sandbox, upn: sandbox.delete(f"/users/{upn}"), 50034),
    ],
    ids=["revoked", "password", "disabled", "deleted"],
)
def test_a_refresh_token_dies_with_the_right_to_it(sandbox, browser, person, change, number):
    token = browser.tokens(person)["refresh_token"]
    code = browser.sign_in(person)["code"]
    assert change(sandbox, person).status_code in {200, 204}
    assert refusal(browser.refresh(token)) == ("invalid_grant", number)
    assert refusal(browser.redeem(code)) == ("invalid_grant", number)


def test_signing_in_again_after_a_revocation_works_in_the_same_second(sandbox, browser, person):
    sandbox.post(f"/users/{person}/revokeSignInSessions")
    assert browser.refresh(browser.tokens(person)["refresh_token"]).status_code == 200


def test_an_account_that_is_enabled_again_may_refresh_again(sandbox, browser, person):
    token = browser.tokens(person)["refresh_token"]
    for enabled in (False, True):
        sandbox.patch(f"/users/{person}", {"accountEnabled": enabled})
    assert browser.refresh(token).status_code == 200


def test_each_refresh_gives_a_new_token_and_leaves_the_old_one(browser, person):
    first = browser.tokens(person)["refresh_token"]
    second = browser.refresh(first).json()["refresh_token"]
    assert second != first
    assert browser.refresh(first).status_code == browser.refresh(second).status_code == 200


def test_refreshing_may_ask_for_another_api(browser, person):
    token = browser.tokens(person)["refresh_token"]
    body = browser.refresh(token, scope=f"{browser.app}/.default openid").json()
    assert body["scope"] == f"api://{browser.app}/access_as_user openid"
    assert "nonce" not in body["id_token"]


def test_a_single_page_app_redeems_from_its_script_with_pkce_and_no_secret(sandbox, person):
    app = an_app(sandbox, spaRedirectUris=[PAGE])
    with Browser(sandbox, app["clientId"]) as browser:
        bare = {"redirect_uri": PAGE, "client_secret": None}
        code = browser.sign_in(person, redirect_uri=PAGE)["code"]
        assert refusal(browser.redeem(code, **bare)) == ("invalid_request", 9002327)
        shown = {**bare, "client_secret": app["secret"]}
        assert refusal(browser.redeem(code, SCRIPT, **shown)) == ("invalid_client", 700025)
        answer = browser.redeem(code, SCRIPT, **bare)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.status_code == 200
        none = {"code_challenge": None, "code_challenge_method": None}
        code = browser.sign_in(person, redirect_uri=PAGE, **none)["code"]
        bare["code_verifier"] = None
        assert refusal(browser.redeem(code, SCRIPT, **bare)) == ("invalid_request", 9002325)


def test_a_native_app_keeps_no_secret(sandbox, person):
    app = an_app(sandbox, publicRedirectUris=[NATIVE])
    with Browser(sandbox, app["clientId"]) as browser:
        code = browser.sign_in(person, redirect_uri="http://localhost:5555/native")["code"]
        shown = {"redirect_uri": "http://localhost:5555/native", "client_secret": app["secret"]}
        assert refusal(browser.redeem(code, **shown)) == ("invalid_client", 700025)
        token = browser.redeem(code, **{**shown, "client_secret": None}).json()["refresh_token"]
        assert browser.refresh(token, client_secret=None).status_code == 200


def test_nothing_that_is_held_in_passing_prints_a_secret():
    form = {"client_id": "an app", "client_secret": "hush", "code": "hush"}
    request = TokenRequest("https://localhost/x", form, ("an app", "hush"), None)
    granted = Granted(App("an app", "", "", (), "hush"), a_person(), None, "1", None, "hush", False)
    for shown in (repr(request), repr(granted)):
        assert "hush" not in shown
        assert "an app" in shown


def a_person():
    return Entry("a key", "user", Version(1, "active", {"displayName": "hush"}))


def test_a_secret_is_refused_from_a_browsers_script(sandbox, browser, person):
    code = browser.sign_in(person)["code"]
    assert refusal(browser.redeem(code, SCRIPT)) == ("invalid_request", 9002326)
    answer = browser.ask(
        SCRIPT, grant_type="client_credentials", scope="https://graph.microsoft.com/.default"
    )
    assert refusal(answer) == ("invalid_request", 9002326)


def test_codes_and_refresh_tokens_age_by_the_sandbox_clock(moved_on):
    moved_on.sign_in()
    person = upn_of(moved_on, moved_on.user())
    app = an_app(moved_on, spaRedirectUris=[PAGE])
    bare = {"redirect_uri": PAGE, "client_secret": None}
    with Browser(moved_on) as web, Browser(moved_on, app["clientId"]) as spa:
        token = web.tokens(person)["refresh_token"]
        of_script = spa.redeem(spa.sign_in(person, redirect_uri=PAGE)["code"], SCRIPT, **bare)
        young = of_script.json()["refresh_token"]
        code = web.sign_in(person)["code"]
        moved_on.later(660)
        assert refusal(web.redeem(code)) == ("invalid_grant", 70008)
        moved_on.later(23 * 3600)
        renewed = spa.refresh(young, SCRIPT, client_secret=None).json()["refresh_token"]
        moved_on.later(3600)
        late = spa.refresh(renewed, SCRIPT, client_secret=None)
        assert refusal(late) == ("invalid_grant", 700084)
        assert told(web.authorize(prompt="none")) == ("login_required", 50133)
        moved_on.later(60 * 24 * 3600)
        token = web.refresh(token).json()["refresh_token"]
        moved_on.later(91 * 24 * 3600)
        assert refusal(web.refresh(token)) == ("invalid_grant", 700082)
