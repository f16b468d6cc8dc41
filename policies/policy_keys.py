"""The keys of a pack about the policy itself and the people it is for.

Version and review, roles, types of people, their accounts, acceptable use and consent.
"""

from policies import pack_values as value
from policies import policy_values as policy
from policies.conduct_keys import CONDUCT_KEYS
from policies.consent_keys import CONSENT_KEYS
from policies.pack_schema import Key, Order

ROLES = (
    "accountable_leader",
    "it_manager",
    "head",
    "dpo",
    "safeguarding",
    "esafety_lead",
    "head_of_year",
)
CLASS_LOGONS = (True, "on_request", False)  # from the loosest to the strictest
GUESTS = (True, "parents_only", False)
# What a school asks of people before they use its systems, from the least to the most.
AUP_MODES = (
    "published",
    "deemed",
    "induction",
    "acknowledged",
    "signed_from_year_3_else_discussed",
    "signed",
    "every_logon",
)
AUP_APPROVALS = ("none", "it_manager")
AUP_CATEGORIES = ("student", "staff", "other_adult")

_PACK: tuple[Key, ...] = (
    Key("pack.version", value.remark),
    Key("pack.seed", value.remark, only="school"),
    Key("pack.author", value.text),
    Key("pack.date", policy.period),
    Key("pack.header_date", policy.period),
    Key("pack.changes", policy.note),
    Key("pack.requested_by", value.text),
    Key("pack.approved_by", value.several(value.text)),
    Key("pack.approvals", value.several(policy.approval)),
    Key("pack.union_consultation", value.day),
    Key("pack.announced", value.day),
    Key("pack.effective", value.day),
    Key("pack.history", value.several(policy.earlier)),
    Key("pack.law_cited", value.text),
    Key("pack.law_applied", value.one_of("UKGDPR")),
)

_REVIEW: tuple[Key, ...] = (
    Key("review.cycle_months", value.number(1, 120), Order.LOWER),
    Key("review.last_review", policy.period),
    Key("review.last_union_consultation", policy.period),
    Key("review.approvals_needed", value.several(value.text), Order.UNION),
    Key("review.union_consultation", value.yes_or_no, Order.YES),
    Key("review.staff_notice", value.yes_or_no, Order.YES),
    Key("review.staff_notice_days", value.number(0, 365), Order.HIGHER),
    Key("review.pupil_only_change_without_notice", value.yes_or_no, Order.NO),
)

_ROLES: tuple[Key, ...] = (
    *(Key(f"roles.{role}", policy.texts) for role in ROLES),
    Key("roles.technical_team.size", value.number(1, 100)),
    Key("roles.technical_team.includes_manager", value.yes_or_no),
    Key("roles.technical_team.provider", value.yes_or_no),
)

_ACCOUNTS: tuple[Key, ...] = (
    Key("person_types", policy.person_types),
    Key(
        "accounts.individual_from_year",
        policy.year_word,
        Order.LADDER,
        ladder=policy.YEARS,
        pupils_only=True,
    ),
    Key(
        "accounts.class_logons.allowed",
        policy.choice(*CLASS_LOGONS),
        Order.LADDER,
        ladder=CLASS_LOGONS,
    ),
    Key("accounts.class_logons.up_to_year", value.number(0, 13), Order.LOWER),
    Key("accounts.class_logons.needs", value.several(value.text), Order.UNION),
    Key("accounts.class_logons.mailbox", value.yes_or_no, Order.NO),
    Key("accounts.class_logons.expires", value.one_of("school_year")),
    Key("accounts.shared", value.one_of("refuse")),
    Key("accounts.leaver.disable", value.one_of("same_night")),
    Key("accounts.leaver.revoke_sessions", value.always("a leaver's sessions are always ended")),
    Key("accounts.leaver.device_task", value.yes_or_no, Order.YES),
    Key("accounts.leaver.return_devices", value.yes_or_no, Order.YES),
    Key("accounts.joiners.weekly_sign_off", value.yes_or_no, Order.YES),
    Key("accounts.mover.remove_old_rights_first", value.yes_or_no, Order.YES),
    Key("accounts.guests.allowed", policy.choice(*GUESTS), Order.LADDER, ladder=GUESTS),
    Key("accounts.guests.temporary", value.yes_or_no, Order.YES),
    Key("accounts.guests.sponsor", value.yes_or_no, Order.YES),
    Key("accounts.guests.max_days", value.number(1, 3_650), Order.LOWER),
    Key("accounts.guests.services_listed", value.yes_or_no, Order.YES),
    Key("accounts.provider_window.needs", value.several(value.text), Order.UNION),
    Key("accounts.sims_user_group.categories", value.several(value.text), Order.INTERSECTION),
    Key("accounts.sims_user_group.parent_access", value.yes_or_no, Order.NO),
    Key("accounts.induction_gate.category", value.text, pupils_only=True),
    Key("accounts.induction_gate.grace_days", value.number(0, 365), Order.LOWER, pupils_only=True),
)


def _agreement(category: str) -> tuple[Key, ...]:
    at, pupils = f"aup.{category}", category == "student"
    return (
        Key(
            f"{at}.mode",
            value.one_of(*AUP_MODES),
            Order.LADDER,
            ladder=AUP_MODES,
            pupils_only=pupils,
        ),
        Key(
            f"{at}.approval",
            value.one_of(*AUP_APPROVALS),
            Order.LADDER,
            ladder=AUP_APPROVALS,
            pupils_only=pupils,
        ),
        Key(f"{at}.opt_out", value.text, pupils_only=pupils),
        Key(f"{at}.document.id", value.text, pupils_only=pupils),
        Key(f"{at}.document.version", value.remark, pupils_only=pupils),
        Key(f"{at}.document.date", policy.period, pupils_only=pupils),
    )


_AGREEMENTS: tuple[Key, ...] = (
    *(key for category in AUP_CATEGORIES for key in _agreement(category)),
    Key("aup.monitoring_notice", value.one_of("required")),
    Key("aup.reaccept_days", value.number(1, 3_650), Order.LOWER),
    Key("aup.grace_days", value.number(0, 365), Order.LOWER),
)

POLICY_KEYS: tuple[Key, ...] = (
    *_PACK,
    *_REVIEW,
    *_ROLES,
    *_ACCOUNTS,
    *_AGREEMENTS,
    *CONSENT_KEYS,
    *CONDUCT_KEYS,
)
