"""Initial passwords while accounts are created: drawn, sealed before they leave, shown once.

The same joiner gets the same password when a lost answer makes us try again, because the first
attempt may have made the account.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from graphsync.bench import Bench
from graphsync.changes import CreateUser
from graphsync.sealing import Sealer
from graphsync.store.secrets import Sealed
from graphsync.trouble import Broken
from policies.entra_passwords import FirstSignIn
from policies.password_facts import Kin, PasswordFacts
from policies.passwords import initial_password
from policies.people import PersonKey, Roster
from policies.rules import Rules


class PasswordDesk:
    """Makes and seals the initial passwords of one run; `rules` and `rosters` are by school."""

    def __init__(
        self, bench: Bench, rules: Mapping[str, Rules], rosters: Mapping[str, Roster]
    ) -> None:
        self.bench = bench
        self.rules = rules
        self.rosters = rosters
        self.sealed: dict[PersonKey, tuple[bytes, bool]] = {}
        self._kin: dict[str, Kin] = {}
        self._kept: dict[str, dict[PersonKey, bytes]] = {}

    def make(self, change: CreateUser) -> str:
        """The password of a joiner; raises Broken where there is no key to seal it with."""
        sealer = sealer_of(self.bench)
        person = change.person
        if person is None:
            raise ValueError("a created account belongs to a person")
        earlier = self._earlier(person.school).get(person)
        if earlier is not None:
            return sealer.open(earlier)
        password = self._drawn(person, change)
        must_change = change.first_sign_in is FirstSignIn.CHANGE
        self.sealed[person] = sealer.seal(password), must_change
        return password

    def seal(self, people: Iterable[PersonKey]) -> None:
        """Keep these joiners' sealed passwords, inside the transaction of their intents."""
        drawn = {person: self.sealed.pop(person) for person in people if person in self.sealed}
        if not drawn:
            return
        now = self.bench.now()
        self.bench.store.secrets.put(
            Sealed(
                person,
                "initial password",
                ciphertext,
                now,
                now + self._valid(person.school),
                must_change,
            )
            for person, (ciphertext, must_change) in drawn.items()
        )
        for person, (ciphertext, _) in drawn.items():
            self._earlier(person.school)[person] = ciphertext

    def _drawn(self, key: PersonKey, change: CreateUser) -> str:
        rules, kin = self.rules[key.school], self._kin_of(key.school)
        facts = kin.facts(kin.people[key], rules, change.mail_nickname)
        return drawn(self.bench, rules, facts, change.display_name)

    def _kin_of(self, school: str) -> Kin:
        if school not in self._kin:
            self._kin[school] = Kin(self.rosters[school])
        return self._kin[school]

    def _earlier(self, school: str) -> dict[PersonKey, bytes]:
        """What the store keeps of a school, read once: a first load asks for everybody's."""
        if school not in self._kept:
            self._kept[school] = self.bench.store.secrets.unrevealed(school, self.bench.now())
        return self._kept[school]

    def _valid(self, school: str) -> timedelta:
        return timedelta(days=self.rules[school].password.slip_valid_days)


def drawn(bench: Bench, rules: Rules, facts: PasswordFacts, *names: str | None) -> str:
    """A new password by the person's age, of nothing that the roster or the account says (A4.9)."""
    avoid = (*facts.values(), *filter(None, names))
    return initial_password(rules.password, bench.choose, bench.digit, avoid, facts.phase)


def sealer_of(bench: Bench) -> Sealer:
    """What seals passwords; raises Broken where there is no key."""
    if bench.sealer is None:
        raise Broken(
            "a password is to be set but GRAPHSYNC_SEAL_KEY is not set: it cannot be sealed."
            " Make a key with: python -c 'from cryptography.fernet import"
            " Fernet; print(Fernet.generate_key().decode())'"
        )
    return bench.sealer
