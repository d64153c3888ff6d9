"""A buyer cancels what was bought, under “My purchases”; nobody else's, and only where allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Account
from accounts.sellers import Seller
from orders import postman
from orders.models import Customer, Mail, Price
from subscriptions import acting
from subscriptions.models import Subscription, SubscriptionInstruction
from tests.lives import DAY
from tests.orders.buyer.conftest import come_in
from tests.orders.sales.test_order_page import in_order, text_of
from tests.subscriptions.acting.conftest import EMAIL, Shop, fresh

__all__ = ["come_in"]
ComeIn = Callable[..., Client]


def path(subscription: Subscription) -> str:
    return f"/my/subscriptions/{subscription.uid}/cancel/"


def link(subscription: Subscription) -> str:
    return f'href="{path(subscription)}"'


def my(browser: Client) -> str:
    return browser.get("/my/").content.decode()


@pytest.fixture
def buyer(running: Subscription, come_in: ComeIn) -> Client:
    """Ananya's browser, five days after her first payment."""
    return come_in(running.order.customer)


def press(browser: Client, subscription: Subscription) -> str:
    response = browser.post(path(subscription), follow=True)
    assert response.redirect_chain == [("/my/", 302)]
    return text_of(response.content.decode())


class TestWhatIsPaid:
    def test_ends_with_what_is_paid(self, buyer: Client, shop: Shop, running: Subscription) -> None:
        assert link(running) in my(buyer)
        in_order(
            text_of(buyer.get(path(running)).content.decode()), "Cancel Weavers' Circle?",
            "It ends with what you have paid for. You are not charged again.",
            "Access stays until 24 Dec 2026, 00:00, the end of what is paid.",
            "It cannot be taken back.", "Cancel subscription", "Keep it",
        )  # fmt: skip
        shown = press(buyer, running)
        in_order(
            shown, "The subscription ends on 24 Dec 2026, 00:00.", "Open until 24 Dec, 00:00",
            "Cancelled", "Ends 24 Dec, 00:00 , and is not charged again.",
        )  # fmt: skip
        assert "Next charge" not in shown
        assert link(running) not in my(buyer)
        assert "To cancel a subscription" not in shown
        made = SubscriptionInstruction.objects.get()
        assert (made.kind, made.made_by, made.state) == ("cancel_at_end", "buyer", "done")
        assert shop.there(running)["status"] == "active"

    def test_both_are_told_once(self, buyer: Client, seller: Seller, running: Subscription) -> None:
        press(buyer, running)
        press(buyer, running)
        postman.send_due()
        told = {message.to[0]: message for message in mail.outbox if "cancelled" in message.subject}
        assert len([one for one in mail.outbox if "cancelled" in one.subject]) == 2
        theirs, ours = str(told[EMAIL].body), str(told["meera@example.com"].body)
        assert told[EMAIL].subject == "You cancelled Weavers' Circle"
        assert "ends on 24 Dec 2026, 00:00. You are not charged again." in theirs
        assert "You keep access until 24 Dec 2026, 00:00" in theirs
        assert told["meera@example.com"].subject == "Ananya Iyer cancelled Weavers' Circle"
        assert "It ends on 24 Dec 2026, 00:00 and is not charged again." in ours

    def test_a_lost_answer_is_told_when_it_is_known(
        self, buyer: Client, shop: Shop, running: Subscription, clock: Any
    ) -> None:
        shop.desk.press("api", fail="lost", paths="/v1/subscriptions", count=1)
        shown = press(buyer, running)
        in_order(shown, "Razorpay has not answered.", "Being changed")
        assert link(running) not in my(buyer)
        cancelled = Mail.objects.filter(kind__startswith="cancelled")
        assert not cancelled.exists()
        clock.shift(60)
        acting.carry_out_due()
        assert cancelled.count() == 2
        assert "Ends 24 Dec" in text_of(my(buyer))


class TestWhatIsNotPaid:
    """There is no end of a paid period to wait for: whatever is open would still be charged."""

    def test_an_open_charge_is_never_made(
        self, shop: Shop, running: Subscription, clock: Any, come_in: ComeIn
    ) -> None:
        clock.shift(25 * DAY + 3600)
        shop.switch(running, "fail")
        assert fresh(running).status == "pending"
        browser = come_in(running.order.customer)
        assert "also not for what is open" in browser.get(path(running)).content.decode()
        press(browser, running)
        assert shop.there(running)["status"] == fresh(running).status == "cancelled"
        # Razorpay took it for the seller's; who it was is known here.
        ledger = running.order.reattempts.filter(state="cancelled")
        assert {row.reason for row in ledger} == {"cancelled_by_buyer"}

    @pytest.mark.parametrize("days", [0, 7])
    def test_before_the_first_charge_it_ends_at_once(
        self, shop: Shop, subscription: Subscription, come_in: ComeIn, days: int
    ) -> None:
        if days:
            starts = shop.desk.now() + days * DAY
            made = shop.desk.subscription(start_at=starts)
            Subscription.objects.update(razorpay_subscription_id=made["id"])
            shop.switch(fresh(subscription), "pay", email=EMAIL, method="card")
            assert fresh(subscription).status == "authenticated"
        browser = come_in(subscription.order.customer)
        assert (link(subscription) in my(browser)) is bool(days)
        press(browser, fresh(subscription))
        assert fresh(subscription).status == "cancelled"


class TestWhatIsRefused:
    def test_razorpays_words_are_shown(
        self, buyer: Client, shop: Shop, running: Subscription
    ) -> None:
        shop.desk.press(f"subscriptions/{running.razorpay_subscription_id}/cancel")  # not told yet
        shown = press(buyer, running)
        assert "The answer was: “Subscription is not cancellable in cancelled status.”" in shown
        assert not Mail.objects.filter(kind__startswith="cancelled").exists()

    def test_what_is_over_is_not_cancelled(self, buyer: Client, running: Subscription) -> None:
        Subscription.objects.update(status="completed")
        assert link(running) not in my(buyer)
        assert "it is over" in text_of(buyer.get(path(running)).content.decode())
        assert "it is over" in press(buyer, running)


class TestWhoMay:
    def test_nobody_where_the_seller_does_not_want_it(
        self, buyer: Client, account: Account, running: Subscription
    ) -> None:
        account.buyers_may_cancel = False
        account.save()
        words = "To cancel a subscription, write to Dastakari Store."
        assert words in my(buyer)
        assert link(running) not in my(buyer)
        for answer in (buyer.get(path(running)), buyer.post(path(running))):
            assert answer["Location"] == "/my/"
        assert not SubscriptionInstruction.objects.exists()

    def test_not_another_customer(self, running: Subscription, come_in: ComeIn) -> None:
        vikram = Customer.objects.create(
            account=running.gateway.account, email="vikram@example.com"
        )
        browser = come_in(vikram)
        assert browser.get(path(running)).status_code == 404
        assert browser.post(path(running)).status_code == 404
        assert not SubscriptionInstruction.objects.exists()

    def test_not_the_same_address_at_another_business(
        self, running: Subscription, stranger: Seller, come_in: ComeIn
    ) -> None:
        same = Customer.objects.create(account=stranger.account, email=EMAIL)
        assert come_in(same).post(path(running)).status_code == 404

    def test_not_who_has_not_come_in(self, running: Subscription) -> None:
        for answer in (Client().get(path(running)), Client().post(path(running))):
            assert answer["Location"] == "/my/"
        assert not SubscriptionInstruction.objects.exists()

    def test_not_a_page_of_another_site(self, running: Subscription, come_in: ComeIn) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = come_in(running.order.customer).cookies
        assert strict.post(path(running)).status_code == 403


def test_after_a_change_of_plan_the_next_charge_is_of_the_new_one(
    buyer: Client, running: Subscription, gold: Price
) -> None:
    kind = SubscriptionInstruction.Kind.CHANGE_PLAN
    acting.instruct(running, kind, acting.MadeBy.SELLER, price=gold)
    in_order(text_of(my(buyer)), "Next charge", "₹999.00 , 24 Dec")
