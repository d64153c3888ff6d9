"""What Razorpay posts to. Find, verify, store, answer; nothing else happens here.

The answers are those of the contract (docs/webhook.md). Once an event is stored, nothing that
happens later can turn the answer into a failure: Razorpay disables a webhook after 24 hours of
failures. So the view talks to one database connection with short time limits, and to nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from gateways.models import Refusal
from webhooks import doors, inbox, refusals
from webhooks.deadline import watch
from webhooks.doors import Door

log = structlog.get_logger(__name__)

LARGEST_BODY = 256 * 1024
RETRY_AFTER = 30  # seconds


@dataclass(frozen=True)
class Reply:
    """An answer other than 200."""

    status: HTTPStatus
    code: str
    description: str


GONE = Reply(HTTPStatus.GONE, "disconnected", "This gateway was disconnected.")
UNKNOWN = Reply(HTTPStatus.NOT_FOUND, "not_found", "There is no webhook at this address.")
TOO_LARGE = Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "The body is over 256 KiB.")
CUT_OFF = Reply(HTTPStatus.BAD_REQUEST, "cut_off", "The body did not arrive whole.")
UNAVAILABLE = Reply(
    HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "Not stored. Please send it again."
)
UNSIGNED = Reply(
    HTTPStatus.UNAUTHORIZED, Refusal.Reason.MISSING, "The X-Razorpay-Signature header is missing."
)
MISMATCH = Reply(
    HTTPStatus.UNAUTHORIZED,
    Refusal.Reason.MISMATCH,
    "Not signed with a webhook secret of this gateway.",
)


class Refused(Exception):
    """Nothing is stored; `reply` says why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.code)
        self.reply = reply


@csrf_exempt
@login_not_required
def receive(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer one delivery."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        with watch.over(connections[settings.RECEIVING_DATABASE]):
            return JsonResponse({"status": answer(request, token)})
    except Refused as refused:
        reply = refused.reply
        error = {"code": reply.code, "description": reply.description}
        response = JsonResponse({"error": error}, status=reply.status)
        if reply is UNAVAILABLE:
            response["Retry-After"] = str(RETRY_AFTER)
        return response


def answer(request: HttpRequest, token: str) -> str:
    """The status word of a stored delivery. Raises Refused."""
    try:
        door = doors.find(token)
        if door is None:
            raise Refused(UNKNOWN)
        if not door.connected:
            door = reopened(token)
        body = read(request)
        return store(request, token, door, body)
    except (DatabaseError, InterfaceError) as error:  # the latter: our end is closed
        log.error("webhook.not_stored", error=repr(error))
        raise Refused(UNAVAILABLE) from error


def store(request: HttpRequest, token: str, door: Door, body: bytes) -> str:
    """Verify and store; what this process remembers is read anew before anything is refused."""
    given = request.headers.get("X-Razorpay-Signature", "").strip()
    event_id = label(request.headers.get("x-razorpay-event-id", ""))
    secret_id = door.secret_for(body, given) if given else None
    if secret_id is not None:
        try:
            return inbox.accept(door.gateway_id, secret_id, body, event_id)
        except inbox.NotStored:
            secret_id = None
    door = reopened(token)
    secret_id = door.secret_for(body, given) if given else None
    if secret_id is None:
        raise refuse(door, body, given)
    try:
        return inbox.accept(door.gateway_id, secret_id, body, event_id)
    except inbox.NotStored as error:
        raise Refused(GONE) from error


def reopened(token: str) -> Door:
    """The door as the database has it now. Raises Refused when it is closed or gone."""
    door = doors.find(token, anew=True)
    if door is None:
        raise Refused(UNKNOWN)
    if not door.connected:
        raise Refused(GONE)
    return door


def read(request: HttpRequest) -> bytes:
    """The raw bytes, never more than the limit. Raises Refused."""
    length = str(request.META.get("CONTENT_LENGTH") or "")
    declared = int(length) if length.isdecimal() else 0
    if declared > LARGEST_BODY:
        raise Refused(TOO_LARGE)
    # A server that says that its stream ends by itself can take a body without a length (chunked).
    ends = request.META.get("wsgi.input_terminated")
    stream = request.META["wsgi.input"] if ends else request
    try:
        body: bytes = stream.read(LARGEST_BODY + 1)
    except (UnreadablePostError, OSError) as error:
        raise Refused(CUT_OFF) from error
    if len(body) > LARGEST_BODY:
        raise Refused(TOO_LARGE)
    if len(body) < declared:
        raise Refused(CUT_OFF)
    return body


def refuse(door: Door, body: bytes, given: str) -> Refused:
    """Count the refusal, and say which of the cases it is."""
    if not given:
        refusals.count(door.gateway_id, Refusal.Reason.MISSING)
        return Refused(UNSIGNED)
    by_key = door.signed_with_key(body, given)
    refusals.count(
        door.gateway_id, Refusal.Reason.KEY_SECRET if by_key else Refusal.Reason.MISMATCH
    )
    return Refused(MISMATCH)


def label(header: str) -> str | None:
    """The event id for people and logs; None when there is none that is printable."""
    kept = header.strip()[:64]
    return kept if kept and kept.isascii() and kept.isprintable() else None
