"""What buyers do at the checkout: the same events as by switch, once, with a true signature."""

import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.counter import KEY, Counter
from tests.sandbox.desk import TEST_KEYS, Desk, Doc
from tests.sandbox.receiver import Receiver

PAID = ["payment.authorized", "payment.captured", "order.paid"]
GIVEN_BACK = ["payment.authorized", "refund.created", "refund.processed"]
CALLBACK = "https://shop.example/back/?order=1"
CANCEL = "https://shop.example/cart/"


@pytest.fixture
def counter(desk: Desk) -> Counter:
    return Counter(desk)


def signature(text: str) -> str:
    return hmac.new(TEST_KEYS[1].encode(), text.encode(), hashlib.sha256).hexdigest()


def test_paying_hands_the_shop_a_signed_answer(
    counter: Counter, receiver: Receiver, hook: str
) -> None:
    order = counter.desk.order()
    page = counter.frame(order_id=order["id"], description="Masterclass", notes={"cart": "7"})
    done = counter.press(page, "pay", {"prefill[method]": "netbanking", "prefill[email]": "a@b.in"})
    (payment,) = counter.payments()
    assert done.message == {
        "event": "paid",
        "payment": {
            "razorpay_payment_id": payment["id"],
            "razorpay_order_id": order["id"],
            "razorpay_signature": signature(f"{order['id']}|{payment['id']}"),
        },
    }
    assert counter.desk.client.utility.verify_payment_signature(done.message["payment"])
    assert (payment["method"], payment["email"], payment["status"]) == (
        *("netbanking", "a@b.in", "captured"),
    )
    assert (payment["description"], payment["notes"]) == ("Masterclass", {"cart": "7"})
    assert {delivery.name for delivery in receiver.wait(3)} == set(PAID)


def test_a_form_without_a_script_ends_at_the_callback(counter: Counter) -> None:
    order = counter.desk.order()
    page = counter.embedded(order_id=order["id"], callback_url=CALLBACK, cancel_url=CANCEL)
    assert page.links == [CANCEL]
    done = counter.press(page, "pay")
    assert done.message is None
    assert done.actions == [CALLBACK]
    payment_id = done.fields["razorpay_payment_id"]
    assert done.fields == {
        "razorpay_payment_id": payment_id,
        "razorpay_order_id": order["id"],
        "razorpay_signature": signature(f"{order['id']}|{payment_id}"),
    }


def test_failing_says_why_and_lets_the_buyer_try_again(counter: Counter) -> None:
    order = counter.desk.order()
    page = counter.frame(order_id=order["id"])
    failed = counter.press(page, "fail", {"reason": "authentication_failed"})
    (payment,) = counter.payments()
    assert failed.message == {
        "event": "failed",
        "error": {
            "code": "BAD_REQUEST_ERROR",
            "description": "The one-time password was wrong.",
            "source": "customer",
            "step": "payment_authentication",
            "reason": "authentication_failed",
            "metadata": {"payment_id": payment["id"], "order_id": order["id"]},
        },
    }
    assert "The one-time password was wrong." in failed.text
    assert counter.press(failed, "pay").message["event"] == "paid"
    assert counter.events() == ["payment.failed", *PAID]
    assert counter.desk.client.order.fetch(order["id"])["attempts"] == 2


def test_a_shop_may_forbid_the_second_try(counter: Counter) -> None:
    page = counter.frame(order_id=counter.desk.order()["id"], retry=0)
    failed = counter.press(page, "fail")
    assert failed.deeds == []
    assert "try again" not in failed.text


def test_the_answer_comes_late(counter: Counter) -> None:
    order = counter.desk.order()
    late = counter.press(counter.frame(order_id=order["id"]), "late")
    assert late.message["error"]["reason"] == "payment_timed_out"
    assert "it says yes after all" in late.text
    assert counter.events() == ["payment.failed"]
    done = counter.desk.press("clock", seconds=61)
    assert [event["event"] for event in done["events"]] == PAID
    (payment,) = counter.payments()
    assert (payment["late_authorized"], payment["status"]) == (True, "captured")
    # The page loaded again does not say what is no longer so.
    assert "This order is paid already" in counter.frame(order_id=order["id"]).text


def test_a_late_answer_after_a_second_try_is_given_back(counter: Counter) -> None:
    order = counter.desk.order()
    late = counter.press(counter.frame(order_id=order["id"]), "late")
    counter.press(late, "pay")
    done = counter.desk.press("clock", seconds=61)
    assert [event["event"] for event in done["events"]] == GIVEN_BACK
    assert counter.desk.client.order.fetch(order["id"])["amount_paid"] == 50_000


def test_a_late_answer_by_switch_comes_once(counter: Counter) -> None:
    order = counter.desk.order()
    counter.press(counter.frame(order_id=order["id"]), "late")
    counter.desk.press(f"orders/{order['id']}/authorise-late")
    assert counter.desk.press("clock", minutes=5)["events"] == []


@pytest.mark.parametrize("deed", ["pay", "fail"])
def test_the_same_form_sent_twice_is_one_try(counter: Counter, deed: str) -> None:
    page = counter.frame(order_id=counter.desk.order()["id"])
    first, second = counter.press(page, deed), counter.press(page, deed)
    assert first.message == second.message
    assert len(counter.payments()) == 1


def test_many_clicks_and_tabs_at_once_pay_once(counter: Counter) -> None:
    order = counter.desk.order()
    tabs = [counter.frame(order_id=order["id"]) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda page: counter.press(page, "pay"), tabs * 2))
    assert len(counter.payments()) == 1
    assert counter.events() == PAID
    assert sum(page.message is not None for page in done) == 2
    assert sum("This order is paid already" in page.text for page in done) == 6


def test_a_paid_order_says_so_and_takes_nothing(counter: Counter) -> None:
    order, _ = counter.desk.paid_order()
    page = counter.embedded(order_id=order["id"], cancel_url=CANCEL)
    assert "This order is paid already" in page.text
    assert (page.deeds, page.links) == ([], [CANCEL])


def test_an_authorised_order_waits_for_its_seller(counter: Counter) -> None:
    order = counter.desk.order(payment_capture=False)
    done = counter.press(counter.frame(order_id=order["id"]), "pay")
    assert "Approved." in done.text
    assert done.message["event"] == "paid"
    again = counter.press(counter.frame(order_id=order["id"]), "pay", status=400)
    assert "waits for its capture" in again.text


def test_hostile_forms_change_nothing(counter: Counter) -> None:
    page = counter.frame(order_id=counter.desk.order()["id"])
    for status, changed in [
        (400, {"deed": "steal"}),
        (400, {"deed": "change"}),
        (400, {"kind": "change"}),
        (400, {"try": ""}),
        (400, {"place": "moon"}),
        (400, {"prefill[contact]": "9" * 16}),
        (400, {"order_id": "order_00000000000000"}),
        (401, {"key_id": "rzp_test_nobody00000001"}),
        (400, {"amount": "1"}),
    ]:
        counter.press(page, "pay", changed, status=status)
    bad = counter.press(page, "fail", {"reason": "Because!"}, status=400)
    assert "insufficient_funds" in bad.text
    assert (counter.payments(), counter.events()) == ([], [])


def test_every_tenth_payment_brings_a_stranger_here_too(counter: Counter) -> None:
    for _ in range(10):
        counter.press(counter.frame(order_id=counter.desk.order()["id"]), "pay")
    assert sum(payment["stranger"] for payment in counter.payments()) == 1


def opened_subscription(counter: Counter, **fields: Any) -> tuple[Doc, Doc]:
    subscription = counter.desk.subscription(**fields)
    page = counter.frame(subscription_id=subscription["id"])
    return subscription, counter.press(page, "pay").message


def test_a_subscription_is_signed_the_other_way_round(counter: Counter) -> None:
    subscription, message = opened_subscription(counter)
    payment_id = message["payment"]["razorpay_payment_id"]
    assert message["payment"] == {
        "razorpay_payment_id": payment_id,
        "razorpay_subscription_id": subscription["id"],
        "razorpay_signature": signature(f"{payment_id}|{subscription['id']}"),
    }
    verify = counter.desk.client.utility.verify_subscription_payment_signature
    assert verify(message["payment"])
    assert counter.events()[-1] == "subscription.activated"
    assert counter.desk.client.subscription.fetch(subscription["id"])["status"] == "active"


def test_a_mandate_for_later_is_only_approved(counter: Counter) -> None:
    start_at = counter.desk.now() + 5 * 86_400
    subscription = counter.desk.subscription(start_at=start_at)
    page = counter.frame(subscription_id=subscription["id"])
    assert "Approve with ₹5.00" in page.text
    assert page.deeds == ["pay", "fail"]
    assert "Approved." in counter.press(page, "pay").text
    assert "subscription.authenticated" in counter.events()


def test_a_first_payment_may_fail_and_be_tried_again(counter: Counter) -> None:
    subscription = counter.desk.subscription()
    failed = counter.press(counter.frame(subscription_id=subscription["id"]), "fail")
    assert failed.message["event"] == "failed"
    assert counter.press(failed, "pay").message["event"] == "paid"
    assert counter.events()[:2] == ["payment.failed", "payment.authorized"]


def test_a_running_one_is_opened_only_for_another_method(counter: Counter) -> None:
    subscription, _ = opened_subscription(counter)
    assert "there is nothing to pay" in counter.frame(subscription_id=subscription["id"]).text
    before = len(counter.events())
    change = {"subscription_id": subscription["id"], "subscription_card_change": 1}
    page = counter.frame(**change)
    failed = counter.press(page, "fail", {"prefill[method]": "card"})
    assert failed.message["event"] == "failed"
    found = counter.desk.client.subscription.fetch(subscription["id"])
    assert found["payment_method"] == "upi"
    done = counter.press(failed, "pay", {"prefill[method]": "card"})
    assert done.message["payment"]["razorpay_subscription_id"] == subscription["id"]
    assert counter.events()[before:] == ["payment.failed", *GIVEN_BACK]
    found = counter.desk.client.subscription.fetch(subscription["id"])
    assert found["payment_method"] == "card"


def test_an_old_tab_does_nothing_else_than_it_said(counter: Counter) -> None:
    subscription = counter.desk.subscription()
    tabs = [counter.link(subscription["id"]) for _ in range(2)]
    counter.press(tabs[0], "pay")
    before = counter.events()
    assert "paid or changed meanwhile" in counter.press(tabs[1], "pay", status=400).text
    assert counter.events() == before


def test_live_keys_open_only_live_orders(counter: Counter) -> None:
    page = counter.frame(order_id=counter.desk.order()["id"])
    assert page.fields["key_id"] == KEY
    said = counter.press(page, "pay", {"key_id": "rzp_live_sandbox0000001"}, status=400)
    assert "another account or mode" in said.text
