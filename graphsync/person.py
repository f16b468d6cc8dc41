"""One person as we know them: account, groups, licences, holds, and what was done and why."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from graphsync.accounts import Account
from graphsync.age_findings import false_claims
from graphsync.bench import Bench
from graphsync.consent_desk import of_form
from graphsync.consent_school import ConsentSchool
from graphsync.matching_desk import people_of
from graphsync.run_desk import event, report_of
from graphsync.sealing import SealProblem
from graphsync.store.journal import JournalRow
from graphsync.store.links import Link
from graphsync.store.problems import AlreadyRevealed, SecretExpired, Unknown
from graphsync.tenant.door import open_door
from graphsync.tenant.mirror import Mirror
from graphsync.trouble import Broken, Refusal
from graphsync.watching import Watch
from policies.age_claims import teller
from policies.consent_records import Consent, Form
from policies.licensing import asks_for_consent
from policies.pack_loading import PackRefused
from policies.people import Kind, Person, PersonKey
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


async def person(bench: Bench, key: PersonKey, refresh: bool = False) -> PersonReport:  # noqa: FBT001, FBT002 - the command's own flag
    """Everything on record about one person; `refresh` looks at the tenant first.

    Raises Refusal for a key that nobody knows.
    """
    if refresh:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            await Watch(bench, door, frozenset()).look()
    return _report(bench, key, bench.store.mirror.load(bench.tenant.tenant_id))


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


def _report(bench: Bench, key: PersonKey, mirror: Mirror | None) -> PersonReport:
    store = bench.store
    known = people_of(bench, key.school).get(key)
    link = store.links.of(key.school).get(key)
    if known is None and link is None:
        raise Refusal(f"nobody knows {key}: it is on no accepted roster and has no account of ours")
    account = mirror.accounts.get(link.object_id) if mirror and link else None
    return PersonReport(
        person=str(key),
        name=f"{known.given_name} {known.surname}" if known else "",
        kind=str(known.kind if known else link.kind if link else ""),
        year=known.year if known else None,
        form=known.form if known else None,
        leaves=known.leaves if known else link.left_on if link else None,
        account=link.object_id if link else None,
        sign_in_name=account.user_principal_name if account else None,
        enabled=account.account_enabled if account else None,
        linked=f"{link.how} on {link.linked_at:%Y-%m-%d}" if link else "not linked",
        mastered_in_ad=bool(account and account.mastered_in_ad),
        blocked_by_us_at=link.blocked_by_us_at if link else None,
        groups=_groups(mirror, link),
        licences=_licences(mirror, account),
        consent=_consent(bench, key, known, account),
        holds=_holds(bench, key),
        proposals=_proposals(bench, key),
        held_for=_held_for(bench, key),
        initial_password=_password(bench, key),
        history=tuple(_step(row) for row in store.journal.of_person(key)),
    )


def _groups(mirror: Mirror | None, link: Link | None) -> tuple[str, ...]:
    if mirror is None or link is None:
        return ()
    return tuple(
        sorted(
            group.display_name or group.id
            for group in mirror.groups.values()
            if link.object_id in (group.members or ())
        )
    )


def _licences(mirror: Mirror | None, account: Account | None) -> tuple[str, ...]:
    if mirror is None or account is None:
        return ()
    names = {sku.sku_id: sku.sku_part_number for sku in mirror.skus.values()}
    return tuple(sorted(names.get(one.sku_id, one.sku_id) for one in account.assigned_licenses))


def _consent(
    bench: Bench, key: PersonKey, known: Person | None, account: Account | None
) -> tuple[str, ...]:
    """What stands of each form today, and what the tenant says; `consent show` says who signed."""
    if known is None or known.kind is not Kind.PUPIL or known.shared:
        return ()
    try:
        at = ConsentSchool(bench, key.school)
    except PackRefused:
        return ("not known: the pack of the school cannot be used",)
    stands = at.standing(known, bench.store.consents.of(key))
    lines = [_told(form, of_form(stands, form)) for form in (Form.CLOUD, Form.ICT)]
    if account is not None and (account.age_group or account.consent_provided_for_minor):
        told = teller(school_day(bench.now()))(known, stands.cloud)
        asks, live = asks_for_consent(at.rules), stands.cloud.live
        wrong = ", ".join(false_claims(told, account, consented=live, asks=asks))
        said = (account.age_group, account.consent_provided_for_minor)
        says = " and ".join(one for one in said if one)
        lines.append(f"the tenant says {says}{f': {wrong}' if wrong else ''}")
    return tuple(lines)


def _told(form: Form, stands: Consent) -> str:
    until = f" until {stands.until}" if stands.until else ""
    because = f": {stands.sentence}" if stands.sentence else ""
    return f"{form} {stands.state}{until}{because}"


def _holds(bench: Bench, key: PersonKey) -> tuple[str, ...]:
    return tuple(
        f"{hold.id} {hold.mode}: {hold.reason}"
        for hold in bench.store.holds.active(key.school, school_day(bench.now()))
        if hold.person == key
    )


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
    return tuple(
        f"{one.reason}: {one.sentence}" for one in report_of(newest).held if one.person == str(key)
    )


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
