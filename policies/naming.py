"""User names and display names, from the roster's preferred names and the school's patterns.

A user name (alias) is what stands before the @ of the UPN, and the mail nickname. Entra takes
`A-Z a-z 0-9 ' . - _ ! # ^ ~` there, at most 64 characters, without a dot before the @ (Graph docs:
user-post-users); we use the lower-case letters, digits, dot, hyphen and underscore of them.

An alias may spell an unsuitable word by accident, where two parts meet or where a name is cut
(`s` + `hit|chens`). A person's own name is never censored: a word inside it counts only when the
cut ends on it. Numbering would not mend such an alias, so its parts are joined by dots and the cut
is one letter shorter; if that is still unsuitable there is no name, and a person decides.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import count, takewhile
from pathlib import Path
from unicodedata import normalize

from anyascii import anyascii
from msgspec import Struct

from policies.people import Kind, Person
from policies.rules import NamingRules, Rules

LONGEST_NAME = 64  # givenName and surname (Graph docs: user resource)
LONGEST_DISPLAY_NAME = 256  # displayName (same page)

_TOKEN = re.compile(r"\{([a-z_]+)(?::([1-9][0-9]?))?\}")
_DISPLAY_TOKENS = ("forename", "surname", "initial", "title")
# Pupils have no staff code and staff have no admission number: such a pattern names nobody.
_ALIAS_TOKENS = {
    Kind.PUPIL: (*_DISPLAY_TOKENS, "entry", "admission"),
    Kind.STAFF: (*_DISPLAY_TOKENS, "entry", "code"),
}
_TELLS_PEOPLE_APART = {"forename", "surname", "initial", "admission", "code"}
_FIELDS = {
    "forename": "given_name",
    "surname": "surname",
    "initial": "given_name",
    "title": "title",
    "admission": "admission_number",
    "code": "staff_code",
}
_MISSING = {
    "forename": "no forename that can be written in plain letters",
    "surname": "no surname that can be written in plain letters",
    "initial": "no forename that can be written in plain letters",
    "entry": "neither an entry year nor a first day",
    "admission": "no admission number",
    "code": "no staff code",
}


class NoName(ValueError):
    """The pattern gives this person no name; the text says why, without any personal value."""


class Token(Struct, frozen=True):
    """One `{name:letters}` of a pattern; `letters` is None when the value is used whole."""

    name: str
    letters: int | None = None


class _Piece(Struct, frozen=True):
    text: str
    cut: bool = False


def alias_candidates(person: Person, naming: NamingRules) -> Iterator[str]:
    """The plain alias, then the numbered ones (2, 3, …), all different and within `max_length`.

    Room for the number is made by cutting before it; behind a digit it follows a hyphen, because
    `smith192` would read as somebody else's number. Ends only when the number has no room left.
    Raises NoName at once when a token has no value.
    """
    pieces = _alias_pieces(person, naming)
    whole = _joined(pieces, "")
    if _is_unsuitable(whole, pieces, naming.max_length):
        pieces = tuple(_one_shorter(piece) for piece in pieces)
        whole = _joined(pieces, ".")
    if not whole or _is_unsuitable(whole, pieces, naming.max_length):
        raise NoName(f"{person.key}: the pattern naming.{person.kind} spells no suitable name")
    return _numbered(whole, pieces, naming.max_length)


def user_name(person: Person, rules: Rules, taken: Callable[[str], bool]) -> str:
    """The first alias that is not taken, in lower case; raises NoName when there is none."""
    for alias in alias_candidates(person, rules.naming):
        if not taken(alias):
            return alias
    raise NoName(
        f"{person.key}: every name within {rules.naming.max_length} characters is taken; "
        "raise naming.max_length"
    )


def display_name(person: Person, naming: NamingRules) -> str:
    """What colleagues see, with the roster's own capitals, at most 256 characters.

    A person without a title appears with the forename in its place, so that `{title} {surname}`
    never shows a bare surname. Raises NoName when nothing is left.
    """
    shown = "".join([part(person) for part in _shown_parts(naming.display[person.kind])])
    shown = _tidy(shown)[:LONGEST_DISPLAY_NAME].rstrip()
    if not shown:
        raise NoName(f"{person.key}: the roster has no name for the display name")
    return shown


@lru_cache(maxsize=256)
def _shown_parts(pattern: str) -> tuple[Callable[[Person], str], ...]:
    """What stands in each place of a display name."""
    has_forename = "{forename" in pattern
    return tuple(
        _shown(part, has_forename=has_forename) if isinstance(part, Token) else _literal(part)
        for part in parse_pattern(pattern, _DISPLAY_TOKENS)
    )


def _literal(text: str) -> Callable[[Person], str]:
    return lambda _: text


def _shown(token: Token, *, has_forename: bool) -> Callable[[Person], str]:
    """The value of a token, cut to its letters."""
    letters = token.letters
    match token.name:
        case "surname":
            return lambda person: entra_name(person.surname)[:letters]
        case "initial":
            return lambda person: entra_name(person.given_name)[:1][:letters]
        case "title" if has_forename:
            return lambda person: entra_name(person.title)[:letters]
        case "title":
            return lambda person: (entra_name(person.title) or entra_name(person.given_name))[
                :letters
            ]
        case _:
            return lambda person: entra_name(person.given_name)[:letters]


@lru_cache(maxsize=16_384)  # the same few thousand names, asked for several times a night
def entra_name(name: str) -> str:
    """A given name or surname as Entra can keep it: single spaces, at most 64 characters."""
    return _tidy(name)[:LONGEST_NAME].rstrip()


def alias_pattern(pattern: str, kind: Kind) -> str:
    """The pattern again when it can name people of this kind; raises ValueError with the mend."""
    parts = parse_pattern(pattern, _ALIAS_TOKENS[kind])
    literal = "".join(part for part in parts if isinstance(part, str))
    if not re.fullmatch(r"[a-z0-9._-]*", literal):
        raise ValueError(
            "has a character no user name may hold; "
            "between tokens use lower-case letters, digits, dot, hyphen, underscore"
        )
    tokens = {part.name: part.letters for part in parts if isinstance(part, Token)}
    if tokens.get("entry") not in {None, 2, 4}:
        raise ValueError("cuts the entry year; write {entry} (four digits) or {entry:2} (two)")
    if not tokens.keys() & _TELLS_PEOPLE_APART:
        raise ValueError("gives everyone the same name; add {surname}, {forename} or {admission}")
    return pattern


def display_pattern(pattern: str) -> str:
    """The pattern again when it can be shown; raises ValueError with the mend."""
    if not any(isinstance(part, Token) for part in parse_pattern(pattern, _DISPLAY_TOKENS)):
        raise ValueError("gives everyone the same name; add {forename} and {surname}")
    return pattern


@lru_cache(maxsize=256)
def parse_pattern(pattern: str, known: tuple[str, ...]) -> tuple[str | Token, ...]:
    """The literals and tokens of a pattern in order; raises ValueError for an unknown token."""
    parts: list[str | Token] = []
    end = 0
    for found in _TOKEN.finditer(pattern):
        name, letters = found.groups()
        if name not in known:
            raise ValueError(f"has the unknown token {{{name}}}; use {_in_braces(known)}")
        parts += [pattern[end : found.start()], Token(name, int(letters) if letters else None)]
        end = found.end()
    parts.append(pattern[end:])
    if any(isinstance(part, str) and re.search("[{}]", part) for part in parts):
        raise ValueError(f"has a brace that is part of no token; use {_in_braces(known)}")
    return tuple(part for part in parts if part)


@cache
def word_list(name: str) -> tuple[str, ...]:
    """The words of `policies/words/<name>.txt`, one a line; lines that start with # are remarks."""
    text = (Path(__file__).parent / "words" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if not line.startswith("#"))


def _in_braces(names: tuple[str, ...]) -> str:
    return " ".join(f"{{{name}}}" for name in names)


def _tidy(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        text = "".join(c if c.isprintable() else " " for c in normalize("NFC", text))
    return " ".join(text.split())


def folded(text: str) -> str:
    """Letters and digits without case and accents: what of two names is compared."""
    return _folded(text).replace("-", "")


def _folded(text: str) -> str:
    """Lower-case ASCII letters, digits and inner hyphens: O'Reilly is oreilly, Łukasz lukasz."""
    kept = re.sub("[^a-z0-9-]", "", anyascii(normalize("NFC", text)).lower())
    return re.sub("-+", "-", kept).strip("-")


def _value(person: Person, name: str) -> str:
    if name == "entry":
        year = person.entry_year or (person.starts.year if person.starts else None)
        return f"{year:04d}" if year else ""
    value = _folded(getattr(person, _FIELDS[name]))
    return value[:1] if name == "initial" else value


def _alias_pieces(person: Person, naming: NamingRules) -> tuple[_Piece, ...]:
    if person.shared:
        return (_Piece(person.key.mis_id),)
    return _pieces(person, naming.alias[person.kind])


def _pieces(person: Person, pattern: str) -> tuple[_Piece, ...]:
    return tuple(
        _Piece(part) if isinstance(part, str) else _piece(person, part)
        for part in parse_pattern(pattern, _ALIAS_TOKENS[person.kind])
    )


def _piece(person: Person, token: Token) -> _Piece:
    value = _value(person, token.name)
    if not value and token.name in _MISSING:
        pattern = f"naming.{person.kind}"
        raise NoName(f"{person.key} has {_MISSING[token.name]}, which {pattern} asks for")
    if token.name == "entry":
        return _Piece(value[-2:] if token.letters == 2 else value)
    text = value[: token.letters].rstrip("-")
    return _Piece(text, cut=token.name != "initial" and text != value)


def _joined(pieces: tuple[_Piece, ...], between: str) -> str:
    text = between.join(piece.text for piece in pieces)
    text = re.sub(r"\.*([-_])\.*", r"\1", text)
    return re.sub(r"\.+", ".", text).strip("._-")


def _cut(whole: str, limit: int) -> str:
    return whole[:limit].rstrip("._-")


def _numbered(whole: str, pieces: tuple[_Piece, ...], limit: int) -> Iterator[str]:
    plain = _cut(whole, limit)
    yield plain
    given = {plain}
    hyphen = "-" if plain[-1].isdigit() else ""
    numbers = (f"{hyphen}{number}" for number in count(2))
    for number in takewhile(lambda number: len(number) < limit, numbers):
        room = limit - len(number)
        alias = _cut(plain, room) + number
        if alias not in given and not _is_unsuitable(plain, pieces, room):
            given.add(alias)
            yield alias


@cache
def _unsuitable() -> re.Pattern[str]:
    return re.compile("|".join(word_list("unsuitable")))


def _is_unsuitable(whole: str, pieces: tuple[_Piece, ...], limit: int) -> bool:
    """Whether the alias, cut at `limit`, spells a word that is not part of the person's name."""
    alias = _cut(whole, limit)
    if not _unsuitable().search(alias):
        return False
    was_cut = len(whole) > limit
    return any(
        (was_cut and alias.endswith(word)) or not any(_belongs(word, piece) for piece in pieces)
        for word in word_list("unsuitable")
        if word in alias
    )


def _belongs(word: str, piece: _Piece) -> bool:
    return word in piece.text and not _ends_on(piece, word)


def _ends_on(piece: _Piece, word: str) -> bool:
    return piece.cut and piece.text.endswith(word)


def _one_shorter(piece: _Piece) -> _Piece:
    if any(_ends_on(piece, word) for word in word_list("unsuitable")):
        return _Piece(piece.text[:-1], cut=True)
    return piece
