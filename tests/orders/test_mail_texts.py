"""Every letter renders, with real rows, in both languages."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from orders import postman
from orders.models import Mail, Order
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay
from tests.lives import MONTH, T
from tests.samples import sample

FACTS = {
    Mail.Kind.RECEIPT: "pay_RsdCard0000001",
    Mail.Kind.FAILURE: "first",
    Mail.Kind.CYCLE_FAILURE: f"{T + MONTH}/1",
    Mail.Kind.HALTED: f"{T + MONTH}",
    Mail.Kind.HALTED_SELLER: f"{T + MONTH}",
    Mail.Kind.RESUMED_SELLER: f"{T}",
}
ONCE = {Mail.Kind.RECEIPT, Mail.Kind.FAILURE}
REASONS = [
    "insufficient_funds", "card_expired", "authentication_failed", "payment_cancelled",
    "transaction_limit_exceeded", "something_new", "",
]  # fmt: skip


def written(order: Order, kind: Mail.Kind, language: str) -> tuple[str, str, list[str]]:
    mail = Mail(order=order, kind=kind, fact=FACTS[kind])
    with translation.override(language), timezone.override(order.customer.account.zone):
        message = postman.compose(mail)
    return str(message.subject), str(message.body), message.to


def test_there_is_a_fact_here_for_every_kind() -> None:
    assert set(FACTS) == set(Mail.Kind)


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("kind", list(Mail.Kind))
def test_every_letter_says_what_it_is_about(
    razorpay: Razorpay,
    order: Order,
    subscription: Subscription,
    kind: Mail.Kind,
    language: str,
) -> None:
    razorpay.tell(sample("payment.failed", created_at=T), sample("payment.captured"))
    razorpay.tell(lives.charged(0, T + 8), lives.pending(1, 1), lives.halted(1))
    subject_of = order if kind in ONCE else subscription.order
    subject_of.refresh_from_db()
    subject, body, to = written(subject_of, kind, language)
    assert subject_of.product.name in subject + body
    assert "\n" not in subject
    assert subject.strip()
    for broken in ("%(", "{{", "{%", "None", "&#x27;", "&amp;"):
        assert broken not in subject + body
    seller = kind in postman.TO_SELLER
    assert to == ["meera@example.com" if seller else "ananya.iyer@example.com"]
    assert ("TEST: no real money moved." in body) or language == "hi", "a test purchase says so"


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_says_how_to_mend_it(reason: str) -> None:
    text = render_to_string("orders/mail/reason.txt", {"reason": reason}).strip()
    assert text.endswith((".", "helps."))
    assert len({render_to_string("orders/mail/reason.txt", {"reason": r}) for r in REASONS}) == 6


def test_the_accounts_language_is_used_and_names_are_not_escaped(
    razorpay: Razorpay, order: Order
) -> None:
    order.product.name = "Weavers' & Dyers' <Circle>\nand more"
    order.product.save()
    razorpay.tell(sample("payment.captured", created_at=T))
    subject, _body, _to = written(order, Mail.Kind.RECEIPT, "en")
    assert subject.startswith("Receipt: ₹499.00 for Weavers' & Dyers' <Circle>")
    assert "\n" not in subject, "no header can be smuggled in"
