"""Members of staff who leave, on a tenant in a box: now and dated, whatever the nights do."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from night import Ended, Row, School, a_teacher, approved, bench_of, days, today, whole

from graphsync import departure_desk, run
from graphsync.departing import act_on, departures_due
from graphsync.notices import told_night
from graphsync.run import Scope, Sources
from graphsync.store.claims import Claims
from policies.departures import DepartureReason

HEAD, HR = "head@trust.example", "hr@trust.example"
SENDER = "scanner@trust.example"
ADMIN = "adm-office@trust.example"  # holds a directory role


def now(school: School, row: Row, *more: object) -> tuple[Ended, dict[str, Any]]:
    """`depart KEY --now`; how it ended, and its receipt."""
    ended = school.json("depart", school.key(row), "--now", *more)
    assert ended.out, ended.err
    return ended, ended.json


def told(school: School) -> None:
    """Mail goes out to the head and to HR."""
    school.tenant.by_hand(SENDER, mail=SENDER)
    school.tenant.control("DELETE", "outbox")
    school.save_settings(MAIL_FROM=SENDER)
    school.pack(notify={"nightly": [HEAD], "roles": {"head": HEAD, "hr": HR}})


def mails(school: School) -> list[dict[str, Any]]:
    return [one["message"] for one in school.tenant.control("GET", "outbox")["items"]]


def recipients(mail: dict[str, Any]) -> list[str]:
    return [one["emailAddress"]["address"] for one in mail["toRecipients"]]


def test_now_a_teacher_is_out_within_five_seconds_whatever_the_nights_do_and_stays_out(
    school: School,
):
    school.loaded()
    teacher = school.staff[0]
    before = school.user(teacher)
    assert school("pause", school.id, "--reason", "inset day").code == 0
    mark, began = school.tenant.mark(), time.monotonic()
    with (
        bench_of(school, later=timedelta()) as bench,
        Claims(bench.store.database).hold(school.id, "sync"),
    ):
        ended, receipt = now(school, teacher)
    assert time.monotonic() - began < 5
    assert (ended.code, receipt["state"], receipt["blocked"], receipt["sessions"]) == (
        0,
        "done",
        "done",
        "done",
    )
    assert receipt["enabled"] is False
    assert receipt["sessions_from"] > receipt["recorded_at"][:19]
    assert "about an hour" in receipt["tokens"]
    assert "untouched" in receipt["mailbox"]
    writes = school.tenant.writes(mark)
    assert [(one["method"], one["path"].rpartition("/")[2]) for one in writes] == [
        ("PATCH", before["id"]),
        ("POST", "revokeSignInSessions"),
    ]
    after = school.user(teacher)
    assert after["accountEnabled"] is False
    assert (after["assignedLicenses"], after["groups"]) == (
        before["assignedLicenses"],
        before["groups"],
    )
    whole(school)

    # The roster still lists the teacher: no night, paused or not, lets them in or takes from them.
    for command in (("resume", school.id), ("sync",), ("sync",)):
        last = school.json(*command)
    assert (last.counts, last.held) == ({}, {}), last.out
    assert school.user(teacher) == after

    # Nor does a desk give them a new password.
    reset = school("password", "reset", "--person", school.key(teacher), "--reason", "lost")
    assert (reset.code, "departure" in reset.err) == (2, True)

    # Somebody opens the account by hand: the next night shuts it again.
    school.tenant.by_hand(after["id"], accountEnabled=True)
    night = school.json("sync")
    assert night.counts == {"disable_user": 1, "revoke_sessions": 1}
    undone = school.json("undo", night.run["run"])
    assert (undone.counts, undone.held) == ({}, {school.key(teacher): "not_undone"})

    # Withdrawn: no night lets them in, a plan of their own does once somebody approves it.
    assert school("depart", "--withdraw", receipt["departure"]).code == 0
    night = school.json("sync")
    assert night.held == {school.key(teacher): "return"}
    parked = school.json("plan", "--only", school.key(teacher))
    assert (parked.code, parked.codes, parked.counts) == (2, ["return"], {"enable_user": 1})
    assert approved(school, parked).code == 0
    assert school.json("apply", parked.run["run"]).code == 0
    assert school.user(teacher)["accountEnabled"] is True
    assert school.json("sync").counts == {}
    whole(school)


class Watching:
    """Progress that does something when the night begins to apply."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act = act

    def stage(self, text: str) -> None:
        if text.startswith("Applying, part"):
            self.act()

    def count(self, done: int, of: int) -> None:
        """Nobody looks."""


def test_a_night_under_way_lets_nobody_in_whose_departure_was_recorded_meanwhile(
    school: School,
):
    teacher = school.staff[0]
    school.loaded()
    teacher["Date of Leaving"] = days(-1)
    school.export()
    assert school.json("sync").counts["disable_user"] == 1
    teacher["Date of Leaving"] = ""
    school.export()
    with bench_of(school, later=timedelta()) as bench:
        reached = departure_desk.every_school(bench)

        def leaves() -> None:
            who = asyncio.run(departure_desk.subject(bench, reached, school.key(teacher)))
            departure_desk.record(bench, who, departure_desk.Wish(reason=DepartureReason.IMMEDIATE))

        def elsewhere() -> None:  # another process, while the night's own loop waits
            another = threading.Thread(target=leaves)
            another.start()
            another.join()

        watched = replace(bench, progress=Watching(elsewhere))
        sources = Sources({school.id: (school.exports,)})
        document = asyncio.run(run.sync(watched, sources, Scope()))
        (night,) = document.runs
        assert night.counts == {"enable_user": 1}
        (change,) = night.changes
        assert (change.outcome, change.note) == (
            "not_tried",
            "a departure was recorded meanwhile",
        )
        (due,) = departures_due(bench, bench.now())
        school.tenant.control("POST", "clock", {"advance_seconds": 2})  # sessions go by the second
        acted = asyncio.run(act_on(bench, due))
        assert acted.enabled is False
        assert acted.state == "done", acted
    assert school.user(teacher)["accountEnabled"] is False
    whole(school)


def test_an_account_of_active_directory_is_a_persons_with_the_exact_line_until_it_is_seen(
    school: School,
):
    school.loaded()
    told(school)
    teacher = school.staff[0]
    account = school.user(teacher)["id"]
    sid = "S-1-5-21-1-2-3-1104"
    school.tenant.by_hand(account, onPremisesSyncEnabled=True, onPremisesSecurityIdentifier=sid)
    ended, receipt = now(school, teacher)
    assert (ended.code, receipt["state"]) == (3, "not_done")
    assert (receipt["blocked"], receipt["sessions"]) == ("not done: by hand", "done")
    assert receipt["steps"][0].endswith(f"Disable-ADAccount -Identity '{sid}'")
    (mail,) = mails(school)
    assert recipients(mail) == [HEAD, HR]
    text = mail["body"]["content"]
    assert sid in text
    assert teacher["Preferred Surname"] not in text + mail["subject"]

    # Asked again before four hours are over nobody is told twice; later once more.
    for later, sent in ((timedelta(hours=1), 1), (timedelta(hours=5), 2)):
        with bench_of(school, later=later) as bench:
            (due,) = departures_due(bench, bench.now())
            asyncio.run(act_on(bench, due))
        assert len(mails(school)) == sent
    school.tenant.by_hand(account, accountEnabled=False)
    school.tenant.control("POST", "clock", {"advance_seconds": 2})  # sessions go by the second
    with bench_of(school, later=timedelta(hours=10)) as bench:
        (due,) = departures_due(bench, bench.now())
        assert asyncio.run(act_on(bench, due)).state == "done"
        assert departures_due(bench, bench.now() + timedelta(days=1)) == []
    assert len(mails(school)) == 2


def test_a_role_holder_is_a_persons_and_is_not_told_and_their_secrets_are_named(school: School):
    school.loaded()
    told(school)
    school.pack(notify={"nightly": [], "roles": {"head": ADMIN, "hr": HR}})
    assert school("depart", ADMIN, "--now").code == 2, "of no school that shares its domain"
    ended = school.json("depart", ADMIN, "--now", "--school", school.id)
    receipt = ended.json
    assert (ended.code, receipt["state"], receipt["sessions"]) == (3, "not_done", "done")
    assert "Privileged Role Administrator" in receipt["steps"][0]
    assert any("GRAPHSYNC_SEAL_KEY" in one for one in receipt["rotate"])
    (mail,) = mails(school)
    assert recipients(mail) == [HR]
    assert "own address was left out" in receipt["told"]
    assert school("depart", "--confirm", receipt["departure"]).code == 0
    with bench_of(school, later=timedelta(days=1)) as bench:
        assert departures_due(bench, bench.now()) == []


def test_a_dated_departure_is_nobodys_business_before_its_hour_and_acts_with_the_night(
    school: School,
):
    school.loaded()
    teacher = school.staff[0]
    day = today()
    made = school.json("depart", school.key(teacher), "--on", day)
    assert (made.code, made.json["state"]) == (0, "dated")
    assert school.json("depart", "--list").json == {"items": []}
    plan = school.json("plan", "--as-of", day + timedelta(days=1))
    assert (plan.run["state"], plan.counts) == ("drafted", {})
    key = school.key(teacher)
    assert key not in school("audit", "export", "journal.jsonl").out
    rows = [row for row in school.rows("journal") if "departure" in row["operation"]]
    assert [(row["person"], row["object_id"]) for row in rows] == [(None, None)]
    # Its hour comes, the plan of the night is parked, and it acts all the same.
    school.pack(limits={"create": {"floor": 0, "share": 0, "count": 0}})
    school.staff.append(a_teacher(3))
    school.export()
    sources = Sources({school.id: (school.exports,)})
    with bench_of(school, later=timedelta(days=1)) as bench:
        document, failed = asyncio.run(told_night(bench, sources, Scope()))
    assert ([one.state for one in document.runs], failed) == (["parked"], ())
    assert school.user(teacher)["accountEnabled"] is False
    assert "planned" not in str(school.rows("payloads"))


def test_an_account_that_is_linked_to_nobody_is_chosen_exactly(school: School):
    school.loaded()
    made = school.tenant.graph(
        "POST",
        "/users",
        {
            "accountEnabled": True,
            "displayName": "Sam Supply",
            "surname": "Supply",
            "mailNickname": "s.supply",
            "userPrincipalName": f"s.supply@{school.domain}",
            "passwordProfile": {"password": "Correct-Horse-9"},
        },
    )
    school.tenant.settle()
    for wrong in ("Supply", f"supply@{school.domain}", f"{school.id}:404"):
        assert school("depart", wrong, "--now").code == 2
    other = school("depart", made["userPrincipalName"], "--now", "--surname", "Smith")
    assert (other.code, "neither the surname" in other.err) == (2, True)
    school.tenant.control("POST", "clock", {"advance_seconds": 2})  # sessions go by the second
    ended = school.json("depart", made["userPrincipalName"], "--now", "--surname", "supply")
    assert (ended.code, ended.json["state"], ended.json["person"]) == (0, "done", "")
    whole(school)
