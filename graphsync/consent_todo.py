"""What the office does about each reason that there is no consent."""

from policies.consent_records import Consent, State, Why

ASK = "Ask the parent."
ANSWERED = "Nothing to ask: teach the same in another way."
SIGNED_AGAIN = "Ask for the form again, whole, with signature and date."
ANOTHER = "Ask somebody with parental responsibility."
HEAD = "Leave it to the head."
NOBODY = "Find out who has parental responsibility, and enter it in SIMS."

_DO = {
    Why.NOT_ASKED: ASK,
    Why.NO_ANSWER: "Remind the parent, or ring.",
    Why.NOT_COUNTERSIGNED: "Have a second person check the paper.",
    Why.REFUSED: ANSWERED,
    Why.SETTLED_NO: ANSWERED,
    Why.WITHDRAWN: ANSWERED,
    Why.BOTH_TICKED: SIGNED_AGAIN,
    Why.NONE_TICKED: SIGNED_AGAIN,
    Why.UNSIGNED: SIGNED_AGAIN,
    Why.UNDATED: SIGNED_AGAIN,
    Why.IN_FUTURE: SIGNED_AGAIN,
    Why.BEFORE_FORM: "Ask with the form in use.",
    Why.UNKNOWN_FORM: "Ask with the form in use.",
    Why.UNKNOWN_SIGNER: "Check the contact in SIMS, or ask a parent who is there.",
    Why.NO_RESPONSIBILITY: ANOTHER,
    Why.COURT_ORDER: ANOTHER,
    Why.RESPONSIBILITY_CHANGED: HEAD,
    Why.COURT_ORDER_SINCE: HEAD,
    Why.NOT_VERIFIED: "Make sure who answered: ring the number in SIMS, or see the paper.",
    Why.VERIFIER_IS_SIGNER: "Have somebody else make sure who signed.",
    Why.VERIFIER_IS_ENTERER: "Have a second person check the paper.",
    Why.REJECTED: SIGNED_AGAIN,
    Why.PARENTS_DISAGREE: HEAD,
    Why.CHALLENGED: HEAD,
    Why.OTHER_PARENT_PENDING: "Ask the other parent.",
    Why.SUPERSEDED: "Ask with the form in use.",
    Why.EXPIRED: "Ask again: the answer has run out.",
    Why.OF_AGE: "Ask the student, who answers alone now.",
    Why.TOO_YOUNG: ASK,
    Why.WRONG_VARIANT: "Ask with the form for the pupil's key stage.",
    Why.PUPIL_NOT_SIGNED: "Have the pupil sign as well.",
    Why.NOT_DISCUSSED: "Discuss it with the pupil, and write down who did and when.",
}
_OF_STATE = {
    State.PENDING: "Remind the parent, or ring.",
    State.REFUSED: ANSWERED,
    State.WITHDRAWN: ANSWERED,
    State.CONTESTED: HEAD,
    State.INVALID: SIGNED_AGAIN,
}


def what_to_do(consent: Consent) -> str:
    """One sentence for whoever asks, by the weightiest reason."""
    return _DO[consent.why[0]] if consent.why else _OF_STATE.get(consent.state, ASK)
