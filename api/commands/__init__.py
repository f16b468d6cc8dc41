"""The commands, in the order in which `graphsync --help` lists them."""

from collections.abc import Callable

from api.commands import (
    audit,
    class_logon,
    custody,
    demo,
    dlp,
    doctor,
    fixes,
    hold,
    init,
    match,
    password,
    pause,
    person,
    plan,
    policy,
    retention,
    roster,
    runs,
    sandbox,
    slips,
    worklist,
)
from api.usage import Commands

COMMANDS: tuple[Callable[[Commands], None], ...] = (
    demo.declare,
    sandbox.declare,
    init.declare,
    doctor.declare,
    roster.declare,
    plan.declare,
    runs.declare,
    person.declare,
    fixes.declare,
    match.declare,
    hold.declare,
    pause.declare,
    class_logon.declare,
    password.declare,
    slips.declare,
    custody.declare,
    worklist.declare,
    dlp.declare,
    policy.declare,
    retention.declare,
    audit.declare,
)
