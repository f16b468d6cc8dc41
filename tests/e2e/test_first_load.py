"""The first load of an empty domain, and the night after it on which nothing happened."""

from night import FACULTY, School, Tenant, whole

from graphsync.stamps import stamp
from policies.people import PersonKey


def test_after_the_first_load_the_tenant_is_as_the_roster_says(school: School):
    first = school.json("sync")
    assert first.code == 0, first.err
    assert first.json["outcomes"]["done"] == sum(first.counts.values())
    assert len(school.users()) == 8
    for row in school.pupils:
        user = school.user(row)
        year = row["Year"][-1]
        ending = ("all-pupils", f"year-{year}", f"form-{row['Reg'].lower()}")
        assert user["accountEnabled"] is True
        assert user["displayName"] == f"{row['Preferred Forename']} {row['Preferred Surname']}"
        assert (user["kind"], user["department"]) == ("Pupil", row["Reg"])
        assert set(user["groups"]) == {f"gs-{school.id}-{name}" for name in ending}
        assert user["assignedLicenses"] == []
        assert user["employeeId"] == stamp(PersonKey.parse(school.key(row)))
    for row in school.staff:
        user = school.user(row)
        assert (user["kind"], user["usageLocation"]) == ("Staff", "GB")
        assert user["groups"] == [f"gs-{school.id}-all-staff"]
        assert [one["skuId"] for one in user["assignedLicenses"]] == [FACULTY]
    whole(school)
