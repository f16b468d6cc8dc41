"""What can be wrong between us and the activity feed, each with what to do about it.

Codes are those of the Management Activity API's reference ("Errors"). No text quotes an answer.
"""

from enum import StrEnum

from graphsync.tenant.problems import (
    CONSENT_TO_FEED,
    PermissionMissing,
    TenantProblem,
    TenantUnreachable,
)

LOOK = "check GRAPHSYNC_MANAGEMENT_URL, and any proxy or sign-in portal between here and Microsoft"
GRANT = f"{CONSENT_TO_FEED}; where it is granted already, add ActivityFeed.ReadDlp as well"


class Unread(StrEnum):
    """Why a piece of content could not be read whole."""

    EXPIRED = "content that expired before it was read"
    MISSING = "content that Microsoft does not have any more"
    CUT = "content that breaks off before its end"
    TOO_LARGE = "content that is too large to be any"


FOR_GOOD = frozenset({Unread.EXPIRED, Unread.MISSING, Unread.TOO_LARGE})  # to ask again is vain


class NotTheFeed(TenantUnreachable):
    """Something answers in the feed's place, or the feed answers what it does not document."""

    def __init__(self, what: str) -> None:
        super().__init__(f"what answers in the activity feed's place is not it ({what}): {LOOK}")


class FeedSilent(TenantUnreachable):
    """Nobody answers, or only with errors, again and again."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the activity feed does not answer ({what}): run graphsync dlp pull again later,"
            " within the seven days for which Microsoft keeps content; outages are told at"
            " status.cloud.microsoft"
        )


class FeedRefused(TenantProblem):
    """The feed says no, and no waiting helps."""

    def __init__(self, code: str, mend: str) -> None:
        super().__init__(f"the activity feed refuses ({code}): {mend}")
        self.code = code


class FeedDisabled(FeedRefused):
    """An administrator of the tenant or of Microsoft switched the subscription off."""

    def __init__(self) -> None:
        super().__init__(
            "AF20023",
            "an administrator disabled the subscription to DLP.All. Ask who, and why; then"
            " graphsync dlp pull --restart starts it again. What is made meanwhile is lost to it",
        )


_MENDS = {
    "AF20010": "GRAPHSYNC_TENANT_ID is not the tenant that the app signs in to",
    "AF20011": "Microsoft does not know the tenant: check GRAPHSYNC_TENANT_ID",
    "AF20012": "the tenant is not set up for this API: does it have Exchange Online?",
    "AF20013": "GRAPHSYNC_TENANT_ID has to be the tenant's GUID here, not a domain",
    "AF20030": "the time asked for is wrong: is this machine's clock right?",
    "AF20055": "the time asked for is wrong: is this machine's clock right?",
}
_OTHER = "please report it; graphsync dlp import reads an export meanwhile"
_AUDITING_OFF = (
    "auditing is switched off in this tenant: switch it on in the Purview portal under Audit; that"
    " takes up to an hour"
)
_NO_EXCHANGE = "Microsoft's service is disabled here: the tenant has no licence for Exchange Online"


def refused(code: str, text: str) -> TenantProblem:
    """The problem behind a refusal with this code, empty for none, and this body."""
    if code == "AF10001":
        return PermissionMissing("read the activity feed", ("ActivityFeed.Read",), GRANT)
    if code == "AF20023":
        return FeedDisabled()
    if code == "AF429":
        return FeedRefused(code, "it was started a moment ago: try again in fifteen minutes")
    if code:
        return FeedRefused(code, _MENDS.get(code, _OTHER))
    if "DataServiceException" in text and "does not exist" in text:
        return FeedRefused("no such tenant", _AUDITING_OFF)
    if "is disabled" in text and "service principal" in text:
        return FeedRefused("service disabled", _NO_EXCHANGE)
    return NotTheFeed("a refusal without a code of its own")
