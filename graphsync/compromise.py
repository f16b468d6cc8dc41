"""Somebody else may know a password: new one, sessions ended, and the right person told at once.

The report is kept first, whatever Graph then answers. Whom to tell is the pack's word
(`password.compromised.notify`), the role's address stands in `notify.roles`.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.breach_drafts import Trigger, draft_for
from graphsync.desk_subjects import subjects
from graphsync.password_desk import AS_ASKED, AS_BEFORE, ResetLine, Resets, Wish
from graphsync.passwords import sealer_of
from graphsync.report import Exit, Outcome
from graphsync.run_desk import event
from graphsync.store.journal import Entry
from graphsync.tenant.door import Door, open_door
from graphsync.tenant.mailing import send_mail
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken, Refusal
from policies.pack_loading import load_rules
from policies.people import PersonKey
from policies.rules import DeskRules, Rules
from policies.school_days import LONDON

TOLD = "told by mail"
OPENED = "incident_opened"


class Incident(Struct, frozen=True, kw_only=True):
    """A compromised password: what was done, and who was told. Moments are UTC."""

    incident: str
    person: str
    reported_at: datetime
    acted_at: datetime
    routed_to: tuple[str, ...]
    told: str
    password: str
    sessions: str
    slip_until: datetime | None
    note: str

    @property
    def exit_code(self) -> Exit:
        """0 when both were done and the role was told; 2 when nothing came of it; else 3."""
        if self.password in AS_BEFORE and self.sessions in {*AS_BEFORE, ""}:
            return Exit.REFUSED
        well = {self.password, self.sessions} <= AS_ASKED and self.told == TOLD
        return Exit.DONE if well else Exit.PARTLY


async def compromised(bench: Bench, person: PersonKey, reported: datetime | None) -> Incident:
    """Set a new password, end every session, tell the role of the pack; None for reported now.

    An account that may not be touched is left alone, and the role is told so. Raises Broken when
    the tenant cannot be reached: the incident stands, and the text says whom to tell by hand.
    """
    now = bench.now()
    if reported is not None and reported > now:
        raise Refusal("--reported lies in the future")
    rules = load_rules(bench.packs_dir, person.school)
    sealer_of(bench)
    case = _Case(
        id=f"i-{bench.new_id()[:8]}",
        person=person,
        reported_at=reported or now,
        acted_at=now,
        roles=rules.password.compromised.notify,
    )
    _journal(bench, case, OPENED, ", ".join(case.roles))
    draft_for(bench, person.school, Trigger.PASSWORD_KNOWN, f"incident:{case.id}")
    try:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            line = await _act(bench, door, rules, case)
            told = await _tell(bench, door, rules.desk, case, line)
    except TenantProblem as problem:
        raise Broken(
            f"incident {case.id} is kept, but the tenant could not be used: {problem}."
            f" {_tell_yourself(case.roles)}, and ask again"
        ) from problem
    _journal(bench, case, "incident_told", told)
    return Incident(
        incident=case.id,
        person=str(person),
        reported_at=case.reported_at,
        acted_at=case.acted_at,
        routed_to=case.roles,
        told=told,
        password=line.password,
        sessions=line.sessions,
        slip_until=line.slip_until,
        note=line.note,
    )


class _Case(Struct, frozen=True, kw_only=True):
    id: str
    person: PersonKey
    reported_at: datetime
    acted_at: datetime
    roles: tuple[str, ...]


async def _act(bench: Bench, door: Door, rules: Rules, case: _Case) -> ResetLine:
    wish = Wish(people=(case.person,), reason=f"compromised, incident {case.id}")
    try:
        found = await subjects(bench, door, wish.people, rules)
        (line,) = await Resets(bench, door, rules, wish).all(found, revoke_anyway=True)
    except Refusal as problem:
        refused = str(Outcome.REFUSED)
        return ResetLine(person=str(case.person), password=refused, sessions="", note=str(problem))
    return line


async def _tell(bench: Bench, door: Door, rules: DeskRules, case: _Case, line: ResetLine) -> str:
    """How the roles were told, and which of them a person has to tell."""
    addresses = {role: rules.addresses.get(role) for role in case.roles if bench.mail_from}
    known = tuple(sorted({address for address in addresses.values() if address}))
    untold = tuple(role for role in case.roles if not addresses.get(role))
    if known:
        subject = f"graphsync: {case.id}: somebody else may know a password"
        text = _text(case, line)
        if why := await send_mail(door, bench.mail_from, known, subject, text):
            return f"not by mail ({why}): {_tell_yourself(case.roles)}"
    return _tell_yourself(untold) if untold else TOLD


def _tell_yourself(roles: Sequence[str]) -> str:
    named = " and the ".join(role.replace("_", " ") for role in roles)
    return f"tell the {named} yourself, now"


def _text(case: _Case, line: ResetLine) -> str:
    """The mail: a key, times and what was done; neither a name nor a password."""
    reported = f"{case.reported_at.astimezone(LONDON):%d %B %Y at %H:%M}"
    lines = [
        f"Somebody else may know the password of {case.person}.",
        f"Reported on {reported}, acted on at {case.acted_at.astimezone(LONDON):%H:%M}.",
        f"New password: {line.password}. Sessions ended: {line.sessions or 'no'}. {line.note}",
        f"To see who that is and what was done: graphsync person {case.person}",
        "An access token that was given out before may work for up to an hour.",
    ]
    return "\n".join(one.strip() for one in lines) + "\n"


def _journal(bench: Bench, case: _Case, operation: str, result: str) -> None:
    after = {
        "incident": case.id,
        "kind": "password known to others",
        "reported_at": case.reported_at.isoformat(),
        "by": bench.requester,
    }
    bench.store.journal.append([journal_of(case.person, operation, result, after)])


def journal_of(person: PersonKey, operation: str, result: str, after: dict[str, str]) -> Entry:
    """The journal's entry about a compromised password."""
    row = event(person.school, "", operation, result)
    return msgspec.structs.replace(row, person=person, after=after)
