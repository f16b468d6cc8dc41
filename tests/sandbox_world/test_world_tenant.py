"""The tenant and the packs that come with a world."""

import re
from collections import Counter
from datetime import timedelta

import pytest
import yaml
from export_rows import TODAY

from graphsync.sandbox.schema import properties
from graphsync.sandbox.seed import packs_beside, seed
from graphsync.sandbox.tenant_seed import TenantSeed
from graphsync.sandbox.world_accounts import NAMESAKES, TWINS
from graphsync.sandbox.world_demo import demo_schools, river_accounts

# Alias characters and lengths that Entra takes: Graph docs, user resource, userPrincipalName.
UPN = re.compile(r"[A-Za-z0-9'._!#^~-]{1,64}@[a-z0-9.-]{1,48}")


def test_user_names_are_valid_unique_and_of_verified_domains(tenant):
    names = [str(user["userPrincipalName"]) for user in tenant.users]
    assert len({name.lower() for name in names}) == len(names)
    assert all(map(UPN.fullmatch, names))
    assert {name.partition("@")[2] for name in names} <= set(tenant.domains)
    assert len({user["id"] for user in tenant.users}) == len(names)
    assert tenant.domains[0].endswith(".onmicrosoft.com")


def test_users_and_groups_have_only_properties_that_graph_declares(tenant):
    assert {name for user in tenant.users for name in user} <= {*properties("user")}
    named = {name for group in tenant.groups for name in group} - {"members"}
    extensions = {str(one["name"]) for one in tenant.extensions}
    assert named <= {*properties("group"), *extensions}
    assert all(name.startswith("extension_") for name in extensions)


def test_each_role_of_the_console_is_held_by_somebody_of_the_staff_who_can_sign_in(tenant):
    people = {user["userPrincipalName"]: user for user in tenant.users}
    holders = [people[upn] for _, upn in tenant.role_holders]
    assert len({holder["id"] for holder in holders}) == len(holders)
    assert all(holder["accountEnabled"] for holder in holders)
    assert "Student" not in {holder.get("jobTitle") for holder in holders}
    assert sorted(role for role, _ in tenant.role_holders) == sorted(
        value for value, _ in tenant.app_roles
    )


def test_role_holders_and_group_members_exist(tenant):
    names = {user["userPrincipalName"] for user in tenant.users}
    assert {upn for _, upn in tenant.role_members} <= names
    for group in tenant.groups:
        assert group["members"]
        assert set(group["members"]) <= names  # type: ignore[call-overload]
    roles = {role for role, _ in tenant.role_members}
    assert {"Global Administrator", "User Administrator"} <= roles


def strangers(tenant: TenantSeed, domain: str, protected: set[str]) -> list[str]:
    """Enabled members of a domain that hold no role and are on no list of the pack."""
    holders = {upn for _, upn in tenant.role_members}
    return [
        upn
        for user in tenant.users
        if (upn := str(user["userPrincipalName"])).endswith(f"@{domain}")
        and user["accountEnabled"]
        and upn not in holders | protected
    ]


def test_oakfield_has_nobody_to_ask_about_and_millbrook_has_strangers(tenant):
    assert strangers(tenant, "oak.example", {"scanner@oak.example"}) == []
    assert len(strangers(tenant, "mill.example", {"scanner@mill.example"})) == 3


def test_four_in_five_of_riversides_people_have_accounts_and_none_is_stamped():
    accounts = river_accounts(TODAY)
    owned = [one for one in accounts if one.person]
    assert len(owned) == 0.8 * 230
    stamps = [one.properties.get("employeeId", "") for one in accounts]
    assert not any(str(stamp).startswith("gs:") for stamp in stamps)
    assert sum(bool(stamp) for stamp in stamps) == 1


def test_riversides_accounts_hold_every_trap():
    river = demo_schools(TODAY)[2]
    accounts = river_accounts(TODAY)
    people = {one.mis_id: one for one in (*river.pupils, *river.staff)}
    owned = {one.person: one.properties for one in accounts if one.person}
    in_ad = [one for one in owned.values() if one.get("onPremisesSyncEnabled")]
    assert 20 < len(in_ad) < 60
    assert all(one["onPremisesSamAccountName"] for one in in_ad)
    assert sum(not one["accountEnabled"] for one in owned.values()) == 3
    older = [key for key, one in owned.items() if one["surname"] != people[key].surname]
    assert sorted(bool(people[key].mail) for key in older) == [False, True, True]
    mails = [people[key].mail for key in owned]
    assert 0.6 < sum(map(bool, mails)) / len(mails) < 0.75
    assert all(people[key].mail in {"", one["mail"]} for key, one in owned.items())
    former, *foreign = (one.properties for one in accounts if not one.person)
    assert not former["accountEnabled"]
    assert len(foreign) == 4
    named = {(one.forename, one.surname) for one in people.values()}
    assert not {(one["givenName"], one["surname"]) for one in foreign} & named


def test_riverside_has_namesakes_and_twins():
    river = demo_schools(TODAY)[2]
    one, other = (river.pupils[place] for place in NAMESAKES)
    assert (one.forename, one.surname) == (other.forename, other.surname)
    first, second = (river.pupils[place] for place in TWINS)
    assert (first.surname, first.form, first.forename[0]) == (
        second.surname,
        second.form,
        second.forename[0],
    )
    named = Counter((pupil.forename, pupil.surname) for pupil in river.pupils)
    assert sum(n > 1 for n in named.values()) == 1


def test_some_existing_user_names_do_not_follow_the_packs_pattern():
    river = demo_schools(TODAY)[2]
    pupils = {one.mis_id: one for one in river.pupils}
    follow = Counter(
        one.upn.startswith(f"{pupils[one.person].entry % 100:02}")
        for one in river_accounts(TODAY)
        if one.person in pupils
    )
    assert follow[True] > 40
    assert follow[False] > 40


def test_the_subscriptions_are_microsofts_and_large_enough(tenant):
    units = {sku.part_number: sku.enabled_units for sku in tenant.skus}
    assert units["STANDARDWOFFPACK_FACULTY"] >= 145
    guid = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    for sku in tenant.skus:
        assert guid.fullmatch(sku.sku_id)
        assert all(guid.fullmatch(plan) for _, plan in sku.plans)
    large = {sku.part_number: sku.enabled_units for sku in seed("20000", None, TODAY).skus}
    assert large["STANDARDWOFFPACK_FACULTY"] >= 1000


def test_some_of_the_staff_have_registered_a_phone_and_most_have_not(tenant):
    registered = {upn for upn, _ in tenant.mobiles}
    assert registered <= {user["userPrincipalName"] for user in tenant.users}
    assert len({number for _, number in tenant.mobiles}) == len(registered)
    staff = {
        str(user["userPrincipalName"])
        for user in tenant.users
        if user.get("jobTitle") and user["jobTitle"] != "Student"
    }
    assert registered
    assert len(registered) < len(staff) / 2


def test_a_seed_writes_exports_and_packs_beside_them_and_says_where(tmp_path):
    exports = tmp_path / "exports"
    settings = dict(seed("demo", exports, TODAY).settings)
    assert settings == {"ROSTER_PATH": str(exports), "PACKS_DIR": str(packs_beside(exports))}
    assert {path.name for path in exports.iterdir()} == {"oak", "mill", "river"}
    assert {path.stem for path in packs_beside(exports).iterdir()} == {
        "oak",
        "mill",
        "river",
        "trust",
    }


@pytest.mark.parametrize("name", ["demo", "2000"])
def test_every_pack_is_yaml_that_names_its_school_and_a_domain_of_the_tenant(name, tmp_path):
    domains = seed(name, tmp_path / "x", TODAY).domains
    schools = {path.name for path in (tmp_path / "x").iterdir()}
    packs = {
        path.stem: yaml.safe_load(path.read_text("utf-8"))
        for path in (tmp_path / "x-packs").iterdir()
    }
    trust = packs.pop("trust")
    assert packs.keys() == schools
    for school, pack in packs.items():
        assert pack["school"]["id"] == school
        assert pack["school"]["trust"] == trust["trust"]["id"]
        assert pack["school"]["domain"] in domains
        waiver = pack["approval"]["small_school_waiver"]
        assert waiver["until"] == TODAY + timedelta(days=365)
        assert set(pack["licences"]) == {"staff"}


def test_the_demos_limits_are_the_defaults_but_for_oakfields_first_load(tmp_path):
    seed("demo", tmp_path / "x", TODAY)
    packs = tmp_path / "x-packs"
    limits = {one: yaml.safe_load((packs / f"{one}.yaml").read_text("utf-8")).get("limits")
              for one in ("oak", "mill", "river")}  # fmt: skip
    assert limits["mill"] is limits["river"] is None
    assert limits["oak"]["create"]["floor"] >= 371


@pytest.mark.parametrize("name", ["everything", "", "0", "-5"])
def test_an_unknown_world_is_refused(name):
    with pytest.raises(ValueError, match="demo, or a number"):
        seed(name, None, TODAY)
