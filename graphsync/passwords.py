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
from policies.passwords import initial_password
from policies.people import PersonKey
from policies.rules import Rules


class PasswordDesk:
    """Makes and seals the initial passwords of one run; `rules` are by school."""

    def __init__(self, bench: Bench, rules: Mapping[str, Rules]) -> None:
        self.bench = bench
        self.rules = rules
        self.sealed: dict[PersonKey, bytes] = {}
        self._kept: dict[str, dict[PersonKey, bytes]] = {}

    def make(self, change: CreateUser) -> str:
        """The password of a joiner; raises Broken where there is no key to seal it with."""
        sealer = self._sealer()
        person = change.person
        if person is None:
            raise ValueError("a created account belongs to a person")
        earlier = self._earlier(person.school).get(person)
        if earlier is not None:
            return sealer.open(earlier)
        names = (change.display_name, change.given_name, change.surname, change.mail_nickname)
        password = drawn(self.bench, self.rules[person.school], names)
        self.sealed[person] = sealer.seal(password)
        return password

    def seal(self, people: Iterable[PersonKey]) -> None:
        """Keep these joiners' sealed passwords, inside the transaction of their intents."""
        drawn = {person: self.sealed.pop(person) for person in people if person in self.sealed}
        if not drawn:
            return
        now = self.bench.now()
        self.bench.store.secrets.put(
            Sealed(person, "initial password", ciphertext, now, now + self._valid(person.school))
            for person, ciphertext in drawn.items()
        )
        for person, ciphertext in drawn.items():
            self._earlier(person.school)[person] = ciphertext

    def _earlier(self, school: str) -> dict[PersonKey, bytes]:
        """What the store keeps of a school, read once: a first load asks for everybody's."""
        if school not in self._kept:
            self._kept[school] = self.bench.store.secrets.unrevealed(school, self.bench.now())
        return self._kept[school]

    def _valid(self, school: str) -> timedelta:
        return timedelta(days=self.rules[school].password.slip_valid_days)

    def _sealer(self) -> Sealer:
        return sealer_of(self.bench)


def drawn(bench: Bench, rules: Rules, names: Iterable[str | None]) -> str:
    """A new password that holds nothing of these names of the person, nor of the school's."""
    avoid = [part for name in (*names, rules.name) if name for part in (name, *name.split())]
    return initial_password(rules.password, bench.choose, bench.digit, avoid)


def sealer_of(bench: Bench) -> Sealer:
    """What seals passwords; raises Broken where there is no key."""
    if bench.sealer is None:
        raise Broken(
            "a password is to be set but GRAPHSYNC_SEAL_KEY is not set: it cannot be sealed."
            " Make a key with: python -c 'from cryptography.fernet import"
            " Fernet; print(Fernet.generate_key().decode())'"
        )
    return bench.sealer
