"""Which properties of an account differ from what the roster and the pack want (decision 8, 9)."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from graphsync import age_planning
from graphsync.accounts import AGE_GROUP, CONSENT, Account
from graphsync.age_planning import CLAIMS
from graphsync.changes import NAMES, Origin
from graphsync.stamps import PROPERTY, stamp
from policies.desired import EMPLOYEE_TYPE, Desired
from policies.naming import entra_name
from policies.rules import Rules
from policies.units import lies_in, unit_of

# Never cleared because the roster is silent: an absent element is not an empty value.
OPTIONAL = frozenset({"department"})
# What Graph writes on an account that Active Directory masters.
NOT_FOR_AD = frozenset({"usageLocation", *CLAIMS})
# What Active Directory is asked for. Kind and school are marks of ours, which its accounts do not
# need: they live by the link table alone (decision 6).
ASKED_OF_AD = NAMES | OPTIONAL
Values = dict[str, str | None]


class Differences(Struct, frozen=True):
    """`new` may be written over `old`; `kept` are an adopted account's own; `for_ad` are AD's.

    `denied` are the same with `Denied`, where that is due: it waits for a person (decision 24).
    """

    old: Values
    new: Values
    kept: frozenset[str] = frozenset()
    for_ad: Mapping[str, str | None] = {}
    denied: "Differences | None" = None

    @property
    def origin(self) -> Origin:
        """A name or a form comes from the roster, a parent's word from a consent, else the pack."""
        if CONSENT in self.new and self.new.keys() <= CLAIMS:
            return Origin.CONSENT
        return Origin.ROSTER if self.new.keys() & (NAMES | OPTIONAL) else Origin.RULE


NONE = Differences({}, {})


def of(wanted: Desired, account: Account, rules: Rules, *, adopted: bool) -> Differences:
    """What differs between the account and what is wanted.

    An adopted account only has its empty properties filled, but names by safeguarding's word are
    written over its own, and so are the roster's afterwards. An empty stamp is filled, but nothing
    is written over another's value there. Of an AD-mastered account Graph writes usageLocation;
    names and department are AD's to change.
    """
    person = wanted.person
    if person is None or alike(wanted, account, rules):
        return NONE
    target: Values = {
        "displayName": wanted.display_name,
        "givenName": entra_name(person.given_name),
        "surname": entra_name(person.surname),
        "employeeType": EMPLOYEE_TYPE[person.kind],
        "companyName": rules.name[:64],
        "department": wanted.department,
        "usageLocation": rules.usage_location,
        **age_planning.due(wanted, account, rules),
    }
    now = present(account)
    new = {
        name: value
        for name, value in target.items()
        if value != now[name] and not (value is None and name in OPTIONAL)
    }
    if account.mastered_in_ad:
        new = {name: new[name] for name in new if name in NOT_FOR_AD | ASKED_OF_AD}
    elif not account.stamp:
        now[PROPERTY], new[PROPERTY] = None, stamp(wanted.key)
    over = NAMES if wanted.renamed else frozenset()
    kept = frozenset(name for name in new if adopted and now[name] and name not in over)
    if AGE_GROUP in kept:
        kept |= new.keys() & CLAIMS
    asked = {
        name: value
        for name, value in new.items()
        if account.mastered_in_ad and name not in NOT_FOR_AD | kept
    }
    new = {name: value for name, value in new.items() if name not in asked.keys() | kept}
    whole = Differences(_old(now, new), new, kept=kept, for_ad=asked)
    tonight = age_planning.without_denied(new)
    return (
        whole
        if tonight == new
        else replace(whole, old=_old(now, tonight), new=tonight, denied=whole)
    )


def alike(wanted: Desired, account: Account, rules: Rules) -> bool:
    """The quick answer for the many accounts that are right as they are."""
    person = wanted.person
    return (
        person is not None
        and account.display_name == wanted.display_name
        and account.given_name == entra_name(person.given_name)
        and account.surname == entra_name(person.surname)
        and account.employee_type == EMPLOYEE_TYPE[person.kind]
        and account.company_name == rules.name
        and account.department == wanted.department
        and account.usage_location == rules.usage_location
        and bool(account.stamp)
        and not age_planning.due(wanted, account, rules)
    )


def misplaced(wanted: Desired, account: Account, rules: Rules) -> bool:
    """Whether an AD-mastered account lies outside the unit that the pack gives its person."""
    place = account.on_premises_distinguished_name
    if not (place and account.mastered_in_ad and wanted.person):
        return False
    unit = unit_of(wanted.person, rules.worklist.units)
    return unit is not None and not lies_in(place, unit)


def present(account: Account) -> Values:
    """The properties of an account that are compared, by Graph property name."""
    return {
        "displayName": account.display_name,
        "givenName": account.given_name,
        "surname": account.surname,
        "employeeType": account.employee_type,
        "companyName": account.company_name,
        "department": account.department,
        "usageLocation": account.usage_location,
        AGE_GROUP: account.age_group,
        CONSENT: account.consent_provided_for_minor,
    }


def _old(now: Values, new: Values) -> Values:
    return {name: now[name] for name in new}
