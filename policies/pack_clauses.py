"""Clause ids in a pack that the register does not know; asked when a person looks, not at night.

The register is long: reading it for every school would cost the night more than it could find,
since ids change with a version and a version is looked at when it comes into force.
"""

from difflib import get_close_matches

from policies.pack_layers import Layers
from policies.pack_reading import CLAUSES, Problem


def unknown_clauses(layers: Layers) -> tuple[Problem, ...]:
    """Each clause id of the packs that does not exist, by file and line."""
    from policies.register import clause_ids

    known = clause_ids()
    return tuple(
        Problem(layer.file, entry.line, f"{CLAUSES}.{path}", _text(one, known))
        for layer in layers.speaking()
        for path, entry in layer.clauses.items()
        for one in entry.value
        if one not in known
    )


def _text(one: str, known: frozenset[str]) -> str:
    near = get_close_matches(one, known, n=1)
    mend = f"did you mean {near[0]}?" if near else "`graphsync policy coverage` lists them"
    return f"{one} is no clause of the register; {mend}"
