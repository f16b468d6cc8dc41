"""The keys of a pack about what people do and what the school does about it.

Suspension, mail, monitoring, incidents, images, devices, backups, registers and reminders.
"""

from policies import pack_values as value
from policies import policy_values as policy
from policies.mail_queue import Decision
from policies.pack_schema import Key, Order
from policies.sensitive_types import CLASSES

CHANNELS = ("network", "internet", "email", "sims")
OVERRIDES = ("review", "exception", "never")  # from the loosest to the strictest
REMOTE_ACCESS = ("open", "staff_restricted_to_approved")

_SUSPENSION: tuple[Key, ...] = (
    Key("suspension.channels", value.several(value.one_of(*CHANNELS))),
    Key("suspension.reasons", policy.reasons),
    Key("suspension.immediate_by", value.several(value.text)),
    Key("suspension.parent_contact_task", value.yes_or_no, Order.YES, pupils_only=True),
    Key("suspension.coursework_check", value.yes_or_no, Order.YES, pupils_only=True),
    Key("sims_revocation.reasons", value.several(value.text), Order.UNION),
    Key("sims_revocation.child_protection_scope", value.one_of("all_parties")),
    Key("sims_revocation.lift_needs", value.number(1, 5), Order.HIGHER),
    Key("sims_revocation.alternative_information_route", value.yes_or_no, Order.YES),
)

_MAIL: tuple[Key, ...] = (
    Key("dlp.blocked_classes", value.several(value.text), Order.UNION),
    Key("dlp.encryption_exempts", value.several(value.text), Order.INTERSECTION),
    Key("dlp.recipient_rule", value.text),
    Key("dlp.internal_counts", value.yes_or_no, Order.YES),
    Key("dlp.bulk_threshold", value.number(1, 10_000), Order.LOWER),
    Key("dlp.bulk_override", value.one_of(*OVERRIDES), Order.LADDER, ladder=OVERRIDES),
    Key("dlp.override", value.one_of(*OVERRIDES), Order.LADDER, ladder=OVERRIDES),
    Key("dlp.personal_label", policy.personal_label),
    Key("dlp.personal_accounts", value.text),
    Key("dlp.approved_stores", value.several(value.text), Order.INTERSECTION),
    Key("dlp.silent_days", value.number(1, 365), Order.LOWER),
    Key("dlp.test_sender", value.address),
    Key("dlp.test_days", value.number(1, 30), Order.LOWER),
    # Who decides about an exception: the head on the DPO's advice, or the DPO too (law A18.2).
    Key(
        "dlp.decision", value.one_of(*Decision), Order.LADDER, ladder=tuple(Decision), required=True
    ),
    *(
        Key(f"dlp.due_days.{severity}", value.number(1, 90), Order.LOWER, required=True)
        for severity in ("high", "medium", "low")
    ),
    # Types that the school made, or reads otherwise than policies/sensitive_types.yaml does.
    Key("dlp.types", value.by_name(value.several(value.one_of(*CLASSES)), value.object_id)),
)

_WATCHING: tuple[Key, ...] = (
    Key("monitoring.reasons", value.several(value.text)),
    Key("monitoring.readers", value.several(value.text)),
    Key("monitoring.records_kept", value.yes_or_no, Order.YES),
    Key("monitoring.register_retention_years", value.number(1, 50)),
    Key("monitoring.absence_access.max_days", value.number(1, 365), Order.LOWER),
    # Who is told of what the filter finds, and when somebody last went through all of it (law A2).
    Key("filtering.alert_mailbox", value.address),
    Key("filtering.alert_owner", value.address),
    Key("filtering.reviewed_on", value.day),
    Key("filtering.review_days", value.number(1, 730), Order.LOWER, required=True),
    Key("filtering.test_days", value.number(1, 365), Order.LOWER, required=True),
    Key("incidents.routes", value.by_name(policy.texts)),
    Key("incidents.written_report_copy_to_reporter", value.yes_or_no, Order.YES),
    Key("incidents.safeguarding_reference_under_18", value.yes_or_no, Order.YES),
    Key("incidents.pupil_parent_contact", value.one_of("ask", "optional"), pupils_only=True),
    Key("ex_pupils.watch_years", policy.number_or("unlimited", 1, 50)),
    Key("ex_pupils.channels_allowed", value.several(value.text), Order.INTERSECTION),
    Key("ex_pupils.yearly_necessity_review", value.yes_or_no, Order.YES),
)

_THINGS: tuple[Key, ...] = (
    Key("images.no_names_in_files", value.yes_or_no, Order.YES),
    Key("images.no_geodata", value.yes_or_no, Order.YES),
    Key("images.written_approval", value.yes_or_no, Order.YES),
    Key("images.not_in_pupil_areas", value.yes_or_no, Order.YES),
    Key("images.upload_within_days", value.number(1, 365), Order.LOWER),
    Key("devices.encryption_required", value.yes_or_no, Order.YES),
    Key("devices.removable_media", value.text),
    Key("devices.usb_issue_register", value.yes_or_no, Order.YES),
    Key("devices.personal", value.text),
    Key("devices.reset_personal", value.one_of("two_approvals")),
    Key("devices.contact_within_days", value.number(1, 365), Order.LOWER),
    Key("devices.staff_devices_no_pupil_logon", value.yes_or_no, Order.YES),
    Key("devices.sims_pcs_no_pupil", value.yes_or_no, Order.YES),
    Key("devices.loans.form", value.yes_or_no, Order.YES),
    Key("devices.loans.countersign", value.several(value.text), Order.UNION),
    Key("devices.loans.yearly_check_from_months", value.number(1, 120), Order.LOWER),
    Key("devices.loans.return_on_leaving", value.yes_or_no, Order.YES),
    Key("remote_access", value.one_of(*REMOTE_ACCESS), Order.LADDER, ladder=REMOTE_ACCESS),
    Key("filter_exceptions.workflow", value.yes_or_no, Order.YES),
    Key("filter_exceptions.time_limited", value.text),
    Key("filter_exceptions.max_days", value.number(1, 365), Order.LOWER),
    Key("filter_exceptions.min_reason_chars", value.number(0, 1_000), Order.HIGHER),
    Key("new_services.default", value.one_of("off_until_mapped")),
    Key("personal_use.levels", value.several(value.text)),
    Key("personal_use.withdrawable", value.yes_or_no, Order.YES),
)

_RECORDS: tuple[Key, ...] = (
    Key("backups.server", value.text),
    Key("backups.online", value.text),
    Key("backups.offsite_days", value.number(1, 3_650), Order.LOWER),
    Key("backups.test_restore_days", value.number(1, 3_650), Order.LOWER),
    Key("backups.log_check", value.text),
    Key("backups.tape.weekly", value.yes_or_no, Order.YES),
    Key("backups.tape.rotation_sets", value.number(1, 100), Order.HIGHER),
    Key("recovery_after_hours", value.number(1, 8_760), Order.LOWER),
    *(
        Key(f"registers.{name}", value.yes_or_no, Order.YES)
        for name in ("ico_registration", "processing", "training", "disclosure", "loans")
    ),
    Key("registers.hardware", policy.text_or_flag),
    Key("registers.software", policy.text_or_flag),
    Key("registers.linked_policies", value.several(value.text), Order.UNION),
    # Each linked policy that the school holds: where it is kept.
    Key("registers.documents", value.by_name(value.text), only="school"),
    Key("training.max_age_months", value.number(1, 120), Order.LOWER),
    Key("governors_summary_months", value.number(1, 120), Order.LOWER),
    Key("staff_reminder_months", value.number(1, 120), Order.LOWER),
    Key("retention_review.monthly", value.yes_or_no, Order.YES),
    Key("retention_review.principles", value.number(1, 20)),
    Key("subject_rights.kinds", value.several(value.text), Order.UNION),
    Key("subject_rights.due", value.one_of("one_month")),
    Key("contact_point", value.text),
)

CONDUCT_KEYS: tuple[Key, ...] = (*_SUSPENSION, *_MAIL, *_WATCHING, *_THINGS, *_RECORDS)
