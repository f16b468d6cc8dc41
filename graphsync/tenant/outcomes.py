"""What an answer to a write means: one closed table, judged from the top, a source for every row.

*It did not happen* and *we cannot tell* are different answers. Whatever the table does not know is
the second: settled by reading the tenant.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from graphsync.tenant.answers import Answer
from graphsync.tenant.permissions import BY_OPERATION
from graphsync.tenant.problems import CONSENT


class Meaning(StrEnum):
    """What to think of a write after its answer."""

    DONE = "done"
    ADOPT_IF_OURS = "adopt_if_ours"
    RETRY_UNTIL_REPLICATED = "retry_until_replicated"
    NOT_NOW = "not_now"
    NOT_TRIED = "not_tried"
    SETTLE_BY_READING = "settle_by_reading"
    SPLIT = "split"
    REFUSED = "refused"
    NOT_ALLOWED = "not_allowed"


class Judgement(Struct, frozen=True):
    """A meaning and its sentence for people, free of personal data."""

    meaning: Meaning
    text: str


class Row(Struct, frozen=True, kw_only=True):
    """One line of the table, named by its `id`. What is left empty matches anything.

    `statuses` is inclusive; `detail` is matched in the error's code, the codes of its details, and
    its message (the directory gives one code for many causes). `several` asks whether the item
    carries more than one change, `names_object` whether the body holds an object's id.
    """

    id: str
    operations: tuple[str, ...] = ()
    statuses: tuple[int, int] = (100, 599)
    detail: str = ""
    several: bool | None = None
    names_object: bool | None = None
    meaning: Meaning
    text: str
    source: str

    def matches(self, operation: str, answer: Answer, size: int) -> bool:
        """Whether this line is about such an answer to such an item."""
        low, high = self.statuses
        return (
            low <= answer.status <= high
            and (not self.operations or operation in self.operations)
            and self.several in (None, size > 1)
            and (self.names_object is None or self.names_object == bool(answer.object_id))
            and (not self.detail or self._found_in(answer))
        )

    def _found_in(self, answer: Answer) -> bool:
        wanted = self.detail.casefold()
        said = (answer.code, answer.message, *answer.details)
        return any(wanted in one.casefold() for one in said)


CREATES = ("create_user", "create_group")
LICENCES = ("assign_licence", "remove_licence")
TAKEN = "Another object with the same value for property"
ALREADY_THERE = "added object references already exist"
NOT_THERE = "removed object references do not exist"
NOT_SEEN_YET = "queried reference-property objects are not present"

TABLE: tuple[Row, ...] = (
    Row(
        id="accepted-user-unnamed",
        operations=("create_user",),
        statuses=(200, 299),
        names_object=False,
        meaning=Meaning.SETTLE_BY_READING,
        text="accepted, but the answer does not say what was made",
        source="Graph user create: 201 with the user; without its id nothing can follow",
    ),
    Row(
        id="accepted-group-unnamed",
        operations=("create_group",),
        statuses=(201, 201),
        names_object=False,
        meaning=Meaning.SETTLE_BY_READING,
        text="accepted, but the answer does not say what was made",
        source="Graph group upsert: 201 with the group, or 204 for one that is there",
    ),
    Row(
        id="accepted",
        statuses=(200, 299),
        meaning=Meaning.DONE,
        text="accepted",
        source="Graph: any 2xx is success (revokeSignInSessions answers 200 or 204)",
    ),
    Row(
        id="throttled",
        statuses=(429, 429),
        meaning=Meaning.NOT_NOW,
        text="throttled; nothing was done",
        source="Graph throttling guidance: an item of a batch is throttled by itself",
    ),
    Row(
        id="dependency-failed",
        statuses=(424, 424),
        meaning=Meaning.NOT_TRIED,
        text="not tried, because what it depends on failed",
        source="Graph JSON batching: dependsOn",
    ),
    Row(
        id="token-ran-out",
        statuses=(401, 401),
        meaning=Meaning.NOT_TRIED,
        text="not tried, because the token ran out",
        source="Graph: authentication comes before the operation",
    ),
    Row(
        id="taken-name",
        operations=CREATES,
        statuses=(400, 422),
        detail="ObjectConflict",
        meaning=Meaning.ADOPT_IF_OURS,
        text="the name is taken: perhaps by an earlier try of ours",
        source="Graph user create: a taken UPN is 400 with detail ObjectConflict, not 409",
    ),
    Row(
        id="taken-address",
        operations=CREATES,
        statuses=(400, 422),
        detail=TAKEN,
        meaning=Meaning.ADOPT_IF_OURS,
        text="the name or an address is taken: perhaps by an earlier try of ours",
        source="Graph: proxyAddresses and mailNickname conflicts, at times without details",
    ),
    Row(
        id="taken-key",
        operations=CREATES,
        statuses=(409, 409),
        detail="Request_MultipleObjectsWithSameKeyValue",
        meaning=Meaning.ADOPT_IF_OURS,
        text="the key is taken: perhaps by an earlier try of ours",
        source="Graph: key conflicts of other directory objects",
    ),
    Row(
        id="team-already",
        operations=("create_team",),
        statuses=(409, 409),
        meaning=Meaning.DONE,
        text="was a Team already",
        source="recorded: PUT team of a group that is one is 409 (microsoft-graph-docs issue 6448)",
    ),
    Row(
        id="team-without-owner",
        operations=("create_team",),
        statuses=(400, 400),
        detail="owner",
        meaning=Meaning.REFUSED,
        text="nobody owns the group: name an owner of it in the Entra admin centre",
        source="Graph team-put-teams: the group must have at least one owner",
    ),
    Row(
        id="team-too-soon",
        operations=("create_team",),
        statuses=(404, 404),
        meaning=Meaning.RETRY_UNTIL_REPLICATED,
        text="Teams does not know the group yet",
        source="Graph team-put-teams: 404 for a group made less than 15 minutes ago",
    ),
    Row(
        id="member-already",
        operations=("add_to_group",),
        statuses=(400, 400),
        detail=ALREADY_THERE,
        several=False,
        meaning=Meaning.DONE,
        text="was a member already",
        source="Graph group members: adding a member again is 400",
    ),
    Row(
        id="member-already-in-bind",
        operations=("add_to_group",),
        statuses=(400, 400),
        detail=ALREADY_THERE,
        several=True,
        meaning=Meaning.SPLIT,
        text="one of them was a member already, so none was added: added singly instead",
        source="Graph group members: members@odata.bind is all or nothing",
    ),
    Row(
        id="no-member",
        operations=("remove_from_group",),
        statuses=(400, 404),
        detail=NOT_THERE,
        meaning=Meaning.DONE,
        text="was no member any more",
        source="Graph group members: removing somebody who is no member",
    ),
    Row(
        id="usage-location",
        operations=("assign_licence",),
        statuses=(400, 400),
        detail="invalid usage location",
        meaning=Meaning.RETRY_UNTIL_REPLICATED,
        text="the account's usage location is not seen everywhere yet",
        source="Graph assignLicense: usageLocation of a new account replicates late",
    ),
    Row(
        id="reference-not-seen",
        statuses=(400, 400),
        detail=NOT_SEEN_YET,
        meaning=Meaning.RETRY_UNTIL_REPLICATED,
        text="what it refers to is not seen everywhere yet",
        source="Graph groups: a new member may not be found yet, said with 400",
    ),
    Row(
        id="not-seen",
        statuses=(404, 404),
        meaning=Meaning.RETRY_UNTIL_REPLICATED,
        text="not seen everywhere yet",
        source="Entra replication: app-only reads have no session consistency; 404 is not gone",
    ),
    Row(
        id="mastered-in-ad",
        statuses=(400, 403),
        detail="on-premises mastered",
        meaning=Meaning.REFUSED,
        text="the account is mastered in Active Directory: it must be changed there",
        source="Graph user update: properties of synced users are read-only",
    ),
    Row(
        id="no-licence-left",
        operations=LICENCES,
        statuses=(400, 400),
        detail="does not have any available licenses",
        meaning=Meaning.REFUSED,
        text="no licence of this kind is left: buy some, or free some",
        source="Graph assignLicense: no units left",
    ),
    Row(
        id="licence-inherited",
        operations=LICENCES,
        statuses=(400, 400),
        detail="inherited from a group membership",
        meaning=Meaning.REFUSED,
        text="the licence comes from a group and cannot be taken from the account",
        source="Graph assignLicense: inherited licences",
    ),
    Row(
        id="weak-password",
        statuses=(400, 400),
        detail="password complexity requirements",
        meaning=Meaning.REFUSED,
        text="Entra refuses the initial password",
        source="Entra password policies",
    ),
    Row(
        id="unverified-domain",
        statuses=(400, 400),
        detail="The domain portion of the userPrincipalName",
        meaning=Meaning.REFUSED,
        text="the domain of the user name is not verified in this tenant",
        source="Graph user create: verified domains only",
    ),
    Row(
        id="quota-used-up",
        statuses=(403, 403),
        detail="Directory_QuotaExceeded",
        meaning=Meaning.REFUSED,
        text="the directory's quota of objects or links is used up",
        source="Entra service limits",
    ),
    Row(
        id="not-allowed",
        statuses=(403, 403),
        meaning=Meaning.NOT_ALLOWED,
        text="the app may not do this",
        source="Graph: Authorization_RequestDenied",
    ),
    Row(
        id="failed",
        statuses=(500, 599),
        meaning=Meaning.SETTLE_BY_READING,
        text="Graph failed after the write may have been done",
        source="Graph errors: a POST that ended in 503 or 504 may have committed",
    ),
    Row(
        id="bad-request",
        statuses=(400, 400),
        meaning=Meaning.REFUSED,
        text="Graph refuses it",
        source="Graph errors: 400 is refused before anything is done",
    ),
    Row(
        id="unprocessable",
        statuses=(422, 422),
        meaning=Meaning.REFUSED,
        text="Graph refuses it",
        source="Graph errors: Request_UnprocessableEntity",
    ),
)

NO_ANSWER = Judgement(Meaning.SETTLE_BY_READING, "the answer was lost")
UNKNOWN = "an answer that the table does not know"


def row_of(operation: str, answer: Answer, size: int) -> Row | None:
    """The line of the table that this answer falls under; None for one that it does not know."""
    return next((row for row in TABLE if row.matches(operation, answer, size)), None)


def judge(operation: str, answer: Answer | None, size: int = 1) -> Judgement:
    """What this answer to an item of `size` changes of this kind means; no answer, we cannot tell.

    The text names Graph's code and the properties it points at, never the message, which may hold
    a person's name.
    """
    if answer is None:
        return NO_ANSWER
    row = row_of(operation, answer, size)
    if row is not None:
        return Judgement(row.meaning, _text(row, operation, answer))
    said = _said(answer.code, answer.targets)
    return Judgement(Meaning.SETTLE_BY_READING, f"{UNKNOWN} (HTTP {answer.status}{said})")


def _text(row: Row, operation: str, answer: Answer) -> str:
    match row.meaning:
        case Meaning.NOT_ALLOWED if operation in BY_OPERATION:
            return f"{row.text}: it needs {BY_OPERATION[operation]}; {CONSENT}"
        case Meaning.REFUSED | Meaning.ADOPT_IF_OURS | Meaning.SETTLE_BY_READING:
            return f"{row.text} (HTTP {answer.status}{_said(answer.code, answer.targets)})"
        case _:
            return row.text


def _said(code: str, targets: Iterable[str]) -> str:
    return "".join(f" {word}" for word in (code, *targets) if word)
