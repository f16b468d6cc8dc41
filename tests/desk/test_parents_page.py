"""The parents' page: nothing is shown before the child is known, and an answer is kept once."""

from collections.abc import Iterator
from datetime import date

import pytest
from office import Office, a_pupil, key
from parents import BORN, Home, a_contact, serving

from policies.consent_records import Act, Answer, Channel, Method


@pytest.fixture
def home(office: Office) -> Iterator[Home]:
    made = Home(office)
    with serving(made):
        yield made


def dead(home: Home, link: str) -> bool:
    return bool(home.browser.get(link).status_code == 410)


def test_the_first_page_names_nobody(home: Home) -> None:
    home.family("1")
    (link,) = home.letters()
    page = home.browser.get(link)
    assert page.status_code == 200
    for secret in ("Amy", "Smith", "Marsh", "Oak", "7B", "home.example"):
        assert secret not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers


def test_a_link_that_never_was_looks_like_one_that_is_over_or_used(home: Home) -> None:
    home.family("1")
    used, over = home.letters(), ""
    assert home.answer(used[0], "Amy1", "yes").status_code == 200
    home.office.accept(a_pupil("2", born=BORN), contacts=[a_contact("2")])
    (over,) = home.letters()
    home.office.days(15)
    answers = [home.browser.get(one) for one in (used[0], over, "/c/" + "0" * 64, "/else")]
    assert {one.status_code for one in answers} == {410}
    assert len({one.text for one in answers}) == 1


def test_only_who_knows_the_child_sees_the_form(home: Home) -> None:
    home.family("1")
    (link,) = home.letters()
    wrong = home.knock(link, "Amy1", date(2014, 3, 26))
    assert (wrong.status_code, "Amy1" in wrong.text) == (422, False)
    right = home.knock(link, " amy1 ")
    assert right.status_code == 200
    assert "Amy1" in right.text
    assert "individual email account" in right.text
    assert "Mary" not in right.text


def test_the_fifth_wrong_guess_ends_the_link(home: Home) -> None:
    home.family("1")
    (link,) = home.letters()
    for _ in range(4):
        assert home.knock(link, "Bob").status_code == 422
    assert home.knock(link, "Bob").status_code == 410
    assert home.knock(link, "Amy1").status_code == 410


def test_where_the_roster_has_no_birth_date_the_form_group_is_asked(home: Home) -> None:
    home.office.accept(a_pupil("1"), contacts=[a_contact("1")])
    (link,) = home.letters()
    assert home.browser.post(link, data={"forename": "Amy1", "form": "7A"}).status_code == 422
    assert home.browser.post(link, data={"forename": "Amy1", "form": "7b"}).status_code == 200


def test_a_yes_is_kept_with_who_said_it_how_and_to_which_words(home: Home) -> None:
    home.family("1")
    (link,) = home.letters()
    receipt = home.answer(link, "Amy1", "yes")
    assert receipt.status_code == 200
    asked, said = home.office.store.consents.of(key("1"))
    assert asked.act is Act.ASKED
    assert (said.act, said.answer, said.channel) == (Act.ANSWERED, Answer.YES, Channel.LINK)
    assert (said.version, said.method) == ("cloud-2023", Method.LETTER)
    assert len(said.words_sha256) == 64
    assert said.signer is not None
    assert (said.signer.contact_id, said.signer.name) == ("c1", "Mary O'Neil-Marsh")
    assert said.signer.responsible
    assert "teams" in said.services
    assert home.office.store.journal.verify().rows == 2


def test_one_link_serves_siblings_and_keeps_one_answer_each(home: Home) -> None:
    home.family("1", "2")
    (link,) = home.letters()
    receipt = home.answer(link, "Amy2", "yes", "no")
    assert receipt.status_code == 200
    last = [home.office.store.consents.of(key(one))[-1].answer for one in ("1", "2")]
    assert last == [Answer.YES, Answer.NO]


def test_two_people_of_one_name_never_share_a_link(home: Home) -> None:
    home.office.accept(
        a_pupil("1", born=BORN),
        a_pupil("2", born=BORN),
        contacts=[a_contact("1"), a_contact("2", mail="other@home.example")],
    )
    assert len(home.letters()) == 2


@pytest.mark.parametrize(
    ("said", "more", "says"),
    [
        ((), {}, "Choose Yes or No"),
        (("maybe",), {}, "Choose Yes or No"),
        (("yes",), {"responsible": ""}, "parental responsibility"),
        (("yes",), {"signed_by": "Mary"}, "full name"),
        (("yes",), {"signed_by": ""}, "full name"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    home: Home, said: tuple[str, ...], more: dict[str, str], says: str
) -> None:
    home.family("1")
    (link,) = home.letters()
    page = home.answer(link, "Amy1", *said, **more)
    assert page.status_code == 422
    assert says in page.text
    assert len(home.office.store.consents.of(key("1"))) == 1
    assert home.answer(link, "Amy1", "yes").status_code == 200


def test_both_boxes_are_no_answer(home: Home) -> None:
    home.family("1")
    (link,) = home.letters()
    form = {
        "proof": home.proof(link, "Amy1"),
        "answer_0": ["yes", "no"],
        "signed_by": "Mary O'Neil-Marsh",
        "responsible": "yes",
    }
    assert home.browser.post(f"{link}/answer", data=form).status_code == 422


def test_an_answer_sent_twice_is_kept_once(home: Home) -> None:
    home.family("1")
    (link,) = home.letters()
    form = {
        "proof": home.proof(link, "Amy1"),
        "answer_0": "yes",
        "signed_by": "Mary O'Neil-Marsh",
        "responsible": "yes",
    }
    answers = [home.browser.post(f"{link}/answer", data=form).status_code for _ in range(2)]
    assert answers == [200, 410]
    assert len(home.office.store.consents.of(key("1"))) == 2


def test_a_proof_of_another_link_a_changed_one_and_an_old_one_open_nothing(home: Home) -> None:
    home.office.accept(
        a_pupil("1", born=BORN),
        a_pupil("2", born=BORN),
        contacts=[a_contact("1"), a_contact("2", "c2", mail="b@home.example")],
    )
    one, other = home.letters()
    proof = home.proof(one, "Amy1")
    for link, told in ((other, proof), (one, proof[:-2]), (one, "")):
        form = {"proof": told, "answer_0": "yes", "signed_by": "M", "responsible": "yes"}
        assert home.browser.post(f"{link}/answer", data=form).status_code == 410
    home.office.now = home.office.now.replace(hour=home.office.now.hour + 1)
    form = {"proof": proof, "answer_0": "yes", "signed_by": "M", "responsible": "yes"}
    assert home.browser.post(f"{one}/answer", data=form).status_code == 410


@pytest.mark.parametrize(
    "changed", [{"parental_responsibility": False}, {"court_order": True}, {"contact_id": "c9"}]
)
def test_a_link_dies_with_the_right_to_answer(home: Home, changed: dict[str, object]) -> None:
    home.family("1")
    (link,) = home.letters()
    home.family("1", **changed)
    assert dead(home, link)


def test_a_link_about_a_leaver_is_dead(home: Home) -> None:
    home.family("1")
    (link,) = home.letters()
    gone = home.office.now.date().replace(day=24)
    home.office.accept(a_pupil("1", born=BORN, leaves=gone), contacts=[a_contact("1")])
    assert dead(home, link)


def test_a_newer_link_ends_the_older(home: Home) -> None:
    home.family("1")
    (older,) = home.letters()
    (newer,) = home.letters()
    assert (dead(home, older), dead(home, newer)) == (True, False)


def test_a_yes_is_taken_back_with_one_answer_and_no_signature(home: Home) -> None:
    home.family("1")
    (link,) = home.letters()
    change = home.change_link(home.answer(link, "Amy1", "yes"))
    back = home.answer(change, "Amy1", "no", signed_by="", responsible="")
    assert back.status_code == 200
    last = home.office.store.consents.of(key("1"))[-1]
    assert (last.act, last.answer) == (Act.WITHDRAWN, Answer.NO)
    again = home.change_link(back)
    assert home.answer(again, "Amy1", "yes", signed_by="", responsible="").status_code == 422
    assert home.answer(again, "Amy1", "yes").status_code == 200
    assert home.office.store.consents.of(key("1"))[-1].answer is Answer.YES


def test_neither_parent_sees_what_the_other_said(home: Home) -> None:
    contacts = [
        a_contact("1"),
        a_contact("1", "c2", given_name="Pat", surname="Marsh", priority=2, mail="pat@b.example"),
    ]
    home.office.pack("consent: {form: {versions: [cloud-2023]}, services: [mail], ask: all}\n")
    home.office.accept(a_pupil("1", born=BORN), contacts=contacts)
    hers, his = home.letters()
    before = home.knock(his, "Amy1").text
    assert home.answer(hers, "Amy1", "no").status_code == 200
    after = home.knock(his, "Amy1").text
    proofs = [home_page.split('name="proof"')[1].split('"')[1] for home_page in (before, after)]
    assert before.replace(proofs[0], "") == after.replace(proofs[1], "")


def test_names_from_a_file_are_text_on_the_page(home: Home) -> None:
    evil = "<script>alert(1)</script>"
    home.office.accept(a_pupil("1", born=BORN, given_name=evil), contacts=[a_contact("1")])
    (link,) = home.letters()
    page = home.knock(link, evil)
    assert page.status_code == 200
    assert "<script>" not in page.text


def test_a_large_body_and_one_without_a_length_are_refused_unread(home: Home) -> None:
    home.family("1")
    (link,) = home.letters()
    assert home.browser.post(link, content=b"x" * 20_000).status_code == 413
    chunked = home.browser.post(link, content=iter([b"forename=Amy1"]))
    assert chunked.status_code == 413


def test_whoever_asks_too_often_waits(home: Home) -> None:
    codes = [home.browser.get("/c/" + "0" * 64).status_code for _ in range(140)]
    assert (codes[0], codes[-1]) == (410, 429)
