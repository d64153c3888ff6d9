"""Events that match nothing of ours: kept, never an error, matched if their order appears."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from gateways.models import Gateway, LookUp, Problem
from gateways.razorpay.deliveries import Delivery
from orders import linking
from orders.models import Customer, Order, Product
from subscriptions.models import Subscription
from tests.conftest import Razorpay, make_order
from tests.samples import sample
from webhooks import matching, replay, work
from webhooks.models import Event, Mention


def status() -> str:
    return Event.objects.get().status


def test_another_shops_payment_is_counted_and_hidden(razorpay: Razorpay) -> None:
    razorpay.tell(sample("payment.captured"))
    event = Event.objects.get()
    assert (event.status, event.ours) == ("unmatched", False)
    assert str(event.outcome) == "Not ours: another shop on the same Razorpay account."
    assert LookUp.objects.count() == 0, "it is never fetched"


def test_an_event_that_came_before_our_order_knew_its_id_is_matched_then(
    razorpay: Razorpay, gateway: Gateway, product: Product, customer: Customer
) -> None:
    order = make_order(gateway, product, customer, None)
    razorpay.tell(sample("payment.captured"))
    assert status() == "unmatched"
    linking.link_order(order, "order_RsdOrder000001")
    work.work()
    order.refresh_from_db()
    assert (status(), order.status) == ("processed", "paid")
    assert order.grants.count() == 2


@pytest.mark.parametrize("where", ["receipt", "notes"])
def test_a_lost_answer_is_made_good_by_our_own_note(
    razorpay: Razorpay, gateway: Gateway, product: Product, customer: Customer, where: str
) -> None:
    """Razorpay made the order, and the answer that named it never came."""
    order = make_order(gateway, product, customer, None)
    ours = {"receipt": order.uid} if where == "receipt" else {"notes": {"raseed_order": order.uid}}
    razorpay.tell(sample("order.paid", order=ours))
    order.refresh_from_db()
    assert (order.razorpay_order_id, order.status) == ("order_RsdOrder000001", "paid")


def test_a_note_of_ours_does_not_hijack_an_order_that_has_another_id(
    razorpay: Razorpay, order: Order
) -> None:
    other = {"id": "order_SomeOther00001", "notes": {"raseed_order": order.uid}}
    razorpay.tell(sample("order.paid", order=other, payment={"order_id": "order_SomeOther00001"}))
    order.refresh_from_db()
    event = Event.objects.get()
    assert order.status == "created"
    assert (event.status, event.ours) == ("unmatched", True), "shown: it bears our note"


def test_a_charge_of_a_known_subscription_is_processed_whatever_its_order(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(sample("subscription.charged"))
    assert status() == "processed"


def test_a_payment_of_a_known_buyers_unknown_invoice_is_looked_up(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(sample("subscription.charged"))
    renewal: dict[str, Any] = {
        "id": "pay_Renewal000001", "order_id": "order_Renewal00001",
        "invoice_id": "inv_Renewal000001", "customer_id": "cust_RsdCust000001",
    }  # fmt: skip
    razorpay.tell(sample("payment.captured", payment=renewal))
    event = Event.objects.get(type="payment.captured")
    assert (event.status, event.ours) == ("unmatched", True)
    look_up = LookUp.objects.get()
    assert (look_up.kind, look_up.razorpay_id) == ("invoice", "inv_Renewal000001")


def test_another_account_at_our_address_is_foreign_and_a_problem(
    razorpay: Razorpay, order: Order, gateway: Gateway
) -> None:
    stray = sample("payment.captured", payment={"id": "pay_Stray00000001", "order_id": None})
    razorpay.tell({**stray, "account_id": "acc_Elsewhere0001"})
    assert status() == "unmatched", "nobody knows yet which account this is"
    razorpay.tell(sample("payment.captured"))
    gateway.refresh_from_db()
    assert gateway.razorpay_account_id == "acc_RsdTestAcc0001"
    statuses = Event.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["foreign", "processed"]
    outcome = str(Event.objects.get(status="foreign").outcome)
    assert outcome == "From another Razorpay account (acc_Elsewhere0001)."
    problem = Problem.objects.standing().get()
    assert (problem.kind, problem.subject) == ("foreign_events", "acc_Elsewhere0001")
    razorpay.tell({**stray, "account_id": "acc_Elsewhere0001", "created_at": 5})
    problem.refresh_from_db()
    assert problem.count == 2


def test_what_is_told_again_quietly_is_no_problem_once_more(
    razorpay: Razorpay, gateway: Gateway
) -> None:
    Gateway.objects.update(razorpay_account_id="acc_RsdTestAcc0001")
    razorpay.tell({**sample("payment.captured"), "account_id": "acc_Elsewhere0001"})
    assert Problem.objects.standing().get().count == 1
    Problem.objects.update(cleared_at=timezone.now())
    replay.replay(Event.objects.all())
    work.work()
    assert status() == "foreign"
    assert not Problem.objects.standing().exists()


def test_what_turns_out_to_be_foreign_and_was_told_quietly_is_no_problem(
    razorpay: Razorpay, order: Order
) -> None:
    stray = sample("payment.captured", payment={"id": "pay_Stray00000001", "order_id": None})
    razorpay.tell({**stray, "account_id": "acc_Elsewhere0001"})
    Event.objects.update(imported=True)
    razorpay.tell(sample("payment.captured"))
    assert Event.objects.filter(status="foreign").count() == 1
    assert not Problem.objects.exists()


def test_two_shops_on_one_razorpay_account_each_touch_their_own(
    razorpay: Razorpay, order: Order, their_gateway: Gateway, gateway: Gateway
) -> None:
    """Allowed: both connected the same keys, and Razorpay posts every event to both."""
    other = Razorpay(their_gateway)
    razorpay.tell(sample("payment.captured"))
    other.tell(sample("payment.captured"))
    assert Event.objects.get(gateway=gateway).status == "processed"
    assert Event.objects.get(gateway=their_gateway).status == "unmatched"


def test_what_names_an_order_of_the_other_shop_is_neither_shown_nor_asked_about(
    razorpay: Razorpay, order: Order, their_gateway: Gateway
) -> None:
    """It bears a note of Raseed's: the other's."""
    notes = {"raseed_order": order.uid}
    payment = {"notes": notes, "invoice_id": "inv_RsdInv00000001"}
    Razorpay(their_gateway).tell(sample("order.paid", order={"notes": notes}, payment=payment))
    event = Event.objects.get()
    assert (event.status, event.ours) == ("unmatched", False)
    assert not LookUp.objects.exists(), "it is never fetched"


def test_linking_while_somebody_looks_is_noticed(
    razorpay: Razorpay,
    gateway: Gateway,
    product: Product,
    customer: Customer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between "nothing of ours has this id" and keeping that, the id became ours."""
    make_order(gateway, product, customer, "order_RsdOrder000001")
    real, looks = matching.find, []

    def too_early(gateway: Gateway, delivery: Delivery) -> int | None:
        looks.append(delivery.type)
        return None if len(looks) == 1 else real(gateway, delivery)

    monkeypatch.setattr(matching, "find", too_early)
    razorpay.tell(sample("payment.captured"))
    event = Event.objects.get()
    assert (event.status, event.attempts) == ("processed", 1)
    assert Mention.objects.count() == 0
