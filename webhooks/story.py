"""One delivery and the order it is about: what the handlers work with.

Merging comes first, deriving last: each entity of the delivery is merged into its row, then
everything that follows from the rows is brought in step, once.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways.razorpay.deliveries import Delivery
from orders import disputes, fulfilment, linking, payments, refunds
from orders import settling as orders_settling
from orders.causes import Cause
from orders.models import Dispute, Order, Payment, Refund
from subscriptions import cycles, doubts, invoices, lifecycle, settling
from subscriptions.access import Reach
from subscriptions.models import Invoice, Subscription
from webhooks.models import Event


@dataclass
class Story:
    """A locked order, its subscription if it has one, and what Razorpay now tells about it."""

    order: Order
    subscription: Subscription | None
    delivery: Delivery
    cause: Cause

    @classmethod
    def of(cls, order_pk: int, event: Event, delivery: Delivery) -> Story:
        """Lock the order first, always: two workers on one story take turns."""
        order = orders_settling.locked(order_pk)
        subscription = (
            Subscription.objects.select_related("plan").filter(order=order).first()
            if order.price.recurs
            else None
        )
        if subscription is not None:
            subscription.order, subscription.gateway = order, order.gateway
        why = say(gettext_noop("Razorpay reported it (%(event)s)."), event=delivery.type)
        is_quiet = event.replayed or event.imported
        cause = Cause(why, event.received_at, delivery.as_of, is_quiet)
        return cls(order, subscription, delivery, cause)

    def merge_order(self) -> None:
        """An order of ours that had not heard its Razorpay id learns it from our note in it."""
        entity = self.delivery["order"]
        ours = entity is not None and self.order.uid in {
            entity.get("receipt"),
            (entity.get("notes") or {}).get("raseed_order"),
        }
        if entity and ours and not self.order.razorpay_order_id and self.subscription is None:
            linking.link_order(self.order, entity.id)

    def merge_payment(self) -> Payment | None:
        """The payment, whichever event brings it."""
        entity = self.delivery["payment"]
        if entity is None:
            return None
        return payments.merge(self.order, entity, self.delivery, self.cause)

    def merge_refund(self, payment: Payment | None) -> Refund | None:
        """The refund; its payment came along, or is known already."""
        entity = self.delivery["refund"]
        payment = payment or self.known_payment(entity.get("payment_id") if entity else None)
        if entity is None or payment is None:
            return None
        return refunds.merge(payment, entity, self.delivery)

    def merge_dispute(self, payment: Payment | None) -> Dispute | None:
        entity = self.delivery["dispute"]
        payment = payment or self.known_payment(entity.get("payment_id") if entity else None)
        if entity is None or payment is None:
            return None
        return disputes.merge(payment, entity, self.delivery)

    def known_payment(self, razorpay_payment_id: str | None) -> Payment | None:
        return self.order.payments.filter(razorpay_payment_id=razorpay_payment_id).first()

    def merge_subscription(self) -> bool:
        """The subscription's row; True when this is the newest snapshot.

        One that had not heard its Razorpay id learns it; another's snapshot is not merged into it.
        """
        entity = self.delivery["subscription"]
        if entity is None or self.subscription is None:
            return False
        if self.subscription.razorpay_subscription_id is None:
            self.subscription.razorpay_subscription_id = entity.id
            self.subscription.save(update_fields=["razorpay_subscription_id"])
            doubts.explain(self.subscription, entity.id, settled=True)
        if self.subscription.razorpay_subscription_id != entity.id:
            return False
        return lifecycle.merge(self.subscription, entity, self.delivery)

    def merge_invoice(self) -> Invoice | None:
        """The invoice and the cycle it bills."""
        entity = self.delivery["invoice"]
        if entity is None or self.subscription is None:
            return None
        invoice = invoices.merge(self.subscription, entity, self.delivery)
        cycles.merge_invoice(self.subscription, entity, self.delivery)
        return invoice

    def settle(self) -> Reach | None:
        """Derive everything from the rows; wake what waited for the ids that are ours now.

        How far a subscription reaches; None for an order that is paid once.
        """
        reached = None
        if self.subscription is not None:
            reached = settling.settle(self.subscription, self.cause)
        else:
            fulfilment.settle(self.order, self.cause)
        linking.announce(self.order.gateway_id, self.delivery.ids())
        return reached

    def order_now(self) -> Sentence:
        """What the order is now, as part of an outcome."""
        words = {
            Order.Status.CREATED: gettext_noop("order %(order)s is waiting for a payment"),
            Order.Status.ATTEMPTED: gettext_noop("order %(order)s is not paid yet"),
            Order.Status.PAID: gettext_noop("order %(order)s is paid"),
            Order.Status.PARTIALLY_REFUNDED: gettext_noop("order %(order)s is partly refunded"),
            Order.Status.REFUNDED: gettext_noop("order %(order)s is refunded"),
            Order.Status.EXPIRED: gettext_noop("order %(order)s has expired"),
        }
        return say(words[Order.Status(self.order.status)], order=self.order.uid)
