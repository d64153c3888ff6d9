"""Place the order of a form that was sent: once, with what was answered, in words for a buyer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http import HTTPStatus

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Account
from gateways.choosing import NoGateway
from gateways.razorpay import errors
from orders import checkout
from orders.checkout import NotPlaceable
from orders.models import Customer, FormField, Order, OrderForm, Price, Product
from orders.once import BeingPlaced, Claim

Place = Callable[[Account, Product, str, str, str | None], Order]

# How an order of each kind of price is placed. Rooms to the right add their own kinds when the
# process starts: rooms only import leftwards.
ways: dict[str, Place] = {Price.Kind.ONE_TIME: checkout.place}

PASSING = {"plan_being_made", "plan_in_doubt"}


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
    """Nothing was ordered, as far as is known; the message is for the buyer."""

    def __init__(
        self, message: str, code: str, status: int = HTTPStatus.SERVICE_UNAVAILABLE
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status

    @property
    def in_doubt(self) -> bool:
        """Whether Razorpay may have made something that nobody will pay."""
        return self.code == "outcome_unknown"


def place(form: OrderForm, sent: Submission, visit: str) -> Order:
    """The order of a submission. Sent again in the same visit, it is the same order.

    Raises NotOrdered, and nothing is half made.
    """
    with in_calm_words():
        checkout.check_email(sent.email)
        claim = Claim(form.uid, visit, asdict(sent))
        known = claim.take()
        if known is not None:
            return known
        try:
            order = new_order(form, sent)
        except (NotPlaceable, NoGateway, errors.Refused, errors.TryAgain):
            claim.release()
            raise
        claim.keep(order)
        return order


def new_order(form: OrderForm, sent: Submission) -> Order:
    """Place it at Razorpay, and keep what was answered, also while the outcome is unknown."""
    price = form.product.price
    way = ways.get(price.kind) if price else None
    if way is None:
        raise NotPlaceable(_("This product is not for sale."), "not_for_sale")
    try:
        order = way(form.account, form.product, sent.email, sent.name, form.mode)
    except errors.OutcomeUnknown:
        for order in left_open(form, sent):
            keep_answers(order, form, sent)
        raise
    keep_answers(order, form, sent)
    return order


def left_open(form: OrderForm, sent: Submission) -> list[Order]:
    """The row that was kept although nobody knows whether Razorpay made its order."""
    rows = Order.objects.filter(
        gateway__account=form.account,
        gateway__mode=form.mode,
        customer__email=checkout.check_email(sent.email),
        product=form.product,
        form=None,
        razorpay_order_id=None,
    )
    return list(rows.order_by("-pk")[:1])


def keep_answers(order: Order, form: OrderForm, sent: Submission) -> None:
    order.form = form
    order.answers = [asdict(answer) for answer in sent.answers] + told_anew(order.customer, sent)
    order.save(update_fields=["form", "answers"])
    customer = order.customer
    customer.phone = customer.phone or sent.phone
    customer.language = sent.language
    customer.save(update_fields=["phone", "language"])


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
    except BeingPlaced as error:
        said = _("This order is being placed already. Wait a moment, then press the button again.")
        raise NotOrdered(said, "being_placed", HTTPStatus.CONFLICT) from error
    except NotPlaceable as error:
        if error.code == "email_required":
            raise NotOrdered(str(error), error.code, HTTPStatus.BAD_REQUEST) from error
        raise (try_later() if error.code in PASSING else closed()) from error
    except (NoGateway, errors.Refused) as error:
        raise closed() from error
    except errors.TryAgain as error:
        raise try_later() from error
    except errors.OutcomeUnknown as error:
        said = _("Razorpay did not answer. You have not paid anything. Please press again.")
        raise NotOrdered(said, "outcome_unknown") from error


def closed() -> NotOrdered:
    said = _(
        "Payments cannot be taken here right now. Nothing was ordered. Please tell the seller."
    )
    return NotOrdered(said, "not_for_sale")


def try_later() -> NotOrdered:
    said = _("Razorpay cannot be reached right now. Nothing was ordered. Please try in a minute.")
    return NotOrdered(said, "razorpay_unavailable")
