"""The form as a buyer fills it in: one field for each thing that the seller asks."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.checkout import NotPlaceable, check_email
from orders.models import Customer, FormField, OrderForm
from orders.ordering import Answer, Submission

Kind = FormField.Kind
LONGEST_NAME, LONGEST_PHONE, LONGEST_ANSWER = 150, 30, 1000
LONGEST_EMAIL = Customer._meta.get_field("email").max_length or 0

is_phone = RegexValidator(
    re.compile(r"^\+?[0-9][0-9 ()./-]{5,24}\Z"),
    gettext_lazy("Give the number with digits, for example +91 98401 22765."),
)
# Mails begin with the name, and go to whatever address was typed beside it.
is_no_link = RegexValidator(
    re.compile("://"), gettext_lazy("Please give your name, and no link."), inverse_match=True
)


class OneLine(forms.CharField):
    """Text in which line breaks and runs of spaces are single spaces."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value) or "").split())


def name_of(asked: FormField) -> str:
    """The name of the input: what is about the buyer has a telling one, for the browser's help."""
    return asked.kind if asked.kind in FormField.ABOUT_BUYER else f"answer-{asked.pk}"


class BuyerForm(forms.Form):
    """Asks what the seller wants to know. Without a valid e-mail nothing is ever accepted."""

    def __init__(self, form: OrderForm, data: Any = None) -> None:
        super().__init__(data)
        self.account = form.account
        self.asked = {name_of(asked): asked for asked in form.fields.all()}
        for name, asked in self.asked.items():
            field = field_for(asked)
            field.label = str(asked)
            self.fields[name] = field

    def clean(self) -> None:
        """Also where no field asks for it, and whatever an open page still shows."""
        email = self.cleaned_data.get(Kind.EMAIL, "")
        try:
            self.cleaned_data[Kind.EMAIL] = check_email(
                email if len(email) <= LONGEST_EMAIL else ""
            )
        except NotPlaceable as error:
            field = Kind.EMAIL if Kind.EMAIL in self.fields else None
            self.add_error(field, ValidationError(str(error), error.code))

    def focus_first_error(self) -> None:
        """The cursor goes to where the mend is."""
        for name in self.fields:
            if name in self.errors:
                self.fields[name].widget.attrs["autofocus"] = True
                return

    @property
    def first_code(self) -> str:
        """The most telling code among the errors, for scripts."""
        codes = [error.code for errors in self.errors.as_data().values() for error in errors]
        return "email_required" if "email_required" in codes else "invalid"

    def submission(self) -> Submission:
        said = self.cleaned_data
        return Submission(
            email=said[Kind.EMAIL],
            name=said.get(Kind.NAME, ""),
            phone=said.get(Kind.PHONE, ""),
            language=(translation.get_language() or "en").split("-")[0],
            answers=self.answers(),
        )

    def answers(self) -> list[Answer]:
        """For the seller, hence in the account's language."""
        with translation.override(self.account.language):
            return [
                Answer(str(asked), in_words(self.cleaned_data[name]))
                for name, asked in self.asked.items()
                if asked.kind not in FormField.ABOUT_BUYER and self.cleaned_data[name] != ""
            ]


def in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)


def field_for(asked: FormField) -> forms.Field:
    """Django's field of a kind. The e-mail is checked by `clean`, in the words of the API."""
    makers = {
        Kind.NAME: name_field,
        Kind.EMAIL: email_field,
        Kind.PHONE: phone_field,
        Kind.TEXT: text_field,
        Kind.CHOICE: choice_field,
        Kind.CHECKBOX: checkbox_field,
    }
    return makers[Kind(asked.kind)](asked)


def required(asked: FormField, said: str) -> dict[str, Any]:
    return {"required": asked.required, "error_messages": {"required": said}}


def name_field(asked: FormField) -> forms.Field:
    widget = forms.TextInput(attrs={"autocomplete": "name"})
    said = _("Please give your name.")
    return OneLine(
        max_length=LONGEST_NAME, widget=widget, validators=[is_no_link], **required(asked, said)
    )


def email_field(asked: FormField) -> forms.Field:
    attrs = {"autocomplete": "email", "required": True, "aria-required": "true"}
    return forms.CharField(
        required=False,
        widget=forms.EmailInput(attrs=attrs),
        help_text=_("Your receipt and your access go here."),
    )


def phone_field(asked: FormField) -> forms.Field:
    widget = forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"})
    said = _("Please give your phone number.")
    return forms.CharField(
        max_length=LONGEST_PHONE, widget=widget, validators=[is_phone], **required(asked, said)
    )


def text_field(asked: FormField) -> forms.Field:
    said = _("Please answer this.")
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(max_length=LONGEST_ANSWER, widget=widget, **required(asked, said))


def choice_field(asked: FormField) -> forms.Field:
    choices = [("", _("Choose…")), *((choice, choice) for choice in asked.choices)]
    said = _("Please choose one.")
    messages = {"required": said, "invalid_choice": said}
    return forms.ChoiceField(choices=choices, required=asked.required, error_messages=messages)


def checkbox_field(asked: FormField) -> forms.Field:
    return forms.BooleanField(**required(asked, _("Please tick this to go on.")))
