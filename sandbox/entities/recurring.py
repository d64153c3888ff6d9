"""New plans, subscriptions and their invoices."""

from typing import Any

from sandbox import ids
from sandbox.books import Doc


def plan(period: str, interval: int, item: Doc, *, at: int, notes: Any) -> Doc:
    details = {
        "id": ids.fresh("item_"),
        "active": True,
        "name": item["name"],
        "description": item.get("description"),
        "amount": item["amount"],
        "unit_amount": item["amount"],
        "currency": item["currency"],
        "type": "plan",
        "unit": None,
        "tax_inclusive": False,
        **dict.fromkeys(["hsn_code", "sac_code", "tax_rate", "tax_id", "tax_group_id"]),
        "created_at": at,
        "updated_at": at,
    }
    return {
        "id": ids.fresh("plan_"),
        "entity": "plan",
        "interval": interval,
        "period": period,
        "item": details,
        "notes": notes,
        "created_at": at,
    }


def subscription(plan_id: str, total_count: int, quantity: int, *, at: int, address: str) -> Doc:
    code = ids.fresh()[:7]
    return {
        "id": ids.fresh("sub_"),
        "entity": "subscription",
        "plan_id": plan_id,
        "customer_id": None,
        "status": "created",
        "current_start": None,
        "current_end": None,
        "ended_at": None,
        "quantity": quantity,
        "notes": [],
        "charge_at": None,
        "start_at": None,
        "end_at": None,
        "auth_attempts": 0,
        "total_count": total_count,
        "paid_count": 0,
        "customer_notify": True,
        "created_at": at,
        "expire_by": None,
        "short_url": f"{address}/l/{code}",
        "has_scheduled_changes": False,
        "change_scheduled_at": None,
        "source": "api",
        "offer_id": None,
        "remaining_count": total_count,
        "_short_code": code,
        "_cycle": -1,
        "_invoice": None,
        "_upfront": [],
        "_fail_next": 0,
        "_scheduled": None,
        "_cancel_at_end": False,
        "_pause_at_end": False,
    }


def line_item(name: str, amount: int, quantity: int, currency: str, kind: str) -> Doc:
    total = amount * quantity
    return {
        "id": ids.fresh("li_"),
        **dict.fromkeys(["item_id", "ref_id", "ref_type"]),
        "name": name,
        "description": None,
        "amount": amount,
        "unit_amount": amount,
        "gross_amount": total,
        "tax_amount": 0,
        "taxable_amount": total,
        "net_amount": total,
        "currency": currency,
        "type": kind,
        "tax_inclusive": False,
        **dict.fromkeys(["hsn_code", "sac_code", "tax_rate", "unit"]),
        "quantity": quantity,
        "taxes": [],
    }
