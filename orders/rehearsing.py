"""Have Razorpay agree to what will be sold before buyers come: make what is needed for it."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from gateways.choosing import NoGateway, gateway_for
from gateways.models import Gateway
from gateways.razorpay import errors
from orders.checkout import NotPlaceable
from orders.models import OrderForm, Price, Product

# What is made for each kind of price. An order that is paid once needs nothing before it.
# Rooms to the right add their own kinds when the process starts: rooms only import leftwards.
ways: dict[str, Callable[[Gateway, Price], None]] = {}


class NotAgreed(Exception):
    """Razorpay has not agreed; the message says why, to the seller, and `code` to scripts."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class Refuses(NotAgreed):
    """Razorpay does not agree to this price."""


def sale(product: Product, mode: str) -> Price | None:
    """See that the price in force can be sold in this mode; that price.

    Raises NotAgreed. Razorpay may be asked, so nothing may be locked.
    """
    price = product.price
    way = ways.get(price.kind) if price else None
    if price is None or way is None:
        return price
    try:
        way(gateway_for(product.account, mode), price)
    except errors.KeysRefused as error:
        said = _("Razorpay no longer accepts the API keys. Replace them in the settings.")
        raise NotAgreed(said, "keys_refused") from error
    except errors.Refused as error:
        said = _("Razorpay refused the plan of this product: “%(answer)s”")
        raise Refuses(said % {"answer": error.description}, "razorpay_refused") from error
    except NoGateway as error:
        raise NotAgreed(str(error), "no_gateway") from error
    except errors.TryAgain as error:
        raise NotAgreed(str(error), "razorpay_unavailable") from error
    except (NotPlaceable, errors.OutcomeUnknown) as error:
        said = _("Razorpay has not said yet whether it made the plan. Please try in a few minutes.")
        raise NotAgreed(said, "plan_in_doubt") from error
    return price


def open_forms(product: Product) -> str:
    """The same for the forms that sell the product now; Razorpay's refusal, or "".

    What is not known yet is left to the first sale, which makes what is needed.
    """
    forms = OrderForm.objects.filter(product=product, archived_at=None)
    modes = forms.exclude(published_at=None).values_list("mode", flat=True).distinct()
    for mode in modes.order_by("mode"):
        try:
            sale(product, mode)
        except Refuses as refusal:
            return str(refusal)
        except NotAgreed:
            continue
    return ""
