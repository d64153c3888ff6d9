"""What a form asks, as rows of the editor. Adding, moving and removing need no script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from orders import form_rules
from orders.form_rules import FRESH
from orders.form_rules import MOST_FIELDS as MOST
from orders.models import FormField, OrderForm
from orders.publishing import no_email

Kind = FormField.Kind
Values = dict[str, Any]


class RowForm(forms.Form):
    """One thing that is asked."""

    # Every row says itself what is wrong with it; the browser would stop at hidden ones.
    use_required_attribute = False

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=Kind.choices, widget=forms.HiddenInput)
    label = forms.CharField(label=gettext_lazy("Label"), max_length=150, required=False)
    choices = forms.CharField(
        label=gettext_lazy("Choices, one on each line"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)

    def clean_label(self) -> str:
        label = str(self.cleaned_data["label"])
        form_rules.check_label(self.cleaned_data.get("kind", ""), label)
        return label

    def clean_choices(self) -> list[str]:
        lines = self.cleaned_data["choices"].splitlines()
        return form_rules.choices_of(self.cleaned_data.get("kind", ""), lines)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # About the buyer, an empty label is the name of the kind, in the buyer's language.
        if self.of_kind in FormField.ABOUT_BUYER:
            self.fields["label"].widget.attrs["placeholder"] = self.of_kind.label

    @property
    def number(self) -> str:
        """Its place, as its buttons say it."""
        return str(self.prefix).removeprefix("row-")

    @property
    def of_kind(self) -> Kind:
        value = self["kind"].value()
        return Kind(value) if value in Kind.values else Kind.TEXT


class Rows:
    """All rows of one editor, in order; `asked` after `is_valid()`."""

    def __init__(self, values: list[Values], *, sent: bool = False, focus: str = "") -> None:
        self.values = values
        self.sent = sent
        # The button that was pressed goes with its row, and so does the cursor.
        self.focus = focus
        self.forms = [self.row(index, value) for index, value in enumerate(values)]
        self.errors: list[str] = []

    def row(self, index: int, value: Values) -> RowForm:
        prefix = f"row-{index}"
        if self.sent:
            data = {f"{prefix}-{name}": given for name, given in value.items()}
            return RowForm(data, prefix=prefix)
        row = RowForm(initial=value, prefix=prefix)
        row.fields["label"].widget.attrs["autofocus"] = self.focus == f"label-{index}"
        return row

    def __len__(self) -> int:
        return len(self.values)

    @property
    def kinds(self) -> list[str]:
        return [str(value["kind"]) for value in self.values]

    @property
    def asks_email(self) -> bool:
        return Kind.EMAIL in self.kinds

    @property
    def warning(self) -> str:
        return "" if self.asks_email else no_email()

    @property
    def addable(self) -> list[tuple[str, Any]]:
        """Kinds for one more row: each about the buyer at most once."""
        if len(self) >= MOST:
            return []
        taken = set(self.kinds) & set(FormField.ABOUT_BUYER)
        return [(value, label) for value, label in Kind.choices if value not in taken]

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or any(row.errors for row in self.forms)

    def is_valid(self) -> bool:
        try:
            form_rules.check_kinds(self.kinds)
        except forms.ValidationError as error:
            self.errors.extend(error.messages)
        valid = [row.is_valid() for row in self.forms]
        return all(valid) and not self.errors

    def focus_first_error(self) -> None:
        """The cursor goes to where the mend is."""
        for row in self.forms:
            for name in row.errors:
                if name in row.fields:
                    row.fields[name].widget.attrs["autofocus"] = True
                    return

    @property
    def asked(self) -> list[Values]:
        return [row.cleaned_data for row in self.forms]


def fresh() -> Rows:
    """What a new form asks."""
    return Rows([blank(kind, required=required) for kind, required in FRESH])


def blank(kind: str, *, required: bool = False) -> Values:
    return {"pk": None, "kind": kind, "label": "", "required": required, "choices": ""}


def of(form: OrderForm) -> Rows:
    """What a form asks now."""
    return Rows(
        [
            {
                "pk": field.pk,
                "kind": field.kind,
                "label": field.label,
                "required": field.required,
                "choices": "\n".join(field.choices),
            }
            for field in form.fields.all()
        ]
    )


def posted(data: Mapping[str, str], *, sent: bool = True) -> Rows:
    """What the editor shows at this moment."""
    count = min(whole(data.get("rows", ""), 0), MOST)
    names = list(RowForm.base_fields)
    return Rows(
        [{name: data.get(f"row-{i}-{name}", "") for name in names} for i in range(count)],
        sent=sent,
    )


def whole(text: str, otherwise: int) -> int:
    is_small = text.isascii() and text.isdecimal() and len(text) < 4
    return int(text) if is_small else otherwise


def pressed(data: Mapping[str, str]) -> Rows:
    """The rows after a button of theirs: "up-2", "down-0", "remove-1", "add"."""
    rows = posted(data, sent=False)
    deed, _dash, number = data["press"].partition("-")
    index = whole(number, MOST)
    if deed == "add":
        return added(rows, data.get("add_kind", ""))
    if index >= len(rows):
        return rows
    if deed == "remove":
        return Rows(rows.values[:index] + rows.values[index + 1 :], focus="add")
    return moved(rows, index, index + (1 if deed == "down" else -1), deed)


def added(rows: Rows, kind: str) -> Rows:
    if kind not in dict(rows.addable):
        return rows
    return Rows([*rows.values, blank(kind)], focus=f"label-{len(rows)}")


def moved(rows: Rows, old: int, new: int, deed: str) -> Rows:
    values = list(rows.values)
    new = min(max(new, 0), len(values) - 1)
    values.insert(new, values.pop(old))
    ends = {0: "down", len(values) - 1: "up"}
    return Rows(values, focus=f"{ends.get(new, deed)}-{new}")
