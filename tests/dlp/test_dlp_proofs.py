"""Test messages: what a rule has to do to one, when, and what is told where it did not."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from dlp_records import a_record, encoded, mail, rule
from feed_tenant import Silent, packs
from fresh_store import fresh_store
from hypothesis import given
from hypothesis import strategies as st

from graphsync.bench import Bench
from graphsync.feed_findings import feed_findings
from graphsync.proof_desk import proofs, prove
from graphsync.store.db import Store
from graphsync.tenant.credentials import TenantSettings
from graphsync.trouble import Refusal, Usage
from policies.mail_effects import Fate
from policies.mail_proofs import HARMLESS, Bite, Proof, State, standing, unproved
from policies.mail_rules import MailRules
from policies.pack_loading import load_rules
from reports.dlp.importing import import_files
from reports.dlp.pull_text import instructions

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PROOF = Proof(school="oak", name="medical", sent_at=NOW, by="dpo")
RULES = MailRules(blocked_classes=("medical",), test_sender="t@oak.example", test_days=3)


def bite(fate: Fate = Fate.STOPPED, hours: float = 1, **more: str) -> Bite:
    told = {"school": "oak", "name": "medical"} | more
    return Bite(**told, at=NOW + timedelta(hours=hours), fate=str(fate))


@pytest.mark.parametrize(
    ("bites", "later", "state"),
    [
        ([], 72, State.WAITING),
        ([], 72.1, State.SILENT),
        ([bite()], 0, State.BIT),
        ([bite(Fate.ENCRYPTED)], 99, State.BIT),
        ([bite(hours=-1.9)], 99, State.BIT),
        ([bite(hours=-2.1)], 99, State.SILENT),
        ([bite(hours=72)], 99, State.BIT),
        ([bite(hours=72.1)], 99, State.SILENT),
        ([bite(Fate.LET_THROUGH)], 99, State.SEEN),
        ([bite(Fate.TRIED), bite(Fate.UNKNOWN)], 1, State.SEEN),
        ([bite(Fate.TRIED), bite(hours=2)], 1, State.BIT),
        ([bite(name="financial")], 99, State.SILENT),
        ([bite(school="elm")], 99, State.SILENT),
    ],
)
def test_a_rule_bites_when_it_stops_or_encrypts_the_message_in_time(bites, later, state):
    assert standing(PROOF, bites, 3, NOW + timedelta(hours=later)).state is state


BITES = st.lists(st.builds(bite, st.sampled_from(Fate), st.integers(-5, 99)), max_size=6)


@given(bites=BITES, seed=st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_records_changes_how_a_test_stands(bites, seed):
    again = [*bites, *bites]
    seed.shuffle(again)
    late = NOW + timedelta(days=9)
    assert standing(PROOF, again, 3, late) == standing(PROOF, bites, 3, late)


@pytest.mark.parametrize(
    ("bites", "later", "told"),
    [
        ([], 1, None),
        ([], 4, "no rule bit within 3 days of the test message of 2026-11-20"),
        ([bite()], 31, None),
        ([bite()], 32, "no test message since 2026-11-20: one a month is due"),
        ([bite(Fate.TRIED)], 1, "a rule saw the test message of 2026-11-20 and did not stop it"),
    ],
)
def test_what_is_told_of_a_class_that_is_to_be_blocked(bites, later, told):
    now = NOW + timedelta(days=later)
    found = list(unproved(RULES, [standing(PROOF, bites, 3, now)], now))
    assert [name for name, _ in found] == (["medical"] if told else [])
    assert told is None or found[0][1].startswith(told)
    assert [one for _, one in unproved(RULES, [], now)] == [
        "no test message ever proved that a rule bites"
    ]
    assert list(unproved(MailRules(blocked_classes=("medical",)), [], now)) == []


def test_the_test_values_have_right_check_digits():
    card = [int(one) for one in HARMLESS["financial"].text if one.isdigit()][:16]
    doubled = [two - 9 * (two > 9) for two in (2 * one for one in card[::2])]
    assert (sum(doubled) + sum(card[1::2])) % 10 == 0
    nhs = [int(one) for one in HARMLESS["medical"].text if one.isdigit()][:10]
    assert nhs[:3] == [9, 9, 9]
    weighed = sum(weight * one for weight, one in zip(range(10, 1, -1), nhs, strict=False))
    assert (11 - weighed % 11) % 11 == nhs[9]


@pytest.fixture
def desk(tmp_path):
    store = Store.open(fresh_store(tmp_path / "store.db"), lambda: NOW)
    yield Bench(
        store=store,
        packs_dir=packs(tmp_path),
        tenant=TenantSettings(tenant_id="0d5a1d5c-0000-4000-8000-000000000000", client_id="c"),
        sealer=None,
        now=lambda: NOW,
        sleep=asyncio.sleep,
        requester="dpo",
        new_id=lambda: "1",
        choose=lambda several: several[0],
        digit=lambda below: below - 1,
        progress=Silent(),
    )
    store.close()


def read(desk: Bench, *records: bytes) -> None:
    file = desk.packs_dir.parent / "blob.json"
    file.write_bytes(b"[" + b",".join(records) + b"]")
    import_files(desk, [file])


def test_a_message_is_recognised_by_its_sender_alone_and_may_be_recorded_afterwards(desk):
    actions = [{"PolicyId": "p", "Rules": [rule("BlockAccess")]}]
    ordinary = a_record(PolicyDetails=actions)
    test = mail(From="DLP.Test@oak.example", MessageID="<t@oak.example>")
    read(desk, encoded(ordinary))
    assert [one.sentence[:8] for one in feed_findings(desk, load_rules(desk.packs_dir, "oak"))] == [
        "medical:"
    ]
    prove(desk, "oak", "medical", NOW + timedelta(minutes=5))
    assert [one.state for one in proofs(desk, "oak")] == [State.WAITING]
    own = "9f2e3d4c-0000-4000-8000-000000000009"
    read(desk, encoded(a_record(Id=own, PolicyDetails=actions, ExchangeMetaData=test)))
    (told,) = proofs(desk, "oak")
    assert (told.state, told.fate) == (State.BIT, "stopped")
    assert feed_findings(desk, load_rules(desk.packs_dir, "oak")) == []
    prove(desk, "oak", "medical", NOW + timedelta(minutes=5))
    assert len(proofs(desk, "oak")) == 1


def test_the_person_who_sends_it_is_told_how_and_a_pack_without_an_account_refuses(desk):
    text = instructions(prove(desk, "oak", "medical"))
    assert "NHS number 999 000 0018" in text
    assert "from dlp.test@oak.example to a mailbox of your own outside" in text
    assert "We know of none" in instructions(prove(desk, "oak", "safeguarding"))
    with pytest.raises(Usage, match="no class of data"):
        prove(desk, "oak", "medicine")
    with pytest.raises(Usage, match="when it is sent"):
        prove(desk, "oak", "medical", NOW + timedelta(days=1))
    pack = desk.packs_dir / "oak.yaml"
    pack.write_text(pack.read_text().replace(", test_sender: dlp.test@oak.example", ""))
    with pytest.raises(Refusal, match=r"dlp\.test_sender"):
        prove(desk, "oak", "medical")
