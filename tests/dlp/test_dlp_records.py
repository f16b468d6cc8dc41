"""A record is parsed strictly, scrubbed on parse, or quarantined with its reason; never fatal."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
from dlp_records import CANARY, NHS, TENANT, a_record, a_week, encoded, mail, rule, sensitive
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.mail_events import Operation, Place, Reasoning, Workload, values_in
from reports.dlp.record import LARGEST, read_record
from reports.dlp.times import export_time, record_time
from reports.dlp.verdicts import OutOfScope, Quarantined, Reason, Taken


def read(record, labels=(), tenant=TENANT):
    return read_record(record if isinstance(record, bytes) else encoded(record), labels, tenant)


def event(record, labels=()):
    taken = read(record, labels)
    assert isinstance(taken, Taken), taken
    return taken.event


def test_a_mail_is_counts_classes_and_ids():
    told = event(a_record())
    assert (told.organisation, told.id[:8], told.workload) == (TENANT, "9f2e3d4c", "Exchange")
    assert told.created == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert (told.message, told.incident[:8], told.recipients) == ("m1@oak.example", "7f2e3d4c", 2)
    (hit,) = told.hits
    assert (hit.actions, hit.mode, hit.policy, hit.rule) == (
        ("NotifyUser",),
        "Enable",
        "",
        "Low volume",
    )
    (found,) = hit.found
    assert (found.kind, found.count, values_in(found)) == (NHS, 3, 2)
    assert found.place is Place.ATTACHMENT


def test_sender_and_recipients_travel_beside_the_event_and_the_hidden_ones_not_at_all():
    taken = read(a_record())
    assert taken.addresses.sender == "ann@oak.example"
    assert taken.addresses.recipients == ("aunt@families.example",)
    assert "@families" not in repr(taken)


@pytest.mark.parametrize("user", ["DlpAgent", "DlpPolicyEventBasedAssistant"])
def test_an_agent_is_no_sender(user):
    record = a_record(UserId=user, ExchangeMetaData=mail(From=None))
    assert read(record).addresses.sender == ""
    assert read(record | {"UserId": "BEN@OAK.EXAMPLE"}).addresses.sender == "BEN@OAK.EXAMPLE"


OVERRIDE = {"Reason": "Override", "FalsePositive": False, "Justification": f"{CANARY} asked me"}


@pytest.mark.parametrize(
    "record",
    [
        a_record(ExceptionInfo=OVERRIDE),
        a_record(ExceptionInfo=json.dumps(OVERRIDE)),
        a_record(ExchangeMetaData=mail(ExceptionInfo=OVERRIDE)),
        a_record(ExceptionInfo="", ExchangeMetaData=mail(ExceptionInfo=json.dumps(OVERRIDE))),
        a_record(ExceptionInfo={"Override": True, "Justification": "x"}),
        a_record(ExceptionInfo={"Justification": "x"}),
    ],
)
def test_an_override_is_an_object_or_text_here_or_inside(record):
    said = event(record).said
    assert (said.overridden, said.false_positive) == (True, False)
    assert said.reasoning is Reasoning.OWN_WORDS


@pytest.mark.parametrize("nothing", [None, "", "  ", {}])
def test_nothing_said_is_no_override(nothing):
    assert not event(a_record(ExceptionInfo=nothing)).said.overridden


@pytest.mark.parametrize("wrong", [True, "true", "True"])
def test_a_false_positive_is_no_override(wrong):
    said = event(a_record(ExceptionInfo={"FalsePositive": wrong, "Justification": "x"})).said
    assert (said.overridden, said.false_positive) == (False, True)


def test_an_option_of_microsofts_dialogue_is_told_from_own_words():
    text = "My manager approved sharing of this content"
    stock = event(a_record(ExceptionInfo=OVERRIDE | {"Justification": text})).said
    assert stock.reasoning is Reasoning.STOCK
    silent = event(a_record(ExceptionInfo=OVERRIDE | {"Justification": " "})).said
    assert (silent.overridden, silent.reasoning) == (True, Reasoning.NONE)


def test_every_rule_of_every_policy_is_kept_and_the_most_of_each_type_counted_once():
    rules = [rule("NotifyUser"), rule("BlockAccess")]
    both = [{"PolicyName": "A", "Rules": rules}, {"PolicyName": "B", "Rules": [rule()]}]
    told = event(a_record(PolicyDetails=both))
    assert [(hit.policy, hit.actions) for hit in told.hits] == [
        ("A", ("NotifyUser",)),
        ("A", ("BlockAccess",)),
        ("B", ()),
    ]
    assert [values_in(one) for one in told.found().values()] == [2]


def test_a_type_without_id_goes_by_its_name_and_one_without_unique_count_by_its_count():
    bare = sensitive("", SensitiveInformationTypeName="Credit  Card Number", UniqueCount=None)
    conditions = {"SensitiveInformation": [bare]}
    (hit,) = event(a_record(PolicyDetails=[{"Rules": [rule(ConditionsMatched=conditions)]}])).hits
    assert (hit.found[0].kind, values_in(hit.found[0])) == ("Credit Card Number", 3)


def test_a_record_without_matches_names_or_rules_is_an_event():
    assert event(a_record(PolicyDetails=None)).hits == ()
    assert event(a_record(ExchangeMetaData=None)).message == ""


def test_an_unknown_action_is_kept_and_its_parameter_is_not():
    (hit,) = event(
        a_record(PolicyDetails=[{"Rules": [rule(f"Reroute:{CANARY}@x.example", "no word!")]}])
    ).hits
    assert hit.actions == ("Reroute", "unreadable")


def test_a_rule_about_people_outside_is_marked():
    conditions = {
        "SensitiveInformation": [],
        "OtherConditions": [
            {"Name": "AccessScope", "Value": "IncludeExternalUsers"},
            {"Name": "SubjectContainsWords", "Value": [CANARY]},
        ],
    }
    (hit,) = event(a_record(PolicyDetails=[{"Rules": [rule(ConditionsMatched=conditions)]}])).hits
    assert hit.external


@pytest.mark.parametrize(
    ("subject", "found"),
    [("Personal: passport", True), ("passport (PERSONAL)", True), ("impersonal", False)],
)
def test_a_label_is_a_word_of_the_subject_and_all_that_is_kept_of_it(subject, found):
    told = event(a_record(ExchangeMetaData=mail(Subject=subject)), labels={"personal"})
    assert told.labels == (("personal",) if found else ())
    assert b"passport" not in msgspec.json.encode(told)


@pytest.mark.parametrize(
    ("word", "operation"),
    [
        ("DlpRuleMatch", Operation.MATCH),
        ("DLPRuleMatch", Operation.MATCH),
        ("DLPRuleUndo", Operation.UNDO),
        ("DlpInfo", Operation.INFO),
    ],
)
@pytest.mark.parametrize("workload", list(Workload))
def test_both_spellings_of_each_operation_at_each_workload(word, operation, workload):
    told = event(a_record(Operation=word, Workload=str(workload)))
    assert (told.operation, told.workload) == (operation, workload)


def test_a_computer_says_whether_it_stopped_the_file_and_how_that_was_justified():
    device = {"EnforcementMode": 4, "Justification": ""}
    told = event(a_record(Workload="Endpoint", EndpointMetaData=device))
    assert told.hits[0].actions == ("NotifyUser", "BlockAccess")
    told = event(a_record(Workload="Endpoint", EndpointMetaData={"Justification": "2_x:y"}))
    assert told.said.overridden


@pytest.mark.parametrize(
    ("record", "scope"),
    [
        (a_record(Operation="MipLabel"), OutOfScope.LABEL),
        (a_record(RecordType=43, Operation="Other"), OutOfScope.LABEL),
        (a_record(Workload="PowerBI"), OutOfScope.OTHER_SERVICE),
    ],
)
def test_labels_and_other_services_are_out_of_scope(record, scope):
    assert read(record) is scope


QUARANTINED = [
    (b"{", Reason.NOT_JSON),
    (b'{"Id":"' + b"x" * LARGEST + b'"}', Reason.TOO_LARGE),
    (b"[]", Reason.NOT_A_RECORD),
    (b"12", Reason.NOT_A_RECORD),
    (b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}", Reason.NOT_JSON),
    (a_record(Id=7), Reason.WRONG_TYPE),
    (a_record(PolicyDetails=[{"Rules": "none"}]), Reason.WRONG_TYPE),
    (a_record(ExchangeMetaData=mail(To=f"{CANARY}@x")), Reason.WRONG_TYPE),
    (a_record(Id=None), Reason.NO_ID),
    (a_record(Id=f"{CANARY}!"), Reason.NO_ID),
    (a_record(CreationTime="20/11/2026 09:30"), Reason.NO_TIME),
    (a_record(CreationTime="2026-13-40T09:30:00"), Reason.NO_TIME),
    (a_record(OrganizationId=None), Reason.NO_ORGANISATION),
    (a_record(OrganizationId="1d5a1d5c-0000-4000-8000-000000000000"), Reason.OTHER_ORGANISATION),
    (a_record(Workload="Carrier pigeon"), Reason.UNKNOWN_WORKLOAD),
    (a_record(Operation="DlpRuleLoop"), Reason.UNKNOWN_OPERATION),
    (a_record(ExceptionInfo="{not json"), Reason.UNREADABLE_EXCEPTION),
]


@pytest.mark.parametrize(("record", "reason"), QUARANTINED)
def test_what_cannot_be_understood_is_quarantined_with_its_reason(record, reason):
    told = read(record)
    assert isinstance(told, Quarantined)
    assert told.reason is reason
    assert CANARY not in repr(told)


def test_a_wrong_type_names_the_place():
    assert read(a_record(ExchangeMetaData=mail(To=[1]))).where == "ExchangeMetaData.To[0]"


def test_a_record_in_windows_1252_is_read():
    rules = [{"PolicyName": "Élèves", "Rules": [rule()]}]
    raw = json.dumps(a_record(PolicyDetails=rules), ensure_ascii=False).encode("cp1252")
    assert event(raw).hits[0].policy == "Élèves"


def test_nothing_of_a_weeks_matched_text_becomes_a_value():
    week = [read(raw) for raw in a_week(1_000)]
    assert {type(one) for one in week} == {Taken, OutOfScope}
    for one in week:
        if isinstance(one, Taken):
            assert CANARY.encode() not in msgspec.json.encode(one)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*a_record(), "ExceptionInfo", "EndpointMetaData", "SharePointMetaData"]


@settings(deadline=None)
@given(spoiled=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=3))
def test_whatever_stands_in_a_field_the_answer_is_a_verdict(spoiled):
    assert isinstance(read(a_record(**spoiled)), Taken | Quarantined | OutOfScope)


@given(raw=st.binary(max_size=200))
def test_whatever_the_bytes_the_answer_is_a_verdict(raw):
    assert isinstance(read(raw), Quarantined)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-24T06:54:24.0000000Z ", "2026-01-24 06:54:24"),
        ("9/20/2023 4:05:03 AM", "2023-09-20 04:05:03"),
        ("9/20/2023 12:05:03 AM", "2023-09-20 00:05:03"),
        ("1/2/2023 12:05:03 pm", "2023-01-02 12:05:03"),
        ("20/09/2023 04:05", None),
        ("9/20/2023 13:05:03 AM", None),
        ("45189.17", None),
        ("2/30/2023 4:05:03 AM", None),
    ],
)
def test_exports_tell_times_in_the_us_order_and_a_spreadsheets_are_not_guessed(text, moment):
    told = export_time(text)
    assert (told and f"{told:%Y-%m-%d %H:%M:%S}") == moment
    assert record_time("9/20/2023 4:05:03 AM") is None
