"""Razorpay's deliveries pass by the middleware that pages need: it costs more than storing them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from webhooks.urls import PREFIX
from webhooks.views import receive


class ReceiveFirst:
    """Stands first in MIDDLEWARE. The URLconf routes the same addresses, so that they reverse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(PREFIX):
            # A pasted address may have lost its last slash; a redirect would be a failure.
            token = path[len(PREFIX) :].removesuffix("/")
            if token and "/" not in token:
                return receive(request, token)
        return self.get_response(request)
