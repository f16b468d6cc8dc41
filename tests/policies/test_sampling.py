"""A sample is drawn by its seed alone: the same people, whoever draws and in whatever order."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from policies.sampling import SIZE, drawn

PEOPLE = st.sets(st.integers(1, 9999).map("oak:{}".format), max_size=80)


@given(st.text(max_size=20), PEOPLE, st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order(
    seed: str, people: set[str], chance: Random
) -> None:
    shuffled = list(people)
    chance.shuffle(shuffled)
    told = drawn(f"  {seed.upper()} ", shuffled)
    assert told == drawn(seed.upper(), people)
    assert len(told) == min(len(people), SIZE)
    assert set(told) <= people


def test_another_seed_draws_others_and_everybody_may_be_drawn() -> None:
    people = [f"oak:{number}" for number in range(60)]
    draws = [drawn(f"{number}", people) for number in range(30)]
    assert len(set(draws)) == len(draws)
    assert {one for some in draws for one in some} == set(people)
