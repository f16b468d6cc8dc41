"""Why people are held; `reports.words` has the heading and the mend of each."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a person is held: left exactly as found."""

    BAD_ROW = "bad_row"
    ABSENT = "absent"
    FUTURE_START = "future_start"
    POSSIBLE_ACCOUNT = "possible_existing_account"
    DISPUTED = "disputed_account"
    PROTECTED = "protected"
    DISABLED_BY_HAND = "disabled_by_hand"
    ACCOUNT_GONE = "account_gone"
    HOLD = "hold"
    RETURN = "return"
    AD = "ad"
    ADOPTED_DIFFERENCE = "adopted_difference"
    UPN_CHANGE = "upn_change"
    NO_NAME = "no_name"
    NO_LICENCE_LEFT = "no_licence_left"
    NO_PERMISSION = "no_permission"
    NO_CONSENT = "no_consent"
    LICENCE_WITHOUT_CONSENT = "licence_without_consent"
    LICENCE_BY_GROUP = "licence_by_group"
    GROUP_NEEDS_CONSENT = "group_needs_consent"
    GROUP_NOT_OURS = "group_not_ours"
    NO_FILTER = "no_filter"
    NO_OWNER = "no_owner"
    MEMBERSHIP_NOT_OURS = "membership_not_ours"
    PAUSED = "paused"
    NOT_UNDONE = "not_undone"
    RISK_NOTICE = "risk_notice"
    ADMINISTRATOR = "administrator_account"
    PASSWORD_KNOWN = "password_known"  # noqa: S105 - the name of a reason
