"""Questions on a terminal: put on stderr, since stdout is for the document; answered on stdin."""

import sys
from collections.abc import Callable

from graphsync.trouble import Usage

Check = Callable[[str], str]  # what is wrong with an answer; empty for nothing


def ask(question: str, default: str = "", check: Check = lambda _: "") -> str:
    """The answer, or the default for an empty one; asked again until it is right.

    Raises Usage when the input ends first.
    """
    while True:
        shown = f" [{default}]" if default else ""
        sys.stderr.write(f"{question}{shown}: ")
        sys.stderr.flush()
        answer = _line() or default
        if not (wrong := check(answer)):
            return answer
        sys.stderr.write(f"  {wrong}\n")


def ask_secretly(question: str) -> str:
    """The answer, not shown on a terminal."""
    if not sys.stdin.isatty():
        return ask(question)
    from getpass import getpass

    return getpass(f"{question}: ", sys.stderr).strip()


def _line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise Usage("the input ended before every question was answered; see --answers FILE")
    return line.strip()
