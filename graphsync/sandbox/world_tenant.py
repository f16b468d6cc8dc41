"""The tenant's own side of each world: what is there before the product has ever run.

People of the schools exist only in the exports (Riverside's aside). Here are the head office, the
administrators, the emergency account, the service and synchronisation accounts and the groups that
people made by hand.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from graphsync.sandbox.names import Names, dice
from graphsync.sandbox.sign_in_activity import habit
from graphsync.sandbox.tenant_seed import TenantSeed
from graphsync.sandbox.world import INITIAL_DOMAIN, TRUST_DOMAIN, TRUST_NAME, School, folded
from graphsync.sandbox.world_accounts import Existing, Properties, account
from graphsync.sandbox.world_bench import bench_schools
from graphsync.sandbox.world_demo import MILL, OAK, RIVER, demo_schools, river_accounts
from graphsync.sandbox.world_roles import APP_ROLES, office_holders, school_holders
from graphsync.sandbox.world_skus import subscriptions

BREAK_GLASS, SYNC = "break-glass", "sync_dc01_7f3a"
HEAD_OFFICE = ("Chief Executive Officer", "Finance Director", "HR Adviser")
# Nobody's roster names them, so that Millbrook's first apply must be approved.
STRANGERS_AT_MILL = ("Peripatetic Music Teacher", "Examinations Invigilator", "Site Contractor")
DEMO_PEOPLE = 1300
FAMILIES = 60  # of each school, whom staff write to in the stories of data loss
DEMO_RECORDS, MOST_RECORDS = 240, 2_000
# The mark of School Data Sync on its groups (OfficeDev/O365-EDU-Tools, "SDS Scripts").
SDS_MARK = "extension_fe2174665583431c953114ff7268b7b3_Education_ObjectType"


def demo_tenant(today: date) -> TenantSeed:
    """The demo's tenant: strangers at Millbrook, most of Riverside's accounts, no other people."""
    schools = demo_schools(today)
    river = river_accounts(today)
    administrators = [_administrator(school) for school in schools]
    scanners = [_scanner(plan.domain) for plan in (OAK, MILL)]
    users = (
        *_emergency_and_sync(),
        *_head_office(),
        *administrators,
        *scanners,
        *_strangers_at_mill(schools),
        *_with_habits(river, today),
    )
    return TenantSeed(
        domains=(INITIAL_DOMAIN, *(school.domain for school in schools), TRUST_DOMAIN),
        organization=TRUST_NAME,
        skus=subscriptions(DEMO_PEOPLE),
        users=users,
        groups=(*_river_groups(river), *_river_classes(river)),
        role_members=(
            *_roles(),
            *(("User Administrator", str(one["userPrincipalName"])) for one in administrators),
        ),
        app_roles=APP_ROLES,
        role_holders=(*office_holders(_head_office()), *school_holders(river)),
        extensions=(_sds_extension(),),
        mobiles=_mobiles(river),
        families=tuple(
            contact.mail
            for school in schools
            for contact in school.contacts[:FAMILIES]
            if contact.mail
        ),
        dlp_records=DEMO_RECORDS,
    )


def bench_tenant(people: int) -> TenantSeed:
    """The tenant of `--seed N`: nobody in the schools' domains, so a first load goes through."""
    return TenantSeed(
        domains=(
            INITIAL_DOMAIN,
            *(school.domain for school in bench_schools(people)),
            TRUST_DOMAIN,
        ),
        organization=TRUST_NAME,
        skus=subscriptions(people),
        users=(*_emergency_and_sync(), *_head_office(), _scanner(TRUST_DOMAIN)),
        role_members=_roles(),
        app_roles=APP_ROLES,
        role_holders=office_holders(_head_office()),
        mobiles=_mobiles(()),
        families=tuple(f"parent.{n}@families.example" for n in range(1, FAMILIES + 1)),
        dlp_records=min(MOST_RECORDS, max(DEMO_RECORDS, people // 10)),
    )


def _with_habits(accounts: tuple[Existing, ...], today: date) -> Iterator[Properties]:
    """The accounts with when they were last signed in to, yesterday morning at the latest."""
    morning = datetime.combine(today, time(8), UTC) - timedelta(days=1)
    for place, one in enumerate(accounts):
        yield one.properties | habit(place, morning)


def _mobiles(accounts: tuple[Existing, ...]) -> tuple[tuple[str, str], ...]:
    """Phones of the office's administrator and of every fourth of the staff (Ofcom's for drama)."""
    staff = [one.upn for one in accounts if one.person and one.properties["jobTitle"] != "Student"]
    registered = (f"adm-office@{TRUST_DOMAIN}", *staff[::4])
    return tuple((upn, f"+44 7700900{number:03}") for number, upn in enumerate(registered))


def _roles() -> tuple[tuple[str, str], ...]:
    return (
        ("Global Administrator", f"{BREAK_GLASS}@{INITIAL_DOMAIN}"),
        ("Directory Synchronization Accounts", f"{SYNC}@{INITIAL_DOMAIN}"),
        ("Exchange Administrator", f"adm-office@{TRUST_DOMAIN}"),
        ("License Administrator", f"adm-office@{TRUST_DOMAIN}"),
    )


def _emergency_and_sync() -> Iterator[Properties]:
    yield _service(BREAK_GLASS, INITIAL_DOMAIN, "Emergency access")
    yield _service(SYNC, INITIAL_DOMAIN, "On-Premises Directory Synchronization Service Account")


def _head_office() -> Iterator[Properties]:
    """The trust's office and one guest of the initial domain: no school's people."""
    names = Names(dice("graphsync demo head office"))
    for job in HEAD_OFFICE:
        forename, surname = names.woman()
        alias = f"{folded(forename)}.{folded(surname)}"
        yield account(alias, TRUST_DOMAIN, forename, surname, jobTitle=job)
    yield _service("adm-office", TRUST_DOMAIN, "Trust office administrator")
    forename, surname = names.man()
    yield account(f"audit.{folded(surname)}", INITIAL_DOMAIN, forename, surname, jobTitle="Auditor")


def _administrator(school: School) -> Properties:
    """The head's second account, with which the head administers users."""
    alias = f"adm-{folded(school.staff[0].surname)}"
    return _service(alias, school.domain, f"Administrator ({school.name})")


def _scanner(domain: str) -> Properties:
    return _service("scanner", domain, "Scanner to mail")


def _service(alias: str, domain: str, display: str) -> Properties:
    """An account that is no person: it has no names and no job."""
    nameless = {"givenName": None, "surname": None}
    return account(alias, domain, "", "", displayName=display) | nameless


def _strangers_at_mill(schools: tuple[School, ...]) -> Iterator[Properties]:
    mill = next(school for school in schools if school.id == MILL.id)
    names = Names(dice("graphsync demo strangers at mill"), MILL.encoding, taken=mill.names)
    for job in STRANGERS_AT_MILL:
        forename, surname = names.woman()
        alias = f"{folded(forename)}.{folded(surname)}"[:30]
        yield account(alias, MILL.domain, forename, surname, jobTitle=job)


def _river_groups(accounts: tuple[Existing, ...]) -> tuple[Properties, ...]:
    """A Team that a teacher made, a distribution list and a security group: none of them ours."""
    of_people = [one for one in accounts if one.person]
    staff = tuple(one.upn for one in of_people if one.properties["jobTitle"] != "Student")
    eleven_x = tuple(one.upn for one in of_people if one.properties.get("department") == "11X")
    return (
        {
            "displayName": "11X/Ma1",
            "mailNickname": "11XMa1",
            "mail": f"11XMa1@{RIVER.domain}",
            "groupTypes": ["Unified"],
            "mailEnabled": True,
            "securityEnabled": False,
            "visibility": "Private",
            "resourceProvisioningOptions": ["Team"],
            "members": (staff[0], *eleven_x),
        },
        {
            "displayName": "Riverside Parents' News",
            "mailNickname": "parents-news",
            "mail": f"parents-news@{RIVER.domain}",
            "groupTypes": [],
            "mailEnabled": True,
            "securityEnabled": False,
            "members": staff[:3],
        },
        {
            "displayName": "All Staff",
            "mailNickname": "AllStaff",
            "groupTypes": [],
            "mailEnabled": False,
            "securityEnabled": True,
            "members": staff,
        },
    )


def _river_classes(accounts: tuple[Existing, ...]) -> tuple[Properties, ...]:
    """What School Data Sync made at Riverside in a trial: one class, and a group of all pupils."""
    of_people = [one for one in accounts if one.person]
    pupils = tuple(one.upn for one in of_people if one.properties["jobTitle"] == "Student")
    ten_y = tuple(one.upn for one in of_people if one.properties.get("department") == "10Y")
    return (
        {
            "displayName": "10Y Science 2026",
            "mailNickname": "Section_10YSc1",
            "mail": f"Section_10YSc1@{RIVER.domain}",
            "groupTypes": ["Unified"],
            "mailEnabled": True,
            "securityEnabled": False,
            "visibility": "HiddenMembership",
            "members": ten_y,
            SDS_MARK: "Section",
        },
        {
            "displayName": "Riverside Academy Students",
            "mailNickname": "RiversideAcademyStudents",
            "members": pupils,
            SDS_MARK: "SchoolStudentsSG",
        },
    )


def _sds_extension() -> Properties:
    return {
        "id": "5b1f6a0e-3c67-4d0f-9a41-7e0d5a9c2b13",
        "deletedDateTime": None,
        "appDisplayName": "School Data Sync",
        "name": SDS_MARK,
        "dataType": "String",
        "isMultiValued": False,
        "isSyncedFromOnPremises": False,
        "targetObjects": ["User", "Group", "AdministrativeUnit"],
    }
