"""What is asked when something is bought, and what can go wrong: for orders and subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.authentication import account_of
from accounts.api.errors import Refused
from accounts.api.fields import Known, Mode
from gateways.choosing import NoGateway
from gateways.razorpay import errors
from orders.checkout import NotPlaceable, check_email
from orders.models import Customer, Product

LONGEST_EMAIL = Customer._meta.get_field("email").max_length
# Not refusals of what was asked: another moment may do.
STATUS = {
    "plan_being_made": HTTPStatus.CONFLICT,
    "plan_in_doubt": HTTPStatus.SERVICE_UNAVAILABLE,
}
A_MINUTE = 60


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


@contextmanager
def in_words() -> Iterator[None]:
    """What can go wrong when something is bought, as answers of the API."""
    try:
        yield
    except NotPlaceable as error:
        raise Refused(
            str(error), error.code, STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
        ) from error
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
        raise Refused(str(error), "outcome_unknown", HTTPStatus.GATEWAY_TIMEOUT) from error
