"""Sealed initial passwords: shown once, expired, then gone (house decision 11).

The store holds ciphertext only; `graphsync.sealing` has the key.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, select, update

from graphsync.store import tables
from graphsync.store.database import Database, upsert
from graphsync.store.problems import AlreadyRevealed, SecretExpired, Unknown
from policies.people import PersonKey

_SECRETS = tables.secrets


class Secret(Struct, frozen=True, kw_only=True):
    """What is known of a sealed password without opening it; `hint` is the account's object id."""

    person: PersonKey
    hint: str
    created_at: datetime
    expires_at: datetime
    revealed_at: datetime | None = None
    revealed_by: str | None = None


class Sealed(Struct, frozen=True):
    """A sealed password that is to be kept."""

    person: PersonKey
    hint: str
    ciphertext: bytes
    created_at: datetime
    expires_at: datetime

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
                "revealed_at": None,
                "revealed_by": None,
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

    def unrevealed(self, school: str, now: datetime) -> dict[PersonKey, bytes]:
        """The ciphertexts of a school's passwords that nobody has seen and that have not expired.

        For setting the same password again when the first answer was lost; it counts as no look.
        """
        query = select(_SECRETS.c.mis_id, _SECRETS.c.ciphertext).where(
            _SECRETS.c.school == school,
            _SECRETS.c.expires_at > now,
            _SECRETS.c.ciphertext.is_not(None),
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {PersonKey(school, mis_id): ciphertext for mis_id, ciphertext in rows}

    def purge_expired(self, now: datetime) -> int:
        """Forget every password that was not collected in time; returns how many."""
        with self._database.writing() as connection:
            purged = connection.execute(
                update(_SECRETS)
                .where(_SECRETS.c.expires_at <= now, _SECRETS.c.ciphertext.is_not(None))
                .values(ciphertext=None)
            )
        return purged.rowcount

    def of(self, person: PersonKey) -> Secret | None:
        """When a person's password was sealed, expires, was shown and to whom."""
        columns = [_SECRETS.c[name] for name in Secret.__struct_fields__[1:]]
        with self._database.reading() as connection:
            row = connection.execute(select(*columns).where(_is(person))).one_or_none()
        return None if row is None else Secret(person=person, **row._asdict())


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
