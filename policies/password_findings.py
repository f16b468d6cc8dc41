"""What a person must look at in a school's rules for passwords (A-05, A4.2, A4.5)."""

from collections.abc import Iterator

from policies.findings import Finding
from policies.password_rules import PasswordRules
from policies.rules import Rules

_REMINDERS = {"reminder", "event_and_reminder"}


def password_findings(rules: Rules) -> tuple[Finding, ...]:
    """The findings about one school's rules, in clause order; they change nothing themselves."""
    asked = rules.password
    return tuple(sorted((*_interval(asked), *_expiry(asked), *_route(asked))))


def _interval(rules: PasswordRules) -> Iterator[Finding]:
    if rules.change.mode in _REMINDERS and rules.change.reminder_days is None:
        for clause in rules.clauses_of("change.reminder_days") or ("",):
            yield Finding(
                clause=clause,
                subject="password.change.reminder_days",
                sentence=(
                    "interval not set. Your policy says regularly without a number: enter one."
                    " No default was invented."
                ),
            )


def _expiry(rules: PasswordRules) -> Iterator[Finding]:
    days = rules.change.expire_days
    if days is None or rules.change.expiry_decided_by is not None:
        return
    for clause in rules.clauses_of("change.expire_days") or ("",):
        yield Finding(
            clause=clause,
            subject="password.change.expire_days",
            sentence=(
                f"the policy ends every password after {days} days; NCSC and Cyber Essentials"
                " advise against it, and passwords do not expire until a named person decides:"
                " write password.change.expiry_decided_by, or remove the days."
            ),
        )


def _route(rules: PasswordRules) -> Iterator[Finding]:
    if rules.route == "len12":
        yield Finding(
            clause="",
            subject="password.route",
            sentence=(
                "len12 is not enforceable in Entra: a cloud-only tenant asks 8 characters and"
                " cannot ask more. Choose mfa or len8_denylist."
            ),
        )
    elif rules.route and not rules.route_confirmed_by:
        yield Finding(
            clause="",
            subject="password.route_confirmed_by",
            sentence=(
                f"nobody has confirmed that {rules.route} is how the school meets Cyber"
                " Essentials: write password.route_confirmed_by."
            ),
        )
