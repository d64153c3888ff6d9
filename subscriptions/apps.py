from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import Account
    from orders.models import Order, Product


class SubscriptionsConfig(AppConfig):
    name = "subscriptions"
    verbose_name = _("Subscriptions")

    def ready(self) -> None:
        """Order forms can sell what repeats, too."""
        from orders import ordering
        from orders.models import Price

        ordering.ways[Price.Kind.SUBSCRIPTION] = order_of_subscription
        ordering.ways[Price.Kind.INSTALMENTS] = order_of_subscription


def order_of_subscription(
    account: Account, product: Product, email: str, name: str, mode: str | None
) -> Order:
    """The order that a new subscription belongs to."""
    from subscriptions import starting

    return starting.start(account, product, email, name, mode).order
