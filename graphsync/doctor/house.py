"""What can be told at home, without the tenant: settings, credential file, packs, exports."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from graphsync.doctor.findings import (
    Case,
    Finding,
    State,
    apart,
    broken,
    counted,
    each,
    ok,
    warning,
)
from graphsync.intake import losses
from graphsync.roster.problems import RosterRefused
from graphsync.roster.reading import Reading, read_roster
from graphsync.settings import NEEDED, PREFIX, Loaded, Need
from policies.pack_loading import SHIPPED_PACKS
from policies.rules import Rules
from policies.school_days import school_day

PAGES = {Need.PARENTS: "parents_url", Need.STAFF: "public_url"}
SOON_DAYS = 30  # a renewal takes a school's office some weeks
ROSTER_SECONDS = 8.0  # exports of the schools that follow are left unread after this


def settings(case: Case) -> Iterator[Finding]:
    """Every setting that is missing or wrong, and every name that is no setting."""
    problems = case.loaded.problems(*(need for need in Need if _is_met_with(need, case.loaded)))
    for problem in problems:
        what, mend = apart(problem, ". It ", "; ")
        yield broken("settings", what, f"It {mend}" if ". It " in problem else mend)
    for note in case.loaded.notes:
        what, _ = apart(note)
        yield warning("settings", what, "correct the name, or remove the line")
    if not problems:
        number = len(case.loaded.values.model_fields_set)
        yield ok("settings", f"{counted(number, 'setting')} given, none missing")


def _is_met_with(need: Need, loaded: Loaded) -> bool:
    """Whether a need is this installation's: who serves no page needs no address for one."""
    address = PAGES.get(need)
    given = address is None or getattr(loaded.values, address) is not None
    return given or bool(loaded.wrong.intersection(NEEDED[need]))


def certificate(case: Case) -> Iterator[Finding]:
    """How long the certificate holds; nothing where none is used."""
    from cryptography.x509 import load_pem_x509_certificate

    path = case.loaded.values.client_certificate_path
    if path is None:
        return
    try:
        ends = load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        yield broken(
            "certificate",
            f"{PREFIX}CLIENT_CERTIFICATE_PATH holds no readable certificate"
            f" ({type(error).__name__})",
            "name a PEM file with the private key and its certificate, readable by this user",
        )
        return
    yield lasting("certificate", ends, case.now(), "register a new certificate with the app")


def lasting(check: str, ends: datetime, now: datetime, mend: str) -> Finding:
    """How many days a credential still holds; a warning in its last thirty."""
    days = (ends - now).days
    if ends <= now:
        return broken(check, f"ended on {ends:%Y-%m-%d}", mend)
    if days < SOON_DAYS:
        return warning(check, f"ends in {counted(days, 'day')}, on {ends:%Y-%m-%d}", mend)
    return ok(check, f"{counted(days, 'day')} left, until {ends:%Y-%m-%d}")


def packs(case: Case) -> Iterator[Finding]:
    """Whether every pack can be used."""
    folder = case.loaded.values.packs_dir
    yield from each(
        "packs", State.BROKEN, case.pack_problems, "correct the pack, then run doctor again"
    )
    if folder == SHIPPED_PACKS:
        yield warning(
            "packs",
            "these are the examples that graphsync ships, of schools that do not exist",
            f"write your own (graphsync init proposes one) and set {PREFIX}PACKS_DIR",
        )
    elif case.rules:
        yield ok("packs", f"{counted(len(case.rules), 'school')}: {', '.join(sorted(case.rules))}")


def roster(case: Case) -> Iterator[Finding]:
    """Whether each school's exports can be read, how old they are and what they have lost."""
    root = case.loaded.values.roster_path
    if root is None:
        yield warning(
            "roster",
            f"{PREFIX}ROSTER_PATH is not set, so no export is looked at",
            "set it to the folder with one folder of SIMS exports for each school",
        )
        return
    ends = time.monotonic() + ROSTER_SECONDS
    for school, rules in sorted(case.rules.items()):
        if time.monotonic() > ends:
            yield warning(
                f"roster {school}",
                "not looked at: the schools before it took too long",
                f"run graphsync roster check {root / school}",
            )
        else:
            yield from _exports(case, root / school, rules)


def _exports(case: Case, folder: Path, rules: Rules) -> Iterator[Finding]:
    check = f"roster {rules.school}"
    if not folder.is_dir():
        yield broken(
            check, f"there is no folder {folder}", "let SIMS export the school's reports there"
        )
        return
    try:
        reading = read_roster((folder,), rules.school, rules.roster, case.now())
    except RosterRefused as refused:
        yield from each(check, State.BROKEN, map(str, refused.problems), "export again")
        return
    lost = _lost(case, rules, reading)
    yield from each(check, State.BROKEN, lost, "export again")
    if not lost:
        yield _readable(check, folder, reading, case.now())


def _lost(case: Case, rules: Rules, reading: Reading) -> list[str]:
    """What the exports have lost since those accepted last, vanished columns among it."""
    if case.store is None:
        return []
    now = case.now()
    return [str(one) for one in losses(case.store, rules, reading, school_day(now), now)]


def _readable(check: str, folder: Path, reading: Reading, now: datetime) -> Finding:
    oldest = min(file.stat().st_mtime for file in folder.iterdir() if file.is_file())
    hours = (now - datetime.fromtimestamp(oldest, UTC)).total_seconds() / 3600
    people = sum(reading.counts.values())
    text = f"readable, {people:,} people; the oldest file is {max(hours, 0):.0f} h old"
    if reading.problems:
        found = f"{text}; {counted(len(reading.problems), 'remark')} on its rows"
        return warning(check, found, f"run graphsync roster check {folder}")
    return ok(check, text)
