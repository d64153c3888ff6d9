"""What the editor's page sends."""

from __future__ import annotations

from typing import Any

from orders.models import OrderForm, Product

Row = dict[str, str]


def row(kind: str, label: str = "", **more: str) -> Row:
    return {"kind": kind, "label": label, **more}


STANDARD = [row("name", required="on"), row("email"), row("phone")]


def typed(product: Product, rows: list[Row] | None = None, /, **changed: str) -> dict[str, str]:
    """The whole page; a row is left out by passing other rows."""
    shown = STANDARD if rows is None else rows
    sent = {"product": str(product.pk), "mode": "live", "slug": "", "title": "", "text": ""}
    sent["rows"] = str(len(shown))
    for place, values in enumerate(shown):
        sent |= {f"row-{place}-{name}": value for name, value in values.items()}
    return sent | changed


def as_rows(form: OrderForm) -> list[Row]:
    """The rows as a page shows them that was opened now."""
    shown = []
    for field in form.fields.all():
        values = row(field.kind, field.label, pk=str(field.pk), choices="\n".join(field.choices))
        shown.append(values | ({"required": "on"} if field.required else {}))
    return shown


def kinds_in(response: Any) -> list[str]:
    return list(response.context["rows"].kinds)
