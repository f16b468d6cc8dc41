"""Oak School where every name and every word that somebody wrote tries to be more than text."""

import json
from datetime import timedelta
from typing import Any

import msgspec
from forms import PACK, SIGNED, a_parent, says
from office import PACK as SCHOOL
from office import Office, a_pupil, an_account, key
from room_rows import Made
from rooms_of_mail import NHS, a_gap, an_item, desk
from staff_side import ACCOUNT, LIMITS, StaffSide

from api.permissions import AppRole
from graphsync import departure_desk, policy_deciding, request_desk
from graphsync.accounts import AssignedLicence, Group, Sku
from graphsync.breach_desk import Report, advise, open_breach
from graphsync.compromise import OPENED, journal_of
from graphsync.consent_changes import Doubt, challenge
from graphsync.consent_desk import record
from graphsync.consent_lines import Entering, Pile
from graphsync.consent_piles import close_batch
from graphsync.deputy_desk import Wish, name
from graphsync.dlp_desk import Note
from graphsync.dlp_desk import advise as advise_mail
from graphsync.dlp_desk import decide as decide_mail
from graphsync.job_desk import new_job
from graphsync.matching import MAIL
from graphsync.password_desk import ASKED
from graphsync.pause_desk import pause
from graphsync.run_desk import event
from graphsync.store.holds import Hold
from graphsync.store.jobs import JobState
from graphsync.store.kept_names import Mark
from graphsync.store.links import Link
from graphsync.store.looks import Look
from graphsync.store.proposals import Proposal
from graphsync.store.worklist import Row, Task
from policies.breach_records import Decision, Facts
from policies.consent_records import Answer, Method
from policies.departures import DepartureReason
from policies.kept_names import Ground
from policies.mail_events import Found, Hit
from policies.mail_queue import Advice, Outcome
from policies.mail_queue import Office as Desk
from policies.people import Contact, Kind, Person
from policies.policy_conflicts import Choice
from policies.request_records import Asker
from policies.request_records import Kind as Wanted
from policies.school_days import school_day
from policies.terms import term_on

# A formula to a spreadsheet, an element and an attribute to a browser, an expression to a template,
# and what turns the rest of a line around.
ODD = "=cmd|' /C calc'!A0<script>alert(1)</script>\"'><img src=x onerror=alert(1)>X{{7*7}}X"
ODD += "\u202eevil\u200f"
PUPIL, STAFF, FOREIGN = "901", "950", "990"


def people() -> list[Person]:
    odd: dict[str, Any] = {
        "given_name": ODD,
        "surname": ODD,
        "legal_given_name": ODD,
        "legal_surname": ODD,
        "title": ODD,
        "form": ODD,
        "house": ODD,
        "mail": f"{ODD}@oak.example",
        "status": ODD,
    }
    return [
        a_pupil(PUPIL, **odd, admission_number="0901"),
        a_pupil("902", **odd, admission_number="0902"),
        a_pupil("903", **odd, admission_number=ODD),
        a_pupil(STAFF, **odd, kind=Kind.STAFF, year=None, staff_code=ODD, roles=(ODD,)),
        a_pupil("951", **odd, kind=Kind.STAFF, year=None),
    ]


def parents() -> list[Contact]:
    odd = {"title": ODD, "given_name": ODD, "surname": ODD, "relationship": ODD}
    return [a_parent(one, "77", **odd, mail=f"{ODD}@home.example") for one in (PUPIL, "902", "903")]


def the_tenant(office: Office) -> None:
    """Accounts, groups and a subscription with such names."""
    odd: dict[str, Any] = {
        "user_principal_name": f"{ODD}@oak.example",
        "display_name": ODD,
        "given_name": ODD,
        "surname": ODD,
        "mail": f"{ODD}@oak.example",
        "department": ODD,
        "employee_id": ODD,
        "assigned_licenses": (AssignedLicence("s1"),),
    }
    accounts = [an_account(one, **odd) for one in (PUPIL, "902", STAFF, FOREIGN)]
    members = frozenset(one.id for one in accounts)
    group = Group(id="g1", display_name=ODD, unique_name=ODD, members=members)
    sku = Sku(sku_id="s1", sku_part_number=ODD, consumed_units=4, enabled_units=5)
    office.sees(*accounts, groups=[group], skus=[sku])


def the_pack(office: Office) -> None:
    school = SCHOOL.replace("name: Oak School", f"name: {json.dumps(ODD)}")
    school = school.replace("reason: test", f"reason: {json.dumps(ODD)}")
    (office.packs / "oak.yaml").write_text(
        school + LIMITS + PACK.format(countersign="all"), "utf-8"
    )


def piled(side: StaffSide, line: str) -> str:
    """A pile with one form."""
    pile = Pile(edition="cloud-2023", signed_on=SIGNED, method=Method.PAPER_SEEN, place=ODD)
    entering = Entering(side.office.bench, "oak", pile)
    list(entering.take([line]))
    return entering.batch


def world(side: StaffSide) -> Made:
    """All of it; the parameters of every path that leads to something of it."""
    office = side.office
    store, bench, now = office.store, office.bench, office.now
    day = school_day(now)
    the_pack(office)
    office.accept(*people(), contacts=parents())
    for one in (PUPIL, "902"):
        office.link(one)
    staff = Link(
        person=key(STAFF), kind=Kind.STAFF, object_id=f"o-{STAFF}", how="created", linked_at=now
    )
    store.links.put(staff)
    the_tenant(office)
    report = office.plan(*(an_account(one) for one in (PUPIL, "902")))
    hold = Hold(
        id="h-0a", person=key(PUPIL), mode="freeze", reason=ODD, clause=ODD, by=ODD, at=now,
        until=day + timedelta(days=3),
    )  # fmt: skip
    store.holds.add(hold)
    reset = msgspec.structs.replace(event("oak", "", ASKED, ODD), person=key(PUPIL))
    store.journal.append([reset])
    kept = Mark(
        id="k-0a", person=key("902"), given_name=ODD, surname=ODD, ground=Ground.ADDRESS,
        reference=ODD, review_on=day, by=ODD, at=now,
    )  # fmt: skip
    store.kept_names.add(kept)
    evidence = (ODD,)
    of = Proposal(
        person=key("903"), object_id=f"o-{FOREIGN}", strength=MAIL, evidence=evidence, at=now
    )
    store.proposals.put_open("oak", [of])
    store.worklist.put(
        [
            Row(
                id="w-1", person=key(PUPIL), task=Task.RENAME, why=ODD, created_at=now, due=day,
                sign_in_name=ODD, wanted={"displayName": ODD}, doubt=ODD,
            )
        ]
    )  # fmt: skip
    who = departure_desk.Subject(
        school="oak",
        person=key(STAFF),
        object_id=f"o-{STAFF}",
        sign_in_name=f"{ODD}@oak.example",
        surnames=frozenset({ODD}),
    )
    leaves = departure_desk.Wish(reason=DepartureReason.PLANNED, leaves_at=now + timedelta(days=2))
    departure = departure_desk.record(bench, who, leaves).id
    wish = Wish(role=AppRole.OFFICE, since=day, until=day, reason=ODD)
    deputy = name(bench, "oak", f"o-{STAFF}", wish).id
    words = [one for one in Facts.__struct_fields__ if Facts.__annotations__.get(one) is str]
    breach = open_breach(
        bench, Report(school="oak", facts=Facts(**dict.fromkeys(words, ODD)))
    ).breach
    advise(bench, breach, Decision.RECORD, ODD)
    asked = request_desk.Wish(
        school="oak",
        kind=Wanted.ACCESS,
        received=day,
        about=ODD[:60],
        asker=Asker.PARENT,
        contact=ODD[:60],
        note=ODD,
    )
    request = request_desk.log(bench, asked).request
    record(bench, "oak", f"oak:{PUPIL}", says(verified_by=ODD, place=ODD))
    record(bench, "oak", "oak:902", says(verified_by=ODD, place=ODD))
    challenge(bench, key("902"), Doubt.CONTACT)
    record(bench, "oak", "oak:903", says(answer=Answer.NO, verified_by=ODD, place=ODD))
    (provision,) = store.provisions.open_of("oak")
    closed = piled(side, "0902 Y")
    close_batch(bench, "oak", closed)
    job = new_job(bench, "plan", ["oak"])
    store.jobs.add(job)
    store.jobs.end(job.id, JobState.FAILED, problem=ODD)
    pause(bench, "oak", ODD)
    month = day + timedelta(days=30)
    keep = policy_deciding.Wish(
        key="roles.dpo", choice=Choice.KEEP, until=month, review=month, reason=ODD
    )
    policy_deciding.decide(bench, "oak", keep)
    store.journal.append([journal_of(key(PUPIL), OPENED, "dpo", {"incident": "i-1a2b"})])
    looks = [("account", f"oak:{PUPIL}"), ("consent", f"oak:{PUPIL}"), ("mail", "m")]
    for kind, item in looks:
        store.looks.add(
            Look(at=now, by=f"entra:{ACCOUNT}", kind=kind, school="oak", item=item, reason=ODD)
        )
    hit = Hit(
        policy_id=ODD, policy=ODD, rule_id=ODD, rule=ODD, mode="Enable", found=(Found(NHS, 2),)
    )
    item = an_item(side, "oak", sender=PUPIL, hits=(hit,))
    decided = [an_item(side, "oak", sender=PUPIL, hits=(hit,))["item"] for _ in range(3)]
    dpo, head = desk(Desk.DPO), desk(Desk.HEAD, name="head")
    advise_mail(bench, dpo, decided, Advice.SUPPORT, Note(ODD, anyway=True))
    decide_mail(bench, head, decided, Outcome.TOO_WIDE, Note(ODD, anyway=True))
    return {
        "school": "oak",
        "ref": PUPIL,
        "run": report.run,
        "digest": report.digest,
        "term": term_on(day).name,
        "hold": hold.id,
        "provision": provision.id,
        "departure": departure,
        "deputy": deputy,
        "breach": breach,
        "request": request,
        "request_id": request,
        "job": job.id,
        "batch": piled(side, "0901 Y"),
        **item,
        **a_gap(side, "oak"),
    }
