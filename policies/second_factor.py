"""Whether a school asks its staff for a second factor (MFA), and by which key of its pack.

A missing registration is a finding and blocks nobody (decision 27; A1.4, A1.5).
"""

from policies.rules import GroupKind, Rules

GROUP, ROUTE = f"groups.{GroupKind.MFA}", "password.route"


def asked_by(rules: Rules) -> str | None:
    """The key: the group for the rule for MFA, or MFA as the school's way to Cyber Essentials."""
    if GroupKind.MFA in rules.groups.names:
        return GROUP
    return ROUTE if rules.password.route == "mfa" else None
