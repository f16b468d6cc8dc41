"""Class log-ons on their way into a plan: as people of the roster, and what is held about them."""

from collections.abc import Callable, Iterable
from operator import attrgetter

from msgspec.structs import replace

from graphsync.changes import Held, Plan
from graphsync.intake import Intake
from graphsync.reasons import Reason
from policies.class_logons import HOLDER_LEFT, RISK_NOTICE, ClassLogon, holders_gone, waiting_for
from policies.people import PersonKey


def with_class_logons(plan: Plan, intake: Intake, in_scope: Callable[[PersonKey], bool]) -> Plan:
    """The plan with what is held about the class log-ons of the school year."""
    running = (one for one in intake.class_logons if one.ends_on >= intake.day)
    held = [one for logon in running if in_scope(logon.key) for one in _held(logon, intake)]
    if not held:
        return plan
    sorted_held = sorted([*plan.held, *held], key=attrgetter("person", "reason", "what"))
    return replace(plan, held=tuple(sorted_held))


def _held(logon: ClassLogon, intake: Intake) -> Iterable[Held]:
    if waiting := waiting_for(logon):
        yield Held(
            person=logon.key,
            reason=Reason.RISK_NOTICE,
            what="create_user",
            sentence=f"blocked: risk notice ({RISK_NOTICE}): {_list(waiting)} still to take note of"
            " it; `graphsync class-logon acknowledge` records it",
            clauses=(RISK_NOTICE,),
        )
    elif gone := holders_gone(logon, intake.roster, intake.day):
        yield Held(
            person=logon.key,
            reason=Reason.PASSWORD_KNOWN,
            what="set_password",
            sentence=f"needs a new password: {_list(gone)} held it and left;"
            f" `graphsync password reset --person {logon.key}` gives one",
            clauses=(HOLDER_LEFT,),
        )


def _list(keys: Iterable[PersonKey]) -> str:
    return ", ".join(map(str, keys))
