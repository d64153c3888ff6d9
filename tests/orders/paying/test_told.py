"""What the pay page may tell of a customer, and what it says of a trial."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils.formats import date_format

from accounts.models import Account
from gateways.models import Gateway
from orders import catalogue, checkout, postman, visiting
from orders.catalogue import NewResource
from orders.causes import at
from orders.models import Product
from subscriptions import starting
from subscriptions.models import Subscription
from tests.gateways.stand_in import Desk
from tests.orders.paying.conftest import EMAIL, Buyer


def test_name_and_phone_are_for_who_told_them_with_this_order(
    buyer: Buyer, account: Account, product: Product
) -> None:
    """Anybody may order in the name of an address, and must not learn whose it is."""
    customer = buyer.order.customer
    customer.phone = "+919000090000"
    customer.save()
    told = ('data-name="Ananya Iyer"', 'data-phone="+919000090000"', "prefill[name]")
    assert all(words in buyer.page("") for words in told)

    again = checkout.place(account, product, EMAIL, "", None)
    stranger = Buyer(again, buyer.desk, Client())
    assert not any(words in stranger.page("") for words in told)
    assert "Ananya" not in stranger.page("")

    themselves = Client()
    themselves.post(urlsplit(visiting.make(customer)).path)
    assert all(words in Buyer(again, buyer.desk, themselves).page("") for words in told)


@pytest.fixture
def trial(desk: Desk, connected: Gateway, account: Account) -> Subscription:
    plan = {
        "kind": "subscription", "amount": 29900, "currency": "INR", "period": "monthly",
        "interval": 1, "total_count": 12, "trial_days": 7,
    }  # fmt: skip
    circle = catalogue.create_product(
        account=account,
        name="Weavers' Circle",
        price=plan,
        resources=[NewResource("Loom room", "https://example.com/loom")],
    )
    return starting.start(account, circle, EMAIL, "Ananya Iyer", None)


def test_a_trial_is_no_payment(
    client: Client, desk: Desk, account: Account, trial: Subscription
) -> None:
    page = client.get(f"/pay/{trial.order.uid}/").content.decode()
    assert ">Start the trial" in page
    assert "Pay ₹" not in page
    assert "7 days, then the first charge" in page

    desk.press(f"subscriptions/{trial.razorpay_subscription_id}/pay")
    thanks = client.get(f"/pay/{trial.order.uid}/thanks/").content.decode()
    assert "Your trial has started" in thanks
    assert "The first charge of ₹299.00 comes on" in thanks
    assert "Times are in India Time." in thanks
    trial.refresh_from_db()
    assert date_format(at(trial.charge_at or 0).astimezone(account.zone), "H:i") in thanks
    assert "Paid. Thank you." not in thanks
    assert "receipt is on its way" not in thanks


def test_the_receipt_opens_what_was_bought(buyer: Buyer) -> None:
    buyer.come_back(buyer.pay())
    postman.send_due()
    (message,) = [one for one in mail.outbox if "Receipt" in one.subject]
    assert message.from_email == "Dastakari Store <raseed@localhost>"
    link = next(line for line in str(message.body).splitlines() if "/my/open/" in line)
    browser = Client()
    assert browser.post(urlsplit(link).path)["Location"] == "/my/"
    assert "Natural Dyeing Masterclass" in browser.get("/my/").content.decode()
