"""A law: whatever people and nights do, an account that nobody linked stays as it is."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from night import School, approved, days
from test_foreign_accounts import somebody

PEOPLE = (1, 2, 3)
Step = tuple[Any, ...]

steps = st.one_of(
    st.tuples(st.just("sync")),
    st.tuples(st.just("approve")),
    st.tuples(st.sampled_from(("accept", "refuse", "ignore")), st.sampled_from(PEOPLE)),
    st.tuples(st.just("release"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("hold"), st.sampled_from(PEOPLE), st.sampled_from(("--freeze", "--suspend"))),
    st.tuples(st.just("lift"), st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(("pause", "resume"))),
    st.tuples(st.sampled_from(("leaves", "stays")), st.sampled_from(PEOPLE)),
)


class Story:
    """A school of three pupils, each of whom resembles an account that stands in the domain."""

    def __init__(self, school: School) -> None:
        self.school = school
        school.pupils = school.pupils[:3]
        school.export()
        self.accounts = {number: self._theirs(number) for number in PEOPLE}
        self.found = self._state()

    def _theirs(self, number: int) -> str:
        row = self.school.row(number)
        names = {"givenName": row["Preferred Forename"], "surname": row["Preferred Surname"]}
        return somebody(self.school, f"old{number}", **names)

    def _state(self) -> dict[str, Any]:
        users = self.school.tenant.state()["users"]
        return {row["id"]: row for row in users if row["id"] in self.accounts.values()}

    def take(self, step: Step) -> None:
        """One thing that a person or a night does; most may be refused, none may break."""
        ended = getattr(self, f"do_{step[0]}")(*step[1:])
        assert ended is None or ended.code in {0, 2, 3, 64}, ended.err

    def check(self) -> None:
        """Every account that has never been linked is as it was found."""
        ever = {row["object_id"] for row in self.school.events("adopted")}
        now = self._state()
        for account, found in self.found.items():
            if account not in ever:
                assert now[account] == found

    def do_sync(self) -> Any:
        return self.school.json("sync")

    def do_approve(self) -> Any:
        night = self.school.json("sync")
        if night.code != 2 or approved(self.school, night).code:
            return night
        return self.school.json("apply", night.run["run"])

    def _match(self, word: str, number: int) -> Any:
        person = self.school.key(self.school.row(number))
        return self.school("match", word, person, self.accounts[number])

    def do_accept(self, number: int) -> Any:
        return self._match("accept", number)

    def do_refuse(self, number: int) -> Any:
        return self._match("refuse", number)

    def do_ignore(self, number: int) -> Any:
        return self._match("ignore", number)

    def do_release(self, number: int) -> Any:
        return self.school("match", "release", self.school.key(self.school.row(number)))

    def do_hold(self, number: int, mode: str) -> Any:
        person = self.school.key(self.school.row(number))
        return self.school("hold", "add", person, mode, "--reason", "head", "--clause", "PB-2")

    def do_lift(self, number: int) -> Any:
        person = self.school.key(self.school.row(number))
        return self.school("hold", "lift", person, "--reason", "head")

    def do_pause(self) -> Any:
        return self.school("pause", "--reason", "upgrade")

    def do_resume(self) -> Any:
        return self.school("resume")

    def do_leaves(self, number: int) -> None:
        self.school.row(number)["DOL"] = days(-1)
        self.school.export()

    def do_stays(self, number: int) -> None:
        self.school.row(number)["DOL"] = ""
        self.school.export()


@pytest.fixture
def stories(new_school: Callable[[], School]) -> Callable[[], Story]:
    """A story for each example."""
    return lambda: Story(new_school())


@settings(
    max_examples=3,
    phases=set(Phase) - {Phase.shrink, Phase.explain},  # each step is a whole command
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=3, max_size=8))
def test_no_sequence_of_decisions_and_nights_changes_an_account_that_nobody_linked(
    stories: Callable[[], Story], sequence: list[Step]
):
    story = stories()
    for step in [("sync",), *sequence, ("approve",)]:
        story.take(step)
    story.check()
