"""How errors are worded: `application/problem+json` (RFC 9457) with a stable `code` for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

PROBLEM_JSON = "application/problem+json"
# Codes that DRF gives to everything; a more telling one among the errors wins.
GENERIC_CODES = {"invalid", "required", "null", "blank", "error"}
LONGEST = 300  # An error may repeat what was sent, but not megabytes of it.


class Refused(exceptions.APIException):
    """A request that is understood and cannot be done: a sentence and a stable code.

    `wait` is the number of seconds after which it may work, for the Retry-After header.
    """

    def __init__(
        self, detail: str, code: str, status: int = HTTPStatus.BAD_REQUEST, wait: int | None = None
    ) -> None:
        self.status_code = status
        self.wait = wait
        super().__init__(detail, code)


@extend_schema_serializer(component_name="Problem")
class ProblemFields(serializers.Serializer[Any]):
    """What every error says. `errors` lists the words by field, where fields are at fault."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    # DRF takes a field of this name out of the class, where its own property stays.
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every expected error as problem+json."""
    response = exception_handler(in_our_words(error), context)
    if response is None:
        return None
    found = list(leaves(response.data))
    field, words = next((f for f in found if f[1].code not in GENERIC_CODES), found[0])
    about_fields = isinstance(error, exceptions.ValidationError)
    detail = readable(f"{field}: {words}" if about_fields and field else words)
    response.data = members(response.status_code, detail, str(words.code))
    if about_fields:
        response.data["errors"] = by_field(found)
    response.content_type = PROBLEM_JSON
    # Also where nothing acceptable was asked for, and below pages that are no JSON.
    context["request"].accepted_renderer = JSONRenderer()
    context["request"].accepted_media_type = JSONRenderer.media_type
    return response


def in_our_words(error: Exception) -> Exception:
    """Django's own errors, where DRF would say nothing, or tell of models."""
    if isinstance(error, RequestDataTooBig):
        said = _("This body is too large.")
        return Refused(said, "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if isinstance(error, Http404):
        return exceptions.NotFound(_("There is nothing at this address."))
    return error


def leaves(detail: Any, field: str = "") -> Iterator[tuple[str, ErrorDetail]]:
    """The single errors inside DRF's nest of lists and dicts, with the path of their field."""
    if isinstance(detail, ErrorDetail):
        yield field, detail
    elif isinstance(detail, dict):
        for name, inner in detail.items():
            whole = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from leaves(inner, field if whole else f"{field}.{name}".lstrip("."))
    elif isinstance(detail, list):
        for inner in detail:
            yield from leaves(inner, field)


def by_field(found: list[tuple[str, ErrorDetail]]) -> dict[str, list[str]]:
    """`{"price.amount": ["..."]}`; what is wrong with the whole body has no field."""
    listed: dict[str, list[str]] = {}
    for field, words in found:
        if field:
            listed.setdefault(readable(field), []).append(readable(words))
    return listed


def readable(text: str) -> str:
    """Cut to a length, and without the halves of characters that no UTF-8 can carry."""
    return text[:LONGEST].encode("utf-8", "backslashreplace").decode()


def members(status: int, detail: str, code: str) -> dict[str, Any]:
    """The members of RFC 9457, and our code."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }


def not_found(request: HttpRequest, exception: Http404) -> JsonResponse:
    """For addresses below /api/ that do not exist at all."""
    return outside(404, _("There is nothing at this address."), "not_found")


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """For requests below /api/ that Django refuses before anything of ours sees them."""
    return outside(400, _("This request cannot be read."), "bad_request")


def failed(request: HttpRequest) -> JsonResponse:
    """For an error of ours below /api/. It is in the log, and its cause is nobody else's matter."""
    said = _("Something went wrong on our side. It has been noted.")
    return outside(500, said, "internal_error")


def outside(status: int, detail: str, code: str) -> JsonResponse:
    """A problem where DRF is not at work."""
    return JsonResponse(members(status, detail, code), status=status, content_type=PROBLEM_JSON)
