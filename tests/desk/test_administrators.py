"""Administrator accounts in a night that is drafted and kept, and in the journal's memory."""

import asyncio
from datetime import timedelta

from office import TODAY, Office, a_pupil, an_account, key

from graphsync.accounts import Account
from graphsync.administrators import MOVED_DAYS, moved_lately
from graphsync.policy_checks import all_findings
from policies.pack_loading import load_rules
from policies.people import Kind

ASKED = """\
protected: {administrators: {9: [adm-venn@oak.example]}}
clauses: {protected.administrators: [SNMAT-19i]}
"""
ADMIN = Account(id="o-adm", user_principal_name="adm-venn@oak.example", account_enabled=True)
GONE = a_pupil("9", kind=Kind.STAFF, year=None, form=None, leaves=TODAY - timedelta(days=2))


def test_snmat_19i_the_run_of_a_leaver_says_what_to_do_about_the_administrator_account(
    office: Office,
) -> None:
    office.pack(ASKED)
    office.accept(GONE)
    office.link("9")
    report = office.plan(an_account("9"), ADMIN)
    assert report.counts["disable_user"] == 1
    (held,) = [one for one in report.held if one.reason == "administrator_account"]
    assert (held.person, held.clauses) == ("oak:9", ("SNMAT-19i",))
    assert "adm-venn@oak.example may still sign in" in held.sentence
    office.sees(an_account("9"), ADMIN)
    found = asyncio.run(all_findings(office.bench, load_rules(office.packs, "oak")))
    (told,) = [one.sentence for one in found if (one.clause, one.subject) == ("SNMAT-19i", "o-adm")]
    assert told.startswith("administrator account of oak:9, who left (last day")


def test_who_left_groups_is_remembered_for_a_month_if_they_administer(office: Office) -> None:
    office.pack(ASKED)
    rules = load_rules(office.packs, "oak")
    office.did("remove_from_group", "g-1", key("9"))
    office.did("remove_from_group", "g-1", key("1"))
    office.did("add_to_group", "g-2", key("9"))
    assert moved_lately(office.bench, rules) == {
        key("9"): "left 1 of their groups, last on 2026-11-25"
    }
    office.days(MOVED_DAYS)
    assert moved_lately(office.bench, rules)
    office.days(1)
    assert moved_lately(office.bench, rules) == {}
