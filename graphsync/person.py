"""One person as we know them: account, groups, licences, holds, and what was done and why."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from graphsync.accounts import Account
from graphsync.age_findings import false_claims
from graphsync.bench import Bench
from graphsync.consent_desk import of_form
from graphsync.consent_school import ConsentSchool
from graphsync.intake import latest_roster
from graphsync.report import HeldReport
from graphsync.run_desk import event
from graphsync.sealing import SealProblem
from graphsync.store.holds import Hold
from graphsync.store.journal import JournalRow
from graphsync.store.links import Link
from graphsync.store.problems import AlreadyRevealed, SecretExpired, Unknown
from graphsync.tenant.door import open_door
from graphsync.trouble import Broken, Refusal
from graphsync.watching import Watch
from policies.age_claims import teller
from policies.consent_records import Consent, Consents, Form
from policies.licensing import asks_for_consent
from policies.pack_loading import PackRefused, load_rules
from policies.people import Kind, Person, PersonKey, Roster
from policies.school_days import school_day


class Step(Struct, frozen=True, kw_only=True):
    """One row of the journal about the person."""

    at: datetime
    what: str
    operation: str
    result: str
    run: str


class PersonReport(Struct, frozen=True, kw_only=True):
    """What `graphsync person` shows; `account` is None for somebody without one."""

    person: str
    name: str
    kind: str
    year: str | None
    form: str | None
    leaves: date | None
    account: str | None
    sign_in_name: str | None
    enabled: bool | None
    linked: str
    mastered_in_ad: bool
    blocked_by_us_at: datetime | None
    groups: tuple[str, ...]
    licences: tuple[str, ...]
    consent: tuple[str, ...]
    holds: tuple[str, ...]
    proposals: tuple[str, ...]
    held_for: tuple[str, ...]
    initial_password: str
    history: tuple[Step, ...]


class PersonRecord(Struct, frozen=True, kw_only=True):
    """What is on record about one person; `consents` is a sentence where none can be told."""

    key: PersonKey
    kind: Kind
    known: Person | None
    link: Link | None
    account: Account | None
    groups: tuple[str, ...]
    licences: tuple[str, ...]
    consents: Consents | str
    holds: tuple[Hold, ...]
    proposals: tuple[str, ...]
    held_for: tuple[str, ...]
    initial_password: str

    def __repr__(self) -> str:
        return f"PersonRecord({self.key})"

    @property
    def name(self) -> str:
        """The name on the roster; empty for somebody who is on none any more."""
        return f"{self.known.given_name} {self.known.surname}" if self.known else ""

    @property
    def leaves(self) -> date | None:
        """The last day, where one is known."""
        return self.known.leaves if self.known else self.link.left_on if self.link else None


class _Outline(Struct):
    """What is decoded of a stored RunReport: a whole one names everybody."""

    held: list[HeldReport]


_OUTLINES = msgspec.msgpack.Decoder(_Outline)


async def person(bench: Bench, key: PersonKey, refresh: bool = False) -> PersonReport:  # noqa: FBT001, FBT002 - the command's own flag
    """Everything on record about one person; `refresh` looks at the tenant first.

    Raises Refusal for a key that nobody knows.
    """
    if refresh:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            await Watch(bench, door, frozenset()).look()
    return _report(bench, key)


def reveal(bench: Bench, key: PersonKey) -> str:
    """The initial password, this once; who saw it is journalled. Raises Refusal or Broken."""
    if bench.sealer is None:
        raise Broken("GRAPHSYNC_SEAL_KEY is not set: the sealed password cannot be opened")
    try:
        with bench.store.transaction():
            sealed = bench.store.secrets.reveal(key, bench.requester, bench.now())
            password = bench.sealer.open(sealed)
            seen = event(key.school, "", "password_revealed", bench.requester)
            bench.store.journal.append([msgspec.structs.replace(seen, person=key)])
    except (AlreadyRevealed, SecretExpired, Unknown) as problem:
        refused = event(key.school, "", "password_reveal_refused", bench.requester)
        bench.store.journal.append([msgspec.structs.replace(refused, person=key)])
        raise Refusal(str(problem)) from problem
    except SealProblem as problem:
        raise Broken(str(problem)) from problem
    return password


def record_of(bench: Bench, key: PersonKey) -> PersonRecord:
    """What is on record about one person today, read for this person alone.

    Raises Refusal for a key that nobody knows.
    """
    with bench.store.one_moment():
        return _record_of(bench, key)


def _record_of(bench: Bench, key: PersonKey) -> PersonRecord:
    store, tenant = bench.store, bench.tenant.tenant_id
    roster = latest_roster(bench, key.school)
    known = roster.find(key) if roster else None
    link = store.links.some([key]).get(key)
    whose = known or link
    if whose is None:
        raise Refusal(f"nobody knows {key}: it is on no accepted roster and has no account of ours")
    account = store.mirror.some(tenant, [link.object_id]).get(link.object_id) if link else None
    return PersonRecord(
        key=key,
        kind=whose.kind,
        known=known,
        link=link,
        account=account,
        groups=_groups(bench, link),
        licences=_licences(bench, account),
        consents=_consents(bench, known, roster),
        holds=tuple(
            hold
            for hold in store.holds.active(key.school, school_day(bench.now()))
            if hold.person == key
        ),
        proposals=_proposals(bench, key),
        held_for=_held_for(bench, key),
        initial_password=_password(bench, key),
    )


def steps_of(bench: Bench, key: PersonKey) -> tuple[Step, ...]:
    """What was done to one person, in order."""
    return tuple(_step(row) for row in bench.store.journal.of_person(key))


def _report(bench: Bench, key: PersonKey) -> PersonReport:
    record = record_of(bench, key)
    known, link, account = record.known, record.link, record.account
    return PersonReport(
        person=str(key),
        name=record.name,
        kind=str(record.kind),
        year=known.year if known else None,
        form=known.form if known else None,
        leaves=record.leaves,
        account=link.object_id if link else None,
        sign_in_name=account.user_principal_name if account else None,
        enabled=account.account_enabled if account else None,
        linked=f"{link.how} on {link.linked_at:%Y-%m-%d}" if link else "not linked",
        mastered_in_ad=bool(account and account.mastered_in_ad),
        blocked_by_us_at=link.blocked_by_us_at if link else None,
        groups=record.groups,
        licences=record.licences,
        consent=(*_consent(record), *_tenant_says(bench, record)),
        holds=tuple(f"{hold.id} {hold.mode}: {hold.reason}" for hold in record.holds),
        proposals=record.proposals,
        held_for=record.held_for,
        initial_password=record.initial_password,
        history=steps_of(bench, key),
    )


def _groups(bench: Bench, link: Link | None) -> tuple[str, ...]:
    if link is None:
        return ()
    found = bench.store.mirror.groups_of(bench.tenant.tenant_id, link.object_id)
    return tuple(sorted(group.display_name or group.id for group in found))


def _licences(bench: Bench, account: Account | None) -> tuple[str, ...]:
    if account is None or not account.assigned_licenses:
        return ()
    skus = bench.store.mirror.skus(bench.tenant.tenant_id)
    names = {sku.sku_id: sku.sku_part_number for sku in skus.values()}
    return tuple(sorted(names.get(one.sku_id, one.sku_id) for one in account.assigned_licenses))


def _consents(bench: Bench, known: Person | None, roster: Roster | None) -> Consents | str:
    """What stands of both forms today; a sentence where there is nothing to tell, and why."""
    if known is None or known.kind is not Kind.PUPIL or known.shared:
        return ""
    try:
        at = ConsentSchool(bench, known.key.school, roster)
    except PackRefused:
        return "not known: the pack of the school cannot be used"
    return at.standing(known, bench.store.consents.of(known.key))


def _consent(record: PersonRecord) -> tuple[str, ...]:
    """What stands of each form today, without who signed; `consent show` says more."""
    if isinstance(record.consents, str):
        return (record.consents,) if record.consents else ()
    stands = record.consents
    return tuple(_told(form, of_form(stands, form)) for form in (Form.CLOUD, Form.ICT))


def _tenant_says(bench: Bench, record: PersonRecord) -> tuple[str, ...]:
    """What the tenant says of age and consent, where it says anything, and whether that is so."""
    known, account, stands = record.known, record.account, record.consents
    if known is None or account is None or isinstance(stands, str):
        return ()
    says = [one for one in (account.age_group, account.consent_provided_for_minor) if one]
    if not says:
        return ()
    told = teller(school_day(bench.now()))(known, stands.cloud)
    asks = asks_for_consent(load_rules(bench.packs_dir, record.key.school))
    wrong = ", ".join(false_claims(told, account, consented=stands.cloud.live, asks=asks))
    return (f"the tenant says {' and '.join(says)}{f': {wrong}' if wrong else ''}",)


def _told(form: Form, stands: Consent) -> str:
    until = f" until {stands.until}" if stands.until else ""
    because = f": {stands.sentence}" if stands.sentence else ""
    return f"{form} {stands.state}{until}{because}"


def _proposals(bench: Bench, key: PersonKey) -> tuple[str, ...]:
    return tuple(
        f"{one.object_id}: {'; '.join(one.evidence)}"
        for one in bench.store.proposals.list(key.school, "open")
        if one.person == key
    )


def _held_for(bench: Bench, key: PersonKey) -> tuple[str, ...]:
    """Why the newest plan of the school leaves the person as found."""
    newest = bench.store.runs.latest(key.school)
    if newest is None or not newest.report:
        return ()
    held = _OUTLINES.decode(newest.report).held
    return tuple(f"{one.reason}: {one.sentence}" for one in held if one.person == str(key))


def _password(bench: Bench, key: PersonKey) -> str:
    secret = bench.store.secrets.of(key)
    if secret is None:
        return "none kept"
    if secret.revealed_at is not None:
        return f"shown to {secret.revealed_by} on {secret.revealed_at:%Y-%m-%d}"
    if secret.expires_at <= bench.now():
        return f"expired on {secret.expires_at:%Y-%m-%d}"
    return f"sealed until {secret.expires_at:%Y-%m-%d}; --reveal shows it once"


def _step(row: JournalRow) -> Step:
    return Step(at=row.at, what=row.what, operation=row.operation, result=row.result, run=row.run)
