"""Billing periods: paid by money alone, and told by events in any order."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from subscriptions import periods
from subscriptions.models import Charge, Cycle, Subscription
from tests import lives
from tests.conftest import Razorpay
from tests.lives import DAY, MONTH, T, charge_of
from tests.samples import MISSING, sample

SUBSCRIPTION = "sub_RsdSubscr00001"


def invoice_paid(n: int, with_payment: bool = True, **invoice: Any) -> dict[str, Any]:
    """The invoice of the n-th period, paid by that period's payment."""
    named = charge_of(n)
    period = {"billing_start": T + n * MONTH, "billing_end": T + (n + 1) * MONTH}
    links = {"payment_id": named["id"], "order_id": named["order_id"]}
    body = sample(
        "invoice.paid",
        created_at=T + n * MONTH + 7,
        invoice={
            "id": named["invoice_id"], "subscription_id": SUBSCRIPTION, **period, **links, **invoice
        },
        order={"id": named["order_id"]},
        payment=named,
    )  # fmt: skip
    if not with_payment:
        del body["payload"]["payment"]
    return body


def paid(subscription: Subscription) -> dict[int, int]:
    """Start and end of what is paid, in months and days."""
    return {
        (period.cycle.start - T) // MONTH: (period.end - T) // DAY
        for period in periods.of(subscription)
        if period.is_paid
    }


@pytest.mark.parametrize(
    "step", ["authenticated", "activated", "pending", "halted", "paused", "resumed", "updated",
             "cancelled", "completed"],
)  # fmt: skip
def test_no_other_event_pays_for_anything_whatever_dates_it_names(
    razorpay: Razorpay, subscription: Subscription, step: str
) -> None:
    period = {"current_start": T, "current_end": T + MONTH, "end_at": T + 12 * MONTH}
    razorpay.tell(sample(f"subscription.{step}", subscription=period))
    assert paid(subscription) == {}


def test_charged_pays_its_period_and_an_older_one_still_pays_its_own(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(lives.charged(2, T + 2 * MONTH), lives.charged(0, T))
    assert paid(subscription) == {0: 30, 2: 90}
    assert Subscription.objects.get().paid_count == 3


def test_a_charge_that_was_not_captured_pays_only_when_it_is(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    body = lives.charged(0, T)
    body["payload"]["payment"]["entity"]["status"] = "authorized"
    razorpay.tell(body)
    assert paid(subscription) == {}
    razorpay.tell(sample("payment.captured", payment=charge_of(0)))
    assert paid(subscription) == {0: 30}


@pytest.mark.parametrize("trusted", [*itertools.permutations(["charged", "invoice", "pending"])])
def test_the_end_of_a_period_is_of_the_event_that_can_be_trusted_most(
    razorpay: Razorpay, subscription: Subscription, trusted: tuple[str, ...]
) -> None:
    told = {
        "charged": lives.charged(0, T),
        "invoice": invoice_paid(0, billing_end=T + 29 * DAY),
        "pending": sample(
            "subscription.pending", created_at=T + 9 * DAY,
            subscription={"current_start": T, "current_end": T + 60 * DAY},
        ),
    }  # fmt: skip
    razorpay.tell(*(told[name] for name in trusted))
    assert Cycle.objects.get().end == T + MONTH
    assert paid(subscription) == {0: 30}


class TestAPaidInvoice:
    def test_it_pays_its_billing_period(
        self, razorpay: Razorpay, subscription: Subscription
    ) -> None:
        razorpay.tell(invoice_paid(1))
        assert paid(subscription) == {1: 60}

    def test_one_that_is_not_paid_pays_nothing(
        self, razorpay: Razorpay, subscription: Subscription
    ) -> None:
        razorpay.tell(invoice_paid(1, status="issued"))
        assert paid(subscription) == {}
        razorpay.tell(invoice_paid(1, status="paid"))
        assert paid(subscription) == {1: 60}

    @pytest.mark.parametrize("payment_first", [True, False])
    def test_its_payment_may_be_told_elsewhere(
        self, razorpay: Razorpay, subscription: Subscription, payment_first: bool
    ) -> None:
        told = [
            sample("subscription.activated.with-payment", payment=charge_of(1)),
            invoice_paid(1, with_payment=False),
        ]
        razorpay.tell(*(told if payment_first else reversed(told)))
        assert paid(subscription) == {1: 60}

    @pytest.mark.parametrize("period_first", [True, False])
    def test_its_period_may_be_told_elsewhere(
        self, razorpay: Razorpay, subscription: Subscription, period_first: bool
    ) -> None:
        told = [
            invoice_paid(1, with_payment=False, status="issued", payment_id=None),
            invoice_paid(1, billing_start=MISSING, billing_end=None),
        ]
        razorpay.tell(*(told if period_first else reversed(told)))
        assert paid(subscription) == {1: 60}

    @pytest.mark.parametrize("failed_first", [True, False])
    def test_a_payment_that_failed_on_it_before_does_not_stand_in_the_way(
        self, razorpay: Razorpay, subscription: Subscription, failed_first: bool
    ) -> None:
        failed = {"status": "issued", "payment_id": "pay_RsdFailed00001"}
        earlier = invoice_paid(1, with_payment=False, **failed) | {"created_at": T + MONTH}
        told = [earlier, invoice_paid(1)]
        razorpay.tell(*(told if failed_first else reversed(told)))
        assert paid(subscription) == {1: 60}


def test_a_payment_pays_one_period_the_one_that_charged_named(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(invoice_paid(0, billing_start=T - 10 * DAY), lives.charged(0, T))
    assert paid(subscription) == {0: 30}
    assert Charge.objects.count() == 2, "both are recorded"


def test_five_events_of_one_charge_meet_in_one_payment_and_one_period(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(*lives.first_charge_in_five_events())
    cycle = Cycle.objects.get()
    assert cycle.razorpay_order_id == "order_RsdCycle0000"
    assert cycle.razorpay_invoice_id == "inv_RsdCycle0000"
    assert subscription.order.payments.count() == 1
    assert paid(subscription) == {0: 30}


class TestRefunds:
    def refunded(self, n: int, amount: int) -> dict[str, Any]:
        payment = charge_of(n, amount_refunded=0)
        return sample(
            "refund.processed", created_at=T + n * MONTH + DAY, payment=payment,
            refund={"id": f"rfnd_RsdCycle0000{n}", "payment_id": payment["id"], "amount": amount},
        )  # fmt: skip

    def test_a_refunded_charge_unpays_only_its_own_period(
        self, razorpay: Razorpay, subscription: Subscription
    ) -> None:
        razorpay.tell(*(lives.charged(n, T + n * MONTH) for n in range(3)))
        razorpay.tell(self.refunded(1, 49900))
        assert paid(subscription) == {0: 30, 2: 90}

    def test_in_part_it_stays_paid(self, razorpay: Razorpay, subscription: Subscription) -> None:
        razorpay.tell(lives.charged(0, T), self.refunded(0, 49899))
        assert paid(subscription) == {0: 30}

    def test_the_refund_may_come_first(
        self, razorpay: Razorpay, subscription: Subscription
    ) -> None:
        razorpay.tell(self.refunded(0, 49900), lives.charged(0, T))
        assert paid(subscription) == {}
        assert periods.of(subscription)[0].was_refunded

    def test_another_charge_of_the_same_period_pays_it_again(
        self, razorpay: Razorpay, subscription: Subscription
    ) -> None:
        again = lives.charged(0, T + 2 * DAY)
        again["payload"]["payment"]["entity"] |= {"id": "pay_RsdAgain000001"}
        razorpay.tell(lives.charged(0, T), self.refunded(0, 49900), again)
        assert paid(subscription) == {0: 30}
