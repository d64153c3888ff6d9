"""The lines of a story that tell of payments which a person assigned to the order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from orders.lines import Line
from orders.models import Order


def of(order: Order) -> Iterator[Line]:
    """Who said so, and who took it back."""
    for row in order.assignments.select_related("user", "undone_by").order_by("pk"):
        values = {"payment": row.razorpay_payment_id}
        what = _("Payment %(payment)s assigned to this order by hand") % values
        yield Line(row.at, "user", what, by(row.user))
        if row.undone_at:
            what = _("Payment %(payment)s is no longer assigned to this order") % values
            yield Line(row.undone_at, "user", what, by(row.undone_by))


def by(person: Any) -> tuple[str, ...]:
    return (_("By %(name)s") % {"name": person},) if person else ()
