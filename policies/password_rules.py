"""What a school's packs ask of passwords, and for whom."""

from enum import StrEnum

from msgspec import Struct, field

from policies.entra_passwords import SHORTEST
from policies.people import Kind


class Phase(StrEnum):
    """How old a person is, as far as a first password is concerned: the young are KS1 and below."""

    YOUNG = "young"
    KS2 = "ks2"
    SECONDARY = "secondary"
    STAFF = "staff"


class PhaseRules(Struct, frozen=True):
    """First passwords of a phase: how many words, whether to be changed, how hard to guess.

    `min_score` is zxcvbn's, from 0 to 4: a password below it is refused as too easy to guess.
    """

    words: int
    change_at_first_sign_in: bool
    min_score: int


PHASES = {
    Phase.YOUNG: PhaseRules(words=2, change_at_first_sign_in=False, min_score=1),
    Phase.KS2: PhaseRules(words=3, change_at_first_sign_in=True, min_score=2),
    Phase.SECONDARY: PhaseRules(words=3, change_at_first_sign_in=True, min_score=2),
    Phase.STAFF: PhaseRules(words=4, change_at_first_sign_in=True, min_score=3),
}


class ChangeRules(Struct, frozen=True, kw_only=True):
    """When a password is to be changed: on an event, by a reminder, or (against NCSC) by its age.

    `mode` is None where the policy is silent. `expire_days` counts only once `expiry_decided_by`
    names who decided against today's guidance (A4.2).
    """

    mode: str | None = None
    reminder_days: int | None = None
    expire_days: int | None = None
    expiry_decided_by: str | None = None


class CompromisedRules(Struct, frozen=True, kw_only=True):
    """Who hears of a password that somebody else may know, and what is done at once."""

    notify: tuple[str, ...] = ("it_manager",)
    change_password: bool = True
    revoke_sessions: bool = True


class PasswordRules(Struct, frozen=True, kw_only=True):
    """The effective rules for passwords, first ones and typed ones.

    `words` is the least number of words for everyone but the young, beside that of each phase.
    `min_length` is the strictest of Entra, the packs and the linked systems; `lengths` says who
    asks what. `user_may_change` lacks the kinds of which the policy is silent. `clauses` are the
    ids of the clauses behind a key, by its name below `password.`.
    """

    words: int = 3
    min_length: int = SHORTEST
    slip_valid_days: int = 7
    phases: dict[Phase, PhaseRules] = field(default_factory=lambda: dict(PHASES))
    min_digits: int = 0
    letters_and_digits: bool = False
    not_similar_to: tuple[str, ...] = ("own_name", "username")
    refuse_single_word: bool = False
    refuse_relative_names: bool = False
    user_may_change: dict[Kind, bool] = {}
    change: ChangeRules = ChangeRules()
    compromised: CompromisedRules = CompromisedRules()
    custody_register: bool = False
    require_change_grace_days: int = 14
    deny_words: tuple[str, ...] = ()
    linked_systems: dict[str, int] = {}
    route: str | None = None
    route_confirmed_by: str | None = None
    lengths: dict[str, int] = {}
    clauses: dict[str, tuple[str, ...]] = {}

    def clauses_of(self, *keys: str) -> tuple[str, ...]:
        """The clauses behind these keys, in their order, none twice."""
        return tuple(dict.fromkeys(one for key in keys for one in self.clauses.get(key, ())))
