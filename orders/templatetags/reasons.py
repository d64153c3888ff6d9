"""How templates say why a payment failed."""

from __future__ import annotations

from django import template

from orders import reasons

register = template.Library()


@register.filter
def explained(reason: str | None) -> str:
    """What happened and what the buyer can do, where they pay themselves."""
    return reasons.explain(reason)
