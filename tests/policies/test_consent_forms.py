"""The editions of the forms: the trust's own words, a school's editions, and what is refused."""

import re
from pathlib import Path

import pytest

from policies.consent_forms import SHIPPED_FORMS, filled, load_forms
from policies.consent_records import Form, Notice, Variant
from policies.pack_loading import SHIPPED_PACKS, PackRefused, load_rules

SHIPPED = ("cloud-2023", "ict-ks1-2023", "ict-ks2-2023")
PACK = """\
school: {id: oak, name: Oakfield Primary, domain: oak.example}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups: {all_pupils: "{school} All pupils", all_staff: "{school} All staff"}
consent:
  services: [mail]
  form:
    versions: [own-2026]
"""
EDITION = """\
id: own-2026
form: cloud_consent
published: 2026-09-01
title: Our form
words: [We use one service.]
question: Do you agree?
services: [mail]
notice:
  controllers: ["{school}"]
  purposes: [Mail.]
  what_happens: [With a No nothing.]
  withdrawal: [At any time.]
"""


def a_folder(folder: Path, edition: str, name: str = "own-2026") -> Path:
    (folder / "oak.yaml").write_text(PACK, encoding="utf-8")
    (folder / "forms").mkdir(exist_ok=True)
    (folder / "forms" / f"{name}.yaml").write_text(edition, encoding="utf-8")
    return folder


def refusal(folder: Path, edition: str, name: str = "own-2026") -> tuple[str, ...]:
    with pytest.raises(PackRefused) as refused:
        load_rules(a_folder(folder, edition, name), "oak")
    return refused.value.problems


def test_the_cloud_form_is_the_trusts_word_for_word():
    edition = load_forms(SHIPPED_PACKS, ["cloud-2023"])["cloud-2023"]
    assert edition.title == "Use of Cloud Systems Permission Form"
    assert edition.words[0] == (
        "Office 365 for Education services \u2013 requires a school to obtain 'verifiable parental "
        "consent' for their children to be able to use these services."
    )
    assert edition.words[5] == (
        "Docs \u2013 The Microsoft Office suite of on-line office productivity tools including "
        "Word, Excel, Powerpoint, OneNote (inc for classroom) and Teams"
    )
    assert edition.question == (
        "As the parent / carer of the above student / pupil, I agree to my child using the school "
        "using Office 365 for Education."
    )
    assert edition.services == (
        *("mail", "calendar", "word", "excel", "powerpoint", "onenote", "class_notebook"),
        "teams",
    )


def test_snmat_f1_1_f2_2_the_forms_have_the_fields_that_the_policy_prints():
    forms = load_forms(SHIPPED_PACKS, SHIPPED)
    four = ("Parent / Carers Name", "Student / Pupil Name", "Signed", "Date")
    assert forms["ict-ks1-2023"].fields == forms["ict-ks2-2023"].fields == four
    assert set(forms["cloud-2023"].fields) == {*four, "Yes / No"}


def test_the_halves_of_the_ict_form_differ_in_one_paragraph():
    forms = load_forms(SHIPPED_PACKS, SHIPPED)
    one, two = forms["ict-ks1-2023"], forms["ict-ks2-2023"]
    assert (one.variant, two.variant) == (Variant.KS1, Variant.KS2)
    assert "has discussed the Acceptable Use Agreement with my son" in one.words[0]
    assert "has signed an Acceptable Use Agreement" in two.words[0]
    assert (one.words[1:], one.question) == (two.words[1:], two.question)
    assert one.form is two.form is Form.ICT


def test_every_shipped_edition_is_named_by_a_pack_and_says_all_four_things():
    assert {file.stem for file in SHIPPED_FORMS.iterdir()} == set(SHIPPED)
    assert set(load_rules(SHIPPED_PACKS, "snmat").consent.forms) == set(SHIPPED)
    for edition in load_forms(SHIPPED_PACKS, SHIPPED).values():
        assert all(getattr(edition.notice, slot) for slot in Notice.__struct_fields__)


def test_the_schools_name_is_put_in_and_the_digest_stays():
    edition = load_forms(SHIPPED_PACKS, ["cloud-2023"])["cloud-2023"]
    read = filled(edition, "Oakfield Primary")
    assert read.notice.controllers[0].startswith("Oakfield Primary, with the trust")
    assert read.sha256 == edition.sha256
    assert re.fullmatch("[0-9a-f]{64}", edition.sha256)


def test_one_letter_more_is_another_digest(tmp_path: Path):
    folder = a_folder(tmp_path, EDITION)
    first = load_forms(folder, ["own-2026"])["own-2026"]
    digests = {first.sha256}
    for old, new in (("one service", "one servant"), ("[Mail.]", "[Mails.]"), ("[mail]", "[m]")):
        a_folder(tmp_path, EDITION.replace(old, new))
        digests.add(load_forms(folder, ["own-2026"])["own-2026"].sha256)
    assert len(digests) == 4


REFUSED = [
    (("form: cloud_consent\n", ""), "forms/own-2026.yaml:1: form: is missing"),
    (("cloud_consent", "cloud"), "forms/own-2026.yaml:2: form: is none of"),
    (("id: own-2026", "id: other"), "forms/own-2026.yaml:1: id: differs from the file's name"),
    (("services: [mail]", "services: []"), "forms/own-2026.yaml:7: services: is missing"),
    (("services: [mail]", "services: [mail]\nservises: [x]"), ":8: servises: is no key of a form"),
    (("title: Our form", "title: Our form\ntitle: Two"), ":5: title: is written twice"),
    (("words: [We use one service.]", "words: []"), ":5: words: says nothing"),
    (("2026-09-01", "soon"), ":3: published: is not a day"),
    (("  purposes: [Mail.]\n", ""), "notice.purposes: is missing; nobody can consent"),
    (("{school}", "{head}"), ":9: notice.controllers: holds {head}; only {school}"),
    (("[At any time.]", "[]"), ":12: notice.withdrawal: says nothing"),
    (
        ("services: [mail]", "services: [mail]\nvariant: ks1"),
        ":8: variant: belongs to the ICT form",
    ),
    (("cloud_consent", "ict_permission"), "services: belong to the cloud form"),
    (("title: Our form", "title: *x"), "forms/own-2026.yaml:4: (file):"),
]


@pytest.mark.parametrize(("change", "told"), REFUSED)
def test_an_edition_that_is_wrong_refuses_the_pack_with_its_line(
    tmp_path: Path, change: tuple[str, str], told: str
):
    assert any(told in one for one in refusal(tmp_path, EDITION.replace(*change)))


def test_an_edition_that_does_not_exist_is_refused_at_the_packs_line(tmp_path: Path):
    (problem,) = refusal(tmp_path, EDITION, name="another")
    assert problem.startswith("oak.yaml:7: consent.form.versions: names own-2026, an edition")
    with pytest.raises(PackRefused, match="names own-2026"):
        load_forms(tmp_path, ["own-2026"])


def test_a_schools_edition_does_not_take_the_id_of_a_shipped_one(tmp_path: Path):
    own = a_folder(tmp_path, EDITION.replace("own-2026", "cloud-2023"), "cloud-2023")
    with pytest.raises(PackRefused, match="has the id of a shipped edition"):
        load_forms(own, ["cloud-2023"])
    copy = (SHIPPED_FORMS / "cloud-2023.yaml").read_text("utf-8")
    a_folder(tmp_path, copy, "cloud-2023")
    assert load_forms(own, ["cloud-2023"]) == load_forms(SHIPPED_PACKS, ["cloud-2023"])
