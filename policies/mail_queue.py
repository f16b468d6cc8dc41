"""The queue of data-loss exceptions: its states, its moves and who may make them, as one table.

The state of an item is a function of its moves alone. The Data Protection Officer advises and the
head decides (law A18.2); a pack may let the DPO decide (`dlp.decision: approve`). Whoever advised
never decides, and of their own mail people only answer what they are asked (A18.5).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

LONGEST_NOTE = 500


class State(StrEnum):
    """Where an item stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    NEEDS_INFORMATION = "needs information"
    ADVISED = "advised"
    DECIDED = "decided"
    CLOSED = "closed"
    REOPENED = "reopened"


class Step(StrEnum):
    """What somebody does with an item."""

    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    ASK = "ask"
    ANSWER = "answer"
    ADVISE = "advise"
    DECIDE = "decide"
    CLOSE = "close"
    REOPEN = "reopen"


class Office(StrEnum):
    """As what somebody acts; the program itself reopens what a new record is about."""

    DPO = "the DPO"
    HEAD = "the head"
    PROGRAM = "graphsync"


class Advice(StrEnum):
    """What the DPO thinks of what was sent."""

    SUPPORT = "support"
    WITH_LIMITS = "with limits"
    DO_NOT = "do not support"


class Outcome(StrEnum):
    """What it comes to."""

    ALLOWED = "no breach: allowed by policy"
    TRAINING = "no breach: training"
    TOO_WIDE = "no breach: the rule is too wide"
    BREACH = "becomes a breach"
    OTHER = "other"


class Decision(StrEnum):
    """Who decides, as the pack's `dlp.decision` says."""

    APPROVE = "approve"
    ADVISE = "advise"


# The outcomes that follow an advice; every other one goes against it, and is listed (A18.3).
FOLLOWS: Mapping[Advice, frozenset[Outcome]] = {
    Advice.SUPPORT: frozenset({Outcome.ALLOWED, Outcome.TOO_WIDE}),
    Advice.WITH_LIMITS: frozenset({Outcome.TRAINING, Outcome.TOO_WIDE}),
    Advice.DO_NOT: frozenset({Outcome.BREACH, Outcome.TRAINING}),
}


class Row(Struct, frozen=True):
    """One row of the table of moves.

    `to` is None where the state stays as it is. `reason`: a note is needed. `holder`: where
    somebody has claimed the item, only they make this move. `own`: also about one's own mail.
    """

    before: frozenset[State]
    to: State | None
    offices: frozenset[Office]
    reason: bool = False
    holder: bool = False
    own: bool = False


_S = State
_BOTH = frozenset({Office.DPO, Office.HEAD})
_DPO, _HEAD = frozenset({Office.DPO}), frozenset({Office.HEAD})
_NEW = frozenset({_S.OPEN, _S.REOPENED})
_HELD = frozenset({_S.CLAIMED})
_ASKED = frozenset({_S.NEEDS_INFORMATION})
_THOUGHT = frozenset({_S.ADVISED})
_DONE = frozenset({_S.DECIDED, _S.CLOSED})

TABLE: tuple[tuple[Step, Row], ...] = (
    (Step.CLAIM, Row(_NEW, _S.CLAIMED, _BOTH)),
    (Step.RELEASE, Row(_HELD | _ASKED, _S.OPEN, _BOTH, holder=True)),
    (Step.ASSIGN, Row(_NEW, _S.CLAIMED, _BOTH)),
    (Step.ASSIGN, Row(_HELD | _ASKED, None, _BOTH)),
    (Step.ASK, Row(_HELD, _S.NEEDS_INFORMATION, _BOTH, reason=True, holder=True)),
    (Step.ANSWER, Row(_ASKED, _S.CLAIMED, _BOTH, reason=True, own=True)),
    (Step.ADVISE, Row(_NEW | _HELD, _S.ADVISED, _DPO, reason=True, holder=True)),
    (Step.DECIDE, Row(_THOUGHT, _S.DECIDED, _HEAD, reason=True)),
    (Step.CLOSE, Row(frozenset({_S.DECIDED}), _S.CLOSED, _BOTH)),
    (Step.REOPEN, Row(_DONE, _S.REOPENED, _BOTH, reason=True)),
    # A new record reopens what was thought of the old ones (A18.8).
    (Step.REOPEN, Row(_DONE | _THOUGHT, _S.REOPENED, frozenset({Office.PROGRAM}), reason=True)),
)
WITH_DECISION: Mapping[Decision, tuple[Row, ...]] = {
    Decision.ADVISE: (),
    # The pack lets the DPO decide, without an advice too; the reason stands beside it (A18.2).
    Decision.APPROVE: (
        Row(_NEW | _HELD, _S.DECIDED, _BOTH, reason=True, holder=True),
        Row(_THOUGHT, _S.DECIDED, _BOTH, reason=True),
    ),
}


class Made(Struct, frozen=True, kw_only=True):
    """A move that was made. `word` is the new assignee, the advice or the outcome.

    `note` is the reason as it was written. `warned` says of what its writer was warned and kept it
    all the same. `contrary`: a decision against the advice. `batch` names a decision of many.
    """

    item: str
    step: Step
    state: State
    at: datetime
    by: str
    office: Office
    word: str = ""
    note: str = ""
    warned: tuple[str, ...] = ()
    contrary: bool = False
    batch: str = ""

    def __repr__(self) -> str:
        return f"Made({self.item}, {self.step})"


class Standing(Struct, frozen=True, kw_only=True):
    """What an item's moves amount to. The last advice counts until the item is reopened.

    `advisers` and `deciders` are all that ever were: reopening does not let them change places.
    """

    state: State = State.OPEN
    assignee: str = ""
    advice: Advice | None = None
    outcome: Outcome | None = None
    advisers: frozenset[str] = frozenset()
    deciders: frozenset[str] = frozenset()


class NotNow(Exception):
    """The move cannot be made; the text says why, and what can be done."""


class Ask(Struct, frozen=True, kw_only=True):
    """A move that somebody wants to make. `offices` are all that they hold."""

    step: Step
    by: str
    offices: frozenset[Office]
    note: str = ""
    own_mail: bool = False


def standing(moves: Iterable[Made]) -> Standing:
    """Where an item with these moves stands, in their order."""
    now = Standing()
    for move in moves:
        now = after(now, move.step, move.by, move.word)
    return now


def after(now: Standing, step: Step, by: str, word: str) -> Standing:
    """Where an item stands once a move was made that the table allows."""
    every = (*(row for name, row in TABLE if name is step), *_more(step, Decision.APPROVE))
    row = next(one for one in every if now.state in one.before)
    then = replace(now, state=row.to or now.state)
    match step:
        case Step.CLAIM:
            return replace(then, assignee=by)
        case Step.ASSIGN:
            return replace(then, assignee=word)
        case Step.RELEASE:
            return replace(then, assignee="")
        case Step.REOPEN:
            return replace(then, assignee="", advice=None, outcome=None)
        case Step.ADVISE:
            advisers = now.advisers | {by}
            holder = now.assignee or by
            return replace(then, assignee=holder, advice=Advice(word), advisers=advisers)
        case Step.DECIDE:
            return replace(then, outcome=Outcome(word), deciders=now.deciders | {by})
        case Step.ASK | Step.ANSWER | Step.CLOSE:
            return then
        case _:
            assert_never(step)


def rows_of(step: Step, decision: Decision) -> tuple[Row, ...]:
    """The rows of the table for a move, under what the pack says of decisions."""
    return (*_more(step, decision), *(row for name, row in TABLE if name is step))


def _more(step: Step, decision: Decision) -> tuple[Row, ...]:
    return WITH_DECISION[decision] if step is Step.DECIDE else ()


def judge_move(now: Standing, ask: Ask, decision: Decision) -> Office:
    """As what the asker may make the move; raises NotNow with the reason where they may not."""
    every = rows_of(ask.step, decision)
    fitting = [one for one in every if now.state in one.before]
    if not fitting:
        may = {state for one in every for state in one.before}
        told = " or ".join(state for state in State if state in may)
        raise NotNow(f"it is {now.state}: {ask.step} is for what is {told}")
    mine = [one for one in fitting if one.offices & ask.offices]
    if not mine:
        offices = {office for one in fitting for office in one.offices}
        raise NotNow(f"{ask.step} is for {' or '.join(sorted(offices))}")
    row = mine[0]
    if ask.own_mail and not row.own:
        raise NotNow("it is about your own mail: somebody else does this")
    if row.holder and now.assignee not in {"", ask.by}:
        raise NotNow("somebody else has claimed it: assign it first")
    if ask.step is Step.DECIDE and ask.by in now.advisers:
        raise NotNow("you advised on it: somebody else decides")
    if ask.step is Step.ADVISE and ask.by in now.deciders:
        raise NotNow("you decided on it once: somebody else advises")
    if row.reason and not ask.note.strip():
        raise NotNow(f"{ask.step} needs a reason")
    return min(row.offices & ask.offices)


def reopens(state: State) -> bool:
    """Whether a new record reopens what stands so."""
    rows = rows_of(Step.REOPEN, Decision.ADVISE)
    return any(state in one.before and Office.PROGRAM in one.offices for one in rows)


def contrary(now: Standing, outcome: Outcome) -> bool:
    """Whether a decision goes against the advice that stands."""
    return now.advice is not None and outcome not in FOLLOWS[now.advice]
