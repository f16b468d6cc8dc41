"""Where a policy contradicts itself, its version or a law that it cannot leave (register, part A).

Only what no reading can reconcile is refused here. Where trust and school differ the stricter
holds: a trust cannot switch class log-ons on for a school that forbids them (A-07).
"""

from collections.abc import Iterator
from itertools import pairwise

from policies.pack_layers import Layers
from policies.pack_reading import Layer, Problem
from policies.policy_values import YEARS

_REMINDING = {"reminder", "event_and_reminder", "expiry"}


def policy_contradictions(layers: Layers) -> Iterator[Problem]:
    """Every contradiction, at the line of the key that gives way, with that key's clauses."""
    for layer in layers.speaking():
        yield from _version(layer)
    yield from _passwords(layers)
    yield from _class_logons(layers)
    yield from _roles(layers)
    yield from _mail(layers)
    yield from _suspension(layers)
    yield from _consent(layers)


def _problem(layers: Layers, path: str, text: str) -> Problem:
    clauses = layers.provenance(path).clauses
    by = f" ({', '.join(clauses)})" if clauses else ""
    return layers.problem(path, f"{text}{by}")


def _version(layer: Layer) -> Iterator[Problem]:
    said = {path: entry.value for path, entry in layer.entries.items()}

    def at(path: str, text: str) -> Problem:
        return Problem(layer.file, layer.entries[path].line, path, text)

    if "pack.author" in said and "pack.version" not in said:
        yield at("pack.author", "stands without pack.version; number the version (SNMAT-0.2)")
    asked_by = {said.get("pack.author", ""), said.get("pack.requested_by", "")} - {""}
    asked_by = {one.casefold() for one in asked_by}
    for path, names in (
        ("pack.approvals", [one.by for one in said.get("pack.approvals", ())]),
        ("pack.approved_by", list(said.get("pack.approved_by", ()))),
    ):
        if any(name.casefold() in asked_by for name in names):
            text = "holds an approval by the author or requester; another person approves"
            yield at(path, f"{text} (SNMAT-10)")
    bodies = [one.body for one in said.get("pack.approvals", ())]
    if len(set(bodies)) < len(bodies):
        yield at("pack.approvals", "holds two approvals of one body; keep this version's")
    announced, effective = said.get("pack.announced"), said.get("pack.effective")
    if announced and effective and effective < announced:
        yield at("pack.effective", "lies before pack.announced; mend one of them")
    history = said.get("pack.history", ())
    numbers = [one.version for one in history]
    if len(set(numbers)) < len(numbers):
        yield at("pack.history", "lists a version twice; keep one row for each")
    if any(later.date < earlier.date for earlier, later in pairwise(history)):
        yield at("pack.history", "is not in the order of its dates; put the oldest first")


def _passwords(layers: Layers) -> Iterator[Problem]:
    value = layers.value
    digits, length = value("password.min_digits") or 0, value("password.min_length")
    if digits > length:
        text = f"asks {digits} digits of a password of at least {length}; mend one of them"
        yield _problem(layers, "password.min_digits", text)
    elif digits == length and value("password.letters_and_digits"):
        text = f"leaves no letter in a password of {length}, yet letters are asked; mend one"
        yield _problem(layers, "password.min_digits", text)
    mode = value("password.change.mode")
    if value("password.change.reminder_days") is not None and mode not in _REMINDING:
        text = f"stands, but password.change.mode is {mode or 'silent'}; write reminder there"
        yield _problem(layers, "password.change.reminder_days", text)


def _class_logons(layers: Layers) -> Iterator[Problem]:
    at = "accounts.class_logons"
    allowed, last = layers.value(f"{at}.allowed"), layers.value(f"{at}.up_to_year")
    if allowed and last is None:
        text = "allows class log-ons without an end; write up_to_year beside it"
        yield _problem(layers, f"{at}.allowed", text)
    own = layers.school.entries
    if f"{at}.allowed" in own and own[f"{at}.allowed"].value is False:
        for name in ("up_to_year", "needs", "mailbox", "expires"):
            if f"{at}.{name}" in own:
                text = "stands beside allowed: false; remove it or allow class log-ons"
                yield _problem(layers, f"{at}.{name}", text)
    first = layers.value("accounts.individual_from_year")
    if allowed and last is not None and first is not None:
        year = 0 if first in {"R", "all"} else int(first)
        if first == YEARS[-1] or last >= year:
            text = f"reaches year {last}, but individual accounts begin with {first}; mend one"
            yield _problem(layers, f"{at}.up_to_year", text)


def _roles(layers: Layers) -> Iterator[Problem]:
    managers = set(layers.value("roles.it_manager") or ())
    if managers & set(layers.value("roles.dpo") or ()):
        # UK GDPR Article 38(6): the officer has no task that conflicts with the office.
        text = "is the IT manager too, who cannot oversee the own work; name another"
        yield _problem(layers, "roles.dpo", text)
    for category in ("student", "staff", "other_adult"):
        path = f"aup.{category}.approval"
        if layers.value(path) == "it_manager" and not managers:
            text = "needs an approver, but roles.it_manager names nobody; name the role there"
            yield _problem(layers, path, text)


def _mail(layers: Layers) -> Iterator[Problem]:
    blocked = set(layers.value("dlp.blocked_classes") or ())
    both = blocked & set(layers.value("dlp.encryption_exempts") or ())
    if both:
        text = f"exempts {', '.join(sorted(both))}, which dlp.blocked_classes blocks; keep one"
        yield _problem(layers, "dlp.encryption_exempts", text)


def _suspension(layers: Layers) -> Iterator[Problem]:
    reasons, channels = layers.value("suspension.reasons"), layers.value("suspension.channels")
    if isinstance(reasons, dict):
        strange = sorted(set(reasons) - set(channels or ()))
        if strange:
            text = f"names {', '.join(strange)}, no channel of suspension.channels; mend one"
            yield _problem(layers, "suspension.reasons", text)
    if channels and "sims" in channels and layers.value("sims_revocation.reasons") is None:
        text = "holds sims without sims_revocation.reasons; write the reasons there"
        yield _problem(layers, "suspension.channels", text)


def _consent(layers: Layers) -> Iterator[Problem]:
    if layers.value("licences.pupil.skus") or layers.value("licences.pupil.by_year"):
        yield from _licensed_pupils(layers)
    if not layers.value("consent.licence_gate"):
        return
    if not layers.value("consent.form.fields"):
        text = "is a gate that no form opens; write consent.form.fields"
        yield _problem(layers, "consent.licence_gate", text)
    if not layers.value("consent.services"):
        text = "is a gate to no service; name them in consent.services"
        yield _problem(layers, "consent.licence_gate", text)


def _licensed_pupils(layers: Layers) -> Iterator[Problem]:
    """No pupil is licensed without consent, so there is a form to give it on (SNMAT-F2.1)."""
    key = "licences.pupil.skus" if layers.value("licences.pupil.skus") else "licences.pupil.by_year"
    if not layers.value("consent.form.versions"):
        text = "license pupils, but no form asks for consent; name it in consent.form.versions"
        yield _problem(layers, key, text)
    if not layers.value("consent.services"):
        text = "license pupils for no service; name them in consent.services"
        yield _problem(layers, key, text)
