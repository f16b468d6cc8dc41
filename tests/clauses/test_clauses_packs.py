"""Clauses about the policies themselves: versions, approvals, reviews, law, types of people."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from fresh_store import fresh_store
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.notices import notices
from graphsync.policy_checks import pack_findings
from graphsync.policy_desk import looked_at, rules_in_force, standings
from graphsync.report import RunReport, VerdictReport
from graphsync.store.db import Store
from policies.findings import Finding
from policies.pack_layers import SHIPPED_PACKS, Layers
from policies.pack_loading import PackRefused, load_layers, load_rules
from policies.periods import is_over, months_of
from policies.person_types import Category, UnknownType, type_of
from policies.policy_findings import legal_basis, policy_findings
from reports.policy_view import as_document, as_item, as_text, sentence

TODAY = date(2026, 9, 1)
OAK: dict[str, Any] = {
    "school": {"id": "oak", "name": "Oakfield Primary", "domain": "oak.example"},
    "naming": {"pupil": "{entry:2}{surname:8}{initial}", "staff": "{initial}.{surname}"},
    "groups": {"all_pupils": "{school} All pupils", "all_staff": "{school} All staff"},
}
BOARD = {"body": "board", "date": date(2026, 8, 1), "minute": "B 12/26", "by": "Chair"}
LGB = {"body": "local_governing_body", "date": date(2026, 8, 3), "minute": "L 7", "by": "Chair"}
FIRST: dict[str, Any] = {"version": "1", "author": "IT Manager", "approvals": [BOARD, LGB]}
CLAUSES = {"review.approvals_needed": ["SNMAT-10"], "review.staff_notice": ["WPT-0.1"]}
BODIES = {"approvals_needed": ["board", "local_governing_body"]}


class Plain(yaml.SafeDumper):
    """YAML without anchors, which a pack may not hold."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write every part out."""
        return True


def dumped(whole: dict[str, Any]) -> str:
    return yaml.dump(whole, Dumper=Plain, sort_keys=False)


class Silent:
    """Progress that nobody looks at."""

    def stage(self, _text: str) -> None:
        """Nobody looks."""

    def count(self, _done: int, _of: int) -> None:
        """Nobody looks."""


class Desk:
    """The packs of one school, a store, and a day."""

    def __init__(self, folder: Path, store: Store) -> None:
        chance = random.Random(1)  # noqa: S311 - no password is made here
        self.folder, self.store, self.day = folder, store, TODAY
        self.bench = Bench(
            store=store,
            packs_dir=folder,
            tenant=None,  # type: ignore[arg-type] # no check here opens the tenant
            sealer=None,
            now=lambda: datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC),
            sleep=asyncio.sleep,
            requester="tester",
            new_id=lambda: "1",
            choose=chance.choice,
            digit=chance.randrange,
            progress=Silent(),
        )

    def write(self, pack: dict[str, Any], **more: Any) -> None:
        """The school's pack, with `pack` as its pack section and other sections by name."""
        whole = {"pack": pack, **OAK, "clauses": CLAUSES, **more}
        (self.folder / "oak.yaml").write_text(dumped(whole))

    def enforce(self) -> None:
        rules_in_force(self.bench, "oak")

    def refusal(self) -> str:
        with pytest.raises(PackRefused) as refused:
            self.enforce()
        return str(refused.value)

    def active(self) -> list[str]:
        kept = self.store.pack_versions.of("oak")
        return [one.version for one in kept if one.superseded_at is None]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Store.open(fresh_store(tmp_path / "store.db"), lambda: datetime.now(UTC))) as st:
        packs = tmp_path / "packs"
        packs.mkdir()
        yield Desk(packs, st)


def shipped(school: str) -> Layers:
    return load_layers(SHIPPED_PACKS, school)


def oak(folder: Path, **more: Any) -> Layers:
    (folder / "oak.yaml").write_text(dumped({**OAK, **more}))
    return load_layers(folder, "oak")


def about(layers: Layers, subject: str) -> list[Finding]:
    return [one for one in policy_findings(layers, TODAY) if one.subject == subject]


# Plantsbrook


def test_pb_4_0_a_report_prints_the_law_as_cited_and_as_applied() -> None:
    layers = shipped("pb")
    basis = "DPA 1998 as cited, applied as UK GDPR/DPA 2018"
    assert legal_basis(layers) == basis
    assert basis in as_text(layers, (), TODAY)
    (finding,) = about(layers, "pack.law_cited")
    assert (finding.clause, "repealed" in finding.sentence) == ("PB-4.0", True)


def test_pb_9_1_a_contractor_is_an_other_adult_only_if_the_pack_maps_it(tmp_path: Path) -> None:
    types = shipped("pb").value("person_types")
    assert {one.category for one in types.values()} == set(Category)
    with pytest.raises(UnknownType, match="does not name"):
        type_of("contractor", types)
    mapped = oak(tmp_path, person_types={"staff": None, "other_adult": {"called": ["Contractor"]}})
    types = mapped.value("person_types")
    assert types[type_of("contractor ", types)].category is Category.OTHER_ADULT


def test_pb_9_2_an_agreement_of_january_2024_is_overdue_by_a_cycle_that_is_a_default(
    tmp_path: Path,
) -> None:
    layers = oak(tmp_path, aup={"staff": {"document": {"id": "AUP", "date": date(2024, 1, 10)}}})
    (finding,) = about(layers, "aup.staff.document.date")
    assert "the staff agreement is overdue (default 12 months)" in finding.sentence
    assert "default, not in policy" in finding.sentence


def test_pb_7_5_8_a_refusal_names_the_schools_own_contact_point() -> None:
    rules = load_rules(SHIPPED_PACKS, "pb")
    run = RunReport(
        run="run-1",
        school="pb",
        name="",
        state="refused",
        requester="tester",
        digest="",
        as_of=TODAY,
        roster_sha256="",
        counts={},
        changes=(),
        held=(),
        unchanged=0,
        verdict=VerdictReport(passes=False, reasons=()),
    )
    to = {"pb": ("ict@pb.example",)}
    (refused,) = notices([run], to, {"pb": rules.contact_point})
    assert "Questions and complaints: enquiry_mailbox" in refused.text
    (done,) = notices([replace(run, state="applied")], to, {"pb": rules.contact_point})
    assert "enquiry_mailbox" not in done.text


# SNMAT


def test_snmat_0_1_a_blank_approver_is_a_finding() -> None:
    (finding,) = about(shipped("snmat"), "pack.approved_by")
    assert finding.clause == "SNMAT-0.1"
    assert finding.sentence.startswith("approved by: missing")


def test_snmat_0_2_an_active_version_is_not_edited_but_followed_by_another(desk: Desk) -> None:
    desk.write(FIRST, password={"min_length": 10, "min_digits": 1})
    desk.enforce()
    desk.write(FIRST, password={"min_length": 14, "min_digits": 1})
    told = desk.refusal()
    assert told.startswith("oak.yaml:2: pack.version: version 1 is active since 2026-09-01")
    assert "changed are password.min_length: give the change its own version with author" in told
    assert desk.active() == ["1"]
    desk.write({**FIRST, "version": "2"}, password={"min_length": 14, "min_digits": 1})
    assert "changes are missing" in desk.refusal()
    desk.write(
        {**FIRST, "version": "2", "changes": "Longer passwords"},
        password={"min_length": 14, "min_digits": 1},
    )
    desk.enforce()
    assert desk.active() == ["2"]


def test_snmat_0_3_late_reviews_historic_gaps_and_an_old_header_are_told() -> None:
    layers = shipped("snmat")
    assert "overdue since Dec 2024" in about(layers, "review.last_review")[0].sentence
    gaps = [one.sentence for one in about(layers, "pack.history")]
    assert gaps == [
        "14 months from Mar 2021 to May 2022, over the cycle of 12",
        "19 months from May 2022 to Dec 2023, over the cycle of 12",
    ]
    (header,) = about(layers, "pack.header_date")
    assert header.sentence.startswith("header date ≠ newest version")


def test_snmat_6_casual_staff_are_staff_with_a_last_day_and_no_type_is_guessed() -> None:
    types = shipped("snmat").value("person_types")
    casual = types[type_of("Casual", types)]
    assert (casual.category, casual.end_date, casual.aup) == (Category.STAFF, True, Category.STAFF)
    assert not types["staff_permanent"].end_date
    for word in ("Casua", "Supply", "", "visitor"):
        with pytest.raises(UnknownType):
            type_of(word, types)


def test_snmat_10_the_approval_of_the_trust_alone_is_not_enough(desk: Desk) -> None:
    desk.write({**FIRST, "approvals": [BOARD]}, review=BODIES)
    assert "LGB approval missing (SNMAT-10)" in desk.refusal()
    assert (desk.active(), desk.store.journal.of_run("")) == ([], [])
    desk.write(FIRST, review=BODIES)
    desk.enforce()
    assert desk.active() == ["1"]
    assert [row.operation for row in desk.store.journal.of_run("")] == ["policy_in_force"]


def test_snmat_19m_the_minimum_of_a_linked_system_holds_with_its_source(tmp_path: Path) -> None:
    password = {"min_length": 6, "linked_systems": {"SIMS": 12}}
    layers = oak(tmp_path, password=password, clauses={"password.linked_systems": ["SNMAT-19m"]})
    told = layers.provenance("password.min_length")
    (source,) = told.sources
    assert (told.value, source.who, told.clauses) == (12, "linked system SIMS", ("SNMAT-19m",))
    assert load_rules(tmp_path, "oak").password.min_length == 12


def test_snmat_27a_a_review_without_the_unions_does_not_count_as_closed(tmp_path: Path) -> None:
    (finding,) = about(shipped("snmat"), "review.last_union_consultation")
    assert (finding.clause, "no review counts as closed" in finding.sentence) == ("SNMAT-27a", True)
    review = {"cycle_months": 12, "union_consultation": True, "last_review": "2026-05"}
    late = oak(tmp_path, review={**review, "last_union_consultation": "2025-07"})
    (finding,) = about(late, "review.last_union_consultation")
    assert finding.sentence == "union consultation is overdue since Jul 2026"
    fresh = oak(tmp_path, review={**review, "last_union_consultation": "2026-05"})
    assert not about(fresh, "review.last_union_consultation")


# Thomas Mills, English in Chester, Wickersley


def test_tmhs_3_1b_a_policy_without_a_date_is_of_unknown_date_and_not_of_today() -> None:
    (finding,) = about(shipped("tmhs"), "review.last_review")
    assert (finding.clause, finding.sentence[:19]) == ("TMHS-3.1b", "review date unknown")
    assert shipped("tmhs").value("review.cycle_months") == 12


def test_eic_role_12_a_new_group_rule_is_in_the_document_of_the_next_day(tmp_path: Path) -> None:
    before = oak(tmp_path)
    after = oak(tmp_path, groups={**OAK["groups"], "year": "Year {year}"})
    told = as_text(after, (), date(2026, 9, 2))
    assert "as configured on 2026-09-02" in told
    assert "groups.year\n  value: Year {year}" in told
    assert "groups.year" not in as_text(before, (), TODAY)


def test_eic_rev_a_policy_of_february_2019_is_seven_years_old() -> None:
    (finding,) = about(shipped("eic"), "review.last_review")
    assert finding.clause == "EIC-REV"
    assert "overdue (default 12 months), age 7 years" in finding.sentence


def staff_change(**dates: Any) -> dict[str, Any]:
    return {**FIRST, "version": "2", "changes": "Two digits", "approvals": [], **dates}


UNIONS = {"union_consultation": True, "staff_notice": True, "staff_notice_days": 14}


def test_wpt_0_1_a_staff_clause_waits_for_unions_and_notice(desk: Desk) -> None:
    desk.day = date(2026, 10, 8)
    desk.write({**FIRST, "approvals": []}, review=UNIONS)
    desk.enforce()
    dates = {"announced": date(2026, 10, 1), "effective": date(2026, 10, 8)}
    desk.write(staff_change(**dates), review=UNIONS, password={"min_digits": 2})
    told = desk.refusal()
    assert "union consultation missing" in told
    assert "notice (WPT-0.1)" in told
    assert "effective on 2026-10-15 at the earliest" in told
    dates |= {"effective": date(2026, 10, 15), "union_consultation": date(2026, 9, 20)}
    desk.write(staff_change(**dates), review=UNIONS, password={"min_digits": 2})
    assert "is effective on 2026-10-15; keep the former version" in desk.refusal()
    desk.day = date(2026, 10, 15)
    desk.enforce()
    assert desk.active() == ["2"]


def test_wpt_0_1_a_clause_for_pupils_alone_starts_at_once(desk: Desk) -> None:
    desk.write({**FIRST, "approvals": []}, review=UNIONS)
    desk.enforce()
    desk.write(staff_change(), review=UNIONS, aup={"student": {"mode": "signed"}})
    desk.enforce()
    assert desk.active() == ["2"]


def test_wpt_0_1_notice_without_a_number_is_to_be_entered(desk: Desk) -> None:
    review = {**UNIONS, "staff_notice_days": None}
    desk.write({**FIRST, "approvals": []}, review=review)
    desk.enforce()
    desk.write(staff_change(), review=review, password={"min_digits": 2})
    assert "enter the days in review.staff_notice_days" in desk.refusal()


def test_wpt_0_1_notice_needs_the_days_on_which_it_was_given_and_ends(desk: Desk) -> None:
    desk.write({**FIRST, "approvals": []}, review=UNIONS)
    desk.enforce()
    desk.write(staff_change(announced=TODAY), review=UNIONS, password={"min_digits": 2})
    assert "date pack.announced and pack.effective" in desk.refusal()


def test_wpt_3_aim_a_missing_data_protection_manual_is_a_finding(tmp_path: Path) -> None:
    layers = shipped("wpt")
    assert legal_basis(layers).startswith("DPA 1998 as cited")
    told = [one.sentence for one in about(layers, "registers.linked_policies")]
    assert any(sentence.startswith("data protection manual: no document") for sentence in told)
    linked = {"linked_policies": ["manual"], "documents": {"manual": "Office, shelf 3"}}
    assert not about(oak(tmp_path, registers=linked), "registers.linked_policies")


def test_wpt_3_rev_a_policy_without_a_date_is_of_unknown_date() -> None:
    (finding,) = about(shipped("wpt"), "review.last_review")
    assert (finding.clause, finding.sentence[:19]) == ("WPT-3-REV", "review date unknown")


# What a toy would miss (part B, 27 and 28)


def test_b_27_snmat_10_no_version_sheds_the_bodies_that_approve_it(desk: Desk) -> None:
    desk.write(FIRST, review=BODIES)
    desk.enforce()
    loose = {**FIRST, "version": "2", "changes": "No approvals any more", "approvals": []}
    desk.write(loose, review={"approvals_needed": []})
    assert "LGB approval missing" in desk.refusal()
    desk.write({**loose, "approvals": [BOARD, LGB]}, review={"approvals_needed": []})
    assert "has the minute of version 1" in desk.refusal()
    assert desk.active() == ["1"]


def test_b_28_wpt_0_1_no_version_sheds_the_notice_that_it_needs(desk: Desk) -> None:
    desk.write({**FIRST, "approvals": []}, review=UNIONS)
    desk.enforce()
    dates = {"announced": TODAY, "effective": TODAY, "union_consultation": TODAY}
    desk.write(staff_change(**dates), review={**UNIONS, "staff_notice_days": 0})
    assert "with 14 days' notice it is effective on 2026-09-15" in desk.refusal()


def test_b_27_snmat_10_an_approval_of_tomorrow_is_none_today(desk: Desk) -> None:
    tomorrow = {**LGB, "date": TODAY + timedelta(1)}
    desk.write({**FIRST, "approvals": [BOARD, tomorrow]}, review=BODIES)
    assert "LGB approval is dated 2026-09-02, after today" in desk.refusal()
    assert desk.active() == []


# Bad input


def test_two_active_versions_are_refused(desk: Desk) -> None:
    desk.write({**FIRST, "approvals": []})
    desk.enforce()
    desk.write(staff_change(), password={"min_digits": 2})
    desk.enforce()
    desk.write({**FIRST, "approvals": []})
    assert "two active versions: version 1 was in force and was superseded by 2" in desk.refusal()
    assert desk.active() == ["2"]


def test_a_version_that_was_in_force_cannot_lose_its_author(desk: Desk) -> None:
    desk.write({**FIRST, "approvals": []})
    desk.enforce()
    desk.write({"version": "1"}, password={"min_digits": 2})
    assert "names no pack.author any more" in desk.refusal()


def test_a_working_key_and_a_remark_change_without_a_new_version(desk: Desk) -> None:
    desk.write({**FIRST, "approvals": []})
    desk.enforce()
    desk.write({**FIRST, "approvals": [], "date": "2026-09"}, limits={"create": {"count": 5}})
    desk.enforce()
    (one,) = standings(desk.bench, looked_at(desk.bench, "oak"))
    assert (one.state, one.since, one.objections) == ("in force", TODAY, ())


def test_a_pack_without_an_author_is_a_working_pack_and_a_finding(desk: Desk) -> None:
    for length in (9, 10):
        desk.write({"version": "1"}, password={"min_length": length})
        desk.enforce()
    assert desk.active() == []
    rules = load_rules(desk.folder, "oak")
    found = asyncio.run(pack_findings(desk.bench, rules))
    assert any(one.subject == "pack.author" for one in found)


def test_a_check_tells_why_a_version_is_not_in_force(desk: Desk) -> None:
    desk.write({**FIRST, "approvals": []}, review=BODIES)
    found = asyncio.run(pack_findings(desk.bench, load_rules(desk.folder, "oak")))
    assert [one.sentence[:35] for one in found[:2]] == [
        "version 1: board approval missing (",
        "version 1: LGB approval missing (SN",
    ]


def test_a_trusts_version_is_judged_as_its_schools_are(desk: Desk) -> None:
    trust = {"pack": {"version": "1", "author": "Trust ICT"}, "trust": {"id": "t", "name": "T"}}
    desk.write({"version": "1"}, school={**OAK["school"], "trust": "t"})
    (desk.folder / "trust.yaml").write_text(dumped({**trust, "dlp": {"override": "never"}}))
    desk.enforce()
    assert [one.version for one in desk.store.pack_versions.of("trust")] == ["1"]
    asks = {"approvals_needed": ["governors"]}
    desk.write({"version": "1"}, school={**OAK["school"], "trust": "t"}, review=asks)
    desk.enforce()  # a school's governors approve the school's policy, not the trust's
    (desk.folder / "trust.yaml").write_text(dumped({**trust, "dlp": {"override": "review"}}))
    assert desk.refusal().startswith("trust.yaml:2: pack.version: version 1 is active")


def test_a_clause_that_does_not_exist_is_refused_with_its_line(desk: Desk) -> None:
    desk.write({**FIRST, "approvals": []}, clauses={"password.min_length": ["PB-7.5.44"]})
    line = len((desk.folder / "oak.yaml").read_text().splitlines()) - 1
    assert desk.refusal() == (
        f"oak.yaml:{line}: clauses.password.min_length: PB-7.5.44 is no clause of the register; "
        "did you mean PB-7.5.4?"
    )
    with pytest.raises(PackRefused, match=r"PB-7\.5\.44"):
        looked_at(desk.bench, "oak")
    assert desk.active() == []


# What contradicts itself, and the words of its refusal.
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"person_types": ["student", "wizard"]}, "person_types: holds 1 of no known type"),
    ({"person_types": {"staff": {"called": "A"}, "student": {"called": "a"}}}, "by the same word"),
    ({"person_types": {"staff": {"colour": "red"}}}, "holds a type with more than"),
    ({"person_types": []}, "names no type"),
    ({"pack": {"author": "Ann"}}, "stands without pack.version"),
    (
        {"pack": {**FIRST, "requested_by": "chair"}},
        "holds an approval by the author or requester; another person approves (SNMAT-10)",
    ),
    ({"pack": {**FIRST, "approved_by": ["it manager"]}}, "approval by the author or requester"),
    ({"pack": {**FIRST, "approvals": [BOARD, BOARD]}}, "two approvals of one body"),
    ({"pack": {**FIRST, "approvals": [{**BOARD, "minute": ""}]}}, "has a minute that is not"),
    ({"pack": {**FIRST, "approvals": [{"body": "x"}]}}, "not a table of body, date, minute, by"),
    (
        {"pack": {"announced": date(2026, 9, 2), "effective": date(2026, 9, 1)}},
        "lies before pack.announced",
    ),
    (
        {"pack": {"history": [{"version": "1", "date": "2026-01"}] * 2}},
        "lists a version twice",
    ),
    (
        {"pack": {"history": [{"version": n, "date": f"202{n}-01"} for n in (2, 1)]}},
        "is not in the order of its dates",
    ),
    ({"password": {"min_length": 9, "min_digits": 13}}, "asks 13 digits of a password of at least"),
    (
        {"password": {"min_length": 9, "min_digits": 9, "letters_and_digits": True}},
        "leaves no letter",
    ),
    ({"password": {"change": {"mode": "none", "reminder_days": 90}}}, "change.mode is none"),
    ({"accounts": {"class_logons": {"allowed": "on_request"}}}, "without an end"),
    ({"accounts": {"class_logons": {"allowed": False, "up_to_year": 2}}}, "beside allowed: false"),
    (
        {
            "accounts": {
                "individual_from_year": 2,
                "class_logons": {"allowed": True, "up_to_year": 2},
            }
        },
        "reaches year 2, but individual accounts begin with 2",
    ),
    ({"roles": {"it_manager": "ict", "dpo": ["head", "ict"]}}, "is the IT manager too"),
    ({"aup": {"staff": {"approval": "it_manager"}}}, "needs an approver"),
    (
        {"dlp": {"blocked_classes": ["medical"], "encryption_exempts": ["medical"]}},
        "exempts medical, which dlp.blocked_classes blocks",
    ),
    ({"suspension": {"channels": ["email"], "reasons": {"network": ["x"]}}}, "names network, no"),
    ({"suspension": {"channels": ["sims"]}}, "without sims_revocation.reasons"),
    ({"consent": {"licence_gate": True, "services": ["mail"]}}, "a gate that no form opens"),
    ({"consent": {"licence_gate": True, "form": {"fields": ["a"]}}}, "a gate to no service"),
    ({"clauses": {"password.min_lenght": ["PB-7.5.4"]}}, "did you mean password.min_length?"),
    ({"clauses": {"password.min_length": "PB-7.5.4"}}, "is not a list"),
    ({"clauses": {"password.min_length": []}}, "names no clause"),
    ({"clauses": ["PB-7.5.4"]}, "is not a section"),
    ({"clauses": {"password.min_length": ["pb 7"]}}, "is not the id of a clause"),
]


@pytest.mark.parametrize(("more", "text"), WRONG)
def test_a_pack_that_contradicts_itself_is_refused_by_file_and_line(
    tmp_path: Path, more: dict[str, Any], text: str
) -> None:
    with pytest.raises(PackRefused) as refused:
        oak(tmp_path, **more)
    (problem,) = refused.value.problems
    assert problem.startswith("oak.yaml:")
    assert text in problem


def test_a_refusal_names_the_clause_of_the_key(tmp_path: Path) -> None:
    clauses = {"password.min_digits": ["PB-7.5.5"]}
    with pytest.raises(PackRefused, match=r"password\.min_digits: asks 99 .*\(PB-7\.5\.5\)"):
        oak(tmp_path, password={"min_digits": 99, "min_length": 9}, clauses=clauses)


def test_a_07_a_trust_cannot_switch_class_log_ons_on_for_a_school_that_forbids_them(
    tmp_path: Path,
) -> None:
    allowed = {"class_logons": {"allowed": "on_request", "up_to_year": 2}}
    trust = {"trust": {"id": "t", "name": "T"}, "accounts": allowed}
    (tmp_path / "trust.yaml").write_text(dumped(trust))
    layers = oak(tmp_path, accounts={"class_logons": {"allowed": False}})
    told = layers.provenance("accounts.class_logons.allowed")
    assert sentence(told) == (
        "Your policy asks no. The trust's policy asks on_request. no applies."
    )


# Where a value comes from


def test_a_01_the_shorter_minimum_of_a_policy_is_kept_as_written_and_overridden() -> None:
    pb = shipped("pb")
    line = pb.school.entries["password.min_length"].line
    told = pb.provenance("password.min_length")
    assert sentence(told) == "Your policy asks 6. Microsoft asks 8. 8 applies."
    assert as_item(told) == {
        "key": "password.min_length",
        "value": 8,
        "from": [
            {"who": "platform", "where": "Microsoft's platform", "value": 8, "clauses": []},
        ],
        "clauses": [],
        "overrode": [
            {"who": "school", "where": f"pb.yaml:{line}", "value": 6, "clauses": ["PB-7.5.4"]},
        ],
    }


def test_a_default_is_said_to_be_one_and_silence_to_be_silence() -> None:
    layers = shipped("pb")
    assert sentence(layers.provenance("review.cycle_months")) == (
        "Your policy is silent; the default, not in policy, is 12. 12 applies."
    )
    nothing = layers.provenance("ex_pupils.watch_years")
    assert sentence(nothing) == "No policy says anything, and there is no default."
    assert as_item(nothing)["from"] == []


def test_every_clause_that_a_shipped_pack_cites_exists(tmp_path: Path) -> None:
    with closing(Store.open(f"sqlite:///{tmp_path / 'x.db'}", lambda: datetime.now(UTC))) as store:
        bench = Desk(SHIPPED_PACKS, store).bench
        for school in ("pb", "snmat", "tmhs", "eic", "wpt"):
            layers = looked_at(bench, school)
            document = as_document(layers, standings(bench, layers), TODAY)
            assert document["as_of"] == "2026-09-01"
            cited = {clause for key in document["keys"] for clause in key["clauses"]}
            assert len(cited) > 20


# Months


@given(
    year=st.integers(2000, 2030),
    month=st.integers(1, 12),
    cycle=st.integers(1, 60),
    days=st.integers(-70, 70),
)
def test_a_month_is_over_when_the_month_of_its_due_date_has_passed(
    year: int, month: int, cycle: int, days: int
) -> None:
    period = f"{year}-{month:02}"
    due = months_of(period) + cycle
    day = date(due // 12, due % 12 + 1, 15) + timedelta(days)
    assert is_over(period, cycle, day) == (day >= date((due + 1) // 12, (due + 1) % 12 + 1, 1))
    assert is_over(f"{period}-01", cycle, day) == (day > date(due // 12, due % 12 + 1, 1))
