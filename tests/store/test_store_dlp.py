"""Events of data loss at rest, on both databases."""

from datetime import UTC, datetime

from mail_records import a_match, kept
from msgspec.structs import replace

from graphsync.store.db import Store
from graphsync.store.dlp_events import KeptEvent
from graphsync.store.dlp_imports import Import
from policies.mail_events import Fullness
from policies.mail_people import Parties, Party, Role

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def an_event(own: str = "1", **fields: object) -> KeptEvent:
    event = a_match(own, NOW, **({"incident": "i", "message": "m@x"} | fields))
    return kept(event, Parties(sender=Party(Role.STAFF)), "pb", classes=("medical",))


def test_an_event_comes_back_as_it_was_put_and_is_put_once(store: Store):
    one, other = an_event("1"), an_event("2", incident="j")
    assert store.dlp_events.put([one, other, one], NOW).new == [one, other]
    assert store.dlp_events.put([other], NOW).new == []
    assert store.dlp_events.of_incident("pb", "i") == (one,)
    assert store.dlp_events.of_message("pb", "m@x") == (one, other)
    assert store.dlp_events.of_message("elm", "m@x") == ()
    assert store.dlp_events.classes_seen("pb") == {"medical"}


def test_the_fuller_record_takes_the_place_of_the_poorer_and_never_the_reverse(store: Store):
    poor = an_event(fullness=Fullness.ACTIVITY_EXPLORER, message="")
    store.dlp_events.put([poor], NOW)
    assert store.dlp_events.put([an_event()], NOW).new == []
    assert store.dlp_events.put([poor], NOW).new == []
    assert store.dlp_events.of_incident("pb", "i") == (an_event(),)


def test_an_import_is_kept_by_its_content_with_what_was_quarantined(store: Store):
    read = Import(
        sha256="a" * 64,
        format="JSON records",
        at=NOW,
        by="dpo",
        records=3,
        events=1,
        merged=0,
        out_of_scope=0,
        quarantined={"not JSON": 1, "not a record": 1},
    )
    store.dlp_imports.put(read)
    assert store.dlp_imports.of("a" * 64) == read
    later = replace(read, events=2, quarantined={"not JSON": 1})
    store.dlp_imports.put(later)
    assert store.dlp_imports.of("a" * 64) == later
    assert store.dlp_imports.of("b" * 64) is None
