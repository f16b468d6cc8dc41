"""Whom the school asks, by which way, and how often."""

from collections.abc import Iterator

import pytest
from office import Office, a_pupil, key
from parents import BORN, Home, a_contact, serving

from graphsync.consent_asking import preview
from graphsync.trouble import Refusal
from policies.people import Roster


@pytest.fixture
def home(office: Office) -> Iterator[Home]:
    made = Home(office)
    with serving(made):
        yield made


def everyone(roster: Roster) -> set[object]:
    return {one.key for one in roster.people}


def test_who_may_not_be_asked_is_counted_with_the_reason(home: Home) -> None:
    home.office.accept(
        *(a_pupil(str(number), born=BORN) for number in range(1, 6)),
        contacts=[
            a_contact("1"),
            a_contact("1", "c2", priority=2, mail="b@home.example"),
            a_contact("2", "c3", parental_responsibility=False),
            a_contact("3", "c4", court_order=True),
            a_contact("4", "c5", mail=""),
            a_contact("5", "c6", parental_responsibility=None),
        ],
    )
    report = preview(home.bench, "oak", everyone, by_mail=True)
    assert [one.pupils for one in report.asked] == [("oak:1",)]
    assert report.nobody == ("oak:2", "oak:3", "oak:4", "oak:5")
    assert report.left_out == {
        "a court order": 1,
        "another parent is asked": 1,
        "no mail address in the roster": 1,
        "no parental responsibility in the roster": 2,
    }
    assert home.office.store.consents.of(key("1")) == ()


def test_a_letter_needs_no_address(home: Home) -> None:
    home.office.accept(a_pupil("1", born=BORN), contacts=[a_contact("1", mail="")])
    assert len(home.letters()) == 1


def test_a_no_is_not_asked_again(home: Home) -> None:
    home.family("1")
    (link,) = home.letters()
    home.answer(link, "Amy1", "no")
    assert preview(home.bench, "oak", everyone, by_mail=True).asked == ()


def test_a_leaver_is_not_asked_about(home: Home) -> None:
    gone = home.office.now.date().replace(day=1)
    home.office.accept(a_pupil("1", born=BORN, leaves=gone), contacts=[a_contact("1")])
    assert preview(home.bench, "oak", everyone, by_mail=True).asked == ()


def test_a_school_without_a_form_cannot_ask(home: Home) -> None:
    home.family("1")
    home.office.pack()
    with pytest.raises(Refusal, match=r"consent\.form\.versions"):
        preview(home.bench, "oak", everyone, by_mail=True)


def test_when_the_letters_cannot_be_written_no_link_is_kept(home: Home) -> None:
    from graphsync.consent_asking import letters

    def full(_: object) -> None:
        raise OSError("no space left")

    home.family("1")
    with pytest.raises(OSError, match="space"):
        letters(home.bench, "oak", everyone, full)
    assert home.office.store.consent_links.of_school("oak") == ()
    assert home.office.store.consents.of(key("1")) == ()
