"""The order of a form that was sent: one, however often it is sent, and in words for a buyer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http import HTTPStatus

import structlog
from django.utils import translation
from django.utils.translation import gettext as _

from gateways.choosing import NoGateway
from gateways.razorpay import errors
from orders import checkout
from orders.checkout import NotPlaceable, NotYet
from orders.models import Customer, FormField, Order, OrderForm
from orders.once import Claim

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """What the buyer answered to one field that is not about the buyer."""

    label: str
    value: str


@dataclass(frozen=True)
class Submission:
    """A form as it was sent. The language is the buyer's."""

    email: str
    name: str = ""
    phone: str = ""
    language: str = ""
    answers: list[Answer] = field(default_factory=list)


class NotOrdered(Exception):
    """Nothing was ordered; the message is for the buyer."""

    def __init__(
        self, message: str, code: str, status: int = HTTPStatus.SERVICE_UNAVAILABLE
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def place(form: OrderForm, sent: Submission, visit: str) -> Order:
    """The order of a submission. Sent again in the same visit, it is the same order.

    While nobody knows yet what Razorpay made of it, its pay page goes on asking. Raises NotOrdered.
    """
    with in_calm_words():
        checkout.check_email(sent.email)
        claim = Claim(form.uid, visit, asdict(sent))
        order, fresh = claim.order(lambda: draft(form, sent))
        try:
            checkout.complete(order, fresh=fresh)
        except (NotYet, errors.OutcomeUnknown, errors.TryAgain) as error:
            if fresh and isinstance(error, errors.TryAgain):
                raise
            log.warning("order.in_doubt", order=order.uid, error=str(error))
        return order


def draft(form: OrderForm, sent: Submission) -> Order:
    """The rows of a purchase with what was answered. In a transaction: the customer is held."""
    order = checkout.draft(form.account, form.product, sent.email, sent.name, form.mode, form=form)
    customer = order.customer
    order.answers = [asdict(answer) for answer in sent.answers] + told_anew(customer, sent)
    order.save(update_fields=["answers"])
    customer.phone = customer.phone or sent.phone
    customer.language = sent.language
    customer.save(update_fields=["phone", "language"])
    return order


def told_anew(customer: Customer, sent: Submission) -> list[dict[str, str]]:
    """A name or phone that differs from what the customer gave first.

    Whoever knows an address could type it here, so it changes nothing at the customer.
    """
    told = {
        FormField.Kind.NAME: (sent.name, customer.name),
        FormField.Kind.PHONE: (sent.phone, customer.phone),
    }
    with translation.override(customer.account.language):
        return [
            asdict(Answer(str(kind.label), given))
            for kind, (given, known) in told.items()
            if given and known and given != known
        ]


@contextmanager
def in_calm_words() -> Iterator[None]:
    """What can go wrong, as a buyer may read it: never Razorpay's words to the seller."""
    try:
        yield
    except NotPlaceable as error:
        if error.code == "email_required":
            raise NotOrdered(str(error), error.code, HTTPStatus.BAD_REQUEST) from error
        if error.code == "being_placed":
            raise NotOrdered(str(error), error.code, HTTPStatus.CONFLICT) from error
        raise closed() from error
    except (NoGateway, errors.Refused) as error:
        raise closed() from error
    except errors.TryAgain as error:
        said = _(
            "Razorpay cannot be reached right now. Nothing was ordered. Please try in a minute."
        )
        raise NotOrdered(said, "razorpay_unavailable") from error


def closed() -> NotOrdered:
    said = _(
        "Payments cannot be taken here right now. Nothing was ordered. Please tell the seller."
    )
    return NotOrdered(said, "not_for_sale")
