"""Files are cut into records in bounded memory, whatever they hold; nothing is dropped silently."""

import csv
import io
import json
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from dlp_records import CANARY, NHS, TENANT, a_record, encoded
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.mail_events import Fullness
from reports.dlp.files import Format, RecordFile, UnknownFile
from reports.dlp.pieces import csv_rows, json_objects
from reports.dlp.verdicts import OutOfScope, Quarantined, Reason, Taken

AUDIT = ["RecordId", "CreationDate", "RecordType", "Operation", "UserId", "AuditData"]
ACTIVITY = {
    "Activity": "DLPRuleMatch",
    "Workload": "Exchange",
    "Happened": "9/20/2023 4:05:03 AM",
    "User": "ann@oak.example",
    "Sender": "ann@oak.example",
    "Receivers": "aunt@families.example; office@council.example",
    "Subject": f"{CANARY} about a pupil",
    "PolicyName": "Health",
    "PolicyMode": "Enable",
    "RuleName": "Low",
    "RuleActions": "NotifyUser, GenerateAlert",
    "SensitiveInfoTypeData": json.dumps([{"SensitiveInformationTypeId": NHS, "Count": 4}]),
    "Justification": f"{CANARY} said so",
    "FalsePositive": "",
    "Reason": "Override",
    "RecordIdentity": "9f2e3d4c-0000-4000-8000-000000000001",
}


def blocks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def table(header, *rows) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([header, *rows])
    return out.getvalue().encode()


def audit(*records, header=AUDIT) -> bytes:
    cells = ["9f2e3d4c", "9/20/2023 4:05:03 AM", "13", "DlpRuleMatch", "ann@oak.example"]
    return table(header, *([*cells, json.dumps(record)] for record in records))


def activity(*rows) -> bytes:
    return table(list(ACTIVITY), *((ACTIVITY | row).values() for row in rows))


def read(tmp_path: Path, data: bytes, tenant: str = TENANT):
    path = tmp_path / "export"
    path.write_bytes(data)
    file = RecordFile(path, {"personal"}, tenant)
    return list(file.read()), file


def reasons(told) -> list[Reason]:
    return [one.reason for one in told if isinstance(one, Quarantined)]


LEAF = st.none() | st.integers() | st.text() | st.sampled_from(['"', "\\", '\\"', "{", "]", "é"])
OBJECTS = st.lists(
    st.dictionaries(
        st.text(max_size=3),
        st.recursive(
            LEAF,
            lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(), one, max_size=2),
            max_leaves=5,
        ),
        max_size=3,
    ),
    max_size=5,
)


@settings(deadline=None)
@given(objects=OBJECTS, size=st.integers(1, 40), lines=st.booleans(), spaced=st.booleans())
def test_every_object_comes_out_as_it_went_in_whatever_the_blocks(objects, size, lines, spaced):
    indent = 1 if spaced and not lines else None
    text = (
        "\n".join(json.dumps(one, ensure_ascii=False) for one in objects)
        if lines
        else json.dumps(objects, ensure_ascii=False, indent=indent)
    )
    told = list(json_objects(blocks(text.encode(), size), 1_000_000))
    assert [json.loads(one) for one in told] == objects


@settings(deadline=None)
@given(objects=OBJECTS, size=st.integers(1, 40), cut=st.integers(0, 400))
def test_a_cut_costs_the_last_record_and_says_so(objects, size, cut):
    whole = json.dumps(objects).encode()
    told = list(json_objects(blocks(whole[:-1][:cut], size), 1_000_000))
    kept = [json.loads(one) for one in told if isinstance(one, bytes)]
    assert kept == objects[: len(kept)]
    assert reasons(told) == ([Reason.CUT] if whole[:-1][:cut] else [])


@settings(deadline=None, max_examples=50)
@given(
    before=OBJECTS,
    after=OBJECTS,
    size=st.integers(1, 90),
    big=st.sampled_from(['{"a":"%s"}', '{"a":["%s"]}', '{"a":{"b":"\\\\%s\\""}}', '{"%s":1}']),
    depth=st.booleans(),
)
def test_what_is_too_large_is_passed_over_alone(before, after, size, big, depth):
    filling = "x" * 5_000 if not depth else '\\"{[' * 1_500
    rows = [*map(json.dumps, before), big % filling, *map(json.dumps, after)]
    told = list(json_objects(blocks(f"[{','.join(rows)}]".encode(), size), 3_000))
    small = [one for one in told if not isinstance(one, Quarantined) and len(one) <= 3_000]
    assert [json.loads(one) for one in small] == [*before, *after]
    assert len(told) == len(small) + 1  # told as too large, here or by who reads the record


@pytest.mark.parametrize(
    ("text", "objects", "others"),
    [
        (b"[1,2]", 0, 1),
        (b'[{"a":1},null,{"a":2}]', 2, 1),
        (b'[{"a":1}][{"a":2}]\n', 2, 0),
        (b'{"a":1}] {"a":2}', 2, 1),
        (b'["' + b"x" * 9_000 + b'",{"a":1}]', 1, 1),
        (b"\n \n", 0, 0),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_what_stands_between_records_is_counted(text, objects, others, size):
    told = list(json_objects(blocks(text, size), 3_000))
    assert len([one for one in told if isinstance(one, bytes)]) == objects
    assert bool(reasons(told)) == bool(others)


CELLS = st.lists(st.text(alphabet='a,"\n é'), min_size=1, max_size=4)


@settings(deadline=None)
@given(rows=st.lists(CELLS, max_size=5), size=st.integers(1, 30))
def test_rows_keep_the_breaks_inside_their_quotes(rows, size):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    told = list(csv_rows(blocks(out.getvalue().encode(), size), 10_000))
    assert [next(csv.reader(io.StringIO(one.decode(), newline=""))) for one in told] == rows


def test_an_open_quote_costs_what_is_before_the_limit_and_not_the_rest():
    text = b'a,"open\n' + b"b,c\n" * 3_000 + b"d,e\n"
    told = list(csv_rows(blocks(text, 1_000), 5_000))
    assert reasons(told) == [Reason.TOO_LARGE]
    assert told[-1] == b"d,e"


def test_a_record_of_many_megabytes_takes_no_more_memory_than_a_record_may(tmp_path):
    path = tmp_path / "big.json"
    with path.open("wb") as out:
        out.write(b'[{"Id":"')
        for _ in range(60):
            out.write(b"x" * 1_000_000)
        out.write(b'"},' + encoded(a_record()) + b"]")
    tracemalloc.start()
    told = list(RecordFile(path, (), TENANT).read())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reasons(told) == [Reason.TOO_LARGE]
    assert isinstance(told[-1], Taken)
    assert peak < 12_000_000


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_comes_in_the_encodings_of_windows(tmp_path, name):
    told, file = read(tmp_path, json.dumps([a_record(), a_record()]).encode(name))
    assert [type(one) for one in told] == [Taken, Taken]
    assert file.format is Format.JSON


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_an_audit_search_gives_the_same_event_as_its_record(tmp_path, name):
    record = a_record()
    record["PolicyDetails"][0]["PolicyName"] = "Élèves"
    wider = [*AUDIT, "AssociatedAdminUnits"]
    plain = audit(record).decode().encode(name)
    told, file = read(tmp_path, plain)
    assert file.format is Format.AUDIT_SEARCH
    (direct,) = read(tmp_path, json.dumps([record]).encode())[0]
    assert told == [direct]
    assert reasons(read(tmp_path, audit(record, header=wider))[0]) == [Reason.ROW_OF_ANOTHER_WIDTH]


def test_windows_powershell_puts_a_line_before_the_header(tmp_path):
    told, _ = read(tmp_path, b"#TYPE Selected.Object\r\n" + audit(a_record()))
    assert isinstance(told[0], Taken)


def test_a_cell_that_a_spreadsheet_cut_or_made_a_formula_is_quarantined(tmp_path):
    cut = table(AUDIT, [*"abcde", json.dumps(a_record())[:300]])
    assert reasons(read(tmp_path, cut)[0]) == [Reason.CUT]
    formula = table(AUDIT, [*"abcde", "=cmd|calc"])
    assert reasons(read(tmp_path, formula)[0]) == [Reason.FORMULA]


def test_activity_explorer_gives_an_event_that_tells_less(tmp_path):
    (told,), file = read(tmp_path, activity({}))
    assert file.format is Format.ACTIVITY_EXPLORER
    event = told.event
    assert (event.organisation, event.fullness) == (TENANT, Fullness.ACTIVITY_EXPLORER)
    assert f"{event.created:%Y-%m-%d %H:%M}" == "2023-09-20 04:05"
    assert event.hits[0].actions == ("NotifyUser", "GenerateAlert")
    assert [(one.kind, one.count) for one in event.hits[0].found] == [(NHS, 4)]
    assert event.said.overridden
    assert told.addresses.recipients == ("aunt@families.example", "office@council.example")
    assert CANARY not in repr(told)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Happened": "20/09/2023 04:05"}, Reason.SPREADSHEET_DATE),
        ({"Happened": "45189.17"}, Reason.SPREADSHEET_DATE),
        ({"RecordIdentity": "9E+35"}, Reason.NO_ID),
        ({"RuleName": "=HYPERLINK(1)"}, Reason.FORMULA),
        ({"Sender": "@SUM(A1)"}, Reason.FORMULA),
        ({"SensitiveInfoTypeData": "NHS (3)"}, Reason.UNREADABLE_TYPES),
        ({"SensitiveInfoTypeData": '[{"Count": 3}]'}, Reason.UNREADABLE_TYPES),
        ({"Workload": "Fax"}, Reason.UNKNOWN_WORKLOAD),
        ({"Activity": "DLPRuleSong"}, Reason.UNKNOWN_OPERATION),
    ],
)
def test_a_row_that_was_mangled_is_quarantined_with_its_reason(tmp_path, changed, reason):
    told, _ = read(tmp_path, activity(changed, {}))
    assert reasons(told) == [reason]
    assert isinstance(told[1], Taken)


def test_other_activities_are_out_of_scope_and_an_unknown_tenant_is_quarantined(tmp_path):
    told, _ = read(tmp_path, activity({"Activity": "LabelApplied"}))
    assert told == [OutOfScope.OTHER_ACTIVITY]
    assert reasons(read(tmp_path, activity({}), tenant="")[0]) == [Reason.NO_ORGANISATION]


def test_a_carriage_return_amid_a_row_spoils_that_row_alone(tmp_path):
    told, _ = read(
        tmp_path, audit(a_record()) + b"a\rb,c\r\n" + audit(a_record()).split(b"\r\n")[1]
    )
    counts = Counter(type(one) for one in told)
    assert counts == {Taken: 2, Quarantined: 1}


@pytest.mark.parametrize("data", [b"", b"Surname,Forename\nA,B\n", b"\x89PNG\r\n\x1a\n", b'"' * 9])
def test_a_file_that_is_none_of_these_is_refused(tmp_path, data):
    with pytest.raises(UnknownFile, match="AuditData"):
        read(tmp_path, data)
