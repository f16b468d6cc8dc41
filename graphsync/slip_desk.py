"""Slips: sealed passwords on paper, once, for a named person to hand out (PB-7.5.2, SNMAT-F3.4).

What a page holds counts as shown only when the page is written whole; whoever printed it may print
it again for some minutes, for a printer that jams. After that a slip costs a new password.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.desk_subjects import roster_of
from graphsync.intake import latest_roster
from graphsync.passwords import sealer_of
from graphsync.run_desk import event
from graphsync.sealing import SealProblem
from graphsync.sign_in_desk import PASS
from graphsync.store.journal import Entry
from graphsync.store.links import Link
from graphsync.store.problems import AlreadyRevealed, SecretExpired
from graphsync.store.secrets import Secret
from graphsync.trouble import Broken, Refusal
from policies.pack_loading import load_rules
from policies.password_phases import phase_of
from policies.password_rules import Phase
from policies.people import Kind, Person, PersonKey, Roster
from policies.resets import in_class, in_form
from policies.rules import Rules


class Wanted(Struct, frozen=True, kw_only=True):
    """Whose slips: a class or a form of a school, or people by key. `collector` takes the page."""

    school: str
    collector: str
    class_code: str = ""
    form: str = ""
    people: tuple[PersonKey, ...] = ()


class Slip(Struct, frozen=True, kw_only=True):
    """What one person is given. `young` is for KS1 and below; `is_pass` for an access pass."""

    person: PersonKey
    name: str
    group: str
    user_name: str
    password: str
    must_change: bool
    young: bool
    staff: bool
    is_pass: bool
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Slip({self.person})"


class Page(Struct, frozen=True, kw_only=True):
    """A page to print: whose it is, who takes it, and the slips."""

    school: str
    title: str
    collector: str
    printed_by: str
    printed_at: datetime
    sign_in_page: str
    contact: str
    slips: tuple[Slip, ...]


class State(StrEnum):
    """Why somebody has a slip on the page, or none."""

    PRINTED = "printed"
    AGAIN = "printed again"
    SHOWN = "shown already"
    EXPIRED = "expired"
    NONE = "no sealed password"
    NO_ACCOUNT = "no account yet"


class SlipLine(Struct, frozen=True, kw_only=True):
    """One person asked for; never a password."""

    person: str
    state: str
    note: str


def print_slips(bench: Bench, wanted: Wanted, keep: Callable[[Page], None]) -> tuple[SlipLine, ...]:
    """Reveal what may be revealed on one page, which `keep` writes; a line for everyone asked for.

    Nothing counts as shown when `keep` raises. Refused with every reason, and journalled, when
    there is nobody, or nobody whose password may be shown.
    """
    rules = load_rules(bench.packs_dir, wanted.school)
    sealer_of(bench)
    if not wanted.collector.strip():
        raise Refusal("name who takes the page: --collector")
    people = _people(bench, wanted)
    bench.store.secrets.purge_expired(bench.now())
    clerk = _Clerk(bench, rules, wanted, people)
    with bench.store.transaction():
        lines = [clerk.look(key, people[key]) for key in people]
        clerk.journal()
        if clerk.slips:
            keep(clerk.page())
    if not clerk.slips:
        told = dict.fromkeys(f"{line.person}: {line.state}; {line.note}" for line in lines)
        raise Refusal("nothing was printed. " + ". ".join(told))
    return tuple(lines)


def schools_with(bench: Bench, schools: Iterable[str], code: str, form: str) -> list[str]:
    """Those of the schools where somebody is in a class of this code or in this form."""
    rosters = {one: latest_roster(bench, one) for one in schools}
    return [school for school, roster in rosters.items() if roster and _in(roster, code, form)]


def _in(roster: Roster, code: str, form: str) -> list[Person]:
    """The pupils of a class, or of the registration form of that name where no class has it."""
    found: list[Person] = []
    if code:
        found += in_class(roster, code) or in_form(roster, code)
    if form:
        found += in_form(roster, form)
    return found


def _people(bench: Bench, wanted: Wanted) -> dict[PersonKey, Person | None]:
    """The people asked for, by form and name; raises Refusal for nobody."""
    roster = roster_of(bench, wanted.school)
    known = {one.key: one for one in roster.people}
    # On a page of a class, which goes round, nobody stands whose name safeguarding keeps.
    found = [one for one in _in(roster, wanted.class_code, wanted.form) if not one.unlisted]
    found.sort(key=lambda one: (one.surname.casefold(), one.given_name.casefold(), one.key))
    people: dict[PersonKey, Person | None] = {one.key: one for one in found}
    people |= {key: known.get(key) for key in wanted.people}
    if not people:
        named = wanted.class_code or wanted.form
        raise Refusal(
            f"nobody of {wanted.school} is in {named} by the last accepted roster: "
            "write a class's code or a form as SIMS does"
        )
    return people


class _Clerk:
    """One page in the making."""

    def __init__(
        self, bench: Bench, rules: Rules, wanted: Wanted, people: Iterable[PersonKey]
    ) -> None:
        self.bench = bench
        self.rules = rules
        self.wanted = wanted
        self.slips: list[Slip] = []
        self.again: set[PersonKey] = set()
        self.refused: list[PersonKey] = []
        self._links = bench.store.links.some(people)
        self._accounts = bench.store.mirror.some(
            bench.tenant.tenant_id, [link.object_id for link in self._links.values()]
        )
        self._secrets = bench.store.secrets.of_school(wanted.school)

    def look(self, key: PersonKey, person: Person | None) -> SlipLine:
        """The person's slip put on the page, or why not."""
        link = self._links.get(key)
        secret = self._secrets.get(key)
        account = self._accounts.get(link.object_id) if link else None
        if link is None or account is None:
            return _line(key, State.NO_ACCOUNT, "the next night makes it, or says why not")
        if secret is None:
            return _line(
                key, State.NONE, "has a password of their own: reset it if it is forgotten"
            )
        minutes = timedelta(minutes=self.rules.desk.slip_reprint_minutes)
        store = self.bench.store.secrets
        try:
            sealed = store.print(key, self.bench.requester, self.bench.now(), minutes)
            password = sealer_of(self.bench).open(sealed)
        except AlreadyRevealed as problem:
            self.refused.append(key)
            return _line(key, State.SHOWN, str(problem))
        except SecretExpired as problem:
            self.refused.append(key)
            return _line(key, State.EXPIRED, str(problem))
        except SealProblem as problem:
            raise Broken(str(problem)) from problem
        self.slips.append(_slip(key, person, link, account, secret, password))
        if secret.revealed_at is None:
            return _line(key, State.PRINTED, "")
        self.again.add(key)
        return _line(key, State.AGAIN, f"within {self.rules.desk.slip_reprint_minutes} minutes")

    def page(self) -> Page:
        """The page of all slips."""
        wanted, desk = self.wanted, self.rules.desk
        named = [f"class {wanted.class_code}" if wanted.class_code else "", wanted.form]
        return Page(
            school=self.rules.name,
            title=", ".join(one for one in named if one) or "new passwords",
            collector=wanted.collector.strip(),
            printed_by=self.bench.requester,
            printed_at=self.bench.now(),
            sign_in_page=desk.slip_sign_in_page,
            contact=desk.slip_contact,
            slips=tuple(self.slips),
        )

    def journal(self) -> None:
        """Each one that is shown or refused, by whom; who takes the page lies in the payload."""
        after = {"collector": self.wanted.collector.strip()}
        rows = [
            self._row(
                "slip_reprinted" if one.person in self.again else "slip_printed", one.person, after
            )
            for one in self.slips
        ]
        rows += [self._row("slip_refused", person, {}) for person in self.refused]
        self.bench.store.journal.append(rows)

    def _row(self, operation: str, person: PersonKey, after: dict[str, str]) -> Entry:
        plain = event(person.school, "", operation, self.bench.requester)
        return msgspec.structs.replace(plain, person=person, after=after)


def _slip(
    key: PersonKey,
    person: Person | None,
    link: Link,
    account: Account,
    secret: Secret,
    password: str,
) -> Slip:
    year = person.year if person else None
    return Slip(
        person=key,
        name=f"{person.given_name} {person.surname}" if person else account.display_name or "",
        group=(person.form or "") if person else "",
        user_name=account.user_principal_name,
        password=password,
        must_change=secret.must_change,
        young=phase_of(link.kind, year) is Phase.YOUNG,
        staff=link.kind is Kind.STAFF,
        is_pass=secret.hint == PASS,
        expires_at=secret.expires_at,
    )


def _line(key: PersonKey, state: State, note: str) -> SlipLine:
    return SlipLine(person=str(key), state=str(state), note=note)
