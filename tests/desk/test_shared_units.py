"""Units of a subscription are counted once over all schools of a run."""

from office import Office, key

from graphsync.accounts import Sku, Snapshot
from graphsync.drafting import Draft, Linked, Scope, draft
from graphsync.intake import recall
from graphsync.reasons import Reason
from policies.people import Kind, Person

SKU = Sku(sku_id="sku", sku_part_number="A3_FACULTY", consumed_units=0, enabled_units=3)
LICENSING = "licences: {staff: {skus: [A3_FACULTY]}}\n"


def drafted(office: Office, linked: Linked, *only: str) -> Draft:
    """A plan for these members of staff, as it is drawn for one school of several."""
    snapshot = Snapshot(
        accounts={}, groups={}, skus={"sku": SKU}, taken_at=office.now, protected=frozenset()
    )
    latest = office.store.exports.latest("oak", office.now)
    assert latest is not None
    intake = recall(office.bench, "oak", latest.sha256, office.now.date())
    scope = Scope(only=frozenset(key(one) for one in only))
    with office.store.transaction():
        return draft(office.bench, intake, snapshot, scope, linked)


def test_what_one_plan_of_a_run_gives_is_taken_for_the_next(office: Office) -> None:
    office.pack(LICENSING)
    office.accept(
        *(
            Person(key=key(one), kind=Kind.STAFF, given_name="Rosa", surname=f"Teach{word}")
            for one, word in (("1", "ash"), ("2", "birch"), ("3", "cedar"))
        )
    )
    linked = Linked.read(office.bench)
    pilot = drafted(office, linked, "1")
    assert pilot.plan.counts["assign_licence"] == 1
    assert linked.given == {"A3_FACULTY": 1}, "what is outside a pilot takes no unit"
    second = drafted(office, linked)
    assert second.plan.counts["assign_licence"] == 2
    assert [one.reason for one in second.plan.held] == [Reason.NO_LICENCE_LEFT]
    third = drafted(office, linked)
    assert "assign_licence" not in third.plan.counts
    assert drafted(office, Linked.read(office.bench)).plan.counts["assign_licence"] == 3
