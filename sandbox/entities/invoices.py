"""New invoices: one for each billing cycle of a subscription, and for what is paid upfront."""

from sandbox import ids
from sandbox.books import Doc


def invoice(order: Doc, customer: Doc, lines: list[Doc], *, at: int, address: str) -> Doc:
    amount, code = order["amount"], ids.fresh()[:7]
    return {
        "id": ids.fresh("inv_"),
        "entity": "invoice",
        "receipt": None,
        "invoice_number": None,
        "customer_id": customer["id"],
        "customer_details": _customer_details(customer),
        "order_id": order["id"],
        "subscription_id": None,
        "line_items": lines,
        "payment_id": None,
        "status": "issued",
        "expire_by": None,
        "issued_at": at,
        **dict.fromkeys(["paid_at", "cancelled_at", "expired_at", "sms_status", "email_status"]),
        "date": at,
        "terms": None,
        "partial_payment": False,
        "gross_amount": amount,
        "tax_amount": 0,
        "taxable_amount": amount,
        "amount": amount,
        "amount_paid": 0,
        "amount_due": amount,
        "currency": order["currency"],
        **dict.fromkeys(["first_payment_min_amount", "description"]),
        "notes": [],
        "comment": None,
        "short_url": f"{address}/l/{code}",
        "view_less": True,
        **dict.fromkeys(["billing_start", "billing_end"]),
        "type": "invoice",
        "group_taxes_discounts": False,
        "created_at": at,
        "idempotency_key": None,
        "_short_code": code,
    }


def _customer_details(customer: Doc) -> Doc:
    return {
        "id": customer["id"],
        "name": customer["name"],
        "email": customer["email"],
        "contact": customer["contact"],
        **dict.fromkeys(["gstin", "billing_address", "shipping_address"]),
        "customer_name": customer["name"],
        "customer_email": customer["email"],
        "customer_contact": customer["contact"],
    }
