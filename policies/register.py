"""The clause register: every clause of the five policies, and what this service does about it.

A clause is enforced (RULE), checked (CHECK), recorded (RECORD) or reported (REPORT) only where its
row names the function that does it and the test that proves it; otherwise it stands as *not yet*,
and what is out of scope keeps its reason.
"""

from collections.abc import Collection
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct

_FILE = Path(__file__).parent / "clauses.yaml"
# The C parser reads the register in a tenth of the time; both parse alike.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

POLICIES = {  # id of the school or trust -> its policy, in the order of the register
    "pb": "Plantsbrook School: Whole School ICT Policy",
    "snmat": "SNMAT: ICT Policy, with three forms",
    "tmhs": "Thomas Mills High School: Online Safety Policy",
    "eic": "English in Chester: ICT Policy and Procedures",
    "wpt": "Wickersley Partnership Trust: ICT Policy",
}


class ClauseClass(StrEnum):
    """What a clause asks of the service."""

    RULE = "RULE"
    CHECK = "CHECK"
    RECORD = "RECORD"
    REPORT = "REPORT"
    OUT = "OUT"


class State(StrEnum):
    """What the service does about a clause today."""

    ENFORCED = "enforced"
    CHECKED = "checked"
    RECORDED = "recorded"
    REPORTED = "reported"
    NOT_YET = "not yet"
    OUT = "out of scope"


PROVEN = {  # class -> the state of a row that names its function and its test
    ClauseClass.RULE: State.ENFORCED,
    ClauseClass.CHECK: State.CHECKED,
    ClauseClass.RECORD: State.RECORDED,
    ClauseClass.REPORT: State.REPORTED,
}


class Topic(StrEnum):
    """What a clause is about; releases are built by topic."""

    AGREEMENTS = "agreements"
    BACKUP = "backup"
    CLASS_LOG_ONS = "class log-ons"
    CONDUCT = "conduct"
    CONSENT = "consent"
    DATA_PROTECTION = "data protection"
    DEVICES = "devices"
    EX_PUPILS = "ex-pupils"
    FILES = "files"
    FILTERING = "filtering"
    GROUPS = "groups"
    GUESTS = "guests"
    IMAGES = "images"
    INCIDENTS = "incidents"
    LICENCES = "licences"
    LIFECYCLE = "lifecycle"
    MAIL_AND_DLP = "mail and DLP"
    MASTER_PASSWORDS = "master passwords"
    MONITORING = "monitoring"
    PACKS = "packs"
    PASSWORDS = "passwords"
    PLATFORM = "platform"
    PREMISES = "premises"
    ROLES = "roles"
    ROSTER = "roster"
    SIMS_REVOCATION = "SIMS revocation"
    SUSPENSION = "suspension"
    TEACHING = "teaching"
    TRAINING = "training"


class Clause(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One clause of one policy; raises ValueError for a row that is not whole.

    `clause` is the policy's text in our words; `behaviour` and `example` say what the service does
    and how to see it, `actor` for whom. `function` is `module:name`, `test` a test's id; both or
    neither. `reason` says why a clause is out of scope, `not_yet` what is still missing, `lacks`
    what a row that is proven does otherwise than its behaviour says.
    """

    id: str
    school: str
    topic: Topic
    clause: str
    kind: ClauseClass = msgspec.field(name="class")
    release: int | None = None
    behaviour: str = ""
    actor: str = ""
    example: str = ""
    reason: str = ""
    function: str = ""
    test: str = ""
    not_yet: str = ""
    lacks: str = ""

    def __post_init__(self) -> None:
        if self.school not in POLICIES:
            raise ValueError(f"{self.id}: school {self.school} has no policy in the register")
        if bool(self.function) != bool(self.test):
            raise ValueError(f"{self.id}: name both the function and its test, or neither")
        if self.function and self.not_yet:
            raise ValueError(f"{self.id}: is proven and yet not there; remove one of the two")
        if self.lacks and not self.function:
            raise ValueError(f"{self.id}: lacks something and is not proven; write not_yet")
        if not (self._is_out() if self.kind is ClauseClass.OUT else self._is_in()):
            raise ValueError(
                f"{self.id}: a row out of scope has a reason and nothing else; any other has "
                "a release from 1 to 3, a behaviour and an example, and no reason"
            )

    def _is_out(self) -> bool:
        others = (self.release, self.behaviour, self.example, self.function, self.not_yet)
        return bool(self.reason) and not any(others)

    def _is_in(self) -> bool:
        whole = self.release in {1, 2, 3} and self.behaviour and self.example
        return bool(whole) and not self.reason

    @property
    def state(self) -> State:
        """What the service does about it: never more than a test proves."""
        if self.kind is ClauseClass.OUT:
            return State.OUT
        return PROVEN[self.kind] if self.function else State.NOT_YET

    @property
    def why(self) -> str:
        """Why nothing proves it: out of scope, or what is still missing; empty if proven."""
        if self.function:
            return ""
        return self.reason or self.not_yet or f"planned for release {self.release}: {self.topic}"


@lru_cache(maxsize=1)
def load_register() -> tuple[Clause, ...]:
    """Every clause, in the order of the policies; raises ValueError when the file is not whole."""
    rows = yaml.load(_FILE.read_bytes(), Loader=_LOADER)  # noqa: S506 - a safe loader, C or not
    clauses = msgspec.convert(rows, tuple[Clause, ...])
    if len({one.id for one in clauses}) < len(clauses):
        raise ValueError(f"{_FILE.name}: an id stands twice; give each clause its own")
    return clauses


@lru_cache(maxsize=1)
def clause_ids() -> frozenset[str]:
    """The id of every clause in the register; a pack may cite no other."""
    return frozenset(one.id for one in load_register())


def clauses_for(school: str, trust: str = "", cited: Collection[str] = ()) -> tuple[Clause, ...]:
    """The clauses a school is held to, in the order of the register; empty for none.

    A school with a policy of its own (`pb`, `tmhs` …) has that; any other its trust's, and those
    that its packs cite by id.
    """
    if school in POLICIES:
        return tuple(one for one in load_register() if one.school == school)
    return tuple(one for one in load_register() if one.school == trust or one.id in cited)
