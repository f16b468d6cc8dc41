"""Master passwords in sealed envelopes: lodged, opened, listed (SNMAT-19f, 24b).

The register holds where an envelope lies and who opened it, never what is in it.
"""

from collections.abc import Iterable
from datetime import date

import msgspec
from msgspec import Struct

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.run_desk import event
from graphsync.seen import AccountBook, seen_accounts
from graphsync.store.custody import Act, CustodyRow
from graphsync.trouble import Refusal
from policies.pack_loading import load_rules
from policies.school_days import school_day


class Lodged(Struct, frozen=True, kw_only=True):
    """Where an envelope is put; `account` is a sign-in name or an object id."""

    school: str
    account: str
    envelope: str
    place: str
    on: date | None
    witness: str


class Envelope(Struct, frozen=True, kw_only=True):
    """The newest envelope of an account, and when it was opened since."""

    school: str
    account: str
    object_id: str
    envelope: str
    place: str
    sealed_on: date
    by: str
    witness: str
    opened_on: tuple[date, ...] = ()


def lodge(bench: Bench, wanted: Lodged) -> Envelope:
    """Register a sealed envelope, in the place of an earlier one of the account.

    Raises Refusal for an account that the tenant does not show, or a day to come.
    """
    load_rules(bench.packs_dir, wanted.school)
    account = _account(bench, wanted.account)
    today = school_day(bench.now())
    if wanted.on is not None and wanted.on > today:
        raise Refusal(f"--sealed {wanted.on} lies in the future")
    _keep(
        bench,
        CustodyRow(
            id=f"c-{bench.new_id()[:8]}",
            school=wanted.school,
            account=account.id,
            act=Act.SEALED,
            envelope=wanted.envelope,
            place=wanted.place,
            on=wanted.on or today,
            by=bench.requester,
            witness=wanted.witness,
            reason="",
            at=bench.now(),
        ),
    )
    return _of(bench, wanted.school, account.id)


def opened(bench: Bench, school: str, named: str, reason: str, witness: str) -> Envelope:
    """Register that the envelope of an account was opened, today; raises Refusal for none."""
    account = _account(bench, named)
    standing = _of(bench, school, account.id)
    _keep(
        bench,
        CustodyRow(
            id=f"c-{bench.new_id()[:8]}",
            school=school,
            account=account.id,
            act=Act.OPENED,
            envelope=standing.envelope,
            place=standing.place,
            on=school_day(bench.now()),
            by=bench.requester,
            witness=witness,
            reason=reason,
            at=bench.now(),
        ),
    )
    return _of(bench, school, account.id)


def listing(bench: Bench, school: str) -> tuple[Envelope, ...]:
    """The newest envelope of each account, by sign-in name."""
    return newest(bench.store.custody.of_school(school), seen_accounts(bench))


def newest(rows: Iterable[CustodyRow], accounts: dict[str, Account]) -> tuple[Envelope, ...]:
    """The newest envelope of each account from every act, in their order."""
    found: dict[str, Envelope] = {}
    for row in rows:
        if row.act is Act.SEALED:
            account = accounts.get(row.account)
            found[row.account] = Envelope(
                school=row.school,
                account=account.user_principal_name if account else row.account,
                object_id=row.account,
                envelope=row.envelope,
                place=row.place,
                sealed_on=row.on,
                by=row.by,
                witness=row.witness,
            )
        elif row.account in found:
            one = found[row.account]
            found[row.account] = msgspec.structs.replace(one, opened_on=(*one.opened_on, row.on))
    return tuple(sorted(found.values(), key=lambda one: one.account))


def _of(bench: Bench, school: str, object_id: str) -> Envelope:
    for one in listing(bench, school):
        if one.object_id == object_id:
            return one
    raise Refusal(f"no envelope of this account is registered for {school}: graphsync custody list")


def _account(bench: Bench, named: str) -> Account:
    account = AccountBook(seen_accounts(bench)).find(named)
    if account is None:
        raise Refusal("no such account was seen in the tenant; run graphsync plan to look again")
    return account


def _keep(bench: Bench, row: CustodyRow) -> None:
    plain = event(row.school, "", f"envelope_{row.act}", bench.requester)
    entry = msgspec.structs.replace(plain, object_id=row.account, after={"row": row.id})
    with bench.store.transaction():
        bench.store.custody.add(row)
        bench.store.journal.append([entry])
