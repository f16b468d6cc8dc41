"""Users, row by row from the documented rules and recorded error texts."""

import pytest
from running_sandbox import a_user, ref, refused

DEFAULTS = {
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
}


def test_a_new_user_answers_the_default_properties_and_no_password(sandbox):
    sent = a_user(department="7B", employeeType="Pupil")
    answer = sandbox.post("/users", sent)
    body = answer.json()
    assert answer.status_code == 201
    assert body.pop("@odata.context") == (
        "https://graph.microsoft.com/v1.0/$metadata#users/$entity"
    )
    assert body.keys() == DEFAULTS
    assert body["userPrincipalName"] == sent["userPrincipalName"]
    assert sandbox.settings["TENANT_ID"] in answer.headers["location"]


def test_the_sdks_type_annotation_is_taken(sandbox):
    answer = sandbox.post("/users", a_user(**{"@odata.type": "#microsoft.graph.user"}))
    assert answer.status_code == 201


def test_a_taken_upn_is_refused_as_graph_refuses_it(sandbox):
    sent = a_user()
    assert sandbox.post("/users", sent).status_code == 201
    again = {**sent, "userPrincipalName": sent["userPrincipalName"].upper()}
    text = "Another object with the same value for property userPrincipalName already exists."
    error = refused(sandbox.post("/users", again), 400, "Request_BadRequest", text)
    assert error["details"] == [
        {"code": "ObjectConflict", "message": text, "target": "userPrincipalName"}
    ]


def test_a_taken_address_is_refused(sandbox):
    sent = a_user()
    sandbox.user(mail=f"mail.{sent['userPrincipalName']}")
    text = "Another object with the same value for property proxyAddresses already exists."
    other = a_user(mail=f"mail.{sent['userPrincipalName']}")
    error = refused(sandbox.post("/users", other), 400, "Request_BadRequest", text)
    assert error["details"][0]["target"] == "proxyAddresses"


@pytest.mark.parametrize(
    "name",
    ["accountEnabled", "displayName", "mailNickname", "passwordProfile", "userPrincipalName"],
)
def test_each_required_property_is_required(sandbox, name):
    sent = a_user()
    del sent[name]
    text = f"A value is required for property '{name}' of resource 'User'."
    refused(sandbox.post("/users", sent), 400, "Request_BadRequest", text)


INVALID = "Invalid value specified for property '{}' of resource 'User'."
UPN = "Property userPrincipalName is invalid."
WEAK = "The specified password does not comply with password complexity requirements."


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"mailNickname": "has blank"}, INVALID.format("mailNickname")),
        ({"mailNickname": "at@sign"}, INVALID.format("mailNickname")),
        ({"mailNickname": "n" * 65}, INVALID.format("mailNickname")),
        ({"accountEnabled": "true"}, INVALID.format("accountEnabled")),
        ({"displayName": 7}, INVALID.format("displayName")),
        ({"displayName": "n" * 257}, INVALID.format("displayName")),
        ({"givenName": "n" * 65}, INVALID.format("givenName")),
        ({"employeeId": "1" * 17}, INVALID.format("employeeId")),
        ({"department": "d" * 65}, INVALID.format("department")),
        ({"businessPhones": ["1", "2"]}, INVALID.format("businessPhones")),
        ({"usageLocation": "gb"}, INVALID.format("usageLocation")),
        ({"employeeHireDate": "tomorrow"}, INVALID.format("employeeHireDate")),
        ({"employeeHireDate": "2026-02-31T00:00:00Z"}, INVALID.format("employeeHireDate")),
        ({"ageGroup": "Teenager"}, INVALID.format("ageGroup")),
        (
            {"ageGroup": "Adult", "consentProvidedForMinor": "Granted"},
            INVALID.format("consentProvidedForMinor"),
        ),
        ({"userPrincipalName": "zoë@school.example"}, UPN),
        ({"userPrincipalName": "two@at@school.example"}, UPN),
        ({"userPrincipalName": "dot.@school.example"}, UPN),
        ({"userPrincipalName": f"{'n' * 65}@school.example"}, UPN),
        ({"userPrincipalName": "a b@school.example"}, UPN),
        (
            {"userPrincipalName": "someone@elsewhere.example"},
            "The domain portion of the userPrincipalName property is invalid. You must use one",
        ),
        ({"passwordProfile": {"password": "Short-1"}}, WEAK),
        ({"passwordProfile": {"password": "onlylowercase"}}, WEAK),
        ({"passwordProfile": {"password": "lower-and-symbols"}}, WEAK),
        ({"passwordProfile": {"password": "Ünïcode-Kite-42"}}, WEAK),
        ({"passwordProfile": {"password": "Aa1" + "a" * 254}}, WEAK),
        ({"passwordProfile": {"password": "Orange-Kite-42", "hint": "x"}}, "Property 'hint'"),
        ({"favouriteColour": "red"}, "Property 'favouriteColour' does not exist as a declared"),
        ({"proxyAddresses": []}, "Property 'proxyAddresses' is read-only"),
        ({"id": "0"}, "Property 'id' is read-only"),
        ({"onPremisesSyncEnabled": True}, "Property 'onPremisesSyncEnabled' is read-only"),
        ({"onPremisesImmutableId": "a$b"}, INVALID.format("onPremisesImmutableId")),
    ],
)
def test_a_value_graph_would_refuse_is_refused(sandbox, changes, text):
    before = len(sandbox.state()["users"])
    refused(sandbox.post("/users", a_user(**changes)), 400, "Request_BadRequest", text)
    assert len(sandbox.state()["users"]) == before


def test_the_longest_employee_id_and_upn_are_taken(sandbox):
    long_upn = f"{'n' * 64}@school.example"
    sent = a_user(employeeId="1" * 16, userPrincipalName=long_upn)
    assert sandbox.post("/users", sent).status_code == 201


def test_a_user_is_found_by_id_by_upn_and_in_every_way_of_writing_it(sandbox):
    sent = a_user()
    key = sandbox.user(**sent)
    upn = sent["userPrincipalName"]
    for path in (
        f"/users/{key}",
        f"/users/{key.upper()}",
        f"/users/{upn}",
        f"/users/{upn.replace('@', '%40')}",
        f"/users('{upn}')",
        f"//users/{upn}",
        f"/Users/{upn}",
    ):
        answer = sandbox.get(path)
        assert answer.status_code == 200, path
        assert answer.json()["id"] == key


def test_selected_properties_come_alone_and_unset_ones_read_as_null(sandbox):
    key = sandbox.user(department="7B")
    body = sandbox.get(f"/users/{key}?$select=department,jobTitle,accountEnabled").json()
    body.pop("@odata.context")
    assert body == {"department": "7B", "jobTitle": None, "accountEnabled": True}


def test_an_unknown_user_is_not_found(sandbox):
    text = (
        "Resource 'nobody@school.example' does not exist or one of its queried "
        "reference-property objects are not present."
    )
    answer = sandbox.get("/users/nobody@school.example")
    refused(answer, 404, "Request_ResourceNotFound", text)


def test_a_patch_changes_what_it_names_and_null_clears(sandbox):
    key = sandbox.user(department="7B", jobTitle="Pupil")
    assert sandbox.patch(f"/users/{key}", {"department": None}).status_code == 204
    sandbox.settle()
    body = sandbox.get(f"/users/{key}?$select=department,jobTitle").json()
    assert (body["department"], body["jobTitle"]) == (None, "Pupil")


def test_names_and_usage_location_cannot_be_cleared(sandbox):
    key = sandbox.user(usageLocation="GB")
    for name in ("displayName", "usageLocation", "userPrincipalName", "mailNickname"):
        refused(sandbox.patch(f"/users/{key}", {name: None}), 400, "Request_BadRequest", name)


def test_a_rename_moves_the_name_and_frees_the_old_one(sandbox):
    old, new = a_user(), a_user()["userPrincipalName"]
    key = sandbox.user(**old)
    assert sandbox.patch(f"/users/{key}", {"userPrincipalName": new}).status_code == 204
    sandbox.settle()
    assert sandbox.get(f"/users/{new}").json()["id"] == key
    assert sandbox.get(f"/users/{old['userPrincipalName']}").status_code == 404
    assert sandbox.post("/users", old).status_code == 201


def test_the_legal_age_group_follows_age_group_and_consent(sandbox):
    key = sandbox.user(ageGroup="minor", consentProvidedForMinor="granted")
    path = f"/users/{key}?$select=ageGroup,consentProvidedForMinor,legalAgeGroupClassification"
    body = sandbox.get(path).json()
    assert body["ageGroup"] == "Minor"
    assert body["consentProvidedForMinor"] == "Granted"
    assert body["legalAgeGroupClassification"] == "MinorWithParentalConsent"
    sandbox.patch(f"/users/{key}", {"ageGroup": "NotAdult", "consentProvidedForMinor": None})
    sandbox.settle()
    assert sandbox.get(path).json()["legalAgeGroupClassification"] == "NotAdult"


def test_the_mail_becomes_the_primary_proxy_address(sandbox):
    mail = f"mail.{a_user()['userPrincipalName']}"
    key = sandbox.user(mail=mail)
    body = sandbox.get(f"/users/{key}?$select=proxyAddresses").json()
    assert body["proxyAddresses"] == [f"SMTP:{mail}"]


def test_revoking_sessions_answers_true_and_moves_the_moment(moved_on):
    own = moved_on
    own.sign_in()
    key = own.user()
    path = f"/users/{key}?$select=signInSessionsValidFromDateTime"
    before = own.get(path).json()["signInSessionsValidFromDateTime"]
    own.later(60)
    answer = own.post(f"/users/{key}/revokeSignInSessions")
    assert (answer.status_code, answer.json()["value"]) == (200, True)
    own.settle()
    assert own.get(path).json()["signInSessionsValidFromDateTime"] > before


def test_a_deleted_user_is_in_the_recycle_bin_and_can_be_restored_with_its_groups(sandbox):
    sent = a_user()
    key, group = sandbox.user(**sent), sandbox.group()
    sandbox.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(key)})
    assert sandbox.delete(f"/users/{key}").status_code == 204
    sandbox.settle()
    assert sandbox.get(f"/users/{key}").status_code == 404
    assert sandbox.everything(f"/groups/{group}/members") == []
    for cast in ("microsoft.graph.user", "graph.user"):
        rows = sandbox.everything(f"/directory/deletedItems/{cast}?$select=id,deletedDateTime")
        assert key in {row["id"] for row in rows if row["deletedDateTime"]}
    answer = sandbox.post(f"/directory/deletedItems/{key}/restore")
    assert answer.status_code == 200
    assert answer.json()["@odata.type"] == "#microsoft.graph.user"
    sandbox.settle()
    assert [row["id"] for row in sandbox.everything(f"/groups/{group}/members")] == [key]


def test_a_name_taken_meanwhile_hinders_the_restore_until_a_new_one_is_given(sandbox):
    sent = a_user()
    key = sandbox.user(**sent)
    sandbox.delete(f"/users/{key}")
    assert sandbox.post("/users", sent).status_code == 201
    sandbox.settle()
    path = f"/directory/deletedItems/{key}/restore"
    error = refused(sandbox.post(path), 400, "Request_BadRequest", "A conflicting object")
    assert error["details"][0]["code"] == "ObjectConflict"
    new = a_user()["userPrincipalName"]
    answer = sandbox.post(path, {"newUserPrincipalName": new})
    assert answer.json()["userPrincipalName"] == new


def test_an_address_taken_meanwhile_is_dropped_on_restore_when_asked(sandbox):
    mail = f"mail.{a_user()['userPrincipalName']}"
    key = sandbox.user(mail=mail)
    sandbox.delete(f"/users/{key}")
    sandbox.user(mail=mail)
    path = f"/directory/deletedItems/{key}/restore"
    refused(sandbox.post(path), 400, "Request_BadRequest", "A conflicting object")
    assert sandbox.post(path, {"autoReconcileProxyConflict": True}).status_code == 200


def test_an_application_cannot_empty_the_recycle_bin(sandbox):
    key = sandbox.user()
    sandbox.delete(f"/users/{key}")
    sandbox.settle()
    answer = sandbox.delete(f"/directory/deletedItems/{key}")
    refused(answer, 403, "Authorization_RequestDenied")


def test_an_account_mastered_in_active_directory_keeps_what_is_mastered_there(sandbox):
    key = sandbox.user()
    sandbox.control("POST", f"users/{key}", {"onPremisesSyncEnabled": True})
    sandbox.settle()
    text = (
        "Unable to update the specified properties for on-premises mastered Directory Sync objects "
        "or objects currently undergoing migration."
    )
    for change in ({"displayName": "New"}, {"accountEnabled": False}, {"employeeId": "1"}):
        refused(sandbox.patch(f"/users/{key}", change), 400, "Request_BadRequest", text)
    refused(sandbox.delete(f"/users/{key}"), 400, "Request_BadRequest", text)
    assert sandbox.patch(f"/users/{key}", {"usageLocation": "GB"}).status_code == 204
    assert sandbox.post(f"/users/{key}/revokeSignInSessions").status_code == 200


def test_an_administrator_is_out_of_an_applications_reach(sandbox):
    admin = "breakglass@contoso.onmicrosoft.com"
    for change in ({"accountEnabled": False}, {"passwordProfile": {"password": "Orange-Kite-42"}}):
        refused(sandbox.patch(f"/users/{admin}", change), 403, "Authorization_RequestDenied")
    refused(sandbox.delete(f"/users/{admin}"), 403, "Authorization_RequestDenied")
    assert sandbox.patch(f"/users/{admin}", {"department": "Office"}).status_code == 204


def test_profile_properties_outside_the_directory_are_not_for_applications(sandbox):
    refused(sandbox.post("/users", a_user(aboutMe="x")), 403, "Authorization_RequestDenied")
    refused(sandbox.get("/users?$select=aboutMe"), 501, "NotImplemented")


def test_a_body_that_is_no_json_object_is_refused(sandbox):
    refused(sandbox.post("/users", ["x"]), 400, "BadRequest")
    refused(sandbox.post("/users"), 400, "BadRequest", "Empty Payload")
    answer = sandbox.http.post(
        f"{sandbox.graph}/users",
        content=b'{"a": ',
        headers={"Authorization": f"Bearer {sandbox.token}", "Content-Type": "application/json"},
    )
    refused(answer, 400, "BadRequest", "Unable to read JSON")


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "text"),
    [
        ("GET", "/wizards", 400, "BadRequest", "Resource not found for the segment 'wizards'."),
        ("GET", "/me", 400, "BadRequest", "only valid with delegated authentication flow"),
        ("GET", "/teams", 501, "NotImplemented", "not yet supported"),
        ("GET", "/users/{id}/calendar", 501, "NotImplemented", "not yet supported"),
        ("GET", "/users/{id}/wands", 400, "BadRequest", "segment 'wands'"),
        ("PUT", "/users", 405, "Request_BadRequest", "Specified HTTP method is not allowed"),
        ("PATCH", "/users", 405, "Request_BadRequest", "Specified HTTP method is not allowed"),
    ],
)
def test_what_is_not_spoken_is_refused_as_graph_would(sandbox, method, path, status, code, text):
    refused(sandbox.call(method, path.replace("{id}", "x"), {}), status, code, text)


def test_the_client_request_id_is_echoed(sandbox):
    answer = sandbox.get("/users/nobody", client_request_id="from-the-client")
    assert answer.headers["client-request-id"] == "from-the-client"
    assert answer.json()["error"]["innerError"]["client-request-id"] == "from-the-client"
    assert "ServerInfo" in answer.headers["x-ms-ags-diagnostic"]


def test_a_mail_lands_in_the_outbox_when_the_sender_has_a_mailbox(sandbox):
    message = {
        "subject": "Slips",
        "body": {"contentType": "text", "content": "x"},
        "toRecipients": [{"emailAddress": {"address": "head@school.example"}}],
    }
    path = f"/users/{sandbox.user()}/sendMail"
    refused(sandbox.post(path, {"message": message}), 404, "MailboxNotEnabledForRESTAPI")
    sender = a_user()
    sandbox.user(**sender, mail=sender["userPrincipalName"])
    path = f"/users/{sender['userPrincipalName']}/sendMail"
    answer = sandbox.post(path, {"message": message, "saveToSentItems": False})
    assert (answer.status_code, answer.content) == (202, b"")
    sent = sandbox.control("GET", "outbox")["items"][-1]
    assert (sent["from"], sent["message"]["subject"]) == (sender["userPrincipalName"], "Slips")
    refused(sandbox.post(path, {"message": {"title": "x"}}), 400, "Request_BadRequest", "title")
