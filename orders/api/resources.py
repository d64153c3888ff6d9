"""What a product unlocks, as scripts say it: new resources, and known ones by their id."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.fields import Known
from accounts.models import Account
from orders.catalogue import NewResource
from orders.models import Resource

MOST_RESOURCES = 100
Row = tuple[str, NewResource] | Resource
CONTENT = ("title", "url", "text")


class ResourceFields(serializers.ModelSerializer[Resource]):
    id = serializers.CharField(source="uid", read_only=True)
    url = serializers.CharField(read_only=True)

    class Meta:
        model = Resource
        fields = ["id", "title", "url", "text"]


class NewResourceFields(Known):
    """A new resource (a title with a link or a text), or the id of one that exists."""

    id = serializers.CharField(required=False, max_length=64)
    title = serializers.CharField(required=False, max_length=200)
    url = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=500,
        validators=[URLValidator(["http", "https"])],
    )
    text = serializers.CharField(required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "id" not in attrs:
            refuse_lack(content_of(attrs))
        return attrs


def content_of(item: dict[str, Any], known: Resource | None = None) -> NewResource:
    """What is said of a resource, over what it is."""
    return NewResource(*[item.get(name, getattr(known, name, "")) for name in CONTENT])


def refuse_lack(content: NewResource) -> None:
    lack = content.lack()
    if lack:
        field, said = lack
        raise serializers.ValidationError({field: said})


def rows(account: Account, items: list[dict[str, Any]], unlocked: Collection[str]) -> list[Row]:
    """As orders.catalogue takes them; the same id twice is once.

    `unlocked`: the ids of what the product unlocks by now, which may be said anew; another resource
    of the account's is taken as it is.
    """
    named = [item["id"] for item in items if "id" in item]
    ours = Resource.objects.filter(account=account, archived_at=None, uid__in=named)
    known = {found.uid: found for found in ours}
    asked: dict[str, Row] = {}
    for place, item in enumerate(items):
        uid = item.get("id", "")
        try:
            asked.setdefault(uid or str(place), row(item, known.get(uid), uid in unlocked))
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"resources": {str(place): error.detail}}) from error
    return list(asked.values())


def row(item: dict[str, Any], known: Resource | None, is_unlocked: bool) -> Row:
    if "id" not in item:
        return "", content_of(item)
    if known is None:
        said = _("There is no resource %(id)s.") % {"id": item["id"]}
        raise serializers.ValidationError({"id": said}, "unknown_resource")
    if not any(name in item for name in CONTENT):
        return known
    if not is_unlocked:
        said = _("This product does not unlock it yet: name it by its id alone.")
        raise serializers.ValidationError({"id": said}, "not_unlocked")
    content = content_of(item, known)
    refuse_lack(content)
    return known.uid, content
