"""The rows of what a product unlocks. Adding and moving rows are posts, so no script is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.api.resources import MOST_RESOURCES
from orders.catalogue import NewResource
from orders.models import Resource

FIELDS = ("uid", "title", "url", "text")
PREFIX = "resources"
SHOWN = slice(1, None)  # the uid is hidden

if TYPE_CHECKING:
    FormSet = forms.BaseFormSet["ResourceForm"]
else:
    FormSet = forms.BaseFormSet


class ResourceForm(forms.Form):
    """One resource: a title with a link or a text. A blank row is none."""

    uid = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=200)
    url = forms.CharField(
        label=gettext_lazy("Link"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        validators=[
            URLValidator(
                ["http", "https"],
                message=gettext_lazy(
                    "Write the whole address, such as https://example.com/videos."
                ),
            )
        ],
    )
    text = forms.CharField(
        label=gettext_lazy("Text"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> None:
        if self.is_blank:
            return
        lack = NewResource(*[self.cleaned_data.get(name, "") for name in FIELDS[SHOWN]]).lack()
        if lack and lack[0] not in self.errors:
            self.add_error(*lack)

    @property
    def is_blank(self) -> bool:
        return not self.errors and not any(self.cleaned_data.get(name) for name in FIELDS[SHOWN])


class ResourceRows(FormSet):
    def clean(self) -> None:
        if not any(self.errors) and not any(self.resources()):
            raise ValidationError(_("A product unlocks at least one resource."))

    def resources(self) -> Iterator[tuple[str, NewResource]]:
        """The rows that say something: the uid of one that exists or "", and what it is now."""
        for form in self.forms:
            if not form.is_blank:
                given = form.cleaned_data
                yield given["uid"], NewResource(given["title"], given["url"], given["text"])

    @property
    def is_full(self) -> bool:
        return len(self.forms) >= MOST_RESOURCES


MadeRows = forms.formset_factory(
    ResourceForm,
    formset=ResourceRows,
    extra=0,
    min_num=1,
    max_num=MOST_RESOURCES,
    absolute_max=MOST_RESOURCES + 1,
    validate_max=True,
)


def posted(data: QueryDict) -> ResourceRows:
    return cast(ResourceRows, MadeRows(data, prefix=PREFIX))


def filled_with(resources: Iterable[Resource]) -> ResourceRows:
    """Rows of what there is; one blank row where there is nothing."""
    known = [{name: getattr(resource, name) for name in FIELDS} for resource in resources]
    return unjudged(known)


def unjudged(rows: list[dict[str, Any]]) -> ResourceRows:
    return cast(ResourceRows, MadeRows(initial=rows, prefix=PREFIX))


def rearranged(data: QueryDict) -> ResourceRows:
    """The rows as typed, after what the pressed button says: add, remove-2, up-2 or down-2."""
    verb, _dash, number = data.get("do", "").partition("-")
    rows = [{name: form[name].value() for name in FIELDS} for form in posted(data).forms]
    place = int(number) if number in map(str, range(len(rows))) else len(rows)
    focus = moved(rows, verb, place)
    shown = unjudged(rows)
    shown.forms[min(focus, len(shown.forms) - 1)].fields["title"].widget.attrs["autofocus"] = True
    return shown


def moved(rows: list[dict[str, Any]], verb: str, place: int) -> int:
    """Change the list in place; the row that the cursor goes to."""
    if verb == "add" and len(rows) < MOST_RESOURCES:
        rows.append({})
        return len(rows) - 1
    if place >= len(rows):
        return 0
    if verb == "remove":
        rows.pop(place)
        return max(0, place - 1)
    target = {"up": place - 1, "down": place + 1}.get(verb, place)
    if 0 <= target < len(rows):
        rows.insert(target, rows.pop(place))
        return target
    return place
