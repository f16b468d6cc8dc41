"""What changes a consent that was given, and what no sequence of acts ever does."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from forms import CONTACTS, ISLA, LEO, PEOPLE, a_parent, begin, desk, recorded
from hypothesis import given, settings
from hypothesis import strategies as st
from office import TODAY, Office, a_pupil, key

from graphsync.breach_desk import listing as breaches
from graphsync.consent_changes import Doubt, challenge, settle, withdraw
from graphsync.consent_desk import Receipt
from graphsync.consent_findings import consent_findings
from graphsync.consent_piles import countersign, reject
from graphsync.consent_school import ConsentSchool
from graphsync.consent_views import show
from graphsync.provision_desk import arrange, close, end_open, listing
from graphsync.store.consent_modes import ConsentMode
from graphsync.trouble import Refusal
from policies.consent_records import Answer, Entry, Form, Outcome, State
from policies.pack_loading import load_rules
from policies.people import Roster
from policies.school_days import school_day


@pytest.fixture(autouse=True)
def school(office: Office) -> None:
    begin(office)


def cloud(office: Office) -> State:
    return show(office.bench, LEO).today[0].state


def enforce(office: Office) -> None:
    office.store.consent_modes.add(
        ConsentMode(
            school="oak",
            mode="enforce",
            begins=TODAY,
            digest="d",
            people=1,
            alternative="paper",
            by="head",
            at=office.now,
        )
    )


def test_taking_back_works_at_once_and_asks_for_no_reason(office: Office) -> None:
    given_row = recorded(office).row
    receipt = withdraw(desk(office, "clerk"), LEO, "77")
    assert (receipt.state, cloud(office)) == (State.WITHDRAWN, State.WITHDRAWN)
    row = office.store.consents.of(LEO)[-1]
    assert (row.about, row.reason, row.by) == (given_row, "", "clerk")
    assert "the school observes" in receipt.then[1]
    assert [one.pupil for one in office.store.provisions.open_of("oak")] == [LEO]
    assert recorded(office, signed_on=TODAY).state is State.VERIFIED


def test_where_the_head_enforces_the_licence_goes_tonight_and_the_mailbox_after_30_days(
    office: Office,
) -> None:
    enforce(office)
    recorded(office)
    told = withdraw(office.bench, LEO, "Joan Marsh").then
    assert "the licence goes tonight" in told[1]
    assert told[2].startswith("30 days after the licence is gone the mailbox is gone")


def test_of_two_parents_one_who_takes_back_what_the_other_gave_puts_it_in_dispute(
    office: Office,
) -> None:
    enforce(office)
    recorded(office)
    receipt = withdraw(office.bench, LEO, "78")
    assert receipt.state is State.CONTESTED
    assert "stays until the head has settled it" in receipt.then[1]


def test_nothing_can_be_taken_back_or_doubted_that_nobody_said(office: Office) -> None:
    with pytest.raises(Refusal, match="record the answer no instead"):
        withdraw(office.bench, LEO, "77")
    with pytest.raises(Refusal, match="no such answer"):
        challenge(office.bench, LEO, Doubt.BOUNCE)
    recorded(office)
    with pytest.raises(Refusal, match="no such answer"):
        challenge(office.bench, LEO, Doubt.CONTACT, "78")
    assert len(office.store.consents.of(LEO)) == 1


@pytest.fixture
def disputed(office: Office) -> Callable[..., Receipt]:
    recorded(office)
    assert challenge(desk(office, "clerk"), LEO, Doubt.BOUNCE).state is State.CONTESTED

    def settled(**said: object) -> Receipt:
        usual: dict[str, object] = {
            "outcome": Outcome.HEAD,
            "answer": Answer.YES,
            "reason": "telephoned the mother",
        }
        return settle(desk(office, "head"), LEO, **(usual | said))  # type: ignore[arg-type]

    return settled


def test_a_dispute_ends_by_somebody_who_entered_none_of_it(
    office: Office, disputed: Callable[..., Receipt]
) -> None:
    with pytest.raises(Refusal, match="does not settle it"):
        settle(desk(office, "clerk"), LEO, Outcome.HEAD, Answer.YES, "sure")
    assert disputed().state is State.VERIFIED
    row = office.store.consents.of(LEO)[-1]
    assert (row.by, row.outcome, row.reason) == ("head", Outcome.HEAD, "telephoned the mother")
    with pytest.raises(Refusal, match="nothing is in dispute for oak:1"):
        disputed()


def test_a_no_of_the_head_closes_it(office: Office, disputed: Callable[..., Receipt]) -> None:
    assert disputed(answer=Answer.NO).state is State.REFUSED
    assert len(office.store.provisions.open_of("oak")) == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"reason": " "}, "the reason is missing"),
        ({"outcome": Outcome.COURT_ORDER}, "name the court order by its reference"),
        ({"answer": Answer.BOTH}, "ends with yes or no"),
    ],
)
def test_a_settlement_that_is_not_whole_is_refused(
    office: Office, disputed: Callable[..., Receipt], said: dict[str, object], told: str
) -> None:
    with pytest.raises(Refusal, match=told):
        disputed(**said)
    assert cloud(office) is State.CONTESTED
    assert disputed(outcome=Outcome.COURT_ORDER, reference="FD26P00123").state is State.VERIFIED


def test_a_yes_that_is_settled_as_no_opens_a_draft_of_a_breach(
    office: Office, disputed: Callable[..., Receipt]
) -> None:
    disputed(answer=Answer.NO, reason="the signer had no right to")
    (draft,) = breaches(office.bench)
    assert (draft.state, draft.due) == ("suspected", None)
    assert draft.title == "A consent turned out not to stand after it was relied on"


def test_a_yes_that_is_settled_as_yes_opens_none(
    office: Office, disputed: Callable[..., Receipt]
) -> None:
    disputed()
    assert breaches(office.bench) == ()


def test_responsibility_that_the_roster_no_longer_shows_is_settled_as_it_was_known(
    office: Office,
) -> None:
    recorded(office)
    lost = a_parent("1", "77", parental_responsibility=False)
    office.accept(*PEOPLE, contacts=(lost, *CONTACTS[1:]))
    assert cloud(office) is State.CONTESTED
    settle(desk(office, "head"), LEO, Outcome.HEAD, Answer.YES, "order seen")
    assert cloud(office) is State.VERIFIED


def test_what_is_done_instead_is_arranged_by_a_day_and_closed(office: Office) -> None:
    recorded(office, answer=Answer.NO)
    (line,) = listing(ConsentSchool(office.bench, "oak"))
    assert (line.pupil, line.form_group, line.state) == ("oak:1", "7B", "to be arranged")
    office.days(8)
    assert [one.state for one in listing(ConsentSchool(office.bench, "oak"))] == ["overdue"]
    rules = load_rules(office.packs, "oak")
    (found,) = asyncio.run(consent_findings(office.bench, rules))
    assert (found.subject, "was due on 2026-12-02" in found.sentence) == ("oak:1", True)
    with pytest.raises(Refusal, match="from the school's list: paper pack; school computer"):
        arrange(office.bench, "oak", line.provision, "her father said No")
    with pytest.raises(Refusal, match="on a later day"):
        arrange(office.bench, "oak", line.provision, "paper pack", school_day(office.now))
    arranged = arrange(office.bench, "oak", "oak:1", "Paper pack")
    assert (arranged.state, arranged.arranged) == ("arranged", "paper pack")
    assert arranged.review == school_day(office.now) + timedelta(days=42)
    assert asyncio.run(consent_findings(office.bench, rules)) == []
    office.days(42)
    assert [one.state for one in listing(ConsentSchool(office.bench, "oak"))] == ["look again"]
    assert close(office.bench, "oak", line.provision).state == "closed"
    with pytest.raises(Refusal, match="nothing that is open at oak"):
        close(office.bench, "oak", line.provision)
    told = [row.operation for row in office.store.journal.of_person(LEO)]
    assert told[-3:] == ["provision_opened", "provision_arranged", "provision_closed"]


def test_what_is_done_instead_ends_when_online_services_open_and_when_the_pupil_has_left(
    office: Office,
) -> None:
    recorded(office, answer=Answer.NO)
    recorded(office, "004513", answer=Answer.NO)
    recorded(office, "4514", answer=Answer.NO, signer="80")
    recorded(office)
    left = a_pupil("3", leaves=TODAY - timedelta(days=1))
    end_open(office.bench, "oak", Roster.of("oak", (PEOPLE[0], left), contacts=CONTACTS))
    # Isla is missing from this export: hers stays.
    assert [one.pupil for one in office.store.provisions.open_of("oak")] == [ISLA]
    assert office.store.journal.of_person(LEO)[-1].operation == "provision_ended"


ACTS = st.tuples(
    st.sampled_from(
        ["yes", "no", "both", "ict", "withdraw", "own", "doubt", "settle", "check", "reject"]
    ),
    st.sampled_from(["clerk", "head", "dpo"]),
    st.sampled_from(["77", "78", "Uncle Bob"]),
)


def act(office: Office, what: str, who: str, signer: str) -> None:
    bench, rows = desk(office, who), office.store.consents.of(LEO)
    if what in {"yes", "no", "both"}:
        recorded(office, who=who, answer=Answer(what), signer=signer)
    elif what == "ict":
        recorded(office, who=who, edition="ict-ks2-2023", signer=signer)
    elif what in {"withdraw", "own"}:
        withdraw(bench, LEO, signer if what == "withdraw" else "")
    elif what == "doubt":
        challenge(bench, LEO, Doubt.CONTACT, signer)
    elif what == "settle":
        settle(bench, LEO, Outcome.HEAD, Answer.NO, "heard both")
    elif rows and what == "check":
        countersign(bench, "oak", [rows[-1].id])
    elif rows:
        reject(bench, "oak", rows[0].id, "wrong")


@settings(max_examples=25, deadline=None)
@given(st.lists(ACTS, max_size=8))
def test_whatever_is_done_no_earlier_row_changes_and_the_journal_proves_all(
    acts: list[tuple[str, str, str]],
) -> None:
    with TemporaryDirectory() as folder:
        office = Office(Path(folder))
        begin(office)
        recorded(office, "004513")
        before: tuple[Entry, ...] = ()
        for one in acts:
            with suppress(Refusal):
                act(office, *one)
            rows = office.store.consents.of(LEO)
            assert rows[: len(before)] == before
            assert len(rows) <= len(before) + 1
            before = rows
            office.now += timedelta(minutes=1)
        assert office.store.consents.verify() == len(before) + 1
        assert len(office.store.consents.of(ISLA)) == 1
        office.store.journal.verify()
        office.store.close()


def test_the_pupils_own_word_below_the_age_is_kept_and_counts_for_nothing(office: Office) -> None:
    receipt = recorded(office, signer="", own=True)
    assert not receipt.counts
    assert "too young" in " ".join(receipt.reasons)
    assert receipt.form is Form.CLOUD
    assert office.store.consents.of(key("1"))[0].signer is not None
