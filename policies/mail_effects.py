"""What a rule did to a mail: Purview's words for actions and modes, and what became of the mail.

Words seen in records: BlockAccess, NotifyUser, GenerateIncidentReport, GenerateAlert. Those of the
actions that a rule for mail can have come from New-DlpComplianceRule; which of them stand in a
record so is UNVERIFIED, and Halt is known from Splunk's production rule alone. A word that nobody
knows is never taken for *not blocked*.
"""

from enum import StrEnum

from policies.mail_events import Event


class Fate(StrEnum):
    """What became of a mail, as far as one record tells; from the safest to the least."""

    STOPPED = "stopped"
    ENCRYPTED = "encrypted"
    UNKNOWN = "unknown"
    TRIED = "only tried"  # the rule is in test mode: it did nothing, whatever its actions say
    LET_THROUGH = "let through"


ENFORCED = frozenset({"enable", "enforce", ""})  # every other word is a mode that only tries
STOPS = frozenset({"blockaccess", "halt", "quarantine", "moderate", "redirectmessageto"})
ENCRYPTS = frozenset({"encryptrmstemplate"})
DELIVERS = frozenset(
    """
    notifyuser generatealert generateincidentreport generateincidentreportaction addrecipients
    prependsubject modifysubject applyhtmldisclaimer setheader removeheader removermstemplate
    applybrandingtemplate
    """.split()  # noqa: SIM905 - a block of words reads better than a column of quotes
)


def fate_of(event: Event) -> Fate:
    """What became of the item; what its sender overrode or called wrong went out all the same.

    An overridden record still lists BlockAccess, so what was said goes before what was done.
    """
    enforced = [hit for hit in event.hits if hit.mode.casefold() in ENFORCED]
    done = {word.casefold() for hit in enforced for word in hit.actions}
    went = event.said.overridden or event.said.false_positive
    if done & STOPS and not went:
        return Fate.STOPPED
    if done & ENCRYPTS and not went:
        return Fate.ENCRYPTED
    if done - STOPS - ENCRYPTS - DELIVERS:
        return Fate.UNKNOWN
    return Fate.TRIED if event.hits and not enforced else Fate.LET_THROUGH
