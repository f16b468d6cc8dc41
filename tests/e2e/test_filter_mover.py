"""A pupil who moves to another filter group on a night when the tenant refuses the new one."""

from night import School, a_pupil, whole

GROUPS = {"all_pupils": "{school} All pupils", "filter_group": "{school} Filter {filter}"}


def filters(school: School) -> list[str]:
    names = school.user(school.row(1))["groups"]
    return [name.partition("-filter-")[2] for name in names if "-filter-" in name]


def test_the_old_filter_group_stands_until_the_new_one_was_joined(school: School):
    school.pack(groups=GROUPS)
    school.pupils = [a_pupil(1, Year="Year  6"), a_pupil(2, Year="Year  7")]
    school.export()
    school.loaded()
    name = f"gs-{school.id}-filter-ks3"
    (new,) = [one for one in school.tenant.state()["groups"] if one["uniqueName"] == name]
    school.tenant.faults(
        {"kind": "status", "method": "PATCH", "path": f"/groups/{new['id']}$", "status": 403}
    )
    school.row(1)["Year"] = "Year  7"
    school.export()
    night = school.json("sync")
    assert night.code == 3, night.out
    outcomes = {one["kind"]: one["outcome"] for one in night.run["changes"]}
    assert outcomes == {"add_to_group": "refused", "remove_from_group": "not_tried"}
    assert filters(school) == ["ks2"]
    school.tenant.faults()
    assert school.json("sync").code == 0
    assert filters(school) == ["ks3"]
    whole(school)
