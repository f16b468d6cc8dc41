"""Whether a rule of data loss still bites: a test message a month, sent by a person.

graphsync sends no such mail. A person sends one from the account that the pack names
(`dlp.test_sender`), with a value that looks like data of the class and is nobody's, and says so;
the events of that account then tell whether the rule saw it. Pure functions of what was recorded.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from policies.mail_effects import Fate
from policies.mail_rules import MailRules

EVERY = timedelta(days=31)
# Clocks differ, and some people say it first and send then, others the other way round.
BEFORE = timedelta(hours=2)
_BITING = frozenset({Fate.STOPPED, Fate.ENCRYPTED})


class Proof(Struct, frozen=True, kw_only=True):
    """A test message for a class of data, sent about then, as somebody says."""

    school: str
    name: str
    sent_at: datetime
    by: str


class Bite(Struct, frozen=True, kw_only=True):
    """A record that tells of a class in a mail of the test account, and of that mail's fate."""

    school: str
    name: str
    at: datetime
    fate: str


class HarmlessValue(Struct, frozen=True):
    """Text that a type of the class finds and that is nobody's; `why` says so."""

    text: str
    why: str


# Each with the words around it that Microsoft's type wants to see near the number.
HARMLESS = {
    "financial": HarmlessValue(
        "Visa credit card 4111 1111 1111 1111, expires 12/2030",
        "the number that card companies publish for tests: its check digit is right and no bank "
        "gives it out",
    ),
    "medical": HarmlessValue(
        "NHS number 999 000 0018, date of birth 01/01/2015",
        "the NHS keeps numbers that begin with 999 for tests and gives them to nobody; the check "
        "digit is right",
    ),
}


class State(StrEnum):
    """How a test went."""

    BIT = "bit"
    SEEN = "seen, but not stopped"
    WAITING = "waiting"
    SILENT = "did not bite"


class Standing(Struct, frozen=True, kw_only=True):
    """A test message and what came of it: when a rule bit or saw it, and the fate of the mail."""

    school: str
    name: str
    sent_at: datetime
    state: State
    bit_at: datetime | None = None
    fate: str = ""


def standing(proof: Proof, bites: Sequence[Bite], days: int, now: datetime) -> Standing:
    """How a test stands; a rule that only notifies or only tries saw it and did not bite.

    Neither order nor repetition of the bites changes anything. A record may come days after its
    mail: only after so many days without one it did not bite.
    """
    last = proof.sent_at + timedelta(days=days)
    ours = [
        one
        for one in bites
        if (one.school, one.name) == (proof.school, proof.name)
        and proof.sent_at - BEFORE <= one.at <= last
    ]
    best = min(ours, key=lambda one: (one.fate not in _BITING, one.at, one.fate), default=None)
    if best is None:
        state = State.WAITING if now <= last else State.SILENT
    else:
        state = State.BIT if best.fate in _BITING else State.SEEN
    return Standing(
        school=proof.school,
        name=proof.name,
        sent_at=proof.sent_at,
        state=state,
        bit_at=best.at if best else None,
        fate=best.fate if best else "",
    )


def unproved(
    rules: MailRules, standings: Sequence[Standing], now: datetime
) -> Iterator[tuple[str, str]]:
    """Each class that the pack wants blocked and whose newest test does not stand, and why.

    Nothing where the pack names no account that sends the tests.
    """
    if not rules.test_sender:
        return
    for name in rules.blocked_classes:
        tests = [one for one in standings if one.name == name]
        newest = max(tests, key=lambda one: one.sent_at, default=None)
        if newest is None:
            yield name, "no test message ever proved that a rule bites"
        elif newest.state is State.SILENT:
            day = f"{newest.sent_at:%Y-%m-%d}"
            yield name, f"no rule bit within {rules.test_days} days of the test message of {day}"
        elif newest.state is State.SEEN:
            day = f"{newest.sent_at:%Y-%m-%d}"
            yield name, f"a rule saw the test message of {day} and did not stop it: {newest.fate}"
        elif now - newest.sent_at > EVERY:
            yield name, f"no test message since {newest.sent_at:%Y-%m-%d}: one a month is due"
