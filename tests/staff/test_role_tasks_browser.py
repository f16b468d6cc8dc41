"""Each role at its tasks of law part B in a real browser, by keyboard and with no script running.

What each task is shown by, and what of it the console does not do today:

| role | task | shown by | not there |
|---|---|---|---|
| IT (B1) | 1 routine sync | `drafts`, `rolls_over` | |
| | 2 roll-over | `rolls_over` | a map of years: the roster says who moves; stopping by year |
| | 3 compromised | `is_compromised` | no tokens to look up: a key leads to its person |
| DPO (B2) | 1 exception | test_mail_browser.py, `lets_lapse` | |
| | 2 breach | `reports_in_time` | |
| | 3 subject access | `exports_a_person`, `answers_a_request` | sending |
| Head (B3) | 1 large plan | `approves`, `sends_back`, `rolls_over` | |
| | 2 dispute | `settles`, test_consents_browser.py | letters to each parent |
| | 3 policy conflict | `decides_a_conflict` | writing the pack: somebody edits the file |
| Office (B4) | 1 to 3 | test_consents_browser.py | |
| HR (B5) | 1 planned | `lets_go`, `hands_over` | a message to the line manager |
| | 2 immediate | `lets_go`, test_console_browser.py | |
| | 3 change of mind | `changes_their_mind`, test_staff_handover.py | |
| Head of Year (B6) | 1 term check | `checks_the_year`, `arranges` | |
| | 2 provision | `arranges` | |
| | 3 reset | `prints_a_slip`, test_staff_passwords.py | |
| DSL (B7) | 1 whereabouts | `keeps_a_name`: a name | address list and photo: worded |
| | 2 preserve | `preserves` | |
| | 3 filtering | `assures` | |
| Viewer (B9) | 1 termly pack | `sees_counts_alone`, `reads_the_pack` | MFA, requests, DPIA |
| | 2 consent gate | `proves_the_gate` | |
| | 3 logs | `reads_the_pack`, test_staff_termly.py | |
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from chromium import scriptless
from oak_desk import Desk
from playwright.sync_api import Browser
from serving_plain import serving
from staff_side import LIMITS, StaffSide
from tasks_of_allowances import lets_lapse
from tasks_of_hr import hands_over
from tasks_of_it_and_dpo import (
    drafts,
    exports_a_person,
    is_compromised,
    reports_in_time,
    rolls_over,
)
from tasks_of_others import (
    approves,
    changes_their_mind,
    checks_the_year,
    decides_a_conflict,
    decides_against,
    lets_go,
    preserves,
    prints_a_slip,
    sees_counts_alone,
    sends_back,
    settles,
)
from tasks_of_pastoral import arranges, assures
from tasks_of_requests import answers_a_request
from tasks_of_safeguarding import keeps_a_name
from tasks_of_viewer import proves_the_gate, reads_the_pack

from api.permissions import AppRole

SEEN = {  # the entries of the navigation that a role must have, and those that it must not have
    AppRole.HEAD_OF_YEAR: ("Today", ("Runs", "Leavers", "Consents", "Licences", "Mail")),
    AppRole.SAFEGUARDING_LEAD: ("Consents", ("Runs", "Leavers", "Licences", "Mail")),
    AppRole.VIEWER: ("Today", ("Runs", "People", "Leavers", "Consents", "Licences", "Mail")),
    AppRole.HR: ("Leavers", ("Runs", "Consents", "Licences", "Mail")),
    AppRole.OFFICE: ("Consents", ("Runs", "Leavers", "Licences", "Mail")),
}
TASKS: tuple[Callable[[Desk], None], ...] = (
    drafts,
    rolls_over,
    is_compromised,
    reports_in_time,
    exports_a_person,
    answers_a_request,
    approves,
    sends_back,
    settles,
    decides_a_conflict,
    decides_against,
    lets_go,
    hands_over,
    changes_their_mind,
    checks_the_year,
    prints_a_slip,
    preserves,
    keeps_a_name,
    sees_counts_alone,
    arranges,
    assures,
    reads_the_pack,
    proves_the_gate,
)


@contextmanager
def a_desk(chromium: Browser, folder: Path) -> Iterator[Desk]:
    side = StaffSide(folder)
    with serving(side, folder) as address, scriptless(chromium) as page:
        yield Desk(page, side, address)
    side.office.store.close()


@pytest.fixture(scope="module")
def at_oak(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with a_desk(chromium, tmp_path_factory.mktemp("oak")) as desk:
        yield desk


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.__name__)
def test_a_role_does_its_task(at_oak: Desk, task: Callable[[Desk], None]) -> None:
    at_oak.office.pack(LIMITS)
    at_oak.office.now += timedelta(minutes=1)  # what a task accepts is the newest
    task(at_oak)


def test_weeks_later_what_was_allowed_is_renewed_or_lapses(
    chromium: Browser, tmp_path: Path
) -> None:
    with a_desk(chromium, tmp_path) as desk:
        lets_lapse(desk)


@pytest.mark.parametrize("role", SEEN, ids=str)
def test_a_role_sees_its_own_entries_and_no_more(at_oak: Desk, role: AppRole) -> None:
    has, lacks = SEEN[role]
    at_oak.sits(role)
    entries = at_oak.page.get_by_role("navigation", name="Main").get_by_role("link")
    titles = entries.all_inner_texts()
    assert has in titles
    assert not set(lacks) & set(titles)
    assert at_oak.page.locator("a[href^='/runs/']").count() == 0
