"""HTTP/1.1 with keep-alive: bytes in, one of four doors, bytes out."""

import logging
import select
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.answers import Answer, in_json
from sandbox.sent import Request

LARGEST_BODY = 1_048_576
# A caller without a time limit would wait for ever: at some point even silence ends.
LONGEST_SILENCE = 120
IDLE = 75
# At closing time, for what is still being answered.
PATIENCE = 0.4

log = logging.getLogger("sandbox")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = IDLE
    # Head and body leave in one piece.
    wbufsize = -1
    server: "Server"

    def serve(self) -> None:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return self._refuse(411, "Send a Content-Length, please.")
        declared = self.headers.get("Content-Length", "0")
        if not declared.isdecimal() or int(declared) > LARGEST_BODY:
            return self._refuse(413, "The body may have one MiB.")
        body = self.rfile.read(int(declared))
        return self._send(self._answer(body))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def _answer(self, body: bytes) -> Answer:
        try:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100))
            path = unquote(parts.path)
        except ValueError:
            return in_json({"error": "The address is not readable."}, 400)
        request = Request(self.command, path, query, self.headers, body)
        try:
            return self.server.answer(request)
        except Exception:
            if not self.server.stopping:
                log.exception("The sandbox broke on %s %s", self.command, self.path)
            return in_json({"error": "The sandbox broke; its own log says where."}, 500)

    def _refuse(self, status: int, sentence: str) -> None:
        # What follows on this connection could not be told from the unread body.
        self.close_connection = True
        self._send(in_json({"error": sentence}, status))

    def _send(self, answer: Answer) -> None:
        if answer.manner != "speak":
            self.close_connection = True
            if answer.manner == "keep silent":
                self._wait_for_the_caller_to_leave()
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _wait_for_the_caller_to_leave(self) -> None:
        end = time.monotonic() + LONGEST_SILENCE
        while time.monotonic() < end and not self.server.stopping:
            readable, _, _ = select.select([self.connection], [], [], 0.2)
            if readable:
                return

    def log_message(self, format: str, *args: object) -> None:
        log.debug(format, *args)


class Server(HTTPServer):
    """A thread for each connection, and none left after the end."""

    request_queue_size = 256

    def __init__(self, host: str, port: int, answer: Callable[[Request], Answer]) -> None:
        super().__init__((host, port), Handler)
        self.answer = answer
        self.stopping = False
        self._thread = threading.Thread(target=self._serve, name="http")
        self._open: dict[threading.Thread, socket.socket] = {}

    def start(self) -> None:
        self._thread.start()

    def _serve(self) -> None:
        while not self.stopping:
            self.handle_request()

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(target=self._attend, args=(request, client_address), daemon=True)
        self._open[thread] = request
        thread.start()

    def _attend(self, request: socket.socket, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except OSError:
            log.debug("A caller left in the middle.")
        finally:
            self.shutdown_request(request)
            self._open.pop(threading.current_thread(), None)

    def close(self) -> None:
        self.stopping = True
        # The loop waits for a call, so that it need not look round all the time.
        socket.create_connection(self.socket.getsockname(), timeout=1).close()
        self._thread.join()
        self.server_close()
        left = dict(self._open)
        for request in left.values():
            _wake(request)
        end = time.monotonic() + PATIENCE
        for thread in left:
            thread.join(timeout=max(0.0, end - time.monotonic()))


def _wake(request: socket.socket) -> None:
    """Threads that wait on a kept-alive connection read its end now."""
    try:
        request.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
