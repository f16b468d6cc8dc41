"""The worklist as a PowerShell script that a person reads, tries and then runs in the forest.

Nothing in it changes anything until it is run with `-Apply`: every command is given `-WhatIf`. A
row in doubt is a comment. Values come from rosters, so none may end its quotes: they stand in
single quotes, where PowerShell expands nothing, and every character that is not plain ASCII is
written by its number, because PowerShell takes U+2018 to U+201B as quotes too (PowerShell docs:
about_Quoting_Rules) and Windows PowerShell may read a file in another encoding than it was
written in (about_Character_Encoding).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from graphsync.store.worklist import Task
from graphsync.worklist import LOGON_NAME, UNIT
from graphsync.worklist_desk import WorkLine
from reports.words import clean, counted

# ActiveDirectory module docs: New-ADUser and Set-ADUser name these attributes so.
_PARAMETERS = {
    "userPrincipalName": "UserPrincipalName",
    LOGON_NAME: "SamAccountName",
    "displayName": "DisplayName",
    "givenName": "GivenName",
    "surname": "Surname",
    "department": "Department",
    "employeeID": "EmployeeID",
    UNIT: "Path",
}
_HEADER = """\
# Active Directory worklist of graphsync, {made}: {rows}, {unsure} left out as unsure.
# Read it, try it, then run it again with -Apply. Without -Apply nothing is changed.
#Requires -Version 5.1
#Requires -Modules ActiveDirectory
[CmdletBinding()]
param([switch] $Apply)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$dry = -not $Apply
$failed = 0

function Invoke-Row([string] $Row, [scriptblock] $Work) {{
    Write-Host $Row
    try {{ & $Work }}
    catch {{
        $script:failed++
        Write-Warning ($Row + ': ' + $_.Exception.Message)
    }}
}}

function Read-NewPassword([string] $Account) {{
    Read-Host -AsSecureString -Prompt ('New password for ' + $Account)
}}
"""
_FOOTER = """
if ($failed -gt 0) { throw ('rows that failed: ' + $failed) }
"""


def script(lines: Sequence[WorkLine], made: datetime) -> str:
    """The script of these rows, in their order, with Windows line ends and a byte order mark."""
    rows, unsure = counted(len(lines), "row"), sum(bool(line.doubt) for line in lines)
    header = _HEADER.format(made=f"{made:%Y-%m-%d %H:%M} UTC", rows=rows, unsure=unsure)
    text = "\n".join([header, *map(_block, lines), _FOOTER.strip(), ""])
    return "\ufeff" + text.replace("\n", "\r\n")


def quoted(value: str) -> str:
    """The value as an expression of PowerShell, in ASCII alone."""
    parts = [
        _literal("".join(letters)) if plain else " + ".join(map(_numbered, letters))
        for plain, letters in groupby(value, _is_plain)
    ]
    if all(part.startswith("'") for part in parts):
        return "".join(parts) or _literal("")
    # An empty text comes first: two [char] alone would be added as numbers.
    return f"({' + '.join([_literal(''), *parts])})"


def _is_plain(letter: str) -> bool:
    return " " <= letter <= "~"


def _literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _numbered(letter: str) -> str:
    """One [char] for each unit of UTF-16, as .NET keeps texts."""
    units = letter.encode("utf-16-be", "surrogatepass")
    numbers = (units[at : at + 2].hex().upper() for at in range(0, len(units), 2))
    return " + ".join(f"[char]0x{number}" for number in numbers)


def _block(line: WorkLine) -> str:
    """A row: what and why in comments, then its commands, unless it is in doubt."""
    about = f"{line.row} {line.task} {line.person}, due {line.due}"
    told = [_comment(about), *_comments(line)]
    if line.doubt:
        return "\n".join([*told, _comment(f"NOT RUN: {line.doubt}"), ""])
    commands = [f"    {command}" for command in _commands(line)]
    return "\n".join([*told, f"Invoke-Row {quoted(about)} {{", *commands, "}", ""])


def _comments(line: WorkLine) -> Iterable[str]:
    yield _comment(f"why: {line.why}")
    if line.sign_in_name:
        yield _comment(f"account: {line.sign_in_name}")
    for name, value in line.wanted.items():
        yield _comment(f"{name}: {value}")


def _comment(text: str) -> str:
    """One line that PowerShell skips; no value can end it."""
    return f"# {' '.join(clean(text).split())}"


def _commands(line: WorkLine) -> list[str]:
    identity = f"-Identity {quoted(line.sid)} -WhatIf:$dry"
    match line.task:
        case Task.CREATE:
            return _create(line)
        case Task.RENAME:
            return [f"Set-ADUser {identity}{_parameters(line.wanted)}"]
        case Task.DISABLE:
            return [f"Disable-ADAccount {identity}"]
        case Task.ENABLE:
            return [f"Enable-ADAccount {identity}"]
        case Task.MOVE:
            unit = quoted(line.wanted[UNIT])
            # Move-ADObject takes a name or a GUID, no security identifier.
            return [
                f"$account = Get-ADUser -Identity {quoted(line.sid)}",
                f"Move-ADObject -Identity $account.ObjectGUID -TargetPath {unit} -WhatIf:$dry",
            ]
        case _:
            return _password(line, identity)


def _create(line: WorkLine) -> list[str]:
    """A person at the keyboard gives the first password; it is to be changed at once."""
    name = quoted(line.wanted[LOGON_NAME])
    new = f"New-ADUser -Name {name}{_parameters(line.wanted)} -WhatIf:$dry"
    return [
        "if ($Apply) {",
        f"    $password = Read-NewPassword {name}",
        f"    {new} -AccountPassword $password -ChangePasswordAtLogon $true -Enabled $true",
        "}",
        f"else {{ {new} }}",
    ]


def _password(line: WorkLine, identity: str) -> list[str]:
    return [
        "if ($Apply) {",
        f"    $password = Read-NewPassword {quoted(line.sign_in_name)}",
        f"    Set-ADAccountPassword {identity} -Reset -NewPassword $password",
        "}",
        f"Set-ADUser {identity} -ChangePasswordAtLogon $true",
    ]


def _parameters(wanted: dict[str, str]) -> str:
    """The values to set, each under its parameter; other attributes in a table of their own."""
    named = [f" -{_PARAMETERS[n]} {quoted(v)}" for n, v in wanted.items() if n in _PARAMETERS]
    others = [f"{quoted(n)} = {quoted(v)}" for n, v in wanted.items() if n not in _PARAMETERS]
    table = f" -OtherAttributes @{{ {'; '.join(others)} }}" if others else ""
    return "".join(named) + table
