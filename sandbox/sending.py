"""One delivery on the wire: signed, posted, and answered within five seconds or not."""

import hashlib
import hmac
import socket
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

TIME_LIMIT = 5.0
READ_OF_ANSWER = 2_000


def signature(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers(event_id: str, body: bytes, secret: str | None) -> dict[str, str]:
    found = {
        "Content-Type": "application/json",
        "User-Agent": "Razorpay-Webhook/v1",
        "Accept-Encoding": "gzip",
        "x-razorpay-event-id": event_id,
        "Request-Id": event_id,
    }
    # Without a secret there is no signature header at all.
    return found | ({"X-Razorpay-Signature": signature(body, secret)} if secret else {})


class Errand:
    """One POST that can be broken off from outside: when it is late, or at closing time."""

    def __init__(self, url: str, body: bytes, sent_headers: dict[str, str]) -> None:
        self._parts = urlsplit(url)
        self._body = body
        self._headers = sent_headers
        self._connection: HTTPConnection | None = None
        self._deadline = time.monotonic() + TIME_LIMIT

    def run(self) -> tuple[int | None, str]:
        """The status and the beginning of the answer; no status means no answer."""
        try:
            status, answer = self._post()
        except (OSError, HTTPException, ValueError) as error:
            return None, "no answer in 5 seconds" if self.is_late() else str(error) or repr(error)
        return (None, "answered too late") if self.is_late() else (status, answer)

    def _post(self) -> tuple[int, str]:
        parts = self._parts
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=TIME_LIMIT)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            self._connection.request("POST", target, self._body, self._headers)
            response = self._connection.getresponse()
            return response.status, response.read(READ_OF_ANSWER).decode("utf-8", "replace")
        finally:
            self._connection.close()

    def is_late(self) -> bool:
        return time.monotonic() >= self._deadline

    def break_off(self) -> None:
        wire = self._connection and self._connection.sock
        if wire:
            try:
                wire.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # already over
