"""What a school's pack asks of mail: the section `dlp`, with the clauses behind each key."""

from collections.abc import Mapping

from msgspec import Struct


class MailRules(Struct, frozen=True, kw_only=True):
    """The effective rules for mail.

    `blocked_classes` may not leave even encrypted; `encryption_exempts` may leave encrypted only.
    `personal_label` is the word that masks details, empty for none. `decision` says who decides an
    exception, `due_days` within how many elapsed days, by severity. `types` are the sensitive types
    that the school made or reads otherwise: GUID to classes. `silent_days` without any event are
    too long; `test_sender` is the account that sends test messages, empty for none, and `test_days`
    how long a rule has to bite one. `clauses` goes by the key's last name.
    """

    blocked_classes: tuple[str, ...] = ()
    encryption_exempts: tuple[str, ...] = ()
    recipient_rule: str = ""
    internal_counts: bool = False
    bulk_threshold: int | None = None
    bulk_override: str = "review"
    override: str = "review"
    personal_label: str = ""
    personal_accounts: str = ""
    decision: str = "advise"
    due_days: Mapping[str, int] = {}
    types: Mapping[str, tuple[str, ...]] = {}
    silent_days: int = 7
    test_sender: str = ""
    test_days: int = 3
    clauses: Mapping[str, tuple[str, ...]] = {}

    def because(self, *keys: str) -> tuple[str, ...]:
        """The clauses behind these keys, each once."""
        return tuple(dict.fromkeys(one for key in keys for one in self.clauses.get(key, ())))
