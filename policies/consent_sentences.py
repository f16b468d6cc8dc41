"""Every reason why there is no consent: its state, its weight and a sentence without a name."""

from functools import lru_cache

from policies.consent_records import State, Why

# From the weightiest to the lightest: what nothing can mend, what a new answer mends, what the
# school has to do, what the head has to decide. The state of an answer is that of its weightiest.
REASONS: dict[Why, tuple[State, str]] = {
    Why.BOTH_TICKED: (State.INVALID, "both Yes and No are ticked"),
    Why.NONE_TICKED: (State.INVALID, "neither Yes nor No is ticked"),
    Why.UNSIGNED: (State.INVALID, "the form is not signed"),
    Why.UNDATED: (State.INVALID, "the form is not dated"),
    Why.IN_FUTURE: (State.INVALID, "the date of the signature lies in the future"),
    Why.UNKNOWN_FORM: (State.INVALID, "the words that were answered are none the school uses"),
    Why.BEFORE_FORM: (State.INVALID, "the signature is older than the form"),
    Why.WRONG_VARIANT: (State.INVALID, "the form is for another key stage than the pupil's"),
    Why.UNKNOWN_SIGNER: (State.INVALID, "who signed is no contact of the pupil in the roster"),
    Why.NO_RESPONSIBILITY: (
        State.INVALID,
        "the roster did not show parental responsibility for who signed",
    ),
    Why.COURT_ORDER: (State.INVALID, "a court order restricted who signed"),
    Why.TOO_YOUNG: (State.INVALID, "the pupil is too young to answer alone"),
    Why.REJECTED: (State.INVALID, "the second person found that the entry is not what was signed"),
    Why.REFUSED: (State.REFUSED, "the answer is No"),
    Why.SETTLED_NO: (State.REFUSED, "the head has decided that there is no consent"),
    Why.WITHDRAWN: (State.WITHDRAWN, "the consent was withdrawn"),
    Why.OF_AGE: (State.EXPIRED, "the student now answers alone and has not been heard"),
    Why.EXPIRED: (State.EXPIRED, "the consent has run out"),
    Why.SUPERSEDED: (State.SUPERSEDED, "a newer form has to be answered"),
    Why.NOT_COUNTERSIGNED: (State.PENDING, "a second person has not checked the form yet"),
    Why.NOT_VERIFIED: (State.PENDING, "nobody has made sure yet who signed"),
    Why.VERIFIER_IS_SIGNER: (State.PENDING, "who checked the form may be who signed it"),
    Why.VERIFIER_IS_ENTERER: (State.PENDING, "who checked the form is who entered it"),
    Why.PUPIL_NOT_SIGNED: (State.PENDING, "the pupil's own signature is missing"),
    Why.NOT_DISCUSSED: (State.PENDING, "nobody has noted who discussed the rules with the pupil"),
    Why.OTHER_PARENT_PENDING: (
        State.PENDING,
        "not everyone with parental responsibility has said Yes",
    ),
    Why.PARENTS_DISAGREE: (State.CONTESTED, "people with parental responsibility disagree"),
    Why.CHALLENGED: (State.CONTESTED, "the answer has been challenged"),
    Why.RESPONSIBILITY_CHANGED: (
        State.CONTESTED,
        "the roster no longer shows parental responsibility for who signed",
    ),
    Why.COURT_ORDER_SINCE: (State.CONTESTED, "a court order restricts who signed since"),
    Why.NO_ANSWER: (State.PENDING, "the school has asked and has no answer"),
    Why.NOT_ASKED: (State.MISSING, "no consent is recorded"),
}
_RANK = {why: rank for rank, why in enumerate(REASONS)}
NOT_COVERED = "the newest form names services that this answer does not cover"


@lru_cache(maxsize=4096)
def by_weight(reasons: tuple[Why, ...]) -> tuple[Why, ...]:
    """The reasons once each, the weightiest first."""
    return tuple(sorted(set(reasons), key=_RANK.__getitem__))


def state_of(reasons: tuple[Why, ...]) -> State:
    """The state that reasons amount to, sorted by weight; there is at least one."""
    return REASONS[reasons[0]][0]


@lru_cache(maxsize=4096)
def sentence_of(reasons: tuple[Why, ...], state: State) -> str:
    """The reasons in words; of a live consent only that a newer form names more services."""
    if state is State.VERIFIED:
        return NOT_COVERED if Why.SUPERSEDED in reasons else ""
    return "; ".join(REASONS[why][1] for why in reasons)
