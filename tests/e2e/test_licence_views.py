"""`graphsync licences`: day one, the forecast and the waste of a school in a tenant."""

from datetime import timedelta

from diagnosis import ASKED_FOR, use_app
from night import School, days, today

FACULTY = "STANDARDWOFFPACK_FACULTY"


def test_a_schools_licences_are_listed_forecast_and_searched_for_waste(school: School):
    refused = school.json("licences", "list", school.id)
    assert (refused.code, refused.out) == (2, "")
    assert "the tenant was never read" in refused.err
    school.loaded()
    one, other = school.staff
    other["Date of Leaving"] = days(20)
    school.export()
    assert school.json("plan").code == 0
    before = school.tenant.state()["digest"]

    page = school.folder / "licences.html"
    listed = school.json("licences", "list", school.id, "--refresh", "--html", page)
    assert listed.code == 0, listed.err
    held = {row["person"]: row for row in listed.json["items"]}
    assert held.keys() == {school.key(one), school.key(other)}
    assert held[school.key(one)]["sku"] == FACULTY
    assert (held[school.key(one)]["direct"], held[school.key(one)]["consent"]) == (
        True,
        "not needed",
    )
    (totals,) = listed.json["totals"]
    assert (totals["people"], listed.json["without"]) == (2, 6)
    assert school.key(one) in page.read_text("utf-8")
    assert "direct" in school("licences", "list", school.id).out

    forecast = school.json("licences", "forecast", school.id).json
    (told,) = forecast["items"]
    (part,) = told["parts"]
    assert (part["held"], part["leaving"], part["due"]) == (2, 1, 0)
    assert [look["runs_out"] for look in told["outlooks"]] == [None] * 3
    back = [night["day"] for night in told["outlooks"][0]["nights"]]
    assert back == [str(today() + timedelta(days=20 + 31))]
    text = school("licences", "forecast").out
    assert "not within 400 days" in text
    assert max(map(len, text.splitlines())) <= 80

    used = {"lastSuccessfulSignInDateTime": "2021-01-01T08:00:00Z"}
    age = {"createdDateTime": "2020-01-01T08:00:00Z"}
    for row, activity in ((one, used), (other, None)):
        account = school.user(row)["userPrincipalName"]
        school.tenant.by_hand(account, signInActivity=activity, **age)
    wasted = school.json("licences", "waste", school.id).json
    assert {row["subject"]: row["why"] for row in wasted["items"]} == {
        school.key(one): "not used",
        school.key(other): "never signed in",
    }
    assert "never signed in" in school("licences", "waste", school.id).out

    use_app(school, *ASKED_FOR)
    cannot = school.json("licences", "waste", school.id)
    assert (cannot.code, cannot.json["items"]) == (0, [])
    assert "AuditLog.Read.All" in cannot.json["untold"]
    assert school.tenant.state()["digest"] == before

    school.tenant.by_hand(school.user(one)["userPrincipalName"], accountEnabled=False)
    assert school.json("plan").code == 0
    found = school.json("policy", "check", school.id).json["items"]
    told = {row["subject"]: row["sentence"] for row in found}
    assert told[FACULTY].startswith("1 on disabled accounts")
