"""The first `.env` and packs as texts, tried with the product's own loaders before writing."""

import json
import os
import re
from collections.abc import Mapping
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from dotenv import dotenv_values

from graphsync.accounts import Sku
from graphsync.beginning.answers import SchoolAnswers
from graphsync.beginning.patterns import FALLBACK, InUse
from graphsync.beginning.seeing import Population, Seen, bindable, free, populations, staff_sku
from graphsync.settings import PREFIX
from graphsync.settings_words import EXPLAINED
from graphsync.trouble import Refusal
from policies.pack_loading import PackRefused, load_rules
from policies.people import Kind

_PLAIN = re.compile(r"[A-Za-z0-9_./:@=+~,-]+")
_WORDS = {Kind.PUPIL: "pupils'", Kind.STAFF: "staff"}
GROUPS = {
    "all_pupils": "{school} All pupils",
    "all_staff": "{school} All staff",
    "year": "{school} Year {year}",
    "registration": "{school} Form {form}",
}


def env_text(values: Mapping[str, str], day: date) -> str:
    """The `.env` of these settings, each with what it is; raises Refusal for one it cannot hold."""
    lines = [f"# Written by graphsync init on {day}. It holds secrets: keep it to yourself."]
    for name, value in values.items():
        lines += [f"# {EXPLAINED[name][0]}", f"{PREFIX}{name.upper()}={_quoted(value)}"]
    text = "\n".join(lines) + "\n"
    held = dotenv_values(stream=StringIO(text))
    for name, value in values.items():
        if held.get(PREFIX + name.upper()) != value:
            raise Refusal(
                f"the value for {PREFIX}{name.upper()} cannot be written to a .env file; "
                "set it in the environment instead"
            )
    return text


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def pack_text(school: SchoolAnswers, seen: Seen | None, day: date) -> str:
    """The pack of a school: the answers, and what the tenant proposes where there is none."""
    there = seen or Seen()
    domain = school.domain or next(iter(there.domains), "")
    people = populations(there, domain)
    head = {"id": school.id, "name": school.name, "domain": domain}
    parts = [
        f"# Written by graphsync init on {day}: for a person to read, change and sign off.",
        f"school: {json.dumps(head, ensure_ascii=False)}",
        *_remarks("The tenant's verified domains: ", there.domains),
        "",
        *_home(people),
        "",
        "naming:",
        *_naming(Kind.PUPIL, school.pupil, people),
        *_naming(Kind.STAFF, school.staff, people),
        "",
        "groups:",
        *(f"  {kind}: {json.dumps(name)}" for kind, name in GROUPS.items()),
        *_binding(there, school.id),
        "",
        *_licences(school, there),
        "",
        "# Sign-in names or object ids that are never changed: scanners, services, guests.",
        "protected: {accounts: [], groups: []}",
    ]
    return "\n".join(parts) + "\n"


def _remarks(start: str, names: tuple[str, ...]) -> list[str]:
    return [f"# {start}{', '.join(names)}"] if names else []


def _home(people: Mapping[Kind, Population]) -> list[str]:
    """Active Directory where it masters most accounts of a kind."""
    homes = {
        kind: "ad" if one.mastered * 2 > one.number else "cloud" for kind, one in people.items()
    }
    told = [
        f"# Active Directory masters {one.mastered} of {one.number} {_WORDS[kind]} accounts."
        for kind, one in people.items()
        if one.mastered
    ]
    return [*told, "home: {" + ", ".join(f"{kind}: {home}" for kind, home in homes.items()) + "}"]


def _naming(kind: Kind, answer: str, people: Mapping[Kind, Population]) -> list[str]:
    found = people[kind].patterns
    chosen = answer or (found[0].pattern if found else FALLBACK[kind])
    return [*(f"  # {_share(one, kind)}" for one in found), f"  {kind}: {json.dumps(chosen)}"]


def _share(one: InUse, kind: Kind) -> str:
    share = 100 * one.explains / one.of
    return f"{one.pattern} explains {share:.0f} % of {one.of} {_WORDS[kind]} accounts"


def _binding(seen: Seen, school: str) -> list[str]:
    """Groups to bind are proposed as remarks alone: binding puts people into them."""
    found = bindable(seen, school)
    lines = [f"  #   {name}: {group.id}  # {_shown(group.display_name)}" for name, group in found]
    proposed = [
        "  # Existing groups that might stand in their place, once somebody said so:",
        "  # bind:",
        *lines,
    ]
    number = len(seen.school_data_sync)
    left = f"  # Left out: {number} that School Data Sync made; graphsync leaves them alone."
    return [*(proposed if found else []), *([left] if number else [])]


def _shown(text: str | None) -> str:
    return json.dumps(" ".join((text or "").split()), ensure_ascii=False)


def _licences(school: SchoolAnswers, seen: Seen) -> list[str]:
    proposed = staff_sku(seen)
    chosen = school.staff_skus if school.staff_skus is not None else (proposed,) if proposed else ()
    told = [f"# {_stock(one)}" for one in sorted(seen.skus, key=lambda one: one.sku_part_number)]
    if not chosen:
        return [*told, "# licences:", "#   staff: {skus: [STANDARDWOFFPACK_FACULTY], mode: user}"]
    skus = ", ".join(json.dumps(one) for one in chosen)
    return [*told, "licences:", f"  staff: {{skus: [{skus}], mode: user}}"]


def _stock(sku: Sku) -> str:
    return f"{sku.sku_part_number}: {free(sku):,} of {sku.enabled_units:,} free"


def tried_packs(packs: Mapping[str, str]) -> None:
    """Loads the packs as a night would; raises Refusal with every problem."""
    problems: dict[str, None] = {}
    with TemporaryDirectory() as folder:
        for school, text in packs.items():
            (Path(folder) / f"{school}.yaml").write_text(text, "utf-8")
        for school in packs:
            try:
                load_rules(Path(folder), school)
            except PackRefused as refused:
                problems |= dict.fromkeys(refused.problems)
    if problems:
        raise Refusal("\n".join(problems))


def refuse_standing(files: Mapping[Path, str]) -> None:
    """Raises Refusal naming every file that is there already: nothing is overwritten."""
    if standing := [str(path) for path in files if path.exists() or path.is_symlink()]:
        raise Refusal(
            f"{', '.join(standing)}: there already, and never overwritten; move it away, or write "
            "elsewhere with --out DIR"
        )


def write_new(files: Mapping[Path, str]) -> None:
    """Writes files that are not there, for the owner alone; raises Refusal for one that is."""
    refuse_standing(files)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
