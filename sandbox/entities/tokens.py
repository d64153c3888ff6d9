"""New tokens: what a buyer allowed to be debited again, in the shape that Razorpay gives it."""

from sandbox import ids
from sandbox.books import Doc


def token(payment: Doc, order: Doc, *, at: int) -> Doc:
    """Of the first payment. Nothing is allowed yet: it is initiated."""
    return {
        "id": ids.fresh("token_"),
        "entity": "token",
        "token": ids.fresh(),
        "bank": payment["bank"],
        "wallet": None,
        "method": payment["method"],
        **_means(payment, at),
        "recurring": True,
        "recurring_details": {"status": "initiated", "failure_reason": None},
        "auth_type": None,
        "mrn": None,
        "used_at": None,
        "created_at": at,
        "expired_at": order["token"]["expire_at"],
        "dcc_enabled": False,
        "max_amount": order["token"]["max_amount"],
        "customer_id": order["customer_id"],
        "_frequency": order["token"]["frequency"],
        "_fail_next": 0,
        "_fail_reason": None,
        "_deleted": False,
    }


def _means(payment: Doc, at: int) -> Doc:
    if payment["method"] == "card":
        more = {"sub_type": "consumer", "expiry_month": 11, "expiry_year": 2036}
        return {"card": payment["_card"] | more | {"flows": {"otp": True, "recurring": True}}}
    username, _, handle = payment["vpa"].partition("@")
    return {"vpa": {"username": username, "handle": handle, "name": None}, "start_time": at}
