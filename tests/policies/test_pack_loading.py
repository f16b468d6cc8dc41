"""Packs: how each key is read and combined, and every way a pack is refused, by file and line."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policies.pack_keys import KEYS, PLATFORM
from policies.pack_loading import SHIPPED_PACKS, PackRefused, load_all, load_rules
from policies.pack_schema import Order, strictest
from policies.pack_versions import is_working
from policies.password_rules import PasswordRules, Phase
from policies.people import Kind
from policies.policy_keys import POLICY_KEYS
from policies.rules import (
    ClassKind,
    FilterBy,
    GroupKind,
    Home,
    LicenceRules,
    Limit,
    Operation,
    RollOver,
    Rules,
    SmallSchoolWaiver,
)

LEAST = """\
school: {id: oak, name: Oakfield Primary, domain: oak.example}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups: {all_pupils: "{school} All pupils", all_staff: "{school} All staff"}
"""
TRUST = "trust: {id: trust, name: Demo Trust}\n"
STAFF_UNIT = "OU=Staff,DC=oak,DC=internal"
YEAR_UNIT = r"OU=Year 7\, lower,OU=Pupils,DC=oak,DC=internal"
GROUP_ID = "1f0c8a52-6d3e-4b7a-9c1d-2e5f60718293"


def a_pack(folder: Path, more: str = "", *, trust: str | None = None, least: str = LEAST) -> Path:
    (folder / "oak.yaml").write_text(least + more, encoding="utf-8")
    if trust is not None:
        (folder / "trust.yaml").write_text(TRUST + trust, encoding="utf-8")
    return folder


def rules_of(folder: Path, more: str = "", *, trust: str | None = None) -> Rules:
    return load_rules(a_pack(folder, more, trust=trust), "oak")


def nested(path: str, value: object) -> str:
    """The YAML of one key alone."""
    table: Any = value
    for name in reversed(path.split(".")):
        table = {name: table}
    return str(yaml.safe_dump(table, allow_unicode=True))


def test_the_least_pack_stands_on_the_defaults(tmp_path: Path) -> None:
    rules = rules_of(tmp_path)
    assert (rules.school, rules.name, rules.domain) == ("oak", "Oakfield Primary", "oak.example")
    assert rules.home == {Kind.PUPIL: Home.CLOUD, Kind.STAFF: Home.CLOUD}
    assert rules.naming.display[Kind.STAFF] == "{title} {surname}"
    assert (rules.naming.max_length, rules.naming.reuse_after_days) == (20, 730)
    assert rules.groups.names.keys() == {GroupKind.ALL_PUPILS, GroupKind.ALL_STAFF}
    assert rules.password == PasswordRules(lengths={"Entra": 8})
    assert (rules.password.min_length, rules.password.slip_valid_days) == (8, 7)
    assert (rules.leaver.licence_after_days, rules.absence.exports, rules.absence.hours) == (
        30,
        2,
        20,
    )
    assert rules.roster.statuses == ("C", "M", "S", "G")
    assert (rules.trust, rules.licences, rules.roll_over, rules.waiver) == (None, {}, None, None)


@pytest.mark.parametrize(
    ("operation", "limit"),
    [
        (Operation.CREATE, Limit(30, 0.20, 200)),
        (Operation.ENABLE, Limit(10, 0.05, 50)),
        (Operation.DISABLE, Limit(5, 0.05, 50)),
        (Operation.CHANGE_NAME, Limit(5, 0.05, 50)),
        (Operation.CHANGE_UPN, Limit(3, 0.01, 10)),
        (Operation.REMOVE_FROM_GROUP, Limit(30, 0.20, 200)),
        (Operation.REMOVE_LICENCE, Limit(5, 0.05, 50)),
    ],
)
def test_the_default_limits_are_those_of_the_guard(operation: Operation, limit: Limit) -> None:
    assert load_rules(SHIPPED_PACKS, "pb").limits[operation] == limit


# One row a key: what trust and school say, and what holds. None: that pack is silent.
COMBINED: list[tuple[str, Any, Any, Any]] = [
    ("home.pupil", "ad", "cloud", "cloud"),
    ("home.staff", "ad", None, "ad"),
    ("home.disable_within_days", 2, 3, 2),
    ("home.change_within_days", 14, 7, 7),
    ("home.ou", {"staff": STAFF_UNIT}, {"7": YEAR_UNIT}, {"7": YEAR_UNIT}),
    ("naming.pupil", "{admission}", None, "{entry:2}{surname:8}{initial}"),
    ("naming.staff", "{code}", None, "{initial}.{surname}"),
    ("naming.display.pupil", "{surname}", "{forename}", "{forename}"),
    ("naming.display.staff", "{surname}", None, "{surname}"),
    ("naming.max_length", 15, 18, 15),
    ("naming.reuse_after_days", 365, 90, 365),
    ("groups.all_pupils", "Pupils", None, "{school} All pupils"),
    ("groups.all_staff", "Staff", None, "{school} All staff"),
    ("groups.key_stage", "{key_stage}", "Stage {key_stage}", "Stage {key_stage}"),
    ("groups.year", "Y{year}", None, "Y{year}"),
    ("groups.registration", None, "Form {form}", "Form {form}"),
    ("groups.house", None, "{school} {house}", "{school} {house}"),
    ("groups.class", "{class} {academic_year}", None, "{class} {academic_year}"),
    ("groups.teams", False, None, False),
    ("groups.department", None, "{department}", "{department}"),
    ("groups.role", None, "{role}", "{role}"),
    ("groups.staff_only", "Staff only", None, "Staff only"),
    ("groups.sims_users", None, "SIMS users", "SIMS users"),
    ("groups.mfa", "MFA", None, "MFA"),
    ("groups.filter_group", None, "Filter {filter}", "Filter {filter}"),
    ("groups.filter", "student_or_staff", "by_age", FilterBy.BY_AGE),
    ("groups.class_kind", "security", None, ClassKind.SECURITY),
    ("accounts.mover.remove_old_rights_first", True, False, True),
    ("roles.technical_team.accounts", None, ["a@b.example"], ("a@b.example",)),
    ("groups.bind", None, {"gs-oak-year-7": GROUP_ID}, {"gs-oak-year-7": GROUP_ID}),
    ("groups.adopt", None, [], frozenset()),
    ("usage_location", "GB", "IE", "IE"),
    ("licences.staff.skus", ["AAA"], ["BBB", "CCC"], ("BBB", "CCC")),
    ("licences.staff.mode", None, "user", "user"),
    ("leaver.licence_after_days", 60, 14, 14),
    ("absence.exports", 3, 2, 3),
    ("absence.hours", 24, 48, 48),
    ("password.words", 4, 3, 4),
    ("password.min_length", 14, 6, 14),
    ("password.slip_valid_days", 14, 5, 5),
    *(
        (f"password.phases.{phase}.{name}", trust, school, holds)
        for phase in Phase
        for name, trust, school, holds in (
            ("words", 5, 3, 5),
            ("change_at_first_sign_in", True, False, False),
            ("min_score", 2, 4, 4),
        )
    ),
    ("password.min_digits", 2, 1, 2),
    ("password.letters_and_digits", True, False, True),
    ("password.not_similar_to", ["username"], ["own_name"], ("own_name", "username")),
    ("password.not_similar_to", [], ["username"], ("username",)),
    ("password.refuse_single_word", False, True, True),
    ("password.refuse_relative_names", True, None, True),
    ("password.user_may_change.staff", True, False, False),
    ("password.user_may_change.student", False, True, True),
    ("password.change.mode", "event", "reminder", "reminder"),
    ("password.change.reminder_days", 180, 365, 180),
    ("password.change.expire_days", 90, 60, 60),
    ("password.change.expiry_decided_by", "Trust head", "Head", "Head"),
    ("password.compromised.notify", "head", None, ("head",)),
    ("password.compromised.change_password", False, True, True),
    ("password.compromised.revoke_sessions", False, None, False),
    ("password.custody_register", True, False, True),
    ("password.require_change_grace_days", 14, 7, 7),
    ("password.deny_words", ["Oakham"], ["Acorns"], ("Acorns", "Oakham")),
    ("password.linked_systems", None, {"Payroll": 12}, {"Payroll": 12}),
    ("password.route", "mfa", "len8_denylist", "len8_denylist"),
    ("password.route_confirmed_by", None, "Network manager", "Network manager"),
    ("password.slip_contact", "room 4", "the office", "the office"),
    ("password.slip_sign_in_page", "a.example", None, "a.example"),
    ("password.slip_reprint_minutes", 20, 60, 20),
    ("password.resets_a_day", 10, 40, 10),
    ("password.resets_at_once", 10, 5, 5),
    ("notify.roles", None, {"head": "a@b.example"}, {"head": "a@b.example"}),
    (
        "protected.accounts",
        ["b@oak.example"],
        ["a@oak.example"],
        ("a@oak.example", "b@oak.example"),
    ),
    ("protected.groups", ["x"], ["x"], ("x",)),
    (
        "protected.administrators",
        None,
        {9001: ["adm@oak.example"]},
        {"9001": ("adm@oak.example",)},
    ),
    ("notify.nightly", ["a@b.example"], ["c@d.example"], ("a@b.example", "c@d.example")),
    ("sync.mode", "observe", "apply", "observe"),
    ("sync.mode", "apply", "observe", "observe"),
    ("sync.mode", None, "observe", "observe"),
    ("holds.days", 20, 60, 20),
    ("holds.review_days", 30, 14, 14),
    ("retention.rosters_days", 10, 60, 60),
    ("retention.plans_days", 400, None, 400),
    ("retention.payloads_days", None, 365, 365),
    ("roster.max_age_hours", 24, 48, 24),
    ("roster.complete", False, True, False),
    ("roster.skip_surnames", ["Z*"], ["X*"], ("X*",)),
    ("roster.columns", {"form": ["Class"]}, {"form": "Tutor"}, {"form": ("Tutor",)}),
    ("roster.statuses", ["C"], None, ("C",)),
    ("roster.max_unreadable_share", 0.01, 0.2, 0.01),
    ("roster.max_loss_share", 0.3, 0.2, 0.2),
    ("roster.vanished_group_size", 4, 9, 4),
    *(
        (f"limits.{operation}.{part}", high, low, low)
        for operation in Operation
        for part, high, low in (("floor", 9, 1), ("share", 0.9, 0.1), ("count", 99, 11))
    ),
]
# Keys that stand together are tested together below; these say who or what, and are never combined.
ELSEWHERE = {
    *(path for path in KEYS if path.split(".")[0] in {"pack", "trust", "school"}),
    *(path for path in KEYS if path.split(".")[0] in {"roll_over", "approval"}),
    # What a policy says beside the working keys: see test_policy_keys.py.
    *({key.path for key in POLICY_KEYS} | {path for path in KEYS if not is_working(path)}),
    *(path for path in KEYS if path.startswith("licences.")),
    "leaver.delete_after_days",
} - {row[0] for row in COMBINED}


ELSEWHERE_IN_RULES: dict[str, Callable[[Rules], Any]] = {
    "accounts.mover.remove_old_rights_first": lambda rules: rules.groups.old_rights_first,
    "roles.technical_team.accounts": lambda rules: rules.technical_team,
    "naming.display.pupil": lambda rules: rules.naming.display[Kind.PUPIL],
    "naming.display.staff": lambda rules: rules.naming.display[Kind.STAFF],
}
DESK = {
    **{path: path.removeprefix("password.") for path in KEYS if "reset" in path or "slip" in path},
    "notify.roles": "addresses",
}
del DESK["password.slip_valid_days"]


def effective(rules: Rules, path: str) -> Any:
    if path in ELSEWHERE_IN_RULES:
        return ELSEWHERE_IN_RULES[path](rules)
    section, _, rest = path.partition(".")
    match section:
        case "sync" | "notify":
            return rules.mode if section == "sync" else rules.notify
        case "home" if rest == "ou":
            return rules.worklist.units
        case "home" if rest.endswith("_days"):
            return getattr(rules.worklist, rest)
        case "home":
            return rules.home[Kind(rest)]
        case "naming" if rest in set(Kind):
            return rules.naming.alias[Kind(rest)]
        case "groups" if rest in set(GroupKind):
            return rules.groups.names[GroupKind(rest)]
        case "limits":
            operation, _, part = rest.partition(".")
            return getattr(rules.limits[Operation(operation)], part)
        case "licences":
            return getattr(rules.licences[Kind.STAFF], rest.removeprefix("staff."))
    return getattr(getattr(rules, section), rest) if rest else getattr(rules, section)


def of_passwords(rules: PasswordRules, path: str) -> Any:
    section, *below = path.split(".")[1:]
    match section:
        case "phases":
            return getattr(rules.phases[Phase(below[0])], below[1])
        case "user_may_change":
            return rules.user_may_change[Kind.PUPIL if below == ["student"] else Kind.STAFF]
    whole = getattr(rules, section)
    return getattr(whole, below[0]) if below else whole


@pytest.mark.parametrize(("path", "trust", "school", "holds"), COMBINED)
def test_each_key_is_combined_as_its_row_says(
    tmp_path: Path, path: str, trust: Any, school: Any, holds: Any
) -> None:
    least: dict[str, Any] = yaml.safe_load(LEAST)
    (tmp_path / "trust.yaml").write_text(TRUST + ("" if trust is None else nested(path, trust)))
    if path == "password.change.reminder_days":  # a number of days is refused without its mode
        merge(least, yaml.safe_load(nested("password.change.mode", "reminder")))
    if school is not None:
        merge(least, yaml.safe_load(nested(path, school)))
    (tmp_path / "oak.yaml").write_text(yaml.safe_dump(least))
    if path == "licences.staff.mode":
        assert load_rules(tmp_path, "oak").licences == {}
    elif path in DESK:
        assert getattr(load_rules(tmp_path, "oak").desk, DESK[path]) == holds
    else:
        rules = load_rules(tmp_path, "oak")
        password = path.startswith("password.")
        assert (of_passwords(rules.password, path) if password else effective(rules, path)) == holds


def merge(table: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and name in table:
            merge(table[name], value)
        else:
            table[name] = value


def test_class_teams_are_off_unless_a_pack_switches_them_on_and_a_trust_may_forbid_them(
    tmp_path: Path,
) -> None:
    (tmp_path / "oak.yaml").write_text(LEAST)
    assert load_rules(tmp_path, "oak").groups.teams is False
    least: dict[str, Any] = yaml.safe_load(LEAST)
    on = "groups: {teams: true, class: '{class} {academic_year}'}"
    merge(least, yaml.safe_load(on))
    (tmp_path / "oak.yaml").write_text(yaml.safe_dump(least))
    assert load_rules(tmp_path, "oak").groups.teams is True
    (tmp_path / "trust.yaml").write_text(TRUST + nested("groups.teams", False))
    assert load_rules(tmp_path, "oak").groups.teams is False


def test_there_is_a_row_for_each_key_of_the_table() -> None:
    assert {row[0] for row in COMBINED} | ELSEWHERE == set(KEYS)


def test_the_defaults_speak_only_where_both_packs_are_silent(tmp_path: Path) -> None:
    loose = "limits: {create: {count: 5000}}\nroster: {max_age_hours: 100}\n"
    rules = rules_of(tmp_path, loose)
    assert rules.limits[Operation.CREATE] == Limit(30, 0.20, 5000)
    assert rules.roster.max_age_hours == 100


def test_the_platform_bounds_what_a_school_says(tmp_path: Path) -> None:
    assert rules_of(tmp_path, "password: {min_length: 6}\n").password.min_length == 8
    assert load_rules(SHIPPED_PACKS, "pb").password.min_length == 8


def test_a_null_is_silence(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, "home: null\nusage_location: ~\nroll_over: null\nlimits:\n")
    assert rules == rules_of(tmp_path, "home: null\nusage_location: ~\nroll_over: null\nlimits:\n")
    assert (rules.usage_location, rules.roll_over) == ("GB", None)


few_names = st.lists(st.sampled_from("abcdef"), max_size=4)
ordered = [key for key in KEYS.values() if key.order is not Order.WORD]


@given(
    order=st.sampled_from([Order.LOWER, Order.HIGHER]),
    said=st.lists(st.integers(), min_size=1),
    more=st.integers(),
)
def test_a_further_layer_never_loosens_a_number(order: Order, said: list[int], more: int) -> None:
    before, after = strictest(order, said), strictest(order, [more, *said])
    assert after <= before if order is Order.LOWER else after >= before
    assert strictest(order, [*said, more]) == after


@given(said=st.lists(few_names, min_size=1, max_size=4), more=few_names)
def test_a_further_layer_never_shortens_a_protected_list(
    said: list[list[str]], more: list[str]
) -> None:
    assert set(strictest(Order.UNION, said)) <= set(strictest(Order.UNION, [more, *said]))


def test_every_bound_of_the_platform_is_on_an_ordered_key() -> None:
    assert set(PLATFORM) <= {key.path for key in ordered}


def test_a_trust_pack_stands_above_its_schools(tmp_path: Path) -> None:
    trust = "naming: {pupil: '{admission}', staff: '{code}'}\ngroups: {all_staff: Staff}\n"
    a_pack(tmp_path, least=LEAST.splitlines()[0] + "\n", trust=trust)
    rules = load_rules(tmp_path, "oak")
    assert (rules.trust, rules.naming.alias[Kind.PUPIL]) == ("trust", "{admission}")
    assert rules.groups.names == {GroupKind.ALL_STAFF: "Staff"}


def test_staff_licences_carry_plans_and_place(tmp_path: Path) -> None:
    more = "licences: {staff: {skus: [A3], disabled_plans: [YAMMER_EDU]}}\nusage_location: IE\n"
    with pytest.raises(PackRefused, match="part number"):
        rules_of(tmp_path, more)
    rules = rules_of(tmp_path, more.replace("A3", "M365EDU_A3_FACULTY"))
    wanted = LicenceRules(
        skus=("M365EDU_A3_FACULTY",), disabled_plans=("YAMMER_EDU",), usage_location="IE"
    )
    assert rules.licences == {Kind.STAFF: wanted}


def test_a_dated_window_and_waiver_are_read_whole(tmp_path: Path) -> None:
    more = (
        "roll_over: {starts: 2026-08-20, ends: 2026-10-01, approved_by: headteacher}\n"
        "approval: {small_school_waiver: {until: 2027-08-31, reason: two staff, named_by: head}}\n"
    )
    rules = rules_of(tmp_path, more)
    window = RollOver(starts=date(2026, 8, 20), ends=date(2026, 10, 1), approved_by="headteacher")
    assert rules.roll_over == window
    waiver = SmallSchoolWaiver(until=date(2027, 8, 31), reason="two staff", named_by="head")
    assert rules.waiver == waiver


def test_the_digest_changes_with_any_byte_of_any_layer(tmp_path: Path) -> None:
    bare = rules_of(tmp_path).pack_sha256
    assert rules_of(tmp_path).pack_sha256 == bare
    remarked = rules_of(tmp_path, "# a remark\n").pack_sha256
    under_trust = rules_of(tmp_path, trust="").pack_sha256
    under_other = rules_of(tmp_path, trust="# a remark\n").pack_sha256
    assert len({bare, remarked, under_trust, under_other}) == 4


def test_all_schools_of_a_folder_are_loaded(tmp_path: Path) -> None:
    a_pack(tmp_path, trust="")
    (tmp_path / "elm.yaml").write_text(LEAST.replace("oak", "elm"))
    (tmp_path / "defaults.yaml").write_bytes((SHIPPED_PACKS / "defaults.yaml").read_bytes())
    assert list(load_all(tmp_path)) == ["elm", "oak"]


def test_the_five_shipped_packs_load() -> None:
    packs = load_all(SHIPPED_PACKS)
    assert list(packs) == ["eic", "pb", "snmat", "tmhs", "wpt"]
    assert all(rules.domain == f"{school}.example" for school, rules in packs.items())
    assert len({rules.pack_sha256 for rules in packs.values()}) == 5
