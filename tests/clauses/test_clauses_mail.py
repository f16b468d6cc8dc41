"""Clauses about mail: what an event of data loss comes to under each school's own pack."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from policies.mail import Judgement, Kind, Severity, judge, without_a_rule
from policies.mail_effects import DELIVERS, ENCRYPTS, STOPS, Fate, fate_of
from policies.mail_events import (
    Event,
    Found,
    Fullness,
    Hit,
    Operation,
    Place,
    Reasoning,
    Said,
    Workload,
)
from policies.mail_people import AddressBook, Addresses, Parties, Party, Role, plain_address
from policies.mail_rules import MailRules
from policies.pack_layers import SHIPPED_PACKS
from policies.pack_loading import load_rules
from policies.people import PersonKey

NHS = "3192014e-2a16-44e9-aa69-4b20375c9a78"
NINO = "16c07343-c26f-49d2-a987-3daf717e94cc"
CARD = "50842eb7-edc8-4019-85dd-5a5c1f2bb085"
OWN = "5e7a1f10-6f4b-4b4e-9f0e-2a1d7c3b8e01"
OVERRIDDEN = Said(overridden=True, reasoning=Reasoning.STOCK)
BLOCK = ("BlockAccess", "NotifyUser")


def rules(school: str) -> MailRules:
    return load_rules(SHIPPED_PACKS, school).mail


def an_event(*actions: str, kind: str = NHS, count: int = 1, **more: Any) -> Event:
    hit = Hit(mode=more.pop("mode", "Enable"), actions=actions, found=(Found(kind, count),))
    usual: dict[str, Any] = {
        "organisation": "o",
        "id": "1",
        "fullness": Fullness.AUDIT_RECORD,
        "workload": Workload.EXCHANGE,
        "operation": Operation.MATCH,
        "created": datetime(2026, 11, 20, tzinfo=UTC),
        "hits": (hit,),
    }
    return Event(**(usual | more))


def to(*roles: Role, sender: Role = Role.STAFF) -> Parties:
    return Parties(sender=Party(sender), counts={role: roles.count(role) for role in roles})


def judged(school: str, event: Event, parties: Parties) -> Judgement:
    return judge(event, parties, rules(school))


def kinds(judgement: Judgement) -> set[Kind]:
    return {one.kind for one in judgement.exceptions}


def told(judgement: Judgement) -> set[str]:
    return {one.sentence for one in judgement.exceptions}


def test_pb_4_3_data_sent_outside_without_encryption_is_an_exception_and_with_it_is_logged_only():
    plain = judged("pb", an_event("NotifyUser", kind=NINO), to(Role.PARENT))
    assert told(plain) == {"sent without encryption (PB-4.3)"}
    sealed = judged("pb", an_event("EncryptRMSTemplate", kind=NINO), to(Role.PARENT))
    assert sealed.exceptions == ()
    assert sealed.fate is Fate.ENCRYPTED
    inside = judged("pb", an_event("NotifyUser", kind=NINO), to(Role.STAFF))
    assert inside.exceptions == ()


def test_pb_6_7_a_consumer_mailbox_is_a_finding_at_pb_and_none_where_it_is_allowed():
    event = an_event("EncryptRMSTemplate", kind=CARD)
    found = judged("pb", event, to(Role.PERSONAL))
    assert told(found) == {"sent to a personal account (PB-6.7)"}
    assert Kind.PERSONAL_ACCOUNT not in kinds(judged("eic", event, to(Role.PERSONAL)))


def test_pb_7_4b_the_aunt_may_not_have_it_and_the_mother_may():
    event = an_event("EncryptRMSTemplate")
    aunt = judged("pb", event, to(Role.CONTACT))
    assert told(aunt) == {"recipient lacks parental responsibility (PB-7.4b)"}
    assert judged("pb", event, to(Role.PARENT)).exceptions == ()
    assert kinds(judged("pb", event, to(Role.PARENT, Role.OUTSIDER))) == {Kind.NO_RESPONSIBILITY}


def test_snmat_8a_a_class_without_any_rule_seen_at_work_is_told():
    seen = frozenset({"financial", "personal"})
    (missing,) = without_a_rule(rules("snmat"), seen)
    assert missing.classes == ("medical",)
    assert missing.clauses == ("SNMAT-8a", "SNMAT-8b")
    assert without_a_rule(rules("snmat"), seen | {"medical"}) == ()


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (an_event("NotifyUser"), Kind.NOT_BLOCKED),
        (an_event(), Kind.NOT_BLOCKED),
        (an_event(*BLOCK, mode="TestWithNotifications"), Kind.TEST_MODE),
        (an_event("RouteToDepartment"), Kind.UNKNOWN_ACTION),
        (an_event(*BLOCK, said=OVERRIDDEN), Kind.NOT_BLOCKED),
        (an_event(*BLOCK, said=Said(false_positive=True)), Kind.NOT_BLOCKED),
        (an_event("EncryptRMSTemplate"), Kind.ENCRYPTION_NO_EXEMPTION),
    ],
)
def test_snmat_8b_what_is_seen_but_not_blocked_is_an_exception(event, kind):
    found = judged("snmat", event, to(Role.OUTSIDER))
    (one,) = [one for one in found.exceptions if "SNMAT-8b" in one.clauses and one.kind is kind]
    assert (one.severity, one.classes) == (Severity.HIGH, ("medical",))


def test_snmat_8b_what_is_blocked_or_held_is_counted_and_no_exception():
    for actions in (BLOCK, ("Halt",), ("Quarantine",), ("Moderate",)):
        found = judged("snmat", an_event(*actions), to(Role.OUTSIDER))
        assert (found.fate, found.exceptions) == (Fate.STOPPED, ())


def test_snmat_f3_15_encryption_exempts_personal_data_and_no_blocked_class():
    sealed = an_event("EncryptRMSTemplate")
    assert told(judged("snmat", sealed, to(Role.OUTSIDER))) == {
        "class is blocked, encryption no exemption (SNMAT-8a, SNMAT-8b)"
    }
    other = an_event("EncryptRMSTemplate", kind=NINO)
    assert judged("snmat", other, to(Role.OUTSIDER)).exceptions == ()
    plain = judged("snmat", an_event("NotifyUser", kind=NINO), to(Role.OUTSIDER))
    assert told(plain) == {"sent without encryption (SNMAT-F3.15)"}


def test_tmhs_5_5a_inside_counts_as_mail_and_encryption_exempts():
    found = judged("tmhs", an_event("NotifyUser"), to(Role.STAFF))
    assert told(found) == {"sent without encryption (TMHS-5.5a)"}
    assert judged("tmhs", an_event("EncryptRMSTemplate"), to(Role.STAFF)).exceptions == ()


def test_tmhs_4_4b_a_pupils_mail_to_a_private_mailbox_is_an_exception_and_a_teachers_is_not():
    event = an_event("EncryptRMSTemplate", kind=NINO)
    pupil = judged("tmhs", event, to(Role.PERSONAL, sender=Role.PUPIL))
    assert told(pupil) == {"sent to a personal account (TMHS-4.4b)"}
    assert judged("tmhs", event, to(Role.PERSONAL)).exceptions == ()


def test_eic_pers_2_the_label_masks_details_and_takes_no_exception_away():
    labelled = an_event("NotifyUser", labels=("personal",))
    found = judged("eic", labelled, to(Role.OUTSIDER))
    assert found.masked
    assert found.exceptions == judged("eic", an_event("NotifyUser"), to(Role.OUTSIDER)).exceptions
    assert kinds(found) == {Kind.SPECIAL_CATEGORY}


def test_wpt_2_mail_3_the_same_label_masks_nothing_at_wpt():
    assert not judged("wpt", an_event("NotifyUser", labels=("personal",)), to(Role.OUTSIDER)).masked


def test_wpt_2_data_3_bulk_is_an_exception_whatever_was_said_or_encrypted_and_nine_are_not():
    for event in (
        an_event(*BLOCK, kind=NINO, count=34, said=OVERRIDDEN),
        an_event("EncryptRMSTemplate", kind=NINO, count=10),
        an_event("NotifyUser", kind=NINO, count=1, recipients=10),
    ):
        (bulk,) = [
            one
            for one in judged("wpt", event, to(Role.OUTSIDER)).exceptions
            if one.kind is Kind.BULK
        ]
        assert (bulk.severity, bulk.clauses) == (Severity.HIGH, ("WPT-2-DATA-3",))
    for event in (
        an_event("NotifyUser", kind=NINO, count=9),
        an_event(*BLOCK, kind=NINO, count=34),
    ):
        assert Kind.BULK not in kinds(judged("wpt", event, to(Role.OUTSIDER)))
    inside = judged("wpt", an_event("NotifyUser", kind=NINO, count=34), to(Role.STAFF))
    assert Kind.BULK not in kinds(inside)
    sealed = an_event("EncryptRMSTemplate", kind=NINO, count=10)
    assert Kind.BULK not in kinds(judged("pb", sealed, to(Role.PARENT)))


@pytest.mark.parametrize(
    ("school", "said", "kind", "severity"),
    [
        ("pb", OVERRIDDEN, Kind.OVERRIDDEN, Severity.LOW),
        ("pb", Said(overridden=True), Kind.OVERRIDDEN_UNJUSTIFIED, Severity.MEDIUM),
        ("snmat", OVERRIDDEN, Kind.OVERRIDDEN, Severity.MEDIUM),
        ("pb", Said(false_positive=True), Kind.FALSE_POSITIVE, Severity.LOW),
    ],
)
def test_what_a_sender_said_is_an_exception_of_its_own(school, said, kind, severity):
    found = judged(school, an_event(*BLOCK, said=said), to(Role.STAFF))
    (one,) = [one for one in found.exceptions if one.kind is kind]
    assert one.severity is severity


def test_of_files_and_computers_only_what_was_said_is_judged():
    for workload in (Workload.SHAREPOINT, Workload.ONEDRIVE, Workload.ENDPOINT):
        silent = an_event("NotifyUser", workload=workload)
        assert judged("snmat", silent, to()).exceptions == ()
        loud = an_event("NotifyUser", workload=workload, said=OVERRIDDEN)
        assert kinds(judged("snmat", loud, to())) == {Kind.OVERRIDDEN}


@pytest.mark.parametrize("operation", [Operation.UNDO, Operation.INFO])
def test_an_undoing_of_mail_is_unexpected_and_shown(operation):
    event = an_event("NotifyUser", operation=operation)
    assert kinds(judged("snmat", event, to(Role.OUTSIDER))) == {Kind.UNEXPECTED}


def test_a_type_that_nobody_classed_counts_as_personal_until_the_pack_classes_it():
    event = an_event("NotifyUser", kind=OWN)
    assert kinds(judged("pb", event, to(Role.PARENT))) == {Kind.NOT_ENCRYPTED}
    classed = replace(rules("snmat"), types={OWN: ("medical",)})
    assert Kind.NOT_BLOCKED in kinds(judge(event, to(Role.OUTSIDER), classed))


def test_hidden_recipients_may_be_outside():
    event = an_event("NotifyUser", kind=NINO, recipients=2)
    assert kinds(judged("pb", event, to(Role.STAFF))) == {Kind.NOT_ENCRYPTED}
    assert judged("pb", replace(event, recipients=1), to(Role.STAFF)).exceptions == ()


def test_the_same_text_found_by_two_rules_is_counted_once():
    found = Found(NINO, 6, place=Place.BODY)
    hits = (Hit(mode="Enable", found=(found,)), Hit(mode="Enable", found=(found,)))
    event = an_event(hits=hits)
    assert Kind.BULK not in kinds(judged("wpt", event, to(Role.OUTSIDER)))


WORDS = st.sampled_from([*STOPS, *ENCRYPTS, *DELIVERS, "RouteToDepartment", "x"])
MODES = st.sampled_from(["Enable", "Enforce", "", "Audit only", "TestWithoutNotifications"])
HITS = st.lists(
    st.builds(Hit, mode=MODES, actions=st.lists(WORDS, max_size=3).map(tuple)), max_size=3
).map(tuple)


@settings(deadline=None)
@given(hits=HITS, said=st.builds(Said, overridden=st.booleans(), false_positive=st.booleans()))
def test_nothing_counts_as_stopped_unless_a_rule_in_force_stopped_it_and_nobody_overrode_it(
    hits, said
):
    fate = fate_of(an_event(hits=hits, said=said))
    in_force = [hit for hit in hits if hit.mode in {"Enable", "Enforce", ""}]
    stopped = any(set(hit.actions) & STOPS for hit in in_force)
    assert (fate is Fate.STOPPED) == (stopped and not said.overridden and not said.false_positive)
    unknown = any(set(hit.actions) & {"RouteToDepartment", "x"} for hit in in_force)
    assert not (unknown and fate in {Fate.LET_THROUGH, Fate.TRIED})


BOOK = AddressBook(
    known={
        "ann@oak.example": Party(Role.STAFF, PersonKey("oak", "1"), "oak"),
        "mum@gmail.com": Party(Role.PARENT, school="oak"),
    },
    domains={"oak.example": "oak"},
)


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("ANN@oak.example", Role.STAFF),
        ("Ann <ann@oak.example>", Role.STAFF),
        ("SMTP:ann@oak.example", Role.STAFF),
        ("office@oak.example", Role.TRUST),
        ("mum@gmail.com", Role.PARENT),
        ("somebody@gmail.com", Role.PERSONAL),
        ("office@oak.example.org", Role.OUTSIDER),
        ("", Role.OUTSIDER),
    ],
)
def test_an_address_belongs_to_whom_the_roster_says(address, role):
    assert BOOK.party(address).role is role


def test_of_people_outside_only_their_number_by_class_is_kept():
    parties = BOOK.joined(
        Addresses("ann@oak.example", ("mum@gmail.com", "MUM@gmail.com", "x@y.example"))
    )
    assert parties.counts == {Role.PARENT: 1, Role.OUTSIDER: 1}
    assert (parties.people, parties.school) == ((), "oak")
    assert "@" not in repr(parties)
    assert plain_address("<A@B>") == "a@b"
