"""A sample of the consent gate: whom it drew is the DPO's to see, numbers are the governor's."""

import pytest
from forms import PACK, a_parent, says
from office import a_pupil, an_account, key
from rooms_of_assurance import a_gate, verdicts
from staff_side import LIMITS, StaffSide

from api.permissions import AppRole
from graphsync.accounts import AssignedLicence, Sku
from graphsync.consent_desk import record
from graphsync.sample_desk import draw, gate, judge
from graphsync.trouble import Refusal


def licensed(side: StaffSide, *with_consent: str, marked: str = "") -> None:
    """Six pupils with a licence, one of whom cannot sign in; these have a live consent."""
    office = side.office
    office.pack(LIMITS + PACK.format(countersign="none"))
    numbers = [str(number) for number in range(1, 7)]
    people = [a_pupil(one, admission_number=f"000{one}") for one in numbers]
    office.accept(*people, contacts=[a_parent(one, "77") for one in numbers])
    for one in with_consent:
        record(office.bench, "oak", f"oak:{one}", says())
    accounts = [
        office.link(
            one,
            assigned_licenses=(AssignedLicence("s1"),),
            account_enabled=one != "6",
            consent_provided_for_minor="Granted" if one == marked else None,
        )
        for one in numbers
    ]
    skus = [Sku(sku_id="s1", sku_part_number="A3", consumed_units=7, enabled_units=9)]
    office.sees(*accounts, an_account("99", assigned_licenses=(AssignedLicence("s1"),)), skus=skus)


def test_register_licences_and_entra_are_compared(side: StaffSide) -> None:
    licensed(side, "1", "2", "6", marked="6")
    told = gate(side.office.bench, "oak")
    assert told.licensed == tuple(f"oak:{number}" for number in range(1, 6))
    assert (told.consented, told.marked, told.uncovered) == (3, 0, 3)
    licensed(side, marked="3")
    assert gate(side.office.bench, "oak").marked == 1


def test_a_mark_of_entra_without_a_live_consent_is_uncovered(side: StaffSide) -> None:
    licensed(side, "1", "2", "3", "4", "5")
    office = side.office
    marked = an_account("6", consent_provided_for_minor="granted")
    office.sees(*(an_account(str(number)) for number in range(1, 6)), marked)
    told = gate(office.bench, "oak")
    assert (told.licensed, told.marked, told.uncovered) == ((), 1, 1)


def test_a_sample_is_kept_as_numbers_and_told_by_the_journal(side: StaffSide) -> None:
    made = a_gate(side, "oak")
    bench, digest = side.office.bench, str(made["digest"])
    passes = [True] * 5
    with pytest.raises(Refusal, match="say of each of the 6"):
        judge(bench, gate(bench, "oak"), "dice", digest, passes)
    kept = judge(bench, gate(bench, "oak"), "DICE ", digest, [*passes, False])
    assert (kept.passed, kept.failed, kept.licensed) == (5, 1, 6)
    assert side.office.store.samples.of("oak") == [kept]
    assert side.office.store.journal.verify().rows == 1
    side.office.sees(*(an_account(f"s{number}") for number in range(5)))
    with pytest.raises(Refusal, match="look at each"):
        judge(bench, gate(bench, "oak"), "dice", digest, [*passes, True])


@pytest.mark.parametrize("seed", ["", "  ", "x" * 61])
def test_no_seed_draws_nothing(side: StaffSide, seed: str) -> None:
    a_gate(side, "oak")
    with pytest.raises(Refusal, match="seed"):
        draw(gate(side.office.bench, "oak"), seed)


async def test_the_viewer_is_told_numbers_and_the_dpo_whom_it_drew(side: StaffSide) -> None:
    made = a_gate(side, "oak")
    told = draw(gate(side.office.bench, "oak"), "dice")
    for role in (AppRole.VIEWER, AppRole.HEAD, AppRole.IT_MANAGER):
        page = (await side.ask("GET", "/samples?seed=dice", side.session(role))).text
        assert "no. 1 to 6" in page
        assert "oak:s" not in page
    own = (await side.ask("GET", "/samples?seed=dice", side.session(AppRole.DPO))).text
    assert all(f"/consents/oak/{one.partition(':')[2]}" in own for one in told.people)
    headers = side.bearer("DPO") | {"Idempotency-Key": "12345678"}
    got = await side.ask("POST", "/api/v1/samples/oak", headers=headers, json=verdicts(made))
    assert (got.status_code, got.json()["passed"]) == (200, 6)
    items = (await side.ask("GET", "/api/v1/samples/oak", headers=side.bearer("Viewer"))).json()
    (one,) = items["items"]
    assert (one["passed"], one["licensed"], one["uncovered"]) == (6, "5 to 9", "5 to 9")
    page = (await side.ask("GET", "/samples", side.session(AppRole.VIEWER))).text
    assert "6 passed, 0 failed" in page
    assert key("s1").mis_id not in page.replace("samples", "")


async def test_what_was_drawn_before_licences_changed_is_not_kept(side: StaffSide) -> None:
    made = a_gate(side, "oak")
    headers = side.bearer("DPO") | {"Idempotency-Key": "12345678"}
    asked = verdicts(made) | {"digest": "0" * 16}
    got = await side.ask("POST", "/api/v1/samples/oak", headers=headers, json=asked)
    assert got.status_code == 409
    assert "draw again" in got.json()["detail"]
    assert not side.office.store.samples.of("oak")
