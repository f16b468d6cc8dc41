"""Query options of a read: parsed, checked for what the service takes at all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NoReturn
from urllib.parse import parse_qsl

from graphsync.sandbox.problems import bad_request, not_implemented, unsupported_query
from graphsync.sandbox.schema import names, properties

Extended = Mapping[str, Mapping[str, str]]

_NONE: Extended = MappingProxyType({})
LONGEST_PAGE = 999
DEFAULT_PAGE = 100
_PAGE_SIZE = re.compile("[0-9]{1,6}")
_NAMES = names(
    """
    select filter search orderby count top skiptoken deltatoken expand skip format
    """
)
_NOT_IN_DIRECTORY = names(
    """
    aboutMe birthday hireDate interests mySite pastProjects preferredName
    responsibilities schools skills mailboxSettings
    """
)


@dataclass(frozen=True, slots=True)
class Query:
    """The options given, by name without ``$``; absent ones are not in ``options``.

    advanced    ConsistencyLevel: eventual was sent
    extensions  the directory extensions of the types that have any, by type
    """

    options: dict[str, str]
    advanced: bool
    extensions: Extended = field(default_factory=dict)

    @property
    def counted(self) -> bool:
        """Whether advanced queries are open: the header and ``$count=true``."""
        return self.advanced and self.options.get("count", "").lower() == "true"

    @property
    def top(self) -> int:
        """The page size, 1 to 999; 100 when not given (Graph docs: user-list)."""
        text = self.options.get("top")
        if text is None:
            return DEFAULT_PAGE
        if not _PAGE_SIZE.fullmatch(text) or not 1 <= int(text) <= LONGEST_PAGE:
            raise unsupported_query(
                f"Invalid page size specified: '{text}'. Must be between 1 and "
                f"{LONGEST_PAGE} inclusive."
            )
        return int(text)

    def select(self, type_name: str, also: frozenset[str] = frozenset()) -> tuple[str, ...] | None:
        """The properties asked for, each known to the schema or in ``also``; None for defaults."""
        text = self.options.get("select")
        if text is None:
            return None
        chosen = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
        known = {*properties(type_name), *self.extensions.get(type_name, ()), *also}
        for name in chosen:
            if name not in known:
                # Text as recorded for the SDKs; code unverified.
                raise bad_request(
                    "Parsing OData Select and Expand failed: Could not find a property named "
                    f"'{name}' on type 'microsoft.graph.{type_name}'.",
                    "BadRequest",
                )
        return chosen


def parse_query(raw: str, headers: dict[str, str], extensions: Extended = _NONE) -> Query:
    """Reads a query string; refuses options given twice and ``$`` options OData lacks."""
    options: dict[str, str] = {}
    if raw:
        for given, value in parse_qsl(raw, keep_blank_values=True):
            name = given.lower().removeprefix("$")
            if name not in _NAMES:
                if given.startswith("$"):
                    _refuse_option(given)
                continue  # Graph docs "known-issues": unsupported parameters may be ignored
            if name in options:
                raise bad_request(
                    f"Query option '${name}' was specified more than once, but it must be "
                    "specified at most once.",
                    "BadRequest",
                )
            options[name] = value
    if "skip" in options:
        raise unsupported_query("'$skip' is not supported by the service.")
    return Query(options, headers.get("consistencylevel", "").lower() == "eventual", extensions)


def _refuse_option(name: str) -> NoReturn:
    raise bad_request(f"The query parameter '{name}' is not supported.", "BadRequest")


def refuse_outside_directory(select: tuple[str, ...] | None) -> None:
    """501 for properties kept outside the directory, on collections (Graph docs: user-list)."""
    if select and not _NOT_IN_DIRECTORY.isdisjoint(select):
        raise not_implemented()
