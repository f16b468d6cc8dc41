"""A typed password, judged against its person's school: nothing of it is kept, shown or logged."""

from codecs import getincrementaldecoder

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.seen import seen_account
from graphsync.trouble import Refusal
from policies import guessing
from policies.entra_passwords import LONGEST
from policies.pack_loading import load_rules
from policies.password_check import Violation, check
from policies.password_facts import Kin, PasswordFacts
from policies.people import PersonKey
from policies.rules import Rules

_UTF8_BYTES = 4  # at most, of one character
MOST_BYTES = (LONGEST + 2) * _UTF8_BYTES  # so many are too long a password, whatever they spell


class PasswordVerdict(Struct, frozen=True, kw_only=True):
    """What `graphsync password check` answers; `strength` is None for what cannot be judged."""

    person: str
    ok: bool
    violations: tuple[Violation, ...]
    strength: guessing.Strength | None


def check_password(bench: Bench, key: PersonKey, typed: bytes) -> PasswordVerdict:
    """The verdict on a password as it was typed, the line's end aside.

    Raises Refusal for somebody who is not on the last accepted roster, PackRefused for a pack that
    cannot be used.
    """
    roster = latest_roster(bench, key.school)
    kin = Kin(roster) if roster else None
    if kin is None or key not in kin.people:
        raise Refusal(
            f"{key} is not on the last accepted roster; run graphsync plan, or mend the key"
        )
    rules = load_rules(bench.packs_dir, key.school)
    facts = kin.facts(kin.people[key], rules, _user_name(bench, key))
    return _verdict(key, _text(typed), facts, rules)


def _verdict(
    key: PersonKey, password: str | None, facts: PasswordFacts, rules: Rules
) -> PasswordVerdict:
    violations = check(password, facts, rules.password)
    judged = None
    if password and len(password) <= LONGEST:
        judged = guessing.strength(password, facts.values())
    return PasswordVerdict(
        person=str(key), ok=not violations, violations=violations, strength=judged
    )


def _text(typed: bytes) -> str | None:
    """The password without its line's end; None for what is no text."""
    try:
        # A character that was cut at MOST_BYTES makes nobody's password less of a text.
        text = getincrementaldecoder("utf-8")().decode(typed, len(typed) < MOST_BYTES)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.removesuffix("\n").removesuffix("\r")


def _user_name(bench: Bench, key: PersonKey) -> str:
    """What stands before the @ where the person signs in; empty without an account of ours."""
    account = seen_account(bench, key)
    return account.user_principal_name.partition("@")[0] if account else ""
