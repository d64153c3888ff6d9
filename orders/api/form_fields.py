"""What scripts say of an order form, and how it is written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.errors import Refused
from accounts.api.fields import Known, Mode
from accounts.models import Account
from orders import form_rules, publishing
from orders.models import FormField, OrderForm, Product

Kind = FormField.Kind
Values = dict[str, Any]
MOST_CHOICES = 500


@contextmanager
def at_field(name: str) -> Iterator[None]:
    """A rule that was broken, told at its field."""
    try:
        yield
    except ValidationError as error:
        raise serializers.ValidationError({name: error.message}, error.code or "invalid") from error


# Described in place: the document would give one list in two components a name of its own making.
@extend_schema_field({"type": "string", "enum": Kind.values})
class KindField(serializers.ChoiceField):
    """What kind of thing is asked."""


class FieldFields(Known):
    """One thing that is asked. What is about the buyer needs no label."""

    kind = KindField(choices=Kind.choices)
    label = serializers.CharField(default="", allow_blank=True, max_length=150)  # type: ignore[assignment]
    required = serializers.BooleanField(default=False)  # type: ignore[assignment]
    choices = serializers.ListField(
        child=serializers.CharField(max_length=form_rules.LONGEST_CHOICE, allow_blank=True),
        default=list,
        max_length=MOST_CHOICES,
    )

    def validate(self, attrs: Values) -> Values:
        kind = Kind(attrs["kind"])
        if kind in FormField.ABOUT_BUYER and attrs["label"] == str(kind.label):
            attrs["label"] = ""  # what is shown where nothing was said, in each buyer's language
        with at_field("label"):
            form_rules.check_label(attrs["kind"], attrs["label"])
        with at_field("choices"):
            attrs["choices"] = form_rules.choices_of(attrs["kind"], attrs["choices"])
        return attrs


class FormChanges(Known):
    """What is given is changed; what is left out stays. `fields` is the whole list, in order."""

    product = serializers.CharField(required=False, max_length=64)
    slug = serializers.CharField(
        required=False, allow_blank=True, max_length=60, validators=[form_rules.is_address]
    )
    mode = Mode(required=False)
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    text = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    fields = FieldFields(many=True, required=False, max_length=form_rules.MOST_FIELDS)  # type: ignore[assignment,call-arg]

    def validate(self, attrs: Values) -> Values:
        with at_field("fields"):
            form_rules.check_kinds(values["kind"] for values in attrs.get("fields", []))
        return attrs


class NewFormFields(FormChanges):
    """What is left out is made: an address, the account's mode, and fields for name, e-mail and
    phone."""

    product = serializers.CharField(max_length=64)


def write(form: OrderForm, given: Values) -> None:
    """Make or change a form.

    Raises Refused, and publishing.NotPublishable where it is open and could not stay so.
    """
    for name in given.keys() & {"mode", "title", "text"}:
        setattr(form, name, given[name])
    if "product" in given:
        form.product = product_of(form, given["product"])
    form.slug = given.get("slug") or form.slug or form_rules.address_for(str(form))
    asked = given.get("fields")
    if asked is None and form._state.adding:
        asked = [blank(kind, required) for kind, required in form_rules.FRESH]
    if form.published_at is not None:
        publishing.check_open(form, None if asked is None else asks_email(asked))
    try:
        with transaction.atomic():
            publishing.save(form, None if asked is None else in_their_rows(form, asked))
    except IntegrityError as error:  # the address is the one thing that can collide
        raise serializers.ValidationError({"slug": str(form_rules.TAKEN)}, "slug_taken") from error


def product_of(form: OrderForm, uid: str) -> Product:
    """One of the account's own that is for sale; or the one that the form has, whatever it is."""
    account: Account = form.account
    product = Product.objects.filter(account=account, uid=uid).first()
    if product is None:
        raise Refused(_("There is no product %(id)s.") % {"id": uid}, "unknown_product")
    if product.archived_at is not None and product.pk != form.product_id:
        raise Refused(_("The product is archived."), "not_for_sale")
    return product


def blank(kind: str, required: bool) -> Values:
    return {"kind": kind, "label": "", "required": required, "choices": []}


def asks_email(asked: list[Values]) -> bool:
    return any(values["kind"] == Kind.EMAIL for values in asked)


def in_their_rows(form: OrderForm, asked: list[Values]) -> list[Values]:
    """Fields have no ids here: one of the same kind and label is the same field.

    What is about the buyer is asked once, so its kind alone says which it is.
    """
    known = list(form.fields.all()) if form.pk else []
    rows = []
    for values in asked:
        alike = (field for field in known if is_same(field, values))
        field = next(alike, None)
        if field is not None:
            known.remove(field)
        rows.append({**values, "pk": field and field.pk})
    return rows


def is_same(field: FormField, values: Values) -> bool:
    if field.kind != values["kind"]:
        return False
    return field.kind in FormField.ABOUT_BUYER or field.label == values["label"]
