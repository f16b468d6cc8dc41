"""Types and their classes, and what a licence finds of them."""

import re

import pytest

from policies.detectable import Licence, Reach, classes_of_interest, detectable
from policies.mail_rules import MailRules
from policies.sensitive_types import CLASSES, UNCLASSIFIED, classes_of, sensitive_types

OWN = "5e7a1f10-6f4b-4b4e-9f0e-2a1d7c3b8e01"


def test_every_type_has_a_guid_a_class_and_a_source() -> None:
    for one in sensitive_types():
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one.id), one.name
        assert one.classes
        assert one.source == "UNVERIFIED" or one.source.startswith("Microsoft, "), one.name


@pytest.mark.parametrize(
    ("kind", "classes"),
    [
        ("50842eb7-edc8-4019-85dd-5a5c1f2bb085", ("financial", "personal")),
        ("CreditCardNumber", ("financial", "personal")),
        ("U.K. national insurance number (NINO)", ("national_id", "personal")),
        ("", (UNCLASSIFIED,)),
        ("Trust: unique pupil number", (UNCLASSIFIED,)),
        (OWN, ("safeguarding",)),
    ],
)
def test_a_type_is_known_by_id_or_name_and_by_the_packs_own_word(
    kind: str, classes: tuple[str, ...]
) -> None:
    assert classes_of(kind, {OWN: ("safeguarding",)}) == classes


@pytest.mark.parametrize(
    ("name", "licence", "reach"),
    [
        ("financial", Licence.A1, Reach.NOT),
        ("financial", Licence.A3, Reach.DETECTABLE),
        ("medical", Licence.A3, Reach.PARTLY),
        ("medical", Licence.A5, Reach.DETECTABLE),
        ("safeguarding", Licence.A5, Reach.NOT),
        ("a class of the pack's own", Licence.A5, Reach.NOT),
    ],
)
def test_what_a_licence_finds_of_a_class(name: str, licence: Licence, reach: Reach) -> None:
    found = detectable(name, licence, {}, demanded=False)
    assert found.reach is reach
    assert (found.types == 0) == (reach is Reach.NOT)
    assert str(licence) in found.sentence


def test_a_type_that_the_school_made_makes_a_class_detectable() -> None:
    own = {OWN: ("safeguarding",)}
    assert detectable("safeguarding", Licence.A3, own, demanded=True).reach is Reach.DETECTABLE
    assert detectable("safeguarding", Licence.A1, own, demanded=True).reach is Reach.NOT


def test_what_the_pack_demands_stands_first() -> None:
    rules = MailRules(blocked_classes=("medical",), encryption_exempts=("personal",))
    rows = classes_of_interest(rules, Licence.A3)
    assert [row.name for row in rows if row.demanded] == ["medical", "personal"]
    assert [row.name for row in rows[:2]] == ["medical", "personal"]
    assert {row.name for row in rows} == set(CLASSES)
