"""Whether `policy check` could tell who has registered MFA, where a pack asks for it."""

from graphsync.doctor.findings import Case, Finding, apart, listed, ok, warning
from graphsync.tenant.door import Door
from graphsync.tenant.problems import PremiumMissing
from graphsync.tenant.sign_in_reports import demand_registrations
from policies.second_factor import asked_by

CHECK = "second factor"


def asking(case: Case) -> list[str]:
    """The schools whose pack asks their staff for a second factor."""
    return sorted(school for school, rules in case.rules.items() if asked_by(rules))


async def second_factor(case: Case, door: Door) -> list[Finding]:
    """Nothing where no pack asks; one page of the report is read, and nobody is named or counted.

    Raises PermissionMissing, TenantUnreachable.
    """
    schools = asking(case)
    if not schools:
        return []
    try:
        await demand_registrations(door)
    except PremiumMissing as problem:
        what, mend = apart(str(problem), ": ")
        return [warning(CHECK, f"who has registered MFA cannot be told: {what}", mend)]
    return [ok(CHECK, f"who has registered MFA can be read, for {listed(schools)}")]
