"""Desired state and snapshot in, plan out: what changes, who is held, who is right as they are.

Pure: the same arguments give the same plan, whatever the order of rows. Every person of the
school ends as changed, held or unchanged.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from graphsync import age_planning, differences, sentences
from graphsync.accounts import CONSENT, Account
from graphsync.changes import (
    NAMES,
    Change,
    CreateUser,
    DisableUser,
    EnableUser,
    Held,
    Origin,
    Plan,
    RevokeSessions,
    UpdateUser,
    in_order,
)
from graphsync.group_planning import GroupBook
from graphsync.licence_planning import LicenceBook
from graphsync.matching import Resemblance
from graphsync.permission_planning import without_permission
from graphsync.reasons import Reason
from graphsync.scene import Link, Scene, protected_ids, strangers
from graphsync.stamps import stamp
from graphsync.team_planning import TeamBook
from policies.class_logons import has_own_account
from policies.desired import EMPLOYEE_TYPE, Desired
from policies.lifecycle import Stage
from policies.naming import NoName, entra_name
from policies.password_phases import expiry, phase_of, sign_in_terms
from policies.people import Kind, Person, PersonKey
from policies.rules import Home
from policies.school_days import school_day


class Part(Struct):
    """What one person adds to the plan."""

    changes: list[Change] = []
    held: list[Held] = []

    def hold(
        self,
        key: PersonKey,
        reason: Reason,
        sentence: str,
        *,
        what: str = "",
        clauses: tuple[str, ...] = (),
    ) -> "Part":
        """The same part with one more thing held."""
        held = Held(person=key, reason=reason, sentence=sentence, what=what, clauses=clauses)
        self.held.append(held)
        return self


def plan_changes(scene: Scene) -> Plan:
    """The plan of one school: see Scene for what it is drawn from."""
    protected = protected_ids(scene.snapshot, scene.rules)
    groups = GroupBook(scene.school, scene.rules, scene.snapshot, scene.links, scene.made)
    licences, teams = LicenceBook(scene), TeamBook(groups)
    claims = Counter(one.object_id for seen in scene.matching.resembling.values() for one in seen)
    changes: list[Change] = []
    held: list[Held] = []
    unchanged: list[PersonKey] = []
    for wanted in scene.desired:
        told = _at_a_glance(scene, wanted, protected, groups, licences)
        if told is None:
            part = _Planner(scene, wanted, protected, claims, groups, licences).part()
            changes += part.changes
            told = part.held
            if part.changes or licences.waits(wanted):
                held += [*told, *teams.held_for(wanted)]
                continue
        if not teams.as_wanted(wanted):
            told = [*told, *teams.held_for(wanted)]
        held += told
        if not told:
            unchanged.append(wanted.key)
    given, short = licences.allotted()
    changes += [*given, *groups.own_changes(), *teams.changes()]
    held += short
    return Plan(
        school=scene.school,
        as_of=scene.day,
        roster_sha256=scene.roster_sha256,
        pack_sha256=scene.rules.pack_sha256,
        changes=tuple(sorted(changes, key=in_order)),
        held=tuple(sorted(held, key=lambda one: (one.person, one.reason, one.what))),
        unchanged=tuple(unchanged),
        linked=_linked(scene),
        first=scene.first,
        strangers=strangers(scene, protected) if scene.first else 0,
    )


def _at_a_glance(
    scene: Scene,
    wanted: Desired,
    protected: frozenset[str],
    groups: GroupBook,
    licences: LicenceBook,
) -> Sequence[Held] | None:
    """The quick answer for the many of whom a _Planner would find nothing to change.

    What is held about them, which is nothing or a licence; None where a _Planner has to look.
    """
    link = scene.links.get(wanted.key)
    account = scene.snapshot.accounts.get(link.object_id) if link else None
    if account is None:
        return None
    right = (
        wanted.standing.stage is Stage.CURRENT
        and account.account_enabled is True
        and account.id not in protected
        and not differences.misplaced(wanted, account, scene.rules)
        and differences.alike(wanted, account, scene.rules)
        and groups.as_wanted(wanted, account)
    )
    told = licences.at_a_glance(wanted, account) if right else None
    return told if told is None else (*told, *without_permission(wanted, ""))


def _linked(scene: Scene) -> dict[Kind, int]:
    return dict(Counter(wanted.kind for wanted in scene.desired if wanted.key in scene.links))


class _Planner:
    """One person's part of the plan."""

    def __init__(
        self,
        scene: Scene,
        wanted: Desired,
        protected: frozenset[str],
        claims: Counter[str],
        groups: GroupBook,
        licences: LicenceBook,
    ) -> None:
        self.scene = scene
        self.wanted = wanted
        self.key = wanted.key
        self.protected = protected
        self.claims = claims
        self.groups = groups
        self.licences = licences
        self.link = scene.links.get(wanted.key)
        self.out = Part([], [])

    def part(self) -> Part:
        where = self.wanted.standing
        stage = where.stage
        if reason := _HELD_STAGES.get(stage):
            return self.out.hold(self.key, reason, where.sentence, clauses=where.clauses)
        if self.link is None:
            return self._without_account(stage)
        account = self.scene.snapshot.accounts.get(self.link.object_id)
        if account is None:
            return self.out.hold(
                self.key, Reason.ACCOUNT_GONE, "the linked account is no longer in the tenant"
            )
        if account.id in self.protected:
            return self.out.hold(
                self.key, Reason.PROTECTED, "the account holds a directory role or is listed"
            )
        return self._with_account(stage, account, self.link)

    def _without_account(self, stage: Stage) -> Part:
        if self.wanted.person is None:
            return self.out
        if seen := self.scene.matching.resembling.get(self.key):
            # A leaver's too: an account nobody adopted would stay open for ever.
            return self._resembling(seen)
        if stage is Stage.SUSPENDED:
            where = self.wanted.standing
            return self.out.hold(self.key, Reason.HOLD, where.sentence, clauses=where.clauses)
        person, rules = self.wanted.person, self.scene.rules
        if stage is not Stage.CURRENT or not has_own_account(person, rules):
            return self.out
        if missing := without_permission(self.wanted, "create_user"):
            self.out.held += missing
            return self.out
        if rules.home.get(self.wanted.kind) is Home.AD:
            return self.out.hold(
                self.key, Reason.AD, "to be created in Active Directory", what="create_user"
            )
        return self._create(person)

    def _resembling(self, seen: tuple[Resemblance, ...]) -> Part:
        ids = {one.object_id for one in seen}
        if ids & self.protected:
            return self.out.hold(
                self.key, Reason.PROTECTED, "resembles an account that holds a directory role"
            )
        accounts = [self.scene.snapshot.accounts[one.object_id] for one in seen]
        if len(ids) > 1:
            return self.out.hold(self.key, Reason.DISPUTED, sentences.rivals(accounts))
        if (people := self.claims[accounts[0].id]) > 1:
            return self.out.hold(self.key, Reason.DISPUTED, sentences.claimed(accounts[0], people))
        return self.out.hold(
            self.key, Reason.POSSIBLE_ACCOUNT, sentences.resembles(accounts[0], seen[0].evidence)
        )

    def _create(self, person: Person) -> Part:
        rules = self.scene.rules
        try:
            alias = self.scene.user_name(person)
        except NoName as problem:
            return self.out.hold(self.key, Reason.NO_NAME, str(problem))
        upn = f"{alias}@{rules.domain}"
        terms = sign_in_terms(person.kind, phase_of(person.kind, person.year), rules.password)
        self.out.changes.append(
            CreateUser(
                person=self.key,
                population=person.kind,
                user_principal_name=upn,
                mail_nickname=alias,
                display_name=self.wanted.display_name,
                given_name=entra_name(person.given_name),
                surname=entra_name(person.surname),
                employee_type=EMPLOYEE_TYPE[person.kind],
                company_name=rules.name[:64],
                department=self.wanted.department,
                usage_location=rules.usage_location,
                stamp=stamp(self.key),
                first_sign_in=terms.first_sign_in,
                expiry=expiry(rules.password),
                claims=age_planning.born_with(self.wanted, rules),
                clauses=terms.clauses,
                sentence=sentences.create(self.wanted, upn, terms),
            )
        )
        return self._belongings(None)

    def _with_account(self, stage: Stage, account: Account, link: Link) -> Part:
        if stage not in _OUT:
            return self._current(account, link)
        self._out_of_the_building(account, link)
        if _OUT[stage] is not Origin.ROSTER or self._night_of_the_block(link):
            return self.out
        return self._belongings(account)

    def _out_of_the_building(self, account: Account, link: Link) -> None:
        why = self.wanted.standing
        origin = Origin.DEPARTURE if why.departed else _OUT[why.stage]
        if account.account_enabled and account.mastered_in_ad:
            self.out.hold(
                self.key,
                Reason.AD,
                f"to be disabled in Active Directory: {why.sentence}",
                what="disable_user",
            )
        elif account.account_enabled:
            self.out.changes.append(
                DisableUser(
                    person=self.key,
                    population=self.wanted.kind,
                    account=account.id,
                    origin=origin,
                    clauses=why.clauses,
                    last_day=why.left_on,
                    sentence=sentences.disable(account, why),
                )
            )
        if self._sessions_stand(account, link):
            self.out.changes.append(
                RevokeSessions(
                    person=self.key,
                    population=self.wanted.kind,
                    account=account.id,
                    origin=origin,
                    clauses=why.clauses,
                    sentence=sentences.revoke(account),
                )
            )

    def _night_of_the_block(self, link: Link) -> bool:
        """Whether this night blocks or revokes, or has: then it does nothing else (decision 13)."""
        done = [school_day(at) for at in (link.blocked_at, link.revoked_at) if at is not None]
        return bool(self.out.changes) or max(done, default=date.min) >= self.scene.day

    def _sessions_stand(self, account: Account, link: Link) -> bool:
        """Whether sessions are still to be revoked: with the block, or left over from a kill."""
        if account.mastered_in_ad:
            return link.revoked_at is None
        if account.account_enabled:
            return True
        return link.blocked_at is not None and (
            link.revoked_at is None or link.revoked_at < link.blocked_at
        )

    def _current(self, account: Account, link: Link) -> Part:
        self.out.held += without_permission(self.wanted, "")
        if not account.account_enabled:
            if link.blocked_at is None:
                return self.out.hold(self.key, Reason.DISABLED_BY_HAND, sentences.BY_HAND)
            if self.wanted.standing.returning:
                return self.out.hold(self.key, Reason.RETURN, sentences.RETURN, what="enable_user")
            if account.mastered_in_ad:
                return self.out.hold(
                    self.key, Reason.AD, "to be enabled in Active Directory", what="enable_user"
                )
            self.out.changes.append(
                EnableUser(
                    person=self.key,
                    population=self.wanted.kind,
                    account=account.id,
                    clauses=self.wanted.standing.clauses,
                    sentence=sentences.enable(account, self.wanted.standing),
                )
            )
        self._properties(account, adopted=link.adopted)
        if differences.misplaced(self.wanted, account, self.scene.rules):
            self.out.hold(self.key, Reason.AD, "to be moved in Active Directory", what="move_user")
        return self._belongings(account)

    def _properties(self, account: Account, *, adopted: bool) -> None:
        found = differences.of(self.wanted, account, self.scene.rules, adopted=adopted)
        if found.for_ad:
            self.out.hold(
                self.key,
                Reason.AD,
                f"to be changed in Active Directory: {', '.join(sorted(found.for_ad))}",
                what="update_user",
            )
        if found.kept:
            self.out.hold(
                self.key,
                Reason.ADOPTED_DIFFERENCE,
                f"the account was here before us and keeps its {', '.join(sorted(found.kept))}",
                what="update_user",
            )
        if found.denied is not None and self.key in self.scene.deny:
            found = found.denied
        elif found.denied is not None:
            self.out.held.append(age_planning.denied(self.wanted, account))
        if not found.new:
            return
        renamed = self.wanted.renamed and bool(NAMES & found.new.keys())
        said = sentences.update_kept if renamed else sentences.update
        self.out.changes.append(
            UpdateUser(
                person=self.key,
                population=self.wanted.kind,
                account=account.id,
                old=found.old,
                new=found.new,
                origin=Origin.SAFEGUARDING if renamed else found.origin,
                clauses=self.wanted.gate.clauses if CONSENT in found.new else (),
                sentence=said(account, found.old, found.new),
            )
        )
        if found.old.get("surname"):
            self.out.hold(
                self.key,
                Reason.UPN_CHANGE,
                f"keeps signing in as {account.user_principal_name}; a new sign-in name is for a"
                " person to date",
                what="change_upn",
            )

    def _belongings(self, account: Account | None) -> Part:
        self.out.changes += self.groups.changes_for(self.wanted, account)
        self.out.held += self.groups.held_for(self.wanted, account)
        changes, held = self.licences.changes_for(self.wanted, account)
        self.out.changes += changes
        self.out.held += held
        return self.out


# Whose sign-in is blocked, and why; what else they have goes with the roster's leavers alone.
_OUT = {
    Stage.SUSPENDED: Origin.HOLD,
    Stage.DEPARTED: Origin.DEPARTURE,
    Stage.LEFT: Origin.ROSTER,
    Stage.LEFT_LONG_AGO: Origin.ROSTER,
}
_HELD_STAGES = {
    Stage.BAD_ROW: Reason.BAD_ROW,
    Stage.ABSENT: Reason.ABSENT,
    Stage.FUTURE: Reason.FUTURE_START,
    Stage.HELD: Reason.HOLD,
}
