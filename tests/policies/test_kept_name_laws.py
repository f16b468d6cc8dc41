"""Laws of the one place where a kept name wins over the roster, whatever the roster says."""

from hypothesis import given
from hypothesis import strategies as st

from policies.kept_names import KeptName, with_kept_names
from policies.people import Kind, Person, PersonKey, Roster

KEYS = st.sampled_from([PersonKey("oak", str(number)) for number in range(4)])
NAMES = st.sampled_from(["Zofia", "Wrzos", "Amy", "Smith", "Jude"])
PEOPLE = st.builds(
    Person,
    key=KEYS,
    kind=st.just(Kind.PUPIL),
    given_name=NAMES,
    surname=NAMES,
    legal_given_name=NAMES,
    legal_surname=NAMES,
)
ROSTERS = st.builds(
    Roster.of, st.just("oak"), st.lists(PEOPLE, unique_by=lambda person: person.key)
)
KEPT = st.lists(
    st.builds(KeptName, KEYS, st.just("Nia"), st.just("Brook")) | st.builds(KeptName, KEYS),
    unique_by=lambda one: one.person,
)


@given(ROSTERS, KEPT)
def test_who_is_kept_has_that_name_and_stands_in_no_file_and_everybody_else_is_as_they_were(
    roster: Roster, kept: list[KeptName]
) -> None:
    told = with_kept_names(roster, kept)
    names = {one.person: one for one in kept}
    assert [one.key for one in told.people] == [one.key for one in roster.people]
    for before, now in zip(roster.people, told.people, strict=True):
        mark = names.get(before.key)
        assert now.unlisted is (mark is not None)
        if mark is None:
            assert now == before
        elif mark.given_name:
            assert (now.given_name, now.surname) == ("Nia", "Brook")
            # Matching still finds the account that the roster's name was given.
            assert (now.legal_given_name, now.legal_surname) == (before.given_name, before.surname)
        else:
            assert (now.given_name, now.surname) == (before.given_name, before.surname)
