"""Why no debit was made is kept once, and read in the reader's language."""

from __future__ import annotations

import pytest
from django.utils import translation

from accounts.sentences import say
from orders.recovering import refusals

LIMIT = "The mandate allows at most %(most)s, and %(amount)s is due."


def test_our_words_with_their_values() -> None:
    kept = refusals.keep(say(LIMIT, most=(49900, "INR"), amount=(59900, "INR")))
    assert len(kept) < 300, "the column is no longer"
    assert refusals.shown(kept) == "The mandate allows at most ₹499.00, and ₹599.00 is due."
    with translation.override("hi"):
        assert refusals.shown(kept).startswith("मैंडेट से ज़्यादा से ज़्यादा ₹499.00")


@pytest.mark.parametrize(
    "words",
    ["", "Your payment was declined: 100% sure.", '{"say": cut off', '{"error": "No"}'],
)
def test_razorpays_words_stay_as_they_came(words: str) -> None:
    with translation.override("hi"):
        assert refusals.shown(words) == words
