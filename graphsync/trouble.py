"""How a command ends when it does not end well; the texts say what, where and how to mend it."""


class Refusal(Exception):
    """Refused or parked: nothing was written (exit 2)."""


class Broken(Exception):
    """Settings, tenant or store are not as they must be (exit 1)."""


class Usage(Exception):
    """The command was given something it cannot mean (exit 64)."""


class UnknownRun(Usage):
    """There is no run of that name."""
