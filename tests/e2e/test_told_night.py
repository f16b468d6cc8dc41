"""Someone hears of every night: a mail without personal data, and a ping."""

import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from night import School, days

ICT, HEAD = "ict@trust.example", "head@trust.example"
SENDER = "scanner@trust.example"  # a service account of the tenant
Outbox = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def outbox(school: School) -> Outbox:
    """The school's nights are told to two addresses; answers the mails that went out."""
    school.tenant.by_hand(SENDER, mail=SENDER)
    school.tenant.control("DELETE", "outbox")
    school.save_settings(MAIL_FROM=SENDER)
    school.pack(notify={"nightly": [ICT, HEAD]})
    return lambda: list(school.tenant.control("GET", "outbox")["items"])


def text_of(mail: dict[str, Any]) -> str:
    return str(mail["message"]["body"]["content"])


def addresses(mail: dict[str, Any]) -> list[str]:
    return [one["emailAddress"]["address"] for one in mail["message"]["toRecipients"]]


def test_every_night_ends_in_one_mail_to_those_whom_the_pack_names(school: School, outbox: Outbox):
    night = school.json("sync")
    (mail,) = outbox()
    assert addresses(mail) == [HEAD, ICT]
    assert mail["message"]["subject"] == "graphsync: 1 done"
    assert f"({school.id}): done, run {night.run['run']}" in text_of(mail)
    assert f"done {night.json['outcomes']['done']}" in text_of(mail)


def test_no_mail_names_anyone(school: School, outbox: Outbox):
    school.loaded()
    school.row(1)["DOL"] = days(-1)
    school.row(2)["Year"] = "Year 99"
    school.export()
    school.json("sync")
    told = " ".join(str(mail) for mail in outbox())
    for row in school.pupils + school.staff:
        assert row["Preferred Surname"] not in told
        assert school.key(row) not in told


def test_a_parked_plan_names_its_reasons_and_the_way_on(school: School, outbox: Outbox):
    none = {"floor": 0, "share": 0, "count": 0}
    school.pack(notify={"nightly": [ICT]}, limits={"create": none})
    night = school.json("sync")
    (mail,) = outbox()
    assert mail["message"]["subject"] == "graphsync: 1 parked"
    assert "6 pupil accounts created; at most 0 pass" in text_of(mail)
    assert f"graphsync run {night.run['run']}" in text_of(mail)


def test_a_refused_export_is_told_with_file_and_mend(school: School, outbox: Outbox):
    school.export(pupils="primary_id,Adno\r\n")
    assert school.json("sync").code == 2
    (mail,) = outbox()
    assert mail["message"]["subject"] == "graphsync: 1 refused"
    assert "pupils.csv" in text_of(mail)


def test_without_a_mailbox_or_an_address_no_mail_goes_out(school: School, outbox: Outbox):
    school.pack()
    assert school.json("sync").code == 0
    school.pack(notify={"nightly": [ICT]})
    school.save_settings(MAIL_FROM="")
    assert school.json("sync").code == 0
    assert outbox() == []


def test_a_mail_that_cannot_go_out_is_said_and_changes_no_exit_code(school: School, outbox: Outbox):
    school.save_settings(MAIL_FROM="nobody@trust.example")
    night = school.json("sync")
    assert night.code == 0
    assert "the night's mail was not sent" in night.err
    assert outbox() == []


def test_a_plan_is_not_told_to_anyone(school: School, outbox: Outbox):
    assert school.json("plan").code == 0
    assert outbox() == []


@pytest.fixture
def watcher(school: School, tmp_path: Path) -> Iterator[list[str]]:
    """A watching service over TLS, and the paths it was called with."""
    called: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = ThreadingHTTPServer(("localhost", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    trusted = tmp_path / "both.pem"
    ours = Path(school.settings["CA_FILE"]).read_bytes()
    trusted.write_bytes(ours + authority.cert_pem.bytes())
    address = f"https://localhost:{server.server_port}/a-secret-name"
    school.save_settings(CA_FILE=str(trusted), PING_URL=address)
    yield called
    server.shutdown()
    server.server_close()


def test_a_night_ends_in_a_ping_also_when_it_is_parked(school: School, watcher: list[str]):
    assert school.json("sync").code == 0
    school.row(1)["DOL"] = days(-1)
    school.pack(limits={"disable": {"floor": 0, "share": 0, "count": 0}})
    school.export()
    assert school.json("sync").code == 2
    assert watcher == ["/a-secret-name", "/a-secret-name"]


def test_a_night_that_breaks_off_is_told_as_failed(school: School, watcher: list[str]):
    school.save_settings(CLIENT_SECRET="wrong")
    assert school.json("sync").code == 1
    assert watcher == ["/a-secret-name/fail"]


def test_a_watcher_that_does_not_answer_changes_no_exit_code(school: School, watcher: list[str]):
    school.save_settings(PING_URL="https://localhost:9/nobody")
    night = school.json("sync")
    assert night.code == 0
    assert "GRAPHSYNC_PING_URL was called: it did not answer" in night.err
    assert watcher == []
