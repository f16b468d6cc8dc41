"""When users last signed in: a property that only ``$select`` gives, and not to everyone.

Graph docs: user-list, user-get and the "signInActivity" resource. It needs AuditLog.Read.All and
Entra ID P1; with it a page holds 500 users at most, and one user is asked for by id alone.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from graphsync.sandbox.calls import Call
from graphsync.sandbox.premium import demand_premium
from graphsync.sandbox.presenting import SIGN_INS
from graphsync.sandbox.problems import Refusal, bad_request, unsupported_query

_LONGEST_PAGE = 500
_MAY = "AuditLog.Read.All"
_REQUESTS = UUID("5c1e9f0e-3f0b-4a6e-9d55-6d2b8f1f9a10")


def sign_ins_of_many(call: Call, select: tuple[str, ...] | None) -> frozenset[str]:
    """What a list of users may select besides; raises for who may not, and for a longer page."""
    if select is None or SIGN_INS not in select:
        return frozenset()
    _check(call)
    if call.query.top > _LONGEST_PAGE:  # the documents give the limit; the text is unverified
        raise unsupported_query(
            f"Invalid page size specified: '{call.query.top}'. Must be between 1 and "
            f"{_LONGEST_PAGE} inclusive."
        )
    return frozenset({SIGN_INS})


def sign_ins_of_one(call: Call, select: tuple[str, ...] | None) -> frozenset[str]:
    """What a read of one user may select besides; raises for who may not, and for a UPN."""
    if select is None or SIGN_INS not in select:
        return frozenset()
    _check(call)
    if not _is_id(call.keys[0]):  # Microsoft Q&A 1311910: 400 for a UPN (text unverified)
        raise bad_request("Get By Key only supports UserId and the key has to be a valid Guid")
    return frozenset({SIGN_INS})


def signed_in(at: datetime) -> dict[str, Any]:
    """The property of a user whose only sign-in, interactive and successful, was then."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    request = str(uuid5(_REQUESTS, stamp))
    return {
        SIGN_INS: {
            "lastSignInDateTime": stamp,
            "lastSignInRequestId": request,
            "lastNonInteractiveSignInDateTime": None,
            "lastNonInteractiveSignInRequestId": None,
            "lastSuccessfulSignInDateTime": stamp,
            "lastSuccessfulSignInRequestId": request,
        }
    }


def habit(place: int, now: datetime) -> dict[str, Any]:
    """When the user at this place of a list signed in: one in nine never, one in seven long ago."""
    if place % 9 == 5:
        return {}
    days = 200 + place if place % 7 == 3 else place % 20
    return signed_in(now - timedelta(days=days, minutes=place))


def _check(call: Call) -> None:
    if _MAY not in call.roles:  # recorded: msgraph-sdk issues about this property
        raise Refusal(
            403,
            "Authentication_MSGraphPermissionMissing",
            f"Calling principal does not have required MSGraph permissions {_MAY}",
        )
    demand_premium(call.tenant)


def _is_id(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True
