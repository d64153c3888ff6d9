"""Every try to charge somebody, one row each, for whoever counts them."""

from sandbox.books import Doc
from sandbox.world import World

COPIED = (
    *("order_id", "invoice_id", "amount", "currency", "amount_refunded", "status", "captured"),
    *("method", "international"),
)


def rows(world: World, *, order_id: str | None = None) -> list[Doc]:
    """Oldest first. What was captured and not given back has been taken from somebody."""
    links = {"order_id": order_id} if order_id else {}
    return [_row(world, payment) for payment in world.books.all("payment", **links)]


def _row(world: World, payment: Doc) -> Doc:
    invoice = world.books.get(payment["invoice_id"] or "") or {}
    return {
        "payment_id": payment["id"],
        **{name: payment[name] for name in COPIED},
        "subscription_id": invoice.get("subscription_id"),
        "cycle_start": invoice.get("billing_start"),
        "cycle_end": invoice.get("billing_end"),
        "token_id": payment.get("token_id"),
        # razorpay: automatic. api: a debit by the seller's program. seller: by hand. buyer.
        "by": payment.get("_by", "buyer"),
        "at": payment["created_at"],
        # Null while nothing is known; a late success moves it, and failed_at stays.
        "final_at": payment.get("_final_at"),
        "failed_at": payment.get("_failed_at"),
        "reason": payment.get("_failed_for"),
        "notes": payment["notes"],
        "account": payment["_account"],
        "mode": payment["_mode"],
        "stranger": payment.get("_stranger", False),
    }
