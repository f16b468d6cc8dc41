"""Names of groups that would tell something of their members, and what stands in their place.

Everyone in a tenant may read the names of its groups, so none of a pupil's shall say that they have
special needs, free meals, a social worker or a faith (A16.6 of the law overlay). The list is data:
`policies/words/telling.txt`.
"""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

_LIST = Path(__file__).parent / "words" / "telling.txt"
_IN_CAPITALS = 2  # so short a word counts in capitals alone
_WORD = re.compile("[^\\W\\d_]+")


def telling(text: str) -> str | None:
    """The first word or phrase of the list that the text holds; None for a text that tells nothing.

    Words are whole ones; a digit ends a word, so that `PP1` and `7SEN` are found.
    """
    words = _WORD.findall(text)
    said = f" {' '.join(words).casefold()} "
    for listed in _listed():
        if len(listed) <= _IN_CAPITALS:
            if listed in words:
                return listed
        elif f" {listed.casefold()} " in said:
            return listed
    return None


def neutral(text: str, school: str) -> str:
    """What stands for a telling text in the names of the school's groups: `G-` and a digest."""
    return f"G-{sha256(f'{school} {text}'.encode()).hexdigest()[:6]}"


@cache
def _listed() -> tuple[str, ...]:
    lines = _LIST.read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
