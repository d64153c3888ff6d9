"""Which unpaid orders a buyer is not shown: what was ordered anew, or bought, is not to be paid
twice by mistake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from orders.models import Order
from orders.models.grants import Because
from orders.pages.buyer.purchases import OPEN, Purchase

PAID = (Order.Status.PAID, Order.Status.PARTIALLY_REFUNDED)
Key = tuple[int, int, str]


def left_out(purchases: Iterable[Purchase]) -> set[int]:
    """The pks of the orders to hide: of each product and mode all unpaid but the newest, and that
    one, too, where a paid one is newer or still gives access."""
    same: dict[Key, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        order = purchase.order
        same[order.customer_id, order.product_id, order.gateway.mode].append(purchase)
    return {pk for group in same.values() for pk in superseded(group)}


def superseded(group: list[Purchase]) -> set[int]:
    """Among the orders of one customer for one product in one mode."""
    unpaid = [one for one in group if is_unpaid(one)]
    if not unpaid:
        return set()
    # One that Razorpay knows, if there is one: it can be paid.
    kept = max(unpaid, key=lambda one: (bool(one.pay_url), one.order.pk))
    bought = [one for one in group if is_bought(one)]
    is_needless = any(opens(one) or one.order.pk > kept.order.pk for one in bought)
    return {one.order.pk for one in unpaid if is_needless or one is not kept}


def is_bought(purchase: Purchase) -> bool:
    return purchase.order.status in PAID or purchase.is_running


def is_unpaid(purchase: Purchase) -> bool:
    """What was given by hand stays in sight."""
    return purchase.order.status in OPEN and not purchase.is_running and not opens(purchase)


def opens(purchase: Purchase) -> bool:
    """Whether it gives access that did not come with the form alone."""
    reasons = {item.answer.because for item in purchase.items if item.answer.allowed}
    return bool(reasons - {Because.FORM_SENT})
