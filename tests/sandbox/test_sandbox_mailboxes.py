"""Mailboxes, their settings and the automatic reply."""

import pytest
from running_sandbox import FACULTY, refused

AWAY = {
    "automaticRepliesSetting": {
        "status": "alwaysEnabled",
        "externalAudience": "all",
        "internalReplyMessage": "<p>Left.</p>",
        "externalReplyMessage": "<p>Left.</p>",
    }
}
GIVEN = {"addLicenses": [{"skuId": FACULTY, "disabledPlans": []}], "removeLicenses": []}
TAKEN = {"addLicenses": [], "removeLicenses": [FACULTY]}


def settings_token(own):
    return own.app_with("MailboxSettings.ReadWrite")


def licensed(own):
    key = own.user(usageLocation="GB")
    assert own.post(f"/users/{key}/assignLicense", GIVEN).status_code == 200
    own.settle()
    return key


def test_a_mailbox_is_there_some_minutes_after_the_licence_and_gone_with_it(moved_on):
    own = moved_on
    key = licensed(own)
    path = f"/users/{key}/mailboxSettings"
    answer = own.patch(path, AWAY, token=settings_token(own))
    refused(answer, 404, "MailboxNotEnabledForRESTAPI")
    own.later(15 * 60 / 200)
    token = settings_token(own)
    answer = own.patch(path, AWAY, token=token)
    assert answer.status_code == 200
    assert answer.json()["automaticRepliesSetting"]["status"] == "alwaysEnabled"
    body = own.get(path, token=token).json()
    assert body["automaticRepliesSetting"].items() >= AWAY["automaticRepliesSetting"].items()
    assert f"users('{key}')/mailboxSettings" in body["@odata.context"]
    own.post(f"/users/{key}/assignLicense", TAKEN)
    refused(own.get(path, token=token), 404, "MailboxNotEnabledForRESTAPI")


@pytest.fixture(scope="module")
def with_mailbox(sandbox):
    """A user whose address needs no licence."""
    return sandbox.user(mail="shared@school.example")


def test_single_settings_can_be_read_and_what_is_not_sent_stays(sandbox, with_mailbox):
    token = settings_token(sandbox)
    path = f"/users/{with_mailbox}/mailboxSettings"
    assert sandbox.patch(path, AWAY, token=token).status_code == 200
    assert sandbox.patch(path, {"timeZone": "GMT Standard Time"}, token=token).status_code == 200
    replies = sandbox.get(f"{path}/automaticRepliesSetting", token=token).json()
    assert replies["internalReplyMessage"] == "<p>Left.</p>"
    assert sandbox.get(f"{path}/timeZone", token=token).json()["value"] == "GMT Standard Time"
    assert sandbox.get(f"{path}/userPurpose", token=token).json()["value"] == "user"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"colour": "red"}, "Request_BadRequest"),
        ({"userPurpose": "shared"}, "Request_BadRequest"),
        ({"automaticRepliesSetting": {"status": "often"}}, "Request_BadRequest"),
        ({"automaticRepliesSetting": {"externalAudience": "some"}}, "Request_BadRequest"),
        (
            {
                "automaticRepliesSetting": {
                    "status": "scheduled",
                    "scheduledStartDateTime": {"dateTime": "2026-09-02T00:00", "timeZone": "UTC"},
                    "scheduledEndDateTime": {"dateTime": "2026-09-01T00:00", "timeZone": "UTC"},
                }
            },
            "ErrorInvalidArgument",
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(sandbox, with_mailbox, change, code):
    token = settings_token(sandbox)
    path = f"/users/{with_mailbox}/mailboxSettings"
    refused(sandbox.patch(path, change, token=token), 400, code)


def test_reading_settings_does_not_open_writing_them(sandbox, with_mailbox):
    token = sandbox.app_with("MailboxSettings.Read")
    path = f"/users/{with_mailbox}/mailboxSettings"
    assert sandbox.get(path, token=token).status_code == 200
    refused(sandbox.patch(path, AWAY, token=token), 403, "Authorization_RequestDenied")
    refused(sandbox.get(path), 403, "Authorization_RequestDenied")


def test_mail_waits_for_the_mailbox_as_well(moved_on):
    own = moved_on
    key = licensed(own)
    message = {"subject": "x", "toRecipients": [{"emailAddress": {"address": "a@b.example"}}]}
    path = f"/users/{key}/sendMail"
    refused(own.post(path, {"message": message}), 404, "MailboxNotEnabledForRESTAPI")
    own.later(15 * 60 / 200)
    assert own.post(path, {"message": message}).status_code == 202
