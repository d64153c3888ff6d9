"""What is asked when something is bought, and what can go wrong: for orders and subscriptions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.authentication import account_of
from accounts.api.errors import Refused
from accounts.api.fields import Known, Mode
from gateways.choosing import NoGateway
from gateways.razorpay import errors
from orders import checkout
from orders.checkout import NotPlaceable, NotYet, check_email
from orders.models import Customer, Order, Product
from orders.once import AnotherWasSent, Claim

LONGEST_EMAIL = Customer._meta.get_field("email").max_length
# Not refusals of what was asked: another moment may do.
STATUS = {
    "being_placed": HTTPStatus.CONFLICT,
    "plan_being_made": HTTPStatus.CONFLICT,
    "plan_in_doubt": HTTPStatus.SERVICE_UNAVAILABLE,
    "subscription_in_doubt": HTTPStatus.SERVICE_UNAVAILABLE,
    "outcome_unknown": HTTPStatus.GATEWAY_TIMEOUT,
}
A_MINUTE = 60
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    pattern=r"^[\x20-\x7e]{1,200}$",
    description="Any text of your own. Sent again with the same body within 24 hours, the answer is"
    " the same purchase. Without it each request is another purchase.",
)
KEYS = re.compile(r"[\x20-\x7e]{1,200}")


@extend_schema_field({"type": "string", "format": "email"})
class Address(serializers.Field[Any, Any, Any, Any]):
    """The buyer's address. Whatever is wrong with it has one code: email_required."""

    def run_validation(self, data: Any = None) -> str:
        """Absence is as wrong as nonsense, and told in the same words."""
        try:
            return check_email(data if is_storable(data) else "")
        except NotPlaceable as error:
            raise serializers.ValidationError(str(error), error.code) from error


def is_storable(data: Any) -> bool:
    """Text that the column can hold: not too long, and without halves of characters."""
    if not isinstance(data, str) or len(data) > (LONGEST_EMAIL or 0):
        return False
    return data == data.encode("utf-8", "ignore").decode()


class PurchaseFields(Known):
    """Who buys what."""

    product = serializers.CharField(max_length=64)
    email = Address()
    name = serializers.CharField(default="", allow_blank=True, allow_null=True, max_length=150)
    mode = Mode(required=False, allow_null=True)


def purchase_of(request: Request) -> dict[str, Any]:
    """The checked purchase, as the placing functions take it."""
    fields = PurchaseFields(data=request.data)
    fields.is_valid(raise_exception=True)
    asked = fields.validated_data
    account = account_of(request)
    product = Product.objects.filter(account=account, uid=asked["product"]).first()
    if product is None:
        said = _("There is no product %(id)s.") % {"id": asked["product"]}
        raise Refused(said, "unknown_product")
    return {
        "account": account,
        "product": product,
        "email": asked["email"],
        "name": asked["name"] or "",
        "mode": asked.get("mode"),
    }


def buy(request: Request, check: Callable[[Product], None]) -> Order:
    """Place what was asked for: with a key once, without one each time.

    `check` raises NotPlaceable for a product that is not bought at this address.
    """
    key, purchase = key_of(request), purchase_of(request)

    def draft() -> Order:
        check(purchase["product"])
        return checkout.draft(**purchase)

    with in_words():
        if not key:
            check(purchase["product"])
            return checkout.anew(**purchase)
        claim = Claim("api", account_of(request).uid, key, said=said_in(request, purchase))
        order, fresh = claim.order(draft)
        checkout.complete(order, fresh=fresh)
        return order


def key_of(request: Request) -> str:
    """The Idempotency-Key that was sent; "" if none was."""
    key = request.headers.get(KEY.name)
    if key is not None and not KEYS.fullmatch(key):
        said = _("An Idempotency-Key has 1 to 200 printable ASCII characters.")
        raise Refused(said, "invalid_idempotency_key")
    return key or ""


def said_in(request: Request, purchase: dict[str, Any]) -> list[str | None]:
    """All that a key stands for, besides the account."""
    return [
        request.path, purchase["product"].uid, purchase["email"], purchase["name"],
        purchase["mode"],
    ]  # fmt: skip


@contextmanager
def in_words() -> Iterator[None]:
    """What can go wrong when something is bought, as answers of the API."""
    try:
        yield
    except AnotherWasSent as error:
        said = _("This Idempotency-Key was sent with another purchase before.")
        raise Refused(said, "idempotency_key_reused", HTTPStatus.CONFLICT) from error
    except NotPlaceable as error:
        raise not_placeable(error) from error
    except NoGateway as error:
        raise Refused(str(error), "no_gateway", HTTPStatus.CONFLICT) from error
    except errors.KeysRefused as error:
        raise Refused(str(error), "keys_refused", HTTPStatus.BAD_GATEWAY) from error
    except errors.Refused as error:
        raise Refused(str(error), "razorpay_refused", HTTPStatus.BAD_GATEWAY) from error
    except errors.TryAgain as error:
        raise Refused(
            str(error), "razorpay_unavailable", HTTPStatus.SERVICE_UNAVAILABLE, A_MINUTE
        ) from error
    except errors.OutcomeUnknown as error:
        raise in_doubt(str(error), "outcome_unknown", HTTPStatus.GATEWAY_TIMEOUT) from error


def not_placeable(error: NotPlaceable) -> Refused:
    status = STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
    if isinstance(error, NotYet):
        return in_doubt(str(error), error.code, status)
    return Refused(str(error), error.code, status)


def in_doubt(said: str, code: str, status: HTTPStatus) -> Refused:
    """The same may be sent again, if it has a name by which it is known to be the same."""
    hint = _("Sent again with the same Idempotency-Key, nothing is made twice.")
    return Refused(f"{said} {hint}", code, status, A_MINUTE)
