"""Other people out of what one person is given (DPA 2018 Schedule 2; law A13.6).

Keys, names, addresses and account numbers of others are replaced; whoever is given it reads that
somebody stood there, and not who. Free text can name people in more ways than any list knows: a
person reads it before it goes out.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from graphsync.store.about import Terms

ANOTHER = "[another person]"
STAFF = "[a member of staff]"
ADDRESS = "[an address]"
OURS = frozenset({"", "graphsync", "schedule"})  # no person's
# Whose act it was: shown as a role's, unless it is the person's own.
ACTORS = frozenset(
    """
    account approvals approver author by closed_by discussed_by investigated_by lifted_by opened_by
    requested_by requester revealed_by verified_by who witness
    """.split()  # noqa: SIM905 - a block of words reads better than a column of quotes
)
OTHERS = frozenset({"contact_id", "contact", "reported_by", "subject"})
NEVER = frozenset({"salt", "ciphertext", "token_sha256", "key_sha256", "request_sha256", "sid"})
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_MAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr"})
_SHORTEST, _LONGEST = 2, 5  # words of a name
_OF_SIGNER = ("own", "relationship", "responsible")  # who it was is theirs


class Others(Struct, frozen=True, kw_only=True):
    """Who must not be shown. `names` are casefolded, their words apart by one space.

    `ids` are keys, numbers and object ids of others; `own` are surnames of the person.
    """

    terms: Terms
    schools: frozenset[str]
    names: frozenset[str]
    ids: frozenset[str]
    own: frozenset[str] = frozenset()


def redacted(value: Any, others: Others, name: str = "") -> Any:
    """The value without others; `name` is the field it stands in."""
    match value:
        case Mapping() if name == "signer":
            return {key: value[key] for key in _OF_SIGNER if key in value}
        case Mapping():
            kept = {key: one for key, one in value.items() if key not in NEVER}
            return {
                _text(str(key), others): redacted(one, others, str(key))
                for key, one in kept.items()
            }
        case list() | tuple() | set() | frozenset():
            return [redacted(one, others, name) for one in value]
        case str():
            return _field(value, others, name)
        case bytes():
            return None
        case _:
            return value


def _field(value: str, others: Others, name: str) -> str:
    own = others.terms.exact
    if value in OURS or value in own:
        return value
    if name in ACTORS:
        return STAFF
    if name in OTHERS:
        return ANOTHER
    if name == "mis_id":
        return value if value == others.terms.mis_id else ANOTHER
    return _text(value, others)


def _text(text: str, others: Others) -> str:
    if text in others.ids:
        return ANOTHER
    return _without_names(_without_keys(_without_addresses(text, others), others), others)


def _without_addresses(text: str, others: Others) -> str:
    return _MAIL.sub(lambda found: found[0] if found[0] in others.terms.exact else ADDRESS, text)


def _without_keys(text: str, others: Others) -> str:
    schools = "|".join(map(re.escape, sorted(others.schools)))
    own = others.terms.key
    keys = re.compile(rf"(?<![\w-])(?:{schools}):[\w-]+")
    text = keys.sub(lambda found: own if found[0] == own else ANOTHER, text)
    words = re.compile(r"(?<![\w-])[\w-]{6,}(?![\w-])")
    return words.sub(lambda found: ANOTHER if found[0] in others.ids else found[0], text)


def _without_names(text: str, others: Others) -> str:
    """Names of two to five words that are somebody else's, and titles with a surname."""
    words = list(_WORD.finditer(text))
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        length = _name_at([one[0].casefold() for one in words[at : at + _LONGEST]], others)
        if length:
            spans.append((words[at].start(), words[at + length - 1].end()))
        at += length or 1
    for begin, end in reversed(spans):
        text = text[:begin] + ANOTHER + text[end:]
    return text


def _name_at(words: list[str], others: Others) -> int:
    """How many of these words are a name of somebody else; 0 for none."""
    for length in range(len(words), 1, -1):
        if " ".join(words[:length]) in others.names:
            return length
    if len(words) < _SHORTEST or words[0] not in _TITLES or words[1] in others.own:
        return 0
    return 1 + (_name_at(words[1:], others) or 1)  # Ms Moss, or Ms Mary Moss


def folded_name(*parts: str) -> str:
    """A name as `Others.names` holds it."""
    return " ".join(_WORD.findall(" ".join(parts))).casefold()


def both_orders(given: str, surname: str) -> Iterable[str]:
    """`Given Surname` and `Surname, Given`, folded; none where a part is missing."""
    if given.strip() and surname.strip():
        yield folded_name(given, surname)
        yield folded_name(surname, given)
