"""A small web server in place of the program that receives webhooks."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

SECRET = "a secret for tests"


class Delivery(NamedTuple):
    path: str
    headers: "Message[str, str]"
    body: bytes

    @property
    def event_id(self) -> str:
        return str(self.headers["x-razorpay-event-id"])

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def name(self) -> str:
        return str(self.json["event"])

    def is_signed_with(self, secret: str) -> bool:
        wanted = hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()
        return self.headers["X-Razorpay-Signature"] == wanted


class Receiver(ThreadingHTTPServer):
    """Keeps what arrives; answers what the test tells it to."""

    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[Delivery] = []
        self.answer: Callable[[Delivery], int] = lambda delivery: 200
        self.url = f"http://127.0.0.1:{self.server_port}/hook/"
        self._news = threading.Condition()

    def take(self, delivery: Delivery) -> int:
        with self._news:
            self.got.append(delivery)
            self._news.notify_all()
        return self.answer(delivery)

    def wait(self, count: int, *, seconds: float = 8.0) -> list[Delivery]:
        """Until so many deliveries came; never longer than needed."""
        end = time.monotonic() + seconds
        with self._news:
            while len(self.got) < count:
                left = end - time.monotonic()
                assert left > 0, f"{len(self.got)} of {count}: {[d.name for d in self.got]}"
                self._news.wait(left)
            return list(self.got)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.take(Delivery(self.path, self.headers, body))
        try:
            self.send_response(status)
            self.send_header("Location", "/elsewhere/")
            self.end_headers()
            self.wfile.write(b"answer of the test")
        except OSError:
            return  # the sandbox did not wait

    def log_message(self, format: str, *args: object) -> None:
        return
