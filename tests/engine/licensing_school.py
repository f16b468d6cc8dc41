"""A school that licenses pupils: its pack, its subscription, and consents as they stand."""

from builders import PACK, School, a_person, a_school, key, rules
from msgspec.structs import replace

from graphsync.accounts import Account, AssignedLicence, Group, LicenceState, ServicePlan, Sku
from graphsync.licences import own_licence
from policies.consent import MISSING
from policies.consent_records import Consent, Consents, State
from policies.licence_groups import school_of_licence_group
from policies.people import Person
from policies.rules import Rules

A1 = Sku(
    sku_id="sku-a1",
    sku_part_number="A1_STUDENT",
    consumed_units=0,
    enabled_units=100,
    service_plans=(
        ServicePlan("plan-mail", "EXCHANGE_S_STANDARD"),
        ServicePlan("plan-teams", "TEAMS1"),
        ServicePlan("plan-new", "BRAND_NEW"),
        ServicePlan("plan-base", "AAD_BASIC_EDU"),
        ServicePlan("plan-company", "COMPANY_WIDE", applies_to="Company"),
    ),
)
WITHOUT_NEW = ("plan-new",)
MAIL = frozenset({"mail", "calendar"})
ALL = MAIL | {"teams"}
PUPILS = """\
licences:
  pupil: {skus: [A1_STUDENT]}
  staff: {skus: [A3_FACULTY], disabled_plans: [SWAY]}
consent:
  licence_gate: true
  form: {fields: [signed], versions: [cloud-2023]}
  services: [mail, calendar, teams]
clauses: {consent.licence_gate: [SNMAT-F2.1]}
"""
LINE = "licences: {staff: {skus: [A3_FACULTY], disabled_plans: [SWAY]}}\n"


def pack(more: str = "") -> Rules:
    """The pack of the other tests, with a licence for pupils and the gate before it."""
    return rules(more, PACK.replace(LINE, PUPILS))


def yes(services: frozenset[str] = ALL) -> Consents:
    """A verified consent that covers these services."""
    return Consents(Consent(state=State.VERIFIED, services=services, entry="row"), MISSING)


def says(state: State, sentence: str) -> Consents:
    """No consent, for this reason."""
    return Consents(Consent(state=state, sentence=sentence), MISSING)


WITHDRAWN = says(State.WITHDRAWN, "the consent was withdrawn")
CONTESTED = says(State.CONTESTED, "the parents disagree")


def a_licensing_school(*people: Person, more: str = "", **fields: object) -> School:
    """Pupils without an account and without a consent, unless more is said."""
    skus = {A1.sku_id: A1}
    return a_school(*(people or (a_person("1"),)), **({"rules": pack(more), "skus": skus} | fields))


def licensed_pupil(*off: str, consent: Consents | None = None, enforced: bool = False) -> School:
    """One pupil whose account has A1, with these plans off."""
    school = a_licensing_school().loaded()
    standing = (AssignedLicence(A1.sku_id, off),)
    states = (LicenceState(A1.sku_id, state="Active"),)
    school.alter("1", assigned_licenses=standing, license_assignment_states=states)
    return consenting(school, consent, enforced=enforced)


def consenting(school: School, consent: Consents | None, *, enforced: bool = False) -> School:
    school.consents = {key("1"): consent} if consent else {}
    school.enforced = enforced
    return school


def carrying(school: School, name: str, *off: str) -> School:
    """A group of the school carries A1, and whoever is in it has it."""
    (group,) = [one for one in school.groups.values() if one.unique_name == name]
    licence = (AssignedLicence(A1.sku_id, off),)
    school.groups[group.id] = replace(group, assigned_licenses=licence)
    return school


def by_group(account: Account, group: Group) -> Account:
    """The same account with A1 through a group."""
    states = (LicenceState(A1.sku_id, assigned_by_group=group.id, state="Active"),)
    return replace(
        account,
        assigned_licenses=group.assigned_licenses,
        license_assignment_states=states,
    )


def entra(school: School) -> School:
    """Entra gives the members of licence groups what the groups carry, and counts the units."""
    for account in list(school.accounts.values()):
        own = [own_licence(account, one.sku_id) for one in account.assigned_licenses]
        states = [
            LicenceState(one.sku_id, state="Active", disabled_plans=one.disabled_plans)
            for one in own
            if one is not None
        ]
        states += [
            LicenceState(one.sku_id, group.id, "Active", one.disabled_plans)
            for group in school.groups.values()
            if school_of_licence_group(group.unique_name) and account.id in (group.members or ())
            for one in group.assigned_licenses
        ]
        school.accounts[account.id] = replace(
            account, assigned_licenses=merged(states), license_assignment_states=tuple(states)
        )
    return counted(school)


def merged(states: list[LicenceState]) -> tuple[AssignedLicence, ...]:
    """A plan is off where every source of its SKU has it off (Graph: licenseAssignmentState)."""
    off: dict[str, set[str]] = {}
    for one in states:
        off[one.sku_id] = off.get(one.sku_id, set(one.disabled_plans)) & set(one.disabled_plans)
    return tuple(AssignedLicence(sku, tuple(sorted(plans))) for sku, plans in off.items())


def counted(school: School) -> School:
    """The subscriptions count who has them."""
    for sku_id, sku in school.skus.items():
        used = sum(
            any(one.sku_id == sku_id for one in account.assigned_licenses)
            for account in school.accounts.values()
        )
        school.skus[sku_id] = replace(sku, consumed_units=used)
    return school
