"""What a payment says about how it was made: card, UPI, netbanking or wallet."""

from sandbox import ids
from sandbox.books import Doc

NAME = "Meera Pillai"
EMPTY: Doc = {"card_id": None, "bank": None, "wallet": None, "vpa": None}


def _card(*, international: bool = False) -> Doc:
    card_id = ids.fresh("card_")
    card = {
        "id": card_id,
        "entity": "card",
        "name": NAME,
        "last4": "1007",
        "network": "Visa",
        "type": "credit",
        "issuer": "UTIB",
        "international": False,
        "emi": False,
    }
    if international:
        card |= {"last4": "5558", "network": "MasterCard", "issuer": None, "international": True}
    return EMPTY | {"card_id": card_id, "token_id": ids.fresh("token_"), "_card": card}


def _upi() -> Doc:
    vpa = "meera.pillai@okbank"
    upi = {"payer_account_type": "bank_account", "vpa": vpa, "flow": "intent"}
    return EMPTY | {"vpa": vpa, "upi": upi}


def _netbanking() -> Doc:
    return EMPTY | {"bank": "ICIC"}


def _wallet() -> Doc:
    return EMPTY | {"wallet": "mobikwik"}


MAKERS = {
    "card": _card,
    "upi": _upi,
    "netbanking": _netbanking,
    "wallet": _wallet,
    # Only subscriptions are paid by it.
    "emandate": _netbanking,
}
METHODS = [method for method in MAKERS if method != "emandate"]
# What a buyer can allow to be debited again.
DEBITABLE = ["card", "upi"]


def details(method: str, *, international: bool = False) -> Doc:
    return _card(international=True) if international else MAKERS[method]()


def bank_reference(method: str, *, approved: bool) -> Doc:
    """acquirer_data: empty until the bank has said yes; a wallet never fills it."""
    number = ids.digits(10) if approved else None
    if method == "card":
        return {"auth_code": ids.digits(6) if approved else None, "rrn": number}
    if method == "upi":
        return {"rrn": number}
    if method in ("netbanking", "emandate"):
        return {"bank_transaction_id": number}
    return {"transaction_id": None}
