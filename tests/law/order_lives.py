"""Lives of orders that are paid once, drawn by Hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.law.writing import TRUE, Writer
from tests.lives import Life, T

AMOUNT = 49900
ORDER, AGAIN = "order_RsdOrder000001", "order_RsdAgain000001"

# A try to pay, as it goes on: late authorisation, a second try inside the app, Razorpay's own
# refund of what was never captured.
TRIES = (
    ("failed",),
    ("captured",),
    ("authorized", "captured", "order.paid"),
    ("failed", "captured"),
    ("failed", "authorized", "captured"),
    ("order.paid",),
    ("authorized", "given back"),
    ("failed", "authorized", "given back"),
    ("authorized",),
)
# How money goes back: (refund, amount, how it ends), or a dispute.
WAYS_BACK = (
    (),
    (("refund", AMOUNT, "processed"),),
    (("refund", 10000, "processed"),),
    (("refund", 10000, "processed"), ("refund", AMOUNT - 10000, "processed")),
    (("refund", 10000, "pending"), ("refund", 5000, "processed")),
    (("refund", AMOUNT, "failed"),),
    (("refund", AMOUNT, "failed"), ("refund", AMOUNT, "processed")),
    (("refund", AMOUNT, "both"),),
    (("dispute", AMOUNT, "lost"),),
    (("dispute", AMOUNT, "won"),),
)
# Told to be processed and to be failed: Razorpay is asked.
TOLD_TWICE = ((("refund", AMOUNT, "both"),), (("refund", 10000, "both"),))


@st.composite
def of_an_order(
    draw: st.DrawFn, order_id: str = ORDER, most: int = 3, ways: tuple[Any, ...] = WAYS_BACK
) -> Life:
    """One order: so many tries at most, and what went back of those that were captured."""
    writer = Writer(draw, T)
    captured = []
    for number in range(draw(st.integers(1, most))):
        steps, key = writer.one(TRIES), f"pay_Rsd{order_id[9:14]}{number}"
        payment = {"id": key, "order_id": order_id, "amount": AMOUNT}
        a_try(writer, payment, steps)
        if {"captured", "order.paid"} & set(steps):
            captured.append(payment)
    for payment in captured:
        money_back(writer, payment, writer.one(ways))
    return writer.told


def a_try(writer: Writer, said: dict[str, Any], steps: tuple[str, ...]) -> None:
    """One payment, step by step."""
    for step in steps:
        if step == "given back":
            key = said["id"]
            automatic = {"id": f"rfnd_{key[4:]}", "payment_id": key, "amount": AMOUNT}
            gone = {**said, "status": "refunded", "refund_status": "full"}
            gone |= {"captured": False, "amount_refunded": AMOUNT}
            writer.say("refund.processed.auto", refund=automatic, payment=gone)
        elif step == "order.paid":
            paid = {**said, "status": "captured", "captured": writer.one(TRUE)}
            writer.say("order.paid", payment=paid, order={"id": said["order_id"]})
        else:
            flag = writer.one(TRUE) if step == "captured" else writer.odd(False, *TRUE)
            told = {**said, "status": step, "captured": flag}
            writer.say(f"payment.{step}", payment=told)
        writer.wait()


def money_back(
    writer: Writer, payment: dict[str, Any], ways: tuple[tuple[str, int, str], ...]
) -> None:
    """What goes back of a captured payment, in one part or more."""
    gone = 0
    for number, (kind, amount, end) in enumerate(ways):
        writer.wait()
        key = f"{payment['id'][4:]}{number}"
        if kind == "dispute":
            dispute = {"id": f"disp_{key}", "payment_id": payment["id"], "amount": amount}
            a_dispute(writer, payment, dispute, end)
            continue
        gone += amount if end in ("processed", "both") else 0
        refund = {"id": f"rfnd_{key}", "payment_id": payment["id"], "amount": amount}
        a_refund(writer, payment, refund, end, gone)


def a_refund(
    writer: Writer, payment: dict[str, Any], refund: dict[str, Any], end: str, gone: int
) -> None:
    """Announced, sometimes processed already; then how it ended."""
    whole = gone >= payment["amount"]
    after = {
        **payment,
        "status": "refunded" if whole else "captured",
        "captured": writer.one(TRUE),
        "amount_refunded": gone,
        "refund_status": "full" if whole else "partial" if gone else None,
    }
    if writer.chance() or end == "pending":
        already = "processed" if end == "processed" else "pending"
        status = writer.odd("pending", already)
        writer.say("refund.created", refund={**refund, "status": status}, payment=after)
        writer.wait()
    for outcome in ("failed", "processed") if end == "both" else (end,):
        if outcome != "pending":
            status = writer.odd(outcome)
            writer.say(f"refund.{outcome}", refund={**refund, "status": status}, payment=after)
            if writer.chance():
                del writer.told[-1]["payload"]["payment"]  # it names its payment, and no more
    if end == "both":
        resolved(writer, refund)


def resolved(writer: Writer, refund: dict[str, Any]) -> None:
    """Razorpay is asked which end is true: mostly once, and it may say something else later."""
    for status in writer.one((("failed",), ("processed",), ("processed", "failed"), ())):
        writer.wait()
        writer.answer("refund.resolved", refund={**refund, "currency": "INR", "status": status})


def a_dispute(writer: Writer, payment: dict[str, Any], dispute: dict[str, Any], end: str) -> None:
    """Opened, and decided."""
    held = {**payment, "status": "captured", "captured": True}
    for step, status in (("created", "open"), (end, end)):
        told = {**dispute, "status": status}
        writer.say(f"payment.dispute.{step}", dispute=told, payment=held)
        writer.wait()
