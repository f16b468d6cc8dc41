"""What each change says to a person. Names stand here and on no log line."""

from graphsync.accounts import Account
from graphsync.changes import NAMES
from policies.desired import Desired
from policies.lifecycle import Standing
from policies.password_phases import SignInTerms
from policies.people import PersonKey

LABELS = {
    "displayName": "display name",
    "givenName": "given name",
    "surname": "surname",
    "employeeType": "kind",
    "companyName": "school",
    "department": "form or role",
    "usageLocation": "usage location",
    "ageGroup": "age group",
    "consentProvidedForMinor": "consent for a minor",
    "stamp": "our mark",
}

BY_HAND = "somebody else disabled the account; lift it in the tenant or add a hold"
RETURN = (
    "the departure was withdrawn; a plan of this person alone opens the account, once the head"
    " approves it"
)


def name_of(account: Account) -> str:
    """Display name and sign-in name, as much as there is."""
    if account.display_name:
        return f"{account.display_name} ({account.user_principal_name})"
    return account.user_principal_name


def who(wanted: Desired, account: Account | None) -> str:
    """The person by the account's name, or by the one it will have."""
    return name_of(account) if account else wanted.display_name


def resembles(account: Account, evidence: tuple[str, ...]) -> str:
    """One account that may be somebody's already."""
    return f"{name_of(account)} may be theirs already: {'; '.join(evidence)}"


def rivals(accounts: list[Account]) -> str:
    """Several accounts that may be somebody's."""
    named = ", ".join(account.user_principal_name for account in accounts)
    return f"{len(accounts)} accounts may be theirs, a person must choose: {named}"


def claimed(account: Account, people: int) -> str:
    """One account that may be several people's."""
    return f"{name_of(account)} may be any of {people} people's, a person must choose"


def create(wanted: Desired, upn: str, terms: SignInTerms) -> str:
    """A joiner, and why the first password is not to be changed where that is so."""
    person = wanted.person
    where = ""
    if person is not None and person.year:
        form = f", form {person.form}" if person.form else ""
        where = f", year {person.year}{form}"
    kept = ""
    if terms.reason:
        because = "".join(f"{clause}: " for clause in terms.clauses)
        kept = f"; {because}first password {terms.reason}"
    return f"Create {wanted.display_name} as {upn} ({wanted.kind}{where}){kept}"


def disable(account: Account, why: Standing) -> str:
    """A leaver, or someone suspended."""
    return f"Block sign-in of {name_of(account)}: {why.sentence}"


def revoke(account: Account) -> str:
    """The second item of a leaver. Access tokens that were issued may live about an hour."""
    return f"Revoke the sessions of {name_of(account)} (issued tokens may live about an hour)"


def enable(account: Account, why: Standing) -> str:
    """A returner, or somebody whose suspension has ended."""
    return f"Let {name_of(account)} sign in again: {why.sentence or 'back in the roster'}"


def update(account: Account, old: dict[str, str | None], new: dict[str, str | None]) -> str:
    """Named properties, with what they were."""
    return f"Change {name_of(account)}: {_changed(old, new)}"


def _changed(old: dict[str, str | None], new: dict[str, str | None]) -> str:
    return ", ".join(
        f"{LABELS[name]} {old[name] or 'none'} → {value or 'none'}" for name, value in new.items()
    )


def update_kept(account: Account, old: dict[str, str | None], new: dict[str, str | None]) -> str:
    """The same where safeguarding keeps the name: no plan puts one name beside the other."""
    kept = ", ".join(LABELS[name] for name in new if name in NAMES)
    others = {name: value for name, value in new.items() if name not in NAMES}
    rest = f"; {_changed(old, others)}" if others else ""
    return f"Change {account.user_principal_name}: {kept}, by safeguarding's word{rest}"


def deny(account: Account, why: str, key: PersonKey) -> str:
    """A No that the tenant would be told, and what that may do (law A10.9)."""
    return (
        f"The tenant is not told that {name_of(account)} is Denied ({why}): Microsoft may then"
        " refuse the sign-in, here and in every system entered with this account; to ask for it:"
        f" graphsync plan --deny {key}"
    )


def join(wanted: Desired, account: Account | None, group: str) -> str:
    """Into a group."""
    return f"Add {who(wanted, account)} to {group}"


def leave(wanted: Desired, account: Account | None, group: str) -> str:
    """Out of a group."""
    return f"Remove {who(wanted, account)} from {group}"


def leave_staff(wanted: Desired, account: Account | None, group: str) -> str:
    """A pupil out of a group that is for staff alone (PB-5.2)."""
    return f"{leave(wanted, account, group)}: a pupil in a group for staff alone"


def license_(wanted: Desired, account: Account | None, sku: str) -> str:
    """A licence given."""
    return f"Give {who(wanted, account)} the licence {sku}"


def unlicense(account: Account, sku: str) -> str:
    """A licence taken back."""
    return f"Take the licence {sku} back from {name_of(account)}: left long enough ago"


MAILBOX = "the mailbox is kept for 30 days and comes back with a licence"


def unlicense_pupil(account: Account, sku: str, why: str) -> str:
    """A licence taken back because no consent carries it; what becomes of the mail."""
    return f"Take the licence {sku} back from {name_of(account)}: {why}; {MAILBOX}"


def switch_plans(account: Account, sku: str, said: list[str]) -> str:
    """Services of a licence that stands, switched on or off."""
    return f"Change the licence {sku} of {name_of(account)}: {'; '.join(said)}"


def license_group(name: str, sku: str) -> str:
    """A licence group is given what it gives."""
    return f"Give the group {name} the licence {sku}, for whoever joins it"


def join_licence(wanted: Desired, account: Account | None, group: str, sku: str) -> str:
    """Into a licence group."""
    return f"Give {who(wanted, account)} the licence {sku} through {group}"


def leave_licence(account: Account, group: str, sku: str, takes: tuple[str, ...], why: str) -> str:
    """Out of a licence group, and what is gone with it."""
    said = f"Take {name_of(account)} out of {group}, which gives {sku}"
    if why:
        return f"{said}: {why}; {MAILBOX}" if takes else f"{said}: {why}"
    return f"{said}: {', '.join(takes)} off" if takes else f"{said}: given otherwise now"


def given_by_group(account: Account, sku: str, group: str) -> str:
    """The account's own licence, once a group gives the same."""
    return f"Take the licence {sku} off {name_of(account)}, who has it through {group} now"


def create_group(name: str) -> str:
    """A new group."""
    return f"Create the group {name}"


def create_team(name: str) -> str:
    """A class group that becomes a Team."""
    return f"Make the group {name} a Team"


def rename_group(old: str | None, new: str) -> str:
    """A group that the pack names otherwise now."""
    return f"Rename the group {old or 'without a name'} to {new}"
