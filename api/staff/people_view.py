"""One person as far as somebody may see: what a role may not see is left out, not blanked (law B).

Whoever may not know of consents or holds gets neutral words: on no list and no page of theirs does
it say that a parent refused anything (law B6).
"""

from typing import Any

from api.permissions import Who
from api.staff.people_reach import Sight
from graphsync.consent_desk import of_form
from graphsync.directory import AccountState, Line, state_of
from graphsync.person import PersonRecord, Step
from graphsync.store.holds import Hold
from policies.consent_records import Consent, Form, Why

ASK_OFFICE = "ask_office"
PERMISSION = "online services not active: permission, ask the office"
SEE_DSL = "see DSL"
ASK_IT = "ask the IT manager"
# What tells nothing of the adults around a child: who is responsible, orders, and disputes stay
# with the office (law B1).
_CODES = frozenset(
    {
        Why.NOT_ASKED,
        Why.NO_ANSWER,
        Why.NOT_COUNTERSIGNED,
        Why.REFUSED,
        Why.WITHDRAWN,
        Why.NOT_VERIFIED,
        Why.SUPERSEDED,
        Why.EXPIRED,
        Why.OF_AGE,
    }
)


def line_told(line: Line, sight: Sight, *, gate: bool) -> dict[str, Any]:
    """One person of a list; `state` is the account's, `why` says in neutral words what is missing.

    `gate` says whether online services are open to a pupil.
    """
    known = line.known
    told: dict[str, Any] = {
        "person": str(known.key),
        "name": known.name,
        "kind": str(known.kind),
        "year": known.year,
        "form": known.form,
        "state": str(_plain(line.state, sight)),
    }
    if sight >= Sight.YEAR:
        told["sign_in_name"] = line.sign_in_name
    if sight is Sight.YEAR:
        told["why"] = _neutral(line.state, held=line.held or known.unlisted, gate=gate)
    if sight >= Sight.OPERATOR:
        told["held"] = line.held
    return told


def person_told(record: PersonRecord, sight: Sight, who: Who) -> dict[str, Any]:
    """One person: account, groups, licences, consent, holds and why, as far as `sight` goes."""
    known, link, account = record.known, record.link, record.account
    state = state_of(link, account)
    told: dict[str, Any] = {
        "person": str(record.key),
        "name": record.name,
        "kind": str(record.kind),
        "year": known.year if known else None,
        "form": known.form if known else None,
        "on_roster": known is not None,
        "state": str(_plain(state, sight)),
    }
    if sight >= Sight.YEAR:
        told["sign_in_name"] = account.user_principal_name if account else None
    if sight is Sight.YEAR:
        told["why"] = _why_of_year(record, state)
    if sight >= Sight.STAFF:
        told |= {
            "leaves": record.leaves,
            "linked": f"{link.how} on {link.linked_at:%Y-%m-%d}" if link else "not linked",
            "mastered_in_ad": bool(account and account.mastered_in_ad),
            "blocked_by_us_at": link.blocked_by_us_at if link else None,
            "groups": list(record.groups),
            "licences": list(record.licences),
        }
    if sight >= Sight.OPERATOR:
        told |= {
            "account": link.object_id if link else None,
            "consent": _consent(record, reasons=sight is Sight.ALL),
            "holds": [hold_told(one, who, sight) for one in record.holds],
            "proposals": list(record.proposals),
            "held_for": _held_for(record, reasons=sight is Sight.ALL),
            "name_kept": bool(known and known.unlisted),
        }
    if sight is Sight.OPERATOR:
        told["initial_password"] = record.initial_password
    return told


def hold_told(hold: Hold, who: Who, sight: Sight) -> dict[str, Any]:
    """A hold; to the IT manager no more than that it is one, unless they put it themselves."""
    told: dict[str, Any] = {"hold": hold.id, "person": str(hold.person), "state": "HELD"}
    if sight is Sight.ALL or hold.by == who.identity:
        told |= {
            "mode": hold.mode,
            "reason": hold.reason,
            "clause": hold.clause,
            "until": hold.until,
            "by": hold.by,
            "at": hold.at,
        }
    return told


def step_told(step: Step) -> dict[str, Any]:
    """One row of the journal about a person."""
    return {
        "at": step.at,
        "what": step.what,
        "operation": step.operation,
        "result": step.result,
        "run": step.run,
    }


def _why_of_year(record: PersonRecord, state: AccountState) -> str:
    stands = record.consents
    gate = isinstance(stands, str) or stands.cloud.live
    kept = bool(record.known and record.known.unlisted)
    return _neutral(state, held=bool(record.holds) or kept, gate=gate)


def _plain(state: AccountState, sight: Sight) -> AccountState:
    """The office is told whether there is an active account, and no more (law B4)."""
    if sight is Sight.STATUS and state is AccountState.NOT_SEEN:
        return AccountState.NOT_ACTIVE
    return state


def _neutral(state: AccountState, *, held: bool, gate: bool) -> str:
    """For a head of year: why something is not there and who acts; never what a parent said."""
    if held:
        return SEE_DSL
    if not gate:
        return PERMISSION
    return "" if state is AccountState.ACTIVE else ASK_IT


def _consent(record: PersonRecord, *, reasons: bool) -> list[dict[str, Any]]:
    if isinstance(record.consents, str):
        return []
    stands = record.consents
    return [
        _form_told(form, of_form(stands, form), reasons=reasons) for form in (Form.CLOUD, Form.ICT)
    ]


def _form_told(form: Form, stands: Consent, *, reasons: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "form": str(form),
        "gate": "open" if stands.live else "closed",
        "code": _code(stands),
    }
    if reasons:
        told |= {"state": str(stands.state), "because": stands.sentence, "until": stands.until}
    return told


def _code(stands: Consent) -> str:
    if stands.live or not stands.why:
        return ""
    first = stands.why[0]
    return str(first) if first in _CODES else ASK_OFFICE


def _held_for(record: PersonRecord, *, reasons: bool) -> list[str]:
    """Why the newest plan leaves the person as found; of a hold the IT manager hears that it is."""
    return [
        one if reasons or not one.startswith("hold: ") else "hold: HELD" for one in record.held_for
    ]
