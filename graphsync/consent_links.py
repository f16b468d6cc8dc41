"""Links to the parents' page: made of chance, kept as a digest, and where they lead."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from graphsync.bench import Bench
from graphsync.store.consent_links import ConsentLink
from graphsync.trouble import Refusal
from policies.consent_forms import load_forms
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


def current_form(bench: Bench, rules: Rules, day: date) -> FormVersion:
    """The edition of the cloud form that is in use on `day`; raises Refusal where there is none."""
    forms = load_forms(bench.packs_dir, rules.consent.forms).values()
    in_use = [one for one in forms if one.form is Form.CLOUD and one.published <= day]
    if not in_use:
        raise Refusal(
            f"{rules.school} has no form to ask with: name one in the pack (consent.form.versions)"
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


def address_of(bench: Bench, token: str) -> str:
    """Where a link leads; raises Refusal while no address for parents is set."""
    if not bench.parents_url:
        raise Refusal("GRAPHSYNC_PARENTS_URL is missing: a link must lead somewhere")
    return f"{bench.parents_url}/{PLACE}/{token}"
