from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from orders.causes import Cause
    from orders.models import Order


class SubscriptionsConfig(AppConfig):
    name = "subscriptions"
    verbose_name = _("Subscriptions")

    def ready(self) -> None:
        """Order forms can sell what repeats, too, and such orders are settled by their rules."""
        from gateways.models import LookUp
        from orders import checkout, rehearsing, settling
        from orders.looking_up.questions import questions
        from orders.models import Price
        from orders.recovering import due
        from subscriptions.debiting.again import Again
        from subscriptions.following import Following
        from subscriptions.overdue import Overdue, Unheard
        from subscriptions.rehearsing import make_plan
        from subscriptions.starting import Repeatedly

        for kind in (Price.Kind.SUBSCRIPTION, Price.Kind.INSTALMENTS):
            checkout.ways[kind] = Repeatedly()
            settling.ways[kind] = settle_subscription
            rehearsing.ways[kind] = make_plan
        due.ways[Price.ChargedBy.RAZORPAY] = Following()
        due.ways[Price.ChargedBy.RASEED] = Again()
        asked = LookUp.Kind.SUBSCRIPTION
        questions[asked, LookUp.Why.OPEN_ORDER] = Unheard()
        questions[asked, LookUp.Why.OVERDUE_CHARGE] = Overdue()


def settle_subscription(order: Order, cause: Cause) -> None:
    """An order whose price repeats; while its subscription is being made, only the order."""
    from orders import fulfilment
    from subscriptions import settling
    from subscriptions.models import Subscription

    subscription = Subscription.objects.filter(order=order).first()
    if subscription is None:
        fulfilment.settle(order, cause)
        return
    subscription.order = order
    settling.settle(subscription, cause)
