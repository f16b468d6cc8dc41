"""Records of data loss to order: of a rule that matched a mail, and what is kept of one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from graphsync.store.dlp_events import KeptEvent
from policies.mail import Judgement, MailException, judge
from policies.mail_effects import Fate
from policies.mail_events import Event, Found, Fullness, Hit, Operation, Workload
from policies.mail_people import Parties
from policies.mail_rules import MailRules

NHS = "3192014e-2a16-44e9-aa69-4b20375c9a78"


def an_nhs_number(rule: str, actions: Iterable[str] = ("NotifyUser",)) -> Hit:
    """What a rule says that found two NHS numbers."""
    return Hit(
        rule_id=rule,
        rule="Low volume",
        mode="Enable",
        actions=tuple(actions),
        found=(Found(NHS, 2),),
    )


def a_match(record: str, at: datetime, **fields: Any) -> Event:
    """An audit record of a rule that matched a mail, of an incident of its own."""
    usual: dict[str, Any] = {
        "organisation": "o",
        "id": record,
        "fullness": Fullness.AUDIT_RECORD,
        "workload": Workload.EXCHANGE,
        "operation": Operation.MATCH,
        "created": at,
        "incident": f"incident-{record}",
    }
    return Event(**(usual | fields))


def kept(
    event: Event,
    parties: Parties,
    school: str = "oak",
    fate: Fate = Fate.LET_THROUGH,
    exceptions: tuple[MailException, ...] = (),
    classes: tuple[str, ...] = (),
) -> KeptEvent:
    """It was let through, and nobody has to look at it, unless this says otherwise."""
    judgement = Judgement(fate=fate, classes=classes, exceptions=exceptions)
    return KeptEvent(school=school, event=event, parties=parties, judgement=judgement)


def judged(event: Event, parties: Parties, rules: MailRules) -> KeptEvent:
    """What it comes to by the rules of the school that its people are of."""
    return KeptEvent(
        school=parties.school, event=event, parties=parties, judgement=judge(event, parties, rules)
    )
