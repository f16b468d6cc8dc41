"""The made-up records of data loss: the same from the same seed, and every shape there is."""

import json
from collections import Counter
from itertools import pairwise

import pytest
from tenants_in_process import a_tenant

from graphsync.sandbox.names import dice
from graphsync.sandbox.purview_records import NO_POLICY, Person
from graphsync.sandbox.purview_stories import Cast, cast_of, story_blobs
from graphsync.sandbox.purview_types import CANARY, SENSITIVE_TYPES

CAST = Cast(
    staff=(Person("ann@school.example", "1"), Person("ben@school.example", "2")),
    pupils=("kit@school.example",),
    families=tuple(f"parent.{n}@families.example" for n in range(90)),
)
BEGIN, DAY = 1_764_121_342_000, 24 * 3_600_000
TENANT = "0d5a1d5c-0000-0000-0000-000000000000"


def made(count=3_000, per_blob=10, seed="week", over=7 * DAY):
    return list(story_blobs(dice(seed), CAST, TENANT, count, per_blob, BEGIN, over))


@pytest.fixture(scope="module")
def week():
    """3,000 records, each with when its content appeared."""
    return [(when, row) for when, body, _ in made() for row in json.loads(body)]


@pytest.fixture(scope="module")
def mails(week):
    return [row for _, row in week if row["Workload"] == "Exchange" and row["RecordType"] == 13]


def rules(rows):
    return [rule for row in rows for each in row["PolicyDetails"] for rule in each["Rules"]]


def found(rows):
    return [
        each
        for rule in rules(rows)
        for each in rule.get("ConditionsMatched", {}).get("SensitiveInformation", ())
    ]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert made(50) == made(50)
    assert made(50)[0] != made(50, seed="other")[0]


@pytest.mark.parametrize(("count", "per_blob"), [(1, 1), (23, 10), (30, 10), (5, 100)])
def test_there_are_as_many_as_were_asked_for_in_blobs_of_the_size(count, per_blob):
    sizes = [size for _, body, size in made(count, per_blob) if len(json.loads(body)) == size]
    assert sum(sizes) == count
    assert sizes[:-1] == [per_blob] * (len(sizes) - 1)


def test_one_in_five_comes_twice_as_it_came_before(week):
    told = {}
    for _, row in week:
        assert told.setdefault(row["Id"], row) == row
    assert 0.15 < 1 - len(told) / len(week) < 0.25


def test_records_come_in_no_order_and_some_a_day_late(week):
    times = [row["CreationTime"] for _, row in week]
    assert sum(one > other for one, other in pairwise(times)) > len(times) / 4
    assert min(when for when, _ in week) == BEGIN  # 2025-11-26T01:42:22
    assert min(times) < "2025-11-25T06"
    assert max(times) > "2025-12-02T22"


def test_every_workload_and_operation_comes_in_both_spellings(week):
    kinds = Counter((row["Workload"], row["RecordType"], row["Operation"]) for _, row in week)
    assert {
        ("Exchange", 13, "DlpRuleMatch"),
        ("Exchange", 13, "DLPRuleMatch"),
        ("Exchange", 13, "MipLabel"),
        ("Exchange", 43, "MipLabel"),
        ("MicrosoftTeams", 13, "DlpRuleMatch"),
        ("SharePoint", 11, "DLPRuleMatch"),
        ("SharePoint", 11, "DLPRuleUndo"),
        ("SharePoint", 11, "DLPInfo"),
        ("OneDrive", 11, "DLPRuleMatch"),
        ("Endpoint", 63, "DLPRuleMatch"),
        ("PowerBI", 187, "DLPRuleMatch"),
    } == kinds.keys()
    assert {row["OrganizationId"] for _, row in week} == {TENANT}


def form_of(row):
    """Where ExceptionInfo stands and as what; with what it says."""
    if inside := row["ExchangeMetaData"].get("ExceptionInfo"):
        return "inside", inside
    top = row.get("ExceptionInfo", "absent")
    if isinstance(top, dict):
        return "object", top
    if isinstance(top, str) and top.startswith("{"):
        return "text", json.loads(top)
    return top, None


def test_what_the_sender_said_is_an_object_a_text_inside_or_not_there(mails):
    forms, told = zip(*map(form_of, mails), strict=True)
    assert set(forms) == {"inside", "object", "text", "absent", "", None}
    said = [each for each in told if each]
    reasons = {(one["Reason"], one["FalsePositive"], bool(one["Justification"])) for one in said}
    assert reasons == {("Override", False, True), ("Override", False, False), (None, True, False)}
    assert all(one["Rules"] for one in said)
    assert CANARY not in json.dumps(said)


def test_rules_tell_every_action_and_mode_and_messages_hold_several(mails):
    held = rules(mails)
    assert {action for rule in held for action in rule["Actions"]} >= {
        *("BlockAccess", "Halt", "NotifyUser", "GenerateIncidentReport", "GenerateAlert"),
        *("EncryptRMSTemplate", "Quarantine", "Moderate", "RouteToDepartment"),
    }
    assert {rule["RuleMode"] for rule in held} == {
        *("Enable", "Audit with Notify", "Audit only", "TestWithNotifications"),
    }
    details = [row["PolicyDetails"] for row in mails if row["Operation"] != "MipLabel"]
    assert {len(each) for each in details} == {1, 2}
    assert {len(policy["Rules"]) for each in details for policy in each} == {1, 2}
    assert any("PolicyName" not in policy for each in details for policy in each)
    labels = [row["PolicyDetails"][0] for row in mails if row["Operation"] == "MipLabel"]
    assert {each["PolicyId"] for each in labels} == {NO_POLICY}
    told = {}
    for row in mails:
        told.setdefault((row["IncidentId"], row["ObjectId"]), set()).add(row["Id"])
    assert {len(ids) for ids in told.values()} >= {1, 2}


def test_types_come_by_id_with_counts_and_sometimes_without_a_name(week, mails):
    details = found(mails)
    names = {each.id: each.name for each in SENSITIVE_TYPES}
    assert {each["SensitiveType"] for each in details} == names.keys()
    for each in details:
        assert each.get("SensitiveInformationTypeName") in {None, names[each["SensitiveType"]]}
        assert 1 <= each["UniqueCount"] <= each["Count"]
        assert each["Confidence"] in {65, 75, 85}
    assert any("SensitiveInformationTypeName" not in each for each in details)
    files = found([row for _, row in week if "SharePointMetaData" in row])
    assert not any("UniqueCount" in each or "Location" in each for each in files)


def test_mail_goes_inside_outside_home_and_to_many(mails):
    people = Counter()
    for row in mails:
        mail = row["ExchangeMetaData"]
        everybody = {*mail["To"], *mail["CC"], *mail["BCC"]}
        assert mail["RecipientCount"] == len(everybody)
        people.update(one.partition("@")[2] for one in everybody)
        people["many"] += len(everybody) > 24
        people["copied"] += bool(mail["CC"])
        people["hidden"] += bool(mail["BCC"])
    assert people.keys() >= {
        *("school.example", "families.example", "council.example", "gmail.com"),
    }
    assert min(people["many"], people["copied"], people["hidden"]) > 0
    assert {row["UserId"] for row in mails} >= {"DlpAgent", "ann@school.example"}


def test_matched_text_subjects_and_files_carry_the_word_that_must_not_leak(week):
    rows = [row for _, row in week if "PolicyDetails" in row]
    bare = [row for row in rows if not row["SensitiveInfoDetectionIsIncluded"]]
    assert found(bare)
    assert not any("SensitiveInformationDetections" in each for each in found(bare))
    details = found([row for row in rows if row["SensitiveInfoDetectionIsIncluded"]])
    for each in details:
        for value in each["SensitiveInformationDetections"]["DetectedValues"]:
            assert CANARY in value["Name"]
            assert CANARY in value["Value"]
    places = {
        each.get("Location") for each in found([row for _, row in week if "PolicyDetails" in row])
    }
    assert places == {None, "Message Body", f"{CANARY} SEN list.xlsx"}


def test_the_cast_are_those_who_have_mail_and_an_office_where_nobody_has():
    tenant = a_tenant()
    nobody = cast_of(tenant.directory, tenant.domains, ())
    assert [one.upn for one in nobody.staff] == ["office@school.example"]
    for name, kind, mail in (
        ("ann", "Staff", True),
        ("kit", "Pupil", True),
        ("no", "Staff", False),
    ):
        upn = f"{name}@school.example"
        held = {"userPrincipalName": upn, "givenName": name, "employeeType": kind}
        tenant.directory.add(f"{name}-id", "user", held | ({"mail": upn} if mail else {}))
    families = ("home@families.example",)
    assert cast_of(tenant.directory, tenant.domains, families) == Cast(
        (Person("ann@school.example", "ann-id"),), ("kit@school.example",), families
    )
