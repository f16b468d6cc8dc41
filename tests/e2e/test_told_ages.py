"""Nights of a tenant in which somebody marked everyone as a minor with consent (law A10)."""

import pytest
from night import School, today, uk
from test_consent_nights import SERVICES, says

from policies.consent_records import Answer

CHILD = today().replace(year=today().year - 9, day=1)
TEEN = today().replace(year=today().year - 14, day=1)
ASKING = {
    "licence_gate": True,
    "form": {"fields": ["signed"], "versions": ["cloud-2023"]},
    "services": [*SERVICES],
    "countersign": "none",
}
WRITING = {"write_age_group": True, "write_consent_provided": True}


def told(school: School, number: int) -> tuple[str | None, str | None]:
    """What the tenant says of a pupil."""
    user = school.user(school.row(number))
    return user["ageGroup"], user["consentProvidedForMinor"]


@pytest.fixture
def marked(school: School) -> School:
    """Six pupils, the third of them fourteen, all of whom somebody marked; one Yes and one No."""
    for row in school.pupils:
        row["DOB"] = uk(CHILD)
    school.row(3)["DOB"] = uk(TEEN)
    school.export()
    school.pack(consent=ASKING)
    assert school.json("sync").code == 0
    for row in school.pupils:
        words = {"ageGroup": "Minor", "consentProvidedForMinor": "Granted"}
        school.tenant.by_hand(school.user(row)["userPrincipalName"], **words)
    says(school, 1, Answer.YES, *SERVICES)
    says(school, 2, Answer.NO)
    return school


def test_what_the_tenant_claims_is_found_and_put_right_where_the_pack_says_so(marked: School):
    school = marked
    mark = school.tenant.mark()
    night = school.json("sync")
    assert (night.code, night.counts, school.tenant.writes(mark)) == (0, {}, [])
    found = {one["subject"]: one["sentence"] for one in night.run["findings"]}
    assert "consented for 5 of 6 pupils" in found["consentProvidedForMinor"]
    assert "age group of 1 of 6 pupils" in found["ageGroup"]
    assert f"{school.id}:5" not in str(night.run["findings"])
    checked = {
        one["subject"]: one["sentence"]
        for one in school.json("policy", "check", school.id).json["items"]
    }
    assert f"{school.id}:5002" in checked["consentProvidedForMinor"]
    assert f"({school.id}:5003)" in checked["ageGroup"]
    page = school.json("person", school.key(school.row(3))).json["consent"]
    assert "the tenant says Minor and Granted: consent_claim_false, age_drift" in page

    school.pack(consent=ASKING | WRITING)
    night = school.json("sync")
    assert (night.code, night.counts) == (0, {"update_user": 1})
    assert told(school, 1) == ("Minor", "Granted")
    assert told(school, 2) == ("Minor", "Granted"), "a No waits for a person"
    assert told(school, 3) == ("NotAdult", None)
    assert night.held[school.key(school.row(2))] == "consent_denied"

    asked = school.json("plan", "--deny", school.key(school.row(2)))
    assert (asked.code, asked.codes, asked.counts) == (2, ["consent_denied"], {"update_user": 1})
    assert told(school, 2) == ("Minor", "Granted")
    run = asked.run
    refused = school.json("apply", run["run"])
    assert (refused.code, told(school, 2)) == (2, ("Minor", "Granted"))
    yes = ("--digest", run["digest"], "--override", "consent_denied")
    assert school.json("approve", run["run"], *yes).code == 0
    applied = school.json("apply", run["run"])
    assert applied.code == 0, applied.err
    assert told(school, 2) == ("Minor", "Denied")
    after = school.json("sync")
    assert (after.code, after.counts) == (0, {})
    assert school.key(school.row(2)) not in after.held
