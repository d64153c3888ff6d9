"""One view: compare the signature, insert the body, answer."""

from __future__ import annotations

import hashlib
import hmac
import os

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

SECRET = os.environ["BENCH_SECRET"].encode()
INSERT = "INSERT INTO bench_minimal (body_sha256, body) VALUES (%s, %s)"


def receive(request: HttpRequest) -> HttpResponse:
    body = request.body
    signed = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signed, request.headers.get("X-Razorpay-Signature", "")):
        return HttpResponse(status=401)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [hashlib.sha256(body).digest(), body])
    return HttpResponse(b"ok")


urlpatterns = [path("receive/", receive)]
