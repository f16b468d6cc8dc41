"""Which key of a pack asks the staff for a second factor."""

import pytest
from msgspec.structs import replace

from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.rules import GroupKind, Rules
from policies.second_factor import GROUP, ROUTE, asked_by

MFA = {GroupKind.MFA: "MFA"}


def rules(more: dict[GroupKind, str], route: str | None) -> Rules:
    shipped = load_rules(SHIPPED_PACKS, "pb")
    names = {**shipped.groups.names, **more}
    return replace(
        shipped,
        groups=replace(shipped.groups, names=names),
        password=replace(shipped.password, route=route),
    )


@pytest.mark.parametrize(
    ("group", "route", "key"),
    [
        (MFA, None, GROUP),
        (MFA, "mfa", GROUP),
        ({}, "mfa", ROUTE),
        ({}, "len8_denylist", None),
        ({}, None, None),
    ],
)
def test_the_group_asks_and_so_does_mfa_as_the_route(
    group: dict[GroupKind, str], route: str | None, key: str | None
):
    assert asked_by(rules(group, route)) == key


@pytest.mark.parametrize("school", ["pb", "snmat", "tmhs", "eic", "wpt"])
def test_none_of_the_five_policies_asks_until_a_school_writes_it(school: str):
    assert asked_by(load_rules(SHIPPED_PACKS, school)) is None
