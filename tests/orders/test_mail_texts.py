"""Every letter renders, with real rows, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone, translation

from gateways.models import Gateway
from orders import correcting, letters, postman, reasons
from orders.causes import at
from orders.models import Customer, Mail, Order, Product
from orders.reasons import Remedy
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay
from tests.lives import MONTH, T
from tests.orders import unpaid
from tests.orders.unpaid import RENEWAL
from tests.samples import sample

# Words do not depend on the database.
pytestmark = pytest.mark.embedded

Kind = Mail.Kind
FACTS = {
    Kind.RECEIPT: "pay_RsdCard0000001",
    Kind.FAILURE: "first",
    Kind.FAILURE_SELLER: "first",
    Kind.REMINDER: "0/2",
    Kind.UNPAID: "0",
    Kind.UNPAID_SELLER: "0",
    Kind.RECOVERED_SELLER: "0",
    Kind.CYCLE_FAILURE: f"{T + MONTH}/1",
    Kind.HALTED: f"{T + MONTH}",
    Kind.HALTED_SELLER: f"{T + MONTH}",
    Kind.RESUMED_SELLER: f"{T}",
    Kind.CANCELLED: "sbi_1",
    Kind.CANCELLED_SELLER: "sbi_1",
}
ONCE = {
    Kind.RECEIPT, Kind.FAILURE, Kind.FAILURE_SELLER, Kind.REMINDER, Kind.UNPAID,
    Kind.UNPAID_SELLER, Kind.RECOVERED_SELLER,
}  # fmt: skip
OF_CYCLES = {
    Kind.FAILURE_SELLER: f"{RENEWAL}/1",
    Kind.REMINDER: f"{RENEWAL}/2",
    Kind.UNPAID: f"{RENEWAL}",
    Kind.UNPAID_SELLER: f"{RENEWAL}",
    Kind.RECOVERED_SELLER: f"{RENEWAL}",
    Kind.CYCLE_FAILURE: f"{RENEWAL}/1",
    Kind.HALTED: f"{RENEWAL}",
    Kind.HALTED_SELLER: f"{RENEWAL}",
}
ABOUT_BUYERS = [Kind.EMAIL_CHANGED, Kind.EMAIL_FORMER]
BROKEN = ("%(", "{{", "{%", "None", "&#x27;", "&amp;", "\n\n\n")
# One reason for each remedy, and what Razorpay may think of tomorrow.
REASONS = [
    *(sorted(reasons.REMEDIES.get(remedy, {"payment_failed"}))[0] for remedy in Remedy),
    "something_new", "",
]  # fmt: skip


def message_of(mail: Mail, language: str) -> EmailMessage:
    letter = letters.of(mail)
    with translation.override(language), timezone.override(letter.account.zone):
        return postman.compose(letter)


def written(mail: Mail, language: str) -> tuple[str, str, list[str]]:
    message = message_of(mail, language)
    return str(message.subject), str(message.body), message.to


def is_whole(subject: str, body: str) -> bool:
    """One line of subject, and nothing that only a template reads."""
    broken = [part for part in BROKEN if part in subject + body]
    return "\n" not in subject and bool(subject.strip()) and not broken


def test_there_is_a_fact_here_for_every_kind() -> None:
    assert set(FACTS) | set(ABOUT_BUYERS) == set(Kind)


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
@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("way", [unpaid.once, unpaid.followed, unpaid.debited])
def test_every_letter_about_a_failure_is_whole_whatever_the_reason(
    clock: Any,
    gateway: Gateway,
    product: Product,
    customer: Customer,
    way: Callable[..., Order],
    reason: str,
    language: str,
) -> None:
    clock.move_to(at(RENEWAL + 60))
    about = (product, customer) if way is unpaid.once else (customer,)
    order = way(gateway, *about, reason)
    facts = FACTS if way is unpaid.once else OF_CYCLES
    for kind in letters.ABOUT_FAILURES & set(facts) - (
        {Kind.CYCLE_FAILURE, Kind.HALTED, Kind.HALTED_SELLER} if way is unpaid.once else set()
    ):
        subject, body, _to = written(Mail(order=order, kind=kind, fact=facts[kind]), language)
        assert is_whole(subject, body), kind
        assert order.product.name in subject + body
        assert "₹" in body


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


def test_the_accounts_language_is_used_and_names_are_not_escaped(
    razorpay: Razorpay, order: Order
) -> None:
    order.product.name = "Weavers' & Dyers' <Circle>\nand more"
    order.product.save()
    razorpay.tell(sample("payment.captured", created_at=T))
    subject, _body, _to = written(Mail.objects.select_related("order").get(), "en")
    assert subject.startswith("Receipt: ₹499.00 for Weavers' & Dyers' <Circle>")
    assert "\n" not in subject, "no header can be smuggled in"
