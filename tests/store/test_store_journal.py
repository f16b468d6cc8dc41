"""The journal: chained, append-only, and every edit is found."""

from datetime import timedelta
from pathlib import Path

import pytest
import store_children
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from started_ahead import AHEAD
from store_builders import Clock, an_entry, taken_back

from graphsync.store import tables
from graphsync.store.chain import FIELDS, GENESIS, Head, row_hash
from graphsync.store.db import Store
from graphsync.store.journal_export import verify_export
from graphsync.store.problems import Broken, BrokenExport, StoreProblem
from policies.people import PersonKey

LAWS = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ROWS = 12


def filled(store: Store) -> Store:
    """Twelve rows: intents with payloads, outcomes without, one of no person."""
    for n in range(1, 6):
        item = f"update_user pb:{n}"
        store.journal.append([an_entry(item, before={"surname": "Old"}, after={"surname": "New"})])
        store.journal.append([an_entry(item, what="outcome", result="done", object_id=f"o{n}")])
    group = an_entry("create_group pb:x", person=None, population="", after={"uniqueName": "y7"})
    store.journal.append([group, an_entry("x pb:1", what="event")])
    return store


def disarm(store: Store) -> None:
    """What a tamperer with the owner's rights does first."""
    with store.database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE journal DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER IF EXISTS journal_refuses_update"))
            connection.execute(text("DROP TRIGGER IF EXISTS journal_refuses_delete"))


def broken_by(store: Store, *statements: object) -> int:
    """Tamper, see where verifying breaks, and take the tampering back."""
    with taken_back(store):
        disarm(store)
        with store.database.writing() as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]
        with pytest.raises(Broken) as caught:
            store.journal.verify()
    return int(caught.value.seq)


def test_an_empty_journal_is_whole(store):
    assert store.journal.verify() == Head(rows=0, hash=GENESIS)
    assert store.journal.append([]) == []


def test_rows_are_numbered_from_one_and_chained(store):
    assert store.journal.append([an_entry(), an_entry("enable_user pb:2")]) == [1, 2]
    assert store.journal.append([an_entry("enable_user pb:3")]) == [3]
    head = store.journal.verify()
    rows = store.journal.of_run("r-20260901-1a2b")
    assert (head.rows, head.hash) == (3, rows[-1].hash)


@LAWS
@given(
    seq=st.integers(1, ROWS),
    field=st.sampled_from([*FIELDS, "hash"]),
    value=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
)
def test_any_edit_of_any_field_of_any_row_is_found_and_its_row_is_named(store, seq, field, value):
    if store.journal.verify().rows == 0:
        filled(store)
    column = tables.journal.c[field]
    here = tables.journal.c.seq == seq
    with store.database.reading() as connection:
        standing = connection.scalar(select(column).where(here))
    edited = ROWS + 1 + len(value) if field == "seq" else value
    if edited == standing:
        edited = f"{value}!"
    assert broken_by(store, update(tables.journal).where(here).values({field: edited})) == seq
    assert store.journal.verify().rows == ROWS


@LAWS
@given(first=st.integers(1, ROWS), count=st.integers(1, ROWS))
def test_any_removed_rows_are_found_a_cut_tail_too(store, first, count):
    if store.journal.verify().rows == 0:
        filled(store)
    gone = tables.journal.c.seq.between(first, first + count - 1)
    assert broken_by(store, delete(tables.journal).where(gone)) == first


@LAWS
@given(seq=st.sampled_from([1, 3, 5, 7, 9, 11]), field=st.sampled_from(["body", "salt", "sha256"]))
def test_a_changed_payload_is_found(store, seq, field):
    if store.journal.verify().rows == 0:
        filled(store)
    changed = "0" * 64 if field == "sha256" else b'{"before":{},"after":{}}'
    here = tables.payloads.c.seq == seq
    assert broken_by(store, update(tables.payloads).where(here).values({field: changed})) == seq


def test_a_payload_that_vanishes_without_a_journalled_purge_is_found(store):
    filled(store)
    assert broken_by(store, delete(tables.payloads).where(tables.payloads.c.seq == 3)) == 3


def test_a_payload_where_none_belongs_is_found(store):
    filled(store)
    stray = {"sha256": "", "salt": b"", "body": b"{}"}
    assert broken_by(store, insert(tables.payloads).values(seq=2, **stray)) == 2
    assert broken_by(store, insert(tables.payloads).values(seq=40, **stray)) == 40


def test_a_row_appended_behind_the_heads_back_is_found(store):
    filled(store)
    with store.database.reading() as connection:
        last = connection.execute(select(tables.journal).where(tables.journal.c.seq == ROWS)).one()
    fields = {**last._asdict(), "seq": ROWS + 1, "previous": last.hash}
    fields["hash"] = row_hash([fields[name] for name in FIELDS])
    assert broken_by(store, insert(tables.journal).values(fields)) == ROWS + 1


def test_a_journal_longer_than_one_part_is_verified_to_its_end(store):
    store.journal.append([an_entry(f"update_user pb:{n}", after={"n": n}) for n in range(10_002)])
    assert store.journal.verify().rows == 10_002
    last = tables.payloads.c.seq == 10_002
    assert broken_by(store, update(tables.payloads).where(last).values(body=b"{}")) == 10_002


def test_a_journal_without_its_head_is_broken_for_reader_and_writer(store):
    filled(store)
    assert broken_by(store, delete(tables.journal_head)) == 0
    with taken_back(store):
        with store.database.writing() as connection:
            connection.execute(delete(tables.journal_head))
        with pytest.raises(Broken):
            store.journal.append([an_entry()])


@pytest.mark.parametrize("statement", ["UPDATE journal SET result = 'done'", "DELETE FROM journal"])
def test_the_database_itself_refuses_to_change_rows(store, statement):
    filled(store)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        store.database.writing() as connection,
    ):
        connection.execute(text(statement))
    assert store.journal.verify().rows == ROWS


def test_a_payload_cannot_be_guessed_back_from_its_hash(store):
    same = {"after": {"surname": "Smith"}}
    store.journal.append([an_entry(**same), an_entry("update_user pb:2", **same)])
    with store.database.reading() as connection:
        first, second = connection.scalars(select(tables.journal.c.payload_sha256)).all()
    assert first != second


def test_an_intent_without_outcome_is_unresolved_until_its_outcome_comes(store):
    intents = [an_entry(f"disable_user pb:{n}", before={"accountEnabled": True}) for n in (1, 2)]
    store.journal.append(intents)
    store.journal.append([an_entry("disable_user pb:1", what="outcome", result="done")])
    store.journal.append([an_entry("disable_user eic:1", school="eic")])
    (open_one,) = store.journal.unresolved("pb")
    assert open_one.item == "disable_user pb:2"
    assert open_one.person == PersonKey("pb", "2")
    assert open_one.before == {"accountEnabled": True}
    store.journal.append([an_entry("disable_user pb:2", what="outcome", result="unknown")])
    assert store.journal.unresolved("pb") == []
    store.journal.append([an_entry("disable_user pb:2")])
    assert [row.seq for row in store.journal.unresolved("pb")] == [6]


@LAWS
@given(
    st.lists(
        st.tuples(st.sampled_from(["intent", "outcome", "event"]), st.integers(1, 3)), max_size=12
    ),
    st.integers(0, 12),
)
def test_unresolved_is_every_item_whose_last_word_is_an_intent(store, steps, cut):
    entries = [an_entry(f"disable_user pb:{n}", what=what) for what, n in steps]
    last_word = {n: what for what, n in steps if what != "event"}
    with taken_back(store):
        store.journal.append(entries[:cut])
        store.journal.append(entries[cut:])
        found = {int(row.person.mis_id) for row in store.journal.unresolved("pb")}
        assert found == {n for n, what in last_word.items() if what == "intent"}


def test_counts_of_what_was_done_are_people_summed_over_runs(store, clock: Clock):
    def outcome(item: str, result: str = "done", **fields: object) -> None:
        store.journal.append([an_entry(item, what="outcome", result=result, **fields)])

    outcome("disable_user pb:1")
    since = clock.advance(days=1)
    outcome("disable_user pb:1")
    outcome("disable_user pb:1", run="r-2")
    outcome("disable_user pb:2", result="refused")
    outcome("disable_user pb:3", population="staff")
    outcome("disable_user eic:4", school="eic")
    store.journal.append([an_entry("disable_user pb:5")])
    groups = [
        an_entry(f"remove_from_group pb:6 {name}", what="outcome", result="done")
        for name in ("y7", "7B")
    ]
    store.journal.append(groups)
    operations = {"disable_user", "remove_from_group"}
    lately = clock.advance(days=1)
    outcome("disable_user pb:1", run="r-3")
    outcome("create_user pb:7")
    assert store.journal.applied_counts("pb", operations, since, lately) == {
        ("disable_user", "pupil"): (3, 1),
        ("disable_user", "staff"): (1, 0),
        ("remove_from_group", "pupil"): (1, 0),
    }


def test_an_export_is_whole_and_carries_no_payload(store, tmp_path: Path):
    filled(store)
    path = tmp_path / "journal.jsonl"
    assert store.journal.export(path) == store.journal.verify() == verify_export(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "New" not in path.read_text()
    assert len(path.read_text().splitlines()) == ROWS + 1


@LAWS
@given(data=st.data())
def test_any_changed_byte_of_an_export_is_found_and_its_line_is_named(store, tmp_path, data):
    path, bad = tmp_path / "journal.jsonl", tmp_path / "bad.jsonl"
    if not path.exists():
        filled(store).journal.export(path)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    bad.write_bytes(content)
    with pytest.raises(BrokenExport) as caught:
        verify_export(bad)
    line = path.read_bytes()[:at].count(b"\n") + 1
    assert line in {caught.value.line, 1}


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"run":', b'"run": '), (b"update_user", b"update\\u005fuser"), (b"}\n", b"}\r\n")],
)
def test_an_edit_that_means_the_same_is_found_too(store, tmp_path: Path, old, new):
    path = tmp_path / "journal.jsonl"
    filled(store).journal.export(path)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(old, new, 1)
    path.write_bytes(b"".join(lines))
    with pytest.raises(BrokenExport, match="line 5: the line was edited"):
        verify_export(path)


@LAWS
@given(lines=st.integers(0, ROWS))
def test_a_cut_export_is_found(store, tmp_path, lines):
    path, cut = tmp_path / "journal.jsonl", tmp_path / "cut.jsonl"
    if not path.exists():
        filled(store).journal.export(path)
    cut.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:lines]))
    with pytest.raises(BrokenExport) as caught:
        verify_export(cut)
    assert caught.value.line == lines + 1


def test_an_export_that_cannot_be_written_or_read_says_so(store, tmp_path: Path):
    with pytest.raises(StoreProblem, match="name another place"):
        store.journal.export(tmp_path / "missing" / "journal.jsonl")
    with pytest.raises(StoreProblem, match="cannot read"):
        verify_export(tmp_path / "missing.jsonl")


def test_entries_show_keys_only(store):
    entry = an_entry(after={"surname": "Secret"})
    store.journal.append([entry])
    (row,) = store.journal.unresolved("pb")
    assert "Secret" not in f"{entry!r} {row!r}"


def test_several_calls_are_one_commit(store, another):
    with taken_back(store):
        store.journal.append([an_entry()])
        store.journal.append([an_entry("enable_user pb:2")])
    assert store.journal.verify().rows == 0
    with store.transaction():
        store.journal.append([an_entry()])
    assert another().journal.verify().rows == 1


def test_several_writers_make_one_chain(store, url):
    writers = [
        AHEAD.Process(target=store_children.write, args=(url, f"r-{n}"), daemon=True)
        for n in range(3)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert store.journal.verify().rows == 600


def test_a_process_killed_in_a_transaction_leaves_no_half_of_it(store, url):
    filled(store)
    ours, theirs = AHEAD.Pipe()
    victim = AHEAD.Process(
        target=store_children.write_and_not_commit, args=(url, theirs), daemon=True
    )
    victim.start()
    assert ours.recv() == "written"
    victim.kill()
    victim.join(60)
    assert store.journal.verify().rows == ROWS
    assert store.journal.append([an_entry("enable_user pb:7")]) == [ROWS + 1]
    assert not [row for row in store.journal.unresolved("pb") if row.run == "r-9"]


def test_a_verification_sees_one_moment_while_others_write(store, another):
    filled(store)
    other = another()
    with store.database.reading():
        other.journal.append([an_entry("enable_user pb:8")])
        store.journal.verify()
    assert store.journal.verify().rows == ROWS + 1


def test_times_without_zone_are_refused(store, clock: Clock):
    clock.time = clock.time.replace(tzinfo=None) + timedelta(days=1)
    with pytest.raises(ValueError, match="time zone"):
        store.journal.append([an_entry()])
