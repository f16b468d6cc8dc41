"""Sealed initial passwords: shown once, expired, then gone (house decision 11).

The store holds ciphertext only; `graphsync.sealing` has the key.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, delete, or_, select, update

from graphsync.store import tables
from graphsync.store.database import Database, upsert
from graphsync.store.problems import AlreadyRevealed, SecretExpired, Unknown
from policies.people import PersonKey

_SECRETS = tables.secrets
REPRINT = timedelta(minutes=60)


class Secret(Struct, frozen=True, kw_only=True):
    """What is known of a sealed password without opening it; `hint` says what it is.

    `must_change` says whether the person is asked for a password of their own at first sign-in.
    """

    person: PersonKey
    hint: str
    created_at: datetime
    expires_at: datetime
    must_change: bool = True
    revealed_at: datetime | None = None
    revealed_by: str | None = None


class Sealed(Struct, frozen=True):
    """A sealed password that is to be kept; without its text where that was erased."""

    person: PersonKey
    hint: str
    ciphertext: bytes | None
    created_at: datetime
    expires_at: datetime
    must_change: bool = True
    revealed_at: datetime | None = None
    revealed_by: str | None = None

    def __repr__(self) -> str:
        return f"Sealed({self.person})"


class Secrets:
    """One sealed password per person, the latest."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, secrets: Iterable[Sealed]) -> None:
        """Keep sealed passwords; an earlier one of the same person is gone."""
        rows = [
            {
                "school": one.person.school,
                "mis_id": one.person.mis_id,
                "hint": one.hint,
                "ciphertext": one.ciphertext,
                "created_at": one.created_at,
                "expires_at": one.expires_at,
                "must_change": int(one.must_change),
                "revealed_at": one.revealed_at,
                "revealed_by": one.revealed_by,
            }
            for one in secrets
        ]
        with self._database.writing() as connection:
            upsert(connection, _SECRETS, rows)

    def reveal(self, person: PersonKey, by: str, now: datetime) -> bytes:
        """The ciphertext, this once; it is not kept afterwards.

        Raises AlreadyRevealed, SecretExpired, or Unknown when there never was one.
        """
        with self._database.writing() as connection:
            secret = self.of(person)
            _refuse(person, secret, now)
            kept: bytes = connection.execute(
                select(_SECRETS.c.ciphertext).where(_is(person)).with_for_update()
            ).scalar_one()
            shown = connection.execute(
                update(_SECRETS)
                .where(_is(person), _SECRETS.c.revealed_at.is_(None))
                .values(revealed_at=now, revealed_by=by, ciphertext=None)
            )
            if not shown.rowcount:
                raise AlreadyRevealed(f"the password of {person} was shown just now")
        return kept

    def print(self, person: PersonKey, by: str, now: datetime, again_within: timedelta) -> bytes:
        """The ciphertext for a slip, this once; whoever printed it may do so again `again_within`.

        A printer jams: so it is kept until then, and erased by `purge_expired`. Raises as `reveal`.
        """
        with self._database.writing() as connection:
            query = select(_SECRETS.c.ciphertext).where(_is(person)).with_for_update()
            kept: bytes | None = connection.execute(query).scalar()
            secret = self.of(person)
            if kept is not None and _jammed(secret, by, now, again_within):
                return kept
            _refuse(person, secret, now)
            if kept is None:
                raise SecretExpired(f"the password of {person} is erased; set a new one")
            connection.execute(
                update(_SECRETS).where(_is(person)).values(revealed_at=now, revealed_by=by)
            )
        return kept

    def kept(self, person: PersonKey) -> Sealed | None:
        """The row as it stands, so that it can be put back; None where there never was one."""
        columns = [_SECRETS.c[name] for name in Sealed.__struct_fields__[1:]]
        query = select(*columns).where(_is(person))
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Sealed(person, **{**row._asdict(), "must_change": bool(row.must_change)})

    def drop(self, person: PersonKey) -> None:
        """Forget a person's password and that there was one: it was never set."""
        with self._database.writing() as connection:
            connection.execute(delete(_SECRETS).where(_is(person)))

    def unrevealed(self, school: str, now: datetime) -> dict[PersonKey, bytes]:
        """The ciphertexts of a school's passwords that nobody has seen and that have not expired.

        For setting the same password again when the first answer was lost; it counts as no look.
        """
        query = select(_SECRETS.c.mis_id, _SECRETS.c.ciphertext).where(
            _SECRETS.c.school == school,
            _SECRETS.c.expires_at > now,
            _SECRETS.c.ciphertext.is_not(None),
            _SECRETS.c.revealed_at.is_(None),
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {PersonKey(school, mis_id): ciphertext for mis_id, ciphertext in rows}

    def purge_expired(self, now: datetime) -> int:
        """Forget every password that was not collected in time or was printed; returns how many.

        A printed one lies at least `REPRINT` longer, the most that a pack gives for a jammed
        printer.
        """
        over = or_(_SECRETS.c.expires_at <= now, _SECRETS.c.revealed_at <= now - REPRINT)
        with self._database.writing() as connection:
            purged = connection.execute(
                update(_SECRETS)
                .where(over, _SECRETS.c.ciphertext.is_not(None))
                .values(ciphertext=None)
            )
        return purged.rowcount

    def of(self, person: PersonKey) -> Secret | None:
        """When a person's password was sealed, expires, was shown and to whom."""
        return self.of_school(person.school, {person.mis_id}).get(person)

    def of_school(
        self, school: str, mis_ids: Collection[str] | None = None
    ) -> dict[PersonKey, Secret]:
        """The same for everyone of a school who ever had one, or for these."""
        names = Secret.__struct_fields__[1:]
        columns = [_SECRETS.c[name] for name in ("mis_id", *names)]
        query = select(*columns).where(_SECRETS.c.school == school)
        if mis_ids is not None:
            query = query.where(_SECRETS.c.mis_id.in_(sorted(mis_ids)))
        with self._database.reading() as connection:
            rows = [row._asdict() for row in connection.execute(query)]
        found = {}
        for row in rows:
            person = PersonKey(school, row.pop("mis_id"))
            row["must_change"] = bool(row["must_change"])
            found[person] = Secret(person=person, **row)
        return found


def _jammed(secret: Secret | None, by: str, now: datetime, again_within: timedelta) -> bool:
    """Whether the one who printed it asks for the same page again in time."""
    if secret is None or secret.revealed_at is None:
        return False
    return secret.revealed_by == by and now <= secret.revealed_at + again_within


def _is(person: PersonKey) -> ColumnElement[bool]:
    return (_SECRETS.c.school == person.school) & (_SECRETS.c.mis_id == person.mis_id)


def _refuse(person: PersonKey, secret: Secret | None, now: datetime) -> None:
    if secret is None:
        raise Unknown(f"no initial password of {person} is kept")
    if secret.revealed_at is not None:
        raise AlreadyRevealed(
            f"the password of {person} was shown to {secret.revealed_by} on "
            f"{secret.revealed_at:%Y-%m-%d at %H:%M} UTC; it is shown once: set a new one"
        )
    if secret.expires_at <= now:
        raise SecretExpired(
            f"the password of {person} expired on {secret.expires_at:%Y-%m-%d at %H:%M} UTC; "
            "set a new one"
        )
