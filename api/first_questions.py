"""The questions of `graphsync init`, one by one; each wrong answer is asked again."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from api.asking import ask, ask_secretly
from graphsync.beginning.answers import SchoolAnswers
from graphsync.beginning.patterns import FALLBACK
from graphsync.beginning.seeing import Seen, populations, staff_sku
from graphsync.roster.reading import school_folders
from graphsync.settings import REQUIRED, settings_of
from graphsync.settings_words import EXPLAINED
from policies.pack_keys import KEYS
from policies.people import Kind

ASKED = (  # answer -> question; a secret is asked for only where there is no certificate
    ("tenant_id", "Directory (tenant) ID"),
    ("client_id", "Application (client) ID"),
    ("client_certificate_path", "PEM file with certificate and key (empty: a client secret)"),
    ("client_secret", "Client secret"),
    ("roster_path", "Folder with one folder of SIMS exports for each school"),
    ("mail_from", "Mailbox that the morning's mail is sent from (empty: none)"),
)
FIRST_SCHOOL = "School's id, short and lower-case, as its folder of exports is called"
NEXT_SCHOOL = "Another school's id (- for no more)"
NO_MORE = "-"
KEPT = ("authority", "graph_url", "ca_file", "stamp", "write_quota", "verify_wait")


def ask_settings() -> dict[str, str]:
    """Asked one by one; what the environment sets is the default, or is kept unasked."""
    values = settings_of({}).values
    known = {name: getattr(values, name) for name in values.model_fields_set}
    found = {name: str(known[name]) for name in KEPT if name in known}
    for name, question in ASKED:
        if name == "client_secret":
            if not found["client_certificate_path"]:
                found[name] = ask_secretly(question)
            continue
        found[name] = ask(question, str(known.get(name) or ""), partial(_wrong, name))
    return found


def _wrong(name: str, text: str) -> str:
    """What is wrong with one setting; empty for nothing, an optional one left out included."""
    shape, where = EXPLAINED[name]
    missing = not text and name in REQUIRED
    wrong = bool(text) and name in settings_of({name: text}).wrong
    return f"It is {shape}; {where}." if missing or wrong else ""


def ask_schools(seen: Seen | None, values: Mapping[str, str]) -> Iterator[SchoolAnswers]:
    """School after school, until a hyphen; the folders of exports are proposed, each once."""
    root = values.get("roster_path", "")
    folders = list(school_folders(Path(root))) if root else []
    domains = seen.domains if seen else ()
    school = ask(FIRST_SCHOOL, next(iter(folders), ""), partial(_key_problem, "school.id"))
    used = [school]
    while True:
        yield _ask_school(school, seen, domains)
        left = next((name for name in folders if name not in used), NO_MORE)
        school = ask(NEXT_SCHOOL, left, partial(_next_problem, used))
        if school == NO_MORE:
            return
        used.append(school)


def _next_problem(used: Sequence[str], text: str) -> str:
    if text in used:
        return "It was answered already."
    return "" if text == NO_MORE else _key_problem("school.id", text)


def _ask_school(school: str, seen: Seen | None, domains: Sequence[str]) -> SchoolAnswers:
    own = next((one for one in domains if one.startswith(f"{school}.")), next(iter(domains), ""))
    name = ask("Its name", "", partial(_key_problem, "school.name"))
    domain = ask("Its domain", own, partial(_key_problem, "school.domain"))
    people = populations(seen or Seen(), domain)
    patterns = {}
    for kind in Kind:
        best = people[kind].patterns
        patterns[kind] = ask(
            f"Pattern of a new {kind} account's sign-in name",
            best[0].pattern if best else FALLBACK[kind],
            partial(_key_problem, f"naming.{kind}"),
        )
    proposed = staff_sku(seen) if seen else None
    sku = ask("Licence for staff (empty: none)", proposed or "")
    return SchoolAnswers(
        id=school,
        name=name,
        domain=domain,
        pupil=patterns[Kind.PUPIL],
        staff=patterns[Kind.STAFF],
        staff_skus=(sku,) if sku else (),
    )


def _key_problem(path: str, text: str) -> str:
    """What is wrong with the value of a pack's key."""
    try:
        KEYS[path].read(text)
    except ValueError as error:
        return f"It {error}."
    return ""
