"""What a failed command says and answers: one sentence on stderr and an honest exit code."""

import sys
import traceback

from api import stopping
from graphsync.report import Exit
from graphsync.trouble import Broken, Refusal, Usage

# Errors of ours by name, so that telling them apart imports nothing: class -> exit code.
CODES = {
    Usage.__name__: Exit.USAGE,
    Refusal.__name__: Exit.REFUSED,
    Broken.__name__: Exit.BROKEN,
    "Refused": Exit.REFUSED,
    "RosterRefused": Exit.REFUSED,
    "PackRefused": Exit.REFUSED,
    "Busy": Exit.REFUSED,
    "AlreadyRevealed": Exit.REFUSED,
    "SecretExpired": Exit.REFUSED,
    "Unknown": Exit.USAGE,
    "TenantProblem": Exit.BROKEN,
    "StoreProblem": Exit.BROKEN,
    "SealProblem": Exit.BROKEN,
}
OURS = ("api.", "graphsync.", "policies.", "reports.")


def silence_libraries() -> None:
    """Keep other libraries' logs off stderr: azure-identity logs whole answers of a failed sign-in.

    Without any handler Python's logging prints warnings of its own accord.
    """
    import logging

    logging.getLogger().addHandler(logging.NullHandler())


def told(error: BaseException, *, trace: bool) -> int:
    """Say on stderr why the command failed; what it answers.

    The message of an error that is not ours is withheld: it may quote a person.
    """
    if trace:
        traceback.print_exception(error, file=sys.stderr)
    code, text = _judged(error)
    sys.stderr.write(f"graphsync: {text}\n")
    return code


def _judged(error: BaseException) -> tuple[int, str]:
    if isinstance(error, KeyboardInterrupt):
        return stopping.exit_code(), "stopped. The next run settles whatever was begun."
    for kind in type(error).__mro__:
        if kind.__name__ in CODES and kind.__module__.startswith(OURS):
            return CODES[kind.__name__], str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return Exit.BROKEN, f"{error.filename}: {error.strerror}"
    name = type(error).__name__
    return Exit.BROKEN, (
        f"stopped on an error it does not know ({name}). The next run settles whatever was begun. "
        "Please report it with what the same command prints with --trace."
    )
