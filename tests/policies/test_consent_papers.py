"""docs/consent.md says what the code does: every reason, with its state and words."""

import re
from pathlib import Path

from policies.consent_records import State, Why
from policies.consent_sentences import REASONS

PAGE = (Path(__file__).parents[2] / "docs" / "consent.md").read_text("utf-8")


def test_the_page_has_every_reason_with_its_state_and_words_the_heaviest_first():
    told = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert told == [(why, state, words) for why, (state, words) in REASONS.items()]


def test_every_reason_has_a_sentence_that_names_nobody_and_weighs_as_its_state_does():
    assert set(REASONS) == set(Why)
    order = [State.INVALID, State.REFUSED, State.WITHDRAWN, State.EXPIRED, State.SUPERSEDED]
    order += [State.PENDING, State.CONTESTED]
    answers = [state for why, (state, _) in REASONS.items() if why not in {*list(Why)[:2]}]
    assert [one for one in order if one in answers] == list(dict.fromkeys(answers))
