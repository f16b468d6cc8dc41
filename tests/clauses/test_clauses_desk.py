"""Rows of the register about passwords as people hand them out: each by its own example."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from msgspec.structs import replace

from graphsync.accounts import Account, Snapshot
from graphsync.custody_desk import Envelope
from graphsync.sign_in_findings import (
    Required,
    old_passwords,
    overdue_changes,
    shared_accounts,
    unregistered_staff,
    unsure_envelopes,
    weak_password_rules,
)
from graphsync.slip_desk import Page, Slip
from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.people import Kind, Membership, Person, PersonKey, Roster
from policies.resets import in_class, in_form, teacher_refusal
from reports.slips_page import page, reading

NOW = datetime(2026, 9, 15, 12, tzinfo=UTC)
DAY = date(2026, 9, 15)
VENN = PersonKey("snmat", "9001")


def an_account(object_id: str = "o1", **fields: object) -> Account:
    usual = {"user_principal_name": f"{object_id}@oak.example", "account_enabled": True}
    return Account(id=object_id, **(usual | fields))  # type: ignore[arg-type]


def changed(days_ago: int) -> Account:
    return an_account(last_password_change_date_time=NOW - timedelta(days=days_ago))


def a_tenant(*accounts: Account) -> Snapshot:
    found = {one.id: one for one in accounts}
    return Snapshot(taken_at=NOW, accounts=found, groups={}, skus={}, protected=frozenset())


def shared(*accounts: Account, clause: str) -> list[tuple[str, str]]:
    found = shared_accounts(
        a_tenant(*accounts),
        "oak.example",
        persons={"pupil"},
        protected={"break-glass"},
        clause=clause,
    )
    return [(one.subject, one.sentence) for one in found]


def test_pb_9_5_an_account_without_a_person_key_is_a_shared_account():
    ((subject, sentence),) = shared(an_account("library1"), an_account("pupil"), clause="PB-9.5")
    assert subject == "library1"
    assert sentence.startswith("shared account, PB-9.5")


def test_eic_net_3_the_account_reception_is_shared_but_known_and_closed_ones_are_not():
    others = (
        an_account("break-glass"),
        an_account("guest", user_type="Guest"),
        an_account("closed", account_enabled=False),
        an_account("other", user_principal_name="x@ash.example"),
    )
    found = shared(an_account("reception"), *others, clause="EIC-NET-3")
    assert [subject for subject, _ in found] == ["reception"]


@pytest.mark.parametrize(("day", "overdue"), [(14, 0), (15, 1)])
def test_snmat_19d_a_change_required_on_1_september_is_overdue_on_the_15th(day: int, overdue: int):
    required = {VENN: Required(datetime(2026, 9, 1, 9, tzinfo=UTC))}
    found = overdue_changes(
        required,
        {VENN: changed(300)},
        datetime(2026, 9, day, 12, tzinfo=UTC),
        grace_days=14,
        clause="SNMAT-19d",
    )
    assert len(found) == overdue
    assert all(f"hold add {VENN} --suspend" in one.sentence for one in found)


def test_eic_pw_2_whoever_changed_it_since_or_has_no_live_account_is_not_overdue():
    required = dict.fromkeys([VENN, PersonKey("eic", "2"), PersonKey("eic", "3")], Required(NOW))
    accounts = {
        VENN: an_account(last_password_change_date_time=NOW + timedelta(hours=1)),
        PersonKey("eic", "2"): an_account(account_enabled=False),
    }
    later = NOW + timedelta(days=60)
    assert overdue_changes(required, accounts, later, grace_days=14, clause="EIC-PW-2") == ()
    same = {VENN: Required(NOW, last_change=NOW + timedelta(hours=1))}
    assert len(overdue_changes(same, accounts, later, grace_days=14, clause="EIC-PW-2")) == 1


def test_a_second_factor_is_missed_of_enabled_accounts_alone_and_named_by_key():
    staff = {
        PersonKey("snmat", "3"): an_account("registered"),
        PersonKey("snmat", "2"): an_account("neither"),
        PersonKey("snmat", "1"): an_account("closed", account_enabled=False),
    }
    (found,) = unregistered_staff(staff, {"registered", "elsewhere"}, clause="SNMAT-17b")
    assert (found.subject, found.clause) == ("snmat:2", "SNMAT-17b")
    assert "mfasetup" in found.sentence


def test_weak_passwords_are_named_of_the_schools_people_and_domain_and_of_no_other():
    moved = an_account("moved", user_principal_name="venn@elsewhere.example")
    other = an_account("other", user_principal_name="ada@elsewhere.example")
    found = weak_password_rules(
        {"moved", "nobodys", "other"},
        a_tenant(moved, other, an_account("nobodys"), an_account("strong")),
        "oak.example",
        {"moved": VENN, "strong": PersonKey("snmat", "2"), "other": PersonKey("pb", "1")},
        school="snmat",
        clause="SNMAT-13d",
    )
    assert [one.subject for one in found] == ["snmat:9001", "nobodys"]
    assert all("DisableStrongPassword" in one.sentence for one in found)
    assert {one.clause for one in found} == {"SNMAT-13d"}


def test_tmhs_5_4b1_a_password_of_200_days_is_listed_where_the_pack_says_180():
    accounts = {VENN: changed(200), PersonKey("snmat", "9002"): changed(180)}
    (found,) = old_passwords(accounts, NOW, reminder_days=180, clause="TMHS-5.4b1")
    assert (found.subject, found.clause) == (str(VENN), "TMHS-5.4b1")
    assert "200 days old" in found.sentence


def test_eic_role_8_a_closed_account_and_one_without_a_date_are_not_reminded():
    accounts = {VENN: changed(400), PersonKey("eic", "2"): an_account()}
    closed = {PersonKey("eic", "3"): replace(changed(400), account_enabled=False)}
    found = old_passwords(accounts | closed, NOW, reminder_days=180, clause="EIC-ROLE-8")
    assert [one.subject for one in found] == [str(VENN)]


SEALED = Envelope(
    school="snmat",
    account="break-glass@oak.example",
    object_id="break-glass",
    envelope="7",
    place="safe",
    sealed_on=date(2026, 1, 10),
    by="it",
    witness="Ms Venn",
)


def unsure(envelope: Envelope, changed_on: date | None, clause: str = "SNMAT-19f") -> list[str]:
    moment = datetime.combine(changed_on, time(9), UTC) if changed_on else None
    account = an_account("break-glass", last_password_change_date_time=moment)
    found = unsure_envelopes([envelope], {"break-glass": account}, clause=clause)
    assert all((one.clause, one.subject) == (clause, "break-glass") for one in found)
    return [one.sentence for one in found]


def test_snmat_19f_an_envelope_sealed_on_10_january_is_stale_after_a_change_on_2_march():
    (sentence,) = unsure(SEALED, date(2026, 3, 2))
    assert "stale: the password was changed on 2026-03-02" in sentence
    assert unsure(SEALED, date(2026, 1, 10)) == unsure(SEALED, None) == []
    (sentence,) = unsure(replace(SEALED, opened_on=(date(2026, 2, 1),)), date(2026, 1, 10))
    assert "opened on 2026-02-01" in sentence
    assert "gone" in unsure_envelopes([SEALED], {}, clause="")[0].sentence


def test_snmat_24b_a_password_changed_on_1_june_and_lodged_on_3_may_is_open():
    lodged = replace(SEALED, sealed_on=date(2026, 5, 3))
    assert len(unsure(lodged, date(2026, 6, 1), "SNMAT-24b")) == 1
    assert unsure(replace(lodged, sealed_on=date(2026, 6, 1)), date(2026, 6, 1)) == []


def a_person(number: int, kind: Kind = Kind.PUPIL, **fields: object) -> Person:
    usual = {"given_name": "Amy", "surname": "Cutler"}
    return Person(key=PersonKey("pb", str(number)), kind=kind, **(usual | fields))  # type: ignore[arg-type]


AMY, BEN, TEACHER, HEAD = (
    a_person(1, year="7", form="7A"),
    a_person(2, year="8", form="8B"),
    a_person(9, Kind.STAFF, form="8B"),
    a_person(8, Kind.STAFF),
)
ROSTER = Roster.of(
    "pb",
    [AMY, BEN, TEACHER, HEAD],
    memberships=[
        Membership("7A/Hi", AMY.key),
        Membership("7A/Hi", TEACHER.key, teaches=True),
        Membership("8B", HEAD.key, teaches=True),
        Membership("7A/Hi", HEAD.key),
    ],
)


@pytest.mark.parametrize(
    ("teacher", "pupil", "why"),
    [
        (TEACHER, AMY, ""),  # a class
        (TEACHER, BEN, ""),  # the form that the roster gives
        (HEAD, BEN, ""),  # a class named as the form
        (HEAD, AMY, "teaches no class of"),  # sits in it, and does not teach it
        (TEACHER, HEAD, "is no pupil"),
        (AMY, BEN, "is no member of staff"),
        (TEACHER, a_person(77), "not on the last accepted roster"),
    ],
)
def test_a_class_teacher_may_for_the_pupils_of_their_own_classes_only(
    teacher: Person, pupil: Person, why: str
):
    told = teacher_refusal(ROSTER, teacher.key, pupil.key, DAY)
    assert (why in told) if why else told == ""


def test_a_teacher_who_has_left_may_not():
    left = a_person(9, Kind.STAFF, form="8B", leaves=date(2026, 9, 14))
    roster = Roster.of("pb", [BEN, left])
    assert "has left" in teacher_refusal(roster, left.key, BEN.key, DAY)
    assert teacher_refusal(roster, left.key, BEN.key, date(2026, 9, 14)) == ""


def test_slips_of_a_class_are_its_pupils_and_of_a_form_its_pupils():
    assert [one.key for one in in_class(ROSTER, "7a/hi")] == [AMY.key, HEAD.key]
    assert in_form(ROSTER, "8b") == (BEN,)


def test_pb_7_5_3_pupils_who_may_not_change_it_read_that_their_password_stays():
    assert "This stays your password" in page(a_page(a_slip(must_change=False)), large=False)


def a_slip(**fields: object) -> Slip:
    usual: dict[str, object] = {
        "person": PersonKey("pb", "5523"),
        "name": "Amy <Cutler>",
        "group": "7B",
        "user_name": "25cutlera@pb.example",
        "password": "Copper-tiger-lamp7",
        "must_change": True,
        "young": False,
        "staff": False,
        "is_pass": False,
        "expires_at": NOW,
    }
    return Slip(**(usual | fields))  # type: ignore[arg-type]


def a_page(*slips: Slip) -> Page:
    return Page(
        school="Plantsbrook School",
        title="Form 7B",
        collector="Ms Okafor",
        printed_by="office",
        printed_at=NOW,
        sign_in_page="www.office.com",
        contact="the school office",
        slips=slips,
    )


def sheets(text: str) -> list[str]:
    return [part.split('"', 1)[0] for part in text.split('<section class="sheet ')[1:]]


def test_a_page_of_slips_escapes_names_fetches_nothing_and_holds_no_more_than_is_needed():
    text = page(a_page(a_slip()), large=False)
    assert "Amy &lt;Cutler&gt;" in text
    assert "Copper-tiger-lamp7" in text
    assert "capital C, hyphen, number 7" in text
    assert "pb:5523" not in text
    assert not any(word in text for word in ("<script", "http:", "https:", "<img", "url("))
    assert repr(a_slip()) == "Slip(pb:5523)"


def test_slips_go_eight_to_a_sheet_two_in_large_print_and_the_young_get_large_print():
    many = [a_slip() for _ in range(9)]
    assert sheets(page(a_page(*many), large=False)) == ["plain", "plain"]
    assert sheets(page(a_page(*many), large=True)) == ["large"] * 5
    mixed = page(a_page(*many, a_slip(young=True, must_change=False)), large=False)
    assert sheets(mixed) == ["large", "plain", "plain"]
    assert "my picture" in mixed
    assert "This password stays the same" in mixed


def test_what_looks_alike_is_read_out():
    assert reading("xK3!") == "capital K, number 3, exclamation mark"


def test_wpt_1_resp_1_a_known_password_is_told_to_it_support_and_not_to_the_head():
    assert load_rules(SHIPPED_PACKS, "wpt").password.compromised.notify == ("it_support",)
    assert load_rules(SHIPPED_PACKS, "snmat").password.compromised.notify == ("head",)
