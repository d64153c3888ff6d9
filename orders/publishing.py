"""Change order forms: what they ask, and whether they are open. Verbs on own records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gateways.choosing import NoGateway, gateway_for
from orders.models import FormField, OrderForm, Price


@dataclass(frozen=True)
class Objection:
    """Why a form cannot take payments, and what mends it: its fields, product or gateway."""

    said: str
    mend: str


class NotPublishable(Exception):
    """The form cannot take payments; the message says why."""


def asks_email(form: OrderForm) -> bool:
    return any(field.kind == FormField.Kind.EMAIL for field in form.fields.all())


def objections(form: OrderForm, *, asks: bool | None = None) -> list[Objection]:
    """What stands between a form and its payments. `asks`: whether it will ask for the e-mail."""
    found = []
    if form.archived_at is not None:
        found.append(Objection(_("This form is archived."), "form"))
    if not (asks_email(form) if asks is None else asks):
        found.append(Objection(no_email(), "fields"))
    if said := of_product(form):
        found.append(Objection(said, "product"))
    try:
        gateway_for(form.account, form.mode)
    except NoGateway as error:
        found.append(Objection(str(error), "gateway"))
    return found


def no_email() -> str:
    return _("Without the e-mail field this form cannot take payments.")


def of_product(form: OrderForm) -> str:
    """What is wrong with the product for this purpose; "" if nothing is."""
    price = form.product.price
    if form.product.archived_at is not None:
        return _("The product is archived.")
    if price is None:
        return _("The product has no price.")
    if price.recurs and price.charged_by == Price.ChargedBy.RASEED:
        return _("The product's plan charges a mandate, which is not offered yet.")
    return ""


def publish(form: OrderForm) -> None:
    """Open the form to buyers. Raises NotPublishable with the first thing to mend."""
    for objection in objections(form):
        raise NotPublishable(objection.said)
    if form.published_at is None:
        form.published_at = timezone.now()
        form.save(update_fields=["published_at"])


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
def save(form: OrderForm, asked: Sequence[dict[str, Any]]) -> None:
    """Keep a form and what it asks, in this order.

    A field that stays keeps its row: pages that are open at a buyer's name it by its key.
    """
    form.save()
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
