"""The world of `--seed N`, on which the product is measured."""

import time
from collections import Counter

from anyascii import anyascii
from export_rows import TODAY, bytes_of, changed, people_of, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from graphsync.sandbox.exports import story, write_exports
from graphsync.sandbox.seed import seed
from graphsync.sandbox.world import What


def test_a_world_of_two_thousand_is_two_schools_of_a_thousand(tmp_path):
    tenant = seed("2000", tmp_path / "x", TODAY)
    for school in ("s01", "s02"):
        folder = tmp_path / "x" / school
        assert {path.name for path in folder.iterdir()} == {"pupils.csv", "staff.csv"}
        pupils, staff = rows_of(folder / "pupils.csv"), rows_of(folder / "staff.csv")
        assert (len(pupils), len(staff)) == (950, 50)
        assert len(people_of(folder)) == 1000
        assert all(row["Year"] and row["Reg"] for row in pupils)
        forms = Counter(row["Reg"] for row in pupils)
        assert max(forms.values()) <= 30
    used = {str(user["userPrincipalName"]).partition("@")[2] for user in tenant.users}
    assert used == {"trust.onmicrosoft.com", "trust.example"}
    assert {"s01.example", "s02.example"} <= set(tenant.domains)


def test_aliases_of_a_large_world_clash_sometimes(tmp_path):
    write_exports("1000", 1, tmp_path, TODAY)
    aliases = Counter(
        (
            row["Year of entry"],
            anyascii(row["Preferred Surname"]).lower(),
            row["Preferred Forename"][0],
        )
        for row in rows_of(tmp_path / "s01" / "pupils.csv")
    )
    assert 5 < sum(n - 1 for n in aliases.values()) < 100


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 4200))
def test_a_world_of_n_people_has_n_people_in_schools_of_about_a_thousand(tmp_path_factory, people):
    folder = tmp_path_factory.mktemp("sizes")
    write_exports(str(people), 1, folder, TODAY)
    sizes = [len(people_of(school)) for school in folder.iterdir()]
    assert sum(sizes) == people
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= 1500


def test_on_the_second_night_two_in_a_hundred_have_left_and_as_many_have_come(tmp_path):
    for night in (1, 2, 3):
        write_exports("2000", night, tmp_path / str(night), TODAY)
    lines = story("2000")
    kinds = Counter(one.what for one in lines)
    assert kinds == {What.LEAVER: 40, What.JOINER: 40}
    for school in ("s01", "s02"):
        before, after = tmp_path / "1" / school, tmp_path / "2" / school
        expected = {one.mis_id for one in lines if one.school == school}
        assert changed(before, after) == expected
        gone = [row for row in rows_of(after / "pupils.csv") if row["DOL"]]
        assert {row["DOL"] for row in gone} == {"13/01/2026"}
        assert len(gone) == 19
    assert bytes_of(tmp_path / "3") == bytes_of(tmp_path / "2")


def test_twenty_thousand_people_are_written_within_five_seconds(tmp_path):
    begun = time.process_time()
    seed("20000", tmp_path / "x", TODAY)
    assert time.process_time() - begun < 5
    assert len(list((tmp_path / "x").iterdir())) == 20
