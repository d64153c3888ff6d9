"""One keep-alive connection: a prepared request out, a whole answer in, as little as possible else.

The client shares the machine with what it measures, so it parses no more of an answer than its
status and where it ends.
"""

from __future__ import annotations

import re
import socket
import time

HOST = "127.0.0.1"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


class Unexpected(Exception):
    """Not an answer of 2xx: the run fails."""


def whole(data: bytes) -> bool:
    """Whether this is one whole answer."""
    head, mark, body = data.partition(b"\r\n\r\n")
    if not mark:
        return False
    length = LENGTH.search(head)
    if length:
        return len(body) >= int(length[1])
    if CHUNKED.search(head):
        return body.endswith(b"0\r\n\r\n")
    raise Unexpected(f"an answer without length: {data[:300]!r}")


class Wire:
    """A connection that is waiting for at most one answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""
        self.sent_at = 0.0

    def fileno(self) -> int:
        return self.socket.fileno()

    def send(self, request: bytes) -> None:
        self.data = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come; True once the answer is whole. Raises Unexpected unless 2xx."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise Unexpected("the server closed the connection")
        self.data += chunk
        if not whole(self.data):
            return False
        if self.data[9:10] != b"2":
            raise Unexpected(repr(self.data[:300]))
        return True
