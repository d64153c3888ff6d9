"""The seller's pages that do something to a subscription: ask first, do it once, say what came."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.sellers import Seller
from orders.models import Price
from subscriptions import acting, deeds
from subscriptions.models import Subscription, SubscriptionInstruction
from tests.gateways.people import Who
from tests.lives import DAY
from tests.orders.sales.test_order_page import in_order, text_of
from tests.subscriptions.acting.conftest import EMAIL, Shop, fresh

Kind = SubscriptionInstruction.Kind
VERBS = ("plan", "pause", "resume", "cancel", "give-access")


def path(subscription: Subscription, verb: str = "") -> str:
    return f"/subscriptions/{subscription.uid}/" + (f"{verb}/" if verb else "")


def see(client: Client, subscription: Subscription, verb: str = "") -> str:
    response = client.get(path(subscription, verb))
    assert response.status_code == 200
    return text_of(response.content.decode())


def send(client: Client, subscription: Subscription, verb: str, **fields: str) -> str:
    """Press the button; the page one is led to."""
    response = client.post(path(subscription, verb), fields, follow=True)
    assert response.redirect_chain == [(path(subscription), 302)]
    return text_of(response.content.decode())


class TestCancelling:
    def test_the_page_says_what_happens_to_charges_and_access(
        self, meera: Client, running: Subscription
    ) -> None:
        in_order(
            see(meera, running, "cancel"),
            "Cancel the subscription of Ananya Iyer?", "At the end of the billing period, 24 Dec",
            "It runs until then and is not charged again.", "Now", "Nothing more is charged",
            "Access stays until 24 Dec 2026, 00:00, the end of what is paid.",
            "Nothing is refunded by this.", "It cannot be taken back", "Keep it",
        )  # fmt: skip

    def test_now(self, meera: Client, shop: Shop, running: Subscription) -> None:
        shown = send(meera, running, "cancel", kind="cancel")
        in_order(shown, "The subscription is cancelled.", "Cancelled", "Change plan: it is over")
        assert shop.there(running)["status"] == "cancelled"
        made = SubscriptionInstruction.objects.get()
        assert (made.made_by, str(made.user)) == ("seller", "Meera Joshi")

    def test_at_the_end(self, meera: Client, running: Subscription) -> None:
        shown = send(meera, running, "cancel", kind="cancel_at_end")
        in_order(
            shown, "The subscription ends on 24 Dec 2026, 00:00. It is not charged again.",
            "Active", "Will end on 24 Dec 2026", "Next charge –",
        )  # fmt: skip
        assert "Will end on 24 Dec 2026" in text_of(meera.get("/subscriptions/").content.decode())
        shown = see(meera, running, "cancel")
        assert "it ends on 24 Dec 2026 already." in shown

    def test_a_choice_is_needed(self, meera: Client, running: Subscription) -> None:
        for sent in ({}, {"kind": "pause"}, {"kind": "x"}):
            assert meera.post(path(running, "cancel"), sent).status_code == 200
        assert not SubscriptionInstruction.objects.exists()


def test_it_is_paused_and_resumed(meera: Client, running: Subscription, clock: Any) -> None:
    in_order(
        see(meera, running, "pause"), "Pause the subscription of Ananya Iyer?",
        "Razorpay charges nothing until it is resumed.", "Access stays until 24 Dec 2026",
    )  # fmt: skip
    shown = send(meera, running, "pause")
    in_order(shown, "The subscription is paused.", "Paused", "Change plan: it is not active")
    assert path(running, "resume") in meera.get(path(running)).content.decode()
    clock.shift(DAY)
    assert "Razorpay charges again" in see(meera, running, "resume")
    in_order(send(meera, running, "resume"), "The subscription is resumed.", "Active")


class TestThePlan:
    def test_is_chosen_among_what_is_sold(
        self, meera: Client, running: Subscription, gold: Price
    ) -> None:
        in_order(
            see(meera, running, "plan"), "Change the plan of Ananya Iyer",
            "It is now ₹499.00 a month for Weavers' Circle.", "Gold, ₹999.00 a month",
            "Opens: Gold room", "At the end of the billing period, 24 Dec 2026", "Now",
            "The number of charges that are left stays.",
        )  # fmt: skip

    def test_changes_now(self, meera: Client, running: Subscription, gold: Price) -> None:
        shown = send(meera, running, "plan", price=gold.uid, kind="change_plan")
        in_order(shown, "The plan is changed.", "₹999.00 a month", "Gold room")
        assert "₹999.00 a month" in text_of(meera.get("/subscriptions/").content.decode())
        assert "It is now ₹999.00 a month for Gold." in see(meera, running, "plan")

    def test_changes_later(self, meera: Client, running: Subscription, gold: Price) -> None:
        shown = send(meera, running, "plan", price=gold.uid, kind="change_at_end")
        in_order(
            shown, "The plan changes on 24 Dec 2026, 00:00.", "₹499.00 a month",
            "to ₹999.00 a month for Gold.",
        )  # fmt: skip

    def test_that_was_put_away_meanwhile_is_not_taken(
        self, meera: Client, running: Subscription, gold: Price
    ) -> None:
        gold.product.archived_at = running.order.created_at
        gold.product.save()
        response = meera.post(path(running, "plan"), {"price": gold.uid, "kind": "change_plan"})
        assert response.status_code == 200
        assert "There is no other plan." in text_of(response.content.decode())
        assert not SubscriptionInstruction.objects.exists()

    def test_of_another_business_is_not_taken(
        self, meera: Client, running: Subscription, gold: Price, stranger: Seller
    ) -> None:
        gold.product.account = stranger.account
        gold.product.save()
        meera.post(path(running, "plan"), {"price": gold.uid, "kind": "change_plan"})
        assert not SubscriptionInstruction.objects.exists()

    def test_that_is_paid_by_upi_stays_and_razorpays_words_are_shown(
        self, meera: Client, shop: Shop, subscription: Subscription, gold: Price
    ) -> None:
        shop.switch(subscription, "pay", email=EMAIL, method="upi")
        Subscription.objects.update(payment_method=None)
        shown = send(meera, fresh(subscription), "plan", price=gold.uid, kind="change_plan")
        assert (
            "The plan was not changed. The answer was: "
            "“subscriptions cannot be updated when payment mode is UPI”" in shown
        )


class TestWhatWaits:
    def test_is_told_and_blocks_the_rest(
        self, meera: Client, shop: Shop, running: Subscription, clock: Any
    ) -> None:
        shop.desk.press("api", fail="lost", paths="/v1/subscriptions", count=1)
        shown = send(meera, running, "pause")
        in_order(
            shown, "Razorpay has not answered.", "Pause: an instruction waits for Razorpay",
            "“Pause” was asked for today, 12:30", "and Razorpay has not answered yet.",
        )  # fmt: skip
        assert "an instruction waits for Razorpay" in see(meera, running, "cancel")
        assert "an instruction waits" in send(meera, running, "cancel", kind="cancel")
        clock.shift(60)
        acting.carry_out_due()
        assert "has not answered" not in see(meera, running)

    def test_two_presses_are_one_instruction(
        self, meera: Client, shop: Shop, running: Subscription, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, second = deeds.done, []

        def pressed_again(instruction: SubscriptionInstruction) -> Any:
            """While the first call is under way."""
            second.append(send(meera, running, "pause"))
            return real(instruction)

        monkeypatch.setattr(deeds, "done", pressed_again)
        assert "The subscription is paused." in send(meera, running, "pause")
        assert "The subscription cannot be paused: an instruction waits" in second[0]
        assert SubscriptionInstruction.objects.count() == 1
        assert shop.count("subscription.paused") == 1


def post_everything(client: Client, subscription: Subscription, gold: Price) -> set[int]:
    sent: dict[str, Any] = {
        "plan": {"price": gold.uid, "kind": "change_plan"}, "cancel": {"kind": "cancel"}
    }  # fmt: skip
    return {client.post(path(subscription, verb), sent.get(verb, {})).status_code for verb in VERBS}


class TestWhoMay:
    def test_staff(self, signed_in: Who, running: Subscription) -> None:
        staff = signed_in("staff")
        assert path(running, "cancel") in staff.get(path(running)).content.decode()
        send(staff, running, "pause")
        assert fresh(running).status == "paused"

    def test_not_who_may_only_read(
        self, signed_in: Who, running: Subscription, gold: Price
    ) -> None:
        reader = signed_in("read_only")
        shown = reader.get(path(running)).content.decode()
        assert not any(path(running, verb) in shown for verb in VERBS)
        assert "Pause" not in text_of(shown)
        assert post_everything(reader, running, gold) == {403}
        assert {reader.get(path(running, verb)).status_code for verb in VERBS} == {403}
        assert not SubscriptionInstruction.objects.exists()

    def test_not_a_stranger(self, signed_in: Who, running: Subscription, gold: Price) -> None:
        stranger = signed_in("stranger")
        assert post_everything(stranger, running, gold) == {404}
        assert {stranger.get(path(running, verb)).status_code for verb in VERBS} == {404}
        assert not SubscriptionInstruction.objects.exists()

    def test_not_who_is_not_signed_in(self, running: Subscription, gold: Price) -> None:
        assert post_everything(Client(), running, gold) == {302}
        assert not SubscriptionInstruction.objects.exists()


class TestAfterAHalt:
    @pytest.fixture
    def halted(self, shop: Shop, running: Subscription, clock: Any) -> Subscription:
        clock.shift(30 * DAY)
        shop.switch(running, "halt")
        return fresh(running)

    def test_access_is_given_until_the_next_charge(
        self, signed_in: Who, halted: Subscription
    ) -> None:
        meera = signed_in("owner")
        shown = see(meera, halted)
        in_order(shown, "not have access?", "Give access until the next charge", "Suspended")
        in_order(
            see(meera, halted, "give-access"), "Give Ananya Iyer access until the next charge?",
            "Circle is open until 24 Jan 2027, 00:00.",
        )  # fmt: skip
        shown = send(meera, halted, "give-access")
        in_order(shown, "Access was given until 24 Jan 2027, 00:00.", "Why does Ananya Iyer have")
        assert "Give access until the next charge" not in shown
        decision = halted.order.decisions.get()
        assert (decision.kind, str(decision.user)) == ("given", "Meera Joshi")

    @pytest.mark.parametrize(
        "fields", [{"charge_at": None}, {"charge_at": 1}, {"status": "active"}]
    )
    def test_not_without_a_halt_or_a_next_charge(
        self, signed_in: Who, halted: Subscription, fields: Any
    ) -> None:
        Subscription.objects.update(**fields)
        meera = signed_in("owner")
        assert "Give access until the next charge" not in see(meera, halted)
        assert "There is nothing to give" in send(meera, halted, "give-access")
        assert not halted.order.decisions.exists()


@pytest.mark.parametrize("language", ["en", "hi"])
def test_every_page_opens_in_both_languages(
    meera: Client, running: Subscription, gold: Price, language: str
) -> None:
    for verb in VERBS[:-1]:
        response = meera.get(path(running, verb), headers={"Accept-Language": language})
        assert response.status_code == 200
        assert "no-cache" in response["Cache-Control"]
        assert meera.delete(path(running, verb)).status_code == 405
