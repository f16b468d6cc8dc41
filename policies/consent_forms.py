"""The printed editions of the forms, as data: shipped ones, and a school's own beside its packs."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from policies.consent_records import FormVersion, Notice
from policies.form_reading import SCHOOL, read_edition
from policies.pack_layers import Layers, PackRefused
from policies.pack_reading import Problem

SHIPPED_FORMS = Path(__file__).parent / "forms"
VERSIONS = "consent.form.versions"


def load_forms(packs_dir: Path, named: Iterable[str]) -> Mapping[str, FormVersion]:
    """The editions of these ids, from `packs_dir`/forms or as shipped in policies/forms.

    Files are read each time and understood once. Raises PackRefused with every problem when one
    cannot be used, or does not exist.
    """
    editions: dict[str, FormVersion] = {}
    problems: list[Problem] = []
    for one in named:
        edition, found = _read(packs_dir, one)
        problems += found
        if edition:
            editions[one] = edition
    if problems:
        raise PackRefused(tuple(map(str, problems)))
    return editions


def form_problems(layers: Layers, packs_dir: Path) -> Iterator[Problem]:
    """What is wrong with the editions that a school's packs name, at the line of pack or form."""
    for one in dict.fromkeys(layers.value(VERSIONS) or ()):
        for problem in _read(packs_dir, one)[1]:
            missing = problem.key == VERSIONS
            yield layers.problem(VERSIONS, problem.text) if missing else problem


def filled(edition: FormVersion, school: str) -> FormVersion:
    """The edition as the parents of the school of this name read it; its digest stays."""

    def put_in(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text.replace(f"{{{SCHOOL}}}", school) for text in texts)

    slots = Notice.__struct_fields__
    return replace(
        edition,
        title=put_in((edition.title,))[0],
        question=put_in((edition.question,))[0],
        words=put_in(edition.words),
        fields=put_in(edition.fields),
        notice=Notice(**{slot: put_in(getattr(edition.notice, slot)) for slot in slots}),
    )


def _read(packs_dir: Path, one: str) -> tuple[FormVersion | None, tuple[Problem, ...]]:
    name = f"forms/{one}.yaml"
    own, shipped = _bytes(packs_dir / name), _bytes(SHIPPED_FORMS / f"{one}.yaml")
    content = shipped if own is None else own
    if content is None:
        text = f"names {one}, an edition that is neither shipped nor beside the packs; add {name}"
        return None, (Problem(name, 1, VERSIONS, text),)
    if shipped not in {None, content}:
        text = "has the id of a shipped edition, and other words; give it an id of its own"
        return None, (Problem(name, 1, "id", text),)
    return read_edition(name, content)


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
