"""Every place where a pupil's name appears, and what a mark of safeguarding does there (law B7).

Sign-in name, addresses, address list and photo are not the mark's to change: each says who decides
and by which steps. Microsoft says not to write `showInAddressList` by Graph but to hide an account
in Exchange, so that is a step by hand too.
"""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.person import PersonRecord
from graphsync.store.kept_names import Mark
from policies.naming import NoName, display_name, folded
from policies.pack_loading import load_rules
from policies.people import Person

SHORTEST = 3  # letters of a name that are looked for inside an address
HIDE = 'Set-Mailbox -Identity "{}" -HiddenFromAddressListsEnabled $true'
LIST_ALIASES = 'Get-Mailbox -Identity "{}" | Select-Object -ExpandProperty EmailAddresses'


class Doing(StrEnum):
    """How it stands with a place."""

    DONE = "done"
    WAITS = "waits for the next plan"
    KEPT = "done here"
    BY_HAND = "by hand"
    DECIDE = "somebody decides"
    NOTHING = "nothing to do"


class Place(Struct, frozen=True, kw_only=True):
    """One place: what stands there as we saw it last, how it stands, and what is to be done."""

    where: str
    shows: str = ""
    doing: Doing
    what: str
    command: str = ""

    def __repr__(self) -> str:
        return f"Place({self.where})"


def places(bench: Bench, record: PersonRecord, kept: Mark) -> tuple[Place, ...]:
    """All places of one pupil whose name is kept so; nothing is asked of the tenant."""
    found: list[Place] = []
    if record.account is not None:
        found += _of_names(bench, record, record.account, kept)
        found += _of_addresses(record, record.account, kept)
        found += _of_the_account(record, record.account)
    return (*found, *_HERE, *_ELSEWHERE)


def _of_names(bench: Bench, record: PersonRecord, account: Account, kept: Mark) -> Iterator[Place]:
    known = record.known
    # A write shows in what we saw of the tenant by the next night.
    since = max(kept.at, bench.now() - timedelta(days=1))
    written = any(
        row.operation == "change_name" and row.result == "done" and row.at >= since
        for row in bench.store.journal.of_person(record.key)
    )
    for where, shows, wanted in (
        ("Display name in Microsoft 365", account.display_name, _shown(bench, known)),
        ("Given name", account.given_name, known.given_name if known else ""),
        ("Surname", account.surname, known.surname if known else ""),
    ):
        if not kept.given_name:
            doing, what = Doing.NOTHING, "No other name was given: the roster's name stands."
        elif shows == wanted or written:
            doing, what = Doing.DONE, "The name that the pupil is known as; no night changes it."
        elif account.mastered_in_ad:
            doing, what = Doing.BY_HAND, "Mastered in Active Directory: it is on IT's worklist."
        else:
            doing, what = Doing.WAITS, "The next plan that is carried out writes the kept name."
        told = wanted if doing is Doing.DONE else shows
        yield Place(where=where, shows=told or "", doing=doing, what=what)


def _shown(bench: Bench, known: Person | None) -> str:
    try:
        return (
            display_name(known, load_rules(bench.packs_dir, known.key.school).naming)
            if known
            else ""
        )
    except NoName:
        return ""


def _of_addresses(record: PersonRecord, account: Account, kept: Mark) -> Iterator[Place]:
    told = _names_in(record.known, kept)
    addresses = {"Sign-in name": account.user_principal_name, "Mail address": account.mail or ""}
    if account.mail == account.user_principal_name:
        addresses = {"Sign-in name and mail address": account.user_principal_name}
    for where, address in addresses.items():
        if any(name in folded(address.partition("@")[0]) for name in told):
            yield Place(
                where=where,
                shows=address,
                doing=Doing.DECIDE,
                what="It holds a name of the roster, and no mark changes it: lessons, files and"
                " shared links hang on it. If you decide on a new one, ask the IT manager to change"
                " the user principal name, mail nickname and mail address in one go, to take the"
                " old address off the aliases, and to tell the pupil in person.",
            )
        else:
            yield Place(
                where=where,
                shows=address or "none",
                doing=Doing.NOTHING,
                what="No name of the roster is in it, as far as can be told by its letters.",
            )
    yield Place(
        where="Other addresses (aliases)",
        doing=Doing.BY_HAND,
        what="This service does not read them. Have them listed in Exchange, and those with the old"
        " name taken away: mail to them would still arrive.",
        command=LIST_ALIASES.format(account.id),
    )


def _names_in(known: Person | None, kept: Mark) -> frozenset[str]:
    """Parts of the roster's names to look for, but for those of the name that is kept."""
    if known is None:
        return frozenset()
    if not kept.given_name:
        names = (known.given_name, known.surname)
        return frozenset(one for one in map(folded, names) if len(one) >= SHORTEST)
    own = {folded(kept.given_name), folded(kept.surname)}
    of_roster = map(folded, (known.legal_given_name, known.legal_surname))
    return frozenset(one for one in of_roster if len(one) >= SHORTEST and one not in own)


def _of_the_account(record: PersonRecord, account: Account) -> Iterator[Place]:
    yield Place(
        where="Address list of the school",
        doing=Doing.BY_HAND,
        what="Microsoft has an account hidden in Exchange, not by Graph. Ask whoever keeps Exchange"
        " to run this, without saying why; the list follows within a day.",
        command=HIDE.format(account.id),
    )
    yield Place(
        where="Photo of the account",
        doing=Doing.BY_HAND,
        what="This service keeps no photos. Ask the IT manager to take it off the account in Entra"
        " and to keep the management system from sending a new one.",
    )
    yield Place(
        where="Class groups and Teams",
        shows=", ".join(record.groups) or "none seen",
        doing=Doing.DECIDE if record.groups else Doing.NOTHING,
        what="Members see the display name and the address above; the name follows by itself within"
        " a day. Somebody has to decide whether the pupil stays in a group that others can list.",
    )


_HERE = (
    Place(
        where="Plans, lists and slips of this service",
        doing=Doing.KEPT,
        what="They have the kept name from now on. Class pages of slips leave the pupil out: print"
        " that slip by itself. Plans from before keep the name they were drawn with.",
    ),
    Place(
        where="Files and exports of people",
        doing=Doing.KEPT,
        what="The pupil is in none of them but yours.",
    ),
    Place(
        where="Letters and pages for parents",
        doing=Doing.KEPT,
        what="They have the kept name. Who is written to is the office's: have those contacts"
        " restricted there who must not hear.",
    ),
)
_ELSEWHERE = (
    Place(
        where="The management system, and what is fed from it",
        doing=Doing.BY_HAND,
        what="SIMS, the library, catering, payment and learning platforms have the roster's name."
        " Have each one changed, or the pupil taken out of its export.",
    ),
    Place(
        where="What was printed, sent or downloaded before",
        doing=Doing.BY_HAND,
        what="Nothing calls it back: slips, class lists, files, old mail, chats. Collect what you"
        " can.",
    ),
)
