"""Change order forms: what they ask, and whether they are open. Verbs on own records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gateways.choosing import NoGateway, gateway_for
from orders import by_mandate, rehearsing
from orders.models import FormField, OrderForm
from orders.rehearsing import NotAgreed

# What is written about a form.
WRITTEN = ("product", "mode", "slug", "title", "text")


@dataclass(frozen=True)
class Objection:
    """Why a form cannot take payments, what mends it (its fields, product or gateway), and the
    word for it that scripts know."""

    said: str
    mend: str
    code: str


class NotPublishable(Exception):
    """The form cannot take payments; the message says why, `code` says it to scripts."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


def asks_email(form: OrderForm) -> bool:
    return any(field.kind == FormField.Kind.EMAIL for field in form.fields.all())


def objections(form: OrderForm, *, asks: bool | None = None) -> list[Objection]:
    """What stands between a form and its payments. `asks`: whether it will ask for the e-mail."""
    found = []
    if form.archived_at is not None:
        found.append(Objection(_("This form is archived."), "form", "archived"))
    if not (asks_email(form) if asks is None else asks):
        found.append(Objection(no_email(), "fields", "email_required"))
    if against := of_product(form):
        found.append(against)
    try:
        gateway_for(form.account, form.mode)
    except NoGateway as error:
        found.append(Objection(str(error), "gateway", "no_gateway"))
    return found


def no_email() -> str:
    return _("Without the e-mail field this form cannot take payments.")


def of_product(form: OrderForm) -> Objection | None:
    """What is wrong with the product for this purpose."""
    price = form.product.price
    if form.product.archived_at is not None:
        return Objection(_("The product is archived."), "product", "not_for_sale")
    if price is None:
        return Objection(_("The product has no price."), "product", "not_for_sale")
    limit = by_mandate.of_price(price) if by_mandate.is_chosen(price) else None
    return Objection(limit.said, "product", limit.code) if limit else None


def publish(form: OrderForm) -> None:
    """Open the form to buyers, once Razorpay agrees to what it sells.

    Raises NotPublishable with the first thing to mend.
    """
    check(form)
    try:
        price = rehearsing.sale(form.product, form.mode)
    except NotAgreed as error:
        said = _("The form was not published. %(reason)s") % {"reason": error}
        raise NotPublishable(said, error.code) from error
    form.refresh_from_db()  # Razorpay takes its time, and others work on the form meanwhile
    check(form)
    if form.product.price != price:
        said = _("The price was changed a moment ago. Look at it, then try again.")
        raise NotPublishable(said, "price_changed")
    if form.published_at is None:
        form.published_at = timezone.now()
        form.save(update_fields=["published_at"])


def check(form: OrderForm, *, asks: bool | None = None) -> None:
    """Raises NotPublishable with the first thing to mend."""
    for objection in objections(form, asks=asks):
        raise NotPublishable(objection.said, objection.code)


def check_open(form: OrderForm, asks: bool | None) -> None:
    """Whether a form that is open can be kept as it is now, asking for the e-mail or not. Raises
    NotPublishable. Another product, or the other mode, has to be agreed to like the first."""
    check(form, asks=asks)
    try:
        rehearsing.sale(form.product, form.mode)
    except NotAgreed as error:
        raise NotPublishable(str(error), error.code) from error


def take_back(form: OrderForm) -> None:
    form.published_at = None
    form.save(update_fields=["published_at"])


def archive(form: OrderForm) -> None:
    """Put away. Taken back as well, so that nothing is sold the moment it is fetched again."""
    form.archived_at = form.archived_at or timezone.now()
    form.published_at = None
    form.save(update_fields=["archived_at", "published_at"])


def restore(form: OrderForm) -> None:
    form.archived_at = None
    form.save(update_fields=["archived_at"])


@transaction.atomic
def save(form: OrderForm, asked: Sequence[dict[str, Any]] | None) -> None:
    """Keep a form and what it asks, in this order; None: what it asked. Whether it is open is not
    kept with it: that may have changed meanwhile.

    A field that stays keeps its row: pages that are open at a buyer's name it by its key.
    """
    form.save(update_fields=WRITTEN if form.pk else None)
    if asked is not None:
        ask(form, asked)


def ask(form: OrderForm, asked: Sequence[dict[str, Any]]) -> None:
    known = {field.pk: field for field in form.fields.all()}
    stay = {values["pk"] for values in asked} & set(known)
    form.fields.exclude(pk__in=stay).delete()
    for position, values in enumerate(asked):
        field = known.get(values["pk"]) or FormField(form=form)
        field.position = position
        field.kind = values["kind"]
        field.label = values["label"]
        # Nothing can be sold without the address, so it is never optional.
        field.required = values["required"] or field.kind == FormField.Kind.EMAIL
        field.choices = values["choices"]
        field.save()
