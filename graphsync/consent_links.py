"""Links to the parents' page: made of chance, kept as a digest, and where they lead."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from graphsync.bench import Bench
from graphsync.store.consent_links import ConsentLink
from graphsync.trouble import Refusal
from policies.consent_records import Form, FormVersion
from policies.people import PersonKey
from policies.rules import Rules

ANSWER, CHANGE = "answer", "change"
MAIL, LETTER = "mail", "letter"
NOT_SENT = "the mail was not sent"
PLACE = "c"  # the path of a link: PARENTS_URL/c/TOKEN


def digest(token: str) -> str:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def current_form(editions: Mapping[str, FormVersion], school: str, day: date) -> FormVersion:
    """The cloud form in use on `day` among a school's editions; raises Refusal for none."""
    forms = editions.values()
    in_use = [one for one in forms if one.form is Form.CLOUD and one.published <= day]
    if not in_use:
        raise Refusal(
            f"{school} has no form to ask with: name one in the pack (consent.form.versions)"
        )
    return max(in_use, key=lambda one: (one.published, one.id))


def new_link(
    bench: Bench,
    school: str,
    contact: str,
    pupils: Sequence[PersonKey],
    *,
    use: str,
    way: str,
    until: datetime,
) -> tuple[str, ConsentLink]:
    """A token and the link to keep for it."""
    token = bench.new_id() + bench.new_id()
    link = ConsentLink(
        token_sha256=digest(token),
        school=school,
        contact=contact,
        pupils=tuple(key.mis_id for key in pupils),
        use=use,
        way=way,
        made_at=bench.now(),
        expires_at=until,
    )
    return token, link


def point_of(rules: Rules) -> str:
    """Whom parents ask when they have a question."""
    return rules.contact_point or "the school office"


def address_of(bench: Bench, token: str) -> str:
    """Where a link leads; raises Refusal while no address for parents is set."""
    if not bench.parents_url:
        raise Refusal("GRAPHSYNC_PARENTS_URL is missing: a link must lead somewhere")
    return f"{bench.parents_url}/{PLACE}/{token}"
