"""What contradicts itself in a school's packs: refused when they are loaded, by file and line."""

from collections.abc import Collection, Iterator

from policies.pack_layers import Layers
from policies.pack_reading import Problem
from policies.people import Kind
from policies.policy_contradictions import policy_contradictions
from policies.rules import ClassKind, GroupKind


def contradictions(layers: Layers, school: str) -> Iterator[Problem]:
    """Every contradiction, at the line of one of the two keys."""
    if layers.value("school.id") not in {school, None}:
        yield layers.problem("school.id", "differs from the file's name; make them the same")
    yield from _trust_contradictions(layers)
    yield from _group_contradictions(layers, school)
    for kind in Kind:
        off, skus = f"licences.{kind}.disabled_plans", f"licences.{kind}.skus"
        if layers.value(off) and not layers.value(skus):
            yield layers.problem(off, f"are plans of no licence; name the licences in {skus}")
    yield from _incomplete(layers, "roll_over", ("starts", "ends", "approved_by"))
    yield from _incomplete(layers, "approval.small_school_waiver", ("until", "reason", "named_by"))
    starts, ends = layers.value("roll_over.starts"), layers.value("roll_over.ends")
    if starts and ends and ends < starts:
        yield layers.problem("roll_over.ends", "lies before roll_over.starts; mend one of them")
    yield from policy_contradictions(layers)


def _trust_contradictions(layers: Layers) -> Iterator[Problem]:
    named = layers.value("school.trust")
    if named and not layers.trust:
        yield layers.problem("school.trust", "names a trust, but there is no trust.yaml; add it")
    elif named and named != layers.value("trust.id"):
        yield layers.problem("school.trust", "is not the id in trust.yaml; make them the same")


def _group_contradictions(layers: Layers, school: str) -> Iterator[Problem]:
    seen: dict[str, GroupKind] = {}
    for kind, pattern in group_names(layers).items():
        other = seen.setdefault(" ".join(pattern.casefold().split()), kind)
        if other is not kind:
            text = f"has the same name as groups.{other}; give each kind its own"
            yield layers.problem(f"groups.{kind}", text)
    if not seen:
        yield layers.problem("groups", "names no group; write at least all_pupils and all_staff")
    yield from _team_contradictions(layers, seen.values())
    yield from _binding_contradictions(layers, school)


def _team_contradictions(layers: Layers, kinds: Collection[GroupKind]) -> Iterator[Problem]:
    """Only a Microsoft 365 group can become a Team (Graph docs: team-put-teams)."""
    if not layers.value("groups.teams"):
        return
    if layers.value("groups.class_kind") != ClassKind.M365:
        text = "needs groups.class_kind: m365, since no security group becomes a Team; write both"
        yield layers.problem("groups.teams", text)
    if GroupKind.CLASS not in kinds:
        text = "stands without groups.class, so that no class has a group; write both or neither"
        yield layers.problem("groups.teams", text)


def _binding_contradictions(layers: Layers, school: str) -> Iterator[Problem]:
    bound: dict[str, str] = layers.value("groups.bind") or {}
    taken: set[str] = set()
    for name, object_id in bound.items():
        if not name.startswith(f"gs-{school}-"):
            text = f"holds a name that is none of this school's; they begin with gs-{school}-"
            yield layers.problem("groups.bind", text, name)
        if object_id in taken:
            text = "binds two groups to one object; give each its own object id"
            yield layers.problem("groups.bind", text, name)
        taken.add(object_id)
    if set(layers.value("groups.adopt") or ()) - bound.keys():
        text = "holds a name that is not in groups.bind; bind that group first, or remove the name"
        yield layers.problem("groups.adopt", text)


def _incomplete(layers: Layers, section: str, names: tuple[str, ...]) -> Iterator[Problem]:
    silent = [name for name in names if layers.value(f"{section}.{name}") is None]
    if silent and len(silent) < len(names):
        said = next(name for name in names if name not in silent)
        text = f"stands without {' and '.join(silent)}; write {', '.join(names)} together"
        yield layers.problem(f"{section}.{said}", text)


def group_names(layers: Layers) -> dict[GroupKind, str]:
    """The patterns of the groups that the school keeps."""
    names = {kind: layers.value(f"groups.{kind}") for kind in GroupKind}
    return {kind: name for kind, name in names.items() if name}
