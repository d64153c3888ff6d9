"""What a mandate forbids is told in the language of whoever reads the story."""

from __future__ import annotations

import pytest
from django.utils import translation

from orders import lines, stories
from subscriptions.debiting import allowing
from subscriptions.models import Bill, Debit, Mandate, Subscription
from tests.subscriptions.debiting.stage import BEGIN, Stage

PAUSED = {
    "en": "The buyer paused the mandate, and only they can resume it.",
    "hi": "ख़रीदार ने मैंडेट विराम पर रखा है, और सिर्फ़ वही उसे फिर से शुरू कर सकते हैं।",
}
TOO_MUCH = {
    "en": "The mandate allows at most ₹100.00, and ₹499.00 is due.",
    "hi": "मैंडेट से ज़्यादा से ज़्यादा ₹100.00 लिए जा सकते हैं, और ₹499.00 बाकी है।",
}


def said(subscription: Subscription, language: str) -> list[str]:
    """Beside the line that no debit was made."""
    order = subscription.order
    with translation.override(language):
        days = stories.of(order, lines.payments_of(order), list(order.reattempts.all()))
        told = [line for day in days for line in day.lines if line.icon == "x"]
        return [word for line in told for word in line.more]


@pytest.mark.parametrize("language", ["en", "hi"])
def test_a_mandate_that_the_buyer_paused(stage: Stage, due: Subscription, language: str) -> None:
    stage.desk.press(f"tokens/{stage.token}/pause")
    stage.hear()
    stage.work()
    assert Debit.objects.get().reason == "mandate_paused"
    assert said(due, language) == [PAUSED[language]]


@pytest.mark.parametrize("language", ["en", "hi"])
def test_a_debit_above_what_the_mandate_allows(
    stage: Stage, due: Subscription, language: str
) -> None:
    Mandate.objects.update(max_amount=10000)
    stage.work()
    assert Debit.objects.get().reason == "amount_exceeds_limit"
    assert said(due, language) == [TOO_MUCH[language]]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("cancelled", "The buyer's mandate is cancelled."),
        ("rejected", "The bank rejected the buyer's mandate."),
        ("expired", "The buyer's mandate has expired."),
    ],
)
def test_no_word_of_razorpays_is_put_into_a_sentence(status: str, words: str) -> None:
    bill = Bill(amount=49900, currency="INR")
    assert allowing.objection(Mandate(status=status), bill, BEGIN) == ("mandate_cancelled", words)
