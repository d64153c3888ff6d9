"""Stands between Raseed and the sandbox, and can keep an answer to itself: Razorpay has done what
it was asked, and Raseed does not know it yet."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests


class Middle:
    """`holding` names the calls whose answers are kept, `held` counts those that are."""

    def __init__(self, sandbox_port: int) -> None:
        self.sandbox_port = sandbox_port
        self.holding: set[str] = set()
        self.held = threading.Semaphore(0)
        self.never = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Middle:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.never.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def pass_on(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        kept = {"Authorization", "Content-Type"}
        answer = requests.request(
            request.command,
            f"http://127.0.0.1:{self.sandbox_port}{request.path}",
            data=body,
            headers={name: value for name, value in request.headers.items() if name in kept},
            timeout=30,
        )
        if f"{request.command} {request.path}" in self.holding:
            self.held.release()
            self.never.wait()
            return
        request.send_response(answer.status_code)
        request.send_header("Content-Type", answer.headers["Content-Type"])
        request.send_header("Content-Length", str(len(answer.content)))
        request.end_headers()
        request.wfile.write(answer.content)


def handler(middle: Middle) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            middle.pass_on(self)

        do_GET = do_POST = do_PUT = do_PATCH = handle_one

        def log_message(self, *_said: Any) -> None:
            """The tests' output is for the tests."""

    return Handler
