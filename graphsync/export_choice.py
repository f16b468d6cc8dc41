"""Whom an export is about: people of the newest rosters by number, key or name."""

from collections.abc import Iterable

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.redacting import folded_name

MOST = 20


class Found(Struct, frozen=True, kw_only=True):
    """One person, with enough to tell two of one name apart."""

    key: str
    name: str
    about: str

    def __repr__(self) -> str:
        return f"Found({self.key})"


def find(bench: Bench, schools: Iterable[str], text: str) -> tuple[Found, ...]:
    """People whose key, number, surname or whole name this is, at most `MOST` of them."""
    wanted, found = folded_name(text), list[Found]()
    for school in sorted(schools):
        roster = latest_roster(bench.store, school, bench.now())
        for one in roster.people if roster is not None else ():
            whole = f"{one.given_name} {one.surname}"
            known = (str(one.key), one.key.mis_id, one.admission_number or "", one.surname, whole)
            if wanted and wanted in map(folded_name, known):
                about = [str(one.kind), f"year {one.year}" if one.year else "", one.form or ""]
                line = Found(key=str(one.key), name=whole, about=", ".join(filter(None, about)))
                found.append(line)
    return tuple(found[:MOST])
