"""Passwords that people ask to be set anew, for themselves or for the pupils of their classes.

A person's own reset is no plan: somebody accountable is named, with a reason, for a few people at a
time (docs/decisions/0006). Everything is checked before the first write, or nothing is written.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from graphsync import worklist_desk
from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.class_logon_desk import renewed
from graphsync.desk_acts import DESK, Act, Desk, Told
from graphsync.desk_subjects import Subject, refuse, roster_of, subjects
from graphsync.passwords import drawn, sealer_of
from graphsync.report import Exit, Outcome
from graphsync.run_desk import event
from graphsync.store.secrets import Sealed
from graphsync.tenant import signing_in
from graphsync.tenant.door import Door, open_door
from graphsync.tenant.mailing import send_mail
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken, Refusal
from policies.entra_passwords import FirstSignIn
from policies.pack_loading import load_rules
from policies.password_phases import sign_in_terms
from policies.people import PersonKey
from policies.resets import teacher_refusal
from policies.rules import Rules
from policies.school_days import LONDON, school_day

NEW = "new password"
ASKED = "password_asked"
REFUSED = "password_refused"
IN_AD = "asked of Active Directory: see graphsync worklist"
# What a password or the sessions may end as: as asked, or as they were.
AS_ASKED = frozenset({str(Outcome.DONE), IN_AD})
AS_BEFORE = frozenset({str(Outcome.REFUSED), str(Outcome.NOT_TRIED)})
WEEK = timedelta(days=7)
OFTEN = 3  # new passwords of one person within a week that somebody should hear of (law B6)
KEPT = "the new password is sealed: should the slip not work, ask once more"


class Wish(Struct, frozen=True, kw_only=True):
    """Who is to have a new password, and why. `teacher` asks for pupils of their own classes.

    `counted`: whoever asks is bound by the number a day that binds a teacher, as a head of year is.
    """

    people: tuple[PersonKey, ...]
    reason: str
    teacher: PersonKey | None = None
    counted: bool = False


class ResetLine(Struct, frozen=True, kw_only=True):
    """What became of one person's reset; no password. `slip_until` is when the slip expires."""

    person: str
    password: str
    sessions: str
    slip_until: datetime | None = None
    note: str = ""


async def reset(bench: Bench, wish: Wish) -> tuple[ResetLine, ...]:
    """New passwords, sealed for slips, and every session ended.

    Raises Refusal with every reason, journalled, when one of them may not; Broken for a tenant that
    cannot be reached.
    """
    rules = _checked(bench, wish)
    try:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            found = await subjects(bench, door, wish.people, rules)
            lines = await Resets(bench, door, rules, wish).all(found)
            return tuple([await _noticed(bench, door, rules, one, lines) for one in found])
    except TenantProblem as problem:
        raise Broken(str(problem)) from problem


def exit_code(lines: Sequence[ResetLine]) -> Exit:
    """0 done or asked of Active Directory; 2 when nothing came of any; else 3."""
    well = [line.password in AS_ASKED and line.sessions in {*AS_ASKED, ""} for line in lines]
    if all(well):
        return Exit.DONE
    if all({line.password, line.sessions} <= {*AS_BEFORE, ""} for line in lines):
        return Exit.REFUSED
    return Exit.PARTLY


def _checked(bench: Bench, wish: Wish) -> Rules:
    """The rules of the school, when whoever asks may; raises Refusal."""
    schools = {person.school for person in wish.people}
    if len(schools) != 1 or (wish.teacher and wish.teacher.school not in schools):
        raise Refusal("name people of one school at a time")
    (school,) = schools
    rules = load_rules(bench.packs_dir, school)
    sealer_of(bench)
    if len(wish.people) > rules.desk.resets_at_once:
        raise Refusal(
            f"{len(wish.people)} people at once; the pack allows {rules.desk.resets_at_once}"
            " (password.resets_at_once): ask for fewer, so that somebody stands by each"
        )
    if wish.teacher is not None:
        _check_teacher(bench, wish, rules, wish.teacher)
    elif wish.counted:
        _check_day(bench, wish, rules, bench.requester, bench.requester)
    return rules


def _check_teacher(bench: Bench, wish: Wish, rules: Rules, teacher: PersonKey) -> None:
    roster = roster_of(bench, rules.school)
    today = school_day(bench.now())
    reasons = {
        pupil: why
        for pupil in wish.people
        if (why := teacher_refusal(roster, teacher, pupil, today))
    }
    if reasons:
        refuse(bench, REFUSED, reasons, f"{bench.requester} for {teacher}")
    _check_day(bench, wish, rules, str(teacher), f"{bench.requester} for {teacher}")


def _check_day(bench: Bench, wish: Wish, rules: Rules, asker: str, who: str) -> None:
    midnight = datetime.combine(school_day(bench.now()), time(), LONDON)
    done = bench.store.journal.count_events(rules.school, ASKED, asker, midnight)
    if done + len(wish.people) > rules.desk.resets_a_day:
        why = (
            f"{done} new passwords today for {asker}, and the pack allows"
            f" {rules.desk.resets_a_day} (password.resets_a_day): ask the IT manager"
        )
        refuse(bench, REFUSED, dict.fromkeys(wish.people, why), who)


async def _noticed(
    bench: Bench, door: Door, rules: Rules, one: Subject, lines: Sequence[ResetLine]
) -> ResetLine:
    """The line of this person, who is told by mail where they have a mailbox (law B6).

    No reset is silent. What went wrong with the mail is a note: the password is set.
    """
    (line,) = (each for each in lines if each.person == str(one.person))
    if not bench.mail_from or not one.account.mail or line.slip_until is None:
        return line
    text = (
        f"The school set a new password for your account on {school_day(bench.now())}."
        f" If nobody told you why, ask {rules.desk.slip_contact}.\n"
    )
    subject = f"{rules.name}: a new password for your account"
    problem = await send_mail(door, bench.mail_from, [one.account.mail], subject, text)
    if not problem:
        return line
    untold = f"the notice to the person was not sent: {problem}"
    return msgspec.structs.replace(line, note="; ".join(filter(None, (line.note, untold))))


def resets_this_week(bench: Bench, person: PersonKey) -> int:
    """How many new passwords were asked for this person in the last seven days (law B6)."""
    since = bench.now() - WEEK
    rows = bench.store.journal.of_person(person)
    return sum(row.operation == ASKED and row.at >= since for row in rows)


class Resets:
    """The resets of one command, one person after the other."""

    def __init__(self, bench: Bench, door: Door, rules: Rules, wish: Wish) -> None:
        self.bench = bench
        self.desk = Desk(bench, door)
        self.door = door
        self.rules = rules
        self.wish = wish
        self.run = f"{DESK}{bench.new_id()[:10]}"
        self.until = bench.now() + timedelta(days=rules.password.slip_valid_days)

    async def all(
        self, found: Iterable[Subject], *, revoke_anyway: bool = False
    ) -> tuple[ResetLine, ...]:
        """Each of them, and what became of it; a desk that breaks leaves the rest untried."""
        listed = list(found)
        asked: dict[PersonKey, str] = {}
        for one in listed:
            if self.desk.broken:
                break
            if one.account.mastered_in_ad:
                asked[one.person] = self._ask_ad(one)
            else:
                await self._set(one)
            told = self.desk.told(one.person, "set_password")
            accepted = told is not None and told.outcome in {Outcome.DONE, Outcome.UNKNOWN}
            if (accepted or revoke_anyway) and not self.desk.broken:
                await self._revoke(one)
        await self.desk.verify()
        self._renew_logons(listed)
        return tuple(self._line(one, asked.get(one.person)) for one in listed)

    def _renew_logons(self, found: Iterable[Subject]) -> None:
        for one in found:
            told = self.desk.told(one.person, "set_password")
            if told is not None and told.outcome is Outcome.DONE:
                renewed(self.bench, one.person)

    def _ask_ad(self, one: Subject) -> str:
        try:
            worklist_desk.ask_password(self.bench, one.person, self.wish.reason)
        except Refusal as problem:
            return str(problem)
        self.bench.store.journal.append([self._asked(one.person)])
        return IN_AD

    async def _set(self, one: Subject) -> None:
        secrets = self.bench.store.secrets
        earlier = secrets.kept(one.person)
        terms = sign_in_terms(one.kind, one.facts.phase, self.rules.password)
        must_change = terms.first_sign_in is FirstSignIn.CHANGE
        password = drawn(self.bench, self.rules, one.facts, *_names(one.account))
        sealed = Sealed(
            one.person,
            NEW,
            sealer_of(self.bench).seal(password),
            self.bench.now(),
            self.until,
            must_change,
        )

        def keep() -> None:
            secrets.put([sealed])
            self.bench.store.journal.append([self._asked(one.person)])

        def put_back(told: Told) -> None:
            """What certainly was not set is forgotten: the earlier one is still good."""
            if told.outcome in {Outcome.REFUSED, Outcome.NOT_TRIED}:
                secrets.drop(one.person)
                secrets.put([earlier] if earlier else [])

        await self.desk.write(
            self._act(one, "set_password", {"forceChangePasswordNextSignIn": must_change}),
            lambda: signing_in.set_password(
                self.door, one.account.id, password, must_change=must_change
            ),
            alongside=keep,
            afterwards=put_back,
        )

    async def _revoke(self, one: Subject) -> None:
        act = self._act(one, "revoke_sessions", {})
        await self.desk.write(act, lambda: signing_in.revoke_sessions(self.door, one.account.id))

    def _act(self, one: Subject, operation: str, more: dict[str, Any]) -> Act:
        return Act(
            run=self.run,
            operation=operation,
            school=one.person.school,
            person=one.person,
            kind=one.kind,
            account=one.account,
            why={
                **more,
                "reason": self.wish.reason,
                "requester": self.bench.requester,
                "teacher": str(self.wish.teacher or ""),
            },
        )

    def _asked(self, person: PersonKey) -> Any:
        who = str(self.wish.teacher or self.bench.requester)
        return msgspec.structs.replace(event(person.school, self.run, ASKED, who), person=person)

    def _line(self, one: Subject, asked: str | None) -> ResetLine:
        password = self.desk.told(one.person, "set_password")
        sessions = self.desk.told(one.person, "revoke_sessions")
        told = [each for each in (password, sessions) if each is not None]
        set_now = password and password.outcome not in {Outcome.REFUSED, Outcome.NOT_TRIED}
        notes = [*(each.note for each in told if each.note)]
        if password and password.outcome is Outcome.UNKNOWN:
            notes.append(KEPT)
        return ResetLine(
            person=str(one.person),
            password=asked or str(password.outcome if password else Outcome.NOT_TRIED),
            sessions=str(sessions.outcome) if sessions else "",
            slip_until=self.until if set_now else None,
            note="; ".join(dict.fromkeys(notes)),
        )


def _names(account: Account) -> tuple[str | None, ...]:
    return (account.display_name, account.given_name, account.surname, account.mail_nickname)
