"""Parents of Oak School, and the page that they open."""

import asyncio
import dataclasses
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import httpx
import uvicorn
from free_port import listening
from office import Office, a_pupil, key

from api.parents.app import application
from graphsync.bench import Bench
from graphsync.consent_asking import Letters, letters
from graphsync.sealing import Sealer, new_key
from policies.people import Contact

CONSENT = (
    "consent: {form: {versions: [cloud-2023]}, services: [mail, calendar, teams],"
    " reminder_days: [5, 10]}\n"
)
BORN = date(2014, 3, 27)


def a_contact(mis_id: str, contact_id: str = "c1", **fields: Any) -> Contact:
    usual: dict[str, Any] = {
        "title": "Ms",
        "given_name": "Mary",
        "surname": "O'Neil-Marsh",
        "relationship": "Mother",
        "priority": 1,
        "parental_responsibility": True,
        "mail": "mary@home.example",
    }
    return Contact(pupil=key(mis_id), contact_id=contact_id, **(usual | fields))


class Home:
    """A family's side of the school: what is asked of it, and what it sees."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.pack(CONSENT)
        self.bench: Bench = dataclasses.replace(
            office.bench, sealer=Sealer(new_key()), parents_url="https://ask.oak.example"
        )
        self.browser = httpx.Client()

    def family(self, *children: str, **fields: Any) -> None:
        """These pupils are on roll, with one mother."""
        self.office.accept(
            *(a_pupil(one, born=BORN) for one in children),
            contacts=[a_contact(one, **fields) for one in children],
        )

    def letters(self) -> list[str]:
        """The links of the letters that are printed now."""
        printed: list[Letters] = []
        letters(self.bench, "oak", lambda roster: {p.key for p in roster.people}, printed.append)
        return [
            letter.link.removeprefix("https://ask.oak.example") for letter in printed[0].letters
        ]

    def knock(self, link: str, forename: str, born: date = BORN) -> Any:
        """What the page answers to somebody who says this of the child."""
        said = {"forename": forename, "day": born.day, "month": born.month, "year": born.year}
        return self.browser.post(link, data={name: str(value) for name, value in said.items()})

    def proof(self, link: str, forename: str) -> str:
        """The proof in the form that opens for this child's parent."""
        found = re.search('name="proof" value="([^"]+)"', self.knock(link, forename).text)
        assert found is not None
        return found[1]

    def answer(self, link: str, forename: str, *said: str, **more: str) -> Any:
        """The page after these answers, signed as the school knows the mother."""
        filled = {f"answer_{number}": one for number, one in enumerate(said)}
        usual = {"signed_by": "Mary O'Neil-Marsh", "responsible": "yes"}
        form = {"proof": self.proof(link, forename)} | usual | filled | more
        return self.browser.post(f"{link}/answer", data=form)

    def change_link(self, receipt: Any) -> str:
        """The link of a receipt that takes the answer back."""
        found = re.search(r'href="https://ask.oak.example(/c/[0-9a-f]+)"', receipt.text)
        assert found is not None
        return found[1]


@contextmanager
def serving(home: Home) -> Iterator[None]:
    """The page on a port of this machine, for as long as the block lasts."""
    config = uvicorn.Config(
        application(home.bench), log_level="error", lifespan="off", access_log=False
    )
    server = uvicorn.Server(config)
    sock = listening()
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])))
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{sock.getsockname()[1]}") as home.browser:
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()
            sock.close()
