"""How the same objects look inside webhook bodies: other keys in other events, and oddities."""

from collections.abc import Callable

from sandbox.books import Doc, public

Odd = Callable[[str], bool]

ONLY_CAPTURED = ("base_amount", "amount_transferred")
# An undocumented number that most subscription events carry.
TYPE = 2
SHORT_LACKS = ("error_source", "error_step", "error_reason", "acquirer_data", "upi", "token_id")
SUBSCRIPTION_LACKS = ("payment_method", "pause_initiated_by", "cancel_initiated_by", "paused_at")


def payment_in_full(payment: Doc, odd: Odd) -> Doc:
    """In payment and refund events."""
    body = public(payment)
    if payment["method"] != "card" and payment["status"] in ("authorized", "failed"):
        for key in ONLY_CAPTURED:
            body.pop(key)
    if payment["method"] == "card":
        body.pop("base_amount")
        body["card"] = payment["_card"] | {"iin": "410028", "sub_type": "consumer"}
        _make_odd(body, payment, odd)
    return body


def _make_odd(body: Doc, payment: Doc, odd: Odd) -> None:
    status = payment["status"]
    if status == "failed" and odd("failed_captured"):
        body["captured"] = True
    if status == "authorized" and odd("authorized_captured"):
        body["captured"] = True
    if status == "captured" and not payment["amount_refunded"] and odd("fee_unknown"):
        body.update(fee=None, tax=None)
    if odd("empty_errors") and (status != "failed" or payment.get("_errors_empty")):
        body.update(error_code="", error_description="")
        body.update(error_source=None, error_step=None, error_reason=None)


def payment_in_short(payment: Doc) -> Doc:
    """In order and invoice events."""
    body = public(payment)
    for key in (*ONLY_CAPTURED, *SHORT_LACKS):
        body.pop(key, None)
    if payment["method"] == "card":
        body["card"] = payment["_card"]
    return body


def payment_of_subscription(payment: Doc, odd: Odd) -> Doc:
    body = payment_in_short(payment) | {"amount_transferred": 0, "token_id": None}
    if payment["captured"] and odd("captured_one"):
        body["captured"] = "1"
    if payment["method"] == "card":
        body["card"] = payment["_card"] | {"expiry_month": 11, "expiry_year": 2031}
    return body


def order_of_invoice(order: Doc) -> Doc:
    return public(order) | {"offers": {"entity": "collection", "count": 0, "items": []}}


def invoice(invoice: Doc, odd: Odd) -> Doc:
    body = public(invoice)
    body.pop("line_items")
    if odd("invoice_unlinked"):
        body.pop("subscription_id")
    if odd("short_url_space"):
        body["short_url"] = body["short_url"].replace("://", ": //", 1)
    return body


def subscription(subscription: Doc, event: str, odd: Odd) -> Doc:
    body = public(subscription)
    if event not in ("subscription.paused", "subscription.resumed"):
        for key in SUBSCRIPTION_LACKS:
            body.pop(key, None)
    body.pop("paused_at", None)
    if subscription["status"] != "authenticated":
        body["type"] = TYPE
    if odd("short_url_null"):
        body["short_url"] = None
    return body


# What the published body of a UPI token does not say when it is confirmed.
BARE_LACKS = ("max_amount", "expired_at", "customer_id")


def token(token: Doc, odd: Odd) -> Doc:
    body = public(token)
    body.pop("card", None)
    confirmed = token["recurring_details"]["status"] == "confirmed"
    if token["method"] == "upi" and confirmed and odd("token_bare"):
        for key in BARE_LACKS:
            body.pop(key)
    return body


# Only these two say which number the payment has at the bank.
WITH_ACQUIRER = ("payment.dispute.created", "payment.dispute.action_required")


def payment_of_dispute(payment: Doc, event: str) -> Doc:
    """The published ones are by card, and carry no card all the same."""
    body = public(payment)
    for key in ("token_id", "upi"):
        body.pop(key, None)
    if event not in WITH_ACQUIRER:
        body.pop("acquirer_data")
    return body


def dispute(dispute: Doc) -> Doc:
    body = public(dispute)
    body.pop("reason_description")
    return body


def refund(refund: Doc, event: str, odd: Odd) -> Doc:
    body = public(refund)
    lies = event == "refund.created" and refund.get("_outcome") == "processed"
    if lies and odd("refund_processed_at_once"):
        body["status"] = "processed"
    return body
