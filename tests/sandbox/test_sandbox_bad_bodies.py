"""Malformed and outsized JSON, batches, filters, forms and controls: refused, at little cost."""

import base64
import json

import pytest
from raw_requests import answered, goes_on, posted, told, used
from running_sandbox import FACULTY, SCOPE, a_user, item, refused

DEEP = 100_000
NO_JSON = {
    "nothing but a brace": b"{",
    "two documents": b"{}{}",
    "a comment": b'{"displayName": "x" /* who */}',
    "single quotes": b"{'displayName': 'x'}",
    "NaN": b'{"displayName": NaN}',
    "an endless number": b'{"displayName": 1e999}',
    "a number of many digits": b'{"displayName": ' + b"9" * 10_000 + b"}",
    "half a surrogate pair": b'{"displayName": "\\ud800"}',
    "no UTF-8": b'{"displayName": "\xff\xfe"}',
    "UTF-16": '{"displayName": "x"}'.encode("utf-16"),
    "a control character": b'{"displayName": "\x01"}',
    "lists without end": b'{"displayName": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "objects without end": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "101 levels": b'{"displayName": ' + b"[" * 101 + b"]" * 101 + b"}",
    "a name twice": b'{"displayName": "x", "displayName": "y"}',
    "a name twice, once escaped": b'{"displayName": "x", "display\\u004eame": "y"}',
    "a name twice beside an escaped colon": b'{"a": 1, "a": 1, "displayName": "\\u003a"}',
    "a name twice, far inside": b'{"passwordProfile": {"password": "x", "password": "y"}}',
    "a form": b"displayName=x",
}


@pytest.mark.parametrize("what", NO_JSON)
def test_what_is_no_json_is_a_bad_request(sandbox, what):
    before = used(sandbox).cpu
    assert told(answered(sandbox, posted(sandbox, "/v1.0/users", NO_JSON[what])), 400, "BadRequest")
    assert used(sandbox).cpu - before < 1


def test_a_repeated_name_inside_a_text_is_no_repetition(sandbox):
    user = {**a_user(), "jobTitle": '{"a": 1, "a": 2}', "department": "\\u0041: \u00e9"}
    assert (
        answered(sandbox, posted(sandbox, "/v1.0/users", json.dumps(user).encode())).status == 201
    )


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/jsonx", "x", ""])
def test_another_content_type_is_not_supported(sandbox, kind):
    request = posted(sandbox, "/v1.0/users", b"{}").replace(b"application/json", kind.encode())
    assert told(answered(sandbox, request), 415)


LARGE = 3_500_000
HUGE = {
    "POST /users displayName": {**a_user(), "displayName": "x" * LARGE},
    "POST /users userPrincipalName": {**a_user(), "userPrincipalName": "a@" * (LARGE // 2)},
    "POST /users mailNickname": {**a_user(), "mailNickname": "x" * LARGE},
    "POST /users mail": {**a_user(), "mail": "a@" * (LARGE // 2) + "!"},
    "POST /users password": {**a_user(), "passwordProfile": {"password": "aA1" * (LARGE // 3)}},
    "POST /users usageLocation": {**a_user(), "usageLocation": "G" * LARGE},
    "POST /users businessPhones": {**a_user(), "businessPhones": ["1"] * (LARGE // 4)},
    "POST /users unknown names": {f"n{n}": 1 for n in range(LARGE // 14)},
    "POST /groups members@odata.bind": {"members@odata.bind": ["x"] * (LARGE // 4)},
    "POST /directoryObjects/getByIds ids": {"ids": ["x"] * (LARGE // 4)},
    "POST /directoryObjects/getByIds types": {"ids": [], "types": ["user"] * (LARGE // 7)},
    "POST /users/{id}/checkMemberGroups": {"groupIds": ["x"] * (LARGE // 4)},
    "POST /users/{id}/getMemberGroups": {"securityEnabledOnly": "x" * LARGE},
    "POST /users/{id}/assignLicense add": {
        "addLicenses": [{"skuId": FACULTY}] * (LARGE // 50),
        "removeLicenses": [],
    },
    "POST /users/{id}/assignLicense remove": {
        "addLicenses": [],
        "removeLicenses": [FACULTY] * (LARGE // 40),
    },
    "POST /users/{id}/sendMail": {"message": {"toRecipients": [{}] * (LARGE // 4)}},
    "PATCH /users/{id} otherMails": {"otherMails": ["a@b" * 40 + "!"] * (LARGE // 130)},
    "POST /$batch requests": {"requests": [{}] * (LARGE // 3)},
    "POST /$batch one url": {"requests": [item("1", "GET", "/users?$filter=" + "(" * LARGE)]},
    "POST /$batch ids": {"requests": [item("1" * LARGE, "GET", "/x")] * 2},
}


@pytest.mark.parametrize("what", HUGE)
def test_large_values_are_refused_at_little_cost(sandbox, what):
    method, path = what.split()[:2]
    path = path.replace("{id}", the_admin(sandbox))
    before = used(sandbox).cpu
    answer = sandbox.call(method, path, HUGE[what])
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert answer.json()["error"]["code"]
    assert used(sandbox).cpu - before < 1


def the_admin(sandbox) -> str:
    return sandbox.get("/users?$top=1").json()["value"][0]["id"]


GOOD = item("1", "GET", "/users?$top=1")
NO_BATCH = {
    "nothing": None,
    "a list": [],
    "no requests": {},
    "requests that are none": {"requests": "all"},
    "an empty one": {"requests": []},
    "21": {"requests": [item(str(n), "GET", "/users") for n in range(21)]},
    "a null": {"requests": [None]},
    "no id": {"requests": [{"method": "GET", "url": "/users"}]},
    "a number for an id": {"requests": [{**GOOD, "id": 1}]},
    "the same id twice": {"requests": [item("a", "GET", "/users"), item("A", "GET", "/users")]},
    "no method": {"requests": [{"id": "1", "url": "/users"}]},
    "another method": {"requests": [{**GOOD, "method": "TRACE"}]},
    "a list for a url": {"requests": [{**GOOD, "url": ["/users"]}]},
    "an absolute url": {"requests": [{**GOOD, "url": "https://localhost/v1.0/users"}]},
    "a batch inside": {"requests": [item("1", "POST", "/$batch", {"requests": [GOOD]})]},
    "headers in a list": {"requests": [{**GOOD, "headers": ["x"]}]},
    "a header that is no text": {"requests": [{**GOOD, "headers": {"Prefer": [[1]]}}]},
    "a body without a type": {"requests": [{**item("1", "POST", "/users"), "body": {}}]},
    "dependsOn in a text": {"requests": [{**GOOD, "dependsOn": "1"}]},
    "dependsOn itself": {"requests": [{**GOOD, "dependsOn": ["1"]}]},
    "dependsOn nobody": {"requests": [{**GOOD, "dependsOn": ["2"]}]},
    "dependsOn an object": {"requests": [{**GOOD, "dependsOn": [{}]}]},
    "a circle": {
        "requests": [
            {**GOOD, "id": "a", "dependsOn": ["c"]},
            {**GOOD, "id": "b", "dependsOn": ["a"]},
            {**GOOD, "id": "c", "dependsOn": ["b"]},
        ]
    },
}


@pytest.mark.parametrize("what", NO_BATCH)
def test_a_malformed_batch_is_refused_as_a_whole(sandbox, what):
    refused(sandbox.post("/$batch", NO_BATCH[what]), 400, "BadRequest")


def test_an_odd_item_is_refused_by_itself(sandbox):
    rows = sandbox.batch(
        item("method", "GET", "/$batc%68"),
        item("path", "GET", "?$top=1"),
        item("dots", "GET", "/../../_sandbox/state"),
        item("type", "POST", "/users", a_user(), headers={"Content-Type": "text/plain"}),
        item("list", "POST", "/users", [a_user()]),
        item("text", "POST", "/users", "e30="),
        item("unicode", "GET", "/users/\u0000\u202e\U0001f4a9"),
        item("override", "GET", "/users/x", headers={"X-HTTP-Method-Override": "DELETE"}),
    )
    assert {row["status"] for key, row in rows.items() if key != "type"} == {400, 404}
    assert all(row["body"]["error"]["code"] for row in rows.values() if row["status"] >= 400)


FILTERS = {
    "parentheses": "(" * 3_000,
    "closed parentheses": "(" * 900 + "displayName eq 'x'" + ")" * 900,
    "negations": "not " * 500 + "displayName eq 'x'",
    "an open text": "displayName eq '" + "''" * 1_000,
    "blanks": "displayName eq" + " " * 3_000 + "!",
    "a number of many digits": "displayName eq " + "9" * 5_000,
    "digits of another script": "displayName eq " + "\u0661" * 100,
    "a path into a text": "displayName/givenName eq 'x'",
    "a path into the items of a list of texts": "otherMails/any(m:m/address eq 'x')",
    "the items of a list of objects": "assignedLicenses/any(l:l eq 'x')",
    "less than null": "displayName le null",
    "16 alternatives": " or ".join(["displayName eq 'x'"] * 16),
    "16 values": f"displayName in ({','.join(['1'] * 16)})",
    "a long value": f"displayName eq '{'x' * 121}'",
    "101 clauses": " and ".join(["displayName eq 'x'"] * 101),
}


@pytest.mark.parametrize("what", FILTERS)
@pytest.mark.parametrize("advanced", [False, True])
def test_a_filter_that_graph_would_not_take_is_refused(sandbox, what, advanced):
    headers = {"ConsistencyLevel": "eventual"} if advanced else {}
    before = used(sandbox).cpu
    answer = sandbox.http.get(
        f"{sandbox.graph}/users",
        params={"$filter": FILTERS[what], "$count": "true"},
        headers={"Authorization": f"Bearer {sandbox.token}", **headers},
    )
    lifted = advanced and what in {"16 alternatives", "16 values", "a long value"}
    assert answer.status_code == (200 if lifted else 400), answer.text
    assert lifted or answer.json()["error"]["code"] in {"BadRequest", "Request_UnsupportedQuery"}
    assert used(sandbox).cpu - before < 1


def test_too_many_alternatives_are_counted_in_the_words_of_the_directory(sandbox):
    text = " or ".join(["displayName eq 'x'"] * 18)
    message = "containing 'OR' operators: 18. Max allowed: 15."
    refused(sandbox.get(f"/users?$filter={text}"), 400, "Request_UnsupportedQuery", message)


@pytest.mark.parametrize(
    "query",
    [
        "$top=0", "$top=-1", "$top=1e3", "$top=", "$top=000001" + "0" * 5_000, "$top=%D9%A3",
        "$select=", "$select=,", "$select=*", "$orderby=", "$orderby=nothing", "$search=x",
        "$skip=1", "$apply=x", "$", "$select=id&$select=id", "$skiptoken=x", "$expand=" + "(" * 999,
        "&".join(f"${n}=1" for n in range(1_500)),
    ],
)  # fmt: skip
def test_a_query_option_that_is_none_is_refused(sandbox, query):
    answer = sandbox.get(f"/users?{query}")
    assert answer.status_code in {400, 501}, answer.text
    assert answer.json()["error"]["innerError"]


def test_thousands_of_options_that_nobody_knows_are_ignored(sandbox):
    query = "&".join(f"a{n}=1" for n in range(1_500))
    assert sandbox.get(f"/users?$top=1&{query}").status_code == 200


TOKEN_FORMS = {
    "nothing": b"",
    "no form": b'{"grant_type": "client_credentials"}',
    "bytes": bytes(range(256)) * 50,
    "many fields": b"a=1&" * 60_000,
    "an empty name": b"=&=&=",
    "bad escapes": b"grant_type=%zz%&client_id=%ff%fe",
    "a grant twice": b"grant_type=password&grant_type=client_credentials",
    "an assertion of nothing": b"grant_type=client_credentials&client_id={client}&scope={scope}"
    b"&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    b"&client_assertion=%5B%5B.a.b",
    "a deep assertion": b"grant_type=client_credentials&client_id={client}&scope={scope}"
    b"&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    b"&client_assertion=" + base64.urlsafe_b64encode(b"[" * 90_000) + b".e30.eA",
}


@pytest.mark.parametrize("what", TOKEN_FORMS)
def test_a_nonsense_form_is_refused_as_entra_refuses(sandbox, what):
    form = TOKEN_FORMS[what].replace(b"{client}", sandbox.settings["CLIENT_ID"].encode())
    form = form.replace(b"{scope}", SCOPE.encode())
    before = used(sandbox).cpu
    answer = sandbox.http.post(
        f"{sandbox.authority}/{sandbox.tenant}/oauth2/v2.0/token",
        content=form,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code in {400, 401}, answer.text
    assert answer.json()["error_codes"]
    assert used(sandbox).cpu - before < 1


@pytest.mark.parametrize("given", ["Basic", "Basic é", "Basic !", "Basic OjpbOl0=", "Basic //8="])
def test_basic_credentials_that_are_none_are_refused(sandbox, given):
    answer = sandbox.http.post(
        f"{sandbox.authority}/{sandbox.tenant}/oauth2/v2.0/token",
        data={"grant_type": "client_credentials", "scope": SCOPE},
        headers={"Authorization": given.encode("latin-1")},
    )
    assert answer.status_code in {400, 401}, answer.text
    assert answer.json()["error_codes"]


def test_the_token_endpoint_takes_posts_only(sandbox):
    answer = sandbox.http.get(f"{sandbox.authority}/{sandbox.tenant}/oauth2/v2.0/token")
    assert (answer.status_code, answer.json()["error_codes"]) == (400, [900561])


BAD_CONTROLS = [
    ("faults", b"["),
    ("faults", b"[" * DEEP),
    ("faults", b'"\xff"'),
    ("faults", b'{"kind": "magic"}'),
    ("faults", b'{"kind": "status", "path": "("}'),
    ("faults", b'{"kind": "status", "status": 200}'),
    ("faults", b'{"kind": "status", "status": 99999}'),
    ("faults", b'{"kind": "status", "retryAfter": "1\\r\\nX-Injected: 1"}'),
    ("faults", b'{"kind": "claims", "claims": "\\u2603"}'),
    ("clock", b""),
    ("clock", b"[]"),
    ("clock", b"[" * DEEP),
    ("clock", b'{"advance_seconds": "nan"}'),
    ("clock", b'{"advance_seconds": "inf"}'),
    ("clock", b'{"advance_seconds": 1e300}'),
    ("clock", b'{"advance_seconds": 252000000000}'),
    ("clock", b'{"advance_seconds": -1}'),
    ("clock", b'{"now": "9999-12-31T23:59:59+00:00"}'),
    ("clock", b'{"now": "2026-09-01T00:00:00"}'),
    ("clock", b'{"now": 5}'),
    ("apps", b"{}"),
    ("apps", b"[" * DEEP),
    ("apps", b'{"name": "\xff", "permissions": []}'),
    ("users/nobody", b"{}"),
    ("users/{id}", b"[]"),
    ("users/{id}", b"[" * DEEP),
    ("users/{id}", b'{"userPrincipalName": null}'),
    ("users/{id}", b'{"displayName": ""}'),
    ("users/{id}", b'{"id": "x"}'),
    ("users/{id}", b'{"assignedLicenses": [{}]}'),
    ("users/{id}", b'{"licenseAssignmentStates": [{"skuId": null}]}'),
    ("nothing", b"{}"),
]


@pytest.mark.parametrize(("path", "body"), BAD_CONTROLS)
def test_a_control_says_what_is_wrong_and_nothing_happens(sandbox, path, body):
    before = sandbox.state()["digest"]
    url = f"{sandbox.authority}/_sandbox/{path.replace('{id}', the_admin(sandbox))}"
    answer = sandbox.http.post(url, content=body)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["error"]
    assert sandbox.state()["digest"] == before
    assert sandbox.control("GET", "faults")["items"] == []
    assert goes_on(sandbox)


def test_the_log_keeps_the_beginning_of_a_long_path(sandbox):
    sandbox.get("/users/" + "x" * 9_000)
    rows = sandbox.control("GET", "requests")["items"]
    assert max(len(row["path"]) for row in rows) == 1_000
    sandbox.batch(item("i" * 100_000, "GET", "/users/x"))
    rows = sandbox.control("GET", "requests")["items"]
    assert max(len(row["item"] or "") for row in rows) == 100
