"""The seller's form of an order form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from gateways.models import Mode
from orders import form_rules, publishing, rehearsing
from orders.form_rules import TAKEN, is_address
from orders.models import OrderForm, Product
from orders.pages.forms.rows import Rows
from orders.rehearsing import NotAgreed

MODES = [
    (Mode.LIVE, gettext_lazy("Live: real money")),
    (Mode.TEST, gettext_lazy("Test: no real money moves")),
]


if TYPE_CHECKING:
    ModelForm = forms.ModelForm[OrderForm]
else:
    ModelForm = forms.ModelForm


class EditorForm(ModelForm):
    """Product, mode, address, title and text. What is asked stands in rows beside it."""

    slug = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=60,
        required=False,
        validators=[is_address],
        error_messages={"unique": TAKEN},
        help_text=gettext_lazy("The last part of the page's address. Left empty, Raseed makes it."),
        widget=forms.TextInput(attrs={"class": "mono", "autocapitalize": "off"}),
    )

    class Meta:
        model = OrderForm
        fields = ["product", "mode", "title", "text", "slug"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "title": gettext_lazy("Left empty, the product's name stands there."),
            "mode": gettext_lazy("A test form opens for members of this account only."),
        }
        error_messages = {"product": {"required": gettext_lazy("Choose what is sold.")}}

    def __init__(self, account: Account, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.instance.account = account
        products = Product.objects.filter(account=account)
        kept = products.filter(pk=self.instance.product_id)
        product: Any = self.fields["product"]
        product.queryset = (products.filter(archived_at=None) | kept).order_by("-pk")
        product.empty_label = _("Choose…")
        mode: Any = self.fields["mode"]
        mode.choices = MODES
        self.fields["title"].label = _("Title")
        self.fields["text"].label = _("Text")

    def clean_slug(self) -> str:
        """As it was, if it is left empty; a new one is made from the title or the product."""
        slug = str(self.cleaned_data["slug"]).strip()
        if slug or self.instance.slug:
            return slug or self.instance.slug
        product = self.cleaned_data.get("product")
        named = self.cleaned_data.get("title") or (product.name if product else "")
        return form_rules.address_for(named)

    def refuse_while_open(self, rows: Rows) -> bool:
        """A form that is open must stay able to take payments. True if it would not."""
        if self.instance.published_at is None:
            return False
        against = publishing.objections(self.instance, asks=rows.asks_email)
        for objection in against:
            self.add_error(None, objection.said)
        if against or self.razorpay_objects():
            self.add_error(None, _("Take the form back first, or mend this. Nothing was saved."))
        return bool(self.errors)

    def razorpay_objects(self) -> bool:
        """Another product, or the other mode, has to be agreed to like the first."""
        try:
            rehearsing.sale(self.instance.product, self.instance.mode)
        except NotAgreed as error:
            self.add_error("product", str(error))
            return True
        return False

    def keep(self, rows: Rows) -> bool:
        """Save both. False if somebody took the address a moment ago."""
        try:
            with transaction.atomic():
                publishing.save(self.instance, rows.asked)
        except IntegrityError:
            self.add_error("slug", TAKEN)
            return False
        return True

    def focus_first_error(self) -> None:
        for name in self.fields:
            if name in self.errors:
                self.fields[name].widget.attrs["autofocus"] = True
                return
