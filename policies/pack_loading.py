"""A school's packs, resolved into its effective rules (decision: strictest of the layers).

A pack that is wrong anywhere is refused as a whole, with every problem by file and line: rules that
are half understood would write to a tenant.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from policies.consent_forms import form_problems
from policies.consent_loading import consent_rules, licence_rules
from policies.mail_loading import mail_rules
from policies.pack_contradictions import contradictions, group_names
from policies.pack_keys import KEYS
from policies.pack_layers import (
    DEFAULTS,
    SHIPPED_PACKS,
    TRUST,
    Layers,
    PackRefused,
    read_layers,
    refused,
)
from policies.pack_reading import Problem
from policies.pack_schema import Key
from policies.password_loading import password_rules
from policies.people import Kind
from policies.rules import (
    AbsenceRules,
    ClassKind,
    ClassLogonRules,
    DeskRules,
    FilterBy,
    GroupRules,
    HoldRules,
    Home,
    LeaverRules,
    Limit,
    Mode,
    NamingRules,
    Operation,
    ProtectedRules,
    RetentionRules,
    RollOver,
    RosterRules,
    Rules,
    SmallSchoolWaiver,
    WorklistRules,
)

__all__ = [
    "SHIPPED_PACKS",
    "PackRefused",
    "load_all",
    "load_each",
    "load_layers",
    "load_rules",
    "rules_of",
    "schools",
]
_T = TypeVar("_T", bound=Struct)
_MAY = (
    (Kind.STAFF, "password.user_may_change.staff"),
    (Kind.PUPIL, "password.user_may_change.student"),
)


def load_rules(packs_dir: Path, school: str) -> Rules:
    """The effective rules of the school from `packs_dir`/<school>.yaml, under trust.yaml if there.

    Raises PackRefused with every problem when a layer cannot be read, holds an unknown key or a
    wrong type, or when the layers contradict themselves.
    """
    return rules_of(load_layers(packs_dir, school))


def load_layers(packs_dir: Path, school: str) -> Layers:
    """The layers behind those rules; raises PackRefused as `load_rules` does."""
    layers = read_layers(packs_dir, school)
    if problems := _problems(layers, school):
        raise PackRefused(problems)
    if unfit := sorted(form_problems(layers, packs_dir)):
        raise PackRefused(tuple(map(str, unfit)))
    return layers


@lru_cache(maxsize=512)
def _problems(layers: Layers, school: str) -> tuple[str, ...]:
    problems = [p for layer in (*layers.speaking(), layers.defaults) for p in layer.problems]
    problems = problems or [*_missing(layers), *contradictions(layers, school)]
    return tuple(map(str, sorted(problems)))


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
    except PackRefused as refusal:
        return {}, refusal.problems
    for school in found:
        try:
            rules[school] = load_rules(packs_dir, school)
        except PackRefused as refusal:
            problems |= dict.fromkeys(refusal.problems)
    return rules, tuple(problems)


def schools(packs_dir: Path) -> list[str]:
    """The ids of the schools that have a pack there; raises PackRefused for none, or for .yml."""
    files = sorted(packs_dir.iterdir()) if packs_dir.is_dir() else []
    if odd := [file.name for file in files if file.suffix == ".yml"]:
        text = "ends in .yml and would be overlooked; rename it to .yaml"
        raise PackRefused(tuple(str(Problem(name, 1, "(file)", text)) for name in odd))
    packs = [file for file in files if file.suffix == ".yaml"]
    found = [file.stem for file in packs if file.name not in {DEFAULTS, TRUST}]
    if not found:
        raise refused(str(packs_dir), "holds no school's pack; put <school-id>.yaml there")
    return found


def _missing(layers: Layers) -> Iterator[Problem]:
    for key in KEYS.values():
        if key.required and layers.value(key.path) is None:
            yield layers.problem(key.path, _where_to_say(key))
    if layers.trust:
        for path in ("trust.id", "trust.name"):
            if path not in layers.trust.entries:
                yield Problem(TRUST, 1, path, "is missing; write trust: {id: …, name: …}")


def _where_to_say(key: Key) -> str:
    where = "this pack" if key.only else "this pack or trust.yaml"
    return f"is missing; write it in {where}"


@lru_cache(maxsize=512)
def rules_of(layers: Layers) -> Rules:
    """The effective rules of layers that hold no problem."""
    value = layers.value
    return Rules(
        school=value("school.id"),
        name=value("school.name"),
        domain=value("school.domain"),
        trust=value("trust.id"),
        mode=Mode(value("sync.mode")),
        home={kind: Home(value(f"home.{kind}")) for kind in Kind},
        naming=_naming(layers),
        groups=_groups(layers),
        licences=licence_rules(layers),
        licence_priority=layers.value("licences.priority") or (),
        licence_unused_days=value("licences.unused_days"),
        consent=consent_rules(layers),
        usage_location=value("usage_location"),
        limits={op: Limit(**_section(layers, f"limits.{op}", Limit)) for op in Operation},
        leaver=LeaverRules(**_section(layers, "leaver", LeaverRules)),
        absence=AbsenceRules(**_section(layers, "absence", AbsenceRules)),
        password=password_rules(layers),
        protected=_protected(layers),
        notify=tuple(value("notify.nightly")),
        roster=RosterRules(
            **_section(layers, "roster", RosterRules),
            types=value("person_types") or {},
            consent_phrases=value("consent.hint_phrases") or (),
        ),
        roll_over=_whole(layers, "roll_over", RollOver),
        waiver=_whole(layers, "approval.small_school_waiver", SmallSchoolWaiver),
        pack_sha256=layers.sha256,
        worklist=WorklistRules(
            **_section(layers, "home", WorklistRules), units=value("home.ou") or {}
        ),
        class_logons=_class_logons(layers),
        holds=HoldRules(**_section(layers, "holds", HoldRules)),
        retention=RetentionRules(**_section(layers, "retention", RetentionRules)),
        contact_point=value("contact_point") or "",
        technical_team=value("roles.technical_team.accounts") or (),
        desk=DeskRules(
            **_section(layers, "password", DeskRules), addresses=value("notify.roles") or {}
        ),
        mail=mail_rules(layers),
    )


def _section(layers: Layers, prefix: str, struct: type[Struct]) -> dict[str, Any]:
    """The effective values of a struct's fields, which are named as the keys are."""
    values = {name: layers.value(f"{prefix}.{name}") for name in struct.__struct_fields__}
    return {name: value for name, value in values.items() if value is not None}


def _whole(layers: Layers, prefix: str, struct: type[_T]) -> _T | None:
    values = _section(layers, prefix, struct)
    return struct(**values) if values else None


def _naming(layers: Layers) -> NamingRules:
    return NamingRules(
        alias={kind: layers.value(f"naming.{kind}") for kind in Kind},
        display={kind: layers.value(f"naming.display.{kind}") for kind in Kind},
        max_length=layers.value("naming.max_length"),
        reuse_after_days=layers.value("naming.reuse_after_days"),
    )


def _groups(layers: Layers) -> GroupRules:
    bound = layers.value("groups.bind") or {}
    rows = {name: layers.problem("groups.bind", "", name) for name in bound}
    return GroupRules(
        names=group_names(layers),
        bind=bound,
        bind_rows={name: f"{row.file}:{row.line}" for name, row in rows.items()},
        adopt=frozenset(layers.value("groups.adopt") or ()),
        filter=FilterBy(layers.value("groups.filter")),
        class_kind=ClassKind(layers.value("groups.class_kind")),
        owner_confirmation_days=layers.value("groups.owner_confirmation_days"),
        teams=bool(layers.value("groups.teams")),
        team_clauses=layers.provenance("groups.teams").clauses,
        old_rights_first=bool(layers.value("accounts.mover.remove_old_rights_first")),
    )


def _protected(layers: Layers) -> ProtectedRules:
    return ProtectedRules(
        accounts=layers.value("protected.accounts"),
        groups=layers.value("protected.groups"),
        administrators=layers.value("protected.administrators") or {},
        clauses=layers.provenance("protected.administrators").clauses,
    )


def _class_logons(layers: Layers) -> ClassLogonRules:
    if not layers.value("accounts.class_logons.allowed"):
        clauses = layers.provenance("accounts.class_logons.allowed").clauses
        return ClassLogonRules(clauses=clauses)
    first = layers.value("accounts.individual_from_year")
    last = layers.value("accounts.class_logons.up_to_year")
    return ClassLogonRules(
        individual_from_year=None if first == "all" else first,
        up_to_year=str(last) if last else "R",
    )
