"""New passwords and slips, by our own command line on a tenant in a box; rows of the register."""

import re
from collections import Counter
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from msgspec.structs import replace
from night import Row, School, as_csv, bench_of, whole

from graphsync.desk_acts import UNDER_WAY
from graphsync.sign_in_findings import of_school
from graphsync.slip_desk import Page, Wanted, print_slips
from graphsync.store.journal import Entry
from graphsync.tenant.snapshot import snapshot
from graphsync.trouble import Refusal
from policies.pack_loading import load_rules
from policies.people import PersonKey

FORM = ("--form", "7A", "--collector", "Ms Okafor")


def passwords(school: School, file: str) -> list[str]:
    """The passwords on a page, in its order."""
    page = (school.folder / file).read_text("utf-8")
    return [unescape(one) for one in re.findall(r'<dd class="password">([^<]*)</dd>', page)]


def moments(school: School, row: Row) -> tuple[str, str]:
    """When the account's password was last changed and its sessions ended."""
    select = "lastPasswordChangeDateTime,signInSessionsValidFromDateTime"
    user = school.tenant.graph("GET", f"/users/{school.user(row)['id']}?$select={select}")
    return user["lastPasswordChangeDateTime"], user["signInSessionsValidFromDateTime"]


def printed(school: School, *, by: str | None = None, later: timedelta) -> list[str]:
    """How each of form 7A fares when somebody prints it then; Refusal's text for nobody."""
    pages: list[Page] = []
    wanted = Wanted(school=school.id, form="7A", collector="Ms Okafor")
    with bench_of(school, by=by, later=later) as bench:
        try:
            lines = print_slips(bench, wanted, pages.append)
        except Refusal as refused:
            assert pages == []
            return [str(refused)]
    assert [len(page.slips) for page in pages] == [len(lines)]
    return [line.state for line in lines]


def by_class(school: School, code: str, teacher: Row, *pupils: Row) -> list[Row]:
    """The rows of one class."""
    return [{"Class": code, "primary_id": one["primary_id"]} for one in (teacher, *pupils)]


def reset(school: School, *rows: Row, more: tuple[object, ...] = ()) -> Any:
    named = [part for row in rows for part in ("--person", school.key(row))]
    return school.json("password", "reset", *named, "--reason", "forgot it", *more)


def test_pb_7_5_2_snmat_19k_a_slip_is_shown_once_and_again_only_to_its_printer_within_half_an_hour(
    school: School,
):
    school.loaded()
    first = school.json("slips", *FORM, "--html", "one.html")
    assert first.code == 0, first.err
    assert [one["state"] for one in first.json["items"]] == ["printed"] * 3
    on_paper = passwords(school, "one.html")
    assert len(set(on_paper)) == 3
    assert not any(one in first.out + first.err for one in on_paper)
    assert (school.folder / "one.html").stat().st_mode & 0o077 == 0
    page = (school.folder / "one.html").read_text("utf-8")
    assert all(one["Preferred Surname"] in page for one in school.pupils if one["Reg"] == "7A")
    assert school("slips", *FORM, "--html", "two.html").code == 0
    assert passwords(school, "two.html") == on_paper

    (told,) = printed(school, by="somebody else", later=timedelta())
    assert "was shown to" in told
    assert "set a new one" in told
    (told,) = printed(school, later=timedelta(minutes=31))
    assert "was shown to" in told
    assert school("person", school.key(school.row(1)), "--reveal").code == 2
    assert len(school.events("slip_printed")) == len(school.events("slip_reprinted")) == 3
    assert {row["result"] for row in school.events("slip_refused")} >= {"somebody else"}
    assert len(school.events("password_reveal_refused")) == 1


def test_snmat_f3_4_a_slip_that_nobody_printed_for_eight_days_is_expired_and_erased(
    school: School,
):
    school.loaded()
    assert printed(school, later=timedelta(days=6, hours=23)) == ["printed"] * 3
    assert len([row for row in school.rows("secrets") if row["ciphertext"]]) == 8
    (told,) = printed(school, later=timedelta(days=8))
    assert "shown to" in told
    assert [row for row in school.rows("secrets") if row["ciphertext"]] == []
    other = school.json("slips", "--form", "8B", "--collector", "x", "--html", "no.html")
    assert other.code == 2
    assert "erased" in other.err
    assert not (school.folder / "no.html").exists()


def test_slips_that_cannot_be_written_are_shown_to_nobody(school: School):
    school.loaded()
    (school.folder / "there.html").write_text("mine", "utf-8")
    assert school("slips", *FORM, "--html", "there.html").code == 64
    assert (school.folder / "there.html").read_text("utf-8") == "mine"
    assert school("slips", *FORM, "--html", "no/such/folder.html").code == 1
    nobody = school("slips", "--class", "9Z", "--collector", "x", "--html", "no.html")
    assert nobody.code == 2
    assert "nobody" in nobody.err
    assert {row["revealed_at"] for row in school.rows("secrets")} == {None}
    assert school.events("slip_printed") == []
    # A form is a class too, and whoever runs the command takes the page where nobody is named.
    assert school("slips", "--class", "7A", "--html", "form.html").code == 0
    assert len(school.events("slip_printed")) == 3


def test_a_class_teacher_resets_pupils_of_their_own_classes_and_nobody_else(school: School):
    pupil, other, teacher = school.row(1), school.row(2), school.staff[0]
    school.export(classes=as_csv(by_class(school, "7x/Hi1", teacher, pupil)))
    school.loaded()
    assert printed(school, later=timedelta()) == ["printed"] * 3
    office, box = school.user(school.staff[1])["userPrincipalName"], f"pupil@{school.domain}"
    school.tenant.by_hand(office, mail=office)
    school.tenant.control("DELETE", "outbox")
    school.tenant.by_hand(school.user(pupil)["userPrincipalName"], mail=box)
    school.save_settings(MAIL_FROM=office)
    before = moments(school, pupil)
    asked = ("--teacher", school.key(teacher))
    told = reset(school, pupil, more=asked)
    assert told.code == 0, told.out + told.err
    (line,) = told.json["items"]
    assert (line["password"], line["sessions"]) == ("done", "done")
    after = moments(school, pupil)
    assert after[0] > before[0]
    assert after[1] > before[1]
    # No reset is silent: whoever has a mailbox hears of it, in words that tell no reason.
    (mail,) = (one["message"] for one in school.tenant.control("GET", "outbox")["items"])
    assert [one["emailAddress"]["address"] for one in mail["toRecipients"]] == [box]
    assert "set a new password for your account" in mail["body"]["content"]
    assert "forgot" not in mail["body"]["content"]

    slips = ("slips", "--class", "7X/hi1", "--collector", "Ms T", "--html")
    assert [one["state"] for one in school.json(*slips, "new.html").json["items"]] == ["printed"]
    (password,) = passwords(school, "new.html")
    with (school.folder / "data" / "graphsync.db").open("rb") as store:
        assert password.encode() not in store.read()

    mark = school.tenant.mark()
    for rows in ((other,), (school.staff[1],), (pupil, other)):
        refused = reset(school, *rows, more=asked)
        assert refused.code == 2
    assert school.tenant.writes(mark) == []
    reasons = [row["result"] for row in school.events("password_refused")]
    assert len(reasons) == 3
    assert all(school.key(teacher) in reason for reason in reasons)
    whole(school)


def test_resets_have_limits_and_leave_who_is_protected_or_held_alone(school: School):
    password = {"resets_at_once": 2, "resets_a_day": 1}
    pupils, teacher = [school.row(1), school.row(3), school.row(5)], school.staff[0]
    school.pack(password=password)
    school.export(classes=as_csv(by_class(school, "7A", teacher, *pupils)))
    school.loaded()
    mark = school.tenant.mark()
    assert "resets_at_once" in reset(school, *pupils).err
    assert "resets_a_day" in reset(school, *pupils[:2], more=("--teacher", school.key(teacher))).err
    school("hold", "add", school.key(pupils[0]), "--reason", "head", "--clause", "PB-2")
    assert "on hold" in reset(school, *pupils[:2]).err
    account = school.user(teacher)["userPrincipalName"]
    school.pack(password=password, protected={"accounts": [account]})
    assert "protected" in reset(school, teacher).err
    assert (
        "no account"
        in school.json("password", "reset", "--person", f"{school.id}:1", "--reason", "x").err
    )
    assert school.tenant.writes(mark) == []


@pytest.mark.parametrize(
    ("fault", "password", "code"),
    [
        ({"kind": "status", "status": 403}, "refused", 2),
        ({"kind": "commit_then_503"}, "done", 0),
        ({"kind": "status", "status": 503}, "unknown", 3),
    ],
)
def test_a_reset_that_fails_says_so_and_the_earlier_password_stays_where_it_is_good(
    school: School, fault: dict[str, Any], password: str, code: int
):
    school.save_settings(VERIFY_WAIT="1")
    school.loaded()
    pupil = school.row(1)
    before = school.rows("secrets")
    rule = fault | {"method": "PATCH", "path": "/users/"}
    school.tenant.faults(rule)
    told = reset(school, pupil)
    (line,) = told.json["items"]
    assert (line["password"], told.code) == (password, code), line
    assert (school.rows("secrets") == before) == (password == "refused")
    if password == "refused":
        assert "User-PasswordProfile.ReadWrite.All" in line["note"]
        with bench_of(school, later=timedelta()) as bench:
            bench.store.secrets.drop(PersonKey.parse(school.key(pupil)))
        school.tenant.faults(rule)
        assert reset(school, pupil).code == 2
        assert len(school.rows("secrets")) == len(before) - 1
    whole(school)


def test_what_a_killed_desk_left_open_is_settled_by_the_next_night(school: School):
    school.loaded()
    pupil = school.row(1)
    key, account = PersonKey.parse(school.key(pupil)), school.user(pupil)["id"]
    intent = Entry(
        school=school.id,
        run="d-killed",
        item=f"set_password {key}",
        what="intent",
        operation="set_password",
        person=key,
        object_id=account,
        before={"lastPasswordChangeDateTime": "2020-01-01T00:00:00+00:00"},
    )
    with bench_of(school, later=-UNDER_WAY * 2) as bench:
        bench.store.journal.append([intent])
    assert school.json("sync").code == 0
    whole(school)
    (outcome,) = [row for row in school.rows("journal") if row["run"] == "d-killed"][1:]
    assert outcome["result"] == "done"
    with bench_of(school, later=-UNDER_WAY / 2) as bench:
        bench.store.journal.append([replace(intent, run="d-at-work")])
    assert "just now" in reset(school, pupil).err
    assert school.json("sync").code == 0
    assert [row["run"] for row in school.rows("open_intents")] == ["d-at-work"]


def test_the_password_of_an_account_of_active_directory_goes_to_the_worklist(school: School):
    school.loaded()
    pupil = school.row(1)
    school.tenant.by_hand(school.user(pupil)["id"], onPremisesSyncEnabled=True)
    school.json("sync")
    mark = school.tenant.mark()
    told = reset(school, pupil)
    assert told.code == 0
    assert "worklist" in told.json["items"][0]["password"]
    assert school.tenant.writes(mark) == []
    assert [row["task"] for row in school.rows("worklist")] == ["password"]


def test_snmat_19g_a_password_that_is_known_is_changed_sessions_end_and_the_head_is_told(
    school: School,
):
    school.pack(
        password={"compromised": {"notify": "head"}},
        notify={"nightly": [], "roles": {"head": f"head@{school.domain}"}},
    )
    school.loaded()
    pupil = school.row(1)
    before = moments(school, pupil)
    named = ("password", "compromised", "--person", school.key(pupil))
    alone = school.json(*named)
    assert alone.code == 3, "nobody was told"
    assert "tell the head yourself" in alone.json["told"]
    after = moments(school, pupil)
    assert after[0] > before[0]
    assert after[1] > before[1]
    (opened,) = school.events("incident_opened")
    assert (opened["person"], opened["result"]) == (school.key(pupil), "head")
    (draft,) = school.json("breach", "list").json["items"]
    assert draft["source"] == f"incident:{alone.json['incident']}"
    account = school.user(school.staff[0])["userPrincipalName"]
    school.save_settings(MAIL_FROM=account)
    school.tenant.control("POST", "clock", {"advance_seconds": 2})
    told = school.json(*named, "--reported", "2026-01-05 10:02")
    assert told.json["told"] == "told by mail", told.json
    assert told.json["reported_at"].startswith("2026-01-05T10:02")
    assert told.code == 0
    assert school(*named, "--reported", "2999-01-05 10:02").code == 2
    whole(school)


def test_eic_pw_2_a_change_that_is_required_is_asked_for_at_the_next_sign_in(school: School):
    school.loaded()
    teacher = school.staff[0]
    mark = school.tenant.mark()
    told = school.json(
        "password", "require-change", "--person", school.key(teacher), "--reason", "on a note"
    )
    assert (told.code, told.json["outcome"]) == (0, "done"), told.err
    assert [one["method"] for one in school.tenant.writes(mark)] == ["PATCH"]
    with bench_of(school, later=timedelta()) as bench:
        done = bench.store.journal.last_done(school.id, "require_change")
    assert list(map(str, done)) == [school.key(teacher)]
    whole(school)


def test_an_access_pass_is_for_staff_and_is_shown_on_a_slip_alone(school: School):
    school.loaded()
    teacher = school.staff[0]
    named = ("password", "tap", "--reason", "new telephone", "--person")
    told = school.json(*named, school.key(teacher))
    assert (told.code, told.json["outcome"]) == (0, "done"), told.err
    slip = school.json(
        "slips", "--person", school.key(teacher), "--collector", "IT", "--html", "tap.html"
    )
    assert slip.code == 0, slip.err
    (shown,) = passwords(school, "tap.html")
    assert len(shown) == 8
    assert shown not in told.out + told.err + slip.out
    assert "access pass" in (school.folder / "tap.html").read_text("utf-8")
    assert school.json(*named, school.key(school.row(1))).code == 2
    whole(school)


def test_envelopes_are_lodged_opened_and_listed_and_findings_are_told_from_the_store(
    school: School,
):
    school.loaded()
    where = ("--school", school.id)
    glass = ("--account", "BREAK-GLASS@trust.onmicrosoft.com", "--witness", "Ms Venn")
    lying = ("--envelope", "7", "--place", "safe")
    assert school.json("custody", "open", *where, *glass, "--reason", "locked").code == 2
    assert school.json("custody", "add", *where, *glass, *lying, "--sealed", "2999-01-01").code == 2
    lodged = school.json("custody", "add", *where, *glass, *lying)
    assert lodged.code == 0, lodged.err
    opened = school.json("custody", "open", *where, *glass, "--reason", "tenant locked")
    assert opened.json["opened_on"] == [opened.json["sealed_on"]]
    (listed,) = school.json("custody", "list", *where).json["items"]
    assert listed == opened.json
    assert [len(school.events(f"envelope_{act}")) for act in ("sealed", "opened")] == [1, 1]

    school.json(
        "password", "require-change", "--person", school.key(school.staff[0]), "--reason", "note"
    )
    school.tenant.graph(
        "POST",
        "/users",
        {
            "accountEnabled": True,
            "displayName": "Library",
            "mailNickname": "library1",
            "userPrincipalName": f"library1@{school.domain}",
            "passwordProfile": {"password": "Copper-tiger-lamp7"},
        },
    )
    school.tenant.settle()
    school.pack(password={"change": {"mode": "reminder", "reminder_days": 30}})
    assert school.json("plan").code == 0
    with bench_of(school, later=timedelta(days=31)) as bench:
        mirror = bench.store.mirror.load(bench.tenant.tenant_id)
        assert mirror is not None
        seen = snapshot(mirror, bench.now())
        found = of_school(bench, load_rules(bench.packs_dir, school.id), seen, lambda path: path)
    kinds = Counter(one.clause for one in found)
    assert kinds == {
        "accounts.shared": 1,
        "password.require_change_grace_days": 1,
        "password.custody_register": 1,
        "password.change.reminder_days": 8,
    }
