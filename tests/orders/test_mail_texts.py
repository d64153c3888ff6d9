"""Every letter renders, with real rows, in both languages."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from orders import correcting, letters, postman
from orders.models import Customer, Mail, Order
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
    Mail.Kind.CANCELLED: "sbi_1",
    Mail.Kind.CANCELLED_SELLER: "sbi_1",
}
ONCE = {Mail.Kind.RECEIPT, Mail.Kind.FAILURE}
ABOUT_BUYERS = [Mail.Kind.EMAIL_CHANGED, Mail.Kind.EMAIL_FORMER]
BROKEN = ("%(", "{{", "{%", "None", "&#x27;", "&amp;")
REASONS = [
    "insufficient_funds", "card_expired", "authentication_failed", "payment_cancelled",
    "transaction_limit_exceeded", "something_new", "",
]  # fmt: skip


def written(mail: Mail, language: str) -> tuple[str, str, list[str]]:
    letter = letters.of(mail)
    with translation.override(language), timezone.override(letter.account.zone):
        message = postman.compose(letter)
    return str(message.subject), str(message.body), message.to


def is_whole(subject: str, body: str) -> bool:
    """One line of subject, and nothing that only a template reads."""
    broken = [part for part in BROKEN if part in subject + body]
    return "\n" not in subject and bool(subject.strip()) and not broken


def test_there_is_a_fact_here_for_every_kind() -> None:
    assert set(FACTS) | set(ABOUT_BUYERS) == set(Mail.Kind)


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("kind", list(FACTS))
def test_every_letter_says_what_it_is_about(
    razorpay: Razorpay,
    order: Order,
    subscription: Subscription,
    kind: Mail.Kind,
    language: str,
) -> None:
    razorpay.tell(sample("payment.failed", created_at=T), sample("payment.captured"))
    razorpay.tell(lives.charged(0, T + 8), lives.pending(1, 1), lives.halted(1))
    about = order if kind in ONCE else subscription.order
    about.refresh_from_db()
    subject, body, to = written(Mail(order=about, kind=kind, fact=FACTS[kind]), language)
    assert about.product.name in subject + body
    assert is_whole(subject, body)
    seller = kind in letters.TO_SELLER
    assert to == ["meera@example.com" if seller else "ananya.iyer@example.com"]
    assert ("TEST: no real money moved." in body) or language == "hi", "a test purchase says so"


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("kind", ABOUT_BUYERS)
def test_a_changed_address_is_told_to_both_and_the_former_not_where_to(
    customer: Customer, kind: Mail.Kind, language: str
) -> None:
    customer.name = "Ananya & Iyer's"
    customer.save()
    correcting.change_email(customer, "right@example.com", None)
    subject, body, to = written(Mail.objects.get(kind=kind), language)
    assert is_whole(subject, body)
    assert "Dastakari Store" in subject
    assert "ananya.iyer@example.com" in body
    is_new = kind == Mail.Kind.EMAIL_CHANGED
    assert to == ["right@example.com" if is_new else "ananya.iyer@example.com"]
    assert ("right@example.com" in body) is is_new
    assert ("Ananya & Iyer's" in body) is is_new, "the former may be a stranger's"
    assert "TEST" not in body, "a customer belongs to both modes"


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
    subject, _body, _to = written(Mail.objects.select_related("order").get(), "en")
    assert subject.startswith("Receipt: ₹499.00 for Weavers' & Dyers' <Circle>")
    assert "\n" not in subject, "no header can be smuggled in"
