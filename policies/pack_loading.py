"""A school's packs, resolved into its effective rules (decision: strictest of the layers).

The trust pack and the school's pack speak; `defaults.yaml` speaks only where both are silent; the
platform bounds whatever was said. A pack that is wrong anywhere is refused as a whole, with every
problem by file and line: rules that are half understood would write to a tenant.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from policies.pack_keys import KEYS, PLATFORM
from policies.pack_reading import Layer, Problem, read_layer
from policies.pack_schema import Key, strictest
from policies.pack_values import SCHOOL_ID
from policies.people import Kind
from policies.rules import (
    AbsenceRules,
    DeskRules,
    GroupKind,
    GroupRules,
    Home,
    LeaverRules,
    LicenceRules,
    Limit,
    Mode,
    NamingRules,
    Operation,
    PasswordRules,
    ProtectedRules,
    RollOver,
    RosterRules,
    Rules,
    SmallSchoolWaiver,
    WorklistRules,
)

SHIPPED_PACKS = Path(__file__).parent / "packs"
_DEFAULTS = "defaults.yaml"
_TRUST = "trust.yaml"
_T = TypeVar("_T", bound=Struct)


class PackRefused(Exception):
    """The packs cannot be used; `problems` holds each as `file:line: key: what; how to mend`."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Layers(Struct, frozen=True):
    """The layers of one school; its effective values are read from here and nowhere else."""

    school: Layer
    trust: Layer | None
    defaults: Layer
    sha256: str

    def speaking(self) -> list[Layer]:
        return [layer for layer in (self.trust, self.school) if layer]

    def value(self, path: str) -> Any:
        """The effective value of a key; None when every layer is silent."""
        said = [one.entries[path].value for one in self.speaking() if path in one.entries]
        if not said and path in self.defaults.entries:
            said = [self.defaults.entries[path].value]
        if said and path in PLATFORM:
            said.insert(0, PLATFORM[path])
        return strictest(KEYS[path].order, said) if said else None

    def problem(self, path: str, text: str) -> Problem:
        """A problem at the lowest layer that gives the key, or at the top of the school's pack."""
        for layer in (self.school, self.trust):
            if layer and path in layer.entries:
                return Problem(layer.file, layer.entries[path].line, path, text)
        return Problem(self.school.file, 1, path, text)


def load_rules(packs_dir: Path, school: str) -> Rules:
    """The effective rules of the school from `packs_dir`/<school>.yaml, under trust.yaml if there.

    Raises PackRefused with every problem when a layer cannot be read, holds an unknown key or a
    wrong type, or when the layers contradict themselves.
    """
    layers = _layers(packs_dir, school)
    problems = [p for layer in (*layers.speaking(), layers.defaults) for p in layer.problems]
    problems = problems or [*_missing(layers), *_contradictions(layers, school)]
    if problems:
        raise PackRefused(tuple(map(str, sorted(problems))))
    return _rules(layers)


def load_all(packs_dir: Path) -> dict[str, Rules]:
    """The rules of every school in the folder, by school id; raises PackRefused for all at once."""
    rules, problems = load_each(packs_dir)
    if problems:
        raise PackRefused(problems)
    return rules


def load_each(packs_dir: Path) -> tuple[dict[str, Rules], tuple[str, ...]]:
    """The rules of the schools whose packs can be used, and every problem of the others."""
    rules: dict[str, Rules] = {}
    problems: dict[str, None] = {}
    try:
        found = schools(packs_dir)
    except PackRefused as refused:
        return {}, refused.problems
    for school in found:
        try:
            rules[school] = load_rules(packs_dir, school)
        except PackRefused as refused:
            problems |= dict.fromkeys(refused.problems)
    return rules, tuple(problems)


def schools(packs_dir: Path) -> list[str]:
    """The ids of the schools that have a pack there; raises PackRefused for none, or for .yml."""
    files = sorted(packs_dir.iterdir()) if packs_dir.is_dir() else []
    if odd := [file.name for file in files if file.suffix == ".yml"]:
        text = "ends in .yml and would be overlooked; rename it to .yaml"
        raise PackRefused(tuple(str(Problem(name, 1, "(file)", text)) for name in odd))
    packs = [file for file in files if file.suffix == ".yaml"]
    found = [file.stem for file in packs if file.name not in {_DEFAULTS, _TRUST}]
    if not found:
        raise _refused(str(packs_dir), "holds no school's pack; put <school-id>.yaml there")
    return found


def _refused(file: str, text: str) -> PackRefused:
    return PackRefused((str(Problem(file, 1, "(file)", text)),))


def _layers(packs_dir: Path, school: str) -> _Layers:
    file = packs_dir / f"{school}.yaml"
    if not SCHOOL_ID.fullmatch(school) or not file.is_file():
        raise _refused(f"{school}.yaml", "is no pack in the packs folder; name the file <id>.yaml")
    shipped = (SHIPPED_PACKS / _DEFAULTS).read_bytes()
    copy = packs_dir / _DEFAULTS
    if copy.is_file() and copy.read_bytes() != shipped:
        raise _refused(_DEFAULTS, "differs from the product's own; say it in trust.yaml instead")
    contents = {_DEFAULTS: shipped, file.name: file.read_bytes()}
    if (packs_dir / _TRUST).is_file():
        contents[_TRUST] = (packs_dir / _TRUST).read_bytes()
    return _Layers(
        school=read_layer(file.name, "school", contents[file.name]),
        trust=read_layer(_TRUST, "trust", contents[_TRUST]) if _TRUST in contents else None,
        defaults=read_layer(_DEFAULTS, "defaults", shipped),
        sha256=_digest(contents),
    )


def _digest(contents: dict[str, bytes]) -> str:
    """One digest over the layers; each file's own digest keeps their borders apart."""
    parts = (f"{name} {sha256(body).hexdigest()}\n" for name, body in sorted(contents.items()))
    return sha256("".join(parts).encode()).hexdigest()


def _missing(layers: _Layers) -> Iterator[Problem]:
    for key in KEYS.values():
        if key.required and layers.value(key.path) is None:
            yield layers.problem(key.path, _where_to_say(key))
    if layers.trust:
        for path in ("trust.id", "trust.name"):
            if path not in layers.trust.entries:
                yield Problem(_TRUST, 1, path, "is missing; write trust: {id: …, name: …}")


def _where_to_say(key: Key) -> str:
    where = "this pack" if key.only else "this pack or trust.yaml"
    return f"is missing; write it in {where}"


def _contradictions(layers: _Layers, school: str) -> Iterator[Problem]:
    if layers.value("school.id") not in {school, None}:
        yield layers.problem("school.id", "differs from the file's name; make them the same")
    yield from _trust_contradictions(layers)
    yield from _group_contradictions(layers, school)
    if layers.value("licences.staff.disabled_plans") and not layers.value("licences.staff.skus"):
        text = "are plans of no licence; name the licences in licences.staff.skus"
        yield layers.problem("licences.staff.disabled_plans", text)
    yield from _incomplete(layers, "roll_over", ("starts", "ends", "approved_by"))
    yield from _incomplete(layers, "approval.small_school_waiver", ("until", "reason", "named_by"))
    starts, ends = layers.value("roll_over.starts"), layers.value("roll_over.ends")
    if starts and ends and ends < starts:
        yield layers.problem("roll_over.ends", "lies before roll_over.starts; mend one of them")


def _trust_contradictions(layers: _Layers) -> Iterator[Problem]:
    named = layers.value("school.trust")
    if named and not layers.trust:
        yield layers.problem("school.trust", "names a trust, but there is no trust.yaml; add it")
    elif named and named != layers.value("trust.id"):
        yield layers.problem("school.trust", "is not the id in trust.yaml; make them the same")


def _group_contradictions(layers: _Layers, school: str) -> Iterator[Problem]:
    seen: dict[str, GroupKind] = {}
    for kind, pattern in _group_names(layers).items():
        other = seen.setdefault(" ".join(pattern.casefold().split()), kind)
        if other is not kind:
            text = f"has the same name as groups.{other}; give each kind its own"
            yield layers.problem(f"groups.{kind}", text)
    if not seen:
        yield layers.problem("groups", "names no group; write at least all_pupils and all_staff")
    bound: dict[str, str] = layers.value("groups.bind") or {}
    if any(not name.startswith(f"gs-{school}-") for name in bound):
        text = f"holds a name that is none of this school's; they begin with gs-{school}-"
        yield layers.problem("groups.bind", text)
    if len(set(bound.values())) < len(bound):
        text = "binds two groups to one object; give each its own object id"
        yield layers.problem("groups.bind", text)


def _incomplete(layers: _Layers, section: str, names: tuple[str, ...]) -> Iterator[Problem]:
    silent = [name for name in names if layers.value(f"{section}.{name}") is None]
    if silent and len(silent) < len(names):
        said = next(name for name in names if name not in silent)
        text = f"stands without {' and '.join(silent)}; write {', '.join(names)} together"
        yield layers.problem(f"{section}.{said}", text)


def _group_names(layers: _Layers) -> dict[GroupKind, str]:
    names = {kind: layers.value(f"groups.{kind}") for kind in GroupKind}
    return {kind: name for kind, name in names.items() if name}


def _rules(layers: _Layers) -> Rules:
    value = layers.value
    return Rules(
        school=value("school.id"),
        name=value("school.name"),
        domain=value("school.domain"),
        trust=value("trust.id"),
        mode=Mode(value("sync.mode")),
        home={kind: Home(value(f"home.{kind}")) for kind in Kind},
        naming=_naming(layers),
        groups=GroupRules(names=_group_names(layers), bind=value("groups.bind") or {}),
        licences=_licences(layers),
        usage_location=value("usage_location"),
        limits={op: Limit(**_section(layers, f"limits.{op}", Limit)) for op in Operation},
        leaver=LeaverRules(**_section(layers, "leaver", LeaverRules)),
        absence=AbsenceRules(**_section(layers, "absence", AbsenceRules)),
        password=PasswordRules(**_section(layers, "password", PasswordRules)),
        protected=ProtectedRules(**_section(layers, "protected", ProtectedRules)),
        notify=tuple(value("notify.nightly")),
        roster=RosterRules(**_section(layers, "roster", RosterRules)),
        roll_over=_whole(layers, "roll_over", RollOver),
        waiver=_whole(layers, "approval.small_school_waiver", SmallSchoolWaiver),
        pack_sha256=layers.sha256,
        worklist=WorklistRules(
            **_section(layers, "home", WorklistRules), units=value("home.ou") or {}
        ),
        desk=DeskRules(
            **_section(layers, "password", DeskRules),
            reminder_days=value("password.change.reminder_days"),
            tell=value("password.compromised.notify"),
            addresses=value("notify.roles") or {},
        ),
    )


def _section(layers: _Layers, prefix: str, struct: type[Struct]) -> dict[str, Any]:
    """The effective values of a struct's fields, which are named as the keys are."""
    values = {name: layers.value(f"{prefix}.{name}") for name in struct.__struct_fields__}
    return {name: value for name, value in values.items() if value is not None}


def _whole(layers: _Layers, prefix: str, struct: type[_T]) -> _T | None:
    values = _section(layers, prefix, struct)
    return struct(**values) if values else None


def _naming(layers: _Layers) -> NamingRules:
    return NamingRules(
        alias={kind: layers.value(f"naming.{kind}") for kind in Kind},
        display={kind: layers.value(f"naming.display.{kind}") for kind in Kind},
        max_length=layers.value("naming.max_length"),
        reuse_after_days=layers.value("naming.reuse_after_days"),
    )


def _licences(layers: _Layers) -> dict[Kind, LicenceRules]:
    skus = layers.value("licences.staff.skus")
    if not skus:
        return {}
    plans = layers.value("licences.staff.disabled_plans") or ()
    location = layers.value("usage_location")
    return {Kind.STAFF: LicenceRules(skus=skus, disabled_plans=plans, usage_location=location)}
