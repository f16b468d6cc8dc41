"""Who is who among signers, those who enter forms and those who check them (SNMAT-F2.3).

Signers are contacts of the roster; the others are accounts, or keys of people. Where two may be the
same person they are taken to be: another member of staff then checks the form.
"""

import re
from functools import lru_cache
from unicodedata import normalize

from policies.consent_records import Signer

OWN = "\0own"  # no contact's id
_LETTERS = re.compile(r"[^\W\d_]+")


def signer_key(signer: Signer | None) -> str:
    """What tells one signer of a pupil from another: the contact, else the name as written."""
    if signer is None:
        return "?"
    if signer.own:
        return OWN
    return signer.contact_id or f"?{' '.join(_words(signer.name))}"


@lru_cache(maxsize=4096)
def same_person(one: str, other: str) -> bool:
    """Whether two accounts or keys are one person's.

    They are compared without case, and without the domain where only one of them has it.
    """
    one, other = one.strip().casefold(), other.strip().casefold()
    if one == other:
        return bool(one)
    if ("@" in one) == ("@" in other):
        return False
    return one.partition("@")[0] == other.partition("@")[0] != ""


def may_be_signer(account: str, signer: Signer | None, pupil: str) -> bool:
    """Whether the member of staff of this account or key may be who signed.

    A key is compared with the contact's id, since SIMS numbers people once; an account with the
    name: the surname, the forename's beginning or both, in any order, with or without a dot.
    `pupil` is the key of a pupil who signed alone.
    """
    if signer is None:
        return False
    if signer.own:
        return same_person(account, pupil)
    school, colon, mis_id = account.strip().partition(":")
    if colon and school and mis_id:
        return bool(signer.contact_id) and mis_id.casefold() == signer.contact_id.casefold()
    return _resembles(account, signer.name)


@lru_cache(maxsize=4096)
def _resembles(account: str, name: str) -> bool:
    names = _words(name)
    if not names:
        return False
    *forenames, surname = names
    parts = _words(account.partition("@")[0])
    if surname in parts:
        others = [part for part in parts if part != surname]
        return all(_begins(part, forenames) for part in others)
    whole = "".join(parts)
    for fore in forenames:
        starts = [fore[:length] for length in range(1, len(fore) + 1)]
        if any(whole in {start + surname, surname + start} for start in starts):
            return True
    return False


def _begins(part: str, forenames: list[str]) -> bool:
    """Whether a part of an account begins a forename, or a written initial begins the part."""
    return any(fore.startswith(part) or part.startswith(fore) for fore in forenames)


@lru_cache(maxsize=65536)
def _words(text: str) -> list[str]:
    bare = normalize("NFKD", text.replace("'", "").replace("\u2019", "")).casefold()
    return _LETTERS.findall("".join(one for one in bare if one.isalpha() or not one.isalnum()))
