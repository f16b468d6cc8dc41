"""Whether the journal and the registers that it vouches for are whole, and who hears when not.

On a gap or a mismatch the service opens an incident for the DPO by itself, once: whoever looks is
not whoever has to act on it (law B9, task 3).
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.breach_drafts import Trigger, draft_for
from graphsync.store.chain import Head
from graphsync.store.db import Store
from graphsync.store.problems import Broken, BrokenRegister
from graphsync.trouble import Usage
from policies.breach_records import Facts
from policies.breaches import State, standing
from policies.pack_loading import schools

OF_THE_JOURNAL = "journal:"  # before the first bad row, in an incident's reference
LARGEST = 2**53
_HASH = re.compile("[0-9a-f]{64}")
MISTYPED = (
    "a printed head is the number of a row and its hash of 64 characters, as the pack of that term"
    " has them"
)


class Verdict(Struct, frozen=True, kw_only=True):
    """Whole with its head, or the first bad row (a number, or a register's id) and why.

    `incident` is the breach draft that stands for it; empty where none could be opened.
    """

    whole: bool
    rows: int | None = None
    head: str | None = None
    first_bad: int | str | None = None
    why: str = ""
    incident: str = ""


def printed_head(row: int | None, its_hash: str) -> Head | None:
    """A head as the minutes have it; None where nothing was given. Raises Usage for half of one."""
    its_hash = "".join(its_hash.split()).casefold()
    if row is None and not its_hash:
        return None
    if row is None or not 0 < row < LARGEST or not _HASH.fullmatch(its_hash):
        raise Usage(MISTYPED)
    return Head(rows=row, hash=its_hash)


def verify(bench: Bench, printed: Head | None = None) -> Verdict:
    """Reads everything; with `printed`, also whether that row still has that hash.

    What is not whole is told to the DPO as an incident, unless one is open. Raises Usage for a
    printed hash that another row has: then the number was mistyped.
    """
    store, found = bench.store, _looked(bench.store)
    if not found.whole:
        # A register is read after the journal: a row that is added in between is not there again.
        found = _looked(bench.store)
    if not found.whole:
        return _told(bench, found)
    if printed is not None and store.journal.hash_of(printed.rows) != printed.hash:
        if (other := store.journal.row_of(printed.hash)) is not None:
            raise Usage(f"this is the hash of row {other}, not of row {printed.rows}: look again")
        why = "it has another hash than the one that was printed"
        return _told(bench, Verdict(whole=False, first_bad=printed.rows, why=why))
    return found


def _looked(store: Store) -> Verdict:
    try:
        head = store.journal.verify()
        store.consents.verify()
        store.breaches.verify()
    except Broken as broken:
        return Verdict(whole=False, first_bad=broken.seq, why=broken.why)
    except BrokenRegister as broken:
        return Verdict(whole=False, first_bad=broken.entry, why=broken.why)
    return Verdict(whole=True, rows=head.rows, head=head.hash)


def _told(bench: Bench, found: Verdict) -> Verdict:
    try:
        return replace(found, incident=_incident(bench, found.first_bad, found.why))
    except Broken:  # without its head the journal takes no row: what was found is told all the same
        return found


def _incident(bench: Bench, first_bad: int | str | None, why: str) -> str:
    """The open incident of the journal, else a new one: at the bad row's school, if it has one.

    The journal is one chain over all schools; a row without a school stands for the first of them.
    """
    store, named = bench.store, schools(bench.packs_dir)
    if not named:  # then there is no register to open it in
        return ""
    with store.transaction():
        store.breaches.lock()
        for rows in store.breaches.all().values():
            now = standing(rows)
            if now.source.startswith(OF_THE_JOURNAL) and now.state is not State.CLOSED:
                return now.breach
        its = store.journal.school_of(first_bad) if isinstance(first_bad, int) else None
        return draft_for(
            bench,
            its if its in named else min(named),
            Trigger.NOT_WHOLE,
            f"{OF_THE_JOURNAL}{first_bad}",
            Facts(description=f"The first bad row is {first_bad}: {why}."),
        )
