"""The layers of one school's packs, and what holds at each key of them (decision 3).

The trust pack and the school's pack speak; `defaults.yaml` speaks only where both are silent; the
platform, and any linked system that the pack names, bound whatever was said.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct

from policies.pack_keys import KEYS, LINKED, PLATFORM
from policies.pack_reading import Layer, Problem, read_layer
from policies.pack_schema import Order, strictest
from policies.pack_values import SCHOOL_ID

SHIPPED_PACKS = Path(__file__).parent / "packs"
DEFAULTS = "defaults.yaml"
TRUST = "trust.yaml"
NOT_IN_POLICY = "default, not in policy"
PLATFORM_SAYS = "Microsoft's platform"


class PackRefused(Exception):
    """The packs cannot be used; `problems` holds each as `file:line: key: what; how to mend`."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Source(Struct, frozen=True, kw_only=True):
    """One that asks something at a key: who, where that stands, what, and by which clauses.

    `who` is platform, trust, school, default, or `linked system NAME`.
    """

    who: str
    where: str
    value: Any
    clauses: tuple[str, ...] = ()


class Provenance(Struct, frozen=True, kw_only=True):
    """What holds at a key and why; `sources` gave that value, `overrode` asked something else.

    All are empty, and the value None, where every layer is silent.
    """

    key: str
    value: Any
    sources: tuple[Source, ...] = ()
    overrode: tuple[Source, ...] = ()

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses behind the value that holds."""
        return tuple(dict.fromkeys(one for source in self.sources for one in source.clauses))


class Layers(Struct, frozen=True, eq=False):
    """The layers of one school; its effective values are read from here and nowhere else.

    The same files give the same object, so that what is made of it can be kept by it.
    """

    school: Layer
    trust: Layer | None
    defaults: Layer
    sha256: str

    def speaking(self) -> list[Layer]:
        """The packs that speak, from the top down."""
        return [layer for layer in (self.trust, self.school) if layer]

    def value(self, path: str) -> Any:
        """The effective value of a key; None when every layer is silent."""
        said = [one.entries[path].value for one in self.speaking() if path in one.entries]
        if not said and path in self.defaults.entries:
            said = [self.defaults.entries[path].value]
        if path in PLATFORM:
            said.insert(0, PLATFORM[path])
        if path in LINKED:
            said += self._linked(path).values()
        return strictest(KEYS[path].order, said, KEYS[path].ladder) if said else None

    def cited(self) -> frozenset[str]:
        """Every clause that the packs name, whatever for."""
        named = (entry.value for one in self.speaking() for entry in one.clauses.values())
        return frozenset(clause for several in named for clause in several)

    def provenance(self, path: str) -> Provenance:
        """What holds at a key, who gave it and whom that overrode."""
        value = self.value(path)
        asked = list(self._asked(path)) if value is not None else []
        if KEYS[path].order in {Order.UNION, Order.INTERSECTION}:
            gave = asked
        else:
            gave = [one for one in asked if one.value == value]
            # Of those that ask the same the lowest is named: a school's own word comes first.
            own = [one for one in gave if one.who in {"trust", "school"}] or gave
            gave = own[-1:]
        overrode = [one for one in asked if one not in gave and one.value != value]
        return Provenance(key=path, value=value, sources=tuple(gave), overrode=tuple(overrode))

    def clause(self, path: str) -> str:
        """The first clause behind the value that holds at a key; empty for none."""
        return next(iter(self.provenance(path).clauses), "")

    def problem(self, path: str, text: str, row: str = "") -> Problem:
        """A problem at the lowest layer that gives the key, or at the top of the school's pack.

        `row` names the row of a table that it lies in.
        """
        for layer in (self.school, self.trust):
            if layer and path in layer.entries:
                entry = layer.entries[path]
                return Problem(layer.file, entry.rows.get(row, entry.line), path, text)
        return Problem(self.school.file, 1, path, text)

    def _linked(self, path: str) -> dict[str, Any]:
        linked: dict[str, Any] = self.value(LINKED[path]) or {}
        return linked

    def _asked(self, path: str) -> Iterator[Source]:
        """Everyone who asks something at a key, from the top down."""
        if path in PLATFORM:
            yield Source(who="platform", where=PLATFORM_SAYS, value=PLATFORM[path])
        spoken = [one for one in self.speaking() if path in one.entries]
        for layer in spoken or [one for one in (self.defaults,) if path in one.entries]:
            entry = layer.entries[path]
            if layer is self.defaults:
                yield Source(who="default", where=NOT_IN_POLICY, value=entry.value)
            else:
                yield Source(
                    who="school" if layer is self.school else "trust",
                    where=f"{layer.file}:{entry.line}",
                    value=entry.value,
                    clauses=layer.clauses_of(path),
                )
        if path in LINKED:
            for name, asked in self._linked(path).items():
                source = self.provenance(LINKED[path]).sources[0]
                yield Source(
                    who=f"linked system {name}",
                    where=source.where,
                    value=asked,
                    clauses=source.clauses,
                )


def read_layers(packs_dir: Path, school: str) -> Layers:
    """The layers of the school; raises PackRefused when a file is missing or is not the product's.

    Problems inside the files stand in the layers; `pack_loading.load_layers` refuses them.
    """
    file = packs_dir / f"{school}.yaml"
    if not SCHOOL_ID.fullmatch(school) or not file.is_file():
        raise refused(f"{school}.yaml", "is no pack in the packs folder; name the file <id>.yaml")
    shipped = (SHIPPED_PACKS / DEFAULTS).read_bytes()
    copy = packs_dir / DEFAULTS
    if copy.is_file() and copy.read_bytes() != shipped:
        raise refused(DEFAULTS, "differs from the product's own; say it in trust.yaml instead")
    contents = {DEFAULTS: shipped, file.name: file.read_bytes()}
    if (packs_dir / TRUST).is_file():
        contents[TRUST] = (packs_dir / TRUST).read_bytes()
    return _layers(file.name, tuple(contents.items()))


@lru_cache(maxsize=512)
def _layers(school: str, contents: tuple[tuple[str, bytes], ...]) -> Layers:
    """The layers of these files, of which `school` is the school's own."""
    files = dict(contents)
    return Layers(
        school=read_layer(school, "school", files[school]),
        trust=read_layer(TRUST, "trust", files[TRUST]) if TRUST in files else None,
        defaults=read_layer(DEFAULTS, "defaults", files[DEFAULTS]),
        sha256=_digest(files),
    )


def refused(file: str, text: str) -> PackRefused:
    """A refusal of a whole file."""
    return PackRefused((str(Problem(file, 1, "(file)", text)),))


def _digest(contents: dict[str, bytes]) -> str:
    """One digest over the layers; each file's own digest keeps their borders apart."""
    parts = (f"{name} {sha256(body).hexdigest()}\n" for name, body in sorted(contents.items()))
    return sha256("".join(parts).encode()).hexdigest()
