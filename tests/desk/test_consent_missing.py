"""The list of pupils without a live consent, for the office and for a classroom."""

import json
import re
from datetime import timedelta

import pytest
from answering_school import School, a_numbered, a_parent, an_answer
from office import TODAY, key

from graphsync.consent_report import Funnel, Missing, MissingPupil, missing, progress
from graphsync.consent_todo import what_to_do
from policies.consent_records import Act, Answer, Consent, Signer, State, Why
from reports.missing_page import LABELS, bar, for_class, for_office


def add(school: School, mis_id: str, act: Act, days_ago: int = 0, **fields: object) -> None:
    """A row of the register about a pupil, of some days ago."""
    at = school.office.now - timedelta(days=days_ago)
    row = an_answer(school.office, id=f"{mis_id}-{act}-{days_ago}", act=act, at=at, **fields)
    school.office.store.consents.add([(key(mis_id), row)])


def a_yes(school: School, mis_id: str) -> None:
    add(school, mis_id, Act.ANSWERED, answer=Answer.YES, services=("mail", "teams"),
        verified_by="Mrs Oak", signer=_signer(mis_id))  # fmt: skip


def _signer(mis_id: str) -> Signer:
    return Signer(contact_id=f"m{mis_id}", name="Mary", relationship="Mother", responsible=True)


def of(school: School, **wanted: object) -> Missing:
    return missing(school.office.bench, "oak", **wanted)  # type: ignore[arg-type]


def lines(report: Missing) -> dict[str, MissingPupil]:
    return {one.person.mis_id: one for section in report.sections for one in section.missing}


def test_a_pupil_with_a_live_consent_is_not_listed_nor_a_leaver(school: School):
    a_yes(school, "11")
    report = of(school)
    assert set(lines(report)) == {"12", "13"}
    assert report.pupils == 3
    assert report.states[State.VERIFIED] == 1
    assert sum(report.states.values()) == 3


def test_sections_are_form_groups_in_the_order_of_years_with_how_many_they_have(school: School):
    school.people += [
        a_numbered("31", year="10", form="10A"),
        a_numbered("32", year="R", form="Oak"),
        a_numbered("33", year=None, form=None),
    ]
    school.accept()
    a_yes(school, "11")
    report = of(school)
    told = [(one.year, one.form_group, one.pupils, len(one.missing)) for one in report.sections]
    assert told == [("R", "Oak", 1, 1), ("7", "7B", 3, 2), ("10", "10A", 1, 1), ("", "", 1, 1)]


def test_years_and_form_groups_narrow_the_list_and_its_numbers(school: School):
    school.people += [a_numbered("31", year="10", form="10A")]
    school.accept()
    assert set(lines(of(school, years=["10"]))) == {"31"}
    assert set(lines(of(school, form_groups=["7b"]))) == {"11", "12", "13"}
    assert of(school, years=["10"], form_groups=["7B"]).pupils == 0


def test_a_line_tells_when_somebody_was_last_asked_and_how_often_reminded(school: School):
    add(school, "11", Act.ASKED, 20)
    add(school, "11", Act.REMINDED, 15)
    add(school, "11", Act.REMINDED, 10)
    one, other = lines(of(school))["11"], lines(of(school))["12"]
    assert (one.asked_on, one.reminders) == (TODAY - timedelta(days=10), 2)
    assert (other.asked_on, other.reminders) == (None, 0)


def test_a_line_tells_whom_to_ask_and_never_somebody_who_may_not_be_asked(school: School):
    school.contacts += [
        a_parent("11", contact_id="g11", relationship="Grandmother", parental_responsibility=None),
        a_parent("11", contact_id="x11", court_order=True),
        a_parent("13", contact_id="p13", mail=""),
    ]
    school.contacts = [one for one in school.contacts if one.contact_id != "m12"]
    school.accept()
    told = lines(of(school))
    assert {one.contact for one in told["11"].whom} == {"m11", "f11"}
    assert {one.contact: one.way for one in told["13"].whom} == {"m13": "mail", "p13": "letter"}
    assert told["12"].whom == ()
    assert "Find out who has parental responsibility" in told["12"].do


def test_the_hint_of_the_mis_is_shown_and_changes_no_state(school: School):
    school.people[0] = a_numbered("11", consent_hint=True)
    school.accept()
    told = lines(of(school))
    assert (told["11"].hint, told["12"].hint) == (True, False)
    assert told["11"].state is told["12"].state is State.MISSING


def test_the_funnel_counts_each_step_within_the_one_before(school: School):
    assert progress(school.office.bench, "oak")[0] == Funnel(
        pupils=3, asked=0, answered=0, verified=0
    )
    add(school, "11", Act.ASKED)
    add(school, "12", Act.REMINDED)
    add(school, "12", Act.ANSWERED, answer=Answer.NO)
    a_yes(school, "13")  # on paper, and never asked by us
    assert progress(school.office.bench, "oak")[0] == Funnel(
        pupils=3, asked=3, answered=2, verified=1
    )


@pytest.mark.parametrize("why", Why)
def test_every_reason_has_something_to_do(why: Why):
    assert what_to_do(Consent(state=State.INVALID, why=(why,))).endswith(".")


@pytest.mark.parametrize("state", State)
def test_every_state_has_something_to_do_and_a_place_in_the_bar(state: State):
    assert what_to_do(Consent(state=state)).endswith(".")
    assert LABELS[state]


def test_the_bar_holds_every_pupil_and_fills_the_whole(school: School):
    a_yes(school, "11")
    add(school, "12", Act.ANSWERED, answer=Answer.NO)
    parts = list(bar(of(school)))
    assert parts[0].state == "verified"
    assert sum(part.number for part in parts) == 3
    assert sum(part.share for part in parts) == pytest.approx(100, abs=0.1)


def test_the_office_page_names_whom_to_ask_and_why(school: School):
    add(school, "11", Act.ASKED, 3)
    page = for_office(of(school))
    assert "Smith11, Amy11" in page
    assert "000011" in page
    assert "22 Nov 2026" in page
    assert "Ms Mary Smith11" in page
    assert "For the school office alone" in page


def test_no_page_for_a_class_tells_who_was_asked_or_what_was_answered(school: School):
    telling, pages = "refus|consent|parent|permission|asked|answer|said|mary", []
    for said in (None, Answer.NO, Answer.YES):
        if said:
            add(school, "11", Act.ANSWERED, {Answer.NO: 1, Answer.YES: 0}[said], answer=said,
                method=None, services=())  # fmt: skip
        pages.append(for_class(of(school)))
    for page in pages:
        assert not re.search(telling, page, re.IGNORECASE)
    assert pages[0] == pages[1]
    assert "Smith11, Amy11" in pages[0]


def test_a_name_from_a_file_is_text_on_both_pages(school: School):
    school.people[0] = a_numbered("11", surname="<script>x</script>")
    school.accept()
    for page in (for_office(of(school)), for_class(of(school))):
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_the_command_lists_them_and_writes_both_pages(school: School, command):
    folder = school.office.folder
    code, out, _ = command("consent", "missing", "oak", "--year", "7", "--json",
                           "--html", "office.html", "--class-html", "class.html")  # fmt: skip
    told = json.loads(out)
    assert (code, told["pupils"], len(told["sections"][0]["missing"])) == (0, 3, 3)
    assert told["sections"][0]["missing"][0]["person"] == "oak:11"
    for name in ("office.html", "class.html"):
        assert (folder / name).stat().st_mode & 0o077 == 0
    code, out, _ = command("consent", "missing", "oak", "--form-group", "9Z")
    assert (code, out) == (0, "Every pupil has a live consent.\n")
