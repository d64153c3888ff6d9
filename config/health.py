"""For whoever watches the processes: is this one alive, and can it work?"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connections
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from webhooks.deadline import watch


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """This process can store a delivery: it asks over the connection that gives up in time."""
    connection = connections[settings.RECEIVING_DATABASE]
    try:
        with watch.over(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        said = {"status": "unavailable", "detail": "The database does not answer."}
        return JsonResponse(said, status=503)
    return JsonResponse({"status": "ok"})


PROBES: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "/healthz": healthz,
    "/readyz": readyz,
}


class AnswerFirst:
    """Stands before the rules for people: a probe asks an IP address, and without HTTPS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return PROBES.get(request.path_info, self.get_response)(request)
