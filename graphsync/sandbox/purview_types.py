"""Sensitive information types: Microsoft's with their own ids, and two that a school made.

Ids and confidences: Microsoft's pages of the types ("sit-defn-…"). There is no built-in type for
unique pupil numbers nor for a bank account with its sort code: schools make their own, with ids
that no other tenant knows. The samples are numbers that nobody has: the prefix QQ and the specimen
licence are never given out, 999 is the NHS's range for tests, the cards are those of card testers.
"""

import re
from dataclasses import dataclass

# Stands in everything that a reader of the feed must drop, so that a search for it finds leaks.
CANARY = "canary"


@dataclass(frozen=True)
class SensitiveType:
    """A type: how sure Purview is of a match, what a match looks like, how often it is drawn."""

    id: str
    name: str
    confidence: int
    sample: str
    weight: int

    @property
    def friendly(self) -> str:
        """The name as ``dlpSensitiveTypes`` has it: without anything but letters and digits."""
        return re.sub(r"[^A-Za-z0-9]", "", self.name)


def _types(text: str) -> tuple[SensitiveType, ...]:
    rows = (line.split("|") for line in text.strip().splitlines())
    return tuple(
        SensitiveType(key.strip(), name.strip(), int(sure), sample.strip(), int(weight))
        for key, name, sure, sample, weight in rows
    )


SENSITIVE_TYPES = _types("""
16c07343-c26f-49d2-a987-3daf717e94cc|U.K. National Insurance Number (NINO)|85|QQ123456C|12
3192014e-2a16-44e9-aa69-4b20375c9a78|U.K. National Health Service Number|85|999 000 0018|12
f93de4be-d94c-40df-a8be-461738047551|U.K. Driver's License Number|75|MORGA657054SM9IJ|3
178ec42a-18b4-47cc-85c7-d62c92fd67f8|U.S. / U.K. Passport Number|75|999228775|5
ad4a8116-0db8-439a-b545-6d967642f0ec|U.K. Unique Taxpayer Reference Number|85|0000000000|2
a3eea206-dc0c-4f06-9e22-aa1be3059963|U.K. Electoral Roll Number|75|ZZ0000|1
50842eb7-edc8-4019-85dd-5a5c1f2bb085|Credit Card Number|85|4111 1111 1111 1111|9
0e9b3178-9678-47dd-a509-37222ca96b42|EU Debit Card Number|85|5000 0000 0000 0009|4
e7dc4711-11b7-4cb0-b88b-2c394a771f0e|International Banking Account Number (IBAN)|85|GB33BUKB20201555555555|5
cb2ab58c-9cb8-4c81-baf8-a4e106791df4|SWIFT Code|75|BUKBGB22XXX|4
cb353f78-2b72-4c3c-8827-92ebe4f69fdf|ABA Routing Number|75|000000000|1
419f449f-6d9d-4be1-a154-b531f7a91b41|EU National Identification Number|75|00000000T|1
50b8b56b-4ef8-44c2-a924-03374f5831ce|All Full Names|75|Jo Nobody|3
8548332d-6d71-41f8-97db-cc3b5fa544e6|All Physical Addresses|75|1 Nowhere Lane|2
065bdd91-ef07-40d3-b8a4-0aea722eaa49|All Medical Terms And Conditions|75|asthma, inhaler|6
3356946c-6bb7-449b-b253-6ffa419c0ce7|International Classification of Diseases (ICD-10-CM)|75|J45.909|1
5e7a1f10-6f4b-4b4e-9f0e-2a1d7c3b8e01|Trust: unique pupil number|85|A801010126001|8
5e7a1f10-6f4b-4b4e-9f0e-2a1d7c3b8e02|Trust: bank account and sort code|75|00-00-00 00000000|4
""")  # noqa: E501 - one type a line
