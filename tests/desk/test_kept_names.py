"""A name that safeguarding keeps: it wins over the roster, and no plan tells both names."""

import dataclasses
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from office import TODAY, Office, a_pupil, an_account, key

from graphsync.accounts import Account
from graphsync.directory import Directory
from graphsync.intake import latest_roster
from graphsync.kept_name_desk import Wish, give_back, keep
from graphsync.kept_name_places import Doing, places
from graphsync.parents_desk import Schools
from graphsync.person import record_of
from graphsync.report import RunReport
from graphsync.run_desk import ensure_current, find
from graphsync.sealing import Sealer, new_key
from graphsync.slip_desk import Wanted as Slips
from graphsync.slip_desk import print_slips
from graphsync.trouble import Refusal
from policies.kept_names import Ground

LEGAL = {"given_name": "Zofia", "surname": "Wrzos"}
REVIEW = TODAY + timedelta(days=90)
NAMES = ("displayName", "givenName", "surname")


def a_wish(mis_id: str = "1", **fields: Any) -> Wish:
    usual: dict[str, Any] = {
        "given_name": "Nia",
        "surname": "Brook",
        "ground": Ground.ADDRESS,
        "reference": "CP-12",
        "review_on": REVIEW,
    }
    return Wish(person=key(mis_id), **(usual | fields))


def named(given: str, surname: str) -> dict[str, str]:
    return {"display_name": f"{given} {surname}", "given_name": given, "surname": surname}


@pytest.fixture
def account(office: Office) -> Account:
    """A pupil's account as the roster has the name."""
    office.accept(a_pupil("1", **LEGAL), a_pupil("2"))
    account = office.link("1", **named("Zofia", "Wrzos"))
    office.sees(account)
    return account


def renamed(report: RunReport) -> list[Any]:
    mine = [one for one in report.changes if one.kind == "update_user"]
    return [one for one in mine if {*NAMES} & one.after.keys()]


def test_a_change_of_the_legal_name_leaves_the_name_that_is_kept(
    office: Office, account: Account
) -> None:
    keep(office.bench, a_wish())
    office.accept(a_pupil("1", given_name="Zofia", surname="Wrzos-Malin"), a_pupil("2"))
    report = office.plan(an_account("1", **named("Nia", "Brook")))
    assert not renamed(report)
    report = office.plan(account)
    (change,) = renamed(report)
    run = office.store.runs.get(report.run)
    assert b"Brook" in run.plan
    assert b"Wrzos-Malin" not in run.plan
    assert change.origin == "safeguarding"


def test_no_plan_puts_one_name_beside_the_other(office: Office, account: Account) -> None:
    keep(office.bench, a_wish())
    report = office.plan(account)
    (change,) = renamed(report)
    told = msgspec.json.encode(report).decode()
    assert "Brook" not in told
    assert {change.after[name] for name in NAMES} == {"kept by safeguarding"}
    assert {change.before[name] for name in NAMES} == {"kept by safeguarding"}
    assert "Wrzos" not in change.sentence


@pytest.mark.parametrize("how", ["created", "adopted"])
def test_a_name_given_back_is_the_rosters_again_and_an_adopted_accounts_too(
    office: Office, account: Account, how: Any
) -> None:
    link = office.store.links.of("oak")[key("1")]
    office.store.links.put(msgspec.structs.replace(link, how=how))
    keep(office.bench, a_wish())
    assert renamed(office.plan(account))
    give_back(office.bench, key("1"))
    report = office.plan(an_account("1", **named("Nia", "Brook")))
    (change,) = renamed(report)
    assert change.origin == "safeguarding"
    assert b"Wrzos" in office.store.runs.get(report.run).plan
    with pytest.raises(Refusal, match="is not kept"):
        give_back(office.bench, key("1"))


def test_a_plan_from_before_the_mark_is_not_carried_out(office: Office, account: Account) -> None:
    run = find(office.bench, office.plan(account).run)
    ensure_current(office.bench, run)
    office.now += timedelta(minutes=1)
    keep(office.bench, a_wish())
    with pytest.raises(Refusal, match="a name kept by safeguarding of oak changed"):
        ensure_current(office.bench, run)


def test_the_kept_name_is_what_every_reader_of_the_roster_gets(
    office: Office, account: Account
) -> None:
    directory, schools = Directory(), Schools(office.bench)
    assert schools.at("oak").roster.people[0].surname == "Wrzos"
    assert directory.named(office.bench, {"oak"}, "Wrzos", lambda _: True, 9).lines
    keep(office.bench, a_wish())
    for roster in (latest_roster(office.bench, "oak"), schools.at("oak").roster):
        assert roster is not None
        assert (roster.people[0].given_name, roster.people[0].surname) == ("Nia", "Brook")
    assert not directory.named(office.bench, {"oak"}, "Wrzos", lambda _: True, 9).lines
    (line,) = directory.named(office.bench, {"oak"}, "Brook", lambda _: True, 9).lines
    assert line.known.unlisted
    give_back(office.bench, key("1"))
    assert directory.find(office.bench, key("1")).name == "Zofia Wrzos"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"surname": " "}, "write both names"),
        ({"given_name": "N" * 65}, "at most 64"),
        ({"given_name": "--"}, "a name has letters"),
        ({"given_name": "Ni\u202ea"}, "that can be printed"),
        ({"reference": "told by her aunt"}, "no name and no note"),
        ({"review_on": TODAY}, "lies between tomorrow and 2027-11-26"),
        ({"review_on": TODAY + timedelta(days=367)}, "lies between"),
        ({"person": key("9")}, "nobody knows oak:9"),
    ],
)
def test_a_mark_that_is_not_whole_is_refused_with_the_mend(
    office: Office, account: Account, fields: dict[str, Any], told: str
) -> None:
    with pytest.raises(Refusal, match=told):
        keep(office.bench, msgspec.structs.replace(a_wish(), **fields))
    assert office.store.kept_names.marks({"oak"}) == []


def test_of_one_pupil_one_mark_stands_and_the_journal_tells_no_name(
    office: Office, account: Account
) -> None:
    keep(office.bench, a_wish())
    keep(office.bench, a_wish(given_name="Mia"))
    (mark,) = office.store.kept_names.marks({"oak"})
    assert mark.given_name == "Mia"
    rows = office.store.journal.of_person(key("1"))
    assert [row.operation for row in rows] == ["name_kept", "name_kept"]
    assert "Brook" not in str([(row.before, row.after, row.result) for row in rows])


def test_the_places_tell_what_the_mark_does_and_what_somebody_has_to_decide(
    office: Office, account: Account
) -> None:
    account = an_account(
        "1", **named("Zofia", "Wrzos"), user_principal_name="25wrzosz@oak.example", mail=None
    )
    office.sees(account)
    mark = keep(office.bench, a_wish())

    def found() -> dict[str, Any]:
        told = places(office.bench, record_of(office.bench, key("1")), mark)
        return {one.where: one for one in told}

    before = found()
    assert before["Surname"].doing is Doing.WAITS
    assert before["Sign-in name"].doing is Doing.DECIDE
    assert before["Mail address"].doing is Doing.NOTHING
    assert "-HiddenFromAddressListsEnabled $true" in before["Address list of the school"].command
    office.did("change_name", "o-1", key("1"))
    assert (found()["Surname"].shows, found()["Surname"].doing) == ("Brook", Doing.DONE)


def test_without_another_name_the_roster_stands_and_the_pupil_is_only_left_out(
    office: Office, account: Account
) -> None:
    mark = keep(office.bench, a_wish(given_name="", surname=""))
    assert not renamed(office.plan(an_account("1", **named("Zofia", "Wrzos"))))
    found = places(office.bench, record_of(office.bench, key("1")), mark)
    assert {one.doing for one in found if one.where == "Surname"} == {Doing.NOTHING}
    roster = latest_roster(office.bench, "oak")
    assert roster is not None
    assert [one.unlisted for one in roster.people] == [True, False]


def test_a_page_of_slips_of_a_class_leaves_the_pupil_out_and_one_asked_for_does_not(
    office: Office, account: Account
) -> None:
    keep(office.bench, a_wish())
    bench = dataclasses.replace(office.bench, sealer=Sealer(new_key()))

    def asked_for(**wanted: Any) -> str:
        slips = Slips(school="oak", collector="Ms Okafor", **wanted)
        with pytest.raises(Refusal, match="nothing was printed") as refused:
            print_slips(bench, slips, lambda _: None)
        return str(refused.value)

    of_class = asked_for(form="7B")
    assert "oak:2" in of_class
    assert "oak:1" not in of_class
    assert "oak:1" in asked_for(people=(key("1"),))
