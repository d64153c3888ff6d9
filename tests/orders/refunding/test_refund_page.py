"""A seller gives money back: in full or in part, and what that means for access."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from gateways.models import Gateway, Problem
from orders import catalogue
from orders.models import AccessDecision, Order, Payment, RefundInstruction, Resource
from tests.conftest import Razorpay
from tests.orders.refunding.conftest import (
    Shop,
    hidden_in,
    look_over,
    open_to,
    page_of,
    press,
    standing,
    text_of,
    the_refund,
)
from tests.samples import sample


def test_a_refund_in_full_ends_access_by_itself(
    meera: Client, shop: Shop, order: Order, payment: Payment, owner: User
) -> None:
    page = meera.get(page_of(order)).content.decode()
    assert 'value="499.00"' in page, "prefilled with what is left"
    asked = text_of(look_over(meera, payment, amount="499"))
    assert "Refund ₹499.00 to Ananya Iyer?" in asked
    assert "access ends by itself once it is processed" in asked
    assert "The money goes back to UPI" in asked
    assert not RefundInstruction.objects.exists(), "only looked at"

    response = press(meera, payment, amount="499", reason="Two of them by mistake")
    assert response["Location"] == f"/orders/{order.uid}/"
    assert "₹499.00 was refunded." in text_of(meera.get(response["Location"]))
    assert standing(order) == ("refunded", 49900, 49900)
    assert open_to(order) == set()
    assert not AccessDecision.objects.exists(), "nobody had to decide"
    done = RefundInstruction.objects.get()
    assert (done.state, done.made_by, done.user, done.tries) == ("done", "seller", owner, 1)
    assert done.razorpay_refund_id == the_refund(order).razorpay_refund_id
    (made,) = shop.refunds(payment)
    assert made["amount"] == 49900
    assert made["notes"] == {"raseed_refund": done.uid, "raseed_order": order.uid}


def test_a_refund_in_part_keeps_access_unless_an_item_is_ended(
    meera: Client, shop: Shop, order: Order, payment: Payment, recipes: Resource
) -> None:
    told = shop.told()
    press(meera, payment, amount="100")
    assert standing(order) == ("partially_refunded", 49900, 10000)
    assert open_to(order) == {"Videos", "Recipes"}
    page = meera.get(page_of(order)).content.decode()
    assert 'value="399.00"' in page
    asked = text_of(look_over(meera, payment, amount="50", **{recipes.uid: "end"}))
    assert "Stays open: Videos." in asked
    assert "Ends as soon as Razorpay accepts the refund: Recipes." in asked
    press(meera, payment, amount="50", reason="Recipes were wrong", **{recipes.uid: "end"})
    assert open_to(order) == {"Videos"}
    decided = AccessDecision.objects.get()
    assert (decided.kind, decided.reason) == ("ended", "Refunded in part: Recipes were wrong")
    shop.tell_news(told)
    assert AccessDecision.objects.count() == 1, "its webhooks decide nothing again"
    assert standing(order) == ("partially_refunded", 49900, 15000)
    assert not Problem.objects.exists(), "the seller has said what it means"


def test_the_story_tells_who_asked_why_and_what_became_of_it(
    meera: Client, order: Order, payment: Payment, recipes: Resource
) -> None:
    press(meera, payment, amount="50", reason="Late", **{recipes.uid: "end"})
    story = text_of(meera.get(f"/orders/{order.uid}/")).partition("Story")[2]
    asked = story.index("Requested: refund of ₹50.00 By Meera Joshi Reason: Late")
    assert "It ends access to Recipes." in story
    assert asked < story.index("₹50.00 refunded rfnd_")
    assert "Why: By hand, Meera Joshi: Refunded in part: Late" in story


class TestWhatIsTyped:
    @pytest.mark.parametrize(
        ("amount", "said"),
        [
            ("499.01", "At most ₹499.00 of this payment can be refunded."),
            ("0.99", "Razorpay takes at least ₹1.00."),
            ("", "Say how much to refund."),
            ("1,50", "Write the amount in figures"),
            ("10.005", "INR has at most 2 decimals."),
        ],
    )
    def test_what_cannot_be_is_said_at_the_amount(
        self, meera: Client, payment: Payment, amount: str, said: str
    ) -> None:
        response = look_over(meera, payment, amount=amount, reason="Kept")
        text = text_of(response)
        assert said in text
        assert "Nothing was refunded. What is wrong is said at its field." in text
        assert 'value="Kept"' in response.content.decode()
        assert not RefundInstruction.objects.exists()

    def test_changing_ones_mind_keeps_it(
        self, meera: Client, payment: Payment, videos: Resource, recipes: Resource
    ) -> None:
        chosen = {videos.uid: "keep", recipes.uid: "end"}
        asked = look_over(meera, payment, amount="7", reason="Hm", **chosen)
        sent = {**hidden_in(asked), "change": "1"}
        page = meera.post(page_of(payment.order), sent).content.decode()
        assert 'value="7"' in page
        assert 'value="Hm"' in page
        for uid, choice in chosen.items():
            assert re.search(rf'name="{uid}" value="{choice}"[^>]* checked', page)
        assert not RefundInstruction.objects.exists()

    def test_another_currency_has_its_own_decimals(
        self, meera: Client, shop: Shop, product: Any
    ) -> None:
        in_yen = catalogue.create_product(
            account=product.account, name="Kit", price={"amount": 5000, "currency": "JPY"},
            resources=[],
        )  # fmt: skip
        payment = shop.pay(shop.place(in_yen))
        assert 'value="5000"' in meera.get(page_of(payment.order)).content.decode()
        assert "JPY has no decimals." in text_of(look_over(meera, payment, amount="10.5"))
        press(meera, payment, amount="1,200")
        assert the_refund(payment.order).amount == 1200
        assert "At most JP¥3,800" in text_of(look_over(meera, payment, amount="3801"))


class TestOnce:
    def test_a_second_press_of_one_page_is_one_refund(
        self, meera: Client, shop: Shop, payment: Payment
    ) -> None:
        asked = {**hidden_in(look_over(meera, payment, amount="100")), "sure": "1"}
        for _press in range(3):
            response = meera.post(page_of(payment.order), asked, follow=True)
            assert "₹100.00 was refunded." in text_of(response)
        assert RefundInstruction.objects.count() == 1
        assert [made["amount"] for made in shop.refunds(payment)] == [10000]

    def test_also_when_nothing_is_left(self, meera: Client, shop: Shop, payment: Payment) -> None:
        asked = {**hidden_in(look_over(meera, payment, amount="499")), "sure": "1"}
        for _press in range(2):
            response = meera.post(page_of(payment.order), asked, follow=True)
            assert "₹499.00 was refunded." in text_of(response)
        assert shop.given_back(payment) == 49900

    def test_two_pages_are_two_refunds_of_the_same_amount(
        self, meera: Client, shop: Shop, payment: Payment
    ) -> None:
        press(meera, payment, amount="100")
        press(meera, payment, amount="100")
        assert [made["amount"] for made in shop.refunds(payment)] == [10000, 10000]

    def test_without_a_ticket_of_ours_the_page_is_shown_again(
        self, meera: Client, shop: Shop, payment: Payment
    ) -> None:
        sent = {**hidden_in(look_over(meera, payment, amount="100")), "sure": "1"}
        other = shop.pay(shop.place())
        theirs = hidden_in(look_over(meera, other, amount="100"))["ticket"]
        for ticket in ("", "made-up", sent["ticket"][:-3], theirs):
            response = meera.post(page_of(payment.order), sent | {"ticket": ticket})
            assert "A refund cannot be taken back." in text_of(response)
        assert not RefundInstruction.objects.exists()

    def test_two_pages_never_ask_for_more_than_there_is(
        self, meera: Client, shop: Shop, payment: Payment
    ) -> None:
        """The second was opened while all of it was left."""
        first, second = (
            {**hidden_in(look_over(meera, payment, amount="300")), "sure": "1"} for _ in range(2)
        )
        meera.post(page_of(payment.order), first)
        response = meera.post(page_of(payment.order), second)
        assert "At most ₹199.00 of this payment can be refunded." in text_of(response)
        assert 'value="300"' in response.content.decode()
        assert shop.given_back(payment) == 30000

    def test_what_was_refunded_elsewhere_counts_before_any_webhook(
        self, meera: Client, shop: Shop, payment: Payment
    ) -> None:
        shop.desk.press(f"payments/{payment.razorpay_payment_id}/refund", amount=40000)
        asked = {**hidden_in(look_over(meera, payment, amount="200")), "sure": "1"}
        response = meera.post(page_of(payment.order), asked)
        assert "At most ₹99.00 of this payment can be refunded." in text_of(response)
        assert not RefundInstruction.objects.exists()
        assert shop.given_back(payment) == 40000

    def test_what_failed_can_be_refunded_again(
        self, meera: Client, shop: Shop, order: Order, payment: Payment, recipes: Resource
    ) -> None:
        """Razorpay's greatest amount_refunded still counts it."""
        told = shop.told()
        response = press(meera, payment, amount="24.68", **{recipes.uid: "end"})
        page = text_of(meera.get(response["Location"]))
        assert "The refund of ₹24.68 failed at Razorpay. No money went back." in page
        assert open_to(order) == {"Videos", "Recipes"}, "no money went back: nothing ends"
        shop.tell_news(told)
        assert standing(order) == ("paid", 49900, 0)
        assert 'value="499.00"' in meera.get(page_of(order)).content.decode()
        press(meera, payment, amount="499")
        assert standing(order) == ("refunded", 49900, 49900)

    def test_what_fails_later_leaves_ended_what_was_ended_and_says_so(
        self, meera: Client, shop: Shop, order: Order, payment: Payment, recipes: Resource
    ) -> None:
        shop.desk.press("refunds", outcome="pending")
        response = press(meera, payment, amount="100", **{recipes.uid: "end"})
        assert "The refund of ₹100.00 is on its way." in text_of(meera.get(response["Location"]))
        shop.hears("refunds", the_refund(order).razorpay_refund_id, "fail")
        assert open_to(order) == {"Videos"}
        assert "What it ended stays ended" in text_of(meera.get(f"/orders/{order.uid}/"))


def test_of_several_payments_one_is_chosen(
    meera: Client, shop: Shop, order: Order, payment: Payment
) -> None:
    twice: dict[str, Any] = {
        "id": "pay_RsdTwice000001", "order_id": order.razorpay_order_id, "notes": [],
        "created_at": payment.created_at,
    }  # fmt: skip
    Razorpay(shop.gateway).tell(sample("payment.captured", payment=twice))
    response = meera.get(page_of(order))
    assert "Which payment goes back?" in text_of(response)
    for one in order.payments.all():
        link = f'href="?payment={one.uid}"'
        assert link in response.content.decode()
        chosen = text_of(meera.get(page_of(order), {"payment": one.uid}))
        assert one.razorpay_payment_id in chosen
    assert "The order stays paid, and access with it" in text_of(
        look_over(meera, payment, amount="499")
    )
    other = shop.pay(shop.place())
    response = meera.get(page_of(order), {"payment": other.uid})
    assert other.razorpay_payment_id not in response.content.decode()


class TestWhatCannotBeRefunded:
    def test_nothing_was_paid_yet(self, meera: Client, shop: Shop) -> None:
        order = shop.place()
        shown = meera.get(f"/orders/{order.uid}/").content.decode()
        assert '<span class="btn" aria-disabled="true">Refund: nothing paid yet</span>' in shown
        assert "Nothing can be refunded: nothing paid yet." in text_of(meera.get(page_of(order)))

    def test_all_of_it_went_back(self, meera: Client, order: Order, payment: Payment) -> None:
        assert f'href="{page_of(order)}"' in meera.get(f"/orders/{order.uid}/").content.decode()
        press(meera, payment, amount="499")
        shown = meera.get(f"/orders/{order.uid}/").content.decode()
        assert f'href="{page_of(order)}"' not in shown
        assert "Refund: all of it went back" in shown
        response = meera.post(page_of(order), {"payment": payment.uid, "amount": "1"})
        assert "Nothing can be refunded: all of it went back." in text_of(response)

    def test_its_account_is_disconnected(
        self, meera: Client, shop: Shop, order: Order, payment: Payment
    ) -> None:
        asked = {**hidden_in(look_over(meera, payment, amount="100")), "sure": "1"}
        Gateway.objects.update(disconnected_at=timezone.now())
        assert "Refund: its Razorpay account is disconnected" in text_of(
            meera.get(f"/orders/{order.uid}/")
        )
        assert "is disconnected" in text_of(meera.post(page_of(order), asked))
        assert shop.given_back(payment) == 0
