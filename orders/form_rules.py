"""What an order form may be: its address, and what it asks. Rules of the page and of the API."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import FormField, OrderForm

Kind = FormField.Kind
MOST_FIELDS = 30
LONGEST_CHOICE = 200
LONGEST_CHOICES = 5000  # all of them, a line each
# What a new form asks: the kind, and whether it must be answered.
FRESH = [(Kind.NAME, True), (Kind.EMAIL, True), (Kind.PHONE, False)]

TAKEN = gettext_lazy("This address is already taken. Choose another one.")
is_address = RegexValidator(
    re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*\Z"),
    gettext_lazy("Use small letters a to z, digits and single hyphens, for example indigo-course."),
)


def address_for(name: str) -> str:
    """An address that is free, made from a title or a product's name."""
    return free_address(slugify(name)[:50].strip("-_").replace("_", "-") or "form")


def free_address(wanted: str) -> str:
    """This one, or the same with the first number that is free."""
    near = OrderForm.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)
    taken = set(near)
    if wanted not in taken:
        return wanted
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{wanted}-{n}") not in taken)


def check_label(kind: str, label: str) -> None:
    """What is about the buyer has the name of its kind. Raises ValidationError."""
    if not label and kind not in FormField.ABOUT_BUYER:
        raise ValidationError(_("Say what is asked."), "blank")


def choices_of(kind: str, lines: Iterable[str]) -> list[str]:
    """What can be chosen: each once, without blanks. Raises ValidationError."""
    if kind != Kind.CHOICE:
        return []
    stripped = [" ".join(line.split()) for line in lines]
    choices = list(dict.fromkeys(line for line in stripped if line))
    if len(choices) < 2:
        raise ValidationError(_("Give at least two choices."), "too_few_choices")
    if max(map(len, choices)) > LONGEST_CHOICE:
        raise ValidationError(_("Keep each choice under 200 characters."), "max_length")
    if len("\n".join(choices)) > LONGEST_CHOICES:
        raise ValidationError(_("Keep all choices together under 5000 characters."), "max_length")
    return choices


def check_kinds(kinds: Iterable[str]) -> None:
    """Raises ValidationError where something about the buyer is asked twice."""
    counted = Counter(kinds)
    if any(counted[kind] > 1 for kind in FormField.ABOUT_BUYER):
        raise ValidationError(_("Name, e-mail and phone can be asked once each."), "asked_twice")
