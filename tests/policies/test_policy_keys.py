"""The keys of a policy: how trust and school combine, and that no odd value breaks a reader."""

from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policies.pack_keys import KEYS
from policies.pack_layers import SHIPPED_PACKS
from policies.pack_loading import PackRefused, load_layers
from policies.pack_schema import Key, Order, strictest
from policies.pack_versions import is_working

LEAST = """\
school: {id: oak, name: Oakfield Primary, domain: oak.example}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups: {all_pupils: "{school} All pupils", all_staff: "{school} All staff"}
"""
TRUST = "trust: {id: trust, name: Demo Trust}\n"

# One row for each way to combine, and each ladder: what trust and school say, and what holds.
COMBINED: list[tuple[str, Any, Any, Any]] = [
    ("password.min_digits", 1, 2, 2),
    ("password.min_digits", 2, 1, 2),
    ("password.refuse_single_word", True, False, True),
    ("password.not_similar_to", ["username"], ["own_name"], ("own_name", "username")),
    ("password.change.mode", "expiry", "event", "event"),
    ("password.change.mode", "expiry", None, "expiry"),
    ("review.cycle_months", 12, 24, 12),
    ("review.approvals_needed", ["board"], ["governors"], ("board", "governors")),
    ("review.staff_notice_days", 14, 28, 28),
    ("review.pupil_only_change_without_notice", True, False, False),
    ("accounts.individual_from_year", "R", 7, "R"),
    ("accounts.individual_from_year", 3, "all", "all"),
    ("accounts.class_logons.allowed", "on_request", False, False),
    ("accounts.class_logons.allowed", False, "on_request", False),
    ("accounts.class_logons.mailbox", False, True, False),
    ("accounts.guests.allowed", "parents_only", True, "parents_only"),
    ("accounts.guests.max_days", 30, 90, 30),
    ("aup.student.mode", "signed", "deemed", "signed"),
    ("aup.staff.approval", "it_manager", "none", "it_manager"),
    ("consent.services", ["mail", "teams"], ["teams", "word"], ("teams",)),
    ("consent.required_below_age", 13, 18, 18),
    ("dlp.blocked_classes", ["financial"], ["medical"], ("financial", "medical")),
    ("dlp.override", "exception", "review", "exception"),
    ("dlp.bulk_override", "review", "never", "never"),
    ("incidents.routes", {"misuse": "head"}, {"virus": "ict"}, {"virus": ("ict",)}),
    ("remote_access", "staff_restricted_to_approved", "open", "staff_restricted_to_approved"),
    ("ex_pupils.watch_years", 3, "unlimited", "unlimited"),
    ("contact_point", "office", None, "office"),
]
# Values that are of the wrong kind for some key or other.
ODD: list[Any] = [
    *("", "\n", "x" * 700, 0, -1, 10**9, 0.5, True, None, date(2026, 1, 1), datetime(2026, 1, 1)),  # noqa: DTZ001
    *([], [[]], [{}], [None], {}, {"x": {}}, {"x": []}, {"body": "x"}),
]


def nested(path: str, value: object) -> dict[str, Any]:
    table: Any = value
    for name in reversed(path.split(".")):
        table = {name: table}
    return dict(table)


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {**one, **other}
    for name in one.keys() & other.keys():
        both[name] = {**one[name], **other[name]}
    return both


@pytest.mark.parametrize(("path", "trust", "school", "holds"), COMBINED)
def test_a_policy_key_is_combined_as_its_order_says(
    tmp_path: Path, path: str, trust: Any, school: Any, holds: Any
) -> None:
    least = yaml.safe_load(LEAST)
    pack = least if school is None else merged(least, nested(path, school))
    (tmp_path / "trust.yaml").write_text(TRUST + yaml.safe_dump(nested(path, trust)))
    (tmp_path / "oak.yaml").write_text(yaml.safe_dump(pack))
    assert load_layers(tmp_path, "oak").value(path) == holds


def test_every_order_has_a_row() -> None:
    assert {KEYS[row[0]].order for row in COMBINED} == set(Order)


@pytest.mark.parametrize("path", KEYS)
def test_a_reader_takes_a_value_or_refuses_it(path: str) -> None:
    for odd in ODD:
        with suppress(ValueError):
            KEYS[path].read(odd)


def test_the_platform_takes_no_password_over_256_characters(tmp_path: Path) -> None:
    (tmp_path / "oak.yaml").write_text(f"{LEAST}password: {{min_length: 257}}\n")
    with pytest.raises(PackRefused, match=r"oak\.yaml:4: password\.min_length: .*from 1 to 256"):
        load_layers(tmp_path, "oak")


def test_a_version_holds_the_policy_and_not_the_working_keys() -> None:
    working = {path.split(".")[0] for path in KEYS if is_working(path)}
    assert {"school", "limits", "naming", "licences", "leaver", "roster", "pack"} <= working
    assert not {"password", "accounts", "aup", "dlp", "person_types"} & working
    assert is_working("groups.bind")
    assert not is_working("groups.filter")


def test_what_concerns_pupils_alone_is_marked_so() -> None:
    alone = {path for path, key in KEYS.items() if key.pupils_only}
    assert {"aup.student.mode", "consent.licence_gate", "groups.filter"} <= alone
    assert not {"aup.staff.mode", "password.min_length", "devices.personal"} & alone


# Laws of strictest-of, for every ordered key and any values of its order.


def values_of(key: Key) -> st.SearchStrategy[Any]:
    match key.order:
        case Order.LOWER | Order.HIGHER:
            return st.integers(0, 1_000)
        case Order.YES | Order.NO:
            return st.booleans()
        case Order.LADDER:
            return st.sampled_from(key.ladder)
        case _:
            return st.lists(st.sampled_from("abcd"), max_size=4, unique=True).map(tuple)


def never_looser(key: Key, before: Any, after: Any) -> bool:
    """Whether `after` is at least as strict as `before`."""
    match key.order:
        case Order.LOWER | Order.NO:
            return bool(after <= before)
        case Order.HIGHER | Order.YES:
            return bool(after >= before)
        case Order.LADDER:
            return key.ladder.index(after) >= key.ladder.index(before)
        case Order.UNION:
            return set(before) <= set(after)
        case _:
            return set(after) <= set(before)


ORDERED = [key for key in KEYS.values() if key.order is not Order.WORD]
# The modes of `sync` are words that the alphabet happens to order.
KEYS_AND_VALUES = st.sampled_from([key for key in ORDERED if key.path != "sync.mode"]).flatmap(
    lambda key: st.tuples(
        st.just(key), st.lists(values_of(key), min_size=1, max_size=4), values_of(key)
    )
)


@given(drawn=KEYS_AND_VALUES, chance=st.randoms())
def test_strictest_of_is_commutative(drawn: tuple[Key, list[Any], Any], chance: Any) -> None:
    key, said, _ = drawn
    shuffled = list(said)
    chance.shuffle(shuffled)
    one, other = (strictest(key.order, values, key.ladder) for values in (said, shuffled))
    assert one == other or set(one) == set(other)


@given(drawn=KEYS_AND_VALUES)
def test_a_further_word_never_loosens_an_ordered_key(drawn: tuple[Key, list[Any], Any]) -> None:
    key, said, more = drawn
    before = strictest(key.order, said, key.ladder)
    after = strictest(key.order, [*said, more], key.ladder)
    assert never_looser(key, before, after)


@given(drawn=KEYS_AND_VALUES)
def test_a_stricter_word_never_loosens_what_holds(drawn: tuple[Key, list[Any], Any]) -> None:
    key, said, more = drawn
    first, *rest = said
    stricter = strictest(key.order, [first, more], key.ladder)
    before = strictest(key.order, [first, *rest], key.ladder)
    assert never_looser(key, before, strictest(key.order, [stricter, *rest], key.ladder))


def test_the_five_policies_say_what_their_schools_wrote() -> None:
    packs = {school: load_layers(SHIPPED_PACKS, school) for school in ("pb", "snmat", "wpt")}
    assert packs["pb"].school.entries["password.min_length"].value == 6
    assert packs["pb"].value("password.min_length") == 8
    assert packs["snmat"].value("consent.services")[:2] == ("calendar", "class_notebook")
    assert packs["wpt"].value("suspension.reasons")["internet"][0] == "cyber_truancy"
