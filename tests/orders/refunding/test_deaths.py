"""Whatever dies or gets lost on the way, the money goes back once and the books say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from gateways.models import Gateway, Problem
from gateways.razorpay.client import Razorpay as ToRazorpay
from orders import asking, refunding, refunds
from orders.models import AccessDecision, Order, Payment, RefundInstruction, Resource
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

REFUNDS = "/v1/payments/"


class Killed(BaseException):
    """The process ends here, as a kill -9 ends it: nothing catches it."""


def dies(*_args: Any, **_kwargs: Any) -> Any:
    raise Killed


def dies_after(doing: Callable[..., Any]) -> Callable[..., Any]:
    def do(*args: Any, **kwargs: Any) -> Any:
        doing(*args, **kwargs)
        raise Killed

    return do


# Where the process ends: before the call, after it, after its answer was merged.
MOMENTS: dict[str, tuple[Any, str, Callable[[Any], Any]]] = {
    "before the turn": (refunding, "attempt", lambda _was: dies),
    "before the call": (ToRazorpay, "refund", lambda _was: dies),
    "after the call": (ToRazorpay, "refund", dies_after),
    "before it is passed on": (asking, "pass_on", lambda _was: dies_on_refund(_was)),
    "after it was passed on": (asking, "pass_on", lambda _was: dies_on_refund(_was, after=True)),
    "before it is finished": (refunds, "made", lambda _was: dies),
    "after it was finished": (refunding, "attempt", dies_after),
}


def dies_on_refund(pass_on: Callable[..., Any], *, after: bool = False) -> Callable[..., Any]:
    """The payment is passed on before; only the refund's answer is struck."""

    def do(gateway_id: int, name: str, entities: Any) -> None:
        if name != "refund.fetched" or after:
            pass_on(gateway_id, name, entities)
        if name == "refund.fetched":
            raise Killed

    return do


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("webhooks_first", [False, True])
def test_wherever_the_process_dies_it_is_made_once(
    meera: Client, shop: Shop, order: Order, payment: Payment, recipes: Resource, clock: Any,
    monkeypatch: pytest.MonkeyPatch, moment: str, webhooks_first: bool,
) -> None:  # fmt: skip
    told = shop.told()
    asked = {**hidden_in(look_over(meera, payment, amount="100", **{recipes.uid: "end"}))}
    room, name, struck = MOMENTS[moment]
    with monkeypatch.context() as patched:
        patched.setattr(room, name, struck(getattr(room, name)))
        with pytest.raises(Killed):
            meera.post(page_of(order), {**asked, "sure": "1"})
    if webhooks_first:
        shop.tell_news(told)
    clock.shift(timedelta(seconds=61))
    refunding.make_due()
    instruction = RefundInstruction.objects.get()
    assert instruction.state == "done"
    (made,) = shop.refunds(payment)
    assert (made["id"], made["amount"]) == (instruction.razorpay_refund_id, 10000)
    shop.tell_news(told)
    assert standing(order) == ("partially_refunded", 49900, 10000)
    assert shop.given_back(payment) == 10000
    assert open_to(order) == {"Videos"}
    assert AccessDecision.objects.count() == 1
    clock.shift(timedelta(hours=2))
    assert refunding.make_due() == 0
    assert not Problem.objects.exists()


def test_the_death_is_told_on_the_page_of_whoever_presses_again(
    meera: Client, shop: Shop, order: Order, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {**hidden_in(look_over(meera, payment, amount="499")), "sure": "1"}
    with monkeypatch.context() as patched:
        patched.setattr(ToRazorpay, "refund", dies)
        with pytest.raises(Killed):
            meera.post(page_of(order), asked)
    response = meera.post(page_of(order), asked, follow=True)
    text = text_of(response)
    assert "It is not known yet whether it was made" in text
    assert "Refund of ₹499.00 requested, waiting for Razorpay." in text
    assert "Refund: all of it was requested" in text
    assert shop.given_back(payment) == 0


@pytest.mark.parametrize("fail", ["lost", "junk", "500", "502", "409"])
def test_a_lost_answer_says_so_and_is_asked_for_with_the_same_key(
    meera: Client, shop: Shop, order: Order, payment: Payment, clock: Any, fail: str
) -> None:
    told = shop.told()
    asked = {**hidden_in(look_over(meera, payment, amount="499")), "sure": "1"}
    shop.desk.press("api", fail=fail, paths=f"{REFUNDS}{payment.razorpay_payment_id}/refund")
    response = meera.post(page_of(order), asked, follow=True)
    text = text_of(response)
    assert "Raseed keeps asking with the same key, so that it is made once." in text
    assert "Refund of ₹499.00 requested, waiting for Razorpay." in text
    assert "Razorpay is asked again: refund of ₹499.00" in text.partition("Next")[2]
    assert "Nothing can be refunded: all of it was requested" in text_of(meera.get(page_of(order)))

    assert refunding.make_due() == 0, "not yet"
    for minutes in (1, 2, 5):
        clock.shift(timedelta(minutes=minutes, seconds=1))
        assert refunding.make_due() == 1
    assert RefundInstruction.objects.get().state == "requested"
    shop.desk.press("api", fail="none")
    clock.shift(timedelta(minutes=16))
    assert refunding.make_due() == 1
    instruction = RefundInstruction.objects.get()
    assert (instruction.state, instruction.tries) == ("done", 5)
    (made,) = shop.refunds(payment)
    assert made["notes"]["raseed_refund"] == instruction.uid
    assert standing(order) == ("refunded", 49900, 49900)
    shop.tell_news(told)
    assert standing(order) == ("refunded", 49900, 49900)
    assert "waiting for Razorpay" not in text_of(meera.get(f"/orders/{order.uid}/"))


def test_silence_is_a_lost_answer(
    meera: Client, shop: Shop, order: Order, payment: Payment, clock: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    asked = {**hidden_in(look_over(meera, payment, amount="5")), "sure": "1"}
    monkeypatch.setattr("gateways.razorpay.client.Razorpay.__init__.__defaults__", ((0.3, 0.3),))
    shop.desk.press("api", fail="timeout", paths=f"{REFUNDS}{payment.razorpay_payment_id}/refund")
    assert "waiting for Razorpay" in text_of(meera.post(page_of(order), asked, follow=True))
    shop.desk.press("api", fail="none")
    clock.shift(timedelta(minutes=2))
    refunding.make_due()
    assert [made["amount"] for made in shop.refunds(payment)] == [500]


class TestRefused:
    def test_razorpays_own_sentence_is_shown_and_what_was_typed_stays(
        self, meera: Client, shop: Shop, order: Order, payment: Payment,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        asked = {**hidden_in(look_over(meera, payment, amount="300", reason="Sorry")), "sure": "1"}
        # Somebody refunds elsewhere after we asked how much is left.
        monkeypatch.setattr(refunding, "what_razorpay_says", lambda _payment: 0)
        shop.desk.press(f"payments/{payment.razorpay_payment_id}/refund", amount=40000)
        response = meera.post(page_of(order), asked)
        text = text_of(response)
        assert "Razorpay refused: The refund amount provided is greater" in text
        assert "Nothing was refunded. What you typed is kept." in text
        for typed in ("300", "Sorry"):
            assert f'value="{typed}"' in response.content.decode()
        refused = RefundInstruction.objects.get()
        assert (refused.state, refused.refusal) == (
            "refused", "The refund amount provided is greater than amount captured",
        )  # fmt: skip
        story = text_of(meera.get(f"/orders/{order.uid}/"))
        assert "Requested: refund of ₹300.00 By Meera Joshi Reason: Sorry" in story
        assert "Not done: refund of ₹300.00 Why: The refund amount provided is greater" in story
        again = text_of(meera.post(page_of(order), asked, follow=True))
        assert "Not refunded: The refund amount provided is greater" in again
        assert RefundInstruction.objects.count() == 1
        assert shop.given_back(payment) == 40000

    @pytest.mark.parametrize(("fail", "said"), [("401", "Authentication failed"), ("429", "slow")])
    def test_where_nothing_was_asked_nothing_is_kept(
        self, meera: Client, shop: Shop, order: Order, payment: Payment, fail: str, said: str
    ) -> None:
        asked = {**hidden_in(look_over(meera, payment, amount="100")), "sure": "1"}
        shop.desk.press("api", fail=fail)
        text = text_of(meera.post(page_of(order), asked))
        assert said in text
        assert "Nothing was refunded. What you typed is kept." in text
        assert not RefundInstruction.objects.exists()
        assert Problem.objects.filter(kind="keys_refused").exists() is (fail == "401")
        shop.desk.press("api", fail="none")
        press(meera, payment, amount="100")
        assert shop.given_back(payment) == 10000

    def test_what_was_taken_for_refused_and_was_made_is_done(
        self, shop: Shop, order: Order, payment: Payment, recipes: Resource
    ) -> None:
        """A key that Razorpay had forgotten: what its webhook says is the truth."""
        instruction = RefundInstruction.objects.create(
            payment=payment, amount=10000, made_by="seller", state="refused", refusal="No"
        )
        instruction.ends.add(recipes)
        told = shop.told()
        refunding.ask_for(instruction, payment)
        shop.tell_news(told)
        instruction.refresh_from_db()
        assert (instruction.state, instruction.refusal) == ("done", "")
        assert open_to(order) == {"Videos"}


class TestTheTask:
    def wish(self, payment: Payment, amount: int, **fields: Any) -> RefundInstruction:
        return RefundInstruction.objects.create(
            payment=payment, amount=amount, made_by="seller",
            created_at=timezone.now() - timedelta(minutes=2),
            due_at=timezone.now() - timedelta(minutes=1), **fields,
        )  # fmt: skip

    def test_one_that_breaks_does_not_stop_the_others(
        self, shop: Shop, order: Order, payment: Payment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = self.wish(payment, 1000), self.wish(payment, 2000)
        ask_for = refunding.ask_for

        def breaks(instruction: RefundInstruction, of: Payment) -> Any:
            if instruction.pk == first.pk:
                raise ZeroDivisionError
            return ask_for(instruction, of)

        monkeypatch.setattr(refunding, "ask_for", breaks)
        assert refunding.make_due() == 2
        assert the_refund(order).amount == second.amount
        first.refresh_from_db()
        assert (first.state, first.tries) == ("requested", 1)

    def test_one_that_is_being_made_is_left_alone(self, payment: Payment) -> None:
        """Written just now: whoever wrote it is at it."""
        RefundInstruction.objects.create(payment=payment, amount=100, made_by="seller")
        assert refunding.make_due() == 0

    def test_a_disconnected_account_is_left_alone_until_it_is_back(
        self, shop: Shop, payment: Payment
    ) -> None:
        self.wish(payment, 1000)
        Gateway.objects.update(disconnected_at=timezone.now())
        assert refunding.make_due() == 0
        assert shop.given_back(payment) == 0
        Gateway.objects.update(disconnected_at=None)
        assert refunding.make_due() == 1
        assert shop.given_back(payment) == 1000

    def test_keys_that_are_refused_in_doubt_end_nothing(
        self, shop: Shop, payment: Payment, clock: Any
    ) -> None:
        instruction = self.wish(payment, 1000, tries=1)
        shop.desk.press("api", fail="401")
        refunding.make_due()
        instruction.refresh_from_db()
        assert instruction.state == "requested"
        shop.desk.press("api", fail="none")
        clock.shift(timedelta(hours=1))
        refunding.make_due()
        instruction.refresh_from_db()
        assert instruction.state == "done"


@pytest.mark.django_db(transaction=True)
def test_the_instruction_is_committed_before_razorpay_is_called(
    meera: Client, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    refund = ToRazorpay.refund

    def watched(*args: Any, **kwargs: Any) -> Any:
        row = RefundInstruction.objects.get(uid=kwargs["key"])
        seen.append((connection.in_atomic_block, row.state))
        return refund(*args, **kwargs)

    monkeypatch.setattr(ToRazorpay, "refund", watched)
    press(meera, payment, amount="100")
    assert seen == [(False, "requested")]
