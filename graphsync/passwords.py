"""Initial passwords while accounts are created: drawn, sealed before they leave, shown once.

The same joiner gets the same password when a lost answer makes us try again, because the first
attempt may have made the account.
"""

from collections.abc import Mapping
from datetime import timedelta

from graphsync.bench import Bench
from graphsync.changes import CreateUser
from graphsync.sealing import Sealer
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

    def make(self, change: CreateUser) -> str:
        """The password of a joiner; raises Broken where there is no key to seal it with."""
        sealer = self._sealer()
        person = change.person
        if person is None:
            raise ValueError("a created account belongs to a person")
        earlier = self.bench.store.secrets.unrevealed(person, self.bench.now())
        if earlier is not None:
            return sealer.open(earlier)
        rules = self.rules[person.school]
        avoid = (
            *change.display_name.split(),
            change.given_name,
            change.surname,
            change.mail_nickname,
            *rules.name.split(),
        )
        password = initial_password(rules.password, self.bench.choose, self.bench.digit, avoid)
        self.sealed[person] = sealer.seal(password)
        return password

    def seal(self, person: PersonKey) -> None:
        """Keep a joiner's sealed password, inside the transaction of the intent."""
        ciphertext = self.sealed.pop(person, None)
        if ciphertext is None:
            return
        now = self.bench.now()
        valid = timedelta(days=self.rules[person.school].password.slip_valid_days)
        self.bench.store.secrets.put(person, "initial password", ciphertext, now, now + valid)

    def _sealer(self) -> Sealer:
        if self.bench.sealer is None:
            raise Broken(
                "accounts are to be created but GRAPHSYNC_SEAL_KEY is not set: initial passwords"
                " cannot be sealed. Make a key with: python -c 'from cryptography.fernet import"
                " Fernet; print(Fernet.generate_key().decode())'"
            )
        return self.bench.sealer
