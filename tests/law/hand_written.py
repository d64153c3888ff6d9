"""Twelve lives written by hand, of up to six events: what the contract names one by one."""

from __future__ import annotations

from typing import Any

from tests import lives
from tests.law.writing import answered
from tests.lives import DAY, MONTH, Life, T, charge_of, charged, cycle, halted, pay, pending
from tests.samples import MISSING, sample

OTHER = pay(id="pay_RsdSecond00001")
PLAN, LARGER = "plan_RsdPlan000001", "plan_RsdLarger0001"


def step(name: str, n: int, created_at: Any, **fields: Any) -> dict[str, Any]:
    """One event of a subscription in its n-th period."""
    said = {**cycle(n), "start_at": T, **fields}
    return sample(f"subscription.{name}", created_at=created_at, subscription=said)


def back(name: str, key: str, amount: int, when: int, gone: int) -> dict[str, Any]:
    """A refund; `gone` is what Razorpay says of its payment then."""
    status = "refunded" if gone == 49900 else "captured"
    said = pay(status=status, amount_refunded=gone, refund_status="partial" if gone else None)
    refund = {"id": key, "amount": amount, "status": name}
    return sample(f"refund.{name}", created_at=when, refund=refund, payment=said)


def failed_and_tried_again_inside_the_app() -> Life:
    return lives.failed_then_captured_on_the_same_payment()


def captured_twice_and_one_given_back() -> Life:
    gone = {**OTHER, "status": "refunded", "amount_refunded": 49900, "refund_status": "full"}
    refund = {"id": "rfnd_RsdSecond0001", "payment_id": OTHER["id"]}
    return [
        sample("payment.captured", created_at=T),
        sample("order.paid", created_at=T),
        sample("payment.captured", created_at=T, payment=OTHER),
        sample("refund.created.pending", created_at=T + 60, refund=refund, payment=gone),
        sample("refund.processed", created_at=T + DAY, refund=refund, payment=gone),
    ]


def refunded_in_parts_of_which_one_failed() -> Life:
    return [
        sample("payment.captured", created_at=T),
        back("failed", "rfnd_RsdPart000001", 10000, T + 60, 0),
        back("processed", "rfnd_RsdPart000002", 20000, T + DAY, 20000),
        back("processed", "rfnd_RsdPart000003", 29900, T + 2 * DAY, 49900),
    ]


def called_processed_and_failed() -> Life:
    """The announcement says processed already, as Razorpay publishes it; then it fails, and so says
    whoever is asked."""
    key, told = "rfnd_RsdTwoEnds001", [sample("payment.captured", created_at=T)]
    told.append(back("processed", key, 49900, T + 60, 49900) | {"event": "refund.created"})
    told.append(back("failed", key, 49900, T + DAY, 0))
    return [*told, resolved(key, "failed", T + DAY + 60)]


def answered_twice_and_otherwise_the_second_time() -> Life:
    key = "rfnd_RsdTwoEnds001"
    return [
        *called_processed_and_failed(),
        back("processed", key, 49900, T + 2 * DAY, 49900),
        resolved(key, "processed", T + 2 * DAY + 60),
    ]


def resolved(key: str, status: str, when: int) -> dict[str, Any]:
    """Asked which end is true, Razorpay says so."""
    refund = {"id": key, "payment_id": pay()["id"], "amount": 49900, "status": status}
    return answered("refund.resolved", when, refund=refund)


def authorised_too_late_and_given_back_by_razorpay() -> Life:
    late = pay(id="pay_RsdLate0000001")
    return [
        sample("payment.failed", created_at=T, payment=late),
        sample("payment.captured", created_at=T + 60),
        sample("payment.authorized", created_at=T + DAY, payment=late),
        sample("refund.processed.auto", created_at=T + 5 * DAY),
    ]


def one_charge_in_five_events_and_given_back() -> Life:
    gone = charge_of(0, status="refunded", refund_status="full", amount_refunded=49900)
    refund = {"id": "rfnd_RsdCycle00000", "payment_id": gone["id"]}
    return [
        *lives.first_charge_in_five_events(),
        sample("refund.processed", created_at=T + DAY, refund=refund, payment=gone),
    ]


def halted_then_another_method_then_money() -> Life:
    changed = T + MONTH + 4 * DAY
    return [
        charged(0, T + 8),
        pending(1, 1),
        pending(1, 2),
        halted(1),
        step("activated", 1, changed),
        charged(1, changed + DAY),
    ]


def begun_in_one_second_and_cancelled() -> Life:
    return [
        step("authenticated", 0, T - 500, current_start=None, current_end=None),
        charged(0, T + 8),
        step("activated", 0, MISSING),
        step("updated", 0, T + 8, quantity=3),
        step("cancelled", 0, T + 8, charge_at=None),
    ]


def paused_beyond_the_end_of_its_period() -> Life:
    return [
        charged(0, T + 8),
        step("paused", 0, T + 25 * DAY, charge_at=None),
        step("resumed", 0, T + MONTH + 2 * DAY),
        charged(2, T + 2 * MONTH),
    ]


def completed_with_an_open_instalment_that_is_paid_late() -> Life:
    paid = charge_of(1, status="captured", captured="1")
    bill = {
        "id": paid["invoice_id"],
        "order_id": paid["order_id"],
        "payment_id": paid["id"],
        "billing_start": T + MONTH,
        "billing_end": T + 2 * MONTH,
    }
    order = {"id": paid["order_id"], "receipt": None}
    when = T + 2 * MONTH + 9 * DAY
    return [
        charged(0, T + 8),
        pending(1, 1),
        step("completed", 1, T + MONTH + 2 * DAY, charge_at=None),
        sample("invoice.paid", created_at=when, payment=paid, order=order, invoice=bill),
        charged(1, when),
    ]


def to_the_larger_plan_and_back() -> Life:
    return [
        charged(0, T + 8),
        step("updated", 0, T + 9, plan_id=LARGER, paid_count=1),
        charged(1, T + MONTH, plan_id=LARGER),
        # Two snapshots of one second that nothing but their bytes tells apart.
        step("updated", 1, T + MONTH + 60, paid_count=2, quantity=2),
        step("updated", 1, T + MONTH + 60, paid_count=2, quantity=3),
    ]


def with_another_email_later() -> Life:
    return [
        sample("payment.authorized", created_at=T, payment=pay(email="ananya.iyer@example.com")),
        sample("payment.captured", created_at=T + 60, payment=pay(email=None)),
        sample("order.paid", created_at=T + 61, payment=pay(email="charlie@example.com")),
    ]


def charged_for_the_larger_plan_and_changed_back() -> Life:
    return [
        charged(0, T + 8),
        step("updated", 0, T + 9, plan_id=LARGER, paid_count=1),
        charged(1, T + MONTH, plan_id=LARGER),
        step("updated", 1, T + MONTH + 60, plan_id=PLAN, paid_count=2, charge_at=MISSING),
    ]


LIVES = (
    failed_and_tried_again_inside_the_app,
    captured_twice_and_one_given_back,
    refunded_in_parts_of_which_one_failed,
    called_processed_and_failed,
    answered_twice_and_otherwise_the_second_time,
    authorised_too_late_and_given_back_by_razorpay,
    one_charge_in_five_events_and_given_back,
    halted_then_another_method_then_money,
    begun_in_one_second_and_cancelled,
    paused_beyond_the_end_of_its_period,
    completed_with_an_open_instalment_that_is_paid_late,
    to_the_larger_plan_and_back,
)
