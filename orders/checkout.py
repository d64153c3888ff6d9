"""Place an order: our row first, then Razorpay's order, which carries our id."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import Account, normal_email
from gateways import choosing, problems
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from gateways.razorpay.entities import NO_EMAIL
from orders import customers, fulfilment, linking
from orders.models import Order, Product


class NotPlaceable(Exception):
    """The order cannot be placed; `code` is for scripts, the message for people."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


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


def draft(account: Account, product: Product, email: str, name: str, mode: str | None) -> Order:
    """Our own row for a purchase, before Razorpay hears of it.

    Raises NotPlaceable and choosing.NoGateway.
    """
    address = check_email(email)
    gateway = choosing.gateway_for(account, mode)
    price = product.price
    if price is None or product.archived_at is not None:
        raise NotPlaceable(_("This product is not for sale."), "not_for_sale")
    return Order.objects.create(
        gateway=gateway,
        customer=customers.get(account, address, name),
        product=product,
        price=price,
        amount=price.amount,
        currency=price.currency,
        access_on_form=account.access_on_form,
    )


def place(account: Account, product: Product, email: str, name: str, mode: str | None) -> Order:
    """Place a one-time order and create its Razorpay order.

    Raises NotPlaceable, choosing.NoGateway and gateways.razorpay.errors. After a definite refusal
    nothing is kept; after a lost answer the row is, and it expires unless it is paid.
    """
    price = product.price
    if price is not None and price.recurs:
        said = _("This product is paid by subscription: use /subscriptions/.")
        raise NotPlaceable(said, "subscription_product")
    order = draft(account, product, email, name, mode)
    try:
        with problems.watching_keys(order.gateway):
            created = Razorpay.of(order.gateway).create_order(
                amount=order.amount,
                currency=order.currency,
                receipt=order.uid,
                notes=notes_for(order),
            )
    except (errors.Refused, errors.TryAgain):
        order.delete()
        raise
    linking.link_order(order, str(created["id"]))
    if order.access_on_form:
        fulfilment.begin(order)
    return order


def notes_for(order: Order) -> dict[str, str]:
    """How Razorpay's objects name ours (their notes hold at most 15 pairs of 256 characters)."""
    return {"raseed_order": order.uid, "product": order.product.name[:250]}
