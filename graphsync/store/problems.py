"""What can go wrong in the store, each with its mend. Texts carry keys, never personal data."""

from datetime import datetime


class StoreProblem(Exception):
    """The store cannot do this; the text says what to do about it."""


class Conflict(StoreProblem):
    """Another record already holds a value that must be unique; the text names both keys."""


class Unknown(StoreProblem):
    """There is no such record."""


class WrongMove(StoreProblem):
    """A run may not go from the state it is in to the one asked for."""


class Busy(StoreProblem):
    """Another run of this school is at work."""

    def __init__(self, school: str, who: str, since: datetime) -> None:
        super().__init__(
            f"{school} is busy: {who} has worked on it since {since:%Y-%m-%d %H:%M} UTC; "
            "wait for it to end, or stop that process and run again"
        )
        self.school = school
        self.who = who
        self.since = since


class ClaimLost(StoreProblem):
    """This run's claim expired and another process took it over: stop before the next write."""


class AlreadyRevealed(StoreProblem):
    """An initial password is shown once; the text says when and to whom it was."""


class SecretExpired(StoreProblem):
    """An initial password was not collected in time and is purged."""


class Broken(StoreProblem):
    """The journal is not whole; `seq` is the first bad row."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"journal row {seq}: {why}")
        self.seq = seq
        self.why = why


class BrokenRegister(StoreProblem):
    """A register is not what the journal tells of; `entry` is the first such row."""

    def __init__(self, entry: str, why: str) -> None:
        super().__init__(f"row {entry} of a register: {why}")
        self.entry = entry
        self.why = why


class BrokenExport(StoreProblem):
    """An export of the journal is not whole; `line` is the first bad line, counted from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line
        self.why = why
