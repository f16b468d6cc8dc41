"""A test a row: what each documented answer to a write means."""

import msgspec
import pytest

from graphsync.tenant.answers import Answer
from graphsync.tenant.outcomes import NO_ANSWER, TABLE, Meaning, judge

CONFLICT = "Another object with the same value for property {} already exists."
MEMBER = (
    "One or more added object references already exist for the following modified properties:"
    " 'members'."
)
UNSEEN = (
    "Resource '0a' does not exist or one of its queried reference-property objects are not present."
)


def an_answer(status, code="", message="", details=(), body=b'{"id":"0a"}'):
    error = {"code": code, "message": message}
    if details:
        error["details"] = [{"code": code, "target": target} for code, target in details]
    body = msgspec.json.encode({"error": error}) if status >= 400 else body
    return Answer(status, {}, body, "r-1")


BAD = "Request_BadRequest"
CASES = [
    ("create_user", an_answer(201), 1, Meaning.DONE),
    ("create_user", an_answer(201, body=b"{}"), 1, Meaning.SETTLE_BY_READING),
    ("create_user", an_answer(204, body=b""), 1, Meaning.SETTLE_BY_READING),
    ("create_group", an_answer(201, body=b'{"id":7}'), 1, Meaning.SETTLE_BY_READING),
    ("create_group", an_answer(204, body=b""), 1, Meaning.DONE),
    ("revoke_sessions", an_answer(204), 1, Meaning.DONE),
    ("create_user", an_answer(429, "TooManyRequests"), 1, Meaning.NOT_NOW),
    ("revoke_sessions", an_answer(424), 1, Meaning.NOT_TRIED),
    ("update_user", an_answer(401, "InvalidAuthenticationToken"), 1, Meaning.NOT_TRIED),
    (
        "create_user",
        an_answer(400, BAD, "taken", [("ObjectConflict", "userPrincipalName")]),
        1,
        Meaning.ADOPT_IF_OURS,
    ),
    (
        "create_user",
        an_answer(400, BAD, CONFLICT.format("proxyAddresses")),
        1,
        Meaning.ADOPT_IF_OURS,
    ),
    (
        "create_group",
        an_answer(400, BAD, CONFLICT.format("mailNickname")),
        1,
        Meaning.ADOPT_IF_OURS,
    ),
    (
        "create_group",
        an_answer(409, "Request_MultipleObjectsWithSameKeyValue"),
        1,
        Meaning.ADOPT_IF_OURS,
    ),
    (
        "update_user",
        an_answer(400, BAD, "taken", [("ObjectConflict", "userPrincipalName")]),
        1,
        Meaning.REFUSED,
    ),
    ("create_team", an_answer(201), 1, Meaning.DONE),
    ("create_team", an_answer(409, "Conflict"), 1, Meaning.DONE),
    (
        "create_team",
        an_answer(400, "BadRequest", "The group has no owner."),
        1,
        Meaning.REFUSED,
    ),
    ("create_team", an_answer(400, "BadRequest", "Bad Request"), 1, Meaning.REFUSED),
    ("create_team", an_answer(404, "NotFound"), 1, Meaning.RETRY_UNTIL_REPLICATED),
    ("create_team", an_answer(503), 1, Meaning.SETTLE_BY_READING),
    ("add_to_group", an_answer(400, BAD, MEMBER), 1, Meaning.DONE),
    ("add_to_group", an_answer(400, BAD, MEMBER), 2, Meaning.SPLIT),
    ("add_to_group", an_answer(400, BAD, "another reason"), 2, Meaning.REFUSED),
    (
        "remove_from_group",
        an_answer(404, "x", "One or more removed object references do not exist"),
        1,
        Meaning.DONE,
    ),
    (
        "remove_from_group",
        an_answer(404, "Request_ResourceNotFound", UNSEEN),
        1,
        Meaning.RETRY_UNTIL_REPLICATED,
    ),
    (
        "assign_licence",
        an_answer(
            400,
            BAD,
            "License assignment cannot be done for user with invalid usage location.",
        ),
        1,
        Meaning.RETRY_UNTIL_REPLICATED,
    ),
    ("add_to_group", an_answer(400, BAD, UNSEEN), 20, Meaning.RETRY_UNTIL_REPLICATED),
    ("update_user", an_answer(404, "Request_ResourceNotFound"), 1, Meaning.RETRY_UNTIL_REPLICATED),
    (
        "disable_user",
        an_answer(
            400,
            BAD,
            "Unable to update the specified properties for on-premises mastered Directory Sync"
            " objects or objects currently undergoing migration.",
        ),
        1,
        Meaning.REFUSED,
    ),
    (
        "assign_licence",
        an_answer(400, BAD, "Subscription with SKU x does not have any available licenses."),
        1,
        Meaning.REFUSED,
    ),
    (
        "remove_licence",
        an_answer(
            400,
            BAD,
            "User license is inherited from a group membership and it cannot be removed directly"
            " from the user.",
        ),
        1,
        Meaning.REFUSED,
    ),
    (
        "create_user",
        an_answer(
            400,
            BAD,
            "The specified password does not comply with password complexity requirements. Please"
            " provide a different password.",
        ),
        1,
        Meaning.REFUSED,
    ),
    (
        "create_user",
        an_answer(
            400,
            BAD,
            "The domain portion of the userPrincipalName property is invalid. You must use one of"
            " the verified domain names in your organization.",
        ),
        1,
        Meaning.REFUSED,
    ),
    ("create_user", an_answer(403, "Directory_QuotaExceeded"), 1, Meaning.REFUSED),
    ("create_user", an_answer(403, "Authorization_RequestDenied"), 1, Meaning.NOT_ALLOWED),
    ("create_user", an_answer(500), 1, Meaning.SETTLE_BY_READING),
    ("add_to_group", an_answer(503, "serviceNotAvailable"), 20, Meaning.SETTLE_BY_READING),
    ("create_user", an_answer(504), 1, Meaning.SETTLE_BY_READING),
    ("update_user", an_answer(400, BAD, "Property x is invalid."), 1, Meaning.REFUSED),
    ("update_user", an_answer(422, "Request_UnprocessableEntity"), 1, Meaning.REFUSED),
    ("update_user", an_answer(418), 1, Meaning.SETTLE_BY_READING),
    ("update_user", an_answer(301), 1, Meaning.SETTLE_BY_READING),
]


@pytest.mark.parametrize(("operation", "answer", "size", "meaning"), CASES)
def test_each_documented_answer_has_its_meaning(operation, answer, size, meaning):
    assert judge(operation, answer, size).meaning is meaning


def test_every_row_of_the_table_is_reached_by_a_case():
    reached = {
        next((row for row in TABLE if row.matches(operation, answer, size)), None)
        for operation, answer, size, _ in CASES
    }
    assert reached >= set(TABLE)


def test_no_answer_means_that_we_cannot_tell():
    assert judge("create_user", None) is NO_ANSWER
    assert NO_ANSWER.meaning is Meaning.SETTLE_BY_READING


def test_a_row_names_its_source_and_has_a_sentence():
    assert all(row.source and row.text for row in TABLE)


def test_a_judgement_never_repeats_the_message_which_may_hold_a_name():
    answer = an_answer(400, BAD, "anna.smith@school.example is wrong", [("X", "displayName")])
    text = judge("update_user", answer).text
    assert "anna" not in text
    assert "displayName" in text


def test_a_missing_permission_is_named_with_its_mend():
    text = judge("revoke_sessions", an_answer(403, "Authorization_RequestDenied")).text
    assert "User.RevokeSessions.All" in text
    assert "admin consent" in text
