"""Sign-in names: numbered, reserved, not used again too soon (decision 8)."""

from builders import a_person, a_school, a_snapshot, an_account, key, protecting, rules
from hypothesis import given
from hypothesis import strategies as st

from graphsync.names import NameBook


def book(*accounts, **reserved) -> NameBook:
    return NameBook(rules(), a_snapshot(*accounts), {k: key(v) for k, v in reserved.items()})


def test_a_taken_sign_in_name_is_numbered():
    assert book(an_account("25SmithA")).name(a_person()) == "25smitha2"


def test_a_mail_nickname_is_taken_as_well():
    account = an_account("x", mail_nickname="25SMITHA")
    assert book(account, an_account("y", mail_nickname=None)).name(a_person()) == "25smitha2"


def test_another_domain_takes_no_name():
    other = an_account("x", user_principal_name="25smitha@ash.example", mail_nickname="25smitha")
    assert book(other).name(a_person()) == "25smitha"


def test_a_name_on_the_packs_list_is_given_to_nobody():
    listed = protecting(accounts=("25SmithA@oak.example", "25smitha2@ash.example", "some-id"))
    assert NameBook(listed, a_snapshot(), {}).name(a_person()) == "25smitha2"


def test_two_joiners_of_one_night_get_two_names():
    names = book()
    assert [names.name(a_person(one)) for one in "12"] == ["25smitha", "25smitha2"]
    assert names.given == {"25smitha": key("1"), "25smitha2": key("2")}


def test_a_name_that_is_reserved_for_somebody_is_not_given_to_another():
    assert book(**{"25smitha": "9"}).name(a_person()) == "25smitha2"


def test_a_reserved_name_is_given_again_to_its_person():
    names = book(**{"25smitha7": "1"})
    assert names.name(a_person()) == "25smitha7"
    assert names.given == {}


def test_a_reserved_name_that_the_tenant_took_meanwhile_is_passed_over():
    taken = an_account("25smitha")
    assert book(taken, **{"25smitha": "1"}).name(a_person()) == "25smitha2"
    twice = book(taken, **{"25smitha2": "1", "25smitha": "1", "25smitha10": "1"})
    assert twice.name(a_person()) == "25smitha2", "the one reserved in its place, again and again"


def test_the_plain_name_is_told_even_when_it_is_taken():
    assert book(an_account("25smitha")).plain(a_person()) == "25smitha"


def test_a_person_whom_the_pattern_cannot_name_has_no_plain_name():
    assert book().plain(a_person(entry_year=None)) is None


def test_a_plan_drafted_again_gives_the_reserved_names_again():
    school = a_school(a_person("1"), a_person("2"))
    first = school.scene()
    names = NameBook(school.rules, first.snapshot, {})
    given = {names.name(one): one.key for one in school.people}
    school.reserved = given
    digest = school.plan().digest
    school.reserved = dict(reversed(given.items()))
    assert school.plan().digest == digest
    born = {c.mail_nickname: c.person for c in school.plan().changes if c.kind == "create_user"}
    assert born == given


NAMES = ["25smitha", "25smitha2", "25smitha3", "25smithb"]


@given(
    st.lists(st.sampled_from(NAMES), unique=True),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from("123")),
    st.permutations([a_person("1"), a_person("2"), a_person("3", given_name="Ben")]),
)
def test_no_two_people_get_one_name_and_nobody_gets_a_taken_one(in_tenant, reserved, people):
    names = book(*map(an_account, in_tenant), **reserved)
    given_names = {names.name(person): person.key.mis_id for person in people}
    assert len(given_names) == len(people)
    for alias, mis_id in given_names.items():
        assert alias not in in_tenant
        assert reserved.get(alias, mis_id) == mis_id
