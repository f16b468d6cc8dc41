"""What a policy leaves open, lets lapse or cites from an older law: findings for a person.

They change nothing and stop nothing. The clause is the policy's own where it has one; what only the
product asks says "default, not in policy".
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from policies.findings import Finding
from policies.pack_layers import NOT_IN_POLICY, Layers
from policies.periods import age, is_over, month_name, months_of
from policies.policy_keys import AUP_CATEGORIES

# How a policy cites the law -> how we print it, and whether that Act is repealed.
LAWS: dict[str, tuple[str, bool]] = {
    "DPA1998": ("DPA 1998", True),
    "DPA": ("DPA (no year given)", True),
    "GDPR": ("GDPR", False),
    "UK_data_protection": ("UK data-protection rules", False),
}
APPLIED = "UK GDPR/DPA 2018"
# Numbers that a policy may ask for in words alone: the key, when it matters, and what to say. Those
# of passwords are found by `password_findings`.
_OPEN: tuple[tuple[str, str, tuple[object, ...], str], ...] = (
    (
        "review.staff_notice_days",
        "review.staff_notice",
        (True,),
        "Your policy asks notice to staff without a number of days: enter one.",
    ),
    (
        "dlp.bulk_threshold",
        "dlp.bulk_override",
        ("never", "exception"),
        "Your policy bars bulk mail without a number: enter one. {value} is a {default}.",
    ),
    (
        "accounts.guests.max_days",
        "accounts.guests.temporary",
        (True,),
        "Your policy names no longest stay of a guest: enter one. {value} is a {default}.",
    ),
    (
        "consent.required_below_age",
        "consent.licence_gate",
        (True,),
        "Your policy asks consent without an age: the DPO enters one. {value} is a {default}.",
    ),
)


def policy_findings(layers: Layers, day: date) -> tuple[Finding, ...]:
    """Everything that a person should look at in the school's policy, as of `day`."""
    return (
        *_register(layers),
        *_reviews(layers, day),
        *_history(layers),
        *_unions(layers, day),
        *_law(layers),
        *_documents(layers),
        *_numbers(layers),
        *_people(layers),
    )


def overdue(layers: Layers, day: date) -> tuple[Finding, ...]:
    """The policy and the agreements whose review is past its day, or of which nobody knows it."""
    return tuple(_reviews(layers, day))


def legal_basis(layers: Layers) -> str:
    """The law as the policy cites it and as it is applied today; both stand in reports (PB-4.0)."""
    cited = layers.value("pack.law_cited")
    if cited is None:
        return f"no law cited, {APPLIED} applies"
    name, _ = LAWS.get(cited, (cited, False))
    return f"{name} as cited, applied as {APPLIED}"


def _finding(layers: Layers, path: str, sentence: str) -> Finding:
    clauses = [one for layer in layers.speaking() for one in layer.clauses_of(path)]
    return Finding(clause=clauses[0] if clauses else "", subject=path, sentence=sentence)


def _register(layers: Layers) -> Iterator[Finding]:
    if layers.value("pack.author") is None:
        text = f"author: missing, so that changes are not tracked ({NOT_IN_POLICY}); name one"
        yield _finding(layers, "pack.author", f"{text} and a version")
    needed = layers.value("review.approvals_needed") or ()
    given = {one.body for one in layers.value("pack.approvals") or ()}
    given |= set(layers.value("pack.approved_by") or ())
    if waiting := [body.replace("_", " ") for body in needed if body not in given]:
        text = f"approved by: missing; waiting for {' and '.join(waiting)}"
        yield _finding(layers, "pack.approved_by", text)


def _reviews(layers: Layers, day: date) -> Iterator[Finding]:
    reviewed = layers.value("review.last_review") or layers.value("pack.date")
    if reviewed is None:
        text = "review date unknown; enter the month of the last review in review.last_review"
        yield _finding(layers, "review.last_review", text)
    else:
        yield from _overdue(layers, "review.last_review", "the policy", reviewed, day)
    for category in AUP_CATEGORIES:
        path = f"aup.{category}.document.date"
        if dated := layers.value(path):
            what = f"the {category.replace('_', ' ')} agreement"
            yield from _overdue(layers, path, what, dated, day)


def _overdue(layers: Layers, path: str, what: str, dated: str, day: date) -> Iterator[Finding]:
    cycle = layers.value("review.cycle_months")
    if not is_over(dated, cycle, day):
        return
    since = month_name(months_of(dated) + cycle)
    if _is_own(layers, "review.cycle_months"):
        text = f"{what} is overdue since {since}, by its own cycle of {cycle} months"
    else:
        text = (
            f"{what} is overdue (default {cycle} months), age {age(dated, day)}; due since {since}"
            f" by a cycle that is a {NOT_IN_POLICY}"
        )
    finding = _finding(layers, path, f"{text}; review it and date the review")
    yield finding if finding.clause else _finding_of(layers, "review.cycle_months", finding)


def _finding_of(layers: Layers, path: str, finding: Finding) -> Finding:
    """The finding with the clause of another key, where its own has none."""
    clause = _finding(layers, path, "").clause
    return Finding(clause=clause, subject=finding.subject, sentence=finding.sentence)


def _is_own(layers: Layers, path: str) -> bool:
    return any(path in layer.entries for layer in layers.speaking())


def _history(layers: Layers) -> Iterator[Finding]:
    history = layers.value("pack.history") or ()
    cycle = layers.value("review.cycle_months")
    for earlier, later in pairwise(history):
        gap = months_of(later.date) - months_of(earlier.date)
        if gap > cycle:
            first, second = (month_name(months_of(one.date)) for one in (earlier, later))
            text = f"{gap} months from {first} to {second}, over the cycle of {cycle}"
            yield _finding(layers, "pack.history", text)
    header = layers.value("pack.header_date")
    newest = max((one.date for one in history), default=layers.value("pack.date"))
    if header and newest and months_of(header) != months_of(newest):
        dates = f"{month_name(months_of(header))} and {month_name(months_of(newest))}"
        text = f"header date ≠ newest version: {dates}; mend the header"
        finding = _finding(layers, "pack.header_date", text)
        yield finding if finding.clause else _finding_of(layers, "pack.history", finding)


def _unions(layers: Layers, day: date) -> Iterator[Finding]:
    # A policy with a cycle of its own is reviewed with the unions; one without consults them when
    # it changes, which its version is judged by.
    if not layers.value("review.union_consultation") or not _is_own(layers, "review.cycle_months"):
        return
    last, cycle = (
        layers.value("review.last_union_consultation"),
        layers.value("review.cycle_months"),
    )
    path = "review.last_union_consultation"
    if last is None:
        text = "no union consultation is recorded, so that no review counts as closed; date it"
        yield _finding(layers, path, text)
    elif is_over(last, cycle, day):
        since = month_name(months_of(last) + cycle)
        yield _finding(layers, path, f"union consultation is overdue since {since}")


def _law(layers: Layers) -> Iterator[Finding]:
    cited = layers.value("pack.law_cited")
    name, repealed = LAWS.get(cited, (cited, False))
    if cited is None or not repealed:
        return
    text = f"cites a repealed Act: {legal_basis(layers)}"
    yield _finding(layers, "pack.law_cited", text)
    if layers.value("registers.ico_registration"):
        text = f"the register entry of the {name} is today the data-protection fee"
        yield _finding(layers, "registers.ico_registration", text)
    if principles := layers.value("retention_review.principles"):
        text = f"the {principles} principles of the {name} are today those of UK GDPR Article 5"
        yield _finding(layers, "retention_review.principles", text)


def _documents(layers: Layers) -> Iterator[Finding]:
    held = layers.value("registers.documents") or {}
    for name in layers.value("registers.linked_policies") or ():
        if name not in held:
            text = f"{name.replace('_', ' ')}: no document linked; write where it is kept in "
            yield _finding(layers, "registers.linked_policies", f"{text}registers.documents")


def _numbers(layers: Layers) -> Iterator[Finding]:
    for path, when, values, text in _OPEN:
        if layers.value(when) in values and not _is_own(layers, path):
            yield _finding(
                layers, path, text.format(value=layers.value(path), default=NOT_IN_POLICY)
            )


def _people(layers: Layers) -> Iterator[Finding]:
    if layers.value("contact_point") is None:
        text = f"names no contact point for questions and complaints ({NOT_IN_POLICY}); name one"
        yield _finding(layers, "contact_point", text)
    if layers.value("roles.dpo") is None:
        text = f"names no data protection officer ({NOT_IN_POLICY}); the law asks for one"
        yield _finding(layers, "roles.dpo", text)
