"""Pupils whose ICT form is missing, where the pack asks for it (SNMAT-F1.3)."""

from graphsync.changes import Held
from graphsync.reasons import Reason
from policies.desired import Desired
from policies.licensing import ICT_FORM


def without_permission(wanted: Desired, what: str) -> tuple[Held, ...]:
    """What is held about a pupil without permission: `what` is not done, or it is a finding."""
    if not (why := wanted.no_permission):
        return ()
    held = Held(
        person=wanted.key,
        reason=Reason.NO_PERMISSION,
        sentence=why,
        what=what,
        clauses=(ICT_FORM,),
    )
    return (held,)
