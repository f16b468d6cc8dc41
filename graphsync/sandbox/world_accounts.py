"""The accounts of the school that is not new to Microsoft 365: made by hand over the years.

Most people of Riverside have one. None is stamped. The patterns of the user names changed once,
some accounts are mastered in AD, some were disabled by hand, some carry an older surname, and a
few belong to people whom no roster will ever name.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import NAMESPACE_DNS, uuid5

from graphsync.sandbox.names import Names, dice
from graphsync.sandbox.world import School, folded
from graphsync.sandbox.world_skus import FACULTY_A1, STUDENT_A1

Properties = dict[str, object]

# Places in the order of the school's people; every fifth person (4, 9, …) has no account.
DISABLED_PUPILS = (10, 61)
DISABLED_STAFF = (7,)
OLDER_SURNAME_STAFF = (3, 8, 16)
NUMBERED_PUPIL = 72
NAMESAKES = (20, 120)
TWINS = (45, 46)
RETURNER = 12
FOREIGN = (
    ("governor", "Chair of Governors"),
    ("supply", "Supply Teacher"),
    ("pta", "Parent Teacher Association"),
    ("clerk", "Clerk to the Governors"),
)


@dataclass(frozen=True)
class Existing:
    """An account of the tenant and the person (MIS id) to whom it really belongs, if any."""

    person: str | None
    properties: Properties

    @property
    def upn(self) -> str:
        """Its user principal name."""
        return str(self.properties["userPrincipalName"])


def account(alias: str, domain: str, forename: str, surname: str, **more: object) -> Properties:
    """An enabled cloud member as Graph shows it; `more` adds or replaces properties."""
    upn = f"{alias}@{domain}"
    return {
        "id": str(uuid5(NAMESPACE_DNS, upn)),
        "accountEnabled": True,
        "displayName": f"{forename} {surname}",
        "givenName": forename,
        "surname": surname,
        "userPrincipalName": upn,
        "mailNickname": alias,
        "mail": upn,
        "proxyAddresses": [f"SMTP:{upn}"],
        "userType": "Member",
        "usageLocation": "GB",
        "createdDateTime": "2021-08-27T09:00:00Z",
        **more,
    }


def existing_accounts(school: School) -> tuple[Existing, ...]:
    """Every account that the school's domain holds before the first run."""
    taken: set[str] = set()
    people = (*_staff_accounts(school, taken), *_pupil_accounts(school, taken))
    return (*people, *_strangers(school, taken))


def with_mail(school: School, accounts: tuple[Existing, ...]) -> School:
    """The school with the mail addresses its office typed in: those of seven people in ten.

    They are the evidence by which an account is recognised. The namesakes, the pupil known by an
    admission number and one of those with an older surname have none.
    """
    upns = {one.person: one.upn for one in accounts if one.person}
    blank = {school.pupils[n].mis_id for n in (*NAMESAKES, NUMBERED_PUPIL)}
    blank.add(school.staff[OLDER_SURNAME_STAFF[-1]].mis_id)
    typed = {
        person: upn
        for place, (person, upn) in enumerate(upns.items())
        if place % 10 not in {1, 2, 6} or person == school.staff[RETURNER].mis_id
    }
    mails = {person: upn for person, upn in typed.items() if person not in blank}
    return replace(
        school,
        pupils=tuple(replace(p, mail=mails.get(p.mis_id, "")) for p in school.pupils),
        staff=tuple(replace(s, mail=mails.get(s.mis_id, "")) for s in school.staff),
    )


def _staff_accounts(school: School, taken: set[str]) -> Iterator[Existing]:
    older = Names(dice("graphsync demo older surnames"))
    for place, one in enumerate(school.staff):
        if place % 5 == 4 or one.surname.startswith("$"):
            continue
        surname = older.woman()[1] if place in OLDER_SURNAME_STAFF else one.surname
        initial = folded(one.forename)[:1]
        dot = "." if place % 3 else ""
        alias = _free(f"{initial}{dot}{folded(surname)}"[:20], taken)
        display = f"{one.title} {surname}" if place % 2 else f"{one.forename} {surname}"
        properties = account(alias, school.domain, one.forename, surname, displayName=display)
        properties |= {"jobTitle": one.roles[0], "accountEnabled": place not in DISABLED_STAFF}
        properties |= {"assignedLicenses": [{"skuId": FACULTY_A1.sku_id, "disabledPlans": []}]}
        if place % 4 == 1:
            properties |= mastered_in_ad(properties, "Staff", 1100 + place)
        yield Existing(one.mis_id, properties)


def _pupil_accounts(school: School, taken: set[str]) -> Iterator[Existing]:
    for place, one in enumerate(school.pupils):
        if place % 5 == 4:
            continue
        entry = f"{one.entry % 100:02}"
        initial, surname = folded(one.forename)[:1], folded(one.surname)
        older = f"{surname[:8]}{initial}{entry}"
        alias = _free(f"{entry}{initial}{surname[:8]}" if place % 3 else older, taken)
        known_as = one.legal_forename if place == NUMBERED_PUPIL else one.forename
        properties = account(alias, school.domain, known_as, one.surname, jobTitle="Student")
        properties |= {"accountEnabled": place not in DISABLED_PUPILS, "department": one.form}
        properties |= {"assignedLicenses": [{"skuId": STUDENT_A1.sku_id, "disabledPlans": []}]}
        if place == NUMBERED_PUPIL:
            properties |= {"employeeId": one.adno}
        if place % 8 == 3:
            properties |= mastered_in_ad(properties, "Pupils", 2000 + place)
        yield Existing(one.mis_id, properties)


def _strangers(school: School, taken: set[str]) -> Iterator[Existing]:
    """A pupil who left two years ago, and people whom the school's roster does not know."""
    names = Names(dice("graphsync demo strangers"), taken=school.names)
    forename, surname = names.pupil()
    alias = _free(f"17{folded(forename)[:1]}{folded(surname)[:8]}", taken)
    former = account(alias, school.domain, forename, surname, accountEnabled=False)
    yield Existing(None, former | {"jobTitle": "Student", "department": "Left"})
    for role, job in FOREIGN:
        forename, surname = names.woman()
        alias = _free(f"{role}.{folded(surname)}"[:20], taken)
        yield Existing(None, account(alias, school.domain, forename, surname, jobTitle=job))


def _free(alias: str, taken: set[str]) -> str:
    numbered = (alias, *(f"{alias}{n}" for n in range(2, 100)))
    free = next(one for one in numbered if one not in taken)
    taken.add(free)
    return free


def mastered_in_ad(properties: Properties, unit: str, number: int) -> Properties:
    """What directory synchronisation adds to an account: Graph then refuses most changes to it."""
    upn = str(properties["userPrincipalName"])
    alias, domain = upn.split("@")
    inside = domain.removesuffix(".example")
    anchor = uuid5(NAMESPACE_DNS, f"ad {upn}").bytes
    return {
        "onPremisesSyncEnabled": True,
        "onPremisesSamAccountName": alias[:20],
        "onPremisesUserPrincipalName": upn,
        "onPremisesDomainName": f"{inside}.internal",
        "onPremisesDistinguishedName": (
            f"CN={properties['displayName']},OU={unit},DC={inside},DC=internal"
        ),
        "onPremisesImmutableId": b64encode(anchor).decode("ascii"),
        "onPremisesSecurityIdentifier": f"S-1-5-21-1004336348-1177238915-682003330-{number}",
        "onPremisesLastSyncDateTime": "2025-09-01T02:15:00Z",
    }
