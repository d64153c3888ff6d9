"""Place an order: our own rows first, committed, then Razorpay, which names them.

Between the two a process may end, and an answer of Razorpay's may be lost. So the second step can
be done again, by any process and any number of times, and nothing is made twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account, normal_email
from gateways import choosing, problems
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from gateways.razorpay.entities import NO_EMAIL
from orders import customers, fulfilment, linking, once, refused_sales
from orders.models import Order, OrderForm, Price, Product
from orders.models.orders import LIFETIME
from orders.refused_sales import Asked

# What nobody knows by name until it is placed lives this long, unless it is placed: longer than a
# call may take, and shorter than it takes Razorpay's lists to show what the call made.
UNNAMED = timedelta(minutes=1)


class NotPlaceable(Exception):
    """The order cannot be placed; `code` is for scripts, the message for people."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class NotYet(NotPlaceable):
    """Not at this moment. The same order can be completed later, and nothing is made twice."""


class Way(Protocol):
    """How orders of one kind of price are made at Razorpay."""

    def prepare(self, order: Order) -> None:
        """Add the rows that belong to the order, in its transaction."""

    def complete(self, order: Order) -> None:
        """Make it at Razorpay and link it, unless an earlier call did. Raises NotYet while that is
        not known, and gateways.razorpay.errors."""

    def forget(self, order: Order) -> bool:
        """Delete what `prepare` added; False, and nothing is deleted, if Razorpay may know it."""


class PaidOnce:
    """An order that is paid once: an order at Razorpay, whose receipt is our id.

    Razorpay answers the same receipt with the same order, so it may be sent again at any time.
    """

    def prepare(self, order: Order) -> None: ...

    def complete(self, order: Order) -> None:
        agreed = refused_sales.watching(order.gateway, order.price, Asked.ORDER)
        with problems.watching_keys(order.gateway), agreed:
            created = Razorpay.of(order.gateway).create_order(
                amount=order.amount,
                currency=order.currency,
                receipt=order.uid,
                notes=linking.notes_for(order),
            )
        with transaction.atomic():
            linking.link_order(order, str(created["id"]))
            if order.access_on_form:
                fulfilment.begin(order)

    def forget(self, order: Order) -> bool:
        return True


# Rooms to the right add their own kinds when the process starts: rooms only import leftwards.
ways: dict[str, Way] = {Price.Kind.ONE_TIME: PaidOnce()}


def check_email(email: str) -> str:
    """The address in its normal form. Raises NotPlaceable: without one nothing can be sold."""
    address = normal_email(email)
    try:
        validate_email(address)
    except ValidationError as error:
        raise NotPlaceable(_("A valid e-mail address is required."), "email_required") from error
    if address == NO_EMAIL:
        raise NotPlaceable(_("This is Razorpay's placeholder, not an address."), "email_required")
    return address


def check(product: Product) -> None:
    """Raises NotPlaceable for a product that is not paid once."""
    price = product.price
    if price is not None and price.recurs:
        said = _("This product is paid by subscription: use /subscriptions/.")
        raise NotPlaceable(said, "subscription_product")


def place(account: Account, product: Product, email: str, name: str, mode: str | None) -> Order:
    """Place a one-time order; see `anew`."""
    check(product)
    return anew(account, product, email, name, mode)


def anew(account: Account, product: Product, email: str, name: str, mode: str | None) -> Order:
    """A purchase without a name: whoever asks for the same again buys it again.

    Raises NotPlaceable, choosing.NoGateway and gateways.razorpay.errors. Where Razorpay made
    nothing, nothing is kept. After a lost answer the rows are: nobody was told of them, so they
    expire at once, and what Razorpay made meanwhile is not for sale.
    """
    order = draft(account, product, email, name, mode, lives=UNNAMED)
    try:
        complete(order, fresh=True)
    except NotYet:
        take_back(order)
        raise
    return order


@transaction.atomic
def draft(
    account: Account,
    product: Product,
    email: str,
    name: str,
    mode: str | None,
    *,
    form: OrderForm | None = None,
    lives: timedelta = LIFETIME,
) -> Order:
    """Our own rows for a purchase, before Razorpay hears of it.

    Raises NotPlaceable and choosing.NoGateway.
    """
    address = check_email(email)
    gateway = choosing.gateway_for(account, mode)
    price = product.price
    if price is None or product.archived_at is not None:
        raise NotPlaceable(_("This product is not for sale."), "not_for_sale")
    order = Order.objects.create(
        gateway=gateway,
        customer=customers.get(account, address, name),
        product=product,
        price=price,
        amount=price.amount,
        currency=price.currency,
        form=form,
        access_on_form=account.access_on_form,
        expires_at=timezone.now() + lives,
    )
    ways[price.kind].prepare(order)
    return order


def complete(order: Order, *, fresh: bool = False) -> None:
    """Make a draft at Razorpay, unless that was done.

    Raises NotYet and OutcomeUnknown, after which the same order may be completed at any time, and
    NotPlaceable, Refused and TryAgain, after which Razorpay has nothing that this call asked for.
    `fresh`: it was drafted just now; then nothing is kept after the latter.
    """
    if linking.known_as(order):
        return
    try:
        with once.turn(order):
            attempt(order, fresh)
    except (once.BeingPlaced, Order.DoesNotExist) as error:
        # The latter: Razorpay refused it to a request that came a moment earlier.
        kind = NotYet if isinstance(error, once.BeingPlaced) else NotPlaceable
        said = _("This order is being placed already. Wait a moment, then try again.")
        raise kind(said, "being_placed") from error


def attempt(order: Order, fresh: bool) -> None:
    """Complete an order whose turn this process has. Raises Order.DoesNotExist too."""
    order.refresh_from_db(fields=["razorpay_order_id", "expires_at"])
    if order.razorpay_order_id:
        return
    if not is_open(order):
        raise NotPlaceable(_("This order cannot be paid right now."), "not_for_sale")
    try:
        ways[order.price.kind].complete(order)
    except NotYet:
        raise
    except (NotPlaceable, errors.Refused, errors.TryAgain):
        if fresh:
            take_back(order)
        raise


def is_open(order: Order) -> bool:
    """Whether it may still be made at Razorpay."""
    return order.gateway.is_connected and timezone.now() < order.expires_at


@transaction.atomic
def take_back(order: Order) -> None:
    """Delete a draft. One that Razorpay may know is kept, until it expires."""
    linking.hold_row(order)
    if order.razorpay_order_id is None and ways[order.price.kind].forget(order):
        order.delete()
