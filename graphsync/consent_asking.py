"""Asking parents for consent: who would be asked, links by mail, letters, and reminders.

A link is 244 random bits of which only a digest is kept; it belongs to one contact, ends after the
pack's days, works once, and dies when the roster no longer lets the contact answer (law B8).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.consent_desk import new_row
from graphsync.consent_links import (
    ANSWER,
    LETTER,
    MAIL,
    NOT_SENT,
    address_of,
    current_form,
    new_link,
    point_of,
)
from graphsync.consent_school import as_signer
from graphsync.consenting import consents_on
from graphsync.desk_subjects import roster_of
from graphsync.store.consent_links import ConsentLink
from graphsync.tenant.door import Door, open_door
from graphsync.tenant.mailing import send_mail
from graphsync.trouble import Refusal
from policies.asking import Asking, Family, whom_to_ask
from policies.consent_forms import filled, load_forms
from policies.consent_records import Act, Channel, Entry, Form, FormVersion
from policies.pack_loading import load_rules
from policies.people import PersonKey, Roster
from policies.rules import Rules
from policies.school_days import school_day

WOULD, SENT, PRINTED = "would be asked", "sent", "printed"
FINE = frozenset({WOULD, SENT, PRINTED})

Chosen = Callable[[Roster], Collection[PersonKey]]


class AskLine(Struct, frozen=True, kw_only=True):
    """One contact who is asked: about whom, on which way, until when, and how it went."""

    contact: str
    pupils: tuple[str, ...]
    way: str
    until: date
    state: str


class AskReport(Struct, frozen=True, kw_only=True):
    """Who is asked, how many are not by reason, and the pupils about whom nobody can be asked."""

    asked: tuple[AskLine, ...]
    left_out: dict[str, int]
    nobody: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether anybody could not be written to."""
        return any(one.state not in FINE for one in self.asked)


class Letter(Struct, frozen=True, kw_only=True):
    """One letter: to whom, about whom (forename and form group), and the link it carries."""

    name: str
    pupils: tuple[str, ...]
    form_group: str
    link: str
    until: date


class Letters(Struct, frozen=True, kw_only=True):
    """A school's letters, with the form that they are about."""

    school: str
    contact_point: str
    form: FormVersion
    letters: tuple[Letter, ...]


class _Made(Struct, frozen=True):
    """A link with its token, which is never kept."""

    family: Family
    token: str
    link: ConsentLink


class _Room(Struct, frozen=True):
    """What every question of one school needs."""

    rules: Rules
    roster: Roster
    form: FormVersion
    asking: Asking
    now: datetime

    @property
    def until(self) -> datetime:
        """When a link that is made now ends."""
        return self.now + timedelta(days=self.rules.consent.link_days)


def preview(bench: Bench, school: str, chosen: Chosen, *, by_mail: bool) -> AskReport:
    """Who would be asked; nothing is written. Raises Refusal without a roster or a form."""
    room = _room(bench, school, chosen, by_mail=by_mail)
    way = MAIL if by_mail else LETTER
    until = school_day(room.until)
    return _report(room, [_line(one, way, until, WOULD) for one in room.asking.families])


async def ask_by_mail(bench: Bench, school: str, chosen: Chosen) -> AskReport:
    """Send each contact one link; what could not be sent is said, and its link is dead."""
    room = _room(bench, school, chosen, by_mail=True)
    made = _make(bench, room, MAIL, Act.ASKED)
    return _report(room, await _send(bench, room, made))


def letters(
    bench: Bench, school: str, chosen: Chosen, keep: Callable[[Letters], None]
) -> AskReport:
    """Letters to print, each with a link of its own; `keep` writes them where they are read once.

    When `keep` fails no link is kept either.
    """
    room = _room(bench, school, chosen, by_mail=False)
    with bench.store.transaction():
        made = _make(bench, room, LETTER, Act.ASKED)
        keep(_letters(bench, room, made))
    lines = [_line(one.family, LETTER, school_day(one.link.expires_at), PRINTED) for one in made]
    return _report(room, lines)


def _letters(bench: Bench, room: _Room, made: Sequence[_Made]) -> Letters:
    people = {one.key: one for one in room.roster.people}
    written = []
    for one in made:
        pupils = [people[key] for key in one.family.pupils]
        written.append(
            Letter(
                name=as_signer(one.family.contact).name,
                pupils=tuple(f"{one.given_name} {one.surname}" for one in pupils),
                form_group=pupils[0].form or "",
                link=address_of(bench, one.token),
                until=school_day(one.link.expires_at),
            )
        )
    written.sort(key=lambda one: (one.form_group, one.pupils))
    return Letters(
        school=room.rules.name,
        contact_point=point_of(room.rules),
        form=filled(room.form, room.rules.name),
        letters=tuple(written),
    )


async def remind(bench: Bench, school: str) -> AskReport:
    """Ask again by mail whoever has a link that nobody used, on the days that the pack names.

    The old link dies with the new one. Nobody is reminded twice on a day, or after an answer.
    """
    day = school_day(bench.now())
    rules = load_rules(bench.packs_dir, school)
    due = _due(bench.store.consent_links.of_school(school), rules, day)
    pupils = {PersonKey(school, one) for link in due for one in link.pupils}
    room = _room(bench, school, lambda _: pupils, by_mail=True)
    asked = {(link.contact, pupil) for link in due for pupil in link.pupils}
    again = tuple(
        one
        for one in room.asking.families
        if any((one.contact.contact_id, key.mis_id) in asked for key in one.pupils)
    )
    room = msgspec.structs.replace(
        room, asking=msgspec.structs.replace(room.asking, families=again)
    )
    made = _make(bench, room, MAIL, Act.REMINDED)
    return _report(room, await _send(bench, room, made))


def _room(bench: Bench, school: str, chosen: Chosen, *, by_mail: bool) -> _Room:
    now = bench.now()
    day = school_day(now)
    rules = load_rules(bench.packs_dir, school)
    roster = roster_of(bench, school)
    editions = load_forms(bench.packs_dir, rules.consent.forms)
    form = current_form(editions, school, day)
    asking = whom_to_ask(
        roster,
        consents_on(bench, rules, roster, day),
        rules.consent,
        day,
        chosen(roster),
        by_mail=by_mail,
    )
    return _Room(rules, roster, form, asking, now)


def _make(bench: Bench, room: _Room, way: str, act: Act) -> list[_Made]:
    """Links, rows of the register and of the journal, in one transaction; older links die."""
    address_of(bench, "")
    school = room.rules.school
    made = []
    for family in room.asking.families:
        contact = family.contact.contact_id
        token, link = new_link(
            bench, school, contact, family.pupils, use=ANSWER, way=way, until=room.until
        )
        made.append(_Made(family, token, link))
    rows = [(key, _asked(bench, one, room, act)) for one in made for key in one.family.pupils]
    with bench.store.transaction():
        bench.store.consent_links.end(_older(bench, school, made), "a newer link was sent")
        bench.store.consent_links.add(one.link for one in made)
        bench.store.consents.add(rows)
    return made


def _older(bench: Bench, school: str, made: Iterable[_Made]) -> list[str]:
    """The open links of these contacts about these pupils."""
    newer = {(one.link.contact, pupil) for one in made for pupil in one.link.pupils}
    return [
        link.token_sha256
        for link in bench.store.consent_links.of_school(school)
        if _is_open(link) and any((link.contact, pupil) in newer for pupil in link.pupils)
    ]


def _is_open(link: ConsentLink) -> bool:
    return link.use == ANSWER and link.used_at is None and not link.ended


def _asked(bench: Bench, made: _Made, room: _Room, act: Act) -> Entry:
    contact = made.family.contact
    return Entry(
        id=new_row(bench),
        act=act,
        at=room.now,
        by=bench.requester,
        form=Form.CLOUD,
        version=room.form.id,
        words_sha256=room.form.sha256,
        channel=Channel.LINK,
        signer=as_signer(contact),
    )


async def _send(bench: Bench, room: _Room, made: Sequence[_Made]) -> list[AskLine]:
    if not made:
        return []
    if not bench.mail_from:
        raise Refusal("GRAPHSYNC_MAIL_FROM is missing: nobody can be written to")
    lines = []
    async with open_door(bench.tenant, bench.now, bench.sleep) as door:
        for number, one in enumerate(made, 1):
            bench.progress.count(number, len(made))
            problem = await _send_one(bench, door, room, one)
            if problem:
                ended = [one.link.token_sha256]
                bench.store.consent_links.end(ended, NOT_SENT)
            until = school_day(one.link.expires_at)
            lines.append(_line(one.family, MAIL, until, problem or SENT))
    return lines


async def _send_one(bench: Bench, door: Door, room: _Room, made: _Made) -> str:
    name = room.rules.name
    point = point_of(room.rules)
    text = (
        "Dear parent or carer,\n\n"
        f"{name} asks for your answer to a form about online services at school. It takes about"
        " two minutes, and you may say yes or no.\n\n"
        f"{address_of(bench, made.token)}\n\n"
        f"The link is for you alone and works once, until"
        f" {school_day(made.link.expires_at):%d %B %Y}. Please do not pass it on. It first asks"
        " about your child. If you would rather answer on paper, or if something is wrong, ask"
        f" {point}.\n\n{name}\n"
    )
    subject = f"{name}: please answer a form"
    return await send_mail(door, bench.mail_from, [made.family.contact.mail], subject, text)


def _due(links: Iterable[ConsentLink], rules: Rules, day: date) -> list[ConsentLink]:
    """The last link of each round of questions that nobody answered, on a day of a reminder.

    Every question and reminder to a contact about the same pupils since the last answer is one
    round; the pack's days count from its first.
    """
    days = sorted(rules.consent.reminder_days)
    rounds: defaultdict[tuple[str, tuple[str, ...]], list[ConsentLink]] = defaultdict(list)
    for link in links:  # oldest first
        if link.use == ANSWER and link.way == MAIL:
            rounds[link.contact, link.pupils].append(link)
            if link.used_at is not None:
                rounds[link.contact, link.pupils].clear()
    return [
        asked[-1]
        for asked in rounds.values()
        if len(asked) in range(1, len(days) + 1)
        and asked[-1].ended in {"", NOT_SENT}
        and school_day(asked[0].made_at) + timedelta(days=days[len(asked) - 1]) <= day
    ]


def _line(family: Family, way: str, until: date, state: str) -> AskLine:
    return AskLine(
        contact=family.contact.contact_id,
        pupils=tuple(map(str, family.pupils)),
        way=way,
        until=until,
        state=state,
    )


def _report(room: _Room, lines: Sequence[AskLine]) -> AskReport:
    left_out = Counter(str(one.why) for one in room.asking.left_out)
    return AskReport(
        asked=tuple(lines),
        left_out=dict(sorted(left_out.items())),
        nobody=tuple(map(str, room.asking.nobody)),
    )
