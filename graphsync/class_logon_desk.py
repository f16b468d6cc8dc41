"""Class log-ons as people ask for, take note of and end them; each step is journalled."""

from datetime import date, timedelta

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consenting import consents_on
from graphsync.desk_subjects import roster_of
from graphsync.run_desk import event
from graphsync.trouble import Refusal
from policies.class_logons import (
    ClassLogon,
    end_of_school_year,
    holders_gone,
    logon_key,
    refusals,
    waiting_for,
    year_of,
)
from policies.licensing import without_permission
from policies.pack_loading import load_rules
from policies.people import Kind, Person, PersonKey, Roster
from policies.school_days import school_day


class LogonLine(Struct, frozen=True, kw_only=True):
    """One class log-on in a list; holders by key, `state` in words.

    `no_permission` are the pupils of the class whose ICT form is missing, where the pack asks for
    it: they may not use the log-on (SNMAT-F1.3).
    """

    logon: str
    form: str
    year: str
    requested_by: str
    requested_on: date
    ends_on: date
    holders: tuple[str, ...]
    state: str
    no_permission: tuple[str, ...] = ()


def request(
    bench: Bench,
    school: str,
    form: str,
    requested_by: str,
    requested_on: date,
    holders: tuple[PersonKey, ...],
) -> LogonLine:
    """Record that the school asked for a log-on of this registration group.

    Nothing is made before each holder has taken note of the risks. Raises Refusal with every
    reason: the pack refuses it, the class is too old or unknown, a holder is no member of staff.
    """
    rules = load_rules(bench.packs_dir, school)
    roster = roster_of(bench, school)
    day = school_day(bench.now())
    against = list(refusals(form, requested_on, holders, roster, rules, day))
    ends_on = end_of_school_year(day)
    key = logon_key(school, form, ends_on)
    if not against and any(one.key == key for one in bench.store.class_logons.of(school)):
        against.append(f"{key} stands already; `graphsync class-logon list` shows it")
    if against:
        raise Refusal("no class log-on is asked for:\n" + "\n".join(f"  {why}" for why in against))
    logon = ClassLogon(
        key=key,
        form=form,
        year=year_of(form, roster) or "",
        requested_by=requested_by,
        requested_on=requested_on,
        ends_on=ends_on,
        holders=dict.fromkeys(holders),
    )
    return _keep(bench, logon, "class_logon_requested", roster)


def acknowledge(bench: Bench, key: PersonKey, holder: PersonKey) -> LogonLine:
    """Record that a member of staff has taken note of the risks of a shared password.

    Somebody who was not named before becomes a holder by it. Raises Refusal.
    """
    logon = _find(bench, key)
    roster = roster_of(bench, key.school)
    if not any(one.key == holder and one.kind is Kind.STAFF for one in roster.people):
        raise Refusal(f"{holder} is no member of staff on the last accepted roster")
    if logon.holders.get(holder):
        raise Refusal(f"{holder} took note of it on {logon.holders[holder]} already")
    holders = {**logon.holders, holder: school_day(bench.now())}
    logon = msgspec.structs.replace(logon, holders=holders)
    return _keep(bench, logon, "class_logon_acknowledged", roster, holder)


def end(bench: Bench, key: PersonKey) -> LogonLine:
    """End a class log-on: the next night blocks it. Raises Refusal for one that has ended."""
    logon = _find(bench, key)
    today = school_day(bench.now())
    if logon.ends_on < today:
        raise Refusal(f"{key} ended on {logon.ends_on} already")
    logon = msgspec.structs.replace(logon, ends_on=today - timedelta(days=1))
    return _keep(bench, logon, "class_logon_ended", roster_of(bench, key.school))


def listing(bench: Bench, school: str) -> tuple[LogonLine, ...]:
    """Every class log-on of a school, the ended ones too."""
    roster = roster_of(bench, school)
    missing = _without_permission(bench, school, roster)
    return tuple(
        msgspec.structs.replace(
            _line(bench, one, roster),
            no_permission=tuple(str(pupil.key) for pupil in missing if pupil.form == one.form),
        )
        for one in bench.store.class_logons.of(school)
    )


def _without_permission(bench: Bench, school: str, roster: Roster) -> list[Person]:
    rules = load_rules(bench.packs_dir, school)
    if not rules.consent.ict_gate:
        return []
    stand = consents_on(bench, rules, roster, school_day(bench.now()))
    return [
        person
        for person in roster.people
        if without_permission(
            person, stand[person.key].ict if person.key in stand else None, rules.consent
        )
    ]


def renewed(bench: Bench, key: PersonKey) -> None:
    """After a new password nobody who has left still knows it: they are holders no more.

    Does nothing for the key of a person.
    """
    logon = _standing(bench, key)
    if logon is None:
        return
    gone = holders_gone(logon, roster_of(bench, key.school), school_day(bench.now()))
    left = {holder: day for holder, day in logon.holders.items() if holder not in gone}
    bench.store.class_logons.put(msgspec.structs.replace(logon, holders=left))


def _find(bench: Bench, key: PersonKey) -> ClassLogon:
    logon = _standing(bench, key)
    if logon is None:
        listed = f"`graphsync class-logon list {key.school}` shows them"
        raise Refusal(f"{key} is no class log-on; {listed}")
    return logon


def _standing(bench: Bench, key: PersonKey) -> ClassLogon | None:
    found = (one for one in bench.store.class_logons.of(key.school) if one.key == key)
    return next(found, None)


def _keep(
    bench: Bench, logon: ClassLogon, operation: str, roster: Roster, holder: PersonKey | None = None
) -> LogonLine:
    entry = msgspec.structs.replace(
        event(logon.key.school, "", operation, bench.requester),
        person=logon.key,
        after={
            "form": logon.form,
            "requested_by": logon.requested_by,
            "requested_on": str(logon.requested_on),
            "ends_on": str(logon.ends_on),
            "holder": str(holder or ""),
        },
    )
    with bench.store.transaction():
        bench.store.class_logons.put(logon)
        bench.store.journal.append([entry])
    return _line(bench, logon, roster)


def _line(bench: Bench, logon: ClassLogon, roster: Roster) -> LogonLine:
    return LogonLine(
        logon=str(logon.key),
        form=logon.form,
        year=logon.year,
        requested_by=logon.requested_by,
        requested_on=logon.requested_on,
        ends_on=logon.ends_on,
        holders=tuple(map(str, sorted(logon.holders))),
        state=_state(logon, roster, school_day(bench.now())),
    )


def _state(logon: ClassLogon, roster: Roster, day: date) -> str:
    if logon.ends_on < day:
        return "ended"
    if waiting := waiting_for(logon):
        return f"waits for {len(waiting)} to take note of the risks"
    if gone := holders_gone(logon, roster, day):
        return f"needs a new password: {len(gone)} who held it left"
    return "allowed"
