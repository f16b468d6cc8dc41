"""Who a mail address belongs to, by the roster: the join of a DLP event to the school's people.

Of people outside only their class is told, never their address.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from policies.mail_events import Addresses
from policies.people import PersonKey


class Role(StrEnum):
    """What somebody is to the school."""

    PUPIL = "pupil"
    STAFF = "staff"
    LEAVER = "leaver"
    TRUST = "this trust"  # an address of ours that is no person of the roster
    PARENT = "parent with parental responsibility"
    CONTACT = "contact without parental responsibility"
    PERSONAL = "personal account"
    OUTSIDER = "outsider"


INSIDE = frozenset({Role.PUPIL, Role.STAFF, Role.LEAVER, Role.TRUST})

# Mailboxes that anyone can have, those of British lines too (a list of ours; a school's own domain
# goes first).
PERSONAL_DOMAINS = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.co.uk hotmail.com hotmail.co.uk live.com
    live.co.uk msn.com yahoo.com yahoo.co.uk ymail.com rocketmail.com icloud.com me.com mac.com
    aol.com aol.co.uk btinternet.com btopenworld.com sky.com virginmedia.com ntlworld.com
    blueyonder.co.uk talktalk.net tiscali.co.uk plus.com proton.me protonmail.com gmx.com gmx.co.uk
    mail.com zoho.com yandex.com qq.com 163.com
    """.split()  # noqa: SIM905 - a block of words reads better than a column of quotes
)


class Party(Struct, frozen=True):
    """Somebody of a mail. `person` is the key of a person of ours, None for anybody else.

    `school` is whose they are, empty for nobody's.
    """

    role: Role
    person: PersonKey | None = None
    school: str = ""


class Parties(Struct, frozen=True, kw_only=True):
    """Sender and recipients of an event: ours by key, everybody else as a count by role.

    `school` is the sender's, or else the first by name of the recipients'; empty for nobody's.
    """

    sender: Party
    school: str = ""
    counts: dict[Role, int] = {}
    people: tuple[PersonKey, ...] = ()

    def any(self, *roles: Role) -> bool:
        """Whether any recipient is one of these."""
        return any(self.counts.get(role) for role in roles)


class AddressBook(Struct, frozen=True, kw_only=True):
    """Whose an address is. `known` goes by address, `domains` by domain to a school; lower case."""

    known: Mapping[str, Party]
    domains: Mapping[str, str]

    def party(self, address: str) -> Party:
        """Who has this address; an address that cannot be read is an outsider's."""
        plain = plain_address(address)
        if (known := self.known.get(plain)) is not None:
            return known
        domain = plain.rpartition("@")[2]
        if domain in self.domains:
            return Party(Role.TRUST, school=self.domains[domain])
        return Party(Role.PERSONAL if domain in PERSONAL_DOMAINS else Role.OUTSIDER)

    def joined(self, addresses: Addresses) -> Parties:
        """Sender and recipients, each recipient counted once."""
        found = [self.party(one) for one in {plain_address(one) for one in addresses.recipients}]
        sender = self.party(addresses.sender)
        schools = sorted({party.school for party in found if party.school})
        people = {party.person for party in found if party.person is not None}
        return Parties(
            sender=sender,
            school=sender.school or next(iter(schools), ""),
            counts=dict(sorted(Counter(party.role for party in found).items())),
            people=tuple(sorted(people)),
        )


def plain_address(text: str) -> str:
    """`Name <A@B>` and `SMTP:A@B` as `a@b`."""
    inside = text.rpartition("<")[2].partition(">")[0] if "<" in text else text
    return inside.strip().casefold().removeprefix("smtp:")
