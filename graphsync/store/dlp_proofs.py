"""Test messages that were sent to prove that a rule bites, and what the feed told of them."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import select

from graphsync.store import tables
from graphsync.store.database import Database, insert_new, was_new
from policies.mail_proofs import Bite, Proof

_PROOFS, _BITES = tables.dlp_proofs, tables.dlp_bites


class DlpProofs:
    """Proofs and bites of every school, none ever changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, proof: Proof) -> bool:
        """Keep that a test message was sent; False when this very one is kept already."""
        with self._database.writing() as connection:
            return was_new(connection, _PROOFS, msgspec.structs.asdict(proof))

    def bit(self, bites: Sequence[Bite]) -> None:
        """Keep events of accounts that send test messages; the same one again changes nothing."""
        with self._database.writing() as connection:
            insert_new(connection, _BITES, [msgspec.structs.asdict(one) for one in bites])

    def of(self, school: str) -> tuple[list[Proof], list[Bite]]:
        """The proofs and bites of a school, the oldest first."""
        proofs = select(_PROOFS).where(_PROOFS.c.school == school).order_by(_PROOFS.c.sent_at)
        bites = select(_BITES).where(_BITES.c.school == school).order_by(_BITES.c.at)
        with self._database.reading() as connection:
            return (
                [Proof(**row._asdict()) for row in connection.execute(proofs)],
                [Bite(**row._asdict()) for row in connection.execute(bites)],
            )
