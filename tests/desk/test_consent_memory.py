"""What stands is kept in memory, and made anew as soon as what it rests on is otherwise."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from answering_school import CONSENT, School, a_numbered
from msgspec.structs import replace
from office import TODAY, key
from test_consent_missing import a_yes

from graphsync.consent_memory import ConsentMemory
from graphsync.consent_report import part_of, standing
from graphsync.kept_name_desk import Wish, keep
from policies.class_logons import ClassLogon
from policies.consent_records import Batch
from policies.kept_names import Ground


def a_row(school: School) -> None:
    a_yes(school, "12")


def rows_erased(school: School) -> None:
    school.office.store.consents.erase([key("11")])


def another_roster(school: School) -> None:
    school.people.append(a_numbered("31", year="10", form="10A"))
    school.accept()


def another_pack(school: School) -> None:
    school.office.pack(CONSENT.replace("  services", "  valid_months: 1\n  services"))


def a_pile(school: School) -> None:
    batch = Batch(id="b-1", school="oak", opened_by="office", opened_at=school.office.now)
    school.office.store.consent_batches.open(batch)


def a_class_log_on(school: School) -> None:
    logon = ClassLogon(
        key=key("class-7B"),
        form="7B",
        year="7",
        requested_by="head",
        requested_on=TODAY,
        ends_on=TODAY,
        holders={},
    )
    school.office.store.class_logons.put(logon)


def a_kept_name(school: School) -> None:
    wish = Wish(
        person=key("11"),
        given_name="Nia",
        surname="Brook",
        ground=Ground.ADDRESS,
        review_on=TODAY + timedelta(days=9),
    )
    keep(school.office.bench, wish)


def a_day(school: School) -> None:
    school.office.days(1)


CHANGES = (
    *(a_row, rows_erased, another_roster, another_pack, a_pile),
    *(a_class_log_on, a_kept_name, a_day),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_it_is_made_once_and_anew_after_each_change(
    school: School, change: Callable[[School], None]
) -> None:
    a_yes(school, "11")
    memory, bench = ConsentMemory(), school.office.bench
    first = memory.of(bench, "oak")
    assert memory.of(bench, "oak") is first
    change(school)
    again = memory.of(bench, "oak")
    assert again is not first
    assert again == standing(bench, "oak")


def test_a_part_of_the_list_counts_its_own_pupils_alone(school: School) -> None:
    school.people += [a_numbered("31", year="10", form="10A"), a_numbered("32", year="10")]
    school.accept()
    a_yes(school, "11")
    whole = standing(school.office.bench, "oak").missing
    year, form = part_of(whole, ["10"]), part_of(whole, form_groups=["10a"])
    assert (whole.pupils, year.pupils, form.pupils) == (5, 2, 1)
    assert sum(year.states.values()) == 2
    assert replace(year, pupils=0, states={}, sections=()) == replace(
        whole, pupils=0, states={}, sections=()
    )
