"""One order's page: what was asked and paid, its re-attempts, its story, and who has access."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.sellers import Seller
from gateways.models import Gateway
from orders import postman
from orders.models import FormField, Mail, Order, OrderForm, Payment, Product
from tests import lives
from tests.conftest import Razorpay, make_order
from tests.lives import DAY, T, pay
from tests.orders.sales.conftest import See
from tests.samples import sample
from webhooks.models import Event


def text_of(page: str) -> str:
    """The words of a page's content, as a reader sees them."""
    content = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", content)))


def in_order(text: str, *words: str) -> None:
    """Each of these is there, one after the other."""
    place = 0
    for word in words:
        found = text.find(word, place)
        assert found >= 0, f"{word!r} does not follow in: {text[place:]}"
        place = found + len(word)


@pytest.fixture
def page(see: See, order: Order) -> Any:
    return lambda: text_of(see(f"/orders/{order.uid}/"))


def test_a_new_order_waits_and_expires(page: Any, order: Order) -> None:
    in_order(
        page(), "₹499.00", "Created", "Test mode", "Asked", "₹499.00", "Paid", "₹0.00", "Refunded",
        "₹0.00", "Still open", "₹499.00", "Expires", "24 Dec", "Story", "Order placed", "Next",
        "The order expires", "Why does Ananya Iyer not have access?", "Nothing was paid yet.",
        "Videos", "never had it", "Not paid",
    )  # fmt: skip


def test_a_failure_shows_the_three_dates_and_what_does_not_count(
    page: Any, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(
        sample("payment.failed", created_at=T),
        sample("payment.failed.card", created_at=T + 60, payment=pay(id="pay_RsdSecond00001")),
    )
    text = page()
    in_order(
        text, "Attempted", "Recovering this payment", "Re-attempt 1 of 3, scheduled",
        "0 of 3 used", "First try failed", "Too little money in the account", "today, 11:30",
        "Tried by the buyer", "Failed again:", "Not counted, moves no date",
        "Re-attempt 1 of 3", "Mail with the pay link", "tomorrow, 11:30", "Re-attempt 2 of 3",
        "Thu 26 Nov, 11:30", "Re-attempt 3 of 3", "After that", "the order can still be paid",
        "Send the pay link yourself", "/pay/ord_",
        "Three re-attempts, one day apart. This cannot be changed. A try by hand, yours or the "
        "buyer's, is shown but does not count or move the dates.",
    )  # fmt: skip
    story = text.partition("Story")[2]
    in_order(
        story, "Order placed", "Payment of ₹499.00 failed: too little money in the account",
        "UPI, ananya.iyer@okbank, pay_RsdCard0000001", "account has insufficient balance",
        "Three re-attempts planned: 25 Nov, 11:30; 26 Nov, 11:30; 27 Nov, 11:30",
        "first failure of this order", "Payment of ₹499.00 failed:", "pay_RsdSecond00001",
        "A try by hand: not counted, and the dates stay.", "Next", "Mail: payment failed",
        "Re-attempt 1 of 3", "mail that reopens the payment", "Re-attempt 3 of 3",
        "The order expires",
    )  # fmt: skip
    assert text.count("A try by hand: not counted") == 1


def test_a_success_ends_the_series_and_gives_access(
    page: Any, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(*lives.failed_then_paid_with_another())
    text = page()
    in_order(
        text, "Paid", "Recovering this payment", "Paid", "Not needed: it was paid", "Story",
        "Payment of ₹499.00 received", "Access to Videos, without end. Access to Recipes, without",
        "Why: Razorpay reported it (payment.captured).", "Why does Ananya Iyer have access?",
        "It is paid. Access has no end.", "Videos", "no end", "Has access",
    )  # fmt: skip
    in_order(text, "The re-attempts that were left are not needed", "Why: it was paid")
    assert "The order expires" not in text


def test_an_event_is_linked_and_neighbours_share_a_line(
    see: See, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(sample("payment.captured", created_at=T), sample("order.paid", created_at=T))
    shown = see(f"/orders/{order.uid}/")
    for event in Event.objects.all():
        link = f'<a href="{event.get_absolute_url()}"><code>{event.type}</code></a>'
        assert link in shown
    assert shown.count("Razorpay reported</b>") == 1


def test_a_parked_event_says_so(see: See, razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(sample("payment.captured", created_at=T))
    assert "Parked" not in see(f"/orders/{order.uid}/")
    Event.objects.update(status=Event.Status.PARKED)
    assert "Parked" in see(f"/orders/{order.uid}/")


def test_a_refund_in_full_takes_access(page: Any, razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(*lives.paid_and_refunded())
    in_order(
        page(), "Refunded", "Paid", "₹499.00", "Refunded", "₹499.00", "Payment of ₹499.00 received",
        "₹499.00 refunded", "Why does Ananya Iyer not have access?", "The money went back.",
        "It ended on", "Videos", "ended", "Refunded",
    )  # fmt: skip


def test_a_refund_on_its_way_and_one_that_failed(
    page: Any, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(
        sample("payment.captured", created_at=T),
        sample("refund.created.pending", created_at=T + 10, refund={"id": "rfnd_RsdOne0000001"}),
        sample("refund.failed", created_at=T + 20, refund={"id": "rfnd_RsdTwo0000001"}),
    )
    text = page()
    assert re.search(r"Refund of ₹[\d.]+ on its way", text)
    assert re.search(r"Refund of ₹[\d.]+ failed", text)


def test_an_authorized_payment_waits_for_its_capture(
    page: Any, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(sample("payment.authorized", created_at=T))
    assert "Payment of ₹499.00 authorised, not captured yet" in page()


def test_what_razorpay_gave_back_by_itself_takes_nothing_away(
    page: Any, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(*lives.late_authorisation_given_back())
    text = page()
    assert "authorised, never captured" in text
    assert "that was never captured; nothing is taken away." in text
    assert "Why does Ananya Iyer have access?" in text


def test_paid_twice_is_said_at_the_top_and_in_the_story(
    page: Any, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(
        sample("payment.captured", created_at=T),
        sample("payment.captured", created_at=T + 5, payment=pay(id="pay_RsdTwice000001")),
    )
    text = page()
    in_order(text, "₹499.00 more than was asked came in and was kept.", "Asked", "Story")
    assert text.count("The order was paid already: this is more than was asked.") == 1


def test_another_currency_is_said_and_does_not_count(
    page: Any, razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(sample("payment.captured", created_at=T, payment=pay(currency="USD")))
    text = page()
    in_order(text, "$499.00 came in, but the order asks for INR: it does not count.", "Still open")
    assert "Not in INR, which the order asks for: it does not count." in text


def test_a_payment_after_expiry_counts_and_says_so(
    page: Any, razorpay: Razorpay, order: Order, clock: Any, meera: Client, seller: Seller
) -> None:
    late = T + 31 * DAY
    clock.move_to(datetime.fromtimestamp(late + 60, UTC))
    meera.force_login(seller.user)  # the session of a month ago is over
    razorpay.tell(sample("payment.captured", created_at=late))
    text = page()
    assert "Paid after the order had expired. It counts all the same." in text
    assert "Why does Ananya Iyer have access?" in text


def test_an_expired_order_says_so(page: Any, order: Order) -> None:
    Order.objects.update(status="expired", expires_at=timezone.now())
    text = page()
    in_order(text, "Expired", "Story", "The order expired", "Why: Nobody paid within 30 days.")
    assert "The order expires" not in text


def test_a_dispute_names_its_state_and_the_date_to_answer_by(
    page: Any, razorpay: Razorpay, order: Order
) -> None:
    captured = sample("payment.captured", created_at=T)
    razorpay.tell(captured, sample("payment.dispute.created", created_at=T + 5))
    text = page()
    assert "The buyer's bank disputes ₹499.00: open" in text
    assert "Answer by" in text
    razorpay.tell(sample("payment.dispute.under_review", created_at=T + 7))
    text = page()
    assert "The buyer's bank disputes ₹499.00: with the bank" in text
    assert "Answer by" not in text
    razorpay.tell(sample("payment.dispute.lost", created_at=T + 9))
    text = page()
    assert "The buyer's bank disputes ₹499.00: lost" in text
    assert "Answer by" not in text


def test_another_email_at_the_payment_is_shown(page: Any, razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(sample("payment.captured", created_at=T, payment=pay(email="void@razorpay.com")))
    assert "Given at payment" not in page()
    Payment.objects.update(email="Someone@Else.example")
    assert "Given at payment: Someone@Else.example" in page()
    Payment.objects.update(email="Ananya.Iyer@example.com")
    assert "Given at payment" not in page()


def test_mails_are_told_sent_or_not_and_why(page: Any, razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(sample("payment.captured", created_at=T))
    assert "Mail: receipt" in page().partition("Next")[2]
    postman.send_due()
    assert "Mail sent to ananya.iyer@example.com: receipt" in page()
    Mail.objects.update(sent_at=None, state=Mail.State.FAILED)
    in_order(page(), "Mail not sent: receipt", "Why: could not be sent")


def test_the_form_and_its_answers_begin_the_story(
    page: Any, account: Account, product: Product, order: Order
) -> None:
    form = OrderForm.objects.create(
        account=account, product=product, slug="dyeing", mode="test", title="Dye at home"
    )
    FormField.objects.create(form=form, kind=FormField.Kind.TEXT, label="Size")
    Order.objects.update(form=form, answers=[{"label": "Size", "value": "Large"}])
    in_order(page(), "Story", "Order form “Dye at home” sent", "Size: Large")


def test_access_through_another_order_is_said_as_access(
    page: Any, see: See, gateway: Gateway, product: Product, razorpay: Razorpay, order: Order
) -> None:
    other = make_order(gateway, product, order.customer, "order_RsdOther000001")
    razorpay.tell(sample("payment.captured", created_at=T))
    text = text_of(see(f"/orders/{other.uid}/"))
    assert "Why does Ananya Iyer have access?" in text
    assert "Created" in text


def test_ids_can_be_copied(see: See, razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(sample("payment.captured", created_at=T))
    shown = see(f"/orders/{order.uid}/")
    for known in ("order_RsdOrder000001", "pay_RsdCard0000001", order.uid):
        assert re.search(rf"<output[^>]*>{known}</output>", shown)
    assert shown.count("data-copy") == 3


def test_days_are_those_of_the_accounts_zone(page: Any, account: Account, order: Order) -> None:
    Order.objects.update(created_at=datetime(2026, 11, 23, 20, 0, tzinfo=UTC))
    assert "Tuesday 24 November 2026" in page()
    Account.objects.update(time_zone="UTC")
    assert "Monday 23 November 2026" in page()


def test_a_page_costs_the_same_whatever_the_order_lived_through(
    see: See, razorpay: Razorpay, order: Order, django_assert_max_num_queries: Any
) -> None:
    razorpay.tell(sample("payment.captured", created_at=T))
    see(f"/orders/{order.uid}/")
    for number in range(12):
        razorpay.tell(
            sample("payment.failed", created_at=T + number, payment=pay(id=f"pay_Fail{number:010}"))
        )
    with django_assert_max_num_queries(23):
        shown = see(f"/orders/{order.uid}/")
    assert shown.count("A try by hand: not counted") == 11


@pytest.mark.parametrize("life", lives.ONE_TIME, ids=lambda life: life.__name__)
@pytest.mark.parametrize("language", ["en", "hi"])
def test_every_life_can_be_told_in_both_languages(
    meera: Any, razorpay: Razorpay, order: Order, life: Any, language: str
) -> None:
    razorpay.tell(*life())
    url = f"/orders/{order.uid}/"
    response = meera.get(url, headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response["Content-Language"] == language
