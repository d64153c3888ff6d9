"""A shop in a browser of its own: one page with a Pay button, under the strictest of policies."""

import html
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

# Reads its options from the address, as no script of a test may stand in the page.
SCRIPT = """
"use strict";
const options = JSON.parse(document.body.dataset.options);
const note = (word, what) => {
  const line = document.createElement("li");
  line.textContent = word + " " + JSON.stringify(what ?? null);
  document.querySelector("ul").append(line);
};
if (!options.callback_url) options.handler = (answer) => note("handler", answer);
options.modal = { ondismiss: () => note("dismissed") };
const checkout = new Razorpay(options);
checkout.on("payment.failed", (answer) => note("failed", answer));
document.querySelector("button").addEventListener("click", () => checkout.open());
"""


class Shop(ThreadingHTTPServer):
    def __init__(self, sandbox: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sandbox = sandbox
        self.options: dict[str, Any] = {}
        self.posted: list[dict[str, str]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:
        if self.path == "/shop.js":
            return self._send(SCRIPT, "text/javascript")
        options = html.escape(json.dumps(self.server.options))
        return self._send(
            "<!doctype html><html lang='en'><title>Shop</title>"
            f"<body data-options='{options}'><h1>Shop</h1><button>Buy</button><ul></ul>"
            f"<script src='{self.server.sandbox}/v1/checkout.js' defer></script>"
            "<script src='/shop.js' defer></script></body></html>",
            "text/html",
        )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.posted.append(dict(parse_qsl(body)))
        self._send("<!doctype html><title>Back</title><p>Back at the shop</p>", "text/html")

    def _send(self, text: str, kind: str) -> None:
        sandbox = self.server.sandbox
        policy = f"default-src 'none'; script-src 'self' {sandbox}; frame-src {sandbox};"
        policy += f" connect-src {sandbox}; form-action 'self'; base-uri 'none'"
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


def serve(shop: Shop) -> threading.Thread:
    thread = threading.Thread(target=shop.serve_forever, args=(0.02,))
    thread.start()
    return thread
