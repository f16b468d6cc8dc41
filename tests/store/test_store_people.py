"""Links, names, exports, absences, proposals, sealed passwords, signatures."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_builders import Clock, taken_back

from graphsync.sealing import Sealer, SealProblem
from graphsync.store.exports import Export
from graphsync.store.links import Link
from graphsync.store.problems import AlreadyRevealed, Conflict, SecretExpired, Unknown
from graphsync.store.proposals import Proposal
from graphsync.store.secrets import Sealed
from graphsync.store.sign_offs import Matter, SignOff
from policies.people import Kind, PersonKey

ANN, BEN, EVE = (PersonKey("pb", n) for n in ("1", "2", "3"))
FAR = PersonKey("eic", "1")
DAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
LAWS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER_KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="


def a_link(person: PersonKey = ANN, object_id: str = "o1", **fields: object) -> Link:
    given = {"kind": Kind.PUPIL, "how": "created", "linked_at": NOON, **fields}
    return Link(person=person, object_id=object_id, **given)  # type: ignore[arg-type]


def test_links_are_kept_whole_and_by_school(store):
    blocked = a_link(
        BEN,
        "o2",
        kind=Kind.STAFF,
        how="adopted",
        blocked_by_us_at=NOON,
        revoked_at=NOON + timedelta(microseconds=1),
        left_on=DAY,
    )
    store.links.put_many([a_link(), blocked, a_link(FAR, "o3")])
    assert store.links.of("pb") == {ANN: a_link(), BEN: blocked}
    assert store.links.all_object_ids() == {"o1": ANN, "o2": BEN, "o3": FAR}


def test_a_link_of_the_same_person_and_object_is_replaced(store):
    store.links.put(a_link())
    store.links.put(a_link(kind=Kind.STAFF, blocked_by_us_at=NOON))
    assert store.links.of("pb")[ANN].kind is Kind.STAFF


def test_an_object_of_another_person_is_a_conflict_that_names_both(store):
    store.links.put(a_link())
    with pytest.raises(Conflict, match="o1 is linked to pb:1, not to eic:1"):
        store.links.put_many([a_link(BEN, "o2"), a_link(FAR, "o1")])
    assert list(store.links.of("pb")) == [ANN]


def test_a_second_object_of_a_person_is_a_conflict_until_the_link_is_removed(store):
    store.links.put(a_link())
    with pytest.raises(Conflict, match="pb:1 is linked to o1, not to o2"):
        store.links.put(a_link(ANN, "o2"))
    store.links.remove(ANN)
    store.links.put(a_link(ANN, "o2"))
    assert store.links.all_object_ids() == {"o2": ANN}


@LAWS
@given(
    st.lists(
        st.tuples(st.sampled_from([ANN, BEN, EVE]), st.sampled_from(["o1", "o2", "o3"])),
        max_size=6,
    )
)
def test_links_are_one_to_one_whatever_is_put(store, pairs):
    with taken_back(store):
        kept: dict[PersonKey, str] = {}
        for person, object_id in pairs:
            fits = kept.get(person, object_id) == object_id and (
                object_id not in kept.values() or kept.get(person) == object_id
            )
            try:
                store.links.put(a_link(person, object_id))
            except Conflict:
                assert not fits
            else:
                assert fits
                kept[person] = object_id
        found = {key: link.object_id for key, link in store.links.of("pb").items()}
        assert found == kept


def test_a_reserved_alias_is_kept_for_its_person_and_refused_to_others(store):
    store.names.reserve("pb.example", {"asmith": ANN, "bjones": BEN}, NOON)
    store.names.reserve("pb.example", {"asmith": ANN}, NOON + timedelta(days=1))
    assert store.names.of_person("pb.example", ANN) == "asmith"
    assert store.names.of_people("pb.example") == {ANN: "asmith", BEN: "bjones"}
    with pytest.raises(Conflict, match="pb:3 would get is held by pb:1"):
        store.names.reserve("pb.example", {"free": BEN, "asmith": EVE}, NOON)
    assert "free" not in store.names.taken("pb.example", DAY, 730)
    store.names.reserve("other.example", {"asmith": EVE}, NOON)


@LAWS
@given(freed=st.integers(0, 900), today=st.integers(0, 1800), period=st.integers(0, 900))
def test_a_freed_alias_stays_taken_for_exactly_its_period(store, freed, today, period):
    with taken_back(store):
        store.names.reserve("pb.example", {"asmith": ANN}, NOON)
        store.names.free("pb.example", ANN, DAY + timedelta(days=freed))
        taken = store.names.taken("pb.example", DAY + timedelta(days=today), period)
        assert ("asmith" in taken) == (today < freed + period)
        assert store.names.of_person("pb.example", ANN) is None
        store.names.reserve("pb.example", {"asmith": BEN}, NOON)
        assert store.names.of_people("pb.example") == {BEN: "asmith"}


def an_export(sha256: str = "a", at: datetime = NOON, school: str = "pb") -> Export:
    return Export(
        school=school,
        sha256=sha256,
        accepted_at=at,
        complete=frozenset({Kind.PUPIL}),
        fingerprint=b"print",
    )


def test_the_same_content_of_a_school_is_one_export(store):
    assert store.exports.accept(an_export(), b"roster")
    assert not store.exports.accept(an_export(at=NOON + timedelta(days=1)), b"other")
    assert store.exports.accept(an_export(school="eic"), b"theirs")
    again = an_export(at=NOON + timedelta(days=1))
    assert store.exports.since("pb", NOON + timedelta(days=9), 5) == [again]
    assert store.exports.roster("pb", "a") == b"roster"
    with pytest.raises(Unknown):
        store.exports.roster("pb", "b")


def test_a_content_that_comes_back_is_the_newest_export_again(store):
    for hour, content in enumerate("aba"):
        store.exports.accept(an_export(content, NOON + timedelta(hours=hour)), b"")
    assert store.exports.latest("pb", NOON + timedelta(days=1)).sha256 == "a"


@LAWS
@given(hours=st.lists(st.integers(0, 5), max_size=6), asked=st.integers(0, 5), n=st.integers(1, 7))
def test_exports_come_newest_first_and_none_from_the_future(store, hours, asked, n):
    with taken_back(store):
        moments = [NOON + timedelta(hours=hour) for hour in hours]
        exports = [an_export(str(number), at) for number, at in enumerate(moments)]
        for export in exports:
            store.exports.accept(export, b"")
        limit = NOON + timedelta(hours=asked)
        by_age = sorted(exports, key=lambda one: (one.accepted_at, int(one.sha256)), reverse=True)
        expected = [one for one in by_age if one.accepted_at <= limit]
        assert store.exports.since("pb", limit, n) == expected[:n]
        latest = store.exports.latest("pb", limit)
        assert latest == next(iter(expected), None)
        assert store.exports.latest_of_each(limit) == ({"pb": latest} if latest else {})


def test_absence_counts_contents_and_starts_anew_when_seen(store):
    later = NOON + timedelta(hours=21)
    store.absences.note_absent("pb", [ANN, BEN], "a", NOON)
    store.absences.note_absent("pb", [ANN], "a", later)
    store.absences.note_absent("pb", [ANN], "b", later)
    assert store.absences.of("pb", later) == {
        ANN: (("a", NOON), ("b", later)),
        BEN: (("a", NOON),),
    }
    assert store.absences.of("pb", NOON)[ANN] == (("a", NOON),)
    store.absences.clear("pb", [ANN])
    assert list(store.absences.of("pb", later)) == [BEN]
    assert store.absences.of("eic", later) == {}


def a_proposal(person: PersonKey = ANN, object_id: str = "o1", strength: int = 3) -> Proposal:
    return Proposal(
        person=person, object_id=object_id, strength=strength, evidence=("mail",), at=NOON
    )


def test_open_proposals_are_replaced_and_decided_ones_stay(store, clock: Clock):
    store.proposals.put_open("pb", [a_proposal(), a_proposal(BEN, "o2", 5)])
    assert store.proposals.list("pb", "open") == [a_proposal(BEN, "o2", 5), a_proposal()]
    store.proposals.decide(ANN, "o1", "refused", "head")
    store.proposals.put_open("pb", [a_proposal(), a_proposal(EVE, "o3")])
    assert store.proposals.list("pb", "open") == [a_proposal(EVE, "o3")]
    (refused,) = store.proposals.decided("pb")
    assert (refused.person, refused.state, refused.by) == (ANN, "refused", "head")
    assert refused.at == clock()
    assert store.proposals.list("eic") == []
    assert len(store.proposals.list()) == 2


def test_a_proposal_that_is_not_there_cannot_be_decided(store):
    with pytest.raises(Unknown, match="match list"):
        store.proposals.decide(ANN, "o9", "accepted", "head")


def test_a_password_is_shown_once(store):
    store.secrets.put([Sealed(ANN, "o1", b"sealed", NOON, NOON + timedelta(days=7))])
    assert store.secrets.reveal(ANN, "office", NOON) == b"sealed"
    with pytest.raises(AlreadyRevealed, match=r"pb:1 was shown to office on 2026-09-01 at 12:00"):
        store.secrets.reveal(ANN, "stranger", NOON)
    kept = store.secrets.of(ANN)
    assert (kept.hint, kept.revealed_by, kept.revealed_at) == ("o1", "office", NOON)
    store.secrets.put([Sealed(ANN, "o1", b"new", NOON, NOON + timedelta(days=7))])
    assert store.secrets.reveal(ANN, "office", NOON) == b"new"


def test_a_password_that_was_not_collected_expires_and_is_purged(store):
    end = NOON + timedelta(days=7)
    store.secrets.put([Sealed(ANN, "o1", b"sealed", NOON, end)])
    store.secrets.put([Sealed(BEN, "o2", b"sealed", NOON, end + timedelta(days=1))])
    with pytest.raises(SecretExpired, match="set a new one"):
        store.secrets.reveal(ANN, "office", end)
    assert store.secrets.purge_expired(end) == 1
    assert store.secrets.purge_expired(end) == 0
    with pytest.raises(SecretExpired):
        store.secrets.reveal(ANN, "office", end)
    assert store.secrets.reveal(BEN, "office", end) == b"sealed"


def test_a_password_nobody_has_seen_may_be_set_again_until_it_expires(store):
    end = NOON + timedelta(days=7)
    store.secrets.put([Sealed(ANN, "o1", b"sealed", NOON, end)])
    assert store.secrets.unrevealed("pb", NOON) == {ANN: b"sealed"}
    assert store.secrets.unrevealed("pb", end) == {}
    assert store.secrets.unrevealed("eic", NOON) == {}
    assert store.secrets.reveal(ANN, "office", NOON) == b"sealed"
    assert store.secrets.unrevealed("pb", NOON) == {}


def test_exports_and_proposals_show_keys_only():
    proposal = Proposal(person=ANN, object_id="o1", strength=1, evidence=("Smith",), at=NOON)
    export = msgspec.structs.replace(an_export(), fingerprint=b"Smith")
    assert "Smith" not in f"{proposal!r} {export!r}"


def test_a_password_that_never_was_is_unknown(store):
    assert store.secrets.of(ANN) is None
    with pytest.raises(Unknown):
        store.secrets.reveal(ANN, "office", NOON)


def test_a_seal_opens_with_its_key_and_with_no_other():
    sealed = Sealer(KEY).seal("three-small-Words7")
    assert b"small" not in sealed
    assert Sealer(f"{OTHER_KEY}, {KEY}").open(sealed) == "three-small-Words7"
    with pytest.raises(SealProblem, match="GRAPHSYNC_SEAL_KEY"):
        Sealer(OTHER_KEY).open(sealed)
    assert Sealer(OTHER_KEY).open(Sealer(f"{OTHER_KEY},{KEY}").seal("x")) == "x"
    with pytest.raises(SealProblem):
        Sealer(KEY).open(sealed[:-4] + b"AAAA")


def test_a_key_that_is_none_is_refused_with_the_mend():
    for key in ("", "short", f"{KEY},"):
        with pytest.raises(SealProblem, match="make one with"):
            Sealer(key)
    assert KEY not in repr(Sealer(KEY))


def test_a_slip_is_printed_again_by_its_printer_alone_and_for_a_while(store):
    end, jam = NOON + timedelta(days=7), timedelta(minutes=30)
    store.secrets.put([Sealed(ANN, "new", b"sealed", NOON, end, must_change=False)])
    assert store.secrets.print(ANN, "office", NOON, jam) == b"sealed"
    assert store.secrets.print(ANN, "office", NOON + jam, jam) == b"sealed"
    for by, when in (("stranger", NOON), ("office", NOON + jam + timedelta(seconds=1))):
        with pytest.raises(AlreadyRevealed, match="shown to office on 2026-09-01 at 12:00"):
            store.secrets.print(ANN, by, when, jam)
    assert store.secrets.unrevealed("pb", NOON) == {}
    assert store.secrets.purge_expired(NOON + timedelta(minutes=59)) == 0
    assert store.secrets.purge_expired(NOON + timedelta(minutes=60)) == 1
    with pytest.raises(AlreadyRevealed):
        store.secrets.print(ANN, "office", NOON, jam)
    assert store.secrets.of(ANN).must_change is False


def test_a_password_can_be_put_back_as_it_was_or_forgotten(store):
    end = NOON + timedelta(days=7)
    first = Sealed(ANN, "initial", b"sealed", NOON, end)
    assert store.secrets.kept(ANN) is None
    store.secrets.put([first])
    store.secrets.print(ANN, "office", NOON, timedelta(0))
    earlier = store.secrets.kept(ANN)
    assert (earlier.ciphertext, earlier.revealed_by, earlier.must_change) == (
        b"sealed",
        "office",
        True,
    )
    store.secrets.put([Sealed(ANN, "new", b"other", NOON, end)])
    assert store.secrets.of(ANN).revealed_by is None
    store.secrets.drop(ANN)
    assert store.secrets.of_school("pb") == {}
    store.secrets.put([earlier])
    assert store.secrets.kept(ANN) == earlier


def test_a_thing_is_signed_once_a_day_and_the_newest_signature_counts(store, clock: Clock):
    first = SignOff(
        school="pb",
        matter=Matter.GROUP,
        subject="gs-pb-all-staff",
        on=date(2026, 9, 1),
        who="pb:9001",
        seen=31,
        by="it",
        at=clock(),
    )
    again = msgspec.structs.replace(first, on=date(2027, 9, 1), who="pb:9002")
    with taken_back(store):
        assert store.sign_offs.add(again)
        assert store.sign_offs.add(first)
        assert not store.sign_offs.add(msgspec.structs.replace(first, who="somebody else"))
        assert store.sign_offs.of("pb", Matter.GROUP) == {"gs-pb-all-staff": again}
        assert store.sign_offs.of("pb", Matter.JOINERS) == store.sign_offs.of("oak", first.matter)
