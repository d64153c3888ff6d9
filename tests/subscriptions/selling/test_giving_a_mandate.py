"""The pay page of what Raseed charges: it says what is allowed, and books follow Razorpay."""

from __future__ import annotations

import pytest
from django.test import Client

from gateways.models import Gateway
from orders import catalogue
from subscriptions import starting
from subscriptions.models import Bill, Subscription
from tests.conftest import make_subscription
from tests.orders.paying.conftest import EMAIL
from tests.subscriptions.selling.buyers import Buyer


def test_checkout_is_opened_with_the_order_the_customer_and_leave_to_debit(ananya: Buyer) -> None:
    page = ananya.see(f"/pay/{ananya.order_uid}/")
    assert f'data-order="{ananya.bill().razorpay_order_id}"' in page
    assert f'data-customer="{ananya.subscription.razorpay_customer_id}"' in page
    assert 'name="recurring" value="1"' in page, "without script, too"


def test_it_says_how_much_how_often_and_until_when(ananya: Buyer) -> None:
    page = ananya.see(f"/pay/{ananya.order_uid}/")
    assert "₹499.00 is charged every month by itself, 12 times in all, this one included." in page
    assert "Never more than ₹499.00 at once, and not after" in page
    assert "You can cancel it at any time under “My purchases”." in page
    assert "Your bank or UPI app tells you before each charge." in page


def test_who_may_not_cancel_is_told_whom_to_write_to(ananya: Buyer) -> None:
    account = ananya.gateway.account
    account.buyers_may_cancel = False
    account.save()
    page = ananya.see(f"/pay/{ananya.order_uid}/")
    assert "To cancel it, write to Dastakari Store." in page
    assert "You can cancel it at any time" not in page


def test_above_the_limit_each_charge_is_approved(ananya: Buyer, account: object) -> None:
    product = ananya.subscription.order.product
    terms = {"kind": "subscription", "amount": 1500001, "currency": "INR", "period": "monthly"}
    catalogue.change_price(product, {**terms, "total_count": 2, "charged_by": "raseed"})
    dear = starting.start(product.account, product, EMAIL, "Ananya", None)
    assert "Your bank asks you to approve each charge." in ananya.see(f"/pay/{dear.order.uid}/")


def test_what_checkout_reports_is_asked_about_and_opens_the_first_period(ananya: Buyer) -> None:
    bill = ananya.bill()
    paid = ananya.pay(bill)
    response = ananya.come_back(f"/pay/bill/{bill.uid}/return/", bill, paid)
    assert response["Location"].endswith(f"/pay/{ananya.order_uid}/thanks/?sent=1")
    assert ananya.fresh().status == "active"
    assert ananya.subscription.paid_until is not None
    assert "Paid. Thank you." in ananya.see(f"/pay/{ananya.order_uid}/thanks/")
    assert "Paid. Thank you." in ananya.see(f"/pay/{ananya.order_uid}/")


@pytest.mark.parametrize("path", ["/pay/{order}/return/", "/pay/bill/{bill}/return/"])
def test_a_forged_report_proves_nothing(ananya: Buyer, path: str) -> None:
    bill = ananya.bill()
    forged = path.format(order=ananya.order_uid, bill=bill.uid)
    response = ananya.come_back(forged, bill, "pay_RsdForged00001", "0" * 64)
    assert "sent" not in response["Location"]
    assert ananya.fresh().status == "created"


def test_the_orders_own_way_back_proves_by_the_order(ananya: Buyer) -> None:
    """A subscription's signature has the ids the other way round; this is not one of Razorpay's."""
    bill = ananya.bill()
    response = ananya.come_back(f"/pay/{ananya.order_uid}/return/", bill, ananya.pay(bill))
    assert response["Location"].endswith("?sent=1")


def test_a_failed_first_try_says_why_and_can_be_paid_again(ananya: Buyer) -> None:
    ananya.fail(ananya.bill(), reason="insufficient_funds")
    ananya.hear()
    page = ananya.see(f"/pay/{ananya.order_uid}/")
    assert "The last try did not go through." in page
    assert "too little money in the account" in page
    assert 'id="pay"' in page


class TestTheOtherMethod:
    def choose(self, ananya: Buyer, method: str = "card") -> str:
        """Press “Pay by card instead”; where it leads."""
        client = Client()
        path = f"/pay/bill/{ananya.bill().uid}/renew/"
        location: str = client.post(path, {"method": method})["Location"]
        return location

    def test_has_an_order_of_its_own(self, ananya: Buyer) -> None:
        assert "Pay by card instead" in ananya.see(f"/pay/{ananya.order_uid}/")
        page = ananya.see(self.choose(ananya))
        card = Bill.objects.get(number=1)
        assert f'data-order="{card.razorpay_order_id}"' in page
        assert "Pay ₹499.00 by card" in page
        assert "Pay by UPI instead" in page
        there = ananya.desk.client.order.fetch(card.razorpay_order_id)
        assert (there["method"], there["amount"]) == ("card", 49900)

    def test_is_made_once(self, ananya: Buyer) -> None:
        assert self.choose(ananya) == self.choose(ananya)
        assert Bill.objects.count() == 2

    def test_pays_and_gives_the_mandate(self, ananya: Buyer) -> None:
        self.choose(ananya)
        card = ananya.bill(1)
        paid = ananya.pay(card, method="card")
        response = ananya.come_back(f"/pay/bill/{card.uid}/return/", card, paid)
        assert response["Location"].endswith(f"/pay/bill/{card.uid}/thanks/?sent=1")
        assert ananya.fresh().status == "active"
        # The purchase's own page tells of it, and nothing else can be paid.
        assert "What you bought is open." in ananya.see(f"/pay/bill/{card.uid}/thanks/")
        for path in (f"/pay/{ananya.order_uid}/", f"/pay/bill/{ananya.bill().uid}/"):
            page = ananya.see(path)
            assert 'id="pay"' not in page
            assert "Paid. Thank you." in page

    def test_is_not_offered_while_the_first_may_still_be_paid(self, ananya: Buyer) -> None:
        ananya.desk.press(f"orders/{ananya.bill().razorpay_order_id}/start")
        client = Client()
        path = f"/pay/bill/{ananya.bill().uid}/renew/"
        page = client.post(path, {"method": "card"}, follow=True).content.decode()
        assert "So that you do not pay twice" in page
        assert Bill.objects.exclude(number=0).filter(razorpay_order_id=None).count() == 1

    def test_is_paid_once_where_the_first_was_paid_unheard(self, ananya: Buyer) -> None:
        """No webhook came, and the buyer closed the page: Razorpay is asked before all else."""
        ananya.pay(ananya.bill())
        page = ananya.see(self.choose(ananya))
        assert "Your payment is being confirmed" in page
        assert "Please do not pay again." in page
        assert not Bill.objects.filter(number=1).exclude(razorpay_order_id=None).exists()

    def test_keeps_quiet_while_razorpay_cannot_be_asked(self, ananya: Buyer) -> None:
        ananya.desk.press("api", fail="502", share=1)
        client = Client()
        path = f"/pay/bill/{ananya.bill().uid}/renew/"
        page = client.post(path, {"method": "card"}, follow=True).content.decode()
        assert "Razorpay cannot be reached right now. You have paid nothing." in page

    @pytest.mark.parametrize("method", ["", "emandate", "nach"])
    def test_is_upi_or_a_card(self, ananya: Buyer, method: str) -> None:
        response = Client().post(f"/pay/bill/{ananya.bill().uid}/renew/", {"method": method})
        assert "E-mandate and NACH are not offered." in response.content.decode()
        assert Bill.objects.count() == 1


def test_after_a_lost_answer_the_page_has_the_order_made(ananya: Buyer, connected: Gateway) -> None:
    Bill.objects.update(razorpay_order_id=None)
    Subscription.objects.get().order.__class__.objects.update(razorpay_order_id=None)
    page = ananya.see(f"/pay/{ananya.order_uid}/")
    assert f'data-order="{ananya.bill().razorpay_order_id}"' in page


@pytest.mark.parametrize(
    "path", ["/pay/bill/nothing/", "/pay/bill/nothing/renew/", "/pay/bill/nothing/thanks/",
             "/pay/nothing/mandate/"],
)  # fmt: skip
def test_what_is_not_there_is_not_told(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_subscription_of_razorpays_has_no_mandate_of_ours(
    client: Client, gateway: Gateway, customer: object
) -> None:
    theirs = make_subscription(gateway, customer)  # type: ignore[arg-type]
    assert client.get(f"/pay/{theirs.order.uid}/mandate/").status_code == 404


def test_name_and_phone_are_not_told_to_whoever_orders_in_the_name_of_an_address(
    ananya: Buyer,
) -> None:
    customer = ananya.subscription.order.customer
    customer.name, customer.phone = "Ananya Iyer", "+919876543210"
    customer.save()
    product = ananya.subscription.order.product
    charlies = starting.start(product.account, product, EMAIL, "Charlie", None)
    page = ananya.see(f"/pay/{charlies.order.uid}/mandate/")
    assert "+919876543210" not in page
    assert "Ananya" not in page


def test_disconnected_nothing_can_be_paid(ananya: Buyer) -> None:
    ananya.gateway.__class__.objects.update(disconnected_at="2026-11-25T00:00:00Z")
    assert 'id="pay"' not in ananya.see(f"/pay/bill/{ananya.bill().uid}/")
