"""Whom an export is about: people of the newest rosters, and who has left by the whole key."""

from collections.abc import Collection, Iterator

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.redacting import folded_name
from policies.people import PersonKey

MOST = 20


class Found(Struct, frozen=True, kw_only=True):
    """One person, with enough to tell two of one name apart."""

    key: str
    name: str
    about: str

    def __repr__(self) -> str:
        return f"Found({self.key})"


def find(bench: Bench, schools: Collection[str], text: str) -> tuple[Found, ...]:
    """People whose key, number, surname or whole name this is, at most `MOST` of them.

    Somebody on no roster any more is found by the whole key; what is held is seen when it is made.
    """
    wanted, found = folded_name(text), list[Found]()
    for school in sorted(schools):
        roster = latest_roster(bench, school)
        for one in roster.people if roster is not None else ():
            whole = f"{one.given_name} {one.surname}"
            known = (str(one.key), one.key.mis_id, one.admission_number or "", one.surname, whole)
            if wanted and wanted in map(folded_name, known):
                about = [str(one.kind), f"year {one.year}" if one.year else "", one.form or ""]
                line = Found(key=str(one.key), name=whole, about=", ".join(filter(None, about)))
                found.append(line)
    return tuple(found[:MOST]) or tuple(_left(text, schools))


def _left(text: str, schools: Collection[str]) -> Iterator[Found]:
    try:
        key = PersonKey.parse(text.strip())
    except ValueError:
        return
    if key.school in schools:
        yield Found(key=str(key), name="Whoever this was", about="on no roster any more")
