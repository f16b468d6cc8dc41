"""Parents are asked by mail, answer on their page and keep a copy; nobody is asked for nothing."""

import asyncio
import re
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from night import School, bench_of
from started_ahead import until

from graphsync.consent_asking import remind

SENDER = "scanner@trust.example"  # a service account of the tenant
MOTHER = "mother@home.example"
Outbox = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def outbox(school: School) -> Outbox:
    """A school that asks for consent, with the contacts of one pupil; answers its mails."""
    school.tenant.by_hand(SENDER, mail=SENDER)
    school.tenant.control("DELETE", "outbox")
    school.save_settings(MAIL_FROM=SENDER, PARENTS_URL="https://ask.school.example")
    school.pack(consent={"form": {"versions": ["cloud-2023"]}, "services": ["mail", "calendar"]})
    row = school.row(1)
    row["DOB"] = "27/03/2014"
    told = {
        "primary_id": row["primary_id"],
        "Contact ID": "77",
        "Contact Forename": "Mary",
        "Contact Surname": "Marsh",
        "Relationship": "Mother",
        "Priority": "1",
        "Parental Responsibility": "T",
        "Email": MOTHER,
    }
    school.export(contacts=f"{','.join(told)}\r\n{','.join(told.values())}\r\n")
    assert school.json("plan").code == 0
    return lambda: list(school.tenant.control("GET", "outbox")["items"])


def text_of(mail: dict[str, Any]) -> str:
    return str(mail["message"]["body"]["content"])


def link_in(text: str) -> str:
    found = re.search("https://ask.school.example(/c/[0-9a-f]{64})", text)
    assert found is not None
    return found[1]


def test_a_parent_is_asked_answers_and_gets_a_copy(school: School, outbox: Outbox):
    sent = school.json("consent", "ask", school.id, "--send")
    assert (sent.code, sent.json["asked"][0]["state"]) == (0, "sent")
    assert len(sent.json["nobody"]) == len(school.pupils) - 1
    (mail,) = outbox()
    row = school.row(1)
    said = mail["message"]["subject"] + text_of(mail)
    assert row["Preferred Forename"] not in said
    assert row["Preferred Surname"] not in said

    served = school.start("serve", "--parents", "--parents-port", "0")
    address = served.first_line()
    with httpx.Client(base_url=address) as browser:
        link = link_in(text_of(mail))
        known = {"forename": row["Preferred Forename"], "day": "27", "month": "3", "year": "2014"}
        form = browser.post(link, data=known).text
        proof = form.split('name="proof" value="')[1].split('"')[0]
        filled = {"proof": proof, "answer_0": "yes", "signed_by": "Mary Marsh"}
        page = browser.post(f"{link}/answer", data={**filled, "responsible": "yes"})
        assert (page.status_code, "Thank you" in page.text) == (200, True)
        until(lambda: len(outbox()) == 2)
    served.send_signal(signal.SIGTERM)
    _, logged = served.communicate(timeout=20)
    assert served.returncode == 0
    assert link not in logged
    copy = outbox()[1]["message"]
    assert copy["toRecipients"][0]["emailAddress"]["address"] == MOTHER
    assert link_in(copy["body"]["content"]) != link
    shown = school.json("consent", "show", school.key(row)).json
    states = {one["form"]: one["state"] for one in shown["today"]}
    assert states["cloud_consent"] == "verified"


def test_whoever_has_not_answered_is_reminded_on_the_days_of_the_pack(
    school: School, outbox: Outbox
):
    assert school.json("consent", "ask", school.id, "--send").code == 0
    assert school.json("consent", "remind", school.id).json["asked"] == []
    reminded = []
    for later in (4, 5, 6, 10, 11, 30):
        with bench_of(school, later=timedelta(days=later)) as bench:
            report = asyncio.run(remind(bench, school.id))
        reminded.append(len(report.asked))
    assert reminded == [0, 1, 0, 1, 0, 0]
    assert len(outbox()) == 3


def test_what_cannot_be_sent_is_said_and_its_link_is_dead(school: School, outbox: Outbox):
    school.tenant.control("POST", "faults", {"kind": "status", "status": 403, "path": "sendMail"})
    sent = school.json("consent", "ask", school.id, "--send")
    assert sent.code == 3
    assert "Mail.Send" in sent.json["asked"][0]["state"]
    assert outbox() == []
    assert [row["ended"] for row in school.rows("consent_links")] == ["the mail was not sent"]


def test_a_listener_beyond_this_machine_needs_a_certificate(school: School, outbox: Outbox):
    del outbox
    served = school("serve", "--parents", "--host", "0.0.0.0")  # noqa: S104 - what is refused
    assert served.code == 64
    assert "--certificate" in served.err
