"""The rooms of the mail queue and of exports."""

from datetime import timedelta
from itertools import count
from typing import Any

from mail_records import a_match, an_nhs_number, judged
from office import a_pupil
from room_rows import Made, Row
from staff_side import StaffSide

from api.permissions import AppRole
from graphsync.dlp_alike import preview
from graphsync.dlp_desk import Actor, Move, Note
from graphsync.dlp_queueing import take_in
from graphsync.store.dlp_events import KeptEvent
from policies.mail_people import Parties, Party, Role
from policies.mail_queue import Advice, Office, Step
from policies.pack_loading import load_all
from policies.people import PersonKey

READERS, DPO, HEAD = {AppRole.DPO, AppRole.HEAD}, {AppRole.DPO}, {AppRole.HEAD}
NHS = "3192014e-2a16-44e9-aa69-4b20375c9a78"
WHY = "seen with the nurse"
_RECORDS = count(1)


def an_event(side: StaffSide, school: str, **fields: Any) -> KeptEvent:
    """An NHS number that a member of staff of a school sent to an outsider."""
    number = next(_RECORDS)
    sender = PersonKey(school, fields.pop("sender", f"k{number}"))
    usual: dict[str, Any] = {"hits": (an_nhs_number(fields.pop("rule", f"r{number}")),)}
    event = a_match(str(number), side.office.now - timedelta(days=1), **(usual | fields))
    parties = Parties(
        sender=Party(Role.STAFF, sender, school),
        school=school,
        counts={Role.OUTSIDER: 1},
        people=(sender,),
    )
    return judged(event, parties, load_all(side.office.packs)[school].mail)


def items(side: StaffSide, school: str, *events: KeptEvent) -> list[str]:
    """The ids of the items that these events make."""
    del school
    rules = {one: pack.mail for one, pack in load_all(side.office.packs).items()}
    take_in(side.office.bench, rules, events)
    return [one.place.key.id for one in events]


def an_item(side: StaffSide, school: str, **fields: Any) -> dict[str, Any]:
    (item,) = items(side, school, an_event(side, school, **fields))
    return {"item": item, "move": "claim", "like": item}


def desk(*offices: Office, name: str = "dpo") -> Actor:
    return Actor(name=name, offices=frozenset(offices))


def a_gap(side: StaffSide, _school: str) -> Made:
    store, now = side.office.store.dlp_feeds, side.office.now
    gap = store.lose("t", now - timedelta(days=2), now, f"lost {next(_RECORDS)}", now)
    return {"number": f"{gap.number:06}"}  # no page says it so


def alike(side: StaffSide, school: str) -> Made:
    made = an_item(side, school)
    move = Move(step=Step.ADVISE, word=Advice.SUPPORT, note=Note(WHY))
    shown = preview(side.office.bench, desk(Office.DPO), made["like"], move)
    return {**made, "digest": shown.digest}


def advising(made: Made) -> dict[str, object]:
    return {"like": made["like"], "advice": "support", "reason": WHY}


def advised_as_form(_made: Made) -> dict[str, str]:
    return {"step": "advise", "word": "support", "reason": WHY}


def somebody(side: StaffSide, school: str) -> Made:
    side.office.accept(a_pupil("k5523"))
    side.office.link("k5523")
    return {"school": school, "ref": "k5523", "person": f"{school}:k5523"}


def acknowledging(_made: Made) -> dict[str, str]:
    return {"reason": "imported the audit search"}


_API = "/api/v1/dlp"
ROWS = {
    ("GET", _API): Row(READERS, foreign=200, made=an_item),
    ("GET", f"{_API}/contrary"): Row(READERS, foreign=200, made=an_item),
    ("GET", f"{_API}/allowed"): Row(READERS, foreign=200, made=an_item),
    ("GET", f"{_API}/rules"): Row(READERS, foreign=200, made=an_item),
    ("GET", f"{_API}/rules.csv"): Row(READERS, foreign=200, made=an_item),
    ("GET", f"{_API}/feed"): Row(READERS, foreign=200, made=an_item),
    ("GET", f"{_API}/gaps"): Row(READERS, foreign=200, made=a_gap),
    ("POST", f"{_API}/gaps/{{number}}/acknowledge"): Row(
        DPO, foreign=200, made=a_gap, sent=acknowledging
    ),
    # These advise, which is for the DPO alone: behind the door of both, the head is refused.
    ("POST", f"{_API}/alike/preview"): Row(DPO, made=alike, sent=advising),
    ("POST", f"{_API}/alike/decide"): Row(
        DPO,
        made=alike,
        sent=lambda made: {**advising(made), "digest": made["digest"], "items": 1},
    ),
    ("GET", f"{_API}/{{item}}"): Row(READERS, made=an_item),
    ("POST", f"{_API}/{{item}}/{{move}}"): Row(READERS, made=an_item),
    ("GET", "/mail"): Row(READERS, foreign=200, made=an_item),
    ("GET", "/mail/decisions"): Row(READERS, foreign=200, made=an_item),
    ("GET", "/mail/rules.csv"): Row(READERS, foreign=200, made=an_item),
    ("GET", "/mail/feed"): Row(READERS, foreign=200, made=a_gap),
    ("POST", "/mail/feed/gaps/{number}/acknowledge"): Row(
        DPO, good=303, foreign=303, made=a_gap, sent=acknowledging
    ),
    ("GET", "/mail/import"): Row(DPO, foreign=200),
    ("POST", "/mail/import"): Row(DPO, good=422, foreign=422),
    ("GET", "/mail/{item}"): Row(READERS, made=an_item),
    ("POST", "/mail/{item}/open"): Row(READERS, made=an_item, sent=lambda _: {"reason": WHY}),
    ("POST", "/mail/{item}/{move}"): Row(READERS, good=303, made=an_item),
    ("POST", "/mail/{item}/alike"): Row(DPO, made=an_item, sent=advised_as_form),
    ("POST", "/mail/{item}/alike/do"): Row(
        DPO,
        good=303,
        made=alike,
        sent=lambda made: {**advised_as_form(made), "digest": made["digest"], "typed": "1"},
    ),
    ("POST", "/api/v1/people/{school}/{ref}/export"): Row(
        DPO, made=somebody, sent=lambda _: {"request": "SAR-12"}
    ),
    ("GET", "/exports"): Row(DPO, foreign=200),
    ("POST", "/exports/find"): Row(
        DPO, foreign=200, made=somebody, sent=lambda _: {"text": "k5523"}
    ),
    ("POST", "/exports"): Row(
        DPO,
        made=somebody,
        sent=lambda made: {"person": made["person"], "reference": "SAR-12"},
    ),
}
