"""Links that parents were given: only the digest of a link is kept (law B8)."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Delete, Update, delete, insert, select, update

from graphsync.store import tables
from graphsync.store.database import Database
from policies.people import PersonKey

_LINKS = tables.consent_links


class ConsentLink(Struct, frozen=True, kw_only=True):
    """One link: to whom about whom, and whether it may still be used.

    `use` is answer or change, `way` mail or letter. `ended` says why it is dead, empty while it
    lives; `misses` counts wrong answers to the question about the child.
    """

    token_sha256: str
    school: str
    contact: str
    pupils: tuple[str, ...]
    use: str
    way: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    ended: str = ""
    misses: int = 0

    def __repr__(self) -> str:
        return f"ConsentLink({self.school}, {self.use})"


class ConsentLinks:
    """Every link that was made, the dead ones too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, links: Iterable[ConsentLink]) -> None:
        """Keep new links."""
        rows = [
            msgspec.structs.asdict(one) | {"pupils": msgspec.json.encode(one.pupils).decode()}
            for one in links
        ]
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert(_LINKS), rows)

    def of(self, token_sha256: str) -> ConsentLink | None:
        """The link of this digest."""
        query = select(_LINKS).where(_LINKS.c.token_sha256 == token_sha256)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _link(**row._asdict())

    def of_school(self, school: str) -> tuple[ConsentLink, ...]:
        """A school's links, oldest first."""
        query = select(_LINKS).where(_LINKS.c.school == school).order_by(_LINKS.c.made_at)
        with self._database.reading() as connection:
            return tuple(_link(**row._asdict()) for row in connection.execute(query))

    def use(self, token_sha256: str, now: datetime) -> bool:
        """Take the link, this once; false when somebody was faster or it is dead."""
        taken = (
            update(_LINKS)
            .where(
                _LINKS.c.token_sha256 == token_sha256,
                _LINKS.c.used_at.is_(None),
                _LINKS.c.ended == "",
                _LINKS.c.expires_at > now,
            )
            .values(used_at=now)
        )
        with self._database.writing() as connection:
            return bool(connection.execute(taken).rowcount)

    def miss(self, token_sha256: str, most: int) -> None:
        """Count a wrong answer; the link dies with the `most`-th."""
        row = _LINKS.c.token_sha256 == token_sha256
        with self._database.writing() as connection:
            connection.execute(update(_LINKS).where(row).values(misses=_LINKS.c.misses + 1))
            connection.execute(
                update(_LINKS).where(row, _LINKS.c.misses >= most).values(ended="too many misses")
            )

    def end(self, tokens: Iterable[str], why: str) -> None:
        """These links are dead; the first reason stays."""
        with self._database.writing() as connection:
            for token in tokens:
                connection.execute(
                    update(_LINKS)
                    .where(_LINKS.c.token_sha256 == token, _LINKS.c.ended == "")
                    .values(ended=why)
                )

    def erase(self, pupils: Iterable[PersonKey]) -> None:
        """Take these pupils out of every link; one that leads to nobody any more goes whole."""
        gone = {str(pupil) for pupil in pupils}
        with self._database.writing() as connection:
            for school in {key.partition(":")[0] for key in gone}:
                links = connection.execute(select(_LINKS).where(_LINKS.c.school == school)).all()
                for link in (_link(**row._asdict()) for row in links):
                    change: Update | Delete
                    if kept := [one for one in link.pupils if one not in gone]:
                        change = update(_LINKS).values(pupils=msgspec.json.encode(kept).decode())
                    else:
                        change = delete(_LINKS)
                    if len(kept) < len(link.pupils):
                        its = _LINKS.c.token_sha256 == link.token_sha256
                        connection.execute(change.where(its))


def _link(pupils: str, **fields: object) -> ConsentLink:
    told = msgspec.json.decode(pupils, type=tuple[str, ...])
    return ConsentLink(pupils=told, **fields)  # type: ignore[arg-type]
