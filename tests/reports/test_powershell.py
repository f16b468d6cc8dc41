"""The worklist as a script: nothing runs unasked, and no value of a roster can end its quotes."""

import re
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsync.worklist_desk import WorkLine
from reports.powershell import quoted, script

SID = "S-1-5-21-1-2-3-1001"
DRY = f"-Identity '{SID}' -WhatIf:$dry"
YEAR_8 = "'OU=Year 8,DC=oak,DC=internal'"
MADE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
# What PowerShell takes for a single quote, for a double quote, and for the end of a line.
SINGLE = "'\u2018\u2019\u201a\u201b"
DOUBLE = '"\u201c\u201d\u201e'
NEXT = re.compile(rf"[{SINGLE}]|(?<=\n)#")
TEXT = r"'(?:[^']|'')*'"
HOSTILE = st.text(
    st.sampled_from([*SINGLE, *DOUBLE, *"a$`(){};#@\\|&<> \n\r\t\x00\x85\u2028", "\U0001f600", "é"])
    | st.characters(),
    max_size=12,
)
WANTED = {
    "create": {
        "userPrincipalName": "26smitha@oak.example",
        "sAMAccountName": "26smitha",
        "displayName": "Amy Smith",
        "givenName": "Amy",
        "surname": "Smith",
        "department": "7B",
        "ou": "OU=Pupils,DC=oak,DC=internal",
        "extensionAttribute3": "gs:abc",
    },
    "rename": {"displayName": "Amy Jones", "surname": "Jones"},
    "disable": {"lastDay": "2026-03-01"},
    "enable": {},
    "move": {"ou": "OU=Year 8,DC=oak,DC=internal"},
    "password": {"lastPasswordChange": "2026-01-01"},
}


def a_line(task: str = "disable", **fields: Any) -> WorkLine:
    usual: dict[str, Any] = {
        "row": "w-0123456789",
        "task": task,
        "person": "oak:1",
        "due": date(2026, 3, 2),
        "overdue": False,
        "sign_in_name": "26smitha@oak.example",
        "why": "because",
        "doubt": "",
        "wanted": WANTED[task],
        "object_id": "1f0c8a52",
        "sid": SID,
        "opened": date(2026, 3, 2),
    }
    return WorkLine(**(usual | fields))


def body(*lines: WorkLine) -> str:
    """The script without the head that is the same for all."""
    return script(lines, MADE).split("\r\n\r\n# w-", 1)[1]


def tokens(text: str) -> list[tuple[str, str]]:
    """The script as PowerShell splits it: comments, single-quoted texts, and all else."""
    found, at = [], 0
    while at < len(text):
        if text[at] == "#" and (at == 0 or text[at - 1] == "\n"):
            end = re.compile(r"[\r\n]|\Z").search(text, at)
            assert end
            found.append(("comment", text[at : end.start()]))
            at = end.start()
        elif text[at] in SINGLE:
            at, value = _single(text, at + 1)
            found.append(("text", value))
        else:
            end = NEXT.search(text, at + 1)
            found.append(("code", text[at : end.start() if end else len(text)]))
            at += len(found[-1][1])
            assert not set(found[-1][1]) & set(DOUBLE), "nothing in the script is expanded"
    return found


def _single(text: str, at: int) -> tuple[int, str]:
    value = ""
    while True:
        if text[at] in SINGLE:
            if text[at + 1 : at + 2] not in tuple(SINGLE):
                return at + 1, value
            at += 1
        value += text[at]
        at += 1


def evaluated(expression: str) -> str:
    """What PowerShell makes of `quoted`: texts and [char] numbers, added."""
    units = b""
    for kind, part in re.findall(r"('(?:[^']|'')*')|\[char\]0x([0-9A-F]{4})", expression):
        text = kind[1:-1].replace("''", "'") if kind else ""
        units += text.encode("utf-16-be") if kind else bytes.fromhex(part)
    return units.decode("utf-16-be", "surrogatepass")


@given(HOSTILE)
def test_a_value_comes_out_of_its_quotes_as_it_went_in_and_in_ascii_alone(value: str) -> None:
    expression = quoted(value)
    assert expression.isascii()
    assert expression.isprintable()
    assert evaluated(expression) == value
    assert re.fullmatch(
        r"'(?:[^']|'')*'|\(''(?: \+ (?:'(?:[^']|'')*'|\[char\]0x....))+\)", expression
    )


@given(st.sampled_from(sorted(WANTED)), HOSTILE, HOSTILE, HOSTILE)
def test_no_value_can_add_a_command_or_end_a_comment(
    task: str, value: str, why: str, name: str
) -> None:
    """A hostile roster gives the same code as a harmless one, but for its texts and numbers."""
    wanted = dict.fromkeys(WANTED[task], value)
    hostile = a_line(task, why=why, sign_in_name=f"x{name}", wanted=wanted, person=f"oak:{name}")
    assert code_of(hostile) == harmless(task)


@cache
def harmless(task: str) -> str:
    """The code of a row whose values are all plain."""
    return code_of(a_line(task, wanted=dict.fromkeys(WANTED[task], "x")))


def code_of(line: WorkLine) -> str:
    """Everything that is neither comment nor text, without the numbers of letters."""
    parts = tokens(f"# w-{body(line)}")
    code = "".join(value if kind == "code" else "T" for kind, value in parts if kind != "comment")
    return re.sub(r"\(T(?: \+ (?:T|\[char\]0x[0-9A-F]{4}))+\)", "T", code)


@pytest.mark.parametrize(
    ("task", "commands"),
    [
        ("disable", [f"Disable-ADAccount {DRY}"]),
        ("enable", [f"Enable-ADAccount {DRY}"]),
        (
            "rename",
            [f"Set-ADUser {DRY} -DisplayName 'Amy Jones' -Surname 'Jones'"],
        ),
        (
            "move",
            [
                f"$account = Get-ADUser -Identity '{SID}'",
                f"Move-ADObject -Identity $account.ObjectGUID -TargetPath {YEAR_8} -WhatIf:$dry",
            ],
        ),
    ],
)
def test_a_row_is_one_block_with_its_why_and_its_command(task: str, commands: list[str]) -> None:
    text = body(a_line(task)).replace("\r\n", "\n")
    assert "# why: because\n" in text
    inside = text.split("{\n", 1)[1].split("\n}", 1)[0]
    assert [line.strip() for line in inside.splitlines()] == commands


def test_a_new_account_gets_its_first_password_from_a_person_and_carries_the_mark() -> None:
    text = body(a_line("create", sid=""))
    assert "Read-NewPassword '26smitha'" in text
    assert "-SamAccountName '26smitha'" in text
    assert "-Path 'OU=Pupils,DC=oak,DC=internal'" in text
    assert "-OtherAttributes @{ 'extensionAttribute3' = 'gs:abc' }" in text
    assert "-ChangePasswordAtLogon $true -Enabled $true" in text
    assert "ConvertTo-SecureString" not in script([a_line("create")], MADE)


def test_a_password_is_read_only_with_apply() -> None:
    text = body(a_line("password"))
    assert text.index("if ($Apply) {") < text.index("Read-NewPassword '26smitha@oak.example'")
    assert f"Set-ADAccountPassword -Identity '{SID}' -WhatIf:$dry -Reset" in text


@pytest.mark.parametrize("task", sorted(WANTED))
def test_every_command_that_changes_something_is_tried_unless_told_to_apply(task: str) -> None:
    text = script([a_line(task)], MADE)
    assert "$dry = -not $Apply" in text
    changing = re.findall(r"\b(?:New|Set|Move|Disable|Enable)-AD\w+[^\r\n]*", text)
    assert changing
    assert all("-WhatIf:$dry" in command for command in changing)


@pytest.mark.parametrize("task", sorted(WANTED))
def test_a_row_in_doubt_is_a_comment_and_nothing_else(task: str) -> None:
    text = body(a_line(task, doubt="nobody\r\ncan tell"))
    rows = [line for line in text.split("\r\n") if line and not line.startswith("if ($failed")]
    assert all(line.startswith("# ") for line in rows[1:])
    assert rows[-1] == "# NOT RUN: nobody\ufffd\ufffdcan tell"


def test_the_file_says_its_encoding_and_how_many_rows_it_holds() -> None:
    text = script([a_line(), a_line(doubt="x")], MADE)
    assert text.startswith("\ufeff# Active Directory worklist of graphsync, 2026-03-02 02:00 UTC:")
    assert "2 rows, 1 left out as unsure" in text
    assert "\n" not in text.replace("\r\n", "")
