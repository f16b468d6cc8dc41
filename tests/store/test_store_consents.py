"""The register of consent on both databases: added to, never edited, and proved by the journal."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from store_builders import taken_back

from graphsync.store.db import Store
from graphsync.store.problems import BrokenRegister
from policies.consent_records import Act, Answer, Entry, Signer
from policies.people import PersonKey

AT = datetime(2026, 9, 1, 10, tzinfo=UTC)
LEO, ISLA, AMY = PersonKey("oak", "10"), PersonKey("oak", "9"), PersonKey("elm", "10")


def a_row(number: int, **fields: object) -> Entry:
    usual = {
        "id": f"c-{number}",
        "act": Act.ANSWERED,
        "at": AT,
        "by": "office",
        "answer": Answer.YES,
        "signer": Signer(contact_id="77", name='Jo "J" Marsh, née Öz', responsible=True),
    }
    return Entry(**(usual | fields))  # type: ignore[arg-type]


@pytest.fixture
def filled(store: Store) -> Store:
    store.consents.add([(LEO, a_row(1)), (ISLA, a_row(2)), (AMY, a_row(3))])
    store.consents.add([(LEO, a_row(4, act=Act.WITHDRAWN, about="c-1", answer=None))])
    return store


def test_each_pupil_of_a_school_has_their_own_rows_in_the_order_they_came(filled: Store) -> None:
    found = filled.consents.of_school("oak")
    assert {pupil: [row.id for row in rows] for pupil, rows in found.items()} == {
        LEO: ["c-1", "c-4"],
        ISLA: ["c-2"],
    }
    assert found[ISLA] == (a_row(2),) == filled.consents.of(ISLA)
    assert filled.consents.of_school("ash") == {}
    assert filled.consents.of(PersonKey("ash", "1")) == ()
    assert filled.consents.pupil_of("c-3") == AMY
    assert filled.consents.pupil_of("c-5") is None


def test_a_row_is_never_edited_whoever_asks(filled: Store) -> None:
    with pytest.raises(DBAPIError, match="never edited"), filled.database.writing() as connection:
        connection.execute(text("UPDATE consents SET body = '{}' WHERE id = 'c-1'"))
    assert filled.consents.of(LEO)[0] == a_row(1)
    assert filled.consents.verify() == 4


def test_an_id_is_given_once_and_nothing_of_the_attempt_stays(filled: Store) -> None:
    with pytest.raises(IntegrityError):
        filled.consents.add([(ISLA, a_row(5)), (ISLA, a_row(1))])
    assert [row.id for row in filled.consents.of(ISLA)] == ["c-2"]
    assert filled.consents.verify() == 4


def test_rows_and_their_events_are_one_commit(store: Store) -> None:
    with taken_back(store):
        store.consents.add([(LEO, a_row(1))])
    assert store.consents.of(LEO) == ()
    assert store.journal.of_person(LEO) == []


def test_the_journal_tells_of_a_row_by_id_and_digest_without_a_name(filled: Store) -> None:
    (told, _) = filled.journal.of_person(LEO)
    assert (told.operation, told.result) == ("consent_answered", "office")
    entry, digest = told.item.split()
    assert (entry, len(digest)) == ("c-1", 64)
    assert (told.before, told.after) == ({}, {})


def without_guard(store: Store, statement: str) -> None:
    """What somebody could do who may do anything to the database."""
    with store.database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE consents DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER consents_refuse_UPDATE"))
        connection.execute(text(statement))
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE consents ENABLE TRIGGER USER"))


ADDED = (
    "INSERT INTO consents (id, school, mis_id, act, at, batch, salt, body)"
    " SELECT 'c-0', school, mis_id, act, at, batch, salt, body FROM consents WHERE id = 'c-1'"
)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE consents SET body = replace(body, 'yes', 'no') WHERE id = 'c-2'",
            "c-2 of a register: the row was changed after it was written",
        ),
        ("UPDATE consents SET mis_id = '10' WHERE id = 'c-2'", "c-2 of a register: the row"),
        ("DELETE FROM consents WHERE id = 'c-4'", "c-4 of a register: the row is gone"),
        (ADDED, "c-0 of a register: the journal tells of no such row"),
    ],
)
def test_what_was_done_behind_our_back_shows_with_its_first_row(
    filled: Store, statement: str, told: str
) -> None:
    without_guard(filled, statement)
    with pytest.raises(BrokenRegister, match=told):
        filled.consents.verify()


def test_what_is_erased_goes_whole_and_is_no_gap(filled: Store) -> None:
    assert filled.consents.erase([LEO]) == 2
    assert filled.consents.of(LEO) == ()
    assert filled.consents.verify() == 2
    told = filled.journal.of_person(LEO)[-1]
    assert (told.operation, told.result) == ("erase_consents", "2")
    filled.consents.add([(LEO, a_row(6))])
    assert filled.consents.verify() == 3
    filled.journal.verify()


def test_only_those_about_whom_nothing_was_recorded_lately_are_silent(filled: Store) -> None:
    later = AT + timedelta(days=1)
    filled.consents.add([(ISLA, a_row(5, at=later))])
    assert filled.consents.silent_since("oak", AT) == {}
    assert filled.consents.silent_since("oak", later) == {LEO: 2}
    assert filled.consents.silent_since("oak", later + timedelta(seconds=1)) == {LEO: 2, ISLA: 2}
