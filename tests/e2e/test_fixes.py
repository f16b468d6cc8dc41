"""What the school office puts right in SIMS, told from the last run."""

from night import School, a_pupil


def loaded(school: School) -> School:
    """A loaded school with a bad row, someone missing and a name of no letters."""
    school.pupils = [a_pupil(number) for number in range(1, 31)]
    school.export()
    school.loaded()
    school.row(1)["DOL"] = "sometime"
    school.pupils = [one for one in school.pupils if one["primary_id"] != "5002"]
    school.pupils.append(a_pupil(40, Preferred_Surname="!!", Preferred_Forename="!!"))
    school.export()
    assert school.json("plan").code == 0
    return school


def test_each_record_is_told_with_who_where_what_and_the_mend(school: School):
    found = loaded(school).json("fixes").json["items"]
    by_person = {one["person"]: one for one in found}
    assert set(by_person) == {f"{school.id}:{number}" for number in (5001, 5002, 5040)}
    bad = by_person[f"{school.id}:5001"]
    assert "pupils.csv, row 2, DOL" in bad["place"]
    assert "DD/MM/YYYY" in bad["mend"]
    assert "leaving date" in by_person[f"{school.id}:5002"]["mend"]
    assert "names must hold letters" in by_person[f"{school.id}:5040"]["mend"]


def test_the_page_is_there_to_print_and_escapes_what_files_hold(school: School):
    loaded(school)
    school.pupils.append(a_pupil(41, Preferred_Forename="<b>Al?x</b>"))
    school.export()
    school.json("plan")
    assert school("fixes", "--html", "fixes.html").code == 0
    page = (school.folder / "fixes.html").read_text("utf-8")
    assert "records to put right in SIMS" in page
    assert "<b>" not in page
    assert (school.folder / "fixes.html").stat().st_mode & 0o077 == 0


def test_a_good_export_leaves_nothing_to_put_right(school: School):
    school.loaded()
    assert "Nothing to put right" in school("fixes").out


def test_a_refused_file_is_told_too(school: School):
    school.loaded()
    school.export(pupils="primary_id,Adno\r\n")
    assert school.json("sync").code == 2
    found = school.json("fixes", "--school", school.id).json["items"]
    assert found
    assert all(fix["person"] == "" and fix["mend"] for fix in found)
