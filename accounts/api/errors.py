"""How errors are worded: `application/problem+json` (RFC 9457) with a stable `code` for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response
from rest_framework.views import exception_handler

PROBLEM_JSON = "application/problem+json"
# Codes that DRF gives to everything; a more telling one among the errors wins.
GENERIC_CODES = {"invalid", "required", "null", "blank", "error"}


class Refused(exceptions.APIException):
    """A request that is understood and cannot be done: a sentence and a stable code."""

    def __init__(self, detail: str, code: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        self.status_code = status
        super().__init__(detail, code)


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every expected error as problem+json."""
    response = exception_handler(error, context)
    if response is None:
        return None
    details = list(leaves(response.data))
    first = next((d for d in details if d.code not in GENERIC_CODES), details[0])
    response.data = members(response.status_code, str(first), str(first.code))
    if isinstance(error, exceptions.ValidationError):
        response.data["errors"] = error.detail
    response.content_type = PROBLEM_JSON
    return response


def leaves(detail: Any) -> Iterator[ErrorDetail]:
    """The single errors inside DRF's nest of lists and dicts."""
    if isinstance(detail, ErrorDetail):
        yield detail
    elif isinstance(detail, dict):
        for inner in detail.values():
            yield from leaves(inner)
    elif isinstance(detail, list):
        for inner in detail:
            yield from leaves(inner)


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
    said = members(404, _("There is nothing at this address."), "not_found")
    return JsonResponse(said, status=404, content_type=PROBLEM_JSON)
